//! `GET /api/v1/search`: what `tidings search` answers, by the same names: `q`, `sort`, `limit`, `offset`,
//! `cursor`, `any`, `every_report`, `fragments`, `facets`, `histogram`, `like`, `own_story`, `format`. JSON, or a stream of NDJSON, CSV or
//! Atom. An error is `application/problem+json` (RFC 9457); that of a query names column, length and a correction.

mod stream;

use std::sync::Arc;

use axum::Json;
use axum::extract::{RawQuery, State};
use axum::http::header::X_CONTENT_TYPE_OPTIONS;
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use tokio::sync::Semaphore;
use tracing::error;

use super::problem::Problem;
use crate::pipeline::Engine;
use crate::pipeline::ask::{AskError, Asked, Desk};

/// Searches that are answered at a time; others wait.
const AT_ONCE: usize = 8;

/// Who answers, and how many at a time.
pub(super) struct Counter {
    desk: Arc<Desk>,
    turns: Arc<Semaphore>,
}

impl Counter {
    pub(super) fn new(engine: Arc<Engine>) -> Arc<Self> {
        Arc::new(Self { desk: Arc::new(Desk::new(engine)), turns: Arc::new(Semaphore::new(AT_ONCE)) })
    }
}

/// Answers a search.
pub(super) async fn get(
    State(counter): State<Arc<Counter>>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Response {
    let query = query.unwrap_or_default();
    let answered = answer(&counter, &headers, &query).await;
    let mut response = answered.unwrap_or_else(IntoResponse::into_response);
    response.headers_mut().insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}

async fn answer(counter: &Counter, headers: &HeaderMap, query: &str) -> Result<Response, Problem> {
    let asked = Asked::of(query).map_err(|error| problem(&error))?;
    let turn = Arc::clone(&counter.turns).acquire_owned().await.map_err(|_| broken())?;
    let desk = Arc::clone(&counter.desk);
    if let Some(format) = asked.format {
        let address = stream::own_address(headers, query);
        return stream::answer(desk, asked, format, address, turn).await;
    }
    let answered = tokio::task::spawn_blocking(move || {
        let _turn = turn;
        desk.answer(&asked)
    });
    match answered.await {
        Ok(Ok(found)) => Ok(Json(found).into_response()),
        Ok(Err(error)) => Err(problem(&error)),
        Err(_) => Err(broken()),
    }
}

fn problem(error: &AskError) -> Problem {
    match error {
        AskError::Parameter { parameter, message, hint } => {
            let problem = Problem::new(StatusCode::BAD_REQUEST, message).with("parameter", parameter.as_str());
            hint.as_deref().map_or(problem.clone(), |hint| problem.hint(hint))
        }
        AskError::Query(error) => {
            let problem = Problem::new(StatusCode::BAD_REQUEST, &error.message).with("parameter", "q");
            let problem = problem.with("column", error.column).with("length", error.length);
            error.suggestion.as_deref().map_or(problem.clone(), |instead| problem.with("suggestion", instead))
        }
        AskError::NoArticle => Problem::new(StatusCode::NOT_FOUND, &error.to_string()).with("parameter", "like"),
        AskError::Index(why) => {
            error!(%why, "a search could not be answered");
            Problem::new(StatusCode::SERVICE_UNAVAILABLE, &error.to_string()).hint("ask again in a minute")
        }
    }
}

fn broken() -> Problem {
    Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "the search broke off")
}
