//! What is over an owner's capacity waits; one person is contacted about one thing at a time.

use super::super::one_contact::put_off;
use super::super::plan::{Plans, due_work};
use super::super::room::{at_birth, let_in};
use super::*;
use TouchPointState as State;

fn news(account: &str, kind: SignalType, role: Role, world: &World) -> Signal {
    let story = StoryId::from(format!("s-{account}-{}", kind.as_str()));
    Signal {
        id: SignalId::of(&story, &account.into(), kind.as_str()),
        story,
        first_at: world.now,
        last_at: world.now,
        ..signal(account, kind, role)
    }
}

/// Hears the news as the read loop does: what has no room waits.
fn hear(world: &mut World, signal: Signal) -> State {
    let before = world.cards.len();
    world.hear(&[signal]);
    let (recent, born) = world.cards.split_at(before);
    let (Some(card), recent) = (born.first(), recent.to_vec()) else { panic!("no card was born") };
    let mut card = card.clone();
    let record = |step| StepRecord { step, at: world.now, who: Actor::program("read"), note: None };
    let mut steps = vec![record(Step::Suggested), record(Step::Ready)];
    at_birth(&mut card, &mut steps, &recent, &world.settings, world.now);
    assert_eq!(steps.len(), if card.state == State::Suggested { 1 } else { 2 });
    let state = card.state;
    world.cards[before] = card;
    state
}

type Rule = fn(&Watchlist, &Playbook, &[TouchPoint], &[TouchPoint], &Settings, Time) -> Plans;

fn run(world: &mut World, rule: Rule) -> Plans {
    let open: Vec<TouchPoint> = world.cards.iter().filter(|card| !card.state.is_closed()).cloned().collect();
    let plans = rule(&world.watchlist, &world.playbook, &open, &world.cards, &world.settings, world.now);
    for (before, change) in &plans.changed {
        let place = world.cards.iter().position(|card| card.id == before.id).unwrap();
        assert_eq!(world.cards[place], *before, "changed from what is stored");
        world.cards[place] = change.card.clone();
    }
    plans
}

#[test]
fn news_over_the_daily_cap_waits_in_rank_and_an_alarm_never_does() {
    let mut accounts: Vec<Account> = ["a", "b", "c", "d", "e"].map(client).to_vec();
    accounts[3].tier = Tier::A;
    let mut world = World::of(accounts);
    let good = |account: &str, world: &World| news(account, SignalType::Award, Role::Winner, world);
    let mut states = Vec::new();
    for account in ["a", "b", "c", "d"] {
        let told = good(account, &world);
        states.push(hear(&mut world, told));
    }
    assert_eq!(states, [State::Ready, State::Ready, State::Suggested, State::Suggested]);
    let alarm = news("e", SignalType::Acquisition, Role::Target, &world);
    assert_eq!(hear(&mut world, alarm), State::Ready);

    let plans = run(&mut world, let_in);
    assert!(plans.changed.is_empty() && plans.born.is_empty());
    let waiting: Vec<(&str, &str, &str)> = plans
        .waiting
        .iter()
        .map(|one| (one.account.as_str(), one.owner.as_deref().unwrap_or_default(), one.reason.as_str()))
        .collect();
    assert_eq!(waiting, [("d", "olga", "no room today or this week"), ("c", "olga", "no room today or this week")]);

    world.now += TimeDelta::days(1);
    let came: Vec<String> = run(&mut world, let_in).changed.iter().map(|(card, _)| card.account.0.clone()).collect();
    assert_eq!(came, ["d", "c"], "the best first");
    let card = world.card("c");
    assert_eq!((card.state, card.offered), (State::Ready, Some(world.now)));
    let last = good("b", &world);
    world.cards.retain(|card| card.account.as_str() != "b");
    assert_eq!(hear(&mut world, last), State::Suggested, "who came late takes room of the day on which they came");
}

#[test]
fn what_came_late_has_two_days_all_the_same() {
    let mut world = World::of(["a", "b", "c"].map(client).to_vec());
    for account in ["a", "b", "c"] {
        let told = news(account, SignalType::Funding, Role::Issuer, &world);
        hear(&mut world, told);
    }
    assert_eq!(world.card("c").due, day("2026-11-30"));
    world.now = at("2026-11-30T06:00:00Z");
    run(&mut world, let_in);
    assert_eq!(world.card("c").due, day("2026-12-02"));
}

#[test]
fn the_graver_of_two_contacts_goes_first_and_the_other_comes_back() {
    let mut world = World::of(vec![client("acme")]);
    let good = news("acme", SignalType::Award, Role::Winner, &world);
    world.hear(&[good]);
    let first = world.card("acme").id;
    world.take(first, &Command::Accept);
    let bad = news("acme", SignalType::Layoffs, Role::Employer, &world);
    world.hear(&[bad]);
    let grave = world.cards[1].clone();

    let plans = run(&mut world, put_off);
    assert_eq!(plans.changed.len(), 1);
    let note = plans.changed[0].1.record.note.clone().unwrap_or_default();
    assert!(note.contains("one contact at a time") && note.contains("job cuts"), "{note}");
    assert_eq!((world.cards[0].state, world.cards[0].snoozed_from), (State::Snoozed, Some(State::Accepted)));
    assert!(run(&mut world, put_off).changed.is_empty(), "once is enough");

    world.now += TimeDelta::days(20);
    let settings = world.settings.clone();
    assert!(
        due_work(&world.cards, &settings, world.now).iter().all(|(id, _)| *id != first),
        "it sleeps on while the other is open"
    );
    world.take(grave.id, &Command::Dismiss { code: DismissalCode::Known, note: None });
    let work = due_work(&world.cards, &settings, world.now);
    assert!(matches!(work.as_slice(), [(id, Command::Wake { .. })] if *id == first), "{work:?}");
}

#[test]
fn two_people_may_be_contacted_at_a_time_and_work_inside_counts_for_nothing() {
    let mut world = World::of(vec![client("acme")]);
    let good = news("acme", SignalType::Award, Role::Winner, &world);
    world.hear(&[good]);
    let mut other = world.cards[0].clone();
    other.id = TouchPointId::born_at(now());
    other.contact = Some("Sam Acme".into());
    let inside = TouchPoint { action: Action::Review, id: TouchPointId::born_at(now()), ..world.cards[0].clone() };
    world.cards.extend([other, inside]);
    assert_eq!(run(&mut world, put_off), Plans::default());
}
