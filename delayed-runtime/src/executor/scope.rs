//! One iteration that is being run, seen from its body.

use super::calls;
use super::position::Position;
use super::run::{Run, Stop};
use super::site::CallSite;
use super::trace::{self, Call};
use crate::Error;
use crate::control::context;
use crate::sync::atomic::{AtomicU64, Ordering};

/// Where an iteration stands, and whether its result still matters.
pub struct Scope<'a> {
    pub(crate) run: &'a Run,
    parent: Option<&'a Scope<'a>>,
    index: u64,
    /// The index of the first iteration of the same loop that failed, or `MAX`.
    last: Option<&'a AtomicU64>,
}

impl<'a> Scope<'a> {
    /// The scope of a whole computation.
    pub(crate) fn root(run: &'a Run) -> Self {
        Self {
            run,
            parent: None,
            index: 0,
            last: None,
        }
    }

    /// The scope of one iteration (or branch of a fork).
    pub(crate) fn iteration(&'a self, index: u64, last: Option<&'a AtomicU64>) -> Self {
        Self {
            run: self.run,
            parent: Some(self),
            index,
            last,
        }
    }

    /// Begins the call at `site` in iterations that overlap, after a look whether
    /// there is still a point in it if it `looks`.
    ///
    /// # Errors
    ///
    /// When the run was told to stop, or an earlier iteration has failed.
    #[inline]
    pub fn begin<'s>(
        &'s self,
        site: &'static CallSite,
        looks: bool,
    ) -> Result<Call<'s, false>, Stop> {
        if looks {
            self.look(site, false)?;
        }
        let is_told = calls::is_told_overlapping(self.run, site);
        if is_told {
            calls::begins(self.run, site);
        }
        Ok(Call::enter(site, self, is_told))
    }

    /// Begins the call at `site` where iterations do not overlap: it looks, and
    /// observers may be told of it.
    ///
    /// # Errors
    ///
    /// As [`begin`](Self::begin).
    #[inline]
    pub fn begin_told<'s>(&'s self, site: &'static CallSite) -> Result<Call<'s, true>, Stop> {
        self.look(site, true)?;
        Ok(Call::enter(site, self, false))
    }

    /// Whether there is still a point in a call.
    #[inline]
    fn look(&self, site: &'static CallSite, is_told: bool) -> Result<(), Stop> {
        let is_after = |last: &AtomicU64| self.index > last.load(Ordering::Relaxed);
        if self.last.is_some_and(is_after) {
            return Err(Stop::Abandoned);
        }
        if self.run.attends() {
            goes_on(self.run, site, is_told)?;
        }
        Ok(())
    }

    /// Whether an earlier failure has made this work pointless.
    pub(crate) fn abandoned(&self) -> bool {
        self.last
            .is_some_and(|last| self.index > last.load(Ordering::Relaxed))
            || self.parent.is_some_and(Scope::abandoned)
    }

    /// Where this stands.
    pub(crate) fn position(&self) -> Position {
        let mut path = Vec::new();
        let mut scope = self;
        while let Some(parent) = scope.parent {
            path.push(scope.index);
            scope = parent;
        }
        path.reverse();
        Position::new(path)
    }
}

/// Whether a run that can be told to stop has not been. It gets the run alone:
/// a scope that nobody else looks at need not be anywhere in memory.
#[cold]
fn goes_on(run: &Run, site: &CallSite, is_told: bool) -> Result<(), Stop> {
    let stopped = |reason| Error::cancelled(reason).at(site.task, site.place.clone());
    let end = run.watch().check().map_err(stopped);
    end.map_err(|error| trace::passed(Stop::Failed(error)))?;
    context::was_told();
    if is_told && calls::is_told(run, site) {
        calls::begins(run, site);
    }
    Ok(())
}
