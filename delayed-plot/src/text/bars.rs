//! Histograms and bars as text.

use crate::axis::can_show;
use crate::error::PlotError;
use crate::frame::{left_out, or_named};
use crate::histogram::{self, Binned};
use crate::plot::{Sample, Style};

use super::points::legend;
use super::sheet::{Lines, Sheet};
use super::{in_line, mark, short};

/// An eighth of a character more each, from the bottom.
const UPWARD: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
/// The same from the left.
const ACROSS: [char; 8] = ['▏', '▎', '▍', '▌', '▋', '▊', '▉', '█'];

/// Upright bars of one sample; of several, a sign for each at the height of its
/// bars.
pub(super) fn draw_histogram(
    samples: &[Sample],
    style: &Style,
    width: usize,
) -> Result<String, PlotError> {
    let Binned {
        edges,
        counts,
        x,
        y,
        left_out,
    } = histogram::binned(samples, style)?;
    let mut style = style.clone();
    style.y = or_named(&style.y, "count");
    let mut sheet = Sheet::new(x, y, width, None);
    for (index, counts) in counts.iter().enumerate() {
        for (column, most) in highest(&sheet, &edges, counts).into_iter().enumerate() {
            if most == 0 {
                continue;
            }
            let (_, top) = sheet.place(0.0, most as f64);
            let line = (top as usize).min(sheet.lines() - 1);
            if samples.len() > 1 {
                sheet.set(column, line, mark(index));
                continue;
            }
            let eighths = ((line as f64 + 1.0 - top) * 8.0).ceil().clamp(1.0, 8.0);
            sheet.set(column, line, UPWARD[eighths as usize - 1]);
            for below in line + 1..sheet.lines() {
                sheet.set(column, below, '█');
            }
        }
    }
    let names = samples.iter().map(|it| it.name.as_str());
    let notes: Vec<_> = left_out.into_iter().collect();
    Ok(sheet.finish(&style, &legend(names), &notes))
}

/// The largest count of the bins that each column shows a part of, so that a
/// narrow bin is not lost.
fn highest(sheet: &Sheet, edges: &[f64], counts: &[usize]) -> Vec<usize> {
    let mut highest = vec![0; sheet.columns()];
    for (pair, &count) in edges.windows(2).zip(counts) {
        let from = sheet.place(pair[0], 0.0).0.round() as usize;
        let to = sheet.place(pair[1], 0.0).0.round() as usize;
        let from = from.min(sheet.columns() - 1);
        for most in &mut highest[from..to.clamp(from + 1, sheet.columns())] {
            *most = count.max(*most);
        }
    }
    highest
}

/// A line for each bar: its name, the bar from 0, and its value.
pub(super) fn draw(
    names: &[String],
    values: &[f64],
    style: &Style,
    width: usize,
) -> Result<String, PlotError> {
    let shown = histogram::bars(names, values)?;
    let names: Vec<_> = names.iter().map(|name| in_line(name, width / 3)).collect();
    let longest = names.iter().map(|name| name.chars().count()).max();
    let longest = longest.unwrap_or(0);
    let texts = shown.iter().map(|value| short(*value).chars().count());
    let room = width - longest - 3 - texts.max().unwrap_or(0);
    let low = shown.iter().copied().fold(0.0, f64::min);
    let high = shown.iter().copied().fold(0.0, f64::max);
    let wide = if high > low { high - low } else { 1.0 };
    // All bars begin where a character does; that may move them by half of one.
    let room = if low < 0.0 { room - 1 } else { room } as f64;
    let zero = (-low / wide * room).round();

    let mut text = Lines::default();
    text.line(&in_line(&style.title, width));
    text.line(&in_line(&style.y.text(0), width));
    for (name, &value) in names.iter().zip(values) {
        let (bar, value) = match can_show(value, false) {
            true => (bar(zero, zero + value / wide * room), short(value)),
            false => (String::new(), String::new()),
        };
        text.line(&format!("{name:>longest$} │{bar} {value}"));
    }
    text.line(&in_line(&style.x.text(0), width));
    if let Some(note) = left_out(shown.len(), values.len(), false) {
        text.wrapped(&note, width);
    }
    Ok(text.0)
}

/// A bar from `zero` to `end`, in characters from the left.
fn bar(zero: f64, end: f64) -> String {
    let from = zero.min(end).round() as usize;
    let eighths = ((zero.max(end) - from as f64) * 8.0).round().max(0.0) as usize;
    let (whole, part) = (eighths / ACROSS.len(), eighths % ACROSS.len());
    let mut bar = " ".repeat(from) + &"█".repeat(whole);
    if part > 0 {
        bar.push(ACROSS[part - 1]);
    }
    bar
}
