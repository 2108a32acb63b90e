//! The same fields as the `csv` crate finds, for any text and any chunks; and
//! the same chunks whichever way they are asked for.

use std::path::Path;

use delayed_data::{Chunks, Result, Row, read};
use delayed_runtime::source::Split;

type Texts = (String, Option<String>, String);
type OwnedRow = (String, Option<String>, String);

fn chunks(path: &Path, rows: usize) -> Chunks<Texts> {
    read(path)
        .chunk_rows(rows)
        .columns::<Texts>(["c", "a", "b"])
        .unwrap()
}

fn owned(row: (&str, Option<&str>, &str)) -> OwnedRow {
    (row.0.to_owned(), row.1.map(str::to_owned), row.2.to_owned())
}

/// Checks a text of the columns `a`, `b` and `c` in chunks of every size.
fn check(text: &str) {
    let mut oracle = csv::Reader::from_reader(text.trim_start_matches('\u{feff}').as_bytes());
    let expected: Vec<OwnedRow> = oracle
        .records()
        .map(|record| {
            let record = record.unwrap();
            let optional = (!record[0].is_empty()).then(|| record[0].to_owned());
            (record[2].to_owned(), optional, record[1].to_owned())
        })
        .collect();
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("text.csv");
    std::fs::write(&path, text).unwrap();
    for rows in 1..=expected.len() + 1 {
        let mut found = Vec::new();
        let mut lens = Vec::new();
        for chunk in chunks(&path, rows) {
            let chunk = chunk.unwrap();
            lens.push(chunk.len());
            found.extend(chunk.iter().map(owned));
        }
        assert_eq!(found, expected, "in chunks of {rows}: {text:?}");
        let last = lens.pop().unwrap();
        assert!(
            lens.iter().all(|&len| len == rows) && last <= rows,
            "{lens:?}, {last}"
        );
    }
}

#[test]
fn hostile_texts_by_hand() {
    let header = "a,b,c\n";
    for rows in [
        "1,2,3",
        "1,2,3\r\n4,5,6\r\n",
        "\n\n1,2,3\n\r\n\n4,5,6\n\n",
        "\"1\",\"2\",\"3\"\n",
        "\"a,b\",\"c\nd\",\"e\r\nf\"\n\"\",\"\"\"\",\"\"\"x\"\"\"",
        "5\" pipe,6\",\"7\"\n\"8\"9,\"\"x,y\"\n",
        ",,\n,,\n",
        "é,\u{1F695},ñ\n\"é\",\"\u{1F695}\n\",ñ",
    ] {
        check(&format!("{header}{rows}"));
        check(&format!("\u{feff}{header}{rows}"));
        check(&format!("\"a\",\"b\",c\r\n{rows}"));
    }
}

/// A small generator of numbers, so that a failure can be run again.
pub(crate) struct Random(pub(crate) u64);

impl Random {
    pub(crate) fn below(&mut self, end: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % end
    }

    fn field(&mut self) -> String {
        let parts = [
            "a",
            "é",
            "12",
            "\"",
            ",",
            "\n",
            "\r\n",
            " ",
            "\"\"",
            "\u{1F695}",
        ];
        let raw: String = (0..self.below(5))
            .map(|_| parts[self.below(parts.len())])
            .collect();
        let needs_quotes = raw.contains([',', '\n', '\r']) || raw.starts_with('"');
        match needs_quotes || self.below(4) == 0 {
            true => format!("\"{}\"", raw.replace('"', "\"\"")),
            false => raw,
        }
    }
}

#[test]
fn hostile_texts_by_chance() {
    for seed in 0..300 {
        let mut random = Random(seed);
        let mut text = "a,b,c\n".to_owned();
        for _ in 0..1 + random.below(8) {
            let fields = [random.field(), random.field(), random.field()];
            text += &fields.join(",");
            text += ["\n", "\r\n", "\n\n", "\n"][random.below(4)];
        }
        if random.below(2) == 0 {
            text.truncate(text.trim_end_matches(['\n', '\r']).len());
        }
        check(&text);
    }
}

/// Every row of a file, or its first error.
fn all_rows(path: &Path, rows: usize) -> Result<Vec<String>> {
    let mut found = Vec::new();
    for chunk in read(path)
        .chunk_rows(rows)
        .columns::<(String, Option<f64>)>(["a", "b"])?
    {
        found.extend(self::rows(chunk)?);
    }
    Ok(found)
}

#[test]
fn noise_gives_one_answer_or_one_error_in_chunks_of_any_size() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("noise.csv");
    let (mut answers, mut errors) = (0, 0);
    for seed in 0..3000 {
        let mut random = Random(seed);
        let parts: [&[u8]; 10] = [
            b"a",
            b",",
            b",",
            b"\n",
            b"x,1\n",
            b"\"",
            b"\r\n",
            b"\xff",
            b"\xc3\xa9,\n",
            b"\r",
        ];
        let mut bytes = b"a,b\n".to_vec();
        for _ in 0..random.below(12) {
            bytes.extend(parts[random.below(parts.len())]);
        }
        std::fs::write(&path, &bytes).unwrap();
        let whole = all_rows(&path, usize::MAX);
        for rows in [1, 2, 3] {
            assert_eq!(all_rows(&path, rows), whole, "{}", bytes.escape_ascii());
        }
        match whole {
            Ok(_) => answers += 1,
            Err(_) => errors += 1,
        }
    }
    assert!(answers > 100 && errors > 100, "{answers} {errors}");
}

/// A chunk as rows that can be compared.
pub(crate) fn rows<R: Row>(chunk: Result<delayed_data::Chunk<R>>) -> Result<Vec<String>>
where
    for<'a> R::Item<'a>: std::fmt::Debug,
{
    chunk.map(|chunk| chunk.iter().map(|row| format!("{row:?}")).collect())
}

/// Checks that both ways through a file give the same items, and that the end
/// is the end.
pub(crate) fn check_split<R: Row>(open: impl Fn() -> Chunks<R>)
where
    for<'a> R::Item<'a>: std::fmt::Debug,
{
    let mut iterator = open();
    let serial: Vec<_> = iterator.by_ref().map(rows).collect();
    assert!((0..3).all(|_| iterator.next().is_none()));
    let mut split = open();
    let pieces: Vec<_> = std::iter::from_fn(|| split.pull()).collect();
    assert!((0..3).all(|_| split.pull().is_none()));
    // Finished in any order, and on any thread.
    let mut finished: Vec<_> = std::thread::scope(|scope| {
        let finish = |piece| scope.spawn(|| rows(Chunks::<R>::finish(piece)));
        let threads: Vec<_> = pieces.into_iter().rev().map(finish).collect();
        threads
            .into_iter()
            .map(|thread| thread.join().unwrap())
            .collect()
    });
    finished.reverse();
    assert_eq!(serial, finished);
}

#[test]
fn chunks_of_no_given_size_are_whole_records_of_half_a_mebibyte() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("text.csv");
    // A record across each place where reading stops, and one that is too long.
    let long = "x".repeat(700_000);
    let rows = "1,\"2\n\",3\n".repeat(150_000);
    std::fs::write(&path, format!("a,b,c\n{rows}{long},2,3\n1,2,3")).unwrap();
    let chunks = read(&path).columns::<Texts>(["c", "a", "b"]).unwrap();
    let chunks: Vec<_> = chunks.map(|chunk| chunk.unwrap()).collect();
    let lens: Vec<_> = chunks.iter().map(|chunk| chunk.len()).collect();
    assert_eq!(lens.iter().sum::<usize>(), 150_002);
    assert!(
        lens.len() > 3 && lens[0].abs_diff((1 << 19) / 9) < 2,
        "{lens:?}"
    );
    assert!(
        chunks
            .iter()
            .flatten()
            .take(150_000)
            .all(|row| row == ("3", Some("1"), "2\n"))
    );
    check_split(|| read(&path).columns::<Texts>(["c", "a", "b"]).unwrap());
}

#[test]
fn both_ways_give_the_same_chunks() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("text.csv");
    let good = "1,2,3\n\"4\n\",5,6\n".repeat(20);
    for text in [
        good.clone(),
        format!("{good}1,2\n{good}"),
        format!("{good}\"{good}"),
    ] {
        std::fs::write(&path, format!("a,b,c\n{text}")).unwrap();
        for rows in [1, 3, 100] {
            check_split(|| chunks(&path, rows));
        }
    }
}

#[test]
#[cfg(target_os = "linux")]
fn a_pipe_is_a_file() {
    use std::io::Write;
    use std::os::fd::AsRawFd;

    let (reader, mut writer) = std::io::pipe().unwrap();
    let path = format!("/proc/self/fd/{}", reader.as_raw_fd());
    let text = "n\n".to_owned() + &"1\n".repeat(100_000);
    let chunks = std::thread::scope(|scope| {
        scope.spawn(move || writer.write_all(text.as_bytes()).unwrap());
        let chunks = read(path).columns::<(i64,)>(["n"]).unwrap();
        chunks.map(|chunk| chunk.unwrap().len()).collect::<Vec<_>>()
    });
    assert_eq!(chunks, [100_000]);
}

#[test]
fn an_error_in_a_chunk_leaves_the_others() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("text.csv");
    std::fs::write(&path, "n\n1\n2\nx\n4\n5\n").unwrap();
    let chunks = read(&path).chunk_rows(2).columns::<(i64,)>(["n"]).unwrap();
    let lens: Vec<_> = chunks
        .map(|chunk| chunk.map(|chunk| chunk.len()).ok())
        .collect();
    assert_eq!(lens, [Some(2), None, Some(1)]);
}

#[test]
fn values_of_each_type() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("text.csv");
    std::fs::write(&path, "i,f,t\n-1,.70,\n2.0,1e3,x\n+3,-0,\"\"\n").unwrap();
    let mut chunks = read(&path)
        .columns::<(i64, f64, Option<String>, String, Option<f64>)>(["i", "f", "t", "t", "f"])
        .unwrap();
    let chunk = chunks.next().unwrap().unwrap();
    let (integers, floats, texts, again, _) = chunk.columns();
    assert_eq!(integers, [-1, 2, 3]);
    assert_eq!(floats, [0.7, 1000.0, 0.0]);
    assert_eq!(texts.iter().collect::<Vec<_>>(), [None, Some("x"), None]);
    assert_eq!(again.get(0), Some(""));
    assert_eq!(chunk.iter().len(), 3);
    assert_eq!(
        chunk.iter().nth(1),
        Some((2, 1000.0, Some("x"), "x", Some(1000.0)))
    );

    for text in ["1.5", "1.", "", "x", "9223372036854775808", "1e3", " 1"] {
        std::fs::write(&path, format!("i,n\n{text},1\n")).unwrap();
        let mut chunks = read(&path).columns::<(i64,)>(["i"]).unwrap();
        assert!(chunks.next().unwrap().is_err(), "{text:?}");
    }
}
