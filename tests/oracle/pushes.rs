//! Loops that do nothing but push.

use std::collections::BinaryHeap;
use std::fmt::Debug;

use crate::same;

#[test]
fn values_are_pushed_behind_what_is_there() {
    let seen = same!(run {
        let mut all = vec![7];
        let mut texts = Vec::new();
        for x in 0..5000_i64 {
            all.push(churn(x));
        }
        for x in 0..300_i64 {
            all.push(increment(churn(x)));
        }
        for x in 0..300_usize {
            texts.push(repeat("ab", x % 5));
        }
        (all, texts)
    });
    assert_eq!(seen.unwrap().0.len(), 5301);
}

#[test]
fn what_is_no_vector_has_a_push_of_its_own() {
    let seen = same!(run {
        let mut heap = BinaryHeap::new();
        let mut text = String::new();
        for x in 0..500_i64 {
            heap.push(churn(x * 37 % 101));
        }
        for x in 0..26_u8 {
            let letter = { char::from(b'a' + x) };
            text.push(letter);
        }
        (heap.into_sorted_vec(), text)
    });
    assert_eq!(seen.unwrap().1, "abcdefghijklmnopqrstuvwxyz");
}

#[test]
fn what_is_pushed_may_become_another_type() {
    type Shown = Box<dyn Debug + Send>;
    let seen = same!(run {
        let mut all: Vec<Shown> = Vec::new();
        let mut numbers: Vec<Option<u8>> = vec![None];
        for x in 0..200_i64 {
            let boxed = Box::new(churn(x));
            all.push(boxed);
        }
        for x in 0..200_usize {
            numbers.push(Some(x as u8));
        }
        (format!("{all:?}"), numbers)
    });
    assert!(seen.unwrap().0.starts_with("[0, 1, 2,"));
}

#[test]
fn a_failure_while_pushing_is_the_first() {
    let seen = same!(
        given { let texts = ["1", "2", "x", "3"]; }
        run {
            let mut all = Vec::new();
            for text in texts {
                all.push(parse(text)?);
            }
            all
        }
    );
    assert!(seen.unwrap_err().contains("invalid digit"));
}

#[test]
fn pushes_in_loops_of_all_kinds() {
    let seen = same!(run {
        let mut all = Vec::new();
        let mut some = Vec::new();
        let mut few = Vec::new();
        let mut state = 0;
        for x in 0..20_i64 {
            state = increment(state);
            let mut mine = Vec::new();
            for y in 0..x {
                mine.push(add(y, x));
            }
            all.push(mine);
        }
        for x in 0..1000_i64 {
            if x % 3 == 0 { continue; }
            some.push(churn(x));
        }
        for x in 0..1000_i64 {
            few.push(churn(x));
            if x == 500 { break; }
        }
        (all, some, few, state)
    });
    assert_eq!(seen.unwrap().2.len(), 501);
}

#[test]
fn a_failure_leaves_what_was_pushed_before_it() {
    let (end, (all,)) = same!(
        given { let mut all = vec![-1]; }
        see (all)
        run {
            for x in 0..1000_i64 {
                all.push(refuse_multiples(churn(x), 700)?);
            }
        }
    );
    assert!(end.is_err());
    assert!(all.iter().copied().eq(-1..699), "{all:?}");
}
