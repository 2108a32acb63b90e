//! Chains of tasks outside of loops, which run side by side.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::same;

#[test]
fn chains_that_meet() {
    let value = same!(
        given { let names = ["12".to_owned(), "340".to_owned()]; }
        run {
            let a = parse(&names[0])?;
            let b = churn(a);
            let c = parse(&names[1])?;
            let d = churn(c);
            let both = add(b, d);
            let (tens, ones) = split(both);
            let left = increment(tens);
            let half = ones / 2;
            let right = double(half);
            let left = add(left, tens);
            (left, right, both)
        }
    );
    assert!(value.is_ok());
}

#[test]
fn chains_take_parts_of_what_others_read() {
    let value = same!(run {
        let all = split(12);
        let other = split(34);
        let own = all.1;
        let mut text = repeat("x", 3);
        let more = increment(own);
        text = shout(text);
        let pair = (text.clone(), more);
        let last = shout(pair.0);
        (own, all.0, other, last, pair.1, text)
    });
    assert!(value.is_ok());
}

#[test]
fn copies_are_shared_and_changes_wait() {
    let value = same!(
        given { let mut list = vec![3, 1, 2]; let mut n = 4; }
        see (list, n)
        run {
            let first = largest(&list);
            let second = increment(n);
            let third = double(n);
            append(&mut list, second);
            let fourth = bump(&mut n);
            let last = largest(&list);
            let mut sum = add(third, fourth);
            let more = increment(sum);
            append(&mut list, more);
            sum += n;
            (first, last, sum)
        }
    );
    assert!(value.0.is_ok());
}

#[test]
fn a_change_of_the_surroundings_waits_for_the_exits_before_it() {
    let (value, (list,)) = same!(
        given { let mut list = vec![1]; }
        see (list)
        run {
            let number = parse("none")?;
            append(&mut list, 2);
            number
        }
    );
    assert!(value.is_err());
    assert_eq!(list, [1]);
}

/// Each of four calls in two chains fails, or does not, in every combination:
/// the first in program order is reported, though its chain may end last.
#[test]
fn the_first_failure_in_program_order_wins() {
    for bits in 0..16_i64 {
        let [w, x, y, z] = [0, 1, 2, 3].map(|bit| if bits >> bit & 1 == 1 { 9 - bit } else { 10 });
        let _ = same!(run {
            let a = refuse_after(0, w, 10)?;
            let c = refuse_after(0, x, 9)?;
            let b = refuse_after(a, y, 8)?;
            let d = refuse_after(c, z, 7)?;
            add(b, d)
        });
    }
}

#[test]
fn a_panic_waits_for_what_comes_before_it() {
    for divisors in [
        [0, 0, 0],
        [0, 1, 1],
        [1, 0, 1],
        [1, 1, 0],
        [1, 0, 0],
        [1, 1, 1],
    ] {
        let [x, y, z] = divisors;
        let chains = delayed::pipeline!({
            let a = lazy::divide(1, x, "a")?;
            let b = lazy::divide(a, y, "b")?;
            let c = lazy::divide(2, z, "c")?;
            lazy::sum(b, c)
        });
        let found = chains.compute().map_err(|error| error.to_string());
        let first = divisors.iter().position(|divisor| *divisor == 0);
        match first {
            None => assert_eq!(found, Ok(3)),
            Some(0) => assert!(found.unwrap_err().contains("panicked in a")),
            Some(1) => assert!(found.unwrap_err().contains("panicked in b")),
            Some(_) => assert!(found.unwrap_err().contains("panicked in c")),
        }
    }
}

mod lazy {
    #[delayed::delayed]
    pub(super) fn divide(x: i64, y: i64, name: &str) -> Result<i64, String> {
        assert!(y != 0, "panicked in {name}");
        Ok(x / y)
    }

    #[delayed::delayed]
    pub(super) fn sum(x: i64, y: i64) -> i64 {
        x + y
    }

    #[delayed::delayed]
    pub(super) fn held(count: &super::Counted) -> super::Counted {
        count.clone()
    }

    #[delayed::delayed]
    pub(super) fn alive(of: &super::Counted) -> usize {
        of.alive()
    }
}

/// Knows how many of its kind there are.
struct Counted(Arc<AtomicUsize>);

impl Counted {
    fn alive(&self) -> usize {
        self.0.load(Ordering::SeqCst)
    }
}

impl Clone for Counted {
    fn clone(&self) -> Self {
        self.0.fetch_add(1, Ordering::SeqCst);
        Self(Arc::clone(&self.0))
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

#[test]
fn a_value_ends_with_its_last_reader() {
    for threads in [1, 2, 8] {
        let runtime = delayed::Runtime::builder()
            .threads(threads)
            .build()
            .unwrap();
        let outside = Counted(Arc::new(AtomicUsize::new(1)));
        let chain = delayed::pipeline!({
            let first = lazy::held(&outside);
            let second = lazy::held(&first);
            let third = lazy::held(&second);
            let fourth = lazy::held(&third);
            // Only what was given, the fourth, and nothing in between.
            lazy::alive(&fourth)
        });
        assert_eq!(chain.live_values(), 2);
        assert_eq!(chain.compute_on(&runtime).unwrap(), 2);

        let looped = delayed::pipeline!({
            let mut most = 0;
            for _ in 0..100 {
                let first = lazy::held(&outside);
                let second = lazy::held(&first);
                let third = lazy::held(&second);
                most = most.max(lazy::alive(&third));
            }
            most
        });
        // A worker is in one iteration, and one more may be on its way.
        let bound = 1 + threads * looped.live_values();
        assert!(looped.compute_on(&runtime).unwrap() <= bound);
        assert_eq!(outside.alive(), 1, "all that was made has ended");
    }
}

#[test]
fn a_field_is_read_before_it_is_taken() {
    let value = same!(run {
        let all = ((increment(1), shout("x".to_owned())), double(2));
        let x: i64 = all.0.0;
        let text = repeat(&all.0.1, 2);
        let own = shout(all.0.1);
        let y = increment(x);
        let ((tens, _), z) = (split(matches!(x, 1 | 3..=9) as i64), churn(x));
        (own, text, y, tens, z, all.1)
    });
    assert!(value.is_ok());
}

/// Fields of `self` are variables of their own, wherever they stand.
#[test]
fn fields_of_self_are_read_before_they_are_taken() {
    struct Work {
        many: Vec<i64>,
        count: i64,
        line: String,
    }
    impl Work {
        fn plain(mut self) -> (i64, Vec<i64>, i64, String) {
            let x = crate::plain::churn(self.many[0]);
            let many = crate::plain::doubled(self.many);
            for i in [3, 8] {
                crate::plain::bump(&mut self.count);
                self.line += &crate::plain::doubled(vec![i, self.count])[1].to_string();
            }
            (x, many, self.count, self.line)
        }

        fn pipeline(mut self) -> (i64, Vec<i64>, i64, String) {
            let result = delayed::pipeline!({
                let x = crate::lazy::churn(self.many[0]);
                let many = crate::lazy::doubled(self.many);
                for i in [3, 8] {
                    crate::lazy::bump(&mut self.count);
                    self.line += &crate::lazy::doubled(vec![i, self.count])[1].to_string();
                }
                (x, many)
            });
            let (x, many) = result.compute().unwrap();
            (x, many, self.count, self.line)
        }
    }
    let work = || Work {
        many: vec![1, 2],
        count: 7,
        line: "x".to_owned(),
    };
    assert_eq!(work().pipeline(), work().plain());
}

/// What plain Rust has borrowed is used while it is borrowed.
#[test]
fn loans_are_used_before_what_they_borrow_from_changes() {
    let value = same!(run {
        let mut all = (3, vec![1, 2], 5);
        let slot = &mut all.0;
        let x = bump(slot);
        let y = bump(&mut all.0);
        let first = all.1.first();
        let z = increment(*first.unwrap_or(&7));
        append(&mut all.1, z);
        let (tens, ones) = split(add(bump(&mut all.0), bump(&mut all.2)));
        bump(&mut all.0);
        let w = doubled(all.1);
        (x, y, z, tens, ones, all.0, all.2, w)
    });
    assert!(value.is_ok());
}
