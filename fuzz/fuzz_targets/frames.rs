//! Text as frames, whose types are guessed: what is shown is whole, or an error.

#![no_main]

use delayed_fuzz::Input;
use libfuzzer_sys::fuzz_target;

thread_local!(static INPUT: Input = Input::new());

fuzz_target!(|bytes: &[u8]| {
    let reader = INPUT.with(|input| input.of(bytes));
    let shown = |rows| {
        let frame = reader.clone().chunk_rows(rows).frames().whole()?;
        Ok::<_, delayed_data::Error>(frame.to_string())
    };
    let whole = shown(usize::MAX);
    assert_eq!(shown(1), whole);
});
