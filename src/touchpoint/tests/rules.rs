//! The rules one by one.

use super::*;

#[test]
fn what_is_not_good_enough_makes_no_card_but_a_reason() {
    type Edit = fn(&mut Signal);
    let cases: &[(&str, Edit, Option<&str>)] = &[
        ("as it is", |_| {}, None),
        ("announced", |signal| signal.status = Status::Announced, None),
        ("rumoured", |signal| signal.status = Status::Rumoured, Some("rumour")),
        ("denied", |signal| signal.status = Status::Denied, Some("denied")),
        ("withdrawn", |signal| signal.withdrawn = true, Some("taken back")),
        ("passing", |signal| signal.about = false, Some("passing")),
        ("unsure", |signal| signal.confidence = 0.3, Some("confidence")),
        ("not a number", |signal| signal.confidence = f64::NAN, Some("confidence")),
        ("no quote", |signal| signal.evidence.clear(), Some("no quote")),
        ("headline", |signal| signal.evidence[0].level = EvidenceLevel::HeadlineOnly, Some("headline only")),
        ("summary", |signal| signal.evidence[0].level = EvidenceLevel::Summary, None),
        (
            "two headlines",
            |signal| {
                signal.evidence[0].level = EvidenceLevel::HeadlineOnly;
                signal.origins = 2;
            },
            None,
        ),
        ("stale", |signal| signal.last_at = now() - TimeDelta::days(15), Some("stale")),
        ("nearly stale", |signal| signal.last_at = now() - TimeDelta::days(14), None),
        ("from the future", |signal| signal.last_at = now() + TimeDelta::days(400), None),
    ];
    for (name, edit, expected) in cases {
        let mut funding = signal("acme", SignalType::Funding, Role::Issuer);
        edit(&mut funding);
        let mut world = World::of(vec![client("acme")]);
        let heard = world.hear(&[funding]);
        assert_eq!(heard.born.is_empty(), expected.is_some(), "{name}: {heard:?}");
        if let Some(expected) = expected {
            assert!(heard.reason().contains(expected), "{name}: {}", heard.reason());
        }
    }
}

#[test]
fn an_alarm_may_rest_on_a_mention_in_passing() {
    let mut world = World::of(vec![client("acme"), rival("beta")]);
    let mut win = with_other(signal("acme", SignalType::ContractWin, Role::Customer), "Beta", Role::Supplier);
    win.about = false;
    assert_eq!(world.hear(&[win]).plays(), ["client-in-rival-win"]);
}

#[test]
fn types_without_a_play_are_silent() {
    for (kind, role) in [(SignalType::MarketMove, Role::Listed), (SignalType::Marketing, Role::Brand)] {
        let mut world = World::of(vec![client("acme")]);
        let heard = world.hear(&[signal("acme", kind, role)]);
        assert!(heard.is_silent() && heard.refused.is_empty());
    }
    let mut world = World::of(Vec::new());
    assert!(world.hear(&[signal("unknown", SignalType::Funding, Role::Issuer)]).is_silent());
    assert!(world.hear(&[]).is_silent());
}

#[test]
fn a_client_named_in_a_rivals_win_is_an_alarm() {
    let of_client = with_other(signal("acme", SignalType::ContractWin, Role::Customer), "Beta", Role::Supplier);
    let of_rival = with_other(signal("beta", SignalType::ContractWin, Role::Supplier), "Acme", Role::Customer);
    let without_role = Signal { counter_role: None, ..of_rival.clone() };
    let bought = with_other(signal("acme", SignalType::Procurement, Role::Buyer), "Beta Inc", Role::Supplier);
    let unnamed = [
        Signal { counterparty: None, ..of_client.clone() },
        Signal { counterparty: None, ..signal("beta", SignalType::ContractWin, Role::Supplier) },
    ];
    for signals in [vec![of_client], vec![of_rival], vec![without_role], vec![bought], unnamed.to_vec()] {
        let mut world = World::of(vec![client("acme"), rival("beta")]);
        world.hear(&signals);
        let card = world.card("acme");
        assert!(card.alarm, "{signals:?}");
        assert_eq!(card.play.as_str(), "client-in-rival-win");
        assert!(card.avoid.contains(&"Do not name Beta".to_owned()));
        assert_eq!(card.due, day("2026-11-26"));
    }
    let mut world = World::of(vec![client("acme"), rival("beta")]);
    let elsewhere = with_other(signal("acme", SignalType::ContractWin, Role::Customer), "Gamma", Role::Supplier);
    assert!(world.hear(&[elsewhere]).is_silent(), "a supplier that is no rival");
}

#[test]
fn bad_news_is_gated_and_sells_nothing() {
    for (kind, role) in [
        (SignalType::Layoffs, Role::Employer),
        (SignalType::Closure, Role::Operator),
        (SignalType::Distress, Role::Debtor),
        (SignalType::Legal, Role::Defendant),
        (SignalType::Breach, Role::Victim),
        (SignalType::Recall, Role::Maker),
        (SignalType::Regulatory, Role::Regulated),
        (SignalType::Reputation, Role::Criticised),
        (SignalType::LaborDispute, Role::Employer),
        (SignalType::Outage, Role::Operator),
    ] {
        for account in [client("acme"), account("acme", AccountKind::Partner)] {
            let mut world = World::of(vec![account]);
            let heard = world.hear(&[signal("acme", kind, role), signal("acme", SignalType::Award, Role::Winner)]);
            assert_eq!(heard.born.len(), 1);
            let card = &heard.born[0];
            assert!(card.tact && card.approval, "{kind:?}: {}", card.play);
            assert_eq!(card.state, TouchPointState::Checking);
            let spoken = format!("{:?}{:?}", card.opening, card.talking_points);
            assert!(!spoken.contains("well earned"), "{spoken}");
        }
    }
}

#[test]
fn of_several_plays_the_gravest_leads() {
    let mut world = World::of(vec![client("acme")]);
    let heard = world.hear(&[
        signal("acme", SignalType::Expansion, Role::Operator),
        signal("acme", SignalType::Procurement, Role::Buyer),
        signal("acme", SignalType::Funding, Role::Issuer),
    ]);
    assert_eq!(heard.plays(), ["client-procurement"]);
    let points = &heard.born[0].talking_points;
    assert!(points.iter().any(|point| point.contains("expansion")), "{points:?}");
    assert!(points.iter().any(|point| point.contains("funding")), "{points:?}");
    assert_eq!(heard.born[0].signals.len(), 3);
}

#[test]
fn a_graver_report_takes_the_lead_of_an_open_card() {
    let mut world = World::of(vec![client("acme")]);
    let expansion = signal("acme", SignalType::Expansion, Role::Operator);
    let first = world.hear(std::slice::from_ref(&expansion)).born[0].clone();
    let heard = world.hear(&[expansion, signal("acme", SignalType::Layoffs, Role::Employer)]);
    assert!(heard.born.is_empty());
    assert_eq!(heard.changed[0].record.step, Step::Checking, "it needs approval now");
    let card = world.card("acme");
    assert_eq!((card.id, card.created), (first.id, first.created));
    assert_eq!(card.play.as_str(), "client-layoffs");
    assert!(card.tact && card.title.contains("job cuts"));
    assert!(card.due <= first.due);
}

#[test]
fn an_accepted_card_gets_evidence_but_keeps_its_state_and_answers() {
    let mut world = World::of(vec![client("acme")]);
    let mut layoffs = signal("acme", SignalType::Layoffs, Role::Employer);
    let id = world.hear(&[layoffs.clone()]).born[0].id;
    let what = world.cards[0].checks[0].what.clone();
    world.take(id, &Command::Settle { what, state: CheckState::Passed("none open".into()) });
    world.take(id, &Command::Approve);
    world.take(id, &Command::Accept);
    layoffs.evidence.push(quote("courier", "Acme lets people go."));
    assert_eq!(world.hear(&[layoffs]).changed.len(), 1);
    let card = world.card("acme");
    assert_eq!(card.state, TouchPointState::Accepted);
    assert_eq!(card.checks[0].state, CheckState::Passed("none open".into()));
    assert_eq!(card.evidence.len(), 2);
}

#[test]
fn closed_and_snoozed_cards_are_never_reopened() {
    for command in [
        Command::Done { outcome: Some("spoke".into()) },
        Command::Dismiss { code: DismissalCode::Trivial, note: None },
        Command::Snooze { until: now() + TimeDelta::days(9), reason: None },
        Command::Expire,
    ] {
        let mut world = World::of(vec![client("acme")]);
        let mut funding = signal("acme", SignalType::Funding, Role::Issuer);
        let id = world.hear(&[funding.clone()]).born[0].id;
        world.take(id, &command);
        let before = world.cards.clone();
        funding.evidence.push(quote("courier", "Acme has raised money."));
        let heard = world.hear(&[funding, signal("acme", SignalType::Layoffs, Role::Employer)]);
        assert!(heard.is_silent(), "{command:?}");
        assert_eq!(world.cards, before);
    }
}

#[test]
fn one_of_two_events_denied_takes_its_words_along() {
    let mut world = World::of(vec![client("acme")]);
    let layoffs = signal("acme", SignalType::Layoffs, Role::Employer);
    let funding = signal("acme", SignalType::Funding, Role::Issuer);
    world.hear(&[layoffs.clone(), funding.clone()]);
    assert_eq!(world.card("acme").play.as_str(), "client-layoffs");
    world.hear(&[Signal { status: Status::Denied, ..layoffs.clone() }, funding]);
    let card = world.card("acme");
    assert_eq!(card.play.as_str(), "client-good-news");
    assert!(!card.signals.contains(&layoffs.id));
    let all = format!("{} {} {:?} {:?}", card.title, card.why, card.talking_points, card.evidence);
    assert!(!all.contains("job cuts") && !all.contains("layoffs"), "{all}");
}

#[test]
fn a_lesser_event_within_the_cooldown_joins_the_card_that_is_there() {
    let mut world = World::of(vec![client("acme")]);
    world.hear(&[signal("acme", SignalType::Procurement, Role::Buyer)]);
    let other =
        |story: &str, kind, role| Signal { story: story.into(), id: story.into(), ..signal("acme", kind, role) };
    let heard = world.hear(&[other("s2", SignalType::Expansion, Role::Operator)]);
    assert!(heard.born.is_empty());
    assert!(heard.reason().starts_with("cooldown: added"), "{}", heard.reason());
    assert!(world.card("acme").talking_points.iter().any(|point| point.contains("expansion")));
    assert!(world.hear(&[other("s2", SignalType::Expansion, Role::Operator)]).is_silent(), "told once");

    let same = world.hear(&[other("s3", SignalType::Procurement, Role::Buyer)]);
    assert!(same.born.is_empty(), "the same kind again is the same event told again");
    let grave = world.hear(&[other("s4", SignalType::Layoffs, Role::Employer)]);
    assert_eq!(grave.plays(), ["client-layoffs"], "bad news is not held back");

    world.now += TimeDelta::days(8);
    let later = |story| Signal { last_at: world.now, ..other(story, SignalType::Expansion, Role::Operator) };
    let (open, closed) = (later("s5"), later("s6"));
    assert!(world.hear(&[open]).born.is_empty(), "whoever is about to be called is called once");
    for id in world.cards.iter().map(|card| card.id).collect::<Vec<_>>() {
        world.take(id, &Command::Dismiss { code: DismissalCode::Known, note: None });
    }
    assert_eq!(world.hear(&[closed]).plays(), ["client-grows"]);
}

#[test]
fn a_card_dismissed_as_another_firm_holds_nothing_back() {
    let mut world = World::of(vec![client("acme")]);
    let id = world.hear(&[signal("acme", SignalType::Funding, Role::Issuer)]).born[0].id;
    world.take(id, &Command::Dismiss { code: DismissalCode::WrongCompany, note: None });
    let other = Signal { story: "s2".into(), id: "g2".into(), ..signal("acme", SignalType::Funding, Role::Issuer) };
    assert_eq!(world.hear(&[other]).born.len(), 1);
}

#[test]
fn what_is_found_in_the_past_is_marked_and_starts_nothing_else() {
    let exposed = tied(client("acme"), RelationKind::Uses, "beta");
    let mut world = World::of(vec![exposed, rival("beta")]);
    let old = |account, kind, role| Signal {
        backfilled: true,
        first_at: now() - TimeDelta::days(25),
        last_at: now() - TimeDelta::days(25),
        ..signal(account, kind, role)
    };
    let heard = world.hear(&[
        old("acme", SignalType::Funding, Role::Issuer),
        old("beta", SignalType::PricingChange, Role::PriceSetter),
    ]);
    assert!(heard.born.iter().all(|card| card.backfilled));
    assert_eq!(heard.plays(), ["client-good-news", "rival-offer"]);
    let fresh = Signal { story: "s2".into(), id: "g2".into(), ..signal("acme", SignalType::Expansion, Role::Operator) };
    assert_eq!(world.hear(&[fresh]).born.len(), 1, "the past cools nothing down");
}

#[test]
fn news_takes_the_place_of_a_planned_contact() {
    let mut acme = client("acme");
    acme.last_contact = Some(day("2026-06-01"));
    let mut world = World::of(vec![acme]);
    let silence =
        super::super::silence::silence(&world.watchlist, &world.playbook, &[], &[], &world.settings, world.now);
    world.cards.push(silence.born[0].0.clone());
    let heard = world.hear(&[signal("acme", SignalType::Funding, Role::Issuer)]);
    assert_eq!(heard.born.len(), 1);
    assert_eq!(world.cards[0].state, TouchPointState::Withdrawn);
    assert!(heard.born[0].talking_points.iter().any(|point| point.contains("1 June 2026")), "{heard:?}");
}

#[test]
fn a_rivals_card_without_owner_goes_to_the_owner_of_the_client_most_exposed() {
    let mut beta = rival("beta");
    beta.owner = None;
    let mut acme = tied(client("acme"), RelationKind::Uses, "beta");
    acme.owner = Some("ivan".into());
    let mut world = World::of(vec![beta, acme]);
    let heard = world.hear(&[signal("beta", SignalType::ContractWin, Role::Supplier)]);
    assert_eq!(heard.born[0].owner.as_deref(), Some("ivan"));
    assert_eq!(heard.born[0].contact, None);
}

#[test]
fn hostile_names_do_no_harm() {
    let mut world = World::of(vec![client("acme")]);
    let mut leads = signal("acme", SignalType::LeadershipChange, Role::AppointedBy);
    leads.person = Some(format!("x\r\nBcc: x\u{202e}{}", "very long ".repeat(9_000)));
    leads.counterparty = Some("\0".repeat(100_000));
    leads.evidence[0].publisher = Some("p".repeat(100_000));
    let heard = world.hear(&[leads]);
    let card = &heard.born[0];
    for line in [&card.title, &card.why].into_iter().chain(&card.opening).chain(&card.talking_points) {
        assert!(line.chars().count() < 600 && !line.contains(['\r', '\n', '\u{202e}']), "{line}");
    }
}
