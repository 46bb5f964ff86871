//! Documents that are too deep or too long for libraries that recurse are cut down before they are parsed: a stack that
//! overflows ends the program and cannot be caught.

use std::borrow::Cow;

use memchr::{memchr, memmem};

/// Elements within elements beyond this hold no text for people. (Browsers stop at 512.)
const DEEPEST: usize = 400;

/// More elements than this are not read.
const MOST_ELEMENTS: usize = 120_000;

/// Elements that have no end tag, or whose end is implied so often that they must not count as nesting.
const FLAT: [&[u8]; 30] = [
    b"area", b"base", b"br", b"col", b"embed", b"hr", b"img", b"input", b"link", b"meta", b"param", b"source",
    b"track", b"wbr", b"p", b"li", b"dt", b"dd", b"tr", b"td", b"th", b"tbody", b"thead", b"tfoot", b"option", b"html",
    b"head", b"body", b"rp", b"rt",
];

/// The markup as it is, or without the tags beyond the deepest level and without what follows the cap of `longest`
/// bytes or of elements.
#[must_use]
pub fn tame(markup: &str, longest: usize) -> Cow<'_, str> {
    let markup = &markup[..markup.floor_char_boundary(longest)];
    let mut scan = Scan::default();
    let mut kept: Option<String> = None;
    let mut copied = 0;
    for tag in Tags::of(markup) {
        match scan.judge(&tag) {
            Verdict::Keep => {}
            Verdict::Drop => {
                let kept = kept.get_or_insert_default();
                kept.push_str(&markup[copied..tag.start]);
                kept.push(' ');
                copied = tag.end;
            }
            Verdict::Stop => {
                let mut kept = kept.unwrap_or_default();
                kept.push_str(&markup[copied..tag.start]);
                return Cow::Owned(kept);
            }
        }
    }
    match kept {
        None => Cow::Borrowed(markup),
        Some(mut kept) => {
            kept.push_str(&markup[copied..]);
            Cow::Owned(kept)
        }
    }
}

enum Verdict {
    Keep,
    Drop,
    Stop,
}

#[derive(Default)]
struct Scan {
    depth: usize,
    beyond: usize,
    elements: usize,
}

impl Scan {
    fn judge(&mut self, tag: &Tag<'_>) -> Verdict {
        if tag.closes {
            if self.beyond > 0 && !is_flat(tag.name) {
                self.beyond -= 1;
                return Verdict::Drop;
            }
            if !is_flat(tag.name) {
                self.depth = self.depth.saturating_sub(1);
            }
            return Verdict::Keep;
        }
        self.elements += 1;
        if self.elements > MOST_ELEMENTS {
            return Verdict::Stop;
        }
        if is_flat(tag.name) {
            return if self.beyond > 0 { Verdict::Drop } else { Verdict::Keep };
        }
        if self.depth >= DEEPEST {
            self.beyond += 1;
            return Verdict::Drop;
        }
        self.depth += 1;
        Verdict::Keep
    }
}

fn is_flat(name: &[u8]) -> bool {
    FLAT.iter().any(|flat| flat.eq_ignore_ascii_case(name))
}

struct Tag<'a> {
    start: usize,
    end: usize,
    name: &'a [u8],
    closes: bool,
}

/// The tags of a document as a tokenizer meets them; comments and scripts are passed over, but not scripts within
/// foreign elements (SVG, MathML), whose content is markup (HTML standard, 13.2.6.5).
struct Tags<'a> {
    bytes: &'a [u8],
    place: usize,
    foreign: bool,
}

impl<'a> Tags<'a> {
    fn of(markup: &'a str) -> Self {
        Self { bytes: markup.as_bytes(), place: 0, foreign: false }
    }

    fn skip_past(&mut self, from: usize, mark: &[u8]) {
        self.place = memmem::find(&self.bytes[from..], mark).map_or(self.bytes.len(), |at| from + at + mark.len());
    }

    fn skip_comment(&mut self, start: usize) {
        let after = &self.bytes[start + 4..];
        if after.starts_with(b">") || after.starts_with(b"->") {
            self.place = start + 5;
        } else {
            self.skip_past(start + 4, b"-->");
        }
    }

    fn skip_script(&mut self) {
        let rest = &self.bytes[self.place..];
        let end = memchr::memchr_iter(b'<', rest)
            .find(|at| rest[at + 1..].get(..7).is_some_and(|name| name.eq_ignore_ascii_case(b"/script")));
        self.place = end.map_or(self.bytes.len(), |at| self.place + at);
    }
}

impl<'a> Iterator for Tags<'a> {
    type Item = Tag<'a>;

    fn next(&mut self) -> Option<Tag<'a>> {
        loop {
            let start = self.place + memchr(b'<', self.bytes.get(self.place..)?)?;
            let rest = &self.bytes[start + 1..];
            if rest.starts_with(b"!--") {
                self.skip_comment(start);
                continue;
            }
            let closes = rest.first() == Some(&b'/');
            let named = &rest[usize::from(closes)..];
            let length = named.iter().take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'-').count();
            if length == 0 || !named[0].is_ascii_alphabetic() {
                self.place = start + 1;
                continue;
            }
            let name = &named[..length];
            self.place = tag_end(self.bytes, start + 1 + usize::from(closes) + length);
            if name.eq_ignore_ascii_case(b"svg") || name.eq_ignore_ascii_case(b"math") {
                self.foreign = !closes;
            }
            let end = self.place;
            if name.eq_ignore_ascii_case(b"script") && !closes && !self.foreign {
                self.skip_script();
            }
            return Some(Tag { start, end, name, closes });
        }
    }
}

/// Where a tag ends: after the first `>` outside of quoted values.
fn tag_end(bytes: &[u8], from: usize) -> usize {
    let mut quote = None;
    let mut value_follows = false;
    for (at, &byte) in bytes.iter().enumerate().skip(from) {
        match (quote, byte) {
            (None, b'>') => return at + 1,
            (None, b'"' | b'\'') if value_follows => quote = Some(byte),
            (None, b'=') => value_follows = true,
            (None, byte) if !byte.is_ascii_whitespace() => value_follows = false,
            (Some(open), byte) if open == byte => {
                quote = None;
                value_follows = false;
            }
            _ => {}
        }
    }
    bytes.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ordinary_pages_are_left_alone() {
        for page in [
            "<html><body><p>One<p>two <b>three</b></body></html>",
            "<script>if (a<b) document.write('<div><div>')</script><p>x",
            "<!-- <div> --><!--><p>x",
            "a < b and <3",
            "",
            "<",
            "<a href='x>y'>z</a>",
        ] {
            assert!(matches!(tame(page, 1_000), Cow::Borrowed(same) if same == page), "{page}");
        }
    }

    #[test]
    fn deep_nesting_is_flattened_and_words_stay() {
        let deep = format!("{}core{}<p>after", "<div>".repeat(100_000), "</div>".repeat(100_000));
        let flat = tame(&deep, 4 << 20);
        assert_eq!(flat.matches("<div>").count(), DEEPEST);
        assert_eq!(flat.matches("</div>").count(), DEEPEST);
        assert!(flat.contains("core") && flat.contains("<p>after"));
        let foreign = format!("<svg><script>{}", "<g>".repeat(10_000));
        assert!(tame(&foreign, 4 << 20).matches("<g>").count() <= DEEPEST);
    }

    #[test]
    fn what_is_too_long_is_cut() {
        assert_eq!(tame("äää", 3), "ä");
        let many = "<br>".repeat(MOST_ELEMENTS + 10);
        assert_eq!(tame(&many, usize::MAX).len(), MOST_ELEMENTS * 4);
    }
}
