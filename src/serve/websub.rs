//! `/websub/…`: where hubs ask back and push to. Public: a path that nobody can guess, and a signature, stand guard.

use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, to_bytes};
use axum::extract::{Path, Query, Request, State};
use axum::http::header::{CONTENT_ENCODING, CONTENT_TYPE, HeaderName, X_CONTENT_TYPE_OPTIONS};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;

use crate::pipeline::Engine;
use crate::pipeline::websub::{self, Answer, Intent, Received};

const SIGNATURE: HeaderName = HeaderName::from_static("x-hub-signature");

/// The query of a hub's request.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    #[serde(rename = "hub.mode")]
    mode: String,
    #[serde(rename = "hub.topic")]
    topic: String,
    #[serde(rename = "hub.challenge")]
    challenge: Option<String>,
    #[serde(rename = "hub.lease_seconds")]
    lease_seconds: Option<String>,
    #[serde(rename = "hub.reason")]
    reason: Option<String>,
}

/// Answers a hub that wants to know whether a request was ours: its challenge, as plain text, else 404.
pub(super) async fn confirm(
    State(engine): State<Arc<Engine>>,
    Path(path): Path<String>,
    Query(asked): Query<Asked>,
) -> Response {
    let Asked { mode, topic, challenge, lease_seconds, reason } = asked;
    let lease_seconds = lease_seconds.and_then(|seconds| seconds.trim().parse().ok());
    let intent = Intent { mode, topic, challenge, lease_seconds, reason };
    match websub::confirm(&engine, &path, &intent).await {
        Ok(Answer::Yes(challenge)) => {
            let plain = [(CONTENT_TYPE, "text/plain; charset=utf-8"), (X_CONTENT_TYPE_OPTIONS, "nosniff")];
            (plain, challenge).into_response()
        }
        Ok(Answer::Noted) => StatusCode::OK.into_response(),
        Ok(Answer::No) => (StatusCode::NOT_FOUND, "not asked for\n").into_response(),
        Err(error) => later(&error),
    }
}

/// Takes a push. 202 whatever was in it, so that nobody learns which signature is right (R18); 410 where nobody is pushed
/// to.
pub(super) async fn receive(State(engine): State<Arc<Engine>>, Path(path): Path<String>, request: Request) -> Response {
    match websub::is_known(&engine, &path).await {
        Ok(true) => {}
        Ok(false) => return StatusCode::GONE.into_response(),
        Err(error) => return later(&error),
    }
    let (parts, body) = request.into_parts();
    let field = |name: &HeaderName| text(&parts.headers, name);
    if field(&CONTENT_ENCODING).is_some_and(|coding| !coding.eq_ignore_ascii_case("identity")) {
        return (StatusCode::UNSUPPORTED_MEDIA_TYPE, "pushes are not decompressed\n").into_response();
    }
    let body = match read(&engine, body).await {
        Ok(body) => body,
        Err(status) => return status.into_response(),
    };
    let (signature, content_type) = (field(&SIGNATURE), field(&CONTENT_TYPE));
    match websub::receive(&engine, &path, signature, content_type, &body).await {
        Ok(Received::Taken { .. } | Received::Ignored) => StatusCode::ACCEPTED.into_response(),
        Ok(Received::Unknown) => StatusCode::GONE.into_response(),
        Err(error) => later(&error),
    }
}

/// The body, as large and as slow as that of a feed may be (R35, R36).
async fn read(engine: &Engine, body: Body) -> Result<axum::body::Bytes, StatusCode> {
    let settings = &engine.settings().fetch;
    let deadline = Duration::from_secs(settings.timeout_seconds.max(1));
    match tokio::time::timeout(deadline, to_bytes(body, settings.max_body_bytes)).await {
        Ok(Ok(body)) => Ok(body),
        Ok(Err(_)) => Err(StatusCode::PAYLOAD_TOO_LARGE),
        Err(_) => Err(StatusCode::REQUEST_TIMEOUT),
    }
}

fn text<'h>(headers: &'h HeaderMap, name: &HeaderName) -> Option<&'h str> {
    headers.get(name).and_then(|value| value.to_str().ok()).map(str::trim)
}

fn later(error: &dyn std::fmt::Display) -> Response {
    tracing::warn!(why = %error, "a hub was put off");
    StatusCode::SERVICE_UNAVAILABLE.into_response()
}
