//! `/unsubscribe/…`: where a reader stops the digest. The address stands in each digest and is known to its reader alone.
//!
//! A mail program posts at one click (RFC 8058); a person who follows the link is asked first, as links are also followed
//! by programs that look for harm (RFC 8058, section 3.2).

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS};
use axum::http::{HeaderName, StatusCode};
use axum::response::{Html, IntoResponse, Response};

use crate::pipeline::Engine;
use crate::pipeline::digest;

/// Nothing is fetched, run or framed; the address is told to nobody and kept nowhere.
const GUARDS: [(HeaderName, &str); 4] = [
    (CONTENT_SECURITY_POLICY, "default-src 'none'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"),
    (REFERRER_POLICY, "no-referrer"),
    (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (CACHE_CONTROL, "no-store"),
];

/// Asks whether the digest is to be stopped; changes nothing.
pub(super) async fn ask(State(engine): State<Arc<Engine>>, Path(token): Path<String>) -> Response {
    match digest::subscription(&engine, &token).await {
        Ok(Some(one)) if one.stopped => page(StatusCode::OK, "You get no digest any more.", ""),
        Ok(Some(_)) => {
            let form = "<form method=\"post\"><button type=\"submit\">Stop the digest</button></form>";
            page(StatusCode::OK, "Do you want no more digests of Tidings?", form)
        }
        Ok(None) => page(StatusCode::NOT_FOUND, "This address is not, or no longer, that of a digest.", ""),
        Err(error) => later(&error),
    }
}

/// Stops it; doing so again changes nothing.
pub(super) async fn stop(State(engine): State<Arc<Engine>>, Path(token): Path<String>) -> Response {
    match digest::stop(&engine, &token).await {
        Ok(true) => page(StatusCode::OK, "Done: you get no digest any more.", ""),
        Ok(false) => page(StatusCode::NOT_FOUND, "This address is not, or no longer, that of a digest.", ""),
        Err(error) => later(&error),
    }
}

fn page(status: StatusCode, says: &str, form: &str) -> Response {
    let html = format!(
        "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"robots\" content=\"noindex\">\
         <title>Tidings</title></head>\n<body><h1>{says}</h1>{form}</body></html>\n"
    );
    (status, GUARDS, Html(html)).into_response()
}

fn later(error: &dyn std::fmt::Display) -> Response {
    tracing::warn!(why = %error, "a reader was put off");
    (StatusCode::SERVICE_UNAVAILABLE, "try again later\n").into_response()
}
