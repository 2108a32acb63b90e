//! What a thread has in its hands, where a runtime has a memory limit.
//!
//! What an iteration meets adds up there, on top of what was set aside for it
//! when it was claimed. When the iteration is over, the sum goes along with what
//! it hands over, and is given back with that. Without a limit there is nothing
//! in a thread's hands.

use std::cell::RefCell;
use std::mem;
use std::sync::Arc;

use super::TooLarge;
use super::budget::Need;
use super::ledger::{Charge, Ledger, is_counting};
use crate::executor::run::{Run, is_plain};
use crate::executor::scope::Scope;
use crate::sync::thread_local;

/// What a thread has in its hands.
struct Hand {
    ledger: Arc<Ledger>,
    /// What the values so far hold.
    held: u64,
    /// What the ledger knows of: never less than `held`.
    booked: u64,
    /// What was set aside.
    aside: u64,
    /// The loop whose iteration this is learns what its iterations need.
    need: Option<Arc<Need>>,
    /// It applies what an iteration has handed over.
    in_turn: bool,
}

impl Hand {
    /// Notes that the values hold `held` now.
    fn hold(&mut self, held: u64) {
        self.held = held;
        let booked = held.max(self.aside);
        if booked > self.booked {
            self.ledger.add(booked - self.booked);
        } else {
            self.ledger.give_back(self.booked - booked);
        }
        self.booked = booked;
    }
}

thread_local! {
    static HAND: RefCell<Option<Hand>> = const { RefCell::new(None) };
}

fn with_hand<T>(change: impl FnOnce(&mut Hand) -> T) -> Option<T> {
    HAND.with_borrow_mut(|hand| hand.as_mut().map(change))
}

/// Counts a value that this thread got.
///
/// # Errors
///
/// When it is larger than the limit by itself.
#[cold]
pub(crate) fn hold(bytes: usize) -> Result<(), TooLarge> {
    let bytes = bytes as u64;
    let held = with_hand(|hand| {
        let limit = hand.ledger.limit();
        if bytes > limit {
            return Err(TooLarge { bytes, limit });
        }
        hand.hold(hand.held.saturating_add(bytes));
        Ok(())
    });
    held.unwrap_or(Ok(()))
}

/// Takes what this thread has in its hands for what it hands on, if that is what
/// it is there for: an iteration still uses what it holds. An `Op` that is plain
/// bits holds nothing.
pub(crate) fn hand_on<Op>() -> Charge {
    if is_plain::<Op>() || !is_counting() {
        return Charge::default();
    }
    let taken = with_hand(|hand| {
        let bytes = if hand.in_turn {
            mem::take(&mut hand.held)
        } else {
            0
        };
        hand.booked -= bytes;
        Charge::new(&hand.ledger, bytes)
    });
    taken.unwrap_or_default()
}

/// Takes all that this thread has in its hands, for a value that goes on holding
/// it.
pub(crate) fn give_up() -> Charge {
    with_hand(Hand::give_up).unwrap_or_default()
}

/// Takes over what was in the hands of a thread that helped.
pub(crate) fn take_over(charge: Charge) {
    if is_counting() {
        with_hand(|hand| {
            let bytes = charge.take();
            hand.held += bytes;
            hand.booked += bytes;
        });
    }
}

/// What the hands held at some time, if anything was counted.
pub struct Mark(Option<u64>);

impl Mark {
    /// Now, where a loop begins in `scope` that runs as it was written.
    #[inline]
    #[must_use]
    pub fn new(scope: &Scope<'_>) -> Self {
        if is_counting() {
            teach(scope.run);
        }
        Self::now()
    }

    /// Now.
    #[inline]
    pub(crate) fn now() -> Self {
        Self(is_counting().then(held).flatten())
    }

    /// What came since then is gone.
    #[inline]
    pub fn restore(&self) {
        if let Some(held) = self.0 {
            restore(held);
        }
    }
}

#[cold]
fn held() -> Option<u64> {
    with_hand(|hand| hand.held)
}

/// Makes known what this thread's iteration has needed before a loop inside of
/// it: others of its loop will need that, too.
#[cold]
pub(crate) fn teach(run: &Run) {
    let is_news = with_hand(|hand| {
        let need = hand.need.as_ref();
        need.is_some_and(|need| need.learn(hand.held))
    });
    if is_news == Some(true) {
        run.bump();
    }
}

#[cold]
fn restore(held: u64) {
    with_hand(|hand| hand.hold(held.min(hand.held)));
}

/// Hands that are this thread's until it is dropped; then it has those it had
/// before, and what is left in these is given back.
pub(crate) struct Holding {
    before: Option<Hand>,
}

impl Holding {
    /// Nothing is counted.
    pub(crate) fn none() -> Self {
        Self {
            before: HAND.replace(None),
        }
    }

    /// Empty hands, with `aside` set aside already.
    pub(crate) fn new(ledger: &Arc<Ledger>, aside: u64, need: Option<Arc<Need>>) -> Self {
        Self::with(Hand {
            ledger: Arc::clone(ledger),
            held: 0,
            booked: aside,
            aside,
            need,
            in_turn: false,
        })
    }

    /// Empty hands, for an iteration and its turn.
    pub(crate) fn alone(ledger: &Arc<Ledger>, need: Arc<Need>) -> Self {
        Self::with(Hand {
            ledger: Arc::clone(ledger),
            held: 0,
            booked: 0,
            aside: 0,
            need: Some(need),
            in_turn: true,
        })
    }

    /// Hands with what others have handed over.
    pub(crate) fn turn(ledger: &Arc<Ledger>, charge: Charge) -> Self {
        let held = charge.take();
        Self::with(Hand {
            ledger: Arc::clone(ledger),
            held,
            booked: held,
            aside: 0,
            need: None,
            in_turn: true,
        })
    }

    fn with(hand: Hand) -> Self {
        Self {
            before: HAND.replace(Some(hand)),
        }
    }

    /// Another iteration begins, and nothing is left of the one before.
    #[cold]
    pub(crate) fn clear(&self) {
        with_hand(|hand| {
            if hand.held > 0 {
                hand.learn();
                hand.hold(0);
            }
        });
    }

    /// What is in the hands, for what an `Op` holds until somebody ends it.
    pub(crate) fn finish<Op>(self) -> Charge {
        let charge = with_hand(|hand| {
            hand.learn();
            if is_plain::<Op>() {
                hand.held = 0;
            }
            hand.give_up()
        });
        charge.unwrap_or_default()
    }
}

impl Hand {
    /// All that it holds, and nothing more is set aside.
    fn give_up(&mut self) -> Charge {
        self.aside = 0;
        self.hold(self.held);
        self.booked = 0;
        Charge::new(&self.ledger, mem::take(&mut self.held))
    }

    fn learn(&self) {
        if let Some(need) = &self.need {
            need.learn(self.held);
        }
    }
}

impl Drop for Holding {
    fn drop(&mut self) {
        if let Some(hand) = HAND.replace(self.before.take()) {
            hand.learn();
            hand.ledger.give_back(hand.booked);
        }
    }
}
