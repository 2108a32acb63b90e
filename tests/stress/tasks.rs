//! The calls that cases are made of: as plain functions and as tasks.

use std::sync::Arc;

use delayed::prelude::*;

use crate::case::{Case, Failure};
use crate::ledger::Value;

/// Defines the same functions twice; the brackets hold a task's options.
macro_rules! tasks {
    ($([$($option:tt)*] $function:item)*) => {
        pub(crate) mod plain {
            use super::*;
            $($function)*

            pub(crate) fn late(_: &Case, _: u64) -> Result<Value, Failure> {
                Err(Failure::Late)
            }
        }
        pub(crate) mod lazy {
            use super::*;
            $(#[delayed($($option)*)] $function)*

            /// Goes on until it is told to stop; what it gives is of no account.
            #[delayed(timeout = "1us")]
            pub(crate) fn late(case: &Case, key: u64) -> Result<Value, Failure> {
                while !delayed::cancelled() {
                    std::thread::yield_now();
                }
                Ok(Value::new(&case.ledger, key))
            }
        }
    };
}

tasks! {
    []
    pub(crate) fn make(case: &Case, key: u64) -> Result<Value, Failure> {
        case.call(key, &[])
    }
    []
    pub(crate) fn take(case: &Case, key: u64, value: Value) -> Result<Value, Failure> {
        case.call(key, &[value.number()])
    }
    [limit = 2]
    pub(crate) fn take_two(case: &Case, key: u64, a: Value, b: Value) -> Result<Value, Failure> {
        case.call(key, &[a.number(), b.number()])
    }
    []
    pub(crate) fn look(case: &Case, key: u64, value: &Value) -> Result<Value, Failure> {
        case.call(key, &[value.number()])
    }
    []
    pub(crate) fn look_two(case: &Case, key: u64, a: &Value, b: &Value) -> Result<Value, Failure> {
        case.call(key, &[a.number(), b.number()])
    }
    [priority = 3]
    pub(crate) fn number_of(case: &Case, key: u64, value: &Value) -> u64 {
        let made = case.call(key, &[value.number()]);
        made.map_or(key, |made| made.number())
    }
}

#[delayed]
pub(crate) fn nested(case: Arc<Case>, key: u64, value: &Value) -> Result<Value, Failure> {
    crate::graphs::nested(&case, key, value)
}

#[delayed]
pub(crate) fn gather(case: &Case, key: u64, values: Vec<Value>) -> Result<Value, Failure> {
    let numbers: Vec<u64> = values.iter().map(Value::number).collect();
    case.call(key, &numbers)
}
