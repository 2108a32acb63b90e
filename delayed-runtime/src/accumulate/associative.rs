//! The promise that a reduction may be regrouped.

use std::num::Wrapping;
use std::time::Duration;

/// A type whose op-assigns with itself may be regrouped: combined as a tree.
///
/// A loop's `total += part` is folded in the order of its iterations, whatever
/// the type. This trait, which has no methods, adds a promise to it:
///
/// > For all `a`, `b` and `c`, `(a + b) + c` and `a + (b + c)` are the same,
/// > and so for `*`, `&`, `|` and `^`, as far as the type has their op-assigns
/// > with itself on the right.
///
/// What it permits: neighbouring parts are added to each other before they are
/// added to the total, on several threads and in any grouping. It is done in
/// loops that hand over nothing but one part of the total's own type. The order
/// of the parts stays, so `a + b` need not be `b + a`, and a loop that ends early
/// has added exactly the parts before. The answer is that of the loop, and that
/// takes both sides: the type keeps the promise, and an executor does not let its
/// grouping be seen. In particular integers keep the promise as numbers that wrap
/// around; where overflow is checked, a grouping must neither panic when the loop
/// would not, nor hide that it would. So sums of integers are only grouped where
/// that holds, and their `*=` stays in order.
/// If an op-assign of your own panics, so does the pipeline; the iteration that
/// its error names is then the first of those that were added together.
///
/// `-=`, `/=`, `%=`, `<<=` and `>>=` are never regrouped, as `(a - b) - c` is
/// not `a - (b - c)`.
///
/// All integers keep the promise, and so do [`Wrapping`] ones, `bool` and
/// [`Duration`]. Floats do not, since each addition rounds: for those there is
/// [`Pairwise`](crate::Pairwise). A type of your own says it by one line:
///
/// ```
/// use std::ops::AddAssign;
///
/// use delayed_runtime::Associative;
///
/// #[derive(Debug, Default, PartialEq)]
/// struct TripCount {
///     long: u64,
///     all: u64,
/// }
///
/// impl AddAssign for TripCount {
///     fn add_assign(&mut self, other: Self) {
///         self.long += other.long;
///         self.all += other.all;
///     }
/// }
///
/// impl Associative for TripCount {}
/// # let mut count = TripCount::default();
/// # count += TripCount { long: 1, all: 2 };
/// # assert_eq!(count, TripCount { long: 1, all: 2 });
/// ```
///
/// What was not promised is not regrouped:
///
/// ```compile_fail,E0277
/// fn regrouped<T: delayed_runtime::Associative>(total: T) {}
/// regrouped(0.5_f64);
/// ```
///
/// A wrong promise breaks no memory: it makes the answer depend on the grouping.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not promise that its parts may be regrouped",
    label = "not `Associative`",
    note = "if `(a + b) + c` is always `a + (b + c)`, write `impl Associative for {Self} {{}}`; \
            floats are summed by `Pairwise`"
)]
pub trait Associative {
    /// Whether `+=` and `*=` panic at numbers that are too large, so that a
    /// grouping could be seen: then it is not up to the type.
    #[doc(hidden)]
    const OVERFLOWS: bool = false;
}

macro_rules! associative {
    ($($integer:ty)*) => {$(
        impl Associative for $integer {
            const OVERFLOWS: bool = true;
        }
        impl Associative for Wrapping<$integer> {}
    )*};
}

associative!(i8 i16 i32 i64 i128 isize u8 u16 u32 u64 u128 usize);

impl Associative for bool {}
impl Associative for Duration {
    const OVERFLOWS: bool = true;
}
