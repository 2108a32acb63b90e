//! One case: what its seed says of each call, and how a run of it may end.

use std::any::Any;
use std::error::Error as _;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Duration;

use delayed::{CancelToken, Error, Runtime, TimedOut};
use random_programs::Rng;

use crate::ledger::{Ledger, Value};

/// What becomes of a call.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Fate {
    Returns,
    Fails,
    Panics,
    /// It cancels the run and returns.
    Cancels,
    /// It goes on until it is told that its time is over.
    IsLate,
}

/// How many calls of a million have which fate.
#[derive(Clone, Copy, Default)]
struct Mood {
    fails: usize,
    panics: usize,
    cancels: usize,
    late: usize,
}

/// The surroundings of one run.
pub(crate) struct Case {
    pub(crate) seed: u64,
    /// How large it is; loops and graphs decide what that means.
    pub(crate) size: usize,
    mood: Mood,
    deadline: Option<Duration>,
    pub(crate) token: CancelToken,
    pub(crate) ledger: Arc<Ledger>,
}

/// What a call may fail with.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Failure {
    Refused(u64),
    Late,
    /// A run inside of the call was stopped.
    Stopped,
}

impl From<TimedOut> for Failure {
    fn from(_: TimedOut) -> Self {
        Self::Late
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

impl std::error::Error for Failure {}

/// How a run ended.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum End {
    Value(Vec<u64>),
    Failed(Failure),
    /// With the panic's own words.
    Panicked(String),
    Cancelled,
}

/// What panics of tasks say before their number.
pub(crate) const PANIC: &str = "panic on purpose in call ";

impl Case {
    /// The case of this seed; equal seeds give equal fates.
    pub(crate) fn new(seed: u64) -> Self {
        let mut rng = Rng::new(seed);
        let size = rng.pick(&[3, 30, 300, 300, 1000]);
        let size = 1 + rng.below(size);
        let mut rate = |percent| {
            if rng.chance(percent) {
                rng.pick(&[100, 1000, 10_000])
            } else {
                0
            }
        };
        let mood = Mood {
            fails: rate(50),
            panics: rate(30),
            cancels: rate(20),
            late: rate(20),
        };
        let deadline = match rng.below(40) {
            0 => Some(Duration::ZERO),
            1 => Some(Duration::from_micros(50)),
            _ => None,
        };
        Self {
            seed,
            size,
            mood,
            deadline,
            token: CancelToken::new(),
            ledger: Ledger::new(20 * size + 100),
        }
    }

    /// One in which nothing goes wrong.
    pub(crate) fn calm() -> Self {
        let case = Self::new(1);
        let mood = Mood::default();
        Self {
            size: 50,
            mood,
            deadline: None,
            ledger: Ledger::new(100),
            ..case
        }
    }

    pub(crate) fn fate(&self, key: u64) -> Fate {
        let mut rng = Rng::new(self.seed ^ key.wrapping_mul(0x9E37_79B9_7F4A_7C15));
        let mut draw = rng.below(1_000_000);
        let Mood {
            fails,
            panics,
            cancels,
            late,
        } = self.mood;
        for (rate, fate) in [
            (fails, Fate::Fails),
            (panics, Fate::Panics),
            (cancels, Fate::Cancels),
            (late, Fate::IsLate),
        ] {
            if draw < rate {
                return fate;
            }
            draw -= rate;
        }
        Fate::Returns
    }

    pub(crate) fn is_late(&self, key: u64) -> bool {
        self.fate(key) == Fate::IsLate
    }

    /// A call of a task that reads `inputs`.
    pub(crate) fn call(&self, key: u64, inputs: &[u64]) -> Result<Value, Failure> {
        let made = Value::new(&self.ledger, number(key, inputs));
        self.work(key);
        match self.fate(key) {
            Fate::Fails => return Err(Failure::Refused(key)),
            Fate::Panics => panic!("{PANIC}{key}"),
            Fate::Cancels => self.token.cancel(),
            Fate::Returns | Fate::IsLate => {}
        }
        Ok(made)
    }

    /// Busy work: most calls take next to nothing, a few some microseconds.
    fn work(&self, key: u64) {
        let mut rng = Rng::new(!self.seed ^ key);
        let rounds = if rng.below(50) == 0 { 20_000 } else { 20 };
        let rounds = rng.below(rounds) as u64;
        (0..rounds).fold(key, |x, y| std::hint::black_box(x ^ y.rotate_left(7)));
    }

    /// A runtime with all that may end this case from outside, on the threads
    /// of whoever calls.
    pub(crate) fn runtime(&self) -> Runtime {
        let mut builder = Runtime::builder().cancel_token(self.token.clone());
        if let Some(after) = self.deadline {
            builder = builder.deadline(after);
        }
        builder.build().expect("no thread has to be started")
    }

    /// Whether something has told the run to stop, or may have.
    pub(crate) fn may_be_stopped(&self) -> bool {
        self.deadline.is_some() || self.token.is_cancelled()
    }
}

/// The number of a value that was made of others.
pub(crate) fn number(key: u64, inputs: &[u64]) -> u64 {
    inputs.iter().fold(key, |number, input| {
        (number.rotate_left(9) ^ input).wrapping_mul(0x9E37_79B9_7F4A_7C15)
    })
}

impl End {
    /// How a program of plain calls ends.
    pub(crate) fn of_plain(program: impl FnOnce() -> Result<Vec<u64>, Failure>) -> Self {
        match catch_unwind(AssertUnwindSafe(program)) {
            Ok(Ok(value)) => Self::Value(value),
            Ok(Err(failure)) => Self::Failed(failure),
            Err(payload) => Self::Panicked(words(payload.as_ref())),
        }
    }

    /// How a run ended that gave this.
    pub(crate) fn of_run(result: Result<Vec<u64>, Error>) -> Self {
        let error = match result {
            Ok(value) => return Self::Value(value),
            Err(error) => error,
        };
        let failure = error
            .source()
            .and_then(|source| source.downcast_ref::<Failure>());
        if let Some(failure) = failure
            && *failure != Failure::Stopped
        {
            return Self::Failed(failure.clone());
        }
        if error.is_panic() {
            let text = error.to_string();
            let from = text.find(PANIC).unwrap_or(0);
            let words = text[from..].split(" (").next();
            return Self::Panicked(words.unwrap_or_default().to_owned());
        }
        if error.is_cancelled() {
            return Self::Cancelled;
        }
        panic!("nothing in a case ends like this: {error}");
    }
}

fn words(payload: &(dyn Any + Send)) -> String {
    let text = payload.downcast_ref::<String>();
    text.cloned().unwrap_or_else(|| "no words".to_owned())
}
