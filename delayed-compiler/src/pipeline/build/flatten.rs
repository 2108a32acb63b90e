//! Takes the tasks and `?`s out of a nested expression, one step each.
//!
//! `add(increment(x), double(x))` becomes `t1 = increment(x)`,
//! `t2 = double(x)`, `add(t1, t2)`. What is evaluated before a step that is
//! taken out is taken out before it, so the order of evaluation, and with it
//! the first error, stays as written.

use std::collections::BTreeSet;

use proc_macro2::{Ident, Span};
use syn::spanned::Spanned;
use syn::visit::{self, Visit};
use syn::{BinOp, Expr, ExprBinary, Pat};

use crate::pipeline::form::calls;
use crate::pipeline::form::names::{Mode, mentions};
use crate::pipeline::form::{is_change_op, variable};

/// What the walk needs from its caller.
pub trait Steps {
    /// Whether `name` is a variable of the pipeline's, and so no task.
    fn is_local(&self, name: &Ident) -> bool;

    /// Makes a step of `expr` and gives the temporary that holds its value.
    fn step(&mut self, expr: Expr, hint: &str) -> Ident;

    /// Whether `expr` has bodies of the pipeline's in it.
    fn is_branch(&self, expr: &Expr) -> bool;
}

/// Takes out what `expr` has inside; `expr` itself stays for the caller.
pub fn inside(expr: &mut Expr, steps: &mut impl Steps) {
    if let Expr::Try(attempt) = expr {
        // `f(x)?` is one step: a task with an exit.
        return inside(&mut attempt.expr, steps);
    }
    if changes_before_an_exit(expr, steps) {
        return;
    }
    let mut operands = operands(expr);
    let Some(last) = operands
        .iter()
        .rposition(|(operand, _)| has_step(operand, steps))
    else {
        return;
    };
    let changed: Vec<BTreeSet<String>> = operands
        .iter()
        .map(|(operand, _)| changed(operand))
        .collect();
    let taken: Vec<BTreeSet<String>> = operands.iter().map(|(operand, _)| taken(operand)).collect();
    for (index, (operand, position)) in operands.iter_mut().enumerate().take(last + 1) {
        inside(operand, steps);
        let is_step = is_step(operand, steps);
        let can_wait = is_simple(operand)
            && !names_any(operand, &changed[index + 1..])
            && !is_part_of(operand, &taken[index + 1..]);
        let before_a_step = index < last && *position == Position::Value && !can_wait;
        if is_step || before_a_step {
            take_out(operand, steps);
        }
    }
}

/// Whether `expr` may change a variable of the surroundings and then leave, as in
/// `map.entry(k).or_default().push(f(x)?)`: they would see that the change has
/// been made, so nothing can be taken out in front of it.
fn changes_before_an_exit(expr: &Expr, steps: &impl Steps) -> bool {
    let Expr::MethodCall(call) = expr else {
        return false;
    };
    let is_chain = matches!(&*call.receiver, Expr::MethodCall(inner) if matches!(*inner.receiver, Expr::MethodCall(_)));
    is_chain && call.args.iter().any(super::has_exit) && {
        let mentions = mentions(&call.receiver).into_iter();
        let mut changes =
            mentions.filter(|mention| mention.changes.is_some() || mention.mode == Mode::Change);
        changes.any(|mention| !steps.is_local(&mention.name))
    }
}

/// The variables that evaluating `expr` may change.
fn changed(expr: &Expr) -> BTreeSet<String> {
    let mentions = mentions(expr).into_iter();
    let changes =
        mentions.filter(|mention| mention.changes.is_some() || mention.mode == Mode::Change);
    changes.map(|mention| mention.name.to_string()).collect()
}

/// The variables that evaluating `expr` may move.
fn taken(expr: &Expr) -> BTreeSet<String> {
    let mentions = mentions(expr).into_iter();
    let taken = mentions.filter(|mention| mention.mode != Mode::Borrow);
    taken.map(|mention| mention.name.to_string()).collect()
}

/// Whether `expr` is a field of one of these: its copy comes first.
fn is_part_of(expr: &Expr, names: &[BTreeSet<String>]) -> bool {
    let whole = field_of(expr).map(ToString::to_string);
    whole.is_some_and(|whole| names.iter().any(|names| names.contains(&whole)))
}

fn names_any(expr: &Expr, names: &[BTreeSet<String>]) -> bool {
    mentions(expr).iter().any(|mention| {
        let name = mention.name.to_string();
        names.iter().any(|names| names.contains(&name))
    })
}

fn take_out(operand: &mut Expr, steps: &mut impl Steps) {
    let expr = std::mem::replace(operand, Expr::PLACEHOLDER);
    let temporary = steps.step(expr, "value");
    *operand = syn::parse_quote!(#temporary);
}

/// The task that `expr` calls, perhaps with a `?` behind.
pub fn task_of<'a>(expr: &'a Expr, steps: &impl Steps) -> Option<&'a syn::Path> {
    match expr {
        Expr::Call(call) => calls::task(call, |name| steps.is_local(name)),
        Expr::Try(attempt) => match &*attempt.expr {
            Expr::Call(call) => calls::task(call, |name| steps.is_local(name)),
            _ => None,
        },
        Expr::Paren(paren) => task_of(&paren.expr, steps),
        _ => None,
    }
}

/// Whether `expr` is to be a node of its own.
pub fn is_step(expr: &Expr, steps: &impl Steps) -> bool {
    matches!(expr, Expr::Try(_))
        || task_of(expr, steps).is_some()
        || steps.is_branch(expr)
        || is_lazy_with_task(expr, steps)
}

/// `a && f(x)`: its tasks may not run, so the whole is one step.
fn is_lazy_with_task(expr: &Expr, steps: &impl Steps) -> bool {
    let Expr::Binary(binary) = expr else {
        return false;
    };
    is_lazy(&binary.op) && !has_let(expr) && !tasks_in(expr, steps).is_empty()
}

/// Whether `expr` is a chain that binds variables, as in `if let … && …`.
fn has_let(expr: &Expr) -> bool {
    match expr {
        Expr::Let(_) => true,
        Expr::Binary(binary) => has_let(&binary.left) || has_let(&binary.right),
        _ => false,
    }
}

/// Whether a step is somewhere in `expr` where it is always evaluated.
fn has_step(expr: &Expr, steps: &impl Steps) -> bool {
    is_step(expr, steps) || children(expr).iter().any(|child| has_step(child, steps))
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Position {
    /// The operand's value is used.
    Value,
    /// The operand stands for a place in memory, and copying it would not do.
    Place,
}

/// The operands that `expr` always evaluates, in that order.
fn operands(expr: &mut Expr) -> Vec<(&mut Expr, Position)> {
    use Position::{Place, Value};
    match expr {
        Expr::Array(array) => array.elems.iter_mut().map(|elem| (elem, Value)).collect(),
        // The right side of a change is evaluated first.
        Expr::Assign(assign) => vec![(&mut *assign.right, Value), (&mut *assign.left, Place)],
        Expr::Binary(ExprBinary {
            left, op, right, ..
        }) => match op {
            op if is_change_op(op) => vec![(&mut **right, Value), (&mut **left, Place)],
            op if is_lazy(op) => vec![(&mut **left, Value)],
            _ => vec![(&mut **left, Value), (&mut **right, Value)],
        },
        Expr::Call(call) => call.args.iter_mut().map(|arg| (arg, Value)).collect(),
        Expr::Cast(cast) => vec![(&mut *cast.expr, Value)],
        Expr::Field(field) => vec![(&mut *field.base, Place)],
        Expr::Group(group) => vec![(&mut *group.expr, Value)],
        Expr::If(inner) => vec![(&mut *inner.cond, Place)],
        Expr::Index(index) => vec![(&mut *index.expr, Place), (&mut *index.index, Value)],
        Expr::Let(inner) => vec![(&mut *inner.expr, Place)],
        Expr::Match(inner) => vec![(&mut *inner.expr, Place)],
        Expr::MethodCall(call) => {
            let receiver = std::iter::once((&mut *call.receiver, Place));
            receiver
                .chain(call.args.iter_mut().map(|arg| (arg, Value)))
                .collect()
        }
        Expr::Paren(paren) => vec![(&mut *paren.expr, Value)],
        Expr::Range(range) => [&mut range.start, &mut range.end]
            .into_iter()
            .flatten()
            .map(|bound| (&mut **bound, Value))
            .collect(),
        Expr::Reference(reference) => vec![(&mut *reference.expr, Place)],
        Expr::Repeat(repeat) => vec![(&mut *repeat.expr, Value)],
        Expr::Struct(inner) => {
            let fields = inner
                .fields
                .iter_mut()
                .map(|field| (&mut field.expr, Value));
            fields
                .chain(inner.rest.as_deref_mut().map(|rest| (rest, Place)))
                .collect()
        }
        Expr::Try(attempt) => vec![(&mut *attempt.expr, Value)],
        Expr::Tuple(tuple) => tuple.elems.iter_mut().map(|elem| (elem, Value)).collect(),
        Expr::Unary(unary) => vec![(&mut *unary.expr, Place)],
        _ => Vec::new(),
    }
}

/// Those operands of a change whose value is used, in order of evaluation, and
/// whether each is lent.
pub fn value_operands(expr: &mut Expr) -> Vec<(&mut Expr, bool)> {
    let mut found = Vec::new();
    for (operand, position) in operands(expr) {
        match position {
            Position::Value => match operand {
                // `&format!(…)`: what is borrowed can be made before.
                Expr::Reference(reference) => found.push((&mut *reference.expr, true)),
                operand => found.push((operand, false)),
            },
            Position::Place => found.extend(value_operands(bare(operand))),
        }
    }
    found
}

/// A place in parentheses is one, too.
fn bare(expr: &mut Expr) -> &mut Expr {
    match expr {
        Expr::Paren(paren) => bare(&mut paren.expr),
        Expr::Group(group) => bare(&mut group.expr),
        expr => expr,
    }
}

/// The variable that `expr` is a part of, as `x` in `x.y` and `x[i]`.
pub fn whole(expr: &Expr) -> Option<&Ident> {
    let base = match expr {
        Expr::Field(field) => &field.base,
        Expr::Index(index) => &index.expr,
        Expr::Unary(unary) if matches!(unary.op, syn::UnOp::Deref(_)) => &unary.expr,
        _ => return None,
    };
    variable(base).or_else(|| whole(base))
}

/// What evaluating `expr` moves, or copies.
#[derive(Debug, Default)]
pub struct Spent {
    /// Variables, as wholes.
    pub wholes: Vec<Ident>,
    /// Variables of which a field is taken.
    pub parts: Vec<Ident>,
}

/// The variables that evaluating `expr` surely moves, or copies.
pub fn spent(expr: &Expr) -> Spent {
    fn collect(expr: &mut Expr, spent: &mut Spent) {
        let compares = matches!(expr, Expr::Binary(binary) if is_comparison(&binary.op));
        for (operand, position) in operands(expr) {
            if position == Position::Value && !compares {
                spent.wholes.extend(variable(operand).cloned());
                spent.parts.extend(field_of(operand).cloned());
            }
            collect(operand, spent);
        }
    }
    let mut spent = Spent::default();
    spent.parts.extend(field_of(expr).cloned());
    collect(&mut expr.clone(), &mut spent);
    spent
}

/// The variable that `expr` is a field of.
fn field_of(expr: &Expr) -> Option<&Ident> {
    let Expr::Field(field) = expr else {
        return None;
    };
    variable(&field.base).or_else(|| field_of(&field.base))
}

/// Whether `op` only looks at its operands.
fn is_comparison(op: &BinOp) -> bool {
    use BinOp::{Eq, Ge, Gt, Le, Lt, Ne};
    matches!(op, Eq(_) | Ge(_) | Gt(_) | Le(_) | Lt(_) | Ne(_))
}

/// [`operands`] to look at only.
fn children(expr: &Expr) -> Vec<Expr> {
    let mut copy = expr.clone();
    operands(&mut copy)
        .into_iter()
        .map(|(operand, _)| operand.clone())
        .collect()
}

fn is_lazy(op: &BinOp) -> bool {
    matches!(op, BinOp::And(_) | BinOp::Or(_))
}

/// Whether evaluating `expr` later than written makes no difference.
fn is_simple(expr: &Expr) -> bool {
    match expr {
        Expr::Lit(_) | Expr::Closure(_) => true,
        Expr::Reference(reference) => is_simple(&reference.expr),
        Expr::Field(field) => is_simple(&field.base),
        Expr::Paren(paren) => is_simple(&paren.expr),
        Expr::Unary(unary) if matches!(unary.op, syn::UnOp::Neg(_)) => {
            matches!(*unary.expr, Expr::Lit(_))
        }
        Expr::Path(path) => variable(expr).is_some() || path.path.get_ident().is_some(),
        _ => false,
    }
}

/// The tasks that `expr` calls when it is evaluated, perhaps not all of them.
pub fn tasks_in(expr: &Expr, steps: &impl Steps) -> Vec<String> {
    let mut tasks = Tasks(steps, Vec::new());
    tasks.visit_expr(expr);
    tasks.1
}

struct Tasks<'a, S>(&'a S, Vec<String>);

impl<'ast, S: Steps> Visit<'ast> for Tasks<'_, S> {
    fn visit_expr(&mut self, expr: &'ast Expr) {
        match expr {
            Expr::Call(call) => {
                let task = calls::task(call, |name| self.0.is_local(name));
                self.1.extend(task.map(calls::label));
                visit::visit_expr_call(self, call);
            }
            // Plain Rust, where a call is a call.
            Expr::Block(_) | Expr::Unsafe(_) | Expr::Closure(_) | Expr::Async(_) => {}
            expr => visit::visit_expr(self, expr),
        }
    }
}

/// A pattern that binds a temporary.
#[must_use]
pub fn temporary_pattern(name: &Ident) -> Pat {
    Pat::Ident(syn::PatIdent {
        attrs: Vec::new(),
        by_ref: None,
        mutability: Some(syn::Token![mut](name.span())),
        ident: name.clone(),
        subpat: None,
    })
}

/// Where an expression begins.
#[must_use]
pub fn start(expr: &Expr) -> Span {
    use quote::ToTokens;
    expr.to_token_stream()
        .into_iter()
        .next()
        .map_or_else(|| expr.span(), |tree| tree.span())
}

/// Where an expression ends.
#[must_use]
pub fn end(expr: &Expr) -> Span {
    use quote::ToTokens;
    let last = expr.to_token_stream().into_iter().last();
    last.map_or_else(|| expr.span(), |tree| tree.span())
}
