//! Other encodings than UTF-8, decoded as they are read.

use std::io::{self, ErrorKind, Read};
use std::ops::Range;

use encoding_rs::{Decoder, DecoderResult, Encoding};

/// How many bytes are decoded at a time.
const BLOCK: usize = 1 << 16;

/// Stands where bytes are no text: as no byte of UTF-8 is this one, the row is a
/// bad one, as it is where a file should be UTF-8 and is not.
const NO_TEXT: u8 = 0xff;

/// The text as UTF-8, without a byte order mark.
pub(super) fn decoded(
    input: impl Read + Send + 'static,
    encoding: &'static Encoding,
) -> impl Read + Send + 'static {
    Decoded {
        input,
        decoder: encoding.new_decoder_with_bom_removal(),
        block: vec![0; BLOCK],
        undecoded: 0..0,
        ended: false,
        is_done: false,
        // A byte of some encodings becomes three.
        text: vec![0; 3 * BLOCK],
        unread: 0..0,
    }
}

struct Decoded<R> {
    input: R,
    decoder: Decoder,
    block: Vec<u8>,
    /// What of the block is to be decoded.
    undecoded: Range<usize>,
    /// Whether the block is the last.
    ended: bool,
    /// Whether the decoder has seen that.
    is_done: bool,
    text: Vec<u8>,
    /// What of the text was not read yet.
    unread: Range<usize>,
}

impl<R: Read> Read for Decoded<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        while self.unread.is_empty() && !self.is_done {
            if self.undecoded.is_empty() && !self.ended {
                self.read_block()?;
            }
            self.decode();
        }
        let len = into.len().min(self.unread.len());
        let end = self.unread.start + len;
        into[..len].copy_from_slice(&self.text[self.unread.start..end]);
        self.unread.start = end;
        Ok(len)
    }
}

impl<R: Read> Decoded<R> {
    fn read_block(&mut self) -> io::Result<()> {
        loop {
            match self.input.read(&mut self.block) {
                Ok(read) => {
                    self.ended = read == 0;
                    self.undecoded = 0..read;
                    return Ok(());
                }
                Err(why) if why.kind() == ErrorKind::Interrupted => {}
                Err(why) => return Err(why),
            }
        }
    }

    /// Decodes what was read last, up to bytes that are no text.
    fn decode(&mut self) {
        let (result, read, written) = self.decoder.decode_to_utf8_without_replacement(
            &self.block[self.undecoded.clone()],
            &mut self.text[..3 * BLOCK - 1],
            self.ended,
        );
        self.undecoded.start += read;
        self.unread = 0..written;
        match result {
            DecoderResult::InputEmpty => self.is_done = self.ended,
            DecoderResult::OutputFull => {}
            DecoderResult::Malformed(..) => {
                self.text[written] = NO_TEXT;
                self.unread.end += 1;
            }
        }
    }
}
