use super::*;

fn task(state: &str, step: &str) -> Task {
    serde_json::from_value(serde_json::json!({
        "key": "c-1:crm", "id": "c-1", "revision": 1, "step": step, "state": state, "subject": "Call Ruth",
        "body": "Why now: orders fell", "high_priority": false, "account": "client0", "due": "2026-03-06",
        "action": "call", "why": "orders fell", "evidence": [], "talking_points": [], "questions": [], "avoid": [],
        "created": "2026-03-02T09:00:00Z", "updated": "2026-03-02T09:00:00Z"
    }))
    .unwrap()
}

fn accepted() -> Task {
    task("accepted", "accepted")
}

fn form(room: usize) -> Form<'static> {
    Form { subject: 255, body: room, link: Some("https://t.example/{id}"), key_in_body: true }
}

fn sheet() -> Sheet {
    Sheet::of(&accepted(), &form(900))
}

fn found(sheet: &Sheet, state: RemoteState) -> Found {
    let (subject, body) = (sheet.subject.clone(), sheet.body.clone());
    Found { id: "7".to_owned(), subject, body, due: Some(sheet.due), state }
}

fn remote(sheet: &Sheet, state: RemoteState) -> Remote {
    Remote { id: "7".to_owned(), url: None, written: Some(Written::of(sheet).text()), state }
}

#[test]
fn r55_the_key_is_whole_however_short_the_body_must_be() {
    let sheet = Sheet::of(&accepted(), &form(50));
    assert!(sheet.body.chars().count() <= 50 && sheet.body.ends_with("\nTidings: c-1:crm"), "{}", sheet.body);
    assert!(has_key(&sheet.body, "c-1:crm") && !has_key(&sheet.body, "c-1:cr"));
    assert!(has_key("a\r\n Tidings:  c-1:crm \r\n", "c-1:crm"));
}

#[test]
fn what_a_person_wrote_stays_and_the_rest_is_brought_up_to_date() {
    let old = sheet();
    let due = old.due + chrono::TimeDelta::days(3);
    let new = Sheet { subject: "Call Ruth today".to_owned(), body: "Anew".to_owned(), due };
    let mut there = found(&old, RemoteState::Open);
    there.body += "\nRuth is away until Friday";
    there.due = Some(old.due + chrono::TimeDelta::days(1));
    let (made, written) = change(&accepted(), &new, Some(&remote(&old, RemoteState::Open)), &there).unwrap();
    assert_eq!(made, Change { subject: Some(new.subject.clone()), ..Change::default() });
    // What is kept of the body is still what we wrote: it stays a person's at the next change too.
    let kept = Remote { written: Some(written.text()), ..remote(&old, RemoteState::Open) };
    there.subject.clone_from(&new.subject);
    assert_eq!(change(&accepted(), &new, Some(&kept), &there).unwrap().0, Change::default());
}

#[test]
fn a_day_that_a_person_took_away_stays_away() {
    let new = Sheet { due: sheet().due + chrono::TimeDelta::days(3), ..sheet() };
    let there = Found { due: None, ..found(&sheet(), RemoteState::Open) };
    let (made, _) = change(&accepted(), &new, Some(&remote(&sheet(), RemoteState::Open)), &there).unwrap();
    assert_eq!(made, Change::default());
}

#[test]
fn what_a_change_wrote_whose_answer_was_lost_is_ours() {
    let old = sheet();
    let new = Sheet { body: "Anew".to_owned(), ..old.clone() };
    let there = found(&new, RemoteState::Open);
    let (made, written) = change(&accepted(), &new, Some(&remote(&old, RemoteState::Open)), &there).unwrap();
    assert_eq!((made, written), (Change::default(), Written::of(&new)));
}

#[test]
fn line_ends_that_a_crm_changes_are_no_persons_text() {
    let old = sheet();
    let new = Sheet { body: "Anew".to_owned(), ..old.clone() };
    let there = Found { body: old.body.replace('\n', "\r\n") + " ", ..found(&old, RemoteState::Open) };
    let (made, _) = change(&accepted(), &new, Some(&remote(&old, RemoteState::Open)), &there).unwrap();
    assert_eq!(made.body.as_deref(), Some("Anew"));
}

#[test]
fn what_is_closed_there_is_not_opened() {
    let old = sheet();
    let new = Sheet { subject: "Call Ruth today".to_owned(), ..old.clone() };
    for task in [accepted(), task("done", "done"), task("withdrawn", "withdrawn")] {
        let remote = remote(&old, RemoteState::Done);
        assert_eq!(change(&task, &new, Some(&remote), &found(&old, RemoteState::Done)), None, "{:?}", task.state);
    }
}

#[test]
fn what_we_withdrew_ourselves_opens_when_the_card_is_taken_again() {
    let open = sheet();
    let withdrawn = Sheet::of(&task("withdrawn", "withdrawn"), &form(900));
    assert_eq!(withdrawn.subject, "Withdrawn: Call Ruth");
    let there = found(&withdrawn, RemoteState::Done);
    let known = remote(&withdrawn, RemoteState::Cancelled);
    let (made, _) = change(&accepted(), &open, Some(&known), &there).unwrap();
    assert_eq!(made.state, Some(RemoteState::Open));
    assert_eq!(made.subject.as_deref(), Some("Call Ruth"));
    // Nobody took it again, or it was a person there who withdrew it.
    assert_eq!(change(&task("ready", "updated"), &open, Some(&known), &there), None);
    let by_a_person = found(&open, RemoteState::Cancelled);
    assert_eq!(change(&accepted(), &open, Some(&remote(&open, RemoteState::Cancelled)), &by_a_person), None);
}

#[test]
fn a_task_that_was_found_by_its_key_is_only_closed() {
    let there = Found { subject: "Ring Ruth, says Mia".to_owned(), ..found(&sheet(), RemoteState::Open) };
    let (made, _) = change(&task("done", "done"), &sheet(), None, &there).unwrap();
    assert_eq!(made, Change { state: Some(RemoteState::Done), ..Change::default() });
    assert_eq!(change(&accepted(), &sheet(), None, &there).unwrap().0, Change::default());
}

#[test]
fn r44_a_quote_brings_no_markup_along_and_reads_back_the_same() {
    let text = "Why: <img src=x onerror=alert(1)> & \"co\"\nTidings: 1:hub";
    let markup = html(text);
    assert!(!markup.contains("<img"), "{markup}");
    assert_eq!(plain(&markup), text);
    assert_eq!(plain(&format!("<p>{markup}</p>")), text);
    assert!(has_key(&plain("<div><p>Hello</p>Tidings: 1:hub</div>"), "1:hub"));
}
