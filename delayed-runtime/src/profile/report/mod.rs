//! A profile as a page: one file that any browser opens without a network.
//!
//! The charts are uPlot's, and svg-pan-zoom moves the graph, which is the picture
//! that `visualize` draws. Both libraries are in the page, as their packages have
//! them (`vendored/`, and `delayed-graph/src/html/`).

#[cfg(feature = "dashboard")]
mod live;

use std::io;
use std::path::Path;

use serde_json::{Value, json};

#[cfg(feature = "dashboard")]
pub(crate) use live::{Dashboard, Wish};

use super::bars::Bars;
use super::places::Places;
use super::trace::write;
use super::{Profile, Stage, StageKind, Values, Worker};
use crate::graph::{Graph, Look, NodeKind, RegionId, VisualizeError};

const PAGE: &str = include_str!("page.html");
const STYLE: [&str; 2] = [
    include_str!("vendored/uPlot.min.css"),
    include_str!("page.css"),
];
const LIBRARIES: [&str; 2] = [
    include_str!("vendored/uPlot.iife.min.js"),
    delayed_graph::html::PAN_ZOOM,
];
const SCRIPT: &str = include_str!("page.js");

/// The most bars of a page, so that it opens at once.
const BARS: usize = 16_000;
/// The most nodes of a graph that is drawn.
const NODES: usize = 2_000;

/// What stands in the place of a graph. See [`Profile::graph`].
const NO_GRAPH: &str = "<p>There is no graph of this run. One that is made at run time is kept \
                        up to 20,000 steps.</p>";

impl Profile {
    /// A page for the browser: what bounded the run, its graph coloured by time,
    /// the timeline of each thread, memory and processors, a table of the stages,
    /// and errors. It needs no network, and is a few megabytes at most however
    /// long the run was.
    ///
    /// ```
    /// use delayed_runtime::delayed::Delayed;
    ///
    /// let (_, profile) = (Delayed::from(20_i64) + 1).compute_profiled();
    /// assert!(profile.to_html().starts_with("<!doctype html>"));
    /// ```
    #[must_use]
    pub fn to_html(&self) -> String {
        self.page(&self.data(BARS))
    }

    /// The page with these figures.
    fn page(&self, data: &Value) -> String {
        let graph = self.graph();
        let picture = graph.map_or_else(|| NO_GRAPH.to_owned(), drawn);
        let name = graph.map_or("run", |graph| &*graph.name);
        let parts = [
            ("TITLE", escaped(&format!("Profile of {name}"))),
            ("STYLE", STYLE.concat()),
            ("GRAPH", picture),
            ("DATA", embedded(data)),
            ("LIBRARIES", LIBRARIES.join("\n")),
            ("SCRIPT", SCRIPT.to_owned()),
        ];
        filled(&parts)
    }

    /// Writes [`to_html`](Self::to_html) into a file.
    ///
    /// # Errors
    ///
    /// When the file cannot be written.
    pub fn write_html(&self, path: impl AsRef<Path>) -> io::Result<()> {
        write(path.as_ref(), &self.to_html())
    }

    /// The figures of the page, with about so many bars.
    fn data(&self, bars: usize) -> Value {
        let samples = self.samples.iter().map(|sample| {
            let (at, cpu) = (sample.at.as_nanos() as u64, sample.cpu.as_nanos() as u64);
            json!([at, sample.resident, cpu])
        });
        let most = bars / self.workers.len().max(1);
        json!({
            "live": false,
            "bound": self.bound(),
            "elapsed": self.elapsed.as_nanos() as u64,
            "threads": self.threads,
            "options": self.options,
            "efficiency": self.efficiency(),
            "memory": self.memory.map(|memory| json!({
                "limit": memory.limit(), "peak": memory.peak(),
            })),
            "machine": {
                "os": std::env::consts::OS,
                "arch": std::env::consts::ARCH,
                "processors": std::thread::available_parallelism().map_or(1, usize::from),
            },
            "version": env!("CARGO_PKG_VERSION"),
            "errors": self.errors,
            "retries": self.retries,
            "values": self.values.iter().map(values).collect::<Vec<_>>(),
            "stages": self.stages.iter().map(stage).collect::<Vec<_>>(),
            "workers": self.workers.iter().map(|it| worker(it, most)).collect::<Vec<_>>(),
            "samples": samples.collect::<Vec<_>>(),
            "graph": self.graph().filter(|graph| is_drawn(graph)).map(|it| self.steps(it)),
        })
    }

    /// The look of the graph that is coloured by time: how long the calls of each
    /// node took by themselves, where that is known.
    ///
    /// ```
    /// use delayed_runtime::delayed::Delayed;
    ///
    /// let (_, profile) = (Delayed::from(20_i64) + 1).compute_profiled();
    /// let graph = profile.graph().expect("it is small");
    /// let svg = graph.to_svg_with(&profile.look())?;
    /// assert!(svg.contains("fill:#"));
    /// # Ok::<(), delayed_runtime::graph::VisualizeError>(())
    /// ```
    #[must_use]
    pub fn look(&self) -> Look {
        let Some(graph) = self.graph() else {
            return Look::new();
        };
        let stages = self.stages_of_nodes(graph);
        let mut nodes = vec![0_u32; self.stages.len()];
        for stage in stages.iter().flatten() {
            nodes[*stage] += 1;
        }
        // Nodes of one place share its time.
        let time = |stage: &usize| {
            let own = self.stages[*stage].own.as_secs_f64() / f64::from(nodes[*stage]);
            self.is_timed(*stage).then_some(own)
        };
        let times = stages
            .iter()
            .map(|stages| stages.iter().filter_map(time).reduce(|a, b| a + b));
        Look::new().by_measure(times.collect())
    }

    /// Whether the stage's own time is all there is: of short calls nearly all is the
    /// loop's.
    fn is_timed(&self, stage: usize) -> bool {
        !self.stages[stage].is_partial
    }

    /// The stages of each node.
    fn stages_of_nodes(&self, graph: &Graph) -> Vec<Vec<usize>> {
        let places = Places::of_stages(&self.stages);
        let mut alone = vec![(0_usize, None); graph.regions.len()];
        for (index, node) in graph.nodes.iter().enumerate() {
            if let (Some(region), NodeKind::Task) = (node.region, node.kind) {
                let tasks = &mut alone[region.0 as usize];
                *tasks = (tasks.0 + 1, Some(index));
            }
        }
        let nodes = graph.nodes.iter().enumerate();
        nodes
            .map(|(index, node)| {
                if let (NodeKind::Source, Some(region)) = (node.kind, node.region) {
                    let region = &graph[region];
                    let pulled = places.find(StageKind::Source, &region.label, &region.place);
                    return pulled.to_vec();
                }
                let stages = places.find(StageKind::Task, &node.label, &node.place);
                let is_alone = |region: &RegionId| alone[region.0 as usize] == (1, Some(index));
                match node.region.filter(is_alone) {
                    // The only task of a loop has about all of the loop's own time.
                    Some(region) if !stages.iter().any(|stage| self.is_timed(*stage)) => {
                        let region = &graph[region];
                        let loops = places.find(StageKind::Loop, &region.label, &region.place);
                        [stages, loops].concat()
                    }
                    _ => stages.to_vec(),
                }
            })
            .collect()
    }

    /// The nodes and loops of the graph, with their stages.
    fn steps(&self, graph: &Graph) -> Value {
        let places = Places::of_stages(&self.stages);
        let (stages, values) = (self.stages_of_nodes(graph), self.values_of_nodes(graph));
        let figures = stages.into_iter().zip(values);
        let nodes = graph.nodes.iter().zip(figures).map(|(node, (stages, values))| {
            json!({
                "kind": node.kind.name(), "label": node.label,
                "place": node.place.to_string(), "stages": stages, "values": values, "facts": [],
            })
        });
        let regions = graph.regions.iter().map(|region| {
            let stages = places.find(StageKind::Loop, &region.label, &region.place);
            json!({
                "kind": "loop", "label": region.label, "place": region.place.to_string(),
                "stages": stages, "values": [],
                "facts": [
                    ["extent", region.extent.to_string()],
                    ["iterations", region.schedule.to_string()],
                ],
            })
        });
        json!({ "nodes": nodes.collect::<Vec<_>>(), "regions": regions.collect::<Vec<_>>() })
    }
}

fn is_drawn(graph: &Graph) -> bool {
    graph.nodes.len() <= NODES && picture(graph).is_ok()
}

/// The page has something to say of each step.
fn picture(graph: &Graph) -> Result<String, VisualizeError> {
    graph.to_svg_with(&Look::new().each_step())
}

fn drawn(graph: &Graph) -> String {
    if graph.nodes.len() > NODES {
        let nodes = graph.nodes.len();
        return format!("<p>A graph of {nodes} nodes is too large to be looked at.</p>");
    }
    picture(graph).unwrap_or_else(|error| format!("<p>{}</p>", escaped(&error.to_string())))
}

fn stage(stage: &Stage) -> Value {
    let [min, median, p95, max, total, own] = [
        stage.min,
        stage.median,
        stage.p95,
        stage.max,
        stage.total,
        stage.own,
    ]
    .map(|time| time.as_nanos() as u64);
    json!({
        "kind": stage.kind.name(), "label": stage.label, "place": stage.place.to_string(),
        "count": stage.count, "partial": stage.is_partial, "failures": stage.failures, "min": min, "median": median,
        "p95": p95, "max": max, "longest": stage.longest, "total": total, "own": own,
        "share": stage.share,
    })
}

fn values(values: &Values) -> Value {
    json!({
        "label": values.label, "place": values.place.to_string(), "count": values.count,
        "total": values.total, "largest": values.largest,
    })
}

/// A thread, with no more bars than `most`.
fn worker(worker: &Worker, most: usize) -> Value {
    let mut bars = Bars::up_to(most);
    for bar in &worker.bars {
        bars.push(*bar);
    }
    let bars = bars.iter().map(|bar| {
        let failed = u64::from(bar.failed);
        [
            bar.stage.0 as u64,
            bar.start,
            bar.end,
            bar.own,
            bar.count,
            failed,
        ]
    });
    json!({
        "name": worker.name, "busy": worker.busy.as_nanos() as u64,
        "bars": bars.collect::<Vec<_>>(),
    })
}

/// The page with its parts, in one pass: a part may hold what looks like one.
fn filled(parts: &[(&str, String)]) -> String {
    let mut page = String::new();
    let mut rest = PAGE;
    for (name, part) in parts_in_order(parts) {
        let mark = format!("@{name}@");
        if let Some((before, after)) = rest.split_once(&mark) {
            page += before;
            page += part;
            rest = after;
        }
    }
    page + rest
}

/// The parts as often and in the order as the page has them.
fn parts_in_order<'a>(parts: &'a [(&'a str, String)]) -> impl Iterator<Item = (&'a str, &'a str)> {
    let mut found: Vec<(usize, &str, &str)> = Vec::new();
    for (name, part) in parts {
        let mark = format!("@{name}@");
        found.extend(
            PAGE.match_indices(&mark)
                .map(|(at, _)| (at, *name, &**part)),
        );
    }
    found.sort_unstable_by_key(|(at, ..)| *at);
    found.into_iter().map(|(_, name, part)| (name, part))
}

/// JSON that ends no element of the page.
fn embedded(data: &Value) -> String {
    data.to_string().replace('<', "\\u003c")
}

/// A text of the page.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::profile::{Bar, StageId};

    #[test]
    fn what_users_name_is_no_part_of_the_page() {
        let parts = [("TITLE", "@DATA@".to_owned()), ("DATA", "1".to_owned())];
        let page = filled(&parts);
        assert!(page.contains("<h1>@DATA@</h1>") && page.contains("id=\"data\">1</script>"));
        let data = json!({ "label": "</script><b>" });
        assert_eq!(embedded(&data), r#"{"label":"\u003c/script>\u003cb>"}"#);
        assert_eq!(escaped("a<b & c>"), "a&lt;b &amp; c&gt;");
    }

    #[test]
    fn a_long_run_has_a_page_of_a_few_megabytes() {
        let bar = |index: u64| Bar {
            stage: StageId(index as usize % 20),
            start: index * 1_000_000_007,
            end: index * 1_000_000_007 + 900_000_000,
            own: 800_000_000,
            count: 1_000_000,
            failed: false,
        };
        let worker = |index| Worker {
            name: format!("worker {index}"),
            busy: Duration::from_secs(30_000),
            bars: (0..32_000).map(bar).collect(),
        };
        let profile = Profile {
            workers: (0..32).map(worker).collect(),
            ..Profile::default()
        };
        let page = profile.to_html();
        assert!(page.len() < 5_000_000, "{}", page.len());
        let data = profile.data(BARS);
        let bars = data["workers"][31]["bars"].as_array().unwrap();
        assert!(bars.len() >= 100, "{}", bars.len());
        let counted = bars.iter().map(|bar| bar[4].as_u64().unwrap());
        assert_eq!(counted.sum::<u64>(), 32_000 * 1_000_000);
    }

    #[test]
    fn every_mark_of_the_page_is_filled() {
        let page = Profile::default().to_html();
        for mark in ["TITLE", "STYLE", "GRAPH", "DATA", "LIBRARIES", "SCRIPT"] {
            assert!(PAGE.contains(&format!("@{mark}@")));
            assert!(!page.contains(&format!("@{mark}@")), "{mark}");
        }
    }
}
