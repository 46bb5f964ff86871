//! The demo: offline, from nothing to a filled inbox, and away again.

use std::process::Command;

use serde_json::Value;

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

    let config = ["--config", "demo/config", "--data-dir", "demo/index"];
    let search = tidings(folder.path(), &[&config[..], &["search", "--json", "client:dunmore"]].concat());
    assert!(search.status.success() && !search.stdout.is_empty());
    assert!(tidings(folder.path(), &["demo", "--remove"]).status.success());
    assert!(!folder.path().join("demo").exists());
}

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
