//! What a feed carries of an article itself.

use crate::model::EvidenceLevel;
use crate::text::{nesting, sanitise};

/// Ends of a text that goes on elsewhere.
const TEASER_ENDS: [&str; 16] = [
    "…",
    "...",
    "[…]",
    "[...]",
    "read more",
    "continue reading",
    "read more »",
    "read more →",
    "more…",
    "weiterlesen",
    "mehr lesen",
    "lire la suite",
    "leer más",
    "seguir leyendo",
    "leia mais",
    "continua a leggere",
];

/// A content of fewer words than this is a teaser, whatever it is called.
const WHOLE_WORDS: usize = 120;

/// The plain text of what a feed's entry carries, from the HTML of its content and summary, and how much of the article
/// that is: the whole, a teaser, or nothing but the headline.
#[must_use]
pub fn from_feed(content: Option<&str>, summary: Option<&str>) -> (String, EvidenceLevel) {
    let content = content.map(plain).unwrap_or_default();
    let summary = summary.map(plain).unwrap_or_default();
    // Many feeds put the whole article in the summary, or the same teaser in both.
    let text = if content.len() >= summary.len() { content } else { summary };
    if text.is_empty() {
        (text, EvidenceLevel::HeadlineOnly)
    } else if is_whole(&text) {
        (text, EvidenceLevel::FullText)
    } else {
        (text, EvidenceLevel::Summary)
    }
}

fn plain(markup: &str) -> String {
    let markup = nesting::tame(markup, super::MAX_CHARACTERS);
    super::guarded(|| sanitise::text_of_html(&markup)).unwrap_or_default()
}

fn is_whole(text: &str) -> bool {
    text.split_whitespace().count() >= WHOLE_WORDS && !goes_on(text)
}

/// Whether the last paragraph says that there is more; the footer that WordPress adds to every entry ("The post … first
/// appeared on …") does not count.
fn goes_on(text: &str) -> bool {
    let last = text.lines().rev().find(|line| !line.trim().is_empty() && !is_footer(line)).unwrap_or_default();
    let last = last.trim().trim_end_matches(['.', ' ', '»', '→', '>']).to_lowercase();
    let whole = text.trim_end();
    TEASER_ENDS.iter().any(|end| last.ends_with(end))
        || whole.ends_with("[…]")
        || whole.ends_with("...")
        || whole.ends_with('…')
}

fn is_footer(line: &str) -> bool {
    let line = line.trim();
    (line.starts_with("The post ") && line.contains("first appeared on"))
        || line.starts_with("The post ") && line.contains("appeared first on")
}
