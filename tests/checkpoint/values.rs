//! Values of all kinds come back as they were, or are not kept at all.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Debug;

use delayed::checkpoint::TroubleKind;
use delayed::prelude::*;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::{keeping, results, temporary, told};

trait Value: Serialize + DeserializeOwned + Clone + Debug + Send + Sync + 'static {}
impl<T: Serialize + DeserializeOwned + Clone + Debug + Send + Sync + 'static> Value for T {}

#[delayed(checkpoint)]
fn same<T: Value>(x: &T) -> T {
    x.clone()
}

/// Runs `same(x)` twice, and says why its result is not kept, if so.
fn twice<T: Value>(x: &T) -> Option<String> {
    let folder = temporary();
    let mut reason = None;
    for time in 0..2 {
        let runtime = keeping(folder.path(), 1);
        let value = pipeline!({ same(x) }).compute_on(&runtime).unwrap();
        // By their text, as NaN is not equal to itself.
        assert_eq!(format!("{value:?}"), format!("{x:?}"));
        let checkpoints = runtime.checkpoints();
        match told(&checkpoints) {
            (0, 1, troubles) if time == 0 => assert_eq!(troubles, []),
            (1, 0, troubles) if time == 1 => assert_eq!(troubles, []),
            (0, 0, troubles) => {
                let [(TroubleKind::NotKept, why)] = troubles[..] else {
                    panic!("{troubles:?}");
                };
                assert_eq!(results(folder.path()).len(), 0);
                reason = Some(why.to_owned());
            }
            told => panic!("{told:?}"),
        }
    }
    reason
}

#[derive(Clone, Debug, Serialize, Deserialize)]
enum Shape {
    Nothing,
    Circle(f64),
    Box { width: f32, height: f32 },
    Many(Vec<Shape>, BTreeMap<String, Shape>),
}

#[test]
fn values_come_back_as_they_were() {
    let shapes = Shape::Many(
        vec![Shape::Nothing, Shape::Circle(-0.0), Shape::Circle(f64::NAN)],
        BTreeMap::from([(
            "ä".to_owned(),
            Shape::Box {
                width: 1e-40,
                height: 3.0,
            },
        )]),
    );
    assert_eq!(twice(&shapes), None);
    assert_eq!(twice(&(u128::MAX, i128::MIN, u64::MAX, 'ß', ())), None);
    assert_eq!(twice(&[None, Some(None), Some(Some(()))]), None);
    assert_eq!(
        twice(&BTreeSet::from(["a".to_owned(), String::new()])),
        None
    );
    assert_eq!(twice(&(0..10_000).map(f64::from).collect::<Vec<_>>()), None);
    let bits = f64::from_bits(0x7ff8_0000_0000_1234);
    let folder = temporary();
    for _ in 0..2 {
        let again = pipeline!({ same(&bits) }).compute_on(&keeping(folder.path(), 1));
        assert_eq!(again.unwrap().to_bits(), bits.to_bits());
    }
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct Sometimes {
    #[serde(skip_serializing_if = "Option::is_none", default)]
    left: Option<u8>,
    right: u8,
    count: u16,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(untagged)]
enum Untagged {
    Number(u8),
}

#[test]
fn what_would_come_back_as_something_else_is_not_kept() {
    // Read without a look at its form, this has the fields 172 and 2.
    let sometimes = Sometimes {
        left: None,
        right: 0,
        count: 300,
    };
    let why = twice(&sometimes).unwrap();
    assert!(why.starts_with("the field `left` is left out by"), "{why}");
    let left = Some(1);
    assert_eq!(twice(&Sometimes { left, ..sometimes }), None);
    let why = twice(&Untagged::Number(3)).unwrap();
    assert!(why.starts_with("its value cannot be read: "), "{why}");
}

/// Writes more than it reads.
#[derive(Clone, Debug)]
struct Lopsided(u8);

impl Serialize for Lopsided {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        (self.0, self.0).serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Lopsided {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        u8::deserialize(deserializer).map(Self)
    }
}

/// Cannot be written, and says so in one of two ways.
#[derive(Clone, Debug, Deserialize)]
struct Shy {
    panics: bool,
}

impl Serialize for Shy {
    fn serialize<S: Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
        assert!(!self.panics, "too shy");
        Err(serde::ser::Error::custom("rather not"))
    }
}

#[test]
fn what_cannot_be_written_costs_no_result() {
    let why = twice(&Lopsided(5)).unwrap();
    assert!(why.starts_with("its value reads as another one"), "{why}");

    // The argument is the first that cannot be written.
    let why = twice(&Shy { panics: false }).unwrap();
    assert_eq!(why, "an argument cannot be told from others: rather not");
    let why = twice(&Shy { panics: true }).unwrap();
    assert!(
        why.ends_with("what serde does for a type has panicked"),
        "{why}"
    );

    #[delayed(checkpoint)]
    fn make(panics: bool) -> Shy {
        Shy { panics }
    }
    let folder = temporary();
    for (panics, expected) in [
        (false, "rather not"),
        (true, "what serde does for a type has panicked"),
    ] {
        let runtime = keeping(folder.path(), 1);
        let shy = pipeline!({ make(panics) }).compute_on(&runtime).unwrap();
        assert_eq!(shy.panics, panics);
        let checkpoints = runtime.checkpoints();
        assert_eq!(
            told(&checkpoints),
            (0, 0, vec![(TroubleKind::NotKept, expected)])
        );
    }
}
