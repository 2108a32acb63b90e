//! The graph of a computation as a value: what `delayed`'s compiler builds from
//! a loop, what its run-time graphs build call by call, and what both draw.
//!
//! A [`Graph`] is plain data. The compiler writes it into the program as a
//! constant, so looking at a pipeline needs no run.
//!
//! - `{graph}` is a small text that is the same on every machine, for snapshot
//!   tests; `{graph:#}` adds where in the source each line comes from.
//! - [`Graph::to_dot`], [`Graph::to_mermaid`], `Graph::to_svg` (feature `svg`),
//!   `Graph::to_html` (feature `html`) and `Graph::to_png` (feature `png`) draw it, and `Graph::to_json` (feature
//!   `json`) is for programs; [`Graph::save`] picks one by the file's extension.
//! - [`Graph::by_name`] has few nodes for a graph of thousands, and
//!   [`Graph::expanded`] all iterations of loops of known length.
//! - [`Graph::critical_path`] and [`Graph::live_values`] tell of a run before it.
//! - [`Graph::check`] says whether a graph keeps the rules that all of this
//!   relies on.

mod accesses;
mod build;
mod by_name;
mod chained;
mod check;
mod direction;
mod dot;
mod expand;
#[cfg(feature = "html")]
#[doc(hidden)]
pub mod html;
#[cfg(feature = "json")]
mod json;
mod label;
#[cfg(feature = "svg")]
mod layered;
#[cfg(feature = "svg")]
mod layout;
#[cfg(feature = "svg")]
mod look;
mod measure;
mod mermaid;
mod numbers;
mod outline;
#[cfg(feature = "png")]
mod png;
mod save;
#[cfg(feature = "svg")]
mod shape;
#[cfg(feature = "svg")]
mod svg;
mod text;
mod types;

pub use accesses::{Access, AccessKind, Affine, Range, Variable};
pub use build::GraphBuilder;
pub use check::InvalidGraph;
#[cfg(feature = "svg")]
pub use look::Look;
pub use save::VisualizeError;
pub use types::{
    Chain, Edge, EdgeKind, Extent, Graph, Node, NodeId, NodeKind, Place, Region, RegionId, Schedule,
};
