//! Calls: of closures, of the standard library's functions, and of tasks.

use std::rc::Rc;

use syn::{Expr, ExprCall, FnArg, GenericArgument, Lit, Path, PathArguments};

use crate::iterate::Iter;
use crate::machine::{Flow, Intent, Machine, Out, unknown};
use crate::value::Value;

/// A path without generic arguments.
pub(crate) fn path_text(path: &Path) -> String {
    let names = path.segments.iter();
    let names: Vec<_> = names.map(|segment| segment.ident.to_string()).collect();
    names.join("::")
}

/// `f` of `(f)`.
fn bare(function: &Expr) -> &Expr {
    match function {
        Expr::Paren(inner) => bare(&inner.expr),
        Expr::Group(inner) => bare(&inner.expr),
        function => function,
    }
}

fn number_argument(path: &Path) -> Option<i64> {
    let last = path.segments.last()?;
    let PathArguments::AngleBracketed(arguments) = &last.arguments else {
        return None;
    };
    match arguments.args.first()? {
        GenericArgument::Const(Expr::Lit(lit)) => match &lit.lit {
            Lit::Int(number) => number.base10_parse().ok(),
            _ => None,
        },
        _ => None,
    }
}

impl Machine<'_> {
    pub(crate) fn call(&mut self, call: &ExprCall) -> Out<Value> {
        let local = match bare(&call.func) {
            Expr::Path(path) => path.path.get_ident(),
            _ => None,
        };
        let local = match local {
            Some(name) => self.variable(name, Intent::Call)?,
            None => None,
        };
        if let Some(place) = local {
            let place = self.deref(place)?;
            let function = self.read(&place, Value::copy)?.unwrap_or(Value::Unit);
            let arguments = self.values(&call.args)?;
            return self.apply(&function, arguments);
        }
        if let Expr::Path(path) = &*call.func {
            let mut arguments = self.values(&call.args)?;
            // `f::<3>(x)` is told apart from `f::<4>(x)` by one more argument.
            if let Some(number) = number_argument(&path.path) {
                arguments.push(Value::Int(number));
            }
            return self.function(&path_text(&path.path), arguments);
        }
        let function = self.value(&call.func)?;
        let arguments = self.values(&call.args)?;
        self.apply(&function, arguments)
    }

    /// Calls what a variable or an argument holds.
    pub(crate) fn apply(&mut self, function: &Value, arguments: Vec<Value>) -> Out<Value> {
        let closure = match function {
            Value::Closure(closure) => closure.clone(),
            Value::Function(path) => return self.function(path, arguments),
            Value::Ref(place) => {
                let place = self.deref(place.clone())?;
                let function = self.read(&place, Value::copy)?.unwrap_or(Value::Unit);
                return self.apply(&function, arguments);
            }
            other => return unknown(format!("a call of {}", other.kind())),
        };
        self.within(closure.env.clone(), |this| {
            for (pat, argument) in closure.inputs.iter().zip(arguments) {
                this.bind_value(pat, argument)?;
            }
            match this.value(&closure.body) {
                // A `?` in there leaves the closure.
                Err(Flow::Error(error)) => Ok(Value::Variant("Err".to_owned(), vec![error])),
                result => result,
            }
        })
    }

    /// Calls the function at `path`.
    pub(crate) fn function(&mut self, path: &str, mut arguments: Vec<Value>) -> Out<Value> {
        let (owner, name) = path.rsplit_once("::").unwrap_or(("", path));
        match (owner, name, arguments.as_mut_slice()) {
            ("", variant, _) if variant.starts_with(char::is_uppercase) => {
                Ok(Value::Variant(variant.to_owned(), arguments))
            }
            ("String", "from", [text]) | ("str", "to_owned", [text]) => {
                Ok(Value::Text(self.text(text)?))
            }
            ("String", "new", []) => Ok(Value::Text(String::new())),
            ("Vec", "new", []) | ("Vec", "with_capacity", [_]) => Ok(Value::List(Vec::new())),
            ("BTreeMap", "new", []) => Ok(Value::Map(std::collections::BTreeMap::new())),
            ("Token", "new", [value]) => {
                let value = self.copied(std::mem::replace(value, Value::Unit))?;
                Ok(token(value))
            }
            ("i64" | "f64" | "usize", _, [first, ..]) => {
                let first = std::mem::replace(first, Value::Unit);
                let rest = arguments.drain(1..).collect();
                self.by_value(first, name, rest)
            }
            ("std::iter", "successors", [first, _]) => {
                let first = std::mem::replace(first, Value::Unit);
                let following = arguments.pop().unwrap_or(Value::Unit);
                let Value::Variant(_, mut first) = first else {
                    return unknown("successors of no option");
                };
                Ok(Value::Iter(Box::new(Iter::Successors(
                    first.pop(),
                    following,
                ))))
            }
            ("std::iter", "from_fn", [_]) => {
                let function = arguments.pop().unwrap_or(Value::Unit);
                Ok(Value::Iter(Box::new(Iter::FromFn(function))))
            }
            ("std::mem" | "mem", "take" | "replace", [Value::MutRef(place), ..]) => {
                let place = self.deref(place.clone())?;
                let new = match arguments.pop() {
                    Some(new) if name == "replace" => new,
                    _ => self.read(&place, empty)?,
                };
                self.write(&place, |old| std::mem::replace(old, new))
            }
            ("std::mem" | "mem" | "", "drop", [_]) => Ok(Value::Unit),
            ("", "identity", [_]) => Ok(arguments.pop().unwrap_or(Value::Unit)),
            ("Pairwise", "new", []) => {
                let sum = ("sum".to_owned(), Value::Float(0.0));
                Ok(Value::Struct("Pairwise".to_owned(), vec![sum]))
            }
            ("std" | "core" | "alloc", ..) => unknown(format!("the function `{path}`")),
            (owner, ..) if owner.starts_with(char::is_uppercase) => {
                unknown(format!("the function `{path}`"))
            }
            _ => match Rc::clone(&self.functions).get(name) {
                Some(function) => self.local_function(function, arguments),
                None => self.task(name, arguments),
            },
        }
    }

    /// A function that the program itself defines.
    fn local_function(&mut self, function: &syn::ItemFn, arguments: Vec<Value>) -> Out<Value> {
        self.within(crate::env::Env::default(), |this| {
            for (input, argument) in function.sig.inputs.iter().zip(arguments) {
                if let FnArg::Typed(input) = input {
                    this.bind_value(&input.pat, argument)?;
                }
            }
            match this.block(&function.block) {
                Err(Flow::Error(error)) => Ok(Value::Variant("Err".to_owned(), vec![error])),
                result => result,
            }
        })
    }
}

/// A value that cannot be copied, with a number in it.
pub(crate) fn token(value: Value) -> Value {
    Value::Struct("Token".to_owned(), vec![("value".to_owned(), value)])
}

/// The default of a value's type.
pub(crate) fn empty(value: &Value) -> Value {
    match value {
        Value::Int(_) => Value::Int(0),
        Value::Float(_) => Value::Float(0.0),
        Value::Bool(_) => Value::Bool(false),
        Value::Text(_) => Value::Text(String::new()),
        Value::List(_) => Value::List(Vec::new()),
        Value::Map(_) => Value::Map(std::collections::BTreeMap::new()),
        Value::Variant(..) => Value::none(),
        _ => Value::Unit,
    }
}
