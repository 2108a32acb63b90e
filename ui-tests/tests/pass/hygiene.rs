//! Users' names that the expansion uses too, or that hide the ones of the
//! standard library.
#![allow(dead_code)]

use delayed::delayed;

/// The prelude's names mean something else here.
mod shadowed {
    use delayed::{delayed, pipeline};

    pub(super) struct Ok;
    pub(super) struct Err;
    pub(super) struct Some;
    pub(super) struct None;
    pub(super) enum Result {}
    pub(super) enum Option {}
    pub(super) struct Vec;
    pub(super) struct Box;
    pub(super) mod core {}
    pub(super) mod std {}

    #[delayed]
    fn double(x: u64) -> u64 {
        2 * x
    }

    pub(super) fn run() -> u64 {
        let collected = pipeline!({
            let mut total = 0;
            let all = for x in 0..3 {
                double(x)
            };
            for x in all {
                total += double(x);
            }
            total
        });
        collected.compute().unwrap()
    }
}

#[test]
fn the_prelude_can_be_hidden() {
    assert_eq!(shadowed::run(), 12);
}

#[delayed]
fn double(x: u64) -> u64 {
    2 * x
}

#[test]
fn the_users_names_are_not_those_of_the_expansion() {
    let (__value, __call, __item, __result, __scope, __double1) = (1, 2, 3, 4, 5, 6);
    let pipeline = delayed::pipeline!({
        let mut total = 0;
        for __turn in 0..2 {
            total += double(__turn) + __value + __call + __item + __result + __scope + __double1;
        }
        total
    });
    assert_eq!(pipeline.compute().unwrap(), 44);
}

macro_rules! sum_of_doubles {
    ($data:expr, $task:ident) => {{
        let data = $data;
        delayed::pipeline!({
            let mut total = 0;
            for x in data {
                total += $task(x);
            }
            total
        })
        .compute()
    }};
}

#[test]
fn a_macro_of_the_users_own_can_write_a_pipeline() {
    assert_eq!(sum_of_doubles!([1, 2], double).unwrap(), 6);
}
