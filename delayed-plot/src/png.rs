//! A plot as PNG: the SVG picture in pixels.

use std::sync::Arc;

use resvg::tiny_skia::{Color, Pixmap, Transform};
use resvg::usvg::{Options, Tree, fontdb};

use crate::{Plot, PlotError};

/// Pixels for each unit of the SVG picture, so that text is sharp.
const SCALE: f32 = 2.0;

impl Plot {
    /// The [SVG picture](Plot::to_svg) as PNG, with two pixels for each of its
    /// units, and a font of its own.
    ///
    /// # Errors
    /// As [`to_svg`](Plot::to_svg).
    ///
    /// ```
    /// let png = delayed_plot::Plot::histogram(&[1.0, 2.0, 2.0]).to_png()?;
    /// assert!(png.starts_with(b"\x89PNG"));
    /// # Ok::<(), delayed_plot::PlotError>(())
    /// ```
    pub fn to_png(&self) -> Result<Vec<u8>, PlotError> {
        let (width, height) = self.style.pixels();
        let too_large = || PlotError::Size { width, height };
        let svg = self.to_svg()?;
        let mut fonts = fontdb::Database::new();
        fonts.load_font_data(dejavu::sans::regular().to_vec());
        fonts.load_font_data(dejavu::sans::bold().to_vec());
        let options = Options {
            font_family: "DejaVu Sans".to_owned(),
            fontdb: Arc::new(fonts),
            ..Options::default()
        };
        let tree = Tree::from_str(&svg, &options).map_err(|_| too_large())?;
        let pixels = |length: u32| (length as f32 * SCALE) as u32;
        let mut picture = Pixmap::new(pixels(width), pixels(height)).ok_or_else(too_large)?;
        picture.fill(Color::WHITE);
        resvg::render(
            &tree,
            Transform::from_scale(SCALE, SCALE),
            &mut picture.as_mut(),
        );
        picture.encode_png().map_err(|_| too_large())
    }
}
