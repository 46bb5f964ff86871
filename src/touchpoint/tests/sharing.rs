//! Stories about topics, and the clients they are worth sharing with.

use super::super::topic_news::TopicNews;
use super::super::{Playbook, sharing};
use super::*;

const SURVEY: &str = "Every second operator of a large depot plans to buy warehouse robots next year.";

fn topic(id: &str) -> Account {
    Account { id: id.into(), kind: AccountKind::Topic, name: "Warehouse robots".into(), ..Account::default() }
}

fn in_field(id: &str) -> Account {
    let account = Account { goal: Some("shorter queues".into()), ..client(id) };
    tied(account, RelationKind::InIndustry, "robots")
}

/// A report on the topic by this publisher.
fn told(publisher: &str) -> TopicTold {
    TopicTold {
        story: "s1".into(),
        independent: true,
        report: TopicReport {
            topic: "robots".into(),
            headline: "Depots want robots".into(),
            about: true,
            evidence: quote(publisher, SURVEY),
            domain: Some(format!("{publisher}.example")),
            speaker: None,
            named: Vec::new(),
            unsure: false,
            retracts: false,
            paywalled: false,
        },
    }
}

fn world(clients: Vec<Account>) -> World {
    let mut accounts = clients;
    accounts.extend([topic("robots"), rival("beta")]);
    World::of(accounts)
}

impl World {
    fn hear_of(&mut self, told: &[TopicTold], signals: &[Signal]) -> Heard {
        self.topics = TopicNews::of(told, &self.watchlist);
        self.hear_story(&"s1".into(), signals)
    }

    fn hear_later(&mut self, story: &str) -> Heard {
        let told: Vec<TopicTold> = two().into_iter().map(|one| TopicTold { story: story.into(), ..one }).collect();
        self.topics = TopicNews::of(&told, &self.watchlist);
        self.hear_story(&story.into(), &[])
    }
}

fn two() -> Vec<TopicTold> {
    vec![told("herald"), told("courier")]
}

fn reason_against(told: &[TopicTold], signals: &[Signal]) -> String {
    let mut world = world(vec![in_field("acme")]);
    let heard = world.hear_of(told, signals);
    assert_eq!(heard.born.iter().filter(|card| card.action == Action::Share).count(), 0, "{:?}", heard.plays());
    let about_topic = heard.refused.iter().find(|reason| reason.account.as_str() == "robots");
    about_topic.map(|reason| reason.reason.clone()).unwrap_or_default()
}

#[test]
fn what_several_tell_of_a_field_is_shared_with_a_client_of_it() {
    let mut world = world(vec![in_field("acme"), client("other")]);
    let heard = world.hear_of(&two(), &[]);
    assert_eq!(heard.plays(), ["topic-share"], "{:?}", heard.refused);
    let card = &heard.born[0];
    assert_eq!((card.account.as_str(), card.cause.as_str()), ("acme", "story:s1"));
    assert_eq!((card.action, card.approach, card.state), (Action::Share, Approach::Push, TouchPointState::Ready));
    assert_eq!(card.title, "Share with Jane Acme, Acme: Depots want robots, 25 Nov");
    assert!(
        card.why
            .starts_with("“Depots want robots” is about Warehouse robots, the field of Acme, who want shorter queues.")
    );
    assert!(card.why.contains("and one more publisher on 25 November 2026"), "{}", card.why);
    let opening = card.opening.as_deref().unwrap();
    assert!(opening.contains(SURVEY) && opening.contains("shorter queues"), "{opening}");
    assert_eq!(card.evidence.len(), 2);
    assert!(card.evidence.iter().all(|quote| quote.url.is_some() && quote.publisher.is_some()));
    assert_eq!(card.questions, ["Is that what you see on your side?"]);
    assert!(card.talking_points[0].contains("shorter queues"), "{:?}", card.talking_points);
    assert!(world.hear_of(&two(), &[]).is_silent(), "told again it stirs nothing");
}

#[test]
fn one_publisher_is_enough_only_for_a_marked_topic() {
    assert!(reason_against(&[told("herald")], &[]).contains("2 needed"));
    let marked = Account { tier: Tier::A, ..topic("robots") };
    let mut world = World::of(vec![in_field("acme"), marked]);
    assert_eq!(world.hear_of(&[told("herald")], &[]).plays(), ["topic-marked"]);
}

#[test]
fn what_must_not_be_passed_on_is_not() {
    let each = |change: fn(&mut TopicTold)| {
        let mut told = two();
        told.iter_mut().for_each(change);
        reason_against(&told, &[])
    };
    assert!(each(|one| one.report.about = false).contains("in passing"));
    assert!(each(|one| one.report.unsure = true).contains("rumour"));
    assert!(each(|one| one.report.paywalled = true).contains("paywall"));
    assert!(each(|one| one.report.evidence.level = EvidenceLevel::HeadlineOnly).contains("headline"));
    assert!(each(|one| one.report.speaker = Some("beta".into())).contains("competitor's own"));
    assert!(
        each(|one| one.report.evidence.url = Some("https://news.beta.example/x".into())).contains("competitor's own")
    );
    assert!(each(|one| one.report.named = vec![("beta".into(), true)]).contains("speaks for a competitor, Beta"));
    assert!(each(|one| one.report.evidence.published = at("2026-11-10T08:00:00Z")).contains("stale"));
    assert!(each(|one| one.independent = false).contains("2 needed"), "copies are one voice");
    let layoffs = signal("acme", SignalType::Layoffs, Role::Employer);
    assert!(reason_against(&two(), &[layoffs]).contains("bad news about Acme"));
    let launch = signal("beta", SignalType::ProductLaunch, Role::Maker);
    assert!(reason_against(&two(), &[launch]).contains("competitor"));
    let rumour = Signal { status: Status::Rumoured, ..signal("acme", SignalType::Funding, Role::Issuer) };
    assert!(reason_against(&two(), &[rumour]).contains("rumour"));
    let of_topic = signal("robots", SignalType::Outage, Role::Operator);
    assert!(!reason_against(&[told("herald")], &[of_topic]).contains("bad news"), "the field itself is no firm");
    let mut one_paywalled = two();
    one_paywalled[1].report.paywalled = true;
    assert!(reason_against(&one_paywalled, &[]).contains("2 needed"), "nobody counts who cannot be read");
}

#[test]
fn at_most_three_clients_an_owner_and_the_others_are_named() {
    let mut clients: Vec<Account> = (0..5).map(|number| in_field(&format!("c{number}"))).collect();
    clients[4].tier = Tier::A;
    clients[3].last_contact = Some(day("2026-03-01"));
    clients.push(Account { owner: Some("tom".into()), ..in_field("toms") });
    let mut world = world(clients);
    world.settings.daily_new = 9;
    let heard = world.hear_of(&two(), &[]);
    let whose = |owner: &str| -> Vec<&str> {
        let cards = heard.born.iter().filter(|card| card.owner.as_deref() == Some(owner));
        cards.map(|card| card.account.as_str()).collect()
    };
    assert_eq!(whose("olga"), ["c3", "c4", "c0"], "silence and tier come first");
    assert_eq!(whose("tom"), ["toms"]);
    assert!(heard.born[0].talking_points.iter().any(|point| point == "Inside: also fits C1, C2."));
    assert!(heard.refused.iter().any(|reason| reason.account.as_str() == "c1" && reason.reason.contains("next card")));
    let news = vec![Signal { story: "s2".into(), ..signal("c1", SignalType::Funding, Role::Issuer) }];
    let next = &world.hear(&news).born[0];
    let told = next.talking_points.iter().find(|point| point.starts_with("Worth sharing: “Every second")).unwrap();
    assert!(told.contains("courier") && told.contains("https://"), "{told}");
}

#[test]
fn the_daily_room_holds_for_shares_too() {
    let mut world = world((0..4).map(|number| in_field(&format!("c{number}"))).collect());
    assert_eq!(world.hear_of(&two(), &[]).born.len(), 2, "two new a day");
}

#[test]
fn a_client_gets_one_share_in_thirty_days() {
    let mut world = world(vec![in_field("acme")]);
    assert_eq!(world.hear_of(&two(), &[]).born.len(), 1);
    world.take(world.cards[0].id, &Command::Done { outcome: None });
    world.now = now() + TimeDelta::days(3);
    let heard = world.hear_later("s2");
    assert!(heard.born.is_empty() && heard.refused[0].reason.contains("one share in 30 days"), "{:?}", heard.refused);
    world.now = now() + TimeDelta::days(31);
    world.topics.iter_mut().for_each(|news| news.first_at = now() + TimeDelta::days(30));
    let heard = world.hear_story(&"s2".into(), &[]);
    assert_eq!(heard.born.len(), 1);
}

#[test]
fn a_planned_share_is_made_with_it_and_other_open_cards_take_a_word() {
    let planned = |action: Action| TouchPoint {
        cause: "date:rhythm:2026-11".into(),
        action,
        why: "It is time to give Acme something of use.".into(),
        ..super::life::card_in(TouchPointState::Ready)
    };
    let mut acme = world(vec![in_field("acme")]);
    acme.cards.push(TouchPoint { account: "acme".into(), ..planned(Action::Share) });
    let heard = acme.hear_of(&two(), &[]);
    assert_eq!(heard.born[0].stands_for, ["date:rhythm:2026-11"]);
    assert_eq!(heard.changed[0].card.state, TouchPointState::Withdrawn);

    let mut acme = world(vec![in_field("acme")]);
    acme.cards.push(TouchPoint { account: "acme".into(), ..planned(Action::Call) });
    let heard = acme.hear_of(&two(), &[]);
    assert!(heard.born.is_empty(), "a call is better than a link");
    let points = &heard.changed[0].card.talking_points;
    assert!(points.iter().any(|point| point.starts_with("Worth sharing: “Depots want robots” (courier")), "{points:?}");
    assert!(acme.hear_of(&two(), &[]).is_silent(), "said once");
}

#[test]
fn nobody_in_trouble_gets_something_to_read() {
    let mut world = world(vec![in_field("acme")]);
    let bad = Signal { story: "s0".into(), ..signal("acme", SignalType::Layoffs, Role::Employer) };
    world.hear(&[bad]);
    let heard = world.hear_of(&two(), &[]);
    assert!(
        heard.is_silent() && heard.refused[0].reason.contains("other things on their minds"),
        "{:?}",
        heard.refused
    );
}

#[test]
fn more_reports_add_quotes_and_a_retraction_takes_the_card_back() {
    let mut world = world(vec![in_field("acme")]);
    world.hear_of(&two(), &[]);
    let mut three = two();
    three.push(told("tribune"));
    let heard = world.hear_of(&three, &[]);
    assert_eq!(heard.changed[0].card.evidence.len(), 3);
    let mut back = two();
    for publisher in ["herald", "courier"] {
        let mut one = told(publisher);
        one.report.retracts = true;
        one.report.evidence.published = now();
        back.push(one);
    }
    let heard = world.hear_of(&back, &[]);
    assert_eq!(heard.changed[0].card.state, TouchPointState::Withdrawn);
    assert_eq!(heard.changed[0].record.note.as_deref(), Some("taken back by a later report"));
}

#[test]
fn a_share_that_was_made_is_set_right_and_one_that_became_unfit_goes() {
    let mut done = world(vec![in_field("acme")]);
    done.hear_of(&two(), &[]);
    done.take(done.cards[0].id, &Command::Done { outcome: None });
    let heard = done.hear_of(&[], &[]);
    assert_eq!(heard.plays(), ["correction"]);

    let mut open = world(vec![in_field("acme")]);
    open.hear_of(&two(), &[]);
    let heard = open.hear_of(&two(), &[signal("beta", SignalType::Breach, Role::Victim)]);
    let share = heard.changed.iter().find(|change| change.card.account.as_str() == "acme").unwrap();
    assert_eq!(share.card.state, TouchPointState::Withdrawn);
    assert!(share.record.note.as_deref().unwrap().contains("no longer to be shared: bad news about Beta"));
}

#[test]
fn what_a_client_is_in_the_news_for_is_not_shared_with_it() {
    let mut world = world(vec![in_field("acme"), in_field("zeta")]);
    let mut told = two();
    told[0].report.named = vec![("acme".into(), true), ("beta".into(), false)];
    let heard = world.hear_of(&told, &[]);
    assert_eq!(heard.born.iter().map(|card| card.account.as_str()).collect::<Vec<_>>(), ["zeta"]);
    assert!(heard.born[0].talking_points.iter().any(|point| point.contains("it names Beta in passing")));
}

fn share(book: &mut Playbook) -> &mut super::super::Play {
    book.plays.iter_mut().find(|play| play.when.topic).unwrap()
}

#[test]
fn rules_for_shares_are_checked() {
    type Edit = fn(&mut Playbook);
    let cases: &[(&str, &str, Edit)] = &[
        ("when.topic", "topic = true", |book| book.plays[0].when.marked = true),
        ("relation", "shared with", |book| share(book).relation = vec![AccountKind::Competitor]),
        ("when.topic", "no bad news", |book| share(book).alarm = true),
        ("direction", "goes to the account", |book| share(book).direction = Approach::Internal),
        ("when", "one cause", |book| share(book).when.silence = true),
        ("when.types", "name kinds", |book| share(book).when.types = vec![SignalType::Funding]),
        ("no_play[0].because", "empty", |book| book.no_play[0].because.clear()),
    ];
    for (field, words, edit) in cases {
        let mut book = Playbook::shipped().unwrap();
        edit(&mut book);
        let problems = book.problems();
        let found = problems.iter().any(|problem| problem.field == *field && problem.message.contains(words));
        assert!(found, "{field} {words}: {problems:?}");
    }
}

#[test]
fn a_topic_may_be_named_in_the_rule() {
    let mut world = world(vec![in_field("acme")]);
    for play in &mut world.playbook.plays {
        play.when.topics = if play.when.topic { vec!["another".into()] } else { Vec::new() };
    }
    let heard = world.hear_of(&two(), &[]);
    assert!(heard.is_silent() && heard.refused.is_empty(), "no rule is for this topic");
    let news = TopicNews::of(&two(), &world.watchlist);
    assert!(sharing::worth(&news[0], &[], &world.watchlist, &world.playbook, now()).is_err());
}
