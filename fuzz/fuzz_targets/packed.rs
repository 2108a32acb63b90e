//! Text that is packed with gzip or zstd, and damaged.

#![no_main]

use delayed_fuzz::{Input, rows};
use libfuzzer_sys::fuzz_target;

thread_local!(static INPUT: Input = Input::new());

fuzz_target!(|bytes: &[u8]| {
    for magic in [&b"\x1f\x8b\x08"[..], b"\x28\xb5\x2f\xfd", b""] {
        let packed = [magic, bytes].concat();
        let read = |rows_a_chunk| {
            let reader = INPUT.with(|input| input.of(&packed));
            rows::<(String,)>(reader.no_header().chunk_rows(rows_a_chunk), ["1"]).1
        };
        assert_eq!(read(1), read(usize::MAX));
    }
});
