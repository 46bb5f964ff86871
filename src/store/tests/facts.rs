//! What other systems told, what was promised and learned.

use super::{at, card, databases};
use crate::model::*;
use crate::store::facts::Taken;
use crate::store::{facts, follow, lessons, roster, touchpoints};

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
