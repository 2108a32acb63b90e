//! SVG pictures: what must hold for each, whatever the graph.

use crate::common::{annual, awkward, diamond, fused, node, random, straight};
use delayed_graph::{EdgeKind, Graph, GraphBuilder, Look, NodeId, NodeKind, RegionId};
use roxmltree::{Document, Node};

#[derive(Clone, Copy, Debug)]
struct Frame {
    left: f64,
    top: f64,
    right: f64,
    bottom: f64,
}

impl Frame {
    /// Around the points `x y x y …`.
    fn around(numbers: &[f64]) -> Self {
        let bound = |start, start_from: f64, pick: fn(f64, f64) -> f64| {
            let coordinates = numbers.iter().skip(start).step_by(2);
            coordinates.copied().fold(start_from, pick)
        };
        Self {
            left: bound(0, f64::INFINITY, f64::min),
            top: bound(1, f64::INFINITY, f64::min),
            right: bound(0, f64::NEG_INFINITY, f64::max),
            bottom: bound(1, f64::NEG_INFINITY, f64::max),
        }
    }

    fn has(&self, inner: &Self) -> bool {
        self.left <= inner.left
            && self.top <= inner.top
            && inner.right <= self.right
            && inner.bottom <= self.bottom
    }

    fn overlaps(&self, other: &Self) -> bool {
        self.left < other.right
            && other.left < self.right
            && self.top < other.bottom
            && other.top < self.bottom
    }

    /// Inside by more than what rounding to tenths explains.
    fn has_point(&self, (x, y): (f64, f64)) -> bool {
        let slack = 0.2;
        self.left + slack < x
            && x < self.right - slack
            && self.top + slack < y
            && y < self.bottom - slack
    }
}

struct Picture {
    canvas: Frame,
    nodes: Vec<Frame>,
    labels: Vec<String>,
    regions: Vec<Frame>,
    heads: Vec<Frame>,
    /// Points along each line.
    lines: Vec<Vec<(f64, f64)>>,
    /// What stands beside lines.
    notes: Vec<Frame>,
}

impl Picture {
    fn of(graph: &Graph) -> Self {
        Self::with(graph, &Look::new())
    }

    fn with(graph: &Graph, look: &Look) -> Self {
        let svg = graph.to_svg_with(look).unwrap();
        let document = Document::parse(&svg).unwrap();
        let root = document.root_element();
        // All that belongs to the graph is in the group that is moved to its place.
        let body = root
            .children()
            .find(|child| child.has_attribute("transform"));
        let body = body.unwrap();
        let [left, top] = numbers(body.attribute("transform").unwrap())[..] else {
            panic!("one translation");
        };
        let of_class =
            |class: &'static str| body.children().filter(move |child| has_class(child, class));
        let notes = of_class("small").map(|text| {
            let (x, y) = (number(text, "x"), number(text, "y"));
            let width = width_of(text.text().unwrap(), 11.0);
            Frame::around(&[x, y - 8.0, x + width, y])
        });
        Self {
            canvas: Frame::around(&[
                -left,
                -top,
                number(root, "width") - left,
                number(root, "height") - top,
            ]),
            nodes: of_class("node").map(frame_of_shapes).collect(),
            labels: of_class("node").map(label).collect(),
            regions: of_class("region").map(frame_of_shapes).collect(),
            heads: of_class("region")
                .map(|region| text_frame(region))
                .collect(),
            lines: of_class("line")
                .map(|line| points(first(line, "path")))
                .collect(),
            notes: notes.collect(),
        }
    }
}

fn number(element: Node, name: &str) -> f64 {
    element.attribute(name).unwrap().parse().unwrap()
}

fn numbers(text: &str) -> Vec<f64> {
    text.split(|c: char| !(c.is_ascii_digit() || matches!(c, '.' | '-')))
        .filter(|part| !part.is_empty())
        .map(|part| part.parse().unwrap())
        .collect()
}

fn has_class(element: &Node, class: &str) -> bool {
    let classes = element.attribute("class").unwrap_or_default();
    classes.split(' ').any(|one| one == class)
}

fn first<'a>(group: Node<'a, 'a>, name: &str) -> Node<'a, 'a> {
    let found = group
        .children()
        .find(|child| child.tag_name().name() == name);
    found.unwrap()
}

fn label(group: Node) -> String {
    let text = group
        .children()
        .find(|child| child.tag_name().name() == "text");
    text.unwrap().text().unwrap().to_owned()
}

fn width_of(text: &str, size: f64) -> f64 {
    text.chars().count() as f64 * 0.6 * size
}

/// The frame around the two lines of text in a region's head.
fn text_frame(region: Node) -> Frame {
    let corners: Vec<f64> = region
        .children()
        .filter(|child| child.tag_name().name() == "text")
        .flat_map(|text| {
            let size = if has_class(&text, "small") {
                11.0
            } else {
                13.0
            };
            let (x, y) = (number(text, "x"), number(text, "y"));
            let width = width_of(text.text().unwrap(), size);
            [x, y - 0.8 * size, x + width, y]
        })
        .collect();
    Frame::around(&corners)
}

/// The frame around all boxes of a group.
fn frame_of_shapes(group: Node) -> Frame {
    let corners: Vec<f64> = group
        .children()
        .flat_map(|shape| match shape.tag_name().name() {
            "polygon" => numbers(shape.attribute("points").unwrap()),
            "rect" => {
                let (x, y) = (number(shape, "x"), number(shape, "y"));
                vec![
                    x,
                    y,
                    x + number(shape, "width"),
                    y + number(shape, "height"),
                ]
            }
            _ => Vec::new(),
        })
        .collect();
    Frame::around(&corners)
}

/// Points along a path.
fn points(path: Node) -> Vec<(f64, f64)> {
    let mut points: Vec<(f64, f64)> = Vec::new();
    let path = path.attribute("d").unwrap();
    let starts: Vec<usize> = path
        .match_indices(|c: char| c.is_ascii_alphabetic())
        .map(|(at, _)| at)
        .chain([path.len()])
        .collect();
    for ends in starts.windows(2) {
        let (command, rest) = path[ends[0]..ends[1]].split_at(1);
        let ends = numbers(rest);
        let last = points.last().copied();
        // A straight piece is a curve with its ends as handles.
        let curve = match (command, &ends[..], last) {
            ("M", &[x, y], _) => [x, y, x, y, x, y, x, y],
            ("L", &[x, y], Some((x0, y0))) => [x0, y0, x0, y0, x, y, x, y],
            ("C", &[x1, y1, x2, y2, x, y], Some((x0, y0))) => [x0, y0, x1, y1, x2, y2, x, y],
            _ => panic!("no such path: {path}"),
        };
        points.extend((0..=20).map(|step| along(&curve, f64::from(step) / 20.0)));
    }
    points
}

fn along(&[x0, y0, x1, y1, x2, y2, x3, y3]: &[f64; 8], t: f64) -> (f64, f64) {
    let s = 1.0 - t;
    let mix =
        |a, b, c, d| s * s * s * a + 3.0 * s * s * t * b + 3.0 * s * t * t * c + t * t * t * d;
    (mix(x0, x1, x2, x3), mix(y0, y1, y2, y3))
}

fn no_two_overlap(frames: &[Frame], what: &str) {
    for (index, frame) in frames.iter().enumerate() {
        for other in &frames[..index] {
            assert!(!frame.overlaps(other), "{what}: {frame:?} and {other:?}");
        }
    }
}

fn pairs<'a>(one: &'a [Frame], other: &'a [Frame]) -> impl Iterator<Item = (&'a Frame, &'a Frame)> {
    one.iter().flat_map(|a| other.iter().map(move |b| (a, b)))
}

/// Asserts all that must hold for every picture, in both directions.
fn assert_readable(graph: &Graph) {
    for look in [Look::new(), Look::new().left_to_right()] {
        assert_readable_as(graph, &look);
    }
}

fn assert_readable_as(graph: &Graph, look: &Look) {
    let name = &graph.name;
    let picture = Picture::with(graph, look);
    assert_eq!(picture.nodes.len(), graph.nodes.len(), "{name}");
    assert_eq!(picture.regions.len(), graph.regions.len(), "{name}");
    for frame in picture
        .nodes
        .iter()
        .chain(&picture.regions)
        .chain(&picture.notes)
    {
        assert!(picture.canvas.has(frame), "{name}: {frame:?} is cut");
    }
    no_two_overlap(&picture.nodes, name);
    no_two_overlap(&picture.notes, name);
    for (frame, label) in picture.nodes.iter().zip(&picture.labels) {
        let width = width_of(label, 13.0);
        assert!(width + 8.0 < frame.right - frame.left, "{name}: {label}");
    }
    for (frame, head) in pairs(&picture.nodes, &picture.heads) {
        assert!(!frame.overlaps(head), "{name}: {frame:?} hides {head:?}");
    }
    for line in &picture.lines {
        for point in line {
            for frame in picture
                .nodes
                .iter()
                .chain(&picture.notes)
                .chain(&picture.heads)
            {
                assert!(!frame.has_point(*point), "{name}: a line crosses {frame:?}");
            }
        }
    }
    assert_nested(graph, &picture);
}

/// Each node and region is inside the regions that hold it and no other.
fn assert_nested(graph: &Graph, picture: &Picture) {
    let holders = |region: Option<RegionId>| {
        std::iter::successors(region, |id| graph[*id].parent).collect::<Vec<_>>()
    };
    let nodes = graph
        .nodes
        .iter()
        .map(|node| node.region)
        .zip(&picture.nodes);
    let inner = (0..).map(RegionId).zip(&picture.regions);
    for (region, frame) in nodes.chain(inner.map(|(id, frame)| (Some(id), frame))) {
        let holders = holders(region);
        for (id, box_of_region) in (0..).map(RegionId).zip(&picture.regions) {
            if holders.contains(&id) {
                assert!(box_of_region.has(frame), "{}: {frame:?}", graph.name);
            }
        }
    }
    for (node, frame) in graph.nodes.iter().zip(&picture.nodes) {
        let holders = holders(node.region);
        for (id, box_of_region) in (0..).map(RegionId).zip(&picture.regions) {
            let stranger = !holders.contains(&id) && box_of_region.overlaps(frame);
            assert!(
                !stranger,
                "{}: {frame:?} in {}",
                graph.name, graph[id].label
            );
        }
    }
}

#[test]
fn examples_are_readable() {
    for graph in [straight(), annual(), diamond(), awkward(), fused()] {
        assert_readable(&graph);
    }
}

#[test]
fn random_graphs_are_readable() {
    for seed in 0..300 {
        assert_readable(&random(seed, (seed % 61) as u32));
    }
}

#[test]
fn a_large_graph_is_readable() {
    assert_readable(&random(7, 500));
}

#[test]
fn nothing_at_all_is_a_picture() {
    assert_readable(&GraphBuilder::default().finish());
}

/// A graph of tasks with these edges.
fn tasks(count: u32, edges: impl IntoIterator<Item = (u32, u32)>) -> Picture {
    let mut graph = GraphBuilder::new("tasks");
    for _ in 0..count {
        graph.add_node(node(NodeKind::Task, "", "task", 1));
    }
    for (from, to) in edges {
        graph.add_edge(NodeId(from), NodeId(to), EdgeKind::Moved, "");
    }
    Picture::of(&graph.finish())
}

#[test]
fn lines_that_need_not_cross_do_not() {
    let [a, b, c, d] = tasks(4, [(0, 3), (1, 2)]).nodes[..] else {
        panic!("four nodes");
    };
    assert_eq!(a.left < b.left, d.left < c.left);
}

#[test]
fn an_item_without_lines_stands_beside_the_others() {
    // Two fans push their inputs apart; the one between stays between.
    let fan = |input: u32, from: u32| (from..from + 6).map(move |reader| (input, reader));
    let nodes = tasks(15, fan(0, 3).chain(fan(2, 9))).nodes;
    assert_eq!(nodes[1].top, nodes[0].top);
    let (left, right) = (
        nodes[0].left.min(nodes[2].left),
        nodes[0].left.max(nodes[2].left),
    );
    assert!(left < nodes[1].left && nodes[1].left < right);
}

#[test]
fn a_fan_of_many_rows_opens_to_both_sides() {
    let picture = tasks(50, (1..49).flat_map(|task| [(0, task), (task, 49)]));
    let width = picture.canvas.right - picture.canvas.left;
    for end in [picture.nodes[0], picture.nodes[49]] {
        let off = f64::midpoint(end.left, end.right) - picture.canvas.left - width / 2.0;
        assert!(off.abs() < width / 8.0, "{off}");
    }
    assert!(picture.canvas.right < 3000.0);
}

#[test]
fn lines_come_to_a_region_in_the_order_of_its_ports() {
    let mut graph = GraphBuilder::new("ports");
    let region = graph.add_region(annual().regions[0].clone());
    let task = node(NodeKind::Task, "", "task", 1);
    let [a, b, shared] = [0; 3].map(|_| graph.add_node(task.clone()));
    for value in [a, b] {
        let reader = graph.add_node(delayed_graph::Node {
            region: Some(region),
            ..task.clone()
        });
        graph.add_edge(value, reader, EdgeKind::Moved, "");
        graph.add_edge(shared, reader, EdgeKind::Borrowed, "");
    }
    // Inside, the value of both readers comes between the others.
    let nodes = Picture::of(&graph.finish()).nodes;
    let is_left =
        |one: NodeId, other: NodeId| nodes[one.0 as usize].left < nodes[other.0 as usize].left;
    assert_eq!(is_left(a, shared), is_left(shared, b));
}

#[test]
fn what_reads_nothing_stands_above_its_first_reader() {
    let nodes = tasks(6, [(0, 1), (1, 2), (2, 3), (3, 5), (4, 5)]).nodes;
    assert_eq!(nodes[4].top, nodes[3].top);
}

#[test]
fn two_values_meet_their_reader_at_two_points() {
    let picture = tasks(3, [(0, 2), (1, 2)]);
    let [first, second] = &picture.lines[..] else {
        panic!("two lines");
    };
    let apart = second.last().unwrap().0 - first.last().unwrap().0;
    assert!(apart > 8.0, "{apart}");
}

#[test]
fn a_straight_chain_is_one_straight_line() {
    let picture = tasks(30, (1..30).map(|task| (task - 1, task)));
    let first = picture.nodes[0];
    assert!(picture.nodes.iter().all(|node| node.left == first.left));
}

#[test]
fn values_flow_down_or_to_the_right() {
    let graph = random(5, 40);
    let (down, right) = (
        Picture::with(&graph, &Look::new()).nodes,
        Picture::with(&graph, &Look::new().left_to_right()).nodes,
    );
    let inside = graph.edges.iter().filter(|edge| {
        let region = graph[edge.from].region;
        region == graph[edge.to].region
    });
    let mut count = 0;
    for edge in inside {
        let (from, to) = (edge.from.0 as usize, edge.to.0 as usize);
        assert!(down[from].bottom < down[to].top, "{edge:?}");
        assert!(right[from].right < right[to].left, "{edge:?}");
        count += 1;
    }
    assert!(count > 0);
}

#[test]
fn a_narrow_loop_is_as_long_as_its_head() {
    // To the right, a loop's head may be longer than what is in it, and a value
    // that leaves the loop has further to go.
    let mut graph = GraphBuilder::new("narrow");
    let region = graph.add_region(delayed_graph::Region {
        label: "for a_long_name_of_an_item in a_long_name_of_a_source".into(),
        ..annual().regions[0].clone()
    });
    let inside = graph.add_node(delayed_graph::Node {
        region: Some(region),
        ..node(NodeKind::Task, "", "t", 1)
    });
    let reader = graph.add_node(node(NodeKind::Output, "", "all", 2));
    graph.add_edge(inside, reader, EdgeKind::Moved, "");
    let picture = Picture::with(&graph.finish(), &Look::new().left_to_right());
    let border = picture.regions[0].right;
    let ends = |line: &Vec<(f64, f64)>| (line[0].0, line[line.len() - 1].0);
    let meets = |x: f64| (x - border).abs() < 0.2;
    let joined = picture.lines.iter().map(ends);
    let joined = joined.filter(|&(from, to)| meets(from) || meets(to));
    assert_eq!(joined.count(), 2, "one line inside, one outside");
}

#[test]
fn drawing_twice_gives_the_same() {
    let graph = random(3, 60);
    assert_eq!(graph.to_svg().unwrap(), graph.clone().to_svg().unwrap());
}

#[test]
fn every_arrow_ends_at_its_reader() {
    let svg = annual().to_svg().unwrap();
    let document = Document::parse(&svg).unwrap();
    let tips = document
        .descendants()
        .filter(|element| has_class(element, "tip"));
    assert_eq!(tips.count(), annual().edges.len());
}

#[test]
fn the_legend_names_what_occurs() {
    let svg = annual().to_svg().unwrap();
    let document = Document::parse(&svg).unwrap();
    let root = document.root_element();
    let names: Vec<&str> = root
        .children()
        .filter(|child| has_class(child, "small"))
        .filter_map(|child| child.text())
        .collect();
    let expected = [
        "input",
        "task",
        "source",
        "reduction",
        "output",
        "moved",
        "borrowed",
        "critical path",
    ];
    assert_eq!(names, expected);
}

#[test]
fn tooltips_say_what_and_where() {
    let svg = annual().to_svg().unwrap();
    let document = Document::parse(&svg).unwrap();
    let tooltips: Vec<&str> = document
        .descendants()
        .filter(|element| element.tag_name().name() == "title")
        .filter_map(|element| element.text())
        .collect();
    assert!(
        tooltips.contains(&"task trips_of, can fail\nsrc/main.rs:4:5"),
        "{tooltips:?}"
    );
    assert!(
        tooltips.contains(&"source files -> path\nsrc/main.rs:3:5"),
        "{tooltips:?}"
    );
}

#[test]
fn the_critical_path_is_marked() {
    let graph = annual();
    let svg = graph.to_svg().unwrap();
    let document = Document::parse(&svg).unwrap();
    let nodes = document
        .descendants()
        .filter(|element| has_class(element, "node") && has_class(element, "critical"));
    let marked: Vec<u32> = nodes
        .map(|node| node.attribute("data-node").unwrap().parse().unwrap())
        .collect();
    let path: Vec<u32> = graph.critical_path().iter().map(|id| id.0).collect();
    assert!(path.len() > 1);
    assert_eq!(marked, path);
    assert!(svg.contains(">critical path<"));
}

#[test]
fn only_what_leads_on_along_the_critical_path_is_bold() {
    // Of the two readers of the first one, one is the start of a longer chain.
    let mut graph = GraphBuilder::new("fork");
    let [first, long, short, last] =
        [1, 2, 3, 4].map(|line| graph.add_node(node(NodeKind::Task, "", "t", line)));
    graph.add_edge(first, long, EdgeKind::Borrowed, "");
    graph.add_edge(first, short, EdgeKind::Borrowed, "");
    graph.add_edge(long, last, EdgeKind::Moved, "");
    let graph = graph.finish();
    for look in [Look::new(), Look::new().left_to_right()] {
        let svg = graph.to_svg_with(&look).unwrap();
        let document = Document::parse(&svg).unwrap();
        let tips = |is_critical: bool| {
            let lines = document.descendants().filter(move |element| {
                has_class(element, "line") && has_class(element, "critical") == is_critical
            });
            let all = lines.flat_map(|line| line.children().collect::<Vec<_>>());
            all.filter(|child| has_class(child, "tip")).count()
        };
        assert_eq!((tips(true), tips(false)), (2, 1));
    }
}
