//! The procedural macros of `delayed`: a shell that hands tokens to
//! `delayed-compiler` and back. Name them through the facade, `delayed`.

use proc_macro::TokenStream;

/// Makes a task of a function.
///
/// Calling the function runs nothing: it gives a `Delayed` value, a node of a
/// graph. Each argument may be plain or delayed: by value for `T`, borrowed for
/// `&T`. `&str`, `&[T]` and `&Path` take what owns them: `String`, `Vec<T>`,
/// `PathBuf`. The body itself is `name::eager(…)`, for a call without a graph.
///
/// ```
/// use delayed::prelude::*;
///
/// #[delayed]
/// fn double(x: i64) -> i64 {
///     2 * x
/// }
///
/// assert_eq!(double(double(10)).compute()?, 40);
/// assert_eq!(double::eager(10), 20);
/// # Ok::<(), delayed::Error>(())
/// ```
///
/// A function that returns a `Result` makes a fallible task: its node stands
/// for the value of success, and the failure travels along the graph to
/// `compute()`.
///
/// A task with a `&mut` argument cannot be a node, as nodes own their values; it
/// can be called in a pipeline and as `name::eager(…)`.
///
/// # Options
///
/// - `name = "…"`: what errors and graphs show instead of the function's name.
/// - `fallible`: the return type is an alias of `Result` with another name;
///   `fallible = false`: the returned `Result` is plain data.
/// - `crate = path`: where `delayed` is, if it was renamed.
///
/// # What cannot be a task
///
/// `async`, `const`, `unsafe` and `extern` functions, methods, and functions
/// that return borrows or `impl Trait`: each is refused with the way out. A
/// task also defines a type of its name, so no module or type of that name can
/// be beside it.
///
/// # Where a type has to be named
///
/// An argument may be a `T` or a delayed `T`, so some calls say too little: a
/// generic `largest(x)` with a delayed `x` is written `largest::<i64>(x)`, and
/// `None` and an empty `vec![]` are written `None::<i64>` and
/// `Vec::<i64>::new()`.
#[proc_macro_attribute]
pub fn delayed(options: TokenStream, item: TokenStream) -> TokenStream {
    delayed_compiler::task::expand(options.into(), item.into()).into()
}

/// Compiles a loop or a block of calls into a static graph. Name it through the
/// facade: `delayed::pipeline!` says where the runtime is, as `{path}` in front.
#[proc_macro]
#[doc(hidden)]
pub fn pipeline(input: TokenStream) -> TokenStream {
    delayed_compiler::pipeline::entry(input.into()).into()
}
