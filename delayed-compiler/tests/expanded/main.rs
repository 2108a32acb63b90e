//! Loops of known length, one iteration after the other, against what the program
//! does with each element.
//!
//! Programs are made from seeds. Each is run with nothing but a note of who was the
//! last to write each element, and who has read it since.

mod made;

use std::collections::{BTreeMap, BTreeSet};

use delayed_compiler::pipeline::compile;
use delayed_graph::{EdgeKind, Graph, NodeId, NodeKind};
use made::{Made, Step};
use random_programs::Rng;

const PROGRAMS: u64 = 600;
const MOST: usize = 2000;

fn expanded(text: &str, limit: usize) -> Graph {
    let (compiled, diagnostics) = compile(text.parse().expect("the text has tokens"));
    assert!(diagnostics.is_empty(), "{text}");
    let graph = compiled.schema().expanded(limit);
    assert_eq!(graph.check(), Ok(()), "{text}\n{graph}");
    graph
}

/// The task and the assignment of each statement in each iteration, in their order.
fn steps(graph: &Graph) -> Vec<(NodeId, NodeId)> {
    let nodes = (0..).map(NodeId).zip(graph.nodes.iter());
    let tasks = nodes
        .clone()
        .filter(|(_, node)| node.kind == NodeKind::Task);
    let assignments = nodes.filter(|(_, node)| node.binding.contains('['));
    let pairs = tasks
        .zip(assignments)
        .map(|(task, assignment)| (task.0, assignment.0));
    pairs.collect()
}

/// All that each node comes after.
fn before(graph: &Graph) -> Vec<BTreeSet<NodeId>> {
    let mut before: Vec<BTreeSet<NodeId>> = vec![BTreeSet::new(); graph.nodes.len()];
    for edge in graph.edges.iter() {
        let further = before[edge.from.0 as usize].clone();
        let of_it = &mut before[edge.to.0 as usize];
        of_it.extend(further);
        of_it.insert(edge.from);
    }
    before
}

#[derive(Default)]
struct Element {
    writer: Option<usize>,
    readers: Vec<usize>,
}

/// What each step needs: who wrote what it reads, and who used what it writes.
fn needs(run: &[Step]) -> Vec<(BTreeSet<usize>, BTreeSet<usize>)> {
    let mut elements: BTreeMap<_, Element> = BTreeMap::new();
    let mut needs = Vec::new();
    for (at, step) in run.iter().enumerate() {
        let (mut flow, mut order) = (BTreeSet::new(), BTreeSet::new());
        for read in &step.reads {
            let element = elements.entry(read).or_default();
            flow.extend(element.writer);
            element.readers.push(at);
        }
        let written = elements.entry(&step.writes).or_default();
        order.extend(written.writer.replace(at));
        order.extend(written.readers.drain(..));
        order.remove(&at);
        needs.push((flow, order));
    }
    needs
}

fn check(text: &str, run: &[Step], graph: &Graph) {
    let steps = steps(graph);
    assert_eq!(steps.len(), run.len(), "{text}\n{graph}");
    let before = before(graph);
    let writes: BTreeMap<NodeId, usize> =
        (0..).zip(&steps).map(|(at, step)| (step.1, at)).collect();
    let reads: BTreeMap<NodeId, usize> = (0..).zip(&steps).map(|(at, step)| (step.0, at)).collect();
    for (at, (flow, order)) in needs(run).into_iter().enumerate() {
        let (task, assignment) = steps[at];
        let to = |node| graph.edges.iter().filter(move |edge| edge.to == node);
        // Values come from the last writers, and from nobody else.
        let from: BTreeSet<usize> = to(task)
            .filter_map(|edge| writes.get(&edge.from).copied())
            .collect();
        assert_eq!(from, flow, "step {at} of\n{text}\n{graph}");
        assert!(
            to(task).all(|edge| edge.kind != EdgeKind::Order),
            "{text}\n{graph}"
        );
        // Others are waited for, and nobody is for nothing.
        for other in &order {
            let (read, written) = steps[*other];
            let waits = before[assignment.0 as usize].contains(&written)
                || before[assignment.0 as usize].contains(&read);
            assert!(waits, "{at} does not wait for {other} of\n{text}\n{graph}");
        }
        for edge in to(assignment).filter(|edge| edge.kind == EdgeKind::Order) {
            let other = reads.get(&edge.from).or_else(|| writes.get(&edge.from));
            let is_needed = other.is_none_or(|other| order.contains(other));
            assert!(is_needed, "{at} waits for {other:?} of\n{text}\n{graph}");
        }
    }
}

#[test]
fn edges_are_those_between_elements() {
    let mut steps = 0;
    for seed in 0..PROGRAMS {
        let made = Made::new(&mut Rng::new(seed));
        let run = made.run();
        if run.len() * 2 > MOST {
            continue;
        }
        check(&made.text(), &run, &expanded(&made.text(), MOST));
        steps += run.len();
    }
    assert!(steps > 5_000, "{steps}");
}

/// With any limit a graph keeps the rules, and has no more steps than that.
#[test]
fn limits_are_kept() {
    for seed in 0..40 {
        let text = Made::new(&mut Rng::new(seed)).text();
        for limit in [0, 1, 4, 16, 64, 256] {
            let graph = expanded(&text, limit);
            let nodes = graph.nodes.iter();
            let steps = nodes.filter(|node| !node.iteration.is_empty()).count();
            assert!(steps <= limit, "{steps} of {limit}:\n{text}\n{graph}");
        }
    }
}

/// Where each cell went back to who made the table, this would take minutes.
#[test]
fn large_nests_are_expanded_in_a_moment() {
    let text = "let mut t = a; let mut u = b;
        for i in 1..=100 { for j in 1..=100 { t[i][j] = mix(t[i - 1][j], t[i][j - 1]); } }
        for i in 0..10000 { u[i] = mix(u[i], i); }
        done(&t, &u)";
    let graph = expanded(text, 50_000);
    assert_eq!(steps(&graph).len(), 20_000);
    // The last cell comes after all others.
    let done = graph.nodes.len() - 2;
    assert_eq!(&*graph.nodes[done].label, "done");
    let of_table = graph
        .edges
        .iter()
        .filter(|edge| edge.to.0 as usize == done && edge.label.starts_with("t["));
    assert_eq!(of_table.count(), 1);
}
