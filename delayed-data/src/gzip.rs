//! Unpacking gzip as it is read.

use std::io::{self, BufReader, ErrorKind, Read};

use flate2::read::MultiGzDecoder;

/// The unpacked bytes of all members of a gzip file, one after the other.
pub(crate) fn unpack(input: impl Read + Send + 'static) -> impl Read + Send + 'static {
    Unpack(MultiGzDecoder::new(BufReader::with_capacity(
        1 << 16,
        input,
    )))
}

struct Unpack<R>(MultiGzDecoder<R>);

impl<R: Read> Read for Unpack<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        self.0.read(into).map_err(|why| match why.kind() {
            ErrorKind::InvalidData | ErrorKind::InvalidInput | ErrorKind::UnexpectedEof => {
                let problem = format!("its gzip data is damaged or cut off ({why})");
                io::Error::new(why.kind(), problem)
            }
            _ => why,
        })
    }
}
