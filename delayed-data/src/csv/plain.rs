//! The fields of a line without quotes: what is between delimiters.
//!
//! They are looked for in 64 bytes at a time, as the bits of words: the way of
//! "Parsing Gigabytes of JSON per Second" (Langdale and Lemire, 2019). But each
//! line is looked at from its own start, not from where a block of the text has
//! one: lines are much alike, so the processor guesses each turn of the loop, and
//! that is worth more than the bytes that are seen twice.

use super::dialect::Marks;

/// As many bytes as a word has bits.
const WINDOW: usize = u64::BITS as usize;

/// So many places are written at a time, wanted or not: a loop that ends after
/// each number of them would be guessed wrong too often.
const STRIDE: usize = 4;

/// Cuts lines in the way that suits the processor best.
pub(super) struct Cutter {
    delimiter: u8,
    /// What a field may be surrounded by; if there is no such byte, one that
    /// makes a line special in any case.
    quote: u8,
    /// How many fields of a line are looked at.
    wanted: usize,
    #[cfg(target_arch = "x86_64")]
    has_avx2: bool,
}

/// A line that was cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Line {
    /// How many bytes there are before its end.
    pub(super) len: usize,
    /// How many fields it has if it has no quotes.
    pub(super) fields: usize,
    /// Whether there may be a quote in it, or a byte that is not ASCII: it or the
    /// line behind it has one.
    pub(super) is_special: bool,
}

/// Where the fields of a line start. What comes behind the last field that was
/// looked at has no meaning.
pub(super) struct Starts {
    places: Vec<usize>,
}

/// Where the marks are in a window, the lowest bit first.
struct Marked {
    delimiters: u64,
    line_ends: u64,
    /// Whether there is a quote, or a byte that is not ASCII.
    is_special: bool,
}

impl Cutter {
    pub(super) fn new(marks: Marks, wanted: usize) -> Self {
        Self {
            delimiter: marks.delimiter,
            quote: marks.quote.unwrap_or(u8::MAX),
            wanted,
            #[cfg(target_arch = "x86_64")]
            has_avx2: is_x86_feature_detected!("avx2")
                && is_x86_feature_detected!("bmi1")
                && is_x86_feature_detected!("popcnt"),
        }
    }

    /// Finds the fields of the first line of a text.
    #[inline]
    pub(super) fn cut(&self, text: &[u8], starts: &mut Starts) -> Line {
        #[cfg(target_arch = "x86_64")]
        if self.has_avx2 {
            // SAFETY: the processor has been asked for all that the function needs.
            return unsafe { self.cut_avx2(text, starts) };
        }
        self.cut_by(text, starts, |window| self.marked(window))
    }

    #[cfg(target_arch = "x86_64")]
    #[target_feature(enable = "avx2,bmi1,popcnt")]
    fn cut_avx2(&self, text: &[u8], starts: &mut Starts) -> Line {
        self.cut_by(text, starts, |window| self.marked_avx2(window))
    }

    #[inline(always)]
    fn cut_by(
        &self,
        text: &[u8],
        starts: &mut Starts,
        marked: impl Fn(&[u8; WINDOW]) -> Marked,
    ) -> Line {
        let (mut at, mut fields, mut is_special) = (0, 1, false);
        loop {
            let rest = &text[at..];
            let last;
            // What ends the text ends its last line.
            let (window, end) = match rest.first_chunk() {
                Some(window) => (window, 0),
                None => {
                    last = padded(rest);
                    (&last, 1 << rest.len())
                }
            };
            let marked = marked(window);
            let line_ends = marked.line_ends | end;
            is_special |= marked.is_special;
            if line_ends == 0 {
                starts.add(at, marked.delimiters, fields, self.wanted);
                fields += marked.delimiters.count_ones() as usize;
                at += WINDOW;
                continue;
            }
            // Up to the lowest bit.
            let delimiters = marked.delimiters & (line_ends ^ (line_ends - 1));
            starts.add(at, delimiters, fields, self.wanted);
            return Line {
                len: at + line_ends.trailing_zeros() as usize,
                fields: fields + delimiters.count_ones() as usize,
                is_special,
            };
        }
    }

    #[cfg(target_arch = "x86_64")]
    #[inline]
    #[target_feature(enable = "avx2")]
    fn marked_avx2(&self, window: &[u8; WINDOW]) -> Marked {
        use std::arch::x86_64::{
            __m256i, _mm256_cmpeq_epi8, _mm256_movemask_epi8, _mm256_or_si256, _mm256_set_epi64x,
            _mm256_set1_epi8,
        };

        let [a, b, c, d, e, f, g, h] = words(window);
        let (low, high) = (_mm256_set_epi64x(d, c, b, a), _mm256_set_epi64x(h, g, f, e));
        let equal =
            |half: __m256i, byte: u8| _mm256_cmpeq_epi8(half, _mm256_set1_epi8(byte.cast_signed()));
        // The highest bit of each byte.
        let bits = |half: __m256i| u64::from(_mm256_movemask_epi8(half).cast_unsigned());
        let places = |byte: u8| bits(equal(low, byte)) | bits(equal(high, byte)) << 32;
        let quotes = _mm256_or_si256(equal(low, self.quote), equal(high, self.quote));
        let special = _mm256_or_si256(quotes, _mm256_or_si256(low, high));
        Marked {
            delimiters: places(self.delimiter),
            line_ends: places(b'\n'),
            is_special: bits(special) != 0,
        }
    }

    /// The same without the words of a processor.
    #[inline]
    fn marked(&self, window: &[u8; WINDOW]) -> Marked {
        let special = window.map(|byte| byte & 0x80 | u8::from(byte == self.quote));
        Marked {
            delimiters: places(window, self.delimiter),
            line_ends: places(window, b'\n'),
            is_special: special.into_iter().fold(0, |any, special| any | special) != 0,
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

/// The bytes of a window, eight by eight.
#[cfg(target_arch = "x86_64")]
#[inline]
fn words(window: &[u8; WINDOW]) -> [i64; 8] {
    let (words, _) = window.as_chunks::<8>();
    std::array::from_fn(|at| i64::from_le_bytes(words[at]))
}

/// What is less than a window, with zeros behind it.
#[cold]
fn padded(rest: &[u8]) -> [u8; WINDOW] {
    let mut window = [0; WINDOW];
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
        cutter.cut(b"a,b,c,d,e,f,g,h,i", &mut starts);
        let line = cutter.cut(text, &mut starts);
        let bytes = &text[..line.len];
        let starts = starts.of(bytes, line.fields);
        let fields = starts[..=line.fields.min(cutter.wanted)].windows(2);
        let fields = fields.map(|ends| bytes[ends[0]..ends[1] - 1].to_vec());
        (line, fields.collect())
    }

    #[test]
    fn lines_are_cut_as_one_would_byte_by_byte() {
        for seed in 0..4000_u64 {
            let mut state = seed;
            let len = seed % 200;
            let text: Vec<u8> = (0..len)
                .map(|_| {
                    state = state.wrapping_mul(0x5851_F42D_4C95_7F2D).wrapping_add(1);
                    let rare = if seed % 3 == 0 { b'x' } else { b'\n' };
                    [b',', b'a', rare, b'b', b',', b'c', b'\r', b'd'][(state >> 61) as usize]
                })
                .collect();
            let line = text.split(|&byte| byte == b'\n').next().unwrap();
            let fields: Vec<_> = line.split(|&byte| byte == b',').collect();
            for wanted in [0, 1, 3, 4, 5, 8, 1000] {
                for cutter in cutters(Marks::default(), wanted) {
                    let expected = Line {
                        len: line.len(),
                        fields: fields.len(),
                        is_special: false,
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
    fn what_is_special_is_seen_wherever_it_is() {
        for (mark, other) in [(Some(b'"'), b'\''), (Some(b'\''), b'"'), (None, b'"')] {
            let marks = Marks {
                quote: mark,
                ..Marks::default()
            };
            for before in 0..150 {
                let of = |byte: u8| [&b"x".repeat(before)[..], &[byte], b",y\nz"].concat();
                for cutter in cutters(marks, 9) {
                    let is_special = |byte: u8| cut(&cutter, &of(byte)).0.is_special;
                    assert!(mark.is_none_or(is_special));
                    assert!(is_special(0xC3) && is_special(0xFF) && is_special(0x80));
                    assert!(!is_special(other) && !is_special(0) && !is_special(0x7F));
                }
            }
        }
    }
}
