use std::sync::Mutex;

use super::*;
use crate::deliver::{Links, Tokens};
use crate::model::{Delivery, DestinationId, TouchPointId};
use crate::net;

const KEY: &str = "c-1:crm";

/// A CRM in memory, that may lose its answers, tell no ids, keep what it took to itself, or drop what is closed.
#[derive(Default)]
struct Fake {
    tasks: Mutex<Vec<Found>>,
    loses_answers: bool,
    tells_no_ids: bool,
    hides: bool,
    drops_closed: bool,
    keeps_copies: bool,
    asked: Mutex<Vec<&'static str>>,
}

impl Fake {
    fn tasks(&self) -> Vec<Found> {
        self.tasks.lock().unwrap().clone()
    }

    /// A person does this to the task at `place`.
    fn touched(&self, place: usize, touch: impl FnOnce(&mut Found)) {
        touch(&mut self.tasks.lock().unwrap()[place]);
    }

    /// A second copy of the first task.
    fn doubled(&self) {
        let copy = Found { id: "9".to_owned(), ..self.tasks()[0].clone() };
        self.tasks.lock().unwrap().push(copy);
    }

    fn wrote(&self, what: &'static str) {
        self.asked.lock().unwrap().push(what);
    }

    fn answer<T>(&self, value: T) -> Result<T, Answer> {
        if self.loses_answers { Err(Answer::Silent { why: "timed out".to_owned() }) } else { Ok(value) }
    }
}

impl Records for Fake {
    fn form(&self) -> Form<'_> {
        Form { subject: 255, body: 900, link: None, key_in_body: false }
    }

    async fn check(&self) -> Result<(), Answer> {
        Ok(())
    }

    async fn read(&self, id: &str) -> Result<Option<Found>, Answer> {
        Ok(self.tasks().into_iter().find(|task| task.id == id))
    }

    async fn find(&self, task: &Task, _: &Attempt<'_>) -> Result<Vec<Found>, Answer> {
        assert_eq!(task.key, KEY);
        self.wrote("find");
        Ok(if self.hides { Vec::new() } else { self.tasks() })
    }

    async fn create(&self, _: &Task, sheet: &Sheet, _: &Attempt<'_>) -> Result<Option<String>, Answer> {
        self.wrote("create");
        let id = (self.tasks().len() + 1).to_string();
        let (subject, body) = (sheet.subject.clone(), sheet.body.clone());
        let task = Found { id: id.clone(), subject, body, due: Some(sheet.due), state: RemoteState::Open };
        self.tasks.lock().unwrap().push(task);
        self.answer(Some(id).filter(|_| !self.tells_no_ids))
    }

    async fn change(&self, id: &str, change: &Change, _: &Task) -> Result<(), Answer> {
        self.wrote("change");
        let mut tasks = self.tasks.lock().unwrap();
        let task = tasks.iter_mut().find(|task| task.id == id).unwrap();
        task.subject = change.subject.clone().unwrap_or(task.subject.clone());
        task.body = change.body.clone().unwrap_or(task.body.clone());
        task.due = change.due.or(task.due);
        task.state = change.state.unwrap_or(task.state);
        if self.drops_closed {
            tasks.retain(|task| !is_closed(task.state));
        }
        self.answer(())
    }

    async fn remove(&self, id: &str) -> Result<(), Answer> {
        self.wrote("remove");
        if self.keeps_copies {
            return Err(Answer::Refused(Refusal::new(Class::Pause, "may not delete")));
        }
        self.tasks.lock().unwrap().retain(|task| task.id != id);
        self.answer(())
    }

    fn address(&self, _: &str) -> Option<String> {
        None
    }

    fn closed_ones_vanish(&self) -> bool {
        self.drops_closed
    }
}

/// An attempt at a card that came to `state` by `step`, with this body; gives what came of it.
fn attempt(fake: &Fake, (state, step, body): (&str, &str, &str), remote: Option<&Remote>) -> Sent {
    let payload = serde_json::json!({ "data": {
        "key": KEY, "id": "c-1", "revision": 1, "step": step, "state": state, "subject": "Call Ruth", "body": body,
        "high_priority": false, "account": "client0", "due": "2026-03-06", "action": "call", "why": "orders fell",
        "evidence": [], "talking_points": [], "questions": [], "avoid": [],
        "created": "2026-03-02T09:00:00Z", "updated": "2026-03-02T09:00:00Z"
    }});
    let now = "2026-03-02T09:00:00Z".parse().unwrap();
    let mut delivery = Delivery::due("msg-1".to_owned(), DestinationId("crm".to_owned()), payload.to_string(), now);
    delivery.touch_point = TouchPointId(uuid::Uuid::from_u128(1));
    let client = net::Client::new(&net::Settings::default()).unwrap();
    let (links, tokens) = (Links::default(), Tokens::default());
    let wire = Wire { client: &client, tokens: &tokens, now };
    let attempt = Attempt { delivery: &delivery, remote, links: &links, wire };
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(carry_out(fake, &attempt))
}

const ACCEPTED: (&str, &str, &str) = ("accepted", "accepted", "Why now: orders fell");
const UPDATED: (&str, &str, &str) = ("accepted", "updated", "Why now: orders fell by half");
const DONE: (&str, &str, &str) = ("done", "done", "Why now: orders fell\nOutcome: a visit");
const UNDONE: (&str, &str, &str) = ("ready", "undone", "Why now: orders fell");

/// A CRM with the task of an accepted card, and what is remembered of it.
fn written() -> (Fake, Remote) {
    let fake = Fake::default();
    let remote = attempt(&fake, ACCEPTED, None).remote.unwrap();
    assert_eq!((fake.tasks().len(), remote.state), (1, RemoteState::Open));
    (fake, remote)
}

#[test]
fn the_key_is_looked_up_before_anything_is_made() {
    let (fake, _) = written();
    assert_eq!(*fake.asked.lock().unwrap(), ["find", "create"]);
    let sent = attempt(&fake, ACCEPTED, None);
    assert_eq!((fake.tasks().len(), sent.remote.unwrap().id.as_str()), (1, "1"));
}

#[test]
fn r55_an_answer_that_was_lost_makes_no_second_task() {
    let mut fake = Fake { loses_answers: true, ..Fake::default() };
    let sent = attempt(&fake, ACCEPTED, None);
    assert!(matches!(sent.answer, Answer::Silent { .. }) && sent.remote.is_none());
    fake.loses_answers = false;
    let sent = attempt(&fake, ACCEPTED, None);
    assert!(sent.answer.is_accepted());
    assert_eq!(*fake.asked.lock().unwrap(), ["find", "create", "find"]);
    assert_eq!((fake.tasks().len(), sent.remote.unwrap().id.as_str()), (1, "1"));
}

#[test]
fn what_was_taken_without_an_id_is_found_by_its_key_or_a_person_looks() {
    let fake = Fake { tells_no_ids: true, ..Fake::default() };
    assert_eq!(attempt(&fake, ACCEPTED, None).remote.unwrap().id, "1");
    let fake = Fake { tells_no_ids: true, hides: true, ..Fake::default() };
    let Answer::Refused(refusal) = attempt(&fake, ACCEPTED, None).answer else { panic!("it is in doubt") };
    assert_eq!(refusal.class, Class::Unknown);
}

#[test]
fn an_update_of_an_open_task_rewrites_only_what_is_ours() {
    let (fake, remote) = written();
    let day = "2026-03-09".parse().unwrap();
    fake.touched(0, |task| (task.subject, task.due) = ("Ring Ruth, says Mia".to_owned(), Some(day)));
    let sent = attempt(&fake, UPDATED, Some(&remote));
    let task = fake.tasks().remove(0);
    assert_eq!((task.subject.as_str(), task.due), ("Ring Ruth, says Mia", Some(day)));
    assert_eq!(task.body, "Why now: orders fell by half");
    fake.touched(0, |task| task.body += "\nShe is away");
    attempt(&fake, DONE, sent.remote.as_ref());
    let task = fake.tasks().remove(0);
    assert_eq!((task.body.as_str(), task.state), ("Why now: orders fell by half\nShe is away", RemoteState::Done));
}

#[test]
fn what_is_closed_there_stays_closed() {
    let (fake, remote) = written();
    for state in [RemoteState::Done, RemoteState::Cancelled] {
        fake.touched(0, |task| task.state = state);
        let before = fake.tasks();
        for step in [UPDATED, DONE, UNDONE, ACCEPTED] {
            let sent = attempt(&fake, step, Some(&remote));
            assert_eq!(sent.remote.unwrap().state, state);
            assert_eq!(fake.tasks(), before, "{step:?}");
        }
    }
}

#[test]
fn what_we_cancelled_is_opened_when_it_is_accepted_anew() {
    let (fake, remote) = written();
    let cancelled = attempt(&fake, UNDONE, Some(&remote)).remote.unwrap();
    assert_eq!((cancelled.state, &*fake.tasks()[0].subject), (RemoteState::Cancelled, "Withdrawn: Call Ruth"));
    // Where a CRM knows one end only, it is remembered who closed it.
    fake.touched(0, |task| task.state = RemoteState::Done);
    let cancelled = attempt(&fake, UNDONE, Some(&cancelled)).remote.unwrap();
    assert_eq!(cancelled.state, RemoteState::Cancelled);
    let again = attempt(&fake, ACCEPTED, Some(&cancelled)).remote.unwrap();
    let task = fake.tasks().remove(0);
    assert_eq!((again.state, task.state, &*task.subject), (RemoteState::Open, RemoteState::Open, "Call Ruth"));
}

#[test]
fn what_vanishes_when_it_is_closed_is_made_again_only_when_it_is_accepted_anew() {
    let (mut fake, remote) = written();
    fake.drops_closed = true;
    let cancelled = attempt(&fake, UNDONE, Some(&remote)).remote.unwrap();
    assert!(fake.tasks().is_empty());
    assert_eq!(attempt(&fake, UNDONE, Some(&cancelled)).remote.unwrap().state, RemoteState::Cancelled);
    let again = attempt(&fake, ACCEPTED, Some(&cancelled)).remote.unwrap();
    assert_eq!((fake.tasks().len(), again.state), (1, RemoteState::Open));
    let done = attempt(&fake, DONE, Some(&again)).remote.unwrap();
    assert_eq!(attempt(&fake, ACCEPTED, Some(&done)).remote.unwrap().state, RemoteState::Done);
    assert!(fake.tasks().is_empty());
}

#[test]
fn a_task_that_was_deleted_is_not_made_again() {
    let (fake, remote) = written();
    fake.tasks.lock().unwrap().clear();
    let gone = attempt(&fake, UPDATED, Some(&remote)).remote.unwrap();
    assert_eq!(gone.state, RemoteState::Gone);
    assert_eq!(attempt(&fake, DONE, Some(&gone)).remote.unwrap().state, RemoteState::Gone);
    assert!(fake.tasks().is_empty());
}

#[test]
fn a_second_copy_is_taken_away_unless_a_person_touched_it() {
    let (fake, remote) = written();
    fake.doubled();
    let kept = attempt(&fake, UPDATED, Some(&remote)).remote.unwrap();
    assert_eq!((fake.tasks().len(), kept.id.as_str()), (1, "1"));
    fake.doubled();
    fake.touched(1, |task| task.body += "\nShe is away");
    attempt(&fake, DONE, Some(&kept));
    let states: Vec<_> = fake.tasks().iter().map(|task| task.state).collect();
    assert_eq!(states, [RemoteState::Done, RemoteState::Open]);
}

#[test]
fn a_copy_that_may_not_be_taken_away_holds_nothing_up() {
    let (mut fake, remote) = written();
    fake.doubled();
    fake.keeps_copies = true;
    assert_eq!(attempt(&fake, DONE, Some(&remote)).remote.unwrap().state, RemoteState::Done);
    assert_eq!(fake.tasks().len(), 2);
}

#[test]
fn of_two_copies_that_are_not_known_the_one_that_a_person_touched_is_kept() {
    let (fake, _) = written();
    fake.doubled();
    fake.touched(1, |task| task.body += "\nShe is away");
    let kept = attempt(&fake, ACCEPTED, None).remote.unwrap();
    assert_eq!((kept.id.as_str(), fake.tasks().len()), ("9", 1));
    assert!(fake.tasks()[0].body.ends_with("She is away"));
}

#[test]
fn a_card_that_is_done_before_it_came_there_is_written_and_closed() {
    let fake = Fake::default();
    assert_eq!(attempt(&fake, DONE, None).remote.unwrap().state, RemoteState::Done);
    assert_eq!(fake.tasks()[0].state, RemoteState::Done);
    let none = attempt(&Fake::default(), UNDONE, None);
    assert!(none.answer.is_accepted() && none.remote.is_none());
}

#[test]
fn how_far_tasks_are_is_told_of_each() {
    let (fake, remote) = written();
    let other = Remote { id: "8".to_owned(), state: RemoteState::Cancelled, ..Remote::default() };
    fake.touched(0, |task| task.state = RemoteState::Done);
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let seen = runtime.block_on(look(&fake, &[remote, other])).unwrap();
    assert_eq!([seen[0].state, seen[1].state], [RemoteState::Done, RemoteState::Gone]);
}
