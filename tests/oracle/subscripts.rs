//! Array loops: what their subscripts and ranges may be made of.

use crate::same;

const LAG: usize = 2;

mod shape {
    pub(crate) const DEPTH: usize = 3;
}

#[test]
fn constants_and_variables_that_do_not_change() {
    let seen = same!(
        given { let (n, by) = (70, 1_usize); }
        run {
            let mut t = vec![vec![1_i64; n]; n];
            for i in LAG..n {
                for j in shape::DEPTH..n {
                    let (above, left) = (t[i - LAG][j], t[i][j - shape::DEPTH]);
                    t[i][j] = add(above, left) % 1_000_007;
                }
            }
            let mut sums = vec![0_i64; n];
            for i in 1..n - 1 {
                let up = i + by;
                sums[up] = add(t[i][LAG], t[up][LAG - 1 + by]);
            }
            (t, sums)
        }
    );
    assert_eq!(seen.unwrap().0[3][4], 2);
}

/// A number whose difference is none.
#[derive(Clone, Copy)]
struct Half;

impl std::ops::Sub<Half> for usize {
    type Output = Self;
    fn sub(self, _: Half) -> Self {
        self.div_euclid(2)
    }
}

const HALF: Half = Half;

#[test]
fn what_is_no_index_is_no_part_of_a_sum() {
    let seen = same!(
        given { let half = HALF; }
        run {
            let mut counts = vec![0_i64; 1000];
            for i in 0..2000 {
                counts[i - HALF] = add(counts[i - HALF] * 3, i as i64) % 1_000_007;
            }
            for i in 0..2000 {
                counts[i - half] = add(counts[i - half] * 3, i as i64) % 1_000_007;
            }
            counts
        }
    );
    assert_eq!(seen.unwrap()[1], ((2 * 3 + 3) * 3 + 2) * 3 + 3);
}

#[test]
fn loops_that_step() {
    same!(
        given { let n = 90; }
        run {
            let mut t = vec![vec![1_i64; n]; n];
            for i in (2..n).step_by(2) {
                for j in (0..=n - 4).rev().step_by(3) {
                    t[i][j] = add(t[i - 2][j + 3], t[i - 1][j]) % 1_000_007;
                }
            }
            for i in (0..n - 6).rev().step_by(3) {
                for j in (1..n).step_by(4) {
                    t[i][j] = add(t[i + 6][j - 1], t[i + 3][j]) % 1_000_007;
                }
            }
            // Red and black: no even element needs another one.
            let mut line: Vec<i64> = (0..500).collect();
            for _ in 0..4 {
                for i in (2..499).step_by(2) {
                    line[i] = add(line[i - 1], line[i + 1]) % 1000;
                }
                for i in (1..499).step_by(2) {
                    line[i] = add(line[i - 1], line[i + 1]) % 1000;
                }
            }
            (t, line)
        }
    )
    .unwrap();
}

#[test]
fn three_subscripts() {
    let seen = same!(
        given { let n = 24; }
        run {
            let mut t = vec![vec![vec![1_i64; n]; n]; n];
            for k in 1..n {
                for i in 1..n - 1 {
                    for j in 1..n - 1 {
                        t[k][i][j] = add(t[k - 1][i + 1][j], t[k - 1][i][j - 1]) % 1_000_007;
                    }
                }
            }
            let mut sums = [[[0_i64; 24]; 24]; 2];
            for i in 0..n {
                for j in 1..n {
                    sums[0][i][j] = add(sums[0][i][j - 1], t[n - 1][i][j]);
                    sums[1][i][j] = sums[1][i][j - 1] + sums[0][i][j];
                }
            }
            (t, sums.map(|rows| rows.map(Vec::from).to_vec()).to_vec())
        }
    );
    assert!(seen.unwrap().1[1][5][23] > 0);
}

#[test]
fn shortest_ways_between_all_places() {
    let seen = same!(
        given {
            let n = 40;
            let far = |from: usize, to: usize| ((from * 31 + to * 17) % 97 + 1) as f64;
            let mut way: Vec<Vec<f64>> = (0..n).map(|from| (0..n).map(|to| far(from, to)).collect()).collect();
        }
        see (way)
        run {
            for k in 0..n {
                for i in 0..n {
                    for j in 0..n {
                        way[i][j] = f64::min(way[i][j], way[i][k] + way[k][j]);
                    }
                }
            }
        }
    );
    assert!(seen.1.0[3][7] < 24.0);
}

#[test]
fn triangles_below_a_diagonal() {
    let seen = same!(
        given { let n = 60; }
        run {
            let mut l = vec![vec![1_i64; n]; n];
            for i in 0..n {
                for j in 0..=i {
                    let mut sum = l[i][j];
                    for k in 0..j {
                        sum = add(sum, l[i][k] * l[j][k]) % 1009;
                    }
                    l[i][j] = if i == j { sum } else { sum + l[j][j] };
                }
            }
            // What is known of a variable of a cell's is a bound of its loop.
            let mut s = vec![1_i64; n];
            for i in n / 2..n {
                for k in 0..n / 2 {
                    s[i] = add(s[i], l[i][k] * 31) % 1009;
                }
            }
            (l, s)
        }
    );
    assert!(seen.unwrap().0[59][59] > 0);
}
