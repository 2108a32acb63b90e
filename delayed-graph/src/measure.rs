//! What can be told of a computation before it runs.

use crate::{EdgeKind, Graph, NodeId, NodeKind};

impl Graph {
    /// The longest chain of tasks, in program order: with a task for each tick,
    /// no number of workers runs one iteration in fewer ticks.
    ///
    /// A loop's body counts once. Of chains of the same length the first in
    /// program order is given.
    ///
    /// ```
    /// use delayed_graph::{EdgeKind, GraphBuilder, Node, NodeKind};
    ///
    /// let mut graph = GraphBuilder::new("sum");
    /// let [a, b, sum] = ["a", "b", "sum"].map(|name| graph.add_node(Node {
    ///     kind: NodeKind::Task,
    ///     label: name.into(),
    ///     binding: "".into(),
    ///     place: std::panic::Location::caller().into(),
    ///     region: None,
    ///     iteration: (&[]).into(),
    ///     fallible: false,
    /// }));
    /// graph.add_edge(a, sum, EdgeKind::Moved, "");
    /// graph.add_edge(b, sum, EdgeKind::Moved, "");
    /// assert_eq!(graph.finish().critical_path(), [a, sum]);
    /// ```
    #[must_use]
    pub fn critical_path(&self) -> Vec<NodeId> {
        // The number of tasks up to each node, and the node before it.
        let mut longest: Vec<(usize, Option<usize>)> = vec![(0, None); self.nodes.len()];
        let mut edges = self.edges.iter().peekable();
        for (index, node) in self.nodes.iter().enumerate() {
            let mut best: (usize, Option<usize>) = (0, None);
            while let Some(edge) = edges.next_if(|edge| edge.to.0 as usize == index) {
                let from = edge.from.0 as usize;
                if longest[from].0 > best.0 {
                    best = (longest[from].0, Some(from));
                }
            }
            longest[index] = (best.0 + usize::from(node.kind == NodeKind::Task), best.1);
        }
        let mut end = None;
        for (index, (length, _)) in longest.iter().enumerate() {
            if *length > end.map_or(0, |end: usize| longest[end].0) {
                end = Some(index);
            }
        }
        let path = std::iter::successors(end, |index| longest[*index].1);
        let tasks = path.filter(|index| self.nodes[*index].kind == NodeKind::Task);
        let mut path: Vec<_> = tasks.map(id).collect();
        path.reverse();
        path
    }

    /// The most values that are alive at once where one worker runs the
    /// computation and each value ends with its last reader, as those of
    /// run-time graphs do. Inputs, which the caller owns, do not count. (Of a
    /// pipeline `Pipeline::live_values` knows more.)
    #[must_use]
    pub fn live_values(&self) -> usize {
        let mut last_read: Vec<usize> = (0..self.nodes.len()).collect();
        for edge in self
            .edges
            .iter()
            .filter(|edge| edge.kind != EdgeKind::Order)
        {
            let from = edge.from.0 as usize;
            last_read[from] = last_read[from].max(edge.to.0 as usize);
        }
        let mut ends = vec![0_usize; self.nodes.len()];
        let (mut alive, mut most) = (0, 0);
        for (index, node) in self.nodes.iter().enumerate() {
            if node.kind != NodeKind::Input {
                alive += 1;
                ends[last_read[index]] += 1;
            }
            most = most.max(alive);
            alive -= ends[index];
        }
        most
    }
}

fn id(index: usize) -> NodeId {
    NodeId(u32::try_from(index).unwrap_or(u32::MAX))
}

#[cfg(test)]
mod tests {
    use crate::{EdgeKind, Graph, GraphBuilder, Node, NodeId, NodeKind};

    /// Tasks (`t`), inputs (`i`) and glue (`g`), and the edges between them.
    fn graph(kinds: &str, edges: &[(u32, u32)]) -> Graph {
        let mut graph = GraphBuilder::new("test");
        for kind in kinds.chars() {
            graph.add_node(Node {
                kind: match kind {
                    't' => NodeKind::Task,
                    'i' => NodeKind::Input,
                    _ => NodeKind::Glue,
                },
                label: kind.to_string().into(),
                binding: "".into(),
                place: std::panic::Location::caller().into(),
                region: None,
                iteration: (&[]).into(),
                fallible: false,
            });
        }
        for &(from, to) in edges {
            graph.add_edge(NodeId(from), NodeId(to), EdgeKind::Moved, "");
        }
        graph.finish()
    }

    fn path(graph: &Graph) -> Vec<u32> {
        graph.critical_path().iter().map(|id| id.0).collect()
    }

    #[test]
    fn the_longest_chain_counts_tasks_only() {
        assert!(path(&graph("", &[])).is_empty());
        assert!(path(&graph("iggg", &[(0, 1), (1, 2), (2, 3)])).is_empty());
        assert_eq!(path(&graph("tt", &[])), [0]);
        let diamond = [(0, 1), (0, 2), (2, 3), (1, 4), (3, 4)];
        assert_eq!(path(&graph("ttttt", &diamond)), [0, 2, 3, 4]);
        let through_glue = [(0, 1), (1, 2), (2, 3)];
        assert_eq!(path(&graph("itgt", &through_glue)), [1, 3]);
    }

    #[test]
    fn values_live_until_their_last_reader() {
        assert_eq!(graph("", &[]).live_values(), 0);
        assert_eq!(graph("ittt", &[(0, 1), (1, 2), (2, 3)]).live_values(), 2);
        assert_eq!(graph("tttt", &[(0, 3), (1, 3), (2, 3)]).live_values(), 4);
        assert_eq!(graph("tttt", &[]).live_values(), 1);
    }
}
