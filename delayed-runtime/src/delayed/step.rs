//! One node of a plan, and who waits for it: sixteen bytes where each has one
//! reader, and eight more for each reader where there are several. In a closed
//! graph that is who takes the value, as nodes list who borrows it.

use super::ahead::fetch;
use super::reference::NodePtr;
use crate::sync::atomic::AtomicU32;

/// One node of a plan.
pub(super) struct Step {
    pub(super) node: NodePtr,
    /// How many dependences are not settled.
    pub(super) waits: AtomicU32,
    pub(super) readers: Readers,
}

/// Who waits for a step: nobody, one step, or those in a chain of edges.
#[derive(Clone, Copy)]
pub(super) struct Readers(u32);

impl Readers {
    pub(super) const NONE: Self = Self(u32::MAX);
    /// Set if the rest is the index of a step, and not of an edge.
    const ONE: u32 = 1 << 31;

    /// Only this one.
    #[inline]
    pub(super) fn one(to: u32) -> Self {
        Self(Self::ONE | to)
    }

    /// One more.
    #[inline]
    pub(super) fn with(self, to: u32, edges: &mut Vec<Edge>) -> Self {
        if self.0 == Self::NONE.0 {
            Self::one(to)
        } else {
            self.chained(to, edges)
        }
    }

    fn chained(self, to: u32, edges: &mut Vec<Edge>) -> Self {
        let mut rest = self;
        if rest.0 & Self::ONE != 0 {
            let to = rest.0 & !Self::ONE;
            rest = Self(edges.len() as u32);
            let only = Edge {
                to,
                rest: Self::NONE,
            };
            push(edges, only);
        }
        let edge = index(edges.len());
        push(edges, Edge { to, rest });
        Self(edge)
    }

    /// Fetches what says who the first of several is.
    #[inline]
    pub(super) fn fetch(self, edges: &[Edge]) {
        if let Some(edge) = edges.get(self.0 as usize) {
            fetch(edge);
        }
    }

    /// The first of them, and the rest.
    #[inline]
    pub(super) fn next(self, edges: &[Edge]) -> Option<(u32, Self)> {
        if self.0 == Self::NONE.0 {
            None
        } else if self.0 & Self::ONE != 0 {
            Some((self.0 & !Self::ONE, Self::NONE))
        } else {
            let Edge { to, rest } = edges[self.0 as usize];
            Some((to, rest))
        }
    }
}

/// One of several steps that wait for a step, and the others.
pub(super) struct Edge {
    to: u32,
    rest: Readers,
}

/// The index of a step or an edge, which leaves a bit free.
///
/// # Panics
///
/// If there are two billion before it, whose nodes would take hundreds of
/// gigabytes.
#[inline]
pub(super) fn index(count: usize) -> u32 {
    let index = u32::try_from(count).ok();
    let index = index.filter(|index| *index < !Readers::ONE);
    index.expect("a graph that is run at once has at most two billion nodes and dependences")
}

/// Adds to a list of a plan. What a plan notes of a graph may be a good part of
/// all memory there is, so a long list grows by a quarter, and not to the double.
#[inline]
pub(super) fn push<T>(list: &mut Vec<T>, value: T) {
    if list.len() == list.capacity() {
        grow(list);
    }
    list.push(value);
}

#[cold]
fn grow<T>(list: &mut Vec<T>) {
    /// Elements of a short list.
    const SHORT: usize = 4096;
    let more = list.len() / 4;
    if more < SHORT / 4 {
        list.reserve(1);
    } else {
        list.reserve_exact(more);
    }
}

#[cfg(test)]
mod tests {
    use super::{Readers, index};

    #[test]
    fn readers_are_chained_the_newest_first() {
        let mut edges = Vec::new();
        let mut chains = [Readers::NONE; 3];
        for (step, to) in [(1, 7), (2, 0), (2, 8), (1, 3), (2, 5), (2, 5)] {
            chains[step] = chains[step].with(to, &mut edges);
        }
        let read = |chain: Readers| {
            let mut readers = Vec::new();
            let mut rest = chain;
            while let Some((to, next)) = rest.next(&edges) {
                readers.push(to);
                rest = next;
            }
            readers
        };
        assert_eq!(chains.map(read), [vec![], vec![3, 7], vec![5, 5, 8, 0]]);
    }

    #[test]
    fn the_last_index_is_not_taken_for_nobody() {
        let last = (1_u32 << 31) - 2;
        assert_eq!(index(last as usize), last);
        let one = Readers::NONE.with(last, &mut Vec::new());
        assert_eq!(one.next(&[]).map(|(to, _)| to), Some(last));
    }

    #[test]
    #[should_panic(expected = "two billion")]
    fn one_more_is_refused() {
        index((1 << 31) - 1);
    }
}
