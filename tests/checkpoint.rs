//! Results that are kept from run to run: when they are taken up, when they are
//! not believed, and what a process leaves that is ended at any moment.
#![cfg(feature = "checkpoint")]

mod checkpoint {
    mod damage;
    mod inputs;
    #[cfg(unix)]
    mod kill;
    mod reuse;
    mod trouble;
    mod values;
}

use std::fs;
use std::path::{Path, PathBuf};

use delayed::Runtime;
use delayed::checkpoint::{Checkpoints, TroubleKind};

/// A runtime that keeps results in `folder`.
fn keeping(folder: &Path, threads: usize) -> Runtime {
    let runtime = Runtime::builder().threads(threads).checkpoint(folder);
    runtime.build().expect("the folder can be written to")
}

fn temporary() -> tempfile::TempDir {
    tempfile::tempdir().expect("there is room for a folder")
}

/// The kept results, in the order of their names.
fn results(folder: &Path) -> Vec<PathBuf> {
    let is_task = |path: &PathBuf| !path.ends_with(".partial");
    let tasks = entries(folder).into_iter().filter(is_task);
    tasks.flat_map(|task| entries(&task)).collect()
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("the folder can be read");
    let path = |entry: std::io::Result<fs::DirEntry>| entry.expect("an entry can be read").path();
    let mut paths: Vec<_> = entries.map(path).collect();
    paths.sort();
    paths
}

/// The only kept result.
fn result(folder: &Path) -> PathBuf {
    let mut results = results(folder);
    assert_eq!(results.len(), 1, "{results:?}");
    results.remove(0)
}

/// How many results were reused, how many were written, and why some were not.
fn told(checkpoints: &Checkpoints) -> (u64, u64, Vec<(TroubleKind, &str)>) {
    let troubles = checkpoints.troubles.iter();
    let troubles = troubles.map(|trouble| (trouble.kind, trouble.reason.as_str()));
    (checkpoints.reused, checkpoints.written, troubles.collect())
}
