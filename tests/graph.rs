//! The graph that a compiled pipeline carries, as programs see it.

use delayed::Graph;
use delayed::prelude::*;

#[delayed]
fn read(text: &str) -> Result<Vec<i64>, std::num::ParseIntError> {
    text.split(' ').map(str::parse).collect()
}

#[delayed]
fn largest(numbers: &[i64]) -> i64 {
    numbers.iter().copied().max().unwrap_or(0)
}

#[delayed]
fn distance(left: i64, right: i64) -> i64 {
    (left - right).abs()
}

#[delayed]
fn sign(distance: i64) -> i64 {
    distance.signum()
}

/// The names of the steps of each chain.
fn chains(graph: &Graph) -> Vec<Vec<&str>> {
    let chains = graph.chains.iter();
    let names = chains.map(|chain| chain.nodes.iter().map(|node| &*graph[*node].label));
    names.map(Iterator::collect).collect()
}

#[test]
fn steps_that_need_each_other_in_a_row_are_one_chain() {
    let (left, right) = ("3 1 4", "1 5 9");
    let job = pipeline!({
        let first = read(left)?;
        let most = largest(&first);
        let second = read(right)?;
        let other = largest(&second);
        let apart = distance(most, other);
        sign(apart)
    });
    let graph = job.graph();
    let expected = [
        ["read", "largest"],
        ["read", "largest"],
        ["distance", "sign"],
    ];
    assert_eq!(chains(graph), expected);
    assert_eq!(graph.check(), Ok(()));
    // A picture has one node for each, which lists its steps.
    let dot = graph.to_dot();
    assert_eq!(dot.matches("label=\"read?\\nlargest\"").count(), 2, "{dot}");
    assert_eq!(dot.matches("label=\"distance\\nsign\"").count(), 1, "{dot}");
    assert_eq!(job.compute().unwrap(), 1);
}

#[test]
fn what_stands_in_a_loop_is_in_no_chain() {
    let job = pipeline!(for x in 0..3_i64 {
        let apart = distance(x, 1);
        sign(apart)
    });
    assert_eq!(chains(job.graph()), Vec::<Vec<&str>>::new());
    assert_eq!(job.compute().unwrap(), [1, 0, 1]);
}

#[test]
fn a_cell_of_an_array_loop_is_one_chain() {
    let job = pipeline!({
        let mut t = vec![vec![0_i64; 3]; 3];
        for i in 1..3 {
            for j in (1..3).rev() {
                t[i][j] = distance(t[i - 1][j], 1);
            }
        }
        t[2][1]
    });
    let cells = job.graph().expanded(100);
    let assigned = ["t[1][2] = …", "t[1][1] = …", "t[2][2] = …", "t[2][1] = …"];
    let expected = assigned.map(|assigned| vec!["distance", assigned]);
    assert_eq!(chains(&cells), expected);
    assert_eq!(job.compute().unwrap(), 0);
}

/// Constants that graphs have to find: of the file, of a type, of the function.
mod constants {
    use super::*;

    const ROWS: usize = 3;
    static COLUMNS: u8 = 2;

    trait Grid {
        const WIDTH: usize;
    }

    struct Narrow;

    impl Grid for Narrow {
        const WIDTH: usize = 2;
    }

    struct Wide;

    impl Grid for Wide {
        const WIDTH: usize = 3;
    }

    /// The graph of a loop over a grid, expanded, and what it computes.
    fn sums<G: Grid, const HEIGHT: usize>() -> (Graph, Vec<Vec<i64>>) {
        let job = pipeline!({
            let mut t = vec![vec![5_i64; G::WIDTH]; HEIGHT];
            for i in 1..HEIGHT {
                for j in (0..=G::WIDTH - 1).rev() {
                    t[i][j] = distance(t[i - 1][G::WIDTH - 1 - j], 1);
                }
            }
            t
        });
        (job.graph().expanded(100), job.compute().unwrap())
    }

    #[test]
    fn what_a_function_is_generic_over_is_known() {
        let (graph, found) = sums::<Narrow, 2>();
        assert_eq!(found, [[5, 5], [4, 4]]);
        assert_eq!(
            graph.to_string(),
            "\
graph pipeline
    glue t = vec![vec![5_i64; G::WIDTH]; HEIGHT]
    task distance[1,1] <- &t
    glue t[1][1] = … <- distance[1,1]
    task distance[1,0] <- &t
    glue t[1][0] = … <- distance[1,0]
    output t <- t[1][1], t[1][0]"
        );
        let (graph, found) = sums::<Wide, 3>();
        assert_eq!(found, [[5, 5, 5], [4, 4, 4], [3, 3, 3]]);
        assert!(graph.to_string().contains("task distance[2,0] <- &t[1][2]"));
    }

    #[test]
    fn rows_of_a_width_with_a_name_have_elements_of_their_own() {
        const WIDTH: usize = 2;
        let job = pipeline!({
            let mut t = vec![7_i64; ROWS * WIDTH];
            for i in 1..ROWS {
                for j in 0..WIDTH {
                    t[i * WIDTH + j] = distance(t[(i - 1) * WIDTH + j], 2);
                }
            }
            t
        });
        assert!(
            job.graph()
                .to_string()
                .contains("for i in 1..ROWS [2 times")
        );
        let expanded = job.graph().expanded(100).to_string();
        assert!(
            expanded.contains("task distance[2,1] <- &t[3]"),
            "{expanded}"
        );
        assert_eq!(job.compute().unwrap(), [7, 7, 5, 5, 3, 3]);
    }

    #[test]
    fn numbers_of_any_kind_are_ends_and_others_leave_a_box() {
        const LEAST: i8 = -1;
        const LAST: char = 'c';
        const MANY: u64 = u64::MAX;
        let statics = pipeline!(for x in 0..COLUMNS {
            sign(i64::from(x))
        });
        assert!(statics.graph().to_string().contains("[2 times, parallel]"));
        assert_eq!(statics.compute().unwrap(), [0, 1]);
        let below = pipeline!(for x in LEAST..1 {
            sign(i64::from(x))
        });
        let expanded = below.graph().expanded(100).to_string();
        assert!(expanded.contains("sign[-1]"), "{expanded}");
        assert_eq!(below.compute().unwrap(), [-1, 0]);
        let letters = pipeline!(for x in 'a'..=LAST {
            sign(i64::from(u32::from(x)))
        });
        assert!(letters.graph().to_string().contains("[n times, parallel]"));
        assert_eq!(letters.compute().unwrap(), [1, 1, 1]);
        let many = pipeline!({
            let mut sum = 0;
            for x in MANY - 2..MANY {
                sum += sign(x.trailing_ones().into());
            }
            sum
        });
        assert!(many.graph().to_string().contains("[n times"));
        assert_eq!(many.compute().unwrap(), 1);
    }

    #[test]
    fn a_statement_that_is_not_there_needs_no_constant() {
        let job = pipeline!({
            let mut sum = 0;
            #[cfg(any())]
            for x in 0..NOWHERE {
                sum += sign(x);
            }
            for x in 0..2_i64 {
                sum += sign(x);
            }
            sum
        });
        assert_eq!(job.compute().unwrap(), 1);
    }
}
