//! Sums in a type so small that every way to overflow is tried.

use std::panic::resume_unwind;

use super::{Extent, Integer, Keep, Overflow, Rules, Sums};
use crate::executor::Stop;
use crate::executor::seeded::Seeded;
use crate::sync::fixed::Mutex;

/// Adds as a crate does whose overflow is checked, or is not.
fn add<T: Integer>(total: &mut T, part: T, is_checked: bool) {
    match total.checked_add(part) {
        Some(sum) => *total = sum,
        // As a panic, but without a word.
        None if is_checked => resume_unwind(Box::new("overflow")),
        None => *total = total.wrapping_add(part),
    }
}

/// What a loop has learned so far, as a `static` of its own would be. The list
/// keeps it, so it is not a leak.
fn unknown() -> &'static Overflow {
    static KEPT: Mutex<Vec<&Overflow>> = Mutex::new(Vec::new());
    let overflow = Box::leak(Box::new(Overflow::unknown()));
    KEPT.lock().unwrap().push(overflow);
    overflow
}

/// What the loop comes to, and the iteration in which it panics.
fn in_order<T: Integer>(from: T, parts: &[T], is_checked: bool) -> (T, Option<usize>) {
    let mut total = from;
    for (index, part) in parts.iter().enumerate() {
        match total.checked_add(*part) {
            None if is_checked => return (total, Some(index)),
            _ => total = total.wrapping_add(*part),
        }
    }
    (total, None)
}

/// The same by a block that is over before it has its turn.
fn by_block<T: Integer>(
    from: T,
    parts: &[T],
    is_checked: bool,
    overflow: &'static Overflow,
) -> (T, Option<usize>) {
    let rules = Rules {
        overflow,
        adds: true,
    };
    let mut block = Sums::default();
    block.begin(&rules, 0, parts.len());
    for (place, part) in parts.iter().enumerate() {
        block.push(place as u32, (*part,));
    }
    block.end();
    let (mut kept, mut total, mut at) = (Sums::default(), from, 0);
    kept.append(&mut block);
    let given = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        kept.give(&rules, |place, (part,)| {
            at = place as usize;
            add(&mut total, part, is_checked);
            Ok::<_, Stop>(())
        })
    }));
    assert!(kept.is_empty() || given.is_err());
    (total, given.is_err().then_some(at))
}

fn agrees<T: Integer + std::fmt::Debug>(from: T, parts: &[T]) {
    for is_checked in [false, true] {
        let overflow = unknown();
        let serial = in_order(from, parts, is_checked);
        for _ in 0..2 {
            let block = by_block(from, parts, is_checked, overflow);
            assert_eq!(block, serial, "{from:?} and {parts:?}, {is_checked}");
        }
        assert!(!(is_checked && overflow.wraps()), "{parts:?}");
    }
}

#[test]
fn a_block_adds_what_its_parts_add() {
    let random = Seeded::new(7);
    for _ in 0..20_000 {
        let spread = 1 + random.choose(255);
        let part = |_| (random.choose(spread) as i16 - (spread / 2) as i16) as i8;
        let parts: Vec<i8> = (0..=random.choose(5)).map(part).collect();
        agrees((random.choose(256) as u8).cast_signed(), &parts);
        let parts: Vec<u8> = parts.iter().map(|part| part.unsigned_abs()).collect();
        agrees(random.choose(256) as u8, &parts);
    }
}

#[test]
fn one_step_stands_for_parts_of_one_sign() {
    let parts = [(5_i64,), (0,), (7,)];
    let (most, least, sum) = (12, 0, 12);
    assert_eq!(Extent::of(&parts), Extent::Within { most, least, sum });
    let overflow = unknown();
    let mut steps = Vec::new();
    let mut block = Sums::default();
    for (part,) in parts {
        block.push(0, (part,));
    }
    block.end();
    let rules = Rules {
        overflow,
        adds: true,
    };
    let given = block.give(&rules, |_, (part,)| {
        steps.push(part);
        Ok(())
    });
    assert!(given.is_ok());
    assert_eq!(steps, [12]);
}

#[test]
fn a_sum_that_cannot_fit_tells_that_overflow_wraps() {
    let learns = |adds, parts: &[u8]| {
        let overflow = unknown();
        let mut block = Sums::default();
        parts.iter().for_each(|part| block.push(0, (*part,)));
        block.end();
        let given = block.give(&Rules { overflow, adds }, |_, _| Ok(()));
        assert!(given.is_ok());
        overflow.wraps()
    };
    assert!(learns(true, &[200, 56]));
    assert!(!learns(true, &[200, 55]));
    // Who only hands parts on does not know whether they were added.
    assert!(!learns(false, &[200, 56]));
}
