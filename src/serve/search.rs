//! `GET /api/v1/search`: what `tidings search` answers, by the same names: `q`, `sort`, `limit`, `offset`,
//! `cursor`, `any`, `every_report`, `fragments`, `facets`, `histogram`, `like`, `own_story`, `format`. JSON, or a stream of NDJSON, CSV or
//! Atom. An error is `application/problem+json` (RFC 9457); that of a query names column, length and a correction.

mod asked;
mod stream;

use std::sync::{Arc, Mutex, PoisonError};

use axum::Json;
use axum::extract::{RawQuery, State};
use axum::http::header::X_CONTENT_TYPE_OPTIONS;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tracing::error;

use self::asked::Asked;
use super::problem::Problem;
use crate::pipeline::Engine;
use crate::search::{FEW, Reader, SearchError, SearchRequest, SurveyRequest, names_of};

/// Searches that are answered at a time; others wait.
const AT_ONCE: usize = 8;

/// The index, opened when first asked for.
pub(super) struct Desk {
    engine: Arc<Engine>,
    reader: Mutex<Option<Arc<Reader>>>,
    turns: Arc<Semaphore>,
}

impl Desk {
    pub(super) fn new(engine: Arc<Engine>) -> Arc<Self> {
        Arc::new(Self { engine, reader: Mutex::default(), turns: Arc::new(Semaphore::new(AT_ONCE)) })
    }

    /// The open index. It sees by itself what is written; one that failed is opened afresh.
    fn reader(&self) -> Result<Arc<Reader>, SearchError> {
        let mut held = self.reader.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(reader) = &*held {
            return Ok(Arc::clone(reader));
        }
        let reader = Arc::new(Reader::open(&self.engine.articles, &self.engine.settings().search)?);
        *held = Some(Arc::clone(&reader));
        Ok(reader)
    }

    fn problem(&self, why: &SearchError) -> Problem {
        if let SearchError::Cursor { .. } = why {
            let detail = Problem::new(StatusCode::BAD_REQUEST, &why.to_string()).with("parameter", "cursor");
            return detail.hint("begin again without a cursor");
        }
        *self.reader.lock().unwrap_or_else(PoisonError::into_inner) = None;
        if !matches!(why, SearchError::Missing { .. }) {
            error!(%why, "a search could not be answered");
        }
        let detail = match why {
            SearchError::Missing { .. } => "there is no search index yet",
            SearchError::OtherMake { .. } => "the search index is being built anew",
            _ => "the search index cannot be read",
        };
        Problem::new(StatusCode::SERVICE_UNAVAILABLE, detail).hint("ask again in a minute")
    }

    async fn turn(&self) -> Option<OwnedSemaphorePermit> {
        Arc::clone(&self.turns).acquire_owned().await.ok()
    }
}

/// Answers a search.
pub(super) async fn get(State(desk): State<Arc<Desk>>, headers: HeaderMap, RawQuery(query): RawQuery) -> Response {
    let query = query.unwrap_or_default();
    let asked = match Asked::of(&query) {
        Ok(asked) => asked,
        Err(problem) => return problem.into_response(),
    };
    let turn = desk.turn().await;
    let answered = if let Some(format) = asked.format {
        stream::answer(desk, asked, format, stream::own_address(&headers, &query), turn).await
    } else {
        let answered = tokio::task::spawn_blocking(move || {
            let _turn = turn;
            answer(&desk, &asked)
        });
        answered.await.unwrap_or_else(|_| Err(broken())).map(|found| Json(found).into_response())
    };
    let mut response = answered.unwrap_or_else(IntoResponse::into_response);
    response.headers_mut().insert(X_CONTENT_TYPE_OPTIONS, axum::http::HeaderValue::from_static("nosniff"));
    response
}

fn answer(desk: &Desk, asked: &Asked) -> Result<Value, Problem> {
    let told = |why: SearchError| desk.problem(&why);
    let reader = desk.reader().map_err(told)?;
    let request = SearchRequest { now: desk.engine.now(), ..asked.request.clone() };
    if let Some(id) = &asked.like {
        let found = reader.similar(id, asked.own_story, asked.query.as_ref(), &request).map_err(told)?;
        let found = found.ok_or_else(|| {
            Problem::new(StatusCode::NOT_FOUND, "there is no article of this id").with("parameter", "like")
        })?;
        return Ok(json!({ "total": found.total, "results": found.results }));
    }
    let Some(query) = &asked.query else { return Err(asked::missing()) };
    let found = reader.search(query, &request).map_err(told)?;
    let mut body =
        json!({ "query": query.to_string(), "total": found.total, "results": found.results, "next": found.next });
    if asked.facets.is_some() || asked.histogram.is_some() {
        let wanted = SurveyRequest {
            facets: asked.facets.clone().unwrap_or_default(),
            histogram: asked.histogram,
            zone: desk.engine.settings().operator.zone(),
            ..SurveyRequest::default()
        };
        let survey = reader.survey(query, &request, &wanted).map_err(told)?;
        body["facets"] = json!(survey).get("facets").cloned().unwrap_or_default();
        body["histogram"] = json!(survey.histogram);
    }
    if found.total <= FEW {
        let names = names_of(&desk.engine.config().watchlist);
        body["suggestion"] = json!(reader.suggest(query, &request, &names).map_err(told)?);
    }
    Ok(body)
}

fn broken() -> Problem {
    Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "the search broke off")
}
