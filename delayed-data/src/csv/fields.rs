//! The fields of one record.

use std::borrow::Cow;

use memchr::{memchr, memchr_iter};

/// A column that is read: where it is in the file, and in the row asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Wanted {
    /// Its place among the columns of the file, from 0.
    pub(super) position: usize,
    /// Its place among the columns asked for, from 0.
    pub(super) slot: usize,
}

/// Puts the wanted fields of a record into their slots and returns how many
/// fields the record has. `wanted` is in order of position.
pub(super) fn pick<'a>(
    record: &'a str,
    may_have_quotes: bool,
    wanted: &[Wanted],
    slots: &mut [Cow<'a, str>],
) -> usize {
    if may_have_quotes && memchr(b'"', record.as_bytes()).is_some() {
        return pick_quoted(record, wanted, slots);
    }
    let mut rest = record;
    let mut position = 0;
    for want in wanted {
        while position < want.position {
            let Some(comma) = memchr(b',', rest.as_bytes()) else {
                return position + 1;
            };
            rest = &rest[comma + 1..];
            position += 1;
        }
        let end = memchr(b',', rest.as_bytes()).unwrap_or(rest.len());
        slots[want.slot] = Cow::Borrowed(&rest[..end]);
    }
    position + 1 + memchr_iter(b',', rest.as_bytes()).count()
}

#[cold]
fn pick_quoted<'a>(record: &'a str, wanted: &[Wanted], slots: &mut [Cow<'a, str>]) -> usize {
    let mut count = 0;
    let mut wanted = wanted.iter().peekable();
    for (position, field) in fields(record).enumerate() {
        count += 1;
        while let Some(want) = wanted.next_if(|want| want.position == position) {
            slots[want.slot] = field.clone();
        }
    }
    count
}

/// Every field of a record, without its quotes.
pub(super) fn fields(record: &str) -> impl Iterator<Item = Cow<'_, str>> {
    let mut rest = Some(record);
    std::iter::from_fn(move || {
        let (field, after) = first_field(rest?);
        rest = after;
        Some(field)
    })
}

/// The first field, and what comes after its comma if it has one.
fn first_field(record: &str) -> (Cow<'_, str>, Option<&str>) {
    let Some(quoted) = record.strip_prefix('"') else {
        let (field, rest) = until_comma(record);
        return (Cow::Borrowed(field), rest);
    };
    let mut field = Cow::Borrowed("");
    let mut inside = quoted;
    loop {
        let close = memchr(b'"', inside.as_bytes()).unwrap_or(inside.len());
        append(&mut field, &inside[..close]);
        let after = inside.get(close + 1..).unwrap_or("");
        match after.strip_prefix('"') {
            Some(further) => {
                append(&mut field, "\"");
                inside = further;
            }
            // What stands between the closing quote and the comma belongs to
            // the field as it is.
            None => {
                let (tail, rest) = until_comma(after);
                append(&mut field, tail);
                return (field, rest);
            }
        }
    }
}

fn until_comma(text: &str) -> (&str, Option<&str>) {
    match text.split_once(',') {
        Some((field, rest)) => (field, Some(rest)),
        None => (text, None),
    }
}

/// Copies only when there are two parts to join.
fn append<'a>(field: &mut Cow<'a, str>, part: &'a str) {
    if field.is_empty() {
        *field = Cow::Borrowed(part);
    } else if !part.is_empty() {
        field.to_mut().push_str(part);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(record: &str) -> Vec<String> {
        fields(record).map(Cow::into_owned).collect()
    }

    #[test]
    fn quotes_are_taken_off_where_they_open_a_field() {
        assert_eq!(all(""), [""]);
        assert_eq!(all("a,,b,"), ["a", "", "b", ""]);
        assert_eq!(all("\"a,b\",c"), ["a,b", "c"]);
        assert_eq!(all("\"say \"\"hi\"\"\",\"\""), ["say \"hi\"", ""]);
        assert_eq!(all("5\" pipe,a\"b\""), ["5\" pipe", "a\"b\""]);
        assert_eq!(all("\"a\"b\"c,d"), ["ab\"c", "d"]);
        assert_eq!(all("\"\"\"\",x"), ["\"", "x"]);
        assert_eq!(all("\"open,x"), ["open,x"]);
    }

    #[test]
    fn the_fast_way_and_the_careful_way_agree() {
        let wanted = |positions: &[usize]| -> Vec<Wanted> {
            let slots = positions.iter().enumerate();
            let mut wanted: Vec<_> = slots
                .map(|(slot, &position)| Wanted { position, slot })
                .collect();
            wanted.sort();
            wanted
        };
        for record in ["a,b,c,d", "a,b", ",,,", "", "é,ü,ñ,€"] {
            for positions in [&[0][..], &[3, 0], &[1, 1, 2], &[2]] {
                let wanted = wanted(positions);
                let mut fast = vec![Cow::Borrowed(""); positions.len()];
                let mut careful = fast.clone();
                let count = pick(record, false, &wanted, &mut fast);
                assert_eq!(count, pick_quoted(record, &wanted, &mut careful));
                assert_eq!(count, all(record).len());
                assert_eq!(fast, careful, "{record:?} {positions:?}");
            }
        }
    }
}
