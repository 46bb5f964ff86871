//! What there is to read at a site: the feeds of known services, links of a page that lead to news, and which of several
//! feeds is the one that a person wants. Pure: asking for them is not done here (R12).

use std::sync::LazyLock;

use chrono::TimeDelta;
use regex::Regex;
use serde::Serialize;
use url::Url;

use super::Parsed;
use crate::address;
use crate::model::{FeedKind, Time};
use crate::text::decode::{Declared, decode};
use crate::text::fold::fold;
use crate::text::sanitise::line_of_html;

/// So much of a page is looked through.
const PAGE: usize = 2 * 1024 * 1024;

/// More links to news than a person would look at are not told.
const MOST_LINKS: usize = 8;

/// Words by which sites name the pages of their own news, folded.
const NEWS_WORDS: &[&str] = &[
    "press",
    "news",
    "newsroom",
    "media",
    "presse",
    "presseraum",
    "pressemitteilungen",
    "neuigkeiten",
    "nachrichten",
    "aktuelles",
    "actualites",
    "actualite",
    "communiques",
    "noticias",
    "prensa",
    "sala",
    "notizie",
    "stampa",
    "comunicati",
    "nieuws",
    "pers",
    "nyheter",
    "nyheder",
    "uutiset",
    "aktualnosci",
    "imprensa",
    "releases",
    "blog",
];

/// Where feeds often are, the likeliest first: tried only where nothing is announced.
pub const COMMON_PATHS: &[&str] = &["/feed", "/rss.xml", "/atom.xml", "/feed.xml", "/index.xml", "/blog/feed"];

/// The feed that a known service has for a page of it.
#[must_use]
pub fn service_feed(page: &str) -> Option<String> {
    let url = Url::parse(page).ok()?;
    let host = url.host_str()?.trim_start_matches("www.").to_owned();
    let parts: Vec<&str> = url.path_segments()?.filter(|part| !part.is_empty()).collect();
    match (host.as_str(), parts.as_slice()) {
        ("youtube.com" | "m.youtube.com", ["channel", id, ..]) => Some(channel_feed(id)),
        ("youtube.com" | "m.youtube.com", ["playlist", ..]) => {
            let list = url.query_pairs().find(|(name, _)| name == "list")?.1.into_owned();
            Some(format!("https://www.youtube.com/feeds/videos.xml?playlist_id={list}"))
        }
        ("reddit.com" | "old.reddit.com" | "new.reddit.com", [group @ ("r" | "u" | "user"), name, ..]) => {
            Some(format!("https://www.reddit.com/{group}/{name}/.rss"))
        }
        ("github.com", [owner, name, ..]) if !matches!(*owner, "topics" | "orgs" | "sponsors" | "features") => {
            Some(format!("https://github.com/{owner}/{}/releases.atom", name.trim_end_matches(".git")))
        }
        ("bsky.app", ["profile", name, ..]) => Some(format!("https://bsky.app/profile/{name}/rss")),
        ("medium.com", [name, ..]) => Some(format!("https://medium.com/feed/{name}")),
        // Mastodon and its kin: `/@name` on any host.
        (_, [name]) if name.len() > 1 && name.starts_with('@') && !is_known(&host) && !looks_like_feed(page) => {
            Some(format!("{}/{name}.rss", url.origin().ascii_serialization()))
        }
        _ => None,
    }
}

fn is_known(host: &str) -> bool {
    matches!(host, "youtube.com" | "m.youtube.com" | "medium.com" | "tiktok.com" | "threads.net" | "threads.com")
}

fn channel_feed(id: &str) -> String {
    format!("https://www.youtube.com/feeds/videos.xml?channel_id={id}")
}

/// A link of a page that leads to news.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct NewsLink {
    /// Its full address.
    pub url: String,
    /// Its text.
    pub title: String,
}

/// What the links of a page lead to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PageLinks {
    /// Addresses that look like feeds.
    pub feeds: Vec<String>,
    /// Pages of the site that are named as its news.
    pub newsrooms: Vec<NewsLink>,
}

/// An anchor with its attributes and text. Pages are not parsed as a whole: parsers take minutes for what is nested a
/// hundred thousand deep.
static ANCHOR: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r#"(?is)<a\s[^<>]{0,2000}?\bhref\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))[^<>]{0,2000}>(.{0,500}?)</a"#)
        .ok()
});

/// The channel that a page of YouTube belongs to.
static CHANNEL: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r#"(?:"channelId":"|itemprop="(?:channelId|identifier)" content="|/channel/)(UC[\w-]{22})"#).ok()
});

/// Looks through the links of an HTML page at `base`.
#[must_use]
pub fn page_links(bytes: &[u8], content_type: Option<&str>, base: &str) -> PageLinks {
    let mut found = PageLinks::default();
    let text = decode(&bytes[..bytes.len().min(PAGE)], content_type, Declared::Html).text;
    let site = address::domain(base);
    if site.as_deref() == Some("youtube.com")
        && let Some(channel) = CHANNEL.as_ref().and_then(|channel| channel.captures(&text))
    {
        found.feeds.push(channel_feed(&channel[1]));
    }
    let Some(anchors) = &*ANCHOR else { return found };
    for anchor in anchors.captures_iter(&text) {
        let href = [1, 2, 3].into_iter().find_map(|group| anchor.get(group)).map_or("", |href| href.as_str());
        let Some(url) = address::join(base, &line_of_html(href)) else { continue };
        let url = url.split('#').next().unwrap_or_default().to_owned();
        if address::domain(&url) != site || url == base {
            continue;
        }
        if looks_like_feed(&url) {
            if found.feeds.len() < MOST_LINKS && !found.feeds.contains(&url) {
                found.feeds.push(url);
            }
            continue;
        }
        let title: String = line_of_html(&anchor[4]).chars().take(80).collect();
        let named = names_news(&title) && title.split_whitespace().count() <= 5;
        if (named || path_names_news(&url))
            && found.newsrooms.len() < MOST_LINKS
            && !found.newsrooms.iter().any(|known| known.url == url)
        {
            found.newsrooms.push(NewsLink { url, title });
        }
    }
    found
}

fn looks_like_feed(url: &str) -> bool {
    let path = Url::parse(url).map(|url| url.path().trim_end_matches('/').to_ascii_lowercase()).unwrap_or_default();
    let last = path.rsplit('/').next().unwrap_or_default();
    matches!(last, "feed" | "rss" | "atom" | "feed.xml" | "rss.xml" | "atom.xml" | "index.rdf" | "feed.json")
        || [".rss", ".atom", ".rdf"].iter().any(|ending| last.ends_with(ending))
}

fn names_news(text: &str) -> bool {
    let folded = fold(text);
    folded.split(|letter: char| !letter.is_alphanumeric()).any(|word| NEWS_WORDS.contains(&word))
}

/// The last part of the path is a news word and nothing more: `/about/press`, not `/press/2024/award`.
fn path_names_news(url: &str) -> bool {
    let Ok(url) = Url::parse(url) else { return false };
    let last = url.path().trim_matches('/').rsplit('/').next().unwrap_or_default().to_ascii_lowercase();
    !last.is_empty() && last.split('-').all(|word| NEWS_WORDS.contains(&word) || word == "room" || word == "center")
}

/// How a feed was found; the earlier, the likelier it is what the site means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum How {
    /// It is the address itself.
    Given,
    /// The service has it at a known place.
    Service,
    /// The page announces it.
    Announced,
    /// A page links to it.
    Linked,
    /// robots.txt names it.
    Robots,
    /// It stands at a common place.
    Guessed,
}

/// Something that can be polled.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Found {
    /// Its address.
    pub url: String,
    /// What it calls itself.
    pub title: Option<String>,
    /// What it is.
    pub kind: FeedKind,
    /// How it was found.
    pub how: How,
    /// Entries in it.
    pub entries: usize,
    /// When its newest entry was published.
    pub newest: Option<Time>,
    /// Entries of the last 30 days.
    pub last_30_days: usize,
    /// Most of its entries lead to the site itself.
    pub own: bool,
    /// Title or address call it news or press.
    pub named_news: bool,
    /// It holds comments of readers.
    pub comments: bool,
}

/// Describes what was read at `url` for someone who asked for `site`.
#[must_use]
pub fn describe(parsed: &Parsed, url: &str, kind: FeedKind, how: How, site: &str, now: Time) -> Found {
    let dates = || parsed.entries.iter().filter_map(|entry| entry.published.or(entry.updated)).filter(|at| *at <= now);
    let domain = address::domain(site);
    let own = parsed.entries.iter().filter(|entry| entry.link.as_deref().and_then(address::domain) == domain).count();
    let title = parsed.feed.title.clone();
    let about = format!("{} {url}", title.as_deref().unwrap_or_default()).to_lowercase();
    Found {
        url: url.to_owned(),
        kind,
        how,
        entries: parsed.entries.len(),
        newest: dates().max(),
        last_30_days: dates().filter(|at| now - *at <= TimeDelta::days(30)).count(),
        own: own * 2 > parsed.entries.len(),
        named_news: names_news(&about),
        comments: ["comment", "kommentar", "comentario"].iter().any(|word| about.contains(word)),
        title,
    }
}

/// Puts what is most worth polling first: what has entries before what is empty, news before comments, feeds before
/// sitemaps, what is fresh, what is the site's own news, what was announced before what was guessed.
pub fn rank(found: &mut [Found]) {
    found.sort_by_key(|found| {
        let worth = (found.entries > 0, !found.comments, found.kind == FeedKind::Rss);
        let fresh = (found.last_30_days > 0, found.how <= How::Service, found.own && found.named_news, found.own);
        (std::cmp::Reverse((worth, fresh)), found.how)
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r12_pages_of_services_have_known_feeds() {
        for (page, feed) in [
            (
                "https://www.youtube.com/channel/UCabc/videos",
                Some("https://www.youtube.com/feeds/videos.xml?channel_id=UCabc"),
            ),
            ("https://www.reddit.com/r/rust/", Some("https://www.reddit.com/r/rust/.rss")),
            ("https://github.com/acme/robot.git", Some("https://github.com/acme/robot/releases.atom")),
            ("https://bsky.app/profile/acme.example", Some("https://bsky.app/profile/acme.example/rss")),
            ("https://social.example/@acme", Some("https://social.example/@acme.rss")),
            ("https://www.youtube.com/@acme", None),
            ("https://github.com/acme", None),
            ("https://acme.example/news", None),
            ("nonsense", None),
        ] {
            assert_eq!(service_feed(page).as_deref(), feed, "{page}");
        }
    }

    #[test]
    fn r12_links_lead_to_feeds_and_newsrooms_of_the_site_itself() {
        let page = "<a class=x href='/about/press'>For journalists</a><a href=\"/aktuell\"><b>Pr&auml;sse</b></a>\
                    <a href=https://blog.acme.example/feed/>RSS</a><a href='/fr/a'>Actualités</a><a href='/product'>Robots</a>\
                    <a href='https://other.example/news'>News</a><a href='/press/2024/award'>We won an award for our robots</a>";
        let links = page_links(page.as_bytes(), Some("text/html; charset=utf-8"), "https://www.acme.example/");
        let urls: Vec<_> = links.newsrooms.iter().map(|link| link.url.as_str()).collect();
        assert_eq!(urls, ["https://www.acme.example/about/press", "https://www.acme.example/fr/a"]);
        assert_eq!(links.feeds, ["https://blog.acme.example/feed/"]);
        let channel = "<meta itemprop=\"identifier\" content=\"UC0123456789abcdefghijkl\">";
        let links = page_links(channel.as_bytes(), None, "https://www.youtube.com/@acme");
        assert_eq!(links.feeds, [channel_feed("UC0123456789abcdefghijkl")]);
    }

    #[test]
    fn r12_the_best_comes_first() {
        let base = Found {
            url: String::new(),
            title: None,
            kind: FeedKind::Rss,
            how: How::Announced,
            entries: 10,
            newest: None,
            last_30_days: 5,
            own: true,
            named_news: true,
            comments: false,
        };
        let named = |url: &str, found: Found| Found { url: url.to_owned(), ..found };
        let mut found = [
            named("empty", Found { entries: 0, last_30_days: 0, ..base.clone() }),
            named("comments", Found { comments: true, ..base.clone() }),
            named("sitemap", Found { kind: FeedKind::Sitemap, how: How::Robots, ..base.clone() }),
            named("stale", Found { last_30_days: 0, ..base.clone() }),
            named("guessed", Found { how: How::Guessed, ..base.clone() }),
            named("best", base),
        ];
        rank(&mut found);
        let order: Vec<_> = found.iter().map(|found| found.url.as_str()).collect();
        assert_eq!(order, ["best", "guessed", "stale", "sitemap", "comments", "empty"]);
    }
}
