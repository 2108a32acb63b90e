//! Rows that are left out of a file, counted by a pipeline.

use std::path::Path;

use delayed::prelude::*;
use delayed_data::{BadRow, BadRows, Chunk, Chunks, Result, read};

type Trips = Chunk<(String, f64)>;
type Answer = (f64, usize, Vec<BadRow>);

#[delayed]
fn miles(trips: &Trips) -> f64 {
    trips.iter().map(|(_, miles)| miles).sum()
}

fn open(path: &Path, rows: usize) -> Result<Chunks<(String, f64)>> {
    let reader = read(path).chunk_rows(rows).bad_rows(BadRows::Keep(2));
    reader.columns(["zone", "miles"])
}

/// What the loop finds.
fn serial(path: &Path, rows: usize) -> Result<Answer> {
    let (mut sum, mut skipped, mut bad) = (0.0, 0, Vec::new());
    for chunk in open(path, rows)? {
        let chunk = chunk?;
        skipped += chunk.skipped();
        bad.extend(chunk.bad_rows().to_vec());
        sum += miles::eager(&chunk);
    }
    Ok((sum, skipped, bad))
}

fn parallel(
    path: &Path,
    rows: usize,
    runtime: &Runtime,
) -> std::result::Result<Answer, delayed::Error> {
    let trips = open(path, rows).expect("a file with both columns");
    let job = pipeline!({
        let (mut sum, mut skipped, mut bad) = (0.0, 0, Vec::new());
        for chunk in trips {
            let chunk = chunk?;
            skipped += chunk.skipped();
            bad.extend(chunk.bad_rows().to_vec());
            sum += miles(&chunk);
        }
        (sum, skipped, bad)
    });
    job.compute_on(runtime)
}

#[test]
fn they_are_those_of_the_loop_on_any_number_of_threads() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("trips.csv");
    let mut text = "zone,miles\n".to_owned();
    for row in 0..3000 {
        text += &match row % 7 {
            2 => format!("\"zone\n{row}\",far\n"),
            5 | 6 => format!("{row}\n"),
            _ => format!("zone {row},{row}.1\n"),
        };
    }
    std::fs::write(&path, text).unwrap();
    for rows in [1, 64, usize::MAX] {
        let expected = serial(&path, rows).unwrap();
        assert_eq!(expected.1, 1285);
        for threads in [1, 2, 8] {
            let runtime = Runtime::builder().threads(threads).build().unwrap();
            assert_eq!(parallel(&path, rows, &runtime).unwrap(), expected);
        }
    }
}
