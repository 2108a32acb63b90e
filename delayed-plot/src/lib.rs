//! Plots of columns of numbers: scatter, line, histogram, bars and heat map.
//!
//! ```
//! use delayed_plot::Plot;
//!
//! let distance = [0.8, 1.4, 3.1, 5.6, 9.9];
//! let duration = [5.0, 7.5, 16.0, 21.0, 34.0];
//! let svg = Plot::scatter(&distance, &duration)
//!     .title("Trips of one morning")
//!     .x("distance", "miles")
//!     .y("duration", "minutes")
//!     .to_svg()?;
//! assert!(svg.contains("distance (miles)"));
//! # Ok::<(), delayed_plot::PlotError>(())
//! ```
//!
//! Millions of points are drawn as their density. What cannot be drawn, such as
//! NaN, or zero on a logarithmic axis, is left out, and the picture says how
//! many points that were. Pictures are SVG, or PNG with the feature `png`, and
//! need no font of the machine's; [`Plot::to_text`] is for a quick look.

mod axis;
mod density;
mod error;
mod frame;
mod heat;
mod histogram;
mod marks;
mod plot;
#[cfg(feature = "png")]
mod png;
mod save;
mod svg;
mod text;

pub use error::PlotError;
pub use plot::Plot;
