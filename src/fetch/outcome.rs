//! What is asked for, and what an exchange can come to.

use bytes::Bytes;
use url::Url;

use super::link_field::PushLinks;
use crate::model::{HostBackoff, HttpHints, RestScope, Time, Validators};

/// A feed to be asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FeedRequest {
    /// Its address.
    pub url: String,
    /// What it gave last time to ask again by; empty asks unconditionally.
    pub validators: Validators,
    /// It is our own server: no gap between requests.
    pub own: bool,
    /// Who rests together with it; none takes what is set for all.
    pub rest_scope: Option<RestScope>,
}

/// What an exchange came to. Messages are for people: lower case, no full stop.
#[derive(Clone, Debug)]
pub enum Outcome {
    /// A body came.
    Fresh(Fetched),
    /// It has not changed since the validators were given (304).
    Unchanged {
        /// When to come back.
        http: HttpHints,
    },
    /// It is gone for good (410).
    Gone,
    /// The host is to be left alone for a while.
    Limited {
        /// Not before this.
        until: Time,
        /// What it said or did.
        why: String,
        /// To be kept over a restart; none where it is kept already.
        backoff: Option<HostBackoff>,
    },
    /// Our rules, the operator's or the site's robots.txt forbid the request.
    Refused(String),
    /// It could not be had.
    Failed {
        /// Asking again may succeed.
        transient: bool,
        /// What happened.
        why: String,
        /// The host rests for a while; to be kept over a restart.
        backoff: Option<HostBackoff>,
    },
}

/// A body and what was said about it.
#[derive(Clone, Debug)]
pub struct Fetched {
    /// The address it came from at last, without user name and password.
    pub url: Url,
    /// The body, decompressed.
    pub body: Bytes,
    /// It holds only what is new since the validators were given (226, RFC 3229): what it leaves out still stands.
    pub only_new: bool,
    /// The Content-Type field.
    pub content_type: Option<String>,
    /// What to ask by next time.
    pub validators: Validators,
    /// When to come back.
    pub http: HttpHints,
    /// The new address, where every redirect on the way was permanent (301, 308).
    pub moved_to: Option<String>,
    /// Who pushes it, as the Link field says.
    pub links: Box<PushLinks>,
    /// Why only title and link may be kept: X-Robots-Tag or a reservation against text and data mining.
    pub restricted: Option<String>,
}
