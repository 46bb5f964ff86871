//! Slack and Teams: messages that the vendors' own libraries read, and what the services answer.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::http::StatusCode;
use axum::routing::post;
use serde_json::{Value, json};

use super::desk::{Desk, Served, serve};
use crate::verifier;

type Taken = Arc<Mutex<Vec<Value>>>;

/// A service that keeps what it is sent and answers in turn with these, the last for good.
fn service(answers: &'static [(u16, &'static str)]) -> (Taken, Served) {
    let taken = Taken::default();
    let kept = Arc::clone(&taken);
    let router = Router::new().route(
        "/services/secret",
        post(move |body: String| async move {
            let mut kept = kept.lock().unwrap();
            kept.push(serde_json::from_str(&body).unwrap());
            let (status, text) = answers[(kept.len() - 1).min(answers.len() - 1)];
            (StatusCode::from_u16(status).unwrap(), text)
        }),
    );
    (taken, serve(router))
}

fn desk(kind: &str, served: &Served) -> Desk {
    let settings = format!(
        "[[deliver.destinations]]\nkind = \"{kind}\"\nid = \"chat\"\nurl = \"{}/services/secret\"\n\
         card_url = \"https://tidings.example/cards/{{id}}\"\n",
        served.url
    );
    Desk::new(&settings, 2, &[], |_| String::new())
}

fn state(desk: &Desk) -> (String, String) {
    let status = desk.place.run(&["deliver", "status", "--json"]).ended(0).json();
    let text = |key: &str| status["destinations"][0][key].as_str().unwrap().to_owned();
    (text("state"), text("why"))
}

#[test]
fn slack_is_told_of_a_card_in_blocks_that_its_library_reads() {
    let (taken, served) = service(&[(200, "ok")]);
    let desk = desk("slack", &served);
    let card = desk.cards(0..1)[0].clone();
    let taken = taken.lock().unwrap();
    assert_eq!(taken.len(), 1);
    assert!(taken[0]["text"].as_str().unwrap().contains(&card["title"].as_str().unwrap()[..20]));
    let link = format!("<https://tidings.example/cards/{}|Open the card>", card["id"].as_str().unwrap());
    assert!(taken[0]["blocks"].to_string().contains(&link), "{}", taken[0]);
    assert_eq!(desk.delivery(card["id"].as_str().unwrap())["state"], "delivered");
    if let Some(verdict) = verifier::ask("slack.py", &[], &taken[0].to_string()) {
        assert_eq!(verdict["faults"], json!([]), "{verdict}");
        assert_eq!(verdict["kinds"][0], "header");
        assert_eq!(verdict["kinds"].as_array().unwrap().len(), taken[0]["blocks"].as_array().unwrap().len());
    }
}

#[test]
fn an_archived_channel_pauses_and_a_200_that_is_no_ok_is_none() {
    for answer in
        [&[(410, "channel_is_archived")][..], &[(200, "<!DOCTYPE html><title>Sign in</title>")], &[(200, "hello")]]
    {
        let (_, served) = service(answer);
        let desk = desk("slack", &served);
        desk.cards(0..1);
        let (state, why) = state(&desk);
        assert_eq!(state, "paused", "{answer:?}: {why}");
        assert!(!why.contains("/services/secret"), "r53: {why}");
    }
}

#[test]
fn teams_gets_a_card_that_its_library_reads() {
    let (taken, served) = service(&[(202, "")]);
    let desk = desk("teams", &served);
    let card = desk.cards(0..1)[0].clone();
    let taken = taken.lock().unwrap();
    assert_eq!(taken.len(), 1);
    let content = &taken[0]["attachments"][0]["content"];
    assert_eq!(content["actions"][0]["url"], format!("https://tidings.example/cards/{}", card["id"].as_str().unwrap()));
    if let Some(verdict) = verifier::ask("adaptive_card.js", &[], &content.to_string()) {
        assert_eq!((&verdict["version"], &verdict["faults"]), (&json!("1.4"), &json!([])), "{verdict}");
        assert_eq!(verdict["types"].as_array().unwrap().len(), content["body"].as_array().unwrap().len());
    }
}

#[test]
fn an_error_inside_a_200_of_teams_is_one() {
    const BUSY: &str =
        "Webhook message delivery failed with error: Microsoft Teams endpoint returned HTTP error 429 with ContextId x";
    let (taken, served) = service(&[(200, BUSY), (200, "1")]);
    let desk = desk("teams", &served);
    let card = desk.cards(0..1)[0]["id"].as_str().unwrap().to_owned();
    let delivery = desk.delivery(&card);
    assert_eq!(delivery["state"], "due", "{delivery}");
    desk.place.run(&["deliver", "retry", delivery["id"].as_str().unwrap()]).ended(0);
    desk.pass();
    assert_eq!((taken.lock().unwrap().len(), &desk.delivery(&card)["state"]), (2, &json!("delivered")));
}

#[test]
fn a_card_taken_back_before_the_chat_heard_of_it_is_not_told() {
    let (taken, served) = service(&[(200, "ok")]);
    let desk = desk("slack", &served);
    let settings = desk.place.config().join("tidings.toml");
    let text = std::fs::read_to_string(&settings).unwrap();
    desk.place.write("tidings.toml", &format!("{text}on = [\"dismissed\"]\n"));
    let card = desk.cards(0..1)[0]["id"].as_str().unwrap().to_owned();
    desk.place.run(&["inbox", "dismiss", &card, "--code", "trivial"]).ended(0);
    desk.pass();
    assert_eq!(taken.lock().unwrap().len(), 0);
    assert_eq!(desk.delivery(&card)["state"], "delivered");
}
