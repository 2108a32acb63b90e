//! The expansion of `#[delayed]`.
//!
//! A task is one function body under one name with two faces: a function that
//! builds a node of a run-time graph, and a type whose `eager` is the body. Both
//! graphs call it by `called`, which does what the options ask for. The
//! steps are a file each: `options` (with `value`) and `function` parse, `check`
//! refuses what cannot be a task and `conflicts` what cannot be asked of it,
//! `shape` finds how each value crosses, `emit` (with `info`, `called` and
//! `checkpoint`) writes, or `refused` for what is no task.

mod called;
mod check;
mod checkpoint;
mod conflicts;
mod door;
mod emit;
mod function;
mod info;
mod options;
mod refused;
mod shape;
#[cfg(test)]
mod tests;
mod value;

use proc_macro2::TokenStream;

use self::function::Function;
use self::options::Options;
use crate::diagnostics::Diagnostics;

/// Features of the facade crate that options need.
#[derive(Clone, Copy, Debug)]
pub struct Features {
    /// Whether results can be kept.
    pub checkpoint: bool,
}

/// Expands `#[delayed(options)]` on `item`, where `delayed` has these features.
///
/// With a fault in the options the task is still there, and with a fault in the
/// function the function is there as written, with a type for pipelines that
/// call it, so that one fault does not make every use of the name another one.
///
/// ```
/// use delayed_compiler::task::{Features, expand};
///
/// let item = "fn double(x: i64) -> i64 { 2 * x }".parse().unwrap();
/// let code = expand("".parse().unwrap(), item, Features { checkpoint: false });
/// assert!(code.to_string().contains("fn eager"));
/// ```
#[must_use]
pub fn expand(options: TokenStream, item: TokenStream, features: Features) -> TokenStream {
    let mut faults = Diagnostics::default();
    let mut options = Options::parse(options, &mut faults);
    options.check_features(features, &mut faults);
    let mut refusals = Diagnostics::default();
    let function = Function::parse(item.clone(), &mut refusals);
    let is_task = function
        .as_ref()
        .is_some_and(|function| check::check(function, &mut refusals));
    conflicts::report(&options, function.as_ref().filter(|_| is_task), &mut faults);
    let code = match function {
        Some(function) if is_task => emit::task(&function, &options),
        Some(function) => {
            let stand_in = refused::stand_in(function, &options);
            quote::quote!(#item #stand_in)
        }
        None => item,
    };
    let (faults, refusals) = (faults.to_tokens(), refusals.to_tokens());
    quote::quote!(#faults #refusals #code)
}
