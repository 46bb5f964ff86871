//! Tables in files, read by the csv module of Python; and what may be wrong with a file.

use std::os::unix::fs::PermissionsExt as _;

use super::desk::Desk;
use super::lists::{again_changes_nothing, desk, live, names, written};
use crate::verifier;

#[test]
fn r51_a_table_holds_no_formula_whatever_happens() {
    let desk = desk("csv");
    let life = live(&desk);
    let text = written(&desk, "csv");
    if let Some(verdict) = verifier::ask("table.py", &[], &text) {
        assert_eq!(verdict["ok"], true, "{verdict}");
        let rows = verdict["rows"].as_array().unwrap();
        assert_eq!(rows.len(), names().len() + 1, "one row a card");
        let row = |id: &str| rows.iter().find(|row| row["id"] == id).expect("a row");
        assert_eq!(row(&life.ids[0])["state"], "done");
        assert_eq!(row(&life.ids[1])["state"], "accepted");
        assert_eq!(row(&life.withdrawn)["state"], "withdrawn");
        let outcome = row(&life.ids[0])["outcome"].as_str().unwrap();
        assert!(outcome.contains("+49 30"), "{outcome}");
    }
    let broken = format!("{text}=1+1{}\r\n", ",".repeat(16));
    if let Some(verdict) = verifier::ask("table.py", &[], &broken) {
        assert_eq!(verdict["ok"], false, "formulas are looked for");
    }
    again_changes_nothing(&desk, "csv");
}

#[test]
fn two_destinations_on_one_file_are_refused() {
    let two = "[[deliver.destinations]]\nkind = \"csv\"\nid = \"a\"\npath = \"x/desk.csv\"\n\n\
               [[deliver.destinations]]\nkind = \"atom\"\nid = \"b\"\npath = \"./x/desk.csv\"\n";
    let desk = Desk::new(two, 1, &[], |_| String::new());
    desk.place.run(&["check"]).ended(2).said(&["destination `b` writes the file of `a`", "give each its own `path`"]);
    desk.place.write(
        "tidings.toml",
        "[[deliver.destinations]]\nkind = \"icalendar\"\nid = \"a\"\npath = \"../tidings.db\"\n",
    );
    desk.place.run(&["check"]).ended(2).said(&["climbs by `..`"]);
}

#[test]
fn r56_a_folder_that_may_not_be_written_to_waits_for_a_person() {
    let desk = desk("csv");
    let folder = desk.place.data().join("delivered");
    // A file stands where the folder should be: even who may do everything cannot write there.
    std::fs::create_dir_all(desk.place.data()).unwrap();
    std::fs::write(&folder, "in the way").unwrap();
    let id = desk.accepted();
    desk.pass();
    let status = desk.place.run(&["deliver", "status", "--json"]).ended(0).json();
    assert_eq!(status["destinations"][0]["state"], "paused", "{status}");
    let why = status["destinations"][0]["why"].as_str().unwrap();
    assert!(why.contains("let this user write there") && why.contains("`tidings deliver retry`"), "{why}");
    desk.place.run(&["deliver", "test", "desk"]).ended(1).said(&["let this user write there"]);
    std::fs::remove_file(&folder).unwrap();
    desk.place.run(&["deliver", "test", "desk"]).ended(0).said(&["can be written"]);
    desk.place.run(&["deliver", "retry"]).ended(0);
    desk.pass();
    assert_eq!(desk.delivery(&id)["state"], "delivered");
    let text = written(&desk, "csv");
    assert!(text.contains(&id), "{text}");
    // A file that may be read by others stays so when it is written anew.
    let file = folder.join("desk.csv");
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o640)).unwrap();
    desk.place.run(&["inbox", "done", &id, "--outcome", "meeting"]).ended(0);
    desk.pass();
    assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o640);
    assert!(written(&desk, "csv").contains(",done,"));
}
