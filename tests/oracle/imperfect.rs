//! Array loops with statements beside the loop inside.

use crate::same;

#[test]
fn borders_and_totals_of_each_row() {
    let seen = same!(
        given { let (n, m) = (50, 40); }
        run {
            let mut t = vec![vec![1_i64; m]; n];
            let mut total = vec![0; n];
            for i in 1..n {
                t[i][0] = i as i64;
                for j in 1..m {
                    t[i][j] = churn(add(t[i - 1][j], t[i][j - 1])) % 5003;
                }
                total[i] = add(total[i - 1], t[i][m - 1]) % 5003;
            }
            (t, total)
        }
    );
    assert_eq!(seen.unwrap().0[49][0], 49);
}

#[test]
fn an_unknown_is_known_when_its_row_ends() {
    let seen = same!(
        given {
            let n = 80;
            let row = |i: usize| (0..n).map(move |j| if i == j { 9.0 } else { 1.0 / (1 + i + j) as f64 });
            let l: Vec<Vec<f64>> = (0..n).map(|i| row(i).collect()).collect();
        }
        run {
            let mut x = vec![0.0; n];
            for i in 0..n {
                x[i] = i as f64;
                for j in 0..i {
                    x[i] -= root(l[i][j]) * x[j];
                }
                x[i] /= l[i][i];
            }
            // And from the last one to the first.
            let mut y = vec![1.0_f64; n];
            for i in (0..n).rev() {
                for j in i + 1..n {
                    y[i] -= l[i][j] * y[j];
                }
                y[i] /= l[i][i];
            }
            (x, y)
        }
    );
    assert_eq!(seen.unwrap().0[0], 0.0);
}

#[test]
fn rows_without_cells_come_in_their_turn() {
    for period in [1, 2, 3, 7, 100] {
        same!(
            given {
                let lengths: Vec<usize> = (0..40).map(|i| if i % period == 0 { 0 } else { i * 7 % 30 }).collect();
            }
            run {
                let mut t = vec![vec![1_i64; 31]; 40];
                for i in 1..lengths.len() {
                    t[i][0] = add(t[i - 1][0], 1);
                    for j in 0..lengths[i] {
                        t[i][j] = churn(add(t[i - 1][j], t[i][j])) % 1009;
                    }
                    t[i][0] += t[i - 1][0] % 5;
                }
                t
            }
        )
        .unwrap();
    }
}

#[test]
fn edges_have_loops_and_branches_and_variables_of_their_own() {
    same!(
        given { let n = 36; }
        run {
            let mut t = vec![vec![1_i64; n]; n];
            let mut best = vec![0_i64; n];
            for i in 1..n {
                let up = i - 1;
                for k in 0..3 {
                    if k == 1 {
                        continue;
                    }
                    t[i][k] = add(t[up][k], k as i64);
                }
                let first = t[i][0] % 7;
                t[i][1] = first;
                for j in (3..n).rev() {
                    t[i][j] = churn(add(t[up][j], t[up][j - 1])) % 1009;
                }
                let mut most = 0;
                for k in 0..n {
                    if t[i][k] > most {
                        most = t[i][k];
                    }
                }
                best[i] = most + best[up] % 3;
            }
            (t, best)
        }
    )
    .unwrap();
}

#[test]
fn a_table_in_one_piece_and_other_containers() {
    same!(
        given {
            let (n, w) = (40, 40_usize);
            let mut deque: std::collections::VecDeque<i64> = vec![1; 40].into();
        }
        see (deque)
        run {
            let mut t = vec![1_i64; n * w];
            for i in 1..n {
                t[i * w] = i as i64;
                for j in 1..w {
                    t[i * w + j] = churn(add(t[(i - 1) * w + j], t[i * w + j - 1])) % 1009;
                }
                t[i * w + w - 1] += 1;
            }
            for i in 1..n {
                deque[i] = add(deque[i - 1], 2);
                for j in 0..i {
                    deque[i] = add(deque[i], deque[j]) % 1009;
                }
                deque[i] += 1;
            }
            t
        }
    )
    .0
    .unwrap();
}

#[test]
fn edges_fail_where_the_loops_would() {
    for bad in [3, 7, 31, 10_000] {
        let seen = same!(
            given { let n = 60; }
            run {
                let mut table = vec![vec![1_i64; n]; n];
                let mut last = vec![1_i64; n];
                for i in 1..n {
                    table[i][0] = refuse_multiples(add(table[i - 1][0], last[i - 1]) % 5003, 4 * bad)?;
                    for j in 1..n {
                        let sum = add(table[i - 1][j], table[i][j - 1]) % 5003;
                        table[i][j] = refuse_multiples(sum, 50 * bad)?;
                    }
                    last[i] = refuse_multiples(add(last[i - 1], table[i][n - 1]) % 5003, bad)?;
                }
                (table, last)
            }
        );
        let refused = matches!(&seen, Err(error) if error.ends_with("is refused"));
        assert_eq!(refused, bad < 5000, "{seen:?}");
    }
}

#[test]
fn what_stands_in_front_panics_before_the_range_does() {
    let first = |short: usize| {
        let errors = crate::runtimes().map(|(_, runtime)| {
            let mut t = vec![vec![1_u64; 40]; 40];
            t[short].clear();
            let run = delayed::pipeline!({
                for i in 1..40 {
                    t[i][0] = i as u64;
                    for j in 1..usize::min(40, 100 / (30 - i)) {
                        t[i][j] = t[i - 1][j] + t[i][j - 1] % 5;
                    }
                }
            });
            run.compute_on(&runtime).unwrap_err().to_string()
        });
        errors.collect::<Vec<_>>()
    };
    for error in first(30) {
        assert!(error.contains("the len is 0 but the index is 0"), "{error}");
    }
    for error in first(31) {
        assert!(error.contains("attempt to divide by zero"), "{error}");
    }
}
