//! Receivers that fail as receivers do: of each hundred requests to one that works badly, ten are taken but answered after
//! the time-out, ten get 500, five 429 with Retry-After, and one is taken but its answer is cut off.
//!
//! `/hook/NAME` keeps a record for each new `webhook-id`; `/crm/NAME` is a CRM that gives no ids but keeps a record for each
//! new `data.key`, and changes it when the key comes again. `/tally` tells what each has.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde_json::{Value, json};

/// Longer than the time-out that the script sets.
const TOO_LONG: Duration = Duration::from_secs(3);

/// What one receiver has.
#[derive(Default)]
struct Kept {
    requests: u64,
    /// Keys of records, with the touch point that each is of.
    records: HashMap<String, String>,
    /// Requests with a key that was known: what one that ignores keys would have doubled.
    again: u64,
    timeouts: u64,
    broken: u64,
    busy: u64,
    cut: u64,
}

struct Hall {
    badly: bool,
    kept: Mutex<HashMap<String, Kept>>,
}

#[tokio::main(flavor = "current_thread")]
pub(crate) async fn serve(port: u16, badly: bool) {
    let hall = Arc::new(Hall { badly, kept: Mutex::default() });
    let router = Router::new()
        .route("/hook/{name}", post(hook))
        .route("/crm/{name}", post(crm))
        .route("/tally", get(tally))
        .with_state(hall);
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", port)).await.unwrap();
    axum::serve(listener, router).await.unwrap();
}

async fn hook(
    State(hall): State<Arc<Hall>>,
    Path(name): Path<String>,
    headers: HeaderMap,
    Json(body): Json<Value>,
) -> Response {
    let key = headers["webhook-id"].to_str().unwrap().to_owned();
    answer(&hall, &name, key, &body).await
}

async fn crm(State(hall): State<Arc<Hall>>, Path(name): Path<String>, Json(body): Json<Value>) -> Response {
    let key = body["data"]["key"].as_str().unwrap().to_owned();
    answer(&hall, &name, key, &body).await
}

async fn answer(hall: &Hall, name: &str, key: String, body: &Value) -> Response {
    let lot = if hall.badly { fastrand::u32(0..100) } else { 99 };
    let touch_point = body["data"]["id"].as_str().unwrap().to_owned();
    {
        let mut kept = hall.kept.lock().unwrap();
        let kept = kept.entry(name.to_owned()).or_default();
        kept.requests += 1;
        match lot {
            0..10 => kept.timeouts += 1,
            10..20 => kept.broken += 1,
            20..25 => kept.busy += 1,
            25 => kept.cut += 1,
            _ => {}
        }
        if !(10..25).contains(&lot) && kept.records.insert(key, touch_point).is_some() {
            kept.again += 1;
        }
    }
    match lot {
        0..10 => {
            tokio::time::sleep(TOO_LONG).await;
            StatusCode::OK.into_response()
        }
        10..20 => (StatusCode::INTERNAL_SERVER_ERROR, "something broke\n").into_response(),
        20..25 => (StatusCode::TOO_MANY_REQUESTS, [("retry-after", "60")], "too many\n").into_response(),
        25 => {
            let parts = [Ok("{\"ok\":".to_owned()), Err(std::io::Error::other("cut"))];
            Body::from_stream(futures_util::stream::iter(parts)).into_response()
        }
        _ => Json(json!({ "ok": true })).into_response(),
    }
}

async fn tally(State(hall): State<Arc<Hall>>) -> Json<Value> {
    let kept = hall.kept.lock().unwrap();
    let each = kept.iter().map(|(name, kept)| {
        let mut of_card: HashMap<&str, u64> = HashMap::new();
        for touch_point in kept.records.values() {
            *of_card.entry(touch_point).or_default() += 1;
        }
        let told = json!({
            "requests": kept.requests, "touch_points": of_card.len(), "doubled": of_card.values().filter(|count| **count > 1).count(),
            "again": kept.again, "timeouts": kept.timeouts, "500": kept.broken, "429": kept.busy, "cut": kept.cut,
        });
        (name.clone(), told)
    });
    Json(each.collect())
}
