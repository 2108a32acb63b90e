//! The graph that users see, from the graph that the compiler works on.
//!
//! Temporaries disappear: what they hold is shown where it is used. Plain Rust
//! between tasks is shown where the user gave it a name.

mod ranges;
pub mod sums;
mod variables;

use std::borrow::Cow;
use std::collections::BTreeMap;

use delayed_graph as shown;
use proc_macro2::Span;

use crate::pipeline::analyse::order::{Order, Schedule};
use crate::pipeline::analyse::reasons;
use crate::pipeline::form::names::Mode;
use crate::pipeline::form::variable;
use crate::pipeline::ir::{Binding, Graph, Node, NodeId, NodeKind, RegionId, Role, ValueId};
use crate::pipeline::text::text;
use sums::{Range, Sum};
use variables::Variables;

/// What users see of `graph`. Files are left empty: the code generator writes
/// `file!()` there.
#[must_use]
pub fn schema(graph: &Graph, order: &Order) -> shown::Graph {
    shown(graph, order).graph
}

/// What users see of a graph, and what else is to be written of it.
pub struct Shown {
    /// The graph, as far as the macro knows it.
    pub graph: shown::Graph,
    /// The nodes whose tasks its nodes show.
    pub tasks: BTreeMap<u32, NodeId>,
    /// What only rustc knows.
    pub named: Named,
}

/// What depends on constants with a name.
#[derive(Default)]
pub struct Named {
    /// The ranges of regions.
    pub ranges: BTreeMap<usize, Range>,
    /// The subscripts of variables' accesses.
    pub subscripts: BTreeMap<(usize, usize), Vec<Option<Sum>>>,
}

impl Named {
    /// Whether nothing does.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ranges.is_empty() && self.subscripts.is_empty()
    }
}

/// [`schema`], with all that the code generator asks.
#[must_use]
pub fn shown(graph: &Graph, order: &Order) -> Shown {
    let mut schema = Schema {
        tasks: BTreeMap::new(),
        steps: BTreeMap::new(),
        graph,
        nodes: Vec::new(),
        edges: BTreeMap::new(),
        givers: BTreeMap::new(),
        conditions: BTreeMap::new(),
        texts: Vec::new(),
        variables: Variables::of(graph),
    };
    schema.inputs();
    for id in (0..graph.nodes.len()).map(NodeId) {
        schema.node(id);
    }
    let Schema { mut variables, .. } = schema;
    let mut named = Named::default();
    let words = |text: &str| in_words(&schema.texts, text);
    let edges = schema
        .edges
        .into_iter()
        .map(|((to, from, label), kind)| shown::Edge {
            from,
            to,
            kind,
            label: label.into(),
        });
    let shown = shown::Graph {
        name: "pipeline".into(),
        edges: edges.collect::<Vec<_>>().into(),
        nodes: schema.nodes.into(),
        regions: regions(graph, order, &variables, &mut named).into(),
        chains: chains(graph, &schema.steps).into(),
        variables: variables
            .shown(&mut named, &words, |value| value_name(graph, value))
            .into(),
    };
    Shown {
        graph: shown,
        tasks: schema.tasks,
        named,
    }
}

fn regions(
    graph: &Graph,
    order: &Order,
    variables: &Variables,
    named: &mut Named,
) -> Vec<shown::Region> {
    let loops = (0..graph.regions.len()).map(RegionId);
    let loops = loops.filter(|id| graph.regions[id.0].role == Role::Loop);
    let loops = loops.enumerate().map(|(number, id)| {
        let region = &graph.regions[id.0];
        let range = variables.range(id);
        let known = range.and_then(Range::known);
        if known.is_none()
            && let Some(range) = range
        {
            named.ranges.insert(number, range.clone());
        }
        shown::Region {
            label: region.label.clone().into(),
            extent: region
                .extent
                .or_else(|| ranges::extent(known.as_ref()?))
                .map_or(shown::Extent::RunTime, shown::Extent::Constant),
            range: known,
            schedule: schedule(order, id),
            place: place(region.span),
            parent: region.parent.and_then(|parent| shown_region(graph, parent)),
        }
    });
    loops.collect()
}

/// What `fuse` has made of steps that are shown.
fn chains(graph: &Graph, steps: &BTreeMap<NodeId, shown::NodeId>) -> Vec<shown::Chain> {
    let chains = graph.chains.iter().map(|chain| {
        let nodes = chain.nodes.iter().filter_map(|node| steps.get(node));
        nodes.copied().collect::<Vec<_>>()
    });
    chains
        .filter(|nodes| nodes.len() > 1)
        .map(|nodes| shown::Chain {
            nodes: nodes.into(),
        })
        .collect()
}

/// How a loop runs. Of array loops more is known than a reason.
fn schedule(order: &Order, region: RegionId) -> shown::Schedule {
    let words = order.arrays.words(region).map(str::to_owned);
    let carried = order.arrays.carried.get(&region).cloned();
    match (order.schedules[region.0], words, carried) {
        (Schedule::Parallel, ..) => shown::Schedule::Parallel,
        (_, Some(words), _) => shown::Schedule::Cells(words.into()),
        (Schedule::Serial(reasons::NO_TASK | reasons::AROUND_CELLS), _, Some(carried)) => {
            shown::Schedule::Serial(carried.into())
        }
        (Schedule::Serial(reason), ..) => shown::Schedule::Serial(reason.into()),
    }
}

/// Loops are boxes; the root and the bodies of branches are not.
fn shown_region(graph: &Graph, region: RegionId) -> Option<shown::RegionId> {
    let inner = graph.loop_around(region)?;
    let before = graph.regions[..inner.0].iter();
    let loops = before.filter(|region| region.role == Role::Loop).count();
    Some(shown::RegionId(number(loops)))
}

fn number(index: usize) -> u32 {
    u32::try_from(index).expect("a program has fewer than 2^32 nodes")
}

fn place(span: Span) -> shown::Place {
    let start = span.start();
    shown::Place {
        file: Cow::Borrowed(""),
        line: number(start.line),
        column: number(start.column + 1),
    }
}

struct Schema<'a> {
    graph: &'a Graph,
    tasks: BTreeMap<u32, NodeId>,
    /// The shown nodes of steps.
    steps: BTreeMap<NodeId, shown::NodeId>,
    nodes: Vec<shown::Node>,
    /// By end, start and label.
    edges: BTreeMap<(shown::NodeId, shown::NodeId, String), shown::EdgeKind>,
    /// The shown nodes that a value comes from, and the user's name for it.
    givers: BTreeMap<ValueId, Vec<(shown::NodeId, String)>>,
    /// The shown nodes of branches.
    conditions: BTreeMap<NodeId, shown::NodeId>,
    /// What each temporary stands for, in the user's words.
    texts: Vec<(String, String)>,
    variables: Variables,
}

/// The user's name for a value; temporaries have none.
fn value_name(graph: &Graph, value: ValueId) -> String {
    let value = &graph.values[value.0];
    match &value.field {
        _ if value.temporary => String::new(),
        Some(field) => format!("{}.{field}", value.name),
        None => value.name.to_string(),
    }
}

impl Schema<'_> {
    /// The surroundings' variables.
    fn inputs(&mut self) {
        for (index, value) in self.graph.values.iter().enumerate() {
            if value.home.is_some() {
                continue;
            }
            let name = self.name(ValueId(index));
            let id = self.add(shown::Node {
                kind: shown::NodeKind::Input,
                label: name.clone().into(),
                binding: name.clone().into(),
                place: place(value.name.span()),
                region: None,
                iteration: (&[]).into(),
                fallible: false,
            });
            self.variables.declare(id, ValueId(index));
            self.givers.insert(ValueId(index), vec![(id, name)]);
        }
    }

    fn name(&self, value: ValueId) -> String {
        value_name(self.graph, value)
    }

    fn add(&mut self, node: shown::Node) -> shown::NodeId {
        self.nodes.push(node);
        shown::NodeId(number(self.nodes.len() - 1))
    }

    fn node(&mut self, id: NodeId) {
        let node = &self.graph.nodes[id.0];
        let words = self.words(&text(&node.expr));
        let is_hidden = self.is_hidden(node);
        if let Some(bind) = &node.bind {
            for value in &bind.values {
                let value = &self.graph.values[value.0];
                if value.temporary {
                    self.texts.push((value.name.to_string(), words.clone()));
                }
            }
        }
        match &node.kind {
            NodeKind::Declare | NodeKind::Jump(_) => {}
            NodeKind::Value => self.value(node),
            NodeKind::Loop(region) => self.source(node, *region),
            _ if is_hidden => self.hidden(node),
            kind => {
                let (kind, label) = self.kind_and_label(kind, node, words);
                let shown = self.step(node, kind, label);
                self.steps.insert(id, shown);
                if let NodeKind::Task(_) = node.kind {
                    self.tasks.insert(shown.0, id);
                }
                if let NodeKind::Branch(arms) = &node.kind {
                    self.condition(id, shown, arms);
                }
            }
        }
    }

    /// Whether the node is shown as part of what uses it.
    fn is_hidden(&self, node: &Node) -> bool {
        let binds_temporary = node.bind.as_ref().is_some_and(|bind| {
            bind.values
                .iter()
                .all(|value| self.graph.values[value.0].temporary)
        });
        node.kind == NodeKind::Glue && node.tasks.is_empty() && binds_temporary
    }

    fn hidden(&mut self, node: &Node) {
        self.variables.hide(self.graph, node, node.bind.as_ref());
        let from: Vec<_> = node
            .uses
            .iter()
            .flat_map(|used| self.givers(used.value))
            .collect();
        if node.exit {
            for (giver, _) in &from {
                self.nodes[giver.0 as usize].fallible = true;
            }
        }
        for value in node.bind.iter().flat_map(|bind| &bind.values) {
            self.givers.insert(*value, from.clone());
        }
    }

    fn givers(&self, value: ValueId) -> Vec<(shown::NodeId, String)> {
        self.givers.get(&value).cloned().unwrap_or_default()
    }

    fn kind_and_label(
        &self,
        kind: &NodeKind,
        node: &Node,
        words: String,
    ) -> (shown::NodeKind, String) {
        // What is drawn as fallible has its `?` already.
        let words = words.trim_end_matches('?').to_owned();
        match kind {
            NodeKind::Task(name) => (shown::NodeKind::Task, name.clone()),
            NodeKind::Reduction => {
                let label = match &node.expr {
                    syn::Expr::Binary(fold) => {
                        let place = self.words(&text(&fold.left));
                        format!("{place} {} …", text(fold.op))
                    }
                    _ => words,
                };
                (shown::NodeKind::Reduction, label)
            }
            NodeKind::Effect => (shown::NodeKind::Effect, words),
            NodeKind::Collect(_) => (shown::NodeKind::Collect, words),
            NodeKind::Branch(_) | NodeKind::LetElse(_) => {
                (shown::NodeKind::Condition, self.words(&head(node)))
            }
            NodeKind::Output if self.is_temporary(&node.expr) => {
                (shown::NodeKind::Output, "result".to_owned())
            }
            NodeKind::Output => (shown::NodeKind::Output, words),
            _ => (shown::NodeKind::Glue, words),
        }
    }

    fn step(&mut self, node: &Node, kind: shown::NodeKind, label: String) -> shown::NodeId {
        let binding = self.binding(node);
        let id = self.add(shown::Node {
            kind,
            label: label.into(),
            binding: binding.into(),
            place: place(node.span),
            region: shown_region(self.graph, node.region),
            iteration: (&[]).into(),
            fallible: super::build::has_exit(&node.expr),
        });
        self.edges_to(id, node);
        self.variables.step(self.graph, id, node);
        self.after_condition(id, node);
        self.gives(id, node);
        id
    }

    /// What patterns bind comes from the condition.
    fn condition(&mut self, id: NodeId, shown: shown::NodeId, arms: &[RegionId]) {
        self.conditions.insert(id, shown);
        for arm in arms {
            for item in &self.graph.regions[arm.0].items {
                let name = self.graph.values[item.0].name.to_string();
                self.givers.insert(*item, vec![(shown, name)]);
            }
        }
    }

    /// A node in the body of a branch comes after its condition.
    fn after_condition(&mut self, id: shown::NodeId, node: &Node) {
        let region = &self.graph.regions[node.region.0];
        let Some(condition) = region.node.filter(|_| region.role == Role::Arm) else {
            return;
        };
        if let Some(&condition) = self.conditions.get(&condition) {
            let between =
                (id, condition, String::new())..(id, shown::NodeId(condition.0 + 1), String::new());
            if self.edges.range(between).next().is_none() {
                let label = region.label.clone();
                self.edges
                    .insert((id, condition, label), shown::EdgeKind::Order);
            }
        }
    }

    /// The value of a body is one of those that its branch gives.
    fn value(&mut self, node: &Node) {
        let from: Vec<_> = node
            .uses
            .iter()
            .flat_map(|used| self.givers(used.value))
            .collect();
        let branch = self.graph.regions[node.region.0].node;
        let bind = branch.and_then(|branch| self.graph.nodes[branch.0].bind.as_ref());
        self.variables.hide(self.graph, node, bind);
        for value in bind.iter().flat_map(|bind| &bind.values) {
            self.givers.entry(*value).or_default().extend(from.clone());
        }
    }

    /// The user's name for what `node` gives or changes.
    fn binding(&self, node: &Node) -> String {
        let named = |bind: &Binding| {
            let mut values = bind.values.iter().map(|value| &self.graph.values[value.0]);
            let is_users = values.all(|value| !value.temporary);
            if is_users {
                pattern(&bind.pat)
            } else {
                String::new()
            }
        };
        match &node.kind {
            NodeKind::Collect(_) => {
                let head = self.graph.regions[node.region.0].node;
                let bind = head.and_then(|head| self.graph.nodes[head.0].bind.as_ref());
                bind.map_or_else(String::new, named)
            }
            NodeKind::Reduction | NodeKind::Effect => {
                let changed = node.uses.iter().find(|used| used.mode == Mode::Change);
                let changed = changed.map(|used| self.name(used.value));
                changed.unwrap_or_default()
            }
            _ => node.bind.as_ref().map_or_else(String::new, named),
        }
    }

    /// Whether `expr` is nothing but a value that has no name of the user's.
    fn is_temporary(&self, expr: &syn::Expr) -> bool {
        let name = variable(expr);
        let values = &self.graph.values;
        name.is_some_and(|name| {
            values
                .iter()
                .any(|value| value.temporary && value.name == *name)
        })
    }

    fn edges_to(&mut self, to: shown::NodeId, node: &Node) {
        for used in &node.uses {
            let kind = match used.mode {
                Mode::Borrow => shown::EdgeKind::Borrowed,
                _ => shown::EdgeKind::Moved,
            };
            for (from, label) in self.givers(used.value) {
                if from != to {
                    self.edges.entry((to, from, label)).or_insert(kind);
                }
            }
        }
    }

    /// Notes what later nodes take from `id`.
    fn gives(&mut self, id: shown::NodeId, node: &Node) {
        for value in node.bind.iter().flat_map(|bind| &bind.values) {
            let name = self.name(*value);
            self.givers.insert(*value, vec![(id, name)]);
            self.variables.declare(id, *value);
        }
        for used in node.uses.iter().filter(|used| used.mode == Mode::Change) {
            let name = self.name(used.value);
            self.givers.insert(used.value, vec![(id, name)]);
        }
        if let NodeKind::Collect(_) = node.kind {
            let head = self.graph.regions[node.region.0].node;
            let bind = head.and_then(|head| self.graph.nodes[head.0].bind.as_ref());
            for value in bind.iter().flat_map(|bind| &bind.values) {
                let name = self.name(*value);
                self.givers.insert(*value, vec![(id, name)]);
                self.variables.declare(id, *value);
            }
        }
    }

    /// What a loop pulls from stands inside of its box.
    fn source(&mut self, node: &Node, region: RegionId) {
        let body = &self.graph.regions[region.0];
        let binding = body.pat.as_ref().map_or_else(String::new, pattern);
        let id = self.add(shown::Node {
            kind: shown::NodeKind::Source,
            label: binding.clone().into(),
            binding: binding.into(),
            place: place(node.span),
            region: shown_region(self.graph, region),
            iteration: (&[]).into(),
            fallible: node.exit,
        });
        self.edges_to(id, node);
        self.variables.step(self.graph, id, node);
        for item in &body.items {
            let name = self.graph.values[item.0].name.to_string();
            self.givers.insert(*item, vec![(id, name)]);
        }
    }

    /// `words` with the user's words for each temporary.
    fn words(&self, words: &str) -> String {
        in_words(&self.texts, words)
    }
}

/// `words` with what temporaries stand for.
fn in_words(texts: &[(String, String)], words: &str) -> String {
    if !words.contains("__") {
        // Most have none, and there may be many to look for.
        return words.to_owned();
    }
    let newest_first = texts.iter().rev();
    newest_first.fold(words.to_owned(), |words, (name, meaning)| {
        words.replace(name, meaning)
    })
}

/// A pattern without its type and `mut`.
fn pattern(pat: &syn::Pat) -> String {
    match pat {
        syn::Pat::Type(typed) => pattern(&typed.pat),
        syn::Pat::Ident(name) if name.subpat.is_none() => name.ident.to_string(),
        pat => text(pat),
    }
}

/// `if x > 3` of the whole.
fn head(node: &Node) -> String {
    match (&node.expr, &node.bind) {
        (syn::Expr::If(inner), _) => format!("if {}", text(&inner.cond)),
        (syn::Expr::Match(inner), _) => format!("match {}", text(&inner.expr)),
        (init, Some(bind)) => format!("let {} = {}", pattern(&bind.pat), text(init)),
        (init, None) => text(init),
    }
}
