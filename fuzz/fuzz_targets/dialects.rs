//! Text that is written in any way and encoding gives the same rows or the same
//! error in chunks of any size.

#![no_main]

use delayed_data::{BadRows, Timestamp};
use delayed_fuzz::{Input, rows};
use libfuzzer_sys::fuzz_target;

thread_local!(static INPUT: Input = Input::new());

const ENCODINGS: [&str; 5] = ["utf-8", "latin1", "utf-16le", "shift_jis", "gb18030"];

type Types = (Option<f64>, Timestamp, Option<bool>, i8);

fuzz_target!(|input: (u8, u8, Option<u8>, Option<u8>, u8, &[u8])| {
    let (options, delimiter, quote, comment, encoding, text) = input;
    let is_set = |bit: u8| options & 1 << bit != 0;
    let reader = || {
        let reader = INPUT.with(|input| input.of(text));
        let mut reader = reader.delimiter(delimiter).quote(quote);
        if let Some(comment) = comment {
            reader = reader.comment(comment);
        }
        if is_set(0) {
            reader = reader.trim();
        }
        if is_set(1) {
            reader = reader.no_header();
        }
        if is_set(2) {
            reader = reader.skip_lines(1);
        }
        if is_set(3) {
            reader = reader.nulls(["NA", "-"]);
        }
        if is_set(4) {
            reader = reader.bad_rows(BadRows::Keep(1));
        }
        reader.encoding(ENCODINGS[usize::from(encoding) % ENCODINGS.len()])
    };
    let typed = |rows_a_chunk| {
        let reader = reader().chunk_rows(rows_a_chunk);
        rows::<Types>(reader, ["1", "2", "3", "4"])
    };
    let (_, whole) = typed(usize::MAX);
    for rows_a_chunk in [1, 2] {
        assert_eq!(typed(rows_a_chunk).1, whole, "{rows_a_chunk} at a time");
    }
    let texts = |size: &str| rows::<(String,)>(reader().chunk_bytes(size), ["1"]).1;
    assert_eq!(texts("1 B"), texts("1 MB"));
});
