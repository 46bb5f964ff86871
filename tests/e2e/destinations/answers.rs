//! Bad answers of receivers: each ends in its class, with a message that says what to do.

use std::fmt::Write as _;

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::Value;
use tidings::model::{Clock, SystemClock};

use super::desk::Desk;
use super::faulty::{Manner, receiver, says};
use crate::program::SECRET;

/// What is told of a destination and of its only delivery.
struct Fared {
    destination: Value,
    delivery: Value,
}

fn fared(status: &Value, id: &str) -> Fared {
    let of = |list: &str, key: &str| {
        let list = status[list].as_array().unwrap();
        list.iter().find(|one| one[key] == id).unwrap_or_else(|| panic!("nothing of {id} in {list:?}")).clone()
    };
    Fared { destination: of("destinations", "id"), delivery: of("latest", "destination") }
}

#[test]
fn r56_each_bad_answer_ends_in_its_class_and_says_what_to_do() {
    let page = "<!doctype html><title>Oh no</title><p>Something broke";
    let cases: Vec<(&str, Manner, &str, &str, &str)> = vec![
        // id, manner, state of the delivery, state of the destination, what is told
        ("html", says("500 Internal Server Error", "", page), "due", "open", "500 Internal Server Error"),
        (
            "login",
            says("302 Found", "Location: https://login.example/sign-in\r\n", ""),
            "due",
            "open",
            "redirected to login.example with 302; a signed message does not follow",
        ),
        ("slow", Manner::Keeps, "due", "open", "no answer"),
        ("cut", Manner::Cuts, "due", "open", "no answer"),
        ("forged", Manner::Forges, "due", "open", "certificate"),
        ("locked", says("401 Unauthorized", "", ""), "due", "paused", "look at the address and the secret there"),
        ("denied", says("403 Forbidden", "", "no"), "due", "paused", "look at the address and the secret there"),
        ("absent", says("404 Not Found", "", ""), "dead", "open", "nobody listens at this address"),
        ("picky", says("422 Unprocessable Entity", "", "{}"), "dead", "open", "look at what it expects"),
        ("gone", says("410 Gone", "", ""), "due", "disabled", "gone for good"),
        ("busy", says("429 Too Many Requests", "Retry-After: 7200\r\n", ""), "due", "open", "429 Too Many Requests"),
        ("down", says("503 Service Unavailable", "", ""), "due", "open", "503 Service Unavailable"),
    ];
    let desk = Desk::new("", 1, &[], |_| String::new());
    desk.place.write("secret", SECRET);
    let secret = desk.place.config().join("secret");
    let mut settings = "[net]\nallow = [\"127.0.0.0/8\"]\n".to_owned();
    for (id, manner, ..) in &cases {
        let url = receiver(manner.clone());
        let _ = write!(
            settings,
            "\n[[deliver.destinations]]\nkind = \"webhook\"\nid = \"{id}\"\nurl = \"{url}\"\non = [\"accepted\"]\n\
             timeout_seconds = 2\nsecret_file = \"{}\"\n",
            secret.display()
        );
    }
    desk.place.write("tidings.toml", &settings);
    desk.accepted();
    let before = SystemClock.now();
    let pass = desk.pass();
    assert_eq!(pass["delivered"], 0, "{pass}");
    let status = desk.place.run(&["deliver", "status", "--limit", "100", "--json"]).ended(0).json();
    for (id, _, state, destination, says) in &cases {
        let fared = fared(&status, id);
        assert_eq!(fared.delivery["state"], *state, "{id}: {}", fared.delivery);
        assert_eq!(fared.destination["state"], *destination, "{id}: {}", fared.destination);
        let told = fared.delivery["last_error"].as_str().unwrap();
        assert!(told.contains(says), "{id}: {told}");
        assert!(!fared.destination["advice"].as_array().unwrap().is_empty(), "{id}: {}", fared.destination);
    }
    let next: DateTime<Utc> = fared(&status, "busy").delivery["next_at"].as_str().unwrap().parse().unwrap();
    assert!(next >= before + TimeDelta::seconds(7200), "Retry-After is a floor: {next}");
    // A person reads what to do, and that is what works.
    desk.place.run(&["deliver", "status"]).ended(0).said(&[
        "`tidings deliver retry locked`",
        "`tidings deliver drop absent`",
        "it is tried again by itself",
    ]);
    desk.place.run(&["deliver", "drop", "absent"]).ended(0).said(&["1 delivery are settled"]);
    desk.place.run(&["deliver", "drop", "absent"]).ended(2);
    let dropped = desk.place.run(&["deliver", "status", "--limit", "100", "--json"]).ended(0).json();
    let dropped = fared(&dropped, "absent").delivery;
    assert_eq!(dropped["state"], "dropped");
    assert_eq!(dropped["last_error"], "settled by tester as not to be sent");
    desk.place.run(&["deliver", "retry", "locked", "--json"]).ended(0);
    let troubles = desk.pass()["troubles"].to_string();
    assert!(troubles.contains("locked: refused with 401") && !troubles.contains("denied: "), "{troubles}");
}

#[test]
fn what_waits_for_a_destination_that_was_taken_out_is_kept_and_told() {
    let url = receiver(says("200 OK", "", ""));
    let desk = Desk::new("", 1, &[], |_| String::new());
    desk.place.write("secret", SECRET);
    let secret = desk.place.config().join("secret");
    let with = format!(
        "[net]\nallow = [\"127.0.0.0/8\"]\n\n[[deliver.destinations]]\nkind = \"webhook\"\nid = \"crm\"\nurl = \"{url}\"\n\
         on = [\"accepted\"]\nsecret_file = \"{}\"\n",
        secret.display()
    );
    let without = "[net]\nallow = [\"127.0.0.0/8\"]\n";
    desk.place.write("tidings.toml", &with);
    let card = desk.accepted();
    desk.place.write("tidings.toml", without);
    desk.pass();
    assert_eq!(desk.delivery(&card)["state"], "due");
    desk.place.run(&["deliver", "status"]).ended(0).said(&["not configured", "`tidings deliver drop crm`"]);
    desk.place.run(&["doctor"]).said(&["crm is not configured"]);
    desk.place.write("tidings.toml", &with);
    assert_eq!(desk.pass()["delivered"], 1);
    assert_eq!(desk.delivery(&card)["state"], "delivered");
}
