//! Who asks: by bearer token, by a token in the address where the route takes one, or by cookie.

use axum::http::header::{AUTHORIZATION, COOKIE};
use axum::http::{HeaderMap, Uri};
use cookie::{Cookie, SameSite};

use super::access::Access;
use super::viewer::Means;
use crate::config::Serve;
use crate::model::{Scope, Time};
use crate::pipeline::Engine;
use crate::pipeline::users::{Grant, StoreError, of_cookie, of_token};

/// Somebody who is known.
#[derive(Clone, Debug)]
pub(super) struct Known {
    /// What they may do.
    pub(super) grant: Grant,
    /// How they showed who they are.
    pub(super) by: Means,
    /// What their requests are counted by.
    pub(super) key: String,
}

/// Who makes a request. A token that is wrong makes a stranger, also beside a cookie that is right.
///
/// # Errors
/// Where the database refuses.
pub(super) async fn asks(
    engine: &Engine,
    headers: &HeaderMap,
    uri: &Uri,
    access: Access,
    now: Time,
) -> Result<Option<Known>, StoreError> {
    let known = |(grant, key): (Grant, String), by| Known { grant, by, key };
    if headers.contains_key(AUTHORIZATION) {
        let Some(token) = bearer(headers) else { return Ok(None) };
        return Ok(of_token(&engine.store, token, now).await?.map(|found| known(found, Means::Bearer)));
    }
    if access == Access::Feed
        && let Some(token) = in_address(uri)
    {
        // Addresses end up in logs and histories: only a token that opens nothing else is taken from there.
        let found = of_token(&engine.store, &token, now).await?;
        let found = found.filter(|(grant, _)| grant.scopes.as_deref() == Some(&[Scope::CalendarRead]));
        return Ok(found.map(|found| known(found, Means::Address)));
    }
    let serve = &engine.settings().serve;
    let Some(secret) = session_of(headers, serve) else { return Ok(None) };
    let found = of_cookie(&engine.store, &secret, &serve.sessions, now).await?;
    Ok(found.map(|found| known(found, Means::Cookie)))
}

/// The bearer token of a request (RFC 6750, section 2.1).
pub(super) fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = headers.get(AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

fn in_address(uri: &Uri) -> Option<String> {
    let pairs = url::form_urlencoded::parse(uri.query()?.as_bytes());
    pairs.into_iter().find(|(name, _)| name == "token").map(|(_, token)| token.into_owned())
}

/// The cookie of this name.
pub(super) fn cookie_of(headers: &HeaderMap, name: &str) -> Option<String> {
    let fields = headers.get_all(COOKIE).iter().filter_map(|field| field.to_str().ok());
    let mut cookies = fields.flat_map(Cookie::split_parse).filter_map(Result::ok);
    cookies.find(|cookie| cookie.name() == name).map(|cookie| cookie.value().to_owned())
}

/// The secret of the session that a browser sends.
pub(super) fn session_of(headers: &HeaderMap, serve: &Serve) -> Option<String> {
    cookie_of(headers, session_name(serve))
}

/// A cookie that only our own pages send, that no script reads; under https bound to this very host (RFC 6265bis, 4.1.3.2).
pub(super) fn session_cookie(serve: &Serve, secret: String) -> Cookie<'static> {
    let age = cookie::time::Duration::hours(serve.sessions.hours.into());
    Cookie::build((session_name(serve), secret))
        .path("/")
        .http_only(true)
        .secure(is_https(serve))
        .same_site(SameSite::Lax)
        .max_age(age)
        .build()
}

/// Takes a session's cookie away.
pub(super) fn no_session(serve: &Serve) -> Cookie<'static> {
    let mut cookie = session_cookie(serve, String::new());
    cookie.make_removal();
    cookie
}

/// Whether people reach us by https.
pub(super) fn is_https(serve: &Serve) -> bool {
    serve.public_url.as_deref().is_some_and(|public| public.starts_with("https://"))
}

fn session_name(serve: &Serve) -> &'static str {
    if is_https(serve) { "__Host-tidings" } else { "tidings_session" }
}
