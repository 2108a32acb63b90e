//! Memory limits as users see them: how they are said, what is held, and what is
//! too large.

use std::error::Error as StdError;
use std::fmt;

use bytesize::ByteSize;

/// A number of bytes, as [`memory_limit`] takes it: a number, or a text such as
/// `"2GiB"` or `"1.5 GB"`.
///
/// In `KiB`, `MiB`, `GiB` and `TiB` a step is 1024, and in `kB`, `MB`, `GB` and
/// `TB` it is 1000. Case does not matter, and the space may be left out.
///
/// [`memory_limit`]: crate::RuntimeBuilder::memory_limit
#[derive(Clone, Debug)]
pub struct MemoryLimit(Said);

#[derive(Clone, Debug)]
enum Said {
    Bytes(u64),
    Text(String),
}

impl From<u64> for MemoryLimit {
    fn from(bytes: u64) -> Self {
        Self(Said::Bytes(bytes))
    }
}

impl From<usize> for MemoryLimit {
    fn from(bytes: usize) -> Self {
        Self(Said::Bytes(bytes as u64))
    }
}

impl From<&str> for MemoryLimit {
    fn from(text: &str) -> Self {
        Self(Said::Text(text.to_owned()))
    }
}

impl From<String> for MemoryLimit {
    fn from(text: String) -> Self {
        Self(Said::Text(text))
    }
}

impl MemoryLimit {
    /// How many bytes that is: at least one.
    pub(super) fn bytes(&self) -> Result<u64, crate::Error> {
        let (bytes, said) = match &self.0 {
            Said::Bytes(bytes) => (Some(*bytes), bytes.to_string()),
            Said::Text(text) => (parsed(text), format!("{text:?}")),
        };
        bytes.filter(|bytes| *bytes > 0).ok_or_else(|| {
            crate::Error::failed(format!(
                "{said} is no memory limit: give a number of bytes above 0, or a text such as \
                 \"2GiB\" (steps of 1024) or \"2 GB\" (steps of 1000)"
            ))
        })
    }
}

/// What a text says, if that is so many bytes. Numbers that a `u64` cannot hold
/// are none.
fn parsed(text: &str) -> Option<u64> {
    let bytes = text.trim().parse::<ByteSize>().ok()?.as_u64();
    (bytes < u64::MAX).then_some(bytes)
}

/// What tracked values hold on a [`Runtime`](crate::Runtime) with a memory
/// limit, in bytes.
///
/// ```
/// use delayed_runtime::Runtime;
///
/// let runtime = Runtime::builder().memory_limit("256 MiB").build()?;
/// let usage = runtime.memory().expect("there is a limit");
/// assert_eq!((usage.held(), usage.limit()), (0, 256 << 20));
/// assert!(Runtime::default().memory().is_none());
/// # Ok::<(), delayed_runtime::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MemoryUse {
    pub(super) limit: u64,
    pub(super) held: u64,
    pub(super) peak: u64,
}

impl MemoryUse {
    /// The limit.
    #[must_use]
    pub fn limit(&self) -> u64 {
        self.limit
    }

    /// What is held now: the values of iterations that are under way or wait for
    /// their turn, and what is set aside for them.
    #[must_use]
    pub fn held(&self) -> u64 {
        self.held
    }

    /// The most that was held at any time since the runtime was built.
    #[must_use]
    pub fn peak(&self) -> u64 {
        self.peak
    }
}

/// A value that is larger than the memory limit by itself. It is the
/// [`source`](StdError::source) of the error that the run ends with.
///
/// ```
/// use delayed_runtime::TooLarge;
/// use std::error::Error;
///
/// fn hint(error: &delayed_runtime::Error) {
///     if let Some(value) = error.source().and_then(|it| it.downcast_ref::<TooLarge>()) {
///         println!("try again with {} bytes at least", value.bytes());
///     }
/// }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooLarge {
    pub(super) bytes: u64,
    pub(super) limit: u64,
}

impl TooLarge {
    /// How much the value holds, in bytes.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// The limit, in bytes.
    #[must_use]
    pub fn limit(&self) -> u64 {
        self.limit
    }
}

impl fmt::Display for TooLarge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "one value holds {} ({} bytes), and the memory limit is {} ({} bytes): work on smaller \
             pieces, such as chunks with fewer rows, or raise the limit",
            ByteSize(self.bytes).display().iec(),
            self.bytes,
            ByteSize(self.limit).display().iec(),
            self.limit,
        )
    }
}

impl StdError for TooLarge {}

#[cfg(test)]
mod tests {
    use super::{MemoryLimit, TooLarge};

    #[test]
    fn steps_of_1000_and_1024_are_told_apart() {
        let bytes = |text: &str| MemoryLimit::from(text).bytes().unwrap();
        assert_eq!(bytes("2GiB"), 2 << 30);
        assert_eq!(bytes("2 GB"), 2_000_000_000);
        assert_eq!(bytes(" 256 mib "), 256 << 20);
        assert_eq!(bytes("1.5 kB"), 1500);
        assert_eq!(bytes("1000"), 1000);
        assert_eq!(MemoryLimit::from(5_u64).bytes().unwrap(), 5);
    }

    #[test]
    fn a_wrong_limit_says_what_would_be_right() {
        let wrong = [
            "",
            "much",
            "2 GiBs",
            "-1 MB",
            "0",
            "0 GB",
            "NaN",
            "1e400",
            "99999999 EB",
        ];
        for text in wrong {
            let error = MemoryLimit::from(text).bytes().unwrap_err().to_string();
            let says = error.contains(&format!("{text:?}")) && error.contains("2GiB");
            assert!(says, "{text:?}: {error}");
        }
        assert!(MemoryLimit::from(0_u64).bytes().is_err());
    }

    #[test]
    fn what_is_too_large_says_what_to_do() {
        let (bytes, limit) = (3 << 20, 1 << 20);
        assert_eq!(
            TooLarge { bytes, limit }.to_string(),
            "one value holds 3.0 MiB (3145728 bytes), and the memory limit is 1.0 MiB (1048576 \
             bytes): work on smaller pieces, such as chunks with fewer rows, or raise the limit"
        );
    }
}
