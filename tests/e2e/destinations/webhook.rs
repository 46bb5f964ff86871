//! Signed webhooks, checked by the library of those who wrote the specification.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::http::HeaderMap;
use axum::routing::post;
use serde_json::{Map, Value, json};

use super::desk::{Desk, serve};
use crate::program::SECRET;
use crate::verifier;

type Taken = Arc<Mutex<Vec<(HeaderMap, String)>>>;

/// A receiver that keeps what it is sent.
fn receiver() -> (Taken, super::desk::Served) {
    let taken = Taken::default();
    let kept = Arc::clone(&taken);
    let router = Router::new().route(
        "/hook",
        post(move |headers: HeaderMap, body: String| async move {
            kept.lock().unwrap().push((headers, body));
        }),
    );
    (taken, serve(router))
}

#[test]
fn a_receiver_that_others_wrote_believes_the_signature() {
    let (taken, served) = receiver();
    let desk = Desk::new("", 1, &[], |_| String::new());
    desk.place.write("secret", SECRET);
    let secret = desk.place.config().join("secret");
    desk.place.write(
        "tidings.toml",
        &format!(
            "[net]\nallow = [\"127.0.0.0/8\"]\n\n[[deliver.destinations]]\nkind = \"webhook\"\nid = \"hook\"\n\
             url = \"{}/hook\"\nsecret_file = \"{}\"\n",
            served.url,
            secret.display()
        ),
    );
    desk.accepted();
    desk.pass();
    let taken = taken.lock().unwrap();
    assert_eq!(taken.len(), 2, "ready, accepted");
    for (headers, body) in taken.iter() {
        let headers: Map<String, Value> =
            headers.iter().map(|(name, value)| (name.to_string(), json!(value.to_str().unwrap()))).collect();
        let right = json!({ "headers": headers, "body": body }).to_string();
        if let Some(verdict) = verifier::ask("webhook.py", &[SECRET], &right) {
            assert_eq!(verdict["ok"], true, "{verdict}");
        }
        let forged = json!({ "headers": headers, "body": body.replace("client0", "client1") }).to_string();
        if let Some(verdict) = verifier::ask("webhook.py", &[SECRET], &forged) {
            assert_eq!(verdict["ok"], false, "{verdict}");
        }
    }
}
