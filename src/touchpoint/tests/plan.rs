//! Clock work and silence.

use super::super::plan::{Plans, due_work};
use super::super::silence::silence;
use super::life::card_in;
use super::*;

#[test]
fn snoozes_end_and_untouched_cards_expire_after_their_grace() {
    let settings = Settings::default();
    let mut snoozed = card_in(TouchPointState::Snoozed);
    let mut ready = card_in(TouchPointState::Ready);
    let mut accepted = card_in(TouchPointState::Accepted);
    for card in [&mut snoozed, &mut ready, &mut accepted] {
        card.due = day("2026-11-10");
    }
    // With other people: nobody is contacted twice at a time.
    ready.contact = Some("Ada Acme".into());
    accepted.contact = Some("Ben Acme".into());
    let cards = [snoozed.clone(), ready.clone(), accepted.clone()];
    for (at_time, expected) in [
        ("2026-11-20T10:00:00Z", vec![]),
        ("2026-11-21T10:00:00Z", vec![(ready.id, Command::Expire)]),
        (
            "2026-11-27T10:00:00Z",
            vec![(snoozed.id, Command::Wake { by: day("2026-11-30") }), (ready.id, Command::Expire)],
        ),
        (
            "2126-11-27T10:00:00Z",
            vec![(snoozed.id, Command::Wake { by: day("2126-11-28") }), (ready.id, Command::Expire)],
        ),
    ] {
        assert_eq!(due_work(&cards, &settings, at(at_time)), expected, "{at_time}");
    }
    accepted.contact.clone_from(&snoozed.contact);
    assert!(due_work(&[snoozed, accepted], &settings, at("2026-11-28T10:00:00Z")).is_empty(), "it sleeps on meanwhile");
    ready.due = NaiveDate::MAX;
    assert!(due_work(&[ready], &settings, now()).is_empty());
}

fn quiet(id: &str, days: i64, tier: Tier) -> Account {
    Account { last_contact: Some((now() - TimeDelta::days(days)).date_naive()), tier, ..client(id) }
}

fn run(world: &World) -> Plans {
    let open: Vec<TouchPoint> = world.cards.iter().filter(|card| !card.state.is_closed()).cloned().collect();
    silence(&world.watchlist, &world.playbook, &open, &world.cards, &world.settings, world.now)
}

#[test]
fn silence_is_judged_only_where_the_last_contact_is_known() {
    let cases: &[(&str, Account, bool)] = &[
        ("long ago", quiet("acme", 200, Tier::B), true),
        ("within its cadence", quiet("acme", 70, Tier::B), false),
        ("one day over", quiet("acme", 71, Tier::B), true),
        ("unknown", client("acme"), false),
        ("its own cadence", Account { cadence_days: Some(10), ..quiet("acme", 11, Tier::C) }, true),
        ("its own long cadence", Account { cadence_days: Some(365), ..quiet("acme", 200, Tier::A) }, false),
        ("no client", Account { kind: AccountKind::Prospect, ..quiet("acme", 400, Tier::A) }, false),
        ("in the future", quiet("acme", -30, Tier::A), false),
    ];
    for (name, account, expected) in cases {
        let world = World::of(vec![account.clone()]);
        let silence = run(&world);
        assert_eq!(silence.born.len() == 1, *expected, "{name}");
        assert!(silence.waiting.is_empty());
    }
}

#[test]
fn one_silence_makes_one_card() {
    let mut world = World::of(vec![quiet("acme", 100, Tier::A)]);
    let (card, steps) = run(&world).born.remove(0);
    assert_eq!(card.play.as_str(), "client-silence-top");
    assert_eq!(card.title, "Call Jane Acme, Acme: no contact for 100 days, 25 Nov");
    assert!(card.cause.starts_with("date:silence:2026-08-17:"), "{}", card.cause);
    assert!(card.why.contains("17 August 2026"), "{}", card.why);
    assert_eq!(steps.iter().map(|step| step.step).collect::<Vec<_>>(), [Step::Suggested, Step::Ready]);
    world.cards.push(card.clone());
    assert_eq!(run(&world), Plans::default(), "while it is open");
    world.take(card.id, &Command::Dismiss { code: DismissalCode::Trivial, note: None });
    world.now += TimeDelta::days(60);
    assert!(run(&world).born.is_empty(), "nor after it was refused");

    // Once the card is no longer remembered the silence is a new one, under another cause.
    world.now = now() + world.settings.memory() + TimeDelta::days(1);
    let dismissed = world.cards.remove(0);
    let again = run(&world).born.remove(0).0;
    assert_ne!(again.cause, dismissed.cause);
}

#[test]
fn a_card_done_is_a_contact() {
    let mut world = World::of(vec![quiet("acme", 100, Tier::A)]);
    let card = run(&world).born.remove(0).0;
    world.cards.push(card.clone());
    world.take(card.id, &Command::Done { outcome: None });
    world.now += TimeDelta::days(40);
    assert!(run(&world).born.is_empty());
    world.now += TimeDelta::days(10);
    assert_eq!(run(&world).born.len(), 1, "50 days after the contact, 42 are wished for");
}

#[test]
fn two_a_day_and_the_weeks_aim_bound_what_is_planned() {
    let mut world = World::of((0..30).map(|place| quiet(&format!("client{place}"), 200 + place, Tier::B)).collect());
    let mut a_week = 0;
    for _ in 0..7 {
        let silence = run(&world);
        assert!(silence.born.len() <= 2);
        assert_eq!(silence.born.len() + silence.waiting.len() + a_week, 30, "nothing is lost");
        a_week += silence.born.len();
        world.cards.extend(silence.born.into_iter().map(|(card, _)| card));
        world.now += TimeDelta::days(1);
    }
    assert_eq!(a_week, 8);
    let owners = World::of(
        (0..10)
            .map(|place| Account { owner: Some(format!("o{place}")), ..quiet(&format!("c{place}"), 200, Tier::B) })
            .collect(),
    );
    assert_eq!(run(&owners).born.len(), 10, "each owner has a day of their own");
}

#[test]
fn mourning_and_cooldown_make_silence_wait() {
    let mut world = World::of(vec![quiet("acme", 100, Tier::A)]);
    let mut death = signal("acme", SignalType::LeadershipChange, Role::DepartedFrom);
    death.manner = Some(Manner::Deceased);
    let id = world.hear(&[death]).born[0].id;
    world.take(id, &Command::Dismiss { code: DismissalCode::Known, note: None });
    let silence = run(&world);
    assert!(silence.born.is_empty());
    assert!(silence.waiting[0].reason.contains("condolences"), "{:?}", silence.waiting);
    assert_eq!(silence.waiting[0].overdue_days, 58);
}

#[test]
fn a_partners_headline_is_something_to_share() {
    let mut acme = tied(quiet("acme", 300, Tier::B), RelationKind::InIndustry, "robots");
    acme.goal = Some("shorter delivery times".into());
    let partner = tied(account("delta", AccountKind::Partner), RelationKind::InIndustry, "robots");
    let mut world = World::of(vec![acme, partner]);
    assert_eq!(run(&world).born[0].0.opening.as_deref(), Some("This may help with shorter delivery times."));
    let mut launch = signal("delta", SignalType::ProductLaunch, Role::Maker);
    launch.evidence[0].quote = "Delta halves picking times".into();
    launch.evidence[0].span = Span::title(0, 5);
    world.hear(&[launch]);
    let silence = run(&world);
    let opening = silence.born[0].0.opening.as_deref();
    assert_eq!(opening, Some("“Delta halves picking times” bears on shorter delivery times."));
}

#[test]
fn a_card_taken_back_from_its_end_has_its_days_of_grace_anew() {
    let settings = Settings::default();
    let mut card = super::life::card_in(TouchPointState::Ready);
    card.due = day("2026-11-02");
    let due = |card: &TouchPoint, now| due_work(std::slice::from_ref(card), &settings, now);
    let end = at("2026-11-16T08:00:00Z");
    card.created = at("2026-11-01T08:00:00Z");
    card.updated = card.created;
    assert_eq!(due(&card, end), [(card.id, Command::Expire)]);
    let who = Actor::person("olga");
    let expired = super::super::life::step(&card, &Command::Expire, &who, end).unwrap();
    assert_eq!(expired.record.note.as_deref(), Some("nobody took it by 2026-11-02"));
    let back = super::super::life::undo(&expired.card, &card, &expired.record, &who, end).card;
    assert_eq!(due(&back, end), []);
    assert_eq!(due(&back, end + TimeDelta::days(11)), [(card.id, Command::Expire)]);
}
