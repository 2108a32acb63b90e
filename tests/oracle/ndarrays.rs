//! Array loops over arrays of the crate `ndarray`.

use ndarray::{Array1, Array2, Array3, ArrayD, Axis, s};

use crate::same;

#[test]
fn a_wavefront_over_two_dimensions() {
    let seen = same!(
        given { let (a, b) = (b"GATTACAGATTACA".repeat(8), b"TAGACCATT".repeat(9)); }
        run {
            let mut t = Array2::zeros((a.len() + 1, b.len() + 1));
            for i in 1..t.nrows() {
                for j in 1..t.ncols() {
                    let same = a[i - 1] == b[j - 1];
                    t[[i, j]] = longer(t[(i - 1, j - 1)], t[[i - 1, j]], t[[i, j - 1]], same);
                }
            }
            t
        }
    );
    assert!(seen.unwrap()[(112, 81)] > 40);
}

#[test]
fn one_and_three_dimensions() {
    same!(
        given { let n = 20_usize; let mut line = Array1::from_elem(60 * n, 3_i64); }
        see (line)
        run {
            let mut t = Array3::from_shape_fn((n, n, n), |(a, b, c)| (a * 31 + b * 17 + c) as i64);
            for i in 0..n {
                for j in 1..n {
                    for k in 0..t.dim().2 {
                        t[[i, j, k]] = churn(add(t[[i, j - 1, k]], t[(i, j, k)])) % 1009;
                    }
                }
            }
            for i in 0..line.len() {
                line[i] = churn(line[i] + i as i64);
            }
            t
        }
    )
    .0
    .unwrap();
}

#[test]
fn any_layout() {
    same!(
        given {
            let mut whole = Array2::from_shape_fn((150, 130), |(a, b)| (a * 17 + b) as i64 % 101);
            let mut columns = Array2::from_shape_fn((70, 60), |(a, b)| (a * 13 + b) as i64 % 103);
            columns.swap_axes(0, 1);
        }
        see (whole, columns)
        run {
            let mut every_other = whole.slice_mut(s![..;-2, 1..;2]);
            every_other.swap_axes(0, 1);
            for i in 1..every_other.nrows() {
                for j in 0..every_other.ncols() - 1 {
                    every_other[[i, j]] = churn(add(every_other[[i - 1, j + 1]], every_other[[i, j]])) % 1009;
                }
            }
            for i in 1..columns.shape()[0] {
                for j in 1..columns.len_of(Axis(1)) {
                    columns[[i, j]] = churn(add(columns[[i - 1, j]], columns[[i, j - 1]])) % 1009;
                }
            }
        }
    )
    .0
    .unwrap();
}

#[test]
fn elements_that_own_what_they_are() {
    same!(
        given { let n = 30_usize; }
        run {
            let mut t = Array2::from_elem((n, n), String::from("a"));
            for i in 1..n {
                for j in 1..n {
                    let text = repeat(&t[[i - 1, j]], 1 + (i + j) % 2);
                    t[[i, j]] = if text.len() > 20 { shout(text) } else { t[[i, j - 1]].clone() + &text };
                    if t[[i, j]].len() > 40 {
                        t[[i, j]].truncate(3);
                    }
                }
            }
            t
        }
    )
    .unwrap();
}

#[test]
fn other_dimensions_run_in_order() {
    same!(
        given { let n = 30_usize; }
        run {
            let mut t = ArrayD::from_elem(vec![n, n], 1_i64);
            let mut shared = Array2::from_elem((n, n), 1_i64).into_shared();
            for i in 1..n {
                for j in 1..n {
                    t[[i, j]] = churn(add(t[[i - 1, j]], t[[i, j - 1]])) % 1009;
                    shared[[i, j]] = add(shared[[i - 1, j]], t[[i, j]]) % 1009;
                }
            }
            // Elements with a subscript of their own.
            let mut pairs = Array2::from_elem((n, n), [1_i64, 2]);
            for i in 1..n {
                for j in 1..n {
                    pairs[[i, j]][0] = add(pairs[[i - 1, j]][1], pairs[[i, j - 1]][0]) % 1009;
                }
            }
            (t, shared, pairs)
        }
    )
    .unwrap();
}

#[test]
fn an_index_out_of_bounds_is_the_panic_of_the_array() {
    #[delayed::delayed]
    fn add(x: i64, y: i64) -> i64 {
        x + y
    }
    let message = |panic: Box<dyn std::any::Any + Send>| {
        let text = panic.downcast_ref::<String>().cloned();
        text.unwrap_or_else(|| panic.downcast_ref::<&str>().unwrap().to_string())
    };
    let serial = std::panic::catch_unwind(|| Array2::from_elem((20, 30), 1_i64)[[1, 30]]);
    let expected = message(serial.unwrap_err());
    for (name, runtime) in crate::runtimes() {
        let t = delayed::pipeline!({
            let mut t = Array2::from_elem((20, 30), 1_i64);
            for i in 1..20 {
                for j in 1..30 {
                    t[[i, j]] = add(t[[i - 1, j]], t[[i, j + 1]]) % 1009;
                }
            }
            t
        });
        assert!(t.graph().to_string().contains("wavefront"));
        let error = t.compute_on(&runtime).unwrap_err().to_string();
        assert!(error.contains(&expected), "{name}: {error}");
    }
}
