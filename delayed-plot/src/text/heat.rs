//! Heat maps as text.

use std::ops::Range;

use crate::axis::can_show;
use crate::error::PlotError;
use crate::heat;
use crate::plot::{Label, Style};

use super::sheet::{Sheet, lines_for};
use super::{SHADES, in_line, shade, short};

/// The most characters beside one another for one cell.
const WIDEST: usize = 4;

/// Where there are more cells than characters, a character shows their mean.
pub(super) fn draw(
    rows: &[Vec<f64>],
    name: &str,
    style: &Style,
    width: usize,
) -> Result<String, PlotError> {
    let range = heat::range(rows)?;
    let lines = rows.len().min(lines_for(width));
    let mut sheet = Sheet::new(range.x.clone(), range.y.clone(), width, Some(lines));
    if range.columns <= sheet.columns() {
        let each = (sheet.columns() / range.columns).min(WIDEST);
        sheet.narrow(each * range.columns);
    }
    let columns = sheet.columns();
    for line in 0..lines {
        // The first row is at the bottom.
        let below = part(rows.len(), lines, lines - 1 - line);
        for column in 0..columns {
            let beside = part(range.columns, columns, column);
            let cells = rows[below.clone()].iter();
            let cells = cells.flat_map(|row| &row[beside.clone()]).copied();
            if let Some(mean) = mean(cells) {
                sheet.set(column, line, shade(range.share(mean)));
            }
        }
    }
    let scale = format!(
        "{} {}   {} {}",
        SHADES[0],
        short(range.low),
        SHADES[SHADES.len() - 1],
        short(range.high)
    );
    let name = in_line(&Label::named(name).text(0), width / 2);
    let notes: Vec<_> = range.left_out.into_iter().collect();
    Ok(sheet.finish(style, &[name, scale].map(|it| it.trim().to_owned()), &notes))
}

/// Which of `all` cells the character with this number of `characters` shows.
fn part(all: usize, characters: usize, number: usize) -> Range<usize> {
    let from = number * all / characters;
    from..((number + 1) * all / characters).max(from + 1)
}

/// The mean of those that can be shown.
fn mean(values: impl Iterator<Item = f64> + Clone) -> Option<f64> {
    let shown = values.filter(|value| can_show(*value, false));
    let count = shown.clone().count();
    // Each is divided by itself, so that the sum cannot be infinite.
    (count > 0).then(|| shown.map(|value| value / count as f64).sum())
}
