//! What stands before a contact, and what becomes of a card that waits for it.

use std::collections::BTreeMap;

use super::super::gate::{Circumstances, at_birth, look};
use super::super::life::{LifeError, step};
use super::*;
use TouchPointState as State;

/// All that is known around the cards of one account.
pub(super) struct Around {
    pub(super) account: Account,
    pub(super) facts: Vec<Fact>,
    pub(super) heard: BTreeMap<Area, Time>,
    pub(super) promises: Vec<Promise>,
    pub(super) cards: Vec<TouchPoint>,
    pub(super) settings: Settings,
    pub(super) now: Time,
}

impl Around {
    pub(super) fn acme() -> Self {
        Self {
            account: client("acme"),
            facts: Vec::new(),
            heard: BTreeMap::new(),
            promises: Vec::new(),
            cards: Vec::new(),
            settings: Settings::default(),
            now: now(),
        }
    }

    pub(super) fn tell(&mut self, fact: Fact) {
        self.heard.insert(fact.kind.area(), self.now);
        self.facts.push(fact);
    }

    pub(super) fn circumstances(&self) -> Circumstances<'_> {
        Circumstances {
            account: &self.account,
            facts: &self.facts,
            heard: &self.heard,
            promises: &self.promises,
            cards: &self.cards,
            peace_until: super::super::gate::peace_until(
                &self.account.id,
                &self.cards,
                &SHIPPED,
                &self.settings,
                self.now,
            ),
            settings: &self.settings,
            now: self.now,
        }
    }

    fn look(&self, card: &TouchPoint) -> TouchPoint {
        self.change(card).map_or_else(|| card.clone(), |change| change.card)
    }

    fn change(&self, card: &TouchPoint) -> Option<Change> {
        look(card, &self.circumstances(), &Actor::program("gate"))
    }
}

fn ticket(number: u32, kind: FactKind, priority: Option<&str>) -> Fact {
    Fact {
        reference: Some(format!("ticket {number}")),
        priority: priority.map(str::to_owned),
        ..fact("acme", kind, &format!("{number}{}", kind.as_str()))
    }
}

/// A card of good news, ready, not yet held up to the gate.
fn good_news() -> TouchPoint {
    let mut world = World::of(vec![client("acme")]);
    world.hear(&[signal("acme", SignalType::Funding, Role::Issuer)]).born.remove(0)
}

fn check(card: &TouchPoint, subject: CheckSubject) -> &Check {
    card.checks
        .iter()
        .find(|check| check.about == Some(subject))
        .unwrap_or_else(|| panic!("{subject:?}: {:?}", card.checks))
}

fn take(card: &TouchPoint, command: &Command) -> Result<TouchPoint, LifeError> {
    step(card, command, &Actor::person("lea"), now()).map(|change| change.card)
}

fn settle(card: &TouchPoint, subject: CheckSubject, state: CheckState) -> TouchPoint {
    let what = check(card, subject).what.clone();
    take(card, &Command::Settle { what, state }).unwrap()
}

#[test]
fn a_system_that_told_nothing_is_not_connected_and_never_passed() {
    let mut around = Around::acme();
    let card = around.look(&good_news());
    assert_eq!(card.state, State::Ready, "nothing is known to be in the way");
    for subject in [CheckSubject::Tickets, CheckSubject::Invoices, CheckSubject::ContactDetails] {
        assert_eq!(check(&card, subject).state, CheckState::NotConnected);
    }
    assert!(matches!(check(&card, CheckSubject::Promises).state, CheckState::Passed(_)), "our own book is connected");
    assert_eq!(around.change(&card), None, "looking again changes nothing");

    around.heard.insert(Area::Support, around.now);
    let card = around.look(&card);
    assert!(
        matches!(check(&card, CheckSubject::Tickets).state, CheckState::Passed(_)),
        "told of others, not of this one"
    );
    around.now += TimeDelta::days(31);
    assert_eq!(check(&around.look(&card), CheckSubject::Tickets).state, CheckState::NotConnected, "silent for a month");
}

#[test]
fn case_2_a_ticket_is_settled_first_and_its_end_releases_the_card() {
    let mut around = Around::acme();
    around.tell(ticket(123, FactKind::TicketOpened, Some("P1")));
    let before = good_news();
    let held = around.look(&before);
    assert_eq!(held.state, State::Checking);
    assert!(held.title.starts_with("Settle ticket 123 first: "), "{}", held.title);
    assert!(held.title.chars().count() <= 80);
    assert!(held.opening.as_deref().unwrap().contains("ticket 123"), "{:?}", held.opening);
    assert_eq!(check(&held, CheckSubject::Tickets).found, ["ticket 123 (P1), open since 25 November 2026"]);
    assert!(matches!(take(&held, &Command::Accept), Err(LifeError::SettleFirst(_))));
    assert!(matches!(take(&held, &Command::Approve), Err(LifeError::SettleFirst(_))));
    assert_eq!(around.change(&held), None);

    around.tell(ticket(123, FactKind::TicketClosed, None));
    let change = around.change(&held).unwrap();
    assert_eq!((change.record.step, change.card.state), (Step::Ready, State::Ready));
    assert!(change.record.note.unwrap().contains("open support tickets"));
    assert_eq!((&change.card.title, &change.card.opening), (&before.title, &before.opening), "its own words are back");
}

#[test]
fn a_waiver_holds_until_there_is_something_new() {
    let mut around = Around::acme();
    around.tell(ticket(1, FactKind::TicketOpened, None));
    let held = around.look(&good_news());
    let free = settle(&held, CheckSubject::Tickets, CheckState::Waived("they asked for the call".into()));
    assert_eq!(free.state, State::Ready);
    assert_eq!(check(&free, CheckSubject::Tickets).by, Some(Actor::person("lea")));
    assert_eq!(around.change(&free), None);
    around.tell(ticket(2, FactKind::TicketOpened, Some("urgent")));
    let again = around.look(&free);
    assert_eq!(again.state, State::Checking);
    assert_eq!(check(&again, CheckSubject::Tickets).by, None);
}

#[test]
fn what_can_wait_is_told_and_holds_nothing() {
    let mut around = Around::acme();
    around.tell(ticket(1, FactKind::TicketOpened, Some("low")));
    around.tell(Fact { reference: Some("77".into()), ..fact("acme", FactKind::InvoiceOverdue, "i1") });
    around.cards.push(TouchPoint { id: TouchPointId::born_at(now()), cause: "story:other".into(), ..good_news() });
    let card = around.look(&good_news());
    assert_eq!(card.state, State::Ready);
    for (subject, found) in [
        (CheckSubject::Tickets, "ticket 1 (low), open"),
        (CheckSubject::Invoices, "invoice 77, open"),
        (CheckSubject::OtherCards, "Note to Jane Acme"),
    ] {
        assert_eq!(check(&card, subject).state, CheckState::Open);
        assert!(check(&card, subject).found[0].starts_with(found), "{:?}", check(&card, subject).found);
    }
}

#[test]
fn an_alarm_waits_for_nothing_and_inside_work_is_not_a_contact() {
    let mut around = Around::acme();
    around.tell(ticket(1, FactKind::TicketOpened, None));
    let alarm = around.look(&TouchPoint { alarm: true, ..good_news() });
    assert_eq!(alarm.state, State::Ready);
    assert_eq!(check(&alarm, CheckSubject::Tickets).state, CheckState::Open, "but it is told");
    let inside = around.look(&TouchPoint { action: Action::InternalCheck, ..good_news() });
    assert!(inside.state == State::Ready && inside.checks.is_empty(), "{:?}", inside.checks);
    let accepted = around.look(&TouchPoint { state: State::Accepted, ..good_news() });
    assert_eq!(accepted.state, State::Accepted, "in a person's hands");
    assert!(accepted.title.starts_with("Note"), "{}", accepted.title);
}

#[test]
fn an_overdue_promise_and_a_recent_contact_come_first() {
    let mut around = Around::acme();
    around.promises.push(Promise {
        id: "p1".into(),
        account: "acme".into(),
        touch_point: TouchPointId::born_at(now()),
        what: "send the audit report".into(),
        by: day("2026-11-20"),
        owner: "mia".into(),
        at: now(),
        who: Actor::person("mia"),
        state: PromiseState::Open,
    });
    let held = around.look(&good_news());
    assert!(held.title.starts_with("Keep the promise first: "), "{}", held.title);
    around.promises[0].by = day("2026-11-25");
    assert_eq!(around.look(&held).state, State::Ready, "not overdue on its day");

    around.promises.clear();
    around.cards.push(TouchPoint { id: TouchPointId::born_at(now()), state: State::Done, ..good_news() });
    let held = around.look(&good_news());
    assert_eq!(held.state, State::Checking);
    assert!(check(&held, CheckSubject::Contacted).found[0].starts_with("Jane Acme was contacted on 25 November"));
    around.now += TimeDelta::days(8);
    assert_eq!(around.look(&held).state, State::Ready, "the cooldown is over");
}

#[test]
fn wrong_contact_details_hold_until_the_person_is_heard_of() {
    let mut around = Around::acme();
    around.account.contacts[0].email = Some("jane@acme.example".into());
    let bounce = Fact { contact: Some("JANE@acme.example".into()), ..fact("acme", FactKind::MailBounced, "m1") };
    around.tell(bounce.clone());
    let held = around.look(&good_news());
    assert!(held.title.starts_with("Find the right contact first"), "{}", held.title);
    assert_eq!(around.look(&TouchPoint { contact: Some("Sam Acme".into()), ..good_news() }).state, State::Ready);
    let own = TouchPoint { cause: super::super::fact_cause(&bounce.id), ..good_news() };
    assert_eq!(around.look(&own).state, State::Ready, "the card about it is not held by it");
    around.tell(Fact { contact: Some("Jane Acme".into()), ..fact("acme", FactKind::NewsletterOpened, "m2") });
    assert_eq!(around.look(&held).state, State::Ready);
}

#[test]
fn nobody_sells_after_bad_news() {
    let mut around = Around::acme();
    let grave = TouchPoint { id: TouchPointId::born_at(now()), tact: true, state: State::Accepted, ..good_news() };
    around.cards.push(grave);
    let selling = TouchPoint { approach: Approach::Marketing, ..good_news() };
    let held = around.look(&selling);
    assert_eq!(held.state, State::Checking);
    assert!(check(&held, CheckSubject::NoSelling).found[0].starts_with("no selling until 9 December 2026"));
    assert_eq!(around.look(&good_news()).state, State::Ready, "only what sells is held");
    around.now = at("2026-12-10T08:00:00Z");
    let free = around.look(&held);
    assert_eq!(free.state, State::Ready);
    assert!(free.checks.iter().all(|check| check.about != Some(CheckSubject::NoSelling)));
}

#[test]
fn after_a_death_what_is_open_waits_too() {
    let mut around = Around::acme();
    let death = TouchPoint { id: TouchPointId::born_at(now()), play: "client-death".into(), tact: true, ..good_news() };
    around.cards.push(TouchPoint { state: State::Expired, ..death.clone() });
    let held = around.look(&good_news());
    assert_eq!(held.state, State::Checking, "also where nobody took the card about the death");
    let found = &check(&held, CheckSubject::NoSelling).found[0];
    assert!(found.starts_with("nothing but condolences until 9 December 2026"), "{found}");
    for free in [TouchPoint { alarm: true, ..good_news() }, TouchPoint { tact: true, ..good_news() }] {
        assert_eq!(around.look(&free).state, State::Ready);
    }
    around.now = at("2026-12-10T08:00:00Z");
    assert_eq!(around.look(&held).state, State::Ready);
    around.now = now();
    around.cards = vec![TouchPoint { state: State::Withdrawn, ..death }];
    assert_eq!(around.look(&held).state, State::Ready, "nobody died");
}

#[test]
fn who_approves_is_named_and_is_not_the_owner_by_accident() {
    let mut around = Around::acme();
    let grave = || {
        let mut world = World::of(vec![client("acme")]);
        world.hear(&[signal("acme", SignalType::Layoffs, Role::Employer)]).born.remove(0)
    };
    let anybody = around.look(&grave());
    assert_eq!(anybody.state, State::Checking);
    let approve = |card: &TouchPoint, who: Actor| step(card, &Command::Approve, &who, now());
    assert!(approve(&anybody, Actor::program("plan")).is_err(), "the program approves nothing");
    let change = approve(&anybody, Actor::person("olga")).unwrap();
    assert!(change.record.note.unwrap().contains("unanswered: "), "what nobody answered stays in the log");
    assert_eq!(change.card.gate.approved, Some(Actor::person("olga")));

    around.settings.approvers = vec!["olga".into(), "lea".into()];
    let card = around.look(&grave());
    assert!(matches!(approve(&card, Actor::person("olga")), Err(LifeError::NotApprover { .. })), "her own card");
    assert_eq!(approve(&card, Actor::person("lea")).unwrap().card.state, State::Ready);
    around.settings.leads = [("olga".to_owned(), "tom".to_owned())].into();
    let card = around.look(&card);
    assert!(approve(&card, Actor::person("lea")).is_err());
    let approved = approve(&card, Actor::person("tom")).unwrap().card;

    // What comes up later holds an approved card; once it is settled the approval still stands.
    around.tell(ticket(5, FactKind::TicketOpened, None));
    let held = around.look(&approved);
    assert_eq!(held.state, State::Checking);
    let free = settle(&held, CheckSubject::Tickets, CheckState::Passed("solved this morning".into()));
    assert_eq!(free.state, State::Ready);
}

#[test]
fn a_card_is_born_at_the_gate() {
    let mut around = Around::acme();
    around.tell(ticket(9, FactKind::TicketOpened, None));
    let mut card = good_news();
    let who = Actor::program("read");
    let mut steps = super::super::compose::birth(&card, &who, now());
    at_birth(&mut card, &mut steps, &around.circumstances());
    assert_eq!((card.state, card.revision), (State::Checking, 1));
    assert_eq!(steps.iter().map(|step| step.step).collect::<Vec<_>>(), [Step::Suggested, Step::Checking]);
    assert!(steps[1].note.as_deref().unwrap().contains("ticket 9"));
}

#[test]
fn words_of_a_person_are_held_to_what_is_banned() {
    let card = TouchPoint { tact: true, ..good_news() };
    for (words, banned) in
        [("I would like to touch base.", true), ("Shall we talk about the renewal?", true), ("How are you all?", false)]
    {
        assert_eq!(super::super::banned_phrase(words, &card, &SHIPPED).is_some(), banned, "{words}");
    }
}

#[test]
fn the_four_questions_go_out_twice_a_year_at_most() {
    let play = "client-renewal".into();
    let card = || TouchPoint { id: TouchPointId::born_at(now()), play: PlayId::clone(&play), ..good_news() };
    let asked = |times: usize, others: &[TouchPoint], card: TouchPoint| {
        let mut card = card;
        super::super::ask_four(&mut card, others, &SHIPPED, (times, 2), &[]);
        card
    };
    let first = asked(0, &[], card());
    assert!(super::super::asks_four(&first, &SHIPPED));
    assert!(super::super::asks_four(&asked(1, &[], card()), &SHIPPED));
    for card in [asked(2, &[], card()), asked(1, std::slice::from_ref(&first), card()), asked(0, &[], good_news())] {
        assert!(!super::super::asks_four(&card, &SHIPPED));
    }
    let mut partly = card();
    super::super::ask_four(&mut partly, &[], &SHIPPED, (0, 2), &[AnswerField::Budget, AnswerField::Headcount]);
    let left: Vec<_> = partly.questions.iter().filter(|one| SHIPPED.four_questions.contains(one)).collect();
    assert_eq!(left, [&SHIPPED.four_questions[0], &SHIPPED.four_questions[2]], "what was answered is not asked again");
    let grave = TouchPoint { tact: true, ..card() };
    assert!(!super::super::asks_four(&asked(0, &[], grave), &SHIPPED), "nobody is asked of budgets after bad news");
}
