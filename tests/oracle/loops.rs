//! Loops, nested and as values.

use crate::same;

#[test]
fn straight_lines_and_diamonds() {
    assert_eq!(
        same!(given { let x = 4; } run { add(increment(x), double(x)) }),
        Ok(13)
    );
    let value = same!(run {
        let a = increment(1);
        let b = double(a);
        let c = increment(a);
        let (tens, ones) = split(add(b, c * 10));
        tens * 100 + ones
    });
    assert_eq!(value, Ok(304));
}

#[test]
fn a_reduction_over_a_range() {
    assert_eq!(
        same!(run { let mut sum = 0; for x in 0..1000 { sum += churn(x); } sum }),
        Ok(499_500)
    );
    assert_eq!(
        same!(run { let mut sum = 0; for x in 5..5 { sum += churn(x); } sum }),
        Ok(0)
    );
    let product = same!(run {
        let mut product = 1_i64;
        for x in (1..=12).rev() {
            product *= churn(x);
        }
        product
    });
    assert_eq!(product, Ok(479_001_600));
}

#[test]
fn floats_are_added_in_the_order_of_the_loop() {
    let sum = same!(run {
        let mut sum = 0.1_f64;
        for x in 0..5000 {
            sum += root(f64::from(x)) * 1e-3;
        }
        sum.to_bits()
    });
    let mut expected = 0.1_f64;
    (0..5000).for_each(|x| expected += f64::from(x).sqrt() * 1e-3);
    assert_eq!(sum, Ok(expected.to_bits()));
}

#[test]
fn nested_loops() {
    let shapes = [vec!["123456789"; 1], vec!["7"; 300], vec!["12"; 40], vec![]];
    for texts in shapes {
        let total = same!(
            given { let texts = texts.clone(); }
            run {
                let mut total = 0;
                for text in texts {
                    for digit in digits(text)? {
                        total += churn(digit?);
                    }
                }
                total
            }
        );
        let sum = texts
            .iter()
            .flat_map(|text| text.bytes())
            .map(|b| i64::from(b - b'0'))
            .sum();
        assert_eq!(total, Ok(sum));
    }
}

#[test]
fn three_loops_deep_with_changes_at_each_level() {
    let log = same!(
        given { let mut log: Vec<String> = Vec::new(); }
        see (log)
        run {
            for a in 0..6_i64 {
                let a1 = increment(a);
                log.push(format!("a{a1}"));
                for b in 0..5_i64 {
                    for c in 0..4_i64 {
                        let value = churn(add(a * 100, b * 10 + c));
                        log.push(format!("c{value}"));
                    }
                    let b2 = double(b);
                    log.push(format!("b{b2}"));
                }
            }
        }
    );
    assert_eq!(log.1.0.len(), 6 + 6 * 5 + 6 * 5 * 4);
}

#[test]
fn a_local_accumulator_inside_of_an_outer_loop() {
    let seen = same!(
        given { let mut sums = Vec::new(); let mut total = 0; }
        see (sums, total)
        run {
            for a in 0..20_i64 {
                let mut sum = 0;
                for b in 0..10_i64 {
                    let value = churn(a * b);
                    sum += value;
                    total += value;
                }
                sums.push(sum);
            }
        }
    );
    assert_eq!(seen.1.1, 8550);
}

/// Loops as values have no meaning in plain Rust, so the expected value stands here.
#[test]
fn loops_as_values() {
    use crate::lazy::*;
    for threads in [1, 2, 8] {
        let runtime = delayed::Runtime::builder()
            .threads(threads)
            .build()
            .unwrap();
        let squares = delayed::pipeline!(for x in 0..200_i64 {
            churn(x * x)
        });
        let expected: Vec<i64> = (0..200).map(|x| x * x).collect();
        assert_eq!(squares.compute_on(&runtime).unwrap(), expected);

        let words = ["12", "345", "6"];
        let nested = delayed::pipeline!({
            let lists = for word in words {
                let list = for digit in digits(word)? {
                    let value = digit?;
                    add(value, 1)
                };
                (word, list)
            };
            lists
        });
        let expected = vec![("12", vec![2, 3]), ("345", vec![4, 5, 6]), ("6", vec![7])];
        assert_eq!(nested.compute_on(&runtime).unwrap(), expected);

        let deep = delayed::pipeline!(for x in 0..5_i64 {
            for y in 0..x {
                churn(add(x, y))
            }
        });
        let expected: Vec<Vec<i64>> = (0..5).map(|x| (0..x).map(|y| x + y).collect()).collect();
        assert_eq!(deep.compute_on(&runtime).unwrap(), expected);
    }
}

#[test]
fn sources_of_many_kinds() {
    let total = same!(
        given {
            let names = vec!["1".to_owned(), "22".to_owned(), "333".to_owned()];
            let map = std::collections::BTreeMap::from([("a", 1_i64), ("b", 2)]);
        }
        see (names, map)
        run {
            let mut total = 0_i64;
            for name in &names { total += parse(name)?; }
            for (key, value) in &map { total += add(*value, key.len() as i64); }
            for (index, name) in names.iter().enumerate() { total += add(index as i64, parse(name)?); }
            for x in [1, 2, 3] { total += double(x); }
            for x in [5].into_iter().chain(Some(6)) { total += double(x); }
            for x in (std::iter::successors)(Some(1_i64), |x| (*x < 50).then(|| x * 3)) { total += churn(x); }
            for chunk in names.chunks(2) { total += length(&chunk.join("")) as i64; }
            total
        }
    );
    assert!(total.0.is_ok());
}

#[test]
fn a_loop_that_ends_in_a_statement_has_no_value() {
    let seen = same!(
        given { let mut log = vec![1_i64]; }
        see (log)
        run {
            for i in 0..5_i64 {
                churn(i);
                if i > 2 {
                    log.push(i);
                } else {
                    log.push(-i);
                }
            }
        }
    );
    assert_eq!(seen, (Ok(()), (vec![1, 0, -1, -2, 3, 4],)));
}

#[test]
fn patterns_with_alternatives() {
    let seen = same!(run {
        let mut sum = 0;
        for Ok(x) | Err(x) in [Ok(1_i64), Err(2), Ok(3)] {
            sum += churn(x);
        }
        sum
    });
    assert_eq!(seen, Ok(6));
}

#[test]
fn a_part_of_what_a_loop_reads_may_be_gone() {
    let value = same!(run {
        let pair = (vec![1_i64, 2], "own".to_owned());
        let own = pair.1;
        let mut sum = 0;
        for x in 0..3_i64 {
            sum += increment(pair.0[x as usize % 2] + x);
        }
        (own, sum)
    });
    assert!(value.is_ok());
}

#[test]
fn a_branch_that_ends_in_a_loop_is_no_value() {
    let (value, (log,)) = same!(
        given { let mut log = Vec::new(); }
        see (log)
        run {
            for x in 0..8_i64 {
                if increment(x) > 3 {
                    continue;
                } else {
                    for y in 0..x {
                        log.push(double(y));
                    }
                }
            }
        }
    );
    assert_eq!(value, Ok(()));
    assert_eq!(log.len(), 3);
}

#[test]
fn a_captured_variable_that_an_inner_scope_hides() {
    let (value, (count,)) = same!(
        given { let mut count = 0_i64; }
        see (count)
        run {
            let mut acc = 0;
            for x in 0..9_i64 {
                if churn(x) % 2 == 0 {
                    count += churn(x);
                    let count = increment(x);
                    acc += count;
                }
                acc += add(count, x);
            }
            acc
        }
    );
    assert!(value.is_ok() && count > 0);
}

/// One place in the program, whose loops are short and long by turns: what the
/// last one was decides who runs the next one, and no answer.
#[test]
fn short_and_long_loops_at_one_place() {
    let seen = same!(run {
        let mut sums = Vec::new();
        for size in [3_i64, 2_000, 1, 4, 30_000, 2, 0, 9_000, 5] {
            let mut sum = 0;
            for x in 0..size {
                sum += increment(x);
            }
            let mut all = Vec::new();
            for x in 0..size / 100 {
                all.push(churn(x));
            }
            sums.push((sum, all));
        }
        sums
    });
    assert_eq!(seen.unwrap().len(), 9);
}
