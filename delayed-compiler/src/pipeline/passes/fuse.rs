//! Fuses steps of the pipeline's own body that need each other in a row.
//!
//! A *stretch* is a run of statements that may change places: tasks, and plain
//! Rust that only computes. In a stretch, a step that needs exactly one other,
//! and is all that needs that other, gains nothing from being scheduled by
//! itself: both become one *chain*. The body of a loop needs no chains, as an
//! iteration is one piece of work.
//!
//! *Legality.* Only a side table is made. That a stretch's steps may change
//! places is what `schedule` rests on: tasks share nothing but their arguments,
//! the plain Rust here has no effect but its value, and what steps bind has
//! different names. A task that changes a variable of the surroundings stays, as
//! they could see it though a step before it fails. Values that may be left out or lent (see `dead`, `merge`),
//! statements with attributes, loops, branches and changes of variables stay
//! where they are.

use std::collections::{BTreeMap, BTreeSet};

use syn::Expr;

use crate::pipeline::analyse::depend::{self, Whole};
use crate::pipeline::analyse::order::Order;
use crate::pipeline::form::names::{Mode, only_referenced};
use crate::pipeline::form::variable;
use crate::pipeline::ir::{Chain, Graph, Node, NodeId, NodeKind, ROOT, ValueId};

/// Finds the chains of `graph`; gives whether one has more than one step.
pub fn run(graph: &mut Graph, _: &Order) -> bool {
    let (last, whole) = (graph.last_uses(), Whole::of(graph));
    let chains: Vec<_> = stretches(graph)
        .iter()
        .enumerate()
        .flat_map(|(number, stretch)| chains(graph, number, stretch, &last, &whole))
        .collect();
    graph.chains = chains;
    graph.chains.iter().any(|chain| chain.nodes.len() > 1)
}

/// The stretches with more than one task.
fn stretches(graph: &Graph) -> Vec<Vec<NodeId>> {
    let mut stretches: Vec<Vec<NodeId>> = Vec::new();
    let mut names: BTreeSet<String> = BTreeSet::new();
    let mut goes_on = false;
    for &id in &graph.regions[ROOT.0].nodes {
        if !may_move(graph, &graph.nodes[id.0]) {
            goes_on = false;
            continue;
        }
        let bound = graph.bound(id).iter();
        let bound: Vec<_> = bound.map(|value| name(graph, value.0)).collect();
        goes_on &= !bound.iter().any(|name| names.contains(name));
        if !goes_on {
            names.clear();
            stretches.push(Vec::new());
            goes_on = true;
        }
        names.extend(bound);
        let used = graph.nodes[id.0].uses.iter();
        names.extend(used.map(|used| name(graph, used.value.0)));
        if let Some(stretch) = stretches.last_mut() {
            stretch.push(id);
        }
    }
    let is_task = |id: &&NodeId| matches!(graph.nodes[id.0].kind, NodeKind::Task(_));
    stretches.retain(|stretch| stretch.iter().filter(is_task).count() > 1);
    stretches
}

fn name(graph: &Graph, value: usize) -> String {
    graph.values[value].name.to_string()
}

fn may_move(graph: &Graph, node: &Node) -> bool {
    let may_be_left_out = node.unread || node.same_as.is_some();
    let moves = match node.kind {
        NodeKind::Task(_) => node.tasks.len() == 1 && !changes_surroundings(graph, node),
        NodeKind::Glue => {
            let bind = node.bind.as_ref();
            let changes = node.uses.iter().any(|used| used.mode == Mode::Change);
            let owns = bind.is_some_and(|bind| {
                let mut values = bind.values.iter();
                values.all(|value| !graph.values[value.0].mutable)
            });
            owns && !changes && computes(&node.expr)
        }
        _ => false,
    };
    moves && !may_be_left_out && node.attrs.is_empty()
}

/// Whether the surroundings could see that `node` has run, though a step before
/// it fails.
fn changes_surroundings(graph: &Graph, node: &Node) -> bool {
    let mut changed = node.uses.iter().filter(|used| used.mode == Mode::Change);
    changed.any(|used| graph.values[used.value.0].home.is_none())
}

/// Whether `expr` does nothing but make an owned value of its parts.
fn computes(expr: &Expr) -> bool {
    match expr {
        Expr::Lit(_) => true,
        Expr::Path(_) => variable(expr).is_some(),
        Expr::Paren(inner) => computes(&inner.expr),
        Expr::Field(inner) => computes(&inner.base),
        Expr::Unary(inner) => computes(&inner.expr),
        Expr::Cast(inner) => computes(&inner.expr),
        Expr::Try(inner) => computes(&inner.expr),
        Expr::Tuple(tuple) => tuple.elems.iter().all(computes),
        Expr::Binary(binary) => computes(&binary.left) && computes(&binary.right),
        _ => false,
    }
}

/// The chains of one stretch; every step is in one.
fn chains(
    graph: &Graph,
    number: usize,
    stretch: &[NodeId],
    last: &BTreeMap<ValueId, NodeId>,
    whole: &Whole,
) -> Vec<Chain> {
    let needs = direct_needs(graph, stretch, whole);
    // What the steps of each chain bind.
    let mut bound: Vec<BTreeSet<ValueId>> = Vec::new();
    let mut readers: BTreeMap<NodeId, usize> = BTreeMap::new();
    for on in needs.values().flatten() {
        *readers.entry(*on).or_default() += 1;
    }
    let mut chains: Vec<Chain> = Vec::new();
    let mut chain_of: BTreeMap<NodeId, usize> = BTreeMap::new();
    for &id in stretch {
        let needs: Vec<_> = needs[&id].iter().collect();
        let chain = match needs[..] {
            [only]
                if readers[only] == 1 && leaves_whole(graph, id, &bound[chain_of[only]], last) =>
            {
                chain_of[only]
            }
            _ => {
                chains.push(Chain {
                    nodes: Vec::new(),
                    stretch: number,
                    priority: 0,
                });
                bound.push(BTreeSet::new());
                chains.len() - 1
            }
        };
        chains[chain].nodes.push(id);
        bound[chain].extend(graph.bound(id));
        chain_of.insert(id, chain);
    }
    chains
}

/// Whether those of `bound` that `id` uses are whole behind it, if others use
/// them, too: a branch cannot give what it has taken a part of.
fn leaves_whole(
    graph: &Graph,
    id: NodeId,
    bound: &BTreeSet<ValueId>,
    last: &BTreeMap<ValueId, NodeId>,
) -> bool {
    let node = &graph.nodes[id.0];
    node.uses.iter().all(|used| {
        !bound.contains(&used.value)
            || last[&used.value] == id
            || only_referenced(&node.expr, &graph.values[used.value.0].name)
    })
}

/// What each step needs, without what another one that it needs has needed.
fn direct_needs(
    graph: &Graph,
    stretch: &[NodeId],
    whole: &Whole,
) -> BTreeMap<NodeId, BTreeSet<NodeId>> {
    let mut direct: BTreeMap<NodeId, BTreeSet<NodeId>> = BTreeMap::new();
    for (&id, needs) in stretch.iter().zip(depend::among(graph, stretch, whole)) {
        let mut needs: BTreeSet<_> = needs.iter().map(|dependence| dependence.on).collect();
        let implied: Vec<_> = needs
            .iter()
            .flat_map(|need| &direct[need])
            .copied()
            .collect();
        for need in implied {
            needs.remove(&need);
        }
        direct.insert(id, needs);
    }
    direct
}
