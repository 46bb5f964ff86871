//! One exchange from the first request over its redirects to the answer, within one deadline.

use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use tokio::time::Instant;
use url::Url;

use super::fetcher::Fetcher;
use super::outcome::Outcome;
use crate::model::{HostBackoff, RestScope, Time};
use crate::net;

/// The most redirects that are followed.
pub(super) const MOST_REDIRECTS: usize = 10;

/// What to ask for and how.
#[derive(Clone, Debug)]
pub(super) struct Errand {
    /// Header fields, the same at each hop.
    pub(super) headers: HeaderMap,
    pub(super) manners: Manners,
    /// The most redirects that are followed.
    pub(super) redirects: usize,
    /// How much of a body is read.
    pub(super) cap: Cap,
}

/// How to behave on the way.
#[derive(Clone, Copy, Debug)]
pub(super) struct Manners {
    /// It is our own server: no gap.
    pub(super) own: bool,
    /// Who rests together after a fault; none takes what is set for all.
    pub(super) rest_scope: Option<RestScope>,
    /// Each hop needs the leave of its site's robots.txt.
    pub(super) ask_robots: bool,
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
        let scope = errand.manners.rest_scope;
        let (mut url, mut permanent) = (start, true);
        for hop in 0..=errand.redirects {
            self.wire.check(&url).map_err(|error| self.stop(&url, scope, &error))?;
            if errand.manners.ask_robots {
                // Boxed, since robots.txt is fetched by a walk of its own.
                Box::pin(self.ask_robots(&url, errand.manners.own)).await?;
            }
            let (status, headers, body) = self.step(&url, errand, &mut budget).await?;
            let judged = self.judge.hear(&url, scope, (status, &headers), self.clock.now(), fastrand::f64())?;
            let Some(next) = judged else {
                return Ok(Arrival { url, status, headers, body, moved: permanent && hop > 0 });
            };
            permanent &= next.permanent;
            url = next.url;
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
        let Manners { own, rest_scope, .. } = errand.manners;
        self.let_rest(url, rest_scope)?;
        let host = url.host_str().unwrap_or_default();
        let busy =
            |until| Stop::Limited { until, why: format!("{host} wants a long pause between requests"), backoff: None };
        let turn = self.lines.take(host, own).await.map_err(busy)?;
        let among_all = self.take_among_all(host, own, *budget).await?;
        // While we stood in line, the answer to another may have told us to stay away.
        if let Err(stop) = self.let_rest(url, rest_scope) {
            self.give_back(among_all, Duration::ZERO).await;
            return Err(stop);
        }
        let started = Instant::now();
        let answer = tokio::time::timeout(*budget, self.ask(url, errand)).await.unwrap_or_else(|_| {
            Err(net::Error::TimedOut { host: host.to_owned(), seconds: self.deadline().as_secs() })
        });
        *budget = budget.saturating_sub(started.elapsed());
        self.give_back(among_all, turn.end()).await;
        answer.map_err(|error| self.stop(url, rest_scope, &error))
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
    pub(super) fn let_rest(&self, url: &Url, scope: Option<RestScope>) -> Result<(), Stop> {
        self.judge.let_rest(url, scope, self.clock.now())
    }

    /// What an error of the connector comes to: a host that cannot be talked to rests.
    pub(super) fn stop(&self, url: &Url, scope: Option<RestScope>, error: &net::Error) -> Stop {
        self.judge.unreachable(url, scope, error, self.clock.now(), fastrand::f64())
    }

    fn deadline(&self) -> Duration {
        Duration::from_secs(self.settings.timeout_seconds.max(1))
    }
}
