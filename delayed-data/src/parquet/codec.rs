//! Which compressed pages can be unpacked.

use parquet::basic::Compression;

/// The feature of this crate that unpacks a codec, if it is not there; of a codec
/// that nothing here unpacks, none.
pub(super) fn missing(codec: Compression) -> Option<Option<&'static str>> {
    let (feature, is_there) = match codec {
        Compression::UNCOMPRESSED | Compression::SNAPPY => return None,
        Compression::GZIP(_) => ("parquet-gzip", cfg!(feature = "parquet-gzip")),
        Compression::ZSTD(_) => ("parquet-zstd", cfg!(feature = "parquet-zstd")),
        Compression::BROTLI(_) => ("parquet-brotli", cfg!(feature = "parquet-brotli")),
        Compression::LZ4 | Compression::LZ4_RAW => ("parquet-lz4", cfg!(feature = "parquet-lz4")),
        Compression::LZO => return Some(None),
    };
    (!is_there).then_some(Some(feature))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_there_has_a_feature() {
        assert_eq!(missing(Compression::SNAPPY), None);
        assert_eq!(missing(Compression::LZO), Some(None));
        let zstd = missing(Compression::ZSTD(Default::default()));
        let expected = (!cfg!(feature = "parquet-zstd")).then_some(Some("parquet-zstd"));
        assert_eq!(zstd, expected);
    }
}
