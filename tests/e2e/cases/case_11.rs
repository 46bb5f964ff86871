//! Layoffs on Christmas Eve, a renewal mark on Christmas Day, and the owner away.

use std::collections::BTreeMap;

use chrono::{NaiveDate, TimeDelta};
use serde_json::Value;
use tidings::model::Time;

use super::scene::{Scene, acme, news};

const LAYOFFS: &str = "Delta Freight said on Wednesday it will lay off 200 employees, about a fifth of its staff. Delta Freight, \
    which runs depots in Ohio, said the layoffs begin at once.";

const BOUGHT: &str = "Globex Corporation said on Wednesday it had agreed to acquire Omega Foods for $1.2 billion in cash. Omega \
    Foods, which bakes bread in Toledo, will become a unit of Globex.";

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn at(day: NaiveDate) -> Time {
    day.and_hms_opt(15, 0, 0).unwrap().and_utc()
}

/// Renews on 24 January: its last mark falls on 25 December. Two clients with news, and twelve who are long overdue.
fn watchlist() -> String {
    let mut watchlist = acme("renewal = 2026-01-24\nlast_contact = 2025-12-10\n");
    for (id, name) in [("delta", "Delta Freight"), ("omega", "Omega Foods")] {
        watchlist += &format!(
            "[[account]]\nid = \"{id}\"\nname = \"{name}\"\nowner = \"mia\"\nlast_contact = 2025-12-10\n\
             contacts = [{{ name = \"Jo {name}\", role = \"COO\" }}]\n\n"
        );
    }
    for number in 0..12 {
        watchlist += &format!(
            "[[account]]\nid = \"late{number}\"\nname = \"Latecomer Mills {number}\"\nowner = \"mia\"\ncadence_days = 60\n\
             last_contact = 2025-10-25\n\n"
        );
    }
    watchlist
}

/// From 17 December to 9 January, a pass a day; mia is away from 24 December to 1 January, lea stands in.
fn scene() -> Scene {
    let scene = Scene::new(&watchlist(), &["wire"]);
    scene.place.write(
        "tidings.toml",
        "[net]\nallow = [\"127.0.0.0/8\"]\n\n[touchpoint]\ncountry = \"US\"\n\n[[touchpoint.owners]]\nname = \"mia\"\n\
         deputy = \"lea\"\naway = [{ from = 2025-12-24, to = 2026-01-01 }]\n",
    );
    let days: Vec<Time> = day("2025-12-17").iter_days().take(24).map(at).collect();
    scene.pass_at(&days, &[], |scene, now| {
        if now.date_naive() == day("2025-12-24") {
            let printed = [
                news("wire", "delta", "Delta Freight to lay off 200 employees", LAYOFFS),
                news("wire", "omega", "Globex to acquire Omega Foods for $1.2 billion", BOUGHT),
            ];
            scene.print_at("wire", &printed, now - TimeDelta::hours(2));
        }
    });
    scene
}

fn one<'c>(cards: &'c [Value], account: &str, play: &str) -> &'c Value {
    let mut found = cards.iter().filter(|card| card["account"] == account && card["play"] == play);
    let card = found.next().unwrap_or_else(|| panic!("no {play} of {account}: {cards:#?}"));
    assert!(found.next().is_none(), "two {play} of {account}");
    card
}

#[test]
fn case_11_christmas_moves_what_is_planned_and_loses_nothing() {
    let scene = scene();
    let cards = scene.cards();
    let text = |card: &Value, field: &str| card[field].as_str().unwrap().to_owned();

    let renewal = one(&cards, "acme", "client-renewal-near");
    assert_eq!(renewal["due"], "2025-12-23", "the working day before the holidays and the absence: {renewal}");
    assert_eq!(renewal["owner"], "mia");
    assert!(text(renewal, "created").starts_with("2025-12-17"), "early enough to be made: {renewal}");

    let layoffs = one(&cards, "delta", "client-layoffs");
    assert!(text(layoffs, "created").starts_with("2025-12-24"), "born when it was read: {layoffs}");
    assert_eq!(layoffs["owner"], "mia", "a short absence: news waits for who knows the client");
    assert_eq!(layoffs["due"], "2026-01-07", "three business days from the return on Friday 2 January: {layoffs}");

    let alarm = one(&cards, "omega", "client-acquired");
    assert_eq!((&alarm["alarm"], &alarm["owner"]), (&true.into(), &"lea".into()), "alarms do not wait: {alarm}");
    assert_eq!(alarm["due"], "2025-12-29", "two of the deputy's business days, Christmas aside: {alarm}");
    assert!(alarm.to_string().contains("mia is away; lea stands in"), "{alarm}");

    let mut planned: BTreeMap<String, usize> = BTreeMap::new();
    for card in cards.iter().filter(|card| card["owner"] == "mia" && text(card, "cause").starts_with("date:")) {
        *planned.entry(text(card, "created")[..10].to_owned()).or_default() += 1;
    }
    assert!(planned.values().all(|count| *count <= 2), "at most two new ones a day: {planned:?}");
    let away = planned.keys().filter(|day| ("2025-12-24"..="2026-01-01").contains(&day.as_str())).count();
    assert_eq!(away, 0, "no pile for the return: {planned:?}");
    assert_eq!(planned.get("2026-01-02"), Some(&2), "what waited comes two a day: {planned:?}");
}
