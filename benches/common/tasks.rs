//! Tasks that do next to nothing, and tasks that take as long as they are told.

use std::arch::asm;
use std::ops::AddAssign;

use delayed::prelude::*;

/// The same number, of which the compiler knows nothing any more. It stays in its
/// register, where `std::hint::black_box` would send it through memory.
#[inline]
fn barrier(mut x: u64) -> u64 {
    // SAFETY: there is no instruction, and so nothing that it could do.
    unsafe { asm!("/* {0} */", inout(reg) x, options(nomem, nostack, preserves_flags)) };
    x
}

/// About 1.4 ns of arithmetic, each step of which needs the one before, behind a
/// barrier that keeps the compiler from doing several tasks at once.
#[inline]
pub(crate) fn stir(x: u64) -> u64 {
    let x = barrier(x).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    x ^ (x >> 29)
}

#[delayed]
pub(crate) fn increment(x: u64) -> u64 {
    stir(x).wrapping_add(1)
}

#[delayed]
pub(crate) fn double(x: u64) -> u64 {
    stir(x) << 1
}

#[delayed]
pub(crate) fn add(x: u64, y: u64) -> u64 {
    stir(x).wrapping_add(y)
}

/// A number whose sums are tasks like the others, and may be regrouped.
#[derive(Default)]
pub(crate) struct Sum(pub(crate) u64);

impl AddAssign for Sum {
    #[inline]
    fn add_assign(&mut self, other: Self) {
        self.0 = barrier(self.0).wrapping_add(other.0);
    }
}

impl Associative for Sum {}

/// A leaf of a tree of sums.
#[delayed]
pub(crate) fn leaf(x: u64) -> Sum {
    Sum(stir(x))
}

/// `steps` steps that each need the one before.
#[delayed]
pub(crate) fn work(x: u64, steps: u64) -> u64 {
    (0..steps).fold(x, |x, _| stir(x))
}
