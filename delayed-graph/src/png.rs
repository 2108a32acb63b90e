//! A graph as PNG: the SVG picture in pixels.

use std::sync::Arc;

use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::{Options, Tree, fontdb};

use crate::{Graph, Look, VisualizeError};

/// Pixels for each unit of the SVG picture, so that text is sharp.
const SCALE: f32 = 2.0;
/// What the picture may have at most, in each direction.
const MOST_PIXELS: f32 = 30_000.0;

impl Graph {
    /// The [SVG picture](Graph::to_svg) as PNG, in its light colours, with two
    /// pixels for each of its units and a font that needs none on the machine.
    ///
    /// # Errors
    /// As `Graph::to_svg`, and when the picture would be more than 30,000
    /// pixels wide or high even with fewer pixels a unit.
    ///
    /// ```
    /// let png = delayed_graph::GraphBuilder::new("empty").finish().to_png()?;
    /// assert!(png.starts_with(b"\x89PNG"));
    /// # Ok::<(), delayed_graph::VisualizeError>(())
    /// ```
    pub fn to_png(&self) -> Result<Vec<u8>, VisualizeError> {
        self.to_png_with(&Look::new())
    }

    /// [`to_png`](Graph::to_png) with a look of one's own.
    ///
    /// # Errors
    /// As `Graph::to_png`.
    pub fn to_png_with(&self, look: &Look) -> Result<Vec<u8>, VisualizeError> {
        let too_large = || VisualizeError::TooLarge {
            nodes: self.nodes.len(),
            edges: self.edges.len(),
        };
        let svg = self.to_svg_with(look)?;
        let tree = Tree::from_str(&svg, &options()).map_err(|_| too_large())?;
        let (width, height) = (tree.size().width(), tree.size().height());
        let scale = SCALE.min(MOST_PIXELS / width.max(height));
        if scale < 0.5 {
            return Err(too_large());
        }
        let pixels = |length: f32| (length * scale).ceil() as u32;
        let mut picture = Pixmap::new(pixels(width), pixels(height)).ok_or_else(too_large)?;
        picture.fill(resvg::tiny_skia::Color::WHITE);
        let transform = Transform::from_scale(scale, scale);
        resvg::render(&tree, transform, &mut picture.as_mut());
        picture.encode_png().map_err(|_| too_large())
    }
}

/// One font for all text.
fn options() -> Options<'static> {
    let mut fonts = fontdb::Database::new();
    fonts.load_font_data(dejavu::sans_mono::regular().to_vec());
    fonts.load_font_data(dejavu::sans_mono::bold().to_vec());
    fonts.set_monospace_family("DejaVu Sans Mono");
    Options {
        font_family: "DejaVu Sans Mono".to_owned(),
        fontdb: Arc::new(fonts),
        ..Options::default()
    }
}
