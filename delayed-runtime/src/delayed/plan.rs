//! Which nodes a run needs, in which order, and who waits for whom.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::mem;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;

use delayed_graph::EdgeKind;

use super::header::{Header, Locked, Mark, NodePtr, State, leave};
use super::input::{Input, Link};
use super::stack;
use crate::Error;

/// The nodes to run, and their dependences.
///
/// A plan refers to its nodes, so that they are there until they are settled.
/// Only those that nobody but the plan's own nodes can get at need no reference:
/// a node that has one owner and borrows nothing, below others of that kind.
pub(super) struct Plan {
    /// A number of its own, by which nodes know their index.
    run: u32,
    pub(super) steps: Vec<Step>,
    pub(super) edges: Vec<Edge>,
    /// Steps that wait for nothing, the first to run last.
    pub(super) ready: Vec<u32>,
    /// Indices of nodes that are marked by another run.
    strangers: BTreeMap<NodePtr, u32>,
    /// The first in program order that cannot be run.
    refused: Option<NodePtr>,
}

/// One node of a plan.
pub(super) struct Step {
    pub(super) node: NodePtr,
    /// How many dependences are not settled.
    pub(super) waits: AtomicU32,
    /// The first edge to those who wait for it, or `NO_EDGE`.
    pub(super) readers: u32,
}

/// That a step waits for another; those of one step are chained.
pub(super) struct Edge {
    pub(super) to: u32,
    pub(super) next: u32,
}

pub(super) const NO_EDGE: u32 = u32::MAX;

/// A dependence as pictures show it, by the indices of steps.
pub(super) struct Dependence {
    pub(super) from: u32,
    pub(super) to: u32,
    pub(super) kind: EdgeKind,
}

static RUNS: AtomicU32 = AtomicU32::new(1);

/// A number that no run at the same time has.
fn number() -> u32 {
    match RUNS.fetch_add(1, Ordering::Relaxed) {
        0 => number(),
        number => number,
    }
}

impl Plan {
    /// Everything that has to run for `roots` to have their values, if they are
    /// taken out of their nodes for good.
    pub(super) fn new(roots: &impl Input) -> Self {
        let mut links = Vec::new();
        roots.links(&mut |link: Link<'_>| links.push(Read::of(link)));
        Planner::new(|_| ()).plan(links, true)
    }

    /// Everything that has to run for the node to have its value; `is_owned`
    /// if the caller has its one handle.
    pub(super) fn of(node: NodePtr, is_owned: bool, see: impl FnMut(Dependence)) -> Self {
        let read = Read {
            node,
            is_taken: false,
        };
        Planner::new(see).plan(vec![read], is_owned)
    }

    /// Why the plan cannot be run: asked before the first step is.
    pub(super) fn admit(&self) -> Result<(), Error> {
        let Some(refused) = self.refused else {
            return Ok(());
        };
        // SAFETY: the node is in the plan.
        let header = unsafe { refused.get() };
        let error = match header.info.unmet() {
            Some(demand) => Error::failed(demand),
            None => Error::failed(stack::NeedsItself),
        };
        Err(header.error(error))
    }

    /// The headers of all steps.
    pub(super) fn headers(&self) -> impl Iterator<Item = &Header> {
        // SAFETY: the nodes of a plan are there until they are settled, and a
        // run takes the steps out of the plan before it settles any.
        self.steps.iter().map(|step| unsafe { step.node.get() })
    }

    pub(super) fn into_parts(mut self) -> (Vec<Step>, Vec<Edge>, Vec<u32>, Holds) {
        let holds = Holds {
            run: self.run,
            strangers: mem::take(&mut self.strangers),
        };
        (
            mem::take(&mut self.steps),
            mem::take(&mut self.edges),
            mem::take(&mut self.ready),
            holds,
        )
    }
}

impl Drop for Plan {
    fn drop(&mut self) {
        let holds = Holds {
            run: self.run,
            strangers: mem::take(&mut self.strangers),
        };
        for step in mem::take(&mut self.steps) {
            // SAFETY: the step is not settled, and not used any more.
            unsafe { holds.release(step.node) };
        }
    }
}

/// Which nodes a run refers to.
pub(super) struct Holds {
    run: u32,
    strangers: BTreeMap<NodePtr, u32>,
}

impl Holds {
    /// Whether the run refers to this node of its plan.
    pub(super) fn has(&self, node: NodePtr, header: &Header) -> bool {
        header.mark().run == self.run
            || !self.strangers.is_empty() && self.strangers.contains_key(&node)
    }

    /// Takes the run's mark off a node that it gives up.
    pub(super) fn unmark(&self, header: &Header) {
        if header.mark().run == self.run {
            header.set_mark(Mark::NONE);
        }
    }

    /// Gives up a node of the plan, if the run refers to it.
    ///
    /// # Safety
    ///
    /// The node is not settled, and from now on it is.
    unsafe fn release(&self, node: NodePtr) {
        // SAFETY: it is not settled.
        let header = unsafe { node.get() };
        if self.has(node, header) {
            self.unmark(header);
            // SAFETY: the plan's reference, which is not used any more.
            unsafe { leave(node) };
        }
    }
}

/// What a node reads.
#[derive(Clone, Copy)]
struct Read {
    node: NodePtr,
    is_taken: bool,
}

impl Read {
    fn of(link: Link<'_>) -> Self {
        Self {
            node: link.node(),
            is_taken: link.tie().is_none(),
        }
    }
}

/// A plan that is being made, from the roots down.
struct Planner<S> {
    plan: Plan,
    /// Steps whose inputs have not been looked at.
    open: Vec<u32>,
    /// Borrowers that were met under a lock, each with a reference.
    referred: Vec<NodePtr>,
    /// Whether this thread is inside of a task.
    is_nested: bool,
    see: S,
}

impl<S: FnMut(Dependence)> Planner<S> {
    fn new(see: S) -> Self {
        let plan = Plan {
            run: number(),
            steps: Vec::new(),
            edges: Vec::new(),
            ready: Vec::new(),
            strangers: BTreeMap::new(),
            refused: None,
        };
        Self {
            plan,
            open: Vec::new(),
            referred: Vec::new(),
            is_nested: stack::is_inside_task(),
            see,
        }
    }

    /// Each step's inputs are opened with the deepest at the bottom of a stack,
    /// and steps that wait for nothing are stacked up as they are met. So a run
    /// that takes these from the top works depth first, each node's longest
    /// input before the others, and else in program order.
    fn plan(mut self, roots: Vec<Read>, is_owned: bool) -> Plan {
        for root in &roots {
            self.reach(*root, None, is_owned);
        }
        self.leave_borrowers();
        self.sort(0);
        let mut reads = roots;
        while let Some(index) = self.open.pop() {
            self.expand(index, &mut reads);
        }
        self.plan
    }

    /// Adds what a step reads.
    fn expand(&mut self, index: u32, reads: &mut Vec<Read>) {
        let node = self.plan.steps[index as usize].node;
        // SAFETY: the node is in the plan.
        let header = unsafe { node.get() };
        let opened = self.open.len();
        let is_shared = self.is_shared(node, header);
        // While the lock is held nobody does the work, so what it reads is there.
        let lock = is_shared.then(|| header.lock());
        reads.clear();
        if header.word().state() == State::Pending {
            // SAFETY: the state says that the node holds its work, and nobody
            // else does anything with it, by the lock or as nobody can.
            unsafe { (header.table.links)(node, &mut |link| reads.push(Read::of(link))) };
        }
        for read in &*reads {
            self.reach(*read, Some(index), !is_shared);
        }
        drop(lock);
        self.leave_borrowers();
        if *self.plan.steps[index as usize].waits.get_mut() == 0 {
            self.plan.ready.push(index);
        }
        self.sort(opened);
    }

    fn is_shared(&self, node: NodePtr, header: &Header) -> bool {
        header.mark().run != 0
            || !self.plan.strangers.is_empty() && self.plan.strangers.contains_key(&node)
    }

    /// Adds a node, unless its value is there, and that `reader` waits for it.
    /// If the value is taken, those who borrow it come first.
    fn reach(&mut self, read: Read, reader: Option<u32>, is_only_way: bool) {
        let Read { node, is_taken } = read;
        // SAFETY: the reader refers to the node, and is kept from running.
        let header = unsafe { node.get() };
        let word = header.word();
        if is_taken && word.references() > 1 {
            self.reach_borrowers(header, reader);
        }
        if word.has_value() {
            return;
        }
        let found = if is_only_way && word.is_sole() {
            Some(self.add(node, header))
        } else {
            self.find(node, header).or_else(|| self.hold(node, header))
        };
        if let Some(from) = found {
            let kind = if is_taken {
                EdgeKind::Moved
            } else {
                EdgeKind::Borrowed
            };
            self.connect(from, reader, kind);
        }
    }

    /// Adds those who borrow a node's value.
    ///
    /// An attempt that meets a lock starts again, and leaves what it has found:
    /// a second edge does no harm.
    fn reach_borrowers(&mut self, header: &Header, reader: Option<u32>) {
        let first = self.referred.len();
        let mut refer = |borrower, locked: &mut Locked<'_>| {
            locked.refer();
            self.referred.push(borrower);
        };
        while !header.lock().each_borrower(&mut refer) {
            thread::yield_now();
        }
        for at in first..self.referred.len() {
            let borrower = self.referred[at];
            // SAFETY: one of the references from above.
            let header = unsafe { borrower.get() };
            if header.word().has_value() {
                continue;
            }
            let found = self.find(borrower, header);
            if let Some(from) = found.or_else(|| self.hold(borrower, header)) {
                self.connect(from, reader, EdgeKind::Order);
            }
        }
    }

    /// Gives up the references to borrowers, with no lock held: each may be the
    /// last one by now.
    fn leave_borrowers(&mut self) {
        for borrower in self.referred.drain(..) {
            // SAFETY: a reference from `reach_borrowers`, not used any more.
            unsafe { leave(borrower) };
        }
    }

    /// The index of a node that is in the plan.
    fn find(&self, node: NodePtr, header: &Header) -> Option<u32> {
        let Mark { run, index } = header.mark();
        if run == self.plan.run {
            let step = self.plan.steps.get(index as usize);
            if step.is_some_and(|step| step.node == node) {
                return Some(index);
            }
        }
        self.plan.strangers.get(&node).copied()
    }

    /// Adds a node that others can get at, and refers to it.
    fn hold(&mut self, node: NodePtr, header: &Header) -> Option<u32> {
        let mut locked = header.lock();
        if matches!(locked.state(), State::Done | State::Taken) {
            return None;
        }
        locked.refer();
        let index = self.next_index();
        if header.mark() == Mark::NONE {
            header.set_mark(Mark {
                run: self.plan.run,
                index,
            });
        } else {
            self.plan.strangers.insert(node, index);
        }
        drop(locked);
        Some(self.add(node, header))
    }

    fn next_index(&self) -> u32 {
        u32::try_from(self.plan.steps.len()).expect("a run has at most four billion tasks")
    }

    fn add(&mut self, node: NodePtr, header: &Header) -> u32 {
        let index = self.next_index();
        self.plan.steps.push(Step {
            node,
            waits: AtomicU32::new(0),
            readers: NO_EDGE,
        });
        self.open.push(index);
        let is_refused = header.info.unmet().is_some()
            || self.is_nested && stack::is_inside_task_of(header.order);
        if is_refused {
            // SAFETY: the node is in the plan.
            let before = self
                .plan
                .refused
                .map(|refused| unsafe { refused.get() }.order);
            if before.is_none_or(|before| header.order < before) {
                self.plan.refused = Some(node);
            }
        }
        index
    }

    fn connect(&mut self, from: u32, reader: Option<u32>, kind: EdgeKind) {
        let Some(to) = reader else { return };
        let edge = u32::try_from(self.plan.edges.len()).ok();
        let edge = edge.filter(|edge| *edge != NO_EDGE);
        let edge = edge.expect("a run has at most four billion dependences");
        let next = mem::replace(&mut self.plan.steps[from as usize].readers, edge);
        self.plan.edges.push(Edge { to, next });
        *self.plan.steps[to as usize].waits.get_mut() += 1;
        (self.see)(Dependence { from, to, kind });
    }

    /// Brings what was opened last into the order in which it is to run.
    fn sort(&mut self, opened: usize) {
        let opened = &mut self.open[opened..];
        if opened.len() > 1 {
            let steps = &self.plan.steps;
            // SAFETY: the nodes are in the plan.
            let depth = |index: &u32| Reverse(unsafe { steps[*index as usize].node.get() }.depth());
            if !opened.is_sorted_by_key(depth) {
                opened.sort_by_key(depth);
            }
        }
    }
}
