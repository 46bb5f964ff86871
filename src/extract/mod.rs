//! From the bytes of a page to an article: text, headline, names, dates, and what the publisher says about itself.
//!
//! [`extract`] reads a page, [`from_feed`] what a feed carries of an article itself. Neither fails: what a page does not
//! tell is absent. The body comes from a library (Barbaresi, Trafilatura, ACL 2021, in its Rust port), everything else
//! from our own reading of what the page states: JSON-LD, meta elements, microdata, visible words.

mod access;
mod body;
mod byline;
mod dates;
mod feed_text;
mod json_ld;
mod publisher;
mod render;
mod sieve;
mod survey;
mod title;

#[cfg(test)]
mod tests;

use std::panic::{self, AssertUnwindSafe};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use trafilatura::dom::Document;

pub use feed_text::from_feed;

use crate::address;
use crate::model::{DateOrigin, Time};
use crate::text::decode::{self, Declared};
use crate::text::nesting;
use json_ld::Linked;
use survey::Survey;

/// How pages are read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// A text of fewer words than this is no article: the page counts as one without text.
    pub minimum_words: usize,
    /// Compare with two more extractors where the first finds little: slower, a little better.
    pub fallback: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self { minimum_words: 1, fallback: true }
    }
}

/// What a page says. Everything is plain text without control characters, but `markdown`, which holds no HTML either.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Page {
    /// The address that the page calls its own, absolute.
    pub canonical_url: Option<String>,
    /// The headline, without the name of the site.
    pub title: Option<String>,
    /// Names of the authors, as printed.
    pub byline: Vec<String>,
    /// When it was first published, with the page's own offset (RFC 3339), or `YYYY-MM-DD` where only the day is known.
    pub published: Option<String>,
    /// The same as an instant; a day is its midnight, a time without offset is read as UTC.
    pub published_at: Option<Time>,
    /// Where that date was found.
    pub published_from: Option<DateOrigin>,
    /// When it was last changed, written as `published`.
    pub modified: Option<String>,
    /// The name of the publisher.
    pub site: Option<String>,
    /// ISO 639-1.
    pub language: Option<String>,
    /// The page's own summary.
    pub description: Option<String>,
    /// Address of its picture, absolute.
    pub image: Option<String>,
    /// Whether it says that one has to pay to read it.
    pub paywalled: Option<bool>,
    /// Why its text must not be kept, where the page says so (R25).
    pub restricted: Option<String>,
    /// The article, paragraphs parted by an empty line.
    pub text: String,
    /// The same with headings, lists, quotes and links marked.
    pub markdown: String,
}

/// More of a page than this is not read: no article is that long, and all work grows with it.
const MAX_CHARACTERS: usize = 4 << 20;

/// Reads a page. `content_type` is the server's field, `url` the address it was served at, where known.
#[must_use]
pub fn extract(body: &[u8], content_type: Option<&str>, url: Option<&str>, settings: &Settings) -> Page {
    let decoded = decode::decode(&body[..body.len().min(2 * MAX_CHARACTERS)], content_type, Declared::Html);
    let markup = nesting::tame(&decoded.text, MAX_CHARACTERS);
    let mut page = Page::default();
    let read = guarded(|| {
        let document = Document::parse(&markup);
        let body;
        (page, body) = stated(&document, url);
        (document, body)
    });
    let Some((document, told)) = read else { return page };
    let told = body::Stated { title: page.title.clone(), description: page.description.clone(), body: told };
    let article = guarded(|| body::article(document, &told, settings)).unwrap_or_default();
    if article.text.split_whitespace().count() >= settings.minimum_words {
        page.language = publisher::language(page.language.take(), page.title.as_deref(), &article.text);
        page.text = article.text;
        page.markdown = article.markdown;
    }
    page
}

/// What the page states about itself, and the text of its article where JSON-LD tells it.
fn stated(document: &Document, url: Option<&str>) -> (Page, Option<String>) {
    let survey = Survey::of(document);
    let linked = Linked::of(&survey);
    let base = survey.base_address(url);
    let canonical_url = publisher::canonical(&survey, base.as_deref());
    let own_address = canonical_url.as_deref().or(url);
    let site = publisher::site(&survey, &linked, own_address);
    let names = publisher::names(&survey, &linked, site.as_deref(), own_address);
    let dates = dates::of(document, &survey, &linked, own_address);
    let page = Page {
        title: title::of(&survey, &linked, &names),
        byline: byline::of(&survey, &linked, &names),
        published: dates.published.as_ref().map(|(date, _)| date.written()),
        published_at: dates.published.as_ref().map(|(date, _)| date.instant()),
        published_from: dates.published.as_ref().map(|(_, from)| *from),
        modified: dates.modified.map(|date| date.written()),
        language: publisher::declared_language(&survey, &linked),
        description: publisher::description(&survey, &linked),
        image: publisher::image(&survey, &linked).and_then(|image| absolute(base.as_deref(), &image)),
        paywalled: access::paywalled(&survey, &linked),
        restricted: access::restricted(&survey),
        canonical_url,
        site,
        ..Page::default()
    };
    (page, linked.body)
}

fn absolute(base: Option<&str>, reference: &str) -> Option<String> {
    address::join(base.unwrap_or_default(), reference)
}

/// Runs `work`; a panic in the library costs this page what was asked for, not the program.
fn guarded<T>(work: impl FnOnce() -> T) -> Option<T> {
    panic::catch_unwind(AssertUnwindSafe(work)).ok()
}
