//! What values of the standard library say they hold.

use std::borrow::Cow;
use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use super::NBytes;

/// Says less than its own place takes.
struct Modest([u64; 4]);

impl NBytes for Modest {
    fn nbytes(&self) -> usize {
        self.0.len()
    }
}

#[test]
fn a_list_counts_its_room_and_what_its_values_own() {
    let mut numbers: Vec<u32> = Vec::with_capacity(100);
    assert_eq!(numbers.nbytes(), size_of::<Vec<u32>>() + 400);
    numbers.push(7);
    assert_eq!(numbers.nbytes(), size_of::<Vec<u32>>() + 400);

    let mut texts = Vec::with_capacity(3);
    texts.push(String::with_capacity(1000));
    texts.push(String::new());
    let places = size_of::<Vec<String>>() + 3 * size_of::<String>();
    assert_eq!(texts.nbytes(), places + 1000);

    let mut both_ends = VecDeque::from(vec![1_u64; 8]);
    both_ends.rotate_left(3);
    both_ends.shrink_to_fit();
    let all = size_of::<VecDeque<u64>>() + both_ends.capacity() * 8;
    assert_eq!(both_ends.nbytes(), all);
}

#[test]
fn values_without_a_size_take_no_room() {
    assert_eq!(vec![(); 1000].nbytes(), size_of::<Vec<()>>());
}

#[test]
fn wrappers_count_their_place_once() {
    let text = || String::with_capacity(64);
    assert_eq!(Some(text()).nbytes(), size_of::<Option<String>>() + 64);
    assert_eq!(None::<String>.nbytes(), size_of::<Option<String>>());
    let pair = (1_u8, text());
    assert_eq!(pair.nbytes(), size_of::<(u8, String)>() + 64);
    assert_eq!([text(), text()].nbytes(), 2 * size_of::<String>() + 128);
    let boxed: Box<[u16]> = vec![0; 5].into();
    assert_eq!(boxed.nbytes(), size_of::<Box<[u16]>>() + 10);
    let read: Result<String, std::io::Error> = Ok(text());
    assert_eq!(
        read.nbytes(),
        size_of::<Result<String, std::io::Error>>() + 64
    );
}

#[test]
fn what_is_borrowed_belongs_to_somebody_else() {
    let text = "x".repeat(1000);
    assert_eq!(NBytes::nbytes(&&text), size_of::<&String>());
    assert_eq!(
        Cow::Borrowed(text.as_str()).nbytes(),
        size_of::<Cow<'_, str>>()
    );
    let owned: Cow<'_, str> = Cow::Owned(text.clone());
    assert_eq!(owned.nbytes(), size_of::<Cow<'_, str>>() + text.capacity());
}

#[test]
fn what_is_shared_counts_each_time() {
    let shared = Arc::new([0_u64; 100]);
    let twice = [Arc::clone(&shared), shared];
    assert_eq!(twice.nbytes(), 2 * (size_of::<Arc<u8>>() + 800));
}

#[test]
fn maps_count_their_entries() {
    let map = BTreeMap::from([(1_u32, vec![0_u8; 10]), (2, Vec::new())]);
    let entries = 2 * (size_of::<u32>() + size_of::<Vec<u8>>());
    assert_eq!(
        map.nbytes(),
        size_of::<BTreeMap<u32, Vec<u8>>>() + entries + 10
    );
}

#[test]
fn a_value_that_says_too_little_takes_nothing_away() {
    let modest = Modest([0; 4]);
    assert_eq!(Some(modest).nbytes(), size_of::<Option<Modest>>());
}
