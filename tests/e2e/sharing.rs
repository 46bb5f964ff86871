//! A story about a topic, from the feeds of several publishers to the clients it is worth sharing with.

use std::fmt::Write;

use chrono::TimeDelta;
use serde_json::Value;
use tidings::model::{Clock, SystemClock};

use crate::documents::source;
use crate::origin::{Document, Origin};
use crate::program::Place;

/// A report as an aggregator's feed names it, with its publisher.
struct Told {
    publisher: &'static str,
    title: &'static str,
    text: &'static str,
    minutes_ago: i64,
}

const HERALD: Told = Told {
    publisher: "herald",
    title: "Half of depot operators plan to buy warehouse robots, Lindholm survey finds",
    text: "Half of all depot operators plan to buy warehouse robots within a year, a survey by the Lindholm Institute \
        finds. The institute asked 412 operators in nine countries. Labour is short, and the price of warehouse robots \
        has fallen by a fifth since last autumn.",
    minutes_ago: 90,
};

const COURIER: Told = Told {
    publisher: "courier",
    title: "Lindholm survey: half of depot operators plan to buy warehouse robots",
    text: "The Lindholm Institute asked 412 depot operators in nine countries what they will spend on. Every second one \
        plans to buy warehouse robots within a year, its survey finds, because labour is short. Cheaper machines help: \
        the price of warehouse robots fell by a fifth since autumn.",
    minutes_ago: 60,
};

const ELSEWHERE: Told = Told {
    publisher: "tribune",
    title: "Council of Elsewhere opens a new library",
    text: "The council of Elsewhere opened a library on Friday. Visitors saw a hall for children, and somebody joked that \
        no warehouse robots were needed to shelve its nine thousand books. The building cost four million.",
    minutes_ago: 50,
};

fn feed(reports: &[&Told]) -> Document {
    let mut feed = "<?xml version=\"1.0\"?><rss version=\"2.0\"><channel><title>Gatherer</title>".to_owned();
    for (number, Told { publisher, title, text, minutes_ago }) in reports.iter().enumerate() {
        let date = (SystemClock.now() - TimeDelta::minutes(*minutes_ago)).to_rfc2822();
        let _ = write!(
            feed,
            "<item><guid isPermaLink=\"false\">{publisher}{number}</guid><title>{title}</title>\
             <link>https://www.{publisher}.example/{number}</link><description>{text}</description>\
             <source url=\"https://www.{publisher}.example/feed\">The {publisher}</source><pubDate>{date}</pubDate></item>"
        );
    }
    feed.push_str("</channel></rss>");
    Document::new("application/rss+xml", feed)
}

/// A place that watches the topic, with two clients of that field, one of another.
fn place(reports: &[&Told]) -> (Origin, Place) {
    let origin = Origin::start();
    origin.serve("/all.xml", feed(reports));
    let place = Place::new(&source("gatherer", &[("all", origin.url("/all.xml"))]));
    let watchlist = std::fs::read_to_string(place.config().join("watchlist.toml")).unwrap();
    let more = "\n[[account]]\nid = \"beta\"\nname = \"Beta Freight Group\"\nowner = \"tom\"\ngoal = \"shorter queues\"\n\
        relations = [{ kind = \"in_industry\", to = \"robotics\" }]\n\n\
        [[account]]\nid = \"quietco\"\nname = \"Quiet Company of Elsewhere\"\nowner = \"tom\"\n";
    place.write("watchlist.toml", &(watchlist + more));
    (origin, place)
}

fn shares(place: &Place) -> Vec<Value> {
    let cards = place.run(&["inbox", "list", "--all", "--json"]).ended(0).lines();
    let is_share = |card: &Value| card["play"].as_str().is_some_and(|play| play.starts_with("topic-"));
    cards.into_iter().filter(is_share).collect()
}

#[test]
fn what_two_publishers_tell_of_a_field_goes_to_the_clients_of_it() {
    let (_origin, place) = place(&[&HERALD, &COURIER, &ELSEWHERE]);
    place.run(&["run", "--once"]).ended(0);
    let cards = shares(&place);
    let mut accounts: Vec<&str> = cards.iter().filter_map(|card| card["account"].as_str()).collect();
    accounts.sort_unstable();
    assert_eq!(accounts, ["acme", "beta"], "{cards:?}");

    let acme = cards.iter().find(|card| card["account"] == "acme").unwrap();
    let id = acme["id"].as_str().unwrap();
    place.run(&["inbox", "show", id]).ended(0).said(&[
        "Share with Ruth Okafor, Acme Robotics: ",
        "warehouse software",
        "Half of all depot operators plan to buy warehouse robots within a year",
        "https://www.herald.example/0",
        "https://www.courier.example/1",
        "Is that what you see on your side?",
    ]);
    let told = place.run(&["report"]).ended(0).stdout();
    assert!(told.contains("worth sharing with Acme Robotics, Inc. (mia), Beta Freight Group (tom): “"), "{told}");
    let brief = place.run(&["report", "--json", "--owner", "tom"]).ended(0).json();
    let worth = brief["topics"][0]["worth_sharing"].as_array().unwrap();
    assert_eq!(worth.len(), 1, "{brief}");
    assert_eq!((&worth[0]["with"][0]["account"], &worth[0]["with"][1]), (&"beta".into(), &Value::Null));
    assert!(worth[0]["with"][0]["card"].is_string(), "{worth:?}");

    place.run(&["inbox", "accept", id]).ended(0);
    place.run(&["inbox", "done", id, "--outcome", "she sees it too"]).ended(0);
}

#[test]
fn one_publisher_is_a_reason_and_not_a_card_until_the_topic_is_marked() {
    let (_origin, place) = place(&[&HERALD]);
    place.run(&["run", "--once"]).ended(0);
    assert_eq!(shares(&place), Vec::<Value>::new());

    let watchlist = std::fs::read_to_string(place.config().join("watchlist.toml")).unwrap();
    place.write("watchlist.toml", &watchlist.replace("kind = \"topic\"", "kind = \"topic\"\ntier = \"A\""));
    let told = place.run(&["plan", "replay", "--json"]).ended(0).json();
    assert_eq!((&told["cards"]["new"], &told["stories"]), (&2.into(), &1.into()), "{told}");
}

#[test]
fn a_playbook_without_the_rule_is_tried_on_the_archive() {
    let (_origin, place) = place(&[&HERALD, &COURIER]);
    place.run(&["run", "--once"]).ended(0);
    let shipped = tidings::touchpoint::Playbook::shipped_text();
    let without = shipped.replace("when = { topic = true", "when = { topics = [\"another\"], topic = true");
    assert_ne!(without, shipped);
    place.write("trial.toml", &without);
    let trial = place.config().join("trial.toml");
    let told = place.run(&["plan", "replay", "--playbook", trial.to_str().unwrap(), "--json"]).ended(0).json();
    assert_eq!(told["vanish"]["count"], 2, "{told}");
    assert_eq!(told["vanish"]["examples"][0]["play"], "topic-share");
}

#[test]
fn a_story_that_is_taken_back_takes_its_cards_with_it() {
    let (origin, place) = place(&[&HERALD, &COURIER]);
    place.run(&["run", "--once"]).ended(0);
    assert_eq!(shares(&place).len(), 2);
    let back = |publisher| Told {
        publisher,
        title: "Correction: Lindholm survey on depot operators who plan to buy warehouse robots",
        text: "An earlier report said that half of all depot operators plan to buy warehouse robots within a year. The \
            Lindholm Institute has withdrawn its survey of 412 operators in nine countries; the figures were wrong.",
        minutes_ago: 10,
    };
    origin.serve("/all.xml", feed(&[&HERALD, &COURIER, &back("herald"), &back("courier")]));
    place.run(&["run", "--once", "--now"]).ended(0);
    let cards = shares(&place);
    assert!(cards.iter().all(|card| card["state"] == "withdrawn"), "{cards:?}");
    let json = place.run(&["report", "--json"]).ended(0).json();
    let corrections = json["corrections"].as_array().unwrap();
    assert_eq!(corrections.iter().filter(|told| told["card"].is_string()).count(), 2, "{json}");
    assert_eq!(json["topics"][0]["worth_sharing"], serde_json::json!([]), "{json}");
}
