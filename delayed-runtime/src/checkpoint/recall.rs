//! One call of a task with `checkpoint`: found, or made and kept.

use std::any::type_name;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::Arc;

use serde::Serialize;

use super::codec::Codec;
use super::digest::{Digest, Fingerprint};
use super::record::{Fault, Key};
use super::report::{Trouble, TroubleKind};
use super::store::Store;
use crate::TaskInfo;
use crate::control::call::Called;
use crate::control::context::{self, Context};

/// What is known of a call before the task runs.
pub enum Recalled<R> {
    /// What it returned when it ran.
    Known(R),
    /// It has to run, and then has a place to be kept in.
    Unknown(Space<R>),
}

/// Where a result is to be kept, if anywhere.
pub struct Space<R> {
    codec: Codec<R>,
    place: Option<Place>,
}

struct Place {
    store: Arc<Store>,
    task: &'static str,
    path: PathBuf,
    key: Key,
}

/// What makes a task another one.
#[derive(Clone, Copy)]
pub enum Code {
    /// Its text, with its options, and where that stands.
    Text(&'static str),
    /// A version that the user keeps.
    Version(&'static str),
}

/// Looks for the result of a call; `fingerprint` writes the arguments.
pub fn recall<R, F: FnOnce(&mut Digest)>(
    info: &TaskInfo,
    code: Code,
    codec: Codec<R>,
    fingerprint: F,
) -> Recalled<R> {
    let current = context::current();
    let store = current.as_ref().and_then(Context::checkpoints).cloned();
    let place =
        store.and_then(|store| Place::find(store, info, code, type_name::<R>(), fingerprint));
    let found = place.as_ref().and_then(|place| place.read(&codec));
    found.map_or(Recalled::Unknown(Space { codec, place }), Recalled::Known)
}

impl<R> Space<R> {
    /// Keeps what the task returned, unless that is a failure, or what it
    /// returns when it was told to stop.
    pub fn keep(self, called: Called<R>) -> Called<R> {
        if let (Some(place), Called::Returned(returned)) = (&self.place, &called)
            && context::check().is_ok()
        {
            place.keep(&self.codec, returned);
        }
        called
    }
}

impl Place {
    fn find<F: FnOnce(&mut Digest)>(
        store: Arc<Store>,
        info: &TaskInfo,
        code: Code,
        returned: &str,
        fingerprint: F,
    ) -> Option<Self> {
        let digested = careful(|| {
            let mut digest = Digest::new();
            // The closure stands in the task and is named after it: with its
            // crate, modules and generic arguments.
            type_name::<F>().fingerprint(&mut digest);
            fingerprint(&mut digest);
            digest.finish()
        });
        let task = info.name;
        match digested {
            Ok(digested) => {
                let key = Key {
                    address: digested.address,
                    code: code_of(info, code, returned),
                    state: digested.state,
                };
                Some(Self {
                    path: store.path(task, &key),
                    store,
                    task,
                    key,
                })
            }
            Err(why) => {
                store.report.trouble(Trouble {
                    kind: TroubleKind::NotKept,
                    task,
                    path: store.folder().to_owned(),
                    reason: format!("an argument cannot be told from others: {why}"),
                });
                None
            }
        }
    }

    /// The result, if it is there and to be believed.
    fn read<R>(&self, codec: &Codec<R>) -> Option<R> {
        let read = self.store.read(&self.path, &self.key).transpose()?;
        let decode = |value| careful(|| (codec.decode)(&value)).map_err(Fault::Value);
        match read.and_then(decode) {
            Ok(returned) => {
                self.store.report.reused();
                Some(returned)
            }
            Err(fault) => {
                self.trouble(TroubleKind::Rejected, fault.to_string());
                None
            }
        }
    }

    fn keep<R>(&self, codec: &Codec<R>, returned: &R) {
        let encoded = careful(|| (codec.encode)(returned).transpose());
        let written = encoded.and_then(|value| match value {
            Some(value) => {
                let written = self.store.write(&self.path, &self.key, &value);
                written.map(|()| true).map_err(|error| error.to_string())
            }
            None => Ok(false),
        });
        match written {
            Ok(true) => self.store.report.written(),
            Ok(false) => {}
            Err(why) => self.trouble(TroubleKind::NotKept, why),
        }
    }

    fn trouble(&self, kind: TroubleKind, reason: String) {
        self.store.report.trouble(Trouble {
            kind,
            task: self.task,
            path: self.path.clone(),
            reason,
        });
    }
}

/// A hash of what the task is, and of what it returns.
fn code_of(info: &TaskInfo, code: Code, returned: &str) -> u128 {
    let place = info.place();
    let (text, place) = match code {
        Code::Text(text) => (text, Some((&*place.file, place.line, place.column))),
        Code::Version(version) => (version, None),
    };
    let mut digest = Digest::new();
    (text, place, returned, info.fallible).fingerprint(&mut digest);
    digest.address()
}

/// Runs what users write for serde: a panic there costs the file and not the
/// result.
fn careful<T>(work: impl FnOnce() -> Result<T, String>) -> Result<T, String> {
    let panicked = |_| Err("what serde does for a type has panicked".to_owned());
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(panicked)
}

/// An argument that may be known by a fingerprint:
/// `(&&&Known(&argument)).__fingerprint(digest)`.
pub struct Known<'a, T: ?Sized>(pub &'a T);

/// What says itself what it is known by.
pub trait ByFingerprint {
    /// Writes the argument.
    fn __fingerprint(&self, digest: &mut Digest);
}

impl<T: Fingerprint + ?Sized> ByFingerprint for &&Known<'_, T> {
    fn __fingerprint(&self, digest: &mut Digest) {
        self.0.fingerprint(digest);
    }
}

/// What serde can write.
pub trait BySerde {
    /// Writes the argument.
    fn __fingerprint(&self, digest: &mut Digest);
}

impl<T: Serialize + ?Sized> BySerde for &Known<'_, T> {
    fn __fingerprint(&self, digest: &mut Digest) {
        digest.serde(self.0);
    }
}

/// All the rest, so that rustc says of it what it lacks.
pub trait ByNothing {
    /// The argument's type.
    type Of: ?Sized;
    /// Writes the argument.
    fn __fingerprint(&self, digest: &mut Digest)
    where
        Self::Of: Fingerprint;
}

impl<T: ?Sized> ByNothing for Known<'_, T> {
    type Of = T;
    fn __fingerprint(&self, digest: &mut Digest)
    where
        T: Fingerprint,
    {
        self.0.fingerprint(digest);
    }
}
