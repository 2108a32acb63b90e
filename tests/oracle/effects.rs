//! Changes of outer variables, in iteration order.

use crate::same;

#[test]
fn pushes_and_inserts() {
    let seen = same!(
        given { let words = ["one", "two", "three", "four", "five", "six"]; }
        run {
            let mut lengths = Vec::new();
            let mut by_length = std::collections::BTreeMap::new();
            let mut line = String::new();
            for word in words {
                let length = length(word);
                lengths.push(length);
                by_length.insert(length, shout(word.to_string()));
                line.push_str(&repeat(word, length));
                line += "-";
            }
            (lengths, by_length, line)
        }
    );
    assert_eq!(seen.unwrap().0, [3, 3, 5, 4, 4, 3]);
}

#[test]
fn an_entry_is_counted_up() {
    let seen = same!(
        given { let text = "to be or not to be that is the question to be"; }
        run {
            let mut counts = std::collections::BTreeMap::new();
            for word in text.split(' ') {
                let loud = shout(word.to_owned());
                *counts.entry(loud).or_insert(0) += length(word);
            }
            counts
        }
    );
    assert_eq!(seen.unwrap()["BE"], 6);
}

#[test]
fn effects_before_and_between_exits() {
    for bad in [0, 3, 9, 100] {
        let seen = same!(
            given { let mut log = Vec::new(); }
            see (log)
            run {
                for x in 0..20_i64 {
                    log.push(increment(x));
                    let y = refuse_multiples(x, bad + 1)?;
                    log.push(-y);
                    let z = refuse_multiples(churn(y), 1000)?;
                    log.push(z * 100);
                }
                log.len()
            }
        );
        let complete = usize::try_from(bad.min(20)).unwrap();
        assert_eq!(seen.1.0.len(), 3 * complete + usize::from(bad < 20));
    }
}

#[test]
fn what_is_borrowed_by_an_effect_may_be_taken_later() {
    let seen = same!(
        given { let words = vec!["a".to_owned(), "bc".to_owned(), "def".to_owned()]; }
        run {
            let mut all = String::new();
            let mut total = 0;
            for word in words {
                all.push_str(&word);
                total += length(&shout(word));
            }
            (all, total)
        }
    );
    assert_eq!(seen, Ok(("abcdef".to_owned(), 6)));
}

#[test]
fn a_variable_of_the_outer_loop_in_an_inner_effect() {
    let seen = same!(
        given { let words = vec!["ab".to_owned(), "cde".to_owned()]; }
        run {
            let mut pairs = Vec::new();
            for word in words {
                for x in 0..4_i64 {
                    pairs.push((word.clone(), churn(x)));
                }
            }
            pairs
        }
    );
    assert_eq!(seen.unwrap().len(), 8);
}

#[test]
fn the_state_is_read_while_it_changes() {
    let seen = same!(run {
        let mut best = i64::MIN;
        let mut at = Vec::new();
        let mut sum = 0;
        for x in 0..100_i64 {
            let value = churn((x * 37) % 101);
            best = best.max(value);
            at.push(best);
            sum += best * 2 + x;
            let doubled = sum + best;
            at.push(doubled);
        }
        (best, at, sum)
    });
    assert_eq!(seen.unwrap().0, 100);
}

#[test]
fn shadowed_names() {
    let seen = same!(run {
        let x = 1;
        let x = increment(x);
        let mut out = Vec::new();
        for x in x..10_i64 {
            out.push(x);
            let x = churn(x);
            out.push(x);
            let x = double(x);
            out.push(x);
        }
        (x, out)
    });
    assert_eq!(seen.unwrap().1.len(), 24);
}

#[test]
fn a_name_that_is_used_again_after_an_effect() {
    let seen = same!(run {
        let mut out = Vec::new();
        let mut sum = 0;
        for x in 0..20_i64 {
            let y = churn(x);
            out.push(y);
            let y = double(y + 1);
            sum += increment(y);
        }
        (out, sum)
    });
    assert_eq!(seen.unwrap().0, (0..20).collect::<Vec<_>>());
}

#[test]
fn fields_of_self_are_variables_of_their_own() {
    struct Job {
        offset: i64,
        log: Vec<i64>,
        total: i64,
    }
    impl Job {
        fn plain(&mut self) {
            use crate::plain::*;
            for x in 0..50_i64 {
                let y = churn(add(x, self.offset));
                self.log.push(y);
                self.total += y;
            }
        }
        fn pipeline(&mut self, runtime: &delayed::Runtime) {
            use crate::lazy::*;
            let pipeline = delayed::pipeline!({
                for x in 0..50_i64 {
                    let y = churn(add(x, self.offset));
                    self.log.push(y);
                    self.total += y;
                }
            });
            assert!(
                pipeline
                    .graph()
                    .to_string()
                    .contains("[50 times, parallel]")
            );
            pipeline.compute_on(runtime).unwrap();
        }
    }
    let job = || Job {
        offset: 7,
        log: vec![1],
        total: 5,
    };
    let mut expected = job();
    expected.plain();
    for threads in [1, 2, 8] {
        let runtime = delayed::Runtime::builder()
            .threads(threads)
            .build()
            .unwrap();
        let mut seen = job();
        seen.pipeline(&runtime);
        assert_eq!(
            (seen.log, seen.total),
            (expected.log.clone(), expected.total)
        );
    }
}

#[test]
fn captured_variables_that_are_changed_by_methods() {
    let seen = same!(
        given {
            let mut tally = std::collections::BTreeMap::<i64, i64>::new();
            let mut chest = vec![1_i64, 2, 3];
        }
        see (tally, chest)
        run {
            let mut sum = 0;
            for i in 0..9_i64 {
                *tally.entry(churn(i) % 5).or_insert(0) += i;
                if let Some(x) = chest.pop() {
                    sum += double(x);
                }
            }
            sum
        }
    );
    assert_eq!(seen.0, Ok(12));
}

#[test]
fn an_ordered_change_of_a_variable_of_the_iteration() {
    let seen = same!(run {
        let mut acc = 1_i64;
        let mut seen = Vec::new();
        for i in 0..9_i64 {
            let x: i64;
            if i > 2 {
                x = churn(i);
            } else {
                acc += churn(i);
                x = acc;
            }
            let mut y = double(i);
            y += acc;
            seen.push(add(x, y));
        }
        (acc, seen)
    });
    assert_eq!(seen.unwrap().0, 4);
}

#[test]
fn a_chain_whose_inner_call_takes_the_state() {
    let seen = same!(run {
        let mut own = String::from("a");
        for i in 0..9_i64 {
            own = repeat(&shout(own), (i % 2 + 1) as usize);
        }
        own
    });
    assert_eq!(seen.unwrap().len(), 16);
}

#[test]
fn effects_on_captured_variables_inside_of_plain_branches() {
    let seen = same!(
        given {
            let mut log = vec![1_i64];
            let mut numbers = 0..40_i64;
        }
        see (log, numbers)
        run {
            let mut acc = String::new();
            let mut sum = 0;
            for i in 0..5_i64 {
                match churn(i) % 4 {
                    0 => { log.push(i); }
                    _ => {}
                }
                let mut own = String::from(&acc);
                own = shout(own);
                acc += &own.len().to_string();
                for j in numbers.by_ref().take(3) {
                    sum += add(i, j);
                    if churn(j) > 10 { log.retain(|x| *x != 4); }
                }
            }
            (acc, sum)
        }
    );
    assert!(seen.0.is_ok());
}

#[test]
fn chains_in_nested_bodies() {
    let seen = same!(run {
        let mut own = String::from("a");
        for i in 0..4_i64 { for _ in 0..i { own = shout(own); } }
        if churn(3) > 2 { for _ in 0..9_i64 { own = shout(own); } }
        for _ in 0..5_i64 { own = shout(own); own.push('x'); }
        for j in 0..2_i64 { own = repeat(&shout(own), increment(j) as usize); }
        own
    });
    assert_eq!(seen.unwrap().len(), 12);
}

#[test]
fn a_captured_state_keeps_what_the_good_turns_made() {
    let seen = same!(
        given { let mut count = 0_i64; let words = ["12", "5", "x7"]; }
        see (count)
        run {
            for w in words {
                count = i64::max(count, parse(w)?);
            }
        }
    );
    assert_eq!(seen.1.0, 12);
    let seen = same!(run {
        let mut own = String::from("abc");
        for i in 0..3_i64 {
            for j in 0..(own.len() as i64) {
                if i > 1 && double(2) % 2 == 0 {
                    own = repeat(&shout(own), (j % 2 + 1) as usize);
                }
            }
        }
        own
    });
    assert_eq!(seen.unwrap().len(), 6);
}

#[test]
fn a_name_that_hides_the_state_of_a_chain() {
    let seen = same!(run {
        let mut acc = 15_i64;
        let mut others = Vec::new();
        for i in 0..6_i64 {
            acc = i64::max(acc, churn(i));
            let acc = double(acc);
            others.push(acc);
        }
        (acc, others)
    });
    assert_eq!(seen.unwrap(), (15, vec![30; 6]));
}

#[test]
fn a_field_that_is_taken_and_given_back() {
    let value = same!(
        given { let words = ["a", "b", "c"]; }
        run {
            let mut all = (increment(1), shout("x".to_owned()));
            for word in words.iter() {
                all.1 = shout(all.1 + word);
                all.0 = add(all.0, length(word) as i64);
            }
            all.1.push('x');
            all
        }
    );
    assert_eq!(value, Ok((5, "XABCx".to_owned())));
}

#[test]
fn a_failure_in_a_turn_loses_nothing_before_it() {
    let (value, (n,)) = same!(
        given { let mut n = 0; }
        see (n)
        run {
            let mut text = "x".to_owned();
            for w in 0..4_i64 {
                append_to(&mut text, "y");
                let y = refuse_multiples(bump(&mut n), 3)?;
                text = shout(text);
                n = i64::max(n, y + w);
            }
        }
    );
    assert!(value.is_err());
    assert_eq!(n, 2);
}

#[test]
fn a_change_in_front_of_an_exit_is_made() {
    let (value, (tally,)) = same!(
        given { let mut tally = std::collections::BTreeMap::<i64, Vec<i64>>::new(); }
        see (tally)
        run {
            for x in 0..9_i64 {
                tally.entry(x).or_default().push(refuse_multiples(x, 5)?);
            }
        }
    );
    assert!(value.is_err());
    assert_eq!(tally.len(), 5);
}

/// What an inner loop's item borrows from ends with the iteration around it.
#[test]
fn items_that_borrow_from_the_iteration_between() {
    let seen = same!(run {
        let mut all = String::new();
        let mut sum = 0;
        for i in 0..6_i64 {
            let own = repeat("ab", increment(i) as usize);
            let list = doubled(vec![i, i + 1]);
            for letter in own.split('a') {
                append_to(&mut all, letter);
            }
            for x in list.iter() {
                sum += bump(&mut sum) + *x;
            }
            for _ in 0..2 {
                let tail = own.trim();
                append_to(&mut all, tail);
            }
        }
        (all, sum)
    });
    assert!(seen.is_ok());
}

#[test]
fn items_that_are_taken_out_of_their_reference() {
    let seen = same!(run {
        let mut all = Vec::new();
        for i in 0..6_i64 {
            let list = doubled(vec![i, i + 1]);
            for &x in &list {
                append(&mut all, x);
            }
            for (at, x) in list.iter().enumerate() {
                append(&mut all, at as i64);
                all.push(*x);
            }
        }
        all
    });
    assert_eq!(seen.unwrap().len(), 36);
}

#[test]
fn a_part_that_is_lent_while_another_part_changes() {
    let seen = same!(run {
        let mut all = (doubled(vec![1, 2]), 0_i64);
        let view = &all.0;
        let n = view.len() as i64;
        let mut k = 0;
        for i in 0..20_i64 {
            k += double(view[0] + i);
            all.1 = i64::max(all.1, churn(i + n));
        }
        (all, k)
    });
    assert!(seen.is_ok());
}

/// What is copied of a variable is copied before the variable is taken.
#[test]
fn a_field_is_read_before_the_whole_is_taken() {
    #[derive(Debug)]
    struct Pair {
        small: i64,
        list: Vec<i64>,
    }
    impl Pair {
        fn list(self) -> Vec<i64> {
            self.list
        }
    }
    let seen = same!(run {
        let pair = Pair { small: 3, list: vec![1, 2] };
        let other = Pair { small: 4, list: vec![5] };
        let both = (pair.small, doubled(pair.list));
        let sum = add(other.small, doubled(Pair::list(other))[0]);
        (both, sum)
    });
    assert_eq!(seen.unwrap(), ((3, vec![2, 4]), 14));
}

/// A body that always leaves has no value, and so the loop has none.
#[test]
fn loops_whose_bodies_end_in_jumps() {
    let seen = same!(run {
        let mut sum = 0;
        for i in 0..9_i64 {
            sum += churn(i);
            if sum < 9 { continue; } else { break; }
        }
        for i in 0..9_i64 {
            sum += churn(i);
            match sum % 3 { 0 => continue, 1 => { sum += 1; break } _ => panic!("two") }
        }
        for i in 0..9_i64 {
            sum += double(i);
            continue
        }
        sum
    });
    assert!(seen.is_ok());
}

#[test]
fn states_that_methods_take_and_give_back() {
    #[derive(Clone, Debug, Default, PartialEq)]
    struct Report(Vec<i64>);
    impl Report {
        fn with(mut self, x: i64) -> Report {
            self.0.push(x);
            self
        }
        fn or_else(self, x: i64) -> Result<Report, String> {
            if x % 8 == 7 {
                return Err(format!("{x} after {:?}", self.0));
            }
            Ok(self.with(-x))
        }
    }
    for rows in [5, 9] {
        let seen = same!(run {
            let mut report = Report::default();
            let mut first = None;
            let mut texts = vec![String::new()];
            for x in 0..rows {
                let y = churn(x);
                report = report.with(increment(y));
                report = report.or_else(y)?;
                first = first.or(Some(shout(format!("no. {y}"))));
                texts = texts.into_iter().chain([repeat("x", 2)]).collect();
            }
            (report, first, texts)
        });
        assert_eq!(seen.is_ok(), rows == 5);
    }
}

#[test]
fn assignments_to_several_places() {
    struct Pair {
        left: String,
        right: String,
    }
    let seen = same!(run {
        let mut a = String::new();
        let mut b = "b".to_owned();
        let mut list = [0, 0];
        let mut last = 0;
        for x in 0..9 {
            let text = repeat("c", 1);
            (a, b) = (b, a + &text);
            [b, a] = [a, b + &text];
            Pair { left: a, right: b } = Pair { left: a + "d", right: b };
            (list[1], last) = (last, churn(x));
        }
        (a, b, list, last)
    });
    assert_eq!(seen.unwrap().3, 8);
}

#[test]
fn changes_that_may_fail_share_a_value() {
    use std::fmt::Write as _;
    for bad in [3, 100] {
        let seen = same!(
            given { let mut log = Vec::new(); }
            see (log)
            run {
                let mut out = String::new();
                let mut state = 0;
                for x in 0..9 {
                    let text = repeat("ab", x);
                    writeln!(out, "{x}: {text}")?;
                    log.push(text.len());
                    if x == bad { Err("x is bad")?; }
                    writeln!(out, "{x} again: {text}")?;
                    state = refuse_after(state, length(&text) as i64, 100)?;
                }
                (out, state)
            }
        );
        assert_eq!(seen.0.is_ok(), bad == 100 && seen.1.0.len() == 9);
    }
}
