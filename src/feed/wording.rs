//! Titles, summaries and contents: plain text or markup, by what the document says and, where that is known to be wrong
//! often, by how it looks.

use std::sync::LazyLock;

use regex::Regex;

use super::tree::Element;
use crate::text::sanitise::{self, Cleaner};

/// Words as the document gives them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Wording {
    /// Plain characters.
    Plain(String),
    /// Foreign markup, not yet made harmless.
    Html(String),
}

/// The family of a document: in RSS untyped words are markup, in Atom they are plain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Dialect {
    /// RSS of any version.
    Rss,
    /// Atom of any version.
    Atom,
}

/// Reads the words of an element by its `type` and `mode` (RFC 4287, section 3.1; Atom 0.3, section 3.1). None where it
/// holds something else than words: an empty element, a picture, base64.
pub(super) fn of(element: Element<'_>, dialect: Dialect) -> Option<Wording> {
    let mode = element.attribute("mode").unwrap_or("").trim().to_ascii_lowercase();
    let stated = element.attribute("type").unwrap_or("").split(';').next().unwrap_or("").trim().to_ascii_lowercase();
    if mode == "base64" {
        return None;
    }
    let wording = match stated.as_str() {
        "xhtml" | "application/xhtml+xml" => inline(element),
        "html" | "text/html" if mode == "xml" => inline(element),
        "html" | "text/html" => Wording::Html(element.inner_html(true)),
        "" | "text" | "text/plain" | "plain" => untyped(element, dialect, &mode, stated.is_empty()),
        other if other.ends_with("/xml") || other.ends_with("+xml") => inline(element),
        other if is_binary(other) => return None,
        other if other.contains('/') => Wording::Plain(element.own_text().into_owned()),
        _ => Wording::Html(element.inner_html(true)),
    };
    wording.filled()
}

/// Media types whose content stands in base64, if at all.
fn is_binary(media_type: &str) -> bool {
    ["image/", "audio/", "video/", "font/"].iter().any(|kind| media_type.starts_with(kind))
        || matches!(media_type, "application/octet-stream" | "application/pdf" | "application/zip")
}

fn untyped(element: Element<'_>, dialect: Dialect, mode: &str, unstated: bool) -> Wording {
    if dialect == Dialect::Rss && unstated {
        return Wording::Html(element.inner_html(true));
    }
    if element.has_elements() {
        return if mode == "escaped" { Wording::Html(element.inner_html(true)) } else { inline(element) };
    }
    Wording::guessed(element.own_text().into_owned())
}

/// Markup that stands as elements of the document itself. Some wrap escaped markup in a `div` and call that XHTML.
fn inline(element: Element<'_>) -> Wording {
    if !element.has_elements() {
        return Wording::guessed(element.own_text().into_owned());
    }
    let all = element.text().unwrap_or_default();
    Wording::Html(element.inner_html(CLOSING_TAG.is_match(&all)))
}

/// A closing tag of an element that texts use.
static CLOSING_TAG: LazyLock<Regex> = LazyLock::new(|| {
    let names = "a|b|i|p|u|em|strong|span|div|ul|ol|li|code|pre|blockquote|h[1-6]|table|td|tr|br|img|font|sup|sub|cite";
    compiled(&format!("(?i)</(?:{names})\\s*>|<(?:br|hr)\\s*/?>"))
});

/// A reference to a character.
static REFERENCE: LazyLock<Regex> = LazyLock::new(|| {
    compiled("&(?:#[0-9]{2,6}|#[xX][0-9a-fA-F]{2,5}|amp|lt|gt|quot|apos|nbsp|[lr][sd]quo|[mn]dash|hellip);")
});

/// The patterns above are constant and covered by tests; one that matches nothing stands in for a faulty one.
fn compiled(pattern: &str) -> Regex {
    Regex::new(pattern).or_else(|_| Regex::new("[^\\s\\S]")).unwrap_or_else(|_| unreachable!("a constant pattern"))
}

impl Wording {
    /// Words that are called plain: many feeds call markup so, which shows by closing tags and references.
    pub(super) fn guessed(text: String) -> Self {
        if CLOSING_TAG.is_match(&text) || REFERENCE.is_match(&text) { Self::Html(text) } else { Self::Plain(text) }
    }

    fn filled(self) -> Option<Self> {
        let (Self::Plain(text) | Self::Html(text)) = &self;
        (!text.trim().is_empty()).then_some(self)
    }

    /// As one line of plain text.
    pub(super) fn line(&self) -> Option<String> {
        let line = match self {
            Self::Plain(text) => sanitise::plain_line(start_of(text)),
            Self::Html(markup) => sanitise::line_of_html(start_of(markup)),
        };
        (!line.is_empty()).then_some(line)
    }

    /// As harmless HTML; empty lines of plain text part paragraphs.
    pub(super) fn html(&self, cleaner: &Cleaner) -> Option<String> {
        let html = match self {
            // Without any > there is no tag, whatever an HTML parser would make of a lone <.
            Self::Html(markup) if !markup.contains('>') => {
                cleaner.html(&html_escape::encode_text(&html_escape::decode_html_entities(markup)))
            }
            Self::Html(markup) => cleaner.html(markup),
            Self::Plain(text) => cleaner.html(&paragraphs(text)),
        };
        (!html.trim().is_empty()).then(|| html.trim().to_owned())
    }
}

/// Bytes of a title that are read; no headline is longer.
const LONGEST_LINE: usize = 32 * 1024;

fn start_of(text: &str) -> &str {
    &text[..text.floor_char_boundary(LONGEST_LINE)]
}

fn paragraphs(text: &str) -> String {
    let escaped = html_escape::encode_text(text.trim()).replace("\r\n", "\n");
    let parts: Vec<&str> = escaped.split("\n\n").map(str::trim).filter(|part| !part.is_empty()).collect();
    match parts.as_slice() {
        [one] => (*one).to_owned(),
        parts => format!("<p>{}</p>", parts.join("</p><p>")),
    }
}
