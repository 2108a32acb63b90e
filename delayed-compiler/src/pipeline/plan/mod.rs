//! The graph and what is known of it to the plan of the code: every step,
//! hand-over and exit is decided here, and the code generator writes it down.

mod fork;

use std::collections::{BTreeMap, BTreeSet};

use super::ir::{Graph, NodeId, NodeKind, ROOT, RegionId, ValueId};
use crate::pipeline::analyse::assigned::assigned;
use crate::pipeline::analyse::order::{Frames, Order, Schedule};

/// The plan of a pipeline.
#[derive(Debug)]
pub struct Plan {
    /// The pipeline's own body.
    pub root: BodyPlan,
}

/// The steps of one body.
#[derive(Debug, Default)]
pub struct BodyPlan {
    /// In the order they run.
    pub steps: Vec<Step>,
    /// The hand-over that ends an iteration, if the last one is not pushed.
    pub last: Option<usize>,
}

/// One step of a body.
#[derive(Debug)]
pub enum Step {
    /// Runs a node; `pending` are the hand-overs that an exit must not lose.
    Node(NodeId, Pending),
    /// Runs branches side by side; only the pipeline's own body has forks, and
    /// nothing is pending there.
    Fork(Vec<Branch>),
    /// Drops values that nobody reads any more.
    Release(Vec<ValueId>),
    /// Runs a loop.
    Loop(LoopPlan, Pending),
    /// Runs one of the bodies of a branch.
    Branch(NodeId, Vec<BodyPlan>, Pending),
    /// Makes the value of a branch's body.
    Value(NodeId, Pending),
    /// Leaves the iteration, or its loop.
    Jump(NodeId, Pending),
    /// Moves values that an ordered node takes, to be handed over later.
    Keep(Vec<ValueId>),
    /// Hands over to the outer variables now.
    Push(usize),
}

/// A branch of a fork.
#[derive(Debug, Default)]
pub struct Branch {
    /// What runs, one after the other.
    pub steps: Vec<Step>,
    /// The values that others read.
    pub gives: Vec<ValueId>,
}

/// Hand-overs that have been decided but not yet pushed.
pub type Pending = Vec<usize>;

/// A loop.
#[derive(Debug)]
pub struct LoopPlan {
    /// The loop's node.
    pub node: NodeId,
    /// Its region.
    pub region: RegionId,
    /// Whether its iterations overlap.
    pub schedule: Schedule,
    /// What each iteration does.
    pub body: BodyPlan,
    /// The variables that an iteration takes whole and gives back changed.
    pub taken: Vec<ValueId>,
    /// The hand-overs of an iteration, in the order of their numbers.
    pub hand_overs: Vec<HandOver>,
}

/// What an iteration hands over, and what is done with it in its turn.
#[derive(Clone, Debug)]
pub struct HandOver {
    /// The values, in order of their ids.
    pub values: Vec<ValueId>,
    /// Those of them that have been kept.
    pub kept: Vec<ValueId>,
    /// What is done.
    pub actions: Vec<Action>,
}

/// A part of a hand-over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// Runs an ordered node.
    Run(NodeId),
    /// Hands values on to the loop further out, as its hand-over of this number.
    Forward(usize, Vec<ValueId>),
}

/// Plans `graph`.
#[must_use]
pub fn plan(graph: &Graph, order: &Order) -> Plan {
    let frames = order.frames(graph);
    let mut planner = Planner {
        graph,
        order,
        frames,
        hand_overs: BTreeMap::new(),
        loop_pending: BTreeMap::new(),
    };
    let root = planner.body(ROOT, &mut Pending::new());
    Plan { root }
}

struct Planner<'a> {
    graph: &'a Graph,
    order: &'a Order,
    frames: Frames<'a>,
    /// What the iterations of each frame hand over.
    hand_overs: BTreeMap<RegionId, Vec<HandOver>>,
    /// How many hand-overs were pending where each serial loop around began: a
    /// jump leaves those to the bodies around the loop.
    loop_pending: BTreeMap<RegionId, usize>,
}

impl Planner<'_> {
    /// Plans the body of `region`. `pending` are the hand-overs of the bodies
    /// around it in the same frame.
    fn body(&mut self, region: RegionId, pending: &mut Pending) -> BodyPlan {
        let outside = pending.len();
        let mut plan = BodyPlan::default();
        let mut group: Vec<NodeId> = Vec::new();
        let nodes = self.graph.regions[region.0].nodes.clone();
        for id in nodes {
            let node = &self.graph.nodes[id.0];
            if self.order.ordered.contains_key(&id) {
                group.push(id);
                let kept = self.order.kept.get(&id).cloned();
                plan.steps.extend(kept.map(Step::Keep));
                continue;
            }
            let inside = self.graph.bodies(id);
            if node.exit || !inside.is_empty() {
                self.close(&mut group, region, pending);
            }
            if inside.iter().any(|inner| self.hands_out(*inner)) {
                // What is handed over before these bodies goes first.
                plan.steps.extend(pending.drain(outside..).map(Step::Push));
            }
            let step = match &self.graph.nodes[id.0].kind {
                NodeKind::Loop(inner) => {
                    let inner = self.for_loop(id, *inner, pending);
                    Step::Loop(inner, pending.clone())
                }
                NodeKind::Branch(_) | NodeKind::LetElse(_) => {
                    let arms = inside.iter().map(|arm| self.body(*arm, pending));
                    Step::Branch(id, arms.collect(), pending.clone())
                }
                NodeKind::Value => Step::Value(id, pending.clone()),
                NodeKind::Jump(target) => {
                    let from = self.loop_pending.get(target).copied().unwrap_or(0);
                    Step::Jump(id, pending[from..].to_vec())
                }
                _ => Step::Node(id, pending.clone()),
            };
            plan.steps.push(step);
            let releases = &self.graph.nodes[id.0].releases;
            if !releases.is_empty() {
                plan.steps.push(Step::Release(releases.clone()));
            }
        }
        self.close(&mut group, region, pending);
        if matches!(plan.steps.last(), Some(Step::Jump(..))) {
            // Nothing comes after it, and it has pushed what was pending.
            pending.truncate(outside);
        }
        plan.last = (pending.len() > outside).then(|| pending.pop()).flatten();
        plan.steps.extend(pending.drain(outside..).map(Step::Push));
        if self.frames.of(region) != region {
            // A serial loop's body ends inside of its frame's: nothing returns.
            plan.steps.extend(plan.last.take().map(Step::Push));
        }
        if region == ROOT {
            plan.steps = fork::group(self.graph, std::mem::take(&mut plan.steps));
        }
        plan
    }

    fn for_loop(&mut self, node: NodeId, region: RegionId, pending: &mut Pending) -> LoopPlan {
        let schedule = self.order.schedules[region.0];
        let body = match schedule {
            Schedule::Parallel => self.body(region, &mut Pending::new()),
            Schedule::Serial(_) => {
                self.loop_pending.insert(region, pending.len());
                self.body(region, pending)
            }
        };
        let hand_overs = self.hand_overs.remove(&region).unwrap_or_default();
        let taken = self.taken(region, &hand_overs);
        LoopPlan {
            node,
            region,
            schedule,
            body,
            taken,
            hand_overs,
        }
    }

    /// The variables that ordered nodes assign anew from their own value, as in
    /// `state = step(state, x)`, or a field of which they do: a closure cannot move out of what it borrows,
    /// so these are taken out before each turn and put back after it.
    fn taken(&self, region: RegionId, hand_overs: &[HandOver]) -> Vec<ValueId> {
        let actions = hand_overs.iter().flat_map(|hand_over| &hand_over.actions);
        let nodes = actions.filter_map(|action| match action {
            Action::Run(node) => Some(&self.graph.nodes[node.0]),
            Action::Forward(..) => None,
        });
        let nodes: Vec<_> = nodes.collect();
        let given_back = nodes
            .iter()
            .flat_map(|node| assigned(&node.expr, &node.names));
        let given_back: BTreeSet<ValueId> = given_back.map(|given| given.value).collect();
        let moved = |value: &ValueId| {
            let mut nodes = nodes.iter();
            nodes.any(|node| node.moved.contains(value) || node.parted.contains(value))
        };
        // What a part has been taken of cannot be taken whole.
        let head = self.graph.regions[region.0].node;
        let before = &self.graph.nodes[..head.map_or(0, |head| head.0)];
        let is_whole = |value: &ValueId| {
            let mut before = before.iter();
            !before.any(|node| node.parted.contains(value))
        };
        let is_outer = |value: &ValueId| {
            let home = self.graph.values[value.0].home;
            !home.is_some_and(|home| self.graph.is_inside(home, region))
        };
        given_back
            .into_iter()
            .filter(is_outer)
            .filter(moved)
            .filter(is_whole)
            .collect()
    }

    /// Whether something inside of `region` is handed over to the frame that
    /// the loop stands in, or further out.
    fn hands_out(&self, region: RegionId) -> bool {
        let parent = self.graph.regions[region.0].parent.unwrap_or(ROOT);
        let frame = self.frames.of(parent);
        self.order.ordered.iter().any(|(node, target)| {
            let inside = self
                .graph
                .is_inside(self.graph.nodes[node.0].region, region);
            inside && *target != frame && self.graph.is_inside(frame, *target)
        })
    }

    /// Makes the hand-over of a group of ordered nodes, and those that it
    /// causes further out.
    fn close(&mut self, group: &mut Vec<NodeId>, region: RegionId, pending: &mut Pending) {
        if group.is_empty() {
            return;
        }
        let nodes = std::mem::take(group);
        let number = self.hand_over(self.frames.of(region), &nodes);
        pending.push(number);
    }

    fn hand_over(&mut self, frame: RegionId, nodes: &[NodeId]) -> usize {
        let parent = self.frames.parent(frame).unwrap_or(ROOT);
        let mut actions = Vec::new();
        let is_here = |node: &NodeId| self.order.ordered[node] == parent;
        for run in nodes.chunk_by(|left, right| is_here(left) == is_here(right)) {
            if is_here(&run[0]) {
                actions.extend(run.iter().copied().map(Action::Run));
            } else {
                let values = self.handed(run);
                let number = self.hand_over(parent, run);
                actions.push(Action::Forward(number, values));
            }
        }
        let values = self.handed(nodes);
        let kept = nodes.iter().filter_map(|id| self.order.kept.get(id));
        let kept = kept.flatten().copied().collect();
        let hand_overs = self.hand_overs.entry(frame).or_default();
        hand_overs.push(HandOver {
            values,
            kept,
            actions,
        });
        hand_overs.len() - 1
    }

    /// The values of the iteration that `nodes` need.
    fn handed(&self, nodes: &[NodeId]) -> Vec<ValueId> {
        let mut values = BTreeSet::new();
        let mut bound = BTreeSet::new();
        for id in nodes {
            let node = &self.graph.nodes[id.0];
            let target = self.order.ordered[id];
            let own = self.frames.of(node.region);
            let needed = node.uses.iter().map(|used| used.value);
            values.extend(needed.filter(|value| {
                let home = self.frames.of_value(*value);
                home == own && home != target && !bound.contains(value)
            }));
            bound.extend(
                node.bind
                    .iter()
                    .flat_map(|bind| bind.values.iter().copied()),
            );
        }
        values.into_iter().collect()
    }
}
