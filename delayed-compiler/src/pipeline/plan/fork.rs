//! The steps of the pipeline's own body, those of each fork in its branches.

use std::collections::BTreeMap;

use super::{Branch, Step};
use crate::pipeline::ir::{Graph, NodeId, ValueId};

/// The fork and the branch of a node.
type Place = (usize, usize);

/// Puts the steps of forks into their branches.
pub(super) fn group(graph: &Graph, steps: Vec<Step>) -> Vec<Step> {
    let places = places(graph);
    let mut homes: BTreeMap<ValueId, Place> = BTreeMap::new();
    for (id, place) in &places {
        homes.extend(graph.bound(*id).iter().map(|value| (*value, *place)));
    }
    let mut grouping = Grouping {
        graph,
        places,
        homes,
        done: Vec::new(),
        open: None,
    };
    let readers = grouping.readers_elsewhere();
    let mut last = None;
    for step in steps {
        match step {
            Step::Node(id, pending) => {
                grouping.node(id, pending);
                last = Some(id);
            }
            Step::Release(values) => grouping.release(last, values),
            step => {
                grouping.close();
                grouping.done.push(step);
            }
        }
    }
    grouping.close();
    for step in &mut grouping.done {
        if let Step::Fork(branches) = step {
            for branch in branches {
                branch.gives = gives(graph, branch, &readers);
            }
        }
    }
    grouping.done
}

fn places(graph: &Graph) -> BTreeMap<NodeId, Place> {
    let mut places = BTreeMap::new();
    for (fork, branches) in graph.forks.iter().enumerate() {
        for (branch, nodes) in branches.branches.iter().enumerate() {
            places.extend(nodes.iter().map(|node| (*node, (fork, branch))));
        }
    }
    places
}

/// What the branch binds and somebody else reads.
fn gives(graph: &Graph, branch: &Branch, readers: &BTreeMap<ValueId, bool>) -> Vec<ValueId> {
    let nodes = branch.steps.iter().filter_map(|step| match step {
        Step::Node(id, _) => Some(*id),
        _ => None,
    });
    let bound = nodes.flat_map(|id| graph.bound(id).iter().copied());
    bound
        .filter(|value| readers.get(value) == Some(&true))
        .collect()
}

struct Grouping<'a> {
    graph: &'a Graph,
    places: BTreeMap<NodeId, Place>,
    /// Where the values of forks are bound.
    homes: BTreeMap<ValueId, Place>,
    done: Vec<Step>,
    open: Option<Open>,
}

/// The fork that is being filled.
struct Open {
    fork: usize,
    branches: Vec<Branch>,
    /// Values that end when all branches have: more than one reads them.
    late: Vec<ValueId>,
}

impl Grouping<'_> {
    /// The values of forks, and whether one outside of their branch reads them.
    fn readers_elsewhere(&self) -> BTreeMap<ValueId, bool> {
        let mut elsewhere: BTreeMap<ValueId, bool> = BTreeMap::new();
        for (index, node) in self.graph.nodes.iter().enumerate() {
            let place = self.places.get(&NodeId(index));
            let used = node.uses.iter().map(|used| used.value);
            for value in used.chain(node.same_as) {
                if let Some(home) = self.homes.get(&value) {
                    *elsewhere.entry(value).or_default() |= place != Some(home);
                }
            }
        }
        elsewhere
    }

    fn node(&mut self, id: NodeId, pending: super::Pending) {
        let Some(&(fork, branch)) = self.places.get(&id) else {
            self.close();
            self.done.push(Step::Node(id, pending));
            return;
        };
        if self.open.as_ref().is_none_or(|open| open.fork != fork) {
            self.close();
            let branches = self.graph.forks[fork].branches.iter();
            self.open = Some(Open {
                fork,
                branches: branches.map(|_| Branch::default()).collect(),
                late: Vec::new(),
            });
        }
        if let Some(open) = &mut self.open {
            open.branches[branch].steps.push(Step::Node(id, pending));
        }
    }

    /// Values end behind `reader`, their last one.
    fn release(&mut self, reader: Option<NodeId>, values: Vec<ValueId>) {
        let place = reader.and_then(|reader| self.places.get(&reader));
        let (Some(open), Some(place)) = (&mut self.open, place) else {
            self.done.push(Step::Release(values));
            return;
        };
        let is_own = |value: &ValueId| self.homes.get(value) == Some(place);
        let (own, others): (Vec<_>, Vec<_>) = values.into_iter().partition(is_own);
        if !own.is_empty() {
            open.branches[place.1].steps.push(Step::Release(own));
        }
        open.late.extend(others);
    }

    fn close(&mut self) {
        let Some(open) = self.open.take() else {
            return;
        };
        self.done.push(Step::Fork(open.branches));
        if !open.late.is_empty() {
            self.done.push(Step::Release(open.late));
        }
    }
}
