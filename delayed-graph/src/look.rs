//! What a picture is to show besides the graph itself.

use crate::by_name::ByName;
use crate::direction::Direction;
use crate::{Graph, NodeKind};

/// The most nodes of a graph without loops that a picture shows one by one, unless
/// it is said how.
const MOST_SINGLY: usize = 150;

/// How a picture is drawn: top down and coloured by the kinds of nodes, unless
/// something else is said. Colours matter for SVG, PNG and HTML, the direction for
/// DOT and Mermaid, too.
///
/// ```
/// use delayed_graph::{GraphBuilder, Look};
///
/// let graph = GraphBuilder::new("empty").finish();
/// let svg = graph.to_svg_with(&Look::new().by_order())?;
/// assert!(svg.starts_with("<svg "));
/// # Ok::<(), delayed_graph::VisualizeError>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Look {
    colours: Colours,
    direction: Direction,
    by_name: Option<bool>,
}

#[derive(Clone, Debug, Default)]
enum Colours {
    #[default]
    Kind,
    Order,
    Measured(Vec<Option<f64>>),
    Bytes(Vec<Option<u64>>),
}

/// The colours from none to most, light enough for dark text: a yellow, an
/// orange and a red.
const HEAT: [[f64; 3]; 3] = [
    [255.0, 247.0, 214.0],
    [253.0, 190.0, 110.0],
    [240.0, 100.0, 80.0],
];

impl Look {
    /// Top down, by kind.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Draws from left to right: the results stand to the right of what they are
    /// made from.
    ///
    /// ```
    /// use delayed_graph::{GraphBuilder, Look};
    ///
    /// let graph = GraphBuilder::new("empty").finish();
    /// let dot = graph.to_dot_with(&Look::new().left_to_right());
    /// assert!(dot.contains("rankdir=LR"));
    /// ```
    #[must_use]
    pub fn left_to_right(mut self) -> Self {
        self.direction = Direction::Right;
        self
    }

    /// Draws one node for all steps of a name (see [`Graph::by_name`]). A graph made
    /// at run time with more than 150 steps is drawn so in SVG, PNG and HTML in any
    /// case. What was measured of a name's steps is added up.
    #[must_use]
    pub fn by_name(mut self) -> Self {
        self.by_name = Some(true);
        self
    }

    /// Draws each step as a node, however many there are.
    #[must_use]
    pub fn each_step(mut self) -> Self {
        self.by_name = Some(false);
        self
    }

    /// The graph of names that is to be drawn for a graph, if one is: `many` says
    /// whether a large graph is one to be.
    pub(crate) fn names(&self, graph: &Graph, many: bool) -> Option<ByName> {
        let is_large = many && graph.nodes.len() > MOST_SINGLY;
        self.by_name
            .unwrap_or(is_large)
            .then(|| ByName::of(graph))
            .flatten()
    }

    /// The same look for a graph of names.
    pub(crate) fn of_names(&self, names: &ByName) -> Self {
        let mut look = self.clone();
        match &mut look.colours {
            Colours::Measured(values) => *values = names.sums(values),
            Colours::Bytes(values) => *values = names.largest(values),
            Colours::Kind | Colours::Order => {}
        }
        look
    }

    pub(crate) fn direction(&self) -> Direction {
        self.direction
    }

    /// Colours tasks by their turn in program order, from the first to the last.
    #[must_use]
    pub fn by_order(mut self) -> Self {
        self.colours = Colours::Order;
        self
    }

    /// Colours nodes by what was measured of them, such as the time they took: a
    /// number for each node, and `None` where there is none. The largest has the
    /// darkest colour.
    #[must_use]
    pub fn by_measure(mut self, values: Vec<Option<f64>>) -> Self {
        self.colours = Colours::Measured(values);
        self
    }

    /// Colours nodes by how many bytes their values hold: a number for each node,
    /// and `None` where it is not known. The largest has the darkest colour. Of a
    /// name's steps the one with the most bytes counts.
    ///
    /// ```
    /// use delayed_graph::{GraphBuilder, Look};
    ///
    /// let graph = GraphBuilder::new("empty").finish();
    /// let svg = graph.to_svg_with(&Look::new().by_bytes(Vec::new()))?;
    /// assert_eq!(svg, graph.to_svg()?);
    /// # Ok::<(), delayed_graph::VisualizeError>(())
    /// ```
    #[must_use]
    pub fn by_bytes(mut self, values: Vec<Option<u64>>) -> Self {
        self.colours = Colours::Bytes(values);
        self
    }

    /// The colour of each node that has one of its own.
    pub(crate) fn fills(&self, graph: &Graph) -> Vec<Option<String>> {
        let values: Vec<Option<f64>> = match &self.colours {
            Colours::Kind => vec![None; graph.nodes.len()],
            Colours::Order => {
                let turn = |(index, node): (usize, &crate::Node)| {
                    (node.kind == NodeKind::Task).then_some(index as f64)
                };
                graph.nodes.iter().enumerate().map(turn).collect()
            }
            Colours::Measured(values) => values.clone(),
            Colours::Bytes(values) => values
                .iter()
                .map(|bytes| bytes.map(|it| it as f64))
                .collect(),
        };
        let known = |value: &Option<f64>| value.filter(|value| value.is_finite());
        let most = values.iter().filter_map(known).fold(0.0, f64::max);
        let fill = |index| {
            let value = values.get(index).and_then(known)?;
            let part = if most > 0.0 { value / most } else { 0.0 };
            Some(heat(part.clamp(0.0, 1.0)))
        };
        (0..graph.nodes.len()).map(fill).collect()
    }
}

/// The colour of a part from 0 to 1.
fn heat(part: f64) -> String {
    let step = (part * 2.0).min(1.999);
    let (low, rest) = (step as usize, step.fract());
    let mix = |channel: usize| {
        let (from, to) = (HEAT[low][channel], HEAT[low + 1][channel]);
        (from + (to - from) * rest).round() as u8
    };
    format!("#{:02x}{:02x}{:02x}", mix(0), mix(1), mix(2))
}

#[cfg(test)]
mod tests {
    use super::heat;

    #[test]
    fn colours_go_from_light_to_dark() {
        assert_eq!(heat(0.0), "#fff7d6");
        assert_eq!(heat(0.5), "#fdbe6e");
        assert_eq!(heat(1.0), "#f06450");
    }
}
