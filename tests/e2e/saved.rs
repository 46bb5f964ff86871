//! Searches that watch: saved, held up to what comes, told once a story.

use std::io::{Read, Write};
use std::net::TcpStream;

use serde_json::Value;

use crate::documents::{ACQUIRED, ACQUIRED_AS_COPIED, RAIN, Report, rss, source};
use crate::origin::{Answer, Origin};
use crate::program::{Place, eventually};

const RULES: &str = "The new rules for warehouse robots apply from January, the ministry said on Monday. Acme Robotics and \
    other makers had asked for more time. Inspectors will visit every site within a year.";

/// An origin with one empty feed and a hook, and a place that polls it.
fn place() -> (Origin, Place) {
    let origin = Origin::start();
    origin.serve("/wire.xml", rss("Wire", &[]));
    origin.serve("/hook", Answer::Status(204, Vec::new()));
    let place = Place::with_webhook(&source("wire", &[("wire", origin.url("/wire.xml"))]), &origin.url("/hook"));
    (origin, place)
}

fn acquired(origin: &Origin, text: &'static str) -> Report {
    Report::new("w1", origin.url("/w1"), "Globex to acquire Acme Robotics for $1.2 billion", text)
}

/// Serves these reports and reads them.
fn read(origin: &Origin, place: &Place, reports: &[Report]) {
    origin.serve("/wire.xml", rss("Wire", reports));
    place.run(&["run", "--once", "--now"]).ended(0);
}

/// What the hook was told of saved searches.
fn told(origin: &Origin) -> Vec<(String, Value)> {
    let messages = origin.asked("/hook").into_iter().map(|asked| {
        let id = asked.headers.get("webhook-id").unwrap().to_str().unwrap().to_owned();
        (id, serde_json::from_slice::<Value>(&asked.body).unwrap())
    });
    messages.filter(|(_, message)| message["type"] == "saved_search.matched").collect()
}

fn matches(place: &Place, name: &str) -> Vec<Value> {
    place.run(&["saved", "matches", name, "--json"]).ended(0).lines()
}

fn counts(place: &Place, name: &str) -> (i64, i64) {
    let listed = place.run(&["saved", "list", "--json"]).ended(0).lines();
    let search = listed.iter().find(|search| search["name"] == name).unwrap_or_else(|| panic!("no {name}: {listed:?}"));
    (search["stories"].as_i64().unwrap(), search["articles"].as_i64().unwrap())
}

#[test]
fn a_story_is_told_once_and_its_further_reports_count() {
    let (origin, place) = place();
    place.run(&["saved", "add", "deals", "\"agreed to acquire\" client:acme -football", "--webhook", "crm"]).ended(0);
    place.run(&["saved", "add", "sport", "football", "--webhook", "crm"]).ended(0);
    let first = acquired(&origin, ACQUIRED);
    read(&origin, &place, std::slice::from_ref(&first));
    let messages = told(&origin);
    assert_eq!(messages.len(), 1, "{messages:?}");
    let (id, message) = &messages[0];
    let data = &message["data"];
    assert!(id.starts_with("msg_") && data["key"] == id.as_str(), "{message}");
    assert_eq!((&data["search"], &data["title"]), (&"deals".into(), &first.title.into()), "{message}");
    assert_eq!((&data["accounts"][0]["id"], &data["signals"][0]), (&"acme".into(), &"acquisition".into()), "{message}");

    let copy = Report::new("w2", origin.url("/w2"), "Globex agrees to buy Acme Robotics", ACQUIRED_AS_COPIED);
    let edited = "Update: Globex Corporation agreed to acquire Acme Robotics for $1.3 billion in cash, it said on Monday. Acme \
        Robotics makes warehouse robots in Dayton.";
    read(&origin, &place, &[Report { text: edited, ..first }, copy]);
    assert_eq!(told(&origin).len(), 1, "a copy and a new version are no second notice");
    let found = matches(&place, "deals");
    assert_eq!((found.len(), &found[0]["more"]), (1, &1.into()), "{found:?}");
    assert_eq!((counts(&place, "deals"), counts(&place, "sport")), ((1, 2), (0, 0)));
    place.run(&["saved", "list"]).ended(0).said(&["deals", "tells crm", "never"]);
    place.run(&["deliver", "status"]).ended(0).said(&["saved search deals", "delivered"]);
}

#[test]
fn what_is_found_is_suggested_to_be_shared() {
    let (origin, place) = place();
    place.run(&["saved", "add", "rules", "title:rules ministry", "--suggest", "--owner", "tom"]).ended(0);
    place.run(&["saved", "add", "state", "ministry", "--suggest"]).ended(0);
    let report = Report::new("r1", origin.url("/r1"), "New rules for warehouse robots from January", RULES);
    read(&origin, &place, &[report]);
    let cards = place.run(&["inbox", "list", "--all", "--json"]).ended(0).lines();
    let shared: Vec<_> = cards.iter().filter(|card| card["play"] == "saved-search").collect();
    assert_eq!(shared.len(), 1, "two searches, one story, one card: {cards:?}");
    let card = shared[0];
    assert_eq!((&card["account"], &card["owner"]), (&"acme".into(), &"tom".into()), "{card}");
    assert_eq!((&card["action"], &card["approach"]), (&"share".into(), &"push".into()), "{card}");
    assert!(card["title"].as_str().unwrap().starts_with("Share with Ruth Okafor, Acme Robotics: New rules"), "{card}");
    assert_eq!(card["evidence"][0]["quote"], "New rules for warehouse robots from January");
    let id = card["id"].as_str().unwrap();
    place.run(&["inbox", "show", id]).ended(0).said(&["saved search rules"]);
    place.run(&["explain", id]).ended(0).said(&["New rules for warehouse robots"]);
    place.run(&["inbox", "accept", id]).ended(0);
    place.run(&["inbox", "done", id, "--outcome", "sent it"]).ended(0);
}

#[test]
fn searches_are_saved_paused_and_forgotten() {
    let (origin, place) = place();
    place.run(&["saved", "list"]).ended(0).said(&["no search is saved"]);
    place.run(&["saved", "add", "wet", "rain", "--dry-run"]).ended(0).said(&["dry run"]);
    place.run(&["saved", "list"]).ended(0).said(&["no search is saved"]);
    place.run(&["saved", "add", "wet", "rain"]).ended(0).said(&["wet added"]);
    place.run(&["saved", "add", "wet", "rain"]).ended(0).said(&["there already"]);
    place.run(&["saved", "add", "wet", "rain -snow"]).ended(0).said(&["changed"]);
    assert_eq!(place.run(&["saved", "list", "--json"]).ended(0).json()["query"], "rain -snow");
    place.run(&["saved", "add", "bad", "(rain"]).ended(2).said(&["a bracket is not closed", "perhaps: (rain)"]);
    place.run(&["saved", "add", "a b", "rain"]).ended(2).said(&["cannot be the id", "letters, digits"]);
    place.run(&["saved", "add", "told", "rain", "--webhook", "crn"]).ended(2).said(&["did you mean `crm`?"]);
    place.run(&["saved", "add", "told", "rain", "--suggest", "--account", "amce"]).ended(2).said(&["`acme`?"]);
    place.run(&["saved", "pause", "wet"]).ended(0).said(&["wet is paused"]);
    place.run(&["saved", "pause", "wet"]).ended(0).said(&["already"]);
    let rain = |guid, link: &str| Report::new(guid, origin.url(link), "Heavy rain is expected", RAIN);
    read(&origin, &place, &[rain("r1", "/r1")]);
    assert!(matches(&place, "wet").is_empty(), "a paused search does not watch");
    place.run(&["saved", "resume", "wet"]).ended(0).said(&["wet is watched"]);
    place.run(&["saved", "test", "wet"]).ended(0).said(&["Heavy *rain* is expected", "1 articles of the last 30 days"]);
    place.run(&["saved", "test", "rain -harvest"]).ended(0).said(&["0 articles"]);
    read(&origin, &place, &[rain("r1", "/r1"), rain("r2", "/r2")]);
    assert_eq!(matches(&place, "wet").len(), 1);
    place.run(&["saved", "matches", "wet"]).ended(0).said(&["Heavy rain is expected", "1 stories since"]);
    place.run(&["saved", "remove", "wte"]).ended(1).said(&["did you mean `wet`?"]);
    place.run(&["saved", "remove", "wet"]).ended(0).said(&["forgotten"]);
    place.run(&["saved", "matches", "wet"]).ended(1).said(&["no saved search `wet`", "hint:"]);
    place.run(&["search", "--json", "saved"]).ended(0);
}

#[test]
fn the_file_wins_and_is_read_only() {
    let (origin, place) = place();
    place.run(&["saved", "add", "wet", "snow"]).ended(0);
    place.write("saved.toml", "[[saved_search]]\nname = \"wet\"\nquery = \"rain\"\nwebhook = \"crm\"\n");
    place.run(&["check"]).ended(0);
    place.run(&["saved", "list"]).ended(0).said(&["in saved.toml", "note:", "the file wins"]);
    place.run(&["saved", "remove", "wet"]).ended(2).said(&["saved.toml", "hint:"]);
    place.run(&["saved", "add", "wet", "snow"]).ended(2).said(&["saved.toml"]);
    read(&origin, &place, &[Report::new("r1", origin.url("/r1"), "Heavy rain is expected", RAIN)]);
    assert_eq!((matches(&place, "wet").len(), told(&origin).len()), (1, 1));
    place.write("saved.toml", "[[saved_search]]\nname = \"wet\"\nquery = \"lnag:de\"\nwebhok = \"crm\"\n");
    let wrong = place.run(&["check"]).ended(2);
    wrong.said(&["saved.toml:3:9", "did you mean \"lang:\"?", "perhaps: lang:de", "saved.toml:4:1", "`webhook`"]);
}

fn get(port: u16, path: &str) -> Option<String> {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).ok()?;
    write!(stream, "GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").ok()?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).ok()?;
    Some(answer)
}

#[test]
fn a_running_program_takes_a_search_up_and_serves_what_it_found() {
    let (origin, place) = place();
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    place.write(
        "tidings.toml",
        &format!("[net]\nallow = [\"127.0.0.0/8\"]\n\n[serve]\nlisten = \"127.0.0.1:{port}\"\n"),
    );
    let running = place.start(&["run"]);
    eventually("it answers", || get(port, "/healthz").is_some());
    let path = "/feeds/searches/wet.atom";
    assert!(get(port, path).unwrap().starts_with("HTTP/1.1 404"));
    place.run(&["saved", "add", "wet", "rain"]).ended(0);
    let empty = get(port, path).unwrap();
    assert!(empty.starts_with("HTTP/1.1 200") && !empty.contains("<entry>"), "{empty}");
    origin.serve("/late.xml", rss("Late", &[Report::new("r1", origin.url("/r1"), "Rain & more rain", RAIN)]));
    place.run(&["feed", "add", &origin.url("/late.xml")]).ended(0);
    eventually("an entry", || get(port, path).unwrap().contains("<entry>"));
    let feed = get(port, path).unwrap();
    assert!(feed.contains("application/atom+xml") && feed.contains("<title>Rain &amp; more rain</title>"), "{feed}");
    assert!(get(port, "/feeds/searches/wet").unwrap().starts_with("HTTP/1.1 404"));
    assert_eq!(running.stop(), Some(0));
}
