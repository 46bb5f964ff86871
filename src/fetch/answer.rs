//! Header fields of an answer: validators, freshness, Retry-After.

use chrono::{DateTime, TimeDelta};
use http::{HeaderMap, HeaderName, StatusCode, header};

use crate::model::{HttpHints, Time, Validators};

/// The longest wait that can be written down; what is longer is cut to it (a hundred years).
const LONGEST_WAIT: TimeDelta = TimeDelta::days(36_500);

/// ETag and Last-Modified, byte for byte; none where they are not text (RFC 9110, section 8.8).
pub(super) fn validators(headers: &HeaderMap) -> Validators {
    Validators { etag: text(headers, &header::ETAG), last_modified: text(headers, &header::LAST_MODIFIED) }
}

/// How long the answer stays fresh, less the time it already spent in caches (RFC 9111, sections 4.2.1 and 5.1).
pub(super) fn hints(status: StatusCode, headers: &HeaderMap, now: Time) -> HttpHints {
    let lifetime = match cache_control(headers) {
        CacheControl { must_ask: true, .. } => None,
        CacheControl { max_age: Some(seconds), .. } => Some(seconds),
        CacheControl { .. } => expires_in(headers, now),
    };
    let age = text(headers, &header::AGE).and_then(|age| age.trim().parse().ok()).unwrap_or(0);
    let fresh_seconds = lifetime.map(|seconds| seconds.saturating_sub(age)).filter(|seconds| *seconds > 0);
    // Only who asked with validators is told 304.
    let validators = status == StatusCode::NOT_MODIFIED || validators(headers).any();
    HttpHints { fresh_seconds, validators }
}

/// When the server wants to be asked again: seconds or a date (RFC 9110, section 10.2.3). Nothing where the field is
/// missing, unreadable or past.
pub(super) fn retry_after(headers: &HeaderMap, now: Time) -> Option<Time> {
    let field = text(headers, &header::RETRY_AFTER)?;
    let field = field.trim();
    let until = if !field.is_empty() && field.bytes().all(|byte| byte.is_ascii_digit()) {
        let seconds = field.parse::<i64>().ok().and_then(TimeDelta::try_seconds).unwrap_or(LONGEST_WAIT);
        now.checked_add_signed(seconds.min(LONGEST_WAIT))?
    } else {
        http_date(field)?
    };
    (until > now).then_some(until)
}

/// True where Retry-After is a date, not a number of seconds.
pub(super) fn retry_names_instant(headers: &HeaderMap) -> bool {
    text(headers, &header::RETRY_AFTER).is_some_and(|field| !field.trim().bytes().all(|byte| byte.is_ascii_digit()))
}

/// One header field as text; none where it is missing or not UTF-8.
pub(super) fn text(headers: &HeaderMap, name: &HeaderName) -> Option<String> {
    let value = headers.get(name)?;
    std::str::from_utf8(value.as_bytes()).ok().map(str::to_owned)
}

#[derive(Default)]
struct CacheControl {
    max_age: Option<u64>,
    must_ask: bool,
}

/// The directives that tell a private cache how long an answer is good (RFC 9111, section 5.2.2).
fn cache_control(headers: &HeaderMap) -> CacheControl {
    let mut told = CacheControl::default();
    let fields = headers.get_all(header::CACHE_CONTROL).into_iter().filter_map(|field| field.to_str().ok());
    for directive in fields.flat_map(|field| field.split(',')) {
        let (name, value) = directive.split_once('=').unwrap_or((directive, ""));
        let name = name.trim();
        if name.eq_ignore_ascii_case("no-store") || (name.eq_ignore_ascii_case("no-cache") && value.is_empty()) {
            told.must_ask = true;
        } else if name.eq_ignore_ascii_case("max-age") && told.max_age.is_none() {
            told.max_age = value.trim().trim_matches('"').parse().ok();
        }
    }
    told
}

/// Expires less Date; a date that cannot be read is past (RFC 9111, section 5.3).
fn expires_in(headers: &HeaderMap, now: Time) -> Option<u64> {
    let expires = http_date(&text(headers, &header::EXPIRES)?)?;
    let sent = text(headers, &header::DATE).and_then(|date| http_date(&date)).unwrap_or(now);
    u64::try_from((expires - sent).num_seconds()).ok()
}

/// The three date forms of HTTP (RFC 9110, section 5.6.7).
fn http_date(field: &str) -> Option<Time> {
    httpdate::parse_http_date(field.trim()).ok().map(DateTime::from)
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    fn now() -> Time {
        "2026-03-02T12:00:00Z".parse().unwrap()
    }

    type Fields<'a> = &'a [(&'static str, &'a str)];

    fn headers(fields: Fields<'_>) -> HeaderMap {
        let mut map = HeaderMap::new();
        for (name, value) in fields {
            map.append(*name, HeaderValue::from_bytes(value.as_bytes()).unwrap());
        }
        map
    }

    #[test]
    fn r8_freshness() {
        let cases: &[(Fields<'_>, Option<u64>)] = &[
            (&[], None),
            (&[("cache-control", "max-age=600")], Some(600)),
            (&[("cache-control", "public, Max-Age=\"600\"")], Some(600)),
            (&[("cache-control", "public"), ("cache-control", "max-age=60")], Some(60)),
            (&[("cache-control", "max-age=600"), ("age", "200")], Some(400)),
            (&[("cache-control", "max-age=600"), ("age", "700")], None),
            (&[("cache-control", "no-cache, max-age=600")], None),
            (&[("cache-control", "no-store")], None),
            (&[("cache-control", "max-age=soon")], None),
            (&[("cache-control", "max-age=-1")], None),
            (&[("expires", "Mon, 02 Mar 2026 13:00:00 GMT")], Some(3600)),
            (&[("expires", "Mon, 02 Mar 2026 13:00:00 GMT"), ("date", "Mon, 02 Mar 2026 12:30:00 GMT")], Some(1800)),
            (&[("expires", "0")], None),
            (&[("expires", "Mon, 02 Mar 2020 13:00:00 GMT")], None),
            (&[("cache-control", "max-age=60"), ("expires", "Mon, 02 Mar 2026 13:00:00 GMT")], Some(60)),
        ];
        for (fields, expected) in cases {
            assert_eq!(hints(StatusCode::OK, &headers(fields), now()).fresh_seconds, *expected, "{fields:?}");
        }
    }

    #[test]
    fn r10_retry_after() {
        let cases = [
            ("120", Some("2026-03-02T12:02:00Z")),
            (" 1 ", Some("2026-03-02T12:00:01Z")),
            ("Tue, 03 Mar 2026 12:00:00 GMT", Some("2026-03-03T12:00:00Z")),
            ("Tuesday, 03-Mar-26 12:00:00 GMT", Some("2026-03-03T12:00:00Z")),
            ("Tue, 03 Mar 2020 12:00:00 GMT", None),
            ("0", None),
            ("-5", None),
            ("soon", None),
            ("", None),
        ];
        for (field, expected) in cases {
            let expected = expected.map(|time| time.parse::<Time>().unwrap());
            assert_eq!(retry_after(&headers(&[("retry-after", field)]), now()), expected, "{field}");
        }
        let far = retry_after(&headers(&[("retry-after", "99999999999999999999")]), now());
        assert_eq!(far, Some(now() + LONGEST_WAIT));
    }

    #[test]
    fn r1_r4_validators_are_kept_as_sent_and_never_invented() {
        let sent = validators(&headers(&[("etag", "W/\"a, \u{e9}\"")]));
        assert_eq!(sent.etag.as_deref(), Some("W/\"a, \u{e9}\""));
        assert_eq!(sent.last_modified, None);
        let mut binary = HeaderMap::new();
        binary.append("etag", HeaderValue::from_bytes(b"\"\xff\"").unwrap());
        assert!(!validators(&binary).any());
    }
}
