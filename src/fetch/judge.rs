//! What an answer means for us: whether its host is to rest, whether it leads on, and what it comes to. Pure but for what
//! it remembers: the instant and the randomness are given, so that it can be simulated.

use bytes::Bytes;
use http::{HeaderMap, HeaderName, StatusCode, header};
use url::Url;

use super::link_field::push_links;
use super::outcome::{Fetched, Outcome};
use super::rest::Rests;
use super::settings::Settings;
use super::walk::{Arrival, Stop};
use super::{answer, restriction};
use crate::model::{HostBackoff, RestScope, Time};
use crate::net;

/// In which form the changes of an answer are (RFC 3229, section 10.5.2).
const IM: HeaderName = HeaderName::from_static("im");

/// Changes of a feed: only the entries that are new or changed
/// (<https://www.iana.org/assignments/inst-man-values/inst-man-values.xhtml>).
pub(super) const FEED_DELTA: &str = "feed";

/// Judges answers, and remembers who is to be left alone.
#[derive(Debug)]
pub struct Judge {
    rests: Rests,
    robots_name: String,
}

/// What was asked for, beside the address.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Asked {
    /// With validators.
    pub(super) conditional: bool,
    /// Only the changes, if it may be.
    pub(super) delta: bool,
}

/// Where a redirect leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Hop {
    pub(super) url: Url,
    pub(super) permanent: bool,
}

/// What the answer to one request comes to.
#[derive(Clone, Debug)]
pub enum Heard {
    /// The end of the way.
    Outcome(Outcome),
    /// Another address is to be asked.
    Redirect {
        /// Which one.
        url: Url,
        /// For good (301, 308).
        permanent: bool,
    },
}

/// One answer as it came.
#[derive(Clone, Debug)]
pub struct Answered {
    /// Status code.
    pub status: StatusCode,
    /// Header fields.
    pub headers: HeaderMap,
    /// The body.
    pub body: Bytes,
}

impl Judge {
    /// A judge who remembers nobody.
    #[must_use]
    pub fn new(settings: &Settings) -> Self {
        Self { rests: Rests::new(settings), robots_name: settings.robots_name().to_owned() }
    }

    /// Remembers which hosts rest: what earlier outcomes gave to be kept over a restart.
    pub fn restore(&self, resting: Vec<HostBackoff>) {
        self.rests.restore(resting);
    }

    /// Lets the server at `url` rest until then, as it asked in words that only its reader understands.
    pub(super) fn asked(&self, url: &Url, until: Time, now: Time, why: &str) -> HostBackoff {
        self.rests.asked(url, None, (until, false), now, why)
    }

    /// What asking `url` at `now` comes to without asking, where its host rests. Who rests together is what is set for
    /// all, here and in [`Judge::weigh`] and [`Judge::missed`].
    pub fn rests(&self, url: &Url, now: Time) -> Option<Outcome> {
        self.let_rest(url, None, now).err().map(Outcome::from)
    }

    /// What `answer` to a request for `url` comes to; `conditional` where it was asked with validators, `moved` where
    /// every redirect on the way was permanent and there was one. `random` is 0 to 1.
    pub fn weigh(
        &self,
        url: &Url,
        answer: Answered,
        (conditional, moved): (bool, bool),
        now: Time,
        random: f64,
    ) -> Heard {
        let Answered { status, headers, body } = answer;
        match self.hear(url, None, (status, &headers), now, random) {
            Err(stop) => Heard::Outcome(stop.into()),
            Ok(Some(hop)) => Heard::Redirect { url: hop.url, permanent: hop.permanent },
            Ok(None) => {
                let arrival = Arrival { url: url.clone(), status, headers, body, moved };
                Heard::Outcome(self.read(arrival, Asked { conditional, delta: false }, now))
            }
        }
    }

    /// What it comes to that `url` could not be reached.
    pub fn missed(&self, url: &Url, error: &net::Error, now: Time, random: f64) -> Outcome {
        self.unreachable(url, None, error, now, random).into()
    }

    /// Takes an answer to heart and tells where it leads on to, if it does.
    pub(super) fn hear(
        &self,
        url: &Url,
        scope: Option<RestScope>,
        (status, headers): (StatusCode, &HeaderMap),
        now: Time,
        random: f64,
    ) -> Result<Option<Hop>, Stop> {
        self.heed(url, scope, (status, headers), now, random)?;
        let permanent = match status.as_u16() {
            301 | 308 => true,
            302 | 303 | 307 => false,
            _ => return Ok(None),
        };
        Ok(Some(Hop { url: target(url, status, headers)?, permanent }))
    }

    /// Stops where the host rests; it is written down already.
    pub(super) fn let_rest(&self, url: &Url, scope: Option<RestScope>, now: Time) -> Result<(), Stop> {
        match self.rests.of(url, scope, now) {
            Some(rest) => Err(Stop::Limited {
                until: rest.until,
                why: format!("{} rests until {}: {}", rest.host, rest.until.format("%F %T UTC"), rest.why),
                backoff: None,
            }),
            None => Ok(()),
        }
    }

    /// Takes to heart what an answer says about the host: Retry-After with any status (R10), overload, faults.
    pub(super) fn heed(
        &self,
        url: &Url,
        scope: Option<RestScope>,
        (status, headers): (StatusCode, &HeaderMap),
        now: Time,
        random: f64,
    ) -> Result<(), Stop> {
        let host = url.host_str().unwrap_or_default();
        let why = format!("{host} answered {status}");
        let useful = status.is_success() || matches!(status, StatusCode::NOT_MODIFIED | StatusCode::GONE);
        if let Some(until) = answer::retry_after(headers, now) {
            let why = format!("{why} and asks to be left alone until {}", until.format("%F %T UTC"));
            let dated = answer::retry_names_instant(headers);
            let rest = self.rests.asked(url, scope, (until, dated), now, &why);
            // The answer is here already and is used; only the next request waits.
            return if useful { Ok(()) } else { Err(Stop::Limited { until: rest.until, why, backoff: Some(rest) }) };
        }
        if matches!(status, StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE) {
            let rest = self.rests.fault(url, scope, now, random, &why);
            return Err(Stop::Limited { until: rest.until, why, backoff: Some(rest) });
        }
        if status.is_server_error() {
            let rest = self.rests.fault(url, scope, now, random, &why);
            return Err(Stop::Failed { transient: true, why, backoff: Some(rest) });
        }
        self.rests.well(url, scope, now);
        Ok(())
    }

    /// What an error of the connector comes to: a host that cannot be talked to rests.
    pub(super) fn unreachable(
        &self,
        url: &Url,
        scope: Option<RestScope>,
        error: &net::Error,
        now: Time,
        random: f64,
    ) -> Stop {
        let why = error.to_string();
        if error.is_refusal() {
            return Stop::Refused(why);
        }
        let transient = error.is_transient();
        let backoff = transient.then(|| self.rests.fault(url, scope, now, random, &why));
        Stop::Failed { transient, why, backoff }
    }

    /// What an answer comes to. Overload and faults of the server were dealt with on the way.
    pub(super) fn read(&self, arrival: Arrival, asked: Asked, now: Time) -> Outcome {
        let Arrival { mut url, status, headers, body, moved } = arrival;
        let host = url.host_str().unwrap_or_default();
        let http = answer::hints(status, &headers, now);
        match status {
            StatusCode::IM_USED if !asked.delta => {
                failed(false, format!("{host} answered {status} without being asked to"))
            }
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
                    restricted: restriction::restriction(&headers, &self.robots_name),
                    url,
                    body,
                    only_new: status == StatusCode::IM_USED,
                    http,
                    moved_to,
                    links,
                })
            }
            StatusCode::NOT_MODIFIED if asked.conditional => Outcome::Unchanged { http },
            StatusCode::NOT_MODIFIED => failed(true, format!("{host} answered {status} to an unconditional request")),
            StatusCode::GONE => Outcome::Gone,
            StatusCode::REQUEST_TIMEOUT | StatusCode::TOO_EARLY => failed(true, format!("{host} answered {status}")),
            _ => failed(false, format!("{host} answered {status}")),
        }
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

fn failed(transient: bool, why: String) -> Outcome {
    Outcome::Failed { transient, why, backoff: None }
}

/// Whether the changes are in the form we asked for, and in no further one on top of it.
fn is_feed_delta(headers: &HeaderMap) -> bool {
    let told = answer::text(headers, &IM).unwrap_or_default();
    told.split(';').next().is_some_and(|form| form.trim().eq_ignore_ascii_case(FEED_DELTA))
}
