//! Owners who are away, and those who change.

use super::super::hand_over::to_new_owners;
use super::super::settings::{Away, Owner};
use super::*;

fn away(world: &mut World, from: &str, to: &str) {
    world.settings.owners = vec![Owner {
        name: "olga".into(),
        deputy: Some("ivan".into()),
        away: vec![Away { from: day(from), to: day(to) }],
        ..Owner::default()
    }];
}

#[test]
fn case_11_alarms_go_to_the_deputy_and_the_rest_waits_for_the_owner() {
    let mut world = World::of(vec![client("acme"), client("delta"), rival("beta")]);
    away(&mut world, "2026-11-24", "2026-11-27");
    let bought = with_other(signal("acme", SignalType::Acquisition, Role::Target), "Omega", Role::Acquirer);
    world.hear(&[bought]);
    let alarm = world.card("acme");
    assert!(alarm.alarm);
    assert_eq!(alarm.owner.as_deref(), Some("ivan"));
    assert_eq!(alarm.due, day("2026-11-27"), "in the deputy's days");
    let mut funding = signal("delta", SignalType::Funding, Role::Issuer);
    funding.story = "s2".into();
    world.hear(&[funding]);
    let news = world.card("delta");
    assert_eq!(news.owner.as_deref(), Some("olga"));
    assert_eq!(news.due, day("2026-12-03"), "three business days after the return");
}

#[test]
fn what_is_due_tomorrow_does_not_wait_for_the_owner_either() {
    let mut world = World::of(vec![client("acme")]);
    away(&mut world, "2026-11-24", "2026-11-30");
    world.hear(&[signal("acme", SignalType::Outage, Role::Operator)]);
    let card = world.card("acme");
    assert_eq!((card.owner.as_deref(), card.due), (Some("ivan"), day("2026-11-26")));
}

#[test]
fn a_day_on_which_nobody_is_there_moves() {
    let mut world = World::of(vec![client("acme")]);
    world.hear(&[signal("acme", SignalType::Funding, Role::Issuer)]);
    assert_eq!(world.card("acme").due, day("2026-11-30"));
    away(&mut world, "2026-11-30", "2026-12-01");
    let changes = to_new_owners(&world.watchlist, &world.cards, &world.settings, world.now);
    assert_eq!(changes[0].1.card.due, day("2026-12-02"));
}

#[test]
fn a_long_absence_hands_over_everything() {
    let mut world = World::of(vec![client("acme")]);
    away(&mut world, "2026-11-24", "2026-12-31");
    world.hear(&[signal("acme", SignalType::Funding, Role::Issuer)]);
    let card = world.card("acme");
    assert_eq!(card.owner.as_deref(), Some("ivan"));
    assert_eq!(card.due, day("2026-11-30"));
    assert!(card.talking_points.iter().any(|point| point.contains("ivan stands in")), "{card:?}");
    assert!(
        to_new_owners(&world.watchlist, &world.cards, &world.settings, world.now).is_empty(),
        "the deputy keeps it"
    );
}

#[test]
fn a_new_owner_takes_the_open_cards_over() {
    let mut world = World::of(vec![client("acme"), client("beta")]);
    world.hear(&[signal("acme", SignalType::Funding, Role::Issuer)]);
    let mut second = signal("beta", SignalType::Funding, Role::Issuer);
    second.story = "s2".into();
    world.hear(&[second]);
    let closed = world.card("beta").id;
    world.take(closed, &Command::Dismiss { code: DismissalCode::Known, note: None });
    let mut accounts = [client("acme"), client("beta")];
    for account in &mut accounts {
        account.owner = Some("nina".into());
    }
    world.watchlist = Watchlist::new(accounts.to_vec());
    let changes = to_new_owners(&world.watchlist, &world.cards, &world.settings, world.now);
    assert_eq!(changes.len(), 1, "closed cards stay with who closed them");
    let change = &changes[0].1;
    assert_eq!(change.card.owner.as_deref(), Some("nina"));
    assert_eq!(change.record.note.as_deref(), Some("handed over from olga to nina"));
}
