//! What the values hold that steps give.

use std::cmp::Reverse;

use super::Profile;
use super::places::{Noted, Places, are_same};
use crate::graph::{Graph, Look, Node, NodeKind, Place};

/// The most steps of one thread; those that come later are left out.
const MOST: usize = 2000;

/// What the values hold that one step has given: a task, or the source of a loop.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Values {
    /// The task's name, or the loop's head.
    pub label: String,
    /// Where the call or the loop stands.
    pub place: Place,
    /// How many values.
    pub count: u64,
    /// How much all of them hold together, in bytes. They need not have been
    /// there at one time.
    pub total: u64,
    /// How much the largest of them holds, in bytes.
    pub largest: u64,
}

impl Values {
    fn none(label: &str, place: &Place) -> Self {
        Self {
            label: label.to_owned(),
            place: place.clone(),
            count: 0,
            total: 0,
            largest: 0,
        }
    }

    fn is_of(&self, label: &str, place: &Place) -> bool {
        are_same(&self.place, place) && self.label == label
    }
}

/// The values that one thread has made.
#[derive(Default)]
pub(super) struct Made {
    all: Vec<Values>,
    at: Noted,
}

impl Made {
    /// A value of the step `label` at `place` holds so much.
    pub(super) fn add(&mut self, label: &str, place: &Place, bytes: u64) {
        if let Some(values) = self.of(label, place) {
            values.count += 1;
            values.total = values.total.saturating_add(bytes);
            values.largest = values.largest.max(bytes);
        }
    }

    /// Those of another thread.
    pub(super) fn merge(&mut self, other: &Self) {
        for made in &other.all {
            if let Some(values) = self.of(&made.label, &made.place) {
                values.count += made.count;
                values.total = values.total.saturating_add(made.total);
                values.largest = values.largest.max(made.largest);
            }
        }
    }

    /// All of them, the step with the largest value first.
    pub(super) fn sorted(mut self) -> Vec<Values> {
        self.all.sort_by_key(|values| Reverse(values.largest));
        self.all
    }

    /// The values of a step, if there is room to count them.
    fn of(&mut self, label: &str, place: &Place) -> Option<&mut Values> {
        let is = |index: usize| self.all[index].is_of(label, place);
        let index = match self.at.find(place, is) {
            Some(index) => index,
            None if self.all.len() == MOST => return None,
            None => {
                self.at.note(place, self.all.len());
                self.all.push(Values::none(label, place));
                self.all.len() - 1
            }
        };
        self.all.get_mut(index)
    }
}

impl Profile {
    /// What the values hold that steps have given, the step with the largest one
    /// first. Values count that [say](crate::NBytes) how much they hold, of calls
    /// of tasks and of items of loops, wherever they are made; but none that are
    /// small and own no memory, such as numbers.
    ///
    /// ```
    /// use delayed_runtime::delayed::Delayed;
    ///
    /// let (_, profile) = (Delayed::from(20_i64) + 1).compute_profiled();
    /// assert!(profile.values().is_empty());
    /// ```
    #[must_use]
    pub fn values(&self) -> &[Values] {
        &self.values
    }

    /// The look of the graph that is coloured by bytes: by how much the largest
    /// value of each step holds, where values say so (see [`values`](Self::values)).
    ///
    /// ```
    /// use delayed_runtime::delayed::Delayed;
    ///
    /// let (_, profile) = (Delayed::from(20_i64) + 1).compute_profiled();
    /// let graph = profile.graph().expect("it is small");
    /// let svg = graph.to_svg_with(&profile.look_by_bytes())?;
    /// assert!(!svg.contains("fill:#"), "numbers hold nothing");
    /// # Ok::<(), delayed_runtime::graph::VisualizeError>(())
    /// ```
    #[must_use]
    pub fn look_by_bytes(&self) -> Look {
        let Some(graph) = self.graph() else {
            return Look::new();
        };
        let largest = |steps: Vec<usize>| steps.iter().map(|at| self.values[*at].largest).max();
        let values = self.values_of_nodes(graph).into_iter().map(largest);
        Look::new().by_bytes(values.collect())
    }

    /// The values of each node, as indices of [`values`](Self::values).
    pub(super) fn values_of_nodes(&self, graph: &Graph) -> Vec<Vec<usize>> {
        let places = Places::of_values(&self.values);
        let of_node = |node: &Node| {
            let (label, place) = match (node.kind, node.region) {
                (NodeKind::Task, _) => (&*node.label, &node.place),
                (NodeKind::Source, Some(region)) => (&*graph[region].label, &graph[region].place),
                _ => return Vec::new(),
            };
            places.find((), label, place).to_vec()
        };
        graph.nodes.iter().map(of_node).collect()
    }
}
