//! What other systems told, and what is done about it.

use super::super::facts::{FactOccasion, answer};
use super::*;
use TouchPointState as State;

/// Has a fact answered in a world that remembers what was told.
fn tell(world: &mut World, told: &mut Vec<Fact>, fact: impl Into<Fact>) -> (Vec<TouchPoint>, Vec<Change>, String) {
    let fact = fact.into();
    told.retain(|known| known.id != fact.id);
    told.push(fact.clone());
    let own: Vec<Fact> = told.iter().filter(|known| known.account == fact.account).cloned().collect();
    let cards = world.cards.clone();
    let occasion = FactOccasion {
        fact: &fact,
        account: world.watchlist.get(&fact.account).unwrap(),
        told: &own,
        cards: &cards,
        burden: &cards,
        playbook: &world.playbook,
        settings: &world.settings,
        now: world.now,
    };
    let answer = answer(&occasion, &Actor::program("plan"));
    let (mut born, mut changed) = (Vec::new(), Vec::new());
    for decision in answer.decisions {
        match decision {
            Decision::New { card, .. } => {
                world.cards.push((*card).clone());
                born.push(*card);
            }
            Decision::Change { before, change } => {
                let place = world.cards.iter().position(|card| card.id == before.id).unwrap();
                assert_eq!(world.cards[place], *before);
                world.cards[place] = change.card.clone();
                changed.push(*change);
            }
            Decision::NotSuggested(_) => {}
        }
    }
    for (place, card) in world.cards.iter().enumerate() {
        assert!(
            !world.cards[..place].iter().any(|other| (&other.account, &other.cause) == (&card.account, &card.cause))
        );
    }
    (born, changed, answer.note)
}

fn ticket(kind: FactKind, key: &str, priority: Option<&str>) -> Fact {
    Fact {
        reference: Some("ticket 123".into()),
        priority: priority.map(str::to_owned),
        text: Some("Robots stand still\r\nsince noon".into()),
        ..fact("acme", kind, key)
    }
}

#[test]
fn every_kind_has_a_play_for_clients_and_none_sends_anything_by_itself() {
    for kind in FactKind::ALL {
        let mut world = World::of(vec![Account { tier: Tier::A, ..client("acme") }]);
        let fact = Fact {
            contact: Some("Jane Acme".into()),
            amount: Some(5.0),
            reference: Some("7".into()),
            ..fact("acme", *kind, "k1")
        };
        let (born, _, note) = tell(&mut world, &mut Vec::new(), fact.clone());
        assert_eq!(born.len(), 1, "{kind:?}: {note}");
        let card = &born[0];
        assert_eq!(card.cause, format!("fact:{}", fact.id));
        assert!(card.title.chars().count() <= 80 && !card.alarm, "{card:?}");
        assert!(card.why.contains("Told by desk on 25 November 2026"), "{}", card.why);
        assert!(!card.why.contains('{') && card.priority.total > 0.0);
        let again = tell(&mut world, &mut vec![fact.clone()], fact);
        assert!(again.0.is_empty() && again.1.is_empty(), "{kind:?}: told again, {}", again.2);
    }
}

#[test]
fn prospects_and_partners_have_plays_too() {
    for (kind, account_kind, play) in [
        (FactKind::MailBounced, AccountKind::Prospect, "prospect-mail-bounced"),
        (FactKind::ContactLeft, AccountKind::Prospect, "prospect-contact-left"),
        (FactKind::NewsletterClicked, AccountKind::Prospect, "newsletter-clicked"),
        (FactKind::ContactJoined, AccountKind::Partner, "contact-joined"),
        (FactKind::OrdersDown, AccountKind::Partner, "partner-orders"),
        (FactKind::TicketOpened, AccountKind::Partner, "partner-ticket-opened"),
    ] {
        let mut world = World::of(vec![account("acme", account_kind)]);
        let (born, _, note) = tell(&mut world, &mut Vec::new(), fact("acme", kind, "1"));
        assert_eq!(born.first().map(|card| card.play.as_str()), Some(play), "{note}");
    }
    let mut world = World::of(vec![rival("acme")]);
    let (born, _, note) = tell(&mut world, &mut Vec::new(), fact("acme", FactKind::OrdersUp, "1"));
    assert!(born.is_empty() && note.contains("no play"), "{note}");
}

#[test]
fn one_ticket_is_one_card_and_its_end_takes_it_back() {
    let (mut world, mut told) = (World::of(vec![client("acme")]), Vec::new());
    let (born, ..) = tell(&mut world, &mut told, ticket(FactKind::TicketOpened, "e1", Some("P1")));
    assert_eq!(born[0].title, "Check Acme: ticket 123 opened (P1), 25 Nov");
    assert!(born[0].why.ends_with("“Robots stand still since noon”."), "{}", born[0].why);
    let (born, changed, _) = tell(&mut world, &mut told, ticket(FactKind::TicketOpened, "e1", Some("P2")));
    assert!(born.is_empty());
    assert!(changed[0].card.title.contains("(P2)") && changed[0].card.revision == 2, "told otherwise");
    let (born, changed, _) = tell(&mut world, &mut told, ticket(FactKind::TicketOpened, "e2", Some("P1")));
    assert!(born.is_empty() && changed.len() == 1, "another message on the same ticket");

    let (born, changed, note) = tell(&mut world, &mut told, ticket(FactKind::TicketClosed, "e3", None));
    assert_eq!(changed[0].card.state, State::Withdrawn, "{note}");
    assert!(changed[0].record.note.as_deref().unwrap().starts_with("ticket 123 closed"), "the reason is written down");
    assert_eq!(born[0].play.as_str(), "ticket-closed-severe");
}

#[test]
fn a_mild_ticket_makes_no_card_nor_does_its_end() {
    let (mut world, mut told) = (World::of(vec![client("acme")]), Vec::new());
    for (kind, key, priority) in [(FactKind::TicketOpened, "e1", Some("low")), (FactKind::TicketClosed, "e2", None)] {
        let (born, _, note) = tell(&mut world, &mut told, ticket(kind, key, priority));
        assert!(born.is_empty(), "{note}");
    }
}

#[test]
fn a_card_in_hand_is_told_of_the_end() {
    let (mut world, mut told) = (World::of(vec![client("acme")]), Vec::new());
    let (born, ..) = tell(&mut world, &mut told, ticket(FactKind::TicketOpened, "e1", None));
    world.take(born[0].id, &Command::Accept);
    let (_, changed, _) = tell(&mut world, &mut told, ticket(FactKind::TicketClosed, "e2", Some("low")));
    assert_eq!(changed[0].card.state, State::Accepted);
    assert!(changed[0].card.talking_points[0].starts_with("ticket 123 closed"), "{:?}", changed[0].card.talking_points);
}

#[test]
fn case_9_a_bounce_and_a_departure_make_one_successor_card() {
    let bounce = Fact { contact: Some("Jane Acme".into()), ..fact("acme", FactKind::MailBounced, "m1") };
    let mut joins = signal("beta", SignalType::LeadershipChange, Role::AppointedBy);
    joins.person = Some("Jane Acme".into());
    let accounts = || vec![client("acme"), account("beta", AccountKind::Prospect)];

    let mut world = World::of(accounts());
    let (born, ..) = tell(&mut world, &mut Vec::new(), bounce.clone());
    assert_eq!(born[0].play.as_str(), "mail-bounced");
    assert_eq!(born[0].contact.as_deref(), Some("Sam Acme"), "not whom nobody can reach");
    let before = world.watchlist.accounts().to_vec();
    world.hear(&[joins.clone()]);
    assert_eq!(world.watchlist.accounts(), before, "the contact itself is left alone");
    assert!(
        world.cards.iter().any(|card| card.account.as_str() == "beta"),
        "a suggestion of its own for the other owner"
    );
    let own = || world.cards.iter().filter(|card| card.account.as_str() == "acme" && !card.state.is_closed());
    assert_eq!(own().count(), 1, "{:?}", own().map(|card| &card.title).collect::<Vec<_>>());

    let mut world = World::of(accounts());
    world.hear(&[joins]);
    let (born, changed, note) = tell(&mut world, &mut Vec::new(), bounce);
    assert!(born.is_empty() && changed.len() == 1, "{note}");
    assert_eq!(world.card("acme").play.as_str(), "client-contact-left");
}

#[test]
fn small_things_wait_for_room_mourning_and_patience() {
    let clicked =
        |key: &str| Fact { contact: Some("Jane Acme".into()), ..fact("acme", FactKind::NewsletterClicked, key) };
    let mut world = World::of(vec![client("acme")]);
    let mut told = Vec::new();
    let (born, ..) = tell(&mut world, &mut told, clicked("1"));
    assert_eq!(born[0].play.as_str(), "newsletter-clicked");
    world.take(born[0].id, &Command::Done { outcome: None });
    let (born, _, note) = tell(&mut world, &mut told, clicked("2"));
    assert!(born.is_empty() && note.contains("cooldown"), "{note}");

    let mut world = World::of(vec![client("acme")]);
    let mut death = signal("acme", SignalType::LeadershipChange, Role::DepartedFrom);
    death.person = Some("Rosa Lind".into());
    death.manner = Some(Manner::Deceased);
    world.hear(&[death]);
    let (born, _, note) = tell(&mut world, &mut Vec::new(), clicked("1"));
    assert!(born.is_empty() && note.contains("condolences"), "{note}");

    let mut world = World::of(vec![client("acme")]);
    let stale = Fact { at: now() - TimeDelta::days(20), ..clicked("1") };
    let (born, _, note) = tell(&mut world, &mut Vec::new(), stale);
    assert!(born.is_empty() && note.contains("20 days old"), "{note}");

    let many = (0..5).map(|place| client(&format!("client{place}"))).collect();
    let mut world = World::of(many);
    let born: usize = (0..5)
        .map(|place| {
            let account = format!("client{place}");
            tell(&mut world, &mut Vec::new(), fact(&account, FactKind::OrdersUp, "o")).0.len()
        })
        .sum();
    assert_eq!(born, 2, "two a day of what can wait");
}

#[test]
fn news_is_not_told_on_a_card_that_falls_with_its_ticket() {
    let (mut world, mut told) = (World::of(vec![client("acme")]), Vec::new());
    tell(&mut world, &mut told, ticket(FactKind::TicketOpened, "e1", Some("P1")));
    let heard = world.hear(&[signal("acme", SignalType::Funding, Role::Issuer)]);
    assert_eq!(heard.plays(), ["client-good-news"], "{:?}", heard.refused);
}
