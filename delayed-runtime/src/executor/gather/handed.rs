//! What the iterations of a block hand over.

use std::convert::Infallible;
use std::mem;

use super::keep::Keep;
use crate::executor::memory::ledger::Charge;
use crate::executor::run::Stop;

/// Values, each with the place of its iteration in the block.
///
/// Most iterations hand over one value, and then the places say nothing new and
/// take no room: half as many bytes go from one processor to the other, which is
/// what most of the time goes into where tasks are tiny.
pub(crate) struct Handed<Op> {
    values: Vec<Op>,
    /// The place of each value; empty while each stands at its own index.
    places: Vec<u32>,
    /// What the values hold.
    charge: Charge,
}

impl<Op> Default for Handed<Op> {
    fn default() -> Self {
        Self {
            values: Vec::new(),
            places: Vec::new(),
            charge: Charge::default(),
        }
    }
}

impl<Op> Handed<Op> {
    pub(crate) fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// Drops the values.
    pub(crate) fn clear(&mut self) {
        self.values.clear();
        self.places.clear();
    }

    /// The values, in order.
    pub(crate) fn values(&self) -> &[Op] {
        &self.values
    }

    #[inline]
    pub(crate) fn push(&mut self, place: u32, value: Op) {
        let has_room = self.values.len() < self.values.capacity();
        if has_room && self.places.is_empty() && place as usize == self.values.len() {
            self.values.push(value);
        } else if has_room && (1..self.places.capacity()).contains(&self.places.len()) {
            self.values.push(value);
            self.places.push(place);
        } else {
            // By value: what nobody else has a pointer to can live in registers.
            *self = std::mem::take(self).pushed(place, value);
        }
    }

    /// With a value for which there is no room, or which needs its place noted.
    #[cold]
    #[inline(never)]
    fn pushed(mut self, place: u32, value: Op) -> Self {
        if place as usize != self.values.len() || !self.places.is_empty() {
            let noted = self.places.len() as u32;
            self.places.extend(noted..self.values.len() as u32);
            self.places.push(place);
        }
        self.values.push(value);
        self
    }

    /// Takes the values of `other`, and leaves it empty.
    pub(crate) fn append(&mut self, other: &mut Self) {
        self.charge.add(mem::take(&mut other.charge));
        if self.is_empty() {
            mem::swap(&mut self.values, &mut other.values);
            mem::swap(&mut self.places, &mut other.places);
            return;
        }
        let taken = other.try_for_each(|place, value| {
            self.push(place, value);
            Ok::<_, Infallible>(())
        });
        let Ok(()) = taken;
    }

    /// Takes the values out, one after the other, until `take` fails, and drops
    /// the rest.
    #[inline]
    pub(crate) fn try_for_each<E>(
        &mut self,
        mut take: impl FnMut(u32, Op) -> Result<(), E>,
    ) -> Result<(), E> {
        let places = mem::take(&mut self.places);
        let mut values = self.values.drain(..);
        if places.is_empty() {
            let mut place = 0;
            return values.try_for_each(|value| {
                place += 1;
                take(place - 1, value)
            });
        }
        places
            .into_iter()
            .zip(values)
            .try_for_each(|(place, value)| take(place, value))
    }
}

impl<Op: Send> Keep<Op> for Handed<Op> {
    type Rules = ();

    fn begin(&mut self, (): &(), _start: u64, _count: usize) {}

    #[inline]
    fn push(&mut self, place: u32, op: Op) {
        self.push(place, op);
    }

    fn charge(&mut self, charge: Charge) {
        self.charge.add(charge);
    }

    fn take_charge(&mut self) -> Charge {
        mem::take(&mut self.charge)
    }

    fn len(&self) -> usize {
        self.values.len()
    }

    fn is_empty(&self) -> bool {
        self.is_empty()
    }

    fn end(&mut self) {}

    fn append(&mut self, other: &mut Self) {
        self.append(other);
    }

    fn give(
        &mut self,
        (): &(),
        apply: impl FnMut(u32, Op) -> Result<(), Stop>,
    ) -> Result<(), Stop> {
        self.try_for_each(apply)
    }
}

#[cfg(test)]
mod tests {
    use super::Handed;

    fn taken(handed: &mut Handed<char>, count: usize) -> Vec<(u32, char)> {
        let mut taken = Vec::new();
        let _ = handed.try_for_each(|place, value| {
            taken.push((place, value));
            if taken.len() == count {
                Err(())
            } else {
                Ok(())
            }
        });
        assert!(handed.is_empty());
        taken
    }

    /// What is pushed comes out, cut in two at any point and put together again.
    fn comes_out(pushed: &[(u32, char)]) {
        for at in 0..=pushed.len() {
            let handed = |part: &[(u32, char)]| {
                let mut handed = Handed::default();
                part.iter()
                    .for_each(|(place, value)| handed.push(*place, *value));
                handed
            };
            let (mut first, mut second) = (handed(&pushed[..at]), handed(&pushed[at..]));
            first.append(&mut second);
            assert!(second.is_empty());
            assert_eq!(first.values().len(), pushed.len());
            assert_eq!(taken(&mut first, usize::MAX), pushed, "cut at {at}");
            // Nothing is left of the places.
            first.push(0, 'z');
            assert_eq!(taken(&mut first, usize::MAX), [(0, 'z')]);
            if at > 0 {
                assert_eq!(taken(&mut handed(pushed), at), pushed[..at]);
            }
        }
    }

    #[test]
    fn values_keep_their_places() {
        comes_out(&[]);
        comes_out(&[(0, 'a'), (1, 'b'), (2, 'c')]);
        comes_out(&[(3, 'a')]);
        comes_out(&[(0, 'a'), (2, 'b'), (2, 'c'), (3, 'd')]);
        comes_out(&[(0, 'a'), (0, 'b'), (2, 'c')]);
        comes_out(&[(1, 'a'), (1, 'b'), (2, 'c'), (7, 'd')]);
    }
}
