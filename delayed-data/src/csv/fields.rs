//! The fields of records, in one form whichever way they were found.
//!
//! Almost all text has no quotes, and is cut where its delimiters and line ends
//! are. The rest is read by `csv-core`, the tokenizer of the `csv` crate.

use csv_core::{ReadRecordResult, ReaderBuilder, Terminator};
use memchr::{memchr, memchr_iter};

use super::dialect::Marks;
use super::plain;

/// The first fields of one record, without their quotes.
#[derive(Clone, Copy)]
pub(super) enum Record<'a> {
    /// A line without quotes, where the first fields end, and how many there are.
    Plain {
        line: &'a [u8],
        ends: &'a [usize],
        len: usize,
    },
    /// All fields end to end, and where each ends.
    Unquoted { bytes: &'a [u8], ends: &'a [usize] },
}

impl<'a> Record<'a> {
    /// How many fields there are.
    #[inline]
    pub(super) fn len(self) -> usize {
        match self {
            Record::Plain { len, .. } => len,
            Record::Unquoted { ends, .. } => ends.len(),
        }
    }

    /// The field at a position, which must be less than the number of fields, and
    /// than of those that were asked for.
    #[inline]
    pub(super) fn field(self, position: usize) -> &'a [u8] {
        match self {
            Record::Plain { line, ends, .. } => {
                let start = if position == 0 {
                    0
                } else {
                    ends[position - 1] + 1
                };
                let end = ends.get(position).copied().unwrap_or(line.len());
                &line[start..end]
            }
            Record::Unquoted { bytes, ends } => {
                let start = if position == 0 { 0 } else { ends[position - 1] };
                &bytes[start..ends[position]]
            }
        }
    }
}

/// Gives the number and the first `wanted` fields of each record to `each`, in
/// order, until one is refused. The records end at `ends`, which not all text
/// needs, and fill `bytes`.
#[inline]
pub(super) fn for_each<'e, E>(
    marks: Marks,
    bytes: &[u8],
    wanted: usize,
    ends: impl FnOnce() -> &'e [usize],
    each: impl FnMut(usize, Record<'_>) -> Result<(), E>,
) -> Result<(), E> {
    match is_plain(marks, bytes) {
        true => plain::for_each(marks, bytes, wanted, each),
        false => unquoted(marks, bytes, ends(), each),
    }
}

/// Whether no field is quoted.
fn is_plain(marks: Marks, bytes: &[u8]) -> bool {
    marks
        .quote
        .is_none_or(|quote| memchr(quote, bytes).is_none())
}

fn unquoted<E>(
    marks: Marks,
    bytes: &[u8],
    ends: &[usize],
    mut each: impl FnMut(usize, Record<'_>) -> Result<(), E>,
) -> Result<(), E> {
    let mut tokenizer = Tokenizer::new(marks);
    let mut start = 0;
    for (row, &end) in ends.iter().enumerate() {
        let record = without_line_ends(marks, &bytes[start..end]);
        each(row, tokenizer.record(record))?;
        start = end;
    }
    Ok(())
}

/// `csv-core` and the memory it writes to.
pub(super) struct Tokenizer {
    delimiter: u8,
    reader: csv_core::Reader,
    bytes: Vec<u8>,
    ends: Vec<usize>,
}

impl Tokenizer {
    pub(super) fn new(marks: Marks) -> Tokenizer {
        let mut reader = ReaderBuilder::new()
            .terminator(Terminator::Any(b'\n'))
            .delimiter(marks.delimiter)
            .quote(marks.quote_byte())
            .quoting(marks.quote.is_some())
            .build();
        // A blank line, which is no record: the first bytes that it sees are
        // searched for a byte order mark.
        reader.read_record(b"\n", &mut [0], &mut [0]);
        Tokenizer {
            delimiter: marks.delimiter,
            reader,
            bytes: Vec::new(),
            ends: Vec::new(),
        }
    }

    /// The fields of a record whose line end is gone.
    pub(super) fn record(&mut self, record: &[u8]) -> Record<'_> {
        let (written, ended) = self.read(record);
        let line_end =
            self.reader
                .read_record(b"\n", &mut self.bytes[written..], &mut self.ends[ended..]);
        let (result, _, more, last) = line_end;
        debug_assert_eq!(result, ReadRecordResult::Record);
        Record::Unquoted {
            bytes: &self.bytes[..written + more],
            ends: &self.ends[..ended + last],
        }
    }

    /// How many fields end in the first part of a record.
    pub(super) fn fields_before(&mut self, part: &[u8]) -> usize {
        self.read(part).1
    }

    /// Reads what has no line end; how many bytes and how many ends it wrote.
    fn read(&mut self, record: &[u8]) -> (usize, usize) {
        // What is written is never longer, and one byte must stay free.
        let most_fields = memchr_iter(self.delimiter, record).count() + 2;
        self.bytes.resize(self.bytes.len().max(record.len() + 1), 0);
        self.ends.resize(self.ends.len().max(most_fields), 0);
        let (_, _, written, ended) =
            self.reader
                .read_record(record, &mut self.bytes, &mut self.ends);
        (written, ended)
    }
}

/// A record as its fields see it: what comes before it and its line end gone.
fn without_line_ends(marks: Marks, record: &[u8]) -> &[u8] {
    let record = &record[lines_before(marks, record)..];
    let record = record.strip_suffix(b"\n").unwrap_or(record);
    record.strip_suffix(b"\r").unwrap_or(record)
}

/// How many bytes the blank lines and comments before a record take.
pub(super) fn lines_before(marks: Marks, record: &[u8]) -> usize {
    let mut len = 0;
    loop {
        match &record[len..] {
            [b'\n', ..] => len += 1,
            [b'\r', b'\n', ..] => len += 2,
            // At the end of the file.
            [b'\r'] => len += 1,
            [first, rest @ ..] if Some(*first) == marks.comment => {
                len += memchr(b'\n', rest).map_or(rest.len(), |end| end + 1) + 1;
                len = len.min(record.len());
            }
            _ => return len,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn owned(record: Record<'_>) -> Vec<String> {
        (0..record.len())
            .map(|position| String::from_utf8(record.field(position).to_vec()).unwrap())
            .collect()
    }

    fn one(record: &str) -> Vec<String> {
        owned(Tokenizer::new(Marks::default()).record(record.as_bytes()))
    }

    #[test]
    fn quotes_are_taken_off_where_they_open_a_field() {
        assert_eq!(one("a,,b,"), ["a", "", "b", ""]);
        assert_eq!(one("\"a,b\",c"), ["a,b", "c"]);
        assert_eq!(one("\"say \"\"hi\"\"\",\"\""), ["say \"hi\"", ""]);
        assert_eq!(one("5\" pipe,a\"b\""), ["5\" pipe", "a\"b\""]);
        assert_eq!(one("\"a\"b\"c,d"), ["ab\"c", "d"]);
        assert_eq!(one("\"\"\"\",x"), ["\"", "x"]);
        assert_eq!(one("\u{feff}a,\rb\r"), ["\u{feff}a", "\rb\r"]);
    }

    #[test]
    fn fields_are_counted_in_the_part_of_a_record() {
        let mut tokenizer = Tokenizer::new(Marks::default());
        assert_eq!(tokenizer.fields_before(b""), 0);
        assert_eq!(Tokenizer::new(Marks::default()).fields_before(b"a,\"b,"), 1);
        assert_eq!(
            Tokenizer::new(Marks::default()).fields_before(b"a,\"b,\","),
            2
        );
    }

    #[test]
    fn both_ways_agree_on_plain_text() {
        // Longer than the memory that a record may have to be put together in.
        let long = format!("x,{}\n", "y,".repeat(50_000));
        for text in [
            "a\rb,c\n\r\r\n\ra\r",
            "\u{feff}a",
            "a,b,c\n1,2,3",
            "a\r\n\r\n\n,,\r\nb,é\r\n",
            "\n\na,b\n\n",
            "a,\u{feff}b\n",
            &long.repeat(4),
        ] {
            assert!(is_plain(Marks::default(), text.as_bytes()));
            let mut ends = Vec::new();
            let mut records = super::super::records::RecordEnds::default();
            records.find(text.as_bytes(), usize::MAX, &mut ends);
            ends.extend(records.finish(text.as_bytes()).unwrap());
            let (mut fast, mut careful) = (Vec::new(), Vec::new());
            plain::for_each(
                Marks::default(),
                text.as_bytes(),
                usize::MAX,
                |row, record| {
                    fast.push((row, owned(record)));
                    Ok::<_, ()>(())
                },
            )
            .unwrap();
            unquoted(Marks::default(), text.as_bytes(), &ends, |row, record| {
                careful.push((row, owned(record)));
                Ok::<_, ()>(())
            })
            .unwrap();
            assert_eq!(fast, careful);
            assert_eq!(fast.len(), ends.len());
        }
    }
}
