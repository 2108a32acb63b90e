//! Scatters and lines as text.

use crate::error::PlotError;
use crate::marks::{self, Points, Shown};
use crate::plot::{Series, Style};

use super::sheet::Sheet;
use super::{in_line, mark, shade};

/// The dots of a character of Braille: two beside, four below one another.
const BESIDE: usize = 2;
const BELOW: usize = 4;
/// The bits of these dots, line by line.
const DOTS: [[u8; BESIDE]; BELOW] = [[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]];

pub(super) fn draw(series: &[Series], style: &Style, width: usize) -> Result<String, PlotError> {
    let Points {
        shown,
        x,
        y,
        is_dense,
        left_out,
    } = marks::points(series, style)?;
    let mut sheet = Sheet::new(x, y, width, None);
    let mut notes = Vec::new();
    if let ([one], [only]) = (series, shown.as_slice()) {
        if is_dense {
            density(&mut sheet, only);
            notes.push("the darker a place, the more points are there".to_owned());
        } else {
            let dots = Dots::of(&sheet, only, one.is_line);
            dots.each(|column, line, bits| {
                let letter = char::from_u32(0x2800 + u32::from(bits));
                sheet.set(column, line, letter.unwrap_or(mark(0)));
            });
        }
    } else {
        for (index, (series, shown)) in series.iter().zip(&shown).enumerate() {
            let dots = Dots::of(&sheet, shown, series.is_line);
            dots.each(|column, line, _| sheet.set(column, line, mark(index)));
        }
    }
    notes.extend(left_out);
    let names = series.iter().map(|it| it.name.as_str());
    Ok(sheet.finish(style, &legend(names), &notes))
}

/// The names of several series behind their signs, or that of the only one.
pub(super) fn legend<'n>(names: impl ExactSizeIterator<Item = &'n str>) -> Vec<String> {
    const LONGEST: usize = 40;
    let is_one = names.len() == 1;
    let named = names.enumerate().filter(|(_, name)| !name.is_empty());
    let entries = named.map(|(index, name)| match is_one {
        true => in_line(name, LONGEST),
        false => format!("{} {}", mark(index), in_line(name, LONGEST)),
    });
    entries.collect()
}

/// How many points are in the place of each character.
fn density(sheet: &mut Sheet, shown: &Shown) {
    let (columns, lines) = (sheet.columns(), sheet.lines());
    let mut counts = vec![0_u64; columns * lines];
    for &(x, y) in shown.iter().flatten() {
        let (column, line) = sheet.place(x, y);
        let (column, line) = ((column as usize).min(columns - 1), line as usize);
        counts[line.min(lines - 1) * columns + column] += 1;
    }
    let most = counts.iter().copied().max().unwrap_or(0);
    for (cell, count) in counts.into_iter().enumerate() {
        if count > 0 {
            // By the logarithm, as a few places have most of the points.
            let share = (count as f64).ln() / (most as f64).ln().max(1.0);
            sheet.set(cell % columns, cell / columns, shade(share));
        }
    }
}

/// Which dots of each character are drawn.
struct Dots {
    columns: usize,
    lines: usize,
    bits: Vec<u8>,
}

impl Dots {
    /// Those of points, or of the lines between them.
    fn of(sheet: &Sheet, shown: &Shown, is_line: bool) -> Self {
        let (columns, lines) = (sheet.columns(), sheet.lines());
        let mut dots = Self {
            columns,
            lines,
            bits: vec![0; columns * lines],
        };
        let mut before = None;
        for point in shown {
            let place = point.map(|(x, y)| {
                let (column, line) = sheet.place(x, y);
                (column * BESIDE as f64, line * BELOW as f64)
            });
            if let Some(place) = place {
                match before.filter(|_| is_line) {
                    Some(from) => dots.connect(from, place),
                    None => dots.add(place),
                }
            }
            before = place;
        }
        dots
    }

    fn add(&mut self, (x, y): (f64, f64)) {
        let x = (x as usize).min(self.columns * BESIDE - 1);
        let y = (y as usize).min(self.lines * BELOW - 1);
        let cell = y / BELOW * self.columns + x / BESIDE;
        self.bits[cell] |= DOTS[y % BELOW][x % BESIDE];
    }

    /// Steps of at most one dot from place to place.
    fn connect(&mut self, from: (f64, f64), to: (f64, f64)) {
        let (x, y) = (to.0 - from.0, to.1 - from.1);
        let steps = x.abs().max(y.abs()).ceil().max(1.0);
        for step in 0..=steps as usize {
            let part = step as f64 / steps;
            self.add((from.0 + x * part, from.1 + y * part));
        }
    }

    fn each(&self, mut draw: impl FnMut(usize, usize, u8)) {
        for (cell, &bits) in self.bits.iter().enumerate().filter(|(_, bits)| **bits != 0) {
            draw(cell % self.columns, cell / self.columns, bits);
        }
    }
}
