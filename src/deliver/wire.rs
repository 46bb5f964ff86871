//! Speaking JSON with a destination, and what answers mean that are no JSON.

use std::time::Duration;

use http::{HeaderMap, HeaderValue, Method, header};
use serde_json::Value;

use super::{Answer, Class, Refusal, Wire};
use crate::net;

/// The most that is read of an answer, bytes: a page of 2,000 accounts fits.
const LONGEST_ANSWER: usize = 16 * 1024 * 1024;

/// A request whose answer should be JSON.
pub struct Ask<'a> {
    /// What is asked of the address.
    pub method: Method,
    /// The address.
    pub url: &'a str,
    /// Header fields beside those of JSON.
    pub headers: HeaderMap,
    /// The body, none where nothing is sent.
    pub body: Option<&'a Value>,
    /// Longest wait for the answer.
    pub timeout: Duration,
}

/// An answer of a destination that could be read.
#[derive(Clone, Debug)]
pub struct Told {
    /// Status of HTTP.
    pub status: u16,
    /// Header fields.
    pub headers: HeaderMap,
    /// The body; null where there is none.
    pub body: Value,
    /// The same answer, as it is judged by its status alone.
    pub plain: Answer,
}

impl Wire<'_> {
    /// Asks a destination. An answer with JSON or without a body is given whatever its status; whoever asks judges it.
    ///
    /// # Errors
    /// Where no answer comes, or it is none of the service's own: a redirect (to a page where people sign in), HTML, cut
    /// JSON. `may_be_done` of a refusal tells whether what was asked may have been done all the same.
    pub async fn json(&self, ask: Ask<'_>) -> Result<Told, Answer> {
        let mut headers = ask.headers;
        headers.entry(header::ACCEPT).or_insert(HeaderValue::from_static("application/json"));
        if ask.body.is_some() {
            headers.entry(header::CONTENT_TYPE).or_insert(HeaderValue::from_static("application/json"));
        }
        let call = net::Call {
            method: ask.method,
            url: ask.url,
            headers,
            body: ask.body.map(|body| body.to_string().into_bytes()).unwrap_or_default(),
            timeout: ask.timeout,
            cap: LONGEST_ANSWER,
        };
        let reply = self.client.call(call).await.map_err(|error| Answer::Silent { why: error.to_string() })?;
        read(&reply)
    }
}

/// Reads an answer that should be JSON; see [`Wire::json`].
pub(super) fn read(reply: &net::Reply) -> Result<Told, Answer> {
    let plain = Answer::answered(reply.status, &reply.headers, &reply.body);
    if matches!(reply.status, 300..=399) && reply.status != 300 {
        let to = reply.headers.get(header::LOCATION).and_then(|field| field.to_str().ok()).unwrap_or_default();
        let host = url::Url::parse(to).ok().and_then(|url| url.host_str().map(str::to_owned));
        let to = host.map_or_else(String::new, |host| format!(" to {host}"));
        let why = format!("redirected{to} with {}, perhaps to a page for signing in: check the address", reply.status);
        return Err(Answer::Refused(Refusal::new(Class::Pause, why).with_status(reply.status)));
    }
    if reply.body.iter().all(u8::is_ascii_whitespace) {
        return Ok(Told { status: reply.status, headers: reply.headers.clone(), body: Value::Null, plain });
    }
    match serde_json::from_slice(&reply.body) {
        Ok(body) => Ok(Told { status: reply.status, headers: reply.headers.clone(), body, plain }),
        // An error page of a server or of something before it: its status is all there is to go by.
        Err(_) if reply.status >= 400 => Err(plain),
        Err(_) if !reply.whole => Err(refused(reply, Class::Retry, "an answer longer than 16 MiB")),
        Err(_) if looks_like_page(&reply.body) => {
            Err(refused(reply, Class::Pause, "a page for people instead of JSON: check the address and the sign-in"))
        }
        Err(error) => Err(refused(reply, Class::Retry, &format!("an answer that is no whole JSON ({error})"))),
    }
}

fn refused(reply: &net::Reply, class: Class, what: &str) -> Answer {
    Answer::Refused(Refusal::new(class, format!("{} brought {what}", reply.status)).with_status(reply.status))
}

fn looks_like_page(body: &[u8]) -> bool {
    let start = String::from_utf8_lossy(&body[..body.len().min(200)]).trim_start().to_lowercase();
    start.starts_with("<!doctype html") || start.starts_with("<html")
}

/// `base` and the rest of a path, with one slash between.
#[must_use]
pub fn under(base: &str, path: &str) -> String {
    format!("{}/{}", base.trim_end_matches('/'), path.trim_start_matches('/'))
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;

    fn reply(status: u16, body: &str) -> net::Reply {
        net::Reply { status, headers: HeaderMap::new(), body: Bytes::from(body.to_owned()), whole: true }
    }

    fn class(status: u16, body: &str) -> Option<Class> {
        match read(&reply(status, body)) {
            Err(Answer::Refused(refusal)) => Some(refusal.class),
            _ => None,
        }
    }

    #[test]
    fn answers_of_the_service_are_given_whatever_their_status() {
        assert_eq!(read(&reply(200, r#"{"id":1}"#)).unwrap().body["id"], 1);
        assert_eq!(read(&reply(400, r#"[{"errorCode":"X"}]"#)).unwrap().status, 400);
        assert!(read(&reply(204, "")).unwrap().body.is_null());
    }

    #[test]
    fn what_is_not_of_the_service_is_judged() {
        assert_eq!(class(302, ""), Some(Class::Pause));
        assert_eq!(class(200, "<!DOCTYPE html><title>Sign in</title>"), Some(Class::Pause));
        assert_eq!(class(200, r#"{"id":"#), Some(Class::Retry));
        let Err(plain) = read(&reply(502, "<html>Bad gateway</html>")) else { panic!("no JSON") };
        assert_eq!(plain.describe(), "refused with 502 Bad Gateway: <html>Bad gateway</html>");
    }
}
