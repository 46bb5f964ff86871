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

fn form(room: usize) -> Form<'static> {
    Form { subject: 255, body: room, link: Some("https://t.example/{id}"), key_in_body: true }
}

fn sheet() -> Sheet {
    Sheet::of(&task("accepted", "accepted"), &form(900))
}

fn found(sheet: &Sheet, state: RemoteState) -> Found {
    let (subject, body) = (sheet.subject.clone(), sheet.body.clone());
    Found { id: "7".to_owned(), subject, body, due: Some(sheet.due), state }
}

fn remote(sheet: &Sheet, state: RemoteState) -> Remote {
    Remote { id: "7".to_owned(), url: None, written: Some(sheet.written().text()), state }
}

#[test]
fn r52_the_key_is_whole_however_short_the_body_must_be() {
    let sheet = Sheet::of(&task("accepted", "accepted"), &form(50));
    assert!(sheet.body.chars().count() <= 50 && sheet.body.ends_with("\nTidings: c-1:crm"), "{}", sheet.body);
    assert!(has_key(&sheet.body, "c-1:crm") && !has_key(&sheet.body, "c-1:cr"));
    assert!(has_key("a\r\n Tidings:  c-1:crm \r\n", "c-1:crm"));
}

#[test]
fn r54_what_a_person_wrote_stays_and_the_rest_is_brought_up_to_date() {
    let old = sheet();
    let new = Sheet { subject: "Call Ruth today".to_owned(), body: "Anew".to_owned(), ..old.clone() };
    let mut there = found(&old, RemoteState::Open);
    there.body += "\nRuth is away until Friday";
    let (made, written) = change(RemoteState::Open, &new, Some(&remote(&old, RemoteState::Open)), &there).unwrap();
    assert_eq!(made, Change { subject: Some(new.subject.clone()), ..Change::default() });
    // What is kept of the body is still what we wrote: it stays a person's at the next change too.
    let kept = Remote { written: Some(written.text()), ..remote(&old, RemoteState::Open) };
    there.subject = new.subject.clone();
    assert!(change(RemoteState::Open, &new, Some(&kept), &there).is_err());
}

#[test]
fn line_ends_that_a_crm_changes_are_no_persons_text() {
    let old = sheet();
    let new = Sheet { body: "Anew".to_owned(), ..old.clone() };
    let there = Found { body: old.body.replace('\n', "\r\n") + " ", ..found(&old, RemoteState::Open) };
    let (made, _) = change(RemoteState::Open, &new, Some(&remote(&old, RemoteState::Open)), &there).unwrap();
    assert_eq!(made.body.as_deref(), Some("Anew"));
}

#[test]
fn what_is_closed_there_is_not_opened() {
    let old = sheet();
    let new = Sheet { subject: "Call Ruth today".to_owned(), ..old.clone() };
    for wanted in [RemoteState::Open, RemoteState::Done, RemoteState::Cancelled] {
        let closed = change(wanted, &new, Some(&remote(&old, RemoteState::Done)), &found(&old, RemoteState::Done));
        assert!(closed.is_err(), "{wanted:?}");
    }
}

#[test]
fn what_we_withdrew_ourselves_opens_when_the_card_is_taken_again() {
    let open = sheet();
    let withdrawn = Sheet::of(&task("withdrawn", "withdrawn"), &form(900));
    assert_eq!(withdrawn.subject, "Withdrawn: Call Ruth");
    let there = found(&withdrawn, RemoteState::Done);
    let (made, _) =
        change(RemoteState::Open, &open, Some(&remote(&withdrawn, RemoteState::Cancelled)), &there).unwrap();
    assert_eq!(made.state, Some(RemoteState::Open));
    assert_eq!(made.subject.as_deref(), Some("Call Ruth"));
}

#[test]
fn a_task_that_was_found_by_its_key_is_only_closed() {
    let there = Found { subject: "Ring Ruth, says Mia".to_owned(), ..found(&sheet(), RemoteState::Open) };
    let (made, _) = change(RemoteState::Done, &sheet(), None, &there).unwrap();
    assert_eq!(made, Change { state: Some(RemoteState::Done), ..Change::default() });
    assert!(change(RemoteState::Open, &sheet(), None, &there).is_err());
}

#[test]
fn r53_keys_travel_encrypted_save_on_this_machine() {
    for fine in ["https://firm.my.salesforce.com", "http://127.0.0.1:8080"] {
        assert_eq!(fault_of_address("url", fine), None, "{fine}");
    }
    for wrong in ["http://firm.example", "firm.example", "ftp://x", "https://", ""] {
        assert!(fault_of_address("url", wrong).is_some(), "{wrong}");
    }
}
