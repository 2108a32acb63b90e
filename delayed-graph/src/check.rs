//! The rules that every graph keeps, checked.

use std::error::Error;
use std::fmt;

use crate::{Graph, NodeId, RegionId};

/// Which rule a graph breaks, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidGraph(String);

impl fmt::Display for InvalidGraph {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "not a graph: {}", self.0)
    }
}

impl Error for InvalidGraph {}

impl Graph {
    /// Checks the rules of a graph in time linear in its size:
    ///
    /// - a region's parent comes before it;
    /// - every node's region exists, and the nodes of a region stand together;
    /// - an edge's ends exist and it points forwards, so nothing waits for itself;
    /// - edges are ordered by their end, then their start;
    /// - the accesses of a variable are those of nodes that exist, and in their order;
    /// - a chain has two steps or more of one region, in order and in no other chain,
    ///   and what it needs comes before it, and what needs it after it.
    ///
    /// # Errors
    /// The first rule that is broken, with the index of the offender.
    ///
    /// ```
    /// use delayed_graph::{EdgeKind, GraphBuilder, NodeId};
    ///
    /// let mut graph = GraphBuilder::new("broken");
    /// graph.add_edge(NodeId(0), NodeId(1), EdgeKind::Moved, "x");
    /// let error = graph.finish().check().unwrap_err();
    /// assert_eq!(error.to_string(), "not a graph: edge 0 (0 -> 1) ends at a node that does not exist");
    /// ```
    pub fn check(&self) -> Result<(), InvalidGraph> {
        self.check_regions()
            .and_then(|()| self.check_nodes())
            .and_then(|()| self.check_edges())
            .and_then(|()| self.check_accesses())
            .and_then(|()| self.check_chains())
            .map_err(InvalidGraph)
    }

    fn check_regions(&self) -> Result<(), String> {
        for (index, region) in self.regions.iter().enumerate() {
            if let Some(RegionId(parent)) = region.parent
                && parent as usize >= index
            {
                return Err(format!(
                    "region {index} is inside region {parent}, which does not come before it"
                ));
            }
        }
        Ok(())
    }

    /// Walks the nodes as a printer would, opening and closing regions: one
    /// that would have to open twice has a stranger between its nodes.
    fn check_nodes(&self) -> Result<(), String> {
        let mut seen = vec![false; self.regions.len()];
        let mut open: Vec<RegionId> = Vec::new();
        let mut depth = vec![0_usize; self.regions.len()];
        for (index, region) in self.regions.iter().enumerate() {
            depth[index] = region.parent.map_or(0, |p| depth[p.0 as usize] + 1);
        }
        for (index, node) in self.nodes.iter().enumerate() {
            let mut entered = Vec::new();
            let mut next = node.region;
            while let Some(region) = next {
                let at = region.0 as usize;
                if at >= self.regions.len() {
                    return Err(format!(
                        "node {index} is in region {at}, which does not exist"
                    ));
                }
                if open.get(depth[at]) == Some(&region) {
                    break;
                }
                if seen[at] {
                    return Err(format!(
                        "node {index} is in region {at}, which ended before it"
                    ));
                }
                seen[at] = true;
                entered.push(region);
                next = self.regions[at].parent;
            }
            open.truncate(next.map_or(0, |region| depth[region.0 as usize] + 1));
            open.extend(entered.into_iter().rev());
        }
        Ok(())
    }

    fn check_edges(&self) -> Result<(), String> {
        let mut last = (NodeId(0), NodeId(0));
        for (index, edge) in self.edges.iter().enumerate() {
            let (from, to) = (edge.from, edge.to);
            let problem = if to.0 as usize >= self.nodes.len() {
                "ends at a node that does not exist"
            } else if from == to {
                "makes a node wait for itself"
            } else if from > to {
                "points backwards"
            } else if (to, from) < last {
                "is out of order: edges are ordered by their end, then their start"
            } else {
                last = (to, from);
                continue;
            };
            return Err(format!("edge {index} ({} -> {}) {problem}", from.0, to.0));
        }
        Ok(())
    }

    fn check_accesses(&self) -> Result<(), String> {
        for (index, variable) in self.variables.iter().enumerate() {
            let nodes = || variable.accesses.iter().map(|access| access.node);
            if nodes().any(|node| node.0 as usize >= self.nodes.len()) {
                return Err(format!(
                    "variable {index} is accessed by a node that does not exist"
                ));
            }
            if !nodes().is_sorted() {
                return Err(format!("the accesses of variable {index} are out of order"));
            }
        }
        Ok(())
    }

    fn check_chains(&self) -> Result<(), String> {
        // The chain of each node.
        let mut chains: Vec<Option<usize>> = vec![None; self.nodes.len()];
        for (index, chain) in self.chains.iter().enumerate() {
            if chain.nodes.len() < 2 || !chain.nodes.is_sorted_by(|a, b| a < b) {
                return Err(format!("chain {index} is not two steps or more in order"));
            }
            let region = |id: NodeId| self.nodes.get(id.0 as usize).map(|node| node.region);
            for node in chain.nodes.iter() {
                if region(*node).is_none() || region(*node) != region(chain.nodes[0]) {
                    return Err(format!(
                        "chain {index} has step {}, which is not in the region of the others",
                        node.0
                    ));
                }
                if chains[node.0 as usize].replace(index).is_some() {
                    return Err(format!("node {} is in two chains", node.0));
                }
            }
        }
        for (index, edge) in self.edges.iter().enumerate() {
            let chain = |node: NodeId| chains[node.0 as usize];
            let (from, to) = (chain(edge.from), chain(edge.to));
            let last = from.map_or(edge.from, |chain| {
                *self.chains[chain].nodes.last().unwrap_or(&edge.from)
            });
            let first = to.map_or(edge.to, |chain| self.chains[chain].nodes[0]);
            if from != to && last >= first {
                return Err(format!(
                    "edge {index} ({} -> {}) leads into or out of the middle of a chain",
                    edge.from.0, edge.to.0
                ));
            }
        }
        Ok(())
    }
}
