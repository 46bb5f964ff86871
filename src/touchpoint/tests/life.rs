//! The state machine, by tables and at random.

use proptest::prelude::*;

use super::super::life::{LifeError, step, undo};
use super::*;
use TouchPointState as State;

pub(super) fn card_in(state: State) -> TouchPoint {
    let mut world = World::of(vec![client("acme")]);
    let mut card = world.hear(&[signal("acme", SignalType::Funding, Role::Issuer)]).born.remove(0);
    card.state = state;
    if state == State::Snoozed {
        card.snoozed_from = Some(State::Ready);
        card.snoozed_until = Some(now() + TimeDelta::days(2));
    }
    card
}

fn commands() -> Vec<Command> {
    vec![
        Command::Approve,
        Command::Accept,
        Command::Done { outcome: Some("they stay".into()) },
        Command::Dismiss { code: DismissalCode::Trivial, note: Some("no".into()) },
        Command::Snooze { until: now() + TimeDelta::days(5), reason: None },
        Command::Wake { by: day("2026-11-30") },
        Command::Expire,
        Command::Withdraw { reason: "denied".into() },
    ]
}

#[test]
fn every_command_in_every_state() {
    let table: &[(State, [Option<State>; 8])] = &[
        // approve, accept, done, dismiss, snooze, wake, expire, withdraw
        (
            State::Suggested,
            [
                None,
                Some(State::Accepted),
                Some(State::Done),
                Some(State::Dismissed),
                Some(State::Snoozed),
                None,
                Some(State::Expired),
                Some(State::Withdrawn),
            ],
        ),
        (
            State::Checking,
            [
                Some(State::Ready),
                None,
                None,
                Some(State::Dismissed),
                Some(State::Snoozed),
                None,
                Some(State::Expired),
                Some(State::Withdrawn),
            ],
        ),
        (
            State::Ready,
            [
                None,
                Some(State::Accepted),
                Some(State::Done),
                Some(State::Dismissed),
                Some(State::Snoozed),
                None,
                Some(State::Expired),
                Some(State::Withdrawn),
            ],
        ),
        (
            State::Accepted,
            [
                None,
                None,
                Some(State::Done),
                Some(State::Dismissed),
                Some(State::Snoozed),
                None,
                None,
                Some(State::Withdrawn),
            ],
        ),
        (
            State::Snoozed,
            [
                None,
                Some(State::Accepted),
                Some(State::Done),
                Some(State::Dismissed),
                Some(State::Snoozed),
                Some(State::Ready),
                None,
                Some(State::Withdrawn),
            ],
        ),
        (State::Done, [None; 8]),
        (State::Dismissed, [None; 8]),
        (State::Expired, [None; 8]),
        (State::Withdrawn, [None; 8]),
    ];
    for (state, expected) in table {
        let card = card_in(*state);
        for (command, expected) in commands().iter().zip(expected) {
            let result = step(&card, command, &Actor::person("olga"), now());
            match (&result, expected) {
                (Ok(change), Some(expected)) => {
                    assert_eq!(change.card.state, *expected, "{command:?} in {state:?}");
                    assert_eq!(change.card.revision, card.revision + 1);
                    assert_eq!(change.record.who, Actor::person("olga"));
                }
                (Err(error), None) => {
                    assert!(!error.hint().is_empty());
                    assert!(!error.to_string().ends_with('.'));
                }
                _ => panic!("{command:?} in {state:?} gave {result:?}"),
            }
        }
    }
    assert_eq!(table.len(), State::ALL.len());
}

#[test]
fn a_card_that_needs_approval_waits_even_where_it_was_only_suggested() {
    let card = TouchPoint { approval: true, ..card_in(State::Suggested) };
    let who = Actor::person("olga");
    assert_eq!(step(&card, &Command::Accept, &who, now()), Err(LifeError::NeedsApproval));
    let snooze = Command::Snooze { until: now() + TimeDelta::days(1), reason: None };
    let snoozed = step(&card, &snooze, &who, now()).unwrap().card;
    assert_eq!(
        step(&snoozed, &Command::Accept, &who, now()),
        Err(LifeError::NeedsApproval),
        "a snooze is no way around"
    );
    assert_eq!(step(&card, &Command::Approve, &who, now()).unwrap().card.state, State::Ready);
}

#[test]
fn a_snooze_ends_ahead_and_comes_back_to_where_it_was() {
    let who = Actor::person("olga");
    for state in [State::Ready, State::Accepted, State::Checking] {
        let card = card_in(state);
        let past = Command::Snooze { until: now(), reason: None };
        assert_eq!(step(&card, &past, &who, now()), Err(LifeError::SnoozeInPast(now())));
        let snooze = |days| Command::Snooze { until: now() + TimeDelta::days(days), reason: Some("holiday".into()) };
        let once = step(&card, &snooze(30), &who, now()).unwrap().card;
        let twice = step(&once, &snooze(60), &who, now()).unwrap().card;
        let later = now() + TimeDelta::days(60);
        let woken = step(&twice, &Command::Wake { by: day("2027-01-25") }, &who, later).unwrap().card;
        assert_eq!((woken.state, woken.snoozed_until, woken.snoozed_from), (state, None, None));
        assert!(woken.due > later.date_naive(), "it comes back as a task, not overdue");
    }
}

fn any_command() -> impl Strategy<Value = Command> {
    prop_oneof![
        proptest::sample::select(commands()),
        (-5_i64..40).prop_map(|days| Command::Snooze { until: now() + TimeDelta::days(days), reason: None }),
        ".{0,20}".prop_map(|outcome| Command::Done { outcome: Some(outcome) }),
        ".{0,20}".prop_map(|what| Command::Settle { what, state: CheckState::Open }),
    ]
}

proptest! {
    #[test]
    fn any_life_keeps_its_rules(
        start in proptest::sample::select(State::ALL),
        approval: bool,
        moves in proptest::collection::vec((any_command(), any::<bool>(), 0_i64..3), 0..40),
    ) {
        let who = Actor::person("olga");
        let mut card = TouchPoint { approval, ..card_in(start) };
        let mut at = now();
        for (command, take_back, days) in moves {
            at += TimeDelta::days(days);
            let before = card.clone();
            if let Ok(change) = step(&before, &command, &who, at) {
                    prop_assert!(!before.state.is_closed(), "left {:?} by {:?}", before.state, command);
                    prop_assert_eq!(change.card.revision, before.revision + 1);
                    prop_assert_eq!(change.card.updated, at);
                    prop_assert_eq!(change.card.state == State::Snoozed, change.card.snoozed_until.is_some());
                    prop_assert_eq!((change.card.id, change.card.created), (before.id, before.created));
                    if take_back {
                        let back = undo(&change.card, &before, &change.record, &who, at);
                        prop_assert_eq!(back.record.step, Step::Undone);
                        let expected = TouchPoint { revision: before.revision + 2, updated: at, ..before };
                        prop_assert_eq!(&back.card, &expected);
                        card = back.card;
                    } else {
                        card = change.card;
                    }
            }
        }
    }
}
