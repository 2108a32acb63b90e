//! A graph as text: one line a node, loops as indented blocks.
//!
//! Nodes are named, not numbered, so that a new line in the user's program is
//! one new line here. Nothing in the text depends on the machine.

use std::borrow::Cow;
use std::fmt::{self, Display, Formatter, Write};

use crate::build::in_order;
use crate::label::{one_line, subscripts};
use crate::numbers::Numbers;
use crate::outline::{Outline, Step};
use crate::{Edge, EdgeKind, Graph, Node, NodeKind, Place};

/// One line a node: its kind, its name, what it calls, `?` if it can fail, and
/// after `<-` what it reads: `x` is moved, `&x` borrowed, `after x` only waited
/// for. A second node of a name is `x#2`, a part of a value `x.part`.
///
/// `{:#}` adds `// file:line:column`.
///
/// ```text
/// graph annual
///     input files
///     for path in files [n times, parallel]
///         source path <- files
///         task trips = read_trips? <- &path
///         reduction totals += … <- &trips
///     output totals <- totals
/// ```
impl Display for Graph {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(format!("graph {}", one_line(&self.name)).trim_end())?;
        let names = names(self);
        let edges = match self.edges.is_sorted_by_key(|edge| edge.to) {
            true => Cow::Borrowed(&*self.edges),
            // A broken graph can be printed, too.
            false => in_order(self.edges.to_vec()).into(),
        };
        let mut depth = 1;
        let mut result = Ok(());
        Outline::new(self).walk(|step| {
            if result.is_err() {
                return;
            }
            match step {
                Step::Node(id) => {
                    let first = edges.partition_point(|edge| edge.to < id);
                    let last = edges.partition_point(|edge| edge.to <= id);
                    let inputs: Vec<String> = edges[first..last]
                        .iter()
                        .map(|edge| input(self, &names, edge))
                        .collect();
                    let line = node_line(&self[id], &names[id.0 as usize], &inputs);
                    result = write_line(f, depth, &line, &self[id].place);
                }
                Step::Open(id) => {
                    let region = &self[id];
                    let head = one_line(&region.label);
                    let line = format!("{head} [{}, {}]", region.extent, region.schedule);
                    result = write_line(f, depth, &line, &region.place);
                    depth += 1;
                }
                Step::Close => depth -= 1,
            }
        });
        result
    }
}

fn write_line(f: &mut Formatter<'_>, depth: usize, line: &str, place: &Place) -> fmt::Result {
    f.write_char('\n')?;
    for _ in 0..depth {
        f.write_str("    ")?;
    }
    f.write_str(line)?;
    if f.alternate() {
        write!(f, " // {place}")?;
    }
    Ok(())
}

fn node_line(node: &Node, name: &str, inputs: &[String]) -> String {
    let kind = node.kind.name();
    let label = one_line(&node.label);
    let base = name.split('#').next().unwrap_or(name);
    let base = match iteration(node) {
        iteration if iteration.is_empty() => base,
        iteration => base.strip_suffix(&iteration).unwrap_or(base),
    };
    // The name says nothing where it is the kind, and the label says nothing
    // new where it is the name or the only thing read. A label that begins with
    // the name says both: `totals += …`.
    let mut line = if base == kind {
        name.to_owned()
    } else {
        format!("{kind} {name}")
    };
    let only_input = inputs.len() == 1 && inputs[0].trim_start_matches('&') == label;
    let begins = label
        .strip_prefix(name)
        .is_some_and(|rest| rest.starts_with(' '));
    if begins {
        line = format!("{kind} {label}");
    } else if !label.is_empty() && label != base && !only_input {
        line += &format!(" = {label}");
    }
    if node.fallible {
        line.push('?');
    }
    if !inputs.is_empty() {
        line += " <- ";
        line += &inputs.join(", ");
    }
    line
}

fn input(graph: &Graph, names: &[String], edge: &Edge) -> String {
    let (Some(node), Some(name)) = (
        graph.nodes.get(edge.from.0 as usize),
        names.get(edge.from.0 as usize),
    ) else {
        return format!("missing node {}", edge.from.0);
    };
    let part = match one_line(&edge.label) {
        label if label.is_empty() || label == base_name(node) => String::new(),
        label => format!(".{label}"),
    };
    match edge.kind {
        EdgeKind::Moved => format!("{name}{part}"),
        EdgeKind::Borrowed => format!("&{name}{part}"),
        EdgeKind::Order => format!("after {name}"),
    }
}

/// A name for each node, the same whatever else is in the graph, except that
/// the second of a name is `name#2`. One of an iteration is `name[2,3]`.
fn names(graph: &Graph) -> Vec<String> {
    let mut numbers = Numbers::default();
    // How often each name has been used.
    let mut used: Vec<u32> = Vec::new();
    let name = |node: &Node| {
        let base = base_name(node) + &iteration(node);
        if node.kind == NodeKind::Output {
            // Nothing reads an output, so it may share the name of what it is.
            return base;
        }
        let number = numbers.give(base.clone());
        used.resize(numbers.len(), 0);
        used[number] += 1;
        match used[number] {
            1 => base,
            count => format!("{base}#{count}"),
        }
    };
    graph.nodes.iter().map(name).collect()
}

/// Which one it is of the steps of several iterations, unless its name says it.
fn iteration(node: &Node) -> String {
    if node.iteration.is_empty() || subscripts(&node.binding).is_some() {
        return String::new();
    }
    let numbers: Vec<_> = node.iteration.iter().map(i64::to_string).collect();
    format!("[{}]", numbers.join(","))
}

/// The variable, the label if it is short enough to be a name, or the kind.
fn base_name(node: &Node) -> String {
    [&node.binding, &node.label]
        .into_iter()
        .find(|name| is_name(name))
        .map_or_else(|| node.kind.name().to_owned(), |name| name.to_string())
}

fn is_name(text: &str) -> bool {
    let is_letter = |c: char| c.is_alphanumeric() || matches!(c, '_' | ':');
    !text.is_empty() && (text.chars().all(is_letter) || subscripts(text).is_some())
}
