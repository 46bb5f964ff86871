//! Packed documents: a sitemap that is a gzip file (`sitemap.xml.gz`), whatever it is called or served as.

use std::borrow::Cow;
use std::io::Read;

use flate2::read::MultiGzDecoder;

use crate::model::Warning;

/// The first bytes of a gzip file (RFC 1952, section 2.3.1).
const GZIP: &[u8] = &[0x1f, 0x8b];

/// The document within a gzip file, or the document as it is. `cap` is in bytes after unpacking (R35).
///
/// # Errors
/// The reason, where it is damaged or larger than `cap`.
pub fn unpack(bytes: &[u8], cap: usize) -> Result<Cow<'_, [u8]>, Warning> {
    if !bytes.starts_with(GZIP) {
        return Ok(Cow::Borrowed(bytes));
    }
    let mut unpacked = Vec::new();
    let limit = u64::try_from(cap).unwrap_or(u64::MAX).saturating_add(1);
    let read = MultiGzDecoder::new(bytes).take(limit).read_to_end(&mut unpacked);
    if unpacked.len() > cap {
        let message = format!("the document is larger than {} MiB once unpacked", cap >> 20);
        return Err(Warning::new("too_large", message));
    }
    match read {
        Ok(_) => Ok(Cow::Owned(unpacked)),
        Err(error) => Err(Warning::new("damaged", format!("the gzip file is damaged: {error}"))),
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::GzEncoder;

    use super::*;

    fn packed(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    #[test]
    fn r35_a_packed_document_is_capped_once_unpacked() {
        assert_eq!(unpack(b"<urlset/>", 4).unwrap().as_ref(), b"<urlset/>");
        assert_eq!(unpack(&packed(b"<urlset/>"), 9).unwrap().as_ref(), b"<urlset/>");
        assert_eq!(unpack(&packed(b"<urlset/>"), 8).unwrap_err().code, "too_large");
        assert_eq!(unpack(&packed(&vec![b' '; 32 << 20]), 1 << 20).unwrap_err().code, "too_large");
        assert_eq!(unpack(&packed(&[b' '; 4096])[..20], 1 << 20).unwrap_err().code, "damaged");
    }
}
