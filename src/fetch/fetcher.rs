//! The fetcher: asks for feeds and pages.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use http::StatusCode;
use http::header::{self, HeaderMap, HeaderName, HeaderValue};
use url::Url;

use super::line::Lines;
use super::link_field::push_links;
use super::outcome::{FeedRequest, Fetched, Outcome};
use super::rest::Rests;
use super::robots_cache::RobotsCache;
use super::settings::Settings;
use super::shared::SharedTurns;
use super::walk::{Arrival, Cap, Errand, MOST_REDIRECTS, Manners};
use super::{answer, restriction};
use crate::model::{Clock, HostBackoff, Time};
use crate::net;

/// What we would rather have of a feed.
const FEED_TYPES: &str = "application/atom+xml, application/rss+xml, application/feed+json, application/xml;q=0.9, \
                          text/xml;q=0.9, */*;q=0.5";

/// What we would rather have of a page.
const PAGE_TYPES: &str = "text/html, application/xhtml+xml, */*;q=0.5";

/// Which forms of changes we understand (RFC 3229, section 10.5.3).
const A_IM: HeaderName = HeaderName::from_static("a-im");

/// In which form the changes of an answer are (RFC 3229, section 10.5.2).
const IM: HeaderName = HeaderName::from_static("im");

/// Changes of a feed: only the entries that are new or changed
/// (<https://www.iana.org/assignments/inst-man-values/inst-man-values.xhtml>).
const FEED_DELTA: &str = "feed";

/// Asks for feeds and pages, politely. One for the whole program: politeness is a matter of all requests together.
pub struct Fetcher {
    pub(super) wire: net::Client,
    pub(super) settings: Settings,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) lines: Lines,
    pub(super) rests: Rests,
    pub(super) robots: RobotsCache,
    pub(super) shared: Option<Arc<dyn SharedTurns>>,
}

impl Fetcher {
    /// A fetcher that dials through `wire` and waits by `clock`.
    #[must_use]
    pub fn new(wire: net::Client, settings: Settings, clock: Arc<dyn Clock>) -> Self {
        let rests = Rests::new(&settings);
        let lines = Lines::new(gap(&settings), Arc::clone(&clock));
        Self { wire, settings, clock, lines, rests, robots: RobotsCache::default(), shared: None }
    }

    /// The same, beside other processes that ask the same hosts: the turns of all are kept in one place (R24).
    #[must_use]
    pub fn sharing(self, turns: Arc<dyn SharedTurns>) -> Self {
        Self { shared: Some(turns), ..self }
    }

    /// Remembers which hosts rest: what earlier outcomes gave to be kept over a restart.
    pub fn restore(&self, resting: Vec<HostBackoff>) {
        self.rests.restore(resting);
    }

    /// Leaves a host alone for at least so many seconds between two requests, as the service there asks.
    pub fn slow(&self, host: &str, seconds: f64) {
        self.lines.slow(host, seconds);
    }

    /// Lets the server at an address rest until then, as it asked in words that only its reader understands; to be kept
    /// over a restart. Nothing where the address is none.
    pub fn rest(&self, address: &str, until: Time, why: &str) -> Option<HostBackoff> {
        Some(self.rests.asked(&Url::parse(address).ok()?, None, until, why))
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
            Err(error) => return failed(false, format!("not an address: {error}")),
        };
        url.set_fragment(None);
        let cap = Cap::Whole(self.settings.max_body_bytes.max(1));
        let delta = headers.contains_key(A_IM);
        let errand = Errand { headers, manners, redirects: MOST_REDIRECTS, cap };
        match self.walk(url, &errand).await {
            Ok(arrival) => self.read(arrival, conditional, delta),
            Err(stop) => stop.into(),
        }
    }

    /// What an answer comes to. Overload and faults of the server were dealt with on the way.
    fn read(&self, arrival: Arrival, conditional: bool, delta: bool) -> Outcome {
        let Arrival { mut url, status, headers, body, moved } = arrival;
        let host = url.host_str().unwrap_or_default();
        let http = answer::hints(status, &headers, self.clock.now());
        match status {
            StatusCode::IM_USED if !delta => failed(false, format!("{host} answered {status} without being asked to")),
            StatusCode::IM_USED if !is_feed_delta(&headers) => {
                failed(false, format!("{host} answered {status} with changes in a form not asked for"))
            }
            StatusCode::OK | StatusCode::NON_AUTHORITATIVE_INFORMATION | StatusCode::IM_USED => {
                // The client removes this field from what it could decompress.
                if let Some(coding) = answer::text(&headers, &header::CONTENT_ENCODING)
                    && !coding.trim().eq_ignore_ascii_case("identity")
                {
                    return failed(false, format!("{host} compressed its answer in a way not asked for ({coding})"));
                }
                let moved_to = moved.then(|| url.to_string());
                let links = Box::new(push_links(&headers, &url));
                // The address goes on into articles; a password must not. Both fail only where there is none.
                let _ = url.set_username("");
                let _ = url.set_password(None);
                Outcome::Fresh(Fetched {
                    content_type: answer::text(&headers, &header::CONTENT_TYPE),
                    validators: answer::validators(&headers),
                    restricted: restriction::restriction(&headers, self.settings.robots_name()),
                    url,
                    body,
                    only_new: status == StatusCode::IM_USED,
                    http,
                    moved_to,
                    links,
                })
            }
            StatusCode::NOT_MODIFIED if conditional => Outcome::Unchanged { http },
            StatusCode::NOT_MODIFIED => failed(true, format!("{host} answered {status} to an unconditional request")),
            StatusCode::GONE => Outcome::Gone,
            StatusCode::REQUEST_TIMEOUT | StatusCode::TOO_EARLY => failed(true, format!("{host} answered {status}")),
            _ => failed(false, format!("{host} answered {status}")),
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

/// Whether the changes are in the form we asked for, and in no further one on top of it.
fn is_feed_delta(headers: &HeaderMap) -> bool {
    let told = answer::text(headers, &IM).unwrap_or_default();
    told.split(';').next().is_some_and(|form| form.trim().eq_ignore_ascii_case(FEED_DELTA))
}

fn failed(transient: bool, why: String) -> Outcome {
    Outcome::Failed { transient, why, backoff: None }
}
