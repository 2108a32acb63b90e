//! A large graph as few nodes: one for all steps of a name.
//!
//! Steps of one name may need each other, and so may the steps of two names in
//! turn. What would wait for itself that way is one node, too: the names whose steps
//! need each other are the strongly connected components of the graph of names,
//! which are found by Kosaraju's two searches (as in Aho, Hopcroft and Ullman, Data
//! Structures and Algorithms, 1983).

use crate::build::{in_order, without_twins};
use crate::numbers::Numbers;
use crate::{Edge, Graph, Node, NodeId, NodeKind};

/// A graph of names, and which of its nodes stands for each node of the whole.
#[cfg_attr(
    not(feature = "svg"),
    expect(dead_code, reason = "only a picture asks which step is where")
)]
pub(crate) struct ByName {
    pub(crate) graph: Graph,
    pub(crate) groups: Vec<NodeId>,
}

impl Graph {
    /// The graph with one node for all steps of a kind and name, such as
    /// `250 × square`: what can be looked at of a graph of thousands of steps. Names
    /// whose steps need each other in turn, `f` of `g` of `f`, are one node. A node
    /// has the place of its first step.
    ///
    /// A graph with loops stays as it is: each of these is one box however often it
    /// runs.
    ///
    /// ```
    /// use delayed_graph::{EdgeKind, GraphBuilder, Node, NodeKind};
    ///
    /// let mut graph = GraphBuilder::new("sum");
    /// let mut task = |label: &'static str| graph.add_node(Node {
    ///     kind: NodeKind::Task,
    ///     label: label.into(),
    ///     binding: "".into(),
    ///     place: std::panic::Location::caller().into(),
    ///     region: None,
    ///     iteration: (&[]).into(),
    ///     fallible: false,
    /// });
    /// let [one, two, sum] = ["square", "square", "sum"].map(&mut task);
    /// for square in [one, two] {
    ///     graph.add_edge(square, sum, EdgeKind::Moved, "");
    /// }
    /// let by_name = graph.finish().by_name();
    /// assert_eq!(by_name.to_string(), "\
    /// graph sum (3 steps by name)
    ///     task square = 2 × square
    ///     task sum <- square");
    /// ```
    #[must_use]
    pub fn by_name(&self) -> Self {
        ByName::of(self).map_or_else(|| self.clone(), |by_name| by_name.graph)
    }
}

impl ByName {
    /// `None` if the graph has regions, or breaks a rule of [`Graph::check`].
    pub(crate) fn of(graph: &Graph) -> Option<Self> {
        if !graph.regions.is_empty() || graph.check().is_err() {
            return None;
        }
        let mut numbers = Numbers::default();
        let mut number = |node: &Node| numbers.give(format!("{} {}", node.kind.name(), name(node)));
        let names: Vec<usize> = graph.nodes.iter().map(&mut number).collect();
        let mut needs = vec![Vec::new(); numbers.len()];
        for edge in graph.edges.iter() {
            needs[names[edge.to.0 as usize]].push(names[edge.from.0 as usize]);
        }
        for needs in &mut needs {
            needs.sort_unstable();
            needs.dedup();
        }
        let components = components(&needs);
        let groups: Vec<NodeId> = names.iter().map(|name| components[*name]).collect();
        Some(Self {
            graph: Graph {
                name: format!("{} ({} steps by name)", graph.name, graph.nodes.len()).into(),
                nodes: nodes(graph, &groups).into(),
                edges: edges(graph, &groups).into(),
                regions: Vec::new().into(),
                chains: Vec::new().into(),
                variables: Vec::new().into(),
            },
            groups,
        })
    }

    /// What was measured of each group: the sum of its steps.
    #[cfg(feature = "svg")]
    pub(crate) fn sums(&self, values: &[Option<f64>]) -> Vec<Option<f64>> {
        let mut sums = vec![None; self.graph.nodes.len()];
        for (value, group) in values.iter().zip(&self.groups) {
            if let Some(value) = value.filter(|value| value.is_finite()) {
                *sums[group.0 as usize].get_or_insert(0.0) += value;
            }
        }
        sums
    }

    /// The most that one of its steps holds, of each group.
    #[cfg(feature = "svg")]
    pub(crate) fn largest(&self, bytes: &[Option<u64>]) -> Vec<Option<u64>> {
        let mut largest = vec![None; self.graph.nodes.len()];
        for (bytes, group) in bytes.iter().zip(&self.groups) {
            let most: &mut Option<u64> = &mut largest[group.0 as usize];
            *most = (*most).max(*bytes);
        }
        largest
    }
}

/// What a step is called: its task's name, or its own where it has no task. Names
/// of single steps would make a group of each.
fn name(node: &Node) -> &str {
    if node.label.is_empty() {
        &node.binding
    } else {
        &node.label
    }
}

/// The component of each name, in an order in which none needs a later one.
fn components(needs: &[Vec<usize>]) -> Vec<NodeId> {
    let mut readers = vec![Vec::new(); needs.len()];
    for (name, needs) in needs.iter().enumerate() {
        for need in needs {
            readers[*need].push(name);
        }
    }
    let mut ended = Vec::new();
    let mut seen = vec![false; needs.len()];
    for name in (0..needs.len()).rev() {
        search(name, &readers, &mut seen, &mut ended);
    }
    let mut components = vec![NodeId(0); needs.len()];
    let mut seen = vec![false; needs.len()];
    let mut next = 0;
    for name in ended.into_iter().rev() {
        let mut component = Vec::new();
        search(name, needs, &mut seen, &mut component);
        for name in &component {
            components[*name] = NodeId(next);
        }
        next += u32::from(!component.is_empty());
    }
    components
}

/// Adds what is reached from `start` and was not seen before, each after all that is
/// reached from it.
fn search(start: usize, ways: &[Vec<usize>], seen: &mut [bool], ended: &mut Vec<usize>) {
    if std::mem::replace(&mut seen[start], true) {
        return;
    }
    let mut stack = vec![(start, ways[start].iter())];
    while let Some((name, rest)) = stack.last_mut() {
        match rest.next() {
            Some(&next) if !seen[next] => {
                seen[next] = true;
                stack.push((next, ways[next].iter()));
            }
            Some(_) => {}
            None => {
                ended.push(*name);
                stack.pop();
            }
        }
    }
}

/// A node for each group: its first step, and how many of each name it has.
fn nodes(graph: &Graph, groups: &[NodeId]) -> Vec<Node> {
    let mut members: Vec<Vec<&Node>> = Vec::new();
    for (node, group) in graph.nodes.iter().zip(groups) {
        let group = group.0 as usize;
        members.resize_with(members.len().max(group + 1), Vec::new);
        members[group].push(node);
    }
    let node = |members: Vec<&Node>| {
        let mut counts: Vec<(&str, usize)> = Vec::new();
        for member in &members {
            let name = name(member);
            match counts.iter_mut().find(|(known, _)| *known == name) {
                Some((_, count)) => *count += 1,
                None => counts.push((name, 1)),
            }
        }
        let texts = counts.iter().map(|(name, count)| match count {
            1 => (*name).to_owned(),
            _ => format!("{count} × {name}"),
        });
        let are_alike = members.iter().all(|member| member.kind == members[0].kind);
        Node {
            kind: match are_alike {
                true => members[0].kind,
                false => NodeKind::Task,
            },
            label: texts.collect::<Vec<_>>().join(", ").into(),
            binding: match members.len() {
                1 => members[0].binding.clone(),
                _ => counts[0].0.to_owned().into(),
            },
            fallible: members.iter().any(|member| member.fallible),
            ..members[0].clone()
        }
    };
    members.into_iter().map(node).collect()
}

/// One edge of each kind from group to group.
fn edges(graph: &Graph, groups: &[NodeId]) -> Vec<Edge> {
    let group = |node: NodeId| groups[node.0 as usize];
    let edges = graph.edges.iter().map(|edge| Edge {
        from: group(edge.from),
        to: group(edge.to),
        kind: edge.kind,
        label: "".into(),
    });
    let edges = in_order(edges.filter(|edge| edge.from != edge.to).collect());
    without_twins(edges, Edge::eq)
}
