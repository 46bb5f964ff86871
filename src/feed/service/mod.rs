//! Services that are asked by name: what is asked of each (words → address), what it answers (bytes → entries), and how
//! often it may be asked. One file for each service.
//!
//! Nothing here makes a request. A service changes without notice, so that every reader tells four things apart: nothing
//! was found; the service wants to be asked less; it sent a page instead of an answer; its format is no longer the one
//! that this was written for.

mod bing_news;
mod bluesky;
mod bridge;
mod edgar;
mod edgar_items;
mod gdelt;
mod google_news;
mod hacker_news;
mod handle;
mod language;
mod mastodon;
mod plan;
mod query;
mod reddit;
mod resolve;
mod settings;
#[cfg(test)]
mod tests;
mod trouble;
mod youtube;

pub(super) use bridge::without_errors;
pub use handle::{Handle, handle};
pub use language::Market;
pub use plan::{Planned, Wanted, plan};
pub use query::query_of;
pub use resolve::{leads_to_page, resolve};
pub use settings::{Settings, Tiers};
pub use trouble::RATE_LIMITED;

use url::Url;

use super::Parsed;
use crate::model::{FetchMode, Service};

/// What a service bears. Where its documentation is silent, what others report to work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The least time between two polls of one address, minutes.
    pub least_minutes: u32,
    /// Seconds between two requests of any kind.
    pub gap_seconds: u32,
    /// The longest query, characters.
    pub most_characters: usize,
    /// The most words in a query.
    pub most_words: usize,
    /// Names of several accounts can be asked for together (OR).
    pub together: bool,
}

/// What is asked of a service.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ask {
    /// Where the service is, without a slash at the end; none is the service's own address.
    pub base: Option<String>,
    /// Words in the syntax of the service, a number or a handle.
    pub query: String,
    /// Language and country to look in, where the service knows such a thing.
    pub market: Option<Market>,
    /// How many days back are of interest.
    pub days: u32,
}

/// What a service bears.
#[must_use]
pub fn limits(service: Service) -> Limits {
    match service {
        Service::GoogleNews => google_news::LIMITS,
        Service::BingNews => bing_news::LIMITS,
        Service::Gdelt => gdelt::LIMITS,
        Service::HackerNews => hacker_news::LIMITS,
        Service::Reddit => reddit::LIMITS,
        Service::Edgar => edgar::LIMITS,
        Service::Mastodon => mastodon::LIMITS,
        Service::Bluesky => bluesky::LIMITS,
        Service::Youtube => youtube::LIMITS,
    }
}

/// The address to ask a service at.
///
/// # Errors
/// What is wrong with the query, lower case, no full stop.
pub fn address(service: Service, ask: &Ask) -> Result<String, String> {
    let url = match service {
        Service::GoogleNews => google_news::address(ask),
        Service::BingNews => bing_news::address(ask),
        Service::Gdelt => gdelt::address(ask),
        Service::HackerNews => hacker_news::address(ask),
        Service::Reddit => reddit::address(ask),
        Service::Edgar => edgar::address(ask),
        Service::Mastodon => mastodon::address(ask),
        Service::Bluesky => bluesky::address(ask),
        Service::Youtube => youtube::address(ask),
    }?;
    Ok(url.to_string())
}

/// Reads what a service answered. See [`super::parse_as`].
#[must_use]
pub fn read(service: Service, bytes: &[u8], content_type: Option<&str>, base: Option<&str>) -> Parsed {
    let answer = Answer { service, bytes, content_type, base };
    match service {
        Service::GoogleNews => google_news::read(&answer),
        Service::BingNews => bing_news::read(&answer),
        Service::Gdelt => gdelt::read(&answer),
        Service::HackerNews => hacker_news::read(&answer),
        Service::Reddit => reddit::read(&answer),
        Service::Edgar => edgar::read(&answer),
        Service::Mastodon => mastodon::read(&answer),
        Service::Bluesky => bluesky::read(&answer),
        Service::Youtube => youtube::read(&answer),
    }
}

/// Where the text of what a service finds is taken from.
#[must_use]
pub fn fetch_mode(service: Service) -> FetchMode {
    match service {
        Service::BingNews | Service::Gdelt | Service::HackerNews | Service::Reddit => FetchMode::Page,
        // Google's links hide the page; the others say themselves what they have to say.
        _ => FetchMode::Feed,
    }
}

/// The service whose answers come from this address, where it is one that needs a reading of its own.
#[must_use]
pub fn of_address(address: &str) -> Option<Service> {
    let url = Url::parse(address).ok()?;
    let (host, path) = (url.host_str()?, url.path());
    match host.strip_prefix("www.").unwrap_or(host) {
        "news.google.com" if path.starts_with("/rss/") => Some(Service::GoogleNews),
        "bing.com" if path == "/news/search" => Some(Service::BingNews),
        "api.gdeltproject.org" if path == "/api/v2/doc/doc" => Some(Service::Gdelt),
        "hn.algolia.com" if path.starts_with("/api/v1/search") => Some(Service::HackerNews),
        "reddit.com" | "old.reddit.com" if path.rsplit('.').next() == Some("rss") => Some(Service::Reddit),
        "data.sec.gov" if path.starts_with("/submissions/") => Some(Service::Edgar),
        "sec.gov" if path.starts_with("/cgi-bin/browse-edgar") => Some(Service::Edgar),
        "bsky.app" if path.ends_with("/rss") => Some(Service::Bluesky),
        "youtube.com" if path == "/feeds/videos.xml" => Some(Service::Youtube),
        _ => None,
    }
}

/// Host of the service itself: the pause between requests holds there, not at a stand-in that the operator runs.
#[must_use]
pub fn is_own_host(service: Service, host: &str) -> bool {
    let own: &[&str] = match service {
        Service::GoogleNews => &["news.google.com"],
        Service::BingNews => &["www.bing.com"],
        Service::Gdelt => &["api.gdeltproject.org"],
        Service::HackerNews => &["hn.algolia.com"],
        Service::Reddit => &["www.reddit.com"],
        Service::Edgar => &["data.sec.gov", "www.sec.gov"],
        Service::Bluesky => &["bsky.app"],
        Service::Youtube => &["www.youtube.com"],
        Service::Mastodon => &[],
    };
    own.contains(&host)
}

/// What a service answered.
struct Answer<'a> {
    service: Service,
    bytes: &'a [u8],
    content_type: Option<&'a str>,
    base: Option<&'a str>,
}

impl Answer<'_> {
    /// The answer as RSS or Atom; not understood, in words about the service, where it is none.
    fn feed(&self) -> Parsed {
        let parsed = super::parse(self.bytes, self.content_type, self.base);
        if parsed.understood { parsed } else { self.trouble() }
    }

    /// Why the answer is none.
    fn trouble(&self) -> Parsed {
        let (text, warnings) = super::text_of(self.bytes, self.content_type);
        Parsed::not_understood(trouble::of(self.service, &text), warnings)
    }

    /// An answer in which something is not where it always was.
    fn changed(&self, what: &str) -> Parsed {
        Parsed::not_understood(trouble::changed(self.service, what), Vec::new())
    }

    /// The answer as JSON.
    fn json(&self) -> Option<serde_json::Value> {
        let (text, _) = super::text_of(self.bytes, self.content_type);
        serde_json::from_str(text.trim()).ok()
    }
}

/// The address of a service, or of its stand-in, with a path below it.
fn at(ask: &Ask, own: &str, path: &str) -> Result<Url, String> {
    let base = ask.base.as_deref().unwrap_or(own).trim_end_matches('/');
    Url::parse(&format!("{base}{path}")).map_err(|error| format!("`{base}{path}` is no address: {error}"))
}

/// Trimmed and filled.
fn words(ask: &Ask) -> Result<&str, String> {
    let query = ask.query.trim();
    if query.is_empty() { Err("there is nothing to ask for".to_owned()) } else { Ok(query) }
}
