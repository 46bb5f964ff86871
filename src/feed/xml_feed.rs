//! RSS of any version, RDF and Atom: from the tree to what the feed and its entries say.
//!
//! One reader for all: feeds in the wild mix the vocabularies, and their versions lie. Where several elements say the
//! same thing, the one made for it counts (`title` over `dc:title`); see [`Ranked`].

use std::collections::HashSet;

use url::Url;

use super::links::{Ranked, absolute, is_web_address, offer_link, relation};
use super::space::Space;
use super::tree::{Element, Tree};
use super::wording::{self, Dialect, Wording};
use super::{date, hints, person};
use crate::address;
use crate::model::{Enclosure, Entry, EntrySource, FeedInfo, PollHints, Time, Warning};
use crate::text::sanitise::{Cleaners, plain_line};

/// Entries beyond this are not read: no publisher lists so many.
const MOST_ENTRIES: usize = 50_000;

/// Hosts of FeedBurner, which puts its own address for counting in front of each link and tells the true one in
/// `feedburner:origLink`.
const FEEDBURNER: &[&str] = &["feedproxy.google.com", "feeds.feedburner.com", "feeds2.feedburner.com"];

/// Takes feed, entries and hints from a document; none where it is no feed.
pub(super) fn read(
    tree: &Tree,
    base: Option<&Url>,
    warnings: &mut Vec<Warning>,
) -> Option<(FeedInfo, Vec<Entry>, PollHints)> {
    let root = outermost_of_feed(tree)?;
    let dialect = if matches!(root.name(), "feed" | "entry") { Dialect::Atom } else { Dialect::Rss };
    let about_feed: Vec<Element<'_>> = match root.name() {
        "entry" | "item" => Vec::new(),
        _ => about_feed(root),
    };
    let hints = hints::read(about_feed.iter().copied(), base);
    let mut feed = read_feed(root, &about_feed, base, dialect);
    feed.ttl_minutes = hints.ttl_minutes;
    let fallback_base = base.cloned().or_else(|| feed.link.as_deref().and_then(|link| Url::parse(link).ok()));
    let mut cleaners = Cleaners::default();
    let shared_authors: Vec<String> = if dialect == Dialect::Atom {
        let authors = about_feed.iter().filter(|child| child.space() == Space::Core && child.name() == "author");
        authors.filter_map(|author| person::of_construct(*author)).collect()
    } else {
        Vec::new()
    };
    let mut reading = Reading { base: fallback_base, dialect, cleaners: &mut cleaners, unreadable_dates: 0 };
    let entries: Vec<Entry> = entries_of(tree, root)
        .take(MOST_ENTRIES)
        .map(|element| {
            let mut entry = reading.entry(element);
            if entry.authors.is_empty() {
                entry.authors.clone_from(&shared_authors);
            }
            entry
        })
        .collect();
    if reading.unreadable_dates > 0 {
        let message = format!("{} dates are unreadable or absurd and were kept as written", reading.unreadable_dates);
        warnings.push(Warning::new("bad_date", message));
    }
    if entries.len() == MOST_ENTRIES {
        let message = format!("only the first {MOST_ENTRIES} entries were read");
        warnings.push(Warning::new("too_many_entries", message));
    }
    Some((feed, entries, hints))
}

/// The element that is the feed: wrappers around it (some servers put HTML there) are passed over.
fn outermost_of_feed(tree: &Tree) -> Option<Element<'_>> {
    let named = |names: &'static [&'static str]| tree.elements().find(move |element| names.contains(&element.name()));
    let has = |root: Element<'_>, names: &[&str]| {
        tree.elements().any(|element| names.contains(&element.name()) && is_within(element, root))
    };
    let outermost = tree.root().children().next()?;
    let plain = |element: &Element<'_>| !matches!(element.space(), Space::Sitemap | Space::Media | Space::Itunes);
    if let Some(root) = named(&["rss", "feed", "rdf"]).filter(plain) {
        let wrapped = root.parent().is_root();
        if wrapped && root.name() != "rdf" || has(root, &["channel", "item", "entry"]) {
            return Some(root);
        }
    }
    let bare = named(&["channel"]).filter(|channel| has(*channel, &["item", "title", "link"]));
    bare.or_else(|| matches!(outermost.name(), "entry" | "item").then_some(outermost))
}

fn is_within(element: Element<'_>, outer: Element<'_>) -> bool {
    ancestors(element).any(|ancestor| ancestor.is(outer))
}

fn ancestors(element: Element<'_>) -> impl Iterator<Item = Element<'_>> {
    std::iter::successors(Some(element.parent()), |ancestor| (!ancestor.is_root()).then(|| ancestor.parent()))
}

/// The elements that describe the feed itself: those of each channel and of the root.
fn about_feed(root: Element<'_>) -> Vec<Element<'_>> {
    let channels = root.children().filter(|child| child.name() == "channel").flat_map(Element::children);
    channels.chain(root.children()).filter(|child| !is_entry_name(child.name()) && child.name() != "channel").collect()
}

fn is_entry_name(name: &str) -> bool {
    matches!(name, "item" | "entry")
}

/// Entries wherever they stand in the feed: in the channel, beside it, in a wrapper, in an entry that was not closed; but
/// not those quoted in the words of another.
fn entries_of<'a>(tree: &'a Tree, root: Element<'a>) -> impl Iterator<Item = Element<'a>> {
    let stands_free = move |element: Element<'_>| {
        is_within(element, root) && !ancestors(element).take_while(|ancestor| !ancestor.is(root)).any(holds_words)
    };
    tree.elements().filter(move |element| {
        is_entry_name(element.name())
            && matches!(element.space(), Space::Core | Space::Rdf)
            && (element.is(root) || stands_free(*element))
    })
}

/// True for elements whose text is taken as a whole.
fn holds_words(element: Element<'_>) -> bool {
    match element.space() {
        Space::Core | Space::Dublin | Space::Content | Space::Xhtml => matches!(
            element.name(),
            "title"
                | "link"
                | "description"
                | "summary"
                | "subtitle"
                | "content"
                | "encoded"
                | "body"
                | "fullitem"
                | "div"
                | "source"
                | "author"
                | "creator"
                | "category"
                | "subject"
                | "tags"
                | "guid"
                | "id"
        ),
        Space::Media | Space::Itunes => element.name() != "category",
        _ => false,
    }
}

fn read_feed(root: Element<'_>, about: &[Element<'_>], base: Option<&Url>, dialect: Dialect) -> FeedInfo {
    let (mut title, mut description) = (Ranked::default(), Ranked::default());
    let (mut link, mut language, mut updated) = (Ranked::default(), Ranked::default(), Ranked::default());
    for element in about.iter().copied() {
        let words = || wording::of(element, dialect).and_then(|words| words.line());
        let when = || element.text().and_then(|text| date::read(&text));
        match (element.space(), element.name()) {
            (Space::Core, "title") => title.offer(0, words()),
            (Space::Dublin, "title") => title.offer(1, words()),
            (Space::Core, "description" | "subtitle" | "tagline") => description.offer(0, words()),
            (Space::Dublin, "description") => description.offer(1, words()),
            (Space::Itunes, "summary" | "subtitle") => description.offer(2, words()),
            (Space::Core, "link") => offer_link(&mut link, element, base),
            (Space::Core, "language") => language.offer(0, element.text()),
            (Space::Dublin, "language") => language.offer(1, element.text()),
            (Space::Core, "lastbuilddate" | "updated" | "modified") => updated.replace(0, when()),
            (Space::Dublin, "modified") => updated.replace(1, when()),
            (Space::Dublin, "date") => updated.replace(2, when()),
            (Space::Core, "pubdate" | "published") => updated.replace(3, when()),
            _ => {}
        }
    }
    let channel = root.children().find(|child| child.name() == "channel");
    let tag = channel.and_then(Element::own_language).or_else(|| root.own_language());
    FeedInfo {
        title: title.take(),
        link: link.take(),
        description: description.take(),
        language: language.take().or_else(|| tag.map(str::to_owned)).map(|tag| plain_line(&tag)),
        updated: updated.take(),
        ttl_minutes: None,
    }
}

/// What reading the entries of one document needs and counts.
struct Reading<'a> {
    base: Option<Url>,
    dialect: Dialect,
    cleaners: &'a mut Cleaners,
    unreadable_dates: usize,
}

impl Reading<'_> {
    fn entry(&mut self, element: Element<'_>) -> Entry {
        let mut parts = Parts::default();
        for child in element.children() {
            parts.take(child);
        }
        let title = parts.titles.first(self.dialect).and_then(|(_, words)| words.line());
        let summary = parts.summaries.first(self.dialect).and_then(|(at, words)| self.html(at, &words));
        let content = parts.contents.first(self.dialect).and_then(|(at, words)| self.html(at, &words));
        let (published, mut date_text) = self.date(&parts.published);
        let (updated, other_text) = self.date(&parts.updated);
        date_text = date_text.or(other_text);
        if published.is_some() {
            date_text = None;
        }
        let mut entry = Entry {
            id: id_of(element),
            title,
            link: self.link(element),
            published,
            updated,
            date_text,
            summary,
            content,
            authors: distinct(parts.authors, parts.fallback_authors),
            categories: distinct(parts.categories, parts.keywords),
            enclosures: Vec::new(),
            source: element.children().find_map(|child| self.source(child)),
            language: language_of(element),
        };
        let mut seen = HashSet::new();
        let enclosures = element.children().filter_map(|child| self.enclosure(child));
        entry.enclosures = enclosures.filter(|enclosure| seen.insert(enclosure.url.clone())).collect();
        entry
    }

    fn html(&mut self, at: Element<'_>, words: &Wording) -> Option<String> {
        words.html(self.cleaners.with_base(at.base(self.base.as_ref()).as_ref()))
    }

    /// The date of the best kind that is stated; the last of a kind counts, as in other readers.
    fn date(&mut self, stated: &[(u8, Element<'_>)]) -> (Option<Time>, Option<String>) {
        let mut best: Ranked<Time> = Ranked::default();
        let mut unread = None;
        for (rank, element) in stated {
            let Some(text) = element.text() else { continue };
            match date::read(&text) {
                Some(at) => best.replace(*rank, Some(at)),
                None => unread = Some(plain_line(&text).chars().take(200).collect()),
            }
        }
        if best.0.is_none() && unread.is_some() {
            self.unreadable_dates += 1;
        }
        let found = best.take();
        let unread = if found.is_some() { None } else { unread };
        (found, unread)
    }

    /// The address of the article: an alternate link, else the page that the content is at, else an id that is an address.
    fn link(&self, element: Element<'_>) -> Option<String> {
        let mut best = Ranked::default();
        for child in element.children() {
            let base = child.base(self.base.as_ref());
            match (child.space(), child.name()) {
                (Space::Core, "link") => offer_link(&mut best, child, self.base.as_ref()),
                (Space::Core, "guid") => {
                    let permanent =
                        child.attribute("ispermalink").is_none_or(|said| !said.trim().eq_ignore_ascii_case("false"));
                    let text = child.text().filter(|text| permanent && is_web_address(text));
                    best.offer(20, text);
                }
                (Space::Core, "content") => {
                    let source = child.attribute("src").and_then(|source| absolute(source, base.as_ref()));
                    best.offer(21, source);
                }
                (Space::Core, "id") => best.offer(22, child.text().filter(|text| is_web_address(text))),
                _ => {}
            }
        }
        let link = best.take();
        if link.as_deref().and_then(address::host).is_some_and(|host| FEEDBURNER.contains(&host.as_str())) {
            let told = element.children().find(|child| child.name() == "origlink").and_then(Element::text);
            return told.filter(|told| is_web_address(told)).or(link);
        }
        link
    }

    fn source(&self, child: Element<'_>) -> Option<EntrySource> {
        match (child.space(), child.name()) {
            (Space::Core, "source") if child.has_elements() => {
                let title = child.child(Space::Core, "title").and_then(|title| wording::of(title, self.dialect));
                let mut link = Ranked::default();
                for inner in child.children().filter(|inner| inner.name() == "link") {
                    offer_link(&mut link, inner, self.base.as_ref());
                }
                let url = link.take();
                let name = title.and_then(|title| title.line());
                (name.is_some() || url.is_some()).then_some(EntrySource { name, url })
            }
            (Space::Core, "source") => {
                let url = child.attribute("url").and_then(|url| absolute(url, child.base(self.base.as_ref()).as_ref()));
                let name = wording::of(child, self.dialect).and_then(|name| name.line());
                (name.is_some() || url.is_some()).then_some(EntrySource { name, url })
            }
            _ => None,
        }
    }

    fn enclosure(&self, child: Element<'_>) -> Option<Enclosure> {
        let address = match (child.space(), child.name()) {
            (Space::Core, "enclosure") => child.attribute("url").or_else(|| child.attribute("href"))?,
            (Space::Core, "link") if relation(child) == "enclosure" => child.attribute("href")?,
            _ => return None,
        };
        let filled = |name: &str| child.attribute(name).map(str::trim).filter(|value| !value.is_empty());
        Some(Enclosure {
            url: absolute(address, child.base(self.base.as_ref()).as_ref())?,
            media_type: filled("type").map(str::to_owned),
            length: filled("length").and_then(|length| length.parse().ok()),
        })
    }
}

/// The children of an entry, sorted by what they say.
#[derive(Default)]
struct Parts<'a> {
    titles: Candidates<'a>,
    summaries: Candidates<'a>,
    contents: Candidates<'a>,
    published: Vec<(u8, Element<'a>)>,
    updated: Vec<(u8, Element<'a>)>,
    authors: Vec<String>,
    /// Counted where no author is named otherwise.
    fallback_authors: Vec<String>,
    categories: Vec<String>,
    /// Counted where there are no categories.
    keywords: Vec<String>,
}

impl<'a> Parts<'a> {
    fn take(&mut self, child: Element<'a>) {
        match (child.space(), child.name()) {
            (Space::Core, "title") => self.titles.offer(0, child),
            (Space::Dublin, "title") => self.titles.offer(1, child),
            (Space::Media | Space::Itunes, "title") => self.titles.offer(2, child),
            (Space::Core, "description" | "summary" | "tagline") => self.summaries.offer(0, child),
            (Space::Dublin, "description" | "abstract") => self.summaries.offer(1, child),
            (Space::Itunes, "summary") => self.summaries.offer(2, child),
            (Space::Itunes, "subtitle") => self.summaries.offer(3, child),
            (Space::Media, "description") => self.summaries.offer(4, child),
            (Space::Media, "group") => {
                for inner in child.children().filter(|inner| inner.name() == "description") {
                    self.summaries.offer(5, inner);
                }
            }
            (Space::Core, "content") | (Space::Content, "encoded") => self.contents.offer(0, child),
            (Space::Xhtml, "body" | "div") => self.contents.offer(1, child),
            (Space::Core, "fullitem" | "body" | "encoded") => self.contents.offer(2, child),
            (Space::Core, "published") => self.published.push((0, child)),
            (Space::Core, "pubdate") => self.published.push((1, child)),
            (Space::Core | Space::Dublin, "issued") => self.published.push((2, child)),
            (Space::Core | Space::Dublin, "created") => self.published.push((4, child)),
            (Space::Core, "updated") => self.updated.push((0, child)),
            (Space::Core | Space::Dublin, "modified") => self.updated.push((1, child)),
            (Space::Core, "lastbuilddate") => self.updated.push((3, child)),
            (Space::Core | Space::Dublin, "date") => {
                self.published.push((3, child));
                self.updated.push((2, child));
            }
            (Space::Core, "author") | (Space::Dublin, "creator" | "author") => {
                self.authors.extend(person::of_element(child));
            }
            (Space::Itunes, "author") => self.fallback_authors.extend(person::of_element(child)),
            (Space::Media | Space::Itunes, "keywords") => {
                let text = child.text().unwrap_or_default();
                self.keywords.extend(text.split(',').map(plain_line));
            }
            (Space::Core | Space::Dublin, "category" | "subject") => self.categories.extend(category_of(child)),
            (Space::Core, "tags") => {
                let text = child.text().unwrap_or_default();
                self.categories.extend(text.split(',').map(plain_line));
            }
            _ => {}
        }
    }
}

/// Elements that could give the words of one field.
#[derive(Default)]
struct Candidates<'a>(Vec<(u8, Element<'a>)>);

impl<'a> Candidates<'a> {
    fn offer(&mut self, rank: u8, element: Element<'a>) {
        self.0.push((rank, element));
    }

    /// The words of the first of the best rank that has any.
    fn first(&self, dialect: Dialect) -> Option<(Element<'a>, Wording)> {
        let mut best: Option<(u8, Element<'a>, Wording)> = None;
        for (rank, element) in &self.0 {
            if best.as_ref().is_none_or(|(held, ..)| rank < held)
                && let Some(words) = wording::of(*element, dialect)
            {
                best = Some((*rank, *element, words));
            }
        }
        best.map(|(_, element, words)| (element, words))
    }
}

/// `guid`, `atom:id`, else what the RDF says it is about, verbatim.
fn id_of(element: Element<'_>) -> Option<String> {
    let stated = |name: &str| element.child(Space::Core, name).and_then(Element::text);
    stated("guid")
        .or_else(|| stated("id"))
        .or_else(|| element.local_attribute("about").map(|about| about.trim().to_owned()))
        .or_else(|| element.child(Space::Dublin, "identifier").and_then(Element::text))
        .filter(|id| !id.is_empty())
}

fn category_of(element: Element<'_>) -> Option<String> {
    let term = element.attribute("term").or_else(|| element.attribute("label")).map(str::to_owned);
    term.or_else(|| element.text()).map(|term| plain_line(&term))
}

fn language_of(entry: Element<'_>) -> Option<String> {
    let stated = entry.child(Space::Dublin, "language").or_else(|| entry.child(Space::Core, "language"));
    stated.and_then(Element::text).or_else(|| entry.own_language().map(str::to_owned)).map(|tag| plain_line(&tag))
}

/// Each name once, in order; the second list where the first is empty.
fn distinct(names: Vec<String>, otherwise: Vec<String>) -> Vec<String> {
    let mut seen = HashSet::new();
    let names = if names.is_empty() { otherwise } else { names };
    names.into_iter().filter(|name| !name.is_empty() && seen.insert(name.clone())).collect()
}
