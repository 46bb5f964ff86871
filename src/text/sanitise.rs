//! Foreign markup made harmless, and markup turned into plain text.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use ammonia::{Builder, UrlRelative};
use regex::Regex;
use scraper::node::Node;
use scraper::{ElementRef, Html};
use url::Url;

/// Markup without anything that acts: script, handlers, styles, forms, frames, foreign namespaces (R44). Relative links
/// are resolved where `base` is known, else dropped with their attribute.
#[must_use]
pub fn html(markup: &str, base: Option<&str>) -> String {
    match base.and_then(|base| Url::parse(base).ok()) {
        None => WITHOUT_BASE.html(markup),
        Some(base) => Cleaner::new(Some(&base)).html(markup),
    }
}

/// What [`html`] does, made once for many pieces of markup with one base address.
#[derive(Debug)]
pub struct Cleaner(Builder<'static>);

static WITHOUT_BASE: LazyLock<Cleaner> = LazyLock::new(|| Cleaner::new(None));

impl Cleaner {
    /// A cleaner that resolves relative links against `base`.
    #[must_use]
    pub fn new(base: Option<&Url>) -> Self {
        let mut builder = Builder::default();
        builder
            .url_schemes(HashSet::from(["http", "https", "mailto", "tel"]))
            .url_relative(base.map_or(UrlRelative::Deny, |base| UrlRelative::RewriteWithBase(base.clone())))
            .link_rel(Some("noopener noreferrer nofollow"));
        Self(builder)
    }

    /// The markup without anything that acts.
    #[must_use]
    pub fn html(&self, markup: &str) -> String {
        if !markup.contains(['<', '>', '&', '\0']) {
            return markup.to_owned();
        }
        if is_a_labyrinth(markup) {
            return html_escape::encode_text(&without_tags(markup)).into_owned();
        }
        self.0.clean(&unwrapped(&mended(markup))).to_string()
    }
}

/// The cleaners for the bases of one document, which are mostly all the same.
#[derive(Debug, Default)]
pub struct Cleaners {
    latest: Option<(Option<Url>, Cleaner)>,
}

impl Cleaners {
    /// The cleaner for this base.
    pub fn with_base(&mut self, base: Option<&Url>) -> &Cleaner {
        if self.latest.as_ref().is_some_and(|(known, _)| known.as_ref() != base) {
            self.latest = None;
        }
        &self.latest.get_or_insert_with(|| (base.cloned(), Cleaner::new(base))).1
    }
}

/// The plain text of markup: blocks become paragraphs parted by an empty line, references become characters, what a
/// reader does not see is left out.
#[must_use]
pub fn text_of_html(markup: &str) -> String {
    if is_a_labyrinth(markup) {
        return plain_line(&without_tags(markup));
    }
    let document = Html::parse_fragment(&mended(markup));
    let mut text = String::new();
    write_text(document.root_element(), &mut text, 0);
    paragraphs(&text)
}

/// A single line of plain text from plain text: control characters and marks of direction dropped, white space squeezed
/// (R44, R52).
#[must_use]
pub fn plain_line(text: &str) -> String {
    visible(text).split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A single line of plain text from something that may be markup or plain text, as titles of feeds are.
#[must_use]
pub fn line_of_html(markup: &str) -> String {
    if markup.contains(['<', '&']) { plain_line(&text_of_html(markup)) } else { plain_line(markup) }
}

/// Mends what makes HTML parsers swallow text: a comment that is never closed ends at the next `>`, as browsers once had
/// it, and the signs of CDATA sections that feeds have wrapped twice are taken away.
fn mended(markup: &str) -> Cow<'_, str> {
    let mut mended = Cow::Borrowed(markup);
    if let Some(start) = markup.rfind("<!--")
        && !markup[start..].contains("-->")
        && let Some(length) = markup[start..].find('>')
    {
        mended = Cow::Owned([&markup[..start], &markup[start + length + 1..]].concat());
    }
    if mended.contains("<![CDATA[") {
        mended = Cow::Owned(mended.replace("<![CDATA[", "").replace("]]>", "").replace("]]&gt;", ""));
    }
    mended
}

/// Takes away the tags of drawings and formulas, so that their words are kept like any others; what is left is then
/// cleaned as HTML.
fn unwrapped(markup: &str) -> Cow<'_, str> {
    static OPENED: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new("(?i)<(?:svg|math)[\\s/>]").ok());
    static TAG: LazyLock<Option<Regex>> = LazyLock::new(|| {
        let drawn = "svg|g|defs|desc|text|tspan|textpath|path|circle|ellipse|line|polygon|polyline|rect|use|symbol";
        let formulas = "math|m(?:i|n|o|s|text|row|frac|sqrt|root|style|padded|sub|sup|subsup|under|over|underover|table|tr|td|space)|semantics";
        Regex::new(&format!("(?i)</?(?:{drawn}|{formulas})(?:[\\s/][^>]*)?>")).ok()
    });
    match (OPENED.as_ref(), TAG.as_ref()) {
        (Some(opened), Some(tag)) if opened.is_match(markup) => tag.replace_all(markup, ""),
        _ => Cow::Borrowed(markup),
    }
}

/// Markup shorter than this cannot be nested deeply enough to matter.
const SHORT: usize = 6_000;

/// Elements open at once beyond this make HTML parsers slow, and no text for people has them.
const MOST_OPEN: usize = 1_000;

/// Tags times elements open at once: the work of an HTML parser in the worst case.
const MOST_WORK: usize = 20_000_000;

/// True where an HTML parser would work for minutes: its work grows with the elements that are open at a time, of which
/// hostile markup has many. Counts tags without parsing.
fn is_a_labyrinth(markup: &str) -> bool {
    if markup.len() < SHORT {
        return false;
    }
    let mut open: HashMap<String, usize> = HashMap::new();
    let (mut tags, mut depth, mut deepest) = (0_usize, 0_usize, 0_usize);
    for start in memchr::memchr_iter(b'<', markup.as_bytes()) {
        let after = &markup[start + 1..];
        let (closes, name) = after.strip_prefix('/').map_or((false, after), |name| (true, name));
        let end = name.bytes().take(32).position(|byte| !byte.is_ascii_alphanumeric()).unwrap_or(name.len().min(32));
        if !name.is_char_boundary(end) || end == 0 {
            continue;
        }
        let name = name[..end].to_ascii_lowercase();
        if ends_by_itself(&name) {
            continue;
        }
        tags += 1;
        let count = open.entry(name).or_default();
        if !closes {
            *count += 1;
            depth += 1;
            deepest = deepest.max(depth);
        } else if *count > 0 {
            *count -= 1;
            depth -= 1;
        }
        if deepest > MOST_OPEN {
            return true;
        }
    }
    tags.saturating_mul(deepest) > MOST_WORK
}

/// Elements that need no end tag (HTML standard, sections 13.1.2 and 13.1.2.4).
fn ends_by_itself(name: &str) -> bool {
    matches!(
        name,
        "area"
            | "base"
            | "br"
            | "col"
            | "embed"
            | "hr"
            | "img"
            | "input"
            | "link"
            | "meta"
            | "param"
            | "source"
            | "track"
            | "wbr"
            | "p"
            | "li"
            | "dt"
            | "dd"
            | "tr"
            | "td"
            | "th"
            | "thead"
            | "tbody"
            | "tfoot"
            | "option"
            | "rp"
            | "rt"
    )
}

/// The text between what looks like tags.
fn without_tags(markup: &str) -> String {
    let mut text = String::new();
    for piece in markup.split('<') {
        text.push_str(piece.split_once('>').map_or(piece, |(_, words)| words));
        text.push(' ');
    }
    html_escape::decode_html_entities(text.trim()).into_owned()
}

/// Nesting beyond this holds no text for people.
const DEEPEST: usize = 500;

fn write_text(element: ElementRef<'_>, text: &mut String, depth: usize) {
    if depth > DEEPEST {
        return;
    }
    for child in element.children() {
        match child.value() {
            // Within a frame the parser takes all for text, tags too.
            Node::Text(words) if element.value().name() == "iframe" && words.contains('<') => {}
            Node::Text(words) => text.push_str(words),
            Node::Element(inner) => {
                let Some(child) = ElementRef::wrap(child) else { continue };
                match inner.name() {
                    "script" | "style" | "noscript" | "template" | "svg" | "math" | "head" => {}
                    "br" | "hr" => text.push('\n'),
                    name if is_block(name) => {
                        text.push_str("\n\n");
                        write_text(child, text, depth + 1);
                        text.push_str("\n\n");
                    }
                    "td" | "th" => {
                        write_text(child, text, depth + 1);
                        text.push('\t');
                    }
                    _ => write_text(child, text, depth + 1),
                }
            }
            _ => {}
        }
    }
}

fn is_block(name: &str) -> bool {
    matches!(
        name,
        "p" | "div"
            | "section"
            | "article"
            | "header"
            | "footer"
            | "aside"
            | "main"
            | "blockquote"
            | "pre"
            | "ul"
            | "ol"
            | "li"
            | "dl"
            | "dt"
            | "dd"
            | "table"
            | "tr"
            | "h1"
            | "h2"
            | "h3"
            | "h4"
            | "h5"
            | "h6"
            | "figure"
            | "figcaption"
            | "address"
            | "form"
            | "fieldset"
            | "nav"
    )
}

/// Squeezes blanks within lines, and empty lines into one between paragraphs.
fn paragraphs(text: &str) -> String {
    let mut lines: Vec<Cow<'_, str>> = Vec::new();
    for line in text.lines() {
        let line = plain_line(line);
        let empty_twice = line.is_empty() && lines.last().is_none_or(|last| last.is_empty());
        if !empty_twice {
            lines.push(Cow::Owned(line));
        }
    }
    lines.join("\n").trim().to_owned()
}

/// Drops characters that show nothing but could mislead: controls but white space, and those that turn the direction of
/// what follows. The single marks U+200E and U+200F stay: Hebrew and Arabic need them.
fn visible(text: &str) -> Cow<'_, str> {
    let hidden = |letter: char| {
        (letter.is_control() && !letter.is_whitespace())
            || matches!(letter, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
    };
    if text.contains(hidden) { Cow::Owned(text.replace(hidden, "")) } else { Cow::Borrowed(text) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r44_nothing_that_acts_is_left() {
        for hostile in [
            "<script>alert(1)</script>ok",
            "<img src=x onerror=alert(1)>ok",
            "<a href='javascript:alert(1)'>ok</a>",
            "<svg onload=alert(1)><script>x</script></svg>ok",
            "<math><mi xlink:href='javascript:x'>x</mi></math>ok",
            "<p style='background:url(javascript:x)'>ok</p>",
            "<iframe src='https://evil.example'></iframe>ok",
            "<form action='/x'><input name=a>ok</form>",
        ] {
            let clean = html(hostile, Some("https://a.example/"));
            let lower = clean.to_lowercase();
            for bad in ["script", "onerror", "onload", "style=", "<iframe", "<form", "<input", "<svg", "<math"] {
                assert!(!lower.contains(bad), "{hostile} → {clean}");
            }
            assert!(clean.contains("ok"), "{hostile} → {clean}");
        }
    }

    #[test]
    fn links_are_resolved() {
        assert!(html("<a href='/x'>a</a>", Some("https://a.example/b/")).contains("href=\"https://a.example/x\""));
        assert!(!html("<a href='/x'>a</a>", None).contains("href"));
    }

    #[test]
    fn text_keeps_paragraphs() {
        assert_eq!(
            text_of_html("<p>One &amp; two</p><p>three<br>four <b>five</b></p><script>no</script>"),
            "One & two\n\nthree\nfour five"
        );
        assert_eq!(line_of_html("A &lt;b&gt; <i>title</i>\n x"), "A <b> title x");
        assert_eq!(line_of_html("AT&T grows"), "AT&T grows");
        assert_eq!(plain_line("a\u{202e}b\r\nBcc: x\0"), "ab Bcc: x");
    }

    #[test]
    fn deep_nesting_is_survived() {
        let deep = "<b>".repeat(20_000) + "x";
        let _ = text_of_html(&deep);
        let _ = html(&deep, None);
    }
}
