//! Whatever happens in whatever order: no card is lost, doubled, or gets past the gate, and undo restores exactly.

use proptest::prelude::*;

use super::super::facts::{FactOccasion, answer};
use super::super::gate::look;
use super::super::life::{step, undo};
use super::super::promises;
use super::gate::Around;
use super::*;
use TouchPointState as State;

/// Something that happens.
#[derive(Clone, Debug)]
enum Event {
    Told(FactKind, u32, bool),
    News(u8),
    Taken(usize, Command),
    Settled(usize, usize, bool),
    Undone(usize),
    Promised(i64),
    Passed(i64),
}

fn any_event() -> impl Strategy<Value = Event> {
    let command = prop_oneof![
        Just(Command::Approve),
        Just(Command::Accept),
        Just(Command::Close { code: OutcomeCode::Meeting, words: None }),
        Just(Command::Done { outcome: None }),
        Just(Command::Dismiss { code: DismissalCode::Known, note: None }),
        Just(Command::Wake { by: day("2026-11-30") }),
        Just(Command::Expire),
        (1_i64..9).prop_map(|days| Command::Snooze { until: now() + TimeDelta::days(days), reason: None }),
    ];
    prop_oneof![
        3 => (proptest::sample::select(FactKind::ALL), 0_u32..3, any::<bool>())
            .prop_map(|(kind, number, severe)| Event::Told(kind, number, severe)),
        2 => (0_u8..4).prop_map(Event::News),
        4 => (0_usize..8, command).prop_map(|(place, command)| Event::Taken(place, command)),
        3 => (0_usize..8, 0_usize..6, any::<bool>()).prop_map(|(card, check, waive)| Event::Settled(card, check, waive)),
        2 => (0_usize..8).prop_map(Event::Undone),
        1 => (-3_i64..3).prop_map(Event::Promised),
        1 => (0_i64..4).prop_map(Event::Passed),
    ]
}

/// A world with every step of every card's life: (before, step, after), the undone ones taken out.
struct Lives {
    world: World,
    around: Around,
    steps: Vec<(TouchPoint, StepRecord)>,
}

impl Lives {
    /// Some card, whatever the number.
    fn nth(&self, place: usize) -> Option<TouchPoint> {
        let cards = &self.world.cards;
        cards.get(place.checked_rem(cards.len())?).cloned()
    }

    fn change(&mut self, change: Change) {
        let place = self.world.cards.iter().position(|card| card.id == change.card.id).expect("a card that is there");
        let before = std::mem::replace(&mut self.world.cards[place], change.card.clone());
        let after = &self.world.cards[place];
        assert_eq!(after.revision, before.revision + 1);
        if change.record.step != Step::Undone {
            keeps_the_gate(&before, after, &change.record);
            assert!(!before.state.is_closed(), "{:?} left by {:?}", before.state, change.record);
        }
        if after.state.is_closed() && !before.state.is_closed() && change.record.step != Step::Undone {
            let reason =
                after.dismissal.is_some() || change.record.note.as_deref().is_some_and(|note| !note.is_empty());
            assert!(reason, "closed without a reason: {:?}", change.record);
        }
        self.steps.push((before, change.record));
    }

    fn look_at_all(&mut self) {
        for card in self.world.cards.clone() {
            self.around.cards = self.world.cards.clone();
            self.around.now = self.world.now;
            if let Some(change) = look(&card, &self.around.circumstances(), &Actor::program("gate")) {
                self.change(change);
            }
            let again = self.world.cards.iter().find(|other| other.id == card.id).expect("it is there").clone();
            self.around.cards = self.world.cards.clone();
            assert_eq!(look(&again, &self.around.circumstances(), &Actor::program("gate")), None, "looking twice");
        }
    }

    fn happen(&mut self, event: Event, at_step: u32) {
        let who = Actor::person("lea");
        let now = self.world.now;
        match event {
            Event::Passed(days) => self.world.now += TimeDelta::days(days),
            Event::Promised(days) => {
                let what = format!("thing {at_step}");
                let touch_point = TouchPointId::born_at(now);
                let by = (now + TimeDelta::days(days)).date_naive();
                self.around.promises.push(Promise {
                    id: Promise::id_of(touch_point, &what),
                    account: "acme".into(),
                    touch_point,
                    what,
                    by,
                    owner: "mia".into(),
                    at: now,
                    who,
                    state: PromiseState::Open,
                });
                let World { watchlist, playbook, settings, cards, .. } = &self.world;
                let born = promises::overdue(&self.around.promises, cards, watchlist, playbook, settings, now);
                self.world.cards.extend(born.into_iter().map(|(card, _)| card));
            }
            Event::News(number) => {
                let kind = [SignalType::Funding, SignalType::Layoffs, SignalType::Award, SignalType::Breach]
                    [usize::from(number)];
                let role = [Role::Issuer, Role::Employer, Role::Winner, Role::Victim][usize::from(number)];
                let story = StoryId::from(format!("s{number}"));
                let signal = Signal {
                    story,
                    last_at: now,
                    first_at: now,
                    id: SignalId(format!("g{number}")),
                    ..signal("acme", kind, role)
                };
                let before = self.world.cards.clone();
                self.world.hear(&[signal]);
                assert!(before.iter().all(|card| self.world.cards.iter().any(|other| other.id == card.id)));
            }
            Event::Told(kind, number, severe) => {
                let priority = Some(if severe { "P1" } else { "low" }.to_owned());
                let contact = Some("Jane Acme".to_owned());
                let reference = Some(number.to_string());
                let fact = Fact { priority, contact, reference, at: now, ..fact("acme", kind, &format!("{at_step}")) };
                self.around.tell(fact.clone());
                let World { watchlist, playbook, settings, cards, .. } = &self.world;
                let account = watchlist.get(&fact.account).expect("watched");
                let facts = &self.around.facts;
                let occasion =
                    FactOccasion { fact: &fact, account, told: facts, cards, burden: cards, playbook, settings, now };
                for decision in answer(&occasion, &Actor::program("plan")).decisions {
                    match decision {
                        Decision::New { card, .. } => self.world.cards.push(*card),
                        Decision::Change { change, .. } => self.change(*change),
                        Decision::NotSuggested(_) => {}
                    }
                }
            }
            Event::Taken(place, command) => {
                let Some(card) = self.nth(place) else { return };
                if let Ok(change) = step(&card, &command, &who, now) {
                    self.change(change);
                }
            }
            Event::Settled(place, check, waive) => {
                let Some(card) = self.nth(place) else { return };
                let Some(what) = card.checks.get(check).map(|check| check.what.clone()) else { return };
                let state = if waive { CheckState::Waived("why".into()) } else { CheckState::Passed("so".into()) };
                if let Ok(change) = step(&card, &Command::Settle { what, state }, &who, now) {
                    self.change(change);
                }
            }
            Event::Undone(place) => {
                let Some(card) = self.nth(place) else { return };
                let last = self.steps.iter().rposition(|(before, record)| {
                    before.id == card.id && (record.who == who && record.step != Step::Undone)
                });
                let Some((before, record)) = last.map(|at| self.steps.remove(at)) else { return };
                let change = undo(&card, &before, &record, &who, now);
                let expected = TouchPoint { revision: card.revision + 1, updated: now, ..before };
                assert_eq!(change.card, expected, "restored exactly");
                self.change(change);
            }
        }
    }
}

/// From the gate a card gets on only where nothing is in the way, and whoever must approve has.
fn keeps_the_gate(before: &TouchPoint, after: &TouchPoint, record: &StepRecord) {
    if before.state != State::Checking || !matches!(after.state, State::Ready | State::Accepted | State::Done) {
        return;
    }
    let open = after.checks.iter().any(Check::is_in_the_way);
    assert!(after.alarm || !open, "past an open check by {record:?}");
    assert!(!after.approval || after.gate.approved.is_some(), "past approval by {record:?}");
}

proptest! {
    #[test]
    fn no_card_is_lost_doubled_or_past_the_gate(events in proptest::collection::vec(any_event(), 0..40)) {
        let mut lives = Lives {
            world: World::of(vec![Account { tier: Tier::A, ..client("acme") }]),
            around: Around::acme(),
            steps: Vec::new(),
        };
        for (place, event) in (0_u32..).zip(events) {
            let known: Vec<TouchPointId> = lives.world.cards.iter().map(|card| card.id).collect();
            lives.happen(event, place);
            lives.look_at_all();
            let cards = &lives.world.cards;
            prop_assert!(known.iter().all(|id| cards.iter().filter(|card| card.id == *id).count() == 1), "lost or doubled");
            for (at, card) in cards.iter().enumerate() {
                prop_assert!(!cards[..at].iter().any(|other| other.account == card.account && other.cause == card.cause));
                prop_assert!(card.title.chars().count() <= 80, "{}", card.title);
                let held = card.gate.held.is_some();
                prop_assert!(!held || card.state == State::Checking || card.state.is_closed() || card.state == State::Snoozed,
                    "{:?} holds back its words", card.state);
                if card.state == State::Ready && !card.alarm {
                    prop_assert!(card.checks.iter().all(|check| !check.is_in_the_way()), "ready, and not settled: {:?}", card.checks);
                }
                if matches!(card.state, State::Ready | State::Accepted | State::Done) {
                    prop_assert!(!card.approval || card.gate.approved.is_some(), "nobody approved {}", card.title);
                }
            }
        }
    }
}

/// The walk is worth something only where cards are held, approved, closed and taken back on it.
#[test]
fn the_random_walk_reaches_what_it_is_about() {
    use proptest::strategy::ValueTree;
    use proptest::test_runner::TestRunner;

    let mut runner = TestRunner::deterministic();
    let mut seen = std::collections::BTreeMap::new();
    for _ in 0..40 {
        let events = proptest::collection::vec(any_event(), 40).new_tree(&mut runner).unwrap().current();
        let mut lives = Lives {
            world: World::of(vec![Account { tier: Tier::A, ..client("acme") }]),
            around: Around::acme(),
            steps: Vec::new(),
        };
        for (place, event) in (0_u32..).zip(events) {
            lives.happen(event, place);
            lives.look_at_all();
        }
        for (before, record) in &lives.steps {
            *seen.entry((before.state.as_str(), record.step)).or_insert(0_u32) += 1;
        }
    }
    for (state, step) in [
        ("ready", Step::Checking),
        ("checking", Step::Ready),
        ("ready", Step::Accepted),
        ("accepted", Step::Done),
        ("ready", Step::Withdrawn),
        ("done", Step::Undone),
        ("checking", Step::Updated),
        ("checking", Step::Dismissed),
    ] {
        assert!(seen.get(&(state, step)).is_some_and(|times| *times > 2), "{state} {step:?}: {seen:?}");
    }
}
