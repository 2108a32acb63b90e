//! Work that overlaps, in an order made from a seed: fronts of iterations ahead
//! of their backs, and branches of forks.

use std::collections::{BTreeMap, VecDeque};

use delayed_compiler::pipeline::ir::{NodeId, ValueId};
use delayed_compiler::pipeline::plan::{Action, Branch, HandOver, LoopPlan, Step};

use crate::env::Env;
use crate::iterate::Iter;
use crate::machine::{Beside, Flow, Out, Target, Work, fault};
use crate::place::Place;
use crate::run::{Frame, Pushed, Runner};
use crate::value::Value;

/// A loop while its iterations overlap.
struct Overlapping<'g> {
    plan: &'g LoopPlan,
    beside: Beside,
    source: Iter,
    exhausted: bool,
    /// The iterations between pull and turn, in order.
    window: VecDeque<Flight>,
    pulled: usize,
    /// The first iteration that is known to have ended the loop.
    ended: Option<usize>,
    /// The variables that turns take and give back.
    slots: BTreeMap<ValueId, Option<Value>>,
}

/// An iteration.
struct Flight {
    index: usize,
    item: Option<Value>,
    /// What it handed over, and how it ended; `false` for `break`.
    done: Option<(Vec<Pushed>, Out<bool>)>,
}

/// What can happen next.
#[derive(Clone, Copy)]
enum Next {
    Pull,
    Front(usize),
    Turn,
}

impl<'g> Runner<'g> {
    /// A loop whose iterations overlap.
    pub(crate) fn parallel(&mut self, plan: &'g LoopPlan, frame: &Frame<'g>) -> Out<()> {
        let source = self.source(plan)?;
        let mut slots = BTreeMap::new();
        for value in &plan.taken {
            slots.insert(*value, Some(self.take(*value)?));
        }
        let mut state = Overlapping {
            plan,
            beside: self.machine.beside(),
            source,
            exhausted: false,
            window: VecDeque::new(),
            pulled: 0,
            ended: None,
            slots,
        };
        let result = self.overlap(&mut state, frame);
        for (value, slot) in state.slots {
            let is_captured = self.graph.values[value.0].home.is_none();
            let cell = Place::whole(&self.find(value)?.cell);
            match slot {
                Some(left) if result.is_ok() || is_captured => {
                    self.machine.write(&cell, |value| *value = left)?;
                }
                None if result.is_ok() => return fault("a turn has kept what it took"),
                _ => {}
            }
        }
        result
    }

    fn overlap(&mut self, state: &mut Overlapping<'g>, frame: &Frame<'g>) -> Out<()> {
        let most = 1 + self.machine.rng.below(6);
        loop {
            let mut choices = Vec::new();
            if !state.exhausted && state.window.len() < most && state.ended.is_none() {
                choices.push(Next::Pull);
            }
            for (at, flight) in state.window.iter().enumerate() {
                if flight.done.is_none() {
                    choices.push(Next::Front(at));
                }
            }
            if state
                .window
                .front()
                .is_some_and(|flight| flight.done.is_some())
            {
                choices.push(Next::Turn);
            }
            if choices.is_empty() {
                return Ok(());
            }
            match choices[self.machine.rng.below(choices.len())] {
                Next::Pull => self.pull(state)?,
                Next::Front(at) => self.fly(state, at)?,
                Next::Turn => {
                    if !self.turn(state, frame)? {
                        return Ok(());
                    }
                }
            }
        }
    }

    fn pull(&mut self, state: &mut Overlapping<'g>) -> Out<()> {
        self.machine.enter(&state.beside, Work::Turn);
        let item = self.machine.next(&mut state.source);
        self.machine.leave();
        let (item, done) = match item {
            Ok(None) => {
                state.exhausted = true;
                return Ok(());
            }
            Ok(item) => (item, None),
            Err(flow @ (Flow::Fault(_) | Flow::Unknown(_))) => return Err(flow),
            Err(flow) => {
                state.exhausted = true;
                (None, Some((Vec::new(), Err(flow))))
            }
        };
        let index = state.pulled;
        state.pulled += 1;
        state.window.push_back(Flight { index, item, done });
        Ok(())
    }

    /// Runs the front of the iteration at `at` in the window.
    fn fly(&mut self, state: &mut Overlapping<'g>, at: usize) -> Out<()> {
        let index = state.window[at].index;
        if state.ended.is_some_and(|ended| ended < index) && self.machine.rng.below(2) == 0 {
            // It may never run, as its turn never comes.
            state.window.remove(at);
            return Ok(());
        }
        let item = state.window[at].item.take().unwrap_or(Value::Gone);
        let (pushed, end) = self.front(state, item);
        match &end {
            Ok(true) => {}
            Err(Flow::Fault(what)) => return fault(what),
            Err(Flow::Unknown(what)) => return crate::machine::unknown(what),
            _ => state.ended = Some(state.ended.map_or(index, |ended| ended.min(index))),
        }
        state.window[at].done = Some((pushed, end));
        Ok(())
    }

    fn front(&mut self, state: &Overlapping<'g>, item: Value) -> (Vec<Pushed>, Out<bool>) {
        let plan = state.plan;
        let own = Frame::of_iteration(plan);
        let outside = self.machine.env.clone();
        self.turns.push(Vec::new());
        self.machine.enter(&state.beside, Work::Front);
        let ran = self.bind_item(plan, item);
        let ran = ran.and_then(|()| self.steps(&plan.body.steps, &own));
        let here = Target::Region(plan.region);
        let end = match ran {
            Ok(_) => {
                let last = plan.body.last.map(|last| self.push(last, &own));
                last.unwrap_or(Ok(())).map(|()| true)
            }
            Err(Flow::Continue(target)) if target == here => Ok(true),
            Err(Flow::Break(target)) if target == here => Ok(false),
            Err(flow) => Err(flow),
        };
        self.machine.leave();
        self.machine.close(outside);
        (self.turns.pop().unwrap_or_default(), end)
    }

    /// The turn of the first iteration in the window; gives whether the loop
    /// goes on.
    fn turn(&mut self, state: &mut Overlapping<'g>, frame: &Frame<'g>) -> Out<bool> {
        let flight = state.window.pop_front();
        let Some((pushed, end)) = flight.and_then(|flight| flight.done) else {
            return fault("an iteration has its turn before it has run");
        };
        for (number, values) in pushed {
            let outside = self.machine.env.clone();
            self.machine.enter(&state.beside, Work::Turn);
            let hand_over = &state.plan.hand_overs[number];
            let result = self.back(&mut state.slots, hand_over, values, frame);
            self.machine.leave();
            self.machine.close(outside);
            result?;
        }
        end
    }

    fn back(
        &mut self,
        slots: &mut BTreeMap<ValueId, Option<Value>>,
        hand_over: &'g HandOver,
        values: Vec<Value>,
        frame: &Frame<'g>,
    ) -> Out<()> {
        for (id, value) in hand_over.values.iter().zip(values) {
            let name = self.name(*id);
            self.machine.bind(&name, Some(*id), value);
        }
        let mut taken = Vec::new();
        for (id, slot) in slots.iter_mut() {
            if !self.uses(hand_over, *id) {
                continue;
            }
            let copy = slot.as_ref().and_then(Value::copy);
            let Some(value) = copy.or_else(|| slot.take()) else {
                // A turn before has failed.
                return Ok(());
            };
            let name = self.name(*id);
            self.machine.bind(&name, Some(*id), value);
            taken.push(*id);
        }
        let result = self.actions(&hand_over.actions, frame);
        for id in taken {
            // A turn that fails gives back what it still has.
            let is_there = !matches!(*self.find(id)?.cell.value.borrow(), Value::Gone);
            if result.is_ok() || is_there {
                let left = self.take(id)?;
                slots.insert(id, Some(left));
            }
        }
        result
    }

    fn actions(&mut self, actions: &'g [Action], frame: &Frame<'g>) -> Out<()> {
        actions.iter().try_for_each(|action| match action {
            Action::Run(node) => self.statement(*node),
            Action::Forward(number, _) if frame.hand_overs.len() <= *number => {
                fault(format!("there is no hand-over #{number} further out"))
            }
            Action::Forward(number, values) => self.push_values(*number, values, &[]),
        })
    }

    fn uses(&self, hand_over: &HandOver, value: ValueId) -> bool {
        hand_over.actions.iter().any(|action| match action {
            Action::Run(node) => {
                let mut uses = self.node(*node).uses.iter();
                uses.any(|used| used.value == value)
            }
            Action::Forward(..) => false,
        })
    }

    /// Branches side by side, one step at a time.
    pub(crate) fn fork(&mut self, branches: &'g [Branch], frame: &Frame<'g>) -> Out<()> {
        let outside = self.machine.env.clone();
        let beside = self.machine.beside();
        let start = |branch| (branch, 0, outside.clone());
        let mut running: Vec<(usize, usize, Env)> = (0..branches.len()).map(start).collect();
        let mut ended = Vec::new();
        let mut failure: Option<(NodeId, Flow)> = None;
        while !running.is_empty() {
            let at = self.machine.rng.below(running.len());
            let (branch, next, env) = &mut running[at];
            let Some(step) = branches[*branch].steps.get(*next) else {
                ended.push(running.swap_remove(at));
                continue;
            };
            *next += 1;
            self.machine.env = env.clone();
            self.machine.enter(&beside, Work::Branch(*branch));
            let result = self.step(step, frame);
            self.machine.leave();
            running[at].2 = self.machine.env.clone();
            match (result, step) {
                (Ok(()), _) => {}
                (Err(flow @ (Flow::Error(_) | Flow::Panic(_))), Step::Node(id, _)) => {
                    running.swap_remove(at);
                    if failure.as_ref().is_none_or(|(first, _)| id < first) {
                        failure = Some((*id, flow));
                    }
                }
                (Err(flow), _) => return Err(flow),
            }
        }
        self.machine.env = outside.clone();
        if let Some((_, flow)) = failure {
            return Err(flow);
        }
        ended.sort_by_key(|(branch, ..)| *branch);
        for (branch, _, env) in ended {
            let bound = std::mem::replace(&mut self.machine.env, env);
            let gives = &branches[branch].gives;
            let given = gives.iter().map(|value| self.take(*value));
            let given = given.collect::<Out<Vec<_>>>()?;
            self.machine.close(outside.clone());
            self.machine.env = bound;
            for (id, value) in gives.iter().zip(given) {
                let name = self.name(*id);
                self.machine.bind(&name, Some(*id), value);
            }
        }
        Ok(())
    }
}
