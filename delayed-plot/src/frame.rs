//! What stands around the marks: title, legend, axes, notes.

use crate::axis::{Axis, Tick};
use crate::plot::{Label, Style};
use crate::svg::{Anchor, LABEL, SMALL, Svg, TITLE, width, wrapped};

/// Colours that are told apart with any kind of sight (Okabe and Ito, 2008), the
/// first one darker.
const COLOURS: [&str; 7] = [
    "#2563a8", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#6b7280",
];

/// The colour of the series with this number.
pub(crate) fn colour(series: usize) -> &'static str {
    COLOURS[series % COLOURS.len()]
}

/// A line of the legend.
pub(crate) struct Entry {
    pub(crate) name: String,
    pub(crate) colour: &'static str,
    pub(crate) is_line: bool,
}

/// What is shown from left to right.
pub(crate) enum Across<'a> {
    Numbers(Axis),
    Names(&'a [String]),
}

/// A picture with its axes, for marks to be drawn into.
pub(crate) struct Frame {
    pub(crate) svg: Svg,
    pub(crate) x: Axis,
    pub(crate) y: Axis,
    pub(crate) left: f64,
    pub(crate) right: f64,
    pub(crate) top: f64,
    pub(crate) bottom: f64,
}

/// The text below the axis: where, and what.
struct Below {
    ticks: Vec<Tick>,
    label: String,
    is_turned: bool,
    height: f64,
}

/// Longer names of bars are cut.
const LONGEST_NAME: usize = 24;

impl Frame {
    /// Draws everything but the marks. `room` is what is needed at the right,
    /// and `notes` are said below.
    pub(crate) fn new(
        style: &Style,
        across: &Across<'_>,
        y: Axis,
        legend: &[Entry],
        notes: &[String],
        room: f64,
    ) -> Self {
        let (width_, height) = style.pixels();
        let (w, h) = (f64::from(width_), f64::from(height));
        let mut svg = Svg::new(w, h);
        let top = heading(&mut svg, style, legend, w);
        let notes: Vec<_> = notes
            .iter()
            .flat_map(|note| wrapped(note, SMALL, w - 24.0))
            .collect();
        let foot = 10.0 + 15.0 * notes.len() as f64;

        let guess = h - foot - 45.0;
        let (ticks, _) = y.clone().on(guess.max(top + 40.0), top).ticks(false);
        let widest = ticks
            .iter()
            .map(|tick| width(&tick.text, SMALL))
            .fold(0.0, f64::max);
        let beside = if style.y.is_empty() { 0.0 } else { LABEL + 8.0 };
        let left = (widest + beside + 18.0).min(w / 2.0);
        let right = (w - 18.0 - room).max(left + 20.0);

        let below = below(style, across, left, right);
        let bottom = (h - foot - below.height).max(top + 20.0);
        let y = y.on(bottom, top);
        let x = match across {
            Across::Numbers(axis) => axis.clone().on(left, right),
            Across::Names(names) => Axis::exactly(-0.5, names.len() as f64 - 0.5).on(left, right),
        };
        let mut frame = Self {
            svg,
            x,
            y,
            left,
            right,
            top,
            bottom,
        };
        frame.draw_y(style);
        frame.draw_x(&below, matches!(across, Across::Numbers(_)));
        for (index, note) in notes.iter().enumerate() {
            let from_below = 15.0 * (notes.len() - 1 - index) as f64;
            frame.svg.text(
                "note",
                (12.0, h - 9.0 - from_below),
                Anchor::Start,
                0.0,
                note,
            );
        }
        frame
    }

    fn draw_y(&mut self, style: &Style) {
        let (ticks, exponent) = self.y.ticks(false);
        for Tick { at, text } in ticks {
            let (left, right) = (self.left, self.right);
            self.svg.line(format_args!(
                "<path class=\"grid\" d=\"M{left:.1} {at:.1}H{right:.1}\" stroke=\"#e2e8f0\"/>"
            ));
            let place = (left - 7.0, at + SMALL * 0.36);
            self.svg.text("tick y", place, Anchor::End, 0.0, &text);
        }
        let label = style.y.text(exponent);
        let label = first_line(&label, self.bottom - self.top);
        let middle = self.top / 2.0 + self.bottom / 2.0;
        let at = (LABEL + 6.0, middle);
        if style.y.is_empty() && !label.is_empty() {
            // Only a power of ten: above the axis there is room for it.
            self.svg
                .text("tick", (4.0, self.top - 6.0), Anchor::Start, 0.0, &label);
        } else if !label.is_empty() {
            self.svg.text("label", at, Anchor::Middle, -90.0, &label);
        }
    }

    fn draw_x(&mut self, below: &Below, has_grid: bool) {
        let (left, right, top, bottom) = (self.left, self.right, self.top, self.bottom);
        for Tick { at, text } in &below.ticks {
            if has_grid {
                self.svg.line(format_args!(
                    "<path class=\"grid\" d=\"M{at:.1} {top:.1}V{bottom:.1}\" stroke=\"#e2e8f0\"/>"
                ));
            }
            let (anchor, turned) = match below.is_turned {
                true => (Anchor::End, -35.0),
                false => (Anchor::Middle, 0.0),
            };
            let place = (*at, bottom + SMALL + 6.0);
            self.svg.text("tick x", place, anchor, turned, text);
        }
        self.svg.line(format_args!(
            "<path class=\"axes\" d=\"M{left:.1} {top:.1}V{bottom:.1}H{right:.1}\" fill=\"none\" \
             stroke=\"#475569\"/>"
        ));
        if !below.label.is_empty() {
            let middle = left / 2.0 + right / 2.0;
            let place = (middle, bottom + below.height - 6.0);
            self.svg
                .text("label", place, Anchor::Middle, 0.0, &below.label);
        }
    }
}

/// Title and legend, and where they end.
fn heading(svg: &mut Svg, style: &Style, legend: &[Entry], w: f64) -> f64 {
    let mut y = 12.0;
    for line in wrapped(&style.title, TITLE, w - 24.0).iter().take(3) {
        y += TITLE + 5.0;
        svg.text("title", (w / 2.0, y - 4.0), Anchor::Middle, 0.0, line);
    }
    y += 8.0;
    let mut x = 16.0;
    for Entry {
        name,
        colour,
        is_line,
    } in legend
    {
        let name = first_line(name, w - 60.0);
        let wide = 24.0 + width(&name, SMALL) + 18.0;
        if x > 16.0 && x + wide > w - 8.0 {
            (x, y) = (16.0, y + 18.0);
        }
        let middle = y + 5.0;
        match is_line {
            true => svg.line(format_args!(
                "<path class=\"key\" d=\"M{x:.1} {middle:.1}h18\" stroke=\"{colour}\" \
                 stroke-width=\"2\"/>"
            )),
            false => svg.line(format_args!(
                "<circle class=\"key\" cx=\"{:.1}\" cy=\"{middle:.1}\" r=\"4.5\" fill=\"{colour}\"/>",
                x + 9.0
            )),
        }
        svg.text("legend", (x + 24.0, y + 9.0), Anchor::Start, 0.0, &name);
        x += wide;
    }
    if legend.is_empty() { y + 4.0 } else { y + 24.0 }
}

fn first_line(text: &str, most: f64) -> String {
    let mut lines = wrapped(text, LABEL, most).into_iter();
    let first = lines.next().unwrap_or_default();
    match lines.next() {
        Some(_) => format!("{first} …"),
        None => first,
    }
}

fn below(style: &Style, across: &Across<'_>, left: f64, right: f64) -> Below {
    let under = |label: &str| if label.is_empty() { 6.0 } else { LABEL + 14.0 };
    match across {
        Across::Numbers(axis) => {
            let (ticks, exponent) = axis.clone().on(left, right).ticks(true);
            let label = first_line(&style.x.text(exponent), right - left);
            let height = SMALL + 8.0 + under(&label);
            Below {
                ticks,
                label,
                is_turned: false,
                height,
            }
        }
        Across::Names(names) => {
            let slot = (right - left) / names.len() as f64;
            let every = (14.0 / slot).ceil().max(1.0) as usize;
            let axis = Axis::exactly(-0.5, names.len() as f64 - 0.5).on(left, right);
            let shown = names.iter().enumerate().step_by(every);
            let ticks: Vec<_> = shown
                .map(|(index, name)| Tick {
                    at: axis.place(index as f64),
                    text: shortened(name),
                })
                .collect();
            let widest = ticks
                .iter()
                .map(|tick| width(&tick.text, SMALL))
                .fold(0.0, f64::max);
            let is_turned = widest + 6.0 > slot;
            let deep = if is_turned { widest * 0.58 } else { 0.0 };
            let label = first_line(&style.x.text(0), right - left);
            let height = SMALL + 8.0 + deep + under(&label);
            Below {
                ticks,
                label,
                is_turned,
                height,
            }
        }
    }
}

fn shortened(name: &str) -> String {
    match name.chars().count() > LONGEST_NAME {
        true => name.chars().take(LONGEST_NAME - 1).chain(['…']).collect(),
        false => name.to_owned(),
    }
}

/// The note about values that are not in the picture, if there are any.
pub(crate) fn left_out(shown: usize, given: usize, is_log: bool) -> Option<String> {
    let why = match is_log {
        true => "missing, infinite, or not above 0 on a logarithmic axis",
        false => "missing or infinite",
    };
    let left = given - shown;
    (left > 0).then(|| format!("{left} of {given} values are not shown: they are {why}"))
}

/// The label, or what stands for it where there is none.
pub(crate) fn or_named(label: &Label, name: &str) -> Label {
    match label.is_empty() {
        true => Label::named(name),
        false => label.clone(),
    }
}
