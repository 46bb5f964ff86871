//! What is told of clock, contact and folder; the whole is tested through the program.

use super::*;
use crate::model::{ManualClock, Time};

fn at(text: &str) -> Time {
    text.parse().unwrap()
}

#[test]
fn a_clock_that_was_never_set_or_was_set_back_is_told() {
    let state = |now: &str, last: Option<&str>| clock_runs(&ManualClock::at(at(now)), last.map(at)).state;
    assert_eq!(state("1970-01-01T00:00:10Z", None), State::Failed);
    assert_eq!(state("2026-10-01T10:00:00Z", None), State::Ok);
    assert_eq!(state("2026-10-01T10:00:00Z", Some("2026-10-01T10:04:00Z")), State::Ok);
    assert_eq!(state("2026-10-01T10:00:00Z", Some("2026-10-02T10:00:00Z")), State::Warning);
    assert_eq!(state("2026-10-02T10:00:00Z", Some("2026-10-01T10:00:00Z")), State::Ok);
}

#[test]
fn r20_a_missing_contact_is_told() {
    let mut settings = Settings::default();
    let missing = contact(&settings);
    assert_eq!(missing.state, State::Warning);
    assert!(missing.hint.unwrap().contains("contact"));
    settings.fetch.contact = Some("  ".to_owned());
    assert_eq!(contact(&settings).state, State::Warning);
    settings.fetch.contact = Some("https://acme.example/bot".to_owned());
    let there = contact(&settings);
    assert_eq!(there.state, State::Ok);
    assert!(there.what.contains("https://acme.example/bot"));
}

#[test]
fn a_folder_that_is_not_there_yet_is_no_fault_and_one_that_is_a_file_is() {
    let place = tempfile::tempdir().unwrap();
    let look = |path: &Path| {
        let mut findings = Vec::new();
        let holder = folder::examine(path, &mut findings);
        assert_eq!(holder, None);
        findings.remove(0).state
    };
    assert_eq!(look(place.path()), State::Ok);
    assert_eq!(look(&place.path().join("a/b")), State::Ok);
    assert!(!place.path().join("a").exists(), "nothing is made");
    let file = place.path().join("file");
    std::fs::write(&file, "").unwrap();
    assert_eq!(look(&file), State::Failed);
    assert_eq!(look(&file.join("below")), State::Failed);
}
