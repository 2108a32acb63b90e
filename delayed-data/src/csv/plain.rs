//! The fields of text without quotes: what is between delimiters and line ends.
//!
//! Both are looked for in 64 bytes at a time, as the bits of two words. Where
//! only the first columns are read, the rest of a line is counted, not cut.
//! The way of "Parsing Gigabytes of JSON per Second" (Langdale and Lemire, 2019).

use super::dialect::Marks;
use super::fields::Record;

/// As many bytes as a word has bits.
const BLOCK: usize = u64::BITS as usize;

/// Gives the number and the first `wanted` fields of each record to `each`, in
/// order, until one is refused.
#[inline]
pub(super) fn for_each<E>(
    marks: Marks,
    bytes: &[u8],
    wanted: usize,
    mut each: impl FnMut(usize, Record<'_>) -> Result<(), E>,
) -> Result<(), E> {
    let (blocks, rest) = bytes.as_chunks::<BLOCK>();
    let blocks = blocks.iter().map(|block| Bits::of(block, marks.delimiter));
    let last = Bits::of_last(rest, marks.delimiter);
    let mut ends = Vec::new();
    let (mut row, mut start, mut delimiters) = (0, 0, 0);
    for (number, mut bits) in blocks.chain([last]).enumerate() {
        let block = number * BLOCK;
        loop {
            let (mut places, line_end) = bits.next_line();
            delimiters += places.count_ones() as usize;
            while places != 0 && ends.len() < wanted {
                ends.push(block + places.trailing_zeros() as usize - start);
                places &= places - 1;
            }
            let Some(line_end) = line_end else {
                break;
            };
            let end = block + line_end;
            let line = &bytes[start..end];
            let line = line.strip_suffix(b"\r").unwrap_or(line);
            if !line.is_empty() && marks.comment.is_none_or(|mark| line[0] != mark) {
                let record = Record::Plain {
                    line,
                    ends: &ends,
                    len: delimiters + 1,
                };
                each(row, record)?;
                row += 1;
            }
            start = end + 1;
            delimiters = 0;
            ends.clear();
        }
    }
    Ok(())
}

/// Where the delimiters and the line ends of a block are, the lowest bit first.
struct Bits {
    delimiters: u64,
    line_ends: u64,
}

impl Bits {
    #[inline]
    fn of(block: &[u8; BLOCK], delimiter: u8) -> Self {
        Self {
            delimiters: equal(block, delimiter),
            line_ends: equal(block, b'\n'),
        }
    }

    /// The same of what is left at the end, which ends the last line.
    fn of_last(rest: &[u8], delimiter: u8) -> Self {
        let mut block = [0; BLOCK];
        block[..rest.len()].copy_from_slice(rest);
        let end = 1 << rest.len();
        let all = Self::of(&block, delimiter);
        Self {
            delimiters: all.delimiters & (end - 1),
            line_ends: all.line_ends | end,
        }
    }

    /// Takes the delimiters up to the next line end, and that if there is one.
    #[inline]
    fn next_line(&mut self) -> (u64, Option<usize>) {
        let all = self.line_ends;
        // Up to the lowest bit, or all of them.
        let line = all ^ all.wrapping_sub(1);
        let delimiters = self.delimiters & line;
        self.delimiters &= !line;
        self.line_ends &= !line;
        (
            delimiters,
            (all != 0).then(|| all.trailing_zeros() as usize),
        )
    }
}

/// A bit for each byte that is `wanted`.
#[cfg(target_arch = "x86_64")]
#[inline]
fn equal(block: &[u8; BLOCK], wanted: u8) -> u64 {
    // SAFETY: all processors of this architecture have SSE2.
    unsafe { equal_sse2(block, wanted) }
}

#[cfg(target_arch = "x86_64")]
#[inline]
#[target_feature(enable = "sse2")]
fn equal_sse2(block: &[u8; BLOCK], wanted: u8) -> u64 {
    use std::arch::x86_64::{_mm_cmpeq_epi8, _mm_movemask_epi8, _mm_set_epi64x, _mm_set1_epi8};

    let wanted = _mm_set1_epi8(wanted.cast_signed());
    let (eights, _) = block.as_chunks::<8>();
    let eights: [i64; 8] = std::array::from_fn(|at| i64::from_le_bytes(eights[at]));
    let quarter = |at: usize| {
        let same = _mm_cmpeq_epi8(_mm_set_epi64x(eights[2 * at + 1], eights[2 * at]), wanted);
        u64::from(_mm_movemask_epi8(same).cast_unsigned()) << (16 * at)
    };
    quarter(0) | quarter(1) | quarter(2) | quarter(3)
}

/// A bit for each byte that is `wanted`.
#[cfg(not(target_arch = "x86_64"))]
#[inline]
fn equal(block: &[u8; BLOCK], wanted: u8) -> u64 {
    equal_anywhere(block, wanted)
}

/// The same without the words of a processor.
#[cfg(any(test, not(target_arch = "x86_64")))]
#[inline]
fn equal_anywhere(block: &[u8; BLOCK], wanted: u8) -> u64 {
    /// Moves the lowest bit of the byte with number n to bit 56 + n.
    const GATHER: u64 = 0x0102_0408_1020_4080;
    let same = block.map(|byte| u8::from(byte == wanted));
    let (eights, _) = same.as_chunks::<8>();
    (0..).zip(eights).fold(0, |bits, (number, eight)| {
        let gathered = u64::from_le_bytes(*eight).wrapping_mul(GATHER) >> 56;
        bits | gathered << (8 * number)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bit_stands_for_each_byte() {
        for seed in 0..1000_u64 {
            let mut state = seed;
            let block: [u8; BLOCK] = std::array::from_fn(|_| {
                state = state.wrapping_mul(0x5851_F42D_4C95_7F2D).wrapping_add(1);
                (state >> 61) as u8 * 31
            });
            for wanted in [0, 31, 217, 1] {
                let bits =
                    (0..BLOCK).fold(0, |bits, at| bits | u64::from(block[at] == wanted) << at);
                assert_eq!(equal(&block, wanted), bits);
                assert_eq!(equal_anywhere(&block, wanted), bits);
            }
        }
    }

    fn fields(text: &str, wanted: usize) -> Vec<(usize, Vec<String>)> {
        let mut seen = Vec::new();
        let marks = Marks {
            comment: Some(b'#'),
            ..Marks::default()
        };
        for_each(marks, text.as_bytes(), wanted, |row, record| {
            assert_eq!(row, seen.len());
            let fields = (0..record.len().min(wanted))
                .map(|at| String::from_utf8(record.field(at).to_vec()).unwrap());
            seen.push((record.len(), fields.collect()));
            Ok::<_, ()>(())
        })
        .unwrap();
        seen
    }

    #[test]
    fn lines_and_fields_may_end_at_any_byte_of_a_block() {
        for before in 0..130 {
            for wanted in [0, 1, 2, 9] {
                let long = "x".repeat(before);
                let text = format!("{long},b\r\n\n# no, record\nc,,d\n\r\n,e{long}");
                let all = [
                    vec![&long[..], "b"],
                    vec!["c", "", "d"],
                    vec!["", &text[text.len() - before - 1..]],
                ];
                let all = all.map(|fields| {
                    let first = fields.iter().take(wanted).map(ToString::to_string);
                    (fields.len(), first.collect::<Vec<_>>())
                });
                assert_eq!(fields(&text, wanted), all);
                assert_eq!(fields(&format!("{text}\n"), wanted), all);
            }
        }
    }

    #[test]
    fn a_record_that_is_refused_is_the_last() {
        let mut rows = 0;
        let text = b"a\nb\nc\n";
        let refused = for_each(Marks::default(), text, 1, |row, _| {
            rows += 1;
            if row == 1 { Err(row) } else { Ok(()) }
        });
        assert_eq!((refused, rows), (Err(1), 2));
    }
}
