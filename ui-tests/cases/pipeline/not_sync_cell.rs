//! Cells of an array loop run side by side, also where there is no task in them.

use std::rc::Rc;

use delayed::prelude::*;

fn main() {
    let scale = Rc::new(2.0);
    let _ = pipeline!({
        let mut list = vec![1.0; 100];
        for i in 0..100 {
            list[i] *= *scale;
        }
        list
    });
}
