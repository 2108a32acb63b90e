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

    /// Finds the next piece; `None` at the end, and from then on.
    fn pull(&mut self) -> Option<Self::Piece>;

    /// Makes the item of a piece.
    fn finish(piece: Self::Piece) -> Self::Item;
}
