//! What threads count of the loops and steps that have a line.

use std::collections::BTreeMap;
use std::ptr;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use thread_local::ThreadLocal;

use crate::observe::Stage;

/// What has a line: the steps of graphs, or a loop by its place, in the order of
/// the program's lines.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Key {
    Steps,
    Loop {
        line: u32,
        column: u32,
        /// Where the name of the file is: it is a constant of the program.
        file: usize,
    },
}

impl Key {
    pub(super) fn of(stage: &Stage<'_>) -> Self {
        Self::Loop {
            line: stage.place.line,
            column: stage.place.column,
            file: ptr::from_ref::<str>(&stage.place.file).addr(),
        }
    }
}

/// How far something is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Line {
    pub(super) label: String,
    /// When it began first.
    pub(super) since: Instant,
    pub(super) done: u64,
    /// How many there will be as far as is known; `None` if it cannot be known.
    pub(super) total: Option<u64>,
    /// How often it has begun: an inner loop does so again and again, and nobody
    /// knows how often.
    pub(super) begun: u64,
    /// Bytes that its source has read.
    pub(super) bytes: u64,
    /// Bytes that its source will have read, as far as is known.
    pub(super) all_bytes: Option<u64>,
}

impl Line {
    fn new(label: &str) -> Self {
        Self {
            label: label.to_owned(),
            since: Instant::now(),
            done: 0,
            total: Some(0),
            begun: 0,
            bytes: 0,
            all_bytes: Some(0),
        }
    }

    /// What another thread has counted.
    fn add(&mut self, other: &Self) {
        self.since = self.since.min(other.since);
        self.done += other.done;
        self.total = self.total.zip(other.total).map(|(a, b)| a + b);
        self.begun += other.begun;
        self.bytes += other.bytes;
        self.all_bytes = self.all_bytes.zip(other.all_bytes).map(|(a, b)| a + b);
    }
}

/// What one thread has counted since the first of the runs began.
#[derive(Default)]
pub(super) struct Count {
    /// Few: a vector is searched faster than anything else.
    lines: Vec<(Key, Line)>,
    /// The names of tasks that have begun here and not ended, the innermost last;
    /// what is behind them is room to be used again.
    running: Vec<String>,
    depth: usize,
    /// How often tasks were tried again.
    pub(super) retries: u64,
    /// How many steps have failed.
    pub(super) failures: u64,
}

impl Count {
    /// The line with this key.
    pub(super) fn line(&mut self, key: Key, label: &str) -> &mut Line {
        let at = self.lines.iter().position(|(other, _)| *other == key);
        let at = at.unwrap_or_else(|| {
            self.lines.push((key, Line::new(label)));
            self.lines.len() - 1
        });
        &mut self.lines[at].1
    }

    /// More is there to do.
    pub(super) fn begin(&mut self, key: Key, label: &str, more: Option<u64>, bytes: Option<u64>) {
        let line = self.line(key, label);
        line.begun += 1;
        line.total = line.total.zip(more).map(|(total, more)| total + more);
        line.all_bytes = line.all_bytes.zip(bytes).map(|(all, more)| all + more);
    }

    /// A task begins.
    pub(super) fn task_began(&mut self, name: &str) {
        match self.running.get_mut(self.depth) {
            Some(room) => name.clone_into(room),
            None => self.running.push(name.to_owned()),
        }
        self.depth += 1;
    }

    /// The innermost task has ended.
    pub(super) fn task_ended(&mut self) {
        self.depth = self.depth.saturating_sub(1);
    }

    fn now(&self) -> Option<&String> {
        self.running[..self.depth].last()
    }
}

/// The counts of all threads.
#[derive(Default)]
pub(super) struct Counts(ThreadLocal<Mutex<Count>>);

/// What all threads have counted together.
#[derive(Default)]
pub(super) struct Sum {
    pub(super) lines: BTreeMap<Key, Line>,
    /// The innermost task of each thread.
    pub(super) now: Vec<String>,
    pub(super) retries: u64,
    pub(super) failures: u64,
}

impl Counts {
    /// That of this thread.
    pub(super) fn own(&self) -> MutexGuard<'_, Count> {
        lock(self.0.get_or_default())
    }

    pub(super) fn sum(&self) -> Sum {
        let mut sum = Sum::default();
        for count in &self.0 {
            let count = lock(count);
            for (key, line) in &count.lines {
                match sum.lines.get_mut(key) {
                    Some(all) => all.add(line),
                    None => drop(sum.lines.insert(*key, line.clone())),
                }
            }
            sum.now.extend(count.now().cloned());
            sum.retries += count.retries;
            sum.failures += count.failures;
        }
        sum
    }

    /// Begins anew.
    pub(super) fn clear(&self) {
        for count in &self.0 {
            *lock(count) = Count::default();
        }
    }
}

/// No user's code runs under these locks.
fn lock(count: &Mutex<Count>) -> MutexGuard<'_, Count> {
    count.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_of_threads_are_added() {
        let counts = Counts::default();
        counts.own().begin(Key::Steps, "tasks", Some(7), None);
        std::thread::scope(|scope| {
            let other = scope.spawn(|| {
                let mut own = counts.own();
                own.line(Key::Steps, "tasks").done += 2;
                own.task_began("outer");
                own.task_began("inner");
            });
            other.join().unwrap();
        });
        counts.own().line(Key::Steps, "tasks").done += 3;
        let sum = counts.sum();
        let line = &sum.lines[&Key::Steps];
        assert_eq!((line.done, line.total, line.begun), (5, Some(7), 1));
        assert_eq!(line.all_bytes, None);
        assert_eq!(sum.now, ["inner"]);
        counts.clear();
        assert!(counts.sum().lines.is_empty());
    }

    #[test]
    fn what_has_ended_does_not_run() {
        let mut count = Count::default();
        count.task_began("outer");
        count.task_began("inner");
        count.task_ended();
        assert_eq!(count.now().unwrap(), "outer");
        count.task_began("other");
        assert_eq!(count.now().unwrap(), "other");
        count.task_ended();
        count.task_ended();
        count.task_ended();
        assert_eq!(count.now(), None);
    }
}
