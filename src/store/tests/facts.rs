//! What other systems told, what was promised and learned.

use super::{at, card, databases};
use crate::model::*;
use crate::store::facts::Taken;
use crate::store::{changes, facts, follow, lessons, roster, touchpoints};

fn fact(key: &str, kind: FactKind, minute: i64) -> Fact {
    Fact {
        id: Fact::id_of("desk", key),
        system: "desk".into(),
        key: key.into(),
        kind,
        account: "acme".into(),
        contact: None,
        at: at(minute),
        amount: Some(1.5),
        reference: Some("ticket 1".into()),
        priority: None,
        text: None,
    }
}

#[tokio::test]
async fn a_fact_is_kept_once_leased_once_and_answered_once() {
    for (name, store, _folder) in databases().await {
        let who = Actor::person("mia");
        let mut session = store.write().await.unwrap();
        let (first, second) = (fact("1", FactKind::TicketOpened, 5), fact("2", FactKind::TicketClosed, 1));
        for (fact, expected) in [
            (&first, Taken::Added),
            (&first, Taken::Unchanged),
            (&second, Taken::Added),
            (&Fact { amount: None, ..first.clone() }, Taken::Changed),
            (&first, Taken::Changed),
        ] {
            assert_eq!(facts::put(&mut session, fact, &who, at(6)).await.unwrap(), expected, "{name}");
        }
        let leased = facts::lease_unread(&mut session, at(7), at(9), 10).await.unwrap();
        assert_eq!(leased, [second.clone(), first.clone()], "{name}: as they happened");
        assert!(facts::lease_unread(&mut session, at(8), at(9), 10).await.unwrap().is_empty(), "{name}");
        facts::mark_answered(&mut session, &second.id, "nothing").await.unwrap();
        let later = facts::lease_unread(&mut session, at(10), at(11), 10).await.unwrap();
        assert_eq!(later, std::slice::from_ref(&first), "{name}: a lease that ran out");
        assert!(facts::still_waits(&mut session, &first).await.unwrap(), "{name}");
        facts::put(&mut session, &Fact { text: Some("more".into()), ..first.clone() }, &who, at(8)).await.unwrap();
        assert!(!facts::still_waits(&mut session, &first).await.unwrap(), "{name}: told otherwise meanwhile");
        assert_eq!(facts::lease_unread(&mut session, at(8), at(9), 10).await.unwrap().len(), 1, "{name}");
        let listed = facts::list(&mut session, Some(&"acme".into()), 10).await.unwrap();
        assert_eq!(listed.len(), 2, "{name}");
        assert_eq!(listed[1].answer.as_deref(), Some("nothing"), "{name}");
        assert!(facts::list(&mut session, Some(&"beta".into()), 10).await.unwrap().is_empty(), "{name}");
        assert_eq!(facts::list(&mut session, None, 1).await.unwrap().len(), 1, "{name}");
        let told = facts::last_told(&mut session).await.unwrap();
        assert_eq!(told, [(FactKind::TicketOpened, at(8)), (FactKind::TicketClosed, at(6))], "{name}");
        assert_eq!(facts::of_account(&mut session, &"acme".into(), 1).await.unwrap()[0].key, "1", "{name}: the newest");
    }
}

#[tokio::test]
async fn what_a_contact_brought_goes_with_it() {
    for (name, store, _folder) in databases().await {
        let mut session = store.write().await.unwrap();
        let card = card("acme", "story:s1", at(0));
        let promise = |what: &str, by: &str| Promise {
            id: Promise::id_of(card.id, what),
            account: "acme".into(),
            touch_point: card.id,
            what: what.into(),
            by: by.parse().unwrap(),
            owner: "mia".into(),
            at: at(0),
            who: Actor::person("mia"),
            state: PromiseState::Open,
        };
        let answer = Answer {
            id: Answer::id_of(card.id, AnswerField::Budget, None),
            account: "acme".into(),
            touch_point: card.id,
            field: AnswerField::Budget,
            trend: Some(Trend::Shrunk),
            value: None,
            note: None,
            at: at(0),
            who: Actor::person("mia"),
            state: AnswerState::Proposed,
            judged: None,
        };
        for promise in [promise("a report", "2026-12-04"), promise("a call", "2026-12-01")] {
            follow::put_promise(&mut session, &promise).await.unwrap();
        }
        follow::put_answer(&mut session, &answer).await.unwrap();
        follow::note_asked(&mut session, card.id, &"acme".into(), at(1)).await.unwrap();
        follow::note_asked(&mut session, card.id, &"acme".into(), at(2)).await.unwrap();
        assert_eq!(follow::times_asked(&mut session, &"acme".into(), at(0)).await.unwrap(), 1, "{name}");
        let open = follow::promises(&mut session, false).await.unwrap();
        assert_eq!(open.iter().map(|one| one.what.as_str()).collect::<Vec<_>>(), ["a call", "a report"], "{name}");
        assert_eq!(follow::open_promises_to(&mut session, &"acme".into()).await.unwrap(), open, "{name}");
        assert_eq!(follow::promises_called(&mut session, &open[0].id[..9]).await.unwrap().len(), 1, "{name}");
        assert_eq!(follow::answers(&mut session, false).await.unwrap(), std::slice::from_ref(&answer), "{name}");
        follow::take_back(&mut session, card.id).await.unwrap();
        assert!(follow::promises(&mut session, false).await.unwrap().is_empty(), "{name}");
        assert!(follow::answers(&mut session, false).await.unwrap().is_empty(), "{name}");
        assert_eq!(follow::promises(&mut session, true).await.unwrap().len(), 2, "{name}: nothing is lost");
        assert_eq!(follow::times_asked(&mut session, &"acme".into(), at(0)).await.unwrap(), 0, "{name}");
    }
}

#[tokio::test]
async fn a_lesson_counts_until_it_is_taken_back_and_what_runs_sees_it() {
    for (name, store, _folder) in databases().await {
        let mut session = store.write().await.unwrap();
        let card = card("acme", "story:s1", at(0));
        let lesson = Lesson {
            id: Lesson::id_of(card.id),
            touch_point: card.id,
            code: DismissalCode::Trivial,
            account: "acme".into(),
            play: "p".into(),
            alias: None,
            at: at(0),
            who: Actor::person("mia"),
            active: true,
        };
        let before = roster::version(&mut session).await.unwrap();
        lessons::put(&mut session, &lesson).await.unwrap();
        assert!(roster::version(&mut session).await.unwrap() > before, "{name}");
        assert_eq!(lessons::active(&mut session).await.unwrap(), std::slice::from_ref(&lesson), "{name}");
        lessons::put(&mut session, &Lesson { active: false, ..lesson.clone() }).await.unwrap();
        assert!(lessons::active(&mut session).await.unwrap().is_empty(), "{name}");
        assert_eq!(lessons::called(&mut session, &lesson.id).await.unwrap().len(), 1, "{name}");
    }
}

#[tokio::test]
async fn what_the_program_closed_can_be_taken_back_what_it_changed_cannot() {
    for (name, store, _folder) in databases().await {
        let mut session = store.write().await.unwrap();
        let card = card("acme", "story:s1", at(0));
        touchpoints::write(&mut session, &card).await.unwrap();
        let program = Actor::program("plan");
        for (step, who, expected) in [
            (Step::Updated, &program, None),
            (Step::Accepted, &Actor::person("mia"), Some(Step::Accepted)),
            (Step::Updated, &program, Some(Step::Accepted)),
            (Step::Withdrawn, &program, Some(Step::Withdrawn)),
            (Step::Undone, &Actor::person("mia"), Some(Step::Withdrawn)),
        ] {
            let record = StepRecord { step, at: at(1), who: who.clone(), note: None };
            touchpoints::log(&mut session, card.id, &record, Some(&card)).await.unwrap();
            let last = touchpoints::last_undoable(&mut session, card.id).await.unwrap();
            assert_eq!(last.map(|(_, record, _)| record.step), expected, "{name}: {step:?}");
        }
    }
}

#[tokio::test]
async fn steps_and_changes_are_found_by_who_and_since_when() {
    for (name, store, _folder) in databases().await {
        let mut session = store.write().await.unwrap();
        let card = card("acme", "story:s1", at(0));
        touchpoints::write(&mut session, &card).await.unwrap();
        let record = |step, minute, who: &str| StepRecord { step, at: at(minute), who: Actor::person(who), note: None };
        touchpoints::log(&mut session, card.id, &record(Step::Suggested, 0, "tidings/read"), None).await.unwrap();
        touchpoints::log(&mut session, card.id, &record(Step::Accepted, 1, "mia"), Some(&card)).await.unwrap();
        let (seq, ..) = touchpoints::last_undoable(&mut session, card.id).await.unwrap().unwrap();
        touchpoints::mark_undone(&mut session, seq).await.unwrap();
        let steps = touchpoints::steps_with_undone(&mut session, card.id).await.unwrap();
        let undone: Vec<_> = steps.iter().map(|(record, undone)| (record.step, *undone)).collect();
        assert_eq!(undone, [(Step::Suggested, false), (Step::Accepted, true)], "{name}");
        let by = touchpoints::latest_steps(&mut session, Some("mia"), at(0), 9).await.unwrap();
        assert_eq!(
            by.iter().map(|(id, record, _)| (*id, record.step)).collect::<Vec<_>>(),
            [(card.id, Step::Accepted)]
        );
        assert_eq!(touchpoints::latest_steps(&mut session, None, at(0), 9).await.unwrap().len(), 2, "{name}");
        assert!(touchpoints::latest_steps(&mut session, None, at(2), 9).await.unwrap().is_empty(), "{name}");
        for (minute, who, what) in [(1, "mia", "one"), (2, "tom", "two"), (3, "mia", "three")] {
            changes::note(&mut session, at(minute), &Actor::person(who), what, "x", "").await.unwrap();
        }
        let what = |list: Vec<changes::Change>| list.into_iter().map(|change| change.what).collect::<Vec<_>>();
        let mias = changes::latest(&mut session, Some("mia"), at(0), 9).await.unwrap();
        assert_eq!(what(mias), ["three", "one"], "{name}");
        assert_eq!(what(changes::latest(&mut session, None, at(2), 1).await.unwrap()), ["three"], "{name}");
    }
}

#[tokio::test]
async fn what_runs_sees_that_an_answer_was_confirmed() {
    for (name, store, _folder) in databases().await {
        let mut session = store.write().await.unwrap();
        let card = card("acme", "story:s1", at(0));
        let answer = |state| Answer {
            id: Answer::id_of(card.id, AnswerField::Contact, Some("Dana Reyes")),
            account: "acme".into(),
            touch_point: card.id,
            field: AnswerField::Contact,
            trend: None,
            value: Some("Dana Reyes".into()),
            note: Some("CFO".into()),
            at: at(5),
            who: Actor::person("mia"),
            state,
            judged: None,
        };
        follow::put_answer(&mut session, &answer(AnswerState::Proposed)).await.unwrap();
        let before = roster::version(&mut session).await.unwrap();
        follow::put_answer(&mut session, &answer(AnswerState::Confirmed)).await.unwrap();
        assert!(roster::version(&mut session).await.unwrap() > before, "{name}");
        let confirmed = follow::answers_in(&mut session, AnswerState::Confirmed).await.unwrap();
        assert_eq!(confirmed, [answer(AnswerState::Confirmed)], "{name}");
        assert_eq!(follow::answers_of(&mut session, &"acme".into(), at(0)).await.unwrap().len(), 1, "{name}");
        assert!(follow::answers_of(&mut session, &"acme".into(), at(6)).await.unwrap().is_empty(), "{name}");
        assert_eq!(follow::answers_between(&mut session, at(5), at(6)).await.unwrap().len(), 1, "{name}");
        assert!(follow::answers_between(&mut session, at(0), at(5)).await.unwrap().is_empty(), "{name}");
        assert_eq!(
            follow::brought_by(&mut session, card.id).await.unwrap(),
            [answer(AnswerState::Proposed).id],
            "{name}"
        );
    }
}

#[test]
fn an_answer_of_before_there_were_values_is_read() {
    let old = serde_json::json!({
        "id": "n1", "account": "acme", "touch_point": TouchPointId::born_at(at(0)), "field": "budget", "trend": "shrunk",
        "note": null, "at": at(0), "who": "mia", "state": "confirmed",
    });
    let answer: Answer = serde_json::from_value(old).unwrap();
    assert_eq!((answer.trend, answer.value, answer.judged), (Some(Trend::Shrunk), None, None));
}
