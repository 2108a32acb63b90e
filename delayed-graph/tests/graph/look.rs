//! Pictures that are coloured by something else than kinds.

use crate::common::{annual, node, random};

use delayed_graph::{EdgeKind, Graph, GraphBuilder, Look, NodeId, NodeKind};
use roxmltree::Document;

/// The colours of the nodes, by their numbers.
fn fills(svg: &str) -> Vec<(u32, Option<String>)> {
    let document = Document::parse(svg).unwrap();
    let nodes = document
        .descendants()
        .filter_map(|element| Some((element.attribute("data-node")?.parse().ok()?, element)));
    let fill = |(id, node): (u32, roxmltree::Node<'_, '_>)| {
        let mut shapes = node.children().filter_map(|shape| shape.attribute("style"));
        (id, shapes.next().map(ToOwned::to_owned))
    };
    nodes.map(fill).collect()
}

#[test]
fn nodes_have_the_colours_of_their_measures() {
    let graph = annual();
    let mut values = vec![None; graph.nodes.len()];
    (values[1], values[2]) = (Some(10.0), Some(5.0));
    let svg = graph.to_svg_with(&Look::new().by_measure(values)).unwrap();
    for (id, fill) in fills(&svg) {
        let expected = match id {
            1 => Some("fill:#f06450"),
            2 => Some("fill:#fdbe6e"),
            _ => None,
        };
        assert_eq!(fill.as_deref(), expected, "node {id}");
    }
}

#[test]
fn tasks_have_the_colours_of_their_order() {
    let graph = annual();
    let svg = graph.to_svg_with(&Look::new().by_order()).unwrap();
    for (id, fill) in fills(&svg) {
        let is_task = graph.nodes[id as usize].kind == NodeKind::Task;
        assert_eq!(fill.is_some(), is_task, "node {id}");
    }
}

#[test]
fn measures_that_say_nothing_colour_nothing() {
    let graph = annual();
    let nothing = Look::new().by_measure(vec![Some(f64::NAN), Some(f64::INFINITY)]);
    let svg = graph.to_svg_with(&nothing).unwrap();
    assert!(fills(&svg).iter().all(|(_, fill)| fill.is_none()));
    assert_eq!(svg, graph.to_svg().unwrap());
}

#[test]
fn files_are_drawn_in_the_direction_of_the_look() {
    let graph = annual();
    let folder = tempfile::tempdir().unwrap();
    let look = Look::new().left_to_right();
    for (name, here, there) in [
        ("a.dot", "rankdir=LR", "rankdir=TB"),
        ("a.mmd", "flowchart LR", "flowchart TD"),
    ] {
        let path = folder.path().join(name);
        graph.save_with(&path, &look).unwrap();
        assert!(std::fs::read_to_string(&path).unwrap().contains(here));
        graph.save(&path).unwrap();
        assert!(std::fs::read_to_string(&path).unwrap().contains(there));
    }
}

#[cfg(feature = "html")]
#[test]
fn a_page_has_the_picture_and_asks_for_nothing_else() {
    let graph = annual();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("graph.html");
    graph.save(&path).unwrap();
    let page = std::fs::read_to_string(path).unwrap();
    assert!(page.contains(&graph.to_svg().unwrap()));
    assert!(!page.contains("src=") && !page.contains("@import"));
}

/// Squares that are added up in a tree, and the cube of the sum.
fn sum_of_squares(count: u32) -> Graph {
    let mut graph = GraphBuilder::new("sum");
    let mut level: Vec<NodeId> = (0..count)
        .map(|_| graph.add_node(node(NodeKind::Task, "", "square", 1)))
        .collect();
    while level.len() > 1 {
        let add = |pair: &[NodeId]| {
            let sum = graph.add_node(node(NodeKind::Task, "", "add", 2));
            for part in pair {
                graph.add_edge(*part, sum, EdgeKind::Moved, "");
            }
            sum
        };
        level = level.chunks(2).map(add).collect();
    }
    let cube = graph.add_node(node(NodeKind::Task, "", "cube", 3));
    graph.add_edge(level[0], cube, EdgeKind::Borrowed, "");
    graph.finish()
}

#[test]
fn a_large_graph_is_drawn_by_name() {
    let (small, large) = (sum_of_squares(64), sum_of_squares(256));
    let count = |graph: &Graph, look: &Look| fills(&graph.to_svg_with(look).unwrap()).len();
    assert_eq!(count(&small, &Look::new()), small.nodes.len());
    assert_eq!(count(&small, &Look::new().by_name()), 3);
    assert_eq!(count(&large, &Look::new()), 3);
    assert_eq!(count(&large, &Look::new().each_step()), large.nodes.len());
    let dot = large.to_dot();
    assert_eq!(dot.matches("square").count(), 256);
    let dot = large.to_dot_with(&Look::new().by_name());
    assert!(dot.contains("256 × square") && dot.contains("255 × add"));
    // Every name is on the longest chain.
    let svg = large.to_svg().unwrap();
    assert_eq!(svg.matches("node critical").count(), 3);
    assert_eq!(
        svg.matches("<g class=\"line moved critical\"><title>")
            .count(),
        1
    );
}

#[test]
fn what_was_measured_of_a_name_is_added_up() {
    let graph = sum_of_squares(256);
    let mut values = vec![Some(1.0); graph.nodes.len()];
    values[511] = Some(128.0);
    let look = Look::new().by_measure(values);
    let fills = fills(&graph.to_svg_with(&look).unwrap());
    let fills: Vec<_> = fills
        .iter()
        .filter_map(|(_, fill)| fill.as_deref())
        .collect();
    assert_eq!(fills[0], "fill:#f06450");
    assert_eq!(fills[2], "fill:#fdbe6e");
}

#[test]
fn names_that_need_each_other_are_one_node() {
    let mut graph = GraphBuilder::new("turns");
    let mut last = graph.add_node(node(NodeKind::Task, "", "start", 1));
    for turn in 0..600 {
        let name = ["f", "g", "h"][turn % 3];
        let next = graph.add_node(node(NodeKind::Task, "", name, 2));
        graph.add_edge(last, next, EdgeKind::Moved, "");
        last = next;
    }
    let by_name = graph.finish().by_name();
    assert_eq!(
        by_name.to_string(),
        "graph turns (601 steps by name)\n    task start\n    \
         task f = 200 × f, 200 × g, 200 × h <- start"
    );
    by_name.check().unwrap();
}

#[test]
fn graphs_by_name_keep_the_rules() {
    for seed in 0..200 {
        let mut graph = random(seed, (seed % 50) as u32);
        graph.regions.to_mut().clear();
        let names = graph.nodes.to_mut();
        for (index, node) in names.iter_mut().enumerate() {
            node.region = None;
            node.label = ["a", "b", "c", "d"][index * (seed as usize + 3) % 4].into();
        }
        let by_name = graph.by_name();
        assert_eq!(by_name.check(), Ok(()), "{seed}");
        assert!(by_name.nodes.len() <= graph.nodes.len());
        // What needs something still does, or is one with it.
        let labels: Vec<&str> = by_name.nodes.iter().map(|node| &*node.label).collect();
        let counted = |label: &str| match label.rsplit_once("× ") {
            Some((count, _)) => count.trim().parse().unwrap(),
            None => 1,
        };
        let all: usize = labels
            .iter()
            .flat_map(|label| label.split(", "))
            .map(counted)
            .sum();
        assert_eq!(all, graph.nodes.len(), "{seed}: {labels:?}");
    }
}

#[test]
fn of_the_values_of_a_name_the_largest_counts() {
    let graph = sum_of_squares(256);
    let mut values = vec![Some(64); graph.nodes.len()];
    (values[510], values[511]) = (Some(128), None);
    let look = Look::new().by_bytes(values);
    let fills = fills(&graph.to_svg_with(&look).unwrap());
    let fills: Vec<_> = fills
        .iter()
        .filter_map(|(_, fill)| fill.as_deref())
        .collect();
    assert_eq!(fills, ["fill:#fdbe6e", "fill:#f06450"]);
}
