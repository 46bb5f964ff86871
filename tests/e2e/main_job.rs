//! The way of a value: a feed's bytes come in, a touch point with quoted evidence comes out, is searchable and reaches a
//! destination.

use serde_json::Value;

use crate::documents::{ACQUIRED, ACQUIRED_AS_COPIED, LAUNCHED, RAIN, Report, atom, page, rss, source};
use crate::origin::{Answer, Origin};
use crate::program::{Place, SECRET};

/// Two outlets of one story, a rival's launch, and weather.
fn newswire() -> (Origin, Place) {
    let origin = Origin::start();
    let wire = rss(
        "Wire",
        &[
            Report::new("w1", origin.url("/w1"), "Globex to acquire Acme Robotics for $1.2 billion", ACQUIRED),
            Report::new("w2", origin.url("/w2"), "Palletron Systems launches new sorting robot", LAUNCHED),
        ],
    );
    let ledger = atom(
        "Ledger",
        &[
            Report::new("l1", origin.url("/l1"), "Acme Robotics to be acquired by Globex", ACQUIRED_AS_COPIED),
            Report::new("l2", origin.url("/l2"), "Rain at last", RAIN),
        ],
    );
    origin.serve("/wire.xml", wire.etag("\"w-1\""));
    origin.serve("/ledger.xml", ledger.etag("W/\"l-1\""));
    origin.serve("/hook", Answer::Status(204, Vec::new()));
    let sources = source("wire", &[("wire", origin.url("/wire.xml"))])
        + &source("ledger", &[("ledger", origin.url("/ledger.xml"))]);
    let place = Place::with_webhook(&sources, &origin.url("/hook"));
    (origin, place)
}

/// The card about the acquisition.
fn acquisition(place: &Place) -> Value {
    let cards = place.run(&["inbox", "list", "--all", "--json"]).ended(0).lines();
    cards.into_iter().find(|card| card["account"] == "acme").expect("a card about Acme")
}

fn id_of(card: &Value) -> String {
    card["id"].as_str().unwrap().to_owned()
}

#[test]
fn from_feed_to_card_to_destination() {
    let (origin, place) = newswire();
    let pass = place.run(&["run", "--once", "--json"]).ended(0).json();
    assert_eq!((&pass["feeds"], &pass["fresh"], &pass["new_entries"]), (&2.into(), &2.into(), &4.into()), "{pass}");
    assert_eq!((&pass["articles"], &pass["indexed"]), (&4.into(), &4.into()), "{pass}");

    let card = acquisition(&place);
    assert_eq!(card["alarm"], true, "an acquired client is an alarm: {card}");
    assert!(card["title"].as_str().unwrap().starts_with("Call Ruth Okafor, Acme Robotics"), "{card}");
    assert!(card["title"].as_str().unwrap().chars().count() <= 80);
    let quote = card["evidence"][0]["quote"].as_str().unwrap();
    assert!(ACQUIRED.contains(quote) || "Globex to acquire Acme Robotics for $1.2 billion".contains(quote), "{quote}");
    assert!(!card["priority"]["factors"].as_array().unwrap().is_empty());
    let twins = place.run(&["inbox", "list", "--all", "--json"]).ended(0).lines();
    assert_eq!(twins.iter().filter(|twin| twin["account"] == "acme").count(), 1, "one story, one card");

    let delivered = origin.asked("/hook");
    let sent: Vec<Value> = delivered.iter().map(|asked| serde_json::from_slice(&asked.body).unwrap()).collect();
    assert!(sent.iter().any(|body| body.to_string().contains(&id_of(&card))), "{sent:?}");
    for asked in &delivered {
        let signer = standardwebhooks::Webhook::new(SECRET).unwrap();
        signer.verify(&asked.body, &asked.headers).expect("a valid signature");
    }
}

#[test]
fn the_second_pass_finds_nothing_new() {
    let (origin, place) = newswire();
    let first = place.run(&["run", "--once", "--json"]).ended(0).json();
    origin.take_asked();
    let second = place.run(&["run", "--once", "--now", "--json"]).ended(0).json();
    assert_eq!((&second["fresh"], &second["unchanged"]), (&0.into(), &2.into()), "{second}");
    assert_eq!((&second["new_entries"], &second["articles"], &second["cards"]), (&0.into(), &0.into(), &0.into()));
    assert_eq!(second["total"], first["total"]);
    let asked = origin.take_asked();
    assert_eq!(asked.iter().map(|asked| asked.status).collect::<Vec<_>>(), [304, 304], "r1: asked by validators");
    let weak = asked.iter().find(|asked| asked.path == "/ledger.xml").unwrap();
    assert_eq!(weak.headers["if-none-match"], "W/\"l-1\"", "r1: byte for byte");
}

#[test]
fn r6_a_restart_does_not_poll_again() {
    let (origin, place) = newswire();
    place.run(&["run", "--once"]).ended(0);
    origin.take_asked();
    let second = place.run(&["run", "--once", "--json"]).ended(0).json();
    assert_eq!((&second["feeds"], &second["not_due"]), (&0.into(), &2.into()), "{second}");
    assert!(origin.take_asked().is_empty());
}

#[test]
fn every_reason_is_explained() {
    let (_origin, place) = newswire();
    place.run(&["run", "--once"]).ended(0);
    let card = acquisition(&place);
    let told = place.run(&["explain", &id_of(&card)]).ended(0).stdout();
    for part in ["feed wire", "mention acme", "accepted", "claim acquisition", "signal ", "priority", "sent "] {
        assert!(told.contains(part), "no {part:?} in: {told}");
    }
    assert!(told.contains("a copy of article"), "the copy is told: {told}");
    let explained = place.run(&["explain", "--json", &id_of(&card)]).ended(0).json();
    assert_eq!(explained["story"]["reports"], 2, "{explained}");
    assert_eq!(explained["story"]["origins"], 1, "a wire copy is no second origin");
}

#[test]
fn what_was_read_can_be_searched() {
    let (_origin, place) = newswire();
    place.run(&["run", "--once"]).ended(0);
    let found = |query: &[&str]| {
        let mut arguments = vec!["search", "--json"];
        arguments.extend(query);
        place.run(&arguments).ended(0).lines()
    };
    assert_eq!(found(&["rain"]).len(), 1);
    assert_eq!(found(&["\"sorting robot\""])[0]["title"], "Palletron Systems launches new sorting robot");
    assert!(!found(&["client:acme"]).is_empty() && !found(&["competitor:palletron"]).is_empty());
    assert!(!found(&["signal:acquisition"]).is_empty());
    assert!(found(&["robot", "-sorting"]).iter().all(|result| !result["title"].as_str().unwrap().contains("sorting")));
    assert!(found(&["rain", "before:2020-01-01"]).is_empty());
    assert!(!found(&["rain", "after:2020-01-01"]).is_empty());
    let text = place.run(&["search", "harvest"]).ended(0).stdout();
    assert!(text.contains("Rain at last") && text.contains("/l2"), "{text}");
}

#[test]
fn the_index_is_rebuilt_when_it_is_lost() {
    let (_origin, place) = newswire();
    place.run(&["run", "--once"]).ended(0);
    std::fs::remove_dir_all(place.data().join("articles")).unwrap();
    place.run(&["run", "--once"]).ended(0);
    assert_eq!(place.run(&["search", "--json", "rain"]).ended(0).lines().len(), 1);
    std::fs::write(place.data().join("articles/meta.json"), "{ broken").unwrap();
    place.run(&["reindex"]).ended(0);
    assert_eq!(place.run(&["search", "--json", "rain"]).ended(0).lines().len(), 1);
}

#[test]
fn a_person_works_through_the_inbox() {
    let (origin, place) = newswire();
    place.run(&["run", "--once"]).ended(0);
    let id = id_of(&acquisition(&place));
    let short = &id[id.len() - 8..];
    let state = |place: &Place| acquisition(place)["state"].as_str().unwrap().to_owned();
    if state(&place) == "checking" {
        place.run(&["inbox", "approve", short]).ended(0);
    }
    place.run(&["inbox", "accept", short, "--dry-run"]).ended(0);
    assert_eq!(state(&place), "ready", "a dry run changes nothing");
    place.run(&["inbox", "accept", short]).ended(0);
    assert_eq!(state(&place), "accepted");
    place.run(&["inbox", "undo", short]).ended(0);
    assert_eq!(state(&place), "ready");
    place.run(&["inbox", "snooze", short, "--until", "2999-01-01", "--reason", "after the holidays"]).ended(0);
    assert_eq!(state(&place), "snoozed");
    place.run(&["run", "--once", "--now"]).ended(0);
    assert_eq!(state(&place), "snoozed", "more of the same news does not wake it");
    place.run(&["inbox", "undo", short]).ended(0);
    place.run(&["inbox", "accept", short]).ended(0);
    place.run(&["inbox", "done", short, "--outcome", "she asked for a visit"]).ended(0);
    assert_eq!(state(&place), "done");
    place.run(&["inbox", "dismiss", short, "--code", "trivial"]).ended(1).said(&["hint:"]);
    let told = place.run(&["inbox", "show", short]).ended(0).stdout();
    assert!(told.contains("accepted by tester") && told.contains("she asked for a visit"), "{told}");

    origin.take_asked();
    let pass = place.run(&["run", "--once", "--json"]).ended(0).json();
    assert!(pass["delivered"].as_u64().unwrap() > 0, "steps of a person go out: {pass}");
    let last: Value = serde_json::from_slice(&origin.asked("/hook").last().unwrap().body).unwrap();
    assert!(last.to_string().contains("done"), "{last}");
}

#[test]
fn full_pages_are_read_where_the_source_says_so() {
    let origin = Origin::start();
    let teaser = Report::new("p1", origin.url("/p1.html"), "Globex to acquire Acme Robotics", "Read more");
    origin.serve("/feed.xml", rss("Pages", &[teaser]));
    origin.serve("/p1.html", page("Globex to acquire Acme Robotics", ACQUIRED));
    let sources =
        source("pages", &[("pages", origin.url("/feed.xml"))]).replace("own = true", "own = true\nfetch = \"page\"");
    let place = Place::new(&sources);
    place.run(&["run", "--once"]).ended(0);
    let found = place.run(&["search", "--json", "\"warehouse robots in Dayton\""]).ended(0).lines();
    assert_eq!(found.len(), 1, "the page's text is indexed");
    assert_eq!(origin.asked("/robots.txt").len(), 1, "robots.txt is asked before the page");
}

#[test]
fn r25_a_page_that_forbids_keeping_leaves_only_its_headline() {
    let origin = Origin::start();
    let teaser = Report::new("p1", origin.url("/p1.html"), "Globex to acquire Acme Robotics", "Read more");
    origin.serve("/feed.xml", rss("Pages", &[teaser]));
    let answer = page("Globex to acquire Acme Robotics", ACQUIRED).header("x-robots-tag", "noarchive");
    origin.serve("/p1.html", answer);
    let sources =
        source("pages", &[("pages", origin.url("/feed.xml"))]).replace("own = true", "own = true\nfetch = \"page\"");
    let place = Place::new(&sources);
    place.run(&["run", "--once"]).ended(0);
    assert!(place.run(&["search", "--json", "Dayton"]).ended(0).lines().is_empty());
    assert_eq!(place.run(&["search", "--json", "Globex"]).ended(0).lines().len(), 1);
    assert!(place.run(&["inbox", "list", "--json"]).ended(0).lines().is_empty(), "a headline alone makes no call");
}

#[test]
fn an_edited_article_is_a_new_version_and_no_second_card() {
    let (origin, place) = newswire();
    place.run(&["run", "--once"]).ended(0);
    let edited =
        rss("Wire", &[Report::new("w1", origin.url("/w1"), "Globex to buy Acme Robotics for $1.3 billion", ACQUIRED)]);
    origin.serve("/wire.xml", edited.etag("\"w-2\""));
    let pass = place.run(&["run", "--once", "--now", "--json"]).ended(0).json();
    assert_eq!((&pass["changed_entries"], &pass["articles"]), (&1.into(), &1.into()), "{pass}");
    assert_eq!(pass["cards"], 0, "r41: no second card: {pass}");
    assert_eq!(pass["total"]["articles"], 4);
}
