//! Feeds in files, checked by the grammar of RFC 4287.

use super::lists::{again_changes_nothing, desk, live, written};
use crate::verifier;

#[test]
fn r44_a_feed_keeps_to_the_grammar_whatever_happens() {
    let desk = desk("atom");
    let life = live(&desk);
    let feed = written(&desk, "atom");
    assert!(!feed.contains("<script"), "{feed}");
    if let Some(verdict) = verifier::ask("atom.py", &[], &feed) {
        assert_eq!(verdict["ok"], true, "{verdict}");
        let entries = verdict["entries"].as_array().unwrap();
        assert_eq!(entries.len(), life.ids.len() + 1, "one entry a card: {entries:?}");
        let title = |id: &str| {
            let urn = format!("urn:uuid:{id}");
            let entry = entries.iter().find(|entry| entry["id"] == urn.as_str()).expect("an entry");
            entry["title"].as_str().unwrap().to_owned()
        };
        assert!(title(&life.ids[0]).starts_with("Done: "), "{}", title(&life.ids[0]));
        assert!(title(&life.withdrawn).starts_with("No longer: "));
        assert!(title(&life.ids[2]).contains("<script>alert(1)</script>"), "as text: {}", title(&life.ids[2]));
        assert!(entries.iter().all(|entry| entry["content"].as_str().unwrap().starts_with("Why now: ")));
    }
    let broken = feed.replacen("<updated>", "<updated>soon ", 1);
    if let Some(verdict) = verifier::ask("atom.py", &[], &broken) {
        assert_eq!(verdict["ok"], false, "the grammar is asked");
    }
    again_changes_nothing(&desk, "atom");
}
