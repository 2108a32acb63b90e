//! How much memory reading takes, by the peak of a process that does nothing else.

use std::path::Path;
use std::process::Command;

use delayed::prelude::*;
use delayed_data::{Chunk, Chunks, peak_memory, read};

const FILE: &str = "DELAYED_TEST_FILE";
const PEAK: &str = "DELAYED_TEST_PEAK";
const ROW: &str = "7,a text that is long enough to make the file large and nobody asks for,0.5\n";

#[delayed]
fn numbers_of(path: &Path) -> delayed_data::Result<Chunks<(u64, f64)>> {
    read(path).columns(["n", "x"])
}

#[delayed]
fn sum(numbers: &Chunk<(u64, f64)>) -> u64 {
    numbers.columns().0.iter().sum()
}

/// The sum of a file's numbers, by two threads.
fn total(path: &Path) -> u64 {
    let runtime = Runtime::builder().threads(2).build().unwrap();
    let total = pipeline!({
        let mut total = 0;
        for numbers in numbers_of(path)? {
            total += sum(&numbers?);
        }
        total
    });
    total.compute_on(&runtime).unwrap()
}

/// The peak memory of a process that reads a file of so many rows.
fn peak(dir: &Path, rows: usize) -> u64 {
    let [path, peak] = ["numbers.csv", "peak"].map(|name| dir.join(name));
    std::fs::write(&path, "n,text,x\n".to_owned() + &ROW.repeat(rows)).unwrap();
    let mut child = Command::new(std::env::current_exe().unwrap());
    child.args(["--exact", "memory::it_stays_when_data_grows_sixteenfold"]);
    let out = child.env(FILE, &path).env(PEAK, &peak).output().unwrap();
    assert!(out.status.success(), "{out:?}");
    std::fs::read_to_string(peak).unwrap().parse().unwrap()
}

#[test]
fn it_stays_when_data_grows_sixteenfold() {
    if let Some(path) = std::env::var_os(FILE) {
        let path = Path::new(&path);
        let rows = (path.metadata().unwrap().len() - 9) / ROW.len() as u64;
        assert_eq!(total(path), 7 * rows);
        let bytes = peak_memory().unwrap().0;
        std::fs::write(std::env::var_os(PEAK).unwrap(), bytes.to_string()).unwrap();
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let rows = (4 << 20) / ROW.len();
    let (small, large) = (peak(dir.path(), rows), peak(dir.path(), 16 * rows));
    // Of 60 MiB more; how many chunks are there at once varies a little.
    assert!(
        large < small + (4 << 20),
        "{small} bytes grew to {large} with the data"
    );
}
