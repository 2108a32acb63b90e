//! Array loops over tables in one piece: `t[i * w + j]`.

use crate::same;

#[test]
fn rows_that_lie_one_after_the_other() {
    let seen = same!(
        given { let (n, w) = (90, 80_usize); }
        run {
            let mut t = vec![1_i64; n * w];
            for i in 1..n {
                for j in 1..w - 1 {
                    let up = (i - 1) * w;
                    t[i * w + j] = churn(add(t[up + j + 1], t[i * w + j - 1])) % 1009;
                }
            }
            // Up again, in the other triangle, as tables of `n + 1` by `n + 1`.
            let m = 60;
            let mut s = vec![1_i64; (m + 1) * (m + 1)];
            for i in (0..m).rev() {
                for j in i + 1..=m {
                    s[i * (m + 1) + j] = add(s[(i + 1) * (m + 1) + j], s[i * (m + 1) + j - 1]) % 1009;
                }
            }
            (t, s)
        }
    );
    assert_eq!(seen.unwrap().0[81], 2);
}

#[test]
fn mirrored_rows_and_rows_that_are_columns() {
    same!(
        given { let (n, w) = (40, 30_usize); }
        run {
            let mut t = vec![1_i64; n * w];
            for i in 1..n {
                for j in 1..w {
                    t[(n - 1 - i) * w + j] = churn(add(t[(n - i) * w + j], t[(n - 1 - i) * w + j - 1])) % 1009;
                }
            }
            for i in 1..n {
                for j in 1..w {
                    t[(n - i) * w - 1 - j] += t[(n - i) * w - j] % 7 + t[(n + 1 - i) * w - 1 - j] % 5;
                }
            }
            // A table whose rows are `n` long, by columns.
            for i in 1..n {
                t[i] += i as i64;
                for j in 1..w {
                    t[j * n + i] = add(t[j * n + i - 1], t[(j - 1) * n + i]) % 1009;
                }
                t[(w - 1) * n + i] += t[(w - 1) * n + i - 1] % 3;
            }
            t
        }
    )
    .unwrap();
}

#[test]
fn columns_of_a_loop_inside_of_a_cell() {
    const N: usize = 50;
    same!(
        given {}
        run {
            let mut l: Vec<i64> = (0..N * N).map(|at| at as i64 % 13).collect();
            for i in 0..N {
                for j in 0..=i {
                    let mut sum = l[i * N + j];
                    for k in 0..j {
                        sum = add(sum, l[i * N + k] * l[j * N + k]) % 1009;
                    }
                    l[i * N + j] = sum;
                }
            }
            l
        }
    )
    .unwrap();
}

#[test]
fn rows_that_reach_into_the_next_one_run_in_order() {
    for (w, end) in [(40_usize, 41_usize), (40, 60), (1, 40), (0, 40)] {
        same!(
            given { let (w, end) = (w, end); }
            run {
                let mut t = vec![1_i64; 40 * w + end];
                for i in 0..40 {
                    for j in 1..end {
                        t[i * w + j] = churn(add(t[i * w + j], 3 * t[i * w + j - 1])) % 1009;
                    }
                }
                t
            }
        )
        .unwrap();
    }
}

#[test]
fn where_rows_begin_is_found_once_a_row() {
    let seen = same!(
        given { let (n, w) = (80, 70_usize); }
        run {
            let mut t = vec![1_i64; n * w];
            for i in 1..n {
                let row = i * w;
                let up = row - w;
                for j in 1..w {
                    t[row + j] = churn(add(t[up + j], t[row + j - 1])) % 1009;
                }
            }
            // Both ends of a range depend on it.
            for i in 1..n {
                let row = i * w;
                for at in row + 1..row + w {
                    t[at] = churn(add(t[at - 1], t[at])) % 1009;
                }
            }
            // A `let` that hides the variable of the loop is one of its cells'.
            let mut sums = vec![vec![0_i64; 40]; 40];
            for i in 1..40 {
                let i = i - 1;
                for j in 1..40 {
                    sums[i][j] = add(sums[i][j - 1], t[j]) % 1009;
                }
            }
            (t, sums)
        }
    );
    assert!(seen.unwrap().0[71] > 0);
}

#[test]
fn what_stands_before_the_cells_of_a_row_may_panic() {
    for (name, runtime) in crate::runtimes() {
        let run = delayed::pipeline!({
            let mut t = vec![1_u64; 40 * 40];
            for i in (0..40).rev() {
                let up = i - 1;
                for j in 0..i {
                    t[i * 40 + j] += (up + j) as u64;
                }
            }
            t
        });
        assert!(run.graph().to_string().contains("parallel: no row"));
        let error = run
            .compute_on(&runtime)
            .err()
            .map(|error| error.to_string());
        // Where overflows wrap, nobody uses what is beyond.
        assert_eq!(error.is_some(), cfg!(debug_assertions), "{name}");
        assert!(
            error.is_none_or(|error| error.contains("overflow")),
            "{name}"
        );
    }
}
