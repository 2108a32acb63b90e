//! Array loops: nests whose bodies are *cells* that name elements of arrays.
//!
//! | file | idea |
//! |---|---|
//! | `recognise.rs` | which loops are a nest of cells |
//! | `beside.rs` | what stands beside the loop inside |
//! | `around.rs` | whether loops around a nest have other work |
//! | `access.rs` | which elements a cell names |
//! | `affine.rs` | subscripts as sums |
//! | `flat.rs` | rows that lie one after the other in one array |
//! | `dependence.rs` | how far apart the cells are that name one element |
//! | `independent.rs` | subscripts that are never equal |
//! | `exact.rs`, `system.rs` | the same, of bounds and subscripts together |
//! | `decide.rs` | what that allows |

pub mod access;
pub mod affine;
mod around;
pub mod beside;
pub mod decide;
pub mod dependence;
mod exact;
pub mod flat;
mod independent;
pub mod recognise;
mod system;

use std::collections::{BTreeMap, BTreeSet};

use super::ir::{Graph, RegionId, Role, ValueId};
use access::Access;
use affine::Term;
use beside::Beside;
use decide::{Decision, decide};
use flat::Flat;
use recognise::{Candidate, candidates};

/// A nest whose cells may run side by side.
#[derive(Clone)]
pub struct Nest {
    /// Its loops, the outermost first.
    pub regions: Vec<RegionId>,
    /// The arrays that it changes, and how many subscripts they have.
    pub arrays: BTreeMap<ValueId, usize>,
    /// What its subscripts are made of besides, which has to be numbers.
    pub fixed: BTreeSet<Term>,
    /// What has to hold for that of arrays that have rows one after the other.
    pub flats: Vec<Flat>,
    /// How far each row has to be ahead of the next one, if rows need each other.
    pub skew: Option<u32>,
    /// What stands beside the loop inside.
    pub beside: Beside,
    /// What was decided of each loop, and why, in the words of the graph.
    pub words: Vec<String>,
}

/// What is known of the array loops of a pipeline.
#[derive(Clone, Default)]
pub struct Arrays {
    /// The nests, by their outermost loop.
    pub nests: BTreeMap<RegionId, Nest>,
    /// Loops whose rows need all of each other, and why.
    pub carried: BTreeMap<RegionId, String>,
}

impl Arrays {
    /// The nest that `region` is in.
    #[must_use]
    pub fn around(&self, graph: &Graph, region: RegionId) -> Option<&Nest> {
        graph
            .outwards(region)
            .find_map(|region| self.nests.get(&region))
    }

    /// What was decided of a loop, if it is one over arrays.
    #[must_use]
    pub fn words(&self, region: RegionId) -> Option<&str> {
        let nests = self.nests.values();
        let mut loops = nests.flat_map(|nest| nest.regions.iter().zip(&nest.words));
        let found = loops.find(|(each, _)| **each == region);
        found.map(|(_, words)| words.as_str())
    }
}

/// Finds the array loops of `graph`, the outermost ones that allow something.
#[must_use]
pub fn analyse(graph: &Graph) -> Arrays {
    let mut arrays = Arrays::default();
    for region in (0..graph.regions.len()).map(RegionId) {
        let is_loop = graph.regions[region.0].role == Role::Loop;
        if !is_loop || arrays.around(graph, region).is_some() {
            continue;
        }
        let decided = candidates(graph, region).into_iter().map(decided);
        // Of those that allow nothing two loops tell more than one.
        let best = decided.min_by_key(|(candidate, decision)| match decision {
            Decision::Parallel => (0, 0),
            Decision::Wavefront { skew, .. } => (1, *skew),
            Decision::Serial(_) => (4 - candidate.regions.len(), 0),
        });
        match best {
            Some((candidate, Decision::Serial(through))) => {
                let variable = name(graph, candidate.loops[0].variable);
                let access = place(&candidate.accesses[through]);
                let words = format!("carried by {variable} through {access}");
                arrays.carried.insert(region, words);
            }
            Some((candidate, decision)) => {
                let nest = nest(graph, candidate, decision);
                arrays.nests.insert(region, nest);
            }
            None => {}
        }
    }
    arrays
}

/// What may be done with a nest. Where that is nothing, the numbers between which its
/// loops run are looked at, too, and the runtime with them.
fn decided(mut candidate: Candidate) -> (Candidate, Decision) {
    let decide = |numbers: &BTreeSet<Term>| {
        let loops = (&candidate.around[..], &candidate.loops[..]);
        decide(loops, &candidate.accesses, numbers)
    };
    let mut decision = decide(&BTreeSet::new());
    if matches!(decision, Decision::Serial(_)) {
        decision = decide(&candidate.numbers);
        candidate.fixed.append(&mut candidate.numbers);
    }
    (candidate, decision)
}

/// The nest of loops that `decision` lets run side by side.
fn nest(graph: &Graph, candidate: Candidate, decision: Decision) -> Nest {
    let (words, skew) = match decision {
        Decision::Wavefront { skew, through } => {
            let access = place(&candidate.accesses[through]);
            let by = match skew {
                0 => String::new(),
                skew => format!(", skewed by {skew}"),
            };
            (format!("wavefront{by}: a cell needs {access}"), Some(skew))
        }
        _ if candidate.regions.len() == 1 => ("parallel: no cell needs another".to_owned(), None),
        _ => ("parallel: no row needs another".to_owned(), None),
    };
    let Candidate {
        regions,
        arrays,
        fixed,
        flats,
        beside,
        ..
    } = candidate;
    let inner = "in order within each row";
    let flat = flats.iter().map(|flat| {
        let (array, width) = (name(graph, flat.array), flat.width.text(graph));
        format!(", where rows of {array} have {width} elements")
    });
    let rows = words + &flat.collect::<String>();
    let words = [rows, inner.to_owned()].into_iter().take(regions.len());
    let words = words.collect();
    Nest {
        regions,
        arrays,
        fixed,
        flats,
        skew: skew.and_then(|skew| u32::try_from(skew).ok()),
        beside,
        words,
    }
}

fn name(graph: &Graph, value: ValueId) -> String {
    graph.values[value.0].name.to_string()
}

/// `t[i - 1][j], line 12`
fn place(access: &Access) -> String {
    let Access { text, span, .. } = access;
    format!("{text}, line {}", span.start().line)
}
