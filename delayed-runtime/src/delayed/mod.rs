//! Graphs that are built at run time, call by call.
//!
//! A [`Delayed<T>`] is a promise of a `T`: calling a `#[delayed]` function makes
//! one and runs nothing. From building to running there are three steps: a node
//! (who still needs which value), a plan (which nodes a run needs and in which
//! order) and a run (who does it).
//!
//! | file | idea |
//! |---|---|
//! | `argument.rs`, `input.rs`, `value.rs` | what a task may be given, what a node keeps of it, what the task sees |
//! | `operators.rs` | arithmetic on handles |
//! | `identity.rs`, `site.rs` | a node's turn in program order, its key, and the call that made it |
//! | `node.rs` | one piece of memory: header, and behind it the work, then the value |
//! | `header.rs`, `word.rs` | what all nodes have; the rules of who may do what with them |
//! | `reference.rs` | who keeps a node alive: owners, borrowers, plans |
//! | `memory.rs` | where nodes lie |
//! | `rare.rs` | what few nodes have: names, failures, runs that wait |
//! | `discard.rs` | the end of a node, without recursion |
//! | `plan.rs`, `step.rs`, `lent.rs` | which nodes run, in one pass down from the roots |
//! | `rank.rs` | the priorities of tasks |
//! | `run.rs`, `worker.rs` | a plan on its way; stacks of ready steps |
//! | `alone.rs` | whether a run needs no atomic changes |
//! | `stack.rs` | which tasks a thread is in |
//! | `within.rs` | which step goes next under a memory limit |
//! | `picture.rs` | the graph as a value |
//!
//! `unsafe` is what makes a node one piece of memory: it is in `memory.rs`, `node.rs`
//! and `reference.rs`, and where a plan or a run says that a node is there. The
//! rules that it rests on are at the top of `memory.rs` and `header.rs`.

mod ahead;
mod alone;
mod argument;
mod discard;
mod header;
mod identity;
mod input;
mod lent;
mod memory;
#[cfg(all(test, loom))]
mod models;
mod node;
mod operators;
mod picture;
mod plan;
mod rank;
mod rare;
mod reference;
mod run;
mod site;
mod stack;
mod step;
#[cfg(test)]
mod tests;
mod value;
mod within;
mod word;
mod worker;

use std::borrow::Cow;
use std::fmt;
use std::panic::{Location, RefUnwindSafe, UnwindSafe};
use std::path::Path;

use delayed_graph::{Graph, NodeKind, VisualizeError};

pub use self::argument::{IntoInput, IntoMut, IntoRef};
use self::header::Label;
pub use self::input::Input;
use self::input::{Argument, Due, Lending};
use self::node::Handle;
use self::plan::Plan;
use self::site::Site;
use self::value::Loan;
#[cfg(feature = "profile")]
use crate::profile::{Profile, Profiler};
use crate::{Error, TaskInfo};

/// The most nodes of a graph that a profile has.
#[cfg(feature = "profile")]
const SHOWN: usize = 20_000;

/// A value that will be computed: a node of a graph, and all that it needs.
///
/// A `Delayed<T>` is owned, borrowed and cloned exactly as the `T` it stands
/// for. A task that takes `T` consumes the handle, a task that takes `&T`
/// borrows it, and a handle can be cloned where `T` can. So the borrow checker
/// checks the graph, and nothing is copied behind your back.
///
/// Nothing runs until [`compute`](Self::compute). Then each node runs once,
/// however many others read it. A value is dropped as soon as neither a handle
/// nor a reader is left, and who takes it last gets it without a copy.
///
/// ```
/// use delayed_runtime::delayed::Delayed;
///
/// let x = Delayed::from(4.0_f64);
/// let y = x.map(|x| x * x) - 3.0 + 4.0;
/// assert_eq!(y.map(f64::sqrt).compute()?, 4.123105625617661);
/// # Ok::<(), delayed_runtime::Error>(())
/// ```
#[must_use = "nothing runs until `compute()`"]
pub struct Delayed<T> {
    handle: Handle<T>,
}

// A value is taken out of a node before anything that may panic is done to it.
impl<T> UnwindSafe for Delayed<T> {}
impl<T> RefUnwindSafe for Delayed<T> {}

impl<T: Send + 'static> Delayed<T> {
    /// A node for each call of a task: what `#[delayed]` functions do.
    #[doc(hidden)]
    #[track_caller]
    pub fn task<A, F>(info: &'static TaskInfo, arguments: A, body: F) -> Self
    where
        A: Argument,
        F: for<'a> FnOnce(<A::Input as Input>::Value<'a>) -> Result<T, Error> + Send + 'static,
    {
        let label = Label {
            kind: NodeKind::Task,
            site: Site {
                info,
                location: Location::caller(),
            },
        };
        let handle = Handle::new(label, arguments, body);
        Self { handle }
    }

    /// A node that cannot fail and is not a task.
    fn operation<A, F>(
        info: &'static TaskInfo,
        location: &'static Location<'static>,
        arguments: A,
        body: F,
    ) -> Self
    where
        A: Argument,
        F: for<'a> FnOnce(<A::Input as Input>::Value<'a>) -> T + Send + 'static,
    {
        let label = Label {
            kind: NodeKind::Glue,
            site: Site { info, location },
        };
        let handle = Handle::new(label, arguments, |value: <A::Input as Input>::Value<'_>| {
            Ok(body(value))
        });
        Self { handle }
    }

    /// Runs the graph and gives the value.
    ///
    /// Work runs on the current rayon pool and on the calling thread, which may
    /// itself be inside of a task. As the value is handed out, nodes that borrow
    /// it and are still wanted run first.
    ///
    /// # Errors
    ///
    /// The first failure or panic that running the calls in program order would
    /// have met. If a task has an option that this version cannot honour, that
    /// is the error, and nothing runs.
    ///
    /// ```
    /// use delayed_runtime::delayed::Delayed;
    ///
    /// assert_eq!((Delayed::from(20_i64) + 1).compute()?, 21);
    /// # Ok::<(), delayed_runtime::Error>(())
    /// ```
    pub fn compute(self) -> Result<T, Error> {
        compute(self)
    }

    /// Runs the graph, and gives the value along with a profile of the run, also
    /// where there is no value.
    ///
    /// ```
    /// use delayed_runtime::delayed::Delayed;
    ///
    /// let (value, profile) = (Delayed::from(20_i64) + 1).compute_profiled();
    /// assert_eq!(value?, 21);
    /// assert_eq!(profile.graph().map(|graph| graph.nodes.len()), Some(1));
    /// # Ok::<(), delayed_runtime::Error>(())
    /// ```
    #[cfg(feature = "profile")]
    pub fn compute_profiled(self) -> (Result<T, Error>, Profile) {
        let graph = picture::draw_up_to(self.handle.node(), self.handle.header(), SHOWN);
        let profiler = Profiler::new();
        let runtime = crate::Runtime::current().with(profiler.clone());
        let value = runtime.run(|| self.compute());
        (value, profiler.profile().with_graph(graph))
    }

    /// Runs the graph and keeps the value in the handle, so that several later
    /// graphs can start from it.
    ///
    /// # Errors
    ///
    /// As [`compute`](Self::compute).
    ///
    /// ```
    /// use delayed_runtime::delayed::Delayed;
    ///
    /// let base = Delayed::from(2_i64).map(|x| x * 10).persist()?;
    /// let a = base.clone() + 1;
    /// assert_eq!(a.compute()?, 21);
    /// assert_eq!(base.compute()?, 20);
    /// # Ok::<(), delayed_runtime::Error>(())
    /// ```
    pub fn persist(self) -> Result<Self, Error> {
        run::run(Plan::of_one(self.handle.node()))?;
        Ok(self)
    }

    /// The value of `change` applied to this one: a task made on the spot.
    ///
    /// ```
    /// use delayed_runtime::delayed::Delayed;
    ///
    /// let length = Delayed::from("four").map(str::len);
    /// assert_eq!(length.compute()?, 4);
    /// # Ok::<(), delayed_runtime::Error>(())
    /// ```
    #[track_caller]
    pub fn map<R: Send + 'static>(
        self,
        change: impl FnOnce(T) -> R + Send + 'static,
    ) -> Delayed<R> {
        const INFO: TaskInfo = operation("map");
        Delayed::operation(&INFO, Location::caller(), self, change)
    }

    /// Gives this node a name of its own for graphs, pictures and `Debug`;
    /// errors go on naming the task.
    ///
    /// ```
    /// use delayed_runtime::delayed::Delayed;
    ///
    /// let total = Delayed::from(1).map(|x| x + 1).named("total");
    /// assert!(format!("{total:?}").starts_with("Delayed(\"total-"));
    /// ```
    pub fn named(self, name: impl Into<Cow<'static, str>>) -> Self {
        self.handle.header().rename(name.into());
        self
    }

    /// The graph that [`compute`](Self::compute) would run, as a value: calls
    /// are its nodes, and plain arguments and what ran already are not shown.
    ///
    /// ```
    /// use delayed_runtime::delayed::Delayed;
    ///
    /// let graph = Delayed::from(1).map(|x| x + 1).map(|x| x * 2).graph();
    /// assert_eq!((graph.nodes.len(), graph.edges.len()), (2, 1));
    /// ```
    #[must_use]
    pub fn graph(&self) -> Graph {
        picture::draw(self.handle.node(), self.handle.header())
    }

    /// Draws [`graph`](Self::graph) into a file, in the format that its
    /// extension names.
    ///
    /// # Errors
    ///
    /// As [`Graph::save`].
    pub fn visualize(&self, path: impl AsRef<Path>) -> Result<(), VisualizeError> {
        self.graph().save(path)
    }
}

/// What is known of an operation that is not a task.
const fn operation(name: &'static str) -> TaskInfo {
    TaskInfo::new(name, "", 0, 0, false)
}

/// Computes several delayed values in one run: what they share runs once.
///
/// Takes a [`Delayed`], or a tuple, `Vec`, array or `Option` of such, also
/// nested.
///
/// # Errors
///
/// As [`Delayed::compute`].
///
/// ```
/// use delayed_runtime::delayed::{Delayed, compute};
///
/// let a = Delayed::from(1_i64) + 1;
/// let b = vec![a.clone() * 10, a.clone() * 20];
/// assert_eq!(compute((a, b))?, (2, vec![20, 40]));
/// # Ok::<(), delayed_runtime::Error>(())
/// ```
pub fn compute<V, I>(mut values: I) -> Result<V, Error>
where
    I: for<'a> Input<Value<'a> = V>,
{
    run::run(Plan::new(&values))?;
    Ok(values.take(&Due(())))
}

/// A value that is there already.
impl<T: Send + 'static> From<T> for Delayed<T> {
    #[track_caller]
    fn from(value: T) -> Self {
        const INFO: TaskInfo = operation("value");
        let label = Label {
            kind: NodeKind::Input,
            site: Site {
                info: &INFO,
                location: Location::caller(),
            },
        };
        let handle = Handle::ready(label, value);
        Self { handle }
    }
}

/// A node that borrows this one and clones its value when the graph runs.
impl<T: Clone + Send + Sync + 'static> Clone for Delayed<T> {
    #[track_caller]
    fn clone(&self) -> Self {
        const INFO: TaskInfo = operation("clone");
        let original: Lending<'_, T, T> = Lending::new(self);
        Self::operation(
            &INFO,
            Location::caller(),
            original,
            |value: Loan<'_, T, T>| T::clone(&value),
        )
    }
}

/// The node's key, the same from run to run: `Delayed("f-5f9307e5")`.
impl<T> fmt::Debug for Delayed<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let header = self.handle.header();
        let (name, key) = (header.name(), header.key());
        write!(f, "Delayed(\"{}-{key:08x}\")", name.escape_debug())
    }
}
