//! What quotes surround, in windows of 64 bytes that are seen as the bits of words.
//!
//! Only fields that are quoted from their first byte to their last, and hold no
//! quote, are understood. They are almost all that there are.

/// What is known from the windows before.
pub(super) struct Quotes {
    /// All bits if a quoted field is open, else none.
    open: u64,
    /// The lowest bit if a field may start here.
    starts: u64,
    /// The lowest bit if a quoted field has ended here.
    ended: u64,
}

/// Where the marks are in a window, the lowest bit first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Marked {
    pub(super) delimiters: u64,
    pub(super) line_ends: u64,
}

impl Quotes {
    /// At the start of a line.
    pub(super) fn new() -> Quotes {
        Quotes {
            open: 0,
            starts: 1,
            ended: 0,
        }
    }

    /// The marks of the next window that are not in quotes; `None` if a quote in
    /// the line is not understood. `returns` are those right before line ends.
    #[inline(always)]
    pub(super) fn outside(&mut self, quotes: u64, marked: Marked, returns: u64) -> Option<Marked> {
        let inside = parity(quotes) ^ self.open;
        let delimiters = marked.delimiters & !inside;
        let line_ends = marked.line_ends & !inside;
        let (opening, closing) = (quotes & inside, quotes & !inside);
        let starts = delimiters << 1 | self.starts;
        let ended = closing << 1 | self.ended;
        let strange = opening & !starts | ended & !(delimiters | line_ends | returns);
        // Up to the end of the line.
        let line = line_ends ^ line_ends.wrapping_sub(1);
        if strange & line != 0 {
            return None;
        }
        let last = u64::BITS - 1;
        self.open = (inside >> last).wrapping_neg();
        self.starts = delimiters >> last;
        self.ended = closing >> last;
        Some(Marked {
            delimiters,
            line_ends,
        })
    }
}

/// Whether each bit has an odd number of bits up to it, itself included.
fn parity(bits: u64) -> u64 {
    let by = |bits: u64, shift: u32| bits ^ bits << shift;
    [1, 2, 4, 8, 16, 32].into_iter().fold(bits, by)
}
