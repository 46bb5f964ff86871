//! Calendars in files and over HTTP, read by the library of Python.

use chrono::TimeDelta;
use serde_json::Value;
use tidings::model::{Clock as _, SystemClock};

use super::lists::{again_changes_nothing, desk, live, names, written};
use crate::program::eventually;
use crate::verifier;

fn component<'a>(verdict: &'a Value, id: &str) -> &'a Value {
    let all = verdict["components"].as_array().unwrap();
    all.iter()
        .find(|one| one["UID"].as_str().unwrap().starts_with(id))
        .unwrap_or_else(|| panic!("{id} is not in {all:?}"))
}

#[test]
fn r52_a_calendar_holds_all_that_is_required_whatever_happens() {
    let desk = desk("icalendar");
    let life = live(&desk);
    let text = written(&desk, "ics");
    if let Some(verdict) = verifier::ask("ics.py", &[], &text) {
        assert_eq!(verdict["ok"], true, "{verdict}");
        assert_eq!(verdict["components"].as_array().unwrap().len(), names().len() + 1, "{verdict}");
        let done = component(&verdict, &life.ids[0]);
        assert_eq!((&done["STATUS"], &done["KIND"]), (&"COMPLETED".into(), &"VTODO".into()), "{done}");
        assert_eq!(done["UID"], format!("{}:desk", life.ids[0]));
        let (accepted, ready) = (component(&verdict, &life.ids[1]), component(&verdict, &life.ids[3]));
        assert_eq!(accepted["STATUS"], "NEEDS-ACTION", "no line of its own for the title: {accepted}");
        assert!(accepted["SEQUENCE"].as_str() > ready["SEQUENCE"].as_str(), "{accepted} {ready}");
        assert!(ready["SUMMARY"].as_str().unwrap().contains("semi;comma,back\\slash\\n\"quot"), "{ready}");
        assert_eq!(ready["CONTACT"], "Ruth, \"R\"; Okafor");
        assert!(ready["DUE"].is_string() && ready["DTSTAMP"].is_string(), "{ready}");
        assert_eq!(component(&verdict, &life.withdrawn)["STATUS"], "CANCELLED");
    }
    let broken = text.replacen("DTSTAMP", "X-STAMP", 1);
    if let Some(verdict) = verifier::ask("ics.py", &[], &broken) {
        assert_eq!(verdict["ok"], false, "what is required is looked for");
    }
    again_changes_nothing(&desk, "ics");
}

#[test]
fn lists_are_subscribed_to_and_sent_once() {
    let desk = desk("csv");
    let life = live(&desk);
    let listen = free_port();
    let settings = std::fs::read_to_string(desk.place.config().join("tidings.toml")).unwrap();
    desk.place.write("tidings.toml", &format!("[serve]\nlisten = \"127.0.0.1:{listen}\"\n\n{settings}"));
    let renewal = (SystemClock.now() + TimeDelta::days(120)).date_naive();
    let watchlist = std::fs::read_to_string(desk.place.config().join("watchlist.toml")).unwrap();
    let renewed = watchlist.replacen("owner = \"mia\"\n", &format!("owner = \"mia\"\nrenewal = \"{renewal}\"\n"), 1);
    desk.place.write("watchlist.toml", &renewed);
    let running = desk.place.start(&["run", "--roles", "deliver"]);
    let url = |path: &str| format!("http://127.0.0.1:{listen}{path}");
    eventually("it listens", || get(&url("/healthz"), &[]).is_some());
    let (status, fields, all) = get(&url("/calendars/all.ics"), &[]).unwrap();
    assert_eq!((status, fields["content-type"].as_str()), (200, "text/calendar; charset=utf-8"));
    let (_, _, mia) = get(&url("/calendars/mia.ics"), &[]).unwrap();
    assert_eq!(mia.replace("Tidings: mia", "Tidings: all"), all, "mia owns everything");
    if let Some(verdict) = verifier::ask("ics.py", &[], &all) {
        assert_eq!(verdict["ok"], true, "{verdict}");
        let all = verdict["components"].as_array().unwrap();
        assert!(all.iter().any(|one| one["KIND"] == "VEVENT" && one["STATUS"] == "TENTATIVE"), "planned: {verdict}");
        assert_eq!(all.iter().filter(|one| one["KIND"] == "VTODO").count(), names().len() - 1, "open ones only");
    }
    for (field, sent) in [("if-none-match", &fields["etag"]), ("if-modified-since", &fields["last-modified"])] {
        let (status, again, body) = get(&url("/calendars/all.ics"), &[(field, sent)]).unwrap();
        assert_eq!((status, body.as_str(), &again["etag"]), (304, "", &fields["etag"]), "{field}");
    }
    let (_, feed_fields, feed) = get(&url("/feeds/touchpoints.atom"), &[]).unwrap();
    if let Some(verdict) = verifier::ask("atom.py", &[], &feed) {
        assert_eq!(verdict["ok"], true, "{verdict}");
        assert_eq!(verdict["entries"].as_array().unwrap().len(), names().len() + 1);
    }
    desk.place.run(&["inbox", "accept", &life.ids[4]]).ended(0);
    let (status, after, _) = get(&url("/calendars/all.ics"), &[("if-none-match", &fields["etag"])]).unwrap();
    assert_eq!(status, 200, "a card changed");
    assert_ne!(after["etag"], fields["etag"]);
    let (status, ..) = get(&url("/feeds/touchpoints.atom"), &[("if-none-match", &feed_fields["etag"])]).unwrap();
    assert_eq!(status, 200);
    for unknown in ["/calendars/nobody.ics", "/calendars/mia", "/calendars/.ics"] {
        assert_eq!(get(&url(unknown), &[]).unwrap().0, 404, "{unknown}");
    }
    assert_eq!(running.stop(), Some(0));
    let calendar = desk.place.run(&["export", "--touch-points", "--format", "ics"]).ended(0).stdout();
    if let Some(verdict) = verifier::ask("ics.py", &[], &calendar) {
        assert_eq!(verdict["ok"], true, "{verdict}");
        assert_eq!(verdict["components"].as_array().unwrap().len(), names().len() + 1);
    }
    let feed = desk.place.run(&["export", "--touch-points", "--format", "atom"]).ended(0).stdout();
    if let Some(verdict) = verifier::ask("atom.py", &[], &feed) {
        assert_eq!(verdict["ok"], true, "{verdict}");
    }
    desk.place.run(&["export", "--format", "ics"]).ended(2).said(&["only touch points", "--touch-points"]);
}

type Got = (u16, std::collections::BTreeMap<String, String>, String);

/// Asks with these fields; nothing where nobody listens.
fn get(url: &str, fields: &[(&str, &str)]) -> Option<Got> {
    let mut command = std::process::Command::new("curl");
    command.args(["-s", "-i", "--max-time", "20", url]);
    for (name, value) in fields {
        command.args(["-H", &format!("{name}: {value}")]);
    }
    let output = command.output().unwrap();
    if !output.status.success() {
        return None;
    }
    let text = String::from_utf8(output.stdout).unwrap();
    let (head, body) = text.split_once("\r\n\r\n").unwrap();
    let mut lines = head.lines();
    let status = lines.next().unwrap().split(' ').nth(1).unwrap().parse().unwrap();
    let fields =
        lines.filter_map(|line| line.split_once(": ")).map(|(name, value)| (name.to_owned(), value.to_owned()));
    Some((status, fields.collect(), body.to_owned()))
}

fn free_port() -> u16 {
    std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}
