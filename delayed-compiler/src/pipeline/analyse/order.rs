//! What has to happen in iteration order, and which loops may overlap.
//!
//! A loop's iterations may overlap when everything in its body that touches a
//! variable from outside, which the loop changes, is *ordered*: taken out of
//! the body and done one iteration after the other. Where that cannot be, the
//! loop is run as it was written, and the graph says why.
//!
//! *Legality.* Let `v` live outside of a loop and be changed inside. Every node
//! of the loop that reads or changes `v`, or what such a node binds, is
//! ordered, so the changes and reads of `v` happen in serial order. All other
//! nodes read values of their own iteration, or values that no iteration
//! changes, so they may run whenever their inputs are there. What an ordered
//! node needs of its own iteration is handed over by move; `Conflict`s are
//! the cases where a move would not mean what the body says.

use std::collections::{BTreeMap, BTreeSet};

use super::{handed, reasons};
use crate::pipeline::arrays::{self, Arrays};
use crate::pipeline::form::names::Mode;
use crate::pipeline::ir::{Graph, NodeId, NodeKind, ROOT, RegionId, Role, ValueId};

/// How a region's iterations run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Schedule {
    /// They overlap.
    Parallel,
    /// One after the other, for this reason.
    Serial(&'static str),
}

/// The result of the analysis.
pub struct Order {
    /// One for each region; the root is [`Schedule::Parallel`] and runs once.
    pub schedules: Vec<Schedule>,
    /// The ordered nodes, and the frame whose variables each changes or reads.
    pub ordered: BTreeMap<NodeId, RegionId>,
    /// What ordered nodes move of their iteration and is used again there.
    pub kept: BTreeMap<NodeId, Vec<ValueId>>,
    /// The loops over arrays.
    pub arrays: Arrays,
}

/// Analyses `graph`.
#[must_use]
pub fn analyse(graph: &Graph) -> Order {
    let arrays = arrays::analyse(graph);
    let mut schedules: Vec<_> = (0..graph.regions.len())
        .map(|region| match RegionId(region) {
            ROOT => Schedule::Parallel,
            region if let Some(reason) = of_cells(graph, &arrays, region) => {
                Schedule::Serial(reason)
            }
            region if graph.regions[region.0].role == Role::Arm => Schedule::Serial("a branch"),
            region if leaves_a_lent_source(graph, region) => Schedule::Serial(reasons::OUTLIVES),
            region if is_jumped_out_of(graph, region) => Schedule::Serial(reasons::OUTER_JUMP),
            region if graph.has_task(region) => Schedule::Parallel,
            _ => Schedule::Serial(reasons::NO_TASK),
        })
        .collect();
    loop {
        let frames = Frames {
            graph,
            schedules: &schedules,
        };
        match frames.ordered().and_then(|ordered| {
            let kept = handed::check(frames, &ordered)?;
            Ok((ordered, kept))
        }) {
            Ok((ordered, kept)) => {
                return Order {
                    schedules,
                    ordered,
                    kept,
                    arrays,
                };
            }
            Err(Conflict { region, reason }) => {
                debug_assert_ne!(region, ROOT, "the root has no iterations");
                schedules[region.0] = Schedule::Serial(reason);
            }
        }
    }
}

/// Why a loop in, of or around array cells is no loop of overlapping iterations.
fn of_cells(graph: &Graph, arrays: &Arrays, region: RegionId) -> Option<&'static str> {
    if graph.regions[region.0].role != Role::Loop {
        return None;
    }
    let mut nests = arrays.nests.keys();
    match arrays.around(graph, region) {
        Some(nest) if nest.regions.contains(&region) => Some(reasons::CELLS),
        Some(_) => Some(reasons::IN_A_CELL),
        None => {
            let is_around = nests.any(|nest| graph.is_inside(*nest, region));
            is_around.then_some(reasons::AROUND_CELLS)
        }
    }
}

/// Whether a loop that pulls an iterator which is used again later can end
/// early: then it must not have pulled more than it ran.
fn leaves_a_lent_source(graph: &Graph, region: RegionId) -> bool {
    let Some(head) = graph.regions[region.0].node else {
        return false;
    };
    let head = &graph.nodes[head.0];
    let changes = head.uses.iter().any(|used| used.mode == Mode::Change);
    let mut inside = graph.nodes_inside(region);
    (changes || is_by_ref(&head.expr)) && inside.any(|node| graph.nodes[node.0].exit)
}

/// Whether a labelled jump inside of a loop leaves it for a loop around it.
fn is_jumped_out_of(graph: &Graph, region: RegionId) -> bool {
    let mut inside = graph.nodes_inside(region);
    inside.any(|node| match graph.nodes[node.0].kind {
        NodeKind::Jump(target) => target != region && graph.is_inside(region, target),
        _ => false,
    })
}

fn is_by_ref(source: &syn::Expr) -> bool {
    match source {
        syn::Expr::MethodCall(call) => call.method == "by_ref" || is_by_ref(&call.receiver),
        syn::Expr::Reference(reference) => reference.mutability.is_some(),
        syn::Expr::Paren(paren) => is_by_ref(&paren.expr),
        _ => false,
    }
}

/// Whether a node runs bodies of its own.
pub(super) fn has_body(kind: &NodeKind) -> bool {
    let is_branch = matches!(kind, NodeKind::Branch(_) | NodeKind::LetElse(_));
    is_branch || matches!(kind, NodeKind::Loop(_))
}

/// A loop that cannot overlap.
#[derive(Debug)]
pub(super) struct Conflict {
    pub(super) region: RegionId,
    pub(super) reason: &'static str,
}

/// The regions whose bodies become functions of their own: the root, and each
/// loop whose iterations overlap. A serial loop is part of the frame around it.
#[derive(Clone, Copy)]
pub struct Frames<'a> {
    /// The graph.
    pub graph: &'a Graph,
    /// The schedule of each region.
    pub schedules: &'a [Schedule],
}

impl Order {
    /// The frames of `graph` under this order.
    #[must_use]
    pub fn frames<'a>(&'a self, graph: &'a Graph) -> Frames<'a> {
        Frames {
            graph,
            schedules: &self.schedules,
        }
    }
}

impl Frames<'_> {
    /// The frame that `region` is part of.
    #[must_use]
    pub fn of(&self, region: RegionId) -> RegionId {
        self.graph
            .outwards(region)
            .find(|region| self.schedules[region.0] == Schedule::Parallel)
            .unwrap_or(ROOT)
    }

    /// The frame that `value` lives in; the surroundings count as the root.
    #[must_use]
    pub fn of_value(&self, value: ValueId) -> RegionId {
        self.graph.values[value.0]
            .home
            .map_or(ROOT, |home| self.of(home))
    }

    /// Whether `value` belongs to `frame`, or to a body inside of it.
    #[must_use]
    pub fn is_own(&self, value: ValueId, frame: RegionId) -> bool {
        let home = self.graph.values[value.0].home;
        home.is_some_and(|home| self.graph.is_inside(home, frame))
    }

    /// The frame around `frame`.
    #[must_use]
    pub fn parent(&self, frame: RegionId) -> Option<RegionId> {
        self.graph.regions[frame.0]
            .parent
            .map(|parent| self.of(parent))
    }

    /// The frame directly inside of `outer` on the way to `inner`.
    pub(super) fn step_inwards(&self, outer: RegionId, inner: RegionId) -> RegionId {
        let mut frame = inner;
        while let Some(parent) = self.parent(frame) {
            if parent == outer {
                break;
            }
            frame = parent;
        }
        frame
    }

    fn frame_of(&self, node: NodeId) -> RegionId {
        self.of(self.graph.nodes[node.0].region)
    }

    /// Whether `outer` is a frame around `inner`, not `inner` itself.
    pub(super) fn is_around(&self, outer: RegionId, inner: RegionId) -> bool {
        outer != inner && self.graph.is_inside(inner, outer)
    }

    /// The values that nodes inside of `frame` change.
    fn changed_inside(&self, frame: RegionId) -> BTreeSet<ValueId> {
        let nodes = self.graph.nodes_inside(frame);
        let uses = nodes.flat_map(|node| &self.graph.nodes[node.0].uses);
        uses.filter(|used| used.mode == Mode::Change)
            .map(|used| used.value)
            .collect()
    }

    /// The ordered nodes, each with the frame of the variable that orders it.
    fn ordered(&self) -> Result<BTreeMap<NodeId, RegionId>, Conflict> {
        let changed: Vec<_> = (0..self.graph.regions.len())
            .map(|region| self.changed_inside(RegionId(region)))
            .collect();
        let mut ordered = BTreeMap::new();
        // What an ordered node binds, and the frame that orders it.
        let mut bound: BTreeMap<ValueId, RegionId> = BTreeMap::new();
        for id in (0..self.graph.nodes.len()).map(NodeId) {
            let node = &self.graph.nodes[id.0];
            let frame = self.frame_of(id);
            let mut target = None;
            for used in &node.uses {
                let home = self.of_value(used.value);
                let by = if let Some(&by) = bound.get(&used.value) {
                    Some(by)
                } else if self.is_around(home, frame) {
                    let inwards = self.step_inwards(home, frame);
                    changed[inwards.0].contains(&used.value).then_some(home)
                } else {
                    None
                };
                let Some(by) = by else { continue };
                if target.is_some_and(|target| target != by) {
                    let inner = if self.is_around(by, target.unwrap_or(by)) {
                        target
                    } else {
                        Some(by)
                    };
                    let region = inner.unwrap_or(by);
                    let reason = reasons::TWO_LOOPS;
                    return Err(Conflict { region, reason });
                }
                target = Some(by);
            }
            let Some(target) = target else { continue };
            if let Some(region) = self.hands_on_conditionally(id, target) {
                let reason = reasons::CONDITIONAL;
                return Err(Conflict { region, reason });
            }
            let reason = match node.kind {
                NodeKind::Loop(_) => Some(reasons::INNER_SOURCE),
                NodeKind::Branch(_) | NodeKind::LetElse(_) | NodeKind::Value => {
                    Some(reasons::BRANCH)
                }
                _ => None,
            };
            if let Some(reason) = reason {
                return Err(Conflict {
                    region: frame,
                    reason,
                });
            }
            ordered.insert(id, target);
            for value in node.bind.iter().flat_map(|bind| &bind.values) {
                bound.insert(*value, target);
            }
        }
        Ok(ordered)
    }

    /// The frame on the way from `id` to `target` in which the statement, or one
    /// around it, may not be there: nobody could tell what it hands over.
    fn hands_on_conditionally(&self, id: NodeId, target: RegionId) -> Option<RegionId> {
        let mut on_the_way = std::iter::successors(Some(id), |id| {
            let region = self.graph.nodes[id.0].region;
            self.graph.regions[region.0].node
        });
        let is_conditional = |id: &NodeId| {
            let mut attrs = self.graph.nodes[id.0].attrs.iter();
            attrs.any(|attr| attr.path().is_ident("cfg"))
        };
        let conditional = on_the_way.find(is_conditional)?;
        let frame = self.frame_of(conditional);
        self.is_around(target, frame).then_some(frame)
    }
}
