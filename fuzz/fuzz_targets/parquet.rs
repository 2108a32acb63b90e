//! A file of Parquet that is damaged.

#![no_main]

use delayed_data::Timestamp;
use delayed_fuzz::{Input, rows};
use libfuzzer_sys::fuzz_target;

thread_local!(static INPUT: Input = Input::new());

fuzz_target!(|bytes: &[u8]| {
    let marked = [b"PAR1", bytes, b"PAR1"].concat();
    for file in [&marked[..], bytes] {
        let reader = || INPUT.with(|input| input.of(file));
        // Rows or an error: there is nothing to compare them with.
        let _ = rows::<(Option<String>,)>(reader(), ["a"]);
        let _ = rows::<(Option<f64>, Option<Timestamp>)>(reader().chunk_rows(3), ["b", "c"]);
        let _ = reader().frames().whole().map(|frame| frame.to_string());
    }
});
