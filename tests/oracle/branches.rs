//! Branches, jumps, carried chains and changes in place.

use crate::same;

#[test]
fn only_the_taken_branch_runs() {
    let seen = same!(run {
        let mut log = Vec::new();
        let mut sum = 0;
        for x in 0..60_i64 {
            let y = if x % 3 == 0 {
                churn(x)
            } else if x % 3 == 1 {
                let twice = double(x);
                add(twice, 1)
            } else {
                -x
            };
            if y > 20 {
                log.push(increment(y));
                sum += y;
            } else {
                log.push(-y);
            }
        }
        (log, sum)
    });
    assert_eq!(seen.unwrap().0.len(), 60);
}

#[test]
fn a_match_with_bindings_guards_and_exits() {
    for texts in [vec!["1", "x", "", "22"], vec!["5", "6"]] {
        let _ = same!(given { let texts = texts.clone(); } run {
            let mut total = 0;
            let mut bad = Vec::new();
            for text in &texts {
                match parse(text) {
                    Ok(value) if value > 10 => total += churn(value),
                    Ok(value) => total += double(value),
                    Err(_) if text.is_empty() => {
                        let all = digits(text)?;
                        total += all.len() as i64;
                    }
                    Err(error) => bad.push(shout(error.to_string())),
                }
            }
            (total, bad)
        });
    }
}

#[test]
fn if_let_and_let_else() {
    let seen = same!(given { let texts = ["3", "q", "7", "1", "zz"]; } run {
        let mut good = Vec::new();
        let mut skipped = 0;
        for text in texts {
            let Ok(value) = parse(text) else {
                skipped += 1;
                continue;
            };
            if let Some(rest) = value.checked_sub(2) && rest > 0 {
                good.push(churn(rest));
            }
        }
        (good, skipped)
    });
    assert_eq!(seen, Ok((vec![1, 5], 2)));
}

#[test]
fn a_let_else_inside_of_a_branch() {
    let seen = same!(run {
        let mut seen = Vec::new();
        for x in 0..30_i64 {
            if x > 2 {
                let Some(y) = churn(x).checked_sub(4) else {
                    continue;
                };
                if y % 4 == 3 {
                    let Ok(z) = refuse_multiples(y, 8) else { break };
                    seen.push(z);
                }
            }
            seen.push(-x);
        }
        seen
    });
    assert_eq!(seen.unwrap().last(), Some(&-10));
}

#[test]
fn continue_and_break_as_in_the_loop() {
    for stop in [0, 1, 13, 200] {
        let seen = same!(
            given { let mut log = Vec::new(); }
            see (log)
            run {
                let mut sum = 0;
                for x in 0..100_i64 {
                    log.push(churn(x));
                    if x % 4 == 1 {
                        continue;
                    }
                    let y = double(x);
                    if y >= stop {
                        log.push(-1);
                        break;
                    }
                    sum += churn(y);
                }
                sum
            }
        );
        assert!(seen.0.is_ok());
    }
}

#[test]
fn break_in_an_inner_loop_and_on_the_state() {
    let seen = same!(run {
        let mut seen = Vec::new();
        let mut total = 0;
        for x in 1..30_i64 {
            for y in 0..x {
                let z = churn(x * y);
                if z > 40 {
                    break;
                }
                if z % 2 == 1 {
                    continue;
                }
                seen.push(z);
                total += z;
            }
            if total > 500 {
                break;
            }
        }
        (seen, total)
    });
    assert!(seen.unwrap().1 > 500);
}

#[test]
fn a_broken_loop_leaves_its_source_where_it_stood() {
    let seen = same!(
        given { let mut numbers = 0..100_i64; }
        see (numbers)
        run {
            let mut sum = 0;
            for x in numbers.by_ref() {
                sum += churn(x);
                if x == 10 {
                    break;
                }
            }
            sum
        }
    );
    assert_eq!(seen.1.0, 11..100);
}

#[test]
fn loops_as_values_with_jumps() {
    use crate::lazy::*;
    for threads in [1, 2, 8] {
        let runtime = delayed::Runtime::builder()
            .threads(threads)
            .build()
            .unwrap();
        let odd = delayed::pipeline!({
            let odd = for x in 0..40_i64 {
                if x % 2 == 0 {
                    continue;
                }
                let y = churn(x);
                if y > 21 {
                    break;
                }
                if y > 10 { double(y) } else { y }
            };
            odd
        });
        let expected = vec![1, 3, 5, 7, 9, 22, 26, 30, 34, 38, 42];
        assert_eq!(odd.compute_on(&runtime).unwrap(), expected);
    }
}

#[test]
fn a_carried_chain() {
    let seen = same!(run {
        let mut state = String::from("s");
        let mut sizes = Vec::new();
        for x in 0..50_i64 {
            let digit = churn(x % 10);
            state = shout(repeat(&state, 1) + &digit.to_string());
            sizes.push(length(&state));
        }
        (state, sizes)
    });
    assert_eq!(seen.unwrap().1.len(), 50);
}

#[test]
fn a_chain_with_exits_and_two_states() {
    for of in [7, 1000] {
        let _ = same!(given { } run {
            let mut low = 0;
            let mut text = String::new();
            for x in 0..30_i64 {
                let y = churn(x);
                low = refuse_multiples(low + y, of)?;
                text = repeat(&text, 1) + if low % 2 == 0 { "e" } else { "o" };
            }
            (low, text)
        });
    }
}

#[test]
fn a_task_that_changes_in_place() {
    let seen = same!(run {
        let mut all = vec![3, 1];
        append(&mut all, 9);
        let before = all.len();
        for x in 0..20_i64 {
            append(&mut all, churn(x));
            let mut own = vec![x];
            append(&mut own, double(x));
            let first = own[1];
            all.push(first);
        }
        (before, all)
    });
    assert_eq!(seen.unwrap().1.len(), 43);
}

#[test]
fn branches_outside_of_loops() {
    for x in [1, 5] {
        let value = same!(given { } run {
            let y = if x > 3 { double(x) } else { increment(x) };
            let z = match split(y) {
                (0, ones) => add(ones, 100),
                (tens, _) => tens,
            };
            let Some(w) = Some(z) else { panic!("never") };
            w
        });
        assert!(value.is_ok());
    }
}

#[test]
fn lazy_operators_call_only_what_they_need() {
    let seen = same!(run {
        let mut hits = 0;
        for x in 0..40_i64 {
            if x > 5 && churn(x) % 3 == 0 || double(x) == 4 {
                hits += 1;
            }
        }
        hits
    });
    assert_eq!(seen, Ok(13));
}

#[test]
fn labelled_jumps() {
    let seen = same!(run {
        let mut seen = Vec::new();
        'rows: for x in 0..20_i64 {
            let base = churn(x);
            'columns: for y in 0..20_i64 {
                let z = add(base, y);
                if z % 7 == 6 {
                    continue 'rows;
                }
                if z % 5 == 4 {
                    continue 'columns;
                }
                if z > 30 {
                    break 'rows;
                }
                seen.push(z);
            }
            seen.push(-base);
        }
        seen
    });
    assert!(seen.unwrap().len() > 20);
}

#[test]
fn attributes_of_statements() {
    let seen = same!(run {
        let mut seen = Vec::new();
        for x in 0..10_i64 {
            #[allow(unused_variables)]
            let unused = double(x);
            #[cfg(test)]
            let y = increment(x);
            #[cfg(not(test))]
            let y = no_such_function(x);
            #[cfg(not(test))]
            seen.push(neither_this_one(y));
            #[cfg(test)]
            seen.push(churn(y));
            #[cfg(not(test))]
            for z in no_such_thing {
                seen.push(z);
            }
        }
        seen
    });
    assert_eq!(seen.unwrap().len(), 10);
}

#[test]
fn a_loop_as_a_value_inside_of_a_branch() {
    use crate::lazy::*;
    let value = delayed::pipeline!({
        let mut n = double(4);
        if n % 2 == 0 {
            let all = for i in 0..4_i64 {
                i * 2
            };
            n += all.len() as i64;
        }
        n
    });
    assert_eq!(value.compute().unwrap(), 12);
}
