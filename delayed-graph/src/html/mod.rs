//! A graph as a page: its picture, which can be moved and zoomed.

use crate::{Graph, Look, VisualizeError};

/// The library that moves pictures: svg-pan-zoom 3.6.2 (BSD-2-Clause, see
/// `svg-pan-zoom.LICENSE`), as its npm package has it.
#[doc(hidden)]
pub const PAN_ZOOM: &str = include_str!("svg-pan-zoom.min.js");

impl Graph {
    /// The [SVG picture](Graph::to_svg) in a page that any browser opens without
    /// a network, where it can be moved and zoomed, with the mouse and by keys:
    /// arrows, `+`, `-`, and `0` for all of it.
    ///
    /// # Errors
    /// As `Graph::to_svg`.
    ///
    /// ```
    /// let html = delayed_graph::GraphBuilder::new("empty").finish().to_html()?;
    /// assert!(html.starts_with("<!doctype html>"));
    /// # Ok::<(), delayed_graph::VisualizeError>(())
    /// ```
    pub fn to_html(&self) -> Result<String, VisualizeError> {
        self.to_html_with(&Look::new())
    }

    /// [`to_html`](Graph::to_html) with a look of one's own.
    ///
    /// # Errors
    /// As `Graph::to_svg`.
    pub fn to_html_with(&self, look: &Look) -> Result<String, VisualizeError> {
        let svg = self.to_svg_with(look)?;
        let title = self.name.replace('&', "&amp;").replace('<', "&lt;");
        let script = include_str!("page.js");
        let style = include_str!("page.css");
        Ok(format!(
            "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
             <link rel=\"icon\" href=\"data:,\">\n<title>{title}</title>\n<style>\n{style}</style>\n\
             </head>\n<body>\n{svg}<script>{PAN_ZOOM}</script>\n<script>\n{script}</script>\n</body>\n\
             </html>\n"
        ))
    }
}
