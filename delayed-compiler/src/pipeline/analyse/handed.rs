//! Whether ordered nodes can be handed what they need of their iteration.
//!
//! A value is handed over by a move, at some time after the ordered node stands
//! in the program. That means what the body says where nobody needs the value
//! any more, and nobody changes it.
//!
//! Where the node surely moves the value, and it is used again, the move is done
//! where the node stands, and what it gives is kept for the hand-over: so rustc
//! itself says that only a copy can be used again, or what is assigned anew.

use std::collections::BTreeMap;

use crate::pipeline::analyse::order::{Conflict, Frames, has_body};
use crate::pipeline::analyse::reasons;
use crate::pipeline::form::methods;
use crate::pipeline::form::names::Mode;
use crate::pipeline::ir::{Graph, NodeId, RegionId, Role, ValueId};

/// Checks every ordered node, and gives those that move what is used again, with
/// what that is.
pub(super) fn check(
    frames: Frames<'_>,
    ordered: &BTreeMap<NodeId, RegionId>,
) -> Result<BTreeMap<NodeId, Vec<ValueId>>, Conflict> {
    let handing = Handing {
        frames,
        graph: frames.graph,
        ordered,
        last_uses: frames.graph.last_uses(),
        parting: parting(frames.graph),
    };
    let mut handed = BTreeMap::new();
    let mut kept: BTreeMap<NodeId, Vec<ValueId>> = BTreeMap::new();
    for (&id, &target) in ordered {
        for used in &handing.graph.nodes[id.0].uses {
            let home = frames.of_value(used.value);
            if home == target || frames.is_around(home, target) {
                if let Some(region) = handing.lent_head(id, used.value) {
                    let reason = reasons::LENT;
                    return Err(Conflict { region, reason });
                }
                if handing.takes_of_the_rest(id, used.value) {
                    let region = frames.of(handing.graph.nodes[id.0].region);
                    let reason = reasons::PARTED;
                    return Err(Conflict { region, reason });
                }
                continue;
            }
            if handing.check_use(id, used.value, used.mode, &mut handed)? {
                kept.entry(id).or_default().push(used.value);
            }
        }
    }
    handing.check_names()?;
    Ok(kept)
}

fn parting(graph: &Graph) -> BTreeMap<ValueId, Vec<NodeId>> {
    let mut parting: BTreeMap<ValueId, Vec<NodeId>> = BTreeMap::new();
    for (id, node) in graph.nodes.iter().enumerate() {
        for value in &node.parted {
            parting.entry(*value).or_default().push(NodeId(id));
        }
    }
    parting
}

struct Handing<'a> {
    frames: Frames<'a>,
    graph: &'a Graph,
    ordered: &'a BTreeMap<NodeId, RegionId>,
    /// The last node in the program that uses each value.
    last_uses: BTreeMap<ValueId, NodeId>,
    /// The nodes that take a part of each value.
    parting: BTreeMap<ValueId, Vec<NodeId>>,
}

impl Handing<'_> {
    /// Checks whether a value can be handed to the ordered node `id`, and gives
    /// whether it has to be kept for that. `handed` are the last nodes before it
    /// that the values of the iteration went to.
    fn check_use(
        &self,
        id: NodeId,
        used: ValueId,
        mode: Mode,
        handed: &mut BTreeMap<ValueId, NodeId>,
    ) -> Result<bool, Conflict> {
        let node = &self.graph.nodes[id.0];
        let value = &self.graph.values[used.0];
        let frame = self.frames.of(node.region);
        let home = self.frames.of_value(used);
        let refuse = |region, reason| Err(Conflict { region, reason });
        if let Some(binder) = self.binder(used) {
            if self.same_group(binder, id) && self.ordered[&binder] == self.ordered[&id] {
                return Ok(false);
            }
            return refuse(frame, reasons::BOUND_FOR_LATER);
        }
        if home != frame {
            return refuse(home, reasons::OUTER_VARIABLE);
        }
        if mode == Mode::Change {
            return refuse(frame, reasons::OWN_CHANGE);
        }
        if let Some(region) = self.borrows_inside(self.ordered[&id], used) {
            return refuse(region, reasons::BORROWED);
        }
        if self.is_hidden_later(used, frame) {
            return refuse(frame, reasons::HIDDEN_NAME);
        }
        if value.copied {
            return Ok(false);
        }
        if self.is_parted(id, used) {
            return refuse(frame, reasons::PARTED);
        }
        let is_repeated = self.crosses_loop(node.region, value.home);
        let is_moved = node.spent.contains(&used) && !self.is_unique_loan(used);
        // A hand-over has one place for each value.
        let has_one_place = !is_moved || self.is_shared(id, used);
        if has_one_place && self.is_changed_later(id, used) {
            return refuse(frame, reasons::CHANGED_LATER);
        }
        let shares = |other| !self.same_group(other, id) && !self.exclusive(other, id);
        if handed.get(&used).copied().is_some_and(shares) {
            return refuse(frame, reasons::SHARED);
        }
        if is_moved {
            return Ok(is_repeated || self.last_uses.get(&used) > Some(&id));
        }
        if is_repeated {
            return refuse(frame, reasons::SURROUNDINGS);
        }
        handed.insert(used, id);
        if self.is_needed_later(id, used, mode) {
            return refuse(frame, reasons::LATER_USE);
        }
        Ok(false)
    }

    /// Whether the ordered node `id` takes a part of an outer variable of which
    /// another part is gone already: a turn could not take it whole.
    fn takes_of_the_rest(&self, id: NodeId, value: ValueId) -> bool {
        let node = &self.graph.nodes[id.0];
        let head = self.graph.regions[self.frames.of(node.region).0].node;
        let parting = self.parting.get(&value).into_iter().flatten();
        let mut before = parting.filter(|other| head.is_some_and(|head| **other < head));
        node.parted.contains(&value) && before.next().is_some()
    }

    /// The outermost loop around the ordered node `id` that runs while `value`,
    /// an outer variable, is surely lent to another one: the turns have it as a
    /// whole.
    fn lent_head(&self, id: NodeId, value: ValueId) -> Option<RegionId> {
        let frame = self.frames.of(self.graph.nodes[id.0].region);
        let region = self.frames.step_inwards(self.ordered[&id], frame);
        let head = self.graph.regions[region.0].node?;
        let values = (0..self.graph.values.len()).map(ValueId);
        let mut lent = values.filter(|other| {
            self.last_uses.get(other) >= Some(&head) && self.is_lent_to(*other, value)
        });
        lent.next().map(|_| region)
    }

    /// Whether `other` surely borrows from `value`.
    fn is_lent_to(&self, other: ValueId, value: ValueId) -> bool {
        let outside = self.graph.values[other.0].home == self.graph.values[value.0].home;
        let giver = self
            .graph
            .giver(other)
            .map(|giver| &self.graph.nodes[giver.0]);
        outside
            && self.graph.values[other.0].lends
            && giver.is_some_and(|giver| {
                let mut uses = giver.uses.iter().map(|used| used.value);
                uses.any(|used| used == value || self.is_lent_to(used, value))
            })
    }

    /// Whether `value` may be a `&mut`, which is lent on where it reads like a
    /// move.
    fn is_unique_loan(&self, value: ValueId) -> bool {
        let giver = self.graph.giver(value);
        giver.is_some_and(|id| methods::lends_uniquely(&self.graph.nodes[id.0].expr))
    }

    /// The ordered node that binds `value`, if one does.
    fn binder(&self, value: ValueId) -> Option<NodeId> {
        let mut ordered = self.ordered.keys().copied();
        ordered.find(|id| self.graph.bound(*id).contains(&value))
    }

    /// Whether two ordered nodes are handed over together: nothing between
    /// them leaves the iteration from its front or runs a loop. What leaves in
    /// its turn does so between the changes of one hand-over.
    fn same_group(&self, first: NodeId, second: NodeId) -> bool {
        let (first, second) = (first.min(second), first.max(second));
        self.graph.nodes[first.0].region == self.graph.nodes[second.0].region
            && (first.0..second.0).map(NodeId).all(|id| {
                let node = &self.graph.nodes[id.0];
                (!node.exit || self.ordered.contains_key(&id)) && !has_body(&node.kind)
            })
    }

    /// The nodes of the same frame that come after `id` and may run with it,
    /// and are not ordered.
    fn later(&self, id: NodeId) -> impl Iterator<Item = NodeId> + '_ {
        let frame = self.frames.of(self.graph.nodes[id.0].region);
        let later = (id.0 + 1..self.graph.nodes.len()).map(NodeId);
        let later = later.take_while(move |later| {
            let region = self.graph.nodes[later.0].region;
            self.graph.is_inside(region, frame)
        });
        later.filter(move |later| !self.ordered.contains_key(later) && !self.exclusive(id, *later))
    }

    /// Whether a node that may run in the iteration of the ordered node `id`
    /// takes a part of `value`.
    fn is_parted(&self, id: NodeId, value: ValueId) -> bool {
        let parting = self.parting.get(&value).into_iter().flatten();
        let mut parting = parting.filter(|other| !self.ordered.contains_key(other));
        parting.any(|other| !self.exclusive(id, *other))
    }

    /// Whether another ordered node than `id` uses `value`, too.
    fn is_shared(&self, id: NodeId, value: ValueId) -> bool {
        self.ordered.keys().any(|other| {
            let mut uses = self.graph.nodes[other.0].uses.iter();
            *other != id && uses.any(|used| used.value == value)
        })
    }

    /// Whether the ordered node `id` may be handed `value` only after a node
    /// behind it has changed it.
    fn is_changed_later(&self, id: NodeId, value: ValueId) -> bool {
        let mut later = self.later(id);
        later.any(|later| {
            let mut uses = self.graph.nodes[later.0].uses.iter();
            uses.any(|used| used.value == value && used.mode == Mode::Change)
        })
    }

    /// The loop inside of `target` from whose iteration `value` surely borrows,
    /// so that it cannot leave it.
    fn borrows_inside(&self, target: RegionId, value: ValueId) -> Option<RegionId> {
        if !self.graph.values[value.0].lends {
            return None;
        }
        let giver = &self.graph.nodes[self.graph.giver(value)?.0];
        // A closure borrows variables, also those that hold a reference.
        let is_closure = matches!(giver.expr, syn::Expr::Closure(_));
        giver.uses.iter().find_map(|used| {
            let home = self.frames.of_value(used.value);
            if !self.frames.is_around(target, home) {
                None
            } else if self.graph.values[used.value.0].lends && !is_closure {
                self.borrows_inside(target, used.value)
            } else {
                Some(home)
            }
        })
    }

    /// Whether a later variable of the same name hides `value` in `frame`.
    fn is_hidden_later(&self, value: ValueId, frame: RegionId) -> bool {
        let name = &self.graph.values[value.0].name;
        let later = &self.graph.values[value.0 + 1..];
        later.iter().any(|other| {
            let home = other.home.filter(|home| self.graph.is_inside(*home, frame));
            let both = home.zip(self.graph.values[value.0].home);
            let sees = both.is_some_and(|(other, own)| !self.exclusive_bodies(own, other));
            sees && other.name == *name
        })
    }

    /// Whether a serial loop stands between `region` and `home`: what is bound
    /// outside of it cannot be moved out by each of its iterations.
    fn crosses_loop(&self, region: RegionId, home: Option<RegionId>) -> bool {
        let between = self.graph.outwards(region);
        let mut between = between.take_while(|region| Some(*region) != home);
        between.any(|region| self.graph.regions[region.0].role == Role::Loop)
    }

    /// Whether two nodes stand in different arms of one branch, so that at most
    /// one of them runs.
    fn exclusive(&self, first: NodeId, second: NodeId) -> bool {
        let region = |node: NodeId| self.graph.nodes[node.0].region;
        self.exclusive_bodies(region(first), region(second))
    }

    /// Whether two bodies are in different arms of one branch.
    fn exclusive_bodies(&self, first: RegionId, second: RegionId) -> bool {
        self.graph.outwards(first).any(|first| {
            let arm = &self.graph.regions[first.0];
            let is_other =
                |second: RegionId| second != first && self.graph.regions[second.0].node == arm.node;
            arm.role == Role::Arm && self.graph.outwards(second).any(is_other)
        })
    }

    /// Whether a node behind `id` cannot do without a value that `id` has been
    /// handed: the value is gone when the body that `id` stands in ends, or when
    /// a loop or branch follows; and a node after it that takes the value would
    /// leave none to hand over.
    fn is_needed_later(&self, id: NodeId, value: ValueId, mode: Mode) -> bool {
        let region = self.graph.nodes[id.0].region;
        let mut handed = false;
        let nodes = &self.graph.nodes;
        let mut passed = id.0 + 1;
        self.later(id).any(|later| {
            handed |= nodes[passed..=later.0]
                .iter()
                .any(|node| has_body(&node.kind) || !self.graph.is_inside(node.region, region));
            passed = later.0 + 1;
            let mut uses = nodes[later.0].uses.iter();
            uses.any(|used| {
                let takes = mode != Mode::Move && used.mode == Mode::Move;
                used.value == value && (handed || takes)
            })
        })
    }

    /// Two variables of one name cannot be handed over side by side.
    fn check_names(&self) -> Result<(), Conflict> {
        let mut names: BTreeMap<(RegionId, String), ValueId> = BTreeMap::new();
        for &id in self.ordered.keys() {
            let node = &self.graph.nodes[id.0];
            let frame = self.frames.of(node.region);
            let used = node.uses.iter().map(|used| used.value);
            for id in used.chain(self.graph.bound(id).iter().copied()) {
                let value = &self.graph.values[id.0];
                if value.field.is_some() {
                    continue;
                }
                let name = value.name.to_string();
                let known = *names.entry((frame, name)).or_insert(id);
                if known != id {
                    let reason = reasons::ONE_NAME;
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
