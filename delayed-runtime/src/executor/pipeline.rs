//! A graph that is known when the program is built, and the body that runs it.

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use delayed_graph::{Graph, NodeId, VisualizeError};

use super::help::board::Inside;
use super::run::{Run, Stop};
use super::runtime::Runtime;
use super::scope::Scope;
use super::trace;
use crate::delayed::Delayed;
use crate::observe::Work;
#[cfg(feature = "profile")]
use crate::profile::{Profile, Profiler};
use crate::{Error, TaskInfo};

/// A loop or a block of calls that `pipeline!` has compiled. It has not run.
///
/// It gives exactly what its body gives as plain Rust on one thread: the same
/// value, the same error, the same order. It borrows from its surroundings as
/// a closure does.
#[must_use = "a pipeline is lazy: nothing runs before `.compute()`"]
pub struct Pipeline<'env, T> {
    schema: &'static Schema,
    body: Body<'env, T>,
}

/// What the compiler knows of a pipeline: constants of the program.
#[doc(hidden)]
#[derive(Debug)]
pub struct Schema {
    /// Its graph.
    pub graph: &'static Graph,
    /// The longest chain of tasks.
    pub critical_path: &'static [NodeId],
    /// The most values that one worker holds at once.
    pub live_values: usize,
}

type Body<'env, T> = Box<dyn FnOnce(&Scope<'_>) -> Result<T, Stop> + Send + 'env>;

impl<'env, T> Pipeline<'env, T> {
    /// What `pipeline!` expands to.
    #[doc(hidden)]
    pub fn new(
        schema: &'static Schema,
        body: impl FnOnce(&Scope<'_>) -> Result<T, Stop> + Send + 'env,
    ) -> Self {
        Self {
            schema,
            body: Box::new(body),
        }
    }

    /// Runs the pipeline and gives its value.
    ///
    /// # Errors
    ///
    /// What the body run serially would have met first: an error that a `?`
    /// saw, or a panic; or that the run was told to stop.
    pub fn compute(self) -> Result<T, Error> {
        self.compute_on(&Runtime::current())
    }

    /// Runs the pipeline on a runtime of one's own and gives its value.
    ///
    /// # Errors
    ///
    /// As [`compute`](Self::compute).
    pub fn compute_on(self, runtime: &Runtime) -> Result<T, Error> {
        let begun = runtime.begin();
        let work = Work::Compiled(self.schema.graph);
        let telling = runtime.observed().begin(work, runtime.threads());
        let run = Run::new(runtime, begun.context()).told(telling);
        let _inside = Inside::enter();
        let _holding = run.hands();
        let value = catch_unwind(AssertUnwindSafe(|| (self.body)(&Scope::root(&run))));
        let value = value.unwrap_or_else(|payload| Err(trace::panicked(&*payload)));
        let value = match value.and_then(|value| run.is_whole().map(|()| value)) {
            Ok(value) => Ok(value),
            Err(Stop::Failed(error)) => {
                trace::forget();
                Err(error)
            }
            Err(Stop::Break | Stop::Abandoned) => {
                unreachable!("only the work of a loop's iterations ends in this way")
            }
        };
        if let Some(telling) = run.telling() {
            telling.ended(value.as_ref().err());
        }
        value.map_err(|error| begun.error(error))
    }

    /// Runs the pipeline, and gives its value along with a profile of the run,
    /// also where there is no value.
    ///
    /// ```
    /// use delayed_runtime::Pipeline;
    ///
    /// # fn run(pipeline: Pipeline<'_, u64>) -> Result<u64, delayed_runtime::Error> {
    /// let (value, profile) = pipeline.compute_profiled();
    /// println!("{profile}");
    /// value
    /// # }
    /// ```
    #[cfg(feature = "profile")]
    pub fn compute_profiled(self) -> (Result<T, Error>, Profile) {
        self.compute_profiled_on(&Runtime::current())
    }

    /// The same on a runtime of one's own.
    #[cfg(feature = "profile")]
    pub fn compute_profiled_on(self, runtime: &Runtime) -> (Result<T, Error>, Profile) {
        let profiler = Profiler::new();
        let value = self.compute_on(&runtime.with(profiler.clone()));
        (value, profiler.profile())
    }

    /// The graph: tasks, loops and what passes between them. Nothing runs.
    #[must_use]
    pub fn graph(&self) -> &'static Graph {
        self.schema.graph
    }

    /// The longest chain of tasks, in program order: with a task for each tick,
    /// no number of workers runs one iteration of each loop in fewer ticks. A
    /// constant of the program; nothing runs.
    ///
    /// ```
    /// use delayed_runtime::Pipeline;
    ///
    /// # fn show(pipeline: &Pipeline<'_, u64>) {
    /// for task in pipeline.critical_path() {
    ///     println!("{}", pipeline.graph()[*task].label);
    /// }
    /// # }
    /// ```
    #[must_use]
    pub fn critical_path(&self) -> &'static [NodeId] {
        self.schema.critical_path
    }

    /// The most values that one worker holds at once: those of the iteration
    /// that it is in, and of the bodies around it. What the surroundings own,
    /// and what waits for its turn, does not count. A constant of the program;
    /// nothing runs.
    ///
    /// ```
    /// use delayed_runtime::Pipeline;
    ///
    /// # fn show(pipeline: &Pipeline<'_, u64>) {
    /// println!("at most {} values a worker", pipeline.live_values());
    /// # }
    /// ```
    #[must_use]
    pub fn live_values(&self) -> usize {
        self.schema.live_values
    }

    /// Draws the graph into a file whose extension says how: `.svg`, `.png`
    /// (feature `png`), `.html` (feature `html`), `.dot`, `.mmd` (Mermaid), `.json` (feature `json`) or
    /// `.txt`. Nothing runs.
    ///
    /// # Errors
    ///
    /// When the extension is none of these, or the file cannot be written.
    pub fn visualize(&self, path: impl AsRef<Path>) -> Result<(), VisualizeError> {
        self.schema.graph.save(path)
    }
}

impl<T: Send + 'static> Pipeline<'static, T> {
    /// The pipeline as a node of a run-time graph. A failure in it says where
    /// in the pipeline it was.
    #[track_caller]
    pub fn delayed(self) -> Delayed<T> {
        const INFO: TaskInfo = TaskInfo::new("pipeline", file!(), line!(), column!(), true);
        Delayed::task(&INFO, (), move |()| self.compute())
    }
}

impl<T> fmt::Debug for Pipeline<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Pipeline({:?})", self.schema.graph.name)
    }
}
