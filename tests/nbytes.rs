//! What derived types say they hold.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::marker::PhantomData;
use std::rc::Rc;

use delayed::NBytes;

#[derive(NBytes)]
struct Table<'t, T, K, const N: usize> {
    names: [String; N],
    columns: Vec<Column<T>>,
    note: Cow<'t, str>,
    index: BTreeMap<u32, Vec<u8>>,
    kind: PhantomData<K>,
    #[nbytes(skip)]
    shared: Rc<Vec<u8>>,
}

#[derive(NBytes)]
enum Column<T> {
    Empty,
    Constant(T),
    Dense {
        values: Vec<T>,
        valid: Option<Box<[u8]>>,
    },
}

/// A type of its own, without `NBytes`.
struct Unit;

#[test]
fn what_the_fields_own_is_added_to_the_place() {
    let table = Table::<u16, Unit, 2> {
        names: [String::with_capacity(10), String::with_capacity(20)],
        columns: vec![
            Column::Empty,
            Column::Constant(7),
            Column::Dense {
                values: Vec::with_capacity(100),
                valid: Some(vec![0; 13].into()),
            },
        ],
        note: Cow::Borrowed("belongs to somebody else"),
        index: BTreeMap::from([(1, Vec::with_capacity(5))]),
        kind: PhantomData,
        shared: Rc::new(vec![0; 1000]),
    };
    let place = size_of::<Table<'_, u16, Unit, 2>>();
    let columns = 3 * size_of::<Column<u16>>() + 200 + 13;
    let index = size_of::<u32>() + size_of::<Vec<u8>>() + 5;
    assert_eq!(table.nbytes(), place + 10 + 20 + columns + index);
    assert_eq!(table.shared.len(), 1000);
}

#[derive(NBytes)]
enum List<T> {
    End,
    Link(T, Box<List<T>>),
}

#[test]
fn a_type_may_hold_itself() {
    let list = List::Link(
        "a".repeat(3),
        Box::new(List::Link("b".repeat(4), Box::new(List::End))),
    );
    assert_eq!(list.nbytes(), 3 * size_of::<List<String>>() + 7);
}

#[derive(NBytes)]
struct Point(f64, f32);

#[derive(NBytes)]
struct Marker;

#[derive(NBytes)]
enum Never {}

#[test]
fn plain_types_are_their_place_alone() {
    assert_eq!(Point(1.0, 2.0).nbytes(), size_of::<Point>());
    assert_eq!(Marker.nbytes(), 0);
    // Padding counts, as the list has it.
    let points = vec![Point(0.0, 0.0), Point(1.0, 1.0)];
    assert_eq!(points.nbytes(), size_of::<Vec<Point>>() + 32);
    assert_eq!(None::<Never>.nbytes(), size_of::<Option<Never>>());
    let point = &points[1];
    assert_eq!((point.0, point.1), (1.0, 1.0));
}
