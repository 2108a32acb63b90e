//! What a run does, told to whoever wants to know.
//!
//! | file | idea |
//! |---|---|
//! | `mod.rs` | the trait [`Observer`], and what it is told |
//! | `tell.rs` | how the executors tell it |
//! | `spans.rs` | runs, loops and tasks as spans of `tracing` (feature `tracing`) |
//! | `progress/` | lines on the terminal (feature `progress`) |
//! | `ticker.rs` | looks from time to time while runs are under way |

use std::time::{Duration, Instant};

use delayed_graph::{Graph, Place};

use crate::{Error, MemoryUse};

#[cfg(feature = "progress")]
pub(crate) mod progress;
#[cfg(feature = "tracing")]
pub(crate) mod spans;
mod tell;
#[cfg(any(feature = "progress", feature = "profile"))]
pub(crate) mod ticker;

pub(crate) use tell::{Observed, Telling, TellingLoop, Told};

/// Sees what runs do. Without one nothing is counted and no clock is read.
///
/// It is called by the threads that do the work, by several at once, while they
/// would go on: so it should be quick. It must not compute anything on the
/// runtime that it observes. A panic in it is that of the work it is told of.
///
/// Every closure that takes an [`Event`] is one.
///
/// ```
/// use std::sync::atomic::{AtomicU64, Ordering};
/// use std::sync::Arc;
///
/// use delayed_runtime::Runtime;
/// use delayed_runtime::delayed::Delayed;
/// use delayed_runtime::observe::Event;
///
/// let tasks = Arc::new(AtomicU64::new(0));
/// let counted = Arc::clone(&tasks);
/// let runtime = Runtime::builder().observer(move |event: &Event<'_>| {
///     if let Event::Step { .. } = event {
///         counted.fetch_add(1, Ordering::Relaxed);
///     }
/// });
/// let runtime = runtime.build()?;
/// let sum = (Delayed::from(20_i64) + 1) * 2;
/// assert_eq!(runtime.run(|| sum.compute())?, 42);
/// assert_eq!(tasks.load(Ordering::Relaxed), 2);
/// # Ok::<(), delayed_runtime::Error>(())
/// ```
pub trait Observer: Send + Sync {
    /// Something has happened.
    fn event(&self, event: &Event<'_>);

    /// From what length on it is to be told of calls of tasks in pipelines (see
    /// [`Event::Call`]), if at all. To tell of one takes two looks at the clock, so
    /// of places where calls are shorter than that on average no more are told:
    /// see [`Event::Short`]. [`Duration::ZERO`] asks for each. Asked once, when a
    /// run begins.
    fn wants_calls(&self) -> Option<Duration> {
        None
    }

    /// Whether it is to be told what values hold: see [`Event::Value`]. Each is
    /// weighed then, which takes a look at all that it owns. Asked once, when a
    /// run begins.
    fn wants_bytes(&self) -> bool {
        false
    }
}

impl<F: Fn(&Event<'_>) + Send + Sync> Observer for F {
    fn event(&self, event: &Event<'_>) {
        self(event);
    }
}

/// Takes the lines of [`progress`](crate::RuntimeBuilder) off the terminal while
/// `print` runs, and draws them again below what it has printed. Without any it
/// just runs `print`. It can be called from anywhere, also from tasks.
///
/// What is printed at any other time while lines are drawn gets between them, if
/// it goes to the same terminal.
///
/// `print` must not compute anything: lines would have to be drawn meanwhile.
///
/// # Panics
///
/// If `print` does; the lines are there again then.
///
/// ```
/// use delayed_runtime::observe::suspend;
///
/// let name = suspend(|| {
///     println!("trips.csv has no column \"tip\"");
///     "trips.csv"
/// });
/// assert_eq!(name, "trips.csv");
/// ```
pub fn suspend<R>(print: impl FnOnce() -> R) -> R {
    #[cfg(feature = "progress")]
    return progress::suspended(print);
    #[cfg(not(feature = "progress"))]
    print()
}

/// What an [`Observer`] is told.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Event<'a> {
    /// A run begins, on the thread that has called `compute`. Runs of tasks
    /// that compute something themselves begin and end inside of it.
    RunBegan {
        /// Its number in this process.
        run: u64,
        /// What it does.
        work: Work,
        /// How many threads may work on it, the calling one included.
        threads: usize,
        /// What else was asked of the runtime, in words; empty if nothing was.
        options: &'a str,
    },
    /// A run has ended, on the same thread.
    RunEnded {
        /// Its number.
        run: u64,
        /// Why it has no value.
        error: Option<&'a Error>,
    },
    /// A loop begins. An inner loop begins once for each iteration around it.
    LoopBegan {
        /// Which one.
        stage: Stage<'a>,
        /// A bound on the number of its iterations, where one is known.
        at_most: Option<u64>,
        /// How many bytes its source will have read at the end, where it
        /// [knows](crate::source::Split::bytes).
        bytes: Option<u64>,
    },
    /// Iterations that follow each other have ended on this thread; what they
    /// hand over may still wait for its turn.
    Iterations {
        /// The loop.
        stage: Stage<'a>,
        /// The first of them, counted from 0.
        first: u64,
        /// How many: those that ended well.
        count: u64,
        /// When the first of them began.
        began: Instant,
        /// How long they took.
        took: Duration,
    },
    /// Items were pulled from the source of a loop that several threads run.
    /// Meanwhile no other thread could get at it.
    Pulled {
        /// The loop.
        stage: Stage<'a>,
        /// How many.
        count: u64,
        /// When that began.
        began: Instant,
        /// How long it took.
        took: Duration,
    },
    /// The source of a loop has read so much since it was last told of.
    Read {
        /// The loop.
        stage: Stage<'a>,
        /// How many bytes: see [`Split::bytes_read`](crate::source::Split::bytes_read).
        bytes: u64,
    },
    /// This thread begins to work on what another one has left to whoever has
    /// nothing to do: it steals.
    Steal {
        /// The run that it belongs to.
        run: u64,
        /// What it takes over.
        work: Stolen<'a>,
    },
    /// A loop has ended.
    LoopEnded {
        /// Which one.
        stage: Stage<'a>,
    },
    /// A task begins on this thread: a step, or a call that observers are told
    /// of. It ends with an [`Event::Step`] or [`Event::Call`], also if it panics.
    TaskBegan {
        /// The run that it belongs to.
        run: u64,
        /// The name of the task, or of the handle.
        name: &'a str,
        /// Where the call stands.
        place: &'a Place,
    },
    /// A call of a task in a pipeline has ended on this thread. Only observers
    /// that [want](Observer::wants_calls) them are told. Of calls in iterations that
    /// overlap they are told with one of the features `profile`, `progress` and
    /// `tracing`: to look whether anybody wants to know takes a tiny task a notable
    /// part of its time.
    Call {
        /// The run that it belongs to.
        run: u64,
        /// The task's name.
        name: &'a str,
        /// Where the call stands.
        place: &'a Place,
        /// When it began.
        began: Instant,
        /// How long it took.
        took: Duration,
        /// Whether it has returned: false if it has panicked, or was given up
        /// for its time limit or because the run was cancelled.
        is_ok: bool,
    },
    /// Calls at this place are shorter than those that observers
    /// [want](Observer::wants_calls): sixteen in a row of one thread were so on
    /// average. No more of them are told of in this run, but for those that run
    /// now. Several threads may tell so of one place.
    Short {
        /// The run.
        run: u64,
        /// The task's name.
        name: &'a str,
        /// Where the call stands.
        place: &'a Place,
    },
    /// A step of a graph that was made at run time has ended on this thread.
    Step {
        /// The run that it belongs to.
        run: u64,
        /// The name of its task, or of the handle.
        name: &'a str,
        /// The name of its task.
        task: &'static str,
        /// Where the call stands that made it.
        place: &'a Place,
        /// Its turn in program order.
        order: u64,
        /// When it began.
        began: Instant,
        /// How long it took.
        took: Duration,
        /// Whether it has given a value.
        is_ok: bool,
    },
    /// There is a new value that [says](crate::NBytes) how much it holds: what a
    /// call or a step has given, or an item of a loop. Values without memory of
    /// their own that are no larger than 64 bytes are not told of. Only observers
    /// that [want](Observer::wants_bytes) it are told.
    Value {
        /// The run that it belongs to.
        run: u64,
        /// The name of the task, or the head of the loop.
        name: &'a str,
        /// Where the call or the loop stands.
        place: &'a Place,
        /// How much it holds, in bytes.
        bytes: u64,
    },
    /// A task has failed and is about to be tried again.
    Retry {
        /// The task's name.
        name: &'a str,
        /// Where the task is declared.
        place: &'a Place,
        /// How often it has been tried.
        tries: u64,
    },
    /// Iterations of a runtime with a [memory
    /// limit](crate::RuntimeBuilder::memory_limit) have ended.
    Memory {
        /// What values hold now.
        usage: MemoryUse,
    },
}

/// What a run does.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Work {
    /// A pipeline with this graph.
    Compiled(&'static Graph),
    /// So many steps of a graph that was made at run time.
    Steps(u64),
}

/// What a thread takes over from others.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Stolen<'a> {
    /// A part of this loop's iterations.
    Iterations(Stage<'a>),
    /// So many steps of a graph that was made at run time.
    Steps(u64),
}

/// A loop that runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Stage<'a> {
    /// The run that it belongs to.
    pub run: u64,
    /// Its number in this process: an inner loop has another one each time.
    pub id: u64,
    /// Its head, as the user wrote it.
    pub label: &'a str,
    /// Where it stands.
    pub place: &'a Place,
}
