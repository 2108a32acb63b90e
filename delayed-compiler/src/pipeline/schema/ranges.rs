//! Which numbers loops go through, where the program says so.

use std::collections::BTreeMap;

use delayed_graph as shown;
use syn::{Expr, Lit, Pat, RangeLimits, UnOp};

use super::shown_region;
use super::sums::{Product, Range, Sum};
use crate::pipeline::arrays::affine::{Affine, Term};
use crate::pipeline::arrays::recognise::{Walk, walk};
use crate::pipeline::ir::{Graph, Node, ROOT, RegionId, Role, ValueId};

/// The loops that go through known numbers, and the variables that hold these.
#[derive(Default)]
pub(super) struct Ranges {
    pub(super) ranges: BTreeMap<RegionId, Range>,
    numbers: BTreeMap<ValueId, shown::RegionId>,
}

impl Ranges {
    pub(super) fn of(graph: &Graph) -> Self {
        let mut ranges = Self::default();
        for id in (0..graph.regions.len()).map(RegionId) {
            let region = &graph.regions[id.0];
            let head = region.node.filter(|_| region.role == Role::Loop);
            let Some(head) = head.map(|head| &graph.nodes[head.0]) else {
                continue;
            };
            let is_mere = head.tasks.is_empty() && !head.exit;
            let is_number = match &region.pat {
                Some(Pat::Ident(name)) => name.mutability.is_none() && name.subpat.is_none(),
                pat => matches!(pat, Some(Pat::Wild(_))),
            };
            let range = ranges.range(graph, head).filter(|_| is_mere && is_number);
            let Some(range) = range else { continue };
            ranges.ranges.insert(id, range);
            // The items' region, and not the one that the loop stands in.
            let shown = shown_region(graph, id);
            let items = region.items.iter().zip(shown);
            ranges
                .numbers
                .extend(items.map(|(item, shown)| (*item, shown)));
        }
        ranges
    }

    fn range(&self, graph: &Graph, head: &Node) -> Option<Range> {
        let Walk { range, down, step } = walk(&head.expr)?;
        let start = self.bound(graph, head, range.start.as_deref()?)?;
        let mut end = self.bound(graph, head, range.end.as_deref()?)?;
        if matches!(range.limits, RangeLimits::Closed(_)) {
            end.constant = end.constant.checked_add(1)?;
        }
        Some(match down {
            false => Range { start, end, step },
            true => Range {
                start: end.before()?,
                end: start.before()?,
                step: -step,
            },
        })
    }

    fn bound(&self, graph: &Graph, head: &Node, expr: &Expr) -> Option<Sum> {
        if let Some(constant) = integer(expr) {
            return Some(Sum {
                constant,
                ..Sum::default()
            });
        }
        self.sum(&Affine::of(expr, &head.names, graph, ROOT)?)
    }

    /// `affine` with the loops of its variables, if it depends on numbers of loops and
    /// on constants alone.
    pub(super) fn sum(&self, affine: &Affine) -> Option<Sum> {
        let mut sum = Sum {
            constant: affine.constant,
            ..Sum::default()
        };
        for (term, number) in &affine.terms {
            let mut product = Product {
                number: *number,
                constants: Vec::new(),
            };
            let mut regions = Vec::new();
            for factor in term.factors() {
                match factor {
                    Term::Value(value) => regions.push(*self.numbers.get(value)?),
                    Term::Constant(constant) => product.constants.push(constant.clone()),
                    Term::Product(_) => return None,
                }
            }
            match regions[..] {
                [] => sum.named.push(product),
                [region] => sum.factors.push((region, product)),
                _ => return None,
            }
        }
        Some(sum)
    }
}

/// A number as it stands in the program.
fn integer(expr: &Expr) -> Option<i64> {
    match expr {
        Expr::Lit(lit) => match &lit.lit {
            Lit::Int(int) => int.base10_parse().ok(),
            _ => None,
        },
        Expr::Unary(unary) if matches!(unary.op, UnOp::Neg(_)) => {
            integer(&unary.expr)?.checked_neg()
        }
        Expr::Paren(paren) => integer(&paren.expr),
        _ => None,
    }
}

/// How many numbers a range has, if that does not depend on other loops.
pub(super) fn extent(range: &shown::Range) -> Option<u64> {
    if !range.start.factors.is_empty() || !range.end.factors.is_empty() {
        return None;
    }
    let length = i128::from(range.end.constant) - i128::from(range.start.constant);
    let steps = if range.step < 0 { -length } else { length };
    let steps = u64::try_from(steps).unwrap_or(0);
    Some(steps.div_ceil(range.step.unsigned_abs()))
}
