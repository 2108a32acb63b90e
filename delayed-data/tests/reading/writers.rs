//! Files that are written: what is read back, and what is never left behind.

use std::fs;
use std::path::{Path, PathBuf};

#[cfg(feature = "arrow")]
use delayed_data::DataFrame;
use delayed_data::{Chunk, Record, Result, Timestamp, read, write};

#[derive(Record, Clone, Debug, PartialEq)]
struct Row {
    #[record(rename = "name, first|name")]
    name: String,
    note: Option<String>,
    number: Option<f64>,
    single: f32,
    count: i64,
    flag: bool,
    at: Option<Timestamp>,
}

/// Rows with all that makes text hard to write, from a seed.
fn rows(count: usize, seed: u64) -> Vec<Row> {
    const TEXTS: [&str; 10] = [
        "plain",
        "",
        "a,b",
        "say \"hi\"",
        "\"",
        "two\nlines",
        "\r\n",
        " spaces ",
        "é\u{feff}",
        "\u{feff}x",
    ];
    const NUMBERS: [f64; 9] = [
        0.0,
        -0.0,
        0.1,
        1e300,
        5e-324,
        -12_345.678,
        1e16,
        f64::INFINITY,
        3.0,
    ];
    let mut state = seed;
    let mut next = move |below: usize| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % below
    };
    let row = |_| Row {
        name: TEXTS[next(10)].to_owned(),
        note: Some(TEXTS[next(10)].to_owned()).filter(|text| !text.is_empty()),
        number: NUMBERS.get(next(12)).copied(),
        single: NUMBERS[next(9)] as f32,
        count: [0, i64::MIN, i64::MAX, 7][next(4)],
        flag: next(2) == 0,
        at: [0, -1, 1_421_348_739_000_000, 951_868_800_000_120]
            .get(next(5))
            .copied()
            .map(Timestamp::from_micros),
    };
    (0..count).map(row).collect()
}

fn chunks(rows: &[Row], size: usize) -> impl Iterator<Item = Chunk<Row>> {
    rows.chunks(size).map(|rows| rows.iter().cloned().collect())
}

fn read_back(path: &Path) -> Vec<Row> {
    let chunks = read(path).rows::<Row>().unwrap();
    chunks
        .flat_map(|chunk| chunk.unwrap().iter().collect::<Vec<_>>())
        .collect()
}

fn write_rows(path: &Path, rows: &[Row], size: usize) {
    let mut out = write(path).file().unwrap();
    chunks(rows, size).for_each(|chunk| out.write(&chunk).unwrap());
    out.finish().unwrap();
}

/// The endings that this build writes.
fn endings() -> Vec<&'static str> {
    let mut endings = vec!["csv"];
    endings.extend(cfg!(feature = "gzip").then_some("csv.gz"));
    endings.extend(cfg!(feature = "parquet").then_some("parquet"));
    endings
}

/// The names of all files in a folder, hidden ones too.
fn left(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let names = entries.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned());
    let mut names: Vec<_> = names.collect();
    names.sort();
    names
}

#[test]
fn rows_are_read_back_as_they_were() {
    let dir = tempfile::tempdir().unwrap();
    for ending in endings() {
        for (seed, count) in [(1, 1), (2, 40), (3, 500)] {
            let rows = rows(count, seed);
            let mut texts = Vec::new();
            for size in [1, 7, count] {
                let path = dir.path().join(format!("rows.{ending}"));
                write_rows(&path, &rows, size);
                assert_eq!(read_back(&path), rows, "{ending}, {count} by {size}");
                texts.push(fs::read(&path).unwrap());
            }
            // Parts of compressed streams are another matter.
            assert!(ending != "csv" || texts.iter().all(|text| *text == texts[0]));
        }
    }
    assert_eq!(left(dir.path()).len(), endings().len());
}

#[cfg(feature = "parquet")]
#[test]
fn frames_go_through_every_format_unchanged() {
    let dir = tempfile::tempdir().unwrap();
    let [csv, parquet, again] = ["a.csv", "b.parquet", "c.csv"].map(|name| dir.path().join(name));
    for seed in 0..30 {
        let made = rows(seed as usize * 3 + 1, seed + 100);
        write_rows(&csv, &made, 5);
        let copy = |from: &Path, to: &Path, rows: usize| {
            let mut out = write(to).file().unwrap();
            let frames = read(from).chunk_rows(rows).frames().open().unwrap();
            let frames: Vec<DataFrame> = frames.map(Result::unwrap).collect();
            frames.iter().for_each(|frame| out.write(frame).unwrap());
            out.finish().unwrap();
            DataFrame::concat(&frames).unwrap()
        };
        let first = copy(&csv, &parquet, 4);
        let second = copy(&parquet, &again, 9);
        assert_eq!(first.to_string(), second.to_string());
        assert_eq!(first, second, "seed {seed}");
        let third = read(&again).frames().whole().unwrap();
        assert_eq!(first, third, "seed {seed}");
        if let Ok(rows) = third.rows::<Row>() {
            assert_eq!(rows.len(), made.len());
        }
    }
}

#[cfg(feature = "parquet")]
#[test]
fn real_trips_keep_their_answers_on_the_way() {
    use crate::common::{count, real_data};
    let Some(data) = real_data() else { return };
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("trips.parquet");
    let mut out = write(&path).file().unwrap();
    let source = data.join("green/green_tripdata_2023-01.parquet");
    for frame in read(&source).chunk_rows(10_000).frames().open().unwrap() {
        out.write(&frame.unwrap()).unwrap();
    }
    out.finish().unwrap();
    let whole = |path: &Path| read(path).frames().whole().unwrap();
    assert_eq!(count(&path, 5000).unwrap(), (12_794, 68_211));
    assert_eq!(whole(&path), whole(&source));
    let text = dir.path().join("trips.csv");
    let mut out = write(&text).file().unwrap();
    out.write(&whole(&path)).unwrap();
    out.finish().unwrap();
    assert_eq!(count(&text, 5000).unwrap(), (12_794, 68_211));
}

#[cfg(all(
    feature = "parquet-brotli",
    feature = "parquet-gzip",
    feature = "parquet-lz4",
    feature = "parquet-zstd"
))]
#[test]
fn parquet_is_compressed_as_asked() {
    use delayed_data::Compression;
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("rows.parquet");
    let frame = DataFrame::new([("n", vec![7_i64; 10_000])])
        .and_then(|frame| {
            frame.with_column(
                "text",
                (0..10_000).map(|n| format!("text {n}")).collect::<Vec<_>>(),
            )
        })
        .unwrap();
    let mut sizes = Vec::new();
    for compression in [
        Compression::None,
        Compression::Snappy,
        Compression::Zstd,
        Compression::Gzip,
        Compression::Lz4,
        Compression::Brotli,
    ] {
        let mut out = write(&path).compression(compression).file().unwrap();
        out.write(&frame).unwrap();
        out.finish().unwrap();
        assert_eq!(
            read(&path).frames().whole().unwrap(),
            frame,
            "{compression:?}"
        );
        sizes.push(fs::metadata(&path).unwrap().len());
    }
    assert!(sizes[1..].iter().all(|size| *size < sizes[0]), "{sizes:?}");
}

#[test]
fn a_writer_that_does_not_finish_leaves_what_was_there() {
    let dir = tempfile::tempdir().unwrap();
    for ending in endings() {
        let path = dir.path().join(format!("rows.{ending}"));
        fs::write(&path, "as it was").unwrap();
        let mut out = write(&path).file().unwrap();
        out.write(&rows(50, 1).into_iter().collect::<Chunk<Row>>())
            .unwrap();
        assert_eq!(left(dir.path()).len(), 2, "one beside it");
        drop(out);
        assert_eq!(left(dir.path()), [format!("rows.{ending}")]);
        assert_eq!(fs::read_to_string(&path).unwrap(), "as it was");
        fs::remove_file(&path).unwrap();
    }
}

fn said<T: std::fmt::Debug>(result: Result<T>, path: &Path) -> String {
    let text = result.unwrap_err().to_string();
    text.strip_prefix(&format!("{}: ", path.display()))
        .unwrap_or(&text)
        .to_owned()
}

#[test]
fn what_cannot_be_written_is_said_and_leaves_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let path = |name: &str| -> PathBuf { dir.path().join(name) };
    for ending in endings() {
        let path = path(&format!("rows.{ending}"));
        let nothing = said(write(&path).file().unwrap().finish(), &path);
        assert_eq!(nothing, "nothing was written, so its columns are not known");
    }
    let other = path("rows.xlsx");
    let known = "the ending of the name does not say what to write; it is one of .csv, .csv.gz and .parquet";
    assert_eq!(said(write(&other).file(), &other), known);
    let nowhere = path("no/such/rows.csv");
    let why = said(write(&nowhere).file(), &nowhere);
    assert!(why.starts_with("cannot write in its folder: "), "{why}");
    let far = path("far.csv");
    let mut out = write(&far).file().unwrap();
    let mut row = rows(1, 1);
    row[0].at = Some(Timestamp::from_micros(i64::MAX));
    let why = said(out.write(&row.into_iter().collect::<Chunk<Row>>()), &far);
    assert_eq!(
        why,
        "row 1 of \"at\" is a time before the year 0 or after 9999"
    );
    let why = said(out.finish(), &far);
    assert_eq!(
        why,
        "some of it could not be written, as an error said before"
    );
    let name = path("part.csv");
    let why = said(write(&name).parts(), &name);
    assert!(
        why.starts_with("the name has no place for the number of a part"),
        "{why}"
    );
    assert_eq!(left(dir.path()), [""; 0]);
}

#[cfg(feature = "arrow")]
#[test]
fn rows_have_the_columns_of_those_before_them() {
    let dir = tempfile::tempdir().unwrap();
    let frame = DataFrame::new([("a", vec![1_i64]), ("b", vec![2])]).unwrap();
    let turned = frame.select(["b", "a"]).unwrap();
    for ending in endings() {
        let path = dir.path().join(format!("rows.{ending}"));
        let mut out = write(&path).file().unwrap();
        out.write(&frame.head(0)).unwrap();
        out.write(&frame).unwrap();
        let why = said(out.write(&frame.select(["a"]).unwrap()), &path);
        let expected = match ending {
            "parquet" => "these rows differ: no column \"b\" (columns: a)",
            _ => "these rows have the columns a, and those before a, b",
        };
        assert_eq!(why, expected);
        assert!(out.finish().is_err());
        if ending == "parquet" {
            let mut out = write(&path).file().unwrap();
            [&frame, &turned]
                .into_iter()
                .for_each(|rows| out.write(rows).unwrap());
            out.finish().unwrap();
            let whole = read(&path).frames().whole().unwrap();
            assert_eq!(whole, DataFrame::concat([&frame, &frame]).unwrap());
        }
    }
}

#[test]
fn a_column_without_values_keeps_its_rows() {
    #[derive(Record, Debug, PartialEq)]
    struct Only {
        note: Option<String>,
    }
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("only.csv");
    let notes = [None, Some("a".to_owned()), None];
    let chunk: Chunk<Only> = notes.into_iter().map(|note| Only { note }).collect();
    let mut out = write(&path).file().unwrap();
    out.write(&chunk).unwrap();
    out.finish().unwrap();
    assert_eq!(fs::read_to_string(&path).unwrap(), "note\n\"\"\na\n\"\"\n");
    let back = read(&path).rows::<Only>().unwrap().next().unwrap().unwrap();
    assert!(back.iter().eq(chunk.iter()));
}

#[test]
fn parts_are_files_of_their_own_and_appear_together() {
    let dir = tempfile::tempdir().unwrap();
    let rows = rows(10, 9);
    for (name, second) in [
        ("part-{}.csv", "part-1.csv"),
        ("{:03} of rows.csv", "001 of rows.csv"),
    ] {
        let mut out = write(dir.path().join(name)).parts().unwrap();
        chunks(&rows, 4).for_each(|chunk| out.write(&chunk).unwrap());
        assert!(
            left(dir.path())
                .iter()
                .all(|name| name.ends_with(".partial"))
        );
        let files = out.finish().unwrap();
        assert_eq!(files.len(), 3);
        assert_eq!(files[1].file_name().unwrap(), second);
        assert_eq!(left(dir.path()).len(), 3);
        let back: Vec<Row> = files.iter().flat_map(|path| read_back(path)).collect();
        assert_eq!(back, rows);
        files.iter().for_each(|path| fs::remove_file(path).unwrap());
    }
    let mut out = write(dir.path().join("part-{}.csv")).parts().unwrap();
    chunks(&rows, 4).for_each(|chunk| out.write(&chunk).unwrap());
    drop(out);
    assert_eq!(left(dir.path()), [""; 0]);
}

#[cfg(unix)]
#[test]
fn a_file_is_as_readable_as_any() {
    use std::os::unix::fs::PermissionsExt;
    let dir = tempfile::tempdir().unwrap();
    let (path, plain) = (dir.path().join("rows.csv"), dir.path().join("plain"));
    write_rows(&path, &rows(1, 1), 1);
    fs::write(&plain, "").unwrap();
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode();
    assert_eq!(mode(&path), mode(&plain));
}
