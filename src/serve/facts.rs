//! `POST /api/v1/facts`: other systems tell facts, by bearer token, or as a webhook signed by the Standard Webhooks
//! specification. One JSON object, or an array of them. Refused without a key; an error is `application/problem+json`
//! (RFC 9457).

use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::body::to_bytes;
use axum::extract::{Request, State};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};
use standardwebhooks::HEADER_WEBHOOK_SIGNATURE;
use tracing::error;

use super::guard::FactTeller;
use super::problem::Problem;
use crate::pipeline::Engine;
use crate::pipeline::facts::door::{caller, has_token};
use crate::pipeline::facts::{Draft, take};
use crate::pipeline::roster::table::Refused;

/// Largest body.
const LARGEST_BODY: usize = 1024 * 1024;

/// Longest wait for a body: one deadline for all of it (R36).
const PATIENCE: Duration = Duration::from_secs(30);

/// Takes facts in: 200 with what was added, changed and refused; 422 where none could be taken.
pub(super) async fn post(State(engine): State<Arc<Engine>>, request: Request) -> Response {
    match tell(&engine, request).await {
        Ok(told) => Json(told).into_response(),
        Err(problem) => problem.into_response(),
    }
}

async fn tell(engine: &Engine, request: Request) -> Result<Value, Problem> {
    let (head, body) = request.into_parts();
    let door = &engine.settings().serve.facts;
    let teller = head.extensions.get::<FactTeller>().map(|teller| teller.0.clone());
    if teller.is_none() && door.tokens.is_empty() && door.secrets.is_empty() {
        let hint = "make a token: `tidings user token add NAME --scope facts`; or name one in tidings.toml: [serve.facts] \
                    token_env = \"NAME\", or secret_env for webhooks";
        return Err(Problem::new(StatusCode::FORBIDDEN, "no system may tell facts").hint(hint));
    }
    // A caller without any key is turned away before its body is read.
    let has_key = teller.is_some() || has_token(&head.headers, door);
    if !head.headers.contains_key(HEADER_WEBHOOK_SIGNATURE) && !has_key {
        return Err(unknown_caller());
    }
    let read = tokio::time::timeout(PATIENCE, to_bytes(body, LARGEST_BODY)).await;
    let body = match read {
        Err(_) => return Err(Problem::new(StatusCode::REQUEST_TIMEOUT, "the body did not come in time")),
        Ok(Err(_)) => {
            let why = "the body is larger than 1 MiB, or broke off";
            return Err(Problem::new(StatusCode::PAYLOAD_TOO_LARGE, why).hint("send fewer facts at once"));
        }
        Ok(Ok(body)) => body,
    };
    let who = teller.or_else(|| caller(&head.headers, &body, door)).ok_or_else(unknown_caller)?;
    let (drafts, refused) = drafts(&head.headers, &body)?;
    let config = engine.config();
    let taken = take(&engine.store, &drafts, &config.watchlist, &who, engine.now(), false).await;
    let mut taken = taken.map_err(|why| {
        error!(%why, "facts could not be kept");
        Problem::new(StatusCode::SERVICE_UNAVAILABLE, "the facts could not be kept; tell them again")
    })?;
    taken.refused.extend(refused);
    taken.refused.sort_by_key(|refused| refused.line);
    let good = taken.added.len() + taken.changed.len() + taken.unchanged;
    if good == 0 && !taken.refused.is_empty() {
        let problem = Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "no fact could be taken");
        return Err(problem.with("errors", errors(&taken.refused)));
    }
    engine.told.notify_one();
    Ok(json!({
        "added": taken.added, "changed": taken.changed, "unchanged": taken.unchanged, "refused": errors(&taken.refused),
    }))
}

/// Drafts with their places from 1, and what was none.
type Read = (Vec<(usize, Draft)>, Vec<Refused>);

/// The facts of a body, each with its place from 1; with those that are none.
fn drafts(headers: &HeaderMap, body: &[u8]) -> Result<Read, Problem> {
    let kind = headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    if !kind.split(';').next().unwrap_or_default().trim().eq_ignore_ascii_case("application/json") {
        let problem = Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "the body must be application/json");
        return Err(problem.hint("send one JSON object, or an array of them, with content-type: application/json"));
    }
    let value: Value = serde_json::from_slice(body)
        .map_err(|error| Problem::new(StatusCode::BAD_REQUEST, "the body is no JSON").hint(&error.to_string()))?;
    let values = match value {
        Value::Array(values) => values,
        one => vec![one],
    };
    let (mut drafts, mut refused) = (Vec::new(), Vec::new());
    for (place, value) in values.into_iter().enumerate() {
        match Draft::of(value) {
            Ok(draft) => drafts.push((place + 1, draft)),
            Err(reason) => refused.push(Refused { line: Some(place + 1), reason }),
        }
    }
    Ok((drafts, refused))
}

fn unknown_caller() -> Problem {
    let problem = Problem::new(StatusCode::UNAUTHORIZED, "the token or signature is missing or wrong");
    problem.hint("send authorization: Bearer TOKEN, or sign by the Standard Webhooks specification")
}

fn errors(refused: &[Refused]) -> Value {
    refused.iter().map(|refused| json!({ "place": refused.line, "reason": refused.reason })).collect()
}
