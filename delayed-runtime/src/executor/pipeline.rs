//! A graph that is known when the program is built, and the body that runs it.

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use delayed_graph::{Graph, VisualizeError};

use super::board::Inside;
use super::run::{Run, Stop};
use super::runtime::Runtime;
use super::scope::Scope;
use super::trace;
use crate::delayed::Delayed;
use crate::{Error, TaskInfo};

/// A loop or a block of calls that `pipeline!` has compiled. It has not run.
///
/// It gives exactly what its body gives as plain Rust on one thread: the same
/// value, the same error, the same order. It borrows from its surroundings as
/// a closure does.
#[must_use = "a pipeline is lazy: nothing runs before `.compute()`"]
pub struct Pipeline<'env, T> {
    graph: &'static Graph,
    body: Body<'env, T>,
}

type Body<'env, T> = Box<dyn FnOnce(&Scope<'_>) -> Result<T, Stop> + Send + 'env>;

impl<'env, T> Pipeline<'env, T> {
    /// What `pipeline!` expands to.
    #[doc(hidden)]
    pub fn new(
        graph: &'static Graph,
        body: impl FnOnce(&Scope<'_>) -> Result<T, Stop> + Send + 'env,
    ) -> Self {
        Self {
            graph,
            body: Box::new(body),
        }
    }

    /// Runs the pipeline and gives its value.
    ///
    /// # Errors
    ///
    /// What the body run serially would have met first: an error that a `?`
    /// saw, or a panic.
    pub fn compute(self) -> Result<T, Error> {
        self.compute_on(&Runtime::default())
    }

    /// Runs the pipeline on a runtime of one's own and gives its value.
    ///
    /// # Errors
    ///
    /// As [`compute`](Self::compute).
    pub fn compute_on(self, runtime: &Runtime) -> Result<T, Error> {
        let run = Run::new(runtime.pool(), runtime.threads());
        let _inside = Inside::enter();
        let value = catch_unwind(AssertUnwindSafe(|| (self.body)(&Scope::root(&run))));
        match value.unwrap_or_else(|payload| Err(trace::panicked(&*payload))) {
            Ok(value) => Ok(value),
            Err(Stop::Failed(error)) => {
                trace::forget();
                Err(error)
            }
            Err(Stop::Break | Stop::Abandoned) => {
                unreachable!("only the work of a loop's iterations ends in this way")
            }
        }
    }

    /// The graph: tasks, loops and what passes between them. Nothing runs.
    #[must_use]
    pub fn graph(&self) -> &'static Graph {
        self.graph
    }

    /// Draws the graph into a file whose extension says how: `.svg`, `.dot`,
    /// `.mmd` (Mermaid) or `.txt`. Nothing runs.
    ///
    /// # Errors
    ///
    /// When the extension is none of these, or the file cannot be written.
    pub fn visualize(&self, path: impl AsRef<Path>) -> Result<(), VisualizeError> {
        self.graph.save(path)
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
        write!(f, "Pipeline({:?})", self.graph.name)
    }
}
