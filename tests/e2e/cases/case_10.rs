//! Five of six feeds are broken for twenty days, each in its own way, while a call is overdue.

use chrono::TimeDelta;
use tidings::model::{Clock, SystemClock, Time};

use super::scene::{Scene, acme, news};
use crate::origin::{Answer, Document};

const FEEDS: [&str; 6] = ["wire", "herald", "ledger", "courier", "gazette", "observer"];

/// How each feed but the first fails.
fn fault(feed: &str) -> Answer {
    match feed {
        "herald" => Answer::Status(500, Vec::new()),
        "ledger" => Answer::Status(404, Vec::new()),
        "courier" => Answer::Status(403, Vec::new()),
        "gazette" => Document::new("text/html", "<html><body>We are moving. Come back soon.</body></html>").into(),
        _ => Answer::Status(503, vec![("retry-after", "3600".to_owned())]),
    }
}

#[test]
fn case_10_who_could_not_be_looked_at_is_called_all_the_same() {
    let now = SystemClock.now();
    let ago = |days: i64| -> Time { now - TimeDelta::days(days) - TimeDelta::minutes(5) };
    let overdue = ago(200).date_naive();
    let scene = Scene::new(&acme(&format!("cadence_days = 30\nlast_contact = {overdue}")), &FEEDS);
    let quiet = [news("wire", "rain", "Rain at last", "Heavy rain is expected in the north over the weekend.")];
    for feed in FEEDS {
        scene.print_at(feed, &quiet, ago(23));
    }
    let instants: Vec<Time> = (0..=22).rev().map(ago).collect();
    let told = scene.pass_at(&instants, &FEEDS, |scene, instant| {
        if instant == ago(20) {
            for feed in &FEEDS[1..] {
                scene.origin.serve(&format!("/{feed}.xml"), fault(feed));
            }
        }
    });
    assert_eq!(told, [0, 1, 1, 1, 1, 1], "the operator is told of each broken feed once");

    let since = ago(21).date_naive();
    let report = scene.place.run(&["report"]).ended(0).said(&[
        &format!("could not look since {since}"),
        "5 of 6 feeds could not be read",
        "nobody can say who was quiet",
    ]);
    assert!(!report.stdout().contains("no news of"), "nobody is called quiet: {}", report.stdout());
    let shown = scene.account("acme");
    assert_eq!(shown["ledger"]["coverage"], "could_not_look", "{shown}");
    scene.place.run(&["watch", "show", "acme"]).ended(0).said(&[&format!("could not look since {since}")]);

    let cards = scene.cards_of("acme");
    assert_eq!(cards.len(), 1, "one planned touch in all these weeks: {cards:?}");
    assert!(cards[0]["cause"].as_str().unwrap().starts_with("date:"), "{cards:?}");
    let end = (now + TimeDelta::days(30)).date_naive().to_string();
    let plan = scene.place.run(&["plan", "--to", &end, "--json"]).ended(0).json();
    let open = plan["open"].as_array().unwrap();
    assert!(open.iter().any(|card| card["account"] == "acme") || cards[0]["state"] == "expired", "{plan}");
}
