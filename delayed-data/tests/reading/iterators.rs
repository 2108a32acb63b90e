//! Chunks and frames are iterators as all others: lazy, and at their end for good.

use std::io::Write;
use std::iter::FusedIterator;
use std::os::fd::AsRawFd;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::sync_channel;
use std::time::Duration;

use delayed_data::{Chunks, read};

/// The name under which what is written into a pipe can be opened.
fn name(reader: &std::io::PipeReader) -> String {
    format!("/proc/self/fd/{}", reader.as_raw_fd())
}

fn rows(chunks: &mut Chunks<(i64,)>) -> Option<Vec<i64>> {
    Some(chunks.next()?.unwrap().columns().0.to_vec())
}

#[test]
fn a_row_comes_as_soon_as_it_is_written() {
    let (reader, mut writer) = std::io::pipe().unwrap();
    let path = name(&reader);
    let (found, is_found) = sync_channel(0);
    std::thread::scope(|scope| {
        // No file is told from another by less than eight bytes.
        writer.write_all(b"number\n1\n").unwrap();
        scope.spawn(move || {
            let mut chunks = read(path).chunk_rows(1).columns(["number"]).unwrap();
            drop(reader);
            while let Some(rows) = rows(&mut chunks) {
                found.send(rows).unwrap();
            }
        });
        // That long only if it never comes.
        let next = || is_found.recv_timeout(Duration::from_secs(60)).unwrap();
        assert_eq!(next(), [1]);
        writer.write_all(b"2").unwrap();
        writer.write_all(b"3\n4\n").unwrap();
        assert_eq!((next(), next()), (vec![23], vec![4]));
        drop(writer);
        assert!(is_found.recv().is_err());
    });
}

#[test]
fn nothing_is_read_before_it_is_asked_for() {
    const ROWS: &[u8] = b"123456789\n";
    let (reader, mut writer) = std::io::pipe().unwrap();
    let path = name(&reader);
    let written = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            writer.write_all(b"n\n").unwrap();
            let block = ROWS.repeat(1000);
            // Until nobody reads any more.
            while written.load(Ordering::Relaxed) < 1 << 25 && writer.write_all(&block).is_ok() {
                written.fetch_add(block.len(), Ordering::Relaxed);
            }
        });
        let mut chunks = read(path).columns::<(i64,)>(["n"]).unwrap();
        drop(reader);
        let mut taken = 0;
        for _ in 0..3 {
            taken += rows(&mut chunks).unwrap().len() * ROWS.len();
            // What is in the pipe, the block that is being written, half a block.
            let ahead = written.load(Ordering::Relaxed).saturating_sub(taken);
            assert!(
                ahead <= (1 << 16) + 10_000 + (1 << 18),
                "{ahead} bytes ahead"
            );
        }
        drop(chunks);
    });
    assert!(written.into_inner() < 1 << 25);
}

#[test]
fn the_end_is_the_end() {
    fn fused<T: FusedIterator>(items: &mut T) -> usize {
        let count = items.by_ref().count();
        assert!((0..3).all(|_| items.next().is_none()));
        count
    }
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("numbers.csv");
    std::fs::write(&path, "n\n1\nx\n3\n").unwrap();
    let reader = read(&path).chunk_rows(1);
    let mut chunks = reader.clone().columns::<(i64,)>(["n"]).unwrap();
    assert_eq!(fused(&mut chunks), 3);
    // Longer by now, but it ended.
    std::fs::write(&path, "n\n1\nx\n3\n4\n").unwrap();
    assert!(chunks.next().is_none());
    #[cfg(feature = "arrow")]
    assert_eq!(fused(&mut reader.frames().open().unwrap()), 4);
}
