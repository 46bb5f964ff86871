//! The fetcher: asks for feeds and pages.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use http::header::{self, HeaderMap, HeaderName, HeaderValue};
use url::Url;

use super::judge::{Asked, FEED_DELTA, Judge};
use super::line::Lines;
use super::outcome::{FeedRequest, Outcome};
use super::robots_cache::RobotsCache;
use super::settings::Settings;
use super::shared::SharedTurns;
use super::walk::{Cap, Errand, MOST_REDIRECTS, Manners};
use crate::model::{Clock, HostBackoff, Time};
use crate::net;

/// What we would rather have of a feed.
const FEED_TYPES: &str = "application/atom+xml, application/rss+xml, application/feed+json, application/xml;q=0.9, \
                          text/xml;q=0.9, */*;q=0.5";

/// What we would rather have of a page.
const PAGE_TYPES: &str = "text/html, application/xhtml+xml, */*;q=0.5";

/// Which forms of changes we understand (RFC 3229, section 10.5.3).
const A_IM: HeaderName = HeaderName::from_static("a-im");

/// Asks for feeds and pages, politely. One for the whole program: politeness is a matter of all requests together.
pub struct Fetcher {
    pub(super) wire: net::Client,
    pub(super) settings: Settings,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) lines: Lines,
    pub(super) judge: Judge,
    pub(super) robots: RobotsCache,
    pub(super) shared: Option<Arc<dyn SharedTurns>>,
}

impl Fetcher {
    /// A fetcher that dials through `wire` and waits by `clock`.
    #[must_use]
    pub fn new(wire: net::Client, settings: Settings, clock: Arc<dyn Clock>) -> Self {
        let judge = Judge::new(&settings);
        let lines = Lines::new(gap(&settings), Arc::clone(&clock));
        Self { wire, settings, clock, lines, judge, robots: RobotsCache::default(), shared: None }
    }

    /// The same, beside other processes that ask the same hosts: the turns of all are kept in one place (R24).
    #[must_use]
    pub fn sharing(self, turns: Arc<dyn SharedTurns>) -> Self {
        Self { shared: Some(turns), ..self }
    }

    /// Remembers which hosts rest: what earlier outcomes gave to be kept over a restart.
    pub fn restore(&self, resting: Vec<HostBackoff>) {
        self.judge.restore(resting);
    }

    /// Leaves a host alone for at least so many seconds between two requests, as the service there asks.
    pub fn slow(&self, host: &str, seconds: f64) {
        self.lines.slow(host, seconds);
    }

    /// Lets the server at an address rest until then, as it asked in words that only its reader understands; to be kept
    /// over a restart. Nothing where the address is none.
    pub fn rest(&self, address: &str, until: Time, why: &str) -> Option<HostBackoff> {
        Some(self.judge.asked(&Url::parse(address).ok()?, until, self.clock.now(), why))
    }

    /// Asks for a feed, conditionally where it gave validators. What comes back need not be a feed.
    pub async fn feed(&self, request: &FeedRequest) -> Outcome {
        self.again(request, FEED_TYPES, false).await
    }

    /// Asks for a page that is polled like a feed, where its site's robots.txt gives leave, conditionally where it gave
    /// validators.
    pub async fn polled_page(&self, request: &FeedRequest) -> Outcome {
        self.again(request, PAGE_TYPES, true).await
    }

    async fn again(&self, request: &FeedRequest, types: &'static str, ask_robots: bool) -> Outcome {
        let mut headers = self.headers();
        headers.insert(header::ACCEPT, HeaderValue::from_static(types));
        let conditions = [
            (header::IF_NONE_MATCH, &request.validators.etag),
            (header::IF_MODIFIED_SINCE, &request.validators.last_modified),
        ];
        let mut conditional = false;
        for (name, value) in conditions {
            let value = value.as_ref().and_then(|value| HeaderValue::from_bytes(value.as_bytes()).ok());
            if let Some(value) = value {
                headers.insert(name, value);
                conditional = true;
            }
        }
        if !ask_robots && headers.contains_key(header::IF_NONE_MATCH) {
            // Only the changes, please; without an entity tag to count from that makes no sense (RFC 3229, section 10.5.3).
            headers.insert(A_IM, HeaderValue::from_static(FEED_DELTA));
        }
        let manners = Manners { own: request.own, rest_scope: request.rest_scope, ask_robots };
        self.get(&request.url, headers, manners, conditional).await
    }

    /// Asks for a page, where its site's robots.txt gives leave.
    pub async fn page(&self, link: &str, own: bool) -> Outcome {
        let mut headers = self.headers();
        headers.insert(header::ACCEPT, HeaderValue::from_static(PAGE_TYPES));
        self.get(link, headers, Manners { own, rest_scope: None, ask_robots: true }, false).await
    }

    async fn get(&self, address: &str, headers: HeaderMap, manners: Manners, conditional: bool) -> Outcome {
        let mut url = match Url::parse(address) {
            Ok(url) => url,
            Err(error) => {
                let why = format!("not an address: {error}");
                return Outcome::Failed { transient: false, why, backoff: None };
            }
        };
        url.set_fragment(None);
        let cap = Cap::Whole(self.settings.max_body_bytes.max(1));
        let asked = Asked { conditional, delta: headers.contains_key(A_IM) };
        let errand = Errand { headers, manners, redirects: MOST_REDIRECTS, cap };
        match self.walk(url, &errand).await {
            Ok(arrival) => self.judge.read(arrival, asked, self.clock.now()),
            Err(stop) => stop.into(),
        }
    }

    /// Header fields of every request.
    pub(super) fn headers(&self) -> HeaderMap {
        let mut headers = HeaderMap::new();
        if let Ok(name) = HeaderValue::from_str(&self.settings.user_agent_field()) {
            headers.insert(header::USER_AGENT, name);
        }
        headers
    }
}

impl fmt::Debug for Fetcher {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Fetcher").field("settings", &self.settings).finish_non_exhaustive()
    }
}

/// The least gap between two requests to a host that is not our own: a second, whatever is configured.
fn gap(settings: &Settings) -> Duration {
    Duration::from_secs(settings.gap_seconds.max(1))
}
