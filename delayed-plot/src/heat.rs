//! Heat maps.

use crate::axis::{Axis, Tick, can_show};
use crate::error::PlotError;
use crate::frame::{Across, Frame, left_out};
use crate::plot::{Label, Style};
use crate::svg::{Anchor, LABEL, SMALL};

/// From the least value to the largest: dark to light, and with the same order
/// without colours.
const COLOURS: [(f64, f64, f64); 6] = [
    (46.0, 16.0, 101.0),
    (59.0, 82.0, 139.0),
    (33.0, 145.0, 140.0),
    (94.0, 201.0, 98.0),
    (190.0, 223.0, 60.0),
    (253.0, 231.0, 37.0),
];

/// What the scale of colours takes at the right.
const SCALE: f64 = 96.0;

/// What a heat map shows.
pub(crate) struct Range {
    pub(crate) columns: usize,
    pub(crate) low: f64,
    pub(crate) high: f64,
    pub(crate) x: Axis,
    pub(crate) y: Axis,
    /// What is said of values that are not shown.
    pub(crate) left_out: Option<String>,
}

impl Range {
    /// Where a value is between the least and the largest, from 0 to 1.
    pub(crate) fn share(&self, value: f64) -> f64 {
        match self.high - self.low > 0.0 {
            true => (value - self.low) / (self.high - self.low),
            false => 0.5,
        }
    }
}

/// Finds out what can be shown.
pub(crate) fn range(rows: &[Vec<f64>]) -> Result<Range, PlotError> {
    let columns = rows.first().map_or(0, Vec::len);
    if let Some(other) = rows.iter().find(|row| row.len() != columns) {
        return Err(PlotError::Lengths {
            first: columns,
            other: other.len(),
        });
    }
    let given = rows.len() * columns;
    let shown = || {
        rows.iter()
            .flatten()
            .copied()
            .filter(|value| can_show(*value, false))
    };
    let (low, high) = shown().fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| {
        (low.min(value), high.max(value))
    });
    if low > high {
        return Err(PlotError::Empty { given });
    }
    Ok(Range {
        columns,
        low,
        high,
        x: Axis::exactly(-0.5, columns as f64 - 0.5),
        y: Axis::exactly(-0.5, rows.len() as f64 - 0.5),
        left_out: left_out(shown().count(), given, false),
    })
}

pub(crate) fn draw(rows: &[Vec<f64>], name: &str, style: &Style) -> Result<String, PlotError> {
    let range = range(rows)?;
    let notes: Vec<_> = range.left_out.iter().cloned().collect();
    let x = Across::Numbers(range.x.clone());
    let mut frame = Frame::new(style, &x, range.y.clone(), &[], &notes, SCALE);
    for (row, values) in rows.iter().enumerate() {
        for (column, &value) in values.iter().enumerate() {
            if can_show(value, false) {
                let left = frame.x.place(column as f64 - 0.5);
                let wide = frame.x.place(column as f64 + 0.5) - left;
                let top = frame.y.place(row as f64 + 0.5);
                let high = frame.y.place(row as f64 - 0.5) - top;
                let colour = colour(range.share(value));
                frame.svg.line(format_args!(
                    "<rect class=\"cell\" x=\"{left:.2}\" y=\"{top:.2}\" width=\"{wide:.2}\" \
                     height=\"{high:.2}\" fill=\"{colour}\" shape-rendering=\"crispEdges\"/>"
                ));
            }
        }
    }
    scale(&mut frame, range.low, range.high, name);
    Ok(frame.svg.finish())
}

/// The colours with their values.
fn scale(frame: &mut Frame, low: f64, high: f64, name: &str) {
    const STRIPES: usize = 48;
    let (left, top, bottom) = (frame.right + 16.0, frame.top, frame.bottom);
    let high_each = (bottom - top) / STRIPES as f64;
    for stripe in 0..STRIPES {
        let y = bottom - (stripe + 1) as f64 * high_each;
        let colour = colour((stripe as f64 + 0.5) / STRIPES as f64);
        frame.svg.line(format_args!(
            "<rect class=\"scale\" x=\"{left:.1}\" y=\"{y:.2}\" width=\"14\" \
             height=\"{high_each:.2}\" fill=\"{colour}\" shape-rendering=\"crispEdges\"/>"
        ));
    }
    let (ticks, exponent) = match high > low {
        true => Axis::exactly(low, high).on(bottom, top).ticks(false),
        false => {
            let middle = top / 2.0 + bottom / 2.0;
            (
                vec![Tick {
                    at: middle,
                    text: format!("{low}"),
                }],
                0,
            )
        }
    };
    for Tick { at, text } in ticks {
        let place = (left + 19.0, at + SMALL * 0.36);
        frame
            .svg
            .text("tick scale", place, Anchor::Start, 0.0, &text);
    }
    let label = Label::named(name).text(exponent);
    if !label.is_empty() {
        let place = (left + SCALE - 24.0 - LABEL * 0.4, top / 2.0 + bottom / 2.0);
        frame
            .svg
            .text("label", place, Anchor::Middle, -90.0, &label);
    }
}

/// The colour of a share from 0 to 1.
fn colour(share: f64) -> String {
    let place = share.clamp(0.0, 1.0) * (COLOURS.len() - 1) as f64;
    let index = (place as usize).min(COLOURS.len() - 2);
    let (from, to, part) = (COLOURS[index], COLOURS[index + 1], place - index as f64);
    let mix = |from: f64, to: f64| (from + (to - from) * part).round() as u8;
    let (red, green, blue) = (mix(from.0, to.0), mix(from.1, to.1), mix(from.2, to.2));
    format!("#{red:02x}{green:02x}{blue:02x}")
}
