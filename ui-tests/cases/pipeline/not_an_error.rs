// The failure of a task has to be an error that can be boxed.
use delayed::prelude::*;

struct Trouble;

#[delayed(fallible = false)]
fn find(x: u64) -> Result<u64, Trouble> {
    if x == 0 { Err(Trouble) } else { Ok(x) }
}

fn main() {
    let _ = pipeline!({
        for x in 0..3 {
            find(x)?;
        }
    });
}
