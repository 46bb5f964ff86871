//! Bytes → entries: RSS 0.9x, 1.0 and 2.0, Atom 0.3 and 1.0, JSON Feed, sitemaps and OPML, as broken as they come.
//!
//! The way of a document: [`crate::text::decode`] makes it text, `repair` mends the usual faults, `tree` reads the XML
//! leniently, `xml_feed` (or `json_feed`, [`sitemap`]) takes from it what a feed says. Nothing here fails: a bad entry is
//! left out or kept as far as it goes, with a warning, and what is no feed at all comes back not understood.

mod alternates;
mod date;
mod day;
pub mod discover;
mod found_list;
mod hints;
mod json_feed;
mod keys;
mod linked_data;
mod links;
mod looks;
pub mod news;
pub mod newsroom;
pub mod opml;
mod person;
mod price;
mod repair;
mod selector;
pub mod service;
pub mod sitemap;
pub mod sitemap_paths;
pub mod sitemap_tree;
mod space;
#[cfg(test)]
mod tests;
mod tree;
pub mod unpack;
pub mod watch;
mod wording;
mod xml_feed;

pub use alternates::{Alternate, alternates};
pub use keys::entry_keys;
pub use selector::selector_fault;

use std::panic::{self, AssertUnwindSafe};

use crate::model::{Entry, Feed, FeedInfo, FeedKind, PollHints, Warning};
use crate::text::decode::{Declared, Decoded, decode};

/// What a document says.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Parsed {
    /// Of the feed itself.
    pub feed: FeedInfo,
    /// Its entries, in its order.
    pub entries: Vec<Entry>,
    /// When to come back, and where.
    pub hints: PollHints,
    /// What was odd. Where the document was not understood, the first says what it is instead.
    pub warnings: Vec<Warning>,
    /// False where it is no feed at all.
    pub understood: bool,
}

impl Parsed {
    /// A document that is no feed, for this reason.
    fn not_understood(reason: Warning, mut warnings: Vec<Warning>) -> Self {
        warnings.insert(0, reason);
        Self { warnings, ..Self::default() }
    }
}

/// Reads what came from the address of `feed`: by the rules of its service, where it is one. See [`parse_as`].
#[must_use]
pub fn parse_of(feed: &Feed, bytes: &[u8], content_type: Option<&str>, base: Option<&str>) -> Parsed {
    match feed.service.or_else(|| service::of_address(&feed.url)) {
        Some(service) => finished(guarded(|| service::read(service, bytes, content_type, base))),
        None => parse_as(feed.kind, bytes, content_type, base),
    }
}

/// Reads a document of the stated kind. `content_type` is the Content-Type field it was served with, `base` the address
/// it was served at, for relative addresses in it. Entries that say nothing, which no reader could act on, are left out.
#[must_use]
pub fn parse_as(kind: FeedKind, bytes: &[u8], content_type: Option<&str>, base: Option<&str>) -> Parsed {
    finished(match kind {
        FeedKind::Rss | FeedKind::Search | FeedKind::Filing | FeedKind::Social => parse(bytes, content_type, base),
        FeedKind::Sitemap => guarded(|| sitemap::parse(bytes, content_type, base)),
        FeedKind::Newsroom => guarded(|| newsroom::parse(bytes, content_type, base)),
        FeedKind::Watch => {
            let message = "a watched page has no entries of its own: what changed is told by comparing";
            Parsed::not_understood(Warning::new("watch", message), Vec::new())
        }
    })
}

/// Leaves out what is no entry, and follows links that count clicks as far as they tell where they lead.
fn finished(parsed: Parsed) -> Parsed {
    let mut parsed = service::without_errors(parsed);
    for entry in &mut parsed.entries {
        if let Some(link) = entry.link.as_deref().and_then(service::resolve) {
            entry.link = Some(link);
        }
    }
    let all = parsed.entries.len();
    parsed.entries.retain(says_something);
    let silent = all - parsed.entries.len();
    if silent > 0 {
        let message = format!("{silent} entries have neither title nor link nor text and were left out");
        parsed.warnings.push(Warning::new("empty_entry", message));
    }
    parsed
}

fn says_something(entry: &Entry) -> bool {
    [&entry.title, &entry.link, &entry.summary, &entry.content].into_iter().any(Option::is_some)
}

/// Reads RSS, Atom or JSON Feed, told apart by what the document holds: all its entries, even empty ones. See
/// [`parse_as`].
#[must_use]
pub fn parse(bytes: &[u8], content_type: Option<&str>, base: Option<&str>) -> Parsed {
    guarded(|| {
        let (text, mut warnings) = text_of(bytes, content_type);
        let base = base.and_then(|base| url::Url::parse(base).ok());
        if text.trim_start().starts_with('{') {
            return json_feed::read(&text, base.as_ref(), warnings);
        }
        let tree = tree::read(&text, &mut warnings);
        let read = xml_feed::read(&tree, base.as_ref(), &mut warnings);
        let too_deep = warnings.iter().any(|warning| warning.code == "too_deep");
        match read.filter(|(_, entries, _)| !(too_deep && entries.is_empty())) {
            Some((feed, entries, hints)) => Parsed { feed, entries, hints, warnings, understood: true },
            None => Parsed::not_understood(looks::not_a_feed(bytes, &text, &tree, &warnings), warnings),
        }
    })
}

/// The parsers of XML, HTML and dates are foreign code that reads foreign bytes: where one panics, this document is not
/// understood, and the program goes on.
fn guarded(read: impl FnOnce() -> Parsed) -> Parsed {
    panic::catch_unwind(AssertUnwindSafe(read)).unwrap_or_else(|_| {
        Parsed::not_understood(Warning::new("internal", "a parser gave up on this document"), Vec::new())
    })
}

/// The text of an XML or JSON document, with warnings where its encoding was odd (R43).
fn text_of(bytes: &[u8], content_type: Option<&str>) -> (String, Vec<Warning>) {
    let Decoded { text, encoding, replaced, contradicted } = decode(bytes, content_type, Declared::Xml);
    let mut warnings = Vec::new();
    if contradicted {
        let message = format!("the declared encoding contradicts the bytes; read as {encoding}");
        warnings.push(Warning::new("wrong_encoding", message));
    }
    if replaced {
        let message = format!("some bytes are no {encoding} and became replacement characters");
        warnings.push(Warning::new("bad_characters", message));
    }
    (text, warnings)
}
