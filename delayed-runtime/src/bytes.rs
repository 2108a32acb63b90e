//! Numbers of bytes, as people write them.

use std::error::Error;
use std::fmt;
use std::str::FromStr;

use bytesize::ByteSize;

/// A number of bytes.
///
/// Two systems are in use and often confused: in `kB`, `MB`, `GB`, `TB`, `PB` and
/// `EB` a step is 1000, and in `KiB`, `MiB`, `GiB`, `TiB`, `PiB` and `EiB` it is
/// 1024. A number of bytes prints in steps of 1000, and with `{:#}` in steps of
/// 1024. When it is parsed, the unit tells which one is meant; case does not
/// matter, the space may be left out, and without a unit it is bytes.
///
/// ```
/// use delayed_runtime::Bytes;
///
/// let bytes = Bytes(203_400_000);
/// assert_eq!(format!("{bytes} or {bytes:#}"), "203.4 MB or 194.0 MiB");
/// assert_eq!(format!("{:>#9}", Bytes(2048)), "  2.0 KiB");
///
/// assert_eq!("2 GB".parse(), Ok(Bytes(2_000_000_000)));
/// assert_eq!("2GiB".parse(), Ok(Bytes(2 << 30)));
/// assert_eq!("1.5 kb".parse(), Ok(Bytes(1500)));
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Bytes(pub u64);

impl fmt::Display for Bytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (step, units) = match f.alternate() {
            true => (1024.0, ["KiB", "MiB", "GiB", "TiB", "PiB", "EiB"]),
            false => (1000.0, ["kB", "MB", "GB", "TB", "PB", "EB"]),
        };
        if (self.0 as f64) < step {
            return f.pad(&format!("{} B", self.0));
        }
        let mut value = self.0 as f64 / step;
        let mut unit = 0;
        // What would be rounded to 1000.0 is 1.0 of the next unit.
        while value >= step - 0.05 && unit + 1 < units.len() {
            value /= step;
            unit += 1;
        }
        f.pad(&format!("{value:.1} {}", units[unit]))
    }
}

/// A text that is no number of bytes, or one that a `u64` cannot hold.
///
/// ```
/// use delayed_runtime::Bytes;
///
/// let error = "2 GiBs".parse::<Bytes>().unwrap_err();
/// assert_eq!(
///     error.to_string(),
///     "\"2 GiBs\" is no number of bytes: write one such as \"2 GiB\" (steps of 1024) or \
///      \"2 GB\" (steps of 1000), below 16 EiB"
/// );
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParseBytesError {
    text: String,
}

impl fmt::Display for ParseBytesError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{:?} is no number of bytes: write one such as \"2 GiB\" (steps of 1024) or \"2 GB\" \
             (steps of 1000), below 16 EiB",
            self.text
        )
    }
}

impl Error for ParseBytesError {}

impl FromStr for Bytes {
    type Err = ParseBytesError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let parsed = text.trim().parse::<ByteSize>().ok();
        // What is too large comes out as the largest.
        let fits = parsed.filter(|bytes| bytes.as_u64() < u64::MAX);
        match fits {
            Some(bytes) => Ok(Self(bytes.as_u64())),
            None => Err(ParseBytesError {
                text: text.to_owned(),
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Bytes;

    #[test]
    fn bytes_print_in_both_systems() {
        let both = |bytes| format!("{} {:#}", Bytes(bytes), Bytes(bytes));
        assert_eq!(both(0), "0 B 0 B");
        assert_eq!(both(1000), "1.0 kB 1000 B");
        assert_eq!(both(1024), "1.0 kB 1.0 KiB");
        assert_eq!(both(999_960), "1.0 MB 976.5 KiB");
        assert_eq!(both(u64::MAX), "18.4 EB 16.0 EiB");
    }

    #[test]
    fn steps_of_1000_and_1024_are_told_apart() {
        let bytes = |text: &str| text.parse::<Bytes>().unwrap().0;
        assert_eq!(bytes("2GiB"), 2 << 30);
        assert_eq!(bytes("2 GB"), 2_000_000_000);
        assert_eq!(bytes(" 256 mib "), 256 << 20);
        assert_eq!(bytes("1.5 kB"), 1500);
        assert_eq!(bytes("1000"), 1000);
        assert_eq!(bytes("9007199254740993 B"), (1 << 53) + 1);
    }

    #[test]
    fn what_is_printed_is_parsed() {
        for bytes in [0, 7, 1000, 1 << 20, 5_500_000, 3 << 40] {
            let bytes = Bytes(bytes);
            let near = |text: String| {
                let parsed = text.parse::<Bytes>().unwrap().0;
                // One decimal is printed.
                parsed.abs_diff(bytes.0) * 20 <= bytes.0
            };
            assert!(
                near(format!("{bytes}")) && near(format!("{bytes:#}")),
                "{bytes}"
            );
        }
    }

    #[test]
    fn what_is_no_number_of_bytes_is_refused() {
        let wrong = [
            "",
            "much",
            "2 GiBs",
            "-1 MB",
            "NaN",
            "1e400",
            "1 000 B",
            "99999999 EB",
            "18446744073709551615",
        ];
        for text in wrong {
            let error = text.parse::<Bytes>().unwrap_err().to_string();
            assert!(
                error.starts_with(&format!("{text:?} is no number")),
                "{error}"
            );
        }
    }
}
