//! The demo: offline, from nothing to a filled inbox, and away again.

use std::process::Command;

use serde_json::Value;

use crate::documents::{Report, rss, source};
use crate::origin::Origin;
use crate::program::Place;

fn said(output: &std::process::Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

fn tidings(folder: &std::path::Path, arguments: &[&str]) -> std::process::Output {
    Command::new(env!("CARGO_BIN_EXE_tidings")).current_dir(folder).args(arguments).output().unwrap()
}

#[test]
fn the_demo_fills_an_inbox_and_goes_away_again() {
    let folder = tempfile::tempdir().unwrap();
    let played = tidings(folder.path(), &["demo", "--json"]);
    assert!(played.status.success(), "{}", String::from_utf8_lossy(&played.stderr));
    let told: Value = serde_json::from_slice(&played.stdout).unwrap();
    assert!(told["articles"].as_u64().unwrap() >= 200, "{}", told["articles"]);
    let inbox = told["inbox"].as_array().unwrap();
    let card =
        |account: &str, kind: &str| inbox.iter().find(|card| card["account"] == account && card["signal_type"] == kind);
    assert_eq!(card("ardenvale", "acquisition").expect("the acquired client")["alarm"], true);
    let layoffs = card("dunmore", "layoffs").expect("the client that cuts jobs");
    assert!(layoffs["tact"] == true && layoffs["approval"] == true, "{layoffs}");
    let death = card("iverna", "leadership_change").expect("the client that mourns");
    assert_eq!(death["play"], "client-death", "{death}");
    assert!(
        inbox.iter().all(|card| card["account"] != "eastmoor" || card["signal_type"] != "legal"),
        "a namesake's fraud"
    );

    let brief = &told["brief"];
    assert_eq!(brief["quiet"]["could_not_look"][0]["feed"], "demo-review", "the broken feed: {}", brief["quiet"]);
    assert!(brief["outcomes"]["done"].as_u64().unwrap() > 0 && !brief["rival_moves"].as_array().unwrap().is_empty());
    assert!(told["search"]["results"].as_array().unwrap().len() > 1, "{}", told["search"]);

    let place = ["--config", "demo/config", "--data-dir", "demo/index"];
    let search = tidings(folder.path(), &[&place[..], &["search", "--json", "client:dunmore"]].concat());
    assert!(search.status.success() && !search.stdout.is_empty());
    let checked = tidings(folder.path(), &[&place[..], &["check"]].concat());
    assert!(checked.status.success(), "{}", said(&checked));

    // What somebody adds to it is not thrown away with it.
    let watched = tidings(folder.path(), &[&place[..], &["watch", "add", "Own Works Ltd"]].concat());
    assert!(watched.status.success(), "{}", said(&watched));
    for again in [&["demo"][..], &["demo", "--remove"]] {
        let refused = tidings(folder.path(), again);
        assert_eq!(refused.status.code(), Some(2));
        assert!(said(&refused).contains("something of yours beside the demo: account own-works"), "{}", said(&refused));
    }
    let parted = tidings(folder.path(), &[&place[..], &["demo", "--remove"]].concat());
    assert!(parted.status.success(), "{}", said(&parted));
    let left = tidings(folder.path(), &[&place[..], &["watch", "list", "--json"]].concat());
    assert!(said(&left).contains("Own Works") && !said(&left).contains("dunmore"), "{}", said(&left));
}

#[test]
fn the_demo_is_told_on_narrow_lines_with_the_commands_that_tell_it_again() {
    let folder = tempfile::tempdir().unwrap();
    let played = tidings(folder.path(), &["demo", "--no-input"]);
    assert!(played.status.success(), "{}", said(&played));
    let told = String::from_utf8(played.stdout).unwrap();
    let wide: Vec<_> = told.lines().filter(|line| line.chars().count() > 80).collect();
    assert!(wide.is_empty() && !told.contains('\u{1b}'), "{wide:?}");
    // Every command that is shown works as it stands.
    let typed = told.replace("\\\n", "");
    let commands: Vec<_> = typed.lines().filter_map(|line| line.strip_prefix("$ tidings ")).collect();
    assert_eq!(commands.len(), 4, "{commands:?}");
    for command in commands {
        let ran = tidings(folder.path(), &command.split_whitespace().collect::<Vec<_>>());
        assert!(ran.status.success() && !ran.stdout.is_empty(), "{command}: {}", said(&ran));
    }
    let counted = tidings(folder.path(), &["demo", "--remove", "--dry-run"]);
    assert!(
        said(&counted).contains("would be removed") && said(&counted).contains("touch_point"),
        "{}",
        said(&counted)
    );
    assert!(folder.path().join("demo/index/tidings.db").exists());
    std::fs::write(folder.path().join("demo/notes.txt"), "mine").unwrap();
    assert!(tidings(folder.path(), &["demo", "--remove"]).status.success());
    assert!(!folder.path().join("demo/config").exists() && !folder.path().join("demo/index").exists());
    assert!(folder.path().join("demo/notes.txt").exists(), "a file that the demo did not write");
}

#[test]
fn init_with_the_demo_is_gone_on_with_and_freed_of_it() {
    let origin = Origin::start();
    origin.serve("/own.xml", rss("Own", &[Report::new("o1", origin.url("/o1"), "Acme hires", OWN)]));
    let place = Place::new("");
    for name in ["tidings.toml", "watchlist.toml", "sources.toml"] {
        std::fs::remove_file(place.config().join(name)).unwrap();
    }
    place.run(&["init", "--demo", "--dry-run"]).ended(0);
    assert!(!place.config().join("watchlist.toml").exists(), "a dry run writes nothing");
    place.run(&["init", "--demo"]).ended(0).said(&["watchlist.toml", "inbox list", "demo --remove"]);
    place.run(&["check"]).ended(0);
    place.run(&["feed", "list"]).ended(0).said(&["demo-ledger", "paused"]);
    place.run(&["inbox", "list"]).ended(0).said(&["Ardenvale Foods"]);
    let again = place.run(&["init", "--demo"]).ended(2);
    again.said(&["refusing to overwrite", "demo is there already"]);

    // The operator goes on with it.
    let read = |name: &str| std::fs::read_to_string(place.config().join(name)).unwrap();
    place.write("tidings.toml", "[net]\nallow = [\"127.0.0.0/8\"]\n");
    place.write("watchlist.toml", &format!("{}{OWN_ACCOUNT}", read("watchlist.toml")));
    place.write(
        "sources.toml",
        &format!("{}{}", read("sources.toml"), source("own", &[("own", origin.url("/own.xml"))])),
    );
    place.run(&["run", "--once"]).ended(0);
    place.run(&["search", "Porto"]).ended(0).said(&["Acme hires"]);
    let own_before = place.run(&["export", "client:acme"]).ended(0).stdout();
    assert!(own_before.contains("Acme hires"));

    let counted = place.run(&["demo", "--remove", "--dry-run", "--json"]).ended(0).json();
    assert_eq!(counted["rows"]["feed"], 12, "{counted}");
    assert!(counted["rows"]["article"].as_u64().unwrap() > 200, "{counted}");
    let related = format!("{}relations = [{{ kind = \"uses\", to = \"palletron\" }}]\n", read("watchlist.toml"));
    let unrelated = read("watchlist.toml");
    place.write("watchlist.toml", &related);
    place.run(&["demo", "--remove"]).ended(2).said(&["names an account or a source of the demo", "palletron"]);
    place.write("watchlist.toml", &unrelated);
    let removed = place.run(&["demo", "--remove", "--json"]).ended(0).json();
    assert_eq!(removed["rows"], counted["rows"]);
    assert!(read("watchlist.toml").ends_with(OWN_ACCOUNT) && !read("watchlist.toml").contains("calder"));
    assert!(!read("sources.toml").contains("demo-"));
    assert_eq!(place.run(&["export", "client:acme"]).ended(0).stdout(), own_before, "what is ours is as before");
    let found = place.run(&["search", "--json", "Acme OR Ardenvale OR Dunmore"]).ended(0).lines();
    assert_eq!(found.len(), 1, "the index follows: {found:?}");
    let cards = place.run(&["inbox", "list", "--all", "--json"]).ended(0).stdout();
    assert!(!cards.contains("Ardenvale"), "{cards}");
    place.run(&["run", "--once"]).ended(0);
    place.run(&["demo", "--remove"]).ended(1).said(&["there is no demo in"]);
}

const OWN: &str = "Acme Robotics will hire 200 people for its new plant in Porto, the company said on Monday. Acme Robotics \
    builds arms for warehouses and sells them in thirty countries.";

const OWN_ACCOUNT: &str = "\n# Ours.\n[[account]]\nid = \"acme\"\nname = \"Acme Robotics\"\nowner = \"mia\"\n";

#[test]
fn a_folder_that_is_not_the_demo_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("demo")).unwrap();
    std::fs::write(folder.path().join("demo/mine.txt"), "mine").unwrap();
    for arguments in [&["demo"][..], &["demo", "--remove"]] {
        let refused = tidings(folder.path(), arguments);
        assert_eq!(refused.status.code(), Some(2));
        assert!(String::from_utf8_lossy(&refused.stderr).contains("not the demo"));
    }
    assert!(folder.path().join("demo/mine.txt").exists());
}
