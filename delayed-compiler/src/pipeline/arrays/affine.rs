//! Subscripts that are sums of variables and constants, such as `2 * i + j - 1`, and
//! of products of two of these, such as `i * w + j`.
//!
//! Indices are `usize`, whose sums wrap in a release build. Two of them that are
//! equal there are equal as sums of integers, too, unless a factor times the
//! distance of two iterations that have run goes beyond 2^64: factors are small,
//! and nobody gets to run 2^56 iterations.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use syn::{BinOp, Expr, Ident, Lit, Pat, Path};

use crate::pipeline::form::variable;
use crate::pipeline::ir::{Graph, RegionId, ValueId};
use crate::pipeline::text::text;

/// What stands in a sum beside numbers.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Term {
    /// A variable.
    Value(ValueId),
    /// A constant of the program's, whose number the macro does not see.
    Constant(Constant),
    /// The product of two that are none themselves, the smaller one first.
    Product(Box<[Term; 2]>),
}

impl Term {
    /// The product, if neither is one.
    fn times(&self, other: &Self) -> Option<Self> {
        let is_product = |term: &Self| matches!(term, Self::Product(_));
        let mut both = [self.clone(), other.clone()];
        both.sort();
        (!both.iter().any(is_product)).then(|| Self::Product(Box::new(both)))
    }

    /// What it is a product of, or the term alone.
    pub fn factors(&self) -> &[Self] {
        match self {
            Self::Product(both) => &both[..],
            alone => std::slice::from_ref(alone),
        }
    }
}

/// The path of a constant. Two that read the same are the same.
#[derive(Clone)]
pub struct Constant(pub Path);

impl Ord for Constant {
    fn cmp(&self, other: &Self) -> Ordering {
        text(&self.0).cmp(&text(&other.0))
    }
}

impl PartialOrd for Constant {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Constant {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Constant {}

/// A number, and variables and constants with the factors that they have.
#[derive(Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Affine {
    /// The number.
    pub constant: i64,
    /// The factors; none is zero.
    pub terms: BTreeMap<Term, i64>,
}

/// The largest number, so that sums and products fit.
const MOST: i64 = 1 << 30;
/// The largest factor, see the top of this file.
const MOST_FACTOR: i64 = 1 << 8;

impl Affine {
    /// What `expr` is, if it is of this form. A temporary is what it holds, and so
    /// is what a `let` in `nest` binds.
    #[must_use]
    pub fn of(
        expr: &Expr,
        names: &BTreeMap<String, ValueId>,
        graph: &Graph,
        nest: RegionId,
    ) -> Option<Self> {
        let affine = match expr {
            Expr::Lit(lit) => match &lit.lit {
                Lit::Int(int) if matches!(int.suffix(), "" | "usize") => {
                    Self::constant(int.base10_parse().ok()?)
                }
                _ => return None,
            },
            Expr::Path(path) => match variable(expr) {
                Some(name) => {
                    let value = *names.get(&name.to_string())?;
                    let held = || Self::held(value, graph, nest);
                    match graph.values[value.0].temporary {
                        true => held()?,
                        false => held().unwrap_or_else(|| Self::term(Term::Value(value))),
                    }
                }
                None if path.qself.is_none() && is_constant(&path.path) => {
                    Self::term(Term::Constant(Constant(path.path.clone())))
                }
                None => return None,
            },
            Expr::Paren(paren) => Self::of(&paren.expr, names, graph, nest)?,
            Expr::Group(group) => Self::of(&group.expr, names, graph, nest)?,
            Expr::Binary(binary) => {
                let left = Self::of(&binary.left, names, graph, nest)?;
                let right = Self::of(&binary.right, names, graph, nest)?;
                match binary.op {
                    BinOp::Add(_) => left.plus(&right, 1),
                    BinOp::Sub(_) => left.plus(&right, -1),
                    BinOp::Mul(_) => left.times(&right)?,
                    _ => return None,
                }
            }
            _ => return None,
        };
        affine.is_small().then_some(affine)
    }

    /// What a temporary, or a variable that is bound in `nest` and never changed,
    /// holds.
    fn held(value: ValueId, graph: &Graph, nest: RegionId) -> Option<Self> {
        let known = &graph.values[value.0];
        let giver = &graph.nodes[graph.giver(value)?.0];
        if !known.temporary {
            let is_own = known.home.is_some_and(|home| graph.is_inside(home, nest));
            let bound = giver.bind.as_ref()?;
            let is_name = matches!(&bound.pat, Pat::Ident(name) if name.by_ref.is_none());
            if known.mutable || !is_own || !is_name || bound.values != [value] {
                return None;
            }
        }
        Self::of(&giver.expr, &giver.names, graph, nest)
    }

    /// The sum of this term alone.
    #[must_use]
    pub fn term(term: Term) -> Self {
        Self {
            constant: 0,
            terms: BTreeMap::from([(term, 1)]),
        }
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
        for (term, theirs) in &other.terms {
            *self.terms.entry(term.clone()).or_default() += factor * theirs;
        }
        self.terms.retain(|_, factor| *factor != 0);
        self
    }

    /// The product, unless three variables are multiplied in it, or more.
    #[must_use]
    pub fn times(&self, other: &Self) -> Option<Self> {
        let mut product = Self::default().plus(self, other.constant);
        let mut rest = other.clone();
        rest.constant = 0;
        product = product.plus(&rest, self.constant);
        for (one, factor) in &self.terms {
            for (other, other_factor) in &rest.terms {
                let both = Self::term(one.times(other)?);
                product = product.plus(&both, factor * other_factor);
            }
        }
        Some(product)
    }

    /// Whether variables are multiplied in it.
    #[must_use]
    pub fn has_products(&self) -> bool {
        let mut terms = self.terms.keys();
        terms.any(|term| matches!(term, Term::Product(_)))
    }

    /// Whether nothing is subtracted in it, so that it is not below zero.
    #[must_use]
    pub fn only_adds(&self) -> bool {
        self.constant >= 0 && self.terms.values().all(|factor| *factor > 0)
    }

    /// What is less by `number`.
    #[must_use]
    pub fn less(mut self, number: i64) -> Self {
        self.constant -= number;
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
        self.terms.get(&Term::Value(value)).copied().unwrap_or(0)
    }

    /// As one would write it.
    #[must_use]
    pub fn text(&self, graph: &Graph) -> String {
        let name = |term: &Term| match term {
            Term::Value(value) => graph.values[value.0].name.to_string(),
            Term::Constant(constant) => text(&constant.0),
            Term::Product(_) => String::new(),
        };
        let mut text = String::new();
        let numbers = (self.constant != 0).then_some((self.constant, String::new()));
        let terms = self.terms.iter().map(|(term, factor)| {
            let names: Vec<_> = term.factors().iter().map(name).collect();
            (*factor, names.join(" * "))
        });
        for (factor, name) in terms.chain(numbers) {
            text += match (text.is_empty(), factor < 0) {
                (true, false) => "",
                (true, true) => "-",
                (false, false) => " + ",
                (false, true) => " - ",
            };
            text += &match (factor.abs(), name.as_str()) {
                (number, "") => number.to_string(),
                (1, name) => name.to_owned(),
                (factor, name) => format!("{factor} * {name}"),
            };
        }
        text
    }

    /// The variables in it.
    pub fn values(&self) -> impl Iterator<Item = ValueId> + '_ {
        let factors = self.terms.keys().flat_map(Term::factors);
        factors.filter_map(|term| match term {
            Term::Value(value) => Some(*value),
            Term::Constant(_) | Term::Product(_) => None,
        })
    }
}

/// Whether `path` is written as constants are. A type or variant may be, too, and
/// is no number.
fn is_constant(path: &Path) -> bool {
    let is_capital = |name: &Ident| {
        let name = name.to_string();
        let mut letters = name.chars();
        name.starts_with(char::is_uppercase) && letters.all(|letter| !letter.is_lowercase())
    };
    let mut names = path.segments.iter();
    names.all(|name| name.arguments.is_none())
        && path
            .segments
            .last()
            .is_some_and(|last| is_capital(&last.ident))
}
