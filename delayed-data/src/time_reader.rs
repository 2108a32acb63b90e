//! Times in a format of the user's own: the macro writes one call for each part
//! of the format, so nothing of it is looked at while rows are read.

use crate::Timestamp;
use crate::timestamp::Parts;

/// Reads a time part by part.
#[doc(hidden)]
#[derive(Debug)]
pub struct TimeReader<'a> {
    rest: &'a [u8],
    parts: Parts,
    /// Whether the hour is one of the afternoon, if it is one of half a day.
    afternoon: Option<bool>,
    /// Whether the hour is one of half a day, from 12 over 1 to 11.
    of_half: bool,
}

const MONTHS: [&[u8; 3]; 12] = [
    b"jan", b"feb", b"mar", b"apr", b"may", b"jun", b"jul", b"aug", b"sep", b"oct", b"nov", b"dec",
];

impl<'a> TimeReader<'a> {
    /// The time that `steps` find in a text, if it has nothing else.
    #[inline]
    pub fn read(
        text: &'a [u8],
        steps: impl FnOnce(&mut TimeReader<'a>) -> Option<()>,
    ) -> Option<Timestamp> {
        let mut reader = TimeReader {
            rest: text,
            parts: Parts::default(),
            afternoon: None,
            of_half: false,
        };
        steps(&mut reader)?;
        if reader.of_half {
            if !(1..=12).contains(&reader.parts.hour) {
                return None;
            }
            reader.parts.hour = reader.parts.hour % 12 + if reader.afternoon? { 12 } else { 0 };
        }
        if !reader.rest.is_empty() {
            return None;
        }
        reader.parts.timestamp()
    }

    /// Text that has to stand there.
    #[inline]
    pub fn literal(&mut self, text: &[u8]) -> Option<()> {
        self.rest = self.rest.strip_prefix(text)?;
        Some(())
    }

    /// `%Y`: four digits.
    #[inline]
    pub fn year(&mut self) -> Option<()> {
        let (year, rest) = self.rest.split_at_checked(4)?;
        self.rest = rest;
        self.parts.year = year
            .iter()
            .try_fold(0, |sum, &byte| Some(10 * sum + digit(byte)?))?;
        Some(())
    }

    /// `%y`: two digits, of 1969 to 2068.
    #[inline]
    pub fn short_year(&mut self) -> Option<()> {
        let (year, rest) = self.rest.split_at_checked(2)?;
        self.rest = rest;
        let year = 10 * digit(year[0])? + digit(year[1])?;
        self.parts.year = if year < 69 { 2000 + year } else { 1900 + year };
        Some(())
    }

    /// `%m`.
    #[inline]
    pub fn month(&mut self) -> Option<()> {
        self.parts.month = self.number()?;
        Some(())
    }

    /// `%b`: the first three letters of an English name, in any case.
    pub fn month_name(&mut self) -> Option<()> {
        let (name, rest) = self.rest.split_at_checked(3)?;
        self.rest = rest;
        let month = MONTHS
            .iter()
            .position(|month| name.eq_ignore_ascii_case(*month))?;
        self.parts.month = u32::try_from(month).ok()? + 1;
        Some(())
    }

    /// `%d`.
    #[inline]
    pub fn day(&mut self) -> Option<()> {
        self.parts.day = self.number()?;
        Some(())
    }

    /// `%H`: from 0 to 23.
    #[inline]
    pub fn hour(&mut self) -> Option<()> {
        self.parts.hour = self.number()?;
        Some(())
    }

    /// `%I`: from 1 to 12.
    #[inline]
    pub fn hour_of_half(&mut self) -> Option<()> {
        self.of_half = true;
        self.hour()
    }

    /// `%p`: AM or PM, in any case.
    #[inline]
    pub fn half(&mut self) -> Option<()> {
        let (half, rest) = self.rest.split_at_checked(2)?;
        self.rest = rest;
        self.afternoon = match (half[0] | 0x20, half[1] | 0x20) {
            (b'a', b'm') => Some(false),
            (b'p', b'm') => Some(true),
            _ => return None,
        };
        Some(())
    }

    /// `%M`.
    #[inline]
    pub fn minute(&mut self) -> Option<()> {
        self.parts.minute = self.number()?;
        Some(())
    }

    /// `%S`.
    #[inline]
    pub fn second(&mut self) -> Option<()> {
        self.parts.second = self.number()?;
        Some(())
    }

    /// `%f`: one to six digits behind the point.
    pub fn fraction(&mut self) -> Option<()> {
        let digits = self.rest.iter().take(6).map_while(|&byte| digit(byte));
        let (mut micros, mut count) = (0, 0);
        for digit in digits {
            micros = 10 * micros + digit;
            count += 1;
        }
        if count == 0 {
            return None;
        }
        self.rest = &self.rest[count as usize..];
        self.parts.micros = micros * 10_u32.pow(6 - count);
        Some(())
    }

    /// One digit or two.
    #[inline]
    fn number(&mut self) -> Option<u32> {
        let (&first, rest) = self.rest.split_first()?;
        let first = digit(first)?;
        let (number, rest) = match rest.split_first() {
            Some((&second, rest)) if second.is_ascii_digit() => (10 * first + digit(second)?, rest),
            _ => (first, rest),
        };
        self.rest = rest;
        Some(number)
    }
}

#[inline]
fn digit(byte: u8) -> Option<u32> {
    let digit = byte.wrapping_sub(b'0');
    (digit < 10).then_some(digit.into())
}
