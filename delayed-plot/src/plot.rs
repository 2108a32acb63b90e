//! A plot, as it is described.

use crate::axis::superscript;
use crate::error::PlotError;
use crate::{heat, histogram, marks};

/// A plot: columns of numbers, and how they are to be shown.
///
/// It keeps the numbers that it was given; what can be shown of them, and
/// whether all fits together, is found out when it is drawn.
///
/// ```
/// use delayed_plot::Plot;
///
/// let load: Vec<f64> = (1..=9).map(|tenths| f64::from(tenths) / 10.0).collect();
/// let theory: Vec<f64> = load.iter().map(|load| load / (1.0 - load)).collect();
/// let measured: Vec<f64> = theory.iter().map(|wait| wait * 1.02).collect();
/// let svg = Plot::scatter(&load, &measured)
///     .name("measured")
///     .with(Plot::line(&load, &theory).name("theory"))
///     .title("Waiting in a queue")
///     .x("load", "")
///     .y("mean wait", "service times")
///     .log_y()
///     .to_svg()?;
/// assert_eq!(svg.matches("<circle").count(), 9 + 1); // and one in the legend
/// # Ok::<(), delayed_plot::PlotError>(())
/// ```
#[derive(Clone, Debug)]
#[must_use = "a plot is drawn by `save` or `to_svg`"]
pub struct Plot {
    pub(crate) data: Data,
    pub(crate) style: Style,
    /// The kinds of two that were put together and cannot be.
    mismatch: Option<(&'static str, &'static str)>,
}

/// What is shown.
#[derive(Clone, Debug)]
pub(crate) enum Data {
    Points(Vec<Series>),
    Histogram(Vec<Sample>),
    Bars {
        names: Vec<String>,
        values: Vec<f64>,
    },
    HeatMap {
        rows: Vec<Vec<f64>>,
        name: String,
    },
}

/// Points, drawn as such or as the line through them.
#[derive(Clone, Debug)]
pub(crate) struct Series {
    pub(crate) name: String,
    pub(crate) is_line: bool,
    pub(crate) xs: Vec<f64>,
    pub(crate) ys: Vec<f64>,
}

/// Values whose distribution is shown.
#[derive(Clone, Debug)]
pub(crate) struct Sample {
    pub(crate) name: String,
    pub(crate) values: Vec<f64>,
}

/// How all of it is shown.
#[derive(Clone, Debug, Default)]
pub(crate) struct Style {
    pub(crate) title: String,
    pub(crate) x: Label,
    pub(crate) y: Label,
    pub(crate) log_x: bool,
    pub(crate) log_y: bool,
    pub(crate) bins: Option<usize>,
    pub(crate) size: Option<(u32, u32)>,
}

/// What an axis shows.
#[derive(Clone, Debug, Default)]
pub(crate) struct Label {
    name: String,
    unit: String,
}

impl Label {
    pub(crate) fn is_empty(&self) -> bool {
        self.name.is_empty() && self.unit.is_empty()
    }

    pub(crate) fn named(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            unit: String::new(),
        }
    }

    /// The label of an axis whose numbers leave out a power of ten.
    pub(crate) fn text(&self, exponent: i32) -> String {
        let power = match exponent {
            0 => String::new(),
            _ => format!("10{}", superscript(exponent)),
        };
        let unit = format!("{power} {}", self.unit);
        match (self.name.as_str(), unit.trim()) {
            (name, "") => name.to_owned(),
            ("", unit) => unit.to_owned(),
            (name, unit) => format!("{name} ({unit})"),
        }
    }
}

impl Plot {
    fn new(data: Data) -> Self {
        Self {
            data,
            style: Style::default(),
            mismatch: None,
        }
    }

    /// A point for each pair of values. Of more than 10,000 points the density is
    /// drawn: the darker a place, the more of them are there.
    pub fn scatter(xs: &[f64], ys: &[f64]) -> Self {
        Self::points(xs, ys, false)
    }

    /// A line from each pair of values to the next one. It is broken where a
    /// value is missing.
    pub fn line(xs: &[f64], ys: &[f64]) -> Self {
        Self::points(xs, ys, true)
    }

    fn points(xs: &[f64], ys: &[f64], is_line: bool) -> Self {
        let (xs, ys) = (xs.to_vec(), ys.to_vec());
        Self::new(Data::Points(vec![Series {
            name: String::new(),
            is_line,
            xs,
            ys,
        }]))
    }

    /// How many of the values are in each of several ranges. How wide these are
    /// follows from the spread of the values, by the rule of Freedman and Diaconis
    /// (1981), unless [`bins`](Self::bins) says how many there should be.
    pub fn histogram(values: &[f64]) -> Self {
        let sample = Sample {
            name: String::new(),
            values: values.to_vec(),
        };
        Self::new(Data::Histogram(vec![sample]))
    }

    /// A bar from 0 to each value, with its name. NaN is a bar that is not there.
    ///
    /// ```
    /// # use delayed_plot::Plot;
    /// let svg = Plot::bars(&["Queens", "Bronx"], &[7.5, 2.5]).to_svg()?;
    /// assert_eq!(svg.matches("class=\"bar\"").count(), 2);
    /// # Ok::<(), delayed_plot::PlotError>(())
    /// ```
    pub fn bars<N: AsRef<str>>(names: &[N], values: &[f64]) -> Self {
        let names = names.iter().map(|name| name.as_ref().to_owned()).collect();
        Self::new(Data::Bars {
            names,
            values: values.to_vec(),
        })
    }

    /// A colour for each value of a table, the first row at the bottom. Rows and
    /// columns are numbered from 0. NaN is a cell without colour.
    ///
    /// ```
    /// # use delayed_plot::Plot;
    /// let by_day_and_hour = vec![vec![4.0; 24]; 7];
    /// let svg = Plot::heat_map(&by_day_and_hour)
    ///     .name("trips")
    ///     .x("hour", "")
    ///     .y("day", "")
    ///     .to_svg()?;
    /// assert_eq!(svg.matches("class=\"cell\"").count(), 7 * 24);
    /// # Ok::<(), delayed_plot::PlotError>(())
    /// ```
    pub fn heat_map<R: AsRef<[f64]>>(rows: &[R]) -> Self {
        let rows = rows.iter().map(|row| row.as_ref().to_vec()).collect();
        Self::new(Data::HeatMap {
            rows,
            name: String::new(),
        })
    }

    /// What the last of the columns is, for the legend; of bars, what they show; of a
    /// heat map, what its colours show.
    pub fn name(mut self, name: impl Into<String>) -> Self {
        let name = name.into();
        match &mut self.data {
            Data::Points(all) => {
                if let Some(series) = all.last_mut() {
                    series.name = name;
                }
            }
            Data::Histogram(all) => {
                if let Some(sample) = all.last_mut() {
                    sample.name = name;
                }
            }
            Data::Bars { .. } => self.style.y = Label::named(&name),
            Data::HeatMap {
                name: of_colours, ..
            } => *of_colours = name,
        }
        self
    }

    /// Both in one picture, on the axes of this one: any number of scatters and
    /// lines, or of histograms.
    pub fn with(mut self, other: Plot) -> Self {
        let mismatch = (self.kind(), other.kind());
        match (&mut self.data, other.data) {
            (Data::Points(these), Data::Points(those)) => these.extend(those),
            (Data::Histogram(these), Data::Histogram(those)) => these.extend(those),
            _ => self.mismatch = Some(mismatch),
        }
        self.mismatch = self.mismatch.or(other.mismatch);
        self
    }

    /// The text above the picture.
    pub fn title(mut self, title: impl Into<String>) -> Self {
        self.style.title = title.into();
        self
    }

    /// What is shown from left to right, and in which unit; `""` where there is
    /// none.
    pub fn x(mut self, name: impl Into<String>, unit: impl Into<String>) -> Self {
        self.style.x = Label {
            name: name.into(),
            unit: unit.into(),
        };
        self
    }

    /// What is shown from bottom to top, and in which unit; `""` where there is
    /// none.
    pub fn y(mut self, name: impl Into<String>, unit: impl Into<String>) -> Self {
        self.style.y = Label {
            name: name.into(),
            unit: unit.into(),
        };
        self
    }

    /// Equal distances from left to right are equal factors (scatter and line).
    pub fn log_x(mut self) -> Self {
        self.style.log_x = true;
        self
    }

    /// Equal distances from bottom to top are equal factors (scatter and line).
    pub fn log_y(mut self) -> Self {
        self.style.log_y = true;
        self
    }

    /// How many ranges a histogram has, from its least value to its largest: at
    /// least 1, at most 10,000.
    pub fn bins(mut self, bins: usize) -> Self {
        self.style.bins = Some(bins.clamp(1, 10_000));
        self
    }

    /// The picture's width and height in pixels; 720 and 450 if not said.
    pub fn size(mut self, width: u32, height: u32) -> Self {
        self.style.size = Some((width, height));
        self
    }

    /// The plot as SVG, on white paper. It can stand in a page of HTML as it is.
    ///
    /// # Errors
    /// When there is nothing to show, columns are not equally long, kinds were put
    /// together that have no axes in common, a logarithmic axis was asked of bars,
    /// a histogram or a heat map, or the size is out of all bounds.
    ///
    /// ```
    /// use delayed_plot::Plot;
    ///
    /// let error = Plot::scatter(&[1.0, 2.0], &[1.0]).to_svg().unwrap_err();
    /// assert!(error.to_string().contains("these have 2 and 1 values"));
    /// ```
    pub fn to_svg(&self) -> Result<String, PlotError> {
        self.check()?;
        let (width, height) = self.style.pixels();
        if !(160..=10_000).contains(&width) || !(120..=10_000).contains(&height) {
            return Err(PlotError::Size { width, height });
        }
        match &self.data {
            Data::Points(series) => marks::draw(series, &self.style),
            Data::Histogram(samples) => histogram::draw(samples, &self.style),
            Data::Bars { names, values } => histogram::draw_bars(names, values, &self.style),
            Data::HeatMap { rows, name } => heat::draw(rows, name, &self.style),
        }
    }

    /// Refuses what no picture can show.
    pub(crate) fn check(&self) -> Result<(), PlotError> {
        if let Some((one, other)) = self.mismatch {
            return Err(PlotError::Kinds { one, other });
        }
        let has_log = self.style.log_x || self.style.log_y;
        if has_log && !matches!(self.data, Data::Points(_)) {
            return Err(PlotError::Log { kind: self.kind() });
        }
        Ok(())
    }

    fn kind(&self) -> &'static str {
        match &self.data {
            Data::Points(series) if series.iter().all(|it| it.is_line) => "line",
            Data::Points(_) => "scatter",
            Data::Histogram(_) => "histogram",
            Data::Bars { .. } => "bar chart",
            Data::HeatMap { .. } => "heat map",
        }
    }
}

impl Style {
    pub(crate) fn pixels(&self) -> (u32, u32) {
        self.size.unwrap_or((720, 450))
    }
}
