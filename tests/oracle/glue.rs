//! Plain Rust between tasks.

use crate::same;

#[test]
fn expressions_of_many_kinds() {
    let value = same!(
        given {
            let factor = 3_i64;
            let names = ["x".to_owned(), "yy".to_owned()];
        }
        run {
            let scale = |x: i64| x * factor;
            let one = increment(1);
            let list = vec![one, scale(2), i64::max(4, 5)];
            let text = format!("{factor}-{}-{name}", list.len(), name = names[1]);
            let block = {
                let inner = text.len() as i64;
                (scale)(inner) + 1
            };
            let best = largest(&list);
            let chosen = if block > 3 { list[0] } else { -list[0] };
            let found = match best {
                Some(value) if value > 100 => value,
                Some(value) => value + 1,
                None => 0,
            };
            let pair = (add(chosen, found), [double(chosen); 2]);
            let [first, _] = pair.1;
            (pair, first, text)
        }
    );
    assert!(value.is_ok());
}

#[test]
fn operands_are_evaluated_in_the_order_written() {
    let value = same!(run {
        let mut n = 1;
        let mut list = vec![1];
        let pair = (n, bump(&mut n));
        let sum = add(n, bump(&mut n));
        append(&mut list, 2);
        let lengths = (list.len(), list.capacity() >= 2);
        (pair, sum, n, lengths)
    });
    assert_eq!(value, Ok(((1, 2), 5, 3, (2, true))));
}

#[test]
fn exits_inside_of_plain_blocks() {
    let value = same!(run {
        let z = { (crate::plain::parse)("5")? * 2 };
        z - { (crate::plain::parse)("7")? - z }
    });
    assert_eq!(value, Ok(13));
}

mod pure {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use delayed::prelude::*;

    static CALLS: AtomicUsize = AtomicUsize::new(0);

    #[delayed(pure, name = "square root")]
    fn root(x: &f64) -> String {
        CALLS.fetch_add(1, Ordering::Relaxed);
        x.sqrt().to_string()
    }

    #[delayed]
    fn noted(x: &f64) -> String {
        CALLS.fetch_add(1, Ordering::Relaxed);
        x.sqrt().to_string()
    }

    #[delayed]
    fn join(left: &str, right: &str) -> String {
        format!("{left}{right}")
    }

    fn calls() -> usize {
        CALLS.swap(0, Ordering::Relaxed)
    }

    /// One test, as all share the counter.
    #[test]
    fn equal_and_unread_calls_of_pure_tasks_run_once_or_not_at_all() {
        let x = 16.0;
        let pipeline = pipeline!({
            let left = root(&x);
            let right = root(&x);
            join(&left, &right)
        });
        assert!(pipeline.graph().to_string().contains("square root"));
        assert_eq!((pipeline.compute().unwrap(), calls()), ("44".to_owned(), 1));

        let twice = pipeline!(join(&noted(&x), &noted(&x)));
        assert_eq!((twice.compute().unwrap(), calls()), ("44".to_owned(), 2));

        let nested = pipeline!(join(&root(&x), &join(&root(&x), &root(&x))));
        assert_eq!((nested.compute().unwrap(), calls()), ("444".to_owned(), 1));

        let unread = pipeline!({
            let _first = root(&x);
            root(&x);
            noted(&x);
            1
        });
        assert_eq!((unread.compute().unwrap(), calls()), (1, 1));

        let mut changing = 4.0;
        let changed = pipeline!({
            let left = root(&changing);
            changing += 5.0;
            let right = root(&changing);
            join(&left, &right)
        });
        assert_eq!((changed.compute().unwrap(), calls()), ("23".to_owned(), 2));
    }
}

#[test]
fn what_is_configured_out_is_not_named() {
    let value = same!(run {
        let mut sum = 0;
        let x = increment(1);
        #[cfg(any())]
        for y in no_such_source {
            no_such_task(y);
        }
        for y in 0..3 {
            #[cfg(any())]
            let never = no_such_task(no_such_value)?;
            #[cfg(all())]
            let y = double(y);
            #[cfg(any())]
            for z in no_such_source {
                sum += no_such_task(z, no_such_value);
            }
            sum += add(x, y);
        }
        #[cfg(any())]
        no_such_value.push(no_such_task(1));
        sum
    });
    assert_eq!(value, Ok(12));
}

#[test]
fn leaving_out_a_pure_task_leaves_its_arguments() {
    #[delayed::delayed(pure)]
    fn unused(x: i64) -> i64 {
        x
    }
    let list: Vec<i64> = (0..2).collect();
    let indexed = delayed::pipeline!({
        let _nobody = unused(list[5]);
        crate::lazy::increment(1)
    });
    assert!(indexed.compute().unwrap_err().is_panic());
}

#[test]
fn generic_functions_in_parentheses() {
    let value = same!(run {
        let mut all = Vec::new();
        for x in 0..4_i64 {
            (drop)(repeat("x", x as usize));
            let text = (Some)(repeat("y", x as usize));
            all.push(text);
        }
        all
    });
    assert!(value.is_ok());
}

#[test]
fn names_in_macros_that_nobody_knows() {
    macro_rules! ranges {
        ($($range:expr),*) => { [$($range.count() as i64),*] };
    }
    let value = same!(run {
        let mut n = 2;
        let mut all = Vec::new();
        for x in 0..4_i64 {
            n += increment(x);
            all.push(ranges![0..n, 0..=x + 3, x.min(1)..n]);
        }
        all
    });
    assert!(value.is_ok());
}

#[test]
fn tasks_in_a_list_by_a_macro() {
    let seen = same!(run {
        let mut sum = 0;
        let pair = vec![increment(1), double(4) + 1];
        for x in 0..9_i64 {
            let mut nested = vec![vec![churn(x), x], vec![add(x, pair[0])]];
            nested.push(Vec::new());
            sum += nested.concat().iter().sum::<i64>();
        }
        let plain = vec![sum; 2];
        (pair, plain)
    });
    assert!(seen.is_ok());
}

#[test]
fn functions_by_their_names() {
    let seen = same!(
        given { let some = Some(3_i64); let list = vec![Some(1_i64), None]; }
        run {
            let first = some.map(same_again).map_or(0, increment_plain);
            let mut sum = first;
            for x in list.iter() {
                sum += increment(x.map(same_again).map_or(2, increment_plain));
            }
            sum
        }
    );
    assert_eq!(seen, Ok(10));
}

fn same_again<T>(x: T) -> T {
    x
}

fn increment_plain(x: i64) -> i64 {
    x + 1
}

/// What is sent to a pipeline, or taken by it, need not be shared.
#[test]
fn values_that_only_one_thread_may_have() {
    use std::cell::Cell;
    let (first, second) = (Cell::new(3_i64), Cell::new(4_i64));
    let moved = delayed::pipeline!(move {
        let more = crate::lazy::increment(1);
        let copy = first.clone();
        (copy.get(), more)
    });
    assert_eq!(moved.compute().unwrap(), (3, 2));
    let taken = delayed::pipeline!({
        let copy = second.clone();
        let all = second;
        (copy.get(), all.get(), crate::lazy::increment(1))
    });
    assert_eq!(taken.compute().unwrap(), (4, 4, 2));
}
