//! Taskflow and oneTBB beside ours: the same shapes, built by small programs in
//! C++ (`benches/peers/`) that take turns with ours. A peer whose headers are not
//! there is left out, and that is said.
//!
//! Nanoseconds a task are medians; ratios are medians over the rounds' ratios.
//! In brackets the goal; `!` where it is missed.
//!
//! ```sh
//! TASKFLOW=/where/taskflow/is cargo bench --bench peers            # a million tasks
//! TASKFLOW=/where/taskflow/is cargo bench --bench peers -- 100000  # or as many
//! ```

use std::cell::RefCell;
use std::env;
use std::error::Error;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

mod common;

use common::graphs::{SHAPES, Shape};
use common::{Goal, median, on_threads, pipelines, time};

/// A peer's program, which waits for requests.
struct Peer {
    name: &'static str,
    process: Child,
    requests: ChildStdin,
    answers: BufReader<ChildStdout>,
}

/// What a peer took, in nanoseconds.
struct Took {
    /// To build, run and drop the graph.
    all: f64,
    /// To run it once more.
    run: f64,
    value: u64,
}

impl Peer {
    /// Compiles the program of this name, and starts it.
    fn start(name: &'static str, flags: &[String]) -> Result<Self, Box<dyn Error>> {
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/peers");
        let program = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        let compiler = env::var("CXX").unwrap_or_else(|_| "c++".to_owned());
        let compiled = Command::new(compiler)
            .args(["-std=c++20", "-O3", "-DNDEBUG", "-march=native", "-pthread"])
            .arg(source.join(name).with_extension("cpp"))
            .arg("-o")
            .arg(&program)
            .args(flags)
            .output()?;
        if !compiled.status.success() {
            let said = String::from_utf8_lossy(&compiled.stderr);
            let first = said.lines().find(|line| line.contains("error"));
            return Err(first.unwrap_or("it does not compile").into());
        }
        let mut process = Command::new(program)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let requests = process.stdin.take().ok_or("it has no input")?;
        let answers = process.stdout.take().ok_or("it has no output")?;
        Ok(Self {
            name,
            process,
            requests,
            answers: BufReader::new(answers),
        })
    }

    fn run(&mut self, shape: &str, tasks: u64, threads: usize) -> Result<Took, Box<dyn Error>> {
        writeln!(self.requests, "{shape} {tasks} {threads}")?;
        let mut line = String::new();
        self.answers.read_line(&mut line)?;
        let words: Vec<_> = line.split_whitespace().collect();
        let [times @ .., value] = &words[..] else {
            return Err(format!("{} says nothing", self.name).into());
        };
        let times = times.iter().map(|word| word.parse::<f64>());
        let times = times.collect::<Result<Vec<_>, _>>()?;
        let [build, first, again, drop] = times[..] else {
            return Err(format!("{} says: {line}", self.name).into());
        };
        Ok(Took {
            all: build + first + drop,
            run: again,
            value: value.parse()?,
        })
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        // It ends by itself, at the end of its input, unless it is stuck.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// The peers that can be compiled here.
#[allow(clippy::print_stdout)]
fn peers() -> Vec<Peer> {
    let taskflow = env::var("TASKFLOW").map_err(|_| "TASKFLOW does not say where it is".into());
    let taskflow = taskflow.and_then(|folder| Peer::start("taskflow", &[format!("-I{folder}")]));
    let tbb = Command::new("pkg-config")
        .args(["--cflags", "--libs", "tbb"])
        .output();
    let flags = tbb.map(|tbb| String::from_utf8_lossy(&tbb.stdout).into_owned());
    let flags = flags.unwrap_or_else(|_| "-ltbb".to_owned());
    let flags: Vec<_> = flags.split_whitespace().map(str::to_owned).collect();
    let onetbb = Peer::start("onetbb", &flags);
    let peers = [("Taskflow", taskflow), ("oneTBB", onetbb)];
    let there = peers.into_iter().filter_map(|(name, peer)| {
        peer.inspect_err(|error| println!("{name} is left out: {error}"))
            .ok()
    });
    there.collect()
}

/// The times of ours and of each peer, a task, and how many times more the peers
/// took.
struct Rounds {
    ours: Vec<f64>,
    peers: Vec<Vec<f64>>,
}

impl Rounds {
    fn new(peers: usize) -> Self {
        Self {
            ours: Vec::new(),
            peers: vec![Vec::new(); peers],
        }
    }

    fn ratio(&self, peer: usize) -> f64 {
        let rounds = self.ours.iter().zip(&self.peers[peer]);
        median(rounds.map(|(ours, peer)| peer / ours).collect())
    }

    /// A line: ours, and each peer with how many times more it took.
    #[allow(clippy::print_stdout)]
    fn print(self, what: &str, tasks: f64, goal: f64) {
        print!("{what}{:>10.2}", median(self.ours.clone()) / tasks);
        for peer in 0..self.peers.len() {
            let ratio = Goal::at_least(self.ratio(peer), if peer == 0 { goal } else { 1.0 });
            let took = median(self.peers[peer].clone()) / tasks;
            print!("{took:>10.1}{ratio:>16}");
        }
        println!();
    }
}

const ROUNDS: usize = 5;

/// The static pipeline of about so many tasks, if this shape has one.
fn fixed(name: &str, tasks: f64) -> Option<Box<dyn Fn() -> u64>> {
    if name == "wave" {
        // The peers' graphs are there before, too.
        let side = tasks.sqrt() as usize;
        let table = RefCell::new(vec![vec![0; side]; side]);
        return Some(Box::new(move || pipelines::wave(&mut table.borrow_mut())));
    }
    let fixed = pipelines::SHAPES.iter().find(|fixed| fixed.name == name)?;
    let items = (tasks / fixed.tasks) as u64;
    Some(Box::new(move || (fixed.pipeline)(items)))
}

/// Build, run and drop of graphs made at run time; the peers' execution only
/// beside static pipelines.
fn compare(
    shape: &Shape,
    tasks: u64,
    threads: usize,
    peers: &mut [Peer],
) -> Result<(), Box<dyn Error>> {
    let count = (shape.tasks)(tasks) as f64;
    let fixed = fixed(shape.name, count);
    let [mut built, mut run] = [peers.len(), peers.len()].map(Rounds::new);
    for round in 0..=ROUNDS {
        let (value, ours) = time(|| (shape.graph)(tasks).compute());
        let value = value?;
        let ours_fixed = fixed.as_ref().map_or(0.0, |fixed| time(fixed).1);
        if round > 0 {
            built.ours.push(ours);
            run.ours.push(ours_fixed);
        }
        for (index, peer) in peers.iter_mut().enumerate() {
            let took = peer.run(shape.name, tasks, threads)?;
            assert_eq!(took.value, value, "{} in {}", shape.name, peer.name);
            if round > 0 {
                built.peers[index].push(took.all);
                run.peers[index].push(took.run);
            }
        }
    }
    let name = shape.name;
    built.print(
        &format!("{threads:>7} {name:>6}  build, run, drop"),
        count,
        2.0,
    );
    if fixed.is_some() {
        let goal = match name {
            "loop" | "tree" => 20.0,
            "wave" => 25.0,
            _ => 1.0,
        };
        run.print(
            &format!("{threads:>7} {name:>6}  static, run only"),
            count,
            goal,
        );
    }
    Ok(())
}

#[allow(clippy::print_stdout)]
fn main() -> Result<(), Box<dyn Error>> {
    let mut words = env::args().skip(1);
    let tasks = words.find_map(|word| word.parse().ok()).unwrap_or(1 << 20);
    let mut peers = peers();
    print!("threads  shape                         ours");
    for peer in &peers {
        print!("{:>10}{:>16}", peer.name, "x ours (goal)");
    }
    println!();
    for threads in [1, 2] {
        for shape in &SHAPES {
            on_threads(threads, || {
                compare(shape, tasks, threads, &mut peers).map_err(|error| error.to_string())
            })?;
        }
    }
    Ok(())
}
