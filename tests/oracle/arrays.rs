//! Array loops: cells of arrays that the standard library has, and of others.

use crate::same;

#[test]
fn the_longest_common_subsequence() {
    let seen = same!(
        given {
            let a = b"the quick brown fox jumps over the lazy dog, and so on".repeat(4);
            let b = b"a lazy fox is quick to jump over the brown dogs, as ever".repeat(3);
        }
        run {
            let mut t = vec![vec![0u32; b.len() + 1]; a.len() + 1];
            for i in 1..=a.len() {
                for j in 1..=b.len() {
                    t[i][j] = longer(t[i - 1][j - 1], t[i - 1][j], t[i][j - 1], a[i - 1] == b[j - 1]);
                }
            }
            t
        }
    );
    assert_eq!(seen.unwrap().last().unwrap().last(), Some(&110));
}

#[test]
fn rows_that_need_cells_further_right_are_askew() {
    same!(
        given { let (height, width) = (60, 90); }
        run {
            let mut grid = vec![vec![1.0_f64; width]; height];
            for y in 1..height {
                for x in 2..width - 3 {
                    grid[y][x] = (grid[y - 1][x + 3] + grid[y][x - 2]) * 0.5 + root(grid[y][x + 1]);
                }
            }
            grid
        }
    )
    .unwrap();
}

#[test]
fn cells_sweep_a_grid_again_and_again() {
    let seen = same!(
        given {
            let mut grid = vec![vec![0.0_f64; 50]; 40];
            grid[0] = vec![1.0; 50];
        }
        see (grid)
        run {
            for _step in 0..20 {
                for y in 1..39 {
                    for x in 1..49 {
                        grid[y][x] = (grid[y - 1][x] + grid[y + 1][x] + grid[y][x - 1] + grid[y][x + 1]) / 4.0;
                    }
                }
            }
        }
    );
    assert!(seen.1.0[20][20] > 0.0);
}

#[test]
fn each_round_of_a_factorisation_needs_the_one_before() {
    let seen = same!(
        given { let n = 60_usize; }
        run {
            let row = |i: usize| (0..n).map(move |j| if i == j { 90.0 } else { 1.0 / (1 + i + j) as f64 });
            let mut t: Vec<Vec<f64>> = (0..n).map(|i| row(i).collect()).collect();
            for k in 0..n {
                t[k][k] = root(t[k][k]);
                for i in k + 1..n {
                    t[i][k] /= t[k][k];
                }
                for j in k + 1..n {
                    for i in j..n {
                        t[i][j] -= t[i][k] * t[j][k];
                    }
                }
            }
            t
        }
    );
    let l = seen.unwrap();
    let product = (0..8).map(|k| l[50][k] * l[7][k]).sum::<f64>();
    assert!((product - 1.0 / 58.0).abs() < 1e-12);
}

#[test]
fn one_loop_fills_an_array() {
    let seen = same!(
        given { let xs: Vec<i64> = (0..600).collect(); }
        run {
            let mut twice = vec![0; xs.len()];
            for i in 0..xs.len() {
                twice[i] = double(churn(xs[i]));
            }
            let mut back = vec![0; xs.len()];
            for i in (0..xs.len()).rev() {
                back[xs.len() - 1 - i] = add(twice[i], 1);
            }
            (twice, back)
        }
    );
    assert_eq!(seen.unwrap().0[7], 14);
}

#[test]
fn what_one_cell_needs_of_the_next_stays_in_order() {
    for step in [1, 2, 3] {
        same!(
            given { let n = 500; }
            run {
                let mut sums: Vec<i64> = (0..n).collect();
                for i in 3..sums.len() {
                    sums[i] = add(sums[i - step], sums[i]) % 1000;
                }
                let mut shifted = sums.clone();
                for i in 0..shifted.len() - 3 {
                    shifted[i] = add(shifted[i + step], 1);
                }
                let mut reversed = shifted.clone();
                let last = reversed.len() - 1;
                for i in 0..reversed.len() {
                    reversed[i] = add(reversed[last - i], 1);
                }
                (sums, shifted, reversed)
            }
        )
        .unwrap();
    }
}

#[test]
fn rows_differ_in_length() {
    same!(
        given { let n = 80_usize; }
        run {
            let mut pascal: Vec<Vec<i64>> = (0..n).map(|row| vec![1; row + 1]).collect();
            for row in 2..n {
                for at in 1..pascal[row].len() - 1 {
                    pascal[row][at] = add(pascal[row - 1][at - 1], pascal[row - 1][at]) % 1_000_007;
                }
            }
            let mut upper = vec![vec![1_i64; n]; n];
            for i in (0..n - 1).rev() {
                for j in i + 1..n {
                    upper[i][j] = add(upper[i + 1][j], upper[i][j - 1]) % 1_000_007;
                }
            }
            (pascal, upper)
        }
    )
    .unwrap();
}

#[test]
fn a_cell_may_have_a_loop_of_its_own() {
    // Matrix-chain ordering.
    let seen = same!(
        given { let sizes: Vec<u64> = (0..41).map(|at| 3 + at * 7 % 11).collect(); }
        run {
            let n = sizes.len() - 1;
            let mut cost = vec![vec![0_u64; n]; n];
            for i in (0..n).rev() {
                for j in i + 1..n {
                    let mut best = u64::MAX;
                    for k in i..j {
                        let product = sizes[i] * sizes[k + 1] * sizes[j + 1];
                        best = u64::min(best, cost[i][k] + cost[k + 1][j] + product);
                    }
                    cost[i][j] = best;
                }
            }
            cost
        }
    );
    assert!(seen.unwrap()[0][39] > 0);
}

#[test]
fn several_arrays_of_several_kinds() {
    same!(
        given { let (a, b) = (b"ACACACTA".repeat(9), b"AGCACACA".repeat(8)); }
        run {
            let mut best = vec![[0_i32; 65]; 73];
            let mut down = [[0_i32; 65]; 73];
            let mut right = vec![vec![0_i32; 65].into_boxed_slice(); 73];
            for i in 1..=a.len() {
                for j in 1..=b.len() {
                    down[i][j] = i32::max(best[i - 1][j] - 3, down[i - 1][j] - 1);
                    right[i][j] = i32::max(best[i][j - 1] - 3, right[i][j - 1] - 1);
                    let both = best[i - 1][j - 1] + if a[i - 1] == b[j - 1] { 2 } else { -1 };
                    best[i][j] = i32::max(i32::max(0, both), i32::max(down[i][j], right[i][j]));
                }
            }
            (best, down.map(Vec::from).to_vec(), right)
        }
    )
    .unwrap();
}

/// Two numbers in one, whose index does something.
#[derive(Clone, Debug, PartialEq)]
struct Halves {
    halves: [Vec<i64>; 2],
    reads: std::cell::Cell<usize>,
}

impl std::ops::Index<usize> for Halves {
    type Output = i64;
    fn index(&self, at: usize) -> &i64 {
        self.reads.set(self.reads.get() + 1);
        &self.halves[at % 2][0]
    }
}

impl std::ops::IndexMut<usize> for Halves {
    fn index_mut(&mut self, at: usize) -> &mut i64 {
        &mut self.halves[at % 2][0]
    }
}

#[test]
fn what_is_no_array_is_run_as_it_is_written() {
    let seen = same!(
        given {
            let mut halves = Halves { halves: [vec![1], vec![2]], reads: 0.into() };
            let mut queue: std::collections::VecDeque<i64> = (0..30).collect();
            let mut rows: std::collections::VecDeque<Vec<i64>> = vec![vec![1; 9]; 9].into();
        }
        see (halves, queue, rows)
        run {
            for i in 0..20 {
                halves[i] = add(halves[i], 1);
            }
            for i in 0..queue.len() {
                queue[i] = double(queue[i]);
            }
            for i in 1..rows.len() {
                for j in 1..rows[i].len() {
                    rows[i][j] = add(rows[i - 1][j], rows[i][j - 1]);
                }
            }
        }
    );
    assert_eq!(seen.1.0.halves, [vec![11], vec![12]]);
    assert_eq!(seen.1.0.reads.get(), 20);
}

#[test]
fn arrays_may_be_borrowed_or_grow_besides() {
    fn fill(list: &mut [i64], rows: &mut Vec<Vec<i64>>) -> Result<(), delayed::Error> {
        let fill = delayed::pipeline!({
            for i in 1..rows.len() {
                for j in 1..rows[i].len() {
                    rows[i][j] = rows[i - 1][j - 1] + 1;
                }
            }
            for i in 0..list.len() {
                list[i] += 1;
            }
        });
        fill.compute()
    }
    let (mut list, mut rows) = ([5; 4], vec![vec![0; 3]; 3]);
    fill(&mut list, &mut rows).unwrap();
    assert_eq!((list, &rows[2][..]), ([6; 4], &[0, 1, 2][..]));
    same!(
        given {
            let mut owned = [vec![1_i64; 40], vec![2; 40], vec![3; 40]];
            let list = &mut owned;
            let mut log = Vec::new();
        }
        see (log)
        run {
            for i in 1..list.len() {
                for j in 0..40 {
                    list[i][j] = add(list[i - 1][j], j as i64);
                }
            }
            let mut grows = vec![1_i64];
            for i in 0..20 {
                grows.push(add(grows[i], 1));
                log.push(grows[i]);
            }
            let mut swapped: Vec<i64> = (0..20).collect();
            for i in 0..10 {
                swapped.swap(i, 19 - i);
                swapped[i] += 1;
            }
            let mut indirect = vec![0_i64; 20];
            for i in 0..20 {
                indirect[i * 7 % 20] += add(i as i64, indirect[i]);
            }
            (list[2].clone(), grows, swapped, indirect)
        }
    )
    .0
    .unwrap();
}

#[test]
fn a_row_that_is_as_long_as_an_element_says_waits_for_that() {
    let seen = same!(
        given {}
        run {
            let mut t = vec![vec![2_usize; 310]; 301];
            for i in 0..300 {
                for j in 0..t[i][0] {
                    t[i + 1][j] = t[i][j] + 1;
                }
            }
            t[300][300]
        }
    );
    assert_eq!(seen.unwrap(), 3);
}

#[test]
fn the_first_failure_is_that_of_the_loops() {
    for bad in [3, 7, 40, 10_000] {
        let seen = same!(
            given { let n = 60; }
            run {
                let mut table = vec![vec![1_i64; n]; n];
                for i in 1..n {
                    for j in 1..n {
                        let sum = add(table[i - 1][j], table[i][j - 1]) % 5003;
                        table[i][j] = refuse_multiples(sum, bad)?;
                    }
                }
                table
            }
        );
        let refused = matches!(&seen, Err(error) if error.ends_with("is refused"));
        assert_eq!(refused, bad < 5000, "{seen:?}");
    }
}

#[test]
fn an_index_out_of_bounds_is_a_panic_of_its_iteration() {
    for (name, runtime) in crate::runtimes() {
        let run = delayed::pipeline!({
            let mut table = vec![vec![0_u64; 50]; 50];
            table[30].truncate(20);
            table[31].clear();
            for i in 1..50 {
                for j in 1..50 {
                    table[i][j] = table[i - 1][j - 1] + 1;
                }
            }
            table
        });
        let error = run.compute_on(&runtime).unwrap_err().to_string();
        assert!(
            error.contains("the len is 20 but the index is 20"),
            "{name}: {error}"
        );
        assert!(
            error.contains("i = 30") || error.contains("30"),
            "{name}: {error}"
        );
    }
}

/// Gives each number once.
#[derive(Default)]
struct Numbers(std::sync::atomic::AtomicU64);

impl Numbers {
    fn another(&self) -> u64 {
        self.0.fetch_add(1, std::sync::atomic::Ordering::Relaxed)
    }

    fn one_more() -> u64 {
        thread_local!(static NUMBERS: Numbers = Numbers::default());
        NUMBERS.with(Numbers::another)
    }
}

#[test]
fn what_may_count_its_calls_is_called_in_order() {
    let seen = same!(
        given { let numbers = Numbers::default(); }
        run {
            let mut ids = vec![0; 5000];
            for i in 0..ids.len() {
                ids[i] = numbers.another();
            }
            let mut more = vec![0; 5000];
            for i in 0..more.len() {
                more[i] = Numbers::one_more();
            }
            (ids, more.is_sorted())
        }
    );
    assert!(seen.unwrap().0.is_sorted());
}
