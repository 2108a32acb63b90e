//! Which of the steps that follow each other need which.
//!
//! *Source.* Flow, anti and output dependence as in Kuck et al., "Dependence
//! graphs and compiler optimizations", POPL 1981.

use std::collections::{BTreeMap, BTreeSet};

use crate::pipeline::form::names::{Mode, takes_field};
use crate::pipeline::ir::{Graph, NodeId, NodeKind, ROOT, Use, ValueId, note};

/// Why a step must come after an earlier one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// It reads what the earlier one binds or changes.
    Flow,
    /// It changes or takes away what the earlier one reads, or the other way
    /// round: only a copy can be taken and read later, and rustc is to say so
    /// where the steps stand.
    Anti,
    /// It changes what the earlier one changes.
    Output,
}

/// A step must come after an earlier one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dependence {
    /// The earlier step.
    pub on: NodeId,
    /// What both touch.
    pub value: ValueId,
    /// Why.
    pub kind: Kind,
}

/// What is known of a value on the way through the steps.
#[derive(Default)]
struct Touched {
    /// The step that bound or changed it last.
    giver: Option<NodeId>,
    /// The steps that have borrowed it since.
    borrowers: Vec<NodeId>,
    /// The steps that have moved it since, if it is used again.
    movers: Vec<NodeId>,
    /// The step that may have taken a part of it last.
    taker: Option<NodeId>,
}

/// The dependences among `nodes`, which run one after the other: for each node
/// those on nodes before it. `whole` is what is known of the
/// whole graph. What a loop or a branch runs counts as part of it.
#[must_use]
pub fn among(graph: &Graph, nodes: &[NodeId], whole: &Whole) -> Vec<Vec<Dependence>> {
    let mut touched: BTreeMap<ValueId, Touched> = BTreeMap::new();
    let mut all = Vec::new();
    for &id in nodes {
        let mut found = Vec::new();
        for used in whole.uses(graph, id) {
            let known = touched.entry(used.value).or_default();
            let dependence = |on, kind| Dependence {
                on,
                value: used.value,
                kind,
            };
            let changes = used.mode == Mode::Change;
            let kind = if changes { Kind::Output } else { Kind::Flow };
            found.extend(known.giver.map(|giver| dependence(giver, kind)));
            // What is moved and used again later is only copied; a part may be
            // moved while others are used later.
            let takes_part = used.mode == Mode::Borrow && takes_part(graph, id, used.value);
            let takes = used.mode == Mode::Move && whole.last.get(&used.value) == Some(&id);
            let mut after: Vec<NodeId> = known.taker.into_iter().collect();
            if changes || takes || takes_part {
                after.append(&mut known.borrowers);
            }
            if changes || takes_part || used.mode == Mode::Borrow {
                after.append(&mut known.movers);
            }
            found.extend(after.into_iter().map(|on| dependence(on, Kind::Anti)));
            match used.mode {
                Mode::Change => (known.giver, known.taker) = (Some(id), None),
                Mode::Borrow if takes_part => known.taker = Some(id),
                Mode::Borrow => known.borrowers.push(id),
                _ => known.movers.push(id),
            }
        }
        for value in graph.bound(id) {
            touched.entry(*value).or_default().giver = Some(id);
        }
        all.push(found);
    }
    all
}

/// Whether `id` may take a part of `value`: where a field is read, and not lent,
/// only its type could tell.
fn takes_part(graph: &Graph, id: NodeId, value: ValueId) -> bool {
    let (node, value) = (&graph.nodes[id.0], &graph.values[value.0]);
    takes_field(&node.expr, &value.name, value.field.as_ref())
}

/// What the dependences of a few steps need to know of the whole pipeline.
pub struct Whole {
    /// The last step of the pipeline's own body that uses each value.
    last: BTreeMap<ValueId, NodeId>,
    /// What plain Rust may have lent to a value: who uses the one uses the other.
    loans: BTreeMap<ValueId, Vec<Use>>,
}

impl Whole {
    /// What is known of `graph`.
    #[must_use]
    pub fn of(graph: &Graph) -> Self {
        let mut last = BTreeMap::new();
        for &id in &graph.regions[ROOT.0].nodes {
            let uses = graph.uses_with_bodies(id).into_iter();
            last.extend(uses.map(|used| (used.value, id)));
        }
        let loans = loans(graph);
        Self { last, loans }
    }

    /// What `id` does with values, and with those that they may borrow from.
    fn uses(&self, graph: &Graph, id: NodeId) -> Vec<Use> {
        let mut uses = graph.uses_with_bodies(id);
        let loans = uses.iter().filter_map(|used| self.loans.get(&used.value));
        for loan in loans.flatten().copied().collect::<Vec<_>>() {
            note(&mut uses, loan);
        }
        uses
    }
}

/// What the values that plain Rust binds may borrow from. A task's value owns
/// all it has. Only what some step changes or takes is worth knowing.
fn loans(graph: &Graph) -> BTreeMap<ValueId, Vec<Use>> {
    let uses = graph.nodes.iter().flat_map(|node| &node.uses);
    let spent =
        uses.filter(|used| used.mode != Mode::Borrow && !graph.values[used.value.0].temporary);
    let spent: BTreeSet<ValueId> = spent.map(|used| used.value).collect();
    let mut loans: BTreeMap<ValueId, Vec<Use>> = BTreeMap::new();
    for &id in &graph.regions[ROOT.0].nodes {
        let node = &graph.nodes[id.0];
        if matches!(node.kind, NodeKind::Task(_)) || node.bind.is_none() {
            continue;
        }
        let mut found = Vec::new();
        for used in graph.uses_with_bodies(id) {
            let lent = loans.get(&used.value).into_iter().flatten().copied();
            lent.for_each(|loan| note(&mut found, loan));
            if used.mode != Mode::Move && spent.contains(&used.value) {
                note(&mut found, used);
            }
        }
        if !found.is_empty() {
            let bound = graph.bound(id).iter();
            loans.extend(bound.map(|value| (*value, found.clone())));
        }
    }
    loans
}
