//! Bad rows of text: an error, left out, or kept.

use std::path::{Path, PathBuf};

use crate::oracle::check_split;
use delayed_data::{BadRows, Chunk, Result, read};
use tempfile::TempDir;

/// Columns of each kind before the one that most bad rows fail in.
type Trip = (String, Option<String>, f64, Option<i64>, u8);
const TRIP: [&str; 5] = ["zone", "note", "miles", "tip", "riders"];
const HEADER: &str = "zone,note,miles,tip,riders\n";
const GOOD: [&str; 4] = [
    "north,,1.5,,1\n",
    "\"a,\nb\",\"\",2.5,7,2\r\n",
    "\n\nsüd,x,3.5,,3\n",
    ",,4.5,4,4\n",
];
/// With what an error says of them.
const BAD: [(&[u8], &str); 8] = [
    (b"short,x\n", "2 fields where the header has 5"),
    (b"long,,1,2,3,4\n", "6 fields where the header has 5"),
    (b"x,y,far,1,1\n", "found \"far\" where a number"),
    (b"x,,,1,1\r\n", "no value where a number"),
    (
        b"\n\"q,\n\",,1,some,1\n",
        "found \"some\" where a whole number",
    ),
    (b"x,,1,,300\n", "found \"300\" where a whole number"),
    (b"caf\xe9,,1,1,1\n", "the byte 0xe9 is not UTF-8"),
    (b"y,\xff,1\n", "the byte 0xff is not UTF-8"),
];

fn file(text: impl AsRef<[u8]>) -> (TempDir, PathBuf) {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("trips.csv");
    std::fs::write(&path, text).unwrap();
    (dir, path)
}

/// Good and bad rows in turn, several bad ones in a row too, and without the bad
/// ones. So often that a chunk of no given size has only some of them.
fn mixed(times: usize) -> (Vec<u8>, Vec<u8>, usize) {
    let (mut all, mut good) = (HEADER.as_bytes().to_vec(), HEADER.as_bytes().to_vec());
    let mut count = 0;
    for number in 0..times {
        let row = GOOD[number % GOOD.len()].as_bytes();
        all.extend(row);
        good.extend(row);
        for offset in 0..number % 3 {
            all.extend(BAD[(number + offset) % BAD.len()].0);
            count += 1;
        }
    }
    (all, good, count)
}

fn chunks(path: &Path, rows: usize, bad_rows: BadRows) -> Vec<Chunk<Trip>> {
    let reader = read(path).chunk_rows(rows).bad_rows(bad_rows);
    let chunks = reader.columns::<Trip>(TRIP).unwrap();
    chunks.collect::<Result<Vec<_>>>().unwrap()
}

/// Everything in the rows, to be compared.
fn rows(chunks: &[Chunk<Trip>]) -> String {
    let rows = chunks.iter().flat_map(Chunk::iter);
    rows.map(|row| format!("{row:?}\n")).collect()
}

#[test]
fn what_is_left_is_the_file_without_its_bad_rows() {
    let (all, good, bad) = mixed(100);
    let (_all_dir, all) = file(all);
    let (_good_dir, good) = file(good);
    let expected = rows(&chunks(&good, usize::MAX, BadRows::Fail));
    let mut kept = Vec::new();
    for size in [1, 2, 7, 100, usize::MAX] {
        for policy in [BadRows::Skip, BadRows::Keep(2), BadRows::Keep(usize::MAX)] {
            let found = chunks(&all, size, policy);
            assert_eq!(rows(&found), expected, "{size} {policy:?}");
            let skipped: usize = found.iter().map(Chunk::skipped).sum();
            assert_eq!(skipped, bad);
            for (number, chunk) in found.iter().enumerate() {
                assert_eq!(chunk.columns().0.len(), chunk.len());
                assert_eq!(chunk.columns().4.len(), chunk.len());
                if number + 1 < found.len() {
                    assert_eq!(chunk.len() + chunk.skipped(), size);
                }
                let most = match policy {
                    BadRows::Keep(most) => most,
                    _ => 0,
                };
                assert_eq!(chunk.bad_rows().len(), chunk.skipped().min(most));
            }
            if policy == BadRows::Keep(usize::MAX) {
                let all: Vec<_> = found.iter().flat_map(Chunk::bad_rows).cloned().collect();
                kept.push(all);
            }
            check_split(|| {
                let reader = read(&all).chunk_rows(size).bad_rows(policy);
                reader.columns::<Trip>(TRIP).unwrap()
            });
        }
    }
    assert!(kept.iter().all(|all| *all == kept[0]));
}

#[test]
fn a_kept_row_says_what_reading_would_have_stopped_with() {
    for (bad, problem) in BAD {
        let text = [HEADER.as_bytes(), GOOD[1].as_bytes(), bad, bad].concat();
        let (_dir, path) = file(text);
        let chunk = &chunks(&path, usize::MAX, BadRows::Keep(5))[0];
        let [first, second] = chunk.bad_rows() else {
            panic!("{:?}", chunk.bad_rows());
        };
        let stopped = read(&path).columns::<Trip>(TRIP).unwrap().next().unwrap();
        assert_eq!(*first.error(), stopped.unwrap_err());
        assert!(first.error().to_string().contains(problem), "{first:?}");
        let lines = bad.iter().filter(|&&byte| byte == b'\n').count() as u64;
        let blank = u64::from(bad[0] == b'\n');
        assert_eq!(first.error().line(), Some(4 + blank));
        assert_eq!(second.error().line(), Some(4 + lines + blank));
        let text = String::from_utf8_lossy(bad);
        assert_eq!(first.text(), text.trim());
    }
}

#[test]
fn a_chunk_without_a_good_row_is_still_given() {
    let (_dir, path) = file(format!("{HEADER}{}x\ny\n{}x", GOOD[0], GOOD[0]));
    let found = chunks(&path, 1, BadRows::Skip);
    let lens: Vec<_> = found
        .iter()
        .map(|chunk| (chunk.len(), chunk.skipped()))
        .collect();
    assert_eq!(lens, [(1, 0), (0, 1), (0, 1), (1, 0), (0, 1)]);
    assert!(found[1].is_empty() && found[1].bad_rows().is_empty());
    assert_eq!(found[1].path(), Some(&*path));
}

#[test]
fn what_makes_later_rows_doubtful_is_an_error_in_any_case() {
    let (_dir, path) = file(format!("{HEADER}x\n{}\"open,1\n", GOOD[0]));
    let reader = || read(&path).bad_rows(BadRows::Skip);
    let mut found = reader().columns::<Trip>(TRIP).unwrap();
    let chunk = found.next().unwrap().unwrap();
    assert_eq!((chunk.len(), chunk.skipped()), (1, 1));
    let error = found.next().unwrap().unwrap_err().to_string();
    assert!(
        error.ends_with(", line 4: a quote opens a field and never closes"),
        "{error}"
    );
    assert!(found.next().is_none());
    let error = reader()
        .columns::<(f64,)>(["mile"])
        .unwrap_err()
        .to_string();
    assert!(error.contains("no column \"mile\""), "{error}");
}

#[test]
fn comments_may_have_any_bytes() {
    let text = [b"a\n#\xff\n1\n#\xfe\n2\nx\xff\n".as_slice(), b"#\xff"].concat();
    let (_dir, path) = file(text);
    for size in [1, 2, 10] {
        let reader = || read(&path).comment(b'#').chunk_rows(size);
        let left_out = reader()
            .bad_rows(BadRows::Keep(1))
            .columns::<(u8,)>(["a"])
            .unwrap();
        let left_out: Vec<_> = left_out.map(|chunk| chunk.unwrap()).collect();
        let rows: Vec<_> = left_out.iter().flat_map(Chunk::iter).collect();
        assert_eq!(rows, [(1,), (2,)]);
        let kept: Vec<_> = left_out.iter().flat_map(Chunk::bad_rows).collect();
        assert_eq!((kept.len(), kept[0].text()), (1, "x\u{fffd}"));
        let error = reader()
            .columns::<(u8,)>(["a"])
            .unwrap()
            .find_map(Result::err);
        let error = error.unwrap().to_string();
        assert!(
            error.ends_with(
                ", line 6, column \"a\": the byte 0xff is not UTF-8 text; \
             convert the file to UTF-8, or give its .encoding(\"…\") (feature \"encodings\")"
            ),
            "{error}"
        );
    }
}

#[test]
fn kept_rows_are_part_of_what_a_chunk_holds() {
    use delayed_runtime::NBytes;
    let (_dir, path) = file(format!("{HEADER}{}{}\n", GOOD[0], "x".repeat(100_000)));
    let held = [BadRows::Skip, BadRows::Keep(1)].map(|policy| {
        let chunks = chunks(&path, 9, policy);
        chunks[0].nbytes()
    });
    assert!(
        (100_000..110_000).contains(&(held[1] - held[0])),
        "{held:?}"
    );
}

#[cfg(feature = "derive")]
#[test]
fn fields_with_formats_and_defaults_lose_their_bad_rows_too() {
    use delayed_data::{Record, Timestamp};

    #[derive(Record)]
    struct Ride {
        #[record(format = "%d.%m.%Y")]
        day: Timestamp,
        #[record(default = 1)]
        riders: u8,
        miles: f64,
    }
    let (_dir, path) = file("day,miles\n1.2.2015,1\n2.2.2015,far\n3.2,2\n4.2.2015,3\n");
    let reader = read(&path).bad_rows(BadRows::Skip);
    let chunk = reader.rows::<Ride>().unwrap().next().unwrap().unwrap();
    let rides: Vec<_> = chunk.iter().collect();
    let days: Vec<_> = rides.iter().map(|ride| ride.day.to_string()).collect();
    assert_eq!(days, ["2015-02-01 00:00:00", "2015-02-04 00:00:00"]);
    let rest: Vec<_> = rides.iter().map(|ride| (ride.riders, ride.miles)).collect();
    assert_eq!((rest, chunk.skipped()), (vec![(1, 1.0), (1, 3.0)], 2));
}

#[cfg(feature = "arrow")]
#[test]
fn frames_refuse_to_lose_rows() {
    let (_dir, path) = file(format!("{HEADER}{}", GOOD[0]));
    let error = read(&path)
        .bad_rows(BadRows::Skip)
        .frames()
        .open()
        .unwrap_err();
    assert_eq!(error.path(), path);
    assert!(
        error
            .to_string()
            .contains(": frames do not leave bad rows out"),
        "{error}"
    );
}
