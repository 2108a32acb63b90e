//! The first failure in serial order, whatever the timing.

use crate::same;

#[test]
fn the_first_of_many() {
    for of in [1, 2, 7, 50, 99, 1000] {
        let result = same!(given { } run {
            let mut sum = 0;
            for x in 0..200_i64 {
                sum += refuse_multiples(churn(x), of)?;
            }
            sum
        });
        assert_eq!(result.is_ok(), of == 1000);
    }
}

#[test]
fn in_an_inner_loop_or_its_source() {
    for texts in [
        vec!["12", "3x4", "", "y"],
        vec!["12", "", "3x4"],
        vec!["123", "456"],
        vec![""],
    ] {
        let result = same!(given { let texts = texts.clone(); } run {
            let mut sum = 0;
            for text in &texts {
                for digit in digits(text)? {
                    sum += churn(digit?);
                }
                sum += parse(text)?;
            }
            sum
        });
        assert_eq!(result.is_ok(), texts == ["123", "456"]);
    }
}

#[test]
fn of_independent_tasks_the_first_written() {
    let result = same!(run {
        let a = parse("one")?;
        let b = refuse_multiples(1, 2)?;
        add(a, b)
    });
    assert_eq!(result, Err("invalid digit found in string".to_owned()));
}

#[test]
fn a_panic_waits_for_the_exits_before_it() {
    use crate::lazy::*;
    #[delayed::delayed]
    fn panics(x: i64) -> i64 {
        panic!("number {x}");
    }
    for threads in [1, 2, 8] {
        let runtime = delayed::Runtime::builder()
            .threads(threads)
            .build()
            .unwrap();
        let first = delayed::pipeline!({
            let a = parse("one")?;
            let b = panics(2);
            add(a, b)
        });
        let error = first.compute_on(&runtime).unwrap_err();
        assert_eq!((error.is_panic(), error.task()), (false, Some("parse")));
        let second = delayed::pipeline!({
            let a = parse("1")?;
            let b = panics(2);
            let c = panics(3);
            add(a, b + c)
        });
        let error = second.compute_on(&runtime).unwrap_err();
        assert_eq!((error.is_panic(), error.task()), (true, Some("panics")));
        assert!(error.to_string().ends_with("number 2"), "{error}");
    }
}

#[test]
fn a_result_may_be_matched_instead() {
    let result = same!(given { let texts = ["1", "x", "3"]; } run {
        let mut good = Vec::new();
        let mut bad = Vec::new();
        for text in texts {
            let parsed = parse(text);
            match parsed {
                Ok(value) => good.push(value),
                Err(error) => bad.push(error.to_string()),
            }
        }
        (good, bad)
    });
    assert_eq!(
        result,
        Ok((vec![1, 3], vec!["invalid digit found in string".to_owned()]))
    );
}

mod places {
    use crate::lazy::*;

    #[test]
    fn an_error_says_task_place_iterations_and_items() {
        let texts = vec!["12".to_owned(), "3x".to_owned()];
        let line = line!() + 5;
        let pipeline = delayed::pipeline!({
            let mut sum = 0;
            for text in texts {
                for digit in digits(&text)? {
                    sum += churn(digit?);
                }
            }
            sum
        });
        let error = pipeline.compute().unwrap_err();
        let place = error.place().unwrap().clone();
        assert_eq!(
            (&*place.file, place.line, place.column),
            (file!(), line, 34)
        );
        assert_eq!(
            error.to_string(),
            format!(
                "failed at {place}, in iteration 1 of `for digit in digits(&text)?`, \
                 in iteration 1 of `for text in texts` (3x): no digit: x"
            )
        );
    }

    #[test]
    fn items_that_are_taken_are_shown_if_they_can_be_copied() {
        let texts = vec!["12", "3x"];
        let pipeline = delayed::pipeline!({
            let mut sum = 0;
            for text in texts {
                sum += parse(text)?;
            }
            sum
        });
        let error = pipeline.compute().unwrap_err();
        assert_eq!(error.iterations()[0].item.as_deref(), Some("3x"));
        let owned = vec![vec![1], vec![]];
        let pipeline = delayed::pipeline!({
            let mut sum = 0;
            for list in owned {
                sum += { largest::eager(&list) }.ok_or("empty")?;
                sum += add(list.into_iter().sum(), 1);
            }
            sum
        });
        assert_eq!(pipeline.compute().unwrap_err().iterations()[0].item, None);
    }

    #[test]
    fn a_panic_in_a_task_is_an_error_with_its_call() {
        #[delayed::delayed]
        fn fragile(x: u8) -> u8 {
            assert!(x != 3, "three");
            x
        }
        for threads in [1, 2, 8] {
            let runtime = delayed::Runtime::builder()
                .threads(threads)
                .build()
                .unwrap();
            let pipeline = delayed::pipeline!(for x in 0..10_u8 {
                fragile(x)
            });
            let error = pipeline.compute_on(&runtime).unwrap_err();
            assert!(error.is_panic());
            assert_eq!(error.task(), Some("fragile"));
            let text = error.to_string();
            assert!(
                text.ends_with("in iteration 3 of `for x in 0..10_u8` (3): three"),
                "{text}"
            );
        }
    }

    /// The loops run as they are written: each iteration reads what the one
    /// before it has changed.
    #[test]
    fn a_panic_in_serial_loops_says_its_iterations() {
        #[delayed::delayed]
        fn fragile(state: &mut Vec<u8>, x: u8) -> u8 {
            assert!(x + state.len() as u8 != 6, "six");
            state.push(x);
            x
        }
        for threads in [1, 2, 8] {
            let runtime = delayed::Runtime::builder()
                .threads(threads)
                .build()
                .unwrap();
            let pipeline = delayed::pipeline!({
                let mut state = Vec::new();
                let mut sum = 0;
                for x in 0..4_u8 {
                    let mut own = x;
                    for y in [x, 1] {
                        if fragile(&mut state, y) > 0 {
                            own += 1;
                        }
                        sum += own;
                    }
                }
                sum
            });
            assert!(pipeline.graph().to_string().contains("serial"));
            let error = pipeline.compute_on(&runtime).unwrap_err();
            assert!(error.is_panic());
            let places: Vec<_> = error.iterations().iter().map(|at| at.index).collect();
            assert_eq!(places, [0, 2], "{error}");
        }
    }

    /// An inner loop's changes are made in the turns of the outer one.
    #[test]
    fn a_panic_in_a_turn_says_the_same_on_any_number_of_threads() {
        #[delayed::delayed]
        fn own(x: i64) -> i64 {
            x
        }
        let texts = [1, 2, 8].map(|threads| {
            let runtime = delayed::Runtime::builder()
                .threads(threads)
                .build()
                .unwrap();
            let mut log = [0];
            let mut out = Vec::new();
            let pipeline = delayed::pipeline!({
                for i in 0..8_i64 {
                    for j in 0..2_i64 {
                        log[own(i) as usize / 5] += own(j);
                    }
                    out.push(own(i));
                }
            });
            pipeline.compute_on(&runtime).unwrap_err().to_string()
        });
        assert!(texts[0].contains("in iteration 5 of `for i in 0..8_i64`"));
        assert_eq!(texts[0], texts[1]);
        assert_eq!(texts[0], texts[2]);
    }
}

#[test]
fn behind_many_small_values_of_inner_loops() {
    for of in [97, 5_000, 1_000_000] {
        let result = same!(given { } run {
            let mut all = Vec::new();
            for row in 0..40_i64 {
                for x in 1..=300_i64 {
                    all.push(refuse_multiples(increment(300 * row + x - 1), of)?);
                }
            }
            all
        });
        assert_eq!(result.is_ok(), of == 1_000_000);
    }
}
