//! Fused steps, which are one node in everything that is drawn.

use crate::common::{annual, fused};
use delayed_graph::{Chain, Graph, NodeId, RegionId};

#[test]
fn diagrams_have_one_node_that_lists_the_steps() {
    let dot = fused().to_dot();
    assert!(
        dot.contains("label=\"load\\nclean\\nscale_by_a_long_name\""),
        "{dot}"
    );
    // Both readers outside of the chain, and nothing from a step of it to another.
    assert_eq!(dot.matches("n2 -> ").count(), 2, "{dot}");
    assert_eq!(dot.matches("-> n2").count(), 2, "{dot}");
    let mermaid = fused().to_mermaid();
    assert!(
        mermaid.contains("n2(\"load<br/>clean<br/>scale_by_a_long_name\")"),
        "{mermaid}"
    );
}

#[cfg(feature = "svg")]
#[test]
fn a_picture_has_a_box_around_the_steps() {
    let svg = fused().to_svg().unwrap();
    let document = roxmltree::Document::parse(&svg).unwrap();
    let boxes = document
        .descendants()
        .filter(|element| element.attribute("class") == Some("chain"));
    let tips: Vec<_> = boxes
        .filter_map(|one| one.first_element_child()?.text())
        .collect();
    assert_eq!(tips, ["run in a row: load, clean, scale_by_a_long_name"]);
    // Each step can still be pointed at, and coloured by itself.
    let nodes = document
        .descendants()
        .filter(|element| element.has_attribute("data-node"));
    assert_eq!(nodes.count(), fused().nodes.len());
}

#[test]
fn the_text_has_a_line_for_each_step() {
    assert_eq!(fused().to_string().lines().count(), 1 + fused().nodes.len());
}

#[cfg(feature = "json")]
#[test]
fn json_names_the_steps() {
    let json: serde_json::Value = serde_json::from_str(&fused().to_json()).unwrap();
    assert_eq!(json["chains"][0]["nodes"], serde_json::json!([2, 4, 5]));
}

/// What is said of a graph with that chain.
fn refused(mut graph: Graph, nodes: &[u32]) -> String {
    let nodes: Vec<NodeId> = nodes.iter().copied().map(NodeId).collect();
    graph.chains.to_mut().push(Chain {
        nodes: nodes.into(),
    });
    graph.check().unwrap_err().to_string()
}

#[test]
fn chains_that_are_none_are_refused() {
    assert_eq!(fused().check(), Ok(()));
    for (nodes, words) in [
        (&[3][..], "two steps or more"),
        (&[6, 3], "in order"),
        (&[3, 3], "in order"),
        (&[3, 4], "node 4 is in two chains"),
        (&[3, 99], "99, which is not in the region"),
        (&[0, 3], "into or out of the middle of a chain"),
    ] {
        let error = refused(fused(), nodes);
        assert!(error.contains(words), "{nodes:?}: {error}");
    }
    let inside = annual()
        .nodes
        .iter()
        .position(|node| node.region == Some(RegionId(0)));
    let error = refused(annual(), &[0, inside.unwrap() as u32]);
    assert!(error.contains("not in the region of the others"), "{error}");
}
