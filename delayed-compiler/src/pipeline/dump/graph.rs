//! The graph as the compiler works on it, one line for each node.
//!
//! A value is written as its name and number, `total.3`, so that variables of
//! one name can be told apart.

use std::fmt::Write as _;

use crate::pipeline::analyse::order::{Order, Schedule};
use crate::pipeline::form::names::Mode;
use crate::pipeline::ir::{Graph, Node, NodeId, NodeKind, ROOT, RegionId, ValueId};
use crate::pipeline::text::text;

/// The text of `graph`, with what `order` says of it.
#[must_use]
pub fn graph(graph: &Graph, order: &Order) -> String {
    let mut out = String::new();
    let surroundings = (0..graph.values.len()).map(ValueId);
    let surroundings = surroundings.filter(|value| graph.values[value.0].home.is_none());
    let _ = writeln!(out, "surroundings: {}", values(graph, surroundings));
    region(graph, order, ROOT, 0, &mut out);
    for chain in graph.chains.iter().filter(|chain| chain.nodes.len() > 1) {
        let nodes = nodes(&chain.nodes);
        let _ = writeln!(out, "chain {nodes}; priority {}", chain.priority);
    }
    for fork in &graph.forks {
        let branches: Vec<_> = fork.branches.iter().map(|branch| nodes(branch)).collect();
        let _ = writeln!(out, "fork {}", branches.join(" | "));
    }
    out
}

fn nodes(ids: &[NodeId]) -> String {
    let ids: Vec<_> = ids.iter().map(|id| format!("n{}", id.0)).collect();
    ids.join(" ")
}

fn region(graph: &Graph, order: &Order, id: RegionId, depth: usize, out: &mut String) {
    for &node in &graph.regions[id.0].nodes {
        let _ = writeln!(out, "{:depth$}{}", "", line(graph, order, node));
        if let NodeKind::Loop(inner) = graph.nodes[node.0].kind {
            let head = head(graph, order, inner);
            let _ = writeln!(out, "{:depth$}  {head}", "");
            region(graph, order, inner, depth + 4, out);
        }
    }
}

/// What is known of a loop's body.
fn head(graph: &Graph, order: &Order, id: RegionId) -> String {
    let region = &graph.regions[id.0];
    let items = values(graph, region.items.iter().copied());
    let mut head = format!("r{} items: {items}", id.0);
    if let Some(collected) = region.collected {
        let _ = write!(head, ", collects: {}", value(graph, collected));
    }
    if let Some(extent) = region.extent {
        let _ = write!(head, ", extent: {extent}");
    }
    match order.schedules[id.0] {
        Schedule::Parallel => head.push_str(", parallel"),
        Schedule::Serial(reason) => {
            let _ = write!(head, ", serial: {reason}");
        }
    }
    head
}

fn line(graph: &Graph, order: &Order, id: NodeId) -> String {
    let node = &graph.nodes[id.0];
    let mut line = format!("n{} {} `{}`", id.0, kind(&node.kind), text(&node.expr));
    if let Some(bind) = &node.bind {
        let bound = values(graph, bind.values.iter().copied());
        let _ = write!(line, " -> {bound}");
    }
    uses(graph, node, &mut line);
    if node.exit {
        line.push_str("; exits");
    }
    if node.unread {
        line.push_str("; left out if pure");
    }
    if let Some(first) = node.same_as {
        let _ = write!(line, "; {} if pure", value(graph, first));
    }
    if !node.releases.is_empty() {
        let ends = values(graph, node.releases.iter().copied());
        let _ = write!(line, "; then {ends} ends");
    }
    if let Some(frame) = order.ordered.get(&id) {
        let _ = write!(line, "; ordered for r{}", frame.0);
    }
    line
}

fn kind(kind: &NodeKind) -> String {
    match kind {
        NodeKind::Task(name) => format!("task {name}"),
        NodeKind::Loop(region) => format!("loop r{}", region.0),
        NodeKind::Branch(arms) => {
            let arms: Vec<_> = arms.iter().map(|arm| format!("r{}", arm.0)).collect();
            format!("branch {}", arms.join(" "))
        }
        NodeKind::LetElse(arm) => format!("let-else r{}", arm.0),
        NodeKind::Jump(target) => format!("jump r{}", target.0),
        NodeKind::Value => "value".to_owned(),
        NodeKind::Collect(_) => "collect".to_owned(),
        NodeKind::Glue => "glue".to_owned(),
        NodeKind::Declare => "declare".to_owned(),
        NodeKind::Reduction => "reduction".to_owned(),
        NodeKind::Effect => "effect".to_owned(),
        NodeKind::Output => "output".to_owned(),
    }
}

fn uses(graph: &Graph, node: &Node, line: &mut String) {
    for (mode, verb) in [
        (Mode::Borrow, "borrows"),
        (Mode::Move, "moves"),
        (Mode::Change, "changes"),
    ] {
        let used = node.uses.iter().filter(|used| used.mode == mode);
        let mut used = used.map(|used| used.value).peekable();
        if used.peek().is_some() {
            let _ = write!(line, "; {verb} {}", values(graph, used));
        }
    }
}

/// `mut a.0, b.1`
pub(super) fn values(graph: &Graph, ids: impl Iterator<Item = ValueId>) -> String {
    let texts: Vec<_> = ids.map(|id| value(graph, id)).collect();
    if texts.is_empty() {
        return "none".to_owned();
    }
    texts.join(", ")
}

fn value(graph: &Graph, id: ValueId) -> String {
    format!("{}.{}", graph.values[id.0].name, id.0)
}
