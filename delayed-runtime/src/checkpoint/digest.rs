//! What tells one call of a task from another.
//!
//! A digest has two parts. The *address* says which call it is: the task, and
//! its arguments, files by their names. The *state* says what the files named
//! there looked like. A result is found by the address and believed if the state
//! is the same, so one that was made from an older file is known to be stale,
//! and is replaced instead of staying beside the new one.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::ffi::{OsStr, OsString};
use std::fmt::Display;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf, absolute};
use std::rc::Rc;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::Serialize;
use twox_hash::XxHash3_128 as Hash;

use super::walk::Walker;

/// Takes up what tells one call of a task from another: a [`Fingerprint`]
/// writes into it. Two calls with the same digest are taken for the same call.
///
/// The hash is XXH3 with 128 bits: two different calls of a thousand billion
/// have the same one with a probability below one in 10¹⁴. It is no defence
/// against somebody who makes up arguments for that purpose.
pub struct Digest {
    address: Hash,
    state: Hash,
    fault: Option<String>,
}

/// A finished digest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Digested {
    pub(super) address: u128,
    pub(super) state: u128,
}

impl Digest {
    pub(super) fn new() -> Self {
        Self {
            address: Hash::new(),
            state: Hash::new(),
            fault: None,
        }
    }

    /// The digest of all that was written, or why there is none.
    pub(super) fn finish(self) -> Result<Digested, String> {
        let digested = Digested {
            address: self.address(),
            state: self.state.finish_128(),
        };
        self.fault.map_or(Ok(digested), Err)
    }

    /// The part that names no files, of all that was written.
    pub(super) fn address(&self) -> u128 {
        self.address.finish_128()
    }

    /// Writes bytes as they are. Where their number may differ from call to call
    /// it has to be written in front of them.
    pub fn write(&mut self, bytes: &[u8]) {
        self.address.write(bytes);
    }

    /// Writes what the file or folder at `path` is known by: the path as given
    /// and where that leads from the working directory; and, so that a result
    /// made from an older file is noticed, its size and the time of its last
    /// change. That nothing is there is remembered, too.
    pub fn file(&mut self, path: &Path) {
        path.as_os_str().fingerprint(self);
        match absolute(path) {
            Ok(whole) => whole.as_os_str().fingerprint(self),
            // Only an empty path leads nowhere.
            Err(_) => self.write(&[0]),
        }
        let state = match fs::metadata(path) {
            Ok(metadata) => metadata
                .modified()
                .map(|changed| (1, metadata.len(), nanos(changed))),
            Err(error) if is_absent(error.kind()) => Ok((0, 0, 0)),
            Err(error) => Err(error),
        };
        match state {
            Ok((is_there, size, changed)) => {
                self.state.write(&[is_there]);
                self.state.write(&size.to_le_bytes());
                self.state.write(&changed.to_le_bytes());
            }
            Err(error) => self.fail(format!("cannot look at {}: {error}", path.display())),
        }
    }

    /// Writes all of a value that serde can write. The order of a map's entries
    /// does not matter; that of a set's does, so a `HashSet` is another one in
    /// each process. A path in it is a text and not a file: a type that names
    /// files implements [`Fingerprint`] itself.
    ///
    /// A value that refuses to be written makes its call one that is not kept,
    /// and the [report](super::Checkpoints) says so.
    pub fn serde<T: Serialize + ?Sized>(&mut self, value: &T) {
        if let Err(fault) = Walker::values(&mut self.address).walk(value) {
            self.fail(fault);
        }
    }

    fn fail(&mut self, fault: impl Display) {
        self.fault.get_or_insert_with(|| fault.to_string());
    }

    fn number(&mut self, number: usize) {
        (number as u64).fingerprint(self);
    }
}

fn is_absent(error: ErrorKind) -> bool {
    matches!(
        error,
        ErrorKind::NotFound | ErrorKind::NotADirectory | ErrorKind::InvalidInput
    )
}

/// The nanoseconds from 1970 on, or before it.
fn nanos(time: SystemTime) -> i128 {
    let whole = |duration: Duration| i128::try_from(duration.as_nanos()).unwrap_or(i128::MAX);
    match time.duration_since(UNIX_EPOCH) {
        Ok(after) => whole(after),
        Err(before) => -whole(before.duration()),
    }
}

/// What a task with `checkpoint` may take as an argument: a value that can be
/// told from others of its type, also in another process.
///
/// Numbers, texts, lists, tuples and options are known by their content, and a
/// `Path` by the file that it names. So is what serde can write, for which there
/// is nothing to do but to derive `Serialize`. Any other type, and one that
/// names files, says itself what it is known by:
///
/// ```
/// use std::path::PathBuf;
///
/// use delayed_runtime::checkpoint::{Digest, Fingerprint};
///
/// struct Dataset {
///     file: PathBuf,
///     columns: Vec<String>,
/// }
///
/// impl Fingerprint for Dataset {
///     fn fingerprint(&self, digest: &mut Digest) {
///         self.file.fingerprint(digest);
///         self.columns.fingerprint(digest);
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "a task with `checkpoint` is known by its arguments, and nothing tells one `{Self}` from another",
    label = "cannot be told apart",
    note = "derive `serde::Serialize` for it, or implement `delayed::checkpoint::Fingerprint`"
)]
pub trait Fingerprint {
    /// Writes all that the task's result may depend on.
    fn fingerprint(&self, digest: &mut Digest);

    /// The same for each of several values.
    #[doc(hidden)]
    fn fingerprint_each(values: &[Self], digest: &mut Digest)
    where
        Self: Sized,
    {
        for value in values {
            value.fingerprint(digest);
        }
    }
}

macro_rules! numbers {
    ($($number:ty),*) => {$(
        impl Fingerprint for $number {
            fn fingerprint(&self, digest: &mut Digest) {
                digest.write(&self.to_le_bytes());
            }
        }
    )*};
}

numbers!(u16, u32, u64, u128, i8, i16, i32, i64, i128, f32, f64);

impl Fingerprint for u8 {
    fn fingerprint(&self, digest: &mut Digest) {
        digest.write(&[*self]);
    }

    fn fingerprint_each(values: &[Self], digest: &mut Digest) {
        digest.write(values);
    }
}

/// A value that is known by another one.
macro_rules! known_by {
    ($($ty:ty: $value:ident => $by:expr;)*) => {$(
        impl Fingerprint for $ty {
            fn fingerprint(&self, digest: &mut Digest) {
                let $value = self;
                $by.fingerprint(digest);
            }
        }
    )*};
}

known_by! {
    usize: number => (*number as u64);
    isize: number => (*number as i64);
    bool: flag => u8::from(*flag);
    char: letter => u32::from(*letter);
    str: text => text.as_bytes();
    String: text => text.as_str();
    OsStr: text => text.as_encoded_bytes();
    OsString: text => text.as_os_str();
    PathBuf: path => path.as_path();
    Duration: time => time.as_nanos();
    SystemTime: time => nanos(*time);
}

impl Fingerprint for () {
    fn fingerprint(&self, _: &mut Digest) {}
}

impl Fingerprint for Path {
    fn fingerprint(&self, digest: &mut Digest) {
        digest.file(self);
    }
}

impl<T: Fingerprint> Fingerprint for [T] {
    fn fingerprint(&self, digest: &mut Digest) {
        digest.number(self.len());
        T::fingerprint_each(self, digest);
    }
}

impl<T: Fingerprint, const N: usize> Fingerprint for [T; N] {
    fn fingerprint(&self, digest: &mut Digest) {
        self.as_slice().fingerprint(digest);
    }
}

impl<T: Fingerprint> Fingerprint for Vec<T> {
    fn fingerprint(&self, digest: &mut Digest) {
        self.as_slice().fingerprint(digest);
    }
}

impl<T: Fingerprint> Fingerprint for VecDeque<T> {
    fn fingerprint(&self, digest: &mut Digest) {
        each(self.len(), self, digest);
    }
}

impl<T: Fingerprint> Fingerprint for BTreeSet<T> {
    fn fingerprint(&self, digest: &mut Digest) {
        each(self.len(), self, digest);
    }
}

impl<K: Fingerprint, V: Fingerprint> Fingerprint for BTreeMap<K, V> {
    fn fingerprint(&self, digest: &mut Digest) {
        each(self.len(), self, digest);
    }
}

fn each(length: usize, values: impl IntoIterator<Item: Fingerprint>, digest: &mut Digest) {
    digest.number(length);
    for value in values {
        value.fingerprint(digest);
    }
}

impl<T: Fingerprint> Fingerprint for Option<T> {
    fn fingerprint(&self, digest: &mut Digest) {
        self.is_some().fingerprint(digest);
        if let Some(value) = self {
            value.fingerprint(digest);
        }
    }
}

impl<T: Fingerprint, E: Fingerprint> Fingerprint for Result<T, E> {
    fn fingerprint(&self, digest: &mut Digest) {
        self.is_ok().fingerprint(digest);
        match self {
            Ok(value) => value.fingerprint(digest),
            Err(error) => error.fingerprint(digest),
        }
    }
}

/// Whatever only leads to a value is known by that value.
macro_rules! leads_to {
    ($($pointer:ty),*) => {$(
        impl<T: Fingerprint + ?Sized> Fingerprint for $pointer {
            fn fingerprint(&self, digest: &mut Digest) {
                T::fingerprint(self, digest);
            }
        }
    )*};
}

leads_to!(&T, Box<T>, Rc<T>, Arc<T>);

impl<T: Fingerprint + ToOwned + ?Sized> Fingerprint for Cow<'_, T> {
    fn fingerprint(&self, digest: &mut Digest) {
        T::fingerprint(self, digest);
    }
}

macro_rules! tuples {
    ($($first:ident $($rest:ident)*;)*) => {$(
        impl<$first: Fingerprint, $($rest: Fingerprint),*> Fingerprint for ($first, $($rest),*) {
            fn fingerprint(&self, digest: &mut Digest) {
                #[expect(non_snake_case, reason = "each value is named as its type is")]
                let ($first, $($rest),*) = self;
                $first.fingerprint(digest);
                $($rest.fingerprint(digest);)*
            }
        }
    )*};
}

tuples! {
    A;
    A B;
    A B C;
    A B C D;
    A B C D E;
    A B C D E F;
    A B C D E F G;
    A B C D E F G H;
}
