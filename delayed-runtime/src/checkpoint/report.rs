//! What became of the results of tasks with `checkpoint`.

use std::fmt::{self, Display};
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

/// What became of the results of tasks with `checkpoint`, from when the runtime
/// was built until now. Given by [`Runtime::checkpoints`](crate::Runtime::checkpoints).
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Checkpoints {
    /// Calls that did not run, as their result was there.
    pub reused: u64,
    /// Results that were made and kept.
    pub written: u64,
    /// What did not go well; none of it has changed an answer. Of very many
    /// troubles only the first thousand are told.
    pub troubles: Vec<Trouble>,
    /// How many troubles there were beyond those that are told.
    pub untold: u64,
}

/// A file that was not believed, or a result that was not kept.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Trouble {
    /// Which of the two it is.
    pub kind: TroubleKind,
    /// The name of the task.
    pub task: &'static str,
    /// The file, or where it would be; the folder, where that is not known.
    pub path: PathBuf,
    /// Why.
    pub reason: String,
}

/// What did not go well.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TroubleKind {
    /// A file was there and was not believed: it is torn, damaged, stale or
    /// something else. The task has run.
    Rejected,
    /// The result has been used, and is not there for the next run.
    NotKept,
}

impl Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            task, path, reason, ..
        } = self;
        let path = path.display();
        match self.kind {
            TroubleKind::Rejected => write!(f, "`{task}` ran again, as of {path}: {reason}"),
            TroubleKind::NotKept => {
                write!(f, "a result of `{task}` is not kept in {path}: {reason}")
            }
        }
    }
}

/// The troubles that are told one by one.
const MOST: usize = 1000;

/// The report as it is written.
#[derive(Debug, Default)]
pub(super) struct Report {
    reused: AtomicU64,
    written: AtomicU64,
    troubles: Mutex<(Vec<Trouble>, u64)>,
}

impl Report {
    pub(super) fn reused(&self) {
        self.reused.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn written(&self) {
        self.written.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn trouble(&self, trouble: Trouble) {
        let mut troubles = self.troubles.lock().unwrap_or_else(PoisonError::into_inner);
        if troubles.0.len() < MOST {
            troubles.0.push(trouble);
        } else {
            troubles.1 += 1;
        }
    }

    pub(super) fn so_far(&self) -> Checkpoints {
        let troubles = self.troubles.lock().unwrap_or_else(PoisonError::into_inner);
        let (troubles, untold) = troubles.clone();
        Checkpoints {
            reused: self.reused.load(Ordering::Relaxed),
            written: self.written.load(Ordering::Relaxed),
            troubles,
            untold,
        }
    }
}
