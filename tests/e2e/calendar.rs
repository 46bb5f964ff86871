//! Contacts that the calendar plans.

use chrono::TimeDelta;
use tidings::model::{Clock, SystemClock};

use crate::program::Place;

/// A place without news: one client that renews in 100 days, one that has just signed, one that hears from us by cadence.
fn place() -> Place {
    let place = Place::new("");
    let day = |days: i64| (SystemClock.now() + TimeDelta::days(days)).date_naive();
    place.write(
        "watchlist.toml",
        &format!(
            "[[account]]\nid = \"acme\"\nname = \"Acme Robotics\"\nowner = \"mia\"\nrenewal = {}\nlast_contact = {}\n\n\
             [[account]]\nid = \"beta\"\nname = \"Beta Freight\"\nowner = \"tom\"\nsigned = {}\nlast_contact = {}\n\n\
             [[account]]\nid = \"gamma\"\nname = \"Gamma Foods\"\nowner = \"mia\"\ntier = \"A\"\nlast_contact = {}\n",
            day(95),
            day(-3),
            day(-14),
            day(-10),
            day(-40),
        ),
    );
    place.write("tidings.toml", "[touchpoint]\nrhythm = true\n");
    place
}

#[test]
fn renewals_new_clients_and_the_cadence_make_cards_once() {
    let place = place();
    place.run(&["run", "--once"]).ended(0);
    let cards = place.run(&["inbox", "list", "--json"]).ended(0).lines();
    let mut plays: Vec<&str> = cards.iter().map(|card| card["play"].as_str().unwrap()).collect();
    plays.sort_unstable();
    assert_eq!(&plays[1..], ["client-renewal", "client-welcome"], "{cards:?}");
    assert!(plays[0].starts_with("client-plan-"), "{plays:?}");
    assert!(cards.iter().all(|card| card["why"].as_str().unwrap().contains("By the calendar: ")), "{cards:?}");
    place.run(&["run", "--once"]).ended(0);
    assert_eq!(place.run(&["inbox", "list", "--json"]).ended(0).lines().len(), 3);
}

#[test]
fn the_year_ahead_is_told() {
    let place = place();
    let today = SystemClock.now().date_naive();
    let end = (today + TimeDelta::days(360)).to_string();
    place.run(&["run", "--once"]).ended(0);
    let calendar = place.run(&["plan", "--to", &end, "--json"]).ended(0).json();
    assert_eq!(calendar["open"].as_array().unwrap().len(), 3, "{calendar}");
    let planned = calendar["planned"].as_array().unwrap();
    let of = |account: &str| planned.iter().filter(|one| one["account"] == account).count();
    assert!((6..=9).contains(&of("gamma")), "{calendar}");
    let marks = planned.iter().filter(|one| one["cause"].as_str().unwrap().starts_with("date:renewal:"));
    assert_eq!(marks.count(), 1, "the last month; the quarter has its card: {calendar}");
    place.run(&["plan", "--to", &end, "--owner", "mia"]).ended(0).said(&[
        "Week ",
        "Acme Robotics",
        "renewal in 30 days",
    ]);
    let tom = place.run(&["plan", "--to", &end, "--owner", "tom", "--json"]).ended(0).json();
    assert!(tom["planned"].as_array().unwrap().iter().all(|one| one["owner"] == "tom"));
    place.run(&["plan", "--from", &end, "--to", &today.to_string()]).ended(2);
}
