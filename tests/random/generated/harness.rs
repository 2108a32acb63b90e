//! How both versions of a program are run and compared.

pub use std::collections::BTreeMap;

pub use crate::tasks::{Point, Token};

pub type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// What a program gave, and what it left in its surroundings.
#[derive(Debug)]
pub struct Outcome {
    pub result: Result<String, Failure>,
    pub seen: String,
}

#[derive(Debug, PartialEq)]
pub enum Failure {
    Error(String),
    Panic(String),
}

impl Outcome {
    pub fn kind(&self) -> &'static str {
        match self.result {
            Ok(_) => "value",
            Err(Failure::Error(_)) => "error",
            Err(Failure::Panic(_)) => "panic",
        }
    }

    /// A panic's message stands at the end of the error's text; what its own
    /// iteration has left in the surroundings, nobody promises.
    pub fn is_as(&self, plain: &Self) -> bool {
        match (&self.result, &plain.result) {
            (Err(Failure::Panic(text)), Err(Failure::Panic(message))) => text.ends_with(message),
            (found, expected) => found == expected && self.seen == plain.seen,
        }
    }
}

pub fn serial<T: std::fmt::Debug>(
    body: impl FnOnce() -> Result<T, BoxError>,
) -> Result<String, Failure> {
    match std::panic::catch_unwind(std::panic::AssertUnwindSafe(body)) {
        Ok(Ok(value)) => Ok(format!("{value:?}")),
        Ok(Err(error)) => Err(Failure::Error(error.to_string())),
        Err(payload) => {
            let text = payload.downcast_ref::<&str>().map(|text| text.to_string());
            let text = text.or_else(|| payload.downcast_ref::<String>().cloned());
            Err(Failure::Panic(text.unwrap_or_default()))
        }
    }
}

pub fn parallel<T: std::fmt::Debug>(result: Result<T, delayed::Error>) -> Result<String, Failure> {
    result.map(|value| format!("{value:?}")).map_err(|error| {
        match std::error::Error::source(&error) {
            Some(cause) => Failure::Error(cause.to_string()),
            None if error.is_panic() => Failure::Panic(error.to_string()),
            None => Failure::Error(error.to_string()),
        }
    })
}
