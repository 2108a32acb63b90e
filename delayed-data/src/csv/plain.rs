//! The fields of a line: what is between delimiters that are not in quotes.
//!
//! They are looked for in 64 bytes at a time, as the bits of words: the way of
//! "Parsing Gigabytes of JSON per Second" (Langdale and Lemire, 2019). But each
//! line is looked at from its own start, not from where a block of the text has
//! one: lines are much alike, so the processor guesses each turn of the loop, and
//! that is worth more than the bytes that are seen twice.

use memchr::memchr;

use super::dialect::Marks;
use super::quotes::{Marked, Quotes};

/// As many bytes as a word has bits.
const WINDOW: usize = u64::BITS as usize;

/// So many places are written at a time, wanted or not: a loop that ends after
/// each number of them would be guessed wrong too often.
const STRIDE: usize = 4;

/// Cuts lines in the way that suits the processor best.
pub(super) struct Cutter {
    delimiter: u8,
    quote: Option<u8>,
    /// How many fields of a line are looked at.
    wanted: usize,
    #[cfg(target_arch = "x86_64")]
    has_avx2: bool,
}

/// A line that was cut. Line ends in quotes are part of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Line {
    /// How many bytes there are before its end.
    pub(super) len: usize,
    pub(super) fields: usize,
    pub(super) is_ascii: bool,
    /// Whether there are fields in quotes.
    pub(super) has_quotes: bool,
}

/// Where the fields of a line start. What comes behind the last field that was
/// looked at has no meaning.
pub(super) struct Starts {
    places: Vec<usize>,
}

impl Cutter {
    pub(super) fn new(marks: Marks, wanted: usize) -> Self {
        Self {
            delimiter: marks.delimiter,
            quote: marks.quote,
            wanted,
            #[cfg(target_arch = "x86_64")]
            has_avx2: is_x86_feature_detected!("avx2")
                && is_x86_feature_detected!("bmi1")
                && is_x86_feature_detected!("popcnt"),
        }
    }

    /// Finds the fields of the first line of a text; `None` if its quotes are not
    /// of the simple kind.
    #[inline]
    pub(super) fn cut(&self, text: &[u8], starts: &mut Starts) -> Option<Line> {
        #[cfg(target_arch = "x86_64")]
        if self.has_avx2 {
            // SAFETY: the processor has been asked for all that the function needs.
            return unsafe { self.cut_avx2(text, starts) };
        }
        self.cut_by(text, starts, places, has_special)
    }

    #[cfg(target_arch = "x86_64")]
    #[target_feature(enable = "avx2,bmi1,popcnt")]
    fn cut_avx2(&self, text: &[u8], starts: &mut Starts) -> Option<Line> {
        self.cut_by(
            text,
            starts,
            |window, byte| avx2::places(window, byte),
            |window, quote| avx2::has_special(window, quote),
        )
    }

    #[inline(always)]
    fn cut_by(
        &self,
        text: &[u8],
        starts: &mut Starts,
        places: impl Fn(&[u8; WINDOW], u8) -> u64,
        has_special: impl Fn(&[u8; WINDOW], u8) -> bool,
    ) -> Option<Line> {
        let mut is_special = false;
        // Without quotes what is special is what is not ASCII.
        let quote = self.quote.unwrap_or(u8::MAX);
        let marked = |window: &[u8; WINDOW]| Marked {
            delimiters: places(window, self.delimiter),
            line_ends: places(window, b'\n'),
        };
        let (len, fields) = self.walk(text, starts, |window| {
            is_special |= has_special(window, quote);
            Some(marked(window))
        })?;
        let plain = Line {
            len,
            fields,
            is_ascii: true,
            has_quotes: false,
        };
        if !is_special {
            return Some(plain);
        }
        // It may have been the next line.
        let Some(quote) = self
            .quote
            .filter(|&quote| memchr(quote, &text[..len]).is_some())
        else {
            let is_ascii = text[..len].is_ascii();
            return Some(Line { is_ascii, ..plain });
        };
        let mut quotes = Quotes::new();
        let (len, fields) = self.walk(text, starts, |window| {
            let marked = marked(window);
            let returns = places(window, b'\r') & marked.line_ends >> 1;
            quotes.outside(places(window, quote), marked, returns)
        })?;
        Some(Line {
            len,
            fields,
            is_ascii: text[..len].is_ascii(),
            has_quotes: true,
        })
    }

    /// Goes through the windows of a line by their marks; its length, and how many
    /// fields it has.
    #[inline(always)]
    fn walk(
        &self,
        text: &[u8],
        starts: &mut Starts,
        mut marked: impl FnMut(&[u8; WINDOW]) -> Option<Marked>,
    ) -> Option<(usize, usize)> {
        let (mut at, mut fields) = (0, 1);
        loop {
            let rest = text.get(at..)?;
            let last;
            let window = match rest.first_chunk() {
                Some(window) => window,
                None => {
                    last = padded(rest);
                    &last
                }
            };
            let Marked {
                delimiters,
                line_ends,
            } = marked(window)?;
            if line_ends == 0 {
                starts.add(at, delimiters, fields, self.wanted);
                fields += delimiters.count_ones() as usize;
                at += WINDOW;
                continue;
            }
            // Up to the lowest bit.
            let delimiters = delimiters & (line_ends ^ (line_ends - 1));
            starts.add(at, delimiters, fields, self.wanted);
            let len = at + line_ends.trailing_zeros() as usize;
            return Some((len, fields + delimiters.count_ones() as usize));
        }
    }
}

impl Starts {
    pub(super) fn new() -> Self {
        Self { places: vec![0; 2] }
    }

    /// Where each field of a line starts, and where one behind the last would.
    #[inline]
    pub(super) fn of(&mut self, line: &[u8], fields: usize) -> &[usize] {
        if let Some(end) = self.places.get_mut(fields) {
            *end = line.len() + 1;
        }
        &self.places
    }

    /// Adds what comes behind delimiters, given as bits, unless enough is known.
    #[inline(always)]
    fn add(&mut self, at: usize, mut delimiters: u64, mut known: usize, wanted: usize) {
        while delimiters != 0 && known <= wanted {
            let next = known + STRIDE;
            if self.places.len() <= next {
                self.grow(next + 1);
            }
            for place in &mut self.places[known..next] {
                *place = at + delimiters.trailing_zeros() as usize + 1;
                delimiters &= delimiters.wrapping_sub(1);
            }
            known = next;
        }
    }

    /// Makes room for so many places: one more than for the delimiters, as what
    /// ends the line is one more.
    #[cold]
    fn grow(&mut self, len: usize) {
        self.places.resize(len, 0);
    }
}

/// What is less than a window, with line ends behind it: what ends the text ends
/// its last line.
#[cold]
fn padded(rest: &[u8]) -> [u8; WINDOW] {
    let mut window = [b'\n'; WINDOW];
    window[..rest.len()].copy_from_slice(rest);
    window
}

/// A bit for each byte that is wanted.
#[inline]
fn places(window: &[u8; WINDOW], wanted: u8) -> u64 {
    /// Moves the lowest bit of the byte with number n to bit 56 + n.
    const GATHER: u64 = 0x0102_0408_1020_4080;
    let same = window.map(|byte| u8::from(byte == wanted));
    let (eights, _) = same.as_chunks::<8>();
    (0..).zip(eights).fold(0, |bits, (number, eight)| {
        let gathered = u64::from_le_bytes(*eight).wrapping_mul(GATHER) >> 56;
        bits | gathered << (8 * number)
    })
}

/// Whether there is a quote, or a byte that is not ASCII.
#[inline]
fn has_special(window: &[u8; WINDOW], quote: u8) -> bool {
    let special = window.map(|byte| byte & 0x80 | u8::from(byte == quote));
    special.into_iter().fold(0, |any, special| any | special) != 0
}

/// The same in the words of a processor.
#[cfg(target_arch = "x86_64")]
mod avx2 {
    use std::arch::x86_64::{
        __m256i, _mm256_cmpeq_epi8, _mm256_movemask_epi8, _mm256_or_si256, _mm256_set_epi64x,
        _mm256_set1_epi8,
    };

    use super::WINDOW;

    #[inline]
    #[target_feature(enable = "avx2")]
    pub(super) fn places(window: &[u8; WINDOW], wanted: u8) -> u64 {
        let (low, high) = halves(window);
        bits(equal(low, wanted)) | bits(equal(high, wanted)) << 32
    }

    #[inline]
    #[target_feature(enable = "avx2")]
    pub(super) fn has_special(window: &[u8; WINDOW], quote: u8) -> bool {
        let (low, high) = halves(window);
        let quotes = _mm256_or_si256(equal(low, quote), equal(high, quote));
        bits(_mm256_or_si256(quotes, _mm256_or_si256(low, high))) != 0
    }

    #[inline]
    #[target_feature(enable = "avx2")]
    fn halves(window: &[u8; WINDOW]) -> (__m256i, __m256i) {
        let [a, b, c, d, e, f, g, h] = words(window);
        let (low, high) = (_mm256_set_epi64x(d, c, b, a), _mm256_set_epi64x(h, g, f, e));
        (low, high)
    }

    /// The bytes of a window, eight by eight.
    #[inline]
    fn words(window: &[u8; WINDOW]) -> [i64; 8] {
        let (words, _) = window.as_chunks::<8>();
        std::array::from_fn(|at| i64::from_le_bytes(words[at]))
    }

    #[inline]
    #[target_feature(enable = "avx2")]
    fn equal(half: __m256i, byte: u8) -> __m256i {
        _mm256_cmpeq_epi8(half, _mm256_set1_epi8(byte.cast_signed()))
    }

    /// The highest bit of each byte.
    #[inline]
    #[target_feature(enable = "avx2")]
    fn bits(half: __m256i) -> u64 {
        _mm256_movemask_epi8(half).cast_unsigned().into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cutters(marks: Marks, wanted: usize) -> Vec<Cutter> {
        let best = Cutter::new(marks, wanted);
        #[cfg(target_arch = "x86_64")]
        let other = Cutter {
            has_avx2: false,
            ..Cutter::new(marks, wanted)
        };
        #[cfg(not(target_arch = "x86_64"))]
        let other = Cutter::new(marks, wanted);
        vec![best, other]
    }

    /// The first fields of the first line, and what else is known of it.
    fn cut(cutter: &Cutter, text: &[u8]) -> (Line, Vec<Vec<u8>>) {
        let mut starts = Starts::new();
        // What an earlier line has left there.
        cutter.cut(b"a,b,c,d,e,f,g,h,i", &mut starts).unwrap();
        let line = cutter.cut(text, &mut starts).unwrap();
        let bytes = &text[..line.len];
        let starts = starts.of(bytes, line.fields);
        let fields = starts[..=line.fields.min(cutter.wanted)].windows(2);
        let fields = fields.map(|ends| bytes[ends[0]..ends[1] - 1].to_vec());
        (line, fields.collect())
    }

    #[test]
    fn lines_are_cut_as_one_would_byte_by_byte() {
        for seed in 0..2000_u64 {
            let mut state = seed;
            // Also what is behind the end of a text must not be one.
            let delimiter = if seed % 2 == 0 { b',' } else { 0 };
            let marks = Marks {
                delimiter,
                ..Marks::default()
            };
            let len = seed % 200;
            let text: Vec<u8> = (0..len)
                .map(|_| {
                    state = state.wrapping_mul(0x5851_F42D_4C95_7F2D).wrapping_add(1);
                    let rare = if seed % 3 == 0 { b'x' } else { b'\n' };
                    let bytes = [delimiter, b'a', rare, b'b', delimiter, b'c', b'\r', b'd'];
                    bytes[(state >> 61) as usize]
                })
                .collect();
            let line = text.split(|&byte| byte == b'\n').next().unwrap();
            let fields: Vec<_> = line.split(|&byte| byte == delimiter).collect();
            for wanted in [0, 1, 3, 4, 5, 8, 1000] {
                for cutter in cutters(marks, wanted) {
                    let expected = Line {
                        len: line.len(),
                        fields: fields.len(),
                        is_ascii: true,
                        has_quotes: false,
                    };
                    let first: Vec<_> = fields.iter().take(wanted).copied().collect();
                    let (found, found_first) = cut(&cutter, &text);
                    assert_eq!(found, expected);
                    assert_eq!(found_first, first);
                }
            }
        }
    }

    #[test]
    fn what_is_special_is_seen_in_its_line() {
        for (quote, other) in [(Some(b'"'), b'\''), (Some(b'\''), b'"'), (None, b'"')] {
            let marks = Marks {
                quote,
                ..Marks::default()
            };
            for before in 0..150 {
                let text = |byte: u8| {
                    let quoted = [byte, b'x', b',', b'\n', byte];
                    [&b"x".repeat(before)[..], b",", &quoted, b",y\nz\xFF'\""].concat()
                };
                for cutter in cutters(marks, 9) {
                    let line = |byte: u8| cut(&cutter, &text(byte)).0;
                    if let Some(quote) = quote {
                        let expected = Line {
                            len: before + 8,
                            fields: 3,
                            is_ascii: true,
                            has_quotes: true,
                        };
                        assert_eq!(line(quote), expected);
                    }
                    for byte in [other, 0, 0x7F, 0x80, 0xC3, 0xFF] {
                        let expected = Line {
                            len: before + 4,
                            fields: 3,
                            is_ascii: byte.is_ascii(),
                            has_quotes: false,
                        };
                        assert_eq!(line(byte), expected);
                    }
                }
            }
        }
    }

    #[test]
    fn quotes_are_simple_or_refused_at_any_byte_of_a_window() {
        let (mut simple, mut refused) = (vec![], vec![]);
        for before in 0..140 {
            let long = "x".repeat(before);
            for field in ["\"\"", "\"y\"", "\"y,\n\r\"", &format!("\"{long}\"")] {
                simple.extend([
                    format!("{long},{field}"),
                    format!("{field},{long}"),
                    format!("{long},{field},{field}"),
                ]);
            }
            for field in ["y\"", "\"y\"y", "\"\"\"\"", "\"y\"\"y\"", "\"y\"\ry"] {
                refused.extend([format!("{long},{field}"), format!("{long},{field},{long}")]);
            }
        }
        for cutter in cutters(Marks::default(), 1) {
            let mut starts = Starts::new();
            for before in 0..140 {
                let open = format!("\"{}", ",\n".repeat(before));
                assert_eq!(cutter.cut(open.as_bytes(), &mut starts), None);
            }
            for end in ["", "\n", "\n\"", "\r\n,\""] {
                for text in &simple {
                    let line = cutter.cut(format!("{text}{end}").as_bytes(), &mut starts);
                    // A return at the end of a window is not told from others.
                    match line {
                        Some(line) => {
                            let len = text.len() + usize::from(end.starts_with('\r'));
                            assert_eq!((line.len, line.has_quotes), (len, true), "{text}{end}");
                        }
                        None => assert!(end.starts_with('\r') && (text.len() + 1) % WINDOW == 0),
                    }
                }
                for text in &refused {
                    let line = cutter.cut(format!("{text}{end}").as_bytes(), &mut starts);
                    assert_eq!(line, None, "{text}{end}");
                }
            }
        }
    }
}
