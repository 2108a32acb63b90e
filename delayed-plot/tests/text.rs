//! Plots on the terminal.

use delayed_plot::{Plot, PlotError};

/// The text, whose lines are no longer than asked for.
fn text(plot: &Plot, width: usize) -> String {
    let text = plot.to_text(width).unwrap();
    for line in text.lines() {
        assert!(line.chars().count() <= width, "{width}: {line}\n{text}");
        assert_eq!(line, line.trim_end());
    }
    assert!(!text.contains("NaN"), "{text}");
    text
}

fn has_text_or_is_empty(plot: &Plot, width: usize) {
    match plot.to_text(width) {
        Ok(_) => drop(text(plot, width)),
        Err(error) => assert!(matches!(error, PlotError::Empty { .. }), "{error}"),
    }
}

fn is(plot: &Plot, width: usize, expected: &str) {
    let text = text(plot, width);
    assert_eq!(text, expected.trim_start_matches('\n'), "\n{text}");
}

#[test]
fn points_lie_between_axes() {
    let xs = [0.0, 1.0, 2.0, 3.0, 4.0];
    let squares = xs.map(|x| x * x);
    let line = Plot::line(&xs, &squares)
        .title("Falling")
        .x("time", "s")
        .y("way", "m");
    is(&line, 36, FALLING);
    let both = line
        .name("theory")
        .with(Plot::scatter(&[1.0, 3.0, f64::NAN], &[2.0, 8.0, 1.0]).name("measured"));
    let text = text(&both, 60);
    assert!(text.contains("• theory   + measured"), "{text}");
    assert_eq!(text.matches('+').count(), 1 + 2, "{text}");
    assert!(text.contains("1 of 8 values are not shown"), "{text}");
}

#[test]
fn a_line_is_broken_where_a_value_is_missing() {
    let dots = |ys: &[f64]| {
        let xs: Vec<f64> = (0..ys.len()).map(|x| x as f64).collect();
        let text = text(&Plot::line(&xs, ys), 60);
        let dots = text.chars().filter(|it| ('⠁'..='⣿').contains(it));
        dots.count()
    };
    assert!(dots(&[1.0, f64::NAN, 1.0]) == 2 && dots(&[1.0, 1.0, 1.0]) > 40);
}

#[test]
fn many_points_are_shades() {
    let xs: Vec<f64> = (0..100_000).map(|x| f64::from(x % 317)).collect();
    let ys: Vec<f64> = xs.iter().map(|x| x * x).collect();
    let text = text(&Plot::scatter(&xs, &ys), 60);
    assert!(text.contains("the darker a place") && text.contains('█') && !text.contains('⠁'));
}

#[test]
fn histograms_stand_and_bars_lie() {
    let values = [1.0, 1.0, 1.0, 2.0, 2.0, 3.0];
    is(&Plot::histogram(&values).bins(3).x("rooms", ""), 30, ROOMS);
    let two = Plot::histogram(&values)
        .name("old")
        .with(Plot::histogram(&[3.0]).name("new"));
    assert!(text(&two, 40).contains("• old   + new"));
    let names = ["gain", "loss", "a name that goes on", "un\nknown"];
    let bars = Plot::bars(&names, &[4.0, -2.0, 0.0, f64::NAN]).title("Cash");
    is(&bars, 40, CASH);
}

#[test]
fn heat_maps_have_a_scale() {
    let rows = [[0.0, 1.0, 2.0], [3.0, f64::NAN, 5.0]];
    is(&Plot::heat_map(&rows).name("trips").x("day", ""), 40, TRIPS);
    let wide: Vec<Vec<f64>> = (0..300).map(|row| vec![f64::from(row); 500]).collect();
    let text = text(&Plot::heat_map(&wide), 50);
    assert!(
        text.lines().count() < 20 && text.contains("· 0   █ 299"),
        "{text}"
    );
}

#[test]
fn odd_data_has_a_text_or_a_reason() {
    let columns: [&[f64]; 7] = [
        &[7.0],
        &[0.0, 0.0],
        &[-1e300, 1e300],
        &[5e-324, 1e-300],
        &[1e9 + 1.0, 1e9 + 2.0],
        &[-9_999_999.123, -2.0],
        &[f64::MAX, 1.0],
    ];
    for xs in columns {
        for ys in columns {
            let ys: Vec<_> = ys.iter().copied().cycle().take(xs.len()).collect();
            for width in [30, 31, 97, 1000] {
                for plot in [Plot::scatter(xs, &ys), Plot::line(xs, &ys)] {
                    has_text_or_is_empty(&plot, width);
                    has_text_or_is_empty(&plot.log_x().log_y(), width);
                }
                text(
                    &Plot::histogram(xs).title("A title that takes more than 30"),
                    width,
                );
                text(&Plot::heat_map(&[xs, &ys]), width);
                let names: Vec<_> = xs.iter().map(|x| format!("a name such as {x}")).collect();
                text(&Plot::bars(&names, xs), width);
            }
        }
    }
}

#[test]
fn what_no_text_shows_is_refused() {
    let says = |plot: Plot, width, words: &str| {
        let error = plot.to_text(width).unwrap_err().to_string();
        assert!(error.contains(words), "{error}");
    };
    says(Plot::histogram(&[1.0]), 29, "lines of 29 characters");
    says(Plot::histogram(&[1.0]), 1001, "1000 at most");
    says(Plot::histogram(&[1.0]).log_y(), 80, "cannot be logarithmic");
    says(Plot::bars(&["a"], &[]), 80, "these have 1 and 0");
    says(Plot::heat_map(&[[0.0; 0]]), 80, "the data is empty");
}

const FALLING: &str = "
              Falling
way (m)
15 ┤                             ⢀⠔
   │                           ⢀⠔⠁
   │                         ⢀⠔⠁
10 ┤                       ⡠⠒⠁
   │                    ⢀⠤⠊
   │                 ⢀⠤⠊⠁
 5 ┤              ⢀⡠⠎⠁
   │         ⢀⡠⠤⠒⠉⠁
 0 ┤ ⠤⠤⠔⠒⠒⠒⠊⠉⠁
   └─┬──────┬───────┬──────┬──────┬─
     0      1       2      3      4
              time (s)
";

const ROOMS: &str = "
count
3 ┤▆▆▆▆▆▆▆▆▆
  │█████████
2 ┤█████████▂▂▂▂▂▂▂▂▂
  │██████████████████
  │██████████████████
1 ┤██████████████████▅▅▅▅▅▅▅▅▅
  │███████████████████████████
0 ┤███████████████████████████
  └┬─────┬──────┬──────┬─────┬
  1.0   1.5    2.0    2.5  3.0
            rooms
";

const CASH: &str = "
Cash
         gain │       ██████████████ 4
         loss │███████ -2
a name that … │        0
     un known │
1 of 4 values are not shown: they are
missing or infinite
";

const TRIPS: &str = "
trips   · 0   █ 5
1 ┤▓▓▓▓    ████
0 ┤····░░░░▒▒▒▒
  └──┬───────┬─
     0       2
      day
1 of 6 values are not shown: they are
missing or infinite
";
