//! The feeds that a page announces (`<link rel="alternate" type="application/rss+xml" …>`), so that a person may give
//! the address of a site and pick (R12; HTML standard, section 4.6.7.1, and RSS Board, "RSS Autodiscovery").

use std::sync::LazyLock;

use regex::Regex;
use scraper::{Html, Selector};
use url::Url;

use crate::text::decode::{Declared, decode};
use crate::text::sanitise::line_of_html;

/// So much of a page is looked through: the announcements stand in its head.
const HEAD: usize = 512 * 1024;

/// More feeds than a person would choose from are not told.
const MOST: usize = 50;

/// The types by which feeds are announced. Plain `application/json` is not among them: it announces other things.
const TYPES: &[&str] =
    &["application/rss+xml", "application/atom+xml", "application/feed+json", "application/rdf+xml", "text/xml"];

/// A feed that a page announces.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alternate {
    /// Its full address.
    pub url: String,
    /// Its name, plain text.
    pub title: Option<String>,
    /// Its stated type.
    pub media_type: String,
}

/// The feeds that an HTML page announces, in its order, each address once. `base` is the address of the page.
#[must_use]
pub fn alternates(bytes: &[u8], content_type: Option<&str>, base: &str) -> Vec<Alternate> {
    let text = decode(&bytes[..bytes.len().min(HEAD)], content_type, Declared::Html).text;
    let page = Html::parse_fragment(&announcements(&text));
    let (Ok(links), Ok(bases)) = (Selector::parse("link[href][rel][type]"), Selector::parse("base[href]")) else {
        return Vec::new();
    };
    let Ok(address) = Url::parse(base) else { return Vec::new() };
    let stated = page.select(&bases).next().and_then(|base| base.attr("href"));
    let base = stated.and_then(|href| address.join(href.trim()).ok()).unwrap_or(address);
    let mut found: Vec<Alternate> = Vec::new();
    for link in page.select(&links) {
        let attribute = |name: &str| link.attr(name).unwrap_or_default().trim();
        let announces = attribute("rel").split_ascii_whitespace().any(|word| word.eq_ignore_ascii_case("alternate"));
        let media_type = attribute("type").split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        if !announces || !TYPES.contains(&media_type.as_str()) {
            continue;
        }
        let Ok(mut url) = base.join(attribute("href")) else { continue };
        url.set_fragment(None);
        let url = url.to_string();
        if url.starts_with("http") && found.len() < MOST && !found.iter().any(|known| known.url == url) {
            let title = Some(line_of_html(attribute("title"))).filter(|title| !title.is_empty());
            found.push(Alternate { url, title, media_type });
        }
    }
    found
}

/// Comments and scripts, whose text may look like tags.
static NO_TAGS: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"(?is)<!--.*?-->|<script\b.*?</script\b").ok());

/// The tags that announce something.
static TAGS: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"(?i)<(?:link|base)\s[^<>]{1,4000}>").ok());

/// The tags of a page that may announce a feed, and nothing else: parsers of HTML take minutes for a page that nests a
/// hundred thousand elements.
fn announcements(text: &str) -> String {
    let (Some(no_tags), Some(tags)) = (&*NO_TAGS, &*TAGS) else { return String::new() };
    tags.find_iter(&no_tags.replace_all(text, "")).map(|tag| tag.as_str()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(html: &str) -> Vec<(String, Option<String>)> {
        let found = alternates(html.as_bytes(), Some("text/html"), "https://site.example/news/");
        found.into_iter().map(|alternate| (alternate.url, alternate.title)).collect()
    }

    #[test]
    fn r12_a_page_announces_its_feeds() {
        let html = r#"<!doctype html><html><head>
            <link rel="stylesheet" href="/x.css" type="text/css">
            <link rel="alternate" type="application/rss+xml" title="All &amp; more" href="../feed.xml#top">
            <link REL="home Alternate" TYPE="application/atom+xml; charset=utf-8" href="https://other.example/atom">
            <link rel="alternate" type="application/rss+xml" title="again" href="/feed.xml">
            <link rel="alternate" type="application/json" href="/wp-json/posts/1">
            <link rel="alternate" hreflang="de" href="/de/">
            <!-- <link rel="alternate" type="application/rss+xml" href="/commented"> -->
            <script>document.write('<link rel="alternate" type="application/rss+xml" href="/scripted">')</script>
            <link rel="alternate" type="application/rss+xml" href="javascript:alert(1)">
            <link rel="alternate" type="application/rss+xml" href="feed://x.example/">
            </head><body></body></html>"#;
        let expected = [
            ("https://site.example/feed.xml".to_owned(), Some("All & more".to_owned())),
            ("https://other.example/atom".to_owned(), None),
        ];
        assert_eq!(found(html), expected);
    }

    #[test]
    fn a_page_may_state_its_base() {
        let html = "<base href='https://cdn.example/a/'><link rel=alternate type=application/rss+xml href=rss>";
        assert_eq!(found(html)[0].0, "https://cdn.example/a/rss");
    }

    #[test]
    fn hostile_pages_announce_nothing_and_cost_little() {
        for html in ["", "\0\0", "<link", "<link rel=alternate type=application/rss+xml href='http://['>"] {
            assert_eq!(found(html), [], "{html}");
        }
        assert_eq!(found(&"<div>".repeat(300_000)), []);
        let many: String = (0..10_000)
            .map(|number| format!("<link rel=alternate type=application/rss+xml href=/{number}>"))
            .collect::<Vec<_>>()
            .concat();
        assert_eq!(found(&many).len(), MOST);
    }
}
