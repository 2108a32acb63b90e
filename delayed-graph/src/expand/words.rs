//! What the steps and boxes of single iterations are called.

use super::flow::{element, pattern};
use super::instances::{Instance, Instances};
use crate::{Access, Graph, Node, Region};

pub(super) struct Words<'a> {
    graph: &'a Graph,
    instances: &'a Instances,
}

impl<'a> Words<'a> {
    pub(super) fn of(graph: &'a Graph, instances: &'a Instances) -> Self {
        Self { graph, instances }
    }

    pub(super) fn nodes(&self) -> Vec<Node> {
        self.instances
            .all
            .iter()
            .map(|one| self.node(one))
            .collect()
    }

    pub(super) fn regions(&self) -> Vec<Region> {
        let boxes = self.instances.boxes.iter();
        let region = boxes.map(|one| {
            let region = self.graph[one.region].clone();
            let iteration = one.place.iteration();
            let label = match iteration.is_empty() {
                true => region.label,
                false => format!("{} {iteration:?}", region.label).into(),
            };
            Region {
                label,
                range: None,
                parent: one.parent,
                ..region
            }
        });
        region.collect()
    }

    fn node(&self, instance: &Instance) -> Node {
        let node = self.graph[instance.node].clone();
        let node = Node {
            region: instance.region,
            iteration: instance.place.iteration().into(),
            ..node
        };
        match self.written(instance) {
            Some((text, element)) => Node {
                label: match shortened(&node.label, text, &element) {
                    Some(label) => label.into(),
                    None => node.label,
                },
                binding: element.into(),
                ..node
            },
            None => node,
        }
    }

    /// The element that the step writes, as the user wrote it and as it is. It is
    /// empty where only the run knows which it is, and `None` if there is not one.
    fn written(&self, instance: &Instance) -> Option<(&str, String)> {
        let variables = self.graph.variables.iter();
        let mut writes = variables.flat_map(|variable| {
            let accesses = variable.accesses.iter();
            let own = accesses.filter(|access| access.node == instance.node);
            own.filter(|access| access.kind.writes())
                .map(|access| (&*variable.name, access))
        });
        let (name, access): (&str, &Access) = writes.next()?;
        if writes.next().is_some() || access.subscripts.is_empty() {
            return None;
        }
        let known: Option<Vec<i64>> = pattern(access, instance).into_iter().collect();
        let element = known.map_or_else(String::new, |known| element(name, &known));
        Some((&access.text, element))
    }
}

/// `t[2][3] = …` for `t[i][j] = f(t[i - 1][j])`: what it is made of is seen by the
/// edges.
fn shortened(label: &str, text: &str, element: &str) -> Option<String> {
    let rest = label
        .strip_prefix(text)
        .filter(|_| !element.is_empty())?
        .strip_prefix(' ')?;
    let (operator, _) = rest.split_once(' ')?;
    operator
        .ends_with('=')
        .then(|| format!("{element} {operator} …"))
}
