//! Characters between two axes, and what stands around them.

use crate::axis::{Axis, Tick};
use crate::plot::Style;

use super::in_line;

/// What a character takes, as axes count in pixels.
const WIDE: f64 = 8.0;
const HIGH: f64 = 16.0;

/// Lines of characters between two axes.
pub(super) struct Sheet {
    /// From the top, from left to right.
    cells: Vec<Vec<char>>,
    across: Axis,
    up: Axis,
    /// The most that a line may have.
    width: usize,
    /// What the numbers beside the upward axis take.
    margin: usize,
}

impl Sheet {
    /// An empty sheet. `lines` is how many it has; if none is said, that follows
    /// from the width.
    pub(super) fn new(across: Axis, up: Axis, width: usize, lines: Option<usize>) -> Self {
        let lines = lines.unwrap_or_else(|| lines_for(width));
        let up = up.on(lines as f64 * HIGH, 0.0);
        let (ticks, _) = up.ticks(false);
        let longest = ticks.iter().map(|tick| tick.text.chars().count()).max();
        let margin = longest.unwrap_or(0) + 1;
        let columns = width.saturating_sub(margin + 1).max(1);
        Self {
            cells: vec![vec![' '; columns]; lines],
            across: across.on(0.0, columns as f64 * WIDE),
            up,
            width,
            margin,
        }
    }

    /// Takes columns off at the right.
    pub(super) fn narrow(&mut self, columns: usize) {
        for line in &mut self.cells {
            line.truncate(columns);
        }
        self.across = self.across.clone().on(0.0, self.columns() as f64 * WIDE);
    }

    pub(super) fn columns(&self) -> usize {
        self.cells.first().map_or(0, Vec::len)
    }

    pub(super) fn lines(&self) -> usize {
        self.cells.len()
    }

    pub(super) fn set(&mut self, column: usize, line: usize, letter: char) {
        self.cells[line][column] = letter;
    }

    /// Where a point is, in columns from the left and lines from the top.
    pub(super) fn place(&self, x: f64, y: f64) -> (f64, f64) {
        (self.across.place(x) / WIDE, self.up.place(y) / HIGH)
    }

    /// The text: title, legend, the characters between their axes, notes.
    pub(super) fn finish(self, style: &Style, legend: &[String], notes: &[String]) -> String {
        let mut text = Lines::default();
        let inner = self.margin + 1 + self.columns();
        text.centred(&in_line(&style.title, self.width), inner);
        let legend = in_line(&legend.join("   "), self.width);
        text.centred(&legend, inner);

        let (ticks, exponent) = self.up.ticks(false);
        text.line(&in_line(&style.y.text(exponent), self.width));
        let mut beside = vec![String::new(); self.lines()];
        for Tick { at, text } in ticks {
            let line = ((at / HIGH) as usize).min(self.lines() - 1);
            beside[line] = text;
        }
        let margin = self.margin - 1;
        for (number, cells) in beside.iter().zip(&self.cells) {
            let axis = if number.is_empty() { '│' } else { '┤' };
            let cells: String = cells.iter().collect();
            text.line(&format!("{number:>margin$} {axis}{cells}"));
        }
        let (below, numbers, exponent) = self.below();
        text.line(&below);
        text.line(&numbers);
        text.centred(&in_line(&style.x.text(exponent), self.width), inner);
        for note in notes {
            text.wrapped(note, self.width);
        }
        text.0
    }

    /// The axis at the bottom, its numbers, and the power of ten they leave out.
    fn below(&self) -> (String, String, i32) {
        let (ticks, exponent) = self.across.ticks(true);
        let mut axis = vec!['─'; self.columns()];
        let mut numbers = Vec::new();
        for Tick { at, text } in ticks {
            let column = ((at / WIDE) as usize).min(self.columns() - 1);
            let middle = self.margin + 1 + column;
            let length = text.chars().count();
            let begin = middle
                .saturating_sub(length / 2)
                .min(self.width.saturating_sub(length));
            let is_free = numbers.is_empty() || begin > numbers.len();
            if is_free {
                axis[column] = '┬';
                numbers.resize(begin, ' ');
                numbers.extend(text.chars());
            }
        }
        let axis: String = axis.into_iter().collect();
        let axis = format!("{:margin$}└{axis}", "", margin = self.margin);
        (axis, numbers.into_iter().collect(), exponent)
    }
}

/// How many lines go with a width.
pub(super) fn lines_for(width: usize) -> usize {
    (width / 4).clamp(8, 40)
}

/// Lines without spaces at their ends; empty ones are left out.
#[derive(Default)]
pub(super) struct Lines(pub(super) String);

impl Lines {
    pub(super) fn line(&mut self, line: &str) {
        let line = line.trim_end();
        if !line.is_empty() {
            self.0.push_str(line);
            self.0.push('\n');
        }
    }

    fn centred(&mut self, line: &str, width: usize) {
        self.line(&format!("{line:^width$}"));
    }

    /// Breaks a line where words end.
    pub(super) fn wrapped(&mut self, text: &str, width: usize) {
        let mut line = String::new();
        for word in text.split(' ') {
            if !line.is_empty() && line.chars().count() + 1 + word.chars().count() > width {
                self.line(&line);
                line.clear();
            }
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
        self.line(&line);
    }
}
