//! The weekly brief of a place that has read something.

use chrono::TimeDelta;
use tidings::model::{Clock, SystemClock};

use crate::documents::{ACQUIRED, LAUNCHED, RAIN, Report, rss, source};
use crate::origin::{Answer, Origin};
use crate::program::Place;

const RUMOURED: &str = "Acme Robotics may be sold, people familiar with the matter said. Acme Robotics is considering a sale \
    of the whole company, the sources said. Acme Robotics declined to comment.";

const ROBOTS: &str = "Warehouse robots are everywhere this year. A new survey of warehouse robots finds that every second \
    operator of a large depot plans to buy some.";

/// A place with two clients, one of whom renews soon, a rival's launch, a rumour, and a feed that is down.
fn place_with(reports: &[(&'static str, &'static str, &'static str)]) -> (Origin, Place) {
    let origin = Origin::start();
    let reports: Vec<Report> = reports
        .iter()
        .map(|(guid, title, text)| Report::new(guid, origin.url(&format!("/{guid}")), title, text))
        .collect();
    origin.serve("/wire.xml", rss("Wire", &reports));
    origin.serve("/down.xml", Answer::Status(500, Vec::new()));
    let sources = source("wire", &[("wire", origin.url("/wire.xml"))])
        + &source("beta", &[("beta-news", origin.url("/down.xml"))]);
    let place = Place::new(&sources.replace("id = \"beta-news\"", "id = \"beta-news\"\naccount = \"beta\""));
    let watchlist = std::fs::read_to_string(place.config().join("watchlist.toml")).unwrap();
    let renewal = (SystemClock.now() + TimeDelta::days(40)).date_naive();
    let more = format!(
        "\n[[account]]\nid = \"beta\"\nname = \"Beta Freight Group\"\nowner = \"tom\"\nrenewal = {renewal}\n\
         relations = [{{ kind = \"in_industry\", to = \"robotics\" }}]\n\n\
         [[account]]\nid = \"quietco\"\nname = \"Quiet Company of Elsewhere\"\nowner = \"tom\"\n"
    );
    place.write("watchlist.toml", &(watchlist + &more));
    (origin, place)
}

fn usual() -> (Origin, Place) {
    let (origin, place) = place_with(&[
        ("w1", "Globex to acquire Acme Robotics for $1.2 billion", ACQUIRED),
        ("w2", "Palletron Systems launches new sorting robot", LAUNCHED),
        ("w3", "Warehouse robots are everywhere", ROBOTS),
        ("w4", "Rain at last", RAIN),
    ]);
    place.run(&["run", "--once"]).ended(3);
    (origin, place)
}

#[test]
fn one_screen_on_monday() {
    let (_origin, place) = usual();
    let told = place.run(&["report"]).ended(0).said(&[
        "TOP CARDS",
        "ALARM Call Ruth Okafor, Acme Robotics",
        "OVERDUE: nothing",
        "Beta Freight Group (tom), in ",
        "last human contact unknown",
        "Quiet Company of Elsewhere, never named",
        "could never look: feed beta-news (news of beta)",
        "Palletron Systems: “",
        "So what: may reach Acme Robotics, Inc., Beta Freight Group",
        "warehouse robots: 2 stories (2 reports), up from 0, from 1 publisher",
        "CORRECTIONS: none",
        "RIGHT CARDS: nobody has judged a card yet",
    ]);
    let text = told.stdout();
    assert!(text.lines().count() <= 50, "one screen: {text}");
    assert!(!text.contains("Beta Freight Group, never named"), "who could not be looked at is not quiet: {text}");

    let json = place.run(&["report", "--json"]).ended(0).json();
    assert_eq!(json["top"][0]["alarm"], true, "{json}");
    assert_eq!(json["renewals"][0]["last_contact"], serde_json::Value::Null);
    assert_eq!(json["rival_moves"][0]["account"], "palletron");
    assert_eq!(json["topics"][0]["stories"], 2);
    assert_eq!(json["quiet"]["could_not_look"][0]["account"], "beta");
}

#[test]
fn what_people_decided_is_in_the_next_brief() {
    let (_origin, place) = usual();
    let cards = place.run(&["inbox", "list", "--all", "--json"]).ended(0).lines();
    let id = |account: &str| {
        let card =
            cards.iter().find(|card| card["account"] == account).unwrap_or_else(|| panic!("{account}: {cards:?}"));
        card["id"].as_str().unwrap().to_owned()
    };
    for account in ["palletron", "beta"] {
        place.run(&["inbox", "dismiss", &id(account), "--code", "known"]).ended(0);
    }
    let acme = id("acme");
    if cards.iter().any(|card| card["id"] == acme.as_str() && card["state"] == "checking") {
        place.run(&["inbox", "approve", &acme]).ended(0);
    }
    place.run(&["inbox", "accept", &acme]).ended(0);
    place.run(&["inbox", "done", &acme, "--outcome", "she asked for a visit"]).ended(0);
    place.run(&["report"]).ended(0).said(&[
        "TOP CARDS: no card waits",
        "RIVALS: no move seen",
        "1 done, 2 dismissed (known 2)",
        "she asked for a visit",
        "by type, since ",
        "acquisition 1 of 1",
        "by source: ",
    ]);
    place.run(&["inbox", "undo", &acme]).ended(0);
    let json = place.run(&["report", "--json"]).ended(0).json();
    assert_eq!(json["outcomes"]["done"], 0, "what was taken back did not happen: {json}");
}

#[test]
fn a_rumour_is_a_line_and_no_card() {
    let (_origin, place) = place_with(&[("w1", "Acme Robotics may be sold, sources say", RUMOURED)]);
    place.run(&["run", "--once"]).ended(3);
    let json = place.run(&["report", "--json"]).ended(0).json();
    let told = |card: &serde_json::Value| card["title"].as_str().is_some_and(|title| title.contains("Acme"));
    assert!(!json["top"].as_array().unwrap().iter().any(told), "{json}");
    let line = &json["lines"][0];
    assert_eq!((&line["account"], &line["unsure"]), (&"acme".into(), &"rumour".into()), "{json}");
    place.run(&["report"]).ended(0).said(&["NOT SURE ENOUGH FOR A CARD", "rumour: “"]);
}

#[test]
fn only_what_concerns_an_owner() {
    let (_origin, place) = usual();
    let json = place.run(&["report", "--json", "--owner", "tom"]).ended(0).json();
    assert!(json["top"].as_array().unwrap().iter().all(|card| card["owner"] == "tom"), "{json}");
    assert_eq!(json["renewals"][0]["account"], "beta");
    let nobody = place.run(&["report", "--json", "--owner", "nobody"]).ended(0).json();
    assert!(nobody["top"].as_array().unwrap().is_empty() && nobody["renewals"].as_array().unwrap().is_empty());
}

#[test]
fn markdown_for_a_mail() {
    let (_origin, place) = usual();
    let text = place.run(&["report", "--markdown"]).ended(0).stdout();
    for part in ["# Weekly brief: ", "\n## Top cards\n\n- ALARM ", "\n## Corrections\n\nnone\n"] {
        assert!(text.contains(part), "no {part:?} in: {text}");
    }
}

#[test]
fn days_of_ones_own_choice() {
    let (_origin, place) = usual();
    let json = place.run(&["report", "--json", "--week", "2020-W53"]).ended(0).json();
    assert_eq!((&json["from"], &json["to"]), (&"2020-12-28".into(), &"2021-01-03".into()));
    assert!(json["rival_moves"].as_array().unwrap().is_empty(), "nothing was read then");
    let json = place.run(&["report", "--json", "--from", "2021-02-01", "--to", "2021-02-01"]).ended(0).json();
    assert_eq!(json["topics"][0]["stories"], 0);
    place.run(&["report", "--week", "2026-W60"]).ended(2).said(&["2026-W60", "hint:"]);
    place.run(&["report", "--from", "2026-02-02", "--to", "2026-02-01"]).ended(2).said(&["2026-02-02", "hint:"]);
    place.run(&["report", "--from", "2026-02-02"]).ended(2).said(&["--to"]);
    place.run(&["report", "--week", "2026-W01", "--from", "2026-02-02", "--to", "2026-02-03"]).ended(2);
    place.run(&["report", "--json", "--markdown"]).ended(2);
}

#[test]
fn before_anything_was_read() {
    let place = Place::new("");
    place.run(&["report"]).ended(1).said(&["nothing has been read yet", "tidings run --once"]);
}
