//! A graph in DOT, the language of Graphviz.

use std::fmt::Write;

use crate::chained::Chained;
use crate::direction::Direction;
use crate::label::{LONGEST, one_line, short};
use crate::outline::{Outline, Step};
use crate::{Edge, EdgeKind, Graph, Node, NodeKind, Region};

const HEAD: &str = r##"    node [fontname="monospace", fontsize=11, shape=box];
    edge [fontname="monospace", fontsize=10];
"##;

impl Graph {
    /// The graph in DOT, for Graphviz and the many tools that read it.
    ///
    /// Loops are clusters, a node's shape says its kind, and an edge is solid
    /// where the value is moved, dashed where it is borrowed and dotted where
    /// only the order counts. Tooltips say `file:line:column`.
    ///
    /// ```
    /// let dot = delayed_graph::GraphBuilder::new("empty").finish().to_dot();
    /// assert!(dot.starts_with("digraph \"empty\" {"));
    /// ```
    #[must_use]
    pub fn to_dot(&self) -> String {
        self.dot(Direction::Down)
    }

    /// [`to_dot`](Graph::to_dot) as a look says: its direction, and whether by name.
    #[cfg(feature = "svg")]
    #[must_use]
    pub fn to_dot_with(&self, look: &crate::Look) -> String {
        match look.names(self, false) {
            Some(names) => names.graph.dot(look.direction()),
            None => self.dot(look.direction()),
        }
    }

    fn dot(&self, direction: Direction) -> String {
        let (name, rankdir) = (quoted(&one_line(&self.name)), direction.rankdir());
        let mut dot = format!(
            "digraph {name} {{\n    graph [fontname=\"monospace\", fontsize=11, \
             rankdir={rankdir}];\n{HEAD}"
        );
        let chained = Chained::of(self);
        let mut depth = 1;
        Outline::new(&chained.graph).walk(|step| match step {
            Step::Node(id) => {
                indent(&mut dot, depth);
                let parts = self.shown_parts(&chained.parts[id.0 as usize], LONGEST);
                let attributes = node_attributes(&chained.graph[id], &parts);
                let _ = writeln!(dot, "n{} [{attributes}];", id.0);
            }
            Step::Open(id) => {
                indent(&mut dot, depth);
                let _ = writeln!(dot, "subgraph cluster_{} {{", id.0);
                depth += 1;
                indent(&mut dot, depth);
                let _ = writeln!(dot, "graph [{}];", region_attributes(&self[id]));
            }
            Step::Close => {
                depth -= 1;
                indent(&mut dot, depth);
                dot.push_str("}\n");
            }
        });
        for edge in chained.graph.edges.iter() {
            indent(&mut dot, 1);
            let _ = writeln!(
                dot,
                "n{} -> n{}{};",
                edge.from.0,
                edge.to.0,
                edge_attributes(edge)
            );
        }
        dot.push_str("}\n");
        dot
    }
}

fn indent(dot: &mut String, depth: usize) {
    dot.extend(std::iter::repeat_n("    ", depth));
}

/// `parts` has what is written on a node, line by line.
fn node_attributes(node: &Node, parts: &[String]) -> String {
    let look = match node.kind {
        NodeKind::Input => "shape=ellipse",
        NodeKind::Task => "style=rounded",
        NodeKind::Glue => "style=dashed",
        NodeKind::Source => "shape=parallelogram",
        NodeKind::Reduction => "shape=invtrapezium",
        NodeKind::Effect => "shape=octagon",
        NodeKind::Collect => "shape=box3d",
        NodeKind::Condition => "shape=diamond",
        NodeKind::Output => "shape=ellipse, peripheries=2",
    };
    let tooltip = format!("{} at {}", node.kind.name(), node.place);
    let lines = parts.iter().map(|part| escaped(part));
    let label = lines.collect::<Vec<_>>().join("\\n");
    format!("label=\"{label}\", {look}, tooltip={}", quoted(&tooltip))
}

fn region_attributes(region: &Region) -> String {
    let rate = format!("{}, {}", region.extent, region.schedule);
    // `\l` ends a line that is set to the left.
    let label = format!(
        "{}\\l{}\\l",
        escaped(&short(&region.label, LONGEST)),
        escaped(&short(&rate, LONGEST))
    );
    let tooltip = quoted(&region.place.to_string());
    format!("label=\"{label}\", labeljust=l, style=rounded, tooltip={tooltip}")
}

fn edge_attributes(edge: &Edge) -> String {
    let mut attributes = Vec::new();
    if !edge.label.is_empty() {
        attributes.push(format!("label={}", quoted(&short(&edge.label, LONGEST))));
    }
    match edge.kind {
        EdgeKind::Moved => {}
        EdgeKind::Borrowed => attributes.push("style=dashed".to_owned()),
        EdgeKind::Order => attributes.push("style=dotted".to_owned()),
    }
    if attributes.is_empty() {
        String::new()
    } else {
        format!(" [{}]", attributes.join(", "))
    }
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", escaped(text))
}

/// Graphviz reads `\` as the start of an escape and `&…;` as a character's
/// name in a label, so both are escaped as well as the quote.
fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\")
        .replace('"', "\\\"")
        .replace('&', "&amp;")
}
