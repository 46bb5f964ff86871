//! A playbook tried on the archive before it is switched on.

use crate::documents::{ACQUIRED, LAUNCHED, Report, rss, source};
use crate::origin::Origin;
use crate::program::Place;

/// A place that has read of a client that is bought, and of a rival's launch.
fn place() -> (Origin, Place) {
    let origin = Origin::start();
    let report = |guid, title, text| Report::new(guid, origin.url(&format!("/{guid}")), title, text);
    let reports = [
        report("w1", "Globex to acquire Acme Robotics for $1.2 billion", ACQUIRED),
        report("w2", "Palletron Systems launches new sorting robot", LAUNCHED),
    ];
    origin.serve("/wire.xml", rss("Wire", &reports));
    let place = Place::new(&source("wire", &[("wire", origin.url("/wire.xml"))]));
    place.run(&["run", "--once"]).ended(0);
    (origin, place)
}

#[test]
fn a_playbook_without_a_play_loses_its_cards() {
    let (_origin, place) = place();
    let before = place.run(&["inbox", "list", "--all", "--json"]).ended(0).lines();
    let shipped = tidings::touchpoint::Playbook::shipped_text();
    place.write("trial.toml", &shipped.replace("\"acquisition\"", "\"recall\""));
    let trial = place.config().join("trial.toml");
    let trial = trial.to_str().unwrap();

    let told = place.run(&["plan", "replay", "--playbook", trial, "--json"]).ended(0).json();
    assert_ne!(told["old"], told["new"], "{told}");
    assert_eq!(told["stories"], 2, "{told}");
    assert_eq!(told["vanish"]["count"], 1, "{told}");
    let example = &told["vanish"]["examples"][0];
    assert_eq!(example["account"], "acme");
    assert_eq!(example["headline"], "Globex to acquire Acme Robotics for $1.2 billion");
    let acquired = told["plays"].as_array().unwrap().iter().find(|play| play["play"] == "client-acquired").unwrap();
    assert_eq!((&acquired["old"], &acquired["new"]), (&1.into(), &0.into()));
    let of_mia = told["weeks"].as_array().unwrap().iter().find(|week| week["owner"] == "mia").unwrap();
    assert!(of_mia["old"].as_u64() > Some(0), "{told}");

    place.run(&["plan", "replay", "--playbook", trial]).ended(0).said(&[
        "2 stories from ",
        "(in force)",
        "client-acquired",
        "(-1)",
        "NO LONGER MADE · 1",
        "Acme Robotics",
        "Globex to acquire Acme Robotics for $1.2 billion",
    ]);
    let after = place.run(&["inbox", "list", "--all", "--json"]).ended(0).lines();
    assert_eq!(before, after, "a trial leaves no trace");
}

#[test]
fn the_same_rules_make_the_same_cards() {
    let (_origin, place) = place();
    let told = place.run(&["plan", "replay", "--json"]).ended(0).json();
    assert_eq!(told["old"], told["new"]);
    assert_eq!(told["cards"]["old"], told["cards"]["new"]);
    assert!(told["cards"]["old"].as_u64() > Some(0), "{told}");
    assert_eq!((&told["vanish"]["count"], &told["changed"]), (&0.into(), &0.into()));
    place.run(&["plan", "replay"]).ended(0).said(&["Both playbooks say the same."]);
    place.run(&["plan"]).ended(0).said(&["Week "]);
}

#[test]
fn a_broken_playbook_is_told_with_its_place() {
    let (_origin, place) = place();
    place.write("broken.toml", "[[play]]\nid = 3\n");
    let broken = place.config().join("broken.toml");
    let ran = place.run(&["plan", "replay", "--playbook", broken.to_str().unwrap()]).ended(2);
    assert!(ran.stderr().contains("broken.toml:"), "{}", ran.stderr());
    place.run(&["plan", "replay", "--playbook", "/nowhere/playbook.toml"]).ended(2);
    place.run(&["plan", "replay", "--from", "2026-02-02", "--to", "2026-02-01"]).ended(2);
}
