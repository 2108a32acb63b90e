//! The procedural macros of `delayed`: a shell that hands tokens to
//! `delayed-compiler` and back. Name them through the facade, `delayed`.

use delayed_compiler::task::{self, Features};
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
/// - `pure`: equal arguments give equal values and nothing else happens, so one
///   call may stand for several equal ones.
/// - `priority = N`: of several tasks that are ready, the one with the higher
///   number goes first; it may be negative, and is 0 if not given.
/// - `retries = N`, for tasks that return a `Result`: a call that fails is tried
///   again, up to `N` times. `backoff = "100ms"` is the pause before that.
/// - `timeout = "2s"`: how long one try may take.
/// - `limit = N`: how many calls of this task may run at once, in a web API's or
///   a database's interest.
/// - `checkpoint`, with the feature of that name: a runtime that is told where
///   keeps the results, and finds them there instead of running the task again.
///   `checkpoint = "v1"`: they are good until the version is changed, and not
///   only until the task's text or place is.
/// - `crate = path`: where `delayed` is, if it was renamed.
///
/// Times are a whole number and one of `us`, `ms`, `s`, `min` and `h`. All
/// options are constants beside the function, in `name::INFO`; `name::eager(…)`
/// is the plain body and heeds none of them.
///
/// `pure` and `priority` are hints and never change the answer. `retries`,
/// `timeout`, `limit` and `checkpoint` are honoured wherever the task runs as one, in
/// pipelines and in run-time graphs.
///
/// ```
/// use delayed::prelude::*;
///
/// #[delayed(name = "load a page", retries = 3, backoff = "100ms")]
/// fn load(page: u32) -> Result<String, std::io::Error> {
///     Ok(format!("page {page}"))
/// }
///
/// assert_eq!((load::INFO.name, load::INFO.retries), ("load a page", 3));
/// assert_eq!(load(1).compute()?, "page 1");
/// # Ok::<(), delayed::Error>(())
/// ```
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
    let features = Features {
        checkpoint: cfg!(feature = "checkpoint"),
    };
    task::expand(options.into(), item.into(), features).into()
}

/// Compiles a loop or a block of calls into a static graph. Name it through the
/// facade: `delayed::pipeline!` says where the runtime is, as `{path}` in front.
#[proc_macro]
#[doc(hidden)]
pub fn pipeline(input: TokenStream) -> TokenStream {
    delayed_compiler::pipeline::entry(input.into()).into()
}

/// Reads rows of a file as a struct; `delayed_data::Record` says how.
#[proc_macro_derive(Record, attributes(record))]
pub fn record(item: TokenStream) -> TokenStream {
    delayed_compiler::record::expand(item.into()).into()
}

/// Counts how many bytes a value holds: its own place, and what each of its
/// fields holds elsewhere, as the type of the field says.
///
/// It is there for structs and enums. A type parameter has to have `NBytes`, too,
/// where a field that counts names it.
///
/// | a field of type | counts, besides its place in the value |
/// |---|---|
/// | numbers, `bool`, `char`, times, `&T`, `PhantomData<T>` | nothing |
/// | `String`, `PathBuf`, `OsString` | its capacity |
/// | `Vec`, `VecDeque`, `BinaryHeap` | its capacity, and what its values hold elsewhere |
/// | maps, sets and linked lists | their entries, and not what links them |
/// | `Box`, `Arc`, `Rc` | the whole value behind it, each time that one is met |
/// | `Option`, `Result`, `Cow`, arrays, tuples | what the values in it hold elsewhere |
///
/// A field that shares what it holds with others, or whose type has no `NBytes`,
/// is marked `#[nbytes(skip)]`: only its place counts. `#[nbytes(crate = path)]`
/// on the type says where `delayed` is, if it was renamed.
///
/// ```
/// use std::sync::Arc;
/// use delayed::NBytes;
///
/// #[derive(NBytes)]
/// struct Table<T> {
///     names: Vec<String>,
///     columns: Vec<Column<T>>,
///     #[nbytes(skip)]
///     zones: Arc<[String]>,
/// }
///
/// #[derive(NBytes)]
/// enum Column<T> {
///     Constant(T),
///     Dense(Vec<T>),
/// }
///
/// let zones: Arc<[String]> = vec!["Queens".to_owned(); 265].into();
/// let columns = vec![Column::Constant(0.0), Column::Dense(vec![1.0; 1000])];
/// let table = Table { names: Vec::new(), columns, zones };
/// let places = size_of::<Table<f64>>() + 2 * size_of::<Column<f64>>();
/// assert_eq!(table.nbytes(), places + 1000 * size_of::<f64>());
/// ```
#[proc_macro_derive(NBytes, attributes(nbytes))]
pub fn nbytes(item: TokenStream) -> TokenStream {
    delayed_compiler::nbytes::expand(item.into()).into()
}
