//! Unpacking zstd as it is read.

use std::io::{self, BufRead, BufReader, ErrorKind, Read};

use ruzstd::decoding::errors::{FrameDecoderError, ReadFrameHeaderError};
use ruzstd::decoding::{BlockDecodingStrategy, FrameDecoder};

/// The unpacked bytes of all frames of a zstd file, one after the other. Frames
/// that are to be skipped are, and check sums are compared.
pub(crate) fn unpack(input: impl Read + Send + 'static) -> impl Read + Send + 'static {
    Unpack {
        input: BufReader::with_capacity(1 << 16, input),
        decoder: FrameDecoder::new(),
        in_frame: false,
        unpacked: 0,
    }
}

struct Unpack<R> {
    input: BufReader<R>,
    decoder: FrameDecoder,
    in_frame: bool,
    /// How many bytes came out so far.
    unpacked: u64,
}

impl<R: Read> Read for Unpack<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        loop {
            if !self.in_frame && !self.begin_frame()? {
                return Ok(0);
            }
            while self.decoder.can_collect() == 0 && !self.decoder.is_finished() {
                let block = BlockDecodingStrategy::UptoBlocks(1);
                let decoded = self.decoder.decode_blocks(&mut self.input, block);
                decoded.map_err(|why| self.damaged(why))?;
            }
            let read = self.decoder.read(into)?;
            self.unpacked += read as u64;
            if read > 0 || into.is_empty() {
                return Ok(read);
            }
            self.end_frame()?;
        }
    }
}

impl<R: Read> Unpack<R> {
    /// Reads the head of the next frame that has data; `false` if there is none.
    fn begin_frame(&mut self) -> io::Result<bool> {
        while !self.input.fill_buf()?.is_empty() {
            match self.decoder.reset(&mut self.input) {
                Ok(()) => {
                    self.in_frame = true;
                    return Ok(true);
                }
                Err(FrameDecoderError::ReadFrameHeaderError(ReadFrameHeaderError::SkipFrame {
                    length,
                    ..
                })) => self.skip(length.into())?,
                Err(why) => return Err(self.damaged(why)),
            }
        }
        Ok(false)
    }

    fn skip(&mut self, len: u64) -> io::Result<()> {
        let skipped = io::copy(&mut self.input.by_ref().take(len), &mut io::sink())?;
        match skipped == len {
            true => Ok(()),
            false => Err(self.damaged("a frame ends early")),
        }
    }

    fn end_frame(&mut self) -> io::Result<()> {
        self.in_frame = false;
        let written = self.decoder.get_checksum_from_data();
        if written.is_some() && written != self.decoder.get_calculated_checksum() {
            return Err(self.damaged("a check sum is wrong"));
        }
        Ok(())
    }

    fn damaged(&self, why: impl std::fmt::Display) -> io::Error {
        let unpacked = self.unpacked;
        let problem =
            format!("its zstd data is damaged or cut off ({why}) after {unpacked} unpacked bytes");
        io::Error::new(ErrorKind::InvalidData, problem)
    }
}
