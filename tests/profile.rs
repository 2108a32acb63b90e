//! Profiles: each call and iteration is counted once, with its place and its
//! part of the time, also where the run fails.
#![cfg(feature = "profile")]

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use delayed::prelude::*;
use delayed::profile::{Profile, Profiler, Stage, StageKind};

#[delayed]
fn double(x: u64) -> u64 {
    2 * x
}

#[delayed]
fn check(x: u64, bad: u64) -> Result<u64, String> {
    if x == bad {
        Err(format!("{x} is bad"))
    } else {
        Ok(x)
    }
}

fn stage<'a>(profile: &'a Profile, kind: StageKind, label: &str) -> &'a Stage {
    let found = profile
        .stages()
        .iter()
        .find(|stage| (stage.kind, &*stage.label) == (kind, label));
    found.unwrap_or_else(|| panic!("no {kind:?} {label} in {profile}"))
}

/// What holds of every profile.
fn is_sound(profile: &Profile) {
    assert!(profile.elapsed() > Duration::ZERO);
    assert!((0.0..=1.0).contains(&profile.efficiency()));
    for stage in profile.stages() {
        assert!(stage.min <= stage.median && stage.median <= stage.p95);
        assert!(stage.p95 <= stage.max && stage.own <= stage.total);
        assert!(stage.place.file.ends_with("profile.rs") && stage.place.line > 0);
    }
    let mut counts = vec![0; profile.stages().len()];
    for bar in profile.workers().iter().flat_map(|worker| &worker.bars) {
        assert!(bar.start <= bar.end);
        assert!(Duration::from_nanos(bar.end) <= 2 * profile.elapsed());
        counts[bar.stage.0] += bar.count;
    }
    let told: Vec<u64> = profile.stages().iter().map(|stage| stage.count).collect();
    assert_eq!(counts, told);
    let shares = profile.stages().iter().filter_map(|stage| stage.share);
    assert!(shares.sum::<f64>() < 1.000_001);
    assert!(profile.samples().len() >= 2);
}

fn on_threads(test: impl Fn(&Runtime)) {
    for threads in [1, 2, 8] {
        test(&Runtime::builder().threads(threads).build().unwrap());
    }
    test(&Runtime::builder().serial(3).build().unwrap());
}

#[test]
fn iterations_and_calls_are_counted_once() {
    on_threads(|runtime| {
        let job = pipeline!({
            let first = check(8, 0)?;
            let mut sum = 0;
            for x in 0..3_u64 {
                for y in 0..1000_u64 {
                    let z = double(y);
                    sum += z * x;
                }
            }
            sum + first
        });
        let (sum, profile) = job.compute_profiled_on(runtime);
        assert_eq!(sum.unwrap(), 2_997_008);
        is_sound(&profile);
        assert_eq!(profile.threads(), runtime.threads());
        let of = |kind, label| stage(&profile, kind, label).count;
        assert_eq!(of(StageKind::Loop, "for x in 0..3_u64"), 3);
        assert_eq!(of(StageKind::Loop, "for y in 0..1000_u64"), 3000);
        assert_eq!(of(StageKind::Task, "check"), 1);
        let short = stage(&profile, StageKind::Task, "double");
        assert!(
            short.is_partial && (16..3000).contains(&short.count),
            "{short:?}"
        );
        assert!(profile.to_string().contains(&format!("{}+ ", short.count)));
        assert_eq!(profile.graph().unwrap().regions.len(), 2);
        let shares = profile.stages().iter().filter_map(|stage| stage.share);
        assert!(shares.sum::<f64>() > 0.999);
    });
}

/// Takes three microseconds at least.
#[delayed]
fn long(x: u64, bad: u64) -> Result<u64, String> {
    let begin = Instant::now();
    while begin.elapsed() < Duration::from_micros(3) {
        std::hint::spin_loop();
    }
    match x == bad {
        true => panic!("{x} is bad"),
        false => Ok(x),
    }
}

#[test]
fn long_calls_are_timed_one_by_one_also_where_iterations_overlap() {
    on_threads(|runtime| {
        let job = pipeline!({
            let mut sum = 0;
            for x in 0..200_u64 {
                let first = long(x, 1000)?;
                let second = long(first, 1000)?;
                sum += double(second);
            }
            sum
        });
        let (sum, profile) = job.compute_profiled_on(runtime);
        assert_eq!(sum.unwrap(), 39_800);
        is_sound(&profile);
        let calls = profile
            .stages()
            .iter()
            .filter(|stage| stage.label == "long");
        let calls: Vec<&Stage> = calls.collect();
        assert_eq!(calls.len(), 2);
        for call in calls {
            assert!(call.count == 200 && !call.is_partial && call.failures == 0);
            assert!(call.min >= Duration::from_micros(3));
        }
        let svg = profile
            .graph()
            .unwrap()
            .to_svg_with(&profile.look())
            .unwrap();
        assert_eq!(
            svg.matches("fill:#").count(),
            2,
            "no short task, and no loop for it"
        );
    });
}

#[test]
fn a_call_that_panics_where_iterations_overlap_has_an_end() {
    on_threads(|runtime| {
        let job = pipeline!(for x in 0..100_u64 {
            long(x, 70)?
        });
        let (values, profile) = job.compute_profiled_on(runtime);
        assert!(values.unwrap_err().to_string().contains("70 is bad"));
        let calls = stage(&profile, StageKind::Task, "long");
        assert_eq!(calls.failures, 1);
        assert!((71..=100).contains(&calls.count), "{calls:?}");
    });
}

#[test]
fn items_that_one_thread_pulls_are_a_stage() {
    let runtime = Runtime::builder().threads(4).build().unwrap();
    let mut next = 0;
    let source = std::iter::from_fn(move || {
        next += 1;
        (next <= 500).then(|| vec![next; 10])
    });
    let job = pipeline!({
        let mut sum = 0;
        for chunk in source {
            sum += double(chunk[0]);
        }
        sum
    });
    let (sum, profile) = job.compute_profiled_on(&runtime);
    assert_eq!(sum.unwrap(), 250_500);
    is_sound(&profile);
    let label = "for chunk in source";
    assert_eq!(stage(&profile, StageKind::Loop, label).count, 500);
    let pulled = stage(&profile, StageKind::Source, label).count;
    assert!(pulled <= 500 && pulled > 0, "{pulled}");
}

#[test]
fn graphs_made_at_run_time_are_profiled_by_task() {
    on_threads(|runtime| {
        let doubled: Vec<_> = (0..100_u64).map(|x| double(x)).collect();
        let sum: Delayed<u64> = doubled.into_iter().sum();
        let (sum, profile) = runtime.run(|| sum.compute_profiled());
        assert_eq!(sum.unwrap(), 9900);
        is_sound(&profile);
        assert_eq!(stage(&profile, StageKind::Task, "double").count, 100);
        assert_eq!(profile.graph().unwrap().nodes.len(), 101);
        let shares = profile.stages().iter().filter_map(|stage| stage.share);
        assert!((shares.sum::<f64>() - 1.0).abs() < 1e-6);
    });
}

#[test]
fn large_graphs_are_profiled_without_their_graph() {
    let mut chain = Delayed::from(0_u64);
    for _ in 0..30_000 {
        chain = chain + 1;
    }
    let (sum, profile) = chain.compute_profiled();
    assert_eq!(sum.unwrap(), 30_000);
    assert!(profile.graph().is_none());
    assert_eq!(stage(&profile, StageKind::Task, "add").count, 30_000);
}

/// A million calls are a page that can be opened. `DELAYED_LARGE_REPORT` names the
/// file that `ci/browser.sh` opens.
#[test]
fn the_report_of_a_million_calls_is_small() {
    let runtime = Runtime::builder().threads(2).build().unwrap();
    let (sum, profile) = runtime.run(|| {
        let checked = (0..500_000_u64).map(|x| check(double(x), 1));
        let sum: Delayed<u64> = checked.sum();
        sum.compute_profiled()
    });
    sum.unwrap();
    let counts = profile.stages().iter().map(|stage| stage.count);
    assert!(counts.sum::<u64>() > 1_000_000, "{profile}");
    let folder = tempfile::tempdir().unwrap();
    let asked_for = std::env::var_os("DELAYED_LARGE_REPORT");
    let path = asked_for.map_or_else(|| folder.path().join("run.html"), Into::into);
    profile.write_html(&path).unwrap();
    let bytes = std::fs::metadata(&path).unwrap().len();
    assert!(bytes < 5_000_000, "{bytes}");
}

#[test]
fn a_run_that_fails_has_a_profile_of_what_it_did() {
    on_threads(|runtime| {
        let job = pipeline!({
            let mut sum = 0;
            for x in 0..200_u64 {
                sum += check(x, 120)?;
            }
            sum
        });
        let (sum, profile) = job.compute_profiled_on(runtime);
        is_sound(&profile);
        assert_eq!(profile.errors(), [sum.unwrap_err().to_string()]);
        assert!(profile.errors()[0].contains("120 is bad"));
        assert!(stage(&profile, StageKind::Loop, "for x in 0..200_u64").count >= 120);

        let (sum, profile) = runtime.run(|| double(check(5, 5)).compute_profiled());
        assert!(sum.is_err() && profile.errors().len() == 1);
        assert_eq!(stage(&profile, StageKind::Task, "check").failures, 1);
    });
}

static TRIES: AtomicU64 = AtomicU64::new(0);

#[delayed(retries = 3)]
fn third_time_lucky() -> Result<u64, String> {
    match TRIES.fetch_add(1, Ordering::Relaxed) % 3 {
        2 => Ok(7),
        tries => Err(format!("{tries} tries")),
    }
}

#[test]
fn tries_are_counted() {
    let (seven, profile) = third_time_lucky().compute_profiled();
    assert_eq!(seven.unwrap(), 7);
    assert_eq!(profile.retries()["third_time_lucky"], 2);
}

#[test]
fn a_task_that_panics_does_not_confuse_those_after_it() {
    #[delayed]
    fn fails(x: u64) -> u64 {
        panic!("{x}")
    }
    let profiler = Profiler::new();
    let runtime = Runtime::builder().observer(profiler.clone());
    let runtime = runtime.build().unwrap();
    for _ in 0..3 {
        let job = pipeline!({
            let a = double(1);
            fails(a)
        });
        assert!(job.compute_on(&runtime).unwrap_err().is_panic());
        let job = pipeline!({ double(3) });
        assert_eq!(job.compute_on(&runtime).unwrap(), 6);
    }
    let profile = profiler.profile();
    is_sound(&profile);
    assert_eq!(profile.errors().len(), 3);
    let calls = profile.stages().iter();
    let mut calls: Vec<_> = calls
        .map(|stage| (&*stage.label, stage.count, stage.failures))
        .collect();
    calls.sort();
    assert_eq!(calls, [("double", 3, 0), ("double", 3, 0), ("fails", 3, 3)]);
}

#[test]
fn a_memory_limit_is_told_of() {
    #[delayed]
    fn load(x: u64) -> Vec<u64> {
        vec![x; 100]
    }
    let runtime = Runtime::builder().threads(2).memory_limit("10 kB");
    let job = pipeline!({
        let mut sum = 0;
        for x in 0..300_u64 {
            let chunk = load(x);
            sum += chunk[0];
        }
        sum
    });
    let (sum, profile) = job.compute_profiled_on(&runtime.build().unwrap());
    assert_eq!(sum.unwrap(), 44_850);
    let memory = profile.memory().expect("there is a limit");
    assert_eq!(memory.limit(), 10_000);
    assert!(memory.peak() >= 800);
}

#[test]
fn what_was_asked_of_the_runtime_is_told() {
    let runtime = Runtime::builder()
        .window(3)
        .memory_limit("10 MB")
        .deadline(Duration::from_secs(60))
        .build()
        .unwrap();
    let (_, profile) = pipeline!({ double(3) }).compute_profiled_on(&runtime);
    let options = "window 3, memory limit 10.0 MB, deadline after 60s";
    assert_eq!(profile.options(), options);
    assert!(profile.to_html().contains(options));
    let (_, profile) = pipeline!({ double(3) }).compute_profiled();
    assert_eq!(profile.options(), "");
}

#[test]
fn the_trace_has_an_event_for_each_bar() {
    let job = pipeline!({
        let first = double(4);
        for x in 0..100_u64 {
            double(x + first)
        }
    });
    let (_, profile) = job.compute_profiled();
    let trace: serde_json::Value = serde_json::from_str(&profile.to_trace()).unwrap();
    let events = trace["traceEvents"].as_array().unwrap();
    let complete = events.iter().filter(|event| event["ph"] == "X");
    let bars = profile.workers().iter().map(|worker| worker.bars.len());
    assert_eq!(complete.count(), bars.sum::<usize>());
    let is_placed = |event: &&serde_json::Value| {
        let place = event["args"]["place"].as_str();
        place.is_some_and(|place| place.contains("profile.rs:"))
    };
    assert!(
        events
            .iter()
            .filter(|event| event["ph"] == "X")
            .all(|event| is_placed(&event))
    );
    assert!(events.iter().any(|event| event["ph"] == "M"));

    let folder = tempfile::tempdir().unwrap();
    let error = profile.write_trace(folder.path()).unwrap_err();
    assert!(error.to_string().starts_with("cannot write "));
    let path = folder.path().join("run.json");
    profile.write_trace(&path).unwrap();
    assert_eq!(std::fs::read_to_string(path).unwrap(), profile.to_trace());
}

/// The rows of an array loop are counted once, by the threads that ran them.
#[test]
fn rows_of_array_loops_are_counted_where_they_ran() {
    on_threads(|runtime| {
        let job = pipeline!({
            let mut t = vec![vec![1_u64; 60]; 60];
            for i in 1..60 {
                for j in 1..60 {
                    t[i][j] = check(t[i - 1][j] + t[i][j - 1], 0)? % 1009;
                }
            }
            let mut line = vec![0_u64; 5000];
            for i in 0..5000 {
                line[i] = double(line[i]);
            }
            t[59][59] + line[7]
        });
        let (_, profile) = job.compute_profiled_on(runtime);
        is_sound(&profile);
        // An order that a seed decides is told of no further.
        if runtime.threads() > 1 {
            let of = |label| stage(&profile, StageKind::Loop, label).count;
            assert_eq!(of("for i in 1..60"), 59);
            assert_eq!(of("for i in 0..5000"), 5000);
        }
    });
}

/// Whether a cell has run on another thread than the calling one.
static ELSEWHERE: std::sync::atomic::AtomicBool = std::sync::atomic::AtomicBool::new(false);

/// Takes a while; on the calling thread, the ends of the last rows wait for another
/// thread. The rows below, which only that one can run, need no end of a row to begin.
#[delayed]
fn slow(above: u64, waits: bool, caller: std::thread::ThreadId) -> u64 {
    let began = std::time::Instant::now();
    while began.elapsed() < Duration::from_micros(5) {
        std::hint::spin_loop();
    }
    if std::thread::current().id() != caller {
        ELSEWHERE.store(true, Ordering::Release);
    } else if waits {
        while !ELSEWHERE.load(Ordering::Acquire) && began.elapsed() < Duration::from_secs(20) {
            std::thread::yield_now();
        }
    }
    above + 1
}

#[test]
fn each_thread_that_runs_rows_has_bars() {
    let runtime = Runtime::builder().threads(2).build().unwrap();
    let caller = std::thread::current().id();
    for is_wavefront in [false, true] {
        ELSEWHERE.store(false, Ordering::Release);
        let profile = if is_wavefront {
            let job = pipeline!({
                let mut t = vec![vec![0_u64; 20]; 100];
                for i in 1..100 {
                    for j in 0..20 {
                        t[i][j] = slow(t[i - 1][j], i > 50 && j == 19, caller);
                    }
                }
                t[99][19]
            });
            let (deepest, profile) = job.compute_profiled_on(&runtime);
            assert_eq!(deepest.unwrap(), 99);
            profile
        } else {
            let job = pipeline!({
                let mut t = vec![vec![0_u64; 20]; 100];
                for i in 1..100 {
                    for j in 0..20 {
                        t[i][j] = slow(t[i][j], i > 50 && j == 19, caller);
                    }
                }
                t[99][19]
            });
            let (once, profile) = job.compute_profiled_on(&runtime);
            assert_eq!(once.unwrap(), 1);
            profile
        };
        is_sound(&profile);
        let rows = stage(&profile, StageKind::Loop, "for i in 1..100");
        assert_eq!(rows.count, 99);
        let is_of_rows =
            |bar: &delayed::profile::Bar| profile.stages()[bar.stage.0].label == rows.label;
        let workers = profile.workers().iter();
        let with_rows = workers.filter(|worker| worker.bars.iter().any(is_of_rows));
        assert_eq!(with_rows.count(), 2, "{profile}");
    }
}

#[delayed]
fn zeroes(count: u64) -> Vec<u8> {
    vec![0; count as usize]
}

#[delayed]
fn length(bytes: &[u8]) -> u64 {
    bytes.len() as u64
}

/// Label, count and total of what values hold.
fn values(profile: &Profile) -> Vec<(&str, u64, u64)> {
    let values = profile.values().iter();
    let mut values: Vec<_> = values.map(|it| (&*it.label, it.count, it.total)).collect();
    values.sort_unstable();
    values
}

#[test]
fn values_are_weighed_wherever_they_are_made() {
    const HEAD: u64 = size_of::<Vec<u8>>() as u64;
    on_threads(|runtime| {
        let whole = pipeline!({
            let start = zeroes(7);
            let mut sum = length(&start);
            for part in vec![vec![1_u8; 100]; 20] {
                let more = zeroes(part.len() as u64 * 10);
                sum += length(&more);
            }
            sum
        });
        let (sum, profile) = whole.compute_profiled_on(runtime);
        assert_eq!(sum.unwrap(), 7 + 20_000);
        let items = "for part in vec![vec![1_u8; 100]; 20]";
        let expected = [
            (items, 20, 20 * (HEAD + 100)),
            ("zeroes", 1, HEAD + 7),
            ("zeroes", 20, 20 * (HEAD + 1000)),
        ];
        assert_eq!(values(&profile), expected);
        assert_eq!(profile.values()[0].largest, HEAD + 1000);
        let graph = profile.graph().unwrap();
        let svg = graph.to_svg_with(&profile.look_by_bytes()).unwrap();
        assert_eq!(svg.matches("fill:#f06450").count(), 1, "the largest");
        assert_eq!(svg.matches("fill:#").count(), 3);
        assert!(profile.to_string().contains("values of\n"));
    });
}

#[test]
fn values_of_steps_are_weighed_where_they_say_what_they_hold() {
    const HEAD: u64 = size_of::<Vec<u8>>() as u64;
    on_threads(|runtime| {
        let lengths = (1..=10).map(|it| zeroes(100 * it).map(|bytes| bytes.len() as u64));
        let sum = lengths.reduce(|a, b| a + b).unwrap();
        let (sum, profile) = runtime.run(|| sum.compute_profiled());
        assert_eq!(sum.unwrap(), 5500);
        assert_eq!(values(&profile), [("zeroes", 10, 10 * HEAD + 5500)]);
        assert_eq!(profile.values()[0].largest, HEAD + 1000);
    });
}

#[test]
fn values_are_those_of_the_run_that_is_profiled() {
    let other = Runtime::builder().threads(1).build().unwrap();
    let nested = pipeline!({
        let inside = pipeline!({ zeroes(50) }).compute_on(&other);
        let outside = zeroes(20);
        inside.unwrap().len() as u64 + length(&outside)
    });
    let (sum, profile) = nested.compute_profiled();
    assert_eq!(sum.unwrap(), 70);
    let all: Vec<u64> = profile.values().iter().map(|it| it.count).collect();
    assert_eq!(all, [1], "{profile}");
}
