//! Plots as text, for a quick look on the terminal.

mod bars;
mod heat;
mod points;
mod sheet;

use crate::plot::Data;
use crate::{Plot, PlotError};

/// What stands for the series with this number where there are several.
const MARKS: [char; 7] = ['•', '+', '×', 'o', '*', '#', '@'];
/// From few to many, or from low to high.
const SHADES: [char; 5] = ['·', '░', '▒', '▓', '█'];

fn mark(series: usize) -> char {
    MARKS[series % MARKS.len()]
}

/// The shade of a share from 0 to 1.
fn shade(share: f64) -> char {
    SHADES[((share * SHADES.len() as f64) as usize).min(SHADES.len() - 1)]
}

impl Plot {
    /// The plot as text for a quick look, no line longer than `width` characters
    /// and about a quarter as many lines; the size in pixels means nothing here.
    ///
    /// Points and lines are drawn in the dots of Braille, eight to a character, or
    /// where there are several series as a sign for each, which the legend names.
    /// Of many points, and in heat maps, a darker sign is more. Bars with names
    /// lie on their side.
    ///
    /// # Errors
    /// When `width` is below 30 or above 1,000, and as [`to_svg`](Plot::to_svg).
    ///
    /// ```
    /// use delayed_plot::Plot;
    ///
    /// let text = Plot::bars(&["Queens", "Bronx"], &[7.5, 2.5])
    ///     .name("miles")
    ///     .to_text(30)?;
    /// assert_eq!(text, "\
    /// miles
    /// Queens │██████████████████ 7.5
    ///  Bronx │██████ 2.5
    /// ");
    /// # Ok::<(), delayed_plot::PlotError>(())
    /// ```
    pub fn to_text(&self, width: usize) -> Result<String, PlotError> {
        self.check()?;
        if !(30..=1000).contains(&width) {
            return Err(PlotError::Width { width });
        }
        let style = &self.style;
        match &self.data {
            Data::Points(series) => points::draw(series, style, width),
            Data::Histogram(samples) => bars::draw_histogram(samples, style, width),
            Data::Bars { names, values } => bars::draw(names, values, style, width),
            Data::HeatMap { rows, name } => heat::draw(rows, name, style, width),
        }
    }
}

/// A name in one line of at most so many characters.
fn in_line(text: &str, most: usize) -> String {
    let mut letters: Vec<char> = text
        .chars()
        .map(|letter| if letter.is_control() { ' ' } else { letter })
        .collect();
    if letters.len() > most {
        letters.truncate(most.saturating_sub(1));
        letters.push('…');
    }
    letters.into_iter().collect()
}

/// A number in a few characters.
fn short(value: f64) -> String {
    let size = value.abs();
    if size != 0.0 && !(1e-4..1e7).contains(&size) {
        return format!("{value:.3e}");
    }
    let text = format!("{value:.4}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" { "0" } else { text }.to_owned()
}
