//! A graph in which loops of known length are no boxes, but all that they do.
//!
//! Three steps: `instances.rs` writes down what runs, in program order, and
//! `flow.rs` goes through it as the program would and notes who has left what each
//! step reads, element by element. `edges.rs` makes edges of that, and of those of
//! the graph for all other values, which do not leave their iteration.

mod edges;
mod flow;
mod instances;
mod words;

use crate::outline::{Item, Outline};
use crate::{Graph, NodeKind, RegionId};
use instances::{Instances, Place};

impl Graph {
    /// The graph with the iterations of its loops one by one, where the numbers that
    /// a loop goes through stand in the program: `for i in 0..4`, also turned round
    /// or in steps, and an inner loop such as `for j in i..4`.
    ///
    /// Loops are looked at from the outside in. One that would bring the steps inside
    /// of such loops to more than `limit` stays a box, and so does one of which only
    /// the run knows how often it runs.
    ///
    /// A step is named by the numbers of its loops, `square[2]` or `cell[2,3]`, and
    /// one that writes an element of an array by that, `t[2][3]`. Its edges are those
    /// of its iteration. What a step reads of a variable that iterations change comes
    /// from the step that was the last to write it, for arrays element by element; what
    /// writes comes after those that have read or written it before, where that does
    /// not follow from other edges. Of those that have written the parts of what is read
    /// as a whole, there are the last ones only, which come after the others.
    ///
    /// ```
    /// use delayed_graph::{Affine, Extent, GraphBuilder, Node, NodeKind, Place, Range};
    /// use delayed_graph::{Region, Schedule};
    ///
    /// let place = Place { file: "src/main.rs".into(), line: 1, column: 1 };
    /// let constant = |constant| Affine { constant, factors: (&[]).into() };
    /// let mut graph = GraphBuilder::new("squares");
    /// let region = graph.add_region(Region {
    ///     label: "for x in 1..3".into(),
    ///     extent: Extent::Constant(2),
    ///     range: Some(Range { start: constant(1), end: constant(3), step: 1 }),
    ///     schedule: Schedule::Parallel,
    ///     place: place.clone(),
    ///     parent: None,
    /// });
    /// graph.add_node(Node {
    ///     kind: NodeKind::Task,
    ///     label: "square".into(),
    ///     binding: "".into(),
    ///     place,
    ///     region: Some(region),
    ///     iteration: (&[]).into(),
    ///     fallible: false,
    /// });
    /// let expanded = graph.finish().expanded(100);
    /// assert_eq!(expanded.to_string(), "\
    /// graph squares
    ///     task square[1]
    ///     task square[2]");
    /// ```
    #[must_use]
    pub fn expanded(&self, limit: usize) -> Self {
        if self.check().is_err() {
            return self.clone();
        }
        let outline = Outline::new(self);
        let expanded = self.expandable(&outline, limit);
        if !expanded.contains(&true) {
            return self.clone();
        }
        let instances = Instances::of(self, &outline, &expanded);
        let edges = edges::edges(self, &instances);
        let mut graph = Self {
            name: self.name.clone(),
            edges: edges.into(),
            chains: instances.chains(self).into(),
            variables: Vec::new().into(),
            nodes: Vec::new().into(),
            regions: Vec::new().into(),
        };
        let words = words::Words::of(self, &instances);
        graph.nodes = words.nodes().into();
        graph.regions = words.regions().into();
        graph
    }

    /// Which regions are loops that are to be expanded.
    fn expandable(&self, outline: &Outline, limit: usize) -> Vec<bool> {
        let mut expanded = vec![false; self.regions.len()];
        for (id, region) in (0..).map(RegionId).zip(self.regions.iter()) {
            let Some(range) = &region.range else { continue };
            if range.regions().all(|outer| expanded[outer.0 as usize]) {
                expanded[id.0 as usize] = true;
                let mut left = Some(limit);
                self.take(outline, None, &expanded, &mut Place::default(), &mut left);
                expanded[id.0 as usize] = left.is_some();
            }
        }
        expanded
    }

    /// Takes the steps in `region` that are in expanded loops from what is left of the
    /// limit, which ends as `None` if there are more. An iteration without any counts
    /// as one, so that counting them ends.
    fn take(
        &self,
        outline: &Outline,
        region: Option<RegionId>,
        expanded: &[bool],
        place: &mut Place,
        left: &mut Option<usize>,
    ) {
        for item in outline.items(region) {
            match *item {
                Item::Node(node) => {
                    let is_number = self[node].kind == NodeKind::Source
                        && region.is_some_and(|region| expanded[region.0 as usize]);
                    let counts = !place.is_outside() && !is_number;
                    *left = left.and_then(|left| left.checked_sub(usize::from(counts)));
                }
                Item::Region(inner) if expanded[inner.0 as usize] => {
                    for number in place.numbers(self, inner) {
                        let before = *left;
                        place.enter(inner, number);
                        self.take(outline, Some(inner), expanded, place, left);
                        place.leave();
                        if before == *left {
                            *left = left.and_then(|left| left.checked_sub(1));
                        }
                        if left.is_none() {
                            return;
                        }
                    }
                }
                Item::Region(inner) => self.take(outline, Some(inner), expanded, place, left),
            }
        }
    }
}
