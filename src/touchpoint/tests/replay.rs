//! Rules tried on the archive.

use super::super::replay::{Told, cards};
use super::super::{Playbook, Settings};
use super::*;

fn told_of(signals: &[Signal]) -> Vec<Told> {
    Told::of(signals.to_vec(), Vec::new())
}

fn story(name: &str, kind: SignalType, role: Role, day: &str) -> Signal {
    let when = at(day);
    Signal {
        id: format!("{name}-signal").as_str().into(),
        story: name.into(),
        first_at: when,
        last_at: when,
        ..signal("acme", kind, role)
    }
}

fn replayed(told: &[Told], playbook: &Playbook) -> Vec<TouchPoint> {
    let watchlist = Watchlist::new(vec![client("acme")]);
    cards(told, &watchlist, playbook, &Settings::default())
}

#[test]
fn stories_are_answered_in_the_order_of_time_each_at_its_own() {
    let told = told_of(&[
        story("late", SignalType::Layoffs, Role::Employer, "2026-10-20T10:00:00Z"),
        story("early", SignalType::Acquisition, Role::Target, "2026-03-02T10:00:00Z"),
    ]);
    let born = replayed(&told, &SHIPPED);
    let causes: Vec<(&str, NaiveDate)> =
        born.iter().map(|card| (card.cause.as_str(), card.created.date_naive())).collect();
    assert_eq!(causes, [("story:early", day("2026-03-02")), ("story:late", day("2026-10-20"))]);
}

#[test]
fn a_rule_that_asks_for_more_publishers_makes_fewer_cards() {
    let told = told_of(&[story("s", SignalType::Layoffs, Role::Employer, "2026-10-20T10:00:00Z")]);
    let mut strict = SHIPPED.clone();
    for play in &mut strict.plays {
        play.min_origins = 9;
    }
    assert_eq!(replayed(&told, &SHIPPED).len(), 1);
    assert_eq!(replayed(&told, &strict), []);
    assert_ne!(SHIPPED.version(), strict.version());
}

#[test]
fn what_was_found_at_set_up_counts_and_what_was_taken_back_does_not() {
    let found = story("s", SignalType::Layoffs, Role::Employer, "2026-10-20T10:00:00Z");
    let back = Signal { withdrawn: true, ..found.clone() };
    assert!(!replayed(&told_of(&[Signal { backfilled: true, ..found }]), &SHIPPED)[0].backfilled);
    assert_eq!(replayed(&told_of(&[back]), &SHIPPED), []);
}

#[test]
fn the_cooldown_runs_in_replayed_time() {
    let twice = |second: &str| {
        let told = told_of(&[
            story("one", SignalType::Award, Role::Winner, "2026-10-01T10:00:00Z"),
            story("two", SignalType::Award, Role::Winner, second),
        ]);
        replayed(&told, &SHIPPED).len()
    };
    assert_eq!(twice("2026-10-03T10:00:00Z"), 1, "two days later it is on the card that is there");
    assert_eq!(twice("2027-03-03T10:00:00Z"), 2);
}
