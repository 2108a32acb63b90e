//! Which loops are a nest of cells.
//!
//! A loop over a range whose body does nothing to outer variables but to name
//! elements of them, or two such loops, the one in the other's body. What stands
//! beside it there are `let`s of indices in front, which cells may see, and
//! statements in front and behind, which run once for each row.
//!
//! *Legality.* Each loop's variable stands in a subscript, so it is an index where
//! the arrays are those of the standard library; with others the runtime runs
//! the loops as they are. So it does where what is the same in all cells is no
//! index, as its operators might do anything. What a row runs over does not
//! depend on elements: it is asked for before the row waits for others. A failure leaves arrays as no loop would, so an array that
//! somebody can look at afterwards is filled by cells that only a panic ends.

use std::collections::{BTreeMap, BTreeSet};

use syn::{Expr, ExprRange, Lit, Pat, RangeLimits};

use super::access::{Access, Accesses, Part};
use super::affine::{Affine, Term};
use super::around::is_all_the_work;
use super::beside::{Beside, beside, whole};
use super::dependence::Loop;
use super::flat::{Flat, Space};
use crate::pipeline::form::names::Mode;
use crate::pipeline::ir::{Graph, NodeId, NodeKind, RegionId, Role, ValueId};

/// The runtime has views of arrays of arrays of arrays.
const MOST_SUBSCRIPTS: usize = 3;

/// So long are steps at most, so that what is computed with them fits.
const MOST_STEP: i64 = 1 << 16;

/// Loops that may be a nest, and what their cells do.
pub struct Candidate {
    /// The loops, the outermost first.
    pub regions: Vec<RegionId>,
    /// The loops over ranges around them, the outermost first.
    pub around: Vec<Loop>,
    /// The loops themselves, as the analysis sees them.
    pub loops: Vec<Loop>,
    /// The arrays that the cells change, and how many subscripts they have.
    pub arrays: BTreeMap<ValueId, usize>,
    /// The elements that a cell names.
    pub accesses: Vec<Access>,
    /// What stands in subscripts and is the same in all cells.
    pub fixed: BTreeSet<Term>,
    /// The same, of subscripts and of the bounds of their variables.
    pub numbers: BTreeSet<Term>,
    /// What has to hold of arrays whose subscripts were split.
    pub flats: Vec<Flat>,
    /// What stands beside the loop inside.
    pub beside: Beside,
}

/// The nests that begin with `region`, the simplest ones first: two loops without
/// edges, one loop, and two loops with edges.
#[must_use]
pub fn candidates(graph: &Graph, region: RegionId) -> Vec<Candidate> {
    let inside = graph.regions[region.0].nodes.iter().rev();
    let inside = inside.filter_map(|id| match graph.nodes[id.0].kind {
        NodeKind::Loop(inner) => Some((*id, inner)),
        _ => None,
    });
    let pairs = inside.filter_map(|(head, inner)| {
        let beside = beside(graph, region, head, inner)?;
        candidate(graph, vec![region, inner], beside)
    });
    let pairs: Vec<_> = pairs.collect();
    let (edged, mut found): (Vec<_>, Vec<_>) =
        pairs.into_iter().partition(|pair| pair.beside.has_edges());
    found.extend(candidate(graph, vec![region], Beside::default()));
    found.extend(edged);
    found
}

fn candidate(graph: &Graph, regions: Vec<RegionId>, beside: Beside) -> Option<Candidate> {
    let outer = *regions.first()?;
    let loops = regions.iter().map(|region| loop_of(graph, *region, outer));
    let loops: Vec<_> = loops.collect::<Option<_>>()?;
    let arrays = changed(graph, outer)?;
    if arrays.is_empty() || !may_run(graph, outer, &regions, &arrays) {
        return None;
    }
    let found = accesses(graph, &regions, &beside, &arrays)?;
    let ranks = found.ranks().ok()?;
    let ranked = arrays
        .iter()
        .map(|array| Some((*array, *ranks.get(array)?)));
    let arrays: BTreeMap<_, _> = ranked.collect::<Option<_>>()?;
    if arrays.values().any(|rank| *rank > MOST_SUBSCRIPTS) {
        return None;
    }
    // A variable of the body has another value in each cell.
    let is_local = |value: ValueId| {
        let home = graph.values[value.0].home;
        home.is_some_and(|home| graph.is_inside(home, outer))
            && !loops.iter().any(|each| each.variable == value)
    };
    let mut accesses = found.all;
    let space = Space {
        graph,
        is_local: &is_local,
    };
    let flats = arrays
        .keys()
        .filter_map(|array| space.split(&mut accesses, *array));
    let flats: Vec<_> = flats.collect();
    for access in &mut accesses {
        for subscript in &mut access.subscripts {
            subscript.take_if(|affine| affine.values().any(is_local));
        }
        let is_known = |value| access.loops.iter().any(|each| each.variable == value);
        for subscript in &mut access.whole {
            let is_unknown = |value| is_local(value) && !is_known(value);
            subscript.take_if(|affine| affine.values().any(is_unknown));
        }
    }
    let whole = || {
        accesses
            .iter()
            .flat_map(|access| access.whole.iter().flatten())
    };
    let is_subscript = |each: &Loop| whole().any(|sum| sum.factor(each.variable) != 0);
    if !loops.iter().all(is_subscript) {
        return None;
    }
    let sums = whole().chain(flats.iter().flat_map(Flat::sums));
    let is_fixed = |term: &&Term| match term {
        Term::Value(value) => {
            !is_local(*value) && !loops.iter().any(|each| each.variable == *value)
        }
        Term::Constant(_) => true,
        Term::Product(_) => false,
    };
    let fixed = sums.flat_map(|sum| sum.terms.keys()).filter(is_fixed);
    let fixed: BTreeSet<_> = fixed.cloned().collect();
    let around = around(graph, outer, &loops, &accesses);
    let bounds = bounds(&around, &loops, &accesses);
    let is_index = |term: &Term| match term {
        Term::Value(value) => is_range_item(graph, *value),
        Term::Constant(_) | Term::Product(_) => false,
    };
    let numbers = bounds.iter().flat_map(|sum| sum.terms.keys());
    let numbers = numbers.filter(is_fixed).chain(&fixed);
    let numbers = numbers.filter(|term| !is_index(term)).cloned().collect();
    Some(Candidate {
        regions,
        numbers,
        around,
        loops,
        arrays,
        accesses,
        fixed,
        flats,
        beside,
    })
}

/// What the loops of a nest, those around it and those of subscripts in its cells run
/// between: these are ranges of indices.
fn bounds(around: &[Loop], nest: &[Loop], accesses: &[Access]) -> Vec<Affine> {
    let of_cells = accesses.iter().flat_map(|access| {
        let is_index = |each: &&Loop| {
            let mut sums = access.whole.iter().flatten();
            sums.any(|sum| sum.factor(each.variable) != 0)
        };
        access.loops.iter().filter(is_index)
    });
    let loops = around.iter().chain(nest).chain(of_cells);
    let bounds = loops.flat_map(|each| [&each.low, &each.high]);
    bounds.flatten().cloned().collect()
}

/// The elements that each part of a nest names, if it does nothing else.
fn accesses(
    graph: &Graph,
    regions: &[RegionId],
    beside: &Beside,
    arrays: &BTreeSet<ValueId>,
) -> Option<Accesses> {
    let (outer, cells) = (*regions.first()?, *regions.last()?);
    let mut found = Accesses::default();
    let mut add = |id: NodeId, part: Part| {
        let node = &graph.nodes[id.0];
        let inside = inside(graph, node.region, regions);
        found
            .add(graph, outer, (node, part), arrays, &inside)
            .ok()?;
        Some(found.all.len())
    };
    let heads = regions[1..].iter();
    let heads = heads.filter_map(|region| graph.regions[region.0].node);
    for id in beside.lets.iter().copied().chain(heads) {
        // A row waits for others as it runs, and not to know where it begins.
        if add(id, Part::Cell)? > 0 {
            return None;
        }
    }
    let edge = |ids: &[NodeId]| -> Vec<_> {
        let ids = ids.iter().flat_map(|id| whole(graph, *id));
        ids.collect()
    };
    let front = edge(&beside.front).into_iter().map(|id| (id, Part::Front));
    let cells = graph.nodes_inside(cells).map(|id| (id, Part::Cell));
    let back = edge(&beside.back).into_iter().map(|id| (id, Part::Back));
    for (id, part) in front.chain(cells).chain(back) {
        add(id, part)?;
    }
    Some(found)
}

/// The loops over ranges around the nest `outer` whose variables are in its bounds
/// or subscripts, and so are indices as its own are.
fn around(graph: &Graph, outer: RegionId, loops: &[Loop], accesses: &[Access]) -> Vec<Loop> {
    let bounds = |each: &Loop| [each.low.clone(), each.high.clone()].into_iter().flatten();
    let subscripts = accesses.iter().flat_map(|access| access.whole.iter());
    let sums = loops.iter().flat_map(bounds);
    let sums = sums.chain(subscripts.flatten().cloned());
    let mut indices: BTreeSet<_> = sums
        .flat_map(|sum| sum.values().collect::<Vec<_>>())
        .collect();
    let regions = graph.outwards(outer).skip(1);
    let mut around: Vec<_> = regions
        .filter(|region| graph.regions[region.0].role == Role::Loop)
        .filter_map(|region| loop_of(graph, region, outer))
        .filter(|each| {
            let is_index = indices.contains(&each.variable);
            if is_index {
                indices.extend(bounds(each).flat_map(|sum| sum.values().collect::<Vec<_>>()));
            }
            is_index
        })
        .collect();
    around.reverse();
    around
}

/// The loops over ranges around `region` inside of a part of the nest `regions`.
fn inside(graph: &Graph, region: RegionId, regions: &[RegionId]) -> Vec<Loop> {
    let around = graph.outwards(region);
    let around = around.take_while(|region| !regions.contains(region));
    let loops = around.filter(|region| graph.regions[region.0].role == Role::Loop);
    let mut loops: Vec<_> = loops
        .filter_map(|region| loop_of(graph, region, regions[0]))
        .collect();
    loops.reverse();
    loops
}

/// The outer variables that the nest changes, unless it changes a field of one.
fn changed(graph: &Graph, outer: RegionId) -> Option<BTreeSet<ValueId>> {
    let mut changed = BTreeSet::new();
    for id in graph.nodes_inside(outer) {
        for used in &graph.nodes[id.0].uses {
            let value = &graph.values[used.value.0];
            let is_outer = !value.home.is_some_and(|home| graph.is_inside(home, outer));
            if is_outer && used.mode == Mode::Change {
                if value.field.is_some() {
                    return None;
                }
                changed.insert(used.value);
            }
        }
    }
    Some(changed)
}

/// Whether the statements of a nest are such as a cell may have.
fn may_run(
    graph: &Graph,
    outer: RegionId,
    regions: &[RegionId],
    arrays: &BTreeSet<ValueId>,
) -> bool {
    let head = graph.regions[outer.0].node;
    let nodes: Vec<_> = head.into_iter().chain(graph.nodes_inside(outer)).collect();
    let is_captured = |array: &ValueId| graph.values[array.0].home.is_none();
    let may_fail = nodes.iter().any(|id| graph.nodes[id.0].exit);
    let jumps_out = nodes.iter().any(|id| match graph.nodes[id.0].kind {
        NodeKind::Jump(target) => !is_below(graph, target, regions),
        NodeKind::Collect(_) | NodeKind::Output => true,
        _ => false,
    });
    let has_attrs = nodes.iter().any(|id| !graph.nodes[id.0].attrs.is_empty());
    let is_value = regions
        .iter()
        .any(|region| graph.regions[region.0].collected.is_some());
    let names = |value: &ValueId| graph.values[value.0].name.to_string();
    let outer_names: BTreeSet<_> = arrays.iter().map(names).collect();
    let hides = graph.values.iter().any(|value| {
        value.home.is_some_and(|home| graph.is_inside(home, outer))
            && outer_names.contains(&value.name.to_string())
    });
    let is_outside_of_loops = |array: &ValueId| {
        let home = graph.values[array.0].home;
        home.is_none_or(|home| graph.loop_around(home).is_none())
    };
    !(may_fail && arrays.iter().any(is_captured) || jumps_out || has_attrs || is_value || hides)
        && arrays.iter().all(is_outside_of_loops)
        && is_all_the_work(graph, outer)
}

/// Whether `region` is a loop inside of a part of the nest `regions`.
fn is_below(graph: &Graph, region: RegionId, regions: &[RegionId]) -> bool {
    !regions.contains(&region) && graph.is_inside(region, regions[0])
}

/// A loop over a range of numbers, by its form.
fn loop_of(graph: &Graph, region: RegionId, nest: RegionId) -> Option<Loop> {
    let region = &graph.regions[region.0];
    let head = &graph.nodes[region.node?.0];
    let Walk { range, down, step } = walk(&head.expr)?;
    let Some(Pat::Ident(name)) = &region.pat else {
        return None;
    };
    let is_name = name.by_ref.is_none() && name.subpat.is_none() && name.mutability.is_none();
    let [variable] = region.items[..] else {
        return None;
    };
    let affine = |end: &Option<Box<Expr>>| Affine::of(end.as_ref()?, &head.names, graph, nest);
    let is_mere = is_name && !head.exit && head.tasks.is_empty() && head.bind.is_none();
    let closed = i64::from(matches!(range.limits, RangeLimits::Closed(_)));
    let bounds = || {
        let (low, high) = (
            integer(range.start.as_deref()?)?,
            integer(range.end.as_deref()?)?,
        );
        Some((low, high - 1 + closed))
    };
    is_mere.then(|| Loop {
        variable,
        down,
        step,
        bounds: bounds(),
        low: affine(&range.start),
        high: affine(&range.end)
            .filter(Affine::only_adds)
            .map(|high| high.less(1 - closed)),
    })
}

/// How a loop goes through a range.
pub struct Walk<'e> {
    /// What it goes through.
    pub range: &'e ExprRange,
    /// Whether from the end.
    pub down: bool,
    /// How far apart its numbers are.
    pub step: i64,
}

/// `a..b`, `(a..b).rev()` or `(a..b).step_by(2)`; what steps is not turned round.
#[must_use]
pub fn walk(source: &Expr) -> Option<Walk<'_>> {
    match source {
        Expr::Range(range) if range.start.is_some() && range.end.is_some() => Some(Walk {
            range,
            down: false,
            step: 1,
        }),
        Expr::Paren(paren) => walk(&paren.expr),
        Expr::MethodCall(call) => {
            let walk = walk(&call.receiver).filter(|walk| walk.step == 1)?;
            match (call.method.to_string().as_str(), call.args.first()) {
                ("rev", None) if !walk.down => Some(Walk { down: true, ..walk }),
                ("step_by", Some(step)) if call.args.len() == 1 => {
                    let step = integer(step).filter(|step| (1..=MOST_STEP).contains(step))?;
                    Some(Walk { step, ..walk })
                }
                _ => None,
            }
        }
        _ => None,
    }
}

fn integer(expr: &Expr) -> Option<i64> {
    match expr {
        Expr::Lit(lit) => match &lit.lit {
            Lit::Int(int) => int.base10_parse::<u32>().ok().map(i64::from),
            _ => None,
        },
        _ => None,
    }
}

/// Whether `value` is what a loop over a range binds.
pub(super) fn is_range_item(graph: &Graph, value: ValueId) -> bool {
    let mut regions = graph.regions.iter();
    let region = regions.find(|region| region.items.contains(&value));
    let head = region.and_then(|region| region.node);
    let is_range = |head: NodeId| walk(&graph.nodes[head.0].expr).is_some();
    let is_name = region.is_some_and(|region| matches!(region.pat, Some(Pat::Ident(_))));
    is_name && head.is_some_and(is_range)
}
