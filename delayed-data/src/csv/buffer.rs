//! The text of a file as it is read: in buffers that are used again, as memory
//! that a program touches for the first time costs more than a file's block.

use std::io::{self, ErrorKind, Read};
use std::ops::{Deref, Range};
use std::sync::{Arc, Mutex, PoisonError};

/// How many bytes are read at a time: few enough to be in the processor's cache
/// still when the ends of the records are searched.
pub(super) const BLOCK: usize = 1 << 18;

/// Larger buffers are not kept: they held a record of unusual length.
const LARGEST: usize = 8 * BLOCK;

/// Buffers that were given back, each of a block at least.
type Pool = Mutex<Vec<Vec<u8>>>;

/// What is read of a file and not given away yet.
pub(super) struct Input {
    reader: Box<dyn Read + Send>,
    /// The text is in `unread`; what comes behind it is left from earlier.
    buffer: Vec<u8>,
    unread: Range<usize>,
    ended: bool,
    pool: Arc<Pool>,
}

/// Some bytes of a file, whose buffer is used again when they are dropped.
pub(super) struct Bytes {
    buffer: Vec<u8>,
    range: Range<usize>,
    pool: Arc<Pool>,
}

impl Input {
    pub(super) fn new(reader: Box<dyn Read + Send>) -> Input {
        Input {
            reader,
            buffer: Vec::new(),
            unread: 0..0,
            ended: false,
            pool: Arc::default(),
        }
    }

    /// What was read and has not been given away.
    pub(super) fn unread(&self) -> &[u8] {
        &self.buffer[self.unread.clone()]
    }

    /// Whether there is nothing more to read.
    pub(super) fn has_ended(&self) -> bool {
        self.ended
    }

    /// Forgets the first `len` unread bytes.
    pub(super) fn skip(&mut self, len: usize) {
        self.unread.start += len;
    }

    /// Reads what is there, at most so many bytes, and waits only if that is none.
    pub(super) fn read_some(&mut self, most: usize) -> io::Result<()> {
        self.make_room(most);
        self.read(most).map(drop)
    }

    /// Reads so many bytes, fewer only at the end: what is read at once must not
    /// depend on how fast another process writes.
    pub(super) fn read_all(&mut self, len: usize) -> io::Result<()> {
        self.make_room(len);
        let mut missing = len;
        while missing > 0 && !self.ended {
            missing -= self.read(missing)?;
        }
        Ok(())
    }

    /// Reads at most so many bytes, for which there is room.
    fn read(&mut self, most: usize) -> io::Result<usize> {
        let end = self.unread.end;
        loop {
            match self.reader.read(&mut self.buffer[end..end + most]) {
                Ok(read) => {
                    self.ended = read == 0;
                    self.unread.end += read;
                    return Ok(read);
                }
                Err(why) if why.kind() == ErrorKind::Interrupted => {}
                Err(why) => return Err(why),
            }
        }
    }

    /// Makes room for so many bytes behind the unread ones.
    fn make_room(&mut self, len: usize) {
        if self.unread.end + len > self.buffer.len() && self.unread.start > 0 {
            self.buffer.copy_within(self.unread.clone(), 0);
            self.unread = 0..self.unread.len();
        }
        let needed = self.unread.end + len;
        if needed > self.buffer.len() {
            // What is left of a block is a little more each time.
            self.buffer.resize(needed.next_multiple_of(BLOCK / 4), 0);
        }
    }

    /// Takes the first `len` unread bytes, and copies these or what is left,
    /// whichever is less; few bytes are copied so that they do not hold much.
    pub(super) fn give_away(&mut self, len: usize) -> Bytes {
        let range = self.unread.start..self.unread.start + len;
        let rest = range.end..self.unread.end;
        self.unread = rest.clone();
        let (buffer, range) = if len < rest.len().max(self.buffer.len() / 2) {
            (self.buffer[range].to_vec(), 0..len)
        } else {
            let mut next = self.recycled(rest.len());
            next[..rest.len()].copy_from_slice(&self.buffer[rest.clone()]);
            self.unread = 0..rest.len();
            (std::mem::replace(&mut self.buffer, next), range)
        };
        Bytes {
            buffer,
            range,
            pool: Arc::clone(&self.pool),
        }
    }

    /// A buffer of so many bytes at least, with anything in it.
    fn recycled(&self, len: usize) -> Vec<u8> {
        let mut pool = self.pool.lock().unwrap_or_else(PoisonError::into_inner);
        let mut buffer = pool.pop().unwrap_or_default();
        buffer.resize(buffer.len().max(len), 0);
        buffer
    }
}

impl Deref for Bytes {
    type Target = [u8];

    #[inline]
    fn deref(&self) -> &[u8] {
        &self.buffer[self.range.clone()]
    }
}

impl Drop for Bytes {
    fn drop(&mut self) {
        if (BLOCK..=LARGEST).contains(&self.buffer.len()) {
            let mut pool = self.pool.lock().unwrap_or_else(PoisonError::into_inner);
            pool.push(std::mem::take(&mut self.buffer));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Gives a few bytes at a time, and counts them.
    struct Slow {
        left: usize,
        step: usize,
    }

    impl Read for Slow {
        fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
            let len = self.step.min(self.left).min(into.len());
            into[..len].fill(b'x');
            self.left -= len;
            Ok(len)
        }
    }

    fn input(left: usize, step: usize) -> Input {
        Input::new(Box::new(Slow { left, step }))
    }

    #[test]
    fn what_is_there_is_enough_unless_all_is_wanted() {
        let mut input = input(10, 3);
        input.read_some(10).unwrap();
        assert_eq!(input.unread(), b"xxx");
        input.read_all(5).unwrap();
        assert_eq!((input.unread().len(), input.has_ended()), (8, false));
        input.read_all(5).unwrap();
        assert_eq!((input.unread().len(), input.has_ended()), (10, true));
    }

    #[test]
    fn buffers_are_used_again() {
        let mut input = input(10 * BLOCK, usize::MAX);
        let mut places = std::collections::BTreeSet::new();
        for _ in 0..10 {
            input.read_all(BLOCK).unwrap();
            let given = input.give_away(input.unread().len() - 7);
            places.insert(given.buffer.as_ptr());
            assert!(given.iter().all(|&byte| byte == b'x'));
        }
        assert_eq!(input.unread().len(), 7);
        assert!(places.len() <= 3, "{places:?}");
    }

    #[test]
    fn a_small_part_is_copied() {
        let mut input = input(BLOCK, usize::MAX);
        input.read_all(BLOCK).unwrap();
        let given = input.give_away(10);
        assert_eq!((given.len(), given.buffer.capacity()), (10, 10));
        drop(given);
        assert_eq!(input.unread().len(), BLOCK - 10);
        assert!(input.pool.lock().unwrap().is_empty());
    }
}
