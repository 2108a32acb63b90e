//! Short numbers, as most in files are: `5`, `0.5`, `12.25`.
//!
//! All bytes of one are looked at together, as parts of a word: the way of "Number
//! Parsing at a Gigabyte per Second" (Lemire, 2021).

/// What fits into a word.
const LONGEST: usize = 8;

/// A number without sign and exponent: so many of a power of ten.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Decimal {
    pub(crate) digits: u32,
    /// How many of the digits are behind the point.
    pub(crate) decimals: usize,
}

/// The powers of ten of decimals. All floats have them.
pub(crate) const POWERS: [f32; LONGEST] = [1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7];

impl Decimal {
    /// Reads a number of up to eight bytes, with or without a point; `None` if
    /// that is not what the text is.
    #[inline(always)]
    pub(crate) fn short(text: &[u8]) -> Option<Decimal> {
        let bytes = word(text)?;
        let other = bytes ^ all(b'.');
        // The lowest bit that is set is that of the first point.
        let points = other.wrapping_sub(all(1)) & !other & all(0x80);
        if points == 0 {
            let digits = digits(bytes, text.len())?;
            return Some(Decimal {
                digits,
                decimals: 0,
            });
        }
        let before = (points ^ (points - 1)) >> 8;
        let behind = bytes >> 8 & !before;
        let len = text.len() - 1;
        Some(Decimal {
            digits: digits(bytes & before | behind, len)?,
            decimals: len - points.trailing_zeros() as usize / 8,
        })
    }
}

/// Reads a whole number of up to eight digits; `None` if that is not what the
/// text is.
#[inline]
pub(crate) fn short_whole(text: &[u8]) -> Option<u32> {
    digits(word(text)?, text.len())
}

/// The number that so many digits make, of which the lowest byte has the first.
#[inline(always)]
fn digits(bytes: u64, len: usize) -> Option<u32> {
    const TWO_OF_EIGHT: u64 = 0x0000_00FF_0000_00FF;
    if len == 0 {
        return None;
    }
    let missing = 8 * (LONGEST - len);
    // Digits become their values.
    let values = bytes ^ all(b'0') >> missing;
    if (values.wrapping_add(all(0x7F - 9)) | values) & all(0x80) != 0 {
        return None;
    }
    let values = values << missing;
    let pairs = 10 * values + (values >> 8);
    let high = (pairs & TWO_OF_EIGHT).wrapping_mul(100 + (1_000_000 << 32));
    let low = (pairs >> 16 & TWO_OF_EIGHT).wrapping_mul(1 + (10_000 << 32));
    Some((high.wrapping_add(low) >> 32) as u32)
}

/// Up to eight bytes, the first as the lowest; `None` if there are more, or none.
#[inline(always)]
fn word(text: &[u8]) -> Option<u64> {
    let len = text.len();
    let at = |place: usize| u64::from(text[place]) << (8 * place);
    match len {
        1..=3 => Some(at(0) | at(len / 2) | at(len - 1)),
        4..=LONGEST => {
            // They may overlap, in equal bytes.
            let [first, last] = [text.first_chunk()?, text.last_chunk()?];
            let four = |bytes: &[u8; 4]| u64::from(u32::from_le_bytes(*bytes));
            Some(four(first) | four(last) << (8 * (len - 4)))
        }
        _ => None,
    }
}

/// A word with the same byte at each place.
const fn all(byte: u8) -> u64 {
    u64::from_le_bytes([byte; LONGEST])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_texts_of_all_kinds_are_numbers_or_none() {
        let marks = b"0159./-+e \xB0";
        for len in 0..=5 {
            for mut number in 0..marks.len().pow(len) {
                let text: Vec<u8> = (0..len)
                    .map(|_| {
                        let mark = marks[number % marks.len()];
                        number /= marks.len();
                        mark
                    })
                    .collect();
                check(&text);
            }
        }
    }

    #[test]
    fn any_byte_at_any_place_is_a_digit_or_point_or_refused() {
        for text in [
            "12345678", "1234567", "1.345678", "98765.32", "1234567.", ".9",
        ] {
            for place in 0..text.len() {
                for byte in 0..=u8::MAX {
                    let mut other = text.as_bytes().to_vec();
                    other[place] = byte;
                    check(&other);
                }
            }
        }
        check(b"123456789");
        check(b"1234567.9");
    }

    /// Compares a text's number with that of the standard library.
    fn check(text: &[u8]) {
        let digits = text.iter().filter(|byte| byte.is_ascii_digit()).count();
        let points = text.iter().filter(|&&byte| byte == b'.').count();
        let is_short = digits > 0 && digits + points == text.len() && text.len() <= LONGEST;
        let expected: Option<f64> = str::from_utf8(text).ok().and_then(|text| text.parse().ok());
        let found = Decimal::short(text);
        assert_eq!(found.is_some(), is_short && points <= 1, "{text:?}");
        if let Some(Decimal { digits, decimals }) = found {
            let number = f64::from(digits) / f64::from(POWERS[decimals]);
            assert_eq!(
                Some(number.to_bits()),
                expected.map(f64::to_bits),
                "{text:?}"
            );
        }
        let whole = short_whole(text).map(|number| number.to_string());
        assert_eq!(whole.is_some(), is_short && points == 0, "{text:?}");
        if let Some(whole) = whole {
            let zeros = text.iter().take_while(|&&byte| byte == b'0').count();
            assert_eq!(whole.as_bytes(), &text[zeros.min(text.len() - 1)..]);
        }
    }
}
