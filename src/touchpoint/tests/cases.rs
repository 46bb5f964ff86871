//! The acceptance cases from practice, as far as signals carry them.

use super::super::facts::{self, FactOccasion};
use super::super::introduction;
use super::*;

#[test]
fn case_1_a_user_of_a_rival_buys_our_client() {
    let parent = tied(account("parent", AccountKind::Prospect), RelationKind::Uses, "beta");
    let mut world = World::of(vec![client("acme"), parent, tied(rival("beta"), RelationKind::RivalOf, "us")]);
    let mut target = with_other(signal("acme", SignalType::Acquisition, Role::Target), "Parent Inc", Role::Acquirer);
    target.evidence = vec![quote("herald", "Acme is bought by Parent.")];
    let mut buyer = with_other(signal("parent", SignalType::Acquisition, Role::Acquirer), "Acme", Role::Target);
    buyer.evidence = vec![quote("courier", "Parent buys Acme.")];
    let heard = world.hear(&[buyer, target]);

    assert_eq!(heard.plays(), ["client-acquired"], "{:?}", heard.refused);
    let card = world.card("acme");
    assert!(card.alarm);
    let quotes: Vec<&str> = card.evidence.iter().map(|quote| quote.quote.as_str()).collect();
    assert_eq!(quotes, ["Acme is bought by Parent.", "Parent buys Acme."]);
    assert_eq!(card.title, "Call Jane Acme, Acme: acquired by Parent, 25 Nov");
    assert_eq!(card.opening.as_deref(), Some("I read Parent's announcement. What should stay steady meanwhile?"));
    assert_eq!(card.due, day("2026-11-27"));
    assert!(card.talking_points.iter().any(|point| point.contains("Parent uses Beta")), "{:?}", card.talking_points);
    assert!(card.avoid.contains(&"Do not congratulate".to_owned()));
}

#[test]
fn case_1_what_the_buyer_uses_is_no_news_beside_the_deal() {
    let parent = tied(client("parent"), RelationKind::Uses, "beta");
    let deal = || {
        [
            with_other(signal("acme", SignalType::Acquisition, Role::Target), "Parent Inc", Role::Acquirer),
            with_other(signal("parent", SignalType::Acquisition, Role::Acquirer), "Acme", Role::Target),
        ]
    };
    let win = || with_other(signal("beta", SignalType::ContractWin, Role::Supplier), "Parent", Role::Customer);
    let mut world = World::of(vec![client("acme"), parent.clone(), rival("beta")]);
    let [target, buyer] = deal();
    let heard = world.hear(&[target, buyer, win()]);
    assert_eq!(heard.plays(), ["client-acquired", "client-acquires"], "{:?}", heard.refused);
    let mut world = World::of(vec![client("acme"), client("parent"), rival("beta")]);
    let [target, buyer] = deal();
    let heard = world.hear(&[target, buyer, win()]);
    assert!(heard.plays().contains(&"client-in-rival-win"), "a use that nobody knew of: {:?}", heard.plays());
    let mut world = World::of(vec![parent, rival("beta")]);
    assert!(world.hear(&[win()]).plays().contains(&"client-in-rival-win"), "a new contract by itself");
}

#[test]
fn case_1_a_rival_buys_our_client() {
    let exposed = tied(client("other"), RelationKind::Uses, "beta");
    let mut world = World::of(vec![client("acme"), exposed, rival("beta")]);
    let buyer = with_other(signal("beta", SignalType::Acquisition, Role::Acquirer), "Acme", Role::Target);
    let win = with_other(signal("beta", SignalType::ContractWin, Role::Supplier), "Acme", Role::Customer);
    let heard = world.hear(&[buyer, win]);
    let of_clients: Vec<&TouchPoint> = heard.born.iter().filter(|card| card.account.as_str() != "beta").collect();
    assert_eq!(of_clients.len(), 1);
    assert_eq!(of_clients[0].play.as_str(), "client-acquired");
}

#[test]
fn case_2_layoffs_before_a_renewal_make_one_gated_card() {
    let mut acme = client("acme");
    acme.renewal = Some(day("2027-01-09"));
    let mut world = World::of(vec![acme]);
    let heard = world.hear(&[
        signal("acme", SignalType::Layoffs, Role::Employer),
        Signal { direction: Some(Direction::Down), ..signal("acme", SignalType::Earnings, Role::Reporter) },
        signal("acme", SignalType::ProductLaunch, Role::Maker),
    ]);
    assert_eq!(heard.plays(), ["client-layoffs"]);
    let card = world.card("acme");
    assert_eq!(card.state, TouchPointState::Checking);
    assert!(card.approval && card.tact && !card.alarm);
    let tickets = card.checks.iter().find(|check| check.what.contains("settle them first")).unwrap();
    assert_eq!(tickets.state, CheckState::NotConnected, "an empty gate is not a passed one");
    assert!(card.why.contains("in 45 days") && card.why.contains("Do not raise it"), "{}", card.why);
    assert!(card.talking_points.iter().any(|point| point.contains("results")), "{:?}", card.talking_points);
}

#[test]
fn case_3_a_death_makes_one_card_and_silence() {
    let mut world = World::of(vec![client("acme")]);
    let mut death = signal("acme", SignalType::LeadershipChange, Role::DepartedFrom);
    death.person = Some("Rosa Lind".into());
    death.manner = Some(Manner::Deceased);
    death.evidence = vec![quote("herald", "Acme's CEO Rosa Lind has died, Tom Ek takes over for now.")];
    let heard = world.hear(&[death.clone(), signal("acme", SignalType::Award, Role::Winner)]);
    assert_eq!(heard.plays(), ["client-death"]);
    let card = world.card("acme").clone();
    assert!(card.tact && card.approval);
    assert_eq!(card.due, day("2026-11-26"));
    assert_eq!(card.title, "Note to Jane Acme, Acme: death of CEO Rosa Lind, 25 Nov");
    assert!(card.talking_points.iter().all(|point| point.contains("two weeks")), "{:?}", card.talking_points);

    for outlet in 0..13 {
        death.reports += 1;
        death.origins = 3;
        death.evidence.push(quote(&format!("outlet{outlet}"), "Rosa Lind of Acme has died."));
        let more = world.hear(&[death.clone(), signal("acme", SignalType::Award, Role::Winner)]);
        assert!(more.born.is_empty());
    }

    world.now = at("2026-12-03T10:00:00Z");
    let mut interim = signal("acme", SignalType::LeadershipChange, Role::AppointedBy);
    interim.story = "s2".into();
    interim.id = "g2".into();
    interim.person = Some("Tom Ek".into());
    interim.last_at = world.now;
    let heard = world.hear(&[interim.clone()]);
    assert!(heard.is_silent());
    assert!(heard.reason().contains("condolences until 2026-12-09"), "{}", heard.reason());

    world.now = at("2026-12-10T10:00:00Z");
    interim.story = "s3".into();
    interim.id = "g3".into();
    interim.last_at = world.now;
    assert_eq!(world.hear(&[interim]).plays(), ["client-new-executive"]);
}

#[test]
fn case_3_whoever_carries_on_is_introduced_later() {
    let mut death = signal("acme", SignalType::LeadershipChange, Role::DepartedFrom);
    death.person = Some("Jane Acme".into());
    death.manner = Some(Manner::Deceased);
    let interim = Signal {
        id: "g2".into(),
        manner: None,
        role: Role::AppointedBy,
        person: Some("Tom Ek".into()),
        ..death.clone()
    };
    let news = [death, interim];
    let after = |world: &World, news: &[Signal]| {
        let open: Vec<TouchPoint> = world.cards.iter().filter(|card| !card.state.is_closed()).cloned().collect();
        let World { watchlist, settings, now, .. } = world;
        introduction::introductions(watchlist, &SHIPPED, &open, &world.cards, news, settings, *now).born
    };
    let mut world = World::of(vec![client("acme")]);
    assert_eq!(world.hear(&news).plays(), ["client-death"]);
    world.cards[0].state = TouchPointState::Expired;
    world.now = at("2026-12-09T10:00:00Z");
    assert!(introduction::awaited(&SHIPPED, &world.cards, &world.settings, world.now).is_empty());
    assert!(after(&world, &news).is_empty(), "not while it is left in peace");

    world.now = at("2026-12-10T10:00:00Z");
    let awaited = introduction::awaited(&SHIPPED, &world.cards, &world.settings, world.now);
    assert_eq!(awaited[0].0.as_str(), "acme");
    let born = after(&world, &news);
    let (card, _) = &born[0];
    assert_eq!((born.len(), card.contact.as_deref()), (1, Some("Tom Ek")), "{card:?}");
    assert_eq!(card.title, "Note to Tom Ek, Acme: an introduction, 10 Dec");
    assert!(
        card.approval && !card.evidence.is_empty() && !format!("{:?}", card.opening).contains("elcome"),
        "{card:?}"
    );
    let (unnamed, _) = &after(&world, &news[..1])[0];
    assert_eq!(unnamed.contact.as_deref(), Some("Sam Acme"), "never whoever died");
    world.cards.push(card.clone());
    assert!(after(&world, &news).is_empty(), "once");
    world.cards.pop();
    world.now = at("2027-01-20T10:00:00Z");
    assert!(after(&world, &news).is_empty(), "too late to be an introduction");
}

#[test]
fn case_2_a_ticket_is_part_of_the_card_that_waits_for_it() {
    let layoffs = || signal("acme", SignalType::Layoffs, Role::Employer);
    let ticket = Fact { priority: Some("P1".into()), ..fact("acme", FactKind::TicketOpened, "t1") };
    let answer = |cards: &[TouchPoint]| {
        let acme = client("acme");
        let occasion = FactOccasion {
            fact: &ticket,
            account: &acme,
            told: std::slice::from_ref(&ticket),
            cards,
            burden: cards,
            playbook: &SHIPPED,
            settings: &Settings::default(),
            now: now(),
        };
        facts::answer(&occasion, &Actor::program("plan")).decisions
    };
    let mut ticket_first = World::of(vec![client("acme")]);
    let made = answer(&[]);
    let Some(Decision::New { card, .. }) = made.first() else { panic!("{made:?}") };
    ticket_first.cards.push((**card).clone());
    assert_eq!(ticket_first.hear(&[layoffs()]).plays(), ["client-layoffs"]);
    assert_eq!(ticket_first.cards[0].state, TouchPointState::Withdrawn, "one card, not two");
    let merged = &ticket_first.cards[1];
    assert_eq!(merged.stands_for, [ticket_first.cards[0].cause.clone()]);
    assert!(merged.questions.iter().any(|question| question.contains("Who works on")), "{:?}", merged.questions);

    let mut layoffs_first = World::of(vec![client("acme")]);
    layoffs_first.hear(&[layoffs()]);
    let made = answer(&layoffs_first.cards);
    assert!(matches!(made.as_slice(), [Decision::Change { .. }]), "told on the card that waits for it: {made:?}");
    layoffs_first.cards[0].state = TouchPointState::Accepted;
    let made = answer(&layoffs_first.cards);
    assert!(matches!(made.as_slice(), [Decision::New { .. }]), "whoever has the card in hand is told: {made:?}");
}

#[test]
fn case_5_copies_change_nothing() {
    let mut world = World::of(vec![client("acme")]);
    let mut funding = signal("acme", SignalType::Funding, Role::Issuer);
    assert_eq!(world.hear(&[funding.clone()]).plays(), ["client-good-news"]);
    for copy in 2..=240 {
        funding.reports = copy;
        let heard = world.hear(&[funding.clone()]);
        assert!(heard.is_silent(), "copy {copy}: {heard:?}");
    }
    for origin in ["courier", "gazette"] {
        funding.origins += 1;
        funding.evidence.push(quote(origin, "Acme has raised money."));
        let heard = world.hear(&[funding.clone()]);
        assert!(heard.born.is_empty());
        assert_eq!(heard.changed.len(), 1);
        assert_eq!(heard.changed[0].record.step, Step::Updated);
        assert!(world.hear(&[funding.clone()]).is_silent());
    }
    assert_eq!(world.card("acme").revision, 3);
    assert_eq!(world.card("acme").evidence.len(), 3);
    funding.evidence.push(quote("fourth", "Acme got money."));
    assert!(world.hear(&[funding]).is_silent(), "three quotes are enough");
}

#[test]
fn case_6_rumours_make_no_card_and_denials_take_back() {
    let rumour = Signal {
        status: Status::Rumoured,
        ..with_other(signal("acme", SignalType::Acquisition, Role::Target), "Gamma", Role::Acquirer)
    };
    let mut world = World::of(vec![client("acme")]);
    let heard = world.hear(std::slice::from_ref(&rumour));
    assert!(heard.is_silent());
    assert!(heard.reason().starts_with("rumour"), "{}", heard.reason());
    let heard = world.hear(&[Signal { status: Status::Denied, ..rumour.clone() }]);
    assert!(heard.is_silent());

    let announced = Signal { status: Status::Announced, ..rumour };
    let denied = Signal { status: Status::Denied, ..announced.clone() };
    let taken_back = Signal { withdrawn: true, ..announced.clone() };
    for (commands, signals, state, corrections) in [
        (vec![], vec![denied.clone()], TouchPointState::Withdrawn, 0),
        (vec![], vec![taken_back.clone()], TouchPointState::Withdrawn, 0),
        (vec![], vec![], TouchPointState::Withdrawn, 0),
        (vec![Command::Accept], vec![denied.clone()], TouchPointState::Withdrawn, 0),
        (vec![Command::Accept, Command::Done { outcome: None }], vec![denied.clone()], TouchPointState::Done, 1),
        (vec![Command::Done { outcome: None }], vec![taken_back], TouchPointState::Done, 1),
        (
            vec![Command::Snooze { until: now() + TimeDelta::days(3), reason: None }],
            vec![denied.clone()],
            TouchPointState::Withdrawn,
            0,
        ),
        (
            vec![Command::Dismiss { code: DismissalCode::Known, note: None }],
            vec![denied.clone()],
            TouchPointState::Dismissed,
            0,
        ),
    ] {
        let mut world = World::of(vec![client("acme")]);
        let id = world.hear(std::slice::from_ref(&announced)).born[0].id;
        for command in &commands {
            world.take(id, command);
        }
        let story = StoryId::from("s1");
        let heard = world.hear_story(&story, &signals);
        assert_eq!(world.cards[0].state, state, "after {commands:?}");
        assert_eq!(heard.born.len(), corrections, "after {commands:?}");
        let again = world.hear_story(&story, &signals);
        assert!(again.is_silent(), "a second time: {again:?}");
        if let Some(task) = heard.born.first() {
            assert_eq!((task.play.as_str(), task.cause.as_str()), ("correction", "story:s1:correction"));
            assert!(task.why.contains("acquired by Gamma"), "{}", task.why);
        }
        let confirmed = world.hear(std::slice::from_ref(&announced));
        assert!(confirmed.is_silent(), "closed cards are not reopened");
    }
}

#[test]
fn case_6_a_denial_in_another_story_counts_where_it_names_the_same_firm() {
    let announced = Signal {
        status: Status::Announced,
        ..with_other(signal("acme", SignalType::Acquisition, Role::Target), "Gamma", Role::Acquirer)
    };
    for (other, withdrawn) in [(Some("Gamma"), true), (Some("Delta"), false), (None, false)] {
        let mut world = World::of(vec![client("acme")]);
        world.hear(std::slice::from_ref(&announced));
        let denial = Signal {
            story: "s2".into(),
            id: "g2".into(),
            status: Status::Denied,
            counterparty: other.map(str::to_owned),
            ..announced.clone()
        };
        world.hear(&[denial]);
        assert_eq!(world.cards[0].state == TouchPointState::Withdrawn, withdrawn, "{other:?}");
    }
}

#[test]
fn case_7_a_rivals_case_study_is_an_inside_alarm() {
    let study = |kind, role| {
        let mut study = with_other(signal("acme", kind, role), "Beta", Role::Supplier);
        study.evidence = vec![quote("beta", "How Acme saves a third with Beta")];
        study.evidence[0].url = Some("https://www.beta.example/stories/acme".into());
        study
    };
    for (kind, role) in [
        (SignalType::ContractWin, Role::Customer),
        (SignalType::Award, Role::Winner),
        (SignalType::Partnership, Role::Partner),
    ] {
        for (age, expected) in
            [(0, Some("client-rival-case-study")), (200, Some("client-rival-case-study")), (400, None)]
        {
            let mut world = World::of(vec![client("acme"), rival("beta")]);
            let mut study = study(kind, role);
            study.first_at = world.now - TimeDelta::days(age);
            study.last_at = study.first_at;
            let heard = world.hear(&[study]);
            let card = heard.born.iter().find(|card| card.account.as_str() == "acme");
            assert_eq!(card.map(|card| card.play.as_str()), expected, "{kind:?} after {age} days");
            if let Some(card) = card {
                assert!(card.alarm && card.action == Action::InternalCheck);
                assert!(card.checks.iter().any(|check| check.what.contains("use it")));
            } else {
                assert!(heard.refused.iter().any(|reason| reason.reason.contains("stale")));
            }
        }
    }
}

#[test]
fn case_8_a_rivals_price_rise_makes_one_entry_and_few_client_cards() {
    let mut accounts = vec![rival("beta")];
    for place in 0..300 {
        let mut exposed = client(&format!("client{place}"));
        exposed.owner = Some(format!("owner{}", place % 8));
        exposed.tier = if place % 10 == 0 { Tier::A } else { Tier::B };
        let kind = if place % 3 == 0 { RelationKind::Uses } else { RelationKind::InIndustry };
        let to = if kind == RelationKind::Uses { "beta" } else { "robots" };
        accounts.push(tied(exposed, kind, to));
    }
    accounts[0] = tied(accounts[0].clone(), RelationKind::InIndustry, "robots");
    let mut world = World::of(accounts);
    world.settings.daily_new = 5;
    let mut rise = signal("beta", SignalType::PricingChange, Role::PriceSetter);
    rise.direction = Some(Direction::Up);
    let heard = world.hear(&[rise.clone()]);
    let entries: Vec<_> = heard.born.iter().filter(|card| card.action == Action::Battlecard).collect();
    assert_eq!(entries.len(), 1);
    assert_eq!(entries[0].title, "Battlecard Beta: raises its prices, 25 Nov");
    for owner in 0..8 {
        let owner = Some(format!("owner{owner}"));
        let cards: Vec<_> =
            heard.born.iter().filter(|card| card.owner == owner && card.action != Action::Battlecard).collect();
        assert_eq!(cards.len(), 3, "{owner:?}");
        for card in cards {
            let client = world.watchlist.get(&card.account).unwrap();
            assert_eq!(client.relations[0].kind, RelationKind::Uses, "those with the closest tie first");
            let spoken = format!("{:?}{:?}{:?}", card.opening, card.talking_points, card.questions);
            assert!(!spoken.contains("Beta"), "the rival is not named: {spoken}");
            assert!(card.avoid.iter().any(|never| never.contains("gloat")));
        }
    }
    assert!(world.hear(&[rise.clone()]).is_silent(), "more news makes no more cards");

    let mut world = World::of(world.watchlist.accounts().to_vec());
    let heard = world.hear(&[rise]);
    let of_one = heard.born.iter().filter(|card| card.owner.as_deref() == Some("owner1")).count();
    assert_eq!(of_one, 2, "at most two new ones a day");

    let left_out = world.watchlist.accounts().iter().find(|account| {
        account.id.as_str().starts_with("client") && heard.born.iter().all(|card| card.account != account.id)
    });
    let left_out = left_out.unwrap().id.0.clone();
    let mut news = signal(&left_out, SignalType::Expansion, Role::Operator);
    news.story = "s2".into();
    news.id = "g2".into();
    let next = world.hear(&[news]);
    let told = next.born[0].talking_points.iter().any(|point| point.contains("Beta: raises its prices"));
    assert!(told, "the others get it with their next card: {:?}", next.born[0].talking_points);
}

#[test]
fn case_9_a_contact_who_joins_another_firm_makes_a_card_on_each_side() {
    let mut world = World::of(vec![client("acme"), account("beta", AccountKind::Prospect), client("gamma")]);
    let mut joins = signal("beta", SignalType::LeadershipChange, Role::AppointedBy);
    joins.person = Some("Jane Acme".into());
    let heard = world.hear(&[joins]);
    assert_eq!(heard.plays(), ["prospect-new-executive", "client-contact-left"]);
    let card = world.card("acme");
    assert_eq!(card.contact.as_deref(), Some("Sam Acme"), "the colleague, not the one who left");
    assert!(card.checks.iter().any(|check| check.what.contains("same person")));
}

#[test]
fn case_11_business_days_skip_christmas() {
    let mut world = World::of(vec![client("acme")]);
    world.now = at("2026-12-24T15:00:00Z");
    world.settings.holidays = vec![day("2026-12-24"), day("2026-12-25")];
    let layoffs =
        Signal { last_at: world.now, first_at: world.now, ..signal("acme", SignalType::Layoffs, Role::Employer) };
    world.hear(&[layoffs]);
    assert_eq!(world.card("acme").due, day("2026-12-31"));
}

#[test]
fn case_12_two_records_of_one_domain_wait_for_a_person() {
    let twin = |id: &str, owner: &str| Account {
        name: "Acme Inc.".into(),
        domains: vec!["acme.example".into()],
        owner: Some(owner.into()),
        ..client(id)
    };
    let mut parent = twin("group", "olga");
    parent.relations.push(Relation { kind: RelationKind::ParentOf, to: "daughter".into() });
    let cases =
        [(vec![twin("one", "olga"), twin("two", "ivan")], true), (vec![parent, twin("daughter", "ivan")], false)];
    for (accounts, gated) in cases {
        let signals: Vec<Signal> =
            accounts.iter().map(|account| signal(account.id.as_str(), SignalType::Funding, Role::Issuer)).collect();
        let mut world = World::of(accounts);
        let heard = world.hear(&signals);
        assert_eq!(heard.born.len(), 2, "no merge by name");
        for card in &heard.born {
            assert_eq!(card.state == TouchPointState::Checking, gated, "{card:?}");
            assert_eq!(card.checks.iter().any(|check| check.what.contains("share acme.example")), gated);
        }
    }
}
