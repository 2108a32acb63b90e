//! Finding a column by its name.

use crate::Row;
use crate::error::shown;

/// What becomes of a column that a file does not have: see
/// [`Reader::missing_columns`](crate::Reader::missing_columns).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum MissingColumns {
    /// The file is an error, which says what it has and what the first file has.
    #[default]
    Fail,
    /// It has no value in any row, if it is read as an `Option` or for a frame.
    Nulls,
}

/// A column to find, and whether the file has to have it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Wanted<'a> {
    pub(crate) name: &'a str,
    pub(crate) required: bool,
}

/// The columns of a row under these names.
pub(crate) fn wanted<R: Row>(
    names: &[impl AsRef<str>],
    missing: MissingColumns,
) -> Vec<Wanted<'_>> {
    let columns = names.iter().zip(R::EXPECTED);
    let wanted = columns.map(|(name, expected)| Wanted {
        name: name.as_ref(),
        required: expected.required && !(missing == MissingColumns::Nulls && expected.optional),
    });
    wanted.collect()
}

/// The places of columns in the order asked for, `None` for those that the file
/// has not and need not have; or what to tell the user.
pub(crate) fn find_all(
    header: &[String],
    wanted: &[Wanted<'_>],
) -> Result<Vec<Option<usize>>, String> {
    let place = |wanted: &Wanted<'_>| match has(header, wanted.name) {
        false if !wanted.required => Ok(None),
        _ => find(header, wanted.name).map(Some),
    };
    wanted.iter().map(place).collect()
}

/// Whether there is a column, one or several, by one of these names.
fn has(header: &[String], name: &str) -> bool {
    let mut names = name.split('|').map(|name| name.trim().to_lowercase());
    names.any(|name| header.iter().any(|column| column.to_lowercase() == name))
}

/// The place of the column called `name`, from 0, or what to tell the user.
///
/// `name` may be several names with `|` between them; the first that exists is
/// taken. Case matters only where it tells two columns apart.
pub(crate) fn find(header: &[String], name: &str) -> Result<usize, String> {
    for name in name.split('|').map(str::trim) {
        let exact = positions(header, |column| column == name);
        let found = match exact.is_empty() {
            true => positions(header, |column| {
                column.to_lowercase() == name.to_lowercase()
            }),
            false => exact,
        };
        match found[..] {
            [] => {}
            [position] => return Ok(position),
            _ => {
                let times = found.len();
                return Err(format!(
                    "the header has {times} columns called {}",
                    shown(name)
                ));
            }
        }
    }
    Err(missing(header, name))
}

fn positions(header: &[String], is_it: impl Fn(&str) -> bool) -> Vec<usize> {
    (0..header.len())
        .filter(|&position| is_it(&header[position]))
        .collect()
}

fn missing(header: &[String], name: &str) -> String {
    let names: Vec<_> = name.split('|').map(|name| shown(name.trim())).collect();
    let nearest = header
        .iter()
        .map(|column| {
            let distances = name.split('|').map(|name| distance(name.trim(), column));
            (distances.min().unwrap_or(usize::MAX), column)
        })
        .min()
        .filter(|(distance, column)| *distance <= column.chars().count() / 3);
    let hint = match nearest {
        Some((_, column)) => format!("; did you mean {}?", shown(column)),
        None => String::new(),
    };
    format!(
        "no column {}{hint} (columns: {})",
        names.join(" or "),
        list(header)
    )
}

/// The names of columns as an error shows them.
pub(crate) fn list(header: &[String]) -> String {
    let names = header.iter().map(|name| name.escape_debug().to_string());
    names.collect::<Vec<_>>().join(", ")
}

/// How many letters must be added, dropped or changed to make `a` of `b`.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.to_lowercase().chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, a) in a.to_lowercase().chars().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], i + 1);
        for (j, &b) in b.iter().enumerate() {
            let change = diagonal + usize::from(a != b);
            diagonal = row[j + 1];
            row[j + 1] = change.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header(names: &str) -> Vec<String> {
        names.split(' ').map(str::to_owned).collect()
    }

    #[test]
    fn names_are_found_in_any_case_and_by_alternatives() {
        let header = header("VendorID RateCodeID lpep_pickup_datetime id ID");
        assert_eq!(find(&header, "RatecodeID"), Ok(1));
        assert_eq!(
            find(&header, "tpep_pickup_datetime|lpep_pickup_datetime"),
            Ok(2)
        );
        assert_eq!(find(&header, "nothing | vendorid"), Ok(0));
        assert_eq!(find(&header, "ID"), Ok(4));
        assert_eq!(
            find(&header, "Id").unwrap_err(),
            r#"the header has 2 columns called "Id""#
        );
    }

    #[test]
    fn a_missing_name_is_answered_with_those_there_are() {
        let header = header("fare_amount tip_amount");
        assert_eq!(
            find(&header, "Fare_amout").unwrap_err(),
            r#"no column "Fare_amout"; did you mean "fare_amount"? (columns: fare_amount, tip_amount)"#
        );
        assert_eq!(
            find(&header, "a|b").unwrap_err(),
            r#"no column "a" or "b" (columns: fare_amount, tip_amount)"#
        );
    }

    #[test]
    fn distances_count_letters() {
        assert_eq!(distance("", "abc"), 3);
        assert_eq!(distance("kitten", "sitting"), 3);
        assert_eq!(distance("Same", "same"), 0);
    }
}
