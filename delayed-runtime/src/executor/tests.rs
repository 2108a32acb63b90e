//! The executor under hand-written pipelines, as the compiler would write them.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::__private as rt;
use crate::Error;
use crate::Runtime;
use crate::source::{Pulled, Split};

use super::gather::reduce::InOrder;
use super::looping::pace::Pace;
use super::looping::region;
use super::{LoopSite, Scope, Stop, Turn};

static OUTER: LoopSite = LoopSite::new("for x in xs", rt::place("outer.rs", 1, 1));
static INNER: LoopSite = LoopSite::new("for y in ys", rt::place("inner.rs", 2, 1));
static CALL: rt::CallSite = rt::CallSite::new(Some("work"), rt::place("task.rs", 3, 9));

fn run<T>(threads: usize, body: impl FnOnce(&Scope<'_>) -> Result<T, Stop>) -> Result<T, Error> {
    let runtime = Runtime::builder().threads(threads).build().unwrap();
    let begun = runtime.begin();
    let run = super::run::Run::new(&runtime, begun.context());
    match body(&Scope::root(&run)) {
        Ok(value) => Ok(value),
        Err(Stop::Failed(error)) => Err(error),
        Err(Stop::Break | Stop::Abandoned) => panic!("ended at the top"),
    }
}

fn for_each<S, Op, F, B>(
    scope: &Scope<'_>,
    site: &LoopSite,
    source: S,
    front: F,
    back: B,
) -> Result<(), Stop>
where
    S: Split,
    Op: Send,
    F: Fn(S::Item, &Scope<'_>, &mut Turn<'_, Op>) -> Result<Option<Op>, Stop> + Sync,
    B: FnMut(Op) -> Result<(), Stop> + Send,
{
    region::for_each(scope, site, source, front, back, &InOrder)
}

fn on_every_size(test: impl Fn(usize)) {
    for threads in [1, 2, 3, 8] {
        test(threads);
    }
}

/// Busy work whose length varies, so that iterations end out of order.
fn spin(seed: u64) -> u64 {
    let rounds = (seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 54) * 8;
    (0..rounds).fold(seed, |x, y| std::hint::black_box(x ^ y.rotate_left(7)));
    seed
}

#[test]
fn a_loop_folds_in_order() {
    on_every_size(|threads| {
        let mut seen = Vec::new();
        let source = crate::source::AtHand(0..1000_u64);
        let front = |x: u64, _: &Scope<'_>, _: &mut Turn<'_, u64>| Ok(Some(spin(x)));
        let back = |op| {
            seen.push(op);
            Ok(())
        };
        run(threads, |scope| {
            for_each(scope, &OUTER, source, front, back)
        })
        .unwrap();
        assert_eq!(seen, (0..1000).collect::<Vec<_>>(), "{threads} threads");
    });
}

/// Two nested loops whose inner back hands on to the outer turn.
fn nested(threads: usize, outer: u64, inner: u64) -> Result<Vec<(String, u64)>, Error> {
    let mut seen = Vec::new();
    run(threads, |scope| {
        for_each(
            scope,
            &OUTER,
            Pulled(0..outer),
            |x: u64, scope, turn| {
                turn.push((x.to_string(), u64::MAX))?;
                for_each(
                    scope,
                    &INNER,
                    Pulled(0..inner),
                    |y: u64, _, _| Ok(Some((x.to_string(), spin(x * inner + y)))),
                    |op| turn.push(op),
                )?;
                Ok(None)
            },
            |op| {
                seen.push(op);
                Ok(())
            },
        )
    })?;
    Ok(seen)
}

#[test]
fn nested_loops_fold_in_the_order_of_both() {
    for (outer, inner) in [(1, 500), (500, 1), (40, 30), (3, 0), (0, 3)] {
        let expected: Vec<(String, u64)> = (0..outer)
            .flat_map(|x| {
                let items = (0..inner).map(move |y| (x, x * inner + y));
                std::iter::once((x, u64::MAX))
                    .chain(items)
                    .map(|(x, y)| (x.to_string(), y))
            })
            .collect();
        on_every_size(|threads| {
            assert_eq!(
                nested(threads, outer, inner).unwrap(),
                expected,
                "{threads} threads"
            );
        });
    }
}

#[test]
fn the_first_failure_in_serial_order_is_reported() {
    on_every_size(|threads| {
        for round in 0..20 {
            let mut seen = Vec::new();
            let error = run(threads, |scope| {
                for_each(
                    scope,
                    &OUTER,
                    Pulled(0..200_u64),
                    |x, _, _| {
                        let item = x + 1000;
                        let _shown = rt::Shown::new(|| {
                            use rt::ShowDisplay as _;
                            (&&rt::Item(&item)).__show()
                        });
                        spin(x + round);
                        if x == 60 || x == 61 || x > 120 {
                            return Err(rt::failed(format!("bad {x}"), &CALL));
                        }
                        Ok(Some(x))
                    },
                    |op| {
                        seen.push(op);
                        Ok(())
                    },
                )
            })
            .unwrap_err();
            assert_eq!(
                error.to_string(),
                "`work` failed at task.rs:3:9, in iteration 60 of `for x in xs` (1060): bad 60"
            );
            assert_eq!(seen, (0..60).collect::<Vec<_>>());
        }
    });
}

#[test]
fn a_panic_is_caught_and_the_pool_stays_usable() {
    on_every_size(|threads| {
        let runtime = Runtime::builder().threads(threads).build().unwrap();
        for _ in 0..3 {
            let begun = runtime.begin();
            let run = super::run::Run::new(&runtime, begun.context());
            let result = for_each(
                &Scope::root(&run),
                &OUTER,
                Pulled(0..50_u64),
                |x, scope, _| {
                    for_each(
                        scope,
                        &INNER,
                        Pulled(0..5_u64),
                        |y, scope, _: &mut Turn<'_, ()>| {
                            let call = scope.begin(&CALL, true)?;
                            assert!(x * 5 + y != 33, "thirty-three");
                            call.end(rt::Called::Returned(()))?;
                            Ok(None)
                        },
                        |()| Ok(()),
                    )?;
                    Ok(Some(x))
                },
                |_| Ok(()),
            );
            let Err(Stop::Failed(error)) = result else {
                panic!("it must fail")
            };
            assert!(error.is_panic());
            assert_eq!(
                error.to_string(),
                "`work` panicked at task.rs:3:9, in iteration 3 of `for y in ys`, \
                 in iteration 6 of `for x in xs`: thirty-three"
            );
        }
    });
}

/// Counts how many of it are alive, and how many ever were at once.
struct Counted<'a>(&'a AtomicUsize);

impl<'a> Counted<'a> {
    fn new(live: &'a AtomicUsize, most: &AtomicUsize) -> Self {
        most.fetch_max(live.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
        Self(live)
    }
}

impl Drop for Counted<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

#[test]
fn results_that_own_memory_are_bounded_and_dropped_once() {
    on_every_size(|threads| {
        let (live, most) = (AtomicUsize::new(0), AtomicUsize::new(0));
        let mut sum = 0;
        run(threads, |scope| {
            for_each(
                scope,
                &OUTER,
                Pulled(0..20_u64),
                |x, scope, turn| {
                    for_each(
                        scope,
                        &INNER,
                        Pulled(0..100_u64),
                        |y, _, _| Ok(Some((Counted::new(&live, &most), spin(x * 100 + y)))),
                        |op| turn.push(op),
                    )?;
                    Ok(None)
                },
                |(_counted, value)| {
                    sum += value;
                    Ok(())
                },
            )
        })
        .unwrap();
        assert_eq!(sum, (0..2000).sum::<u64>());
        assert_eq!(live.load(Ordering::SeqCst), 0);
        // Every live outer iteration may hold one window pushed and one inside.
        let window = threads + 4;
        assert!(most.load(Ordering::SeqCst) <= 2 * window * (threads + 1) + 1);
    });
}

#[test]
fn a_source_is_pulled_once_and_never_after_its_end() {
    on_every_size(|threads| {
        let pulls = Mutex::new(Vec::new());
        let mut next = 0;
        let source = std::iter::from_fn(|| {
            pulls.lock().unwrap().push(next);
            next += 1;
            (next <= 100).then_some(next)
        });
        run(threads, |scope| {
            for_each(
                scope,
                &OUTER,
                Pulled(source),
                |x, _, _| Ok(Some(spin(x))),
                |_| Ok(()),
            )
        })
        .unwrap();
        assert_eq!(*pulls.lock().unwrap(), (0..=100).collect::<Vec<_>>());
    });
}

#[test]
fn a_fork_gives_both_values_and_the_left_panic_first() {
    on_every_size(|threads| {
        let words = ["a".to_owned(), "b".to_owned()];
        let joined = run(threads, |scope| {
            let site = Pace::unknown();
            let both = || {
                scope.fork(&site, |fork| {
                    fork.join(
                        |_| words[0].clone(),
                        |fork| fork.join(|_| spin(7), |_| words[1].len()),
                    )
                })
            };
            // Once it is known to be short, it is run by one thread.
            let (_, (left, (middle, right))) = (both(), both());
            Ok(format!("{left}{middle}{right}"))
        });
        assert_eq!(joined.unwrap(), "a71");
        let panicked = std::panic::catch_unwind(|| {
            run(threads, |scope| {
                let site = Pace::unknown();
                Ok(scope.fork(&site, |fork| {
                    fork.join(|_| -> u8 { panic!("left") }, |_| -> u8 { panic!("right") })
                }))
            })
        });
        assert_eq!(panicked.unwrap_err().downcast_ref::<&str>(), Some(&"left"));
    });
}

#[test]
fn a_source_that_panics_is_reported_at_its_iteration() {
    on_every_size(|threads| {
        let source = (0..10_u64).map(|x| if x == 4 { panic!("no more") } else { x });
        let mut seen = Vec::new();
        let error = run(threads, |scope| {
            for_each(
                scope,
                &OUTER,
                Pulled(source),
                |x, _, _| Ok(Some(x)),
                |x| {
                    seen.push(x);
                    Ok(())
                },
            )
        })
        .unwrap_err();
        assert_eq!(
            error.to_string(),
            "panicked, in iteration 4 of `for x in xs`: no more"
        );
        assert_eq!(seen, [0, 1, 2, 3]);
    });
}

#[test]
fn a_break_ends_the_loop_in_its_turn() {
    on_every_size(|threads| {
        for at in [0, 1, 7, 150, 199] {
            let mut seen = Vec::new();
            let front = |x: u64, _: &Scope<'_>, turn: &mut Turn<'_, u64>| {
                turn.push(spin(x))?;
                if x >= at {
                    Err(Stop::Break)
                } else {
                    Ok(Some(x + 1000))
                }
            };
            let back = |op| {
                seen.push(op);
                Ok(())
            };
            run(threads, |scope| {
                for_each(scope, &OUTER, Pulled(0..200_u64), front, back)
            })
            .unwrap();
            let expected: Vec<_> = (0..at).flat_map(|x| [x, x + 1000]).chain([at]).collect();
            assert_eq!(seen, expected, "{threads} threads");
        }
    });
}

/// Work that uses rayon itself, on whatever pool its thread belongs to.
fn joined(depth: u32, x: u64) -> u64 {
    if depth == 0 {
        return spin(x);
    }
    let (left, right) = rayon::join(|| joined(depth - 1, x), || joined(depth - 1, x + 1));
    left ^ right
}

/// The pool that tasks use is the one that helpers come from: a helper that
/// slept there, or one that was taken up by a waiting task, would block them.
#[test]
fn tasks_may_use_the_pool_that_helps() {
    let sum = |runtime: &Runtime| {
        let begun = runtime.begin();
        let run = super::run::Run::new(runtime, begun.context());
        let _inside = super::help::board::Inside::enter();
        let mut sum = 0;
        let front = |x: u64, _: &Scope<'_>, _: &mut Turn<'_, u64>| Ok(Some(joined(4, x)));
        let back = |op| {
            sum ^= op;
            Ok(())
        };
        let scope = Scope::root(&run);
        assert!(for_each(&scope, &OUTER, Pulled(0..24_u64), front, back).is_ok());
        sum
    };
    let expected = sum(&Runtime::builder().threads(1).build().unwrap());
    for threads in [2, 4] {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build()
            .unwrap();
        for _ in 0..6 {
            assert_eq!(pool.install(|| sum(&Runtime::default())), expected);
            std::thread::scope(|scope| {
                let runs = [0; 3].map(|_| scope.spawn(|| sum(&Runtime::default())));
                for run in runs {
                    assert_eq!(run.join().unwrap(), expected);
                }
            });
        }
    }
}

#[test]
fn a_failed_change_ends_an_iteration_that_pushes_much() {
    on_every_size(|threads| {
        let front = |x: u64, _: &Scope<'_>, turn: &mut Turn<'_, String>| {
            for y in 0..1000 {
                turn.push(format!("{x} {y}"))?;
            }
            Ok(None)
        };
        let back = |_| Err(Stop::Break);
        run(threads, |scope| {
            for_each(scope, &OUTER, Pulled(0..200_u64), front, back)
        })
        .unwrap();
    });
}

#[test]
fn an_item_is_worked_on_before_the_next_is_asked_for() {
    use std::sync::mpsc::channel;
    on_every_size(|threads| {
        let (ask, asked) = channel::<u64>();
        let (answer, answers) = channel::<u64>();
        let client = std::thread::spawn(move || {
            for x in 0..500 {
                ask.send(x).unwrap();
                assert_eq!(answers.recv().unwrap(), x);
            }
        });
        let front = |x: u64, _: &Scope<'_>, _: &mut Turn<'_, u64>| Ok(Some(x));
        let back = |x| {
            answer.send(x).unwrap();
            Ok(())
        };
        let source = Pulled(asked.into_iter());
        run(threads, |scope| {
            for_each(scope, &OUTER, source, front, back)
        })
        .unwrap();
        client.join().unwrap();
    });
}

#[test]
fn a_source_may_say_that_it_has_no_end() {
    on_every_size(|threads| {
        let mut seen = 0;
        let front = |x: usize, _: &Scope<'_>, _: &mut Turn<'_, usize>| {
            if x == 10 {
                Err(Stop::Break)
            } else {
                Ok(Some(x))
            }
        };
        let back = |_| {
            seen += 1;
            Ok(())
        };
        let source = crate::source::AtHand(0..usize::MAX);
        run(threads, |scope| {
            for_each(scope, &OUTER, source, front, back)
        })
        .unwrap();
        assert_eq!(seen, 10);
    });
}
