//! What the compiler makes of a program: its plan, step by step, where each
//! piece of work sees what the generated code would let it see.

use std::rc::Rc;

use delayed_compiler::pipeline::analyse::order::{Order, Schedule};
use delayed_compiler::pipeline::arrays::Arrays;
use delayed_compiler::pipeline::form::variable;
use delayed_compiler::pipeline::ir::{Graph, Node, NodeId, NodeKind, RegionId, ValueId};
use delayed_compiler::pipeline::plan::{HandOver, LoopPlan, Pending, Plan, Step};
use syn::Expr;

use crate::env::Binding;
use crate::machine::{FUEL, Flow, Intent, Machine, Out, Target, fault, unknown};
use crate::place::Place;
use crate::programs::Written;
use crate::serial::{Outcome, is_absent, outcome, surround};
use crate::task::is_pure;
use crate::value::Value;

/// What an iteration hands over: a number, and the values.
pub(crate) type Pushed = (usize, Vec<Value>);

/// A run of a plan.
pub(crate) struct Runner<'g> {
    pub(crate) machine: Machine<'g>,
    pub(crate) graph: &'g Graph,
    arrays: &'g Arrays,
    /// What the iterations that are running now have handed over, the innermost
    /// last.
    pub(crate) turns: Vec<Vec<Pushed>>,
}

/// Where a step stands.
#[derive(Clone)]
pub(crate) struct Frame<'g> {
    pub(crate) region: RegionId,
    /// What this frame's iterations hand over.
    pub(crate) hand_overs: &'g [HandOver],
    /// The serial loops around.
    serial: Vec<RegionId>,
}

/// Runs the plan of `graph`, the graph of `program`, in an order made from `seed`.
pub(crate) fn run(
    program: &Written,
    (graph, order): (&Graph, &Order),
    plan: &Plan,
    seed: u64,
) -> Out<Outcome> {
    let mut runner = Runner {
        machine: Machine::new(seed, 20 * FUEL),
        graph,
        arrays: &order.arrays,
        turns: Vec::new(),
    };
    surround(&mut runner.machine, program)?;
    let is_captured = |value: &ValueId| graph.values[value.0].home.is_none();
    let values = (0..graph.values.len()).map(ValueId);
    let (captured, locals): (Vec<_>, Vec<_>) = values.partition(is_captured);
    runner.machine.locals = locals.into_iter().collect();
    runner.adopt(&crate::env::Env::default(), &captured);
    let root = Frame {
        region: delayed_compiler::pipeline::ir::ROOT,
        hand_overs: &[],
        serial: Vec::new(),
    };
    let outside = runner.machine.env.clone();
    let result = runner.steps(&plan.root.steps, &root);
    runner.machine.close(outside);
    outcome(&mut runner.machine, result, &program.seen)
}

impl<'g> Frame<'g> {
    /// The frame of an iteration of `plan`.
    pub(crate) fn of_iteration(plan: &'g LoopPlan) -> Self {
        Self {
            region: plan.region,
            hand_overs: &plan.hand_overs,
            serial: Vec::new(),
        }
    }
}

impl<'g> Runner<'g> {
    pub(crate) fn node(&self, id: NodeId) -> &'g Node {
        &self.graph.nodes[id.0]
    }

    /// The name of `value`; a field of `self` is `self.field`.
    pub(crate) fn name(&self, value: ValueId) -> String {
        let value = &self.graph.values[value.0];
        match &value.field {
            Some(field) => format!("{}.{field}", value.name),
            None => value.name.to_string(),
        }
    }

    /// Gives what was bound since the scope was `outside` the graph's names.
    pub(crate) fn adopt(&self, outside: &crate::env::Env, values: &[ValueId]) {
        for binding in self.machine.env.since(outside) {
            let is_it = |value: &&ValueId| self.name(**value) == *binding.name;
            if binding.id.get().is_none() {
                binding.id.set(values.iter().find(is_it).copied());
            }
        }
    }

    /// The variable that the code's name for `value` finds, which is `value`.
    pub(crate) fn find(&self, value: ValueId) -> Out<Rc<Binding>> {
        let name = self.name(value);
        match self.machine.env.find(name.as_str()) {
            Some(binding) if binding.id.get() == Some(value) => Ok(Rc::clone(binding)),
            Some(_) => fault(format!("`{name}` is hidden by another of its name")),
            None => fault(format!("`{name}` cannot be seen")),
        }
    }

    /// Moves or copies `value` out of its variable.
    pub(crate) fn take(&mut self, value: ValueId) -> Out<Value> {
        let binding = self.find(value)?;
        let taken = self.machine.take(&Place::whole(&binding.cell))?;
        if binding.lent && taken.copy().is_none() {
            return fault(format!("`{}` is lent, and is moved", binding.name));
        }
        Ok(taken)
    }

    /// Evaluates something as a part of `node`.
    pub(crate) fn of_node<T>(
        &mut self,
        node: &'g Node,
        evaluate: impl FnOnce(&mut Machine<'g>) -> Out<T>,
    ) -> Out<T> {
        self.machine.node = Some(node);
        let result = evaluate(&mut self.machine);
        self.machine.node = None;
        result
    }

    /// Runs steps; gives the value of a branch's body, or of the pipeline.
    pub(crate) fn steps(&mut self, steps: &'g [Step], frame: &Frame<'g>) -> Out<Value> {
        let mut value = Value::Unit;
        for step in steps {
            match step {
                Step::Value(id, pending) => {
                    let node = self.node(*id);
                    let made = self.of_node(node, |machine| machine.value(&node.expr));
                    value = self.leave(made, pending, frame)?;
                }
                Step::Node(id, pending) if self.node(*id).kind == NodeKind::Output => {
                    let node = self.node(*id);
                    let made = self.of_node(node, |machine| machine.value(&node.expr));
                    value = self.leave(made, pending, frame)?;
                }
                step => self.step(step, frame)?,
            }
        }
        Ok(value)
    }

    pub(crate) fn step(&mut self, step: &'g Step, frame: &Frame<'g>) -> Out<()> {
        let id = match step {
            Step::Node(id, _) | Step::Branch(id, ..) | Step::Jump(id, _) => Some(*id),
            Step::Loop(plan, _) => Some(plan.node),
            _ => None,
        };
        if id.is_some_and(|id| is_absent(&self.node(id).attrs)) {
            return Ok(());
        }
        match step {
            Step::Node(id, pending) | Step::Value(id, pending) => {
                let result = self.statement(*id);
                self.leave(result, pending, frame)
            }
            Step::Fork(branches) => self.fork(branches, frame),
            Step::Release(values) => values.iter().try_for_each(|value| {
                self.take(*value)?;
                Ok(())
            }),
            Step::Loop(plan, pending) => self.for_loop(plan, pending, frame),
            Step::Branch(id, arms, pending) => self.branch(*id, arms, pending, frame),
            Step::Jump(id, pending) => self.jump(*id, pending, frame),
            Step::Keep(values) => values.iter().try_for_each(|value| {
                let kept = self.take(*value)?;
                self.machine.bind(&self.kept_name(*value), None, kept);
                Ok(())
            }),
            Step::Push(number) => self.push(*number, frame),
        }
    }

    /// An error leaves after what is pending has been handed over.
    pub(crate) fn leave<T>(
        &mut self,
        result: Out<T>,
        pending: &Pending,
        frame: &Frame<'g>,
    ) -> Out<T> {
        if matches!(result, Err(Flow::Error(_))) {
            for number in pending {
                self.push(*number, frame)?;
            }
        }
        result
    }

    pub(crate) fn push(&mut self, number: usize, frame: &Frame<'g>) -> Out<()> {
        match frame.hand_overs.get(number) {
            Some(hand_over) => self.push_values(number, &hand_over.values, &hand_over.kept),
            None => fault(format!("there is no hand-over #{number}")),
        }
    }

    fn kept_name(&self, value: ValueId) -> String {
        format!("__kept_{}", self.name(value))
    }

    /// Hands values over, those that were kept from where they are kept.
    pub(crate) fn push_values(
        &mut self,
        number: usize,
        values: &[ValueId],
        kept: &[ValueId],
    ) -> Out<()> {
        let values = values.iter().map(|value| {
            if !kept.contains(value) {
                return self.take(*value);
            }
            let name = self.kept_name(*value);
            let Some(binding) = self.machine.env.find(name.as_str()) else {
                return fault(format!("`{name}` cannot be seen"));
            };
            let place = Place::whole(&binding.cell);
            self.machine.take(&place)
        });
        let values = values.collect::<Out<Vec<_>>>()?;
        match self.turns.last_mut() {
            Some(turn) => {
                turn.push((number, values));
                Ok(())
            }
            None => fault("something is handed over where no loop is"),
        }
    }

    /// A node as a statement.
    pub(crate) fn statement(&mut self, id: NodeId) -> Out<()> {
        let node = self.node(id);
        let is_pure = || matches!(&node.kind, NodeKind::Task(path) if is_pure(path));
        if node.unread {
            let outside = self.machine.env.clone();
            let result = if is_pure() {
                Ok(())
            } else {
                self.bind_node(node)
            };
            self.machine.close(outside);
            return result;
        }
        if let (Some(first), Some(bind)) = (node.same_as, &node.bind) {
            let [own] = bind.values[..] else {
                return unknown("equal calls with a pattern");
            };
            let cell = if is_pure() {
                Rc::clone(&self.find(first)?.cell)
            } else {
                let value = self.of_node(node, |machine| machine.value(&node.expr))?;
                self.machine.cell("an equal call".into(), value)
            };
            let name = self.name(own);
            self.machine.env.bind(name.into(), Some(own), cell, true);
            return Ok(());
        }
        if let NodeKind::Collect(collected) = node.kind {
            let value = self.of_node(node, |machine| machine.value(&node.expr))?;
            let list = Place::whole(&self.find(collected)?.cell);
            return self.machine.write(&list, |list| {
                if let Value::List(list) = list {
                    list.push(value);
                }
            });
        }
        self.bind_node(node)
    }

    fn bind_node(&mut self, node: &'g Node) -> Out<()> {
        let outside = self.machine.env.clone();
        let bind = node.bind.as_ref().map(|bind| &bind.pat);
        self.of_node(node, |machine| match bind {
            Some(pat) if node.kind == NodeKind::Declare => machine.declare(pat),
            Some(pat) => {
                let place = machine.place(&node.expr, Intent::Take)?;
                if !machine.fits(pat, &place)? {
                    return fault("a `let` does not fit");
                }
                machine.unpack(pat, &place)
            }
            // A variable alone has no effect.
            None if variable(&node.expr).is_some() => Ok(()),
            None => {
                machine.value(&node.expr)?;
                Ok(())
            }
        })?;
        self.adopt(
            &outside,
            node.bind.as_ref().map_or(&[], |bind| &bind.values),
        );
        Ok(())
    }

    pub(crate) fn bind_result(&mut self, node: &'g Node, value: Value) -> Out<()> {
        let outside = self.machine.env.clone();
        if let Some(bind) = &node.bind {
            self.machine.bind_value(&bind.pat, value)?;
            self.adopt(&outside, &bind.values);
        }
        Ok(())
    }

    fn jump(&mut self, id: NodeId, pending: &Pending, frame: &Frame<'g>) -> Out<()> {
        let node = self.node(id);
        for number in pending {
            self.push(*number, frame)?;
        }
        let NodeKind::Jump(target) = node.kind else {
            return fault("a jump that is none");
        };
        if target != frame.region && !frame.serial.contains(&target) {
            return fault("a jump leaves another loop than it should");
        }
        let target = Target::Region(target);
        match &node.expr {
            Expr::Break(_) => Err(Flow::Break(target)),
            _ => Err(Flow::Continue(target)),
        }
    }

    fn for_loop(&mut self, plan: &'g LoopPlan, pending: &Pending, frame: &Frame<'g>) -> Out<()> {
        let node = self.node(plan.node);
        let outside = self.machine.env.clone();
        let collected = self.graph.regions[plan.region.0].collected;
        if let Some(collected) = collected {
            let name = self.name(collected);
            self.machine
                .bind(&name, Some(collected), Value::List(Vec::new()));
        }
        let nest = self.arrays.nests.get(&plan.region);
        let result = match plan.schedule {
            _ if let Some(nest) = nest => {
                let result = self.cells(nest, plan);
                self.leave(result, pending, frame)
            }
            Schedule::Parallel => {
                let result = self.parallel(plan, frame);
                self.leave(result, pending, frame)
            }
            Schedule::Serial(_) => self.serial(plan, pending, frame),
        };
        let value = match (&result, collected) {
            (Ok(()), Some(collected)) => self.take(collected),
            _ => Ok(Value::Unit),
        };
        self.machine.close(outside);
        result?;
        self.bind_result(node, value?)
    }

    /// What a loop pulls from.
    pub(crate) fn source(&mut self, plan: &'g LoopPlan) -> Out<crate::iterate::Iter> {
        let node = self.node(plan.node);
        let source = self.of_node(node, |machine| machine.value(&node.expr))?;
        self.machine.items(source)
    }

    /// Binds an item to the loop's pattern.
    pub(crate) fn bind_item(&mut self, plan: &'g LoopPlan, item: Value) -> Out<()> {
        let region = &self.graph.regions[plan.region.0];
        let outside = self.machine.env.clone();
        let Some(pat) = &region.pat else {
            return fault("a loop without a pattern");
        };
        self.machine.bind_value(pat, item)?;
        self.adopt(&outside, &region.items);
        Ok(())
    }

    fn serial(&mut self, plan: &'g LoopPlan, pending: &Pending, frame: &Frame<'g>) -> Out<()> {
        let source = self.source(plan);
        let mut source = self.leave(source, pending, frame)?;
        let mut inner = frame.clone();
        inner.serial.push(plan.region);
        let here = Target::Region(plan.region);
        while let Some(item) = self.machine.next(&mut source)? {
            let outside = self.machine.env.clone();
            let turn = self.bind_item(plan, item);
            let turn = turn.and_then(|()| self.steps(&plan.body.steps, &inner));
            self.machine.close(outside);
            match turn {
                Ok(_) => {}
                Err(Flow::Continue(target)) if target == here => {}
                Err(Flow::Break(target)) if target == here => break,
                Err(flow) => return Err(flow),
            }
        }
        Ok(())
    }
}
