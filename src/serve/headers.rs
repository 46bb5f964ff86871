//! Header fields of every answer: nothing that a page holds may act, be framed or be remembered where it should not.
//! After the OWASP HTTP Headers Cheat Sheet.

use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, HeaderName, REFERRER_POLICY, STRICT_TRANSPORT_SECURITY,
    X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderMap, HeaderValue};

/// Scripts, styles and images of our own only; forms go to us; nobody frames us (W3C CSP 3).
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; \
                      form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

/// Writes them. `secret`: the answer was made for somebody, and is not kept on the way or in the browser.
pub(super) fn dress(headers: &mut HeaderMap, public: Option<&str>, secret: bool) {
    let mut set = |name: HeaderName, value: &'static str| {
        headers.insert(name, HeaderValue::from_static(value));
    };
    set(CONTENT_SECURITY_POLICY, POLICY);
    set(X_CONTENT_TYPE_OPTIONS, "nosniff");
    // Not `no-referrer`: under it browsers send `Origin: null` with the forms of our own pages (WHATWG Fetch, "append a
    // request Origin header").
    set(REFERRER_POLICY, "same-origin");
    set(HeaderName::from_static("cross-origin-opener-policy"), "same-origin");
    set(HeaderName::from_static("cross-origin-resource-policy"), "same-origin");
    set(
        HeaderName::from_static("permissions-policy"),
        "camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()",
    );
    if public.is_some_and(|public| public.starts_with("https://")) {
        set(STRICT_TRANSPORT_SECURITY, "max-age=31536000");
    }
    if secret {
        set(CACHE_CONTROL, "no-store");
    }
}
