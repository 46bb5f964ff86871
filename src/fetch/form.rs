//! Sends a form: how a subscriber speaks to a WebSub hub. The host's queue, its rest and the guard hold as for a feed.

use std::time::Duration;

use http::StatusCode;
use http::header::{self, HeaderValue};
use url::{Url, form_urlencoded};

use super::fetcher::Fetcher;
use super::judge::target;
use super::walk::Stop;

/// The most redirects that are followed; only those that keep the method (307, 308).
const MOST_REDIRECTS: usize = 3;

impl Fetcher {
    /// Posts `fields` to `address`; well where the answer is a success.
    ///
    /// # Errors
    /// Why not; what the host asked for or brought upon itself is remembered.
    pub(super) async fn post_form(&self, address: &str, fields: &[(&str, &str)]) -> Result<(), Stop> {
        let failed = |why: String| Stop::Failed { transient: false, why, backoff: None };
        let mut url = Url::parse(address).map_err(|error| failed(format!("not an address: {error}")))?;
        let form = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        for _ in 0..=MOST_REDIRECTS {
            self.wire.check(&url).map_err(|error| self.stop(&url, None, &error))?;
            let (status, headers, body) = self.send(&url, &form).await?;
            self.judge.heed(&url, None, (status, &headers), self.clock.now(), fastrand::f64())?;
            match status {
                StatusCode::TEMPORARY_REDIRECT | StatusCode::PERMANENT_REDIRECT => {
                    url = target(&url, status, &headers)?;
                }
                status if status.is_success() => return Ok(()),
                status => {
                    let host = url.host_str().unwrap_or_default();
                    let said: String = String::from_utf8_lossy(&body).chars().take(200).collect();
                    return Err(failed(format!("{host} answered {status}: {}", said.trim())));
                }
            }
        }
        Err(Stop::TooManyRedirects(MOST_REDIRECTS))
    }

    /// One form in the host's turn.
    async fn send(&self, url: &Url, form: &str) -> Result<(StatusCode, http::HeaderMap, bytes::Bytes), Stop> {
        self.let_rest(url, None)?;
        let host = url.host_str().unwrap_or_default();
        let turn = self.lines.take(host, false).await.map_err(|until| {
            let why = format!("{host} wants a long pause between requests (crawl-delay)");
            Stop::Limited { until, why, backoff: None }
        })?;
        let mut headers = self.headers();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/x-www-form-urlencoded"));
        let deadline = Duration::from_secs(self.settings.timeout_seconds.max(1));
        let reply = self.wire.post(url.as_str(), headers, form.as_bytes().to_vec(), deadline).await;
        turn.end();
        let reply = reply.map_err(|error| self.stop(url, None, &error))?;
        let status = StatusCode::from_u16(reply.status).unwrap_or(StatusCode::BAD_GATEWAY);
        Ok((status, reply.headers, reply.body))
    }

    /// The same, told as an [`super::Outcome`] is: the reason, and the rest of the host that is to be kept.
    ///
    /// # Errors
    /// Why the form did not arrive.
    pub async fn form(&self, address: &str, fields: &[(&str, &str)]) -> Result<(), FormError> {
        self.post_form(address, fields).await.map_err(|stop| match super::Outcome::from(stop) {
            super::Outcome::Limited { until, why, backoff } => FormError { why, until: Some(until), backoff },
            super::Outcome::Failed { why, backoff, .. } => {
                FormError { why, until: backoff.as_ref().map(|rest| rest.until), backoff }
            }
            super::Outcome::Refused(why) => FormError { why, until: None, backoff: None },
            _ => FormError { why: "no answer".to_owned(), until: None, backoff: None },
        })
    }
}

/// Why a form did not arrive.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{why}")]
pub struct FormError {
    /// What happened.
    pub why: String,
    /// Not again before this.
    pub until: Option<crate::model::Time>,
    /// The host rests; to be kept over a restart.
    pub backoff: Option<crate::model::HostBackoff>,
}
