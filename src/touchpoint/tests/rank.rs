//! Priority and rank.

use super::super::priority::{Tiers, rank};
use super::life::card_in;
use super::*;

fn ranked(cards: &[(&str, f64, bool)], tiers: &[(&str, Tier)]) -> Vec<String> {
    let cards: Vec<TouchPoint> = cards
        .iter()
        .map(|(account, total, alarm)| {
            let mut card = card_in(TouchPointState::Ready);
            card.account = (*account).into();
            card.priority.total = *total;
            card.alarm = *alarm;
            card
        })
        .collect();
    let tiers: Tiers = tiers.iter().map(|(id, tier)| (AccountId::from(*id), *tier)).collect();
    let order = rank(&cards, &tiers);
    let mut places = order.clone();
    places.sort_unstable();
    assert_eq!(places, (0..cards.len()).collect::<Vec<_>>(), "every card once");
    order.into_iter().map(|place| cards[place].account.0.clone()).collect()
}

#[test]
fn alarms_first_then_priority() {
    let order = ranked(&[("a", 1.0, false), ("b", 9.0, false), ("c", 0.1, true), ("d", f64::NAN, false)], &[]);
    assert_eq!(order[0], "c");
    assert!(order.iter().position(|id| id == "b") < order.iter().position(|id| id == "a"));
    assert!(ranked(&[], &[]).is_empty());
}

#[test]
fn a_fifth_of_the_places_is_kept_for_lower_tiers() {
    let names: Vec<String> = (0..12).map(|place| format!("top{place:02}")).collect();
    let mut cards: Vec<(&str, f64, bool)> =
        names.iter().enumerate().map(|(place, name)| (name.as_str(), 9.0 - place as f64 / 10.0, false)).collect();
    cards.extend([("low1", 0.5, false), ("low2", 0.4, false), ("low3", 0.3, false)]);
    let mut tiers: Vec<(&str, Tier)> = names.iter().map(|name| (name.as_str(), Tier::A)).collect();
    tiers.extend([("low1", Tier::C), ("low2", Tier::B), ("low3", Tier::C)]);
    let order = ranked(&cards, &tiers);
    for (place, expected) in [(0, "top00"), (4, "low1"), (9, "low2"), (14, "low3")] {
        assert_eq!(order[place], expected, "{order:?}");
    }
    let order = ranked(&[("low1", 9.0, false), ("top1", 1.0, false), ("low2", 0.5, false)], &[("top1", Tier::A)]);
    assert_eq!(order, ["low1", "top1", "low2"], "who has a place needs none kept");
}

#[test]
fn factors_say_where_they_come_from() {
    let priority = |edit: fn(&mut Account, &mut Signal)| {
        let mut acme = client("acme");
        let mut funding = signal("acme", SignalType::Funding, Role::Issuer);
        edit(&mut acme, &mut funding);
        World::of(vec![acme]).hear(&[funding]).born.remove(0).priority
    };
    let plain = priority(|_, _| {});
    let product: f64 = plain.factors.iter().map(|factor| factor.value).product();
    assert!((plain.total - product).abs() < 1e-9);
    assert!(plain.factors.iter().all(|factor| !factor.why.is_empty()));
    let names: Vec<&str> = plain.factors.iter().map(|factor| factor.name.as_str()).collect();
    assert_eq!(names, ["event", "confidence", "salience", "freshness", "tier", "silence", "renewal"]);
    let silence = plain.factors.iter().find(|factor| factor.name == "silence").unwrap();
    assert!((silence.value - 1.0).abs() < 1e-9 && silence.why.contains("unknown"), "unknown is not zero days");

    for (name, more) in [
        ("tier", priority(|account, _| account.tier = Tier::A)),
        ("renewal", priority(|account, _| account.renewal = Some(day("2026-12-10")))),
        ("silence", priority(|account, _| account.last_contact = Some(day("2026-01-01")))),
        ("confidence", priority(|_, signal| signal.confidence = 1.0)),
    ] {
        assert!(more.total > plain.total, "{name}");
    }
    let copies = priority(|_, signal| signal.reports = 240);
    assert!((copies.total - plain.total).abs() < 1e-9, "copies are no importance");
    assert!(priority(|_, signal| signal.first_at = now() - TimeDelta::days(9)).total < plain.total);
}
