//! The expansion of `#[delayed]`.
//!
//! A task is one function body under one name with two faces: a function that
//! builds a node of a run-time graph, and a type whose `eager` is the body. Both
//! graphs call it by `called`, which does what the options ask for. The
//! steps are a file each: `options` (with `value`) and `function` parse, `check`
//! refuses what cannot be a task and `conflicts` what cannot be asked of it,
//! `shape` finds how each value crosses, `emit` (with `info` and `called`) writes.

mod called;
mod check;
mod conflicts;
mod door;
mod emit;
mod function;
mod info;
mod options;
mod shape;
#[cfg(test)]
mod tests;
mod value;

use proc_macro2::TokenStream;

use self::function::Function;
use self::options::Options;
use crate::diagnostics::Diagnostics;

/// Expands `#[delayed(options)]` on `item`.
///
/// With a fault in the options the task is still there, and with a fault in the
/// function the function is there as written, so that one fault does not make
/// every use of the name another one.
///
/// ```
/// let item = "fn double(x: i64) -> i64 { 2 * x }".parse().unwrap();
/// let code = delayed_compiler::task::expand("".parse().unwrap(), item);
/// assert!(code.to_string().contains("fn eager"));
/// ```
#[must_use]
pub fn expand(options: TokenStream, item: TokenStream) -> TokenStream {
    let mut faults = Diagnostics::default();
    let options = Options::parse(options, &mut faults);
    let mut refusals = Diagnostics::default();
    let function = Function::parse(item.clone(), &mut refusals)
        .filter(|function| check::check(function, &mut refusals));
    conflicts::report(&options, function.as_ref(), &mut faults);
    let code = function.map_or(item, |function| emit::task(&function, &options));
    let (faults, refusals) = (faults.to_tokens(), refusals.to_tokens());
    quote::quote!(#faults #refusals #code)
}
