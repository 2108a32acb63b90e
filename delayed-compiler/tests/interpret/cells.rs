//! Cells of array loops, in an order made from a seed: any in which threads could
//! run them. Rows are begun in order, a cell waits for those of the rows before
//! it as the nest's skew says, and of several failures the first row's counts.
//! What stands beside the inner loop runs one column to the left of a row's cells,
//! and one to the right; if there are none, when all rows before it are over.

use delayed_compiler::pipeline::arrays::Nest;
use delayed_compiler::pipeline::arrays::affine::{Affine, Term};
use delayed_compiler::pipeline::plan::{LoopPlan, Step};
use syn::Expr;

use crate::machine::{Flow, Out, unknown};
use crate::run::{Frame, Runner};
use crate::value::Value;

/// How many rows are under way at once.
const OPEN: usize = 8;

/// A row that is under way.
struct Lane {
    row: usize,
    item: Value,
    /// The items of the inner loop that are left, the next one last.
    left: Vec<Value>,
    /// Whether these go down.
    down: bool,
    /// Whether what stands in front of them, and behind, is left.
    edges: [bool; 2],
    /// Whether there are edges, and no cells.
    bare: bool,
    /// Where what stands behind is.
    end: i64,
}

impl Lane {
    /// Where the next step stands, askew.
    fn column(&self, skew: i64) -> i64 {
        let next = match self.left.last() {
            Some(next) => signed(next, self.down) - i64::from(self.edges[0]),
            None => self.end,
        };
        next + skew * self.row as i64
    }

    fn is_over(&self) -> bool {
        self.left.is_empty() && self.edges == [false; 2]
    }
}

/// What grows from cell to cell.
fn signed(item: &Value, down: bool) -> i64 {
    match item {
        Value::Int(item) if down => -item,
        Value::Int(item) => *item,
        _ => 0,
    }
}

/// The loops of a nest.
#[derive(Clone, Copy)]
struct Loops<'g> {
    nest: &'g Nest,
    outer: &'g LoopPlan,
    inner: Option<&'g LoopPlan>,
}

impl<'g> Loops<'g> {
    /// The `let`s of indices, and what stands in front of the inner loop and behind it.
    fn beside(self) -> [&'g [Step]; 3] {
        let steps = &self.outer.body.steps[..];
        let is_let = |step: &Step| match step {
            Step::Node(id, _) => self.nest.beside.lets.contains(id),
            _ => false,
        };
        let lets = steps.iter().take_while(|step| is_let(step)).count();
        let inner = self.nest.regions.get(1);
        let at = steps.iter().position(|step| match step {
            Step::Loop(plan, _) => Some(&plan.region) == inner,
            _ => false,
        });
        let at = at.unwrap_or(lets);
        [
            &steps[..lets],
            &steps[lets..at],
            &steps[steps.len().min(at + 1)..],
        ]
    }
}

impl<'g> Runner<'g> {
    /// Runs the cells of `nest`, whose outermost loop is `plan`.
    pub(crate) fn cells(&mut self, nest: &'g Nest, plan: &'g LoopPlan) -> Out<()> {
        let inner = match nest.regions[..] {
            [_] => None,
            [_, inner] => Some(loop_of(plan, inner)),
            _ => return unknown("a nest of more than two loops"),
        };
        let loops = Loops {
            nest,
            outer: plan,
            inner,
        };
        let items = self.pulled(plan)?;
        let open = match self.is_split_rightly(loops, &items) {
            true => OPEN,
            false => 1,
        };
        let mut items = items.into_iter();
        let (mut lanes, mut rows): (Vec<Lane>, _) = (Vec::new(), 0);
        let mut failure = Ok(());
        loop {
            while lanes.len() < open
                && failure.is_ok()
                && let Some(item) = items.next()
            {
                match self.lane(rows, item, loops) {
                    Ok(lane) => lanes.push(lane),
                    Err(flow) => failure = Err(known(flow)?),
                }
                rows += 1;
                lanes.retain(|lane| !lane.is_over());
            }
            let ready = ready(&lanes, nest.skew);
            if ready.is_empty() {
                return failure;
            }
            let chosen = ready[self.machine.rng.below(ready.len())];
            if let Err(flow) = self.advance(&mut lanes[chosen], loops) {
                failure = Err(known(flow)?);
                // Rows before it still run, as one of their cells may fail, too.
                lanes.truncate(chosen);
            }
            lanes.retain(|lane| !lane.is_over());
        }
    }

    /// Whether all columns are within the widths of arrays whose subscripts the
    /// compiler has split.
    fn is_split_rightly(&mut self, loops: Loops<'g>, items: &[Value]) -> bool {
        let nest = loops.nest;
        let int = |value: &Value| match value {
            Value::Int(int) => *int,
            _ => 0,
        };
        nest.flats.is_empty()
            || items.iter().enumerate().all(|(row, item)| {
                let here = item.copy().unwrap_or(Value::Gone);
                let Ok(lane) = self.lane(row, here, loops) else {
                    return false;
                };
                let mut ends = vec![lane.left.first(), lane.left.last()];
                if lane.bare {
                    ends = vec![None];
                } else {
                    ends.retain(Option::is_some);
                }
                ends.into_iter().all(|cell| {
                    let inner = loops
                        .inner
                        .map(|inner| self.graph.regions[inner.region.0].items[0]);
                    // Without cells there are no columns of theirs.
                    let is_named = |sum: &&Affine| {
                        cell.is_some() || inner.is_none_or(|inner| sum.factor(inner) == 0)
                    };
                    let turns = [int(item), cell.map_or(0, int)];
                    let sum = |sum: &Affine| self.sum(nest, sum, turns);
                    nest.flats.iter().all(|flat| {
                        let mut low = flat.low.iter().filter(is_named);
                        let mut high = flat.high.iter().filter(is_named);
                        low.all(|low| sum(low) >= 0)
                            && high.all(|high| sum(high) < sum(&flat.width))
                    })
                })
            })
    }

    /// What `sum` is in a cell where the loops' variables are `turns`.
    fn sum(&self, nest: &Nest, sum: &Affine, turns: [i64; 2]) -> i64 {
        let terms = sum.terms.iter().map(|(term, factor)| {
            let Term::Value(value) = term else {
                panic!("a constant in a random nest");
            };
            let mut regions = nest.regions.iter();
            let at = regions.position(|region| self.graph.regions[region.0].items == [*value]);
            let number = at.map_or_else(|| self.fixed(&self.name(*value)), |at| turns[at]);
            factor * number
        });
        sum.constant + terms.sum::<i64>()
    }

    /// The number that the variable `name` is.
    fn fixed(&self, name: &str) -> i64 {
        let binding = self.machine.env.find(name).expect("the cells see it");
        match &*binding.cell.value.borrow() {
            Value::Int(number) => *number,
            _ => panic!("`{name}` is no number"),
        }
    }

    /// All that a loop runs over.
    fn pulled(&mut self, plan: &'g LoopPlan) -> Out<Vec<Value>> {
        let mut source = self.source(plan)?;
        let mut items = Vec::new();
        while let Some(item) = self.machine.next(&mut source)? {
            items.push(item);
        }
        Ok(items)
    }

    /// Begins row number `row`; one of a single loop is one cell.
    fn lane(&mut self, row: usize, item: Value, loops: Loops<'g>) -> Out<Lane> {
        let has_edges = loops.nest.beside.has_edges();
        let mut lane = Lane {
            row,
            item,
            left: vec![Value::Unit],
            down: false,
            edges: [has_edges; 2],
            bare: false,
            end: 0,
        };
        if let Some(inner) = loops.inner {
            let outside = self.machine.env.clone();
            let bound = self.bind_item(loops.outer, lane.item.copy().unwrap_or(Value::Gone));
            let bound = bound.and_then(|()| self.run_beside(loops.beside()[0], loops));
            let left = bound.and_then(|()| self.pulled(inner));
            self.machine.close(outside);
            lane.down = goes_down(&self.node(inner.node).expr);
            match left {
                Ok(left) => lane.known(left),
                // What stands in front comes first, and may fail before.
                Err(Flow::Panic(_)) if has_edges => lane.known(Vec::new()),
                Err(flow) => return Err(flow),
            }
            lane.bare = has_edges && lane.left.is_empty();
        }
        Ok(lane)
    }

    fn run_beside(&mut self, steps: &'g [Step], loops: Loops<'g>) -> Out<()> {
        self.steps(steps, &Frame::of_iteration(loops.outer))?;
        Ok(())
    }

    /// Runs the next cell of a row, or what stands beside its cells.
    fn advance(&mut self, lane: &mut Lane, loops: Loops<'g>) -> Out<()> {
        let outside = self.machine.env.clone();
        let bound = self.bind_item(loops.outer, lane.item.copy().unwrap_or(Value::Gone));
        let ran = bound.and_then(|()| self.step_of(lane, loops));
        self.machine.close(outside);
        ran
    }

    fn step_of(&mut self, lane: &mut Lane, loops: Loops<'g>) -> Out<()> {
        let Some(inner) = loops.inner else {
            lane.left.pop();
            let frame = Frame::of_iteration(loops.outer);
            return self.steps(&loops.outer.body.steps, &frame).map(|_| ());
        };
        let [lets, front, back] = loops.beside();
        self.run_beside(lets, loops)?;
        if std::mem::take(&mut lane.edges[0]) {
            self.run_beside(front, loops)?;
            let left = self.pulled(inner)?;
            lane.known(left);
            return Ok(());
        }
        match lane.left.pop() {
            Some(next) => {
                self.bind_item(inner, next)?;
                let frame = Frame::of_iteration(inner);
                self.steps(&inner.body.steps, &frame).map(|_| ())
            }
            None => {
                lane.edges[1] = false;
                self.run_beside(back, loops)
            }
        }
    }
}

impl Lane {
    /// Says what its cells are.
    fn known(&mut self, cells: Vec<Value>) {
        self.end = cells.last().map_or(0, |last| signed(last, self.down) + 1);
        self.left = cells;
        self.left.reverse();
    }
}

/// The plan of the loop `region` in the body of `plan`.
fn loop_of(plan: &LoopPlan, region: delayed_compiler::pipeline::ir::RegionId) -> &LoopPlan {
    let mut steps = plan.body.steps.iter();
    let found = steps.find_map(|step| match step {
        Step::Loop(inner, _) if inner.region == region => Some(inner),
        _ => None,
    });
    found.expect("the loops of a nest stand one in the other")
}

/// The failure of a row; anything else ends the judgement.
fn known(flow: Flow) -> Out<Flow> {
    match flow {
        Flow::Error(_) | Flow::Panic(_) => Ok(flow),
        flow => Err(flow),
    }
}

/// The lanes whose next cell needs nothing that has not run.
fn ready(lanes: &[Lane], skew: Option<u32>) -> Vec<usize> {
    let mut least = i64::MAX;
    let lanes = lanes.iter().enumerate().filter(|(at, lane)| {
        let Some(skew) = skew else { return true };
        let column = lane.column(i64::from(skew));
        let is_ready = *at == 0 || column < least && !lane.bare;
        least = if lane.bare {
            i64::MIN
        } else {
            least.min(column)
        };
        is_ready
    });
    lanes.map(|(at, _)| at).collect()
}

/// Whether a range is turned round.
fn goes_down(source: &Expr) -> bool {
    match source {
        Expr::MethodCall(call) => call.method == "rev" || goes_down(&call.receiver),
        Expr::Paren(paren) => goes_down(&paren.expr),
        _ => false,
    }
}
