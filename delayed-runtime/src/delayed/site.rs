//! Where a node was made, and what of: a number instead of two addresses, as
//! there are few such places and many nodes.

use std::cell::Cell;
use std::panic::Location;
use std::ptr;
use std::sync::PoisonError;

use crate::TaskInfo;
use crate::few::Few;
use crate::sync::fixed::{Mutex, MutexGuard};

/// A call in the program.
#[derive(Clone, Copy)]
pub(super) struct Site {
    pub(super) info: &'static TaskInfo,
    pub(super) location: &'static Location<'static>,
}

/// The number of a call in the program; it is another one in each process.
#[derive(Clone, Copy)]
pub(super) struct SiteId(u32);

/// All calls that have made a node.
struct Sites {
    numbers: Few<(usize, usize), u32>,
    all: Vec<Site>,
}

static SITES: Mutex<Sites> = Mutex::new(Sites {
    numbers: Few::new(),
    all: Vec::new(),
});

/// A call that a thread has seen, by the addresses of what it is.
#[derive(Clone, Copy)]
struct Seen {
    addresses: (usize, usize),
    number: u32,
}

/// Calls that a thread remembers, a power of two.
const SEEN: usize = 64;

thread_local! {
    /// Calls by their numbers, each at the place that its number says: all threads
    /// that are told of steps would wait for each other at `SITES`.
    static KNOWN: [Cell<Option<(u32, Site)>>; SEEN] = const { [const { Cell::new(None) }; SEEN] };
    /// Each at the place that its addresses say.
    static LATEST: [Cell<Seen>; SEEN] = const {
        [const { Cell::new(Seen { addresses: (0, 0), number: 0 }) }; SEEN]
    };
}

impl Site {
    /// The call's number.
    #[inline]
    pub(super) fn id(self) -> SiteId {
        let addresses = (
            ptr::from_ref(self.info).addr(),
            ptr::from_ref(self.location).addr(),
        );
        // Both are aligned; the sum spreads neighbours of either kind.
        let place = (addresses.0 / 16 + addresses.1 / 8) % SEEN;
        let seen = LATEST.with(|latest| latest[place].get());
        if seen.addresses == addresses {
            return SiteId(seen.number);
        }
        self.look_up(addresses, place)
    }

    #[cold]
    fn look_up(self, addresses: (usize, usize), place: usize) -> SiteId {
        let number = sites().number(self, addresses);
        LATEST.with(|latest| latest[place].set(Seen { addresses, number }));
        SiteId(number)
    }
}

impl SiteId {
    /// The call.
    pub(super) fn get(self) -> Site {
        KNOWN.with(|known| {
            let known = &known[self.0 as usize % SEEN];
            match known.get() {
                Some((number, site)) if number == self.0 => site,
                _ => {
                    let site = sites().all[self.0 as usize];
                    known.set(Some((self.0, site)));
                    site
                }
            }
        })
    }
}

fn sites() -> MutexGuard<'static, Sites> {
    SITES.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Sites {
    fn number(&mut self, site: Site, addresses: (usize, usize)) -> u32 {
        let Self { numbers, all } = self;
        *numbers.get_or_insert(addresses, || {
            all.push(site);
            u32::try_from(all.len() - 1).expect("a program has fewer calls than that")
        })
    }
}

#[cfg(test)]
mod tests {
    use std::panic::Location;
    use std::thread;

    use super::{SEEN, Site};
    use crate::TaskInfo;

    #[test]
    fn each_call_has_one_number_on_all_threads() {
        static INFO: TaskInfo = TaskInfo::new("f", "site.rs", 1, 1, false);
        let all: Vec<Site> = (0..4 * SEEN as u32)
            .map(|_| Site {
                info: &INFO,
                location: Box::leak(Box::new(*Location::caller())),
            })
            .collect();
        let numbers = || all.iter().map(|site| site.id().0).collect::<Vec<_>>();
        let here = numbers();
        assert_eq!(here, numbers());
        assert_eq!(
            here,
            thread::scope(|scope| scope.spawn(numbers).join()).unwrap()
        );
        for (site, other) in all.iter().zip(&all[1..]) {
            assert_ne!(site.id().0, other.id().0);
            assert!(std::ptr::eq(site.id().get().location, site.location));
        }
    }
}
