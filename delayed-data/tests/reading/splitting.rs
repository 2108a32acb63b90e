//! Text that is cut at any byte: rows, lines and errors are those of the whole.

use std::path::Path;

use crate::oracle::Random;
use delayed_data::{BadRows, read};

type Fields = [String; 3];

/// The rows of three fields as the `csv` crate finds them, and how many others
/// there are.
fn expected(text: &[u8]) -> (Vec<Fields>, usize) {
    let mut oracle = csv::ReaderBuilder::new().flexible(true).from_reader(text);
    let (mut rows, mut others) = (Vec::new(), 0);
    for record in oracle.records() {
        let record = record.unwrap();
        let fields: Vec<String> = record.iter().map(str::to_owned).collect();
        match fields.try_into() {
            Ok(row) => rows.push(row),
            Err(_) => others += 1,
        }
    }
    (rows, others)
}

/// The same as this crate finds them when it reads so many bytes at a time, and
/// ends a chunk behind each of these where it can.
fn found(path: &Path, bytes: usize) -> (Vec<Fields>, usize) {
    let reader = read(path)
        .chunk_bytes(&format!("{bytes} B"))
        .bad_rows(BadRows::Skip);
    let (mut rows, mut others) = (Vec::new(), 0);
    let chunks = reader.columns::<(String, String, String)>(["a", "b", "c"]);
    for chunk in chunks.unwrap() {
        let chunk = chunk.unwrap();
        assert!(chunk.len() + chunk.skipped() > 0, "a chunk of no rows");
        others += chunk.skipped();
        let owned = |(a, b, c): (&str, &str, &str)| [a, b, c].map(str::to_owned);
        rows.extend(chunk.iter().map(owned));
    }
    (rows, others)
}

/// Cuts a text into blocks of each of these sizes.
fn check(path: &Path, text: &[u8], sizes: impl Iterator<Item = usize>) {
    std::fs::write(path, text).unwrap();
    let expected = expected(text);
    for bytes in sizes {
        let found = found(path, bytes);
        assert_eq!(
            found,
            expected,
            "{bytes} bytes at a time: {}",
            text.escape_ascii()
        );
    }
}

#[test]
fn hostile_texts_are_the_same_wherever_they_are_cut() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("text.csv");
    for rows in [
        "1,2,3\n4,5,6\n",
        "1,2,3\r\n4,5,6\r\n\r\n\r\n7,8,9",
        "\n\n\n\n\n\n1,2,3\n\n\n\n\n\n4,5,6\n\n\n\n\n\n",
        "\"1\n\n\n\",\"\r\n\",3\n\"\n\",\"\",\"\"\"\n\"\"\"\n7,8,9\n",
        "5\" pipe,6\",\"7\"\n\"8\"9,\"\"x,y\"\n\"\"\"\n\"\"\",\"a\"\"\n\"\"b\",\"\"\"\"",
        "1,2\n1,2,3,4\n\"1\n2\",3\n1\n1,2,3\n1,\"\n,\"",
        "a\0b,\0,\0\0\n\"\0\n\",\"\0\"\"\0\",c\n",
        "é,\u{1F695},ñ\n\"é\n\",\"\u{1F695}\",ñ",
        "\u{feff},\u{feff}x,\"\u{feff}\"\n",
        "1,2,3\n\r",
    ] {
        for header in ["a,b,c\n", "\u{feff}a,b,c\r\n", "\"a\",\"b\",\"c\"\n"] {
            let text = format!("{header}{rows}");
            check(&path, text.as_bytes(), 1..=text.len() + 1);
        }
    }
}

#[test]
fn a_carriage_return_alone_ends_no_line_wherever_it_is_cut() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("text.csv");
    let text = "a,b,c\r\nx,\ry,z\r\n\rx,y,\"\r\"\r\n\r\r\n\r";
    std::fs::write(&path, text).unwrap();
    let rows = [["x", "\ry", "z"], ["\rx", "y", "\r"]];
    let rows = rows.map(|row| row.map(str::to_owned)).to_vec();
    for bytes in 1..=text.len() + 1 {
        assert_eq!(
            found(&path, bytes),
            (rows.clone(), 1),
            "{bytes} bytes at a time"
        );
    }
}

#[test]
fn texts_by_chance_are_the_same_wherever_they_are_cut() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("text.csv");
    let parts = [
        "a", ",", ",", "\n", "\r\n", "\"", "\"\"", " ", "é", "1,2,3\n",
    ];
    let mut checked = 0;
    for seed in 0..150 {
        let mut random = Random(seed);
        let mut text = "a,b,c\n1,2,3\n".to_owned();
        for _ in 0..random.below(40) {
            text += parts[random.below(parts.len())];
        }
        // To the `csv` crate a quote that is open at the end is none.
        let quotes = text.matches('"').count();
        text += if quotes % 2 == 1 { "\"\n" } else { "\n" };
        std::fs::write(&path, &text).unwrap();
        let open = read(&path).columns::<(String,)>(["a"]).unwrap();
        let bad = |error: delayed_data::Error| error.to_string().contains("never closes");
        if open.filter_map(Result::err).any(bad) {
            continue;
        }
        check(&path, text.as_bytes(), 1..=text.len() + 1);
        checked += 1;
    }
    assert!(checked > 75, "{checked}");
}

#[test]
fn fields_of_a_megabyte_span_many_blocks() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("text.csv");
    let long = "x\n\"\"".repeat(1 << 18);
    let text = format!(
        "a,b,c\n1,\"{long}\",3\n4,5,{}\n\"{long}\",8,9",
        "y".repeat(1 << 20)
    );
    check(
        &path,
        text.as_bytes(),
        [1 << 16, 100_003, 1 << 20, 1 << 24].into_iter(),
    );
}

#[test]
fn lines_are_counted_across_chunks() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("text.csv");
    let quoted = "\"x\n\n\ny\",1\n\n";
    let text = format!(
        "a,b\n{}z,far\n{}\"open\n\n",
        quoted.repeat(9),
        quoted.repeat(3)
    );
    std::fs::write(&path, &text).unwrap();
    for bytes in 1..=text.len() + 1 {
        let reader = read(&path).chunk_bytes(&format!("{bytes} B"));
        let chunks = reader.columns::<(String, f64)>(["a", "b"]).unwrap();
        let lines: Vec<_> = chunks.filter_map(|chunk| chunk.err()?.line()).collect();
        assert_eq!(lines, [47, 63], "{bytes} bytes at a time");
    }
}
