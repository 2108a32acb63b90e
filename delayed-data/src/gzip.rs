//! Unpacking gzip as it is read.

use std::io::{self, BufReader, ErrorKind, Read};

use flate2::read::MultiGzDecoder;

/// The unpacked bytes of all members of a gzip file, one after the other.
pub(crate) fn unpack(input: impl Read + Send + 'static) -> impl Read + Send + 'static {
    Unpack {
        decoder: MultiGzDecoder::new(BufReader::with_capacity(1 << 16, input)),
        unpacked: 0,
    }
}

struct Unpack<R> {
    decoder: MultiGzDecoder<R>,
    /// How many bytes came out so far.
    unpacked: u64,
}

impl<R: Read> Read for Unpack<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.decoder.read(into).map_err(|why| match why.kind() {
            ErrorKind::InvalidData | ErrorKind::InvalidInput | ErrorKind::UnexpectedEof => {
                let unpacked = self.unpacked;
                let problem = format!(
                    "its gzip data is damaged or cut off ({why}) after {unpacked} unpacked bytes"
                );
                io::Error::new(why.kind(), problem)
            }
            _ => why,
        })?;
        self.unpacked += read as u64;
        Ok(read)
    }
}
