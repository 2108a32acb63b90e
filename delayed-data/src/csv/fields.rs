//! The fields of records, in one form whichever way they were found.
//!
//! Almost every line is cut where its delimiters are. A record whose quotes are not
//! simply around fields is read by `csv-core`, the tokenizer of the `csv` crate.

use csv_core::{ReadRecordResult, ReaderBuilder, Terminator};
use memchr::{memchr, memchr_iter};

use super::dialect::Marks;
use super::plain::{Cutter, Starts};
use super::records::first_record;

/// One record, and its first fields.
#[derive(Clone, Copy)]
pub(super) struct Record<'a> {
    /// As the text has it, but perhaps without its line end.
    pub(super) text: &'a [u8],
    pub(super) is_ascii: bool,
    /// What the fields are parts of.
    bytes: &'a [u8],
    /// Where each field starts, and where one behind the last would.
    starts: &'a [usize],
    /// How many bytes there are between one field and the next.
    gap: usize,
    /// What is around some of the fields.
    quote: Option<u8>,
    len: usize,
}

impl<'a> Record<'a> {
    /// How many fields there are.
    #[inline]
    pub(super) fn len(self) -> usize {
        self.len
    }

    /// The field at a position without its quotes. The position must be less than
    /// the number of fields, and than of those that were asked for.
    #[inline]
    pub(super) fn field(self, position: usize) -> &'a [u8] {
        let field = &self.bytes[self.starts[position]..self.starts[position + 1] - self.gap];
        match (self.quote, field) {
            (Some(quote), [first, inner @ .., _]) if *first == quote => inner,
            _ => field,
        }
    }
}

/// Gives the number and the first `wanted` fields of each record to `each`, in
/// order, until one is refused. The text is one of whole records.
#[inline]
pub(super) fn for_each<E>(
    marks: Marks,
    text: &[u8],
    wanted: usize,
    mut each: impl FnMut(usize, Record<'_>) -> Result<(), E>,
) -> Result<(), E> {
    let (cutter, mut starts) = (Cutter::new(marks, wanted), Starts::new());
    let mut tokenizer = None;
    let (mut row, mut rest) = (0, text);
    while let Some(&first) = rest.first() {
        if marks.comment == Some(first) {
            let end = memchr(b'\n', rest).unwrap_or(rest.len());
            rest = rest.get(end + 1..).unwrap_or_default();
            continue;
        }
        if let Some(found) = cutter.cut(rest, &mut starts) {
            let (line, after) = rest.split_at(found.len);
            rest = after.get(1..).unwrap_or_default();
            let line = line.strip_suffix(b"\r").unwrap_or(line);
            if line.is_empty() {
                continue;
            }
            let record = Record {
                text: line,
                is_ascii: found.is_ascii,
                bytes: line,
                starts: starts.of(line, found.fields),
                gap: 1,
                quote: marks.quote.filter(|_| found.has_quotes),
                len: found.fields,
            };
            each(row, record)?;
        } else {
            let (record, after) = rest.split_at(first_record(marks, rest));
            rest = after;
            let tokenizer = tokenizer.get_or_insert_with(|| Tokenizer::new(marks));
            each(row, tokenizer.record(record))?;
        }
        row += 1;
    }
    Ok(())
}

/// `csv-core` and the memory it writes to.
pub(super) struct Tokenizer {
    delimiter: u8,
    reader: csv_core::Reader,
    bytes: Vec<u8>,
    /// Where each field starts: where the one before it ends.
    starts: Vec<usize>,
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
            starts: vec![0],
        }
    }

    /// The fields of a record.
    fn record<'a>(&'a mut self, text: &'a [u8]) -> Record<'a> {
        let record = text.strip_suffix(b"\n").unwrap_or(text);
        let record = record.strip_suffix(b"\r").unwrap_or(record);
        let (written, ended) = self.read(record);
        let line_end = self.reader.read_record(
            b"\n",
            &mut self.bytes[written..],
            &mut self.starts[1 + ended..],
        );
        let (result, _, more, last) = line_end;
        debug_assert_eq!(result, ReadRecordResult::Record);
        Record {
            text,
            is_ascii: text.is_ascii(),
            bytes: &self.bytes[..written + more],
            starts: &self.starts,
            gap: 0,
            quote: None,
            len: ended + last,
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
        self.starts
            .resize(self.starts.len().max(1 + most_fields), 0);
        let (_, _, written, ended) =
            self.reader
                .read_record(record, &mut self.bytes, &mut self.starts[1..]);
        (written, ended)
    }
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
    use crate::csv::records::RecordEnds;

    fn owned(record: Record<'_>, wanted: usize) -> Vec<String> {
        (0..record.len().min(wanted))
            .map(|position| String::from_utf8(record.field(position).to_vec()).unwrap())
            .collect()
    }

    fn one(record: &str) -> Vec<String> {
        owned(
            Tokenizer::new(Marks::default()).record(record.as_bytes()),
            usize::MAX,
        )
    }

    #[test]
    fn quotes_are_taken_off_where_they_open_a_field() {
        assert_eq!(one("a,,b,"), ["a", "", "b", ""]);
        assert_eq!(one("\"a,b\",c"), ["a,b", "c"]);
        assert_eq!(one("\"say \"\"hi\"\"\",\"\""), ["say \"hi\"", ""]);
        assert_eq!(one("5\" pipe,a\"b\""), ["5\" pipe", "a\"b\""]);
        assert_eq!(one("\"a\"b\"c,d"), ["ab\"c", "d"]);
        assert_eq!(one("\"\"\"\",x"), ["\"", "x"]);
        assert_eq!(one("\u{feff}a,\rb\r\r\n"), ["\u{feff}a", "\rb\r"]);
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

    /// Of each record how many fields it has, and the first ones.
    fn fields(marks: Marks, text: &str, wanted: usize) -> Vec<(usize, Vec<String>)> {
        let mut seen = Vec::new();
        for_each(marks, text.as_bytes(), wanted, |row, record| {
            assert_eq!(row, seen.len());
            assert_eq!(record.is_ascii, record.text.is_ascii());
            seen.push((record.len(), owned(record, wanted)));
            Ok::<_, ()>(())
        })
        .unwrap();
        seen
    }

    #[test]
    fn lines_and_fields_may_end_at_any_byte_of_a_window() {
        let marks = Marks {
            comment: Some(b'#'),
            ..Marks::default()
        };
        for before in 0..130 {
            for wanted in [0, 1, 2, 9] {
                let long = "x".repeat(before);
                let text = format!("{long},b\r\n\n# \"no\", record\nc,,\"d\ne\"\n\r\n,é{long}");
                let all = [
                    vec![&long[..], "b"],
                    vec!["c", "", "d\ne"],
                    vec!["", &text[text.len() - before - 2..]],
                ];
                let all = all.map(|fields| {
                    let first = fields.iter().take(wanted).map(ToString::to_string);
                    (fields.len(), first.collect::<Vec<_>>())
                });
                assert_eq!(fields(marks, &text, wanted), all);
                assert_eq!(fields(marks, &format!("{text}\n"), wanted), all);
            }
        }
    }

    #[test]
    fn a_record_that_is_refused_is_the_last() {
        let mut rows = 0;
        let text = b"a\n\"b\"\nc\n";
        let refused = for_each(Marks::default(), text, 1, |row, _| {
            rows += 1;
            if row == 1 { Err(row) } else { Ok(()) }
        });
        assert_eq!((refused, rows), (Err(1), 2));
    }

    /// What `csv-core` makes of each record; `None` if a quote is left open.
    fn careful(text: &str) -> Option<Vec<(usize, Vec<String>)>> {
        let marks = Marks::default();
        let (mut records, mut ends) = (RecordEnds::new(marks), Vec::new());
        records.find(text.as_bytes(), usize::MAX, &mut ends);
        ends.extend(records.finish(text.as_bytes()).ok()?);
        let mut start = 0;
        let records = ends.into_iter().map(|end| {
            let record = &text[std::mem::replace(&mut start, end)..end];
            let fields = one(&record[lines_before(marks, record.as_bytes())..]);
            (fields.len(), fields)
        });
        Some(records.collect())
    }

    #[test]
    fn both_ways_agree() {
        // Longer than the memory that a record may have to be put together in.
        let long = format!("x,{}\n", "y,".repeat(50_000));
        for text in [
            "a\rb,c\n\r\r\n\ra\r",
            "\u{feff}a",
            "a,b,c\n1,2,3",
            "a\r\n\r\n\n,,\r\nb,é\r\n",
            "\n\na,b\n\n",
            "a,\u{feff}b\n",
            "\u{feff}\"a\",b\n\"é\",\"\"\n",
            &long.repeat(4),
        ] {
            let plain = fields(Marks::default(), text, usize::MAX);
            assert_eq!(Some(plain), careful(text), "{text:?}");
        }
    }

    #[test]
    fn both_ways_agree_on_noise() {
        let marks = ["\"", "\"", ",", "\n", "\r\n", "\r", "a", "é"];
        let words = ["\"a,b\"", "\"\"", "abc", "\"a\nb\"", ",", ",", "\n", "\r\n"];
        let mut compared = 0;
        for seed in 0..2000_u64 {
            let mut state = seed;
            let parts = if seed % 4 == 0 { marks } else { words };
            let text: String = (0..seed % 90)
                .map(|_| {
                    state = state.wrapping_mul(0x5851_F42D_4C95_7F2D).wrapping_add(1);
                    parts[(state >> 61) as usize]
                })
                .collect();
            if let Some(expected) = careful(&text) {
                assert_eq!(
                    fields(Marks::default(), &text, usize::MAX),
                    expected,
                    "{text:?}"
                );
                compared += 1;
            }
        }
        assert!(compared > 1000, "{compared}");
    }
}
