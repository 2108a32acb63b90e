//! Which graphs are refused, and what is said when a file cannot be written.

use std::error::Error;
use std::fs;

use crate::common::{annual, awkward, diamond, node, random, straight};
use delayed_graph::{EdgeKind, Graph, GraphBuilder, NodeId, NodeKind, RegionId, VisualizeError};

/// `annual`, changed.
fn broken(change: impl FnOnce(&mut Graph)) -> String {
    let mut graph = annual();
    change(&mut graph);
    graph.check().unwrap_err().to_string()
}

#[test]
fn good_graphs_pass() {
    for graph in [straight(), annual(), diamond(), awkward()] {
        assert_eq!(graph.check(), Ok(()));
    }
    for seed in 0..200 {
        let graph = random(seed, (seed % 60) as u32);
        assert_eq!(graph.check(), Ok(()), "seed {seed}");
    }
}

#[test]
fn each_broken_rule_is_named() {
    let parent = broken(|graph| graph.regions.to_mut()[0].parent = Some(RegionId(1)));
    assert_eq!(
        parent,
        "not a graph: region 0 is inside region 1, which does not come before it"
    );
    let region = broken(|graph| graph.nodes.to_mut()[2].region = Some(RegionId(2)));
    assert_eq!(
        region,
        "not a graph: node 2 is in region 2, which does not exist"
    );
    let apart = broken(|graph| graph.nodes.to_mut()[4].region = None);
    assert_eq!(
        apart,
        "not a graph: node 5 is in region 1, which ended before it"
    );
    let missing = broken(|graph| graph.edges.to_mut()[5].to = NodeId(7));
    assert_eq!(
        missing,
        "not a graph: edge 5 (5 -> 7) ends at a node that does not exist"
    );
    let itself = broken(|graph| graph.edges.to_mut()[1].from = NodeId(2));
    assert_eq!(
        itself,
        "not a graph: edge 1 (2 -> 2) makes a node wait for itself"
    );
    let backwards = broken(|graph| graph.edges.to_mut()[1].from = NodeId(3));
    assert_eq!(backwards, "not a graph: edge 1 (3 -> 2) points backwards");
    let order = broken(|graph| graph.edges.to_mut().swap(0, 1));
    assert_eq!(
        order,
        "not a graph: edge 1 (0 -> 1) is out of order: edges are ordered by their end, \
         then their start"
    );
}

#[test]
fn the_builder_orders_edges_and_keeps_arguments() {
    let mut graph = GraphBuilder::new("order");
    let [a, b, c] = [(); 3].map(|()| graph.add_node(node(NodeKind::Task, "", "t", 1)));
    graph.add_edge(b, c, EdgeKind::Moved, "second");
    graph.add_edge(a, c, EdgeKind::Borrowed, "first");
    graph.add_edge(a, c, EdgeKind::Borrowed, "again");
    graph.add_edge(a, b, EdgeKind::Moved, "start");
    let graph = graph.finish();
    let labels: Vec<&str> = graph.edges.iter().map(|edge| &*edge.label).collect();
    assert_eq!(labels, ["start", "first", "again", "second"]);
}

#[test]
fn the_extension_chooses_the_format() {
    let folder = tempfile::tempdir().unwrap();
    let graph = annual();
    for (name, start) in [
        ("a.dot", "digraph"),
        ("a.gv", "digraph"),
        ("a.mmd", "---\ntitle"),
        ("a.txt", "graph annual\n"),
        #[cfg(feature = "svg")]
        ("a.SVG", "<svg "),
    ] {
        let path = folder.path().join(name);
        fs::write(&path, "old").unwrap();
        graph.save(&path).unwrap();
        assert!(
            fs::read_to_string(&path).unwrap().starts_with(start),
            "{name}"
        );
    }
    let left = fs::read_dir(folder.path()).unwrap().count();
    assert_eq!(
        left,
        if cfg!(feature = "svg") { 5 } else { 4 },
        "no draft is left"
    );
}

#[test]
fn an_unknown_extension_lists_the_known_ones() {
    for name in ["graph.pdf", "graph", ".svg", ""] {
        let error = annual().save(name).unwrap_err();
        assert!(matches!(error, VisualizeError::UnknownExtension { .. }));
        let text = error.to_string();
        assert!(text.contains(&format!("`{name}`")), "{text}");
        for known in [".svg", ".dot", ".gv", ".mmd", ".txt"] {
            assert!(text.contains(known), "{text}");
        }
    }
}

#[test]
fn a_failed_write_names_the_file_and_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let missing = folder.path().join("missing").join("graph.txt");
    let error = annual().save(&missing).unwrap_err();
    assert!(error.to_string().contains("graph.txt"), "{error}");
    assert!(error.source().is_some());

    let taken = folder.path().join("taken.txt");
    fs::create_dir(&taken).unwrap();
    annual().save(&taken).unwrap_err();
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[cfg(feature = "svg")]
#[test]
fn what_cannot_be_drawn_is_an_error() {
    let mut graph = annual();
    graph.edges.to_mut()[1].from = NodeId(3);
    assert!(matches!(graph.to_svg(), Err(VisualizeError::Invalid(_))));

    let mut graph = GraphBuilder::new("large");
    for _ in 0..30_000 {
        graph.add_node(node(NodeKind::Task, "", "t", 1));
    }
    let each = delayed_graph::Look::new().each_step();
    let error = graph.finish().to_svg_with(&each).unwrap_err().to_string();
    assert!(
        error.contains("30000 nodes") && error.contains(".dot"),
        "{error}"
    );
}

/// Each of many values lives to the end: their lines need too many places.
#[cfg(feature = "svg")]
#[test]
fn lines_without_end_are_refused() {
    let mut graph = GraphBuilder::new("long lives");
    let steps: Vec<NodeId> = (0..5_000)
        .map(|_| graph.add_node(node(NodeKind::Task, "", "t", 1)))
        .collect();
    for pair in steps.windows(2) {
        graph.add_edge(pair[0], pair[1], EdgeKind::Moved, "");
    }
    for step in &steps[..4_000] {
        graph.add_edge(*step, steps[4_999], EdgeKind::Borrowed, "");
    }
    let each = delayed_graph::Look::new().each_step();
    let error = graph.finish().to_svg_with(&each).unwrap_err();
    assert!(matches!(
        error,
        VisualizeError::TooLarge { nodes: 5_000, .. }
    ));
}
