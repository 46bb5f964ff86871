//! Signed webhooks, checked by the library of those who wrote the specification.

use std::fmt::Write as _;
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

/// A desk with webhooks of these ids, each with its further settings, posting to one receiver; `secret` holds the secrets.
fn desk_with(served: &super::desk::Served, secrets: &str, hooks: &[(&str, &str)]) -> Desk {
    let desk = Desk::new("", 1, &[], |_| String::new());
    desk.place.write("secret", secrets);
    let mut settings = "[net]\nallow = [\"127.0.0.0/8\"]\n".to_owned();
    for (id, more) in hooks {
        let _ = write!(
            settings,
            "\n[[deliver.destinations]]\nkind = \"webhook\"\nid = \"{id}\"\nurl = \"{}/hook\"\non = [\"accepted\"]\n\
             secret_file = \"secret\"\n{more}\n",
            served.url
        );
    }
    desk.place.write("tidings.toml", &settings);
    desk
}

/// A request as a verifier takes it.
fn request((headers, body): &(HeaderMap, String)) -> String {
    let headers: Map<String, Value> =
        headers.iter().map(|(name, value)| (name.to_string(), json!(value.to_str().unwrap()))).collect();
    json!({ "headers": headers, "body": body }).to_string()
}

#[test]
fn while_a_secret_rotates_receivers_with_either_believe() {
    const FORMER: &str = "whsec_ZmVkY2JhOTg3NjU0MzIxMGZlZGNiYTk4NzY1NDMyMTA=";
    const OTHER: &str = "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
    let (taken, served) = receiver();
    let desk = desk_with(&served, &format!("{SECRET}\n{FORMER}\n"), &[("hook", "")]);
    desk.accepted();
    desk.pass();
    let taken = taken.lock().unwrap();
    assert_eq!(taken.len(), 1);
    assert_eq!(taken[0].0["webhook-signature"].to_str().unwrap().split(' ').count(), 2);
    for (secret, believed) in [(SECRET, true), (FORMER, true), (OTHER, false)] {
        if let Some(verdict) = verifier::ask("webhook.py", &[secret], &request(&taken[0])) {
            assert_eq!(verdict["ok"], believed, "{verdict}");
        }
    }
}

#[test]
fn cloud_events_are_read_by_the_library_of_those_who_wrote_the_specification() {
    let (taken, served) = receiver();
    let formats =
        [("structured", "format = \"cloudevents-structured\""), ("binary", "format = \"cloudevents-binary\"")];
    let desk = desk_with(&served, SECRET, &formats);
    let card = desk.accepted();
    desk.pass();
    let taken = taken.lock().unwrap();
    assert_eq!(taken.len(), 2);
    for sent in taken.iter() {
        assert!(sent.1.len() < 20_000);
        if let Some(verdict) = verifier::ask("webhook.py", &[SECRET], &request(sent)) {
            assert_eq!(verdict["ok"], true, "what is sent is what is signed: {verdict}");
        }
        let Some(event) = verifier::ask("cloudevent.py", &[], &request(sent)) else { continue };
        let attributes = &event["attributes"];
        assert_eq!(attributes["specversion"], "1.0", "{event}");
        assert_eq!(attributes["type"], "touch_point.accepted");
        assert_eq!(attributes["subject"], *card);
        assert_eq!(attributes["id"], sent.0["webhook-id"].to_str().unwrap());
        assert_eq!(event["data"]["id"], *card);
        assert_eq!(event["data"]["step"], "accepted");
    }
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
