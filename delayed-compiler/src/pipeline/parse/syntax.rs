//! What a pipeline is made of once it is parsed: statements and loops, with
//! the user's own expressions in them.

use syn::{Attribute, Expr, Label, Pat, Token};

/// A whole pipeline.
pub struct Pipeline {
    /// `move`, as in front of a closure.
    pub capture: Option<Token![move]>,
    /// The statements.
    pub body: Body,
}

/// The statements of a pipeline or loop.
pub struct Body {
    /// In the order written.
    pub stmts: Vec<Stmt>,
    /// The last expression, where it is a value.
    pub tail: Option<Value>,
}

/// One statement.
pub struct Stmt {
    /// `#[cfg(…)]`, `#[allow(…)]` and their like.
    pub attrs: Vec<Attribute>,
    /// What it does.
    pub kind: StmtKind,
}

/// What a statement does.
pub enum StmtKind {
    /// `let pat = value;`, or without a value yet.
    Let(Box<Pat>, Option<Value>),
    /// `let pat = init else { … };`
    LetElse(Box<Pat>, Box<Expr>, Vec<syn::Stmt>),
    /// `value;`
    Run(Value),
}

/// What gives a value.
pub enum Value {
    /// An expression of the user's, without a loop of ours in it.
    Expr(Box<Expr>),
    /// A loop.
    For(Box<For>),
}

/// `for pat in source { body }`
pub struct For {
    /// What a jump inside can name.
    pub label: Option<Label>,
    /// Where the loop begins.
    pub token: Token![for],
    /// What an item is bound to.
    pub pat: Pat,
    /// What is looped over.
    pub source: Expr,
    /// What is done with each item.
    pub body: Body,
}
