//! What polling must remember between polls.

use serde::{Deserialize, Serialize};

use super::Time;

/// What an origin gave to ask again by. Kept and sent back byte for byte (RFC 9110, section 8.8).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Validators {
    /// The ETag field as received, quotes and weak prefix included.
    pub etag: Option<String>,
    /// The Last-Modified field as received.
    pub last_modified: Option<String>,
}

impl Validators {
    /// True where a conditional request is possible.
    #[must_use]
    pub fn any(&self) -> bool {
        self.etag.is_some() || self.last_modified.is_some()
    }
}

/// What a document says about when to come back.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PollHints {
    /// RSS `ttl`, minutes.
    pub ttl_minutes: Option<u32>,
    /// `sy:updatePeriod` over `sy:updateFrequency`, minutes.
    pub update_minutes: Option<u32>,
    /// RSS `skipHours`, 0–23 in UTC.
    pub skip_hours: Vec<u8>,
    /// RSS `skipDays`, 0 = Monday … 6 = Sunday, in UTC.
    pub skip_days: Vec<u8>,
    /// WebSub hub.
    pub hub: Option<String>,
    /// The feed's own address as it states it.
    pub own_url: Option<String>,
    /// The next older page of the feed (RFC 5005, `prev-archive`).
    pub prev_archive: Option<String>,
}

/// What an HTTP answer says about when to come back.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct HttpHints {
    /// How long the answer stays fresh, seconds (Cache-Control, Expires; RFC 9111, section 4.2).
    pub fresh_seconds: Option<u64>,
    /// The origin gave an ETag or a Last-Modified.
    pub validators: bool,
}

/// A host that is to be left alone for a while.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HostBackoff {
    /// The host name.
    pub host: String,
    /// Not before this.
    pub until: Time,
    /// Failures in a row that led here.
    pub failures: u32,
    /// What it said or did.
    pub why: String,
}
