//! What runs where loops are expanded, in program order.

use crate::outline::{Item, Outline};
use crate::{AccessKind, Chain, Graph, Node, NodeId, NodeKind, RegionId, Schedule};

/// The loops around a step, and the numbers that they are at, the outermost first.
#[derive(Clone, Debug, Default)]
pub(super) struct Place {
    loops: Vec<(RegionId, i64)>,
}

impl Place {
    pub(super) fn enter(&mut self, region: RegionId, number: i64) {
        self.loops.push((region, number));
    }

    pub(super) fn leave(&mut self) {
        self.loops.pop();
    }

    pub(super) fn is_outside(&self) -> bool {
        self.loops.is_empty()
    }

    pub(super) fn number(&self, region: RegionId) -> Option<i64> {
        let mut loops = self.loops.iter();
        loops.find_map(|(of, number)| (*of == region).then_some(*number))
    }

    /// The numbers that a loop here goes through.
    pub(super) fn numbers(
        &self,
        graph: &Graph,
        region: RegionId,
    ) -> impl Iterator<Item = i64> + use<> {
        let range = graph[region].range.as_ref();
        let numbers = range.map(|range| range.numbers(&|outer| self.number(outer)));
        numbers.into_iter().flatten()
    }

    pub(super) fn iteration(&self) -> Vec<i64> {
        self.loops.iter().map(|(_, number)| *number).collect()
    }
}

/// A step of the graph in one iteration.
#[derive(Debug)]
pub(super) struct Instance {
    pub(super) node: NodeId,
    pub(super) place: Place,
    /// The box that holds it.
    pub(super) region: Option<RegionId>,
    /// Whether it runs more than once, or perhaps not at all.
    pub(super) is_in_box: bool,
}

/// A loop that stays a box, in one iteration of those around it.
#[derive(Debug)]
pub(super) struct Boxed {
    pub(super) region: RegionId,
    pub(super) place: Place,
    pub(super) parent: Option<RegionId>,
}

/// All of them.
#[derive(Debug, Default)]
pub(super) struct Instances {
    pub(super) all: Vec<Instance>,
    pub(super) boxes: Vec<Boxed>,
    /// The numbers of iterations that each step runs in, and where it stands in `all`,
    /// in order.
    found: Vec<(NodeId, Vec<i64>, NodeId)>,
    /// The instances of each iteration of cells.
    cells: Vec<Vec<NodeId>>,
    /// Which steps collect, and so gather all iterations at once.
    gathering: Vec<bool>,
}

impl Instances {
    pub(super) fn of(graph: &Graph, outline: &Outline, expanded: &[bool]) -> Self {
        let mut instances = Self {
            gathering: gathering(graph),
            ..Self::default()
        };
        let mut walk = Walk {
            graph,
            outline,
            expanded,
            place: Place::default(),
            box_around: None,
        };
        instances.add(&mut walk, None);
        instances.found.sort_unstable();
        instances
    }

    fn add(&mut self, walk: &mut Walk<'_>, region: Option<RegionId>) {
        let (outline, expanded) = (walk.outline, walk.expanded);
        let is_one = region.is_some_and(|region| expanded[region.0 as usize]);
        for item in outline.items(region) {
            match *item {
                Item::Node(node) if is_one && self.is_apart(walk.graph, node) => {}
                Item::Node(node) => self.push(walk, node),
                Item::Region(inner) if expanded[inner.0 as usize] => self.each(walk, inner),
                Item::Region(inner) => {
                    let around = walk.box_around;
                    walk.box_around = Some(RegionId(self.boxes.len() as u32));
                    self.boxes.push(Boxed {
                        region: inner,
                        place: walk.place.clone(),
                        parent: around,
                    });
                    self.add(walk, Some(inner));
                    walk.box_around = around;
                }
            }
        }
    }

    /// Adds each iteration of a loop, and then what gathers their values.
    fn each(&mut self, walk: &mut Walk<'_>, region: RegionId) {
        let is_cells = matches!(walk.graph[region].schedule, Schedule::Cells(_));
        let outline = walk.outline;
        let items = outline.items(Some(region));
        let is_cell = is_cells && items.iter().all(|item| matches!(item, Item::Node(_)));
        for number in walk.place.numbers(walk.graph, region) {
            walk.place.enter(region, number);
            let before = self.all.len();
            self.add(walk, Some(region));
            walk.place.leave();
            if is_cell && self.all.len() - before > 1 {
                let cell = (before..self.all.len()).map(|at| NodeId(at as u32));
                self.cells.push(cell.collect());
            }
        }
        for item in items {
            if let Item::Node(node) = *item
                && self.gathering[node.0 as usize]
            {
                self.push(walk, node);
            }
        }
    }

    /// Whether a step of an expanded loop is not one of each iteration's.
    fn is_apart(&self, graph: &Graph, node: NodeId) -> bool {
        graph[node].kind == NodeKind::Source || self.gathering[node.0 as usize]
    }

    fn push(&mut self, walk: &Walk<'_>, node: NodeId) {
        let id = NodeId(self.all.len() as u32);
        self.found.push((node, walk.place.iteration(), id));
        self.all.push(Instance {
            node,
            place: walk.place.clone(),
            region: walk.box_around,
            is_in_box: walk.box_around.is_some(),
        });
    }

    /// The instances of `node` that `place` can see: that of the same iteration, and
    /// all of those of loops that are not around it.
    pub(super) fn seen_from<'a>(
        &'a self,
        graph: &'a Graph,
        node: NodeId,
        place: &'a Place,
    ) -> impl Iterator<Item = NodeId> + 'a {
        let shared = place
            .loops
            .iter()
            .take_while(|(region, _)| around(graph, node).any(|around| around == *region));
        let shared: Vec<i64> = shared.map(|(_, number)| *number).collect();
        let first = self
            .found
            .partition_point(|(of, iteration, _)| (*of, iteration) < (node, &shared));
        let of_them = self.found[first..]
            .iter()
            .take_while(move |(of, iteration, _)| *of == node && iteration.starts_with(&shared));
        of_them.map(|(_, _, id)| *id)
    }

    /// The chains of the graph, and one for each cell.
    pub(super) fn chains(&self, graph: &Graph) -> Vec<Chain> {
        let place = Place::default();
        let fused = graph.chains.iter().map(|chain| {
            let nodes = chain.nodes.iter();
            let nodes = nodes.flat_map(|node| self.seen_from(graph, *node, &place));
            nodes.collect::<Vec<_>>()
        });
        let chains = fused.chain(self.cells.iter().cloned());
        let chains = chains.map(|nodes| Chain {
            nodes: nodes.into(),
        });
        chains.collect()
    }
}

struct Walk<'a> {
    graph: &'a Graph,
    outline: &'a Outline,
    expanded: &'a [bool],
    place: Place,
    box_around: Option<RegionId>,
}

/// The regions around a step.
fn around(graph: &Graph, node: NodeId) -> impl Iterator<Item = RegionId> + '_ {
    std::iter::successors(graph[node].region, |region| graph[*region].parent)
}

/// Which steps collect a loop's values, unless they look at what iterations change.
fn gathering(graph: &Graph) -> Vec<bool> {
    let collects = |node: &Node| node.kind == NodeKind::Collect;
    let mut gathering: Vec<bool> = graph.nodes.iter().map(collects).collect();
    for access in graph
        .variables
        .iter()
        .flat_map(|variable| variable.accesses.iter())
    {
        if access.kind != AccessKind::Declared {
            gathering[access.node.0 as usize] = false;
        }
    }
    gathering
}
