// A name in capitals is taken for a constant, whose number the graph has.
use delayed::prelude::*;

#[delayed]
fn square(x: usize) -> usize {
    x * x
}

fn squares(COUNT: usize) -> Result<Vec<usize>, delayed::Error> {
    pipeline!(for x in 0..COUNT {
        square(x)
    })
    .compute()
}

fn main() {
    let _ = squares(3);
}
