//! `/healthz`: whether every loop still comes round.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::pipeline::Engine;
use crate::pipeline::roles::Role;

/// 200 while all loops of this process come round, 503 with their names where one stands still.
pub(super) async fn healthz(State(engine): State<Arc<Engine>>) -> (StatusCode, Json<Value>) {
    let now = engine.now();
    let stuck = engine.progress.stuck(now);
    let loops: Value = engine
        .progress
        .rounds()
        .into_iter()
        .map(|(name, round)| (name.to_owned(), json!({ "last_round": round.at, "trouble": round.trouble })))
        .collect::<serde_json::Map<_, _>>()
        .into();
    let roles: Vec<_> = engine.roles.iter().map(Role::as_str).collect();
    let status = if stuck.is_empty() { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    (status, Json(json!({ "ok": stuck.is_empty(), "now": now, "roles": roles, "stuck": stuck, "loops": loops })))
}
