//! What a file is that is no text.

use super::decode::{Declared, decode};

/// Beginnings of files that are no text, as registered or published for each format.
const SIGNATURES: &[(&[u8], &str)] = &[
    (b"\x1f\x8b", "a gzip archive"),
    (b"PK\x03\x04", "a zip archive"),
    (b"PK\x05\x06", "a zip archive"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    (b"Rar!\x1a\x07", "a RAR archive"),
    (b"BZh", "a bzip2 archive"),
    (b"\xfd7zXZ\x00", "an xz archive"),
    (b"\x28\xb5\x2f\xfd", "a zstd archive"),
    (b"%PDF", "a PDF"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old office document"),
    (b"\x89PNG", "a picture"),
    (b"GIF8", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"\x00\x00\x01\x00", "a picture"),
    (b"ID3", "a sound recording"),
    (b"OggS", "a sound recording"),
    (b"\x1a\x45\xdf\xa3", "a film"),
    (b"wOFF", "a font"),
    (b"wOF2", "a font"),
    (b"\x7fELF", "a program"),
    (b"\x00asm", "a program"),
    (b"SQLite format 3\x00", "a database"),
];

/// Characters at the beginning by which a file without a known signature is judged.
const SAMPLE: usize = 1000;

/// What a file is ("a PDF", "a picture", "a binary file"), where its bytes are no text in any encoding; nothing where
/// they may be text.
#[must_use]
pub fn describe(bytes: &[u8]) -> Option<&'static str> {
    if let Some((_, name)) = SIGNATURES.iter().find(|(start, _)| bytes.starts_with(start)) {
        return Some(name);
    }
    match (bytes.get(..4), bytes.get(4..8), bytes.get(8..12)) {
        (_, Some(b"ftyp"), _) => return Some("a film"),
        (Some(b"RIFF"), _, Some(b"WEBP")) => return Some("a picture"),
        (Some(b"RIFF"), _, Some(b"WAVE")) => return Some("a sound recording"),
        _ => {}
    }
    // Each character takes four bytes at most.
    let text = decode(&bytes[..bytes.len().min(4 * SAMPLE)], None, Declared::Nowhere).text;
    let (mut letters, mut odd) = (0_usize, 0_usize);
    for letter in text.chars().take(SAMPLE) {
        letters += 1;
        odd += usize::from(letter.is_control() && !letter.is_whitespace());
    }
    // Text has hardly any: a stray mark of an old program now and then.
    (odd * 20 > letters).then_some("a binary file")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_that_are_no_text_are_named() {
        let noise: Vec<u8> =
            (0_u32..2000).map(|place| (place.wrapping_mul(2_654_435_761) >> 13).to_le_bytes()[0]).collect();
        for (bytes, name) in [
            (&b"\x89PNG\r\n\x1a\n\x00\x00"[..], "a picture"),
            (b"%PDF-1.7 plain letters only", "a PDF"),
            (b"PK\x03\x04 office", "a zip archive"),
            (b"\x00\x00\x00\x18ftypmp42", "a film"),
            (b"RIFF\x10\x00\x00\x00WEBPVP8 ", "a picture"),
            (&noise, "a binary file"),
            (&[0; 64], "a binary file"),
        ] {
            assert_eq!(describe(bytes), Some(name), "{:?}", &bytes[..bytes.len().min(12)]);
        }
    }

    #[test]
    fn text_in_any_encoding_is_none() {
        let wide: Vec<u8> = "<html>Žluťoučký kůň</html>".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let marked = [&[0xff, 0xfe][..], &wide].concat();
        for bytes in [
            &b""[..],
            b"<html>",
            "Caf\u{e9} 東京".as_bytes(),
            b"caf\xe9 in Latin-1, with a stray \x00 that an old program left in a text of some length",
            &marked,
            b"\x1b$B%H%h%?\x1b(B <html>",
        ] {
            assert_eq!(describe(bytes), None, "{}", String::from_utf8_lossy(bytes));
        }
    }
}
