//! `GET /calendars/OWNER.ics`, `/calendars/all.ics` and `/feeds/touchpoints.atom`: touch points to subscribe to.
//!
//! A program that asks again tells what it has, by `If-None-Match` or `If-Modified-Since` (RFC 9110, sections 13.1.2 and
//! 13.1.3, the former first by 13.2.2), and gets 304 without anything being made anew: a list is kept as it was made until
//! a card, the day or the configuration changes. `Last-Modified` is when it was first made so by this process.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG, HOST, IF_MODIFIED_SINCE, IF_NONE_MATCH, LAST_MODIFIED};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use chrono::SubsecRound;
use tracing::error;

use crate::config::Config;
use crate::model::Time;
use crate::pipeline::Engine;
use crate::pipeline::subscribe::{self, ALL, ListError, Stamp};

/// Lists that are kept; more owners than this are made anew at each request.
const MOST_KEPT: usize = 200;

/// The lists as they were last made.
pub(super) struct Shelf {
    engine: Arc<Engine>,
    kept: Mutex<HashMap<String, Arc<Kept>>>,
}

/// A list, and what it was made of.
struct Kept {
    config: Arc<Config>,
    stamp: Stamp,
    bytes: Bytes,
    tag: String,
    since: Time,
}

impl Shelf {
    pub(super) fn new(engine: Arc<Engine>) -> Arc<Self> {
        Arc::new(Self { engine, kept: Mutex::default() })
    }

    /// The list of this name as it now is, made by `make` where something changed; nothing where there is none.
    async fn list(&self, name: &str, make: impl AsyncFnOnce() -> Made) -> Result<Option<Arc<Kept>>, ListError> {
        // An account that was added a moment ago is shown even where nothing was read since.
        self.engine.follow_roster().await?;
        let (config, now) = (self.engine.config(), self.engine.now());
        let stamp = subscribe::stamp(&self.engine.store, &config, now).await?;
        let before = self.kept.lock().unwrap_or_else(PoisonError::into_inner).get(name).cloned();
        if let Some(kept) = &before
            && kept.stamp == stamp
            && Arc::ptr_eq(&kept.config, &config)
        {
            return Ok(before);
        }
        let Some(bytes) = make().await? else { return Ok(None) };
        let tag = format!("\"{}\"", &blake3::hash(&bytes).to_hex()[..32]);
        let since = before.filter(|kept| kept.tag == tag).map_or(now.trunc_subsecs(0), |kept| kept.since);
        let made = Arc::new(Kept { config, stamp, bytes: bytes.into(), tag, since });
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() < MOST_KEPT || kept.contains_key(name) {
            kept.insert(name.to_owned(), Arc::clone(&made));
        }
        Ok(Some(made))
    }
}

/// A list as it was made; nothing where nobody knows its name.
type Made = Result<Option<Vec<u8>>, ListError>;

/// The calendar of an owner or of all.
pub(super) async fn calendar(
    State(shelf): State<Arc<Shelf>>,
    Path(file): Path<String>,
    headers: HeaderMap,
) -> Response {
    let Some(name) = file.strip_suffix(".ics").filter(|name| !name.is_empty()) else { return unknown() };
    let engine = &shelf.engine;
    let make = async || {
        let owner = Some(name).filter(|name| *name != ALL);
        let text = subscribe::calendar(&engine.store, &engine.config(), owner, engine.now()).await?;
        Ok(text.map(String::into_bytes))
    };
    answer(shelf.list(&file, make).await, "text/calendar; charset=utf-8", &headers)
}

/// The feed of what changed last.
pub(super) async fn feed(State(shelf): State<Arc<Shelf>>, headers: HeaderMap) -> Response {
    let host = headers.get(HOST).and_then(|host| host.to_str().ok()).unwrap_or("localhost");
    let address = format!("http://{host}/feeds/touchpoints.atom");
    let engine = &shelf.engine;
    let make = async || subscribe::feed(&engine.store, Some(address.clone()), engine.now()).await.map(Some);
    answer(shelf.list(&address, make).await, "application/atom+xml; charset=utf-8", &headers)
}

fn answer(list: Result<Option<Arc<Kept>>, ListError>, kind: &'static str, headers: &HeaderMap) -> Response {
    let kept = match list {
        Ok(Some(kept)) => kept,
        Ok(None) => return unknown(),
        Err(why) => {
            error!(%why, "a list of touch points cannot be served");
            return (StatusCode::SERVICE_UNAVAILABLE, "the list cannot be served now; ask again later\n")
                .into_response();
        }
    };
    let marks = [
        (ETAG, kept.tag.clone()),
        (LAST_MODIFIED, httpdate::fmt_http_date(SystemTime::from(kept.since))),
        // Who keeps it asks each time whether it still holds; nobody on the way keeps it.
        (CACHE_CONTROL, "private, no-cache".to_owned()),
    ];
    if is_known(headers, &kept.tag, kept.since) {
        return (StatusCode::NOT_MODIFIED, marks).into_response();
    }
    (marks, [(CONTENT_TYPE, kind)], kept.bytes.clone()).into_response()
}

/// Whoever asks has it as it is.
fn is_known(headers: &HeaderMap, tag: &str, since: Time) -> bool {
    let field = |name| headers.get(name).and_then(|value| value.to_str().ok());
    if let Some(known) = field(IF_NONE_MATCH) {
        return known.split(',').map(str::trim).any(|one| one == "*" || one.trim_start_matches("W/") == tag);
    }
    let known = field(IF_MODIFIED_SINCE).and_then(|date| httpdate::parse_http_date(date).ok());
    known.is_some_and(|known| SystemTime::from(since) <= known)
}

fn unknown() -> Response {
    (StatusCode::NOT_FOUND, "no calendar has this name: ask for OWNER.ics or all.ics\n").into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_somebody_has_is_not_sent_again() {
        let since: Time = "2026-03-02T09:00:00Z".parse().unwrap();
        let known = |fields: &[(axum::http::HeaderName, &str)]| {
            let headers = fields.iter().map(|(name, value)| (name.clone(), value.parse().unwrap())).collect();
            is_known(&headers, "\"a\"", since)
        };
        assert!(known(&[(IF_NONE_MATCH, "\"b\", W/\"a\"")]));
        assert!(known(&[(IF_NONE_MATCH, "*")]));
        assert!(known(&[(IF_MODIFIED_SINCE, "Mon, 02 Mar 2026 09:00:00 GMT")]));
        assert!(!known(&[(IF_MODIFIED_SINCE, "Mon, 02 Mar 2026 08:59:59 GMT")]));
        assert!(
            !known(&[(IF_NONE_MATCH, "\"b\""), (IF_MODIFIED_SINCE, "Mon, 02 Mar 2026 09:00:00 GMT")]),
            "tags first"
        );
        assert!(!known(&[]) && !known(&[(IF_MODIFIED_SINCE, "soon")]));
    }
}
