//! Which elements of which arrays the body of a nest names.
//!
//! All that a body may do with an array that it changes is to name elements,
//! `t[…][…]` with the same number of subscripts everywhere, and to ask how long
//! it, or a row of it, is. Anything else, and whatever might have an effect of its
//! own besides (a closure, a macro, a block), makes it no body of cells.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::{Ident, Span};
use syn::punctuated::Punctuated;
use syn::visit::{self, Visit};
use syn::{Expr, Pat, Token, UnOp};

use super::affine::Affine;
use super::dependence::Loop;
use super::recognise::is_range_item;
use crate::pipeline::build::flatten::start;
use crate::pipeline::form::calls;
use crate::pipeline::form::methods;
use crate::pipeline::form::{is_change_op, places, variable};
use crate::pipeline::ir::{Graph, Node, RegionId, ValueId};
use crate::pipeline::text::text;

/// Where in a row an element is named.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// In front of the loop inside.
    Front,
    /// In a cell.
    Cell,
    /// Behind the loop inside.
    Back,
}

/// An element that a body names.
#[derive(Clone)]
pub struct Access {
    /// The array.
    pub array: ValueId,
    /// Where.
    pub part: Part,
    /// Its subscripts; one that has more in it than the nest's variables, and what
    /// is the same in all cells, is `None`.
    pub subscripts: Vec<Option<Affine>>,
    /// The same, where variables of `loops` may be in it, too.
    pub whole: Vec<Option<Affine>>,
    /// The loops over ranges that it is in, inside of the part.
    pub loops: Vec<Loop>,
    /// Whether the element may be changed.
    pub changes: bool,
    /// As the user wrote it.
    pub text: String,
    /// Where.
    pub span: Span,
}

/// What a body does with arrays.
#[derive(Default)]
pub struct Accesses {
    /// The elements that it names.
    pub all: Vec<Access>,
    /// How many subscripts lead to where a length is asked for.
    lengths: Vec<(ValueId, usize)>,
    /// Arrays with brackets of one subscript.
    plain: BTreeSet<ValueId>,
    /// Arrays of which more than a length is asked.
    shapes: BTreeSet<ValueId>,
}

/// It is no body of cells.
#[derive(Debug)]
pub struct Unknown;

impl Accesses {
    /// Adds what `node`, in this part of the loop `nest` or at its head, does with
    /// `arrays`; `loops` are those around it inside of the part.
    ///
    /// # Errors
    ///
    /// When it does something else.
    pub fn add(
        &mut self,
        graph: &Graph,
        nest: RegionId,
        (node, part): (&Node, Part),
        arrays: &BTreeSet<ValueId>,
        loops: &[Loop],
    ) -> Result<(), Unknown> {
        let mut walk = Walk {
            graph,
            nest,
            part,
            loops,
            names: &node.names,
            arrays,
            found: self,
            changed: false,
            unknown: false,
        };
        walk.visit_expr(&node.expr);
        if let Some(bind) = &node.bind {
            walk.visit_pat(&bind.pat);
        }
        if walk.unknown { Err(Unknown) } else { Ok(()) }
    }

    /// The number of subscripts of each array's elements.
    ///
    /// # Errors
    ///
    /// When they differ, a length is asked of an element, or a shape of what may be
    /// no array of `ndarray`.
    pub fn ranks(&self) -> Result<BTreeMap<ValueId, usize>, Unknown> {
        let mut ranks = BTreeMap::new();
        for access in &self.all {
            let rank = access.subscripts.len();
            if *ranks.entry(access.array).or_insert(rank) != rank {
                return Err(Unknown);
            }
        }
        let mut lengths = self.lengths.iter();
        let fits = |(array, depth): &(_, _)| ranks.get(array).is_none_or(|rank| depth < rank);
        if lengths.all(fits) && self.shapes.is_disjoint(&self.plain) {
            Ok(ranks)
        } else {
            Err(Unknown)
        }
    }
}

/// The subscripts in brackets with more than one of them, as arrays of `ndarray` have:
/// `t[[i, j]]` or `t[(i, j)]`.
fn several(index: &Expr) -> Option<&Punctuated<Expr, Token![,]>> {
    match index {
        Expr::Array(several) if cfg!(feature = "ndarray") => Some(&several.elems),
        Expr::Tuple(several) if cfg!(feature = "ndarray") => Some(&several.elems),
        _ => None,
    }
}

/// `t` and the subscripts of `t[i][j]` or `t[[i, j]]`, or of `t` alone.
fn element(expr: &Expr) -> Option<(&Ident, Vec<&Expr>)> {
    match expr {
        Expr::Index(index) => {
            let (name, mut subscripts) = element(&index.expr)?;
            match several(&index.index) {
                Some(several) => subscripts.extend(several),
                None => subscripts.push(&index.index),
            }
            Some((name, subscripts))
        }
        Expr::Paren(paren) => element(&paren.expr),
        expr => Some((variable(expr)?, Vec::new())),
    }
}

/// What arrays of `ndarray` say of their shape.
const SHAPES: &[&str] = &["dim", "ncols", "nrows", "shape"];

/// Whether there are brackets of one subscript in `t[i]`.
fn has_plain(expr: &Expr) -> bool {
    match expr {
        Expr::Index(index) => several(&index.index).is_none() || has_plain(&index.expr),
        Expr::Paren(paren) => has_plain(&paren.expr),
        _ => false,
    }
}

/// Whether a function that is no task surely does nothing but compute: one of a
/// type of the language or of a few of the standard library's, or what makes a
/// struct or variant. Any other may count its calls.
fn only_computes(func: &Expr) -> bool {
    const KNOWN: &[&str] = &["Box", "Option", "Result", "String", "Vec", "Wrapping"];
    let Expr::Path(func) = func else { return false };
    let mut names = func
        .path
        .segments
        .iter()
        .rev()
        .map(|segment| &segment.ident);
    let (last, owner) = (names.next(), names.next());
    let makes = last.is_some_and(|last| last.to_string().starts_with(char::is_uppercase));
    let is_known = |owner: &Ident| {
        let name = owner.to_string();
        KNOWN.contains(&name.as_str()) || calls::is_primitive(&name)
    };
    func.qself.is_none() && (makes || owner.is_some_and(is_known))
}

struct Walk<'a> {
    graph: &'a Graph,
    /// The outermost loop.
    nest: RegionId,
    part: Part,
    /// Those around what is visited, inside of the part.
    loops: &'a [Loop],
    names: &'a BTreeMap<String, ValueId>,
    arrays: &'a BTreeSet<ValueId>,
    found: &'a mut Accesses,
    /// What is visited may be changed.
    changed: bool,
    unknown: bool,
}

impl Walk<'_> {
    fn array(&self, name: &Ident) -> Option<ValueId> {
        let value = self.names.get(&name.to_string())?;
        self.arrays.contains(value).then_some(*value)
    }

    /// Whether `expr` is more than a variable, or a temporary for that.
    fn is_sum(&self, expr: &Expr) -> bool {
        let Some(name) = variable(expr) else {
            return true;
        };
        let value = self.names.get(&name.to_string());
        let value = value.filter(|value| self.graph.values[value.0].temporary);
        let giver = value.and_then(|value| self.graph.giver(*value));
        giver.is_some_and(|giver| variable(&self.graph.nodes[giver.0].expr).is_none())
    }

    fn place(&mut self, expr: &Expr) {
        let outside = std::mem::replace(&mut self.changed, true);
        self.visit_expr(expr);
        self.changed = outside;
    }

    fn value(&mut self, expr: &Expr) {
        let outside = std::mem::replace(&mut self.changed, false);
        self.visit_expr(expr);
        self.changed = outside;
    }

    /// Notes that `expr` names an element, if it does.
    fn element(&mut self, expr: &Expr) -> bool {
        let Some((name, subscripts)) = element(expr) else {
            return false;
        };
        let Some(array) = self.array(name) else {
            return false;
        };
        let Some(known) = self
            .subscripts(&subscripts)
            .filter(|_| !subscripts.is_empty())
        else {
            self.unknown = true;
            return true;
        };
        if has_plain(expr) {
            self.found.plain.insert(array);
        }
        let known: Vec<_> = known.into_iter().map(Some).collect();
        self.found.all.push(Access {
            array,
            part: self.part,
            subscripts: known.clone(),
            whole: known,
            loops: self.loops.to_vec(),
            changes: self.changed,
            text: text(expr),
            span: start(expr),
        });
        true
    }

    /// Notes that the length of an array, or of a row of it, or its shape is asked for.
    fn length(&mut self, call: &syn::ExprMethodCall) -> bool {
        let method = call.method.to_string();
        let of_shape = SHAPES.contains(&method.as_str());
        let asks = of_shape || method == "len" || method == "is_empty";
        let Some((name, subscripts)) = element(&call.receiver).filter(|_| asks) else {
            return false;
        };
        let Some(array) = self.array(name) else {
            return false;
        };
        if of_shape {
            self.unknown |= !cfg!(feature = "ndarray") || !subscripts.is_empty();
            self.found.shapes.insert(array);
        }
        self.found.lengths.push((array, subscripts.len()));
        self.unknown |= self.subscripts(&subscripts).is_none();
        true
    }

    /// Whether `expr` is, or is a part of, a variable from outside of the nest that
    /// is no array: a method of it may count its calls, say.
    fn is_outer(&self, expr: &Expr) -> bool {
        match expr {
            Expr::Field(field) => self.is_outer(&field.base),
            Expr::Index(index) => self.is_outer(&index.expr),
            Expr::Paren(paren) => self.is_outer(&paren.expr),
            Expr::Unary(unary) => self.is_outer(&unary.expr),
            Expr::Reference(reference) => self.is_outer(&reference.expr),
            Expr::MethodCall(call) => self.is_outer(&call.receiver),
            expr => variable(expr).is_some_and(|name| match self.names.get(&name.to_string()) {
                Some(value) => self.is_outside(*value) && !self.arrays.contains(value),
                None => true,
            }),
        }
    }

    /// Whether `value` is not of the nest; the runtime sees of these what they are.
    fn is_outside(&self, value: ValueId) -> bool {
        let home = self.graph.values[value.0].home;
        home.is_none_or(|home| !self.graph.is_inside(home, self.nest))
    }

    /// The subscripts, if they are affine and surely numbers: a variable of the
    /// cell's alone might be a range.
    fn subscripts(&self, subscripts: &[&Expr]) -> Option<Vec<Affine>> {
        let known = subscripts.iter().map(|expr| {
            let affine = Affine::of(expr, self.names, self.graph, self.nest)?;
            let is_index = |value| self.is_outside(value) || is_range_item(self.graph, value);
            let is_number = self.is_sum(expr) || affine.values().all(is_index);
            let changes = affine.values().any(|value| self.arrays.contains(&value));
            (is_number && !changes).then_some(affine)
        });
        known.collect()
    }
}

impl<'ast> Visit<'ast> for Walk<'_> {
    fn visit_expr(&mut self, expr: &'ast Expr) {
        match expr {
            Expr::Index(_) | Expr::Path(_) if self.element(expr) => {}
            Expr::Index(index) => {
                self.visit_expr(&index.expr);
                self.value(&index.index);
            }
            Expr::Field(field) => self.visit_expr(&field.base),
            Expr::Paren(paren) => self.visit_expr(&paren.expr),
            Expr::Group(group) => self.visit_expr(&group.expr),
            Expr::Unary(unary) if matches!(unary.op, UnOp::Deref(_)) => {
                self.visit_expr(&unary.expr);
            }
            Expr::Assign(assign) => {
                places(&assign.left)
                    .into_iter()
                    .for_each(|place| self.place(place));
                self.value(&assign.right);
            }
            Expr::Binary(binary) if is_change_op(&binary.op) => {
                self.place(&binary.left);
                self.value(&binary.right);
            }
            Expr::Reference(inner) if inner.mutability.is_some() => self.place(&inner.expr),
            Expr::MethodCall(call) if self.length(call) => {}
            Expr::MethodCall(call) => {
                self.unknown |= self.is_outer(&call.receiver) && !methods::looks(call);
                // It may take `&mut self`.
                self.place(&call.receiver);
                call.args.iter().for_each(|argument| self.value(argument));
            }
            Expr::Call(call) => {
                let is_bound = |name: &Ident| {
                    let value = self.names.get(&name.to_string());
                    value.is_some_and(|value| self.graph.values[value.0].home.is_some())
                };
                let is_task = calls::task(call, is_bound).is_some();
                self.unknown |= !is_task && !only_computes(&call.func);
                call.args.iter().for_each(|argument| self.value(argument));
            }
            Expr::Match(inner) if inner.arms.is_empty() => self.unknown = true,
            // What is matched may be bound by `ref mut`.
            Expr::Match(inner) => {
                self.place(&inner.expr);
                inner.arms.iter().for_each(|arm| self.visit_arm(arm));
            }
            Expr::Let(condition) => {
                self.place(&condition.expr);
                self.visit_pat(&condition.pat);
            }
            Expr::If(_)
            | Expr::Binary(_)
            | Expr::Unary(_)
            | Expr::Cast(_)
            | Expr::Lit(_)
            | Expr::Path(_)
            | Expr::Tuple(_)
            | Expr::Array(_)
            | Expr::Reference(_)
            | Expr::Struct(_)
            | Expr::Range(_)
            | Expr::Repeat(_)
            | Expr::Try(_) => {
                let outside = std::mem::replace(&mut self.changed, false);
                visit::visit_expr(self, expr);
                self.changed = outside;
            }
            // What a branch runs are nodes of their own.
            Expr::Block(block) if block.block.stmts.is_empty() => {}
            _ => self.unknown = true,
        }
    }

    fn visit_stmt(&mut self, stmt: &'ast syn::Stmt) {
        match stmt {
            syn::Stmt::Expr(expr, _) => self.visit_expr(expr),
            _ => self.unknown = true,
        }
    }

    /// A name that hides an array would be taken for it, and `ref mut` changes
    /// what is not behind a `&mut`.
    fn visit_pat(&mut self, pat: &'ast Pat) {
        if let Pat::Ident(name) = pat {
            let binds_mut = name.by_ref.is_some() && name.mutability.is_some();
            self.unknown |= binds_mut || self.array(&name.ident).is_some();
        }
        visit::visit_pat(self, pat);
    }
}
