//! What is handed over when: values that are copied, changed or lent, and state
//! behind a shared reference.

use std::sync::Mutex;
use std::sync::atomic::{AtomicI64, Ordering::SeqCst};

use crate::same;

#[test]
fn a_value_is_seen_as_it_was_before_a_later_change() {
    let value = same!(run {
        let mut log = Vec::new();
        let mut all = 0;
        for x in 0..50 {
            let mut y = churn(x);
            log.push(y);
            y = add(y, 100);
            log.push(y);
            if y % 3 == 0 {
                y += 1;
            }
            all += increment(y);
        }
        for mut x in 0..50 {
            log.push(x);
            x += 1000;
            all += churn(x);
        }
        (log, all)
    });
    assert_eq!(value.unwrap().0[..4], [0, 100, 1, 101]);
}

#[test]
fn what_is_moved_twice_is_copied() {
    let value = same!(run {
        let mut small = Vec::new();
        let mut large = Vec::new();
        let mut sum = 0;
        for x in 0..200 {
            let y = churn(x);
            small.push(y);
            if y > 150 {
                break;
            }
            if y % 2 == 0 {
                large.push(y);
                continue;
            }
            let z = double(y);
            sum += y;
            large.push(add(y, z));
            small.push(y + z);
        }
        (small, large, sum)
    });
    assert_eq!(value.unwrap().0.len(), 227);
}

#[test]
fn loans_from_an_iteration_stay_in_it() {
    let value = same!(
        given { let lines = [" a ".to_owned(), "bc ".to_owned(), " 17".to_owned()]; }
        run {
            let mut out = String::new();
            let mut letters = 0;
            let mut log = Vec::new();
            for line in &lines {
                let word = line.trim();
                letters += length(word);
                out.push_str(word);
            }
            for x in 0..9_i64 {
                let text = repeat(" 7", x as usize);
                let word = text.trim();
                out.push_str(word);
                letters += word.len();
                let scale = |y: i64| x * y;
                log.push(scale(churn(x)));
            }
            for x in 0..9_i64 {
                let text = repeat("7", 1 + x as usize);
                let word = text.trim();
                letters += word.parse::<usize>().unwrap() % 10;
                let pick = || &text;
                out.push_str(pick());
            }
            (out, letters, log)
        }
    );
    assert!(value.is_ok());
}

#[test]
fn state_behind_a_shared_reference_changes_in_order() {
    let value = same!(
        given {
            let tickets = AtomicI64::new(0);
            let seen = Mutex::new(Vec::new());
        }
        run {
            let (sender, receiver) = std::sync::mpsc::channel();
            let inner = Mutex::new(String::new());
            let mut all = Vec::new();
            for x in 0..200 {
                let y = churn(x);
                let ticket = tickets.fetch_add(1, SeqCst);
                all.push((ticket, y));
                seen.lock().unwrap().push(y);
                sender.send(double(y))?;
                inner.lock().unwrap().push_str(&y.to_string());
            }
            drop(sender);
            let sent = receiver.into_iter().collect::<Vec<i64>>();
            let seen = seen.lock().unwrap().clone();
            (all, sent, seen, inner.into_inner().unwrap())
        }
    );
    assert_eq!(value.unwrap().0[..2], [(0, 0), (1, 1)]);
}

#[test]
fn parts_are_taken_one_by_one() {
    let value = same!(run {
        let mut words = Vec::new();
        let mut numbers = Vec::new();
        for x in 0..50_i64 {
            let y = churn(x);
            let parcel = (repeat("a", x as usize), vec![x, y], x);
            words.push(parcel.0);
            numbers.push(parcel.1[1]);
            numbers.push(parcel.2);
            let last = largest(&parcel.1);
            numbers.extend(last);
        }
        for number in numbers.iter_mut() {
            (*number) = increment(*number);
            (*number) += double(*number);
        }
        for x in 0..50_i64 {
            let parcel = (repeat("b", x as usize), vec![x, 1]);
            words.push(parcel.0);
            numbers.extend(&parcel.1);
        }
        (words, numbers)
    });
    assert!(value.is_ok());
}
