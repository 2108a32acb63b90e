//! Histograms and bars.

use crate::axis::{Axis, can_show, round_step};
use crate::error::PlotError;
use crate::frame::{Across, Entry, Frame, colour, left_out, or_named};
use crate::plot::{Sample, Style};

/// More bins than that are no picture any more, if nobody has asked for them.
const MOST_BINS: f64 = 200.0;

/// How many values are in each of some ranges.
pub(crate) struct Binned {
    pub(crate) edges: Vec<f64>,
    /// For each sample.
    pub(crate) counts: Vec<Vec<usize>>,
    pub(crate) x: Axis,
    pub(crate) y: Axis,
    /// What is said of values that are not shown.
    pub(crate) left_out: Option<String>,
}

/// Counts the values by range.
pub(crate) fn binned(samples: &[Sample], style: &Style) -> Result<Binned, PlotError> {
    let given: usize = samples.iter().map(|sample| sample.values.len()).sum();
    let shown: Vec<Vec<f64>> = samples
        .iter()
        .map(|sample| {
            let values = sample.values.iter().copied();
            let mut values: Vec<_> = values.filter(|value| can_show(*value, false)).collect();
            values.sort_unstable_by(f64::total_cmp);
            values
        })
        .collect();
    let count: usize = shown.iter().map(Vec::len).sum();
    if count == 0 {
        return Err(PlotError::Empty { given });
    }
    let edges = edges(&shown, style.bins);
    let counts: Vec<Vec<usize>> = shown.iter().map(|values| counts(values, &edges)).collect();

    let (first, last) = (edges[0], edges[edges.len() - 1]);
    let most = counts.iter().flatten().map(|count| *count as f64);
    let y = Axis::over(most, false, Some(0.0));
    Ok(Binned {
        x: Axis::exactly(first, last),
        edges,
        counts,
        y,
        left_out: left_out(count, given, false),
    })
}

pub(crate) fn draw(samples: &[Sample], style: &Style) -> Result<String, PlotError> {
    let Binned {
        edges,
        counts,
        x,
        y,
        left_out,
    } = binned(samples, style)?;
    let mut style = style.clone();
    style.y = or_named(&style.y, "count");
    let entries = samples
        .iter()
        .enumerate()
        .filter(|(_, it)| !it.name.is_empty());
    let legend: Vec<_> = entries
        .map(|(index, it)| Entry {
            name: it.name.clone(),
            colour: colour(index),
            is_line: false,
        })
        .collect();
    let notes: Vec<_> = left_out.into_iter().collect();
    let mut frame = Frame::new(&style, &Across::Numbers(x), y, &legend, &notes, 0.0);
    let opacity = if samples.len() > 1 { 0.55 } else { 0.85 };
    for (index, counts) in counts.iter().enumerate() {
        for (count, edges) in counts
            .iter()
            .zip(edges.windows(2))
            .filter(|(count, _)| **count > 0)
        {
            let (left, right) = (frame.x.place(edges[0]), frame.x.place(edges[1]));
            let gap = if right - left > 4.0 { 1.0 } else { 0.0 };
            bar(
                &mut frame,
                left,
                right - gap,
                *count as f64,
                colour(index),
                opacity,
            );
        }
    }
    Ok(frame.svg.finish())
}

/// The values that can be shown as bars with these names.
pub(crate) fn bars(names: &[String], values: &[f64]) -> Result<Vec<f64>, PlotError> {
    if names.len() != values.len() {
        return Err(PlotError::Lengths {
            first: names.len(),
            other: values.len(),
        });
    }
    let shown = values.iter().copied();
    let shown: Vec<_> = shown.filter(|value| can_show(*value, false)).collect();
    match shown.is_empty() {
        true => Err(PlotError::Empty {
            given: values.len(),
        }),
        false => Ok(shown),
    }
}

pub(crate) fn draw_bars(
    names: &[String],
    values: &[f64],
    style: &Style,
) -> Result<String, PlotError> {
    let shown = bars(names, values)?;
    let y = Axis::over(shown.iter().copied(), false, Some(0.0));
    let notes: Vec<_> = left_out(shown.len(), values.len(), false)
        .into_iter()
        .collect();
    let mut frame = Frame::new(style, &Across::Names(names), y, &[], &notes, 0.0);
    for (index, &value) in values.iter().enumerate() {
        if can_show(value, false) {
            let place = |at: f64| frame.x.place(index as f64 + at);
            let (left, right) = (place(-0.36), place(0.36));
            bar(&mut frame, left, right, value, colour(0), 0.85);
        }
    }
    let (left, right, zero) = (frame.left, frame.right, frame.y.place(0.0));
    frame.svg.line(format_args!(
        "<path class=\"zero\" d=\"M{left:.1} {zero:.1}H{right:.1}\" stroke=\"#475569\"/>"
    ));
    Ok(frame.svg.finish())
}

/// A bar from 0 to a value.
fn bar(frame: &mut Frame, left: f64, right: f64, value: f64, colour: &str, opacity: f64) {
    let (zero, end) = (frame.y.place(0.0), frame.y.place(value));
    let (top, height, wide) = (zero.min(end), (zero - end).abs(), right - left);
    frame.svg.line(format_args!(
        "<rect class=\"bar\" x=\"{left:.1}\" y=\"{top:.1}\" width=\"{wide:.1}\" \
         height=\"{height:.1}\" fill=\"{colour}\" fill-opacity=\"{opacity}\"/>"
    ));
}

/// Where the bins begin and end, for samples that are sorted, not all empty.
fn edges(samples: &[Vec<f64>], bins: Option<usize>) -> Vec<f64> {
    let ends = samples
        .iter()
        .filter_map(|it| Some((*it.first()?, *it.last()?)));
    let (low, high) = ends.fold(
        (f64::INFINITY, f64::NEG_INFINITY),
        |(low, high), (first, last)| (low.min(first), high.max(last)),
    );
    let middle = low / 2.0 + high / 2.0;
    if high - low <= (middle.abs() * 1e-11).max(1e-290) {
        let room = if middle.abs() <= 1e-290 {
            0.5
        } else {
            middle.abs() * 0.05
        };
        return vec![middle - room, middle + room];
    }
    if let Some(bins) = bins {
        let edge = |bin| low + (high - low) * (bin as f64 / bins as f64);
        return (0..=bins).map(edge).collect();
    }
    // The rule's widths, of the sample that needs the narrowest bins.
    let widths = samples.iter().filter(|it| !it.is_empty()).map(|values| {
        let at = |share: f64| values[((values.len() - 1) as f64 * share) as usize];
        2.0 * (at(0.75) - at(0.25)) / (values.len() as f64).cbrt()
    });
    let widths = widths.filter(|width| *width > 0.0);
    let width = widths.fold(f64::INFINITY, f64::min).min((high - low) / 6.0);
    let width = width.max((high - low) / MOST_BINS);
    let (digit, power) = round_step(width);
    let step = digit * 10_f64.powi(power);
    let (first, last) = ((low / step).floor(), (high / step).floor() + 1.0);
    // In units of the step, so that edges are as round as they can be.
    (0..=(last - first) as usize)
        .map(|bin| (first + bin as f64) * step)
        .collect()
}

/// How many of the sorted values are in each bin; the last one has its end, too.
fn counts(values: &[f64], edges: &[f64]) -> Vec<usize> {
    let below: Vec<_> = edges
        .iter()
        .map(|edge| values.partition_point(|it| it < edge))
        .collect();
    let mut counts: Vec<_> = below.windows(2).map(|pair| pair[1] - pair[0]).collect();
    if let (Some(last), Some(below)) = (counts.last_mut(), below.last()) {
        *last += values.len() - below;
    }
    if let (Some(first), Some(below)) = (counts.first_mut(), below.first()) {
        // An edge may be a rounding error above the least value.
        *first += below;
    }
    counts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_value_is_in_one_bin() {
        for values in [
            vec![1.0, 1.1, 1.2, 7.0],
            vec![0.1, 0.2, 0.3, 0.3, 0.3],
            vec![5.0],
            vec![-1e300, 1e300],
            (0..1000).map(|x| f64::from(x).sqrt()).collect(),
        ] {
            for bins in [None, Some(1), Some(7)] {
                let edges = edges(std::slice::from_ref(&values), bins);
                let counts = counts(&values, &edges);
                assert_eq!(counts.iter().sum::<usize>(), values.len(), "{edges:?}");
                assert!(edges.windows(2).all(|pair| pair[0] < pair[1]), "{edges:?}");
            }
        }
    }
}
