//! A task's value as bytes and back.

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::record::Value;
use super::walk;
use crate::task::TaskResult;

/// What a task with `checkpoint` may return.
#[diagnostic::on_unimplemented(
    message = "the value of a task with `checkpoint` is kept in a file, and `{Self}` cannot be written and read",
    label = "cannot be kept",
    note = "derive `serde::Serialize` and `serde::Deserialize` for it; it cannot borrow"
)]
pub trait Keep: Serialize + DeserializeOwned {}

#[diagnostic::do_not_recommend]
impl<T: Serialize + DeserializeOwned> Keep for T {}

/// Which part of what a task returns is kept.
pub trait Part<R> {
    /// The part.
    type Value;
    /// The part, if it is to be kept.
    fn of(returned: &R) -> Option<&Self::Value>;
    /// What the task returned.
    fn back(value: Self::Value) -> R;
}

/// All of it.
pub struct All;

impl<R> Part<R> for All {
    type Value = R;
    fn of(returned: &R) -> Option<&R> {
        Some(returned)
    }
    fn back(value: R) -> R {
        value
    }
}

/// The value of success.
pub struct Success;

impl<R: TaskResult> Part<R> for Success {
    type Value = R::Value;
    fn of(returned: &R) -> Option<&R::Value> {
        returned.success()
    }
    fn back(value: R::Value) -> R {
        R::of_success(value)
    }
}

/// How the value of a task that returns `R` becomes bytes and comes back.
pub struct Codec<R> {
    pub(super) encode: fn(&R) -> Option<Result<Value, String>>,
    pub(super) decode: fn(&Value) -> Result<R, String>,
}

/// The codec of a task that returns `R`, and keeps the part `P` of it.
#[must_use]
pub const fn codec<R, P: Part<R, Value: Keep>>() -> Codec<R> {
    Codec {
        encode: |returned| P::of(returned).map(encode),
        decode: |value| decode(value).map(P::back),
    }
}

/// The bytes of a value, which has been read from them once.
fn encode<T: Keep>(value: &T) -> Result<Value, String> {
    let encoded = Value {
        form: walk::form(value)?,
        bytes: postcard::to_stdvec(value)
            .map_err(|error| format!("it cannot be written: {error}"))?,
    };
    decode::<T>(&encoded).map(|_| encoded)
}

/// The value whose bytes and form these are.
fn decode<T: Keep>(value: &Value) -> Result<T, String> {
    let (read, rest) = postcard::take_from_bytes::<T>(&value.bytes)
        .map_err(|error| format!("its value cannot be read: {error}"))?;
    if rest.is_empty() && walk::form(&read)? == value.form {
        Ok(read)
    } else {
        Err("its value reads as another one: what serde writes of the type is not what it reads, or the type has been changed since".to_owned())
    }
}
