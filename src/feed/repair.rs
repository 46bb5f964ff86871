//! Repairs of the text before the XML parser sees it, so that the usual faults of feeds do not stop it.

use std::borrow::Cow;

use memchr::{memchr, memmem};

use crate::model::Warning;

/// Removes control characters and document type declarations (their entities are never expanded, R37) and escapes each
/// `<` that cannot begin markup. CDATA and comments stay as they are; what breaks off within them is closed.
pub(super) fn repair<'a>(text: &'a str, warnings: &mut Vec<Warning>) -> Cow<'a, str> {
    let text = without_controls(text, warnings);
    let mut out = String::new();
    let (mut done, mut at) = (0, 0);
    let mut stray = 0_usize;
    let mut open_end = None;
    let mut ends = Ends { instruction: true, doctype: true };
    while let Some(found) = memchr(b'<', &text.as_bytes()[at..]) {
        let start = at + found;
        match piece(&text[start..], &mut ends) {
            Piece::Markup(length) => at = start + length,
            Piece::Drop(length) => {
                out.push_str(&text[done..start]);
                at = start + length;
                done = at;
            }
            Piece::Stray => {
                out.push_str(&text[done..start]);
                out.push_str("&lt;");
                stray += 1;
                at = start + 1;
                done = at;
            }
            Piece::Open(end) => {
                open_end = Some(end);
                break;
            }
        }
    }
    if stray > 0 {
        warnings.push(Warning::new("stray_markup", format!("{stray} signs < that begin no markup were read as text")));
    }
    if let Some(end) = open_end {
        warnings.push(Warning::new("truncated", "the document breaks off within a CDATA section or comment"));
        out.push_str(&text[done..]);
        out.push_str(end);
        return Cow::Owned(out);
    }
    if done == 0 {
        return text;
    }
    out.push_str(&text[done..]);
    Cow::Owned(out)
}

/// What begins with a `<`.
enum Piece {
    /// Markup of this length that stays.
    Markup(usize),
    /// Something of this length that is left out.
    Drop(usize),
    /// Plain text.
    Stray,
    /// Begun and never ended; ended by this.
    Open(&'static str),
}

/// Whether an end can still be found; once it was not, it is not looked for again.
struct Ends {
    instruction: bool,
    doctype: bool,
}

fn piece(text: &str, ends: &mut Ends) -> Piece {
    let bytes = text.as_bytes();
    let until = |end: &str, from: usize| memmem::find(&bytes[from..], end.as_bytes()).map(|at| from + at + end.len());
    if text.starts_with("<![CDATA[") {
        return until("]]>", 9).map_or(Piece::Open("]]>"), Piece::Markup);
    }
    if text.starts_with("<!--") {
        return until("-->", 4).map_or(Piece::Open("-->"), Piece::Drop);
    }
    if text.starts_with("<?") {
        let end = if ends.instruction { until("?>", 2) } else { None };
        ends.instruction = end.is_some();
        return end.map_or(Piece::Stray, Piece::Drop);
    }
    if bytes.get(..9).is_some_and(|start| start.eq_ignore_ascii_case(b"<!doctype")) {
        let end = if ends.doctype { doctype_length(bytes) } else { None };
        ends.doctype = end.is_some();
        return end.map_or(Piece::Stray, Piece::Drop);
    }
    let name = text[1..].strip_prefix('/').unwrap_or(&text[1..]);
    let begins = name.chars().next().is_some_and(|letter| letter.is_alphabetic() || matches!(letter, '_' | ':'));
    if begins { Piece::Markup(1) } else { Piece::Stray }
}

/// Longer declarations end at their first `>`.
const LONGEST_DOCTYPE: usize = 64 * 1024;

/// Length of a document type declaration with its internal subset, quotes and brackets minded.
fn doctype_length(bytes: &[u8]) -> Option<usize> {
    let (mut brackets, mut quote) = (0_usize, None);
    for (at, byte) in bytes.iter().enumerate().take(LONGEST_DOCTYPE).skip(2) {
        match (quote, byte) {
            (Some(mark), _) if mark == *byte => quote = None,
            (None, b'"' | b'\'') => quote = Some(*byte),
            (None, b'[') => brackets += 1,
            (None, b']') => brackets = brackets.saturating_sub(1),
            (None, b'>') if brackets == 0 => return Some(at + 1),
            _ => {}
        }
    }
    memchr(b'>', bytes).map(|at| at + 1)
}

/// Characters that XML does not allow (XML 1.0, section 2.2) are left out (R43).
fn without_controls<'a>(text: &'a str, warnings: &mut Vec<Warning>) -> Cow<'a, str> {
    let forbidden = |letter: char| {
        (letter < ' ' && !matches!(letter, '\t' | '\n' | '\r')) || letter == '\u{fffe}' || letter == '\u{ffff}'
    };
    if !text.contains(forbidden) {
        return Cow::Borrowed(text);
    }
    warnings.push(Warning::new("control_characters", "characters that XML forbids were left out"));
    Cow::Owned(text.replace(forbidden, ""))
}

/// Replaces references to characters by their characters: those of XML, of HTML (undeclared in most feeds) and by
/// number, where 128 to 159 mean windows-1252 as in the HTML standard. Others stay as they are written.
pub(super) fn references(text: &str) -> Cow<'_, str> {
    if !text.contains('&') {
        return Cow::Borrowed(text);
    }
    let decoded = html_escape::decode_html_entities(text);
    let control = |letter: char| letter.is_control() && !matches!(letter, '\t' | '\n' | '\r');
    if !decoded.contains(control) {
        return decoded;
    }
    let mut out = String::with_capacity(decoded.len());
    for letter in decoded.chars() {
        match u8::try_from(letter) {
            Ok(byte @ 0x80..=0x9f) => out.push_str(&encoding_rs::WINDOWS_1252.decode(&[byte]).0),
            _ if control(letter) => {}
            _ => out.push(letter),
        }
    }
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn repaired(text: &str) -> String {
        repair(text, &mut Vec::new()).into_owned()
    }

    #[test]
    fn markup_stays_and_the_rest_is_text() {
        for (text, expected) in [
            ("<a>1 < 2 <3</a>", "<a>1 &lt; 2 &lt;3</a>"),
            ("<a><![CDATA[1 < 2]]></a>", "<a><![CDATA[1 < 2]]></a>"),
            ("<a><!-- < <b> -->x</a>", "<a>x</a>"),
            ("<?xml version='1.0'?><a/>", "<a/>"),
            ("<!DOCTYPE a [<!ENTITY b '>'>]><a/>", "<a/>"),
            ("<a>x\u{1}\u{8}y\tz</a>", "<a>xy\tz</a>"),
            ("<a><![CDATA[cut", "<a><![CDATA[cut]]>"),
            ("<a>x<!foo</a>", "<a>x&lt;!foo</a>"),
        ] {
            assert_eq!(repaired(text), expected);
        }
    }

    #[test]
    fn references_become_characters() {
        for (text, expected) in [
            ("&amp;&lt;&eacute;&hellip;", "&<é…"),
            ("&#8220;&#x2019;", "“’"),
            ("caf&#233; &#151; x", "café — x"),
            ("AT&T &unknown; & &;", "AT&T &unknown; & &;"),
        ] {
            assert_eq!(references(text), expected, "{text}");
        }
    }
}
