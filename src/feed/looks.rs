//! What a document is that is no feed, in words for the person who gave its address.

use super::tree::Tree;
use crate::model::Warning;
use crate::text::binary;

/// Why a document is no RSS, Atom or JSON Feed.
pub(super) fn not_a_feed(bytes: &[u8], text: &str, tree: &Tree, warnings: &[Warning]) -> Warning {
    if warnings.iter().any(|warning| warning.code == "too_deep") {
        return Warning::new("too_deep", "its elements are nested too deeply for a feed");
    }
    let (code, what) = describe(bytes, text, tree);
    Warning::new(code, if code == "empty" { what } else { format!("this is {what}, not a feed") })
}

fn describe(bytes: &[u8], text: &str, tree: &Tree) -> (&'static str, String) {
    if text.trim().is_empty() {
        return ("empty", "empty answer".to_owned());
    }
    if let Some(name) = binary::describe(bytes) {
        return ("binary", name.to_owned());
    }
    let start: String = text.trim_start().chars().take(500).collect::<String>().to_ascii_lowercase();
    if start.starts_with(['{', '[']) {
        return ("json", "some other JSON".to_owned());
    }
    let outermost = tree.root().children().next().map(|element| element.name().to_owned());
    match outermost.as_deref() {
        Some("html" | "head" | "body" | "div" | "script" | "meta") => ("html", "an HTML page".to_owned()),
        _ if start.contains("<!doctype html") || start.contains("<html") => ("html", "an HTML page".to_owned()),
        Some("urlset" | "sitemapindex") => ("sitemap", "a sitemap".to_owned()),
        Some("opml") => ("opml", "an OPML list".to_owned()),
        Some(name) if !name.is_empty() => {
            let name: String = name.chars().filter(|letter| !letter.is_control()).take(40).collect();
            ("other_xml", format!("other XML ({name})"))
        }
        _ => ("text", "plain text".to_owned()),
    }
}
