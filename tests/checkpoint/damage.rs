//! Files that are not what they were: each is noticed, told of and replaced.

use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};

use delayed::checkpoint::TroubleKind;
use delayed::prelude::*;
use serde::{Deserialize, Serialize};

use crate::{keeping, result, results, temporary, told};

#[delayed(checkpoint)]
fn half(x: u64) -> Option<u64> {
    RUNS.fetch_add(1, Ordering::SeqCst);
    x.is_multiple_of(2).then_some(x / 2)
}

static RUNS: AtomicU64 = AtomicU64::new(0);

/// Runs `half(x)` and says what came of the results.
fn run(folder: &Path, x: u64) -> (u64, u64, Vec<String>) {
    let runtime = keeping(folder, 1);
    assert_eq!(
        pipeline!({ half(x) }).compute_on(&runtime).unwrap(),
        half::eager(x)
    );
    let checkpoints = runtime.checkpoints();
    let told = told(&checkpoints);
    let is_rejected = |(kind, _): &(_, _)| *kind == TroubleKind::Rejected;
    assert!(told.2.iter().all(is_rejected), "{told:?}");
    let troubles = checkpoints.troubles.iter().map(ToString::to_string);
    (told.0, told.1, troubles.collect())
}

/// What came of the results, and why some were not believed.
fn reasons(runtime: &Runtime) -> (u64, u64, Vec<String>) {
    let checkpoints = runtime.checkpoints();
    let (reused, written, troubles) = told(&checkpoints);
    let reasons = troubles.iter().map(|(_, reason)| (*reason).to_owned());
    (reused, written, reasons.collect())
}

fn changed() -> Vec<String> {
    vec!["the task has been changed since".to_owned()]
}

/// Puts `bytes` in place of a kept result: it must not be believed, and be as it
/// was after the next run. Says why.
fn replaced(folder: &Path, bytes: &[u8]) -> String {
    let file = result(folder);
    let whole = fs::read(&file).unwrap();
    fs::write(&file, bytes).unwrap();
    let (reused, written, mut troubles) = run(folder, 6);
    assert_eq!((reused, written, troubles.len()), (0, 1, 1), "{troubles:?}");
    assert_eq!(fs::read(&file).unwrap(), whole);
    let trouble = troubles.remove(0);
    let again = format!("`half` ran again, as of {}: ", file.display());
    let reason = trouble.strip_prefix(&again).expect(&trouble);
    reason.to_owned()
}

#[test]
fn a_torn_file_is_noticed_wherever_it_ends() {
    let folder = temporary();
    assert_eq!(run(folder.path(), 6), (0, 1, vec![]));
    let whole = fs::read(result(folder.path())).unwrap();
    for length in 0..whole.len() {
        let reason = replaced(folder.path(), &whole[..length]);
        assert!(
            reason.contains("torn") || reason == "it is no result of a task",
            "{length}: {reason}"
        );
    }
    let longer = [&whole[..], b"\0"].concat();
    assert!(replaced(folder.path(), &longer).contains("was added to"));
    assert_eq!(run(folder.path(), 6), (1, 0, vec![]));
}

#[test]
fn a_flipped_bit_is_noticed_wherever_it_is() {
    let folder = temporary();
    assert_eq!(run(folder.path(), 6), (0, 1, vec![]));
    let whole = fs::read(result(folder.path())).unwrap();
    for bit in 0..8 * whole.len() {
        let mut flipped = whole.clone();
        flipped[bit / 8] ^= 1 << (bit % 8);
        replaced(folder.path(), &flipped);
    }
    assert_eq!(run(folder.path(), 6), (1, 0, vec![]));
}

#[test]
fn what_is_no_result_is_noticed() {
    let folder = temporary();
    run(folder.path(), 6);
    let foreign: [&[u8]; 4] = [b"", b"a,b\n1,2\n", &[0; 4096], b"delayed"];
    for bytes in foreign {
        assert_eq!(replaced(folder.path(), bytes), "it is no result of a task");
    }
    let mut newer = fs::read(result(folder.path())).unwrap();
    newer[8] += 1;
    let reason = replaced(folder.path(), &newer);
    assert!(
        reason.starts_with("it has version 2 of the format"),
        "{reason}"
    );
}

#[test]
fn results_that_have_changed_places_are_noticed() {
    let folder = temporary();
    run(folder.path(), 6);
    run(folder.path(), 7);
    let [one, other] = &results(folder.path())[..] else {
        panic!("two results are kept");
    };
    let aside = folder.path().join("aside");
    fs::rename(one, &aside).unwrap();
    fs::rename(other, one).unwrap();
    fs::rename(&aside, other).unwrap();
    for x in [6, 7] {
        let (reused, written, troubles) = run(folder.path(), x);
        assert_eq!((reused, written, troubles.len()), (0, 1, 1));
        assert!(troubles[0].ends_with("it is the result of another call"));
    }
    assert_eq!(run(folder.path(), 6), (1, 0, vec![]));
    assert_eq!(run(folder.path(), 7), (1, 0, vec![]));
}

#[test]
fn a_task_that_has_been_changed_is_noticed() {
    fn run(folder: &Path, before: bool) -> (u64, u64, Vec<String>) {
        let runtime = keeping(folder, 1);
        let (value, expected) = if before {
            #[delayed(checkpoint)]
            fn limit(x: u64) -> u64 {
                x.min(20)
            }
            (pipeline!({ limit(100) }).compute_on(&runtime), 20)
        } else {
            #[delayed(checkpoint)]
            fn limit(x: u64) -> u64 {
                x.min(30)
            }
            (pipeline!({ limit(100) }).compute_on(&runtime), 30)
        };
        assert_eq!(value.unwrap(), expected);
        reasons(&runtime)
    }

    let folder = temporary();
    assert_eq!(run(folder.path(), true), (0, 1, vec![]));
    assert_eq!(run(folder.path(), true), (1, 0, vec![]));
    assert_eq!(run(folder.path(), false), (0, 1, changed()));
    assert_eq!(run(folder.path(), false), (1, 0, vec![]));
    assert_eq!(run(folder.path(), true), (0, 1, changed()));
}

#[test]
fn a_version_of_the_users_goes_before_text_and_place() {
    fn run(folder: &Path, version: u8) -> (u64, u64, Vec<String>) {
        let runtime = keeping(folder, 1);
        let value = match version {
            1 => {
                #[delayed(checkpoint = "v1")]
                fn greet(name: &str) -> String {
                    format!("Hello, {name}!")
                }
                pipeline!({ greet("you") }).compute_on(&runtime)
            }
            2 => {
                #[delayed(checkpoint = "v1")]
                fn greet(name: &str) -> String {
                    ["Hello, ", name, "!"].concat() // the same by other means
                }
                pipeline!({ greet("you") }).compute_on(&runtime)
            }
            _ => {
                #[delayed(checkpoint = "v2")]
                fn greet(name: &str) -> String {
                    format!("Hello, {name}!")
                }
                pipeline!({ greet("you") }).compute_on(&runtime)
            }
        };
        assert_eq!(value.unwrap(), "Hello, you!");
        reasons(&runtime)
    }

    let folder = temporary();
    assert_eq!(run(folder.path(), 1), (0, 1, vec![]));
    assert_eq!(run(folder.path(), 2), (1, 0, vec![]));
    assert_eq!(run(folder.path(), 3), (0, 1, changed()));
    assert_eq!(run(folder.path(), 3), (1, 0, vec![]));
}

#[test]
fn a_type_that_has_been_changed_is_noticed() {
    // It has one name before and after, and its bytes can be read as either.
    fn run(folder: &Path, before: bool) -> (u64, u64, Vec<String>) {
        let runtime = keeping(folder, 1);
        let (width, height) = if before {
            #[derive(Serialize, Deserialize)]
            struct Size {
                width: u8,
                height: u8,
            }
            #[delayed(checkpoint = "v1")]
            fn size(width: u8) -> Size {
                let height = width + 1;
                Size { width, height }
            }
            let size = pipeline!({ size(3) }).compute_on(&runtime).unwrap();
            (size.width, size.height)
        } else {
            #[derive(Serialize, Deserialize)]
            struct Size {
                height: u8,
                width: u8,
            }
            #[delayed(checkpoint = "v1")]
            fn size(width: u8) -> Size {
                let height = width + 1;
                Size { height, width }
            }
            let size = pipeline!({ size(3) }).compute_on(&runtime).unwrap();
            (size.width, size.height)
        };
        assert_eq!((width, height), (3, 4));
        reasons(&runtime)
    }

    let folder = temporary();
    assert_eq!(run(folder.path(), true), (0, 1, vec![]));
    let (reused, written, reasons) = run(folder.path(), false);
    assert_eq!((reused, written, reasons.len()), (0, 1, 1));
    assert!(
        reasons[0].starts_with("its value reads as another one"),
        "{reasons:?}"
    );
    assert_eq!(run(folder.path(), false), (1, 0, vec![]));
}
