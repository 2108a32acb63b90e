//! Memory limits as users see them: how they are said, what is held, and what is
//! too large.
//!
//! | file | idea |
//! |---|---|
//! | `ledger.rs` | how much tracked values hold on a runtime |
//! | `hand.rs` | how much those hold that one thread works with |
//! | `budget.rs` | which iterations there is memory for |
//! | `scales.rs` | whether anybody wants to know what values hold |
//! | `weighed.rs` | a loop's items on the scales |

pub(crate) mod budget;
pub(crate) mod hand;
pub(crate) mod ledger;
pub(crate) mod scales;
pub(crate) mod weighed;

use std::error::Error as StdError;
use std::fmt;

use crate::bytes::{Bytes, ParseBytesError};

/// How much the values of a run may hold, as [`memory_limit`] takes it: a number
/// of bytes, or a text such as `"2GiB"` or `"1.5 GB"` that is parsed as
/// [`Bytes`].
///
/// [`memory_limit`]: crate::RuntimeBuilder::memory_limit
#[derive(Clone, Debug)]
pub struct MemoryLimit(Result<Bytes, ParseBytesError>);

impl From<Bytes> for MemoryLimit {
    fn from(bytes: Bytes) -> Self {
        Self(Ok(bytes))
    }
}

impl From<u64> for MemoryLimit {
    fn from(bytes: u64) -> Self {
        Self(Ok(Bytes(bytes)))
    }
}

impl From<usize> for MemoryLimit {
    fn from(bytes: usize) -> Self {
        Self(Ok(Bytes(bytes as u64)))
    }
}

impl From<&str> for MemoryLimit {
    fn from(text: &str) -> Self {
        Self(text.parse())
    }
}

impl From<String> for MemoryLimit {
    fn from(text: String) -> Self {
        Self(text.parse())
    }
}

impl MemoryLimit {
    /// How many bytes that is: at least one.
    pub(super) fn bytes(&self) -> Result<u64, crate::Error> {
        match &self.0 {
            Ok(Bytes(0)) => Err(crate::Error::failed(
                "a memory limit of 0 bytes lets nothing run: give one such as \"2 GiB\"",
            )),
            Ok(Bytes(bytes)) => Ok(*bytes),
            Err(error) => Err(crate::Error::failed(format!("memory limit: {error}"))),
        }
    }
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
            "one value holds {:#} ({} bytes), and the memory limit is {:#} ({} bytes): work on \
             smaller pieces, such as chunks with fewer rows, or raise the limit",
            Bytes(self.bytes),
            self.bytes,
            Bytes(self.limit),
            self.limit,
        )
    }
}

impl StdError for TooLarge {}

#[cfg(test)]
mod tests {
    use super::{MemoryLimit, TooLarge};

    #[test]
    fn a_wrong_limit_says_what_would_be_right() {
        for text in ["much", "0", "0 GB", "2 GiBs"] {
            let error = MemoryLimit::from(text).bytes().unwrap_err().to_string();
            assert!(error.contains("memory limit"), "{text:?}: {error}");
            assert!(error.contains("\"2 GiB\""), "{text:?}: {error}");
        }
        assert!(MemoryLimit::from(0_u64).bytes().is_err());
        assert_eq!(MemoryLimit::from("2 kB").bytes().unwrap(), 2000);
        assert_eq!(MemoryLimit::from(5_u64).bytes().unwrap(), 5);
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
