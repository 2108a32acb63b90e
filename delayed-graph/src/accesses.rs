//! What is known of loops beyond one box each: which numbers they go through,
//! and what their steps do with variables that iterations change.

use std::borrow::Cow;

use crate::{NodeId, RegionId};

/// A sum of the numbers that loops are at, times factors, and of a constant, such
/// as `2 * i + j - 1`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "json", derive(serde::Serialize))]
pub struct Affine {
    /// The constant.
    pub constant: i64,
    /// The loops, and the factor of each one's number.
    pub factors: Cow<'static, [(RegionId, i64)]>,
}

/// The numbers that a loop goes through: `start`, `start + step` and so on, as long
/// as they do not reach `end`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "json", derive(serde::Serialize))]
pub struct Range {
    /// The first number, which may depend on loops further out.
    pub start: Affine,
    /// What is not reached any more.
    pub end: Affine,
    /// How far apart the numbers are. It is negative where the loop runs down.
    pub step: i64,
}

/// A variable whose value one iteration of a loop may leave to the next one.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "json", derive(serde::Serialize))]
pub struct Variable {
    /// Its name.
    pub name: Cow<'static, str>,
    /// What steps do with it, step by step. Of one step, what it reads comes first.
    pub accesses: Cow<'static, [Access]>,
}

/// What a step does with a variable.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "json", derive(serde::Serialize))]
pub struct Access {
    /// The step.
    pub node: NodeId,
    /// What it does.
    pub kind: AccessKind,
    /// Which element it does it with, subscript by subscript; `None` for one that is
    /// only known when the program runs. Without subscripts it is all of the variable.
    pub subscripts: Cow<'static, [Option<Affine>]>,
    /// The element as the user wrote it.
    pub text: Cow<'static, str>,
}

/// What a step does with a variable or an element of one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "json", derive(serde::Serialize))]
#[cfg_attr(feature = "json", serde(rename_all = "lowercase"))]
pub enum AccessKind {
    /// Makes it: what had its name before was another one.
    Declared,
    /// Looks at it.
    Borrowed,
    /// Takes or copies it.
    Moved,
    /// Makes something of what it was.
    Changed,
    /// Puts something else in its place.
    Assigned,
}

impl Affine {
    /// The number, where `number` knows those of the loops in it and it fits.
    pub(crate) fn at(&self, number: impl Fn(RegionId) -> Option<i64>) -> Option<i64> {
        self.factors
            .iter()
            .try_fold(self.constant, |sum, (region, factor)| {
                sum.checked_add(number(*region)?.checked_mul(*factor)?)
            })
    }
}

impl Range {
    /// The numbers of the loop, where those of the loops that its ends depend on are
    /// known.
    pub(crate) fn numbers(
        &self,
        number: &dyn Fn(RegionId) -> Option<i64>,
    ) -> impl Iterator<Item = i64> + use<> {
        let (start, end, step) = (self.start.at(number), self.end.at(number), self.step);
        let is_before_end =
            move |at: &i64| end.is_some_and(|end| if step < 0 { *at > end } else { *at < end });
        let first = start.filter(|_| step != 0).filter(is_before_end);
        std::iter::successors(first, move |at| at.checked_add(step).filter(is_before_end))
    }

    /// The loops that its ends depend on.
    pub(crate) fn regions(&self) -> impl Iterator<Item = RegionId> + '_ {
        let ends = [&self.start, &self.end].into_iter();
        ends.flat_map(|end| end.factors.iter().map(|(region, _)| *region))
    }
}

impl AccessKind {
    /// Whether the step sees what was there before.
    pub(crate) fn reads(self) -> bool {
        matches!(self, Self::Borrowed | Self::Moved | Self::Changed)
    }

    /// Whether there is something else afterwards.
    pub(crate) fn writes(self) -> bool {
        matches!(self, Self::Declared | Self::Changed | Self::Assigned)
    }
}
