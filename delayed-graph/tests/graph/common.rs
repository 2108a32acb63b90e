//! Graphs that the tests share.

use delayed_graph::{
    EdgeKind, Extent, Graph, GraphBuilder, Node, NodeId, NodeKind, Place, Region, RegionId,
    Schedule,
};

/// A node of that kind, written in that line.
pub(crate) fn node(kind: NodeKind, binding: &str, label: &str, line: u32) -> Node {
    Node {
        kind,
        label: label.to_owned().into(),
        binding: binding.to_owned().into(),
        place: place(line),
        region: None,
        iteration: (&[]).into(),
        fallible: false,
    }
}

fn place(line: u32) -> Place {
    Place {
        file: "src/main.rs".into(),
        line,
        column: 5,
    }
}

fn region(label: &str, parent: Option<RegionId>, line: u32) -> Region {
    Region {
        label: label.to_owned().into(),
        extent: Extent::RunTime,
        range: None,
        schedule: Schedule::Parallel,
        place: place(line),
        parent,
    }
}

/// Three tasks in a row, the last of which waits for a glue that shows something.
pub(crate) fn straight() -> Graph {
    let mut graph = GraphBuilder::new("straight");
    let path = graph.add_node(node(NodeKind::Input, "", "path", 1));
    let read = graph.add_node(Node {
        fallible: true,
        ..node(NodeKind::Task, "text", "read", 2)
    });
    let shout = graph.add_node(node(NodeKind::Glue, "", "println!(\"{text}\")", 3));
    let words = graph.add_node(node(NodeKind::Task, "words", "count_words", 4));
    let output = graph.add_node(node(NodeKind::Output, "", "words", 5));
    graph.add_edge(path, read, EdgeKind::Borrowed, "path");
    graph.add_edge(read, shout, EdgeKind::Borrowed, "text");
    graph.add_edge(read, words, EdgeKind::Moved, "text");
    graph.add_edge(shout, words, EdgeKind::Order, "");
    graph.add_edge(words, output, EdgeKind::Moved, "words");
    graph.finish()
}

/// The pipeline that the documentation starts with.
pub(crate) fn annual() -> Graph {
    let mut graph = GraphBuilder::new("annual");
    let outer = graph.add_region(region("for path in files", None, 3));
    let inner = graph.add_region(region("for chunk in trips_of(&path)?", Some(outer), 4));
    let within = |region, node| Node {
        region: Some(region),
        ..node
    };
    let files = graph.add_node(node(NodeKind::Input, "", "files", 3));
    let path = graph.add_node(within(outer, node(NodeKind::Source, "path", "files", 3)));
    let trips = graph.add_node(Node {
        fallible: true,
        ..within(outer, node(NodeKind::Task, "", "trips_of", 4))
    });
    let chunk = graph.add_node(within(
        inner,
        node(NodeKind::Source, "chunk", "trips_of", 4),
    ));
    let long = graph.add_node(within(inner, node(NodeKind::Task, "", "count_long", 5)));
    let sum = node(NodeKind::Reduction, "totals", "totals += …", 5);
    let totals = graph.add_node(within(inner, sum));
    let output = graph.add_node(node(NodeKind::Output, "", "totals", 8));
    graph.add_edge(files, path, EdgeKind::Moved, "files");
    graph.add_edge(path, trips, EdgeKind::Borrowed, "path");
    graph.add_edge(trips, chunk, EdgeKind::Moved, "");
    graph.add_edge(chunk, long, EdgeKind::Borrowed, "chunk");
    graph.add_edge(long, totals, EdgeKind::Moved, "");
    graph.add_edge(totals, output, EdgeKind::Moved, "totals");
    graph.finish()
}

/// One value read twice, two results of one pattern, and two of one name.
pub(crate) fn diamond() -> Graph {
    let mut graph = GraphBuilder::new("diamond");
    let data = graph.add_node(node(NodeKind::Task, "data", "load", 1));
    let bounds = graph.add_node(node(NodeKind::Task, "(low, high)", "bounds", 2));
    let left = graph.add_node(node(NodeKind::Task, "part", "clamp", 3));
    let right = graph.add_node(node(NodeKind::Task, "part", "scale", 4));
    let sum = graph.add_node(node(NodeKind::Glue, "", "part + rest", 5));
    let output = graph.add_node(node(NodeKind::Output, "", "result", 5));
    graph.add_edge(data, bounds, EdgeKind::Borrowed, "data");
    graph.add_edge(data, left, EdgeKind::Borrowed, "data");
    graph.add_edge(bounds, left, EdgeKind::Moved, "low");
    graph.add_edge(data, right, EdgeKind::Moved, "data");
    graph.add_edge(bounds, right, EdgeKind::Borrowed, "high");
    graph.add_edge(left, sum, EdgeKind::Moved, "part");
    graph.add_edge(right, sum, EdgeKind::Moved, "part");
    graph.add_edge(sum, output, EdgeKind::Moved, "");
    graph.finish()
}

/// Labels that each format must escape, cut or set in wide characters.
pub(crate) fn awkward() -> Graph {
    let mut graph = GraphBuilder::new("a \"b\" <c> & `d`");
    let mut reason = region("for (i, c) in \"a\\b\".chars()\n    .enumerate()", None, 1);
    reason.schedule = Schedule::Serial("`state` is carried & changed".into());
    reason.extent = Extent::Constant(12);
    let body = graph.add_region(reason);
    let empty = graph.add_region(region("for _ in [] as [&str; 0]", Some(body), 2));
    let labels = [
        "x.iter().filter(|&&x| x < 3 && x > 1)",
        "format!(\"{c}\\n\")",
        "`end` #1; %20 *bold* __init__ $a$ {}[]()",
        "Größe 数据 🚀 e\u{301}",
        "a\0b\u{1b}[31m\u{fffe}",
        "",
        "one().two().three().four().five().six().seven().eight().nine().ten()",
    ];
    let kinds = [
        NodeKind::Glue,
        NodeKind::Effect,
        NodeKind::Condition,
        NodeKind::Task,
        NodeKind::Collect,
        NodeKind::Source,
        NodeKind::Reduction,
    ];
    let mut last: Option<NodeId> = None;
    for (index, (label, kind)) in labels.into_iter().zip(kinds).enumerate() {
        let mut node = node(kind, "", label, 3);
        node.region = (index > 1).then_some(body);
        let id = graph.add_node(node);
        if let Some(last) = last {
            graph.add_edge(last, id, EdgeKind::Moved, "a<\"b\">");
        }
        last = Some(id);
    }
    assert_eq!(empty, RegionId(1));
    graph.finish()
}

/// A graph of `count` nodes in nested regions, the same for the same seed.
pub(crate) fn random(seed: u64, count: u32) -> Graph {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut below = |limit: u32| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 33) as u32 % limit.max(1)
    };
    let kinds = [
        NodeKind::Input,
        NodeKind::Task,
        NodeKind::Glue,
        NodeKind::Source,
        NodeKind::Reduction,
        NodeKind::Effect,
        NodeKind::Collect,
        NodeKind::Condition,
        NodeKind::Output,
    ];
    let edges = [EdgeKind::Moved, EdgeKind::Borrowed, EdgeKind::Order];
    let mut graph = GraphBuilder::new(format!("random {seed}"));
    let mut open: Vec<RegionId> = Vec::new();
    for index in 0..count {
        match below(8) {
            0 => {
                let label = format!("for x{index} in xs");
                open.push(graph.add_region(region(&label, open.last().copied(), index)));
            }
            1 => {
                open.pop();
            }
            _ => {}
        }
        let label = "task_".repeat(1 + below(4) as usize);
        let kind = kinds[below(kinds.len() as u32) as usize];
        let id = graph.add_node(Node {
            region: open.last().copied(),
            ..node(kind, "", &label, index)
        });
        for _ in 0..below(3).min(index) {
            let back = 1 + below(index.min(12));
            let kind = edges[below(3) as usize];
            let label = ["", "value", "a_long_name"][below(3) as usize];
            graph.add_edge(NodeId(id.0 - back), id, kind, label);
        }
    }
    graph.finish()
}

/// Three steps that were fused, beside one that was not.
pub(crate) fn fused() -> Graph {
    let mut graph = GraphBuilder::new("fused");
    let seed = graph.add_node(node(NodeKind::Input, "", "seed", 1));
    let by = graph.add_node(node(NodeKind::Input, "", "by", 1));
    let mut task = |label, line| graph.add_node(node(NodeKind::Task, "", label, line));
    let [load, other, clean, scale, all] = [
        ("load", 2),
        ("other", 3),
        ("clean", 4),
        ("scale_by_a_long_name", 5),
        ("all", 6),
    ]
    .map(|(label, line)| task(label, line));
    for (from, to, kind, label) in [
        (seed, load, EdgeKind::Borrowed, "seed"),
        (seed, other, EdgeKind::Borrowed, "seed"),
        (load, clean, EdgeKind::Moved, ""),
        (clean, scale, EdgeKind::Borrowed, "tidy"),
        (by, scale, EdgeKind::Moved, "by"),
        (clean, all, EdgeKind::Borrowed, "tidy"),
        (other, all, EdgeKind::Moved, "rest"),
        (scale, all, EdgeKind::Moved, "scaled"),
    ] {
        graph.add_edge(from, to, kind, label);
    }
    graph.add_chain(vec![load, clean, scale]);
    graph.finish()
}
