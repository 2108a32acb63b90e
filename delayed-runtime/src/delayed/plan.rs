//! Which nodes a run needs, in which order, and who waits for whom.

use std::cmp::Ordering;
use std::collections::BinaryHeap;
use std::sync::Arc;

use delayed_graph::EdgeKind;

use super::input::Link;
use super::node::Step;

/// The nodes to run, the newest first: an edge always leads to a lower index.
#[derive(Default)]
pub(super) struct Plan {
    pub(super) steps: Vec<Arc<dyn Step>>,
    /// Dependences, ordered by the index of what is waited for.
    pub(super) edges: Vec<Dependence>,
}

/// That one step of a plan waits for another.
pub(super) struct Dependence {
    pub(super) from: usize,
    pub(super) to: usize,
    pub(super) kind: EdgeKind,
}

/// A node on the way to being planned: who asked for it, and how.
struct Visit {
    step: Arc<dyn Step>,
    reader: Option<(usize, EdgeKind)>,
}

impl Plan {
    /// Everything that has to run for `roots` to have their values.
    ///
    /// Nodes are visited from the newest to the oldest. What a node reads is
    /// older than the node, so by its turn all its readers are known, and one
    /// pass without recursion or marks on the nodes is enough.
    pub(super) fn new(roots: Vec<Link>) -> Self {
        let mut plan = Self::default();
        let mut open = BinaryHeap::new();
        for root in roots {
            push(&mut open, root, None);
        }
        let mut links = Vec::new();
        while let Some(Visit { step, reader }) = open.pop() {
            let is_new = plan
                .steps
                .last()
                .is_none_or(|last| last.order() != step.order());
            if is_new {
                step.links(&mut links);
                let index = plan.steps.len();
                plan.steps.push(step);
                for link in links.drain(..) {
                    push(&mut open, link, Some(index));
                }
            }
            if let Some((to, kind)) = reader {
                let from = plan.steps.len() - 1;
                plan.edges.push(Dependence { from, to, kind });
            }
        }
        plan
    }
}

/// Opens the node of a link and, if its value is taken, those who borrow it:
/// they come first.
fn push(open: &mut BinaryHeap<Visit>, link: Link, reader: Option<usize>) {
    let Link { step, kind } = link;
    if kind == EdgeKind::Moved {
        for borrower in step.head().borrowers() {
            push_one(
                open,
                borrower,
                reader.map(|reader| (reader, EdgeKind::Order)),
            );
        }
    }
    push_one(open, step, reader.map(|reader| (reader, kind)));
}

fn push_one(open: &mut BinaryHeap<Visit>, step: Arc<dyn Step>, reader: Option<(usize, EdgeKind)>) {
    if !step.is_done() {
        open.push(Visit { step, reader });
    }
}

impl Ord for Visit {
    fn cmp(&self, other: &Self) -> Ordering {
        // Newest node first, and its readers in order of their index.
        let by_reader = || other.reader.cmp(&self.reader);
        self.step
            .order()
            .cmp(&other.step.order())
            .then_with(by_reader)
    }
}

impl PartialOrd for Visit {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Visit {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Visit {}
