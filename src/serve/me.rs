//! `GET /api/v1/me`: who asks, as Tidings sees it.

use axum::Json;
use serde_json::{Value, json};

use super::viewer::Viewer;

/// Name and role of who asks, and the owners whose accounts are theirs.
pub(super) async fn get(viewer: Viewer) -> Json<Value> {
    let Viewer { actor, role, owner, owners, .. } = viewer;
    Json(json!({ "name": actor, "role": role, "owner": owner, "owners": owners }))
}
