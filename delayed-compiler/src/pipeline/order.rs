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
//! node needs of its own iteration is handed over by move; [`Conflict`]s are
//! the cases where a move would not mean what the body says.

use std::collections::{BTreeMap, BTreeSet};

use super::ir::{Graph, NodeId, NodeKind, ROOT, RegionId, ValueId};
use super::names::Mode;
use crate::diagnostics::{Diagnostics, rules};

/// How a region's iterations run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Schedule {
    /// They overlap.
    Parallel,
    /// One after the other, for this reason.
    Serial(&'static str),
}

/// The result of the analysis.
#[derive(Debug)]
pub struct Order {
    /// One for each region; the root is [`Schedule::Parallel`] and runs once.
    pub schedules: Vec<Schedule>,
    /// The ordered nodes, and the frame whose variables each changes or reads.
    pub ordered: BTreeMap<NodeId, RegionId>,
}

/// Analyses `graph`.
pub fn analyse(graph: &Graph) -> Result<Order, Diagnostics> {
    let mut schedules: Vec<_> = (0..graph.regions.len())
        .map(|region| match RegionId(region) {
            ROOT => Schedule::Parallel,
            region if graph.has_task(region) => Schedule::Parallel,
            _ => Schedule::Serial("no task inside"),
        })
        .collect();
    loop {
        let frames = Frames {
            graph,
            schedules: &schedules,
        };
        match frames.ordered().and_then(|ordered| {
            frames.check(&ordered)?;
            Ok(ordered)
        }) {
            Ok(ordered) => {
                carried_tasks(graph, &ordered)?;
                return Ok(Order { schedules, ordered });
            }
            Err(Conflict { region, reason }) => {
                debug_assert_ne!(region, ROOT, "the root has no iterations");
                schedules[region.0] = Schedule::Serial(reason);
            }
        }
    }
}

/// A loop that cannot overlap.
#[derive(Debug)]
struct Conflict {
    region: RegionId,
    reason: &'static str,
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

    /// The frame around `frame`.
    #[must_use]
    pub fn parent(&self, frame: RegionId) -> Option<RegionId> {
        self.graph.regions[frame.0]
            .parent
            .map(|parent| self.of(parent))
    }

    /// The frame directly inside of `outer` on the way to `inner`.
    fn step_inwards(&self, outer: RegionId, inner: RegionId) -> RegionId {
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
    fn is_around(&self, outer: RegionId, inner: RegionId) -> bool {
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
                    let reason = "a statement inside needs variables of two loops";
                    return Err(Conflict { region, reason });
                }
                target = Some(by);
            }
            let Some(target) = target else { continue };
            if let NodeKind::Loop(_) = node.kind {
                let reason = "an inner loop depends on the iteration before";
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

    /// Whether every ordered node can be handed what it needs.
    fn check(&self, ordered: &BTreeMap<NodeId, RegionId>) -> Result<(), Conflict> {
        let mut handed: BTreeMap<ValueId, NodeId> = BTreeMap::new();
        for (&id, &target) in ordered {
            let node = &self.graph.nodes[id.0];
            let frame = self.frame_of(id);
            for used in &node.uses {
                let value = &self.graph.values[used.value.0];
                let home = self.of_value(used.value);
                if home == target || self.is_around(home, target) {
                    continue;
                }
                if let Some(binder) = self.binder(used.value, ordered) {
                    if self.same_group(binder, id) && ordered[&binder] == target {
                        continue;
                    }
                    let reason = "an ordered change binds a variable for a later one";
                    return Err(Conflict {
                        region: frame,
                        reason,
                    });
                }
                if home != frame {
                    let reason = "an ordered change inside needs a variable of this loop";
                    return Err(Conflict {
                        region: home,
                        reason,
                    });
                }
                if value.copied {
                    continue;
                }
                if value.home != Some(node.region) {
                    let reason = "a serial loop inside hands its surroundings' variable on";
                    return Err(Conflict {
                        region: frame,
                        reason,
                    });
                }
                let other = handed.insert(used.value, id);
                if other.is_some_and(|other| !self.same_group(other, id)) {
                    let reason = "two ordered changes share a variable of the iteration";
                    return Err(Conflict {
                        region: frame,
                        reason,
                    });
                }
                self.check_later_uses(id, used.value, used.mode, ordered)?;
            }
        }
        self.check_names(ordered)
    }

    /// The ordered node that binds `value`, if one does.
    fn binder(&self, value: ValueId, ordered: &BTreeMap<NodeId, RegionId>) -> Option<NodeId> {
        ordered.keys().copied().find(|id| {
            let bind = self.graph.nodes[id.0].bind.as_ref();
            bind.is_some_and(|bind| bind.values.contains(&value))
        })
    }

    /// Whether two ordered nodes are handed over together: nothing between
    /// them leaves the iteration or runs a loop.
    fn same_group(&self, first: NodeId, second: NodeId) -> bool {
        let (first, second) = (first.min(second), first.max(second));
        self.graph.nodes[first.0].region == self.graph.nodes[second.0].region
            && self.graph.nodes[first.0..second.0]
                .iter()
                .all(|node| !node.exit && !matches!(node.kind, NodeKind::Loop(_)))
    }

    /// A value that an ordered node `id` has been handed is gone for the nodes
    /// after it when a loop follows, and a node after it that takes the value
    /// would leave none to hand over.
    fn check_later_uses(
        &self,
        id: NodeId,
        value: ValueId,
        mode: Mode,
        ordered: &BTreeMap<NodeId, RegionId>,
    ) -> Result<(), Conflict> {
        let frame = self.frame_of(id);
        let mut after_loop = false;
        for later in (id.0 + 1..self.graph.nodes.len()).map(NodeId) {
            let node = &self.graph.nodes[later.0];
            if !self.graph.is_inside(node.region, frame) {
                break;
            }
            let uses = node.uses.iter().filter(|used| used.value == value);
            let mut uses = uses.filter(|_| !ordered.contains_key(&later));
            after_loop |= matches!(node.kind, NodeKind::Loop(_));
            if uses.any(|used| after_loop || (mode != Mode::Move && used.mode == Mode::Move)) {
                let reason = "an ordered change shares a variable with what follows it";
                return Err(Conflict {
                    region: frame,
                    reason,
                });
            }
        }
        Ok(())
    }

    /// Two variables of one name cannot be handed over side by side.
    fn check_names(&self, ordered: &BTreeMap<NodeId, RegionId>) -> Result<(), Conflict> {
        let mut names: BTreeMap<(RegionId, String), ValueId> = BTreeMap::new();
        for &id in ordered.keys() {
            let frame = self.frame_of(id);
            for used in &self.graph.nodes[id.0].uses {
                let name = self.graph.values[used.value.0].name.to_string();
                let known = *names.entry((frame, name)).or_insert(used.value);
                if known != used.value {
                    let reason = "two variables of one name are handed on together";
                    return Err(Conflict {
                        region: frame,
                        reason,
                    });
                }
            }
        }
        Ok(())
    }
}

/// A task that needs what the iteration before left.
fn carried_tasks(graph: &Graph, ordered: &BTreeMap<NodeId, RegionId>) -> Result<(), Diagnostics> {
    let mut diagnostics = Diagnostics::default();
    for (&id, &target) in ordered {
        let node = &graph.nodes[id.0];
        if !matches!(node.kind, NodeKind::Task(_)) {
            continue;
        }
        let state = node
            .uses
            .iter()
            .map(|used| &graph.values[used.value.0])
            .find(|value| value.home.is_none_or(|home| graph.is_inside(target, home)));
        let name = state.map_or_else(|| "a variable".to_owned(), |value| value.name.to_string());
        diagnostics.report(rules::CARRIED_TASK, &node.expr, name);
    }
    diagnostics.gate()
}
