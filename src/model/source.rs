//! Where news comes from.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{AccountId, FeedId, NewsroomList, Service, SitemapChoice, SourceId, WatchedPart};

/// A publisher and the addresses of it that are polled.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// Short and lasting name ("prwire").
    pub id: SourceId,
    /// Name as shown ("PR Wire").
    pub name: String,
    /// Country it writes from, ISO 3166-1 alpha-2.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
    /// Language it writes in, ISO 639-1, where the articles do not tell.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// This is our own server: intervals and gaps may be as short as stated, even 0.
    #[serde(default)]
    pub own: bool,
    /// A press wire whose texts others copy: never an origin of its own beside the firm that speaks in it.
    #[serde(default)]
    pub wire: bool,
    /// The publisher allows its full text to be shown and exported (else an excerpt with a link).
    #[serde(default)]
    pub show_full_text: bool,
    /// Where the text of an article is taken from.
    #[serde(default)]
    pub fetch: FetchMode,
    /// Who rests together when one of its feeds fails or is asked to slow down; without it, what `[fetch]` says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rest_scope: Option<RestScope>,
    /// Days for which its articles are kept at all, 0 for good, else 100 or more; without it, what
    /// `retention.articles_days` says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retention_days: Option<u32>,
    /// Its polled addresses.
    #[serde(default, rename = "feed")]
    pub feeds: Vec<Feed>,
}

/// A polled address.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Feed {
    /// Short and lasting name ("prwire-tech").
    pub id: FeedId,
    /// Full address, http or https; left out where a service is named, which is then asked for `query` or `account`.
    #[serde(default)]
    pub url: String,
    /// What is found there.
    #[serde(default)]
    pub kind: FeedKind,
    /// The account whose own news this is: its name need not stand in every article.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<AccountId>,
    /// Wished-for time between polls, in minutes; never below the floor that politeness sets.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub every_minutes: Option<u32>,
    /// Not polled, history kept.
    #[serde(default)]
    pub paused: bool,
    /// Of a sitemap: which of its addresses are read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sitemap: Option<SitemapChoice>,
    /// Of a newsroom: where its list stands; found by itself where this is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub newsroom: Option<NewsroomList>,
    /// Of a watched page: its parts whose changes are news.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub watch: Vec<WatchedPart>,
    /// The service that is asked (kinds `search`, `filing`, `social`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub service: Option<Service>,
    /// What the service is asked for, in its own syntax: words, a CIK or ticker, a handle. Without it, what is known of
    /// `account`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub query: Option<String>,
    /// Language and country that a search looks in ("de-DE").
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub market: Option<String>,
    /// The page that it is the feed of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub site: Option<String>,
    /// Folders in which people keep it among other feeds, outermost first. They come with lists of feeds, and go with them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub folders: Vec<String>,
    /// Made from the watchlist by the settings of `[searches]`; in no file.
    #[serde(skip)]
    pub generated: bool,
    /// The accounts that a generated search looks for.
    #[serde(skip)]
    pub looks_for: Vec<AccountId>,
}

impl Feed {
    /// The account that speaks in this feed, so that its name need not stand there. What a search finds is told by
    /// others, and proves no firm by itself; a ticker is somebody else's at another exchange.
    #[must_use]
    pub fn speaker(&self) -> Option<&AccountId> {
        let by_ticker = || self.query.as_deref().is_some_and(|query| !query.bytes().all(|byte| byte.is_ascii_digit()));
        match self.kind {
            FeedKind::Search => None,
            FeedKind::Filing if by_ticker() => None,
            FeedKind::Social if self.query.as_deref().is_some_and(|query| query.starts_with('#')) => None,
            _ => self.account.as_ref(),
        }
    }
}

/// What is found at a polled address.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum FeedKind {
    /// RSS, Atom or JSON Feed, told apart by what comes.
    #[default]
    Rss,
    /// A news sitemap or plain sitemap, or an index of such.
    Sitemap,
    /// A page with a list of articles.
    Newsroom,
    /// A page of which parts are watched, such as prices: an entry for each change.
    Watch,
    /// What a search service finds.
    Search,
    /// Filings with an authority.
    Filing,
    /// What an account says on a social network.
    Social,
}

/// Where the text of an article is taken from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum FetchMode {
    /// The feed's own content or summary.
    #[default]
    Feed,
    /// The linked page, fetched and extracted.
    Page,
}

/// Who rests together after a fault or a request to slow down.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum RestScope {
    /// All addresses of the host.
    #[default]
    Host,
    /// All hosts of the registrable domain.
    Domain,
    /// The one address, for hosts that carry many unrelated feeds.
    Feed,
}
