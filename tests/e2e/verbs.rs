//! Verbs that tell of the program itself: what completes it, its manual, and what it knows of what was added at run time.

use std::path::Path;
use std::process::Command;

use crate::documents::{ACQUIRED, RAIN, Report, rss, source};
use crate::origin::Origin;
use crate::program::{Place, Ran};

#[test]
fn completions_for_every_shell_know_every_verb() {
    let place = Place::new("");
    for (shell, verb) in
        [("bash", "inspect"), ("zsh", "inbox"), ("fish", "watch"), ("elvish", "doctor"), ("powershell", "deliver")]
    {
        let script = place.run(&["completions", shell]).ended(0).stdout();
        for word in ["tidings", verb, "completions", "--data-dir"].map(|word| word.trim_start_matches('-')) {
            assert!(script.contains(word), "no {word} for {shell}");
        }
    }
    let script = place.config().join("tidings.bash");
    std::fs::write(&script, place.run(&["completions", "bash"]).ended(0).stdout()).unwrap();
    assert!(Command::new("bash").arg("-n").arg(&script).status().unwrap().success(), "bash reads it");
    place.run(&["completions", "basic"]).ended(2).said(&["basic", "possible values", "fish"]);
}

#[test]
fn manual_pages_are_written() {
    let place = Place::new("");
    let page = place.run(&["man"]).ended(0).stdout();
    for part in [".TH tidings 1", ".SH NAME", ".SH SYNOPSIS", "tidings\\-inspect(1)", "\\-\\-config"] {
        assert!(page.contains(part), "no {part} in {page}");
    }
    let folder = place.config().join("man1");
    let shown = folder.to_str().unwrap();
    place.run(&["man", "--dir", shown]).ended(0).said(&[shown]);
    for name in ["tidings.1", "tidings-watch.1", "tidings-watch-add.1", "tidings-completions.1"] {
        assert!(folder.join(name).is_file(), "{name}");
    }
    let file = folder.join("tidings.1");
    place.run(&["man", "--dir", file.to_str().unwrap()]).ended(1).said(&["cannot write manual pages", "hint:"]);
}

/// A place whose only account and feed were added at run time.
fn added() -> (Origin, Place) {
    let origin = Origin::start();
    let report = Report::new("w1", origin.url("/w1"), "Globex to acquire Acme Robotics for $1.2 billion", ACQUIRED);
    origin.serve("/wire.xml", rss("Wire", &[report]).etag("\"1\""));
    let place = Place::new("");
    place.write("watchlist.toml", "");
    place.run(&["watch", "add", "Acme Robotics, Inc.", "--id", "acme", "--owner", "mia"]).ended(0);
    place.run(&["feed", "add", &origin.url("/wire.xml"), "--source", "Wire"]).ended(0);
    (origin, place)
}

#[test]
fn check_and_doctor_count_what_was_added_at_run_time() {
    let place = Place::new("");
    let told = place.run(&["check", "--json"]).ended(0).json();
    assert_eq!(
        (&told["accounts"], &told["added_accounts"], &told["feeds"]),
        (&3.into(), &0.into(), &0.into()),
        "{told}"
    );
    assert!(!place.data().exists(), "nothing was made");

    let (_origin, place) = added();
    let told = place.run(&["check", "--json"]).ended(0).json();
    assert_eq!((&told["accounts"], &told["added_accounts"]), (&1.into(), &1.into()), "{told}");
    assert_eq!((&told["feeds"], &told["added_feeds"], &told["sources"]), (&1.into(), &1.into(), &1.into()), "{told}");
    place.run(&["check"]).ended(0).said(&["1 account (1 added at run time), 1 feed (1 added at run time) of 1 source"]);
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    place.write(
        "tidings.toml",
        &format!("[net]\nallow = [\"127.0.0.0/8\"]\n\n[serve]\nlisten = \"127.0.0.1:{port}\"\n"),
    );
    let told = place.run(&["doctor", "--json"]).ended(0).json();
    let finding = |probe: &str| {
        let findings = told["findings"].as_array().unwrap();
        findings
            .iter()
            .find(|finding| finding["probe"] == probe)
            .unwrap_or_else(|| panic!("no {probe}: {told}"))
            .clone()
    };
    assert_eq!(finding("configuration")["state"], "ok", "{told}");
    assert!(finding("configuration")["what"].as_str().unwrap().contains("1 accounts (1 added at run time)"), "{told}");
    assert!(finding("network")["what"].as_str().unwrap().contains("127.0.0.1"), "the added feed's host: {told}");

    place.write("watchlist.toml", "[[account]]\nid = \"acme\"\nname = \"Acme Bakery\"\n");
    place.run(&["check"]).ended(0).said(&["note: account `acme`", "the file wins", "1 account, "]);
    place.run(&["doctor", "--offline"]).ended(0).said(&["roster", "the file wins", "hint: give it another id"]);

    std::fs::write(place.data().join("tidings.db"), "no database").unwrap();
    place.run(&["check"]).ended(0).said(&["no problems", "note: cannot look what was added at run time"]);
}

#[test]
fn a_card_about_an_added_account_from_an_added_feed_is_explained() {
    let (origin, place) = added();
    place.run(&["run", "--once"]).ended(0);
    let cards = place.run(&["inbox", "list", "--all", "--json"]).ended(0).lines();
    let id = cards[0]["id"].as_str().unwrap();
    place.run(&["explain", id]).ended(0).said(&[
        &format!("feed wire ({})", origin.url("/wire.xml")),
        "mention acme (Acme Robotics, Inc.)",
        "claim acquisition about acme",
    ]);
    let article = place.run(&["explain", id, "--json"]).ended(0).json()["articles"][0]["id"].clone();
    place.run(&["explain", article.as_str().unwrap()]).ended(0).said(&["mention acme (Acme Robotics, Inc.)"]);
}

#[test]
fn search_follows_the_settings_of_the_configuration() {
    let origin = Origin::start();
    origin.serve("/wire.xml", rss("Wire", &[Report::new("w1", origin.url("/w1"), "Rain at last", RAIN)]));
    let place = Place::new(&source("wire", &[("wire", origin.url("/wire.xml"))]));
    let settings = "[net]\nallow = [\"127.0.0.0/8\"]\n";
    place.write("tidings.toml", &format!("{settings}[search]\ntitle_weight = 5\nexcerpt_letters = 40\n"));
    place.run(&["run", "--once"]).ended(0);
    let ran_in = |data: &Path, arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_tidings"));
        command.arg("--config").arg(place.config()).arg("--data-dir").arg(data).args(arguments);
        Ran::of(command.env_remove("TIDINGS_LOG").output().unwrap())
    };
    let excerpt = |data: &Path| {
        let found = ran_in(data, &["search", "--json", "harvest"]).ended(0).lines();
        found[0]["excerpt"]["text"].as_str().unwrap().chars().count()
    };
    assert!(excerpt(&place.data()) < 60, "as short as was set: {}", excerpt(&place.data()));

    let file = place.config().join("articles.ndjson");
    std::fs::write(&file, serde_json::json!({ "id": "1", "title": "Rain", "text": RAIN }).to_string()).unwrap();
    let elsewhere = place.data().with_file_name("imported");
    ran_in(&elsewhere, &["import", file.to_str().unwrap()]).ended(0);
    assert!(excerpt(&elsewhere) > 60, "an import knows no configuration");

    place.write("tidings.toml", "[search]\ntitle_wait = 5\n");
    ran_in(&elsewhere, &["search", "harvest"]).ended(0).said(&["note:", "title_wait", "harvest"]);
}
