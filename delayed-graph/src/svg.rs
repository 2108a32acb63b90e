//! A graph as SVG, with no program or font but the viewer's own.

mod chain;
mod critical;
mod legend;
mod lines;
mod style;

use std::fmt::Write;

use crate::chained::Chained;
use crate::direction::Direction;
use crate::label::{LONGEST, one_line, short, subscripts};
use crate::layout::{Frame, HEAD, Layout, Sizes, layout};
use crate::shape::{margin, px, shape};
use crate::{Graph, Look, Node, NodeId, Region, VisualizeError};

use critical::Critical;
use legend::Legend;
use lines::{draw_labels, draw_line};
use style::{SMALL, STYLE, TEXT, TITLE, text_width};

/// The room around the picture.
const MARGIN: f64 = 24.0;
const NODE_HEIGHT: f64 = 34.0;
const LEAST_WIDTH: f64 = 64.0;
/// From a line to the text beside it.
const BESIDE: f64 = 7.0;
/// The most that lines leaving one node are spread from its middle.
const SPREAD: f64 = 16.0;
/// Room along a line for the text beside it, if that stands on its right.
const LABEL_HEIGHT: f64 = 16.0;

impl Graph {
    /// The graph as an SVG picture, which any browser shows: loops are boxes
    /// with how often and how they run, a node's shape and colour say its kind,
    /// a line is solid where a value is moved, dashed where it is borrowed and
    /// dotted where only the order counts. The [critical
    /// path](Graph::critical_path) is bold, if it has more than one task, and fused
    /// steps stand in one box. A graph
    /// without loops that has more than 150 nodes is drawn [by
    /// name](Graph::by_name), unless the look says otherwise. Tooltips say `file:line:column`, and the attributes `data-node` and `data-region`
    /// which one an element stands for.
    ///
    /// The picture follows the viewer's light or dark theme.
    ///
    /// # Errors
    /// When the graph breaks a rule of [`Graph::check`] or is too large: more
    /// than 20,000 nodes, edges and regions, or lines too long to lay out.
    ///
    /// ```
    /// let svg = delayed_graph::GraphBuilder::new("empty").finish().to_svg()?;
    /// assert!(svg.starts_with("<svg "));
    /// # Ok::<(), delayed_graph::VisualizeError>(())
    /// ```
    pub fn to_svg(&self) -> Result<String, VisualizeError> {
        self.to_svg_with(&Look::new())
    }

    /// [`to_svg`](Graph::to_svg) with a look of one's own.
    ///
    /// # Errors
    /// As `Graph::to_svg`.
    pub fn to_svg_with(&self, look: &Look) -> Result<String, VisualizeError> {
        self.check().map_err(VisualizeError::Invalid)?;
        let critical = Critical::of(self);
        match look.names(self, true) {
            Some(names) => {
                let critical = critical.of_groups(&names.groups);
                picture(&names.graph, &look.of_names(&names), &critical)
            }
            None => picture(self, look, &critical),
        }
    }
}

fn picture(graph: &Graph, look: &Look, critical: &Critical) -> Result<String, VisualizeError> {
    let chained = Chained::of(graph);
    let labels = line_labels(&chained.graph);
    let sizes = sizes(graph, &chained, &labels, look.direction());
    let bold = critical.of_groups(&chained.groups).edges;
    let layout = layout(&chained.graph, &sizes, &bold)?;
    Ok(draw(graph, &chained, &labels, look, critical, &layout))
}

/// The variables that leave each node, unless the node itself says them.
fn line_labels(graph: &Graph) -> Vec<String> {
    let mut labels: Vec<Vec<String>> = vec![Vec::new(); graph.nodes.len()];
    for edge in graph.edges.iter() {
        let of_node = &mut labels[edge.from.0 as usize];
        let label = one_line(&edge.label);
        let from = &graph[edge.from];
        let is_said = label == one_line(&from.label)
            || (label == from.binding && subscripts(&label).is_some());
        let known = of_node.contains(&label) || is_said;
        if !label.is_empty() && !known {
            of_node.push(label);
        }
    }
    labels
        .iter()
        .map(|labels| short(&labels.join(", "), LONGEST / 2))
        .collect()
}

fn sizes(graph: &Graph, chained: &Chained, labels: &[String], direction: Direction) -> Sizes {
    let node = |node: &Node| {
        let text = text_width(&node.shown(LONGEST), TEXT);
        ((text + margin(node.kind)).max(LEAST_WIDTH), NODE_HEIGHT)
    };
    let of_parts = |parts: &Vec<NodeId>| {
        let width = |part: &NodeId| node(&graph[*part]).0;
        let widest = parts.iter().map(width).fold(0.0, f64::max);
        chain::size(parts.len(), (widest, NODE_HEIGHT))
    };
    let label = |label: &String| match text_width(label, SMALL) {
        0.0 => (0.0, 0.0),
        width => match direction {
            Direction::Down => (SPREAD + BESIDE + width, LABEL_HEIGHT),
            Direction::Right => (BESIDE + width, SPREAD + LABEL_HEIGHT),
        },
    };
    let head = |region: &Region| {
        let [label, rate] = head_lines(region);
        text_width(&label, TEXT).max(text_width(&rate, SMALL)) + 2.0 * MARGIN
    };
    Sizes {
        direction,
        nodes: chained.parts.iter().map(of_parts).collect(),
        labels: labels.iter().map(label).collect(),
        heads: graph.regions.iter().map(head).collect(),
    }
}

/// What the head of a region's box says, in two lines.
fn head_lines(region: &Region) -> [String; 2] {
    let rate = format!("{} · {}", region.extent, region.schedule);
    [short(&region.label, LONGEST), short(&rate, LONGEST)]
}

fn draw(
    graph: &Graph,
    chained: &Chained,
    labels: &[String],
    look: &Look,
    critical: &Critical,
    picture: &Layout,
) -> String {
    let (fills, direction) = (look.fills(graph), look.direction());
    let name = short(&graph.name, LONGEST);
    let title = if name.is_empty() { 0.0 } else { 40.0 };
    let legend = Legend::new(graph, critical, picture.width);
    let inner = picture
        .width
        .max(legend.width)
        .max(text_width(&name, TITLE));
    let width = inner + 2.0 * MARGIN;
    let legend_top =
        MARGIN + title + picture.height + if graph.nodes.is_empty() { 0.0 } else { 28.0 };
    let height = legend_top + legend.height + MARGIN;
    let (w, h) = (px(width), px(height));
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"delayed-graph\" role=\"img\" \
         width=\"{w}\" height=\"{h}\" viewBox=\"0 0 {w} {h}\">\n<title>{}</title>\n\
         <style>{STYLE}</style>\n<rect class=\"paper\" width=\"{w}\" height=\"{h}\"/>\n",
        escaped(&format!("graph {name}")),
    );
    if !name.is_empty() {
        text(&mut svg, "title", MARGIN, MARGIN + 16.0, &name);
    }
    let left = MARGIN + (inner - picture.width) / 2.0;
    let _ = writeln!(
        svg,
        "<g transform=\"translate({} {})\">",
        px(left),
        px(MARGIN + title)
    );
    for (index, (region, frame)) in graph.regions.iter().zip(&picture.regions).enumerate() {
        draw_region(&mut svg, index, region, *frame);
    }
    for line in &picture.lines {
        draw_line(&mut svg, &chained.graph, line, direction);
    }
    let frames = chain::draw(&mut svg, graph, chained, &picture.nodes);
    for (index, (node, frame)) in graph.nodes.iter().zip(frames).enumerate() {
        let id = NodeId(index as u32);
        let fill = fills[index].as_deref();
        let group = node_group(id, critical.tasks.contains(&id), fill);
        draw_node(&mut svg, &group, node, frame, fill);
    }
    draw_labels(&mut svg, labels, &picture.lines, direction);
    svg.push_str("</g>\n");
    legend.draw(&mut svg, MARGIN, legend_top);
    svg.push_str("</svg>\n");
    svg
}

fn draw_region(svg: &mut String, index: usize, region: &Region, frame: Frame) {
    let [label, rate] = head_lines(region);
    let Frame {
        x,
        y,
        width,
        height,
    } = frame;
    let class = match region.schedule {
        crate::Schedule::Parallel | crate::Schedule::Cells(_) => "parallel",
        crate::Schedule::Serial(_) => "serial",
    };
    let (left, top, w, h) = (px(x), px(y), px(width), px(height));
    let (right, bottom) = (px(x + width), px(y + HEAD));
    let _ = writeln!(
        svg,
        "<g class=\"region {class}\" data-region=\"{index}\"><title>{}</title>\
         <rect x=\"{left}\" y=\"{top}\" width=\"{w}\" height=\"{h}\" rx=\"10\"/>\
         <path class=\"head\" d=\"M{left} {bottom}V{}a10 10 0 0 1 10 -10H{}a10 10 0 0 1 10 10V{bottom}z\"/>",
        escaped(&region.place.to_string()),
        px(y + 10.0),
        px(right - 10.0),
    );
    text(svg, "loop", x + 16.0, y + 18.0, &label);
    text(svg, "small", x + 16.0, y + 33.0, &rate);
    svg.push_str("</g>\n");
}

/// The beginning of a node's element. A colour of its own is that of its shapes,
/// and asks for dark text also where the theme is dark.
fn node_group(id: NodeId, is_critical: bool, fill: Option<&str>) -> String {
    let critical = if is_critical { " critical" } else { "" };
    let measured = if fill.is_some() { " measured" } else { "" };
    format!(
        "<g class=\"node{critical}{measured}\" data-node=\"{}\">",
        id.0
    )
}

fn draw_node(svg: &mut String, group: &str, node: &Node, frame: Frame, fill: Option<&str>) {
    let mut tip = node.kind.name().to_owned();
    for (before, part) in [(" ", &node.label), (" -> ", &node.binding)] {
        if !part.is_empty() {
            tip += before;
            tip += &one_line(part);
        }
    }
    if node.fallible {
        tip += ", can fail";
    }
    let tip = escaped(&format!("{tip}\n{}", node.place));
    let mut shape = shape(node.kind, frame);
    if let Some(fill) = fill {
        shape = shape.replace("/>", &format!(" style=\"fill:{fill}\"/>"));
    }
    let _ = writeln!(svg, "{group}<title>{tip}</title>{shape}");
    let middle = frame.x + frame.width / 2.0;
    // A baseline a third of the font size below the middle centres the text.
    let baseline = frame.y + frame.height / 2.0 + TEXT / 3.0;
    text(svg, "label", middle, baseline, &node.shown(LONGEST));
    svg.push_str("</g>\n");
}

fn text(svg: &mut String, class: &str, x: f64, y: f64, text: &str) {
    let (x, y, text) = (px(x), px(y), escaped(text));
    let _ = writeln!(
        svg,
        "<text class=\"{class}\" x=\"{x}\" y=\"{y}\">{text}</text>"
    );
}

/// `text` as XML. What XML cannot hold at all, [`one_line`] has replaced.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}
