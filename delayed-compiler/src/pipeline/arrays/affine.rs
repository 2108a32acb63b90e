//! Subscripts that are sums of variables and constants, such as `2 * i + j - 1`.
//!
//! Indices are `usize`, whose sums wrap in a release build. Two of them that are
//! equal there are equal as sums of integers, too, unless a factor times the
//! distance of two iterations that have run goes beyond 2^64: factors are small,
//! and nobody gets to run 2^56 iterations.

use std::collections::BTreeMap;

use syn::{BinOp, Expr, Lit};

use crate::pipeline::form::variable;
use crate::pipeline::ir::{Graph, ValueId};

/// A constant, and variables with the factors that they have.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Affine {
    /// The constant.
    pub constant: i64,
    /// The variables' factors; none is zero.
    pub terms: BTreeMap<ValueId, i64>,
}

/// The largest constant, so that sums and products fit.
const MOST: i64 = 1 << 30;
/// The largest factor, see the top of this file.
const MOST_FACTOR: i64 = 1 << 8;

impl Affine {
    /// What `expr` is, if it is of this form. A temporary is what it holds.
    #[must_use]
    pub fn of(expr: &Expr, names: &BTreeMap<String, ValueId>, graph: &Graph) -> Option<Self> {
        let affine = match expr {
            Expr::Lit(lit) => match &lit.lit {
                Lit::Int(int) if matches!(int.suffix(), "" | "usize") => {
                    Self::constant(int.base10_parse().ok()?)
                }
                _ => return None,
            },
            Expr::Path(_) => {
                let value = names.get(&variable(expr)?.to_string())?;
                if graph.values[value.0].temporary {
                    let giver = &graph.nodes[graph.giver(*value)?.0];
                    return Self::of(&giver.expr, &giver.names, graph);
                }
                Self {
                    constant: 0,
                    terms: BTreeMap::from([(*value, 1)]),
                }
            }
            Expr::Paren(paren) => Self::of(&paren.expr, names, graph)?,
            Expr::Group(group) => Self::of(&group.expr, names, graph)?,
            Expr::Binary(binary) => {
                let left = Self::of(&binary.left, names, graph)?;
                let right = Self::of(&binary.right, names, graph)?;
                match binary.op {
                    BinOp::Add(_) => left.plus(&right, 1),
                    BinOp::Sub(_) => left.plus(&right, -1),
                    BinOp::Mul(_) if right.terms.is_empty() => left.times(right.constant),
                    BinOp::Mul(_) if left.terms.is_empty() => right.times(left.constant),
                    _ => return None,
                }
            }
            _ => return None,
        };
        affine.is_small().then_some(affine)
    }

    fn constant(constant: i64) -> Self {
        Self {
            constant,
            terms: BTreeMap::new(),
        }
    }

    /// The sum with `factor` times `other`.
    #[must_use]
    pub fn plus(mut self, other: &Self, factor: i64) -> Self {
        self.constant += factor * other.constant;
        for (value, theirs) in &other.terms {
            *self.terms.entry(*value).or_default() += factor * theirs;
        }
        self.terms.retain(|_, factor| *factor != 0);
        self
    }

    fn times(mut self, factor: i64) -> Self {
        self.constant *= factor;
        self.terms.values_mut().for_each(|term| *term *= factor);
        self.terms.retain(|_, factor| *factor != 0);
        self
    }

    fn is_small(&self) -> bool {
        let mut factors = self.terms.values();
        factors.all(|factor| (-MOST_FACTOR..=MOST_FACTOR).contains(factor))
            && (-MOST..=MOST).contains(&self.constant)
    }

    /// The factor of `value`.
    #[must_use]
    pub fn factor(&self, value: ValueId) -> i64 {
        self.terms.get(&value).copied().unwrap_or(0)
    }
}
