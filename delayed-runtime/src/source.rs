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

    /// Whether all pieces are there already, so that pulling several at once
    /// neither waits nor does anything.
    fn is_at_hand(&self) -> bool {
        false
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
pub trait Items: Iterator {}

impl<T> Items for std::ops::Range<T> where Self: Iterator {}
impl<T> Items for std::ops::RangeInclusive<T> where Self: Iterator {}
impl<T> Items for std::vec::IntoIter<T> {}
impl<T, const N: usize> Items for std::array::IntoIter<T, N> {}
impl<T> Items for std::slice::Iter<'_, T> {}
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
