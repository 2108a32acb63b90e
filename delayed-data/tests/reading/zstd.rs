//! CSV that comes packed with zstd.

use std::path::PathBuf;

use crate::common::count;
use ruzstd::encoding::{CompressionLevel, compress_to_vec};
use tempfile::TempDir;

const HEADER: &str = "tpep_pickup_datetime,tpep_dropoff_datetime\n";
const ROW: &str = "2015-01-15 19:05:39,2015-01-15 19:35:42\n";

/// A frame to be skipped, of three bytes.
const SKIPPED: &[u8] = b"\x5a\x2a\x4d\x18\x03\0\0\0abc";

fn pack(text: &str) -> Vec<u8> {
    compress_to_vec(text.as_bytes(), CompressionLevel::Fastest)
}

fn file(bytes: &[u8]) -> (TempDir, PathBuf) {
    let dir = tempfile::tempdir().unwrap();
    // A name that lies.
    let path = dir.path().join("trips.gz");
    std::fs::write(&path, bytes).unwrap();
    (dir, path)
}

fn fails(bytes: &[u8], problem: &str) {
    let (_dir, path) = file(bytes);
    for rows in [1, 7, usize::MAX] {
        let error = count(&path, rows).unwrap_err().to_string();
        assert!(error.contains(problem), "{error}");
        assert!(!error.contains('\n'), "{error}");
    }
}

#[test]
fn frames_are_read_one_after_the_other() {
    // The second frame starts in the middle of a row.
    let (first, second) = ROW.split_at(10);
    let frames = [
        SKIPPED,
        &pack(&format!("{HEADER}{ROW}{first}")),
        &pack(second),
        SKIPPED,
        &pack(""),
        &pack(&ROW.repeat(30_000)),
        SKIPPED,
    ];
    let (_dir, path) = file(&frames.concat());
    for rows in [7, 1000, usize::MAX] {
        assert_eq!(count(&path, rows), Ok((30_002, 30_002)));
    }
}

#[test]
fn an_empty_text_is_an_empty_file() {
    fails(&pack(""), ": the file is empty");
    fails(&pack(HEADER), ": there are no rows after the header");
}

#[test]
fn damage_is_found_wherever_it_is() {
    let whole = pack(&format!("{HEADER}{}", ROW.repeat(10_000)));
    let damaged = ": cannot read the file: its zstd data is damaged or cut off (";
    for end in [5, 11, whole.len() / 2, whole.len() - 4, whole.len() - 1] {
        fails(&whole[..end], damaged);
    }
    // The check sum comes last.
    let mut bytes = whole.clone();
    *bytes.last_mut().unwrap() ^= 1;
    fails(&bytes, "(a check sum is wrong) after 400043 unpacked bytes");
    fails(&[&whole[..], b"junk"].concat(), damaged);
    fails(
        &[&whole[..], &SKIPPED[..9]].concat(),
        "(a frame ends early)",
    );
}

#[test]
fn no_damage_is_taken_for_rows_of_another_kind() {
    let whole = pack(&format!("{HEADER}{}", ROW.repeat(300)));
    for place in 0..whole.len() {
        for bit in [0x01, 0x80] {
            let mut bytes = whole.clone();
            bytes[place] ^= bit;
            let (_dir, path) = file(&bytes);
            // An error, or the same text packed in another way; never a panic.
            let counted = count(&path, 1000);
            assert!(
                matches!(counted, Err(_) | Ok((300, 300))),
                "{place} {counted:?}"
            );
        }
    }
}
