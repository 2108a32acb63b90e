//! Sums of the numbers that loops are at, of numbers, and of constants with a name,
//! such as `N - 1 - i`. What such a constant comes to is for rustc to say.

use delayed_graph as shown;

use crate::pipeline::arrays::affine::Constant;

/// A sum.
#[derive(Clone, Default)]
pub struct Sum {
    /// The number.
    pub constant: i64,
    /// What is added by constants with a name.
    pub named: Vec<Product>,
    /// The loops, and the factor of each one's number.
    pub factors: Vec<(shown::RegionId, Product)>,
}

/// A number times constants with a name.
#[derive(Clone)]
pub struct Product {
    /// The number.
    pub number: i64,
    /// The constants.
    pub constants: Vec<Constant>,
}

/// The numbers that a loop goes through, as [`shown::Range`] has them.
#[derive(Clone)]
pub struct Range {
    /// The first number.
    pub start: Sum,
    /// What is not reached any more.
    pub end: Sum,
    /// How far apart the numbers are.
    pub step: i64,
}

impl Sum {
    /// The sum as graphs have it, if it names no constants.
    #[must_use]
    pub fn known(&self) -> Option<shown::Affine> {
        let factors = self.factors.iter().map(|(region, factor)| {
            let is_known = factor.constants.is_empty();
            is_known.then_some((*region, factor.number))
        });
        let factors = factors.collect::<Option<Vec<_>>>()?;
        self.named.is_empty().then(|| shown::Affine {
            constant: self.constant,
            factors: factors.into(),
        })
    }

    /// One less.
    pub(super) fn before(self) -> Option<Self> {
        let constant = self.constant.checked_sub(1)?;
        Some(Self { constant, ..self })
    }
}

impl Range {
    /// The range as graphs have it, if it names no constants.
    #[must_use]
    pub fn known(&self) -> Option<shown::Range> {
        Some(shown::Range {
            start: self.start.known()?,
            end: self.end.known()?,
            step: self.step,
        })
    }
}
