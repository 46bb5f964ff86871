//! Gather: from a waiting entry (and its page, where the source asks for that) to an article. No transaction is open.

use chrono::TimeDelta;

use super::Engine;
use crate::address;
use crate::config::Config;
use crate::extract::{self, Page};
use crate::feed::service;
use crate::fetch::{Fetched, Outcome};
use crate::model::{
    Article, ArticleId, DateOrigin, Entry, EvidenceLevel, Feed, FeedKind, FetchMode, Source, SourceId, Time, id,
};
use crate::store::entries::UnreadEntry;
use crate::store::{StoreError, articles};
use crate::text::{binary, language, sanitise};

/// Dates before this are mistakes of the publisher's clock (the World Wide Web was not yet public).
const FIRST_PLAUSIBLE_YEAR: i64 = 662_688_000; // 1991-01-01T00:00:00Z

/// What gathering came to.
#[derive(Debug)]
pub enum Gathered {
    /// An article, with a remark where it had to be made of less than was asked for.
    Article(Box<Article>, Option<String>),
    /// A search found what was read already.
    Known(ArticleId),
    /// Not now: try again at this time, for this reason.
    Later(Time, String),
}

/// How often a page is tried before the feed's own words have to do.
const PAGE_ATTEMPTS: u32 = 3;

/// Makes an article of an entry.
pub async fn gather(engine: &Engine, source: &Source, feed: &Feed, unread: &UnreadEntry) -> Gathered {
    if feed.kind == FeedKind::Search {
        match known_address(engine, &unread.entry).await {
            Ok(Some(known)) => return Gathered::Known(known),
            Ok(None) => {}
            Err(why) => return Gathered::Later(engine.now() + TimeDelta::minutes(1), why.to_string()),
        }
    }
    let page = match (text_from(source, feed, &unread.entry), unread.entry.link.as_deref()) {
        (FetchMode::Page, Some(link)) if !service::leads_to_page(link) => PageResult::NotAsked,
        (FetchMode::Page, Some(link)) => fetch_page(engine, source, link, unread.attempts).await,
        (FetchMode::Page, None) => PageResult::Without("the entry has no link: only the feed's own text".to_owned()),
        (FetchMode::Feed, _) => PageResult::NotAsked,
    };
    match page {
        PageResult::Later(at, why) => Gathered::Later(at, why),
        PageResult::NotAsked => article(engine, source, feed, unread, None, None),
        PageResult::Without(why) => article(engine, source, feed, unread, None, Some(why)),
        PageResult::Page(page) => {
            let remark = page.text.trim().is_empty().then(|| "the page has no readable text".to_owned());
            article(engine, source, feed, unread, Some(&page), remark)
        }
    }
}

/// Where the text of an entry is: what changed on a watched page stands in the entry alone; what has no title, as in plain
/// sitemaps, stands on its page alone.
fn text_from(source: &Source, feed: &Feed, entry: &Entry) -> FetchMode {
    match feed.kind {
        FeedKind::Watch => FetchMode::Feed,
        FeedKind::Sitemap | FeedKind::Newsroom if entry.title.is_none() => FetchMode::Page,
        _ => source.fetch,
    }
}

fn article(
    engine: &Engine,
    source: &Source,
    feed: &Feed,
    unread: &UnreadEntry,
    page: Option<&Page>,
    remark: Option<String>,
) -> Gathered {
    let mut article = compose(source, feed, unread, page);
    if feed.kind == FeedKind::Search {
        // A search has no publisher of its own: the article is that of whoever wrote it.
        article.source = source_of_domain(&engine.config(), article.publisher_domain.as_deref());
    }
    Gathered::Article(Box::new(article), remark)
}

/// The configured source that publishes under this domain.
fn source_of_domain(config: &Config, domain: Option<&str>) -> Option<SourceId> {
    let published = |feed: &Feed| feed.service.is_none() && address::domain(&feed.url).as_deref() == domain;
    let mut sources = config.sources.iter().filter(|_| domain.is_some());
    sources.find(|source| source.feeds.iter().any(published)).map(|source| source.id.clone())
}

/// The article that was read at the address of an entry, by whatever feed.
async fn known_address(engine: &Engine, entry: &Entry) -> Result<Option<ArticleId>, StoreError> {
    let Some(address) = entry.link.as_deref().and_then(address::canonical) else { return Ok(None) };
    let id = ArticleId::of_key(&address);
    let known = articles::known(&mut engine.store.read().await?, &id).await?;
    Ok(known.map(|_| id))
}

enum PageResult {
    Page(Box<Page>),
    NotAsked,
    Without(String),
    Later(Time, String),
}

async fn fetch_page(engine: &Engine, source: &Source, link: &str, attempts: u32) -> PageResult {
    match engine.fetcher.page(link, source.own).await {
        Outcome::Fresh(fetched) => match binary::describe(&fetched.body) {
            Some(what) => PageResult::Without(format!("the link leads to {what}, not to a page")),
            None => PageResult::Page(Box::new(read_page(engine, link, &fetched).await)),
        },
        Outcome::Limited { until, why, .. } => PageResult::Later(until, why),
        Outcome::Failed { transient: true, why, .. } if attempts < PAGE_ATTEMPTS => {
            PageResult::Later(engine.now() + TimeDelta::minutes(15 << attempts.min(6)), why)
        }
        Outcome::Failed { why, .. } | Outcome::Refused(why) => PageResult::Without(why),
        Outcome::Gone => PageResult::Without("the page is gone (410)".to_owned()),
        Outcome::Unchanged { .. } => {
            PageResult::Without("the page answered 304 to an unconditional request".to_owned())
        }
    }
}

/// Extraction works for milliseconds on end, so it leaves the threads that serve connections.
async fn read_page(engine: &Engine, link: &str, fetched: &Fetched) -> Page {
    let (body, content_type) = (fetched.body.clone(), fetched.content_type.clone());
    let url = fetched.url.to_string();
    let settings = engine.settings().extract.clone();
    let restricted = fetched.restricted.clone();
    let read =
        tokio::task::spawn_blocking(move || extract::extract(&body, content_type.as_deref(), Some(&url), &settings));
    let mut page = read.await.unwrap_or_default();
    if page.restricted.is_none() {
        page.restricted = restricted;
    }
    if page.canonical_url.is_none() {
        page.canonical_url = Some(link.to_owned());
    }
    page
}

/// Puts entry and page together: the entry knows its title and date best, the page its text and address.
fn compose(source: &Source, feed: &Feed, unread: &UnreadEntry, page: Option<&Page>) -> Article {
    let entry = &unread.entry;
    let url = address_of(entry, page);
    // Each change of a watched page is an article of its own, though all have its address.
    let own_address = url.clone().filter(|_| feed.kind != FeedKind::Watch);
    let key = own_address.unwrap_or_else(|| format!("{}#{}", unread.feed, unread.key));
    let title = entry
        .title
        .clone()
        .filter(|title| !title.trim().is_empty())
        .or_else(|| page.and_then(|page| page.title.clone()))
        .unwrap_or_default();
    let restricted = page.is_some_and(|page| page.restricted.is_some());
    let (text, level) = text_of(entry, page, restricted);
    let (published, published_from) = date_of(entry, page, unread.first_seen);
    let (publisher, publisher_domain) = publisher_of(source, feed, entry, url.as_deref());
    let language = page.and_then(|page| page.language.clone()).or_else(|| {
        let stated = entry.language.as_deref().or(source.language.as_deref()).map(primary_tag);
        language::detect_as_stated(&format!("{title}\n{text}"), stated.as_deref())
    });
    Article {
        id: ArticleId::of_key(&key),
        key,
        version: 1,
        content_hash: id::content_hash(&[&title, &text]),
        url: url.or_else(|| entry.link.clone()),
        title,
        text,
        level,
        language,
        source: Some(source.id.clone()),
        publisher: Some(publisher),
        publisher_domain: Some(publisher_domain),
        feed: Some(feed.id.clone()),
        byline: page.map(|page| page.byline.clone()).filter(|names| !names.is_empty()).unwrap_or(entry.authors.clone()),
        published,
        published_from,
        first_seen: unread.first_seen,
        restricted,
        paywalled: page.is_some_and(|page| page.paywalled == Some(true)),
    }
}

/// The article's canonical address. A page that calls a whole site its address (a known fault of templates) is not
/// believed.
fn address_of(entry: &Entry, page: Option<&Page>) -> Option<String> {
    let link = entry.link.as_deref().and_then(address::canonical);
    let stated = page.and_then(|page| page.canonical_url.as_deref()).and_then(address::canonical);
    match (stated, link) {
        (Some(stated), Some(link)) => {
            let same_site = address::domain(&stated) == address::domain(&link) && address::host(&stated).is_some();
            let whole_site = stated.trim_end_matches('/').matches('/').count() <= 2;
            Some(if same_site && !whole_site { stated } else { link })
        }
        (stated, link) => stated.or(link),
    }
}

/// The text and how much of the report it is. Where the publisher forbids keeping it, nothing is kept.
fn text_of(entry: &Entry, page: Option<&Page>, restricted: bool) -> (String, EvidenceLevel) {
    if restricted {
        return (String::new(), EvidenceLevel::HeadlineOnly);
    }
    if let Some(page) = page.filter(|page| !page.text.trim().is_empty()) {
        return (page.text.clone(), EvidenceLevel::FullText);
    }
    extract::from_feed(entry.content.as_deref(), entry.summary.as_deref())
}

/// When it was published: the entry's word, else the page's, else the time of first sight; never in the future.
fn date_of(entry: &Entry, page: Option<&Page>, first_seen: Time) -> (Time, DateOrigin) {
    let plausible = |at: &Time| at.timestamp() >= FIRST_PLAUSIBLE_YEAR;
    let told = entry.published.or(entry.updated).filter(plausible).map(|at| (at, DateOrigin::Feed));
    let shown = page.and_then(|page| Some((page.published_at.filter(plausible)?, page.published_from?)));
    match told.or(shown) {
        Some((at, from)) => (at.min(first_seen), from),
        None => (first_seen, DateOrigin::FirstSeen),
    }
}

/// Name and registrable domain of who published it: an aggregator's word for the publisher counts above its own name.
fn publisher_of(source: &Source, feed: &Feed, entry: &Entry, url: Option<&str>) -> (String, String) {
    let told = entry.source.as_ref();
    let of_search = || (feed.kind == FeedKind::Search).then(|| url.and_then(address::domain)).flatten();
    let name = told.and_then(|told| told.name.clone()).or_else(of_search).unwrap_or_else(|| source.name.clone());
    let domain = told
        .and_then(|told| told.url.as_deref())
        .and_then(address::domain)
        .or_else(|| url.and_then(address::domain))
        .or_else(|| address::domain(&feed.url))
        .unwrap_or_else(|| source.id.0.clone());
    (sanitise::plain_line(&name), domain)
}

fn primary_tag(tag: &str) -> String {
    tag.split(['-', '_']).next().unwrap_or(tag).to_ascii_lowercase()
}
