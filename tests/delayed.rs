//! Run-time graphs as a user writes them.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use delayed::prelude::*;

#[delayed]
fn square(x: f64) -> f64 {
    x * x
}

#[delayed]
fn less_three(x: f64) -> f64 {
    x - 3.0
}

#[delayed]
fn root_plus_four(x: f64) -> f64 {
    (x + 4.0).sqrt()
}

#[delayed]
fn increment(x: i64) -> i64 {
    x + 1
}

#[delayed]
fn double(x: i64) -> i64 {
    2 * x
}

#[delayed]
fn add(x: i64, y: i64) -> i64 {
    x + y
}

#[test]
fn calls_compose() {
    let w = root_plus_four(less_three(square(4.0)));
    assert_eq!(w.compute().unwrap(), 4.123_105_625_617_661);
}

#[test]
fn a_loop_makes_a_graph() {
    let data = [1, 2, 3, 4, 5];
    let output: Vec<Delayed<i64>> = data.iter().map(|&x| add(increment(x), double(x))).collect();
    let total: Delayed<i64> = output.into_iter().sum();
    assert_eq!(total.compute().unwrap(), 50);
}

#[test]
fn a_task_has_its_body_and_its_constants_beside_it() {
    assert_eq!(add::eager(1, increment::eager(2)), 4);
    assert_eq!(add::INFO.name, "add");
    assert_eq!(add::INFO.place().file, "tests/delayed.rs");
    let line = include_str!("delayed.rs")
        .lines()
        .nth(add::INFO.place().line as usize - 1);
    assert_eq!(line, Some("fn add(x: i64, y: i64) -> i64 {"));
    assert_eq!(add::INFO.place().column, 4);
}

#[test]
fn operators_are_nodes() {
    let (a, b) = (increment(1), increment(2));
    let c = 10 * (a + b) - 4 / double(1) + 1;
    assert_eq!((-c).compute().unwrap(), -49);
    let bits = !(increment(5) & 4 | 3 ^ increment(0)) % 7;
    assert_eq!(bits.compute().unwrap(), !(4 | 2) % 7);
    let product: Delayed<i64> = (1..5).map(double).product();
    assert_eq!(product.compute().unwrap(), 16 * 24);
    let time = Delayed::from(Duration::from_secs(1)) + Duration::from_secs(2);
    assert_eq!(time.compute().unwrap(), Duration::from_secs(3));
}

/// A type that is not `Clone`.
#[derive(Debug, PartialEq)]
struct Trips(Vec<u32>);

#[delayed]
fn trips(count: u32) -> Trips {
    Trips((0..count).collect())
}

#[delayed]
fn count_over(trips: &Trips, over: u32) -> usize {
    trips.0.iter().filter(|&&trip| trip > over).count()
}

#[delayed]
fn drain(trips: Trips) -> Vec<u32> {
    trips.0
}

#[test]
fn values_are_borrowed_and_then_taken() {
    let trips = trips(5);
    let counts = [count_over(&trips, 1), count_over(&trips, double_of(1))];
    let list = drain(trips);
    assert_eq!(
        delayed::compute((counts, list)).unwrap(),
        ([3, 2], vec![0, 1, 2, 3, 4])
    );
    assert_eq!(count_over(Trips(vec![7]), 1).compute().unwrap(), 1);
}

#[delayed]
fn double_of(x: u32) -> u32 {
    2 * x
}

#[delayed]
fn describe(name: &str, path: &Path, parts: &[i64], map: &BTreeMap<u8, u8>) -> String {
    format!("{name} {} {parts:?} {map:?}", path.display())
}

#[test]
fn borrowed_arguments_take_what_owns_them() {
    let expected = "a b [1] {}";
    let (name, path) = (
        Delayed::from("a".to_string()),
        Delayed::from(PathBuf::from("b")),
    );
    let (parts, map) = (Delayed::from(vec![1_i64]), Delayed::from(BTreeMap::new()));
    let delayed = describe(&name, &path, &parts, &map);
    let plain = describe(
        "a".to_string(),
        PathBuf::from("b"),
        vec![1],
        BTreeMap::new(),
    );
    let shared = describe("a", Path::new("b"), [1], Arc::new(BTreeMap::new()));
    let gathered = describe(Box::from("a"), PathBuf::from("b"), vec![increment(0)], &map);
    for text in delayed::compute([delayed, plain, shared]).unwrap() {
        assert_eq!(text, expected);
    }
    assert_eq!(gathered.compute().unwrap(), expected);
}

#[delayed]
fn total(parts: Vec<i64>) -> i64 {
    parts.iter().sum()
}

#[delayed]
fn both((a, b): (i64, i64), c: Option<i64>, mut d: i64, _: u8, [e, f]: [i64; 2]) -> i64 {
    d += a + b + c.unwrap_or_default();
    d + e + f
}

#[test]
fn collections_of_delayed_values_are_inputs() {
    assert_eq!(
        total((0..4).map(increment).collect::<Vec<_>>())
            .compute()
            .unwrap(),
        10
    );
    assert_eq!(total(vec![1, 2]).compute().unwrap(), 3);
    let pair = (increment(1), increment(2));
    let sum = both(pair, Some(increment(3)), 5, 0, [double(3), double(4)]);
    assert_eq!(sum.compute().unwrap(), 28);
    assert_eq!(
        both((1, 2), None::<i64>, increment(0), 0, [0, 0])
            .compute()
            .unwrap(),
        4
    );
}

#[delayed]
fn largest<T: Ord + Clone, const N: usize>(items: [T; N], or: &T) -> T
where
    [T; N]: fmt::Debug,
{
    items.into_iter().max().unwrap_or_else(|| or.clone())
}

#[delayed]
fn apply(change: impl Fn(i64) -> i64, value: &impl ToString) -> String {
    let value: i64 = value.to_string().parse().unwrap_or_default();
    change(value).to_string()
}

#[delayed]
fn empty<T: Default>() -> Vec<T> {
    vec![T::default()]
}

#[delayed]
fn longer<'a>(a: &'a str, b: &'a str, c: Cow<'a, str>, d: &'static str) -> String {
    [a, b, &c, d]
        .into_iter()
        .max_by_key(|text| text.len())
        .unwrap_or_default()
        .to_string()
}

#[test]
fn generics_work() {
    assert_eq!(largest([1, 5, 2], 0).compute().unwrap(), 5);
    assert_eq!(
        largest::<i64, 2>([double(1), double(2)], &increment(9))
            .compute()
            .unwrap(),
        4
    );
    assert_eq!(apply(|x| x + 1, 41).compute().unwrap(), "42");
    assert_eq!(empty::<u8>().compute().unwrap(), [0]);
    let text = longer("a".to_string(), "bb", Cow::Borrowed("ccc"), "dd");
    assert_eq!(text.compute().unwrap(), "ccc");
}

#[derive(Debug)]
struct Odd(i64);

impl fmt::Display for Odd {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} is odd", self.0)
    }
}

impl std::error::Error for Odd {}

#[delayed]
fn half(x: i64) -> Result<i64, Odd> {
    if x % 2 == 0 { Ok(x / 2) } else { Err(Odd(x)) }
}

type Outcome<T> = Result<T, Box<dyn std::error::Error + Send + Sync>>;

#[delayed(fallible, name = "parse a number")]
fn parse(text: &str) -> Outcome<i64> {
    Ok(text.parse()?)
}

#[delayed(fallible = false)]
fn plain_result(x: i64) -> Result<i64, Odd> {
    half::eager(x)
}

#[delayed]
fn show(x: i64) -> fmt::Result {
    if x > 0 { Ok(()) } else { Err(fmt::Error) }
}

#[delayed]
fn nested(x: i64) -> Result<i64, delayed::Error> {
    half(half(x)).compute()
}

#[test]
fn failures_travel_to_compute() {
    assert_eq!(half(half(20)).compute().unwrap(), 5);
    let error = half(half(half(6))).compute().unwrap_err();
    let line = line!() - 1;
    assert_eq!(error.task(), Some("half"));
    let place = error.place().unwrap();
    assert_eq!(
        (&*place.file, place.line, place.column),
        ("tests/delayed.rs", line, 22)
    );
    assert_eq!(
        error.to_string(),
        format!("`half` failed at tests/delayed.rs:{line}:22: 3 is odd")
    );
    let source = std::error::Error::source(&error).unwrap();
    assert_eq!(source.downcast_ref::<Odd>().unwrap().0, 3);
}

#[test]
fn return_types_decide_what_is_fallible() {
    let fallible = [half::INFO, show::INFO, parse::INFO].map(|info| info.fallible);
    assert_eq!(fallible, [true; 3]);
    let fallible = [plain_result::INFO, add::INFO].map(|info| info.fallible);
    assert_eq!(fallible, [false; 2]);
    assert_eq!(parse("12").compute().unwrap(), 12);
    assert_eq!(
        parse("x").compute().unwrap_err().task(),
        Some("parse a number")
    );
    assert!(plain_result(3).compute().unwrap().is_err());
    show(1).compute().unwrap();
    assert_eq!(nested(8).compute().unwrap(), 2);
    assert!(
        nested(2)
            .compute()
            .unwrap_err()
            .to_string()
            .contains("1 is odd")
    );
}

#[delayed]
fn sort(list: &mut [i64]) {
    list.sort_unstable();
}

#[test]
fn a_task_that_changes_its_argument_can_be_called_eagerly() {
    let mut list = [2, 1];
    sort::eager(&mut list);
    assert_eq!(list, [1, 2]);
    assert_eq!(sort::INFO.name, "sort");
}

#[test]
fn a_task_can_be_defined_inside_of_a_function() {
    #[delayed]
    fn triple(x: i64) -> i64 {
        3 * x
    }
    let triple_twice = triple(triple(1));
    assert_eq!(triple_twice.compute().unwrap(), triple::eager(3));
}

mod elsewhere {
    pub(crate) mod renamed {
        pub(crate) use delayed as tasks;
    }

    #[delayed::delayed(crate = crate::elsewhere::renamed::tasks)]
    pub(crate) fn negate(x: i64) -> i64 {
        -x
    }
}

#[test]
fn one_use_imports_both_faces_and_the_crate_may_be_renamed() {
    use elsewhere::negate;
    assert_eq!(negate(increment(1)).compute().unwrap(), negate::eager(2));
}

#[test]
fn graphs_show_names_and_how_values_cross() {
    let trips = trips(double_of(3)).named("all_trips");
    let count = count_over(&trips, 1).map(|count| count + 1);
    let list = drain(trips);
    let end = (list.map(|list| list.len()) + count).named("end");
    assert!(format!("{end:?}").starts_with("Delayed(\"end-"), "{end:?}");
    insta::assert_snapshot!(end.graph(), @"
    graph end
        task double_of
        task all_trips = trips <- double_of
        task count_over <- &all_trips
        glue map <- count_over
        task drain <- all_trips, after count_over
        glue map#2 <- drain
        glue end = add <- map, map#2
    ");
    end.graph().check().unwrap();
}

#[test]
fn pictures_are_written_by_extension() {
    let folder = tempfile::tempdir().unwrap();
    let total = add(increment(1), double(2));
    for name in ["a.svg", "a.dot", "a.mmd", "a.txt"] {
        total.visualize(folder.path().join(name)).unwrap();
        let text = std::fs::read_to_string(folder.path().join(name)).unwrap();
        assert!(text.contains("increment"), "{name}");
    }
    assert!(total.visualize(folder.path().join("a.docx")).is_err());
}

#[test]
fn a_pipeline_is_a_node_of_a_graph() {
    let base = increment(1).compute().unwrap();
    let sum = pipeline!(move {
        let mut sum = 0;
        for x in 0..10 {
            sum += add(x, base);
        }
        sum
    });
    assert_eq!(double(sum.delayed()).compute().unwrap(), 130);

    let fails = pipeline!(move {
        let value: i64 = "four".parse()?;
        increment(value)
    });
    let error = add(double(2), fails.delayed()).compute().unwrap_err();
    assert!(error.to_string().contains("invalid digit"), "{error}");
}

#[test]
fn a_delayed_value_is_computed_inside_of_a_pipeline() {
    let three = increment(2);
    let sum = pipeline!({
        let three = three.compute()?;
        let mut sum = 0;
        for x in 0..4 {
            let inner = pipeline!(for y in 0..x {
                double(y)
            });
            let doubles = inner.compute()?;
            sum += add(doubles.len() as i64, three);
        }
        sum
    });
    assert_eq!(sum.compute().unwrap(), 18);
}
