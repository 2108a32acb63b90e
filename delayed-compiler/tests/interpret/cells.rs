//! Cells of array loops, in an order made from a seed: any in which threads could
//! run them. Rows are begun in order, a cell waits for those of the rows before
//! it as the nest's skew says, and of several failures the first row's counts.

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
}

impl Lane {
    /// Where the next cell stands, askew.
    fn column(&self, skew: i64) -> i64 {
        let next = match self.left.last() {
            Some(Value::Int(next)) if self.down => -next,
            Some(Value::Int(next)) => *next,
            _ => 0,
        };
        next + skew * self.row as i64
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
        let items = self.pulled(plan)?;
        let open = match self.is_split_rightly(nest, &items, plan, inner) {
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
                match self.lane(rows, item, plan, inner) {
                    Ok(lane) => lanes.push(lane),
                    Err(flow) => failure = Err(known(flow)?),
                }
                rows += 1;
                lanes.retain(|lane| !lane.left.is_empty());
            }
            let ready = ready(&lanes, nest.skew);
            if ready.is_empty() {
                return failure;
            }
            let chosen = ready[self.machine.rng.below(ready.len())];
            if let Err(flow) = self.cell(&mut lanes[chosen], plan, inner) {
                failure = Err(known(flow)?);
                // Rows before it still run, as one of their cells may fail, too.
                lanes.truncate(chosen);
            }
            lanes.retain(|lane| !lane.left.is_empty());
        }
    }

    /// Whether all columns are within the widths of arrays whose subscripts the
    /// compiler has split.
    fn is_split_rightly(
        &mut self,
        nest: &'g Nest,
        items: &[Value],
        plan: &'g LoopPlan,
        inner: Option<&'g LoopPlan>,
    ) -> bool {
        let int = |value: &Value| match value {
            Value::Int(int) => *int,
            _ => 0,
        };
        nest.flats.is_empty()
            || items.iter().enumerate().all(|(row, item)| {
                let here = item.copy().unwrap_or(Value::Gone);
                let Ok(lane) = self.lane(row, here, plan, inner) else {
                    return false;
                };
                let ends = [lane.left.first(), lane.left.last()];
                ends.into_iter().flatten().all(|cell| {
                    let sum = |sum: &Affine| self.sum(nest, sum, [int(item), int(cell)]);
                    nest.flats.iter().all(|flat| {
                        flat.low.iter().all(|low| sum(low) >= 0)
                            && flat.high.iter().all(|high| sum(high) < sum(&flat.width))
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
    fn lane(
        &mut self,
        row: usize,
        item: Value,
        plan: &'g LoopPlan,
        inner: Option<&'g LoopPlan>,
    ) -> Out<Lane> {
        let mut lane = Lane {
            row,
            item,
            left: vec![Value::Unit],
            down: false,
        };
        if let Some(inner) = inner {
            let outside = self.machine.env.clone();
            let bound = self.bind_item(plan, lane.item.copy().unwrap_or(Value::Gone));
            let bound = bound.and_then(|()| self.before_cells(plan));
            let left = bound.and_then(|()| self.pulled(inner));
            self.machine.close(outside);
            lane.left = left?;
            lane.left.reverse();
            lane.down = goes_down(&self.node(inner.node).expr);
        }
        Ok(lane)
    }

    /// Runs what stands in front of the inner loop.
    fn before_cells(&mut self, plan: &'g LoopPlan) -> Out<()> {
        let steps = &plan.body.steps;
        let end = steps.iter().position(|step| matches!(step, Step::Loop(..)));
        self.steps(&steps[..end.unwrap_or(0)], &Frame::of_iteration(plan))?;
        Ok(())
    }

    /// Runs the next cell of a row.
    fn cell(
        &mut self,
        lane: &mut Lane,
        plan: &'g LoopPlan,
        inner: Option<&'g LoopPlan>,
    ) -> Out<()> {
        let outside = self.machine.env.clone();
        let next = lane.left.pop().unwrap_or(Value::Gone);
        let bound = self.bind_item(plan, lane.item.copy().unwrap_or(Value::Gone));
        let bound = bound.and_then(|()| match inner {
            Some(inner) => {
                self.before_cells(plan)?;
                self.bind_item(inner, next)
            }
            None => Ok(()),
        });
        let body = inner.unwrap_or(plan);
        let ran = bound.and_then(|()| self.steps(&body.body.steps, &Frame::of_iteration(body)));
        self.machine.close(outside);
        ran.map(|_| ())
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
    let lanes = lanes.iter().enumerate().filter(|(_, lane)| {
        let Some(skew) = skew else { return true };
        let column = lane.column(i64::from(skew));
        let is_ready = column < least;
        least = least.min(column);
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
