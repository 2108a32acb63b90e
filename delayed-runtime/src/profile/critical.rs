//! Which stages are on the critical path: the longest chain of work that no
//! number of threads makes shorter, by the times that were measured.
//!
//! A loop whose iterations overlap takes as long as its longest iteration, and
//! any other one as long as all of them. What depends on what stands in the
//! graph. A loop counts as one step of it; its part is divided among the stages
//! inside by their own work.

use std::collections::BTreeMap;

use super::places::Places;
use super::{Stage, StageKind};
use crate::graph::{Graph, NodeId, Place, RegionId, Schedule};

/// The part of each stage, if there is any chain.
pub(super) fn shares(graph: &Graph, stages: &[Stage]) -> Vec<Option<f64>> {
    let path = path(graph, stages, &Places::of_stages(stages));
    let whole: f64 = path.iter().map(|item| item.0).sum();
    if whole <= 0.0 {
        return vec![None; stages.len()];
    }
    let mut shares = vec![0.0; stages.len()];
    for (time, inside) in path {
        let own = |stage: &usize| stages[*stage].own.as_secs_f64();
        let all: f64 = inside.iter().map(own).sum();
        for stage in inside.iter().filter(|_| all > 0.0) {
            shares[*stage] += time / whole * own(stage) / all;
        }
    }
    shares.into_iter().map(Some).collect()
}

/// One step of the graph: a node, or an outermost loop with all that is in it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Item {
    Node(NodeId),
    Loop(RegionId),
}

fn item(graph: &Graph, node: NodeId) -> Item {
    let mut outermost = graph[node].region;
    while let Some(parent) = outermost.and_then(|region| graph[region].parent) {
        outermost = Some(parent);
    }
    outermost.map_or(Item::Node(node), Item::Loop)
}

/// The longest chain: how long each step took, and its stages.
fn path(graph: &Graph, stages: &[Stage], places: &Places<'_>) -> Vec<(f64, Vec<usize>)> {
    let mut inside: BTreeMap<Item, Vec<usize>> = BTreeMap::new();
    let mut nodes_of: BTreeMap<(&str, &Place), u32> = BTreeMap::new();
    for node in graph.nodes.iter() {
        *nodes_of.entry((&node.label, &node.place)).or_default() += 1;
    }
    for (id, node) in (0..).map(NodeId).zip(graph.nodes.iter()) {
        let tasks = places.find(StageKind::Task, &node.label, &node.place);
        inside.entry(item(graph, id)).or_default().extend(tasks);
    }
    let mut longest: BTreeMap<RegionId, f64> = BTreeMap::new();
    for (id, region) in (0..).map(RegionId).zip(graph.regions.iter()) {
        let loops = places.find(StageKind::Loop, &region.label, &region.place);
        let sources = places.find(StageKind::Source, &region.label, &region.place);
        let mut outermost = id;
        while let Some(parent) = graph[outermost].parent {
            outermost = parent;
        }
        let here = inside.entry(Item::Loop(outermost)).or_default();
        here.extend(loops.iter().chain(sources));
        let time = |stage: &usize| match region.schedule {
            Schedule::Parallel | Schedule::Cells(_) => stages[*stage].max.as_secs_f64(),
            Schedule::Serial(_) => stages[*stage].total.as_secs_f64(),
        };
        longest.insert(id, loops.iter().map(time).sum());
    }
    let time = |item: &Item| match item {
        Item::Loop(region) => longest[region],
        Item::Node(id) => {
            // Several nodes may come from one call in the source.
            let node = &graph[*id];
            let alike = f64::from(nodes_of[&(&*node.label, &node.place)]);
            let total = |stage: &usize| stages[*stage].total.as_secs_f64();
            inside[item].iter().map(total).sum::<f64>() / alike
        }
    };
    let chain = chain(graph, &time);
    let mut path = Vec::new();
    for item in chain {
        let mut stages = inside.get(&item).cloned().unwrap_or_default();
        stages.sort_unstable();
        stages.dedup();
        path.push((time(&item), stages));
    }
    path
}

/// The chain of steps that takes longest.
fn chain(graph: &Graph, time: &impl Fn(&Item) -> f64) -> Vec<Item> {
    // Edges never point backwards, so a step is complete when its last node is.
    let mut before: BTreeMap<Item, (f64, Option<Item>)> = BTreeMap::new();
    let mut edges = graph.edges.iter().peekable();
    for id in (0..graph.nodes.len() as u32).map(NodeId) {
        let here = item(graph, id);
        before.entry(here).or_insert((0.0, None));
        while let Some(edge) = edges.next_if(|edge| edge.to == id) {
            let from = item(graph, edge.from);
            if from == here {
                continue;
            }
            let until = before.get(&from).map_or(0.0, |from| from.0) + time(&from);
            if until > before[&here].0 {
                before.insert(here, (until, Some(from)));
            }
        }
    }
    let ends = before
        .iter()
        .map(|(item, (start, _))| (start + time(item), *item));
    let last = ends.max_by(|a, b| a.0.total_cmp(&b.0));
    let mut chain: Vec<Item> = std::iter::successors(last.map(|(_, item)| item), |item| {
        before.get(item).and_then(|(_, from)| *from)
    })
    .collect();
    chain.reverse();
    chain
}
