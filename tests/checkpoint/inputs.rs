//! What tells one call from another.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use delayed::checkpoint::{Digest, Fingerprint};
use delayed::prelude::*;
use serde::Serialize;

use crate::{keeping, result, results, temporary, told};

#[delayed(checkpoint)]
fn size(path: &Path) -> Option<u64> {
    fs::metadata(path).ok().map(|metadata| metadata.len())
}

const STALE: &str = "a file that the task reads has been changed since";

/// Runs `size(path)`, and says how many results were reused and written, and why
/// one was not believed.
fn run(folder: &Path, path: &Path) -> (u64, u64, Vec<String>) {
    let runtime = keeping(folder, 1);
    let value = pipeline!({ size(path) }).compute_on(&runtime).unwrap();
    assert_eq!(value, size::eager(path));
    let checkpoints = runtime.checkpoints();
    let (reused, written, troubles) = told(&checkpoints);
    let reasons = troubles.iter().map(|(_, reason)| (*reason).to_owned());
    (reused, written, reasons.collect())
}

fn change_at(path: &Path, seconds: u64) {
    let file = File::options().write(true).open(path).unwrap();
    let time = SystemTime::UNIX_EPOCH + Duration::from_secs(seconds);
    file.set_modified(time).unwrap();
}

#[test]
fn a_file_is_known_by_its_size_and_its_last_change() {
    let folder = temporary();
    let (kept, file) = (folder.path().join("kept"), folder.path().join("a.csv"));
    let stale = || vec![STALE.to_owned()];
    let fresh = (1, 0, vec![]);

    assert_eq!(run(&kept, &file), (0, 1, vec![]), "absent");
    assert_eq!(run(&kept, &file), fresh);
    fs::write(&file, "a").unwrap();
    change_at(&file, 1_000_000);
    assert_eq!(run(&kept, &file), (0, 1, stale()), "there now");
    assert_eq!(run(&kept, &file), fresh);
    fs::write(&file, "ab").unwrap();
    change_at(&file, 1_000_000);
    assert_eq!(run(&kept, &file), (0, 1, stale()), "another size");
    assert_eq!(run(&kept, &file), fresh);
    change_at(&file, 1_000_001);
    assert_eq!(run(&kept, &file), (0, 1, stale()), "changed later");
    change_at(&file, 1_000_000);
    assert_eq!(run(&kept, &file), (0, 1, stale()), "changed earlier");
    fs::remove_file(&file).unwrap();
    assert_eq!(run(&kept, &file), (0, 1, stale()), "absent again");
    assert_eq!(run(&kept, &file), fresh);
    // A stale result does not stay beside the new one.
    assert_eq!(results(&kept).len(), 1);

    let other = folder.path().join("b.csv");
    assert_eq!(run(&kept, &other), (0, 1, vec![]), "another file");
    assert_eq!(run(&kept, &file), fresh);
}

#[test]
fn files_in_lists_and_tuples_are_files() {
    #[delayed(checkpoint)]
    fn sizes(paths: Vec<PathBuf>, and: Option<(&Path, u8)>) -> u64 {
        let paths = paths
            .iter()
            .map(PathBuf::as_path)
            .chain(and.map(|(path, _)| path));
        paths.map(|path| fs::metadata(path).unwrap().len()).sum()
    }

    let folder = temporary();
    let (kept, file) = (folder.path().join("kept"), folder.path().join("a.csv"));
    for (text, seconds, stale) in [("a", 1, 0), ("bc", 1, 1), ("de", 2, 1), ("de", 2, 0)] {
        fs::write(&file, text).unwrap();
        change_at(&file, seconds);
        let runtime = keeping(&kept, 1);
        let sum = pipeline!({ sizes(vec![file.clone()], Some((&file, 0))) });
        assert_eq!(sum.compute_on(&runtime).unwrap(), 2 * text.len() as u64);
        assert_eq!(runtime.checkpoints().troubles.len(), stale);
    }
    result(&kept);
}

/// How many different results are kept of these calls, each made twice.
macro_rules! different {
    ($ty:ty: $($value:expr),* $(,)?) => {{
        #[delayed(checkpoint)]
        fn look(x: $ty) -> String {
            format!("{x:?}")
        }

        let folder = temporary();
        for _ in 0..2 {
            $(
                let runtime = keeping(folder.path(), 1);
                let x: $ty = $value;
                let text = pipeline!({ look(x) }).compute_on(&runtime).unwrap();
                assert_eq!(text, look::eager($value));
                assert_eq!(told(&runtime.checkpoints()).2, []);
            )*
        }
        results(folder.path()).len()
    }};
}

#[derive(Debug, Serialize)]
struct Named<T> {
    name: &'static str,
    value: T,
    rest: BTreeMap<u8, Option<Choice>>,
}

#[derive(Debug, Serialize)]
enum Choice {
    One,
    Two,
    Of(u8),
    Both(u8, u8),
    Each { a: u8, b: u8 },
}

fn named<T>(value: T, rest: impl IntoIterator<Item = (u8, Option<Choice>)>) -> Named<T> {
    let name = "n";
    let rest = rest.into_iter().collect();
    Named { name, value, rest }
}

#[test]
fn other_values_are_other_calls() {
    assert_eq!(different!(i64: 0, 1, -1, i64::MIN, 256), 5);
    assert_eq!(different!(u128: 0, 1, 1 << 64), 3);
    assert_eq!(different!((usize, isize): (0, 1), (1, 0)), 2);
    let nan = f64::from_bits(f64::NAN.to_bits() ^ 1);
    assert_eq!(different!(f64: 0.0, -0.0, 1.0, f64::NAN, nan), 5);
    assert_eq!(
        different!((bool, char): (true, 'a'), (false, 'a'), (true, 'b')),
        3
    );
    assert_eq!(
        different!((&str, &str): ("ab", "c"), ("a", "bc"), ("", "abc")),
        3
    );
    assert_eq!(different!(String: String::new(), "a".into(), "b".into()), 3);
    assert_eq!(different!(&[u8]: &[], &[0], &[0, 0], &[1, 0]), 4);
    assert_eq!(
        different!(Vec<Vec<u16>>: vec![vec![1], vec![]], vec![vec![], vec![1]]),
        2
    );
    assert_eq!(
        different!([Option<u8>; 2]: [None, Some(0)], [Some(0), None], [None, None]),
        3
    );
    assert_eq!(different!(Result<u8, u8>: Ok(1), Err(1)), 2);
    assert_eq!(
        different!(Duration: Duration::ZERO, Duration::from_nanos(1)),
        2
    );
    let early = SystemTime::UNIX_EPOCH - Duration::from_secs(1);
    assert_eq!(different!(SystemTime: early, SystemTime::UNIX_EPOCH), 2);
    assert_eq!(
        different!(VecDeque<u8>: [1].into(), [2].into(), [].into()),
        3
    );
    assert_eq!(
        different!(BTreeMap<u8, u8>: [(1, 2)].into(), [(2, 1)].into()),
        2
    );
    assert_eq!(
        different!(BTreeSet<u8>: [1].into(), [2].into(), [1, 2].into()),
        3
    );
    assert_eq!(
        different!((Box<u8>, Arc<str>): (0.into(), "a".into()), (0.into(), "b".into())),
        2
    );
    assert_eq!(
        different!(Cow<'static, str>: "a".into(), String::from("a").into(), "b".into()),
        2
    );
    assert_eq!(different!((): ()), 1);
}

#[test]
fn other_values_that_serde_writes_are_other_calls() {
    assert_eq!(
        different!(Choice:
            Choice::One, Choice::Two, Choice::Of(0), Choice::Both(0, 1), Choice::Both(1, 0),
            Choice::Each { a: 0, b: 1 }, Choice::Each { a: 1, b: 0 },
        ),
        7
    );
    assert_eq!(
        different!(Named<u8>:
            named(0, []), named(1, []), named(0, [(0, None)]), named(0, [(1, None)]),
            named(0, [(0, Some(Choice::One))]), named(0, [(0, Some(Choice::Two))]),
            named(0, [(0, Some(Choice::One)), (1, Some(Choice::Two))]),
            named(0, [(0, Some(Choice::Two)), (1, Some(Choice::One))]),
        ),
        8
    );
    assert_eq!(
        different!(Named<(f32, f64, Vec<i8>)>:
            named((0.0, 0.0, vec![]), []), named((-0.0, 0.0, vec![]), []),
            named((0.0, 1.0, vec![]), []), named((0.0, 0.0, vec![0]), []),
            named((0.0, 0.0, vec![0, 0]), []),
        ),
        5
    );
    assert_eq!(
        different!(Named<Option<Option<()>>>:
            named(None, []), named(Some(None), []), named(Some(Some(())), []),
        ),
        3
    );
    assert_eq!(
        different!(Named<[&str; 2]>:
            named(["ab", "c"], []), named(["a", "bc"], []), named(["abc", ""], []),
        ),
        3
    );
}

/// The same entries in whatever order, as hash maps have them.
#[derive(Debug)]
struct Shuffled(Vec<(&'static str, u64)>);

impl Serialize for Shuffled {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().copied())
    }
}

#[test]
fn the_order_of_a_maps_entries_does_not_matter() {
    #[delayed(checkpoint)]
    fn sum(map: &Shuffled) -> u64 {
        map.0.iter().map(|(_, value)| value).sum()
    }

    let folder = temporary();
    let runtime = keeping(folder.path(), 1);
    let maps = [
        [("a", 1), ("b", 2), ("c", 3)],
        [("c", 3), ("a", 1), ("b", 2)],
        [("a", 2), ("b", 1), ("c", 3)],
        [("a", 1), ("b", 2), ("b", 2)],
    ];
    let maps = maps.map(|map| Shuffled(map.to_vec()));
    let sums = pipeline!({
        for map in &maps {
            sum(map)
        }
    });
    assert_eq!(sums.compute_on(&runtime).unwrap(), [6, 6, 6, 5]);
    assert_eq!(results(folder.path()).len(), 3);
}

/// Says itself what it is known by, and that is not all of it.
#[derive(Clone, Serialize)]
struct Dataset {
    file: PathBuf,
    comment: &'static str,
}

impl Fingerprint for Dataset {
    fn fingerprint(&self, digest: &mut Digest) {
        self.file.fingerprint(digest);
    }
}

#[test]
fn a_type_says_itself_what_it_is_known_by() {
    #[delayed(checkpoint)]
    fn length(dataset: &Dataset, and: Vec<Dataset>) -> u64 {
        fs::metadata(&dataset.file).unwrap().len() + and.len() as u64
    }

    let folder = temporary();
    let (kept, file) = (folder.path().join("kept"), folder.path().join("a.csv"));
    fs::write(&file, "abc").unwrap();
    for (comment, seconds, stale) in [("", 1, 0), ("new", 1, 0), ("new", 2, 1)] {
        change_at(&file, seconds);
        let file = file.clone();
        let dataset = Dataset { file, comment };
        let runtime = keeping(&kept, 1);
        let length = pipeline!({ length(&dataset, vec![dataset.clone()]) });
        assert_eq!(length.compute_on(&runtime).unwrap(), 4);
        assert_eq!(
            runtime.checkpoints().troubles.len(),
            stale,
            "{comment} {seconds}"
        );
    }
    result(&kept);
}
