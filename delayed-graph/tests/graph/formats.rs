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

#[cfg(feature = "json")]
#[test]
fn json_of_annual() {
    insta::assert_snapshot!(annual().to_json());
}

#[cfg(feature = "json")]
#[test]
fn json_names_every_node_edge_and_region_and_any_text() {
    for graph in [straight(), annual(), diamond(), awkward()] {
        let json: serde_json::Value = serde_json::from_str(&graph.to_json()).unwrap();
        let list = |name: &str| json[name].as_array().unwrap();
        assert_eq!(list("nodes").len(), graph.nodes.len());
        assert_eq!(list("edges").len(), graph.edges.len());
        assert_eq!(list("regions").len(), graph.regions.len());
        for (node, json) in graph.nodes.iter().zip(list("nodes")) {
            assert_eq!(json["label"].as_str(), Some(&*node.label));
            assert_eq!(json["kind"].as_str(), Some(node.kind.name()));
            let region = node.region.map(|region| u64::from(region.0));
            assert_eq!(json["region"].as_u64(), region);
        }
        for (edge, json) in graph.edges.iter().zip(list("edges")) {
            let ends = (json["from"].as_u64(), json["to"].as_u64());
            assert_eq!(ends, (Some(edge.from.0.into()), Some(edge.to.0.into())));
            assert_eq!(json["kind"].as_str(), Some(edge.kind.name()));
        }
    }
}

#[cfg(feature = "png")]
#[test]
fn png_shows_the_whole_picture_with_text() {
    let read = |graph: &delayed_graph::Graph| {
        let png = graph.to_png().unwrap();
        resvg::tiny_skia::Pixmap::decode_png(&png).unwrap()
    };
    let picture = read(&annual());
    let svg = annual().to_svg().unwrap();
    let svg = roxmltree::Document::parse(&svg).unwrap();
    let width: f32 = svg
        .root_element()
        .attribute("width")
        .unwrap()
        .parse()
        .unwrap();
    assert_eq!(picture.width(), (2.0 * width).ceil() as u32);
    let dark = |pixel: &&resvg::tiny_skia::PremultipliedColorU8| pixel.red() < 80;
    let letters = picture.pixels().iter().filter(dark).count();
    assert!(letters > 2000, "{letters} dark pixels");
    let paper = picture.pixel(2, 2).unwrap();
    assert_eq!((paper.red(), paper.green(), paper.blue()), (255, 255, 255));
}
