//! What graphs that are built at run time cost: nanoseconds a task to build,
//! to run (every node is freed in the run) and to drop without a run, bytes a
//! task at the peak, and the same answer by a serial loop. Medians over runs
//! that take turns.
//!
//! ```sh
//! cargo bench --bench graphs             # up to a million tasks
//! cargo bench --bench graphs -- 10000000 # and that many
//! cargo bench --bench graphs -- 0 wave   # only shapes of this name
//! ```

use std::alloc::{GlobalAlloc, Layout, System};
use std::hint::black_box;
use std::sync::atomic::{AtomicBool, AtomicIsize, Ordering};
use std::thread;
use std::time::Instant;

use delayed::prelude::*;

/// The system's allocator, which counts while it is asked to.
struct Counting;

static IS_COUNTING: AtomicBool = AtomicBool::new(false);
static BYTES: AtomicIsize = AtomicIsize::new(0);
static PEAK: AtomicIsize = AtomicIsize::new(0);

#[global_allocator]
static ALLOCATOR: Counting = Counting;

// SAFETY: all is done by the system's allocator; counting does not allocate.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        if IS_COUNTING.load(Ordering::Relaxed) {
            let more = layout.size() as isize;
            let bytes = BYTES.fetch_add(more, Ordering::Relaxed) + more;
            PEAK.fetch_max(bytes, Ordering::Relaxed);
        }
        // SAFETY: the caller's promise is the one that is asked for.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        if IS_COUNTING.load(Ordering::Relaxed) {
            BYTES.fetch_sub(layout.size() as isize, Ordering::Relaxed);
        }
        // SAFETY: the caller's promise is the one that is asked for.
        unsafe { System.dealloc(memory, layout) }
    }
}

/// Bytes that were allocated at once while `work` ran, on a thread that has
/// kept nothing from before.
fn peak_bytes(work: impl FnOnce() + Send) -> isize {
    BYTES.store(0, Ordering::Relaxed);
    PEAK.store(0, Ordering::Relaxed);
    IS_COUNTING.store(true, Ordering::Relaxed);
    thread::scope(|scope| scope.spawn(work).join()).expect("no task panics");
    IS_COUNTING.store(false, Ordering::Relaxed);
    PEAK.load(Ordering::Relaxed)
}

#[delayed]
fn increment(x: u64) -> u64 {
    black_box(x) + 1
}

#[delayed]
fn double(x: u64) -> u64 {
    black_box(x) * 2
}

#[delayed]
fn add(x: u64, y: u64) -> u64 {
    black_box(x).wrapping_add(y)
}

#[delayed]
fn cell(left: &u64, up: &u64) -> u64 {
    black_box(*left).wrapping_add(*up)
}

#[delayed]
fn mix(a: &u64, b: &u64, c: &u64) -> u64 {
    (black_box(*a) ^ b).wrapping_add(*c)
}

/// A way to build a graph of about `tasks` tasks, and the same as a loop.
struct Shape {
    name: &'static str,
    tasks: fn(u64) -> u64,
    graph: fn(u64) -> Delayed<u64>,
    serial: fn(u64) -> u64,
}

const SHAPES: [Shape; 6] = [
    Shape {
        name: "chain",
        tasks: |tasks| tasks,
        graph: |tasks| (1..tasks).fold(increment(0), |last, _| increment(last)),
        serial: |tasks| (1..tasks).fold(increment::eager(0), |last, _| increment::eager(last)),
    },
    Shape {
        name: "fan",
        tasks: |tasks| tasks + 1,
        graph: |tasks| (0..tasks).map(increment).sum(),
        serial: |tasks| (0..tasks).map(increment::eager).sum(),
    },
    Shape {
        name: "tree",
        tasks: |tasks| 2 * leaves(tasks) - 1,
        graph: |tasks| tree((0..leaves(tasks)).map(increment).collect(), add),
        serial: |tasks| {
            tree(
                (0..leaves(tasks)).map(increment::eager).collect(),
                add::eager,
            )
        },
    },
    Shape {
        name: "wave",
        tasks: |tasks| side(tasks).pow(2),
        graph: wave,
        serial: wave_serial,
    },
    Shape {
        name: "loop",
        tasks: |tasks| tasks / 3 * 3 + 1,
        graph: |tasks| (0..tasks / 3).map(|x| add(increment(x), double(x))).sum(),
        serial: |tasks| {
            let item = |x| add::eager(increment::eager(x), double::eager(x));
            (0..tasks / 3).map(item).sum()
        },
    },
    Shape {
        name: "layer",
        tasks: |tasks| side(tasks).pow(2) + 1,
        graph: layer,
        serial: layer_serial,
    },
];

/// The power of two of leaves for so many tasks.
fn leaves(tasks: u64) -> u64 {
    1 << (tasks / 2).ilog2()
}

fn side(tasks: u64) -> u64 {
    tasks.isqrt()
}

/// Joins neighbours until one is left.
fn tree<T>(mut level: Vec<T>, join: impl Fn(T, T) -> T) -> T {
    while level.len() > 1 {
        let mut next = Vec::with_capacity(level.len() / 2);
        let mut nodes = level.into_iter();
        while let (Some(left), Some(right)) = (nodes.next(), nodes.next()) {
            next.push(join(left, right));
        }
        level = next;
    }
    level.pop().expect("a tree has a root")
}

/// Each cell of a grid from the one to its left and the one above.
fn wave(tasks: u64) -> Delayed<u64> {
    let side = side(tasks) as usize;
    let mut above: Vec<Delayed<u64>> = Vec::with_capacity(side);
    above.push(increment(0));
    for column in 1..side {
        above.push(cell(&above[column - 1], &above[column - 1]));
    }
    for _ in 1..side {
        above[0] = cell(&above[0], &above[0]);
        for column in 1..side {
            above[column] = cell(&above[column - 1], &above[column]);
        }
    }
    above.pop().expect("a grid has a last cell")
}

fn wave_serial(tasks: u64) -> u64 {
    let side = side(tasks) as usize;
    let mut above = Vec::with_capacity(side);
    above.push(increment::eager(0));
    for column in 1..side {
        above.push(cell::eager(&above[column - 1], &above[column - 1]));
    }
    for _ in 1..side {
        above[0] = cell::eager(&above[0], &above[0]);
        for column in 1..side {
            above[column] = cell::eager(&above[column - 1], &above[column]);
        }
    }
    above.pop().expect("a grid has a last cell")
}

/// Three cells of the layer above, at random.
fn pick<T>(above: &[T], random: &mut u64) -> [usize; 3] {
    [(); 3].map(|()| {
        *random ^= *random << 13;
        *random ^= *random >> 7;
        *random ^= *random << 17;
        (*random % above.len() as u64) as usize
    })
}

fn layer(tasks: u64) -> Delayed<u64> {
    let side = side(tasks);
    let mut random = 1;
    let mut above: Vec<_> = (0..side).map(increment).collect();
    for _ in 1..side {
        let node = |_| {
            let [a, b, c] = pick(&above, &mut random).map(|index| &above[index]);
            mix(a, b, c)
        };
        above = (0..side).map(node).collect();
    }
    above.into_iter().sum()
}

fn layer_serial(tasks: u64) -> u64 {
    let side = side(tasks);
    let mut random = 1;
    let mut above: Vec<_> = (0..side).map(increment::eager).collect();
    for _ in 1..side {
        let node = |_| {
            let [a, b, c] = pick(&above, &mut random).map(|index| &above[index]);
            mix::eager(a, b, c)
        };
        above = (0..side).map(node).collect();
    }
    above.into_iter().fold(0, u64::wrapping_add)
}

/// Runs `work` and gives how long it took in nanoseconds.
fn time<T>(work: impl FnOnce() -> T) -> (T, f64) {
    let start = Instant::now();
    let value = black_box(work());
    (value, start.elapsed().as_secs_f64() * 1e9)
}

fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

#[allow(clippy::print_stdout)]
fn measure(shape: &Shape, threads: usize, tasks: u64) {
    let runs = (3_000_000 / tasks).clamp(3, 41);
    let count = (shape.tasks)(tasks) as f64;
    let mut times = [const { Vec::new() }; 5];
    let compute = |graph: Delayed<u64>| graph.compute().expect("no task fails");
    for _ in 0..runs {
        let (graph, build) = time(|| (shape.graph)(tasks));
        let (value, run) = time(|| compute(graph));
        let unrun = (shape.graph)(tasks);
        let ((), drop) = time(|| drop(unrun));
        let (expected, serial) = time(|| (shape.serial)(tasks));
        assert_eq!(value, expected, "{}", shape.name);
        for (times, time) in times
            .iter_mut()
            .zip([build, run, build + run, drop, serial])
        {
            times.push(time / count);
        }
    }
    let [build, run, total, drop, serial] = times.map(median);
    let bytes = peak_bytes(|| {
        black_box(compute((shape.graph)(tasks)));
    });
    let bytes = bytes as f64 / count;
    println!(
        "{threads:>7}{:>8}{tasks:>11}{build:>9.1}{run:>9.1}{total:>9.1}{drop:>9.1}{bytes:>9.0}{serial:>9.2}",
        shape.name
    );
}

/// Nanoseconds of `compute()` for one task that does nothing.
fn latency() -> f64 {
    let graphs = (0..1000).map(|_| time(|| Delayed::from(()).map(|()| ()).compute().is_ok()));
    median(graphs.map(|(_, time)| time).collect())
}

#[allow(clippy::print_stdout)]
fn main() {
    let mut numbers = std::env::args().skip(1).filter(|word| word != "--bench");
    let most = numbers.next().and_then(|word| word.parse().ok());
    let name = numbers.next().unwrap_or_default();
    println!("threads   shape      tasks    build      run      sum     drop    bytes   serial");
    for threads in [1, 2] {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
        let pool = pool.expect("the threads start");
        pool.install(|| {
            for shape in SHAPES.iter().filter(|shape| shape.name.contains(&name)) {
                let sizes = [10_000, 100_000, 1_000_000].into_iter();
                for tasks in sizes.chain(most.filter(|&most| most > 1_000_000)) {
                    measure(shape, threads, tasks);
                }
            }
            println!(
                "{threads:>7}   one empty task, built and computed: {:.0} ns",
                latency()
            );
        });
    }
    println!(
        "outside   one empty task, built and computed: {:.0} ns",
        latency()
    );
}
