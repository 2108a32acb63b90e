use std::rc::Rc;

use delayed::NBytes;

#[derive(NBytes)]
union Either {
    number: u64,
    float: f64,
}

#[derive(NBytes)]
struct Table {
    #[nbytes(skip = true)]
    zones: Rc<str>,
    #[nbytes(ignore)]
    names: Vec<String>,
}

#[derive(NBytes)]
#[nbytes(crate)]
enum Shape {
    #[nbytes(skip)]
    Point,
    Line(#[nbytes(+)] f64),
}

fn main() {}
