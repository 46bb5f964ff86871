//! Webhooks that other programs ask for, in the manner of REST hooks (<https://resthooks.org>, and Zapier's
//! "REST Hook trigger"): subscribe, unsubscribe, a sample list, and a list to poll, newest first. All by bearer token; an
//! error is `application/problem+json` (RFC 9457).

use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::body::to_bytes;
use axum::extract::{Path, Query, Request, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::Value;
use tracing::error;

use super::problem::Problem;
use crate::model::{Actor, Step};
use crate::pipeline::Engine;
use crate::pipeline::facts::door::has_one_of;
use crate::pipeline::hooks::{self, HookError};

/// Largest body.
const LARGEST_BODY: usize = 64 * 1024;

/// Longest wait for a body: one deadline for all of it (R36).
const PATIENCE: Duration = Duration::from_secs(30);

/// Entries of the list to poll, where nobody says how many.
const USUAL_LIST: usize = 50;

/// What is asked for: `{"target_url": "https://…", "events": ["touch_point.accepted"]}`.
#[derive(Debug, Deserialize)]
struct Wish {
    #[serde(alias = "hookUrl", alias = "url")]
    target_url: String,
    /// One event, as Zapier's own examples have it.
    event: Option<String>,
    events: Option<Vec<String>>,
}

/// Which events, and how many.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Choice {
    /// Events parted by commas; the usual ones where there are none.
    event: Option<String>,
    limit: Option<usize>,
}

/// Asks for a webhook: 201 with its id and signing secret; the same ones where it was there already.
pub(super) async fn subscribe(State(engine): State<Arc<Engine>>, request: Request) -> Response {
    match wanted(&engine, request).await {
        Ok(hook) => (StatusCode::CREATED, Json(hook)).into_response(),
        Err(problem) => problem.into_response(),
    }
}

async fn wanted(engine: &Engine, request: Request) -> Result<Value, Problem> {
    let (head, body) = request.into_parts();
    let who = caller(engine, &head.headers)?;
    let read = tokio::time::timeout(PATIENCE, to_bytes(body, LARGEST_BODY)).await;
    let body = match read {
        Err(_) => return Err(Problem::new(StatusCode::REQUEST_TIMEOUT, "the body did not come in time")),
        Ok(Err(_)) => {
            return Err(Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "the body is larger than 64 KiB, or broke off"));
        }
        Ok(Ok(body)) => body,
    };
    let wish: Wish = serde_json::from_slice(&body).map_err(|error| {
        let problem = Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "the body asks for no webhook");
        problem
            .hint(&format!("send {{\"target_url\": \"https://…\", \"events\": [\"touch_point.accepted\"]}}: {error}"))
    })?;
    let names = wish.events.unwrap_or_default().into_iter().chain(wish.event);
    let steps = steps(names)?;
    let hook = hooks::subscribe(engine, &wish.target_url, &steps, &who).await.map_err(|problem| match problem {
        HookError::Address(_) => {
            let answer = Problem::new(StatusCode::UNPROCESSABLE_ENTITY, &problem.to_string());
            answer.hint("it must be a public http or https address, or one that `allow` in [net] lets through")
        }
        HookError::TooMany => Problem::new(StatusCode::CONFLICT, &problem.to_string()),
        HookError::Random => Problem::new(StatusCode::SERVICE_UNAVAILABLE, &problem.to_string()),
        HookError::Store(_) => unkept(&problem),
    })?;
    Ok(hooks::shown(&hook, true))
}

/// Takes a webhook out: 204, or 404 where there is none of this id.
pub(super) async fn unsubscribe(
    State(engine): State<Arc<Engine>>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Response {
    let who = match caller(&engine, &headers) {
        Ok(who) => who,
        Err(problem) => return problem.into_response(),
    };
    match hooks::unsubscribe(&engine, &id.as_str().into(), &who).await {
        Ok(true) => StatusCode::NO_CONTENT.into_response(),
        Ok(false) => Problem::new(StatusCode::NOT_FOUND, "there is no webhook of this id").into_response(),
        Err(why) => unkept(&why).into_response(),
    }
}

/// Every webhook that was asked for, without its secret.
pub(super) async fn list(State(engine): State<Arc<Engine>>, headers: HeaderMap) -> Response {
    if let Err(problem) = caller(&engine, &headers) {
        return problem.into_response();
    }
    told(hooks::list(&engine).await)
}

/// What a webhook would bring, made up: a list, so that a program can lay out its fields before anything happened.
pub(super) async fn sample(
    State(engine): State<Arc<Engine>>,
    Query(choice): Query<Choice>,
    headers: HeaderMap,
) -> Response {
    let steps = caller(&engine, &headers).and_then(|_| choice.steps());
    match steps {
        Ok(steps) => Json(hooks::samples(&engine, &steps)).into_response(),
        Err(problem) => problem.into_response(),
    }
}

/// What webhooks with these events would have brought, newest first, each with an `id`.
pub(super) async fn recent(
    State(engine): State<Arc<Engine>>,
    Query(choice): Query<Choice>,
    headers: HeaderMap,
) -> Response {
    let steps = caller(&engine, &headers).and_then(|_| choice.steps());
    match steps {
        Ok(steps) => told(hooks::recent(&engine, &steps, choice.limit.unwrap_or(USUAL_LIST)).await),
        Err(problem) => problem.into_response(),
    }
}

impl Choice {
    fn steps(&self) -> Result<Vec<Step>, Problem> {
        steps(self.event.iter().flat_map(|names| names.split(',')).map(str::to_owned))
    }
}

/// The steps of these names; the usual ones where there are none.
fn steps(names: impl Iterator<Item = String>) -> Result<Vec<Step>, Problem> {
    let steps: Result<Vec<Step>, String> = names.map(|name| hooks::step_called(&name).ok_or(name)).collect();
    match steps {
        Ok(steps) if steps.is_empty() => Ok(hooks::usual_steps()),
        Ok(steps) => Ok(steps),
        Err(name) => {
            let what = format!("no event is called {:?}", name.chars().take(80).collect::<String>());
            let problem = Problem::new(StatusCode::UNPROCESSABLE_ENTITY, &what);
            Err(problem
                .hint("such as touch_point.ready, touch_point.accepted, touch_point.done, touch_point.withdrawn"))
        }
    }
}

/// Who calls, by a token of the settings.
fn caller(engine: &Engine, headers: &HeaderMap) -> Result<Actor, Problem> {
    let tokens = &engine.settings().serve.hooks.tokens;
    if tokens.is_empty() {
        let problem = Problem::new(StatusCode::FORBIDDEN, "no program may ask for webhooks");
        return Err(problem.hint("name a token in tidings.toml: [serve.hooks] token_env = \"NAME\""));
    }
    if !has_one_of(headers, tokens) {
        let problem = Problem::new(StatusCode::UNAUTHORIZED, "the token is missing or wrong");
        return Err(problem.hint("send authorization: Bearer TOKEN"));
    }
    Ok(Actor::person("api"))
}

fn told(list: Result<Vec<Value>, HookError>) -> Response {
    match list {
        Ok(list) => Json(list).into_response(),
        Err(why) => unkept(&why).into_response(),
    }
}

fn unkept(why: &HookError) -> Problem {
    error!(%why, "webhooks could not be read or kept");
    Problem::new(StatusCode::SERVICE_UNAVAILABLE, "the database does not answer; ask again")
}
