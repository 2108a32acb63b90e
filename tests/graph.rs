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
