//! What stands in the body of the outer loop of a nest beside the inner one.
//!
//! *Legality.* Statements in front run before all cells of their row, and those behind
//! after them (`exact.rs` says when that is for other rows). `let`s of indices may run
//! more than once, as they are sums; what other statements bind is not seen elsewhere.

use std::collections::BTreeSet;

use syn::Pat;

use super::affine::Affine;
use crate::pipeline::ir::{Graph, NodeId, NodeKind, RegionId};

/// What stands in the body of the outer loop beside the inner one.
#[derive(Clone, Debug, Default)]
pub struct Beside {
    /// `let`s of indices, in front of all else.
    pub lets: Vec<NodeId>,
    /// Other statements in front.
    pub front: Vec<NodeId>,
    /// Statements behind.
    pub back: Vec<NodeId>,
}

impl Beside {
    /// Whether there are statements besides `let`s.
    #[must_use]
    pub fn has_edges(&self) -> bool {
        !self.front.is_empty() || !self.back.is_empty()
    }
}

/// What stands in `region` beside its loop `inner`, if each row can do that alone.
pub(super) fn beside(
    graph: &Graph,
    region: RegionId,
    head: NodeId,
    inner: RegionId,
) -> Option<Beside> {
    let nodes = &graph.regions[region.0].nodes;
    let at = nodes.iter().position(|id| *id == head)?;
    let (front, back) = (&nodes[..at], &nodes[at + 1..]);
    let lets = front.iter().take_while(|id| is_index(graph, region, **id));
    let (lets, front) = front.split_at(lets.count());
    let all = |ids: &[NodeId]| -> Vec<NodeId> {
        let ids = ids.iter().flat_map(|id| whole(graph, *id));
        ids.collect()
    };
    let (edge, cells) = (all(front), all(&[head]));
    // What is bound in front is gone when cells run.
    let bound: BTreeSet<_> = edge.iter().flat_map(|id| graph.bound(*id)).collect();
    let rest = cells.iter().copied().chain(all(back));
    let mut used = { rest }.flat_map(|id| graph.nodes[id.0].uses.iter().map(|used| used.value));
    // Tasks of rows would follow each other, and cells would be nothing beside them.
    let has_task = |ids: &[NodeId]| ids.iter().any(|id| !graph.nodes[id.0].tasks.is_empty());
    let is_less = has_task(&cells) || !has_task(&edge) && !has_task(&all(back));
    let fits = is_less
        && differ_in_name(graph, [region, inner], lets)
        && !used.any(|value| bound.contains(&value));
    fits.then(|| Beside {
        lets: lets.to_vec(),
        front: front.to_vec(),
        back: back.to_vec(),
    })
}

/// Whether a statement of `nest` is a `let` of a sum of indices, such as
/// `let up = i - 1;`.
fn is_index(graph: &Graph, nest: RegionId, id: NodeId) -> bool {
    let node = &graph.nodes[id.0];
    let is_name = |pat: &Pat| match pat {
        Pat::Ident(name) => name.by_ref.is_none() && name.mutability.is_none(),
        _ => false,
    };
    let is_let = node.bind.as_ref().is_some_and(|bind| is_name(&bind.pat));
    let is_mere = node.kind == NodeKind::Glue && node.tasks.is_empty() && !node.exit;
    is_let && is_mere && Affine::of(&node.expr, &node.names, graph, nest).is_some()
}

/// Whether the variables of two loops, and those that `lets` of the outer one bind,
/// have different names: a cell sees all of them.
fn differ_in_name(graph: &Graph, regions: [RegionId; 2], lets: &[NodeId]) -> bool {
    let items = regions
        .iter()
        .flat_map(|region| &graph.regions[region.0].items);
    let values = items.chain(lets.iter().flat_map(|id| graph.bound(*id)));
    let mut names = BTreeSet::new();
    values
        .map(|value| graph.values[value.0].name.to_string())
        .all(|name| names.insert(name))
}

/// A node, and all inside of it.
pub(super) fn whole(graph: &Graph, id: NodeId) -> impl Iterator<Item = NodeId> + '_ {
    let bodies = graph.bodies(id).iter();
    std::iter::once(id).chain(bodies.flat_map(|body| graph.nodes_inside(*body)))
}
