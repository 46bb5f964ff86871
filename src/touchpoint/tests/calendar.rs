//! Planned contacts.

use std::collections::BTreeMap;

use super::super::calendar::{due, year};
use super::super::plan::Plans;
use super::*;

fn run(world: &World) -> Plans {
    let open: Vec<TouchPoint> = world.cards.iter().filter(|card| !card.state.is_closed()).cloned().collect();
    due(&world.watchlist, &world.playbook, &open, &world.cards, &world.settings, world.now)
}

/// One pass of the plan loop.
fn pass(world: &mut World) -> Plans {
    let plans = run(world);
    world.cards.extend(plans.born.iter().map(|(card, _)| card.clone()));
    for (before, change) in &plans.changed {
        let place = world.cards.iter().position(|card| card.id == before.id).unwrap();
        world.cards[place] = change.card.clone();
    }
    world.check_unique();
    plans
}

fn renewing(id: &str, renewal: &str) -> Account {
    Account { renewal: Some(day(renewal)), last_contact: Some(day("2026-11-20")), ..client(id) }
}

#[test]
fn a_renewal_has_its_marks_and_not_only_the_last_month() {
    let mut world = World::of(vec![renewing("acme", "2027-08-02")]);
    world.settings.rhythm = false;
    let mut born = Vec::new();
    while world.now < at("2027-08-10T10:00:00Z") {
        for (card, _) in pass(&mut world).born {
            born.push((card.play.to_string(), card.created.date_naive().to_string(), card.due.to_string()));
            world.take(card.id, &Command::Done { outcome: None });
        }
        world.now += TimeDelta::days(1);
    }
    let expected = [
        ("client-renewal-early", "2027-01-27", "2027-02-03"),
        ("client-renewal", "2027-04-27", "2027-05-04"),
        ("client-renewal-near", "2027-06-25", "2027-07-02"),
    ];
    let expected = expected.map(|(play, created, due)| (play.to_owned(), created.to_owned(), due.to_owned()));
    assert_eq!(born, expected);
}

#[test]
fn only_the_latest_mark_is_made_up_for() {
    for (renewal, play) in
        [("2027-01-04", "client-renewal"), ("2026-12-20", "client-renewal-near"), ("2026-11-26", "client-renewal-near")]
    {
        let mut world = World::of(vec![renewing("acme", renewal)]);
        let born = pass(&mut world).born;
        assert_eq!(born.len(), 1, "{renewal}");
        assert_eq!(born[0].0.play.as_str(), play, "{renewal}");
        assert!(born[0].0.why.contains("By the calendar: "), "{}", born[0].0.why);
    }
    assert!(run(&World::of(vec![renewing("acme", "2026-11-24")])).born.is_empty(), "past");
}

#[test]
fn case_11_a_mark_on_a_day_without_work_comes_earlier() {
    let mut world = World::of(vec![renewing("acme", "2027-01-24")]);
    world.settings.country = Some("DE".into());
    world.now = at("2026-12-20T10:00:00Z");
    let card = pass(&mut world).born.remove(0).0;
    assert_eq!(card.play.as_str(), "client-renewal-near");
    assert_eq!(card.due, day("2026-12-24"), "the mark is Christmas Day");
    assert_eq!(card.title, "Call Jane Acme, Acme: renewal in 30 days, 24 Dec");
}

#[test]
fn a_new_client_hears_from_us_after_two_weeks() {
    let fresh = |signed: &str| Account { signed: Some(day(signed)), ..client("acme") };
    for (signed, expected) in
        [("2026-11-15", true), ("2026-11-19", false), ("2026-09-01", false), ("2027-01-01", false)]
    {
        let mut world = World::of(vec![fresh(signed)]);
        world.settings.rhythm = false;
        assert_eq!(!run(&world).born.is_empty(), expected, "{signed}");
    }
}

#[test]
fn an_open_card_is_the_contact_and_takes_the_mark_along() {
    let mut world = World::of(vec![renewing("acme", "2026-12-28")]);
    world.hear(&[signal("acme", SignalType::Funding, Role::Issuer)]);
    let plans = pass(&mut world);
    assert!(plans.born.is_empty());
    let card = world.card("acme").clone();
    assert_eq!(card.stands_for, ["date:renewal:2026-12-28:30"]);
    assert!(card.talking_points.iter().any(|point| point.contains("30 days before the renewal")), "{card:?}");
    assert_eq!(pass(&mut world), Plans::default(), "told once");
    world.take(card.id, &Command::Done { outcome: None });
    world.now += TimeDelta::days(10);
    assert_eq!(pass(&mut world), Plans::default(), "nor again once it was made");
}

#[test]
fn case_2_bad_news_takes_no_renewal_along_but_it_is_tracked() {
    let mut world = World::of(vec![renewing("acme", "2026-12-28")]);
    world.hear(&[signal("acme", SignalType::Layoffs, Role::Employer)]);
    let plans = pass(&mut world);
    assert!(plans.born.is_empty() && plans.changed.is_empty());
    assert!(plans.waiting[0].reason.contains("bad news"), "{:?}", plans.waiting);
    let card = world.card("acme").clone();
    world.take(card.id, &Command::Dismiss { code: DismissalCode::Known, note: None });
    world.now += TimeDelta::days(8);
    assert_eq!(pass(&mut world).born[0].0.play.as_str(), "client-renewal-near");
}

#[test]
fn news_takes_the_place_of_a_planned_card() {
    let mut world = World::of(vec![renewing("acme", "2026-12-28")]);
    let planned = pass(&mut world).born.remove(0).0;
    world.hear(&[signal("acme", SignalType::Funding, Role::Issuer)]);
    let open: Vec<&TouchPoint> = world.cards.iter().filter(|card| !card.state.is_closed()).collect();
    assert_eq!(open.len(), 1);
    assert_eq!(open[0].stands_for, [planned.cause]);
}

#[test]
fn the_cadence_gives_the_rhythm_and_the_plays_take_turns() {
    let mut acme = client("acme");
    acme.tier = Tier::A;
    acme.last_contact = Some(day("2026-11-20"));
    let mut world = World::of(vec![acme]);
    let mut plays: BTreeMap<String, u32> = BTreeMap::new();
    let mut last = day("2026-11-20");
    for _ in 0..365 {
        for (card, _) in pass(&mut world).born {
            *plays.entry(card.play.to_string()).or_default() += 1;
            let gap = (card.due - last).num_days();
            assert!((28..=44).contains(&gap), "{gap} days to {}", card.due);
            last = card.due;
            let command = if card.approval { Command::Approve } else { Command::Accept };
            world.take(card.id, &command);
            world.take(card.id, &Command::Done { outcome: None });
        }
        world.now += TimeDelta::days(1);
    }
    assert!((8..=11).contains(&plays.values().sum::<u32>()), "{plays:?}");
    assert!(plays.len() >= 5, "not always the same: {plays:?}");
}

#[test]
fn accounts_without_a_known_contact_are_spread_over_their_cadence() {
    let clients: Vec<Account> = (0..360)
        .map(|place| Account { owner: Some(format!("o{}", place % 10)), ..client(&format!("c{place}")) })
        .collect();
    let world = World::of(clients);
    let planned = year(&world.watchlist, &world.playbook, &[], &world.settings, day("2026-11-25"), day("2027-11-24"));
    let mut weeks: BTreeMap<String, usize> = BTreeMap::new();
    for date in &planned {
        *weeks.entry(date.day.format("%G-%V").to_string()).or_default() += 1;
    }
    let (least, most) = (weeks.values().min().unwrap(), weeks.values().max().unwrap());
    assert!(*least >= 15 && *most <= 60, "{least} to {most} a week: {weeks:?}");
    assert!(planned.iter().all(|date| world.settings.workdays(None).works(date.day)));
}

#[test]
fn a_mark_serves_the_rhythm_that_comes_near_it() {
    let mut acme = renewing("acme", "2027-06-01");
    acme.cadence_days = Some(30);
    let world = World::of(vec![acme]);
    let planned = year(&world.watchlist, &world.playbook, &[], &world.settings, day("2026-11-25"), day("2027-06-01"));
    let days: Vec<NaiveDate> = planned.iter().map(|date| date.day).collect();
    assert!(days.windows(2).all(|pair| (pair[1] - pair[0]).num_days() > 14), "{planned:#?}");
    assert_eq!(planned.iter().filter(|date| date.cause.starts_with("date:renewal:")).count(), 3);
}

#[test]
fn nothing_is_planned_without_a_rhythm() {
    let mut world = World::of(vec![client("acme"), rival("beta"), account("gamma", AccountKind::Prospect)]);
    world.settings.rhythm = false;
    let planned = year(&world.watchlist, &world.playbook, &[], &world.settings, day("2026-11-25"), day("2027-11-24"));
    assert!(planned.is_empty(), "{planned:?}");
}

#[test]
fn case_11_nothing_planned_is_born_for_who_is_away() {
    use super::super::settings::{Away, Owner};

    let mut world = World::of((0..6).map(|number| renewing(&format!("late{number}"), "2027-01-04")).collect());
    let away = vec![Away { from: day("2026-11-24"), to: day("2026-11-27") }];
    world.settings.owners = vec![Owner { name: "olga".into(), away, ..Owner::default() }];
    world.settings.rhythm = false;
    let first = pass(&mut world);
    assert!(first.born.is_empty(), "{:?}", first.born);
    assert!(first.waiting.len() == 6 && first.waiting.iter().all(|one| one.reason == "olga is away"), "{first:?}");
    for (now, born) in [("2026-11-28T10:00:00Z", 2), ("2026-11-29T10:00:00Z", 2), ("2026-11-30T10:00:00Z", 2)] {
        world.now = at(now);
        assert_eq!(pass(&mut world).born.len(), born, "{now}");
    }
}
