//! What is in a picture: marks, texts, and nothing outside of the paper.

use delayed_plot::{Plot, PlotError};
use roxmltree::Document;

/// How many elements have this class.
fn count(svg: &str, class: &str) -> usize {
    let document = Document::parse(svg).unwrap();
    let nodes = document.descendants();
    nodes
        .filter(|node| node.attribute("class") == Some(class))
        .count()
}

fn texts(svg: &str) -> Vec<String> {
    let document = Document::parse(svg).unwrap();
    let nodes = document
        .descendants()
        .filter(|node| node.has_tag_name("text"));
    nodes
        .filter_map(|node| node.text().map(str::to_owned))
        .collect()
}

/// No mark and no text begins outside of the paper, or at no place at all.
fn is_on_paper(svg: &str) {
    let document = Document::parse(svg).unwrap();
    let number = |text: Option<&str>| text.map(|text| text.parse::<f64>().unwrap());
    let root = document.root_element();
    let width = number(root.attribute("width")).unwrap();
    let height = number(root.attribute("height")).unwrap();
    for node in document.descendants() {
        for (name, most) in [("x", width), ("cx", width), ("y", height), ("cy", height)] {
            let at = number(node.attribute(name)).unwrap_or(0.0);
            assert!((-0.5..=most + 0.5).contains(&at), "{node:?}");
        }
    }
    for attribute in document.descendants().flat_map(|node| node.attributes()) {
        let value = attribute.value();
        assert!(
            !value.contains("NaN") && !value.contains("inf"),
            "{attribute:?}"
        );
    }
    assert!(
        !svg.contains("\n\n"),
        "an empty line ends a picture in Markdown"
    );
}

#[test]
fn labels_units_and_legend_are_written() {
    let plot = Plot::scatter(&[1.0, 2.0], &[10.0, 20.0])
        .name("yellow & <green>")
        .with(Plot::line(&[1.0, 2.0], &[15.0, 15.0]).name("mean"))
        .title("Trips")
        .x("distance", "miles")
        .y("duration", "");
    let svg = plot.to_svg().unwrap();
    is_on_paper(&svg);
    let texts = texts(&svg);
    for text in [
        "Trips",
        "distance (miles)",
        "duration",
        "yellow & <green>",
        "mean",
    ] {
        assert!(texts.iter().any(|it| it == text), "{text}: {texts:?}");
    }
    assert_eq!((count(&svg, "line"), count(&svg, "key")), (1, 2));
}

#[test]
fn what_cannot_be_shown_is_left_out_and_said() {
    let xs = [1.0, f64::NAN, 3.0, f64::INFINITY, 0.0, -1.0];
    let ys = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0];
    let plot = Plot::scatter(&xs, &ys);
    let svg = plot.to_svg().unwrap();
    assert_eq!(svg.matches("<circle").count(), 4);
    assert!(svg.contains("2 of 6 values are not shown: they are missing or infinite"));
    let svg = plot.log_x().to_svg().unwrap();
    assert_eq!(svg.matches("<circle").count(), 2);
    assert!(svg.contains("4 of 6 values") && svg.contains("not above 0"));
    is_on_paper(&svg);
}

#[test]
fn a_line_is_broken_where_a_value_is_missing() {
    let ys = [1.0, 2.0, f64::NAN, 3.0, 4.0, f64::NAN, 5.0];
    let xs = [0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0];
    let svg = Plot::line(&xs, &ys).to_svg().unwrap();
    let document = Document::parse(&svg).unwrap();
    let line = document
        .descendants()
        .find(|it| it.attribute("class") == Some("line"));
    let path = line.and_then(|it| it.attribute("d")).unwrap();
    assert_eq!(
        (path.matches('M').count(), path.matches('L').count()),
        (3, 2)
    );
}

fn has_picture_or_is_empty(plot: &Plot) {
    match plot.to_svg() {
        Ok(svg) => is_on_paper(&svg),
        Err(error) => assert!(matches!(error, PlotError::Empty { .. }), "{error}"),
    }
}

#[test]
fn odd_data_has_a_picture_or_a_reason() {
    let columns: [&[f64]; 8] = [
        &[7.0],
        &[0.0, 0.0],
        &[-1e300, 1e300],
        &[5e-324, 1e-300],
        &[1e9 + 1.0, 1e9 + 2.0],
        &[-3.0, -2.0],
        &[f64::MAX, 1.0],
        &[0.1; 100],
    ];
    for xs in columns {
        for ys in columns {
            let ys: Vec<_> = ys.iter().copied().cycle().take(xs.len()).collect();
            for size in [(160, 120), (720, 450)] {
                let scatter = Plot::scatter(xs, &ys).size(size.0, size.1);
                let line = Plot::line(xs, &ys)
                    .size(size.0, size.1)
                    .x("x", "s")
                    .y("y", "m");
                for plot in [scatter, line] {
                    has_picture_or_is_empty(&plot);
                    has_picture_or_is_empty(&plot.log_x().log_y());
                }
            }
        }
        is_on_paper(&Plot::histogram(xs).to_svg().unwrap());
        is_on_paper(&Plot::heat_map(&[xs, xs]).to_svg().unwrap());
        let names: Vec<_> = xs.iter().map(|x| format!("a name such as {x}")).collect();
        is_on_paper(&Plot::bars(&names, xs).to_svg().unwrap());
    }
}

#[test]
fn a_million_points_are_a_small_picture() {
    let xs: Vec<f64> = (0..1_000_000).map(|x| f64::from(x % 1009)).collect();
    let ys: Vec<f64> = (0..1_000_000).map(|x| f64::from(x % 1013)).collect();
    let svg = Plot::scatter(&xs, &ys).to_svg().unwrap();
    assert!(svg.len() < 1_000_000 && count(&svg, "density") > 0);
    assert!(svg.contains("the darker a place"));
    let svg = Plot::line(&xs[..1000], &ys[..1000]).to_svg().unwrap();
    assert!(svg.len() < 20_000);
}

#[test]
fn what_does_not_fit_together_is_refused_in_words() {
    let says = |plot: Plot, words: &str| {
        let error = plot.to_svg().unwrap_err().to_string();
        assert!(error.contains(words), "{error}");
    };
    let none: [f64; 0] = [];
    says(Plot::scatter(&none, &none), "the data is empty");
    says(Plot::histogram(&[f64::NAN]), "none of the 1 values");
    says(Plot::heat_map(&[vec![1.0], vec![]]), "these have 1 and 0");
    says(Plot::bars(&["a"], &[1.0, 2.0]), "these have 1 and 2");
    says(
        Plot::histogram(&[1.0]).log_y(),
        "histogram cannot be logarithmic",
    );
    says(
        Plot::histogram(&[1.0]).with(Plot::line(&[1.0], &[1.0])),
        "a histogram and a line",
    );
    says(Plot::histogram(&[1.0]).size(10, 10), "10 x 10 pixels");
}

#[test]
fn files_are_picked_by_extension() {
    let folder = tempfile::tempdir().unwrap();
    let plot = Plot::histogram(&[1.0, 2.0]);
    let path = folder.path().join("plot.SVG");
    plot.save(&path).unwrap();
    assert_eq!(
        std::fs::read_to_string(&path).unwrap(),
        plot.to_svg().unwrap()
    );
    let unknown = plot.save(folder.path().join("plot")).unwrap_err();
    assert!(matches!(unknown, PlotError::UnknownExtension { .. }));
    let missing = plot.save(folder.path().join("none/plot.svg")).unwrap_err();
    assert!(missing.to_string().contains("cannot write"));
}

#[test]
fn a_picture_is_whole_or_not_there() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("plot.svg");
    std::fs::write(&path, "the one before").unwrap();
    let files = || std::fs::read_dir(folder.path()).unwrap().count();
    Plot::histogram(&[f64::NAN]).save(&path).unwrap_err();
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "the one before");
    Plot::histogram(&[1.0]).save(&path).unwrap();
    assert!(std::fs::read_to_string(&path).unwrap().starts_with("<svg"));
    // A folder of that name cannot be replaced, and nothing else is left behind.
    let taken = folder.path().join("taken.svg");
    std::fs::create_dir(&taken).unwrap();
    let error = Plot::histogram(&[1.0]).save(&taken).unwrap_err();
    assert!(matches!(error, PlotError::Io { .. }), "{error}");
    assert_eq!(files(), 2);
}
