//! Text in other encodings than UTF-8.

use std::path::Path;

use delayed_data::{Reader, Result, read};

/// Every row, whatever the chunks.
fn rows(reader: &Reader) -> Result<Vec<(String, String)>> {
    let rows_of = |rows| {
        let reader = reader.clone().chunk_rows(rows);
        let mut found = Vec::new();
        for chunk in reader.columns::<(String, String)>(["zone", "note"])? {
            let chunk = chunk?;
            found.extend(chunk.iter().map(|(a, b)| (a.to_owned(), b.to_owned())));
        }
        Ok(found)
    };
    let whole = rows_of(usize::MAX);
    assert_eq!(rows_of(1), whole);
    whole
}

fn owned(rows: &[(&str, &str)]) -> Vec<(String, String)> {
    let owned = |&(a, b): &(&str, &str)| (a.to_owned(), b.to_owned());
    rows.iter().map(owned).collect()
}

/// What is wrong, after the name of the file.
fn problem(path: &Path, reader: &Reader) -> String {
    let error = rows(reader).unwrap_err().to_string();
    let problem = error.strip_prefix(&path.display().to_string());
    problem.expect("the file's name").to_owned()
}

#[test]
fn text_in_utf_16_of_either_order() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("zones.csv");
    let text = "zone,note\r\nCafé,\"a,\nb\"\n\u{1F695},ъ\n";
    let expected = owned(&[("Café", "a,\nb"), ("\u{1F695}", "ъ")]);
    type Bytes = fn(u16) -> [u8; 2];
    let orders: [(&str, Bytes); 2] = [
        ("utf-16le", u16::to_le_bytes),
        ("UTF-16BE", u16::to_be_bytes),
    ];
    for (name, bytes) in orders {
        let bytes: Vec<u8> = text.encode_utf16().flat_map(bytes).collect();
        std::fs::write(&path, &bytes).unwrap();
        assert_eq!(rows(&read(&path).encoding(name)), Ok(expected.clone()));
        let unmarked = problem(&path, &read(&path));
        assert!(unmarked.contains("is it UTF-16? Then say so"), "{unmarked}");

        let mark = if name == "utf-16le" {
            [0xff, 0xfe]
        } else {
            [0xfe, 0xff]
        };
        let marked = [&mark[..], &bytes].concat();
        std::fs::write(&path, &marked).unwrap();
        assert_eq!(rows(&read(&path)), Ok(expected.clone()));
        // The mark outweighs what was said.
        assert_eq!(rows(&read(&path).encoding("latin1")), Ok(expected.clone()));
        std::fs::write(&path, &marked[..marked.len() - 1]).unwrap();
        let encoding = name.to_uppercase();
        assert_eq!(
            problem(&path, &read(&path)),
            format!(
                ", line 4, column \"note\": bytes that are not {encoding} text; is the file damaged?"
            )
        );
    }
}

#[test]
fn text_in_encodings_of_one_byte_and_of_several() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("zones.csv");
    let cases: [(&str, &[u8], &str); 4] = [
        ("latin1", b"\x80 Caf\xe9", "€ Café"),
        ("windows-1252", b"\x93x\x94", "“x”"),
        ("windows-1251", b"\xd6\xe5\xed\xf2\xf0", "Центр"),
        ("shift_jis", b"\x93\x8c\x8b\x9e", "東京"),
    ];
    for (name, bytes, text) in cases {
        std::fs::write(&path, [b"note,zone\n1,", bytes, b"\n"].concat()).unwrap();
        assert_eq!(rows(&read(&path).encoding(name)), Ok(owned(&[(text, "1")])));
        let error = problem(&path, &read(&path));
        assert!(error.contains("not UTF-8 text; convert"), "{error}");
    }
    std::fs::write(&path, "\u{feff}zone,note\né,1\n").unwrap();
    for name in ["utf8", "latin1"] {
        assert_eq!(rows(&read(&path).encoding(name)), Ok(owned(&[("é", "1")])));
    }
    let error = problem(&path, &read(&path).encoding("latin-99"));
    assert!(
        error.starts_with(": encoding: \"latin-99\" is not known"),
        "{error}"
    );
}

#[test]
fn bytes_that_are_no_text_make_a_bad_row() {
    use delayed_data::BadRows;
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("zones.csv");
    std::fs::write(&path, b"zone,note\n1,\x80\xff\x81\n2,b\n\xa0,b\n4,\xe9\n").unwrap();
    let reader = read(&path).encoding("shift_jis").bad_rows(BadRows::Keep(9));
    let chunks = reader.columns::<(String, String)>(["zone", "note"]);
    let chunk = chunks.unwrap().next().unwrap().unwrap();
    assert_eq!(chunk.iter().next(), Some(("2", "b")));
    let lines = chunk.bad_rows().iter().map(|row| row.error().line());
    assert_eq!(lines.collect::<Vec<_>>(), [Some(2), Some(4), Some(5)]);
}

#[test]
fn long_text_is_decoded_in_blocks() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("zones.csv");
    let mut text = "zone,note\n".to_owned();
    // Characters of two and of four bytes, and so on either side of each block.
    (0..60_000).for_each(|row| text += &format!("\u{1F695}{row},é\n"));
    let bytes = text.encode_utf16().flat_map(u16::to_be_bytes);
    let bytes: Vec<u8> = [0xfe, 0xff].into_iter().chain(bytes).collect();
    std::fs::write(&path, bytes).unwrap();
    let chunks = read(&path).columns::<(String, String)>(["zone", "note"]);
    let mut row = 0;
    for chunk in chunks.unwrap() {
        for found in &chunk.unwrap() {
            assert_eq!(found, (&*format!("\u{1F695}{row}"), "é"));
            row += 1;
        }
    }
    assert_eq!(row, 60_000);
}

#[test]
#[cfg(feature = "gzip")]
fn what_is_packed_is_decoded_too() {
    use std::io::Write;
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("zones.csv.gz");
    let text = "\u{feff}zone,note\né,1\n".encode_utf16();
    let bytes: Vec<u8> = text.flat_map(u16::to_le_bytes).collect();
    let mut out = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    out.write_all(&bytes).unwrap();
    std::fs::write(&path, out.finish().unwrap()).unwrap();
    assert_eq!(rows(&read(&path)), Ok(owned(&[("é", "1")])));
}
