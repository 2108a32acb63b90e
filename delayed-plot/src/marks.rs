//! Scatters and lines.

use std::fmt::Write;

use crate::axis::{Axis, can_show};
use crate::density;
use crate::error::PlotError;
use crate::frame::{Across, Entry, Frame, colour, left_out};
use crate::plot::{Series, Style};

/// Of more points the density is drawn.
pub(crate) const MOST_POINTS: usize = 10_000;

/// The points of a series that the axes can show. A line is broken at `None`.
pub(crate) type Shown = Vec<Option<(f64, f64)>>;

/// What is shown of some series, and on which axes.
pub(crate) struct Points {
    /// For each series.
    pub(crate) shown: Vec<Shown>,
    pub(crate) x: Axis,
    pub(crate) y: Axis,
    /// Whether the scattered points are so many that their density is drawn.
    pub(crate) is_dense: bool,
    /// What is said of points that are not shown.
    pub(crate) left_out: Option<String>,
}

/// Finds out what can be shown.
pub(crate) fn points(series: &[Series], style: &Style) -> Result<Points, PlotError> {
    let mut shown: Vec<Shown> = Vec::new();
    for Series { xs, ys, .. } in series {
        if xs.len() != ys.len() {
            return Err(PlotError::Lengths {
                first: xs.len(),
                other: ys.len(),
            });
        }
        let pairs = xs.iter().zip(ys);
        let pairs = pairs.map(|(&x, &y)| {
            (can_show(x, style.log_x) && can_show(y, style.log_y)).then_some((x, y))
        });
        shown.push(pairs.collect());
    }
    let given: usize = series.iter().map(|it| it.xs.len()).sum();
    let all = || shown.iter().flatten().flatten();
    let count = all().count();
    if count == 0 {
        return Err(PlotError::Empty { given });
    }
    let x = Axis::over(all().map(|point| point.0), style.log_x, None);
    let y = Axis::over(all().map(|point| point.1), style.log_y, None);

    let scattered = series.iter().zip(&shown).filter(|(it, _)| !it.is_line);
    let is_dense = scattered.map(|(_, all)| all.len()).sum::<usize>() > MOST_POINTS;
    let left_out = left_out(count, given, style.log_x || style.log_y);
    Ok(Points {
        shown,
        x,
        y,
        is_dense,
        left_out,
    })
}

pub(crate) fn draw(series: &[Series], style: &Style) -> Result<String, PlotError> {
    let Points {
        shown,
        x,
        y,
        is_dense,
        left_out,
    } = points(series, style)?;
    let mut notes = Vec::new();
    if is_dense {
        notes.push("the darker a place, the more points are there".to_owned());
    }
    notes.extend(left_out);
    let mut frame = Frame::new(style, &Across::Numbers(x), y, &legend(series), &notes, 0.0);
    for (index, (series, shown)) in series.iter().zip(&shown).enumerate() {
        match (series.is_line, is_dense) {
            (true, _) => line(&mut frame, shown, colour(index)),
            (false, true) => density::draw(&mut frame, shown, colour(index)),
            (false, false) => circles(&mut frame, shown, colour(index)),
        }
    }
    Ok(frame.svg.finish())
}

fn legend(series: &[Series]) -> Vec<Entry> {
    let entries = series
        .iter()
        .enumerate()
        .filter(|(_, it)| !it.name.is_empty());
    let entries = entries.map(|(index, it)| Entry {
        name: it.name.clone(),
        colour: colour(index),
        is_line: it.is_line,
    });
    entries.collect()
}

fn circles(frame: &mut Frame, shown: &Shown, colour: &str) {
    let radius = if shown.len() > 1000 { 2.0 } else { 3.2 };
    frame.svg.line(format_args!(
        "<g class=\"points\" fill=\"{colour}\" fill-opacity=\"0.6\">"
    ));
    for &(x, y) in shown.iter().flatten() {
        let (x, y) = (frame.x.place(x), frame.y.place(y));
        frame.svg.line(format_args!(
            "<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"{radius}\"/>"
        ));
    }
    frame.svg.line("</g>");
}

fn line(frame: &mut Frame, shown: &Shown, colour: &str) {
    let mut path = String::new();
    for part in shown.split(Option::is_none).filter(|part| !part.is_empty()) {
        let places = part.iter().flatten();
        let places = places.map(|&(x, y)| (frame.x.place(x), frame.y.place(y)));
        for (index, (x, y)) in thinned(places).into_iter().enumerate() {
            let command = if index == 0 { 'M' } else { 'L' };
            // Writing to a string cannot fail.
            let _ = write!(path, "{command}{x:.1} {y:.1}");
        }
        if part.len() == 1 {
            // With round ends this is a dot.
            path.push_str("h0");
        }
    }
    frame.svg.line(format_args!(
        "<path class=\"line\" d=\"{path}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"1.8\" \
         stroke-linejoin=\"round\" stroke-linecap=\"round\"/>"
    ));
}

/// Of neighbours in one column of pixels the first, the lowest, the highest and
/// the last: no eye sees a difference, and the picture stays small.
fn thinned(places: impl Iterator<Item = (f64, f64)>) -> Vec<(f64, f64)> {
    let mut kept: Vec<(f64, f64)> = Vec::new();
    let mut column: Vec<(f64, f64)> = Vec::new();
    let mut flush = |column: &mut Vec<(f64, f64)>| {
        if column.len() <= 4 {
            kept.append(column);
            return;
        }
        let by_height = |a: &usize, b: &usize| column[*a].1.total_cmp(&column[*b].1);
        let low = (0..column.len()).min_by(by_height).unwrap_or(0);
        let high = (0..column.len()).max_by(by_height).unwrap_or(0);
        let mut at = vec![0, low, high, column.len() - 1];
        at.sort_unstable();
        at.dedup();
        kept.extend(at.into_iter().map(|at| column[at]));
        column.clear();
    };
    for place in places {
        if column
            .first()
            .is_some_and(|first| (first.0 - place.0).abs() >= 0.5)
        {
            flush(&mut column);
        }
        column.push(place);
    }
    flush(&mut column);
    kept
}
