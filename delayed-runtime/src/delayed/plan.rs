//! Which nodes a run needs, in which order, and who waits for whom.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::mem;
use std::sync::atomic::Ordering;

use delayed_graph::EdgeKind;

use super::ahead::fetch_node;
use super::header::{Header, Locked, Mark};
use super::input::{Input, Link};
use super::lent::Lent;
use super::rank::Ranks;
use super::reference::{NodePtr, leave};
use super::stack;
use super::step::{self, Edge, Readers, Step};
use super::word::State;
use crate::Error;
use crate::sync::{atomic, yield_now};

/// The nodes to run, and their dependences.
///
/// A plan refers to its nodes, so that they are there until they are settled.
/// Only those that nobody but the plan's own nodes can get at need no reference:
/// a node that has one owner and borrows nothing, below others of that kind.
pub(super) struct Plan {
    pub(super) steps: Vec<Step>,
    pub(super) edges: Vec<Edge>,
    /// Steps that wait for nothing, the first to run last.
    pub(super) ready: Vec<u32>,
    /// How many steps are roots, or borrow from roots: the first ones.
    pub(super) roots: u32,
    /// Whether all references to the nodes that the plan refers to are known, and
    /// so are those to the values that they read.
    pub(super) is_closed: bool,
    /// Whether those who borrow from a step are in the list of its node, and not
    /// among its readers.
    pub(super) is_listed: bool,
    /// The priority of steps that have one.
    pub(super) ranks: Ranks,
    /// Indices of nodes that are marked by another run.
    strangers: BTreeMap<NodePtr, u32>,
    /// The first in program order that cannot be run.
    refused: Option<NodePtr>,
}

/// A dependence as pictures show it, by the indices of steps.
pub(super) struct Dependence {
    pub(super) from: u32,
    pub(super) to: u32,
    pub(super) kind: EdgeKind,
}

impl Plan {
    /// Everything that has to run for `roots` to have their values, if they are
    /// taken out of their nodes for good.
    pub(super) fn new(roots: &impl Input) -> Self {
        let mut nodes = Vec::new();
        roots.links(&mut |link: Link<'_>| nodes.push(link.node()));
        Self::of_all(&nodes)
    }

    // Not generic, so that it is compiled once.
    fn of_all(roots: &[NodePtr]) -> Self {
        let mut planner = Planner::new(None);
        for root in roots {
            planner.reach_root(*root, true, true);
        }
        planner.plan()
    }

    /// Everything that has to run for the node to have its value, if the caller
    /// has its one handle.
    pub(super) fn of_one(node: NodePtr) -> Self {
        let mut planner = Planner::new(None);
        planner.reach_root(node, false, true);
        planner.plan()
    }

    /// The same for a node that others may be at, too, with all dependences.
    pub(super) fn shown(node: NodePtr, seen: &mut Vec<Dependence>) -> Self {
        let mut planner = Planner::new(Some(seen));
        planner.reach_root(node, false, false);
        planner.plan()
    }

    /// The same, unless that is more than `most` nodes.
    #[cfg(feature = "profile")]
    pub(super) fn shown_up_to(
        node: NodePtr,
        seen: &mut Vec<Dependence>,
        most: usize,
    ) -> Option<Self> {
        let mut planner = Planner::new(Some(seen));
        planner.reach_root(node, false, false);
        planner.begin();
        while let Some(index) = planner.open.pop() {
            if planner.plan.steps.len() > most {
                return None;
            }
            planner.expand(index);
        }
        Some(planner.plan)
    }

    /// Why the plan cannot be run: asked before the first step is.
    pub(super) fn admit(&self) -> Result<(), Error> {
        let Some(refused) = self.refused else {
            return Ok(());
        };
        // SAFETY: the node is in the plan.
        let header = unsafe { refused.get() };
        Err(header.error(Error::failed(stack::NeedsItself)))
    }

    /// The headers of all steps.
    pub(super) fn headers(&self) -> impl Iterator<Item = &Header> {
        // SAFETY: the nodes of a plan are there until they are settled, and a
        // run takes the steps out of the plan before it settles any.
        self.steps.iter().map(|step| unsafe { step.node.get() })
    }

    /// The steps, their edges, those that are ready, and what the plan refers to.
    pub(super) fn into_parts(mut self) -> (Vec<Step>, Vec<Edge>, Vec<u32>, Holds) {
        let steps = mem::take(&mut self.steps);
        let edges = mem::take(&mut self.edges);
        (steps, edges, mem::take(&mut self.ready), self.holds())
    }

    fn holds(&mut self) -> Holds {
        Holds {
            strangers: mem::take(&mut self.strangers),
        }
    }
}

impl Drop for Plan {
    fn drop(&mut self) {
        let holds = self.holds();
        for (index, step) in (0..).zip(mem::take(&mut self.steps)) {
            // SAFETY: the step is not settled, and not used any more.
            unsafe { holds.release(step.node, index) };
        }
    }
}

/// Which nodes a run refers to.
pub(super) struct Holds {
    strangers: BTreeMap<NodePtr, u32>,
}

impl Holds {
    /// Whether the run refers to the node of this step.
    pub(super) fn has(&self, node: NodePtr, header: &Header, index: u32) -> bool {
        header.mark() == Mark::step(index) || self.is_stranger(node)
    }

    /// Whether another run had marked the node before.
    fn is_stranger(&self, node: NodePtr) -> bool {
        !self.strangers.is_empty() && self.strangers.contains_key(&node)
    }

    /// Takes the run's mark off a node that it gives up.
    pub(super) fn unmark(&self, node: NodePtr, header: &Header, index: u32) {
        if header.mark() == Mark::step(index) && !self.is_stranger(node) {
            header.set_mark(Mark::NONE);
        }
    }

    /// Gives up a node of the plan, if the run refers to it.
    ///
    /// # Safety
    ///
    /// The node is not settled, and from now on it is.
    unsafe fn release(&self, node: NodePtr, index: u32) {
        // SAFETY: it is not settled.
        let header = unsafe { node.get() };
        if self.has(node, header, index) {
            self.unmark(node, header, index);
            // SAFETY: the plan's reference, which is not used any more.
            unsafe { leave(node) };
        }
    }
}

/// A plan that is being made, from the roots down.
struct Planner<'a> {
    plan: Plan,
    /// Steps whose inputs have not been looked at.
    open: Vec<u32>,
    /// How many dependences of the step that is looked at have been met.
    waits: u32,
    /// Who borrows from whom.
    lent: Lent,
    /// References that nodes had when the plan met them, and how many of those
    /// it has come by.
    references: u64,
    met: u64,
    /// Borrowers that were met under a lock, each with a reference.
    referred: Vec<NodePtr>,
    /// Nodes that are read and have their value, each with a reference.
    values: Vec<NodePtr>,
    /// Whether this thread is inside of a task.
    is_nested: bool,
    /// The dependences, if somebody wants them.
    seen: Option<&'a mut Vec<Dependence>>,
}

impl<'a> Planner<'a> {
    fn new(seen: Option<&'a mut Vec<Dependence>>) -> Self {
        let plan = Plan {
            steps: Vec::new(),
            edges: Vec::new(),
            ready: Vec::new(),
            roots: 0,
            is_closed: true,
            is_listed: false,
            ranks: Ranks::default(),
            strangers: BTreeMap::new(),
            refused: None,
        };
        Self {
            plan,
            open: Vec::new(),
            waits: 0,
            lent: Lent::default(),
            references: 0,
            met: 0,
            referred: Vec::new(),
            values: Vec::new(),
            is_nested: stack::is_inside_task(),
            seen,
        }
    }

    /// Looks at what each step reads, depth first.
    ///
    /// A step's inputs go onto a stack, and so do steps that wait for nothing.
    /// What is looked at first comes to the bottom of the latter: the run, which
    /// takes from the top, meets the inputs of a step in their order.
    fn plan(mut self) -> Plan {
        self.begin();
        while let Some(index) = self.open.pop() {
            self.expand(index);
        }
        // What another run has marked it refers to, or did.
        self.plan.is_closed &= self.references == self.met && self.plan.strangers.is_empty();
        self.connect_borrowers();
        self.leave_values();
        self.plan.ranks.sort(&mut self.plan.ready);
        self.plan
    }

    /// Nodes list who borrows from them, and where nobody else can get at them these
    /// lists stay as they are until the borrowers have run. Else others may change
    /// them at any time, and a plan needs edges of its own.
    fn connect_borrowers(&mut self) {
        let lent = mem::take(&mut self.lent);
        if self.plan.is_closed {
            self.plan.is_listed = !lent.is_empty();
            return;
        }
        for (from, to) in lent.iter() {
            self.wait_for(from, to);
        }
    }

    fn reach_root(&mut self, node: NodePtr, is_taken: bool, is_only_way: bool) {
        self.reach(node, is_taken, None, is_only_way);
    }

    /// The roots are in the plan.
    fn begin(&mut self) {
        self.leave_borrowers();
        self.plan.roots = self.next_index();
        self.sort(0);
    }

    /// Puts the deepest of the inputs that were opened last at the bottom, to be
    /// the first that runs: it keeps the others waiting longest, and what needs
    /// many values at once needs them while there are few.
    #[inline]
    fn sort(&mut self, opened: usize) {
        let opened = &mut self.open[opened..];
        if opened.len() < 2 {
            return;
        }
        // SAFETY: the nodes are in the plan.
        let depth = |index: &u32| unsafe { self.plan.steps[*index as usize].node.get() }.depth;
        opened.sort_by_key(|index| Reverse(depth(index)));
    }

    /// Adds what a step reads.
    #[inline]
    fn expand(&mut self, index: u32) {
        let node = self.plan.steps[index as usize].node;
        // SAFETY: the node is in the plan.
        let header = unsafe { node.get() };
        let is_shared = self.is_shared(node, header);
        let opened = self.open.len();
        self.waits = 0;
        // While the lock is held nobody does the work, so what it reads is there.
        let lock = is_shared.then(|| header.lock());
        if header.word().state() == State::Pending {
            let mut reach = |link: Link<'_>| {
                let (node, is_taken) = (link.node(), link.tie().is_none());
                // SAFETY: the work refers to it, and is kept from running.
                let header = unsafe { node.get() };
                if is_taken && !is_shared && header.word().is_sole_work() {
                    self.add_sole(node, header, index);
                } else {
                    self.reach(node, is_taken, Some(index), !is_shared);
                }
            };
            // SAFETY: the state says that the node holds its work, and nobody
            // else does anything with it, by the lock or as nobody can.
            unsafe { (header.table.links)(node, &mut reach) };
        }
        drop(lock);
        self.leave_borrowers();
        self.sort(opened);
        if self.waits == 0 {
            self.plan.ready.push(index);
        } else {
            let waits = &self.plan.steps[index as usize].waits;
            waits.store(self.waits, Ordering::Relaxed);
        }
    }

    #[inline]
    fn is_shared(&self, node: NodePtr, header: &Header) -> bool {
        header.mark() != Mark::NONE
            || !self.plan.strangers.is_empty() && self.plan.strangers.contains_key(&node)
    }

    /// Adds a node, unless its value is there, and that `reader` waits for it.
    /// If the value is taken, those who borrow it come first.
    #[inline]
    fn reach(&mut self, node: NodePtr, is_taken: bool, reader: Option<u32>, is_only_way: bool) {
        // SAFETY: the reader refers to the node, and is kept from running.
        let header = unsafe { node.get() };
        let word = header.word();
        if is_taken && word.references() > 1 {
            self.reach_borrowers(header, reader);
        }
        let is_alone = is_only_way && word.is_sole();
        if word.has_value() {
            // The value of a root outlives the run, which cannot make it its own.
            if !is_alone && reader.is_some() {
                self.meet_value(node, header);
            }
            return;
        }
        let from = if is_alone && !word.borrows() {
            self.add(node, header, Readers::NONE)
        } else {
            self.met += 1;
            let found = self.find(node, header).or_else(|| self.hold(node, header));
            let Some(from) = found else {
                // Another run has made the value just now.
                self.plan.is_closed = false;
                return;
            };
            from
        };
        let kind = if is_taken {
            EdgeKind::Moved
        } else {
            EdgeKind::Borrowed
        };
        self.connect(from, reader, kind);
    }

    /// Counts a way to a value that is there: whoever has another one can get at
    /// those who borrow it. A picture does without.
    fn meet_value(&mut self, node: NodePtr, header: &Header) {
        self.met += 1;
        if self.seen.is_some() || self.values.get(header.mark().as_value()) == Some(&node) {
            return;
        }
        let mut locked = header.lock();
        if header.mark() != Mark::NONE {
            self.plan.is_closed = false;
            return;
        }
        self.references += locked.references();
        locked.refer();
        header.set_mark(Mark::value(step::index(self.values.len())));
        self.values.push(node);
    }

    /// Gives up the references to values, or makes those the run's own.
    fn leave_values(&mut self) {
        for node in self.values.drain(..) {
            // SAFETY: one of the references from `meet_value`.
            let header = unsafe { node.get() };
            if self.plan.is_closed {
                header.adopt(false);
            } else {
                header.set_mark(Mark::NONE);
                // SAFETY: as above, and it is not used any more.
                unsafe { leave(node) };
            }
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
            yield_now();
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
    #[inline]
    fn leave_borrowers(&mut self) {
        if self.referred.is_empty() {
            return;
        }
        for borrower in self.referred.drain(..) {
            // SAFETY: a reference from `reach_borrowers`, not used any more.
            unsafe { leave(borrower) };
        }
    }

    /// The index of a node that is in the plan.
    fn find(&self, node: NodePtr, header: &Header) -> Option<u32> {
        let index = header.mark().as_step();
        let step = self.plan.steps.get(index);
        if step.is_some_and(|step| step.node == node) {
            return Some(index as u32);
        }
        self.plan.strangers.get(&node).copied()
    }

    /// Adds a node that has to run and that nobody but `reader` can get at, which
    /// takes its value.
    #[inline]
    fn add_sole(&mut self, node: NodePtr, header: &Header, reader: u32) {
        let from = self.add(node, header, Readers::one(reader));
        self.waits += 1;
        self.see(from, reader, EdgeKind::Moved);
    }

    /// Adds a node that others can get at, and refers to it.
    fn hold(&mut self, node: NodePtr, header: &Header) -> Option<u32> {
        let mut locked = header.lock();
        if matches!(locked.state(), State::Done | State::Taken) {
            return None;
        }
        self.references += locked.references();
        locked.refer();
        let index = self.next_index();
        if header.mark() == Mark::NONE {
            header.set_mark(Mark::step(index));
        } else {
            self.plan.strangers.insert(node, index);
        }
        if locked.state() == State::Pending && header.word().borrows() {
            // SAFETY: the lock is held, and the node holds its work.
            unsafe { (header.table.links)(node, &mut |link: Link<'_>| fetch_node(link.node())) };
        }
        drop(locked);
        Some(self.add(node, header, Readers::NONE))
    }

    fn next_index(&self) -> u32 {
        step::index(self.plan.steps.len())
    }

    #[inline]
    fn add(&mut self, node: NodePtr, header: &Header, readers: Readers) -> u32 {
        let index = self.next_index();
        let step = Step {
            node,
            waits: atomic::AtomicU32::new(0),
            readers,
        };
        step::push(&mut self.plan.steps, step);
        self.open.push(index);
        self.plan.ranks.note(index, header.priority());
        if self.is_nested && stack::is_inside_task_of(header.order) {
            self.refuse(node, header);
        }
        index
    }

    /// Notes a node that cannot be run, as this thread is at its task.
    #[cold]
    fn refuse(&mut self, node: NodePtr, header: &Header) {
        // SAFETY: the node is in the plan.
        let order = |refused: NodePtr| unsafe { refused.get() }.order;
        if self
            .plan
            .refused
            .is_none_or(|refused| header.order < order(refused))
        {
            self.plan.refused = Some(node);
        }
    }

    /// Notes that `reader`, which is looked at, waits for a step.
    #[inline]
    fn connect(&mut self, from: u32, reader: Option<u32>, kind: EdgeKind) {
        let Some(to) = reader else { return };
        self.waits += 1;
        if kind == EdgeKind::Borrowed {
            self.lent.note(from, to);
        } else {
            self.wait_for(from, to);
        }
        self.see(from, to, kind);
    }

    /// Adds an edge.
    #[inline]
    fn wait_for(&mut self, from: u32, to: u32) {
        let readers = &mut self.plan.steps[from as usize].readers;
        *readers = readers.with(to, &mut self.plan.edges);
    }

    #[inline]
    fn see(&mut self, from: u32, to: u32, kind: EdgeKind) {
        if let Some(seen) = &mut self.seen {
            seen.push(Dependence { from, to, kind });
        }
    }
}
