//! One exchange from the first request over its redirects to the answer, within one deadline.

use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, StatusCode, header};
use tokio::time::Instant;
use url::Url;

use super::answer;
use super::fetcher::Fetcher;
use super::outcome::Outcome;
use crate::model::{HostBackoff, Time};
use crate::net;

/// The most redirects that are followed.
pub(super) const MOST_REDIRECTS: usize = 10;

/// What to ask for and how.
#[derive(Clone, Debug)]
pub(super) struct Errand {
    /// Header fields, the same at each hop.
    pub(super) headers: HeaderMap,
    /// It is our own server: no gap.
    pub(super) own: bool,
    /// Each hop needs the leave of its site's robots.txt.
    pub(super) ask_robots: bool,
    /// The most redirects that are followed.
    pub(super) redirects: usize,
    /// How much of a body is read.
    pub(super) cap: Cap,
}

/// How much of a body is read, bytes after decompression.
#[derive(Clone, Copy, Debug)]
pub(super) enum Cap {
    /// A longer body is an error.
    Whole(usize),
    /// A longer body is cut.
    Start(usize),
}

/// Where the way ended.
#[derive(Debug)]
pub(super) struct Arrival {
    pub(super) url: Url,
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    /// Empty where the answer is no success.
    pub(super) body: Bytes,
    /// Every hop was permanent, and there was one.
    pub(super) moved: bool,
}

/// Why there is no answer to read.
#[derive(Debug)]
pub(super) enum Stop {
    Limited { until: Time, why: String, backoff: Option<HostBackoff> },
    Refused(String),
    Failed { transient: bool, why: String, backoff: Option<HostBackoff> },
    TooManyRedirects(usize),
}

impl From<Stop> for Outcome {
    fn from(stop: Stop) -> Self {
        match stop {
            Stop::Limited { until, why, backoff } => Self::Limited { until, why, backoff },
            Stop::Refused(why) => Self::Refused(why),
            Stop::Failed { transient, why, backoff } => Self::Failed { transient, why, backoff },
            Stop::TooManyRedirects(most) => {
                Self::Failed { transient: false, why: format!("more than {most} redirects"), backoff: None }
            }
        }
    }
}

impl Fetcher {
    /// Asks for `start` and follows its redirects.
    ///
    /// # Errors
    /// Where no answer comes that is worth reading: refused, resting, failed, or too many redirects.
    pub(super) async fn walk(&self, start: Url, errand: &Errand) -> Result<Arrival, Stop> {
        let mut budget = self.deadline();
        let (mut url, mut permanent) = (start, true);
        for hop in 0..=errand.redirects {
            self.wire.check(&url).map_err(|error| self.stop(&url, &error))?;
            if errand.ask_robots {
                // Boxed, since robots.txt is fetched by a walk of its own.
                Box::pin(self.ask_robots(&url, errand.own)).await?;
            }
            let (status, headers, body) = self.step(&url, errand, &mut budget).await?;
            self.heed(&url, status, &headers)?;
            match status.as_u16() {
                301 | 308 => {}
                302 | 303 | 307 => permanent = false,
                _ => return Ok(Arrival { url, status, headers, body, moved: permanent && hop > 0 }),
            }
            url = target(&url, status, &headers)?;
        }
        Err(Stop::TooManyRedirects(errand.redirects))
    }

    /// One request and its answer, in the host's turn. What it takes is taken off `budget`.
    async fn step(
        &self,
        url: &Url,
        errand: &Errand,
        budget: &mut Duration,
    ) -> Result<(StatusCode, HeaderMap, Bytes), Stop> {
        self.let_rest(url)?;
        let host = url.host_str().unwrap_or_default();
        let turn = self.lines.take(host, errand.own).await.map_err(|until| {
            let why = format!("{host} wants a long pause between requests (crawl-delay)");
            Stop::Limited { until, why, backoff: None }
        })?;
        // While we stood in line, the answer to another may have told us to stay away.
        self.let_rest(url)?;
        let started = Instant::now();
        let answer = tokio::time::timeout(*budget, self.ask(url, errand)).await.unwrap_or_else(|_| {
            Err(net::Error::TimedOut { host: host.to_owned(), seconds: self.deadline().as_secs() })
        });
        *budget = budget.saturating_sub(started.elapsed());
        turn.end();
        answer.map_err(|error| self.stop(url, &error))
    }

    async fn ask(&self, url: &Url, errand: &Errand) -> Result<(StatusCode, HeaderMap, Bytes), net::Error> {
        let answer = self.wire.get(url, errand.headers.clone()).await?;
        let (status, headers) = (answer.status(), answer.headers().clone());
        let body = match errand.cap {
            _ if !status.is_success() => Bytes::new(),
            Cap::Whole(cap) => answer.whole_body(cap).await?,
            Cap::Start(cap) => answer.start_of_body(cap).await?,
        };
        Ok((status, headers, body))
    }

    /// Stops where the host rests; it is written down already.
    pub(super) fn let_rest(&self, url: &Url) -> Result<(), Stop> {
        match self.rests.of(url, self.clock.now()) {
            Some(rest) => Err(Stop::Limited {
                until: rest.until,
                why: format!("{} rests until {}: {}", rest.host, rest.until.format("%F %T UTC"), rest.why),
                backoff: None,
            }),
            None => Ok(()),
        }
    }

    /// Takes to heart what an answer says about the host: Retry-After with any status (R10), overload, faults.
    pub(super) fn heed(&self, url: &Url, status: StatusCode, headers: &HeaderMap) -> Result<(), Stop> {
        let now = self.clock.now();
        let host = url.host_str().unwrap_or_default();
        let why = format!("{host} answered {status}");
        let useful = status.is_success() || matches!(status, StatusCode::NOT_MODIFIED | StatusCode::GONE);
        if let Some(until) = answer::retry_after(headers, now) {
            let why = format!("{why} and asks to be left alone until {}", until.format("%F %T UTC"));
            let rest = self.rests.asked(url, until, &why);
            // The answer is here already and is used; only the next request waits.
            return if useful { Ok(()) } else { Err(Stop::Limited { until: rest.until, why, backoff: Some(rest) }) };
        }
        if matches!(status, StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE) {
            let rest = self.rests.fault(url, now, fastrand::f64(), &why);
            return Err(Stop::Limited { until: rest.until, why, backoff: Some(rest) });
        }
        if status.is_server_error() {
            let rest = self.rests.fault(url, now, fastrand::f64(), &why);
            return Err(Stop::Failed { transient: true, why, backoff: Some(rest) });
        }
        self.rests.well(url, now);
        Ok(())
    }

    /// What an error of the connector comes to: a host that cannot be talked to rests.
    pub(super) fn stop(&self, url: &Url, error: &net::Error) -> Stop {
        let why = error.to_string();
        if error.is_refusal() {
            return Stop::Refused(why);
        }
        let transient = error.is_transient();
        let backoff = transient.then(|| self.rests.fault(url, self.clock.now(), fastrand::f64(), &why));
        Stop::Failed { transient, why, backoff }
    }

    fn deadline(&self) -> Duration {
        Duration::from_secs(self.settings.timeout_seconds.max(1))
    }
}

/// Where a redirect leads (RFC 9110, section 10.2.2), without the fragment, which is not for servers.
pub(super) fn target(url: &Url, status: StatusCode, headers: &HeaderMap) -> Result<Url, Stop> {
    let failed = |why: String| Stop::Failed { transient: false, why, backoff: None };
    let host = url.host_str().unwrap_or_default();
    let Some(location) = answer::text(headers, &header::LOCATION) else {
        return Err(failed(format!("{host} answered {status} without saying where to")));
    };
    match url.join(location.trim()) {
        Ok(mut target) => {
            target.set_fragment(None);
            Ok(target)
        }
        Err(error) => Err(failed(format!("{host} answered {status} with an unusable address: {error}"))),
    }
}
