//! Which expressions have a value, told by their form alone.
//!
//! A loop is a value when its body ends in one, and the macro sees no types: so
//! what is a statement also where it stands last is told by its form.

use crate::pipeline::form::is_change_op;
use syn::{Block, Expr};

/// What the value of an expression is by its form.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// `()`: the expression is a statement also where it stands last.
    Unit,
    /// None: it always leaves, which fits everywhere.
    Never,
    /// Perhaps another one.
    Value,
}

impl Form {
    /// The form of what is one of several.
    fn of_arms(arms: impl Iterator<Item = Self>) -> Self {
        let arms: Vec<_> = arms.collect();
        if arms.contains(&Self::Unit) {
            Self::Unit
        } else if arms.iter().all(|arm| *arm == Self::Never) {
            Self::Never
        } else {
            Self::Value
        }
    }

    /// The form of `expr`.
    pub fn of(expr: &Expr) -> Self {
        match expr {
            Expr::Assign(_) | Expr::While(_) => Self::Unit,
            Expr::Binary(binary) if is_change_op(&binary.op) => Self::Unit,
            Expr::Break(_) | Expr::Continue(_) | Expr::Return(_) => Self::Never,
            Expr::Macro(mac) if is_panic(&mac.mac.path) => Self::Never,
            Expr::If(inner) => match &inner.else_branch {
                None => Self::Unit,
                Some((_, other)) => {
                    let arms = [Self::of_block(&inner.then_branch), Self::of(other)];
                    Self::of_arms(arms.into_iter())
                }
            },
            Expr::Match(inner) if inner.arms.is_empty() => Self::Value,
            Expr::Match(inner) => Self::of_arms(inner.arms.iter().map(|arm| Self::of(&arm.body))),
            Expr::Block(block) => Self::of_block(&block.block),
            Expr::ForLoop(inner) => match Self::of_block(&inner.body) {
                Self::Value => Self::Value,
                Self::Unit | Self::Never => Self::Unit,
            },
            _ => Self::Value,
        }
    }

    fn of_block(block: &Block) -> Self {
        match block.stmts.last() {
            None | Some(syn::Stmt::Local(_) | syn::Stmt::Item(_)) => Self::Unit,
            Some(syn::Stmt::Expr(expr, semi)) => match Self::of(expr) {
                Self::Never => Self::Never,
                _ if semi.is_some() => Self::Unit,
                form => form,
            },
            Some(syn::Stmt::Macro(last)) => match &last.semi_token {
                _ if is_panic(&last.mac.path) => Self::Never,
                Some(_) => Self::Unit,
                None => Self::Value,
            },
        }
    }
}

/// Whether a macro of this name always panics.
fn is_panic(path: &syn::Path) -> bool {
    ["panic", "todo", "unimplemented", "unreachable"]
        .iter()
        .any(|name| path.is_ident(name))
}
