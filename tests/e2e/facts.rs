//! What other systems tell, the gate before a contact, and what follows one.

use std::io::{Read, Write};
use std::net::TcpStream;

use chrono::TimeDelta;
use serde_json::{Value, json};

use tidings::model::{Clock, SystemClock};

use crate::documents::{Report, rss, source};
use crate::origin::Origin;
use crate::program::{Place, SECRET, eventually};

const RAISED: &str = "Acme Robotics said on Tuesday it has raised $80 million in a Series C round led by Northgate Ventures. Acme \
    Robotics, which makes warehouse robots in Dayton, will use the money to build a second plant.";

const TOKEN: &str = "a-token-of-more-than-24-characters";

/// A client with an owner and a contact whose mail address is known, and one without anything.
const CLIENTS: &str = r#"
[[account]]
id = "acme"
name = "Acme Robotics, Inc."
aliases = ["Acme Robotics"]
domains = ["acme-robotics.example"]
tier = "A"
owner = "mia"
external_ids = { desk = "A-77" }
contacts = [
  { name = "Ruth Okafor", role = "COO", sponsor = true, email = "ruth@acme-robotics.example" },
  { name = "Sam Ito", role = "CIO" },
]

[[account]]
id = "initech"
name = "Initech Ltd"
owner = "tom"
"#;

/// A place that polls one feed, with nothing in it yet.
fn place() -> (Origin, Place) {
    let origin = Origin::start();
    origin.serve("/wire.xml", rss("Wire", &[]));
    let place = Place::new(&source("wire", &[("wire", origin.url("/wire.xml"))]));
    place.write("watchlist.toml", CLIENTS);
    (origin, place)
}

fn fact(id: &str, kind: &str, more: &Value) -> Value {
    let at = (SystemClock.now() - TimeDelta::hours(1)).to_rfc3339();
    let mut fact = json!({ "system": "desk", "id": id, "kind": kind, "account": "acme", "at": at });
    for (key, value) in more.as_object().unwrap() {
        fact[key] = value.clone();
    }
    fact
}

/// Tells facts by file, and has them answered.
fn tell(place: &Place, facts: &[Value]) {
    let lines: Vec<String> = facts.iter().map(Value::to_string).collect();
    place.write("told.ndjson", &lines.join("\n"));
    let file = place.config().join("told.ndjson");
    place.run(&["fact", "import", file.to_str().unwrap()]).ended(0);
    pass(place);
}

fn pass(place: &Place) -> Value {
    place.run(&["run", "--once", "--now", "--json"]).ended(0).json()
}

fn inbox(place: &Place) -> Vec<Value> {
    place.run(&["inbox", "list", "--json"]).ended(0).lines()
}

fn all(place: &Place) -> Vec<Value> {
    place.run(&["inbox", "list", "--all", "--json"]).ended(0).lines()
}

fn by_play(cards: &[Value], play: &str) -> Value {
    let card = cards.iter().find(|card| card["play"] == play);
    card.unwrap_or_else(|| panic!("no {play} in {cards:?}")).clone()
}

fn id(value: &Value) -> String {
    value["id"].as_str().unwrap().to_owned()
}

fn check<'c>(card: &'c Value, about: &str) -> &'c Value {
    let checks = card["checks"].as_array().unwrap();
    checks.iter().find(|check| check["about"] == about).unwrap_or_else(|| panic!("no {about} in {checks:?}"))
}

/// The good news of Acme comes over the wire.
fn good_news(origin: &Origin, place: &Place) -> Value {
    let report = Report::new("w1", origin.url("/w1"), "Acme Robotics raises $80 million in Series C", RAISED);
    origin.serve("/wire.xml", rss("Wire", &[report]).etag("\"2\""));
    pass(place);
    by_play(&all(place), "client-good-news")
}

#[test]
fn facts_come_by_file_once_and_bad_lines_are_told() {
    let (_origin, place) = place();
    let good = fact("t1", "ticket_opened", &json!({ "reference": "ticket 123", "priority": "P1" }));
    let other = fact("t2", "orders_down", &json!({ "account": null, "external_id": "A-77", "amount": 30 }));
    let by_name = fact("t3", "orders_down", &json!({ "account": "Acme Robotics" }));
    let lines = [good.to_string(), "no json".to_owned(), other.to_string(), by_name.to_string()].join("\n");
    place.write("told.ndjson", &lines);
    let file = place.config().join("told.ndjson");
    let file = file.to_str().unwrap();
    place.run(&["fact", "import", file, "--dry-run"]).ended(3).said(&["2 added", "line 2:", "line 4:", "dry run"]);
    assert!(place.run(&["fact", "list", "--json"]).ended(0).lines().is_empty(), "a dry run changes nothing");
    let taken = place.run(&["fact", "import", file, "--json"]).ended(3).json();
    assert_eq!(taken["added"].as_array().unwrap().len(), 2, "{taken}");
    assert_eq!(taken["refused"][0]["line"], 2, "{taken}");
    assert!(taken["refused"][1]["reason"].as_str().unwrap().contains("a name is not enough"), "{taken}");
    let again = place.run(&["fact", "import", file, "--json"]).ended(3).json();
    assert_eq!((again["added"].as_array().unwrap().len(), &again["unchanged"]), (0, &2.into()), "{again}");

    let told = pass(&place);
    assert_eq!(told["told"], 2, "{told}");
    assert_eq!(pass(&place)["told"], 0, "answered once");
    let card = by_play(&inbox(&place), "ticket-opened-severe");
    assert_eq!((&card["account"], &card["owner"]), (&"acme".into(), &"mia".into()));
    assert!(card["cause"].as_str().unwrap().starts_with("fact:"), "{card}");
    assert!(card["title"].as_str().unwrap().starts_with("Check Acme Robotics: ticket 123 opened (P1)"), "{card}");
    let listed = place.run(&["fact", "list", "--account", "acme", "--json"]).ended(0).lines();
    assert_eq!(listed.len(), 2);
    assert!(listed.iter().all(|fact| fact["answer"].as_str().unwrap().contains("card")), "{listed:?}");
    assert_eq!(listed[0]["who"], "tester");
    assert!(place.run(&["fact", "list", "--account", "initech", "--json"]).ended(0).lines().is_empty());

    let day = SystemClock.now().date_naive();
    let table = format!(
        "System,ID,Kind,Domain,At,Amount\ncrm,9,survey_answered,acme-robotics.example,{day},3\ncrm,10,wrong,x,{day},1\n"
    );
    place.write("told.csv", &table);
    let file = place.config().join("told.csv");
    place.run(&["fact", "import", file.to_str().unwrap()]).ended(3).said(&["1 added", "line 3:", "no kind of fact"]);
    pass(&place);
    by_play(&inbox(&place), "survey-low");
}

#[test]
fn a_ticket_holds_a_card_and_its_end_releases_it() {
    let (origin, place) = place();
    tell(&place, &[fact("t1", "ticket_opened", &json!({ "reference": "123", "priority": "P1" }))]);
    let card = good_news(&origin, &place);
    assert_eq!(card["state"], "checking", "{card}");
    assert!(card["title"].as_str().unwrap().starts_with("Settle ticket 123 first: "), "{card}");
    assert!(card["opening"].as_str().unwrap().contains("ticket 123"), "{card}");
    assert_eq!(check(&card, "invoices")["state"], "not_connected", "finance never told anything");
    assert_eq!(check(&card, "tickets")["state"], "open");
    let id = id(&card);
    place.run(&["inbox", "accept", &id]).ended(1).said(&["first settle or waive: ticket 123 (P1)", "inbox check"]);
    place.run(&["inbox", "approve", &id]).ended(1).said(&["first settle or waive"]);
    place.run(&["inbox", "show", &id]).ended(0).said(&["open support tickets: settle it first", "not connected"]);

    tell(&place, &[fact("t2", "ticket_closed", &json!({ "reference": "Ticket #123" }))]);
    let card = by_play(&inbox(&place), "client-good-news");
    assert_eq!(card["state"], "ready", "{card}");
    assert!(card["title"].as_str().unwrap().starts_with("Note to Ruth Okafor"), "{card}");
    place.run(&["inbox", "show", &id]).ended(0).said(&["nothing is in the way any more", "none is open"]);
    let opened = by_play(&all(&place), "ticket-opened-severe");
    assert_eq!(opened["state"], "withdrawn", "the card about the ticket falls with it: {opened}");
    place.run(&["inbox", "accept", &id]).ended(0);
}

#[test]
fn a_check_is_answered_or_waived_by_name_and_that_is_undone_exactly() {
    let (origin, place) = place();
    place.write("tidings.toml", "[net]\nallow = [\"127.0.0.0/8\"]\n\n[touchpoint]\ncooldown_days = 0\ndaily_new = 9\n");
    let bounced = json!({ "contact": "ruth@acme-robotics.example" });
    tell(&place, &[fact("t1", "ticket_opened", &json!({ "reference": "123" })), fact("m1", "mail_bounced", &bounced)]);
    let successor = by_play(&inbox(&place), "mail-bounced");
    assert_eq!(successor["contact"], "Sam Ito", "{successor}");
    place.run(&["inbox", "dismiss", &id(&successor), "--code", "known"]).ended(0);
    origin.take_asked();
    let before = good_news(&origin, &place);
    let id = id(&before);
    place.run(&["inbox", "check", &id, "tickets"]).ended(2);
    place
        .run(&["inbox", "check", &id, "nonsense", "--waive", "x"])
        .ended(2)
        .said(&["no check", "1 open support tickets"]);
    place.run(&["inbox", "check", &id, "contact", "--answer", "reached her by phone"]).ended(0).said(&["checking"]);
    place
        .run(&["inbox", "check", &id, "tickets", "--waive", "she asked for the call", "--who", "lea"])
        .ended(0)
        .said(&["ready"]);
    let shown = place.run(&["inbox", "show", &id, "--json"]).ended(0).json();
    assert_eq!(check(&shown["card"], "tickets")["by"], "lea");
    place.run(&["inbox", "show", &id]).ended(0).said(&["waived, she asked for the call (lea)", "ready by lea"]);
    place.run(&["inbox", "undo", &id]).ended(0).said(&["checking"]);
    place.run(&["inbox", "undo", &id]).ended(0).said(&["checking"]);
    let after = by_play(&all(&place), "client-good-news");
    let stripped = |card: &Value| {
        let mut card = card.clone();
        for field in ["revision", "updated"] {
            card.as_object_mut().unwrap().remove(field);
        }
        card
    };
    assert_eq!(stripped(&after), stripped(&before), "as it was");
}

#[test]
fn only_named_approvers_approve_and_words_are_held_to_what_is_banned() {
    let (origin, place) = place();
    let cut = "Acme Robotics said on Monday it will cut 300 jobs, a tenth of its workforce. Acme Robotics, which makes \
        warehouse robots in Dayton, said the layoffs begin in January.";
    let report = Report::new("w1", origin.url("/w1"), "Acme Robotics to cut 300 jobs", cut);
    origin.serve("/wire.xml", rss("Wire", &[report]).etag("\"2\""));
    place.write("tidings.toml", "[net]\nallow = [\"127.0.0.0/8\"]\n\n[touchpoint]\nleads = { mia = \"lea\" }\n");
    pass(&place);
    let card = by_play(&inbox(&place), "client-layoffs");
    assert_eq!((&card["state"], &card["gate"]["approvers"]), (&"checking".into(), &json!(["lea"])), "{card}");
    let id = id(&card);
    place.run(&["inbox", "approve", &id]).ended(1).said(&["tester cannot approve it; lea can"]);
    let mut nobody = place.command(&["inbox", "approve", &id]);
    let nobody = crate::program::Ran::of(nobody.env_remove("TIDINGS_WHO").output().unwrap());
    nobody.ended(2).said(&["must be named"]);
    let reword = |words: &str| place.run(&["inbox", "reword", &id, "--opening", words]);
    reword("I just wanted to touch base.").ended(2).said(&["banned phrase \"touch base\""]);
    reword("A good time to talk about your renewal?").ended(2).said(&["banned phrase"]);
    reword("How are you all?").ended(0);
    place.run(&["inbox", "approve", &id, "--who", "lea"]).ended(0).said(&["ready"]);
    let shown = place.run(&["inbox", "show", &id, "--json"]).ended(0).json();
    assert_eq!(
        (&shown["card"]["opening"], &shown["card"]["gate"]["approved"]),
        (&"How are you all?".into(), &"lea".into())
    );

    // After bad news nobody sells: the card that would waits, and is there.
    tell(&place, &[fact("n1", "newsletter_clicked", &json!({ "contact": "Sam Ito" }))]);
    let cards = all(&place);
    let selling: Vec<&Value> = cards.iter().filter(|card| card["approach"] == "marketing").collect();
    assert!(selling.iter().all(|card| card["state"] == "checking"), "{selling:?}");
}

#[test]
fn promises_come_first_until_they_are_kept() {
    let (origin, place) = place();
    let card = good_news(&origin, &place);
    let yesterday = (SystemClock.now().date_naive() - TimeDelta::days(1)).to_string();
    let next_year = (SystemClock.now().date_naive() + TimeDelta::days(300)).to_string();
    place.run(&["inbox", "done", &id(&card), "--promise", "x"]).ended(2);
    place.run(&["inbox", "done", &id(&card), "--answer", "budget=big"]).ended(2).said(&["no answer"]);
    let done = [
        "inbox",
        "done",
        &id(&card),
        "--outcome",
        "meeting",
        "--note",
        "she asked for a visit",
        "--answer",
        "budget=cut:frozen until May",
        "--answer",
        "headcount=grown",
        "--promise",
        "send the audit report",
        "--by",
        &yesterday,
        "--promise",
        "invite to the plant",
        "--by",
        &next_year,
        "--who",
        "mia",
    ];
    place.run(&done).ended(0).said(&["done"]);
    let promises = place.run(&["inbox", "promises", "--json"]).ended(0).lines();
    assert_eq!(promises.len(), 2);
    assert_eq!((&promises[0]["what"], &promises[0]["days_late"]), (&"send the audit report".into(), &1.into()));
    assert_eq!(promises[0]["owner"], "mia");
    place.run(&["inbox", "promises"]).ended(0).said(&["overdue 1 d", "send the audit report"]);

    let answers = place.run(&["inbox", "answers", "--json"]).ended(0).lines();
    assert_eq!(answers.len(), 2, "{answers:?}");
    let budget = answers.iter().find(|answer| answer["field"] == "budget").unwrap();
    assert_eq!((&budget["trend"], &budget["note"]), (&"shrunk".into(), &"frozen until May".into()));
    place.run(&["inbox", "confirm", &id(budget)]).ended(0).said(&["confirmed"]);
    assert_eq!(place.run(&["inbox", "answers", "--json"]).ended(0).lines().len(), 1, "one still waits for a yes");
    place.run(&["inbox", "undo", &id(budget)]).ended(0).said(&["proposed"]);

    assert_eq!(pass(&place)["told"], 1);
    assert_eq!(pass(&place)["told"], 0, "one card for a promise");
    let first = inbox(&place).remove(0);
    assert_eq!((&first["play"], &first["owner"]), (&"promise-overdue".into(), &"mia".into()), "{first}");
    assert!(first["title"].as_str().unwrap().contains("send the audit report"), "{first}");
    place.run(&["report"]).ended(0).said(&[
        "PROMISES OVERDUE",
        "“send the audit report”",
        "play client-good-news: 1 of 1 answered (meeting 1)",
    ]);

    let promise = id(&promises[0]);
    place.run(&["inbox", "kept", &promise[..10]]).ended(0).said(&["kept"]);
    place.run(&["inbox", "kept", &promise]).ended(1).said(&["is kept"]);
    assert_eq!(by_play(&all(&place), "promise-overdue")["state"], "withdrawn");
    place.run(&["inbox", "undo", &promise]).ended(0).said(&["open"]);
    assert_eq!(by_play(&all(&place), "promise-overdue")["state"], "ready", "what fell with it stands up with it");
    place.run(&["inbox", "done", &id(&first), "--outcome", "no-answer"]).ended(0);
    assert_eq!(place.run(&["inbox", "promises", "--json"]).ended(0).lines().len(), 2, "nobody was reached");
    place.run(&["inbox", "undo", &id(&first)]).ended(0);
    place.run(&["inbox", "done", &id(&first), "--outcome", "replied"]).ended(0);
    assert_eq!(place.run(&["inbox", "promises", "--json"]).ended(0).lines().len(), 1, "kept by its card");
    place.run(&["inbox", "undo", &id(&first)]).ended(0);
    assert_eq!(place.run(&["inbox", "promises", "--json"]).ended(0).lines().len(), 2, "and open again with it");

    place.run(&["inbox", "undo", &id(&card)]).ended(0).said(&["taken back: done"]);
    assert!(
        place.run(&["inbox", "promises", "--json"]).ended(0).lines().is_empty(),
        "what the contact brought is gone"
    );
    assert!(place.run(&["inbox", "answers", "--json"]).ended(0).lines().is_empty());
    assert_eq!(by_play(&all(&place), "promise-overdue")["state"], "withdrawn", "and its reminder");
    place.run(&done).ended(0);
    assert_eq!(by_play(&all(&place), "promise-overdue")["state"], "ready", "promised again, reminded again");
}

#[test]
fn a_dismissal_teaches_and_the_lesson_is_seen_and_taken_back() {
    let (origin, place) = place();
    let card = good_news(&origin, &place);
    place.run(&["inbox", "dismiss", &id(&card), "--code", "wrong-company"]).ended(0);
    let lessons = place.run(&["inbox", "lessons", "--json"]).ended(0).lines();
    assert_eq!(lessons.len(), 1);
    assert_eq!((&lessons[0]["account"], &lessons[0]["who"]), (&"acme".into(), &"tester".into()), "{lessons:?}");
    assert!(lessons[0]["alias"].as_str().unwrap().starts_with("Acme"), "{lessons:?}");
    place.run(&["inbox", "lessons"]).ended(0).said(&["wrong-company", "only with support"]);
    let lesson = id(&lessons[0]);
    place.run(&["inbox", "unlearn", &lesson[..10]]).ended(0).said(&["forgotten"]);
    assert!(place.run(&["inbox", "lessons", "--json"]).ended(0).lines().is_empty());
    place.run(&["inbox", "undo", &lesson]).ended(0).said(&["counts"]);
    place.run(&["inbox", "undo", &id(&card)]).ended(0).said(&["taken back: dismissed"]);
    assert!(
        place.run(&["inbox", "lessons", "--json"]).ended(0).lines().is_empty(),
        "a dismissal taken back teaches nothing"
    );

    // Trivial once: the play needs more belief, so that what was barely believed makes no card.
    place.run(&["inbox", "dismiss", &id(&card), "--code", "trivial"]).ended(0);
    place.run(&["inbox", "lessons"]).ended(0).said(&["play client-good-news needs more belief"]);
}

/// A port that is free now.
fn free_port() -> u16 {
    std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// Posts to the running program; gives status and body.
fn post(port: u16, headers: &[(&str, &str)], body: &str) -> (u16, String) {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
    let mut head =
        format!("POST /api/v1/facts HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Length: {}\r\n", body.len());
    for (name, value) in headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    head.push_str("Connection: close\r\n\r\n");
    stream.write_all(head.as_bytes()).unwrap();
    // A refusal may come before the body is read.
    let _ = stream.write_all(body.as_bytes());
    let mut answer = String::new();
    let _ = stream.read_to_string(&mut answer);
    let status = answer.split(' ').nth(1).and_then(|code| code.parse().ok()).unwrap_or(0);
    (status, answer.split_once("\r\n\r\n").map_or(String::new(), |(_, body)| body.to_owned()))
}

fn serving(door: &str) -> (Origin, Place, u16) {
    let (origin, place) = place();
    let port = free_port();
    place.write("token", TOKEN);
    place.write("secret", SECRET);
    place.write(
        "tidings.toml",
        &format!("[net]\nallow = [\"127.0.0.0/8\"]\n\n[serve]\nlisten = \"127.0.0.1:{port}\"\n{door}"),
    );
    (origin, place, port)
}

#[test]
fn facts_come_over_the_network_by_token_and_by_signature() {
    let (_origin, place, port) = serving("[serve.facts]\ntoken_file = \"token\"\nsecret_file = \"secret\"\n");
    let running = place.start(&["run"]);
    eventually("it listens", || TcpStream::connect(("127.0.0.1", port)).is_ok());
    let bearer = format!("Bearer {TOKEN}");
    let key = ("Authorization", bearer.as_str());
    let json_type = ("Content-Type", "application/json");
    let ticket = fact("t1", "ticket_opened", &json!({ "reference": "123" })).to_string();

    for (headers, status) in [
        (vec![json_type], 401),
        (vec![json_type, ("Authorization", "Bearer wrong")], 401),
        (vec![key, ("Content-Type", "text/plain")], 415),
        (vec![key, json_type, ("Origin", "https://evil.example")], 403),
    ] {
        assert_eq!(post(port, &headers, &ticket).0, status, "{headers:?}");
    }
    let (status, body) = post(port, &[key, json_type], "{");
    assert_eq!((status, body.contains("about:blank")), (400, true), "{body}");
    let huge = format!("\"{}\"", "x".repeat(2 * 1024 * 1024));
    assert!(matches!(post(port, &[key, json_type], &huge).0, 413 | 0), "r35: the body has a cap");
    let unknown = fact("t9", "ticket_opened", &json!({ "account": "nobody" })).to_string();
    let (status, body) = post(port, &[key, json_type], &unknown);
    let problem: Value = serde_json::from_str(&body).unwrap();
    assert_eq!((status, &problem["errors"][0]["place"]), (422, &1.into()), "{problem}");

    let (status, body) = post(port, &[key, json_type], &ticket);
    assert_eq!(status, 200, "{body}");
    let several = format!("[{ticket}, {unknown}]");
    let (status, body) = post(port, &[key, json_type], &several);
    let taken: Value = serde_json::from_str(&body).unwrap();
    assert_eq!((status, &taken["unchanged"], &taken["refused"][0]["place"]), (200, &1.into(), &2.into()), "{taken}");
    eventually("a card of it", || place.run(&["inbox", "list", "--json"]).stdout().contains("ticket-opened-severe"));

    let signed = fact("o1", "orders_down", &json!({ "amount": 30 })).to_string();
    let now = SystemClock.now().timestamp();
    let signature = standardwebhooks::Webhook::new(SECRET).unwrap().sign("msg_1", now, signed.as_bytes()).unwrap();
    let stamp = now.to_string();
    let headers =
        [json_type, ("webhook-id", "msg_1"), ("webhook-timestamp", stamp.as_str()), ("webhook-signature", &signature)];
    assert_eq!(post(port, &headers, &signed.replace("30", "31")).0, 401, "another body");
    assert_eq!(post(port, &headers, &signed).0, 200);
    eventually("a card of the webhook", || place.run(&["inbox", "list", "--json"]).stdout().contains("orders-down"));
    let told = place.run(&["fact", "list", "--json"]).ended(0).lines();
    let whos: Vec<&str> = told.iter().filter_map(|fact| fact["who"].as_str()).collect();
    assert!(whos.contains(&"api") && whos.contains(&"webhook"), "{whos:?}");
    assert_eq!(running.stop(), Some(0));
}

#[test]
fn r48_without_a_key_nobody_tells_anything() {
    let (_origin, place, port) = serving("");
    let running = place.start(&["run"]);
    eventually("it listens", || TcpStream::connect(("127.0.0.1", port)).is_ok());
    let (status, body) = post(port, &[("Authorization", "Bearer "), ("Content-Type", "application/json")], "{}");
    assert_eq!((status, body.contains("serve.facts")), (403, true), "{body}");
    assert_eq!(running.stop(), Some(0));
    place.write("token", "short");
    place.write("tidings.toml", "[serve.facts]\ntoken_file = \"token\"\n");
    place.run(&["check"]).ended(2).said(&["shorter than 24 characters"]);
}
