//! The main job as its users run it: the program of `examples/long_trips.rs`,
//! which `cargo test` builds too, with its answers, its errors and its graph.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use delayed_data::taxi;
use tempfile::TempDir;

/// Runs the example. It is built beside the tests: `target/debug/examples`.
fn long_trips<A: AsRef<OsStr>>(arguments: impl IntoIterator<Item = A>) -> Output {
    let test = std::env::current_exe().unwrap();
    let name = format!("long_trips{}", std::env::consts::EXE_SUFFIX);
    let program = test.ancestors().nth(2).unwrap().join("examples").join(name);
    assert!(
        program.exists(),
        "{} is not built; run `cargo test`, or `cargo build --examples` first",
        program.display()
    );
    Command::new(program).args(arguments).output().unwrap()
}

/// The long trips, all trips and the fraction that the program prints.
fn counts<A: AsRef<OsStr>>(arguments: impl IntoIterator<Item = A>) -> String {
    let output = long_trips(arguments);
    let errors = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success() && errors.is_empty(), "{errors}");
    let text = String::from_utf8(output.stdout).unwrap();
    let [header, counts, cost] = text.lines().collect::<Vec<_>>()[..] else {
        panic!("{text}");
    };
    assert_eq!(header, "  long trips   all trips    fraction");
    assert!(
        cost.starts_with("in ") && cost.contains(" s, peak memory "),
        "{cost}"
    );
    counts.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The one line that the program prints when it fails.
fn error<A: AsRef<OsStr>>(arguments: impl IntoIterator<Item = A>) -> String {
    let output = long_trips(arguments);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(String::from_utf8(output.stdout).unwrap(), "");
    let errors = String::from_utf8(output.stderr).unwrap();
    let lines: Vec<_> = errors.lines().collect();
    assert!(lines.len() == 1 && !errors.contains("panic"), "{errors}");
    lines[0].to_owned()
}

/// A folder of the real data, if it is there.
fn real(folder: &str) -> Option<PathBuf> {
    let data = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/data")).join(folder);
    if !data.exists() {
        eprintln!("skipped: {} is not there", data.display());
        return None;
    }
    Some(data)
}

#[test]
fn made_up_trips_are_counted_on_any_number_of_threads() {
    let dir = tempfile::tempdir().unwrap();
    let files = taxi::generate(dir.path(), 3, 12_345, 5).unwrap();
    let fraction = files.long as f64 / files.all as f64;
    let expected = format!("{} {} {fraction:.6}", files.long, files.all);
    assert_eq!(files.all, 37_035);
    for threads in ["1", "2", "8"] {
        let options = ["--threads", threads].map(PathBuf::from);
        assert_eq!(
            counts(options.iter().chain(&files.paths)),
            expected,
            "{threads} threads"
        );
    }
    assert_eq!(counts([dir.path().join("yellow_*.csv")]), expected);
}

#[test]
fn three_green_months_are_the_same_as_parquet_and_as_csv() {
    for (folder, pattern) in [
        ("green", "green_tripdata_2023-*.parquet"),
        ("green_csv", "*.gz"),
    ] {
        let Some(data) = real(folder) else { return };
        for threads in ["1", "2", "8"] {
            let arguments = ["--threads".into(), threads.into(), data.join(pattern)];
            assert_eq!(
                counts(arguments),
                "40225 205064 0.196158",
                "{folder}, {threads} threads"
            );
        }
    }
}

#[test]
fn yellow_samples_have_their_own_counts_and_one_together() {
    let Some(data) = real("yellow_samples") else {
        return;
    };
    for (month, expected) in [
        ("2015-01", "340 1999 0.170085"),
        ("2016-01", "333 1999 0.166583"),
        ("2016-02", "350 1999 0.175088"),
        ("2016-03", "289 2013 0.143567"),
    ] {
        let file = data.join(format!("yellow_tripdata_{month}.sample.csv"));
        assert_eq!(counts([file]), expected, "{month}");
    }
    // A column of these has two spellings.
    assert_eq!(counts([data.join("*-01.sample.csv")]), "673 3998 0.168334");
    assert_eq!(counts([data.join("*.csv")]), "1312 8010 0.163795");
}

const HEADER: &str = "tpep_pickup_datetime,tpep_dropoff_datetime,fare\n";
const ROW: &str = "2015-01-15 19:05:39,2015-01-15 19:23:42,12\n";

/// Files that are wrong, and what the program says of them after their name.
fn wrong_files() -> Vec<(&'static str, Vec<u8>, &'static str)> {
    let rows = ROW.repeat(60_000);
    let text = format!("{HEADER}{rows}");
    let not_a_date = text[..HEADER.len() + 49_999 * ROW.len()].to_owned()
        + &ROW.replacen("2015-01-15", "yesterday!", 1)
        + ROW;
    let mut invalid = text.clone().into_bytes();
    invalid[HEADER.len() + 7 * ROW.len() + 41] = 0xff;
    let whole_gzip = gzip(text.as_bytes());
    let cut_gzip = whole_gzip[..whole_gzip.len() / 2].to_vec();
    // The check sum is wrong; and bytes are, which may unpack to wrong rows
    // before the check sum is reached.
    let (mut wrong_sum, mut wrong_bytes) = (whole_gzip.clone(), whole_gzip);
    let (sum, middle) = (wrong_sum.len() - 8, wrong_bytes.len() / 2);
    wrong_sum[sum] ^= 0x55;
    wrong_bytes[middle] ^= 0x55;
    vec![
        (
            "empty.csv",
            vec![],
            ": the file is empty; a header line and rows were expected",
        ),
        (
            "header.csv",
            HEADER.into(),
            ": there are no rows after the header; is the file complete?",
        ),
        (
            "cut.csv",
            text[..text.len() - 25].into(),
            ", line 60001: 1 field where the header has 3; \
             the file ends in the middle of a line; is it complete?",
        ),
        (
            "date.csv",
            not_a_date.into(),
            ", line 50001, column \"tpep_pickup_datetime\": found \"yesterday! 19:05:39\" \
             where a date and time as YYYY-MM-DD HH:MM:SS is expected",
        ),
        (
            "utf8.csv",
            invalid,
            ", line 9, column \"fare\": the byte 0xff is not UTF-8 text; \
             convert the file to UTF-8, or give its .encoding(\"…\") (feature \"encodings\")",
        ),
        (
            "column.csv",
            text.replacen("dropoff", "drop_off", 1).into(),
            ": no column \"tpep_dropoff_datetime\" or \"lpep_dropoff_datetime\"; \
             did you mean \"tpep_drop_off_datetime\"? \
             (columns: tpep_pickup_datetime, tpep_drop_off_datetime, fare)",
        ),
        (
            "cut.csv.gz",
            cut_gzip,
            ": cannot read the file: its gzip data is damaged or cut off (",
        ),
        (
            "sum.csv.gz",
            wrong_sum,
            ": cannot read the file: its gzip data is damaged or cut off (",
        ),
        ("bytes.csv.gz", wrong_bytes, ""),
        (
            "footer.parquet",
            b"PAR1\0\0\0\0\0\0\0\0\x08\0\0\0PAR1".into(),
            ": the Parquet file is damaged or cut off (",
        ),
    ]
}

fn gzip(text: &[u8]) -> Vec<u8> {
    use std::io::Write;
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzip.write_all(text).unwrap();
    gzip.finish().unwrap()
}

#[test]
fn a_wrong_file_gives_one_line_with_the_place() {
    let dir = tempfile::tempdir().unwrap();
    let good = dir.path().join("good.csv");
    fs::write(&good, format!("{HEADER}{}", ROW.repeat(100))).unwrap();
    for (name, bytes, expected) in wrong_files() {
        let file = dir.path().join(name);
        fs::write(&file, bytes).unwrap();
        for threads in ["1", "2", "8"] {
            let options = ["--threads".as_ref(), threads.as_ref()];
            let error = error(options.into_iter().chain([good.as_path(), &file]));
            assert!(error.starts_with("error: "), "{error}");
            assert!(
                error.contains("in iteration 1 of `for path in files`"),
                "{error}"
            );
            assert!(
                error.contains(&format!("{}{expected}", file.display())),
                "{error}"
            );
            let tells_of_damage =
                error.contains("its gzip data") || error.contains("the compressed file is damaged");
            assert_eq!(name.ends_with(".gz"), tells_of_damage, "{error}");
        }
    }
}

#[test]
fn what_is_no_file_gives_one_line() {
    let dir = tempfile::tempdir().unwrap();
    let folder = error([dir.path()]);
    assert!(
        folder.ends_with("there is no file in the directory"),
        "{folder}"
    );
    let missing = dir.path().join("missing.csv");
    let cause = format!("{}: cannot open the file: ", missing.display());
    assert!(error([&missing]).contains(&cause));
    let pattern = dir.path().join("*.csv");
    let expected = format!("error: {}: the pattern matches no file", pattern.display());
    assert_eq!(error([pattern]), expected);
}

#[test]
fn wrong_arguments_give_one_line() {
    assert_eq!(error(["--fast"]), "error: there is no option --fast");
    assert_eq!(
        error(["--threads", "many"]),
        "error: --threads needs a number"
    );
    assert_eq!(error(["--graph"]), "error: --graph needs a file name");
    let unknown = error(["--graph", "graph.bmp", "any.csv"]);
    assert!(
        unknown.starts_with("error: cannot tell a format from the name `graph.bmp`"),
        "{unknown}"
    );
}

/// The folder and what `--graph` wrote there under a name.
fn graph(name: &str) -> (TempDir, String) {
    let dir = tempfile::tempdir().unwrap();
    let files = taxi::generate(dir.path(), 1, 10, 5).unwrap();
    let picture = dir.path().join(name);
    counts(["--graph".as_ref(), picture.as_path(), &files.paths[0]]);
    let text = fs::read_to_string(&picture).unwrap();
    (dir, text)
}

#[test]
fn the_graph_is_drawn() {
    insta::assert_snapshot!(graph("graph.txt").1);
    assert!(graph("graph.svg").1.starts_with("<svg"));
}

#[test]
fn the_readme_shows_the_program_and_its_graph() {
    let readme = include_str!("../README.md");
    assert!(readme.contains(include_str!("../examples/long_trips.rs")));
    let (_dir, text) = graph("graph.txt");
    assert!(readme.contains(&text), "{text}");
}
