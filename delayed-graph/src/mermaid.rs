//! A graph in Mermaid, which code forges and Markdown viewers draw in place.

use std::fmt::Write;

use crate::chained::Chained;
use crate::direction::Direction;
use crate::label::{LONGEST, short};
use crate::outline::{Outline, Step};
use crate::{EdgeKind, Graph, NodeKind};

impl Graph {
    /// The graph as a Mermaid flowchart, to be put into a Markdown file.
    ///
    /// Loops are subgraphs, a node's shape says its kind, and an edge is solid
    /// where the value is moved, dashed where it is borrowed and dotted where
    /// only the order counts.
    ///
    /// ```
    /// let chart = delayed_graph::GraphBuilder::new("empty").finish().to_mermaid();
    /// assert!(chart.contains("flowchart TD"));
    /// ```
    #[must_use]
    pub fn to_mermaid(&self) -> String {
        self.mermaid(Direction::Down)
    }

    /// [`to_mermaid`](Graph::to_mermaid) as a look says: its direction, and whether by name.
    #[cfg(feature = "svg")]
    #[must_use]
    pub fn to_mermaid_with(&self, look: &crate::Look) -> String {
        match look.names(self, false) {
            Some(names) => names.graph.mermaid(look.direction()),
            None => self.mermaid(look.direction()),
        }
    }

    fn mermaid(&self, direction: Direction) -> String {
        let title = short(&self.name, LONGEST)
            .replace('\\', "\\\\")
            .replace('"', "\\\"");
        let mut chart = format!(
            "---\ntitle: \"{title}\"\n---\nflowchart {}\n",
            direction.flowchart()
        );
        let chained = Chained::of(self);
        let mut depth = 1;
        Outline::new(&chained.graph).walk(|step| match step {
            Step::Node(id) => {
                let (open, close) = brackets(chained.graph[id].kind);
                let parts = self.shown_parts(&chained.parts[id.0 as usize], LONGEST);
                let label = quoted(&parts.join("\n"));
                indent(&mut chart, depth);
                let _ = writeln!(chart, "n{}{open}{label}{close}", id.0);
            }
            Step::Open(id) => {
                let region = &self[id];
                let rate = format!("{}, {}", region.extent, region.schedule);
                let label = format!(
                    "{}\n{}",
                    short(&region.label, LONGEST),
                    short(&rate, LONGEST)
                );
                indent(&mut chart, depth);
                let _ = writeln!(chart, "subgraph r{}[{}]", id.0, quoted(&label));
                depth += 1;
            }
            Step::Close => {
                depth -= 1;
                indent(&mut chart, depth);
                chart.push_str("end\n");
            }
        });
        chained.graph.mermaid_edges(&mut chart);
        chained.graph.mermaid_styles(&mut chart);
        chart
    }

    fn mermaid_edges(&self, chart: &mut String) {
        for edge in self.edges.iter() {
            let arrow = match edge.kind {
                EdgeKind::Moved => "-->",
                EdgeKind::Borrowed | EdgeKind::Order => "-.->",
            };
            let label = match short(&edge.label, LONGEST) {
                label if label.is_empty() => String::new(),
                label => format!("|{}|", quoted(&label)),
            };
            indent(chart, 1);
            let _ = writeln!(chart, "n{} {arrow}{label} n{}", edge.from.0, edge.to.0);
        }
    }

    /// Mermaid has no dotted line, and no dashed or thick box, of its own.
    fn mermaid_styles(&self, chart: &mut String) {
        let orders = (0..)
            .zip(self.edges.iter())
            .filter(|(_, edge)| edge.kind == EdgeKind::Order)
            .map(|(index, _): (u32, _)| index.to_string())
            .collect::<Vec<_>>()
            .join(",");
        if !orders.is_empty() {
            let _ = writeln!(chart, "    linkStyle {orders} stroke-dasharray:1 4");
        }
        for (kind, style) in [
            (NodeKind::Glue, "stroke-dasharray:4 3"),
            (NodeKind::Output, "stroke-width:3px"),
        ] {
            let nodes = (0..)
                .zip(self.nodes.iter())
                .filter(|(_, node)| node.kind == kind)
                .map(|(index, _): (u32, _)| format!("n{index}"))
                .collect::<Vec<_>>()
                .join(",");
            if !nodes.is_empty() {
                let name = kind.name();
                let _ = writeln!(chart, "    classDef {name} {style}");
                let _ = writeln!(chart, "    class {nodes} {name}");
            }
        }
    }
}

fn indent(chart: &mut String, depth: usize) {
    chart.extend(std::iter::repeat_n("    ", depth));
}

fn brackets(kind: NodeKind) -> (&'static str, &'static str) {
    match kind {
        NodeKind::Input | NodeKind::Output => ("([", "])"),
        NodeKind::Task => ("(", ")"),
        NodeKind::Glue => ("[", "]"),
        NodeKind::Source => ("[/", "/]"),
        NodeKind::Reduction => ("[\\", "/]"),
        NodeKind::Effect => ("[[", "]]"),
        NodeKind::Collect => ("[(", ")]"),
        NodeKind::Condition => ("{{", "}}"),
    }
}

/// Mermaid has no escape for a quote and takes backticks and `<` for markup, so
/// whatever it could misread is written as a character's name or number.
fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    let mut in_word = false;
    for (at, c) in text.char_indices() {
        let next = text[at + c.len_utf8()..].chars().next();
        match c {
            '"' => quoted.push_str("#quot;"),
            '&' => quoted.push_str("#amp;"),
            '<' => quoted.push_str("#lt;"),
            '>' => quoted.push_str("#gt;"),
            '\n' => quoted.push_str("<br/>"),
            // Within a word it is not markup, and names stay readable.
            '_' if in_word && next.is_some_and(char::is_alphanumeric) => quoted.push('_'),
            '#' | '`' | '\\' | '*' | '_' | '~' | '$' => {
                let _ = write!(quoted, "#{};", u32::from(c));
            }
            c => quoted.push(c),
        }
        in_word = c.is_alphanumeric();
    }
    quoted.push('"');
    quoted
}
