//! One result as bytes: a head that says whose it is, and the value.
//!
//! ```text
//!   0  magic        8 bytes
//!   8  version      4 bytes   all numbers are little-endian
//!  12  address     16 bytes   which call it is
//!  28  code        16 bytes   what the task was
//!  44  state       16 bytes   what the files named in the arguments were
//!  60  form        16 bytes   what the value looks like
//!  76  length       8 bytes   of the value
//!  84  checksum    16 bytes   of all the rest
//! 100  value
//! ```

use std::fmt::{self, Display};
use std::io::{self, Read};

use twox_hash::XxHash3_128 as Hash;

const MAGIC: [u8; 8] = *b"delayed\x1a";
/// Goes up with every change of the format, or of what a hash is made of.
const VERSION: u32 = 1;
const LENGTH_AT: usize = 76;
const CHECKSUM_AT: usize = 84;
const HEAD: usize = 100;

/// Whose result it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Key {
    /// Which call it is: the task by its path, and its arguments.
    pub(super) address: u128,
    /// What the task was: its text and place, or version, options and types.
    pub(super) code: u128,
    /// What the files named in the arguments were.
    pub(super) state: u128,
}

/// A value as bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Value {
    /// The hash of its form.
    pub(super) form: u128,
    pub(super) bytes: Vec<u8>,
}

/// Why a file is not believed.
#[derive(Debug)]
pub(super) enum Fault {
    Unreadable(io::Error),
    Foreign,
    Version(u32),
    Length {
        said: u64,
        found: u64,
    },
    Checksum,
    OtherCall,
    OtherCode,
    OtherState,
    /// The bytes are those that were written, and no value any more.
    Value(String),
}

impl Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable(error) => write!(f, "it cannot be read: {error}"),
            Self::Foreign => f.write_str("it is no result of a task"),
            Self::Version(version) => write!(
                f,
                "it has version {version} of the format, and this is version {VERSION}"
            ),
            Self::Length { said, found } => write!(
                f,
                "its value should have {said} bytes and has {found}: it is torn or was added to"
            ),
            Self::Checksum => f.write_str("its checksum is wrong: it is damaged"),
            Self::OtherCall => f.write_str("it is the result of another call"),
            Self::OtherCode => f.write_str("the task has been changed since"),
            Self::OtherState => f.write_str("a file that the task reads has been changed since"),
            Self::Value(why) => f.write_str(why),
        }
    }
}

/// The whole file.
pub(super) fn encode(key: &Key, value: &Value) -> Vec<u8> {
    let mut file = Vec::with_capacity(HEAD + value.bytes.len());
    file.extend(MAGIC);
    file.extend(VERSION.to_le_bytes());
    for part in [key.address, key.code, key.state, value.form] {
        file.extend(part.to_le_bytes());
    }
    file.extend((value.bytes.len() as u64).to_le_bytes());
    file.extend(checksum(&file, &value.bytes).to_le_bytes());
    file.extend(&value.bytes);
    file
}

/// Reads a file of `size` bytes, which must be the result of `key`. Nothing is
/// believed of it, its size least of all, before it has been checked.
pub(super) fn decode(mut file: impl Read, size: u64, key: &Key) -> Result<Value, Fault> {
    let mut head = Vec::with_capacity(HEAD);
    let most = file.by_ref().take(HEAD as u64).read_to_end(&mut head);
    most.map_err(Fault::Unreadable)?;
    if !head.starts_with(&MAGIC) {
        return Err(Fault::Foreign);
    }
    let (Some(head), Some(found)) = (head.first_chunk::<HEAD>(), size.checked_sub(HEAD as u64))
    else {
        return Err(Fault::Length { said: 0, found: 0 });
    };
    let version = u32::from_le_bytes(part(head, MAGIC.len()));
    if version != VERSION {
        return Err(Fault::Version(version));
    }
    let said = u64::from_le_bytes(part(head, LENGTH_AT));
    if said != found {
        return Err(Fault::Length { said, found });
    }
    let mut bytes = Vec::new();
    file.take(said)
        .read_to_end(&mut bytes)
        .map_err(Fault::Unreadable)?;
    let wide = |at| u128::from_le_bytes(part(head, at));
    if wide(CHECKSUM_AT) != checksum(&head[..CHECKSUM_AT], &bytes) {
        return Err(Fault::Checksum);
    }
    let [address, code, state, form] = [12, 28, 44, 60].map(wide);
    match key {
        _ if key.address != address => Err(Fault::OtherCall),
        _ if key.code != code => Err(Fault::OtherCode),
        _ if key.state != state => Err(Fault::OtherState),
        _ => Ok(Value { form, bytes }),
    }
}

fn part<const N: usize>(head: &[u8; HEAD], at: usize) -> [u8; N] {
    let mut part = [0; N];
    part.copy_from_slice(&head[at..at + N]);
    part
}

fn checksum(head: &[u8], value: &[u8]) -> u128 {
    let mut hash = Hash::new();
    hash.write(head);
    hash.write(value);
    hash.finish_128()
}

#[cfg(test)]
mod tests {
    use super::{Fault, HEAD, Key, VERSION, Value, checksum, decode, encode};

    const KEY: Key = Key {
        address: 1,
        code: 2 << 64,
        state: u128::MAX,
    };

    fn value() -> Value {
        Value {
            form: 7,
            bytes: b"some value".to_vec(),
        }
    }

    fn read(file: &[u8]) -> Result<Value, Fault> {
        decode(file, file.len() as u64, &KEY)
    }

    #[test]
    fn what_is_written_is_read() {
        let empty = Value {
            form: 0,
            bytes: Vec::new(),
        };
        for value in [value(), empty] {
            assert_eq!(read(&encode(&KEY, &value)).unwrap(), value);
        }
    }

    #[test]
    fn no_part_of_a_file_is_a_file() {
        let file = encode(&KEY, &value());
        for length in 0..file.len() {
            let fault = read(&file[..length]).unwrap_err();
            let is_short = matches!(fault, Fault::Foreign | Fault::Length { .. });
            assert!(is_short, "{length}: {fault}");
        }
        let mut longer = file.clone();
        longer.push(0);
        assert!(matches!(read(&longer), Err(Fault::Length { .. })));
    }

    #[test]
    fn every_flipped_bit_is_noticed() {
        let file = encode(&KEY, &value());
        for bit in 0..8 * file.len() {
            let mut flipped = file.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            assert!(read(&flipped).is_err(), "bit {bit}");
        }
    }

    #[test]
    fn a_file_that_shrinks_while_it_is_read_is_noticed() {
        let file = encode(&KEY, &value());
        let torn = &file[..file.len() - 1];
        let fault = decode(torn, file.len() as u64, &KEY).unwrap_err();
        assert!(matches!(fault, Fault::Checksum), "{fault}");
    }

    #[test]
    fn another_version_is_not_read_even_if_it_is_whole() {
        let mut file = encode(&KEY, &value());
        file[8..12].copy_from_slice(&(VERSION + 1).to_le_bytes());
        let sum = checksum(&file[..super::CHECKSUM_AT], &file[HEAD..]);
        file[super::CHECKSUM_AT..HEAD].copy_from_slice(&sum.to_le_bytes());
        assert!(matches!(read(&file), Err(Fault::Version(version)) if version == VERSION + 1));
    }

    #[test]
    fn the_key_says_what_has_changed() {
        let others = [
            (Key { address: 0, ..KEY }, "another call"),
            (Key { code: 0, ..KEY }, "task has been changed"),
            (Key { state: 0, ..KEY }, "file that the task reads"),
        ];
        for (other, reason) in others {
            let fault = read(&encode(&other, &value())).unwrap_err().to_string();
            assert!(fault.contains(reason), "{fault}");
        }
    }
}
