//! Text that is written in other ways than with commas and a header.

use std::path::PathBuf;

use crate::oracle::{Random, check_split};
use delayed_data::{Reader, read};
use tempfile::TempDir;

type Texts = (String, String);

fn file(text: impl AsRef<[u8]>) -> (TempDir, PathBuf) {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("text.csv");
    std::fs::write(&path, text).unwrap();
    (dir, path)
}

/// All rows, or the first error.
fn rows(reader: Reader, names: [&str; 2]) -> delayed_data::Result<Vec<(String, String)>> {
    let mut rows = Vec::new();
    for chunk in reader.columns::<Texts>(names)? {
        let chunk = chunk?;
        rows.extend(chunk.iter().map(|(a, b)| (a.to_owned(), b.to_owned())));
    }
    Ok(rows)
}

/// The part of an error that follows on the name of the file.
fn error(reader: impl FnOnce(Reader) -> Reader, text: &str) -> String {
    let (_dir, path) = file(text);
    let error = rows(reader(read(&path)), ["1", "2"]).unwrap_err();
    assert_eq!(error.path(), path);
    error.to_string()[path.display().to_string().len()..].to_owned()
}

#[test]
fn any_marks_give_what_the_csv_crate_finds() {
    let marks = [
        (b'\t', Some(b'"'), None),
        (b';', Some(b'\''), Some(b'#')),
        (b'|', None, Some(b'"')),
        (b' ', Some(b'#'), None),
        (1, None, None),
    ];
    let mut found_rows = 0;
    for (seed, (delimiter, quote, comment)) in
        (0..100).flat_map(|seed| marks.map(|marks| (seed, marks)))
    {
        let mut random = Random(seed);
        let mut text = Vec::new();
        let parts = [b"a", b"\"", b"'", b"#", b",", b" ", b"\n", b"7"];
        for _ in 0..1 + random.below(6) {
            if let (Some(comment), 0) = (comment, random.below(3)) {
                text.extend([comment, delimiter, quote.unwrap_or(b'"'), b'\n']);
            }
            for field in 0..2 {
                let mut bytes: Vec<u8> = (0..random.below(4))
                    .flat_map(|_| *parts[random.below(8)])
                    .collect();
                bytes.retain(|&byte| {
                    byte != delimiter && Some(byte) != comment && (quote.is_some() || byte != b'\n')
                });
                if let Some(quote) = quote {
                    bytes.retain(|&byte| byte != quote);
                    if bytes.contains(&b'\n') || random.below(3) == 0 {
                        if random.below(2) == 0 {
                            bytes.extend([quote, quote, delimiter]);
                        }
                        bytes = [&[quote], &bytes[..], &[quote]].concat();
                    }
                }
                text.extend(bytes);
                text.extend([[delimiter], [b'\n']][field]);
            }
        }
        let mut oracle = csv::ReaderBuilder::new();
        oracle
            .has_headers(false)
            .flexible(true)
            .delimiter(delimiter)
            .comment(comment);
        match quote {
            Some(quote) => oracle.quote(quote),
            None => oracle.quoting(false),
        };
        let expected: Vec<_> = oracle
            .from_reader(&text[..])
            .records()
            .map(|record| record.unwrap())
            .map(|record| (record[0].to_owned(), record[1].to_owned()))
            .collect();
        let (_dir, path) = file(&text);
        for size in [1, 2, usize::MAX] {
            let mut reader = read(&path)
                .delimiter(delimiter)
                .quote(quote)
                .chunk_rows(size);
            if let Some(comment) = comment {
                reader = reader.comment(comment);
            }
            let found = rows(reader.header(["a", "b"]), ["a", "b"]);
            match expected.is_empty() {
                true => assert!(found.is_err()),
                false => assert_eq!(found.as_ref(), Ok(&expected), "{}", text.escape_ascii()),
            }
        }
        found_rows += expected.len();
    }
    assert!(found_rows > 1000, "{found_rows}");
}

#[test]
fn columns_without_a_header_have_numbers_or_names() {
    let (_dir, path) = file("#\n\n1,2,3\n4,5,6\n");
    let reader = || read(&path).comment(b'#').chunk_rows(1);
    let expected = [("3", "1"), ("6", "4")].map(|(a, b)| (a.to_owned(), b.to_owned()));
    assert_eq!(
        rows(reader().no_header(), ["3", "1"]),
        Ok(expected.to_vec())
    );
    let named = reader().header(["id", "x", "y"]);
    assert_eq!(rows(named, ["Y", "id"]), Ok(expected.to_vec()));
    check_split(|| reader().no_header().columns::<(i8,)>(["2"]).unwrap());

    assert_eq!(
        error(Reader::no_header, "1,2\n3\n"),
        ", line 2: 1 field where the first row has 2; is a comma missing?"
    );
    assert_eq!(
        error(
            |reader| reader.header(["1", "2", "c"]).delimiter(b'\t'),
            "1\t2\n"
        ),
        ", line 1: 2 fields where the names given are 3; is a tab missing?"
    );
    assert_eq!(
        error(Reader::no_header, ""),
        ": the file is empty; a header line and rows were expected"
    );
    assert_eq!(
        error(Reader::no_header, "1"),
        ": no column \"2\" (columns: 1)"
    );
}

#[test]
fn lines_are_skipped_whatever_they_hold() {
    // Longer than what is read at once, and with a quote that never closes.
    let text = format!("\u{feff}\"{}\n\n1,2\n3,4\n5,x,\n", "x".repeat(600_000));
    let (_dir, path) = file(&text);
    let expected = [("1".to_owned(), "2".to_owned())];
    let first = rows(
        read(&path).skip_lines(2).chunk_rows(1).no_header(),
        ["1", "2"],
    );
    assert!(
        first
            .unwrap_err()
            .to_string()
            .contains(", line 5: 3 fields where")
    );
    let text = text.replace("3,4\n5,x,\n", "");
    let (_dir, path) = file(&text);
    let found = rows(read(&path).skip_lines(2).no_header(), ["1", "2"]);
    assert_eq!(found, Ok(expected.to_vec()));
    assert_eq!(
        error(|reader| reader.skip_lines(9), "a\nb"),
        ": the file is empty; a header line and rows were expected"
    );
}

#[test]
fn nulls_and_spaces_are_no_values() {
    let text = "a,b\n NA ,NA\n1 ,  \n\\N,\" x \"\n";
    let (_dir, path) = file(text);
    type Trimmed = (Option<i32>, Option<String>);
    let open = |reader: Reader| reader.columns::<Trimmed>(["a", "b"]).unwrap();
    let chunk = open(read(&path).trim().nulls(["NA", "\\N"]))
        .next()
        .unwrap()
        .unwrap();
    let found: Vec<_> = chunk.iter().collect();
    assert_eq!(found, [(None, None), (Some(1), None), (None, Some("x"))]);
    let error = open(read(&path).nulls(["NA"])).next().unwrap().unwrap_err();
    assert!(
        error
            .to_string()
            .contains(", line 2, column \"a\": found \" NA \""),
        "{error}"
    );
}

#[test]
fn marks_that_cannot_be_told_apart_are_refused() {
    assert_eq!(
        error(|reader| reader.delimiter(b'"'), "a"),
        ": delimiter and quote are both b'\\\"'; they have to differ"
    );
    assert_eq!(
        error(|reader| reader.comment(b'\n'), "a"),
        ": the comment cannot be b'\\n'; it is an ASCII byte that ends no line"
    );
    assert!(error(|reader| reader.delimiter(0xa7), "a").contains("cannot be b'\\xa7'"));
    assert_eq!(
        error(|reader| reader.chunk_bytes("8 miles"), "a")[..24],
        ": chunk_bytes: \"8 miles\" is no number"[..24]
    );
    assert!(error(|reader| reader.chunk_bytes("0"), "a").starts_with(": chunk_bytes is 0;"));
}

#[test]
fn chunks_have_the_bytes_that_are_asked_for() {
    let (_dir, path) = file("a,b\n".to_owned() + &"1,22\n".repeat(100_000));
    for (size, bytes) in [("1", 1_usize), ("4 kB", 4000), ("300 KiB", 307_200)] {
        let chunks = read(&path)
            .chunk_bytes(size)
            .columns::<(u8, u8)>(["a", "b"]);
        let mut lens: Vec<_> = chunks
            .unwrap()
            .map(|chunk| chunk.unwrap().len() * 5)
            .collect();
        assert_eq!(lens.iter().sum::<usize>(), 500_000);
        lens.pop();
        let most = 2 * bytes.min(1 << 18) + bytes + 5;
        assert!(
            lens.iter()
                .all(|len| (bytes.saturating_sub(5)..most).contains(len)),
            "{size} {:?}",
            &lens[..3.min(lens.len())]
        );
    }
}
