//! Bytes of a document → text, by what the server, the document and the bytes themselves say of their encoding.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};
use memchr::memmem;

/// The text of a document and how it was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decoded {
    /// The text, without byte order mark.
    pub text: String,
    /// Name of the encoding that was used (WHATWG Encoding standard).
    pub encoding: &'static str,
    /// Bytes that fit no character became U+FFFD.
    pub replaced: bool,
    /// The declared encoding was not believed because the bytes contradict it.
    pub contradicted: bool,
}

/// Where a document says itself how it is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Declared {
    /// In an XML declaration (`<?xml … encoding="…"?>`).
    Xml,
    /// In a `meta` element (`charset=…`).
    Html,
    /// Nowhere.
    Nowhere,
}

/// Bytes at the beginning in which a declaration is looked for (HTML standard, 1024; real pages need more).
const HEAD: usize = 4096;

/// Decodes `bytes`: a byte order mark decides, then valid UTF-8 with characters beyond ASCII, then what the server's
/// Content-Type and then the document say, then a guess from the bytes. Never fails.
#[must_use]
pub fn decode(bytes: &[u8], content_type: Option<&str>, declared: Declared) -> Decoded {
    if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
        return with(encoding, &bytes[mark..], false);
    }
    if let Some(encoding) = wide_without_mark(bytes) {
        return with(encoding, bytes, false);
    }
    let by_server = content_type.and_then(charset_of).and_then(|label| Encoding::for_label(label.as_bytes()));
    let by_document = declared_in(bytes, declared).and_then(|label| Encoding::for_label(label.as_bytes()));
    if let Ok(text) = std::str::from_utf8(bytes) {
        // What is valid UTF-8 beyond ASCII is UTF-8, whatever was declared; only escapes of ISO-2022-JP look like ASCII.
        let escaped = text.is_ascii() && bytes.contains(&0x1b);
        if !escaped {
            let contradicted = !text.is_ascii() && by_server.or(by_document).is_some_and(|said| said != UTF_8);
            return Decoded { text: text.to_owned(), encoding: "UTF-8", replaced: false, contradicted };
        }
    }
    for encoding in [by_server, by_document].into_iter().flatten().filter(|encoding| !is_wide(encoding)) {
        let decoded = with(encoding, bytes, false);
        if !decoded.replaced {
            return decoded;
        }
    }
    if by_server.or(by_document) == Some(UTF_8) && nearly_utf8(bytes) {
        return with(UTF_8, bytes, false);
    }
    let guessed = guess(bytes);
    with(guessed, bytes, by_server.or(by_document).is_some())
}

/// The charset parameter of a Content-Type field (RFC 9110, section 8.3.2), unquoted.
#[must_use]
pub fn charset_of(content_type: &str) -> Option<&str> {
    content_type.split(';').skip(1).find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        name.trim().eq_ignore_ascii_case("charset").then(|| value.trim().trim_matches(['"', '\'']))
    })
}

fn with(encoding: &'static Encoding, bytes: &[u8], contradicted: bool) -> Decoded {
    let (text, replaced) = encoding.decode_without_bom_handling(bytes);
    Decoded { text: text.into_owned(), encoding: encoding.name(), replaced, contradicted }
}

/// UTF-16 without a mark shows by the zero bytes of its first characters, which in XML, HTML and JSON are ASCII.
fn wide_without_mark(bytes: &[u8]) -> Option<&'static Encoding> {
    match bytes.get(..4)? {
        [0, first, 0, second] if *first != 0 && *second != 0 => Some(UTF_16BE),
        [first, 0, second, 0] if *first != 0 && *second != 0 => Some(UTF_16LE),
        _ => None,
    }
}

/// UTF-16 that shows no zero bytes is declared by mistake (the declaration could be read as ASCII).
fn is_wide(encoding: &'static Encoding) -> bool {
    encoding == UTF_16LE || encoding == UTF_16BE
}

fn declared_in(bytes: &[u8], declared: Declared) -> Option<String> {
    let head = &bytes[..bytes.len().min(HEAD)];
    let (from, key): (usize, &[u8]) = match declared {
        Declared::Nowhere => return None,
        Declared::Xml => (memmem::find(head, b"<?xml")?, b"encoding"),
        Declared::Html => (0, b"charset"),
    };
    let lower = head[from..].to_ascii_lowercase();
    let end = if declared == Declared::Xml { memmem::find(&lower, b"?>").unwrap_or(lower.len()) } else { lower.len() };
    let after = memmem::find(&lower[..end], key)? + key.len();
    let value = String::from_utf8_lossy(&lower[after..end.min(after + 60)]).into_owned();
    let value = value.trim_start().strip_prefix('=')?.trim_start().trim_start_matches(['"', '\'']);
    let label: String =
        value.chars().take_while(|letter| letter.is_ascii_alphanumeric() || "-_.:".contains(*letter)).collect();
    (!label.is_empty()).then_some(label)
}

/// Declared as UTF-8 and broken in few places only: a cut or spoiled character, not another encoding.
fn nearly_utf8(bytes: &[u8]) -> bool {
    let broken = bytes.utf8_chunks().filter(|chunk| !chunk.invalid().is_empty()).count();
    let beyond = bytes.iter().filter(|byte| !byte.is_ascii()).count();
    broken * 4 < beyond
}

fn guess(bytes: &[u8]) -> &'static Encoding {
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Allow);
    detector.feed(bytes, true);
    let guessed = detector.guess(None, Utf8Detection::Deny);
    if is_wide(guessed) { WINDOWS_1252 } else { guessed }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(bytes: &[u8], content_type: Option<&str>, declared: Declared) -> String {
        decode(bytes, content_type, declared).text
    }

    #[test]
    fn r43_encodings_by_mark_server_document_and_bytes() {
        let latin = b"<?xml version='1.0' encoding='iso-8859-1'?><t>caf\xe9</t>";
        assert!(text(latin, None, Declared::Xml).ends_with("<t>café</t>"));
        assert!(text("<t>café</t>".as_bytes(), Some("text/xml; charset=iso-8859-1"), Declared::Xml).contains("café"));
        assert_eq!(text(b"\xef\xbb\xbf<t/>", None, Declared::Xml), "<t/>");
        assert_eq!(text(b"\xff\xfe<\0t\0", None, Declared::Xml), "<t");
        assert_eq!(text(b"<\0t\0/\0>\0", None, Declared::Xml), "<t/>");
        assert_eq!(text(b"caf\xe9", Some("text/html; charset=\"ISO-8859-1\""), Declared::Html), "café");
        assert!(text(b"<meta charset=windows-1251>\xcf\xf0\xe8\xe2\xe5\xf2", None, Declared::Html).ends_with("Привет"));
    }

    #[test]
    fn a_wrong_declaration_is_noticed() {
        let decoded = decode("<t>žluť</t>".as_bytes(), Some("text/xml; charset=us-ascii"), Declared::Xml);
        assert!(decoded.contradicted && decoded.encoding == "UTF-8");
        let cut = decode(b"caf\xc3\xa9 caf\xc3\xa9 caf\xc3", Some("text/xml; charset=utf-8"), Declared::Xml);
        assert!(cut.replaced && cut.text.starts_with("café café"));
    }

    #[test]
    fn nothing_is_too_strange() {
        for bytes in [&b""[..], b"\0", b"\0\0\0\0", b"\xff", b"<?xml encoding=", &[0xd8; 100]] {
            let _ = decode(bytes, Some(";charset"), Declared::Xml);
            let _ = decode(bytes, Some("charset="), Declared::Html);
        }
    }
}
