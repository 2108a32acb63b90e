//! CSV is read as the `csv` crate reads it, wherever it is cut.

#![no_main]

use delayed_data::BadRows;
use delayed_fuzz::{Input, rows};
use libfuzzer_sys::fuzz_target;

thread_local!(static INPUT: Input = Input::new());

fuzz_target!(|bytes: &[u8]| {
    // What follows is not what the `csv` crate does: a lone carriage return ends a
    // line there, bytes need not be UTF-8, and a quote may be open at the end.
    let text = [b"a,b\n", bytes].concat();
    let lone = |at: usize| text[at] == b'\r' && text.get(at + 1) != Some(&b'\n');
    if str::from_utf8(&text).is_err() || (0..text.len()).any(lone) {
        return;
    }
    let read = |size: &str| {
        let reader = INPUT.with(|input| input.of(&text));
        let reader = reader.chunk_bytes(size).bad_rows(BadRows::Skip);
        rows::<(String, String)>(reader, ["a", "b"])
    };
    let (found, outcome) = read("1 MB");
    for size in ["1 B", "2 B", "3 B", "7 B", "64 B"] {
        assert_eq!(
            read(size),
            (found.clone(), outcome.clone()),
            "{size} at a time"
        );
    }
    if outcome.is_ok() {
        let mut oracle = csv::ReaderBuilder::new();
        let mut oracle = oracle.flexible(true).from_reader(&text[..]);
        let records = oracle.records().map(|record| record.expect("UTF-8"));
        let records = records.filter(|record| record.len() == 2);
        let expected = records.map(|record| format!("{:?}", (&record[0], &record[1])));
        assert!(expected.eq(found));
    }
});
