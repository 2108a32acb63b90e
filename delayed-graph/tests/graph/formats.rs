//! What the text formats look like.

use crate::common::{annual, awkward, diamond, node, straight};
use delayed_graph::{EdgeKind, GraphBuilder, NodeId, NodeKind, RegionId};

macro_rules! snapshot {
    ($($test:ident: $graph:ident, $format:expr;)*) => {$(
        #[test]
        fn $test() {
            insta::assert_snapshot!($format(&$graph()));
        }
    )*};
}

fn text(graph: &delayed_graph::Graph) -> String {
    graph.to_string()
}

snapshot! {
    text_of_straight: straight, text;
    text_of_annual: annual, text;
    text_of_diamond: diamond, text;
    text_of_awkward: awkward, text;
    text_with_places: annual, |graph| format!("{graph:#}");
    dot_of_straight: straight, delayed_graph::Graph::to_dot;
    dot_of_annual: annual, delayed_graph::Graph::to_dot;
    dot_of_diamond: diamond, delayed_graph::Graph::to_dot;
    dot_of_awkward: awkward, delayed_graph::Graph::to_dot;
    mermaid_of_straight: straight, delayed_graph::Graph::to_mermaid;
    mermaid_of_annual: annual, delayed_graph::Graph::to_mermaid;
    mermaid_of_diamond: diamond, delayed_graph::Graph::to_mermaid;
    mermaid_of_awkward: awkward, delayed_graph::Graph::to_mermaid;
}

#[test]
fn a_new_step_is_one_new_line() {
    let build = |with_check: bool| {
        let mut graph = GraphBuilder::new("report");
        let read = graph.add_node(node(NodeKind::Task, "text", "read", 1));
        if with_check {
            let check = graph.add_node(node(NodeKind::Task, "", "check", 2));
            graph.add_edge(read, check, EdgeKind::Borrowed, "text");
        }
        let count = graph.add_node(node(NodeKind::Task, "words", "count", 3));
        graph.add_edge(read, count, EdgeKind::Moved, "text");
        graph.finish().to_string()
    };
    let with = build(true);
    let kept: Vec<&str> = with
        .lines()
        .filter(|line| !line.contains("check"))
        .collect();
    assert_eq!(kept, build(false).lines().collect::<Vec<_>>());
    assert_ne!(with, build(false));
}

#[test]
fn a_broken_graph_prints_whole() {
    let mut graph = GraphBuilder::new("broken");
    let mut lost = node(NodeKind::Task, "", "lost", 1);
    lost.region = Some(RegionId(7));
    let lost = graph.add_node(lost);
    graph.add_edge(NodeId(9), lost, EdgeKind::Moved, "x");
    graph.add_edge(lost, NodeId(9), EdgeKind::Moved, "x");
    let graph = graph.finish();
    assert_eq!(
        graph.to_string(),
        "graph broken\n    task lost <- missing node 9"
    );
    assert!(graph.to_dot().contains("n9 -> n0"));
    assert!(graph.to_mermaid().contains("n9 -->"));
}

#[test]
fn a_long_chain_prints_without_recursion() {
    let mut graph = GraphBuilder::new("chain");
    let mut last = graph.add_node(node(NodeKind::Task, "", "step", 1));
    for _ in 1..100_000 {
        let next = graph.add_node(node(NodeKind::Task, "", "step", 1));
        graph.add_edge(last, next, EdgeKind::Moved, "");
        last = next;
    }
    let text = graph.finish().to_string();
    assert_eq!(text.lines().count(), 100_001);
    assert!(text.ends_with("task step#100000 <- step#99999"));
}
