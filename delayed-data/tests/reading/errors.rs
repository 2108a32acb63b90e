//! What is wrong with a file is said in one line, with the place.

use std::path::{Path, PathBuf};

use crate::common::{TRIP, Trip};
use delayed_data::{Error, read};
use tempfile::TempDir;

const HEADER: &str = "id,tpep_pickup_datetime,tpep_dropoff_datetime,note\n";
const ROW: &str = "1,2015-01-15 19:05:39,2015-01-15 19:23:42,fine\n";

/// A file of these bytes in a directory of its own.
fn file(bytes: impl AsRef<[u8]>) -> (TempDir, PathBuf) {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("trips.csv");
    std::fs::write(&path, bytes).unwrap();
    (dir, path)
}

/// The first error of reading a file, in chunks of one row, of seven, and of all.
fn error_of(path: &Path) -> Error {
    let errors = [1, 7, usize::MAX].map(|rows| {
        let chunks = match read(path).chunk_rows(rows).columns::<Trip>(TRIP) {
            Ok(chunks) => chunks,
            Err(error) => return error,
        };
        chunks.filter_map(Result::err).next().expect("an error")
    });
    assert_eq!(errors[0], errors[1]);
    assert_eq!(errors[1], errors[2]);
    assert_eq!(errors[0].path(), path);
    assert!(!errors[0].to_string().contains('\n'), "{}", errors[0]);
    let [first, ..] = errors;
    first
}

/// What the error of a file of these bytes says after the file's name.
fn message(bytes: impl AsRef<[u8]>) -> String {
    let (_dir, path) = file(bytes);
    let error = error_of(&path).to_string();
    error
        .strip_prefix(&path.display().to_string())
        .expect("the file's name")
        .to_owned()
}

#[test]
fn a_missing_file() {
    let dir = tempfile::tempdir().unwrap();
    let error = error_of(&dir.path().join("trips.csv")).to_string();
    assert!(
        error.contains("trips.csv: cannot open the file: No such file"),
        "{error}"
    );
}

#[test]
fn a_directory() {
    let dir = tempfile::tempdir().unwrap();
    let error = error_of(dir.path()).to_string();
    assert!(
        error.ends_with(": this is a directory; name the files in it"),
        "{error}"
    );
}

#[test]
fn files_without_rows() {
    let empty = ": the file is empty; a header line and rows were expected";
    for bytes in ["", "\n", "\r\n\r\n", "\u{feff}"] {
        assert_eq!(message(bytes), empty, "{bytes:?}");
    }
    let no_rows = ": there are no rows after the header; is the file complete?";
    for end in ["", "\n", "\r\n\r\n"] {
        assert_eq!(
            message(format!("{}{end}", HEADER.trim_end())),
            no_rows,
            "{end:?}"
        );
    }
}

#[test]
fn a_truncated_last_line() {
    assert_eq!(
        message(format!("{HEADER}{ROW}{ROW}1,2015-01-15 19:05:39,2015-01")),
        ", line 4: 3 fields where the header has 4; \
         the file ends in the middle of a line; is it complete?"
    );
    assert_eq!(
        message(format!("{HEADER}{ROW}1")),
        ", line 3: 1 field where the header has 4; \
         the file ends in the middle of a line; is it complete?"
    );
}

#[test]
fn rows_with_too_few_or_too_many_fields() {
    assert_eq!(
        message(format!("{HEADER}{ROW}\n1,2,3\n{ROW}")),
        ", line 4: 3 fields where the header has 4; is a comma missing?"
    );
    assert_eq!(
        message(format!("{HEADER}1,\"a\nb\",\"3\",4,5\n{ROW}")),
        ", line 2: 5 fields where the header has 4; is a comma too many, or a quote missing?"
    );
}

#[test]
fn a_non_date_in_row_50_000() {
    let mut text = HEADER.to_owned() + &ROW.repeat(60_000);
    let place = HEADER.len() + 49_999 * ROW.len() + ROW.find("2015").unwrap();
    text.replace_range(place..place + 19, "2015-02-30 19:05:39");
    let (_dir, path) = file(&text);
    let error = error_of(&path);
    assert_eq!(error.line(), Some(50_001));
    assert_eq!(error.column(), Some("tpep_pickup_datetime"));
    let expected = ", line 50001, column \"tpep_pickup_datetime\": found \"2015-02-30 19:05:39\" \
                    where a date and time as YYYY-MM-DD HH:MM:SS is expected";
    assert!(error.to_string().ends_with(expected), "{error}");
}

#[test]
fn lines_are_those_of_an_editor() {
    let row = "1,2015-01-15 19:05:39,2015-01-15 19:23:42,\"two\nlines\"\r\n";
    let error = message(format!("\u{feff}\n{HEADER}{row}\r\n\n{row}1,,x,y\n"));
    let expected = ", line 9, column \"tpep_pickup_datetime\": no value where a date and time \
                    as YYYY-MM-DD HH:MM:SS is expected; read it as an Option to allow that";
    assert_eq!(error, expected);
}

#[test]
fn the_first_error_in_the_file_is_the_one() {
    let date = format!("{HEADER}{ROW}1,x,y,z\n1,2\n\"\u{e9}\"").into_bytes();
    let mut bytes = date.clone();
    bytes.extend([0xff]);
    assert!(message(&bytes).starts_with(", line 3, column \"tpep_pickup_datetime\": found \"x\""));
}

#[test]
fn invalid_utf_8_in_any_column_or_the_header() {
    let mut bytes = format!("{HEADER}{ROW}").into_bytes();
    bytes.extend(b"2,2015-01-15 19:05:39,2015-01-15 19:23:42,\"caf\xe9\"\n");
    assert_eq!(
        message(&bytes),
        ", line 3, column \"note\": the byte 0xe9 is not UTF-8 text; \
             convert the file to UTF-8, or give its .encoding(\"…\") (feature \"encodings\")"
    );
    assert_eq!(
        message(b"id,caf\xe9\n1,2\n"),
        ", line 1: the header is not UTF-8 text; \
             convert the file to UTF-8, or give its .encoding(\"…\") (feature \"encodings\")"
    );
}

#[test]
fn a_quote_that_never_closes() {
    assert_eq!(
        message(format!("{HEADER}{ROW}1,\"a\nb\",\"3\n{ROW}")),
        ", line 3: a quote opens a field and never closes"
    );
    let endless = format!("{HEADER}{ROW}1,\"{}", "x\n".repeat(9 << 20));
    assert_eq!(
        message(endless),
        ", line 3: a line of more than 16 MiB; is a quote left open?"
    );
}

#[test]
fn a_missing_column() {
    assert_eq!(
        message("id,tpep_pickup_datetime,tpep_drop_off_datetime\n1,2,3\n"),
        ": no column \"tpep_dropoff_datetime\" or \"lpep_dropoff_datetime\"; \
         did you mean \"tpep_drop_off_datetime\"? \
         (columns: id, tpep_pickup_datetime, tpep_drop_off_datetime)"
    );
}

#[test]
fn chunks_of_no_rows() {
    let (_dir, path) = file(format!("{HEADER}{ROW}"));
    let error = read(&path).chunk_rows(0).columns::<Trip>(TRIP).unwrap_err();
    assert!(
        error
            .to_string()
            .ends_with(": chunk_rows is 0; a chunk must have a row at least")
    );
}

#[test]
fn what_no_reader_is_for() {
    assert_eq!(
        message(b"BZh91AY"),
        ": the file is compressed with bzip2; unpack it first"
    );
    assert_eq!(
        message(b"\xff\xfe\0\0i\0\0\0"),
        ": the file is UTF-32 text; convert it to UTF-8"
    );
}

#[test]
#[cfg(not(feature = "encodings"))]
fn utf_16_needs_a_feature() {
    for (mark, name) in [(b"\xff\xfe", "UTF-16LE"), (b"\xfe\xff", "UTF-16BE")] {
        let expected = format!(
            ": the file is {name} text; build delayed-data with its feature \"encodings\" to read it"
        );
        assert_eq!(message([&mark[..], b"i\0d\0"].concat()), expected);
    }
}

#[test]
#[cfg(not(feature = "gzip"))]
fn gzip_without_its_feature() {
    let expected = ": the file is compressed with gzip; \
                    build delayed-data with its feature \"gzip\" to read it";
    assert_eq!(message(b"\x1f\x8b\x08\0\0\0\0\0"), expected);
}

#[test]
#[cfg(not(feature = "zstd"))]
fn zstd_without_its_feature() {
    let expected = ": the file is compressed with zstd; \
                    build delayed-data with its feature \"zstd\" to read it";
    assert_eq!(message(b"\x28\xb5\x2f\xfd\0\0\0\0"), expected);
}

#[test]
#[cfg(not(feature = "parquet"))]
fn parquet_without_its_feature() {
    let expected =
        ": the file is Parquet; build delayed-data with its feature \"parquet\" to read it";
    assert_eq!(message(b"PAR1PAR1"), expected);
}
