//! Points in time: read from text with every range checked, kept as
//! microseconds.

use std::cell::Cell;
use std::fmt;
use std::ops::{Add, Sub};
use std::str::FromStr;
use std::time::Duration;

use delayed_runtime::NBytes;

const SECOND: i64 = 1_000_000;
const DAY: i64 = 86_400;

/// A date and a time of day, in microseconds since 1970-01-01 00:00:00.
///
/// It has no time zone: it is the wall clock of whoever wrote the file. Its
/// text form is `YYYY-MM-DD HH:MM:SS`, with up to six decimals of a second.
///
/// ```
/// use delayed_data::Timestamp;
/// use std::time::Duration;
///
/// let pickup: Timestamp = "2015-01-15 23:50:00".parse()?;
/// let later = pickup + Duration::from_secs(20 * 60);
/// assert_eq!(later.to_string(), "2015-01-16 00:10:00");
/// assert!("2015-02-29 00:00:00".parse::<Timestamp>().is_err());
/// # Ok::<(), delayed_data::NotATimestamp>(())
/// ```
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

impl NBytes for Timestamp {
    const IS_FLAT: bool = true;

    fn nbytes(&self) -> usize {
        size_of::<Self>()
    }
}

impl Timestamp {
    /// The time that is `micros` microseconds after 1970 began.
    pub const fn from_micros(micros: i64) -> Timestamp {
        Timestamp(micros)
    }

    /// Microseconds since 1970 began; negative before.
    pub const fn micros(self) -> i64 {
        self.0
    }

    /// Whether the year has four digits, as in the text form.
    #[cfg(feature = "write")]
    pub(crate) fn has_text(self) -> bool {
        let days = self.0.div_euclid(DAY * SECOND);
        civil(days + DAYS_BEFORE_1970).is_some()
    }

    /// The start of a day of the calendar, which must exist.
    pub(crate) fn of_date(year: u32, month: u32, day: u32) -> Timestamp {
        Timestamp(days_since_1970(year, month, day) * DAY * SECOND)
    }

    /// Reads `YYYY-MM-DD HH:MM:SS`, with up to six decimals of a second.
    pub(crate) fn parse(text: &[u8]) -> Option<Timestamp> {
        let (date, clock) = text.split_first_chunk()?;
        let (clock, decimals) = clock.split_first_chunk()?;
        let micros = start_of(date)? + time_of_day(clock)?;
        match decimals {
            [] => Some(Timestamp(micros)),
            _ => Some(Timestamp(micros + fraction(decimals)?)),
        }
    }
}

/// The start of a day, written as `YYYY-MM-DD`, in microseconds.
///
/// Times that follow each other are often of one day: the beginning of a trip and
/// its end, say. So each thread remembers the day that it read last.
#[inline]
fn start_of(date: &[u8; 10]) -> Option<i64> {
    thread_local! {
        static LAST: Cell<([u8; 10], i64)> = const { Cell::new((*b"1970-01-01", 0)) };
    }
    LAST.with(|day| {
        let (last, start) = day.get();
        if last == *date {
            return Some(start);
        }
        let start = date_start(date)?;
        day.set((*date, start));
        Some(start)
    })
}

/// The same, when it is not known.
fn date_start(date: &[u8; 10]) -> Option<i64> {
    let [century, _, year, ..] = pairs(date, 0, b"0000-00-")?;
    let [_, _, _, month, _, _, day, _] = pairs(date, 2, b"00-00-00")?;
    let year = 100 * u32::from(century) + u32::from(year);
    Parts {
        year,
        month: month.into(),
        day: day.into(),
        ..Parts::default()
    }
    .timestamp()
    .map(Timestamp::micros)
}

/// The microseconds before ` HH:MM:SS`, which comes behind a date.
#[inline]
fn time_of_day(clock: &[u8; 9]) -> Option<i64> {
    let [hour, _, _, minute, _, _, second, _] = pairs(clock, 1, b"00:00:00")?;
    since_midnight(hour.into(), minute.into(), second.into()).filter(|_| clock[0] == b' ')
}

/// The microseconds before a time of the clock.
#[inline]
fn since_midnight(hour: u32, minute: u32, second: u32) -> Option<i64> {
    let is_time = (hour <= 23) & (minute <= 59) & (second <= 59);
    is_time.then(|| i64::from((hour * 60 + minute) * 60 + second) * SECOND)
}

/// A time as people write it.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Parts {
    pub(crate) year: u32,
    pub(crate) month: u32,
    pub(crate) day: u32,
    pub(crate) hour: u32,
    pub(crate) minute: u32,
    pub(crate) second: u32,
    pub(crate) micros: u32,
}

impl Parts {
    /// The time, if the day is one of the calendar and the rest one of the clock.
    #[inline]
    pub(crate) fn timestamp(self) -> Option<Timestamp> {
        let Parts {
            year, month, day, ..
        } = self;
        let of_day = since_midnight(self.hour, self.minute, self.second)?;
        if !is_date(year, month, day) {
            return None;
        }
        let day = days_since_1970(year, month, day) * (DAY * SECOND);
        Some(Timestamp(day + of_day + i64::from(self.micros)))
    }
}

/// The numbers that each two neighbouring digits make, where the eight bytes at a
/// place are like `form`, which has a `0` for each digit. No branch a digit, and
/// all bytes at once: almost every text that comes here is a time.
#[inline]
fn pairs(text: &[u8], place: usize, form: &[u8; 8]) -> Option<[u8; 8]> {
    const ALL: u64 = 0x0101_0101_0101_0101;
    let bytes = u64::from_le_bytes(text[place..place + 8].try_into().ok()?);
    // Digits become their values, and other bytes of the form become zero.
    let values = bytes ^ u64::from_le_bytes(*form);
    let most = u64::from_le_bytes(form.map(|byte| if byte == b'0' { 9 } else { 0 }));
    // The high bit of a byte shows that it is more than it may be.
    let too_much = values.wrapping_add(0x7F * ALL - most) | values;
    if too_much & (0x80 * ALL) != 0 {
        return None;
    }
    Some((10 * values + (values >> 8)).to_le_bytes())
}

/// The microseconds of `.d` to `.dddddd`.
#[inline(never)]
fn fraction(decimals: &[u8]) -> Option<i64> {
    let (point, digits) = decimals.split_first()?;
    if *point != b'.' || digits.is_empty() || digits.len() > 6 {
        return None;
    }
    let mut micros = 0;
    for place in 0..6 {
        let digit = digits
            .get(place)
            .map_or(0, |digit| digit.wrapping_sub(b'0'));
        if digit > 9 {
            return None;
        }
        micros = micros * 10 + i64::from(digit);
    }
    Some(micros)
}

fn is_leap(year: u32) -> bool {
    year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400))
}

/// How many days each month has, from the first on, in a year without a leap day.
const DAYS: [u32; 12] = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

fn days_in(year: u32, month: u32) -> u32 {
    DAYS[month as usize - 1] + u32::from(month == 2 && is_leap(year))
}

/// Whether the calendar has such a day.
#[inline]
fn is_date(year: u32, month: u32, day: u32) -> bool {
    let Some(&days) = DAYS.get(month.wrapping_sub(1) as usize) else {
        return false;
    };
    day.wrapping_sub(1) < days || month == 2 && day == 29 && is_leap(year)
}

/// Days from 0000-01-01 to the first day of a year.
fn days_before_year(year: u32) -> i64 {
    if year == 0 {
        return 0;
    }
    let last = i64::from(year - 1);
    // Year 0 was a leap year too: hence the one.
    last * 365 + last / 4 - last / 100 + last / 400 + 366
}

const DAYS_BEFORE_1970: i64 = 719_528;

/// In years that begin in March a leap day is the last day of a year, and the days
/// before a month grow almost as steadily as its number. The form is that of
/// "Euclidean affine functions and their application to calendar algorithms"
/// (Neri and Schneider, 2023).
fn days_since_1970(year: u32, month: u32, day: u32) -> i64 {
    /// What the sum below is for 1970-01-01.
    const THEN: i64 = 865_565;
    let is_last_year = month <= 2;
    // There is a year before 0, so count from 400 years earlier.
    let year = year + 400 - u32::from(is_last_year);
    let month = month + 12 * u32::from(is_last_year);
    let century = year / 100;
    let before_year = 1461 * year / 4 - century + century / 4;
    let before_month = (979 * month - 2919) / 32;
    i64::from(before_year + before_month + day - 1) - THEN
}

/// The year, month and day that are `days` after 0000-01-01, if the year has
/// four digits.
fn civil(days: i64) -> Option<(u32, u32, u32)> {
    if !(0..days_before_year(10_000)).contains(&days) {
        return None;
    }
    // 400 years have 146,097 days: the guess is right or one year too far.
    let guess = u32::try_from(days * 400 / 146_097).ok()?;
    let year = match days_before_year(guess) > days {
        true => guess - 1,
        false if days_before_year(guess + 1) <= days => guess + 1,
        false => guess,
    };
    let mut day = u32::try_from(days - days_before_year(year)).ok()? + 1;
    let mut month = 1;
    while day > days_in(year, month) {
        day -= days_in(year, month);
        month += 1;
    }
    Some((year, month, day))
}

/// The text form; microseconds where the year does not have four digits.
impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (seconds, micros) = (self.0.div_euclid(SECOND), self.0.rem_euclid(SECOND));
        let (days, second) = (seconds.div_euclid(DAY), seconds.rem_euclid(DAY));
        let Some((year, month, day)) = civil(days + DAYS_BEFORE_1970) else {
            return write!(f, "{} µs since 1970", self.0);
        };
        let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
        write!(
            f,
            "{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}"
        )?;
        match micros {
            0 => Ok(()),
            _ => write!(f, ".{micros:06}"),
        }
    }
}

impl fmt::Debug for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// That some text is not a [`Timestamp`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotATimestamp(String);

impl fmt::Display for NotATimestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let found = crate::error::shown(&self.0);
        write!(f, "{found} is not a date and time as YYYY-MM-DD HH:MM:SS")
    }
}

impl std::error::Error for NotATimestamp {}

impl FromStr for Timestamp {
    type Err = NotATimestamp;
    fn from_str(text: &str) -> Result<Timestamp, NotATimestamp> {
        Timestamp::parse(text.as_bytes()).ok_or_else(|| NotATimestamp(text.to_owned()))
    }
}

/// Whole microseconds of a duration, the most there can be if it is longer.
fn micros(duration: Duration) -> i64 {
    i64::try_from(duration.as_micros()).unwrap_or(i64::MAX)
}

/// Later by a duration; stops at the last time there is.
impl Add<Duration> for Timestamp {
    type Output = Timestamp;
    fn add(self, duration: Duration) -> Timestamp {
        Timestamp(self.0.saturating_add(micros(duration)))
    }
}

/// Earlier by a duration; stops at the first time there is.
impl Sub<Duration> for Timestamp {
    type Output = Timestamp;
    fn sub(self, duration: Duration) -> Timestamp {
        Timestamp(self.0.saturating_sub(micros(duration)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_times_are_where_they_belong() {
        let at = |text: &str| text.parse::<Timestamp>().unwrap().micros();
        assert_eq!(at("1970-01-01 00:00:00"), 0);
        assert_eq!(at("1969-12-31 23:59:59"), -SECOND);
        assert_eq!(at("2015-01-15 19:05:39"), 1_421_348_739 * SECOND);
        assert_eq!(at("2000-03-01 00:00:00.000001"), 951_868_800 * SECOND + 1);
        assert_eq!(at("0000-01-01 00:00:00"), -62_167_219_200 * SECOND);
        assert_eq!(at("9999-12-31 23:59:59"), 253_402_300_799 * SECOND);
    }

    #[test]
    fn every_day_of_ten_thousand_years_follows_the_one_before() {
        let mut days = -DAYS_BEFORE_1970;
        for year in 0..10_000 {
            for month in 1..=12 {
                for day in 1..=days_in(year, month) {
                    assert_eq!(days_since_1970(year, month, day), days);
                    assert_eq!(civil(days + DAYS_BEFORE_1970), Some((year, month, day)));
                    days += 1;
                }
            }
        }
        assert_eq!(civil(days + DAYS_BEFORE_1970), None);
    }

    #[test]
    fn any_byte_at_any_place_is_a_digit_or_refused() {
        let text = b"2015-01-15 09:05:09";
        for place in 0..text.len() {
            for byte in 0..=u8::MAX {
                let mut other = *text;
                other[place] = byte;
                let is_alike = byte.is_ascii_digit() == text[place].is_ascii_digit()
                    && (byte.is_ascii_digit() || byte == text[place]);
                let time = Timestamp::parse(&other);
                match is_alike {
                    // What is no time is one of an hour of 99, say.
                    true => assert!(time.is_none_or(|time| time.to_string().as_bytes() == other)),
                    false => assert_eq!(time, None, "{byte} at {place}"),
                }
            }
        }
    }

    #[test]
    fn the_day_that_was_read_last_is_of_no_account() {
        let texts = [
            "2015-01-15 23:59:59",
            "2015-01-15 00:00:00",
            "2015-01-16 00:00:00",
            "2015-02-15 00:00:00",
            "2115-02-15 00:00:00",
        ];
        let alone = texts.map(|text| {
            std::thread::spawn(|| text.parse::<Timestamp>().unwrap())
                .join()
                .unwrap()
        });
        for (first, time) in texts.iter().zip(alone) {
            for (second, later) in texts.iter().zip(alone) {
                assert_eq!(first.parse(), Ok(time));
                assert!("2015-01-32 00:00:00".parse::<Timestamp>().is_err());
                assert!("2015-01-15T00:00:00".parse::<Timestamp>().is_err());
                assert_eq!(second.parse(), Ok(later));
            }
        }
    }

    #[test]
    fn text_survives_the_round_trip() {
        for text in [
            "2016-02-29 23:59:59",
            "1999-12-31 00:00:00",
            "0004-02-29 12:34:56.000120",
        ] {
            assert_eq!(text.parse::<Timestamp>().unwrap().to_string(), text);
        }
        assert_eq!(
            Timestamp(i64::MAX).to_string(),
            "9223372036854775807 µs since 1970"
        );
    }

    #[test]
    fn what_is_no_time_is_refused() {
        for text in [
            "",
            "2015-01-15",
            "2015-01-15T19:05:39",
            "2015/01/15 19:05:39",
            "2015-13-01 00:00:00",
            "2015-00-01 00:00:00",
            "2015-01-32 00:00:00",
            "2015-01-00 00:00:00",
            "2015-02-29 00:00:00",
            "1900-02-29 00:00:00",
            "2015-04-31 00:00:00",
            "2015-01-01 24:00:00",
            "2015-01-01 00:60:00",
            "2015-01-01 00:00:60",
            "2015-01-01 00:00:00.",
            "2015-01-01 00:00:00.1234567",
            "2015-01-01 00:00:00Z",
            "+015-01-01 00:00:00",
            "2015-01-01 0é:00:0",
        ] {
            assert!(text.parse::<Timestamp>().is_err(), "{text}");
        }
    }

    #[test]
    fn arithmetic_stops_at_the_ends() {
        let start = Timestamp(5);
        assert_eq!(start + Duration::from_micros(7), Timestamp(12));
        assert_eq!(start - Duration::from_micros(7), Timestamp(-2));
        assert_eq!(start + Duration::MAX, Timestamp(i64::MAX));
        assert_eq!(Timestamp(-5) - Duration::MAX, Timestamp(i64::MIN));
    }
}
