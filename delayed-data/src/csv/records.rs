//! Where records end: the only part of reading CSV that must see every byte in
//! order, so it does nothing else.

use memchr::{memchr, memchr_iter, memchr2, memrchr};

use super::dialect::Marks;

/// Finds the ends of records in a buffer that grows.
///
/// A record ends at a `\n` that no quotes surround; a line with nothing on it
/// is no record, and neither is a comment. A quote opens a quoted field only where a field starts: the
/// one in `5" pipe` is a character like any other.
#[derive(Debug, Default)]
pub(super) struct RecordEnds {
    marks: Marks,
    /// What is before this has been looked at.
    at: usize,
    /// Where the record that has not ended yet starts.
    start: usize,
    in_quotes: bool,
    in_comment: bool,
    /// How many `\n` there are before `at`, those in quotes included.
    pub(super) newlines: u64,
}

/// Why [`RecordEnds::find`] stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Found {
    /// As many ends as were wanted are known.
    Enough,
    /// All bytes were looked at.
    NeedMore,
}

/// A quote opens a field and never closes.
#[derive(Debug)]
pub(super) struct OpenQuote;

impl RecordEnds {
    pub(super) fn new(marks: Marks) -> RecordEnds {
        RecordEnds {
            marks,
            ..RecordEnds::default()
        }
    }

    /// Adds the ends (after the `\n`) of the records in `bytes` to `ends` until
    /// it holds `wanted`. `bytes` must start with what it held in earlier calls.
    pub(super) fn find(&mut self, bytes: &[u8], wanted: usize, ends: &mut Vec<usize>) -> Found {
        while ends.len() < wanted {
            match self.next(bytes) {
                Some(end) => ends.push(end),
                None => return Found::NeedMore,
            }
        }
        Found::Enough
    }

    /// Looks at all bytes as `find` does, to know only where the last line ends
    /// that closes a record. What has no quotes is not looked at line by line.
    pub(super) fn skim(&mut self, bytes: &[u8]) {
        let new = &bytes[self.at..];
        let is_plain = |mark: Option<u8>| mark.is_none_or(|mark| memchr(mark, new).is_none());
        let inside = self.in_quotes || self.in_comment;
        if inside || !is_plain(self.marks.quote) || !is_plain(self.marks.comment) {
            while self.next(bytes).is_some() {}
            return;
        }
        if let Some(last) = memrchr(b'\n', new) {
            self.newlines += memchr_iter(b'\n', new).count() as u64;
            self.start = self.at + last + 1;
        }
        self.at = bytes.len();
    }

    /// The end of the next record that has one in `bytes`.
    fn next(&mut self, bytes: &[u8]) -> Option<usize> {
        let Marks {
            delimiter,
            quote,
            comment,
        } = self.marks;
        let stop = quote.unwrap_or(b'\n');
        loop {
            if comment.is_some() && self.at == self.start {
                self.in_comment = bytes.get(self.at).copied() == comment;
            }
            if self.in_comment {
                if !self.leave_comment(bytes) {
                    return None;
                }
                continue;
            }
            if self.in_quotes {
                if !self.leave_quotes(bytes) {
                    return None;
                }
                continue;
            }
            let Some(found) = memchr2(b'\n', stop, &bytes[self.at..]) else {
                self.at = bytes.len();
                return None;
            };
            let found = self.at + found;
            self.at = found + 1;
            if bytes[found] != b'\n' {
                self.in_quotes = found == self.start || bytes[found - 1] == delimiter;
                continue;
            }
            self.newlines += 1;
            let start = std::mem::replace(&mut self.start, self.at);
            if !is_blank(&bytes[start..found]) {
                return Some(self.at);
            }
        }
    }

    /// Moves behind the line of a comment; `false` if its end has not come.
    fn leave_comment(&mut self, bytes: &[u8]) -> bool {
        let end = memchr(b'\n', &bytes[self.at..]);
        self.at = end.map_or(bytes.len(), |end| self.at + end + 1);
        if end.is_some() {
            self.newlines += 1;
            self.start = self.at;
            self.in_comment = false;
        }
        end.is_some()
    }

    /// Moves behind the quote that closes the field; `false` if it has not come.
    fn leave_quotes(&mut self, bytes: &[u8]) -> bool {
        let quote = self.marks.quote_byte();
        loop {
            let rest = &bytes[self.at..];
            let passed = memchr(quote, rest).unwrap_or(rest.len());
            self.newlines += memchr_iter(b'\n', &rest[..passed]).count() as u64;
            self.at += passed;
            match bytes.get(self.at + 1) {
                // The last byte there is: the next one may double the quote.
                None => return false,
                Some(&next) if next == quote => self.at += 2,
                Some(_) => {
                    self.at += 1;
                    self.in_quotes = false;
                    return true;
                }
            }
        }
    }

    /// How many bytes the record that has not ended has so far.
    pub(super) fn open_bytes(&self, bytes: &[u8]) -> usize {
        bytes.len() - self.start
    }

    /// How many `\n` come before the record that has not ended.
    pub(super) fn newlines_before_open(&self, bytes: &[u8]) -> u64 {
        self.newlines - memchr_iter(b'\n', &bytes[self.start..self.at]).count() as u64
    }

    /// Where the record that has not ended starts.
    pub(super) fn open_start(&self) -> usize {
        self.start
    }

    /// Ends the last record, if there is one, when no more bytes will come.
    pub(super) fn finish(&mut self, bytes: &[u8]) -> Result<Option<usize>, OpenQuote> {
        // A quote that is the last byte could not be told from a doubled one.
        if self.in_quotes && bytes.get(self.at).copied() != self.marks.quote {
            return Err(OpenQuote);
        }
        let is_record = !self.in_comment && !is_blank(&bytes[self.start..]);
        self.start = bytes.len();
        self.at = bytes.len();
        Ok(is_record.then_some(bytes.len()))
    }
}

/// How many bytes the first record of some whole ones has.
pub(super) fn first_record(marks: Marks, bytes: &[u8]) -> usize {
    RecordEnds::new(marks).next(bytes).unwrap_or(bytes.len())
}

/// Whether a line, without its `\n`, is no record.
fn is_blank(line: &[u8]) -> bool {
    matches!(line, b"" | b"\r")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The records of `bytes` when `step` more bytes are known each time.
    fn records(bytes: &[u8], step: usize) -> Option<Vec<&[u8]>> {
        let (mut state, mut ends) = (RecordEnds::default(), Vec::new());
        for known in (0..bytes.len()).step_by(step).chain([bytes.len()]) {
            assert_eq!(
                state.find(&bytes[..known], usize::MAX, &mut ends),
                Found::NeedMore
            );
        }
        ends.extend(state.finish(bytes).ok()?);
        let mut start = 0;
        Some(
            ends.into_iter()
                .map(|end| &bytes[std::mem::replace(&mut start, end)..end])
                .collect(),
        )
    }

    #[test]
    fn ends_are_the_same_however_the_bytes_arrive() {
        let cases: [(&str, &[&str]); 8] = [
            ("", &[]),
            ("\n\r\n\n", &[]),
            ("a,b\nc,d\n", &["a,b\n", "c,d\n"]),
            ("a\r\n\r\nb", &["a\r\n", "\r\nb"]),
            (
                "\"x\ny\",1\n\"\"\"\n\",2\n",
                &["\"x\ny\",1\n", "\"\"\"\n\",2\n"],
            ),
            ("5\" pipe\n6,7\" a\n", &["5\" pipe\n", "6,7\" a\n"]),
            ("1,\"\"\n\"a\"b\"\n\"", &[]),
            ("1,\"a\"", &["1,\"a\""]),
        ];
        for (text, expected) in cases {
            for step in 1..=text.len().max(1) {
                let found = records(text.as_bytes(), step);
                match (text, found) {
                    ("1,\"\"\n\"a\"b\"\n\"", found) => assert_eq!(found, None, "step {step}"),
                    (_, found) => {
                        let expected: Vec<_> = expected.iter().map(|r| r.as_bytes()).collect();
                        assert_eq!(found, Some(expected), "{text:?}, step {step}");
                    }
                }
            }
        }
    }

    #[test]
    fn newlines_in_quotes_count_as_lines() {
        let bytes = b"\"a\n\n\"\nb\n\"open\n";
        for step in 1..=bytes.len() {
            let (mut state, mut ends) = (RecordEnds::default(), Vec::new());
            for known in (0..bytes.len()).step_by(step).chain([bytes.len()]) {
                state.find(&bytes[..known], usize::MAX, &mut ends);
            }
            assert_eq!(ends, [6, 8]);
            assert_eq!(state.newlines, 5);
            assert_eq!(state.newlines_before_open(bytes), 4);
            assert_eq!(state.open_bytes(bytes), 6);
        }
    }

    #[test]
    fn comments_are_no_records() {
        let marks = Marks {
            delimiter: b';',
            quote: Some(b'\''),
            comment: Some(b'#'),
        };
        let bytes = b"#it's\na;'#\n'\n#\n\n'';#\n\"\n#end";
        for step in 1..=bytes.len() {
            let (mut state, mut ends) = (RecordEnds::new(marks), Vec::new());
            for known in (0..bytes.len()).step_by(step).chain([bytes.len()]) {
                state.find(&bytes[..known], usize::MAX, &mut ends);
            }
            ends.extend(state.finish(bytes).unwrap());
            assert_eq!((ends, state.newlines), (vec![13, 21, 23], 7), "{step}");
        }
    }

    #[test]
    fn it_stops_at_as_many_as_are_wanted() {
        let (mut state, mut ends) = (RecordEnds::default(), Vec::new());
        assert_eq!(state.find(b"a\nb\nc\n", 2, &mut ends), Found::Enough);
        assert_eq!((ends, state.newlines), (vec![2, 4], 2));
    }
}
