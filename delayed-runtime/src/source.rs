//! Sources whose items are made in two steps, so that many workers can make them.

/// A source whose items are cheap to find and costly to make.
///
/// A loop pulls its source one item at a time, in order, so what happens in
/// `next` happens on one thread. A split source does little there: [`pull`]
/// only finds the next piece (the bytes of a chunk, say) and [`finish`] makes
/// the item of it (parses them), on whichever worker took the piece.
///
/// A source that is also an `Iterator` must give the same items both ways.
///
/// [`pull`]: Split::pull
/// [`finish`]: Split::finish
pub trait Split: Send {
    /// What is found: a piece of the source.
    type Piece: Send;
    /// What a piece becomes: the item that the loop's body sees.
    type Item;

    /// A bound on how many pieces are left, where one is known.
    fn at_most(&self) -> Option<usize> {
        None
    }

    /// How many bytes of files it will have read at the end, where it knows: what
    /// says how far a loop is that cannot know how many pieces are left.
    fn bytes(&self) -> Option<u64> {
        None
    }

    /// How many bytes of files it has read so far.
    fn bytes_read(&self) -> u64 {
        0
    }

    /// Whether all pieces are there already, so that pulling several at once
    /// neither waits nor does anything.
    fn is_at_hand(&self) -> bool {
        false
    }

    /// Whether [`cut`](Self::cut) can be used.
    #[doc(hidden)]
    const CUTS: bool = false;

    /// The next `count` pieces, or all that are left, as a source of their own.
    #[doc(hidden)]
    fn cut(&mut self, count: usize) -> Self
    where
        Self: Sized,
    {
        unreachable!("a source that does not cut was to cut off {count} pieces")
    }

    /// Finds the next piece; `None` at the end, and from then on.
    fn pull(&mut self) -> Option<Self::Piece>;

    /// Makes the item of a piece.
    fn finish(piece: Self::Piece) -> Self::Item;
}

/// Any iterator as a source: an item is made when it is pulled.
pub struct Pulled<I>(pub(crate) I);

/// An iterator over items that are there already.
pub struct AtHand<I>(pub(crate) I);

/// Iterators over items that are there already: pulling one does nothing else.
pub trait Items: Iterator {
    /// Whether [`cut`](Self::cut) can be used.
    const CUTS: bool = false;

    /// The next `count` items, or all that are left, as an iterator.
    fn cut(&mut self, count: usize) -> Self
    where
        Self: Sized,
    {
        unreachable!("an iterator that does not cut was to cut off {count} items")
    }
}

macro_rules! ranges {
    ($($integer:ty)*) => { $(
        impl Items for std::ops::Range<$integer> {
            const CUTS: bool = true;

            #[inline]
            fn cut(&mut self, count: usize) -> Self {
                let rest = if count < self.size_hint().0 {
                    self.start.wrapping_add(count as $integer)
                } else {
                    self.end.max(self.start)
                };
                let cut = self.start..rest;
                self.start = rest;
                cut
            }
        }

        impl Items for std::ops::RangeInclusive<$integer> {
            const CUTS: bool = true;

            #[inline]
            fn cut(&mut self, count: usize) -> Self {
                let (start, end) = (*self.start(), *self.end());
                if count < self.size_hint().0 {
                    let rest = start.wrapping_add(count as $integer);
                    *self = rest..=end;
                    if count == 0 {
                        return EMPTY;
                    }
                    return start..=rest - 1;
                }
                return std::mem::replace(self, EMPTY);
                #[allow(clippy::reversed_empty_ranges)]
                const EMPTY: std::ops::RangeInclusive<$integer> = 1..=0;
            }
        }
    )* };
}

ranges!(u8 u16 u32 u64 u128 usize i8 i16 i32 i64 i128 isize);

impl Items for std::ops::Range<char> {}
impl Items for std::ops::RangeInclusive<char> {}

impl<T> Items for std::slice::Iter<'_, T> {
    const CUTS: bool = true;

    #[inline]
    fn cut(&mut self, count: usize) -> Self {
        let all = self.as_slice();
        let (cut, rest) = all.split_at(count.min(all.len()));
        *self = rest.iter();
        cut.iter()
    }
}

impl<T> Items for std::vec::IntoIter<T> {}
impl<T, const N: usize> Items for std::array::IntoIter<T, N> {}
impl<T> Items for std::slice::IterMut<'_, T> {}
impl<T> Items for std::slice::Chunks<'_, T> {}
impl<T> Items for std::slice::ChunksExact<'_, T> {}
impl<T> Items for std::slice::Windows<'_, T> {}
impl<I: Items + DoubleEndedIterator> Items for std::iter::Rev<I> {}
impl<I: Items> Items for std::iter::Enumerate<I> {}
impl<I: Items> Items for std::iter::StepBy<I> {}
impl<'a, I: Items<Item = &'a T>, T: Copy + 'a> Items for std::iter::Copied<I> {}
impl<I: Items, J: Items> Items for std::iter::Zip<I, J> {}

impl<I> Split for AtHand<I>
where
    I: Items + Send,
    I::Item: Send,
{
    type Piece = I::Item;
    type Item = I::Item;

    fn at_most(&self) -> Option<usize> {
        self.0.size_hint().1
    }

    fn is_at_hand(&self) -> bool {
        true
    }

    const CUTS: bool = I::CUTS;

    #[inline]
    fn cut(&mut self, count: usize) -> Self {
        Self(self.0.cut(count))
    }

    #[inline]
    fn pull(&mut self) -> Option<I::Item> {
        self.0.next()
    }

    fn finish(piece: I::Item) -> I::Item {
        piece
    }
}

impl<I> Split for Pulled<I>
where
    I: Iterator + Send,
    I::Item: Send,
{
    type Piece = I::Item;
    type Item = I::Item;

    fn at_most(&self) -> Option<usize> {
        self.0.size_hint().1
    }

    fn pull(&mut self) -> Option<I::Item> {
        self.0.next()
    }

    fn finish(piece: I::Item) -> I::Item {
        piece
    }
}

#[cfg(test)]
mod tests {
    use super::Items;

    /// Cutting off any number of items, again and again, gives the items.
    fn cut_is_exact<I>(items: I)
    where
        I: Items + Clone,
        I::Item: PartialEq + std::fmt::Debug,
    {
        let all: Vec<_> = items.clone().collect();
        for count in (1..=all.len() + 1).chain([usize::MAX]) {
            let mut rest = items.clone();
            let mut found = Vec::new();
            loop {
                let cut: Vec<_> = rest.cut(count).collect();
                assert!(cut.len() <= count);
                if cut.is_empty() {
                    break;
                }
                found.extend(cut);
            }
            assert_eq!(found, all, "{count} at a time");
            assert_eq!(rest.next(), None);
        }
        let mut rest = items;
        assert_eq!(rest.cut(0).next(), None);
        assert_eq!(rest.collect::<Vec<_>>(), all);
    }

    #[test]
    #[allow(clippy::reversed_empty_ranges)]
    fn what_is_cut_off_is_what_comes_next() {
        cut_is_exact(0..0_u64);
        cut_is_exact(7..3_i32);
        cut_is_exact(3..10_usize);
        cut_is_exact(0..u8::MAX);
        cut_is_exact(0..=u8::MAX);
        cut_is_exact(i8::MIN..=i8::MAX);
        cut_is_exact(i8::MIN..i8::MAX);
        cut_is_exact(5..=5_u128);
        cut_is_exact(6..=5_i128);
        cut_is_exact(i64::MAX - 3..=i64::MAX);
        cut_is_exact([1, 2, 3, 4].iter());
        cut_is_exact([0_u8; 0].iter());
    }
}
