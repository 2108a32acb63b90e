//! What a runtime can be told.

use std::panic::catch_unwind;
use std::thread;

use delayed::Panics;
use delayed::prelude::*;

#[delayed]
fn name(_: u64) -> Option<String> {
    thread::current().name().map(str::to_owned)
}

#[delayed]
fn fail(x: u64) -> u64 {
    assert!(x != 5, "five");
    x
}

#[test]
fn helpers_have_the_name() {
    let runtime = Runtime::builder()
        .threads(4)
        .name("reader")
        .build()
        .unwrap();
    let names = pipeline!({
        for x in 0..400 {
            name(x)
        }
    });
    let here = thread::current().name().map(str::to_owned);
    let names = names.compute_on(&runtime).unwrap();
    let is_known = |name: &Option<String>| {
        *name == here
            || name
                .as_ref()
                .is_some_and(|name| name.starts_with("reader-"))
    };
    assert!(names.iter().all(is_known), "{names:?}");
}

#[delayed]
fn deep(depth: u64) -> u64 {
    /// A frame of more than a kilobyte, which no optimiser leaves out.
    fn down(depth: u64) -> u64 {
        let frame = std::hint::black_box([depth; 160]);
        match depth {
            0 => frame[0],
            _ => down(depth - 1) + frame[159] - depth,
        }
    }
    down(depth)
}

#[test]
fn helpers_have_the_stack() {
    let runtime = Runtime::builder()
        .threads(3)
        .stack_size(64 << 20)
        .build()
        .unwrap();
    // The calling thread needs the room, too: it works like a helper.
    let large = thread::Builder::new().stack_size(64 << 20);
    let sums = large.spawn(move || {
        let sums = pipeline!({
            for _ in 0..8 {
                deep(10_000)
            }
        });
        sums.compute_on(&runtime)
    });
    assert_eq!(sums.unwrap().join().unwrap().unwrap(), [0; 8]);
}

#[test]
fn what_no_thread_can_have_is_an_error() {
    let zero = Runtime::builder()
        .threads(2)
        .name("a\0b")
        .build()
        .unwrap_err();
    assert!(zero.to_string().contains("zero byte"), "{zero}");
    let huge = Runtime::builder()
        .threads(2)
        .stack_size(usize::MAX)
        .build()
        .unwrap_err();
    assert!(huge.to_string().contains("no stack"), "{huge}");
    let large = Runtime::builder().threads(2).stack_size(1 << 60).build();
    assert!(large.is_err());
}

#[test]
fn a_panic_is_an_error_or_goes_on() {
    for threads in [1, 2, 8] {
        let builder = Runtime::builder().threads(threads);
        let (report, resume) = (builder.clone(), builder.panics(Panics::Resume));
        let run = |runtime: &Runtime| {
            let all = pipeline!({
                for x in 0..20 {
                    fail(x)
                }
            });
            all.compute_on(runtime)
        };
        let error = run(&report.build().unwrap()).unwrap_err();
        assert!(error.is_panic());
        let resume = resume.build().unwrap();
        let payload = catch_unwind(|| run(&resume)).unwrap_err();
        assert_eq!(payload.downcast_ref::<String>(), Some(&error.to_string()));
    }
}

#[test]
fn what_is_computed_inside_is_at_home_in_the_runtime() {
    #[delayed]
    fn nested(x: u64) -> Result<Vec<Option<String>>, delayed::Error> {
        let names = pipeline!({
            for y in 0..20 {
                name(x + y)
            }
        });
        names.compute()
    }

    let alone = Runtime::builder().threads(1).build().unwrap();
    let here = thread::current().name().map(str::to_owned);
    let outer = || pipeline!({ nested(1)? });
    let names = outer().compute_on(&alone).unwrap();
    assert!(names.iter().all(|name| *name == here), "{names:?}");
    let names = alone.run(|| outer().compute()).unwrap();
    assert!(names.iter().all(|name| *name == here), "{names:?}");
}
