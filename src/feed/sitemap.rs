//! Sitemaps (sitemaps.org protocol 0.9) with Google's news extension: address lists, indexes and plain text.

use url::Url;

use super::links::absolute;
use super::space::Space;
use super::tree::{self, Element};
use super::{Parsed, date, looks, text_of};
use crate::model::{Entry, EntrySource, FeedInfo, PollHints, Time, Warning};
use crate::text::sanitise::line_of_html;

/// The protocol allows 50,000 addresses a document; what goes far beyond is a fault.
const MOST_ENTRIES: usize = 200_000;

/// One address of a sitemap, or of a sitemap in an index.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Place {
    /// The address.
    pub loc: String,
    /// When the page says it last changed.
    pub lastmod: Option<Time>,
    /// `lastmod` as written, where it could not be read.
    pub lastmod_text: Option<String>,
    /// News title.
    pub title: Option<String>,
    /// News publication date.
    pub published: Option<Time>,
    /// Name of the publication.
    pub publication: Option<String>,
    /// Language of the publication.
    pub language: Option<String>,
}

/// What a sitemap lists.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sitemap {
    /// The addresses, in order.
    pub places: Vec<Place>,
    /// They are addresses of sitemaps, not of pages.
    pub index: bool,
    /// What was odd.
    pub warnings: Vec<Warning>,
}

/// Reads a sitemap as the feed of a site: an entry for each page. An index gives no entries but a warning.
#[must_use]
pub fn parse(bytes: &[u8], content_type: Option<&str>, base: Option<&str>) -> Parsed {
    match read(bytes, content_type, base) {
        Err(reason) => Parsed::not_understood(reason, Vec::new()),
        Ok(Sitemap { places, index, mut warnings }) => {
            let language = places.iter().find_map(|place| place.language.clone());
            let entries = if index {
                let message = format!("this is an index of {} sitemaps; follow one of them", places.len());
                warnings.push(Warning::new("sitemap_index", message));
                Vec::new()
            } else {
                places.into_iter().map(entry_of).collect()
            };
            let feed = FeedInfo { language, ..FeedInfo::default() };
            Parsed { feed, entries, hints: PollHints::default(), warnings, understood: true }
        }
    }
}

/// A listed page as an entry.
#[must_use]
pub fn entry_of(place: Place) -> Entry {
    Entry {
        link: Some(place.loc),
        title: place.title,
        published: place.published,
        updated: place.lastmod,
        date_text: place.lastmod_text,
        source: place.publication.map(|name| EntrySource { name: Some(name), url: None }),
        language: place.language,
        ..Entry::default()
    }
}

/// Reads what a sitemap lists.
///
/// # Errors
/// The reason, where the document is no sitemap.
pub fn read(bytes: &[u8], content_type: Option<&str>, base: Option<&str>) -> Result<Sitemap, Warning> {
    let (text, mut warnings) = text_of(bytes, content_type);
    let base = base.and_then(|base| Url::parse(base).ok());
    let start = text.trim_start();
    if start.starts_with("http://") || start.starts_with("https://") {
        return Ok(plain_list(&text, warnings));
    }
    let tree = tree::read(&text, &mut warnings);
    let root = tree.elements().find(|element| matches!(element.name(), "urlset" | "sitemapindex"));
    let Some(root) = root else {
        let mut reason = looks::not_a_feed(bytes, &text, &tree, &warnings);
        reason.message = reason.message.replace("not a feed", "not a sitemap");
        return Err(reason);
    };
    let index = root.name() == "sitemapindex";
    let listed = tree.elements().filter(|element| matches!(element.name(), "url" | "sitemap") && is_own(*element));
    let places: Vec<Place> = listed.filter_map(|element| place_of(element, base.as_ref())).take(MOST_ENTRIES).collect();
    Ok(Sitemap { places, index, warnings })
}

/// An element of the sitemap vocabulary itself, whatever it is declared to be.
fn is_own(element: Element<'_>) -> bool {
    matches!(element.space(), Space::Sitemap | Space::Core | Space::Other)
}

fn place_of(element: Element<'_>, base: Option<&Url>) -> Option<Place> {
    let own = |name: &str| element.children().find(|child| child.name() == name && is_own(*child));
    let news = element.children().find(|child| child.space() == Space::News && child.name() == "news");
    let told = |name: &str| news.and_then(|news| news.child(Space::News, name));
    let publication = told("publication");
    let about = |name: &str| publication.and_then(|publication| publication.child(Space::News, name));
    let line = |element: Option<Element<'_>>| {
        element.and_then(Element::text).map(|text| line_of_html(&text)).filter(|line| !line.is_empty())
    };
    // Some leave `loc` out and write the address bare.
    let loc = own("loc").and_then(Element::text).or_else(|| Some(element.own_text().into_owned()));
    let changed = own("lastmod").and_then(Element::text);
    let lastmod = changed.as_deref().and_then(date::read);
    Some(Place {
        loc: loc.and_then(|loc| absolute(&loc, base))?,
        lastmod_text: changed.filter(|_| lastmod.is_none()).map(|text| text.chars().take(200).collect()),
        lastmod,
        title: line(told("title")),
        published: told("publication_date").and_then(Element::text).and_then(|text| date::read(&text)),
        publication: line(about("name")),
        language: line(about("language")),
    })
}

/// One address a line.
fn plain_list(text: &str, mut warnings: Vec<Warning>) -> Sitemap {
    let mut bad = 0;
    let mut places = Vec::new();
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()).take(MOST_ENTRIES) {
        match Url::parse(line) {
            Ok(url) if matches!(url.scheme(), "http" | "https") => {
                places.push(Place { loc: line.to_owned(), ..Place::default() });
            }
            _ => bad += 1,
        }
    }
    if bad > 0 {
        warnings.push(Warning::new("bad_address", format!("{bad} lines are no web addresses and were left out")));
    }
    Sitemap { places, index: false, warnings }
}
