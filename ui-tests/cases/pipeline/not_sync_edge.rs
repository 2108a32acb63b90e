//! What stands beside the inner one of two array loops runs side by side with
//! other rows, as cells do.

use std::rc::Rc;

use delayed::prelude::*;

fn main() {
    let scale = Rc::new(2.0);
    let _ = pipeline!({
        let mut x = vec![1.0; 100];
        for i in 0..100 {
            for j in 0..i {
                x[i] -= x[j];
            }
            x[i] *= *scale;
        }
        x
    });
}
