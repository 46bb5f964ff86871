use std::convert::Infallible;

use super::*;
use crate::deliver::listed_tests::listed;
use crate::model::TouchPointState;

fn desk(folder: &Path, keep: usize) -> Desk {
    let id = DestinationId::from("desk");
    let book = Book { id: &id, on: &[], path: None, ending: "txt", keep: 1, days: 365, data: None };
    Desk { keep, ..Desk::of(&book, folder.join("inside").join(book.name())) }
}

fn now() -> Time {
    "2026-03-02T12:00:00Z".parse().unwrap()
}

#[expect(clippy::unnecessary_wraps, reason = "as a renderer is")]
fn titles(listed: &[Listed]) -> Result<Vec<u8>, Infallible> {
    let lines: Vec<_> = listed.iter().map(|one| format!("{} {}\n", one.revision, one.subject)).collect();
    Ok(lines.concat().into_bytes())
}

fn class(trouble: Trouble) -> (Class, String) {
    let Answer::Refused(refusal) = Answer::from(trouble) else { panic!("no refusal") };
    (refusal.class, refusal.why)
}

#[test]
fn r55_the_same_delivery_twice_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let desk = desk(folder.path(), 10);
    let first = desk.enter(listed(1), now(), titles).unwrap();
    assert!(first.starts_with("written to "), "{first}");
    let made = fs::metadata(&desk.file).unwrap().modified().unwrap();
    assert_eq!(desk.enter(listed(1), now(), titles).unwrap(), "it stands in the file already");
    assert_eq!(fs::metadata(&desk.file).unwrap().modified().unwrap(), made);
    let newer = Listed { revision: 3, subject: "new".to_owned(), ..listed(1) };
    desk.enter(newer, now(), titles).unwrap();
    desk.enter(Listed { revision: 2, subject: "late".to_owned(), ..listed(1) }, now(), titles).unwrap();
    assert_eq!(fs::read_to_string(&desk.file).unwrap(), "3 new\n");
    let left: Vec<_> =
        fs::read_dir(folder.path().join("inside")).unwrap().map(|file| file.unwrap().file_name()).collect();
    assert_eq!(left.len(), 3, "file, memory, lock: {left:?}");
}

#[test]
fn r54_a_kill_between_the_two_writes_is_made_good() {
    let folder = tempfile::tempdir().unwrap();
    let desk = desk(folder.path(), 10);
    desk.enter(listed(1), now(), titles).unwrap();
    // The memory has the second one, the file has not.
    fs::write(&desk.memory, lines(&[listed(1), listed(2)])).unwrap();
    desk.enter(listed(2), now(), titles).unwrap();
    assert_eq!(fs::read_to_string(&desk.file).unwrap().lines().count(), 2);
    fs::remove_file(&desk.file).unwrap();
    desk.enter(listed(2), now(), titles).unwrap();
    assert_eq!(fs::read_to_string(&desk.file).unwrap().lines().count(), 2, "a file that was deleted comes back");
}

#[test]
fn a_file_of_somebody_else_stays_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let desk = desk(folder.path(), 10);
    fs::create_dir_all(desk.file.parent().unwrap()).unwrap();
    fs::write(&desk.file, "dear diary").unwrap();
    let (class_of, why) = class(desk.enter(listed(1), now(), titles).unwrap_err());
    assert_eq!(class_of, Class::Pause);
    assert!(why.ends_with("desk.txt was not written by this destination: move it away, or set another `path`; then `tidings deliver retry`"), "{why}");
    assert_eq!(fs::read_to_string(&desk.file).unwrap(), "dear diary");
}

#[test]
fn a_broken_memory_loses_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let desk = desk(folder.path(), 10);
    desk.enter(listed(1), now(), titles).unwrap();
    fs::write(&desk.memory, "{\"key\":\n").unwrap();
    let (class_of, why) = class(desk.enter(listed(2), now(), titles).unwrap_err());
    assert_eq!(class_of, Class::Pause);
    assert!(why.starts_with("line 1 of "), "{why}");
    assert_eq!(fs::read_to_string(&desk.file).unwrap().lines().count(), 1);
}

#[test]
fn what_cannot_be_written_says_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("inside"), "a file where the folder should be").unwrap();
    let (class_of, why) = class(desk(folder.path(), 10).enter(listed(1), now(), titles).unwrap_err());
    assert_eq!(class_of, Class::Pause, "{why}");
    let full = Trouble::Write { path: "/x".into(), why: ErrorKind::StorageFull.into() };
    let (class_of, why) = class(full);
    assert_eq!((class_of, why.as_str()), (Class::Retry, "cannot write /x: no storage space: make room on that disk"));
}

#[test]
fn open_ones_stay_longest() {
    let done = |number| Listed { state: TouchPointState::Done, ..listed(number) };
    let entries = kept(vec![listed(1), done(2), listed(3), done(4)], 3, now() - TimeDelta::days(1));
    let ids: Vec<_> = entries.iter().map(|entry| entry.id.clone()).collect();
    assert_eq!(ids, [listed(1).id, listed(3).id, listed(4).id]);
    assert!(kept(entries, 3, now()).is_empty(), "too old");
}

#[test]
fn a_path_must_name_a_file() {
    let id = DestinationId::from("desk");
    let fault = |path: &str| {
        let path = Path::new(path);
        let book = Book { id: &id, on: &[], path: Some(path), ending: "ics", keep: 1, days: 1, data: None };
        book.faults().first().map(|fault| fault.message.clone())
    };
    assert_eq!(fault("a/desk.ics"), None);
    assert_eq!(fault("/srv/desk.ics"), None);
    for wrong in ["", "/", "a/", "."] {
        assert_eq!(fault(wrong).as_deref(), Some("names no file"), "{wrong:?}");
    }
    assert_eq!(fault("../tidings.db").as_deref(), Some("climbs by `..`"));
}
