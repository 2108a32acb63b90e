//! Expressions, evaluated in the order that Rust evaluates them in.

use std::collections::BTreeSet;
use std::rc::Rc;

use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;
use syn::{Block, Expr, Lit, Member, Stmt, UnOp};

use crate::env::Env;
use crate::machine::{Flow, Intent, Machine, Out, Target, fault, unknown};
use crate::place::{Part, Place};
use crate::serial::is_absent;
use crate::value::{Closure, Value};
use delayed_compiler::pipeline::form::variable;

impl Machine<'_> {
    /// The value of `expr`: what it names is moved, or copied.
    pub(crate) fn value(&mut self, expr: &Expr) -> Out<Value> {
        self.burn()?;
        match expr {
            Expr::Lit(lit) => literal(&lit.lit),
            Expr::Path(path) => {
                if let Some(name) = path.path.get_ident()
                    && let Some(place) = self.variable(name, Intent::Take)?
                {
                    return self.take(&place);
                }
                Ok(constant(&crate::call::path_text(&path.path)))
            }
            Expr::Field(_) | Expr::Index(_) => {
                let place = self.place(expr, Intent::Take)?;
                self.take(&place)
            }
            Expr::Paren(inner) => self.value(&inner.expr),
            Expr::Group(inner) => self.value(&inner.expr),
            Expr::Reference(inner) => self.reference(inner),
            Expr::Unary(unary) => self.unary(unary),
            Expr::Binary(binary) => self.binary(binary),
            Expr::Assign(assign) => {
                let value = self.value(&assign.right)?;
                self.assign(&assign.left, value)?;
                Ok(Value::Unit)
            }
            Expr::Tuple(tuple) if tuple.elems.is_empty() => Ok(Value::Unit),
            Expr::Tuple(tuple) => Ok(Value::Tuple(self.values(&tuple.elems)?)),
            Expr::Array(array) => Ok(Value::List(self.values(&array.elems)?)),
            Expr::Repeat(repeat) => self.repeat(&repeat.expr, &repeat.len),
            Expr::Struct(made) => {
                let name = crate::call::path_text(&made.path);
                let mut fields = Vec::new();
                for field in &made.fields {
                    let value = self.value(&field.expr)?;
                    fields.push((field.member.to_token_stream().to_string(), value));
                }
                Ok(Value::Struct(name, fields))
            }
            Expr::Range(range) => self.range(range),
            Expr::Cast(cast) => {
                let value = self.value(&cast.expr)?;
                crate::operate::cast(value, &cast.ty.to_token_stream().to_string())
            }
            Expr::Call(call) => self.call(call),
            Expr::MethodCall(call) => self.method(call),
            Expr::Macro(mac) => self.macro_call(&mac.mac),
            Expr::Closure(closure) => {
                let env = match closure.capture {
                    Some(_) => self.moved_into(&closure.body)?,
                    None => self.env.clone(),
                };
                Ok(Value::Closure(Rc::new(Closure {
                    inputs: closure.inputs.iter().cloned().collect(),
                    body: (*closure.body).clone(),
                    env,
                })))
            }
            Expr::Try(attempt) => match self.value(&attempt.expr)? {
                Value::Variant(name, mut values) if name == "Ok" => {
                    Ok(values.pop().unwrap_or(Value::Unit))
                }
                Value::Variant(name, mut values) if name == "Err" => {
                    Err(Flow::Error(values.pop().unwrap_or(Value::Unit)))
                }
                other => unknown(format!("`?` of {}", other.kind())),
            },
            expr => self.control(expr),
        }
    }

    /// Blocks, branches, loops and jumps.
    fn control(&mut self, expr: &Expr) -> Out<Value> {
        match expr {
            Expr::Block(block) => self.block(&block.block),
            Expr::If(inner) => self.scope(|this| {
                if this.condition(&inner.cond)? {
                    return this.block(&inner.then_branch);
                }
                match &inner.else_branch {
                    Some((_, other)) => this.value(other),
                    None => Ok(Value::Unit),
                }
            }),
            Expr::Match(inner) => self.scope(|this| {
                let place = this.place(&inner.expr, Intent::Look)?;
                match this.arm(&place, &inner.arms)? {
                    Some(arm) => this.value(&inner.arms[arm].body),
                    None => fault("no arm of a `match` fits"),
                }
            }),
            Expr::Let(_) => Ok(Value::Bool(self.condition(expr)?)),
            Expr::ForLoop(inner) => self.for_loop(inner),
            Expr::Break(jump) if jump.expr.is_none() => Err(Flow::Break(target(&jump.label))),
            Expr::Continue(jump) => Err(Flow::Continue(target(&jump.label))),
            expr => unknown(format!("the expression `{}`", expr.to_token_stream())),
        }
    }

    /// The variables that a `move` closure owns.
    fn moved_into(&mut self, body: &Expr) -> Out<Env> {
        let mut names = BTreeSet::new();
        names_in(body.to_token_stream(), &mut names);
        let mut env = Env::default();
        for name in names {
            if let Some(place) = self.variable(name.as_str(), Intent::Take)? {
                let value = self.take(&place)?;
                let name: Rc<str> = name.into();
                let cell = self.cell(Rc::clone(&name), value);
                env.bind(name, None, cell, false);
            }
        }
        Ok(env)
    }

    pub(crate) fn values<'e>(
        &mut self,
        exprs: impl IntoIterator<Item = &'e Expr>,
    ) -> Out<Vec<Value>> {
        exprs.into_iter().map(|expr| self.value(expr)).collect()
    }

    /// The place that `expr` stands for; a value that is none gets one.
    pub(crate) fn place(&mut self, expr: &Expr, intent: Intent) -> Out<Place> {
        match expr {
            Expr::Paren(inner) => self.place(&inner.expr, intent),
            Expr::Group(inner) => self.place(&inner.expr, intent),
            Expr::Field(field) => {
                if let Some(place) = self.field_of_self(field, intent)? {
                    return Ok(place);
                }
                let base = self.place(&field.base, intent)?;
                let base = self.deref(base)?;
                Ok(base.part(match &field.member {
                    Member::Named(name) => Part::Field(name.to_string()),
                    Member::Unnamed(index) => Part::At(index.index as usize),
                }))
            }
            Expr::Index(index) => self.index(index, intent),
            Expr::Unary(unary) if matches!(unary.op, UnOp::Deref(_)) => {
                self.behind(&unary.expr, intent)
            }
            expr => {
                if let Expr::Path(path) = expr
                    && let Some(name) = path.path.get_ident()
                    && let Some(place) = self.variable(name, intent)?
                {
                    return Ok(place);
                }
                let value = self.value(expr)?;
                Ok(self.temporary(value))
            }
        }
    }

    fn field_of_self(&mut self, field: &syn::ExprField, intent: Intent) -> Out<Option<Place>> {
        match (&*field.base, &field.member) {
            (Expr::Path(base), Member::Named(name)) if base.path.is_ident("self") => {
                self.variable(format!("self.{name}").as_str(), intent)
            }
            _ => Ok(None),
        }
    }

    /// The place that the reference `expr` refers to.
    pub(crate) fn behind(&mut self, expr: &Expr, intent: Intent) -> Out<Place> {
        let place = self.place(expr, intent)?;
        let behind = self.read(&place, |value| match value {
            Value::Ref(behind) | Value::MutRef(behind) => Ok(behind.clone()),
            other => Err(other.kind()),
        })?;
        behind.or_else(|kind| unknown(format!("`*` of {kind}")))
    }

    fn reference(&mut self, reference: &syn::ExprReference) -> Out<Value> {
        let changes = reference.mutability.is_some();
        let intent = if changes {
            Intent::Change
        } else {
            Intent::Look
        };
        let place = self.place(&reference.expr, intent)?;
        let slice = self.read(&place, |value| match value {
            Value::Slice(list, from, to) if changes => {
                Some(Value::MutSlice(list.clone(), *from, *to))
            }
            Value::Slice(..) => value.copy(),
            _ => None,
        })?;
        Ok(match slice {
            Some(slice) => slice,
            None if changes => Value::MutRef(place),
            None => Value::Ref(place),
        })
    }

    /// Sets a place, or the places of a tuple.
    fn assign(&mut self, left: &Expr, value: Value) -> Out<()> {
        match (left, value) {
            (Expr::Infer(_), _) => Ok(()),
            (Expr::Paren(inner), value) => self.assign(&inner.expr, value),
            (Expr::Tuple(tuple), Value::Tuple(values)) => {
                let mut pairs = tuple.elems.iter().zip(values);
                pairs.try_for_each(|(left, value)| self.assign(left, value))
            }
            (left, value) => {
                let place = self.place(left, Intent::Change)?;
                self.write(&place, |old| *old = value)
            }
        }
    }

    pub(crate) fn block(&mut self, block: &Block) -> Out<Value> {
        self.scope(|this| this.statements(&block.stmts))
    }

    /// The statements one by one; what they bind stays.
    pub(crate) fn statements(&mut self, stmts: &[Stmt]) -> Out<Value> {
        let mut last = Value::Unit;
        for stmt in stmts {
            last = Value::Unit;
            let attrs = match stmt {
                Stmt::Local(local) => &local.attrs[..],
                Stmt::Expr(Expr::MethodCall(call), _) => &call.attrs,
                Stmt::Expr(Expr::ForLoop(inner), _) => &inner.attrs,
                _ => &[],
            };
            if is_absent(attrs) {
                continue;
            }
            match stmt {
                Stmt::Local(local) => self.local(local)?,
                Stmt::Expr(expr, None) => last = self.value(expr)?,
                Stmt::Expr(expr, Some(_)) if variable(expr).is_none() => _ = self.value(expr)?,
                Stmt::Macro(mac) => last = self.macro_call(&mac.mac)?,
                _ => return unknown(format!("the statement `{}`", stmt.to_token_stream())),
            }
        }
        Ok(last)
    }

    fn local(&mut self, local: &syn::Local) -> Out<()> {
        let Some(init) = &local.init else {
            return self.declare(&local.pat);
        };
        if let Expr::ForLoop(inner) = &*init.expr {
            let collected = self.collect(inner)?;
            return self.bind_value(&local.pat, collected);
        }
        // A pattern that takes nothing leaves a variable where it is.
        let place = self.place(&init.expr, Intent::Take)?;
        if self.fits(&local.pat, &place)? {
            return self.unpack(&local.pat, &place);
        }
        match &init.diverge {
            Some((_, otherwise)) => match self.value(otherwise) {
                Ok(_) => fault("a `let … else` goes on without a value"),
                Err(flow) => Err(flow),
            },
            None => fault("a `let` does not fit"),
        }
    }

    fn for_loop(&mut self, inner: &syn::ExprForLoop) -> Out<Value> {
        self.collect(inner)?;
        Ok(Value::Unit)
    }

    /// The values of a loop's iterations, as in a pipeline inside.
    fn collect(&mut self, inner: &syn::ExprForLoop) -> Out<Value> {
        let mut values = Vec::new();
        let source = self.value(&inner.expr)?;
        let mut items = self.items(source)?;
        let label = inner.label.as_ref();
        let label = label.map(|label| label.name.ident.to_string());
        let is_ours = |target: &Target| match target {
            Target::Label(None) => true,
            Target::Label(name) => *name == label,
            Target::Region(_) => false,
        };
        while let Some(item) = self.next(&mut items)? {
            let turn = self.scope(|this| {
                this.bind_value(&inner.pat, item)?;
                this.block(&inner.body)
            });
            match turn {
                Ok(value) => values.push(value),
                Err(Flow::Continue(target)) if is_ours(&target) => {}
                Err(Flow::Break(target)) if is_ours(&target) => break,
                Err(flow) => return Err(flow),
            }
        }
        Ok(Value::List(values))
    }

    /// A condition; what it binds stays.
    pub(crate) fn condition(&mut self, expr: &Expr) -> Out<bool> {
        match expr {
            Expr::Let(inner) => {
                let place = self.place(&inner.expr, Intent::Look)?;
                let fits = self.fits(&inner.pat, &place)?;
                if fits {
                    self.unpack(&inner.pat, &place)?;
                }
                Ok(fits)
            }
            Expr::Binary(binary) if matches!(binary.op, syn::BinOp::And(_)) => {
                Ok(self.condition(&binary.left)? && self.condition(&binary.right)?)
            }
            expr => match self.value(expr)? {
                Value::Bool(holds) => Ok(holds),
                other => unknown(format!("a condition that is {}", other.kind())),
            },
        }
    }
}

fn target(label: &Option<syn::Lifetime>) -> Target {
    Target::Label(label.as_ref().map(|label| label.ident.to_string()))
}

fn names_in(tokens: TokenStream, names: &mut BTreeSet<String>) {
    for tree in tokens {
        match tree {
            TokenTree::Ident(name) => _ = names.insert(name.to_string()),
            TokenTree::Group(group) => names_in(group.stream(), names),
            _ => {}
        }
    }
}

/// What a path means that names no variable.
fn constant(path: &str) -> Value {
    match path {
        "i64::MAX" => Value::Int(i64::MAX),
        "i64::MIN" => Value::Int(i64::MIN),
        "LIMIT" => Value::Int(12),
        "Point::UNIT" => crate::task::made("Point", &[("x", 1), ("y", 1)]),
        path if path.starts_with(char::is_uppercase) && !path.contains("::") => {
            Value::Variant(path.to_owned(), Vec::new())
        }
        path => Value::Function(path.to_owned()),
    }
}

pub(crate) fn literal(lit: &Lit) -> Out<Value> {
    Ok(match lit {
        Lit::Bool(lit) => Value::Bool(lit.value),
        Lit::Char(lit) => Value::Char(lit.value()),
        Lit::Str(lit) => Value::Literal(lit.value().into()),
        Lit::Int(lit) => match lit.base10_parse() {
            Ok(number) => Value::Int(number),
            Err(_) => return unknown(format!("the number {lit}")),
        },
        Lit::Float(lit) => match lit.base10_parse() {
            Ok(number) => Value::Float(number),
            Err(_) => return unknown(format!("the number {lit}")),
        },
        lit => return unknown(format!("the literal {}", lit.to_token_stream())),
    })
}
