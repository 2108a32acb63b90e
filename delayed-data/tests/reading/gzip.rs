//! CSV that comes packed.

use std::io::Write;
use std::path::{Path, PathBuf};

use crate::common::{TRIP, Trip, count};
use flate2::Compression;
use flate2::write::GzEncoder;
use tempfile::TempDir;

const HEADER: &str = "tpep_pickup_datetime,tpep_dropoff_datetime\n";
const ROW: &str = "2015-01-15 19:05:39,2015-01-15 19:35:42\n";

fn pack(text: &str) -> Vec<u8> {
    let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
    packed.write_all(text.as_bytes()).unwrap();
    packed.finish().unwrap()
}

fn file(bytes: &[u8]) -> (TempDir, PathBuf) {
    let dir = tempfile::tempdir().unwrap();
    // A name that lies.
    let path = dir.path().join("trips.parquet");
    std::fs::write(&path, bytes).unwrap();
    (dir, path)
}

fn fails(path: &Path, problem: &str) {
    for rows in [1, 7, usize::MAX] {
        let error = count(path, rows).unwrap_err().to_string();
        let start = format!("{}: {problem}", path.display());
        assert!(error.starts_with(&start), "{error}");
        assert!(!error.contains('\n'), "{error}");
    }
}

#[test]
fn members_are_read_one_after_the_other() {
    // The second member starts in the middle of a row.
    let (first, second) = ROW.split_at(10);
    let mut bytes = pack(&format!("{HEADER}{ROW}{first}"));
    bytes.extend(pack(second));
    bytes.extend(pack(&ROW.repeat(30_000)));
    let (_dir, path) = file(&bytes);
    for rows in [7, 1000, usize::MAX] {
        assert_eq!(count(&path, rows), Ok((30_002, 30_002)));
    }
}

#[test]
fn an_empty_text_is_an_empty_file() {
    let (_dir, path) = file(&pack(""));
    fails(&path, "the file is empty");
    let (_dir, path) = file(&pack(HEADER));
    fails(&path, "there are no rows after the header");
}

#[test]
fn damage_is_found_wherever_it_is() {
    let whole = pack(&format!("{HEADER}{}", ROW.repeat(1000)));
    let damaged = "cannot read the file: its gzip data is damaged or cut off (";
    for end in [3, 11, whole.len() / 2, whole.len() - 8, whole.len() - 1] {
        let (_dir, path) = file(&whole[..end]);
        fails(&path, damaged);
    }
    // The check sum, the length, and what looks like a further member.
    for place in [whole.len() - 6, whole.len() - 2] {
        let mut bytes = whole.clone();
        bytes[place] ^= 0x10;
        let (_dir, path) = file(&bytes);
        fails(&path, damaged);
    }
    let (_dir, path) = file(&[&whole[..], b"junk"].concat());
    fails(&path, damaged);
}

#[test]
fn the_rows_before_the_damage_come_first() {
    let text = format!("{HEADER}{}", ROW.repeat(1000));
    let mut bytes = pack(&text);
    let crc = bytes.len() - 8;
    bytes[crc] ^= 1;
    let (_dir, path) = file(&bytes);
    let mut chunks = delayed_data::read(&path)
        .chunk_rows(600)
        .columns::<Trip>(TRIP)
        .unwrap();
    let lens: Vec<_> = chunks
        .by_ref()
        .map(|chunk| chunk.map(|chunk| chunk.len()).ok())
        .collect();
    assert_eq!(lens, [Some(600), Some(400), None]);
    assert!(chunks.next().is_none());
}
