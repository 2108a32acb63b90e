//! Pictures that are coloured by something else than kinds.

use crate::common::annual;

use delayed_graph::{Look, NodeKind};
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
