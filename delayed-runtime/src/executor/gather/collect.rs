//! Loops that do nothing but collect: values are written where they will stay.
//!
//! Where each iteration gives one value, and how many there will be is known,
//! iteration `i` gives the element `i`. So there is room for all of them before
//! the first one, a block has its part of that room, and when its turn comes the
//! vector gets longer: nothing is moved. Where it is not known, a block keeps its
//! values until then.

use std::mem;
use std::ptr;

use super::keep::Keep;
use super::ordered::Ordered;
use super::reduce::InOrder;
use super::ring::Turn;
use super::{Adding, Fold, Gather};
use crate::executor::contract;
use crate::executor::memory::hand::Holding;
use crate::executor::memory::ledger::Charge;
use crate::executor::run::{Limits, Run, Stop};
use crate::executor::scope::Scope;
use crate::executor::site::LoopSite;
use crate::source::Split;

/// Runs a loop whose iterations each give an element of `all`, in order.
///
/// # Errors
///
/// The failure that the serial loop would have met first; `all` then has what
/// that would have pushed, or less.
pub(crate) fn collect<S, Item, T, F>(
    (scope, site): (&Scope<'_>, &LoopSite),
    source: S,
    front: F,
    all: &mut Vec<T>,
) -> Result<(), Stop>
where
    S: Split<Item = Item>,
    T: Send,
    F: Fn(Item, &Scope<'_>) -> Result<(T,), Stop> + Sync,
{
    let room = Room::behind(all, scope.run, &source);
    let most = room.as_ref().map_or(usize::MAX, |room| room.most);
    let begun = all.len();
    let front = |item, scope: &Scope<'_>, _: &mut Turn<'_, Part<T>>| {
        let (value,) = front(item, scope)?;
        Ok(Some(Part::One(value)))
    };
    let back = |part| {
        match part {
            Part::One(value) => {
                // Others may have been told where their values go.
                assert!(all.len() - begun < most, "{UNTRUE}");
                all.push(value);
            }
            Part::Block(values) => values.join(all),
        }
        Ok(())
    };
    contract::for_each(scope, site, source, front, back, &Collect { room })
}

/// How the values of a loop are pushed that does nothing else.
pub trait Push<A, T> {
    /// Runs a loop whose iterations each give a value that `push` adds to `all`, in
    /// order.
    ///
    /// # Errors
    ///
    /// The failure that the serial loop would have met first.
    fn run<S, Item, F, P>(
        self,
        place: (&Scope<'_>, &LoopSite),
        source: S,
        front: F,
        all: &mut A,
        push: P,
    ) -> Result<(), Stop>
    where
        S: Split<Item = Item>,
        A: Send,
        T: Send,
        F: Fn(Item, &Scope<'_>) -> Result<(T,), Stop> + Sync,
        P: FnMut(&mut A, (T,)) -> Result<(), Stop> + Send;
}

/// Onto a vector of such values.
pub struct InPlace;

impl<T> Push<Vec<T>, T> for InPlace {
    fn run<S, Item, F, P>(
        self,
        place: (&Scope<'_>, &LoopSite),
        source: S,
        front: F,
        all: &mut Vec<T>,
        _push: P,
    ) -> Result<(), Stop>
    where
        S: Split<Item = Item>,
        T: Send,
        F: Fn(Item, &Scope<'_>) -> Result<(T,), Stop> + Sync,
    {
        collect(place, source, front, all)
    }
}

impl<A, T> Push<A, T> for InOrder {
    fn run<S, Item, F, P>(
        self,
        (scope, site): (&Scope<'_>, &LoopSite),
        source: S,
        front: F,
        all: &mut A,
        mut push: P,
    ) -> Result<(), Stop>
    where
        S: Split<Item = Item>,
        A: Send,
        T: Send,
        F: Fn(Item, &Scope<'_>) -> Result<(T,), Stop> + Sync,
        P: FnMut(&mut A, (T,)) -> Result<(), Stop> + Send,
    {
        let front = |item, scope: &Scope<'_>, _: &mut Turn<'_, (T,)>| front(item, scope).map(Some);
        let back = |op| push(all, op);
        contract::for_each(scope, site, source, front, back, &self)
    }
}

/// A source of the crate's own never does this.
const UNTRUE: &str = "a source gave more or fewer items than it said";

/// What is given to the loop's back.
enum Part<T> {
    One(T),
    /// Those of several iterations, where they stay.
    Block(Placed<T>),
}

/// How a loop collects.
struct Collect<T> {
    room: Option<Room<T>>,
}

/// The room for all elements, behind those that the vector had.
struct Room<T> {
    first: *mut T,
    most: usize,
}

// SAFETY: it is an address, behind which threads put values of their own.
unsafe impl<T: Send> Send for Room<T> {}
// SAFETY: as above: it reads nothing there, and makes `Values` that do not overlap.
unsafe impl<T: Send> Sync for Room<T> {}

impl<T> Room<T> {
    /// Room in `all`, if it is known for how many, and there is so much.
    fn behind<S: Split>(all: &mut Vec<T>, run: &Run, source: &S) -> Option<Self> {
        // Under a limit, values wait for their turn to be counted.
        let is_known = source.is_at_hand() && run.budget().is_none();
        let most = source.at_most().filter(|_| is_known)?;
        // Where loops push one after the other, each would move what is there.
        let reserved = match all.is_empty() {
            true => all.try_reserve_exact(most),
            false => all.try_reserve(most),
        };
        reserved.ok()?;
        // SAFETY: that is at most the end of what is allocated.
        let first = unsafe { all.as_mut_ptr().add(all.len()) };
        Some(Self { first, most })
    }

    /// The places of iterations of which `index` is the first: of `count`, or as
    /// many as are left. There may be none, if a source gives more than it said.
    fn part(&self, index: u64, count: usize) -> Placed<T> {
        let before = usize::try_from(index).unwrap_or(usize::MAX).min(self.most);
        // SAFETY: that is within the room that was reserved, or its end.
        let first = unsafe { self.first.add(before) };
        let (len, most) = (0, count.min(self.most - before));
        Placed { first, len, most }
    }
}

impl<T: Send> Gather<Part<T>> for Collect<T> {
    const MERGES: bool = true;

    type Ring<'a, B: FnMut(Part<T>) -> Result<(), Stop> + Send>
        = Ordered<'a, Part<T>, B, Values<T>>
    where
        Self: 'a;

    fn fold(&self) -> impl Fold<Part<T>> + Sync {
        Writing(self.room.as_ref())
    }

    fn ring<'a, B>(&'a self, site: &'a LoopSite, slots: usize, back: B) -> Self::Ring<'a, B>
    where
        B: FnMut(Part<T>) -> Result<(), Stop> + Send,
    {
        let room = self.room.as_ref();
        let room = room.map(|&Room { first, most }| Room { first, most });
        Ordered::new(site, room, slots, back)
    }

    fn limits<Piece>(&self, run: &Run) -> Limits {
        // What has its place already is not kept besides.
        match self.room {
            Some(_) => run.limits_merged::<Piece>(),
            None => run.limits::<T, Piece>(),
        }
    }

    fn merge(&self) -> Option<&Adding<'_, Part<T>>> {
        None
    }

    fn end(holding: Holding) -> Charge {
        holding.finish::<T>()
    }
}

/// Written where it stays, if there is room.
struct Writing<'a, T>(Option<&'a Room<T>>);

impl<T: Send> Fold<Part<T>> for Writing<'_, T> {
    type Kept = Placed<T>;

    fn merges(&self) -> bool {
        self.0.is_some()
    }

    fn begin(&self, index: u64, count: usize) -> Placed<T> {
        let room = self.0.map(|room| room.part(index, count));
        room.unwrap_or_default()
    }

    #[inline]
    fn add<B>(&self, kept: &mut Placed<T>, back: &mut B, op: Part<T>) -> Result<(), Stop>
    where
        B: FnMut(Part<T>) -> Result<(), Stop>,
    {
        match (self.0, op) {
            (Some(_), Part::One(value)) => {
                kept.push(value);
                Ok(())
            }
            (_, op) => back(op),
        }
    }

    fn end(kept: Placed<T>) -> Option<Part<T>> {
        (kept.len > 0).then(|| Part::Block(kept))
    }
}

/// Values one after the other, in memory that somebody else has allocated.
struct Placed<T> {
    first: *mut T,
    /// How many there are…
    len: usize,
    /// …and may be.
    most: usize,
}

// SAFETY: the values are its own, wherever they are.
unsafe impl<T: Send> Send for Placed<T> {}

impl<T> Default for Placed<T> {
    fn default() -> Self {
        Self {
            first: ptr::dangling_mut(),
            len: 0,
            most: 0,
        }
    }
}

impl<T> Placed<T> {
    #[inline]
    fn push(&mut self, value: T) {
        assert!(self.len < self.most, "{UNTRUE}");
        // SAFETY: there is room for so many, and nothing is here yet.
        unsafe { self.first.add(self.len).write(value) };
        self.len += 1;
    }

    /// They become the next elements of `all`, at whose end they are.
    fn join(mut self, all: &mut Vec<T>) {
        let room = all.capacity() - all.len();
        // SAFETY: that is at most the end of what is allocated.
        let end = unsafe { all.as_mut_ptr().add(all.len()) };
        assert!(self.first == end && self.len <= room, "{UNTRUE}");
        let len = mem::take(&mut self.len);
        // SAFETY: behind the end of `all` and within its room there are so many
        // values, which nobody else drops now.
        unsafe { all.set_len(all.len() + len) };
    }
}

impl<T> Drop for Placed<T> {
    fn drop(&mut self) {
        // SAFETY: so many are there, and nobody else has them.
        unsafe { ptr::slice_from_raw_parts_mut(self.first, self.len).drop_in_place() };
    }
}

/// The values of a block.
struct Values<T> {
    /// In here, unless they have their place in the vector…
    placed: Placed<T>,
    /// …which is empty, as far as it knows. It is dropped after what is in it.
    own: Vec<T>,
    charge: Charge,
}

impl<T> Default for Values<T> {
    fn default() -> Self {
        Self {
            placed: Placed::default(),
            own: Vec::new(),
            charge: Charge::default(),
        }
    }
}

impl<T: Send> Keep<Part<T>> for Values<T> {
    type Rules = Option<Room<T>>;

    fn keeps_always(room: &Option<Room<T>>) -> bool {
        // Another thread's places would be in the way of a vector that grows.
        room.is_some()
    }

    fn begin(&mut self, room: &Option<Room<T>>, start: u64, count: usize) {
        self.placed = match room {
            Some(room) => room.part(start, count),
            None => {
                self.own.reserve(count);
                let first = self.own.as_mut_ptr();
                let (len, most) = (0, count);
                Placed { first, len, most }
            }
        };
    }

    #[inline]
    fn push(&mut self, _place: u32, part: Part<T>) {
        match part {
            Part::One(value) => self.placed.push(value),
            Part::Block(placed) => self.placed = placed,
        }
    }

    fn charge(&mut self, charge: Charge) {
        self.charge.add(charge);
    }

    fn take_charge(&mut self) -> Charge {
        mem::take(&mut self.charge)
    }

    fn len(&self) -> usize {
        self.placed.len
    }

    fn is_empty(&self) -> bool {
        self.placed.len == 0
    }

    fn end(&mut self) {}

    /// What a block hands over it hands over at its end.
    fn append(&mut self, other: &mut Self) {
        assert!(self.is_empty(), "a block ended twice");
        *self = mem::take(other);
    }

    fn give(
        &mut self,
        room: &Option<Room<T>>,
        mut apply: impl FnMut(u32, Part<T>) -> Result<(), Stop>,
    ) -> Result<(), Stop> {
        if room.is_some() {
            return apply(0, Part::Block(mem::take(&mut self.placed)));
        }
        let len = mem::take(&mut self.placed.len);
        // SAFETY: so many values are in here, and nowhere else any more.
        unsafe { self.own.set_len(len) };
        let mut values = self.own.drain(..);
        values.try_for_each(|value| apply(0, Part::One(value)))
    }
}

#[cfg(test)]
mod tests;
