//! Turn loops over data into parallel task graphs.
//!
//! Mark a function `#[delayed]` and calling it runs nothing: it gives a
//! [`Delayed`] value, a node of a graph. [`compute`](Delayed::compute) runs the
//! graph on all cores, with the answer that plain calls one after the other
//! would have given.
//!
//! ```
//! use delayed::prelude::*;
//!
//! #[delayed]
//! fn increment(x: i64) -> i64 {
//!     x + 1
//! }
//!
//! #[delayed]
//! fn double(x: i64) -> i64 {
//!     2 * x
//! }
//!
//! #[delayed]
//! fn add(x: i64, y: i64) -> i64 {
//!     x + y
//! }
//!
//! let data = [1, 2, 3, 4, 5];
//! let output: Vec<Delayed<i64>> = data.iter().map(|&x| add(increment(x), double(x))).collect();
//! let total: Delayed<i64> = output.into_iter().sum();
//! assert_eq!(total.compute()?, 50);
//! # Ok::<(), delayed::Error>(())
//! ```
//!
//! A `Delayed<T>` is owned, borrowed and cloned exactly as the `T` it stands
//! for, so sharing never copies behind your back:
//!
//! ```
//! use delayed::prelude::*;
//!
//! #[delayed]
//! fn words(text: &str) -> usize {
//!     text.split_whitespace().count()
//! }
//!
//! #[delayed]
//! fn shout(text: String) -> String {
//!     text.to_uppercase()
//! }
//!
//! let text = Delayed::from("to be or not to be".to_string());
//! let count = words(&text);
//! let loud = shout(text); // takes the string itself, after `words` has looked at it
//! assert_eq!(delayed::compute((count, loud))?, (6, "TO BE OR NOT TO BE".to_string()));
//! # Ok::<(), delayed::Error>(())
//! ```
//!
//! A loop whose shape stands in the source is compiled as a whole by
//! [`pipeline!`]: its graph is there when the program is built, and can be
//! looked at before anything runs. The [guide] teaches the language from [the
//! first loop](guide::_01_first_loop) on; those who know Dask may begin at
//! [their own chapter](guide::_11_dask).

pub mod guide;

#[cfg(feature = "svg")]
pub use delayed_graph::Look;
pub use delayed_graph::{Graph, VisualizeError};
pub use delayed_macros::{NBytes, delayed};
#[cfg(feature = "checkpoint")]
pub use delayed_runtime::checkpoint;
pub use delayed_runtime::delayed::{Delayed, Input, IntoInput, IntoRef, compute};
#[cfg(feature = "profile")]
pub use delayed_runtime::profile;
pub use delayed_runtime::{
    Associative, Bytes, CancelToken, Cancelled, Error, MemoryLimit, MemoryUse, NBytes, Pairwise,
    Panics, ParseBytesError, Pipeline, Runtime, RuntimeBuilder, TaskInfo, TimedOut, TooLarge,
    cancelled, observe, source,
};

/// Compiles a loop or a block of calls into a graph that is known when the
/// program is built, and gives it as a [`Pipeline`].
///
/// A pipeline means what its body means as plain Rust: same value, same error,
/// same order, on any number of threads.
///
/// ```
/// use delayed::prelude::*;
///
/// #[delayed]
/// fn square(x: u64) -> u64 {
///     x * x
/// }
///
/// let squares = pipeline!({
///     let mut sum = 0;
///     for x in 1..=4 {
///         sum += square(x);
///     }
///     sum
/// });
/// assert_eq!(squares.compute()?, 30);
/// # Ok::<(), delayed::Error>(())
/// ```
#[macro_export]
macro_rules! pipeline {
    ($($body:tt)*) => {
        $crate::__private::pipeline! { { $crate } $($body)* }
    };
}

/// Everything a program with pipelines and run-time graphs usually needs.
pub mod prelude {
    pub use crate::{Associative, Delayed, Pairwise, Pipeline, Runtime, delayed, pipeline};
}

/// The one door for generated code; nothing here is for users, and all of it
/// may change.
#[doc(hidden)]
pub mod __private {
    pub use delayed_macros::pipeline;
    pub use delayed_runtime::__private::*;
    pub use delayed_runtime::delayed::{Delayed, IntoInput, IntoMut, IntoRef};
    pub use delayed_runtime::task::{Task, TaskInfo, TaskResult};
}
