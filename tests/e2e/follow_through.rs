//! What is learned and decided after a contact: answers that change the account, the playbook that a card was written by,
//! what dismissals moved, and the log of who changed what.

use chrono::TimeDelta;
use serde_json::{Value, json};

use tidings::model::{Clock, SystemClock};
use tidings::touchpoint::Playbook;

use crate::documents::{rss, source};
use crate::origin::Origin;
use crate::program::Place;

/// A client whose file states contacts and a goal, and one that says nothing but its owner.
const CLIENTS: &str = r#"
[[account]]
id = "acme"
name = "Acme Robotics, Inc."
tier = "A"
owner = "mia"
goal = "shorter delivery times"
contacts = [
  { name = "Ruth Okafor", role = "COO", sponsor = true },
  { name = "Sam Ito", role = "CIO" },
]

[[account]]
id = "initech"
name = "Initech Ltd"
owner = "tom"
"#;

fn place() -> (Origin, Place) {
    let origin = Origin::start();
    origin.serve("/wire.xml", rss("Wire", &[]));
    let place = Place::new(&source("wire", &[("wire", origin.url("/wire.xml"))]));
    place.write("watchlist.toml", CLIENTS);
    place.write("tidings.toml", "[net]\nallow = [\"127.0.0.0/8\"]\n\n[touchpoint]\ncooldown_days = 0\n");
    (origin, place)
}

/// Orders of an account fall: a card to call it is born.
fn orders_fall(place: &Place, key: &str, account: &str) -> Value {
    let at = (SystemClock.now() - TimeDelta::hours(1)).to_rfc3339();
    let fact = json!({ "system": "erp", "id": key, "kind": "orders_down", "account": account, "at": at, "amount": 30 });
    place.write("told.ndjson", &fact.to_string());
    let file = place.config().join("told.ndjson");
    place.run(&["fact", "import", file.to_str().unwrap()]).ended(0);
    place.run(&["run", "--once", "--json"]).ended(0);
    let open = place.run(&["inbox", "list", "--json"]).ended(0).lines();
    let card = open.iter().find(|card| card["account"] == account && card["play"] == "orders-down");
    card.unwrap_or_else(|| panic!("no card for {account} in {open:?}")).clone()
}

fn id(value: &Value) -> String {
    value["id"].as_str().unwrap().to_owned()
}

fn account(place: &Place, id: &str) -> Value {
    place.run(&["watch", "show", id, "--json"]).ended(0).json()
}

/// Closes a card with these answers, and confirms them all; gives them.
fn told(place: &Place, card: &Value, answers: &[&str]) -> Vec<Value> {
    let card = id(card);
    let mut done = vec!["inbox", "done", &card, "--outcome", "replied"];
    for answer in answers {
        done.extend(["--answer", answer]);
    }
    place.run(&done).ended(0);
    let told = place.run(&["inbox", "answers", "--json"]).ended(0).lines();
    assert_eq!(told.len(), answers.len(), "{told:?}");
    for answer in &told {
        place.run(&["inbox", "confirm", &id(answer), "--who", "lea"]).ended(0);
    }
    told
}

fn field<'a>(list: &'a [Value], field: &str) -> &'a Value {
    list.iter().find(|one| one["field"] == field).unwrap_or_else(|| panic!("no {field} in {list:?}"))
}

#[test]
fn a_confirmed_answer_changes_the_account_and_is_taken_back() {
    let (_origin, place) = place();
    let first = orders_fall(&place, "1", "initech");
    let answers = told(
        &place,
        &first,
        &[
            "budget=cut:frozen until May",
            "renewal=2031-03-01",
            "contact=Dana Reyes:CFO",
            "area=spare parts: all of them",
        ],
    );
    let shown = account(&place, "initech");
    assert_eq!(shown["account"]["renewal"], "2031-03-01", "{shown}");
    assert_eq!(shown["account"]["contacts"][0]["name"], "Dana Reyes");
    assert_eq!(shown["account"]["area"], "spare parts: all of them");
    let told_list = shown["told"].as_array().unwrap();
    let budget = field(told_list, "budget");
    assert_eq!(
        (&budget["effect"], &budget["who"], &budget["judged"]["who"]),
        (&"known".into(), &"tester".into(), &"lea".into())
    );
    assert_eq!(field(told_list, "renewal")["effect"], "fills");
    place.run(&["watch", "show", "initech"]).ended(0).said(&[
        "told in contacts",
        "budget shrunk (frozen until May): told to tester in card",
        "confirmed by lea",
    ]);

    let month = SystemClock.now().format("%B %Y");
    let second = orders_fall(&place, "2", "initech");
    let said = format!("You said in {month} that budgets shrank.");
    let points = second["talking_points"].as_array().unwrap();
    assert!(points.contains(&said.clone().into()), "{second}");
    assert_eq!(second["contact"], "Dana Reyes", "{second}");
    place.run(&["explain", &id(&second)]).ended(0).said(&["the account told", "budget shrunk", &said]);

    place.run(&["inbox", "reject", &id(field(&answers, "renewal"))]).ended(0).said(&["rejected"]);
    assert!(account(&place, "initech")["account"]["renewal"].is_null());
    place.run(&["inbox", "undo", &id(field(&answers, "contact"))]).ended(0).said(&["proposed"]);
    assert!(account(&place, "initech")["account"]["contacts"].as_array().is_none_or(Vec::is_empty));
    place.run(&["inbox", "undo", &id(&first)]).ended(0).said(&["taken back: done"]);
    let shown = account(&place, "initech");
    assert_eq!(shown["told"], json!([]), "what the contact brought goes with it");
    assert!(shown["account"]["area"].is_null(), "{shown}");
}

#[test]
fn a_file_wins_and_the_line_to_change_is_named() {
    let (_origin, place) = place();
    let card = orders_fall(&place, "1", "acme");
    let card = id(&card);
    let done =
        ["inbox", "done", &card, "--outcome", "meeting", "--answer", "goal=fewer returns", "--answer", "left=Sam Ito"];
    place.run(&done).ended(0);
    let answers = place.run(&["inbox", "answers", "--json"]).ended(0).lines();
    let line = CLIENTS.lines().position(|line| line.starts_with("goal")).unwrap() + 1;
    let confirm = |which: &str| place.run(&["inbox", "confirm", &id(field(&answers, which))]);
    confirm("goal").ended(0).said(&["goal still says \"shorter delivery times\"", &format!("change line {line} of")]);
    let line = CLIENTS.lines().position(|line| line.contains("Sam Ito")).unwrap() + 1;
    confirm("left").ended(0).said(&["contacts still says \"Sam Ito\"", &format!("change line {line} of")]);
    let shown = account(&place, "acme");
    assert_eq!(shown["account"]["goal"], "shorter delivery times", "the file wins: {shown}");
    assert_eq!(
        field(shown["told"].as_array().unwrap(), "goal")["effect"],
        json!({ "contradicts": { "stated": "shorter delivery times" } })
    );

    place.write("watchlist.toml", &CLIENTS.replace("shorter delivery times", "fewer returns"));
    let shown = account(&place, "acme");
    assert_eq!(field(shown["told"].as_array().unwrap(), "goal")["effect"], "agrees", "{shown}");
    for (answer, wrong) in [("renewal=soon", "no answer"), ("left=", "no answer"), ("weather=good", "no answer")] {
        place.run(&["inbox", "done", &card, "--answer", answer]).ended(2).said(&[wrong, "hint"]);
    }
}

#[test]
fn an_account_of_the_database_goes_by_what_is_newer() {
    let (_origin, place) = place();
    place.run(&["watch", "add", "Umbra Ltd", "--id", "umbra", "--renewal", "2030-01-01", "--owner", "mia"]).ended(0);
    let card = orders_fall(&place, "1", "umbra");
    let answers = told(&place, &card, &["renewal=2031-06-30"]);
    assert_eq!(account(&place, "umbra")["account"]["renewal"], "2031-06-30");
    place
        .run(&["watch", "add", "Umbra Ltd", "--id", "umbra", "--renewal", "2030-01-01", "--owner", "mia"])
        .ended(0)
        .said(&["there already"]);
    place.write("accounts.csv", "id,name,goal\numbra,Umbra Ltd,calm\n");
    let file = place.config().join("accounts.csv");
    place.run(&["watch", "import", file.to_str().unwrap()]).ended(0).said(&["1 changed"]);
    let shown = account(&place, "umbra");
    assert_eq!(shown["account"]["renewal"], "2030-01-01", "the record was written down later: {shown}");
    place.run(&["inbox", "undo", &id(&answers[0])]).ended(0);
    place.run(&["inbox", "confirm", &id(&answers[0])]).ended(0).said(&["the account goes by it"]);
    assert_eq!(account(&place, "umbra")["account"]["renewal"], "2031-06-30");
}

#[test]
fn a_card_names_its_playbook_and_explain_tells_that_it_changed() {
    let (_origin, place) = place();
    let card = orders_fall(&place, "1", "acme");
    let version = card["playbook"].as_str().unwrap().to_owned();
    let in_force = || place.run(&["config", "show", "--json"]).ended(0).json()["playbook"]["version"].clone();
    assert_eq!(in_force(), version.as_str());
    place.run(&["config", "show"]).ended(0).said(&[&format!("# playbook {version}: the shipped one")]);
    place.run(&["inbox", "show", &id(&card)]).ended(0).said(&[&format!("· playbook {version} ·")]);
    let explained = place.run(&["explain", &id(&card)]).ended(0);
    assert!(!explained.stdout().contains("has changed since"), "{}", explained.stdout());

    let other =
        Playbook::shipped_text().replace("How does the year look from your side?", "How is the year on your side?");
    place.write("playbook.toml", &other);
    assert_ne!(in_force(), version.as_str());
    place
        .run(&["explain", &id(&card)])
        .ended(0)
        .said(&[&format!("written by playbook {version}"), "has changed since"]);
    let explained = place.run(&["explain", &id(&card), "--json"]).ended(0).json();
    assert_eq!(explained["playbook"], in_force());
    assert_eq!(explained["cards"][0]["card"]["playbook"], version.as_str());
    let exported = place.run(&["export", "--touch-points", "--json"]).ended(0);
    assert!(exported.stdout().contains(&version), "{}", exported.stdout());
    let next = orders_fall(&place, "2", "initech");
    assert_eq!(next["playbook"], in_force(), "a new card is written by the new rules");
}

#[test]
fn the_log_tells_who_changed_what_and_the_way_back() {
    let (_origin, place) = place();
    let card = orders_fall(&place, "1", "acme");
    let card = id(&card);
    let who = |name: &'static str, arguments: &[&str]| {
        let mut all = arguments.to_vec();
        all.extend(["--who", name]);
        place.run(&all).ended(0);
    };
    who("ann", &["inbox", "accept", &card]);
    who(
        "ann",
        &[
            "inbox",
            "done",
            &card,
            "--outcome",
            "replied",
            "--answer",
            "budget=same",
            "--promise",
            "a report",
            "--by",
            "2031-01-01",
        ],
    );
    let answer = id(&place.run(&["inbox", "answers", "--json"]).ended(0).lines()[0]);
    let promise = id(&place.run(&["inbox", "promises", "--json"]).ended(0).lines()[0]);
    who("ben", &["inbox", "confirm", &answer]);
    who("ben", &["inbox", "kept", &promise]);
    who("cleo", &["watch", "add", "Umbra Ltd", "--id", "umbra"]);
    who("cleo", &["watch", "remove", "umbra"]);
    who("cleo", &["feed", "pause", "wire"]);
    who("cleo", &["feed", "resume", "wire"]);
    who("cleo", &["deliver", "retry"]);

    let log = |arguments: &[&str]| {
        let mut all = vec!["inbox", "log", "--json"];
        all.extend(arguments);
        place.run(&all).ended(0).lines()
    };
    let everything = log(&[]);
    for (who, what) in [
        ("tester", "facts told"),
        ("ann", "accepted"),
        ("ann", "done"),
        ("ann", "answer told"),
        ("ann", "promise made"),
        ("ben", "answer"),
        ("ben", "promise"),
        ("cleo", "account added"),
        ("cleo", "account removed"),
        ("cleo", "feed paused"),
        ("cleo", "feed resumed"),
        ("cleo", "deliveries due again"),
    ] {
        let made = everything.iter().find(|one| one["who"] == who && one["what"] == what);
        let made = made.unwrap_or_else(|| panic!("no {what} by {who} in {everything:?}"));
        let back = &made["back"];
        let with = back["with"].as_str().or(back["none"].as_str()).unwrap_or_default();
        assert!(!with.is_empty(), "{what} has a way back or a reason: {made}");
        assert!(made["at"].is_string(), "{made}");
    }
    assert!(log(&["--by", "ben"]).iter().all(|one| one["who"] == "ben"));
    let whats =
        |list: &[Value]| -> Vec<String> { list.iter().map(|one| one["what"].as_str().unwrap().to_owned()).collect() };
    let of_card = whats(&log(&[&card]));
    for what in ["suggested", "accepted", "done", "answer told", "answer", "promise made", "promise"] {
        assert!(of_card.iter().any(|one| one == what), "no {what} in {of_card:?}");
    }
    assert!(!of_card.iter().any(|one| one.starts_with("account") || one.starts_with("feed")), "{of_card:?}");
    assert!(whats(&log(&["acme"])).iter().any(|one| one == "fact orders_down"));
    assert_eq!(whats(&log(&["umbra"])), ["account removed", "account added"], "also of what is no longer watched");
    assert_eq!(whats(&log(&["wire"])), ["feed resumed", "feed paused"]);
    assert_eq!(whats(&log(&[&answer[..9]])), ["answer", "answer told"]);
    place.run(&["inbox", "log", "nothing"]).ended(1).said(&["no touch point"]);
    place.run(&["inbox", "log", &card]).ended(0).said(&["by ann", "back with: tidings inbox undo"]);

    // The ways back that it names work.
    for made in log(&["wire"]).iter().chain(&log(&["--by", "ben"])) {
        let back = made["back"]["with"].as_str().unwrap();
        place.run(&back.split(' ').skip(1).collect::<Vec<_>>()).ended(0);
    }
}

#[test]
fn the_report_opens_outcomes_with_what_came_back_and_names_what_was_learned() {
    let (origin, place) = place();
    let card = orders_fall(&place, "1", "initech");
    told(&place, &card, &["budget=cut", "size=same"]);
    let text = "Acme Robotics said on Tuesday it has raised $80 million in a Series C round led by Northgate Ventures. Acme \
        Robotics, which makes warehouse robots in Dayton, will use the money to build a second plant.";
    let report =
        crate::documents::Report::new("w1", origin.url("/w1"), "Acme Robotics raises $80 million in Series C", text);
    origin.serve("/wire.xml", rss("Wire", &[report]).etag("\"2\""));
    place.run(&["run", "--once", "--now", "--json"]).ended(0);
    let open = place.run(&["inbox", "list", "--json"]).ended(0).lines();
    let news = open.iter().find(|card| card["play"] == "client-good-news").unwrap_or_else(|| panic!("{open:?}"));
    place.run(&["inbox", "dismiss", &id(news), "--code", "trivial"]).ended(0);
    let lesson = id(&place.run(&["inbox", "lessons", "--json"]).ended(0).lines()[0]);
    let short = &lesson[..9];
    let ran = place.run(&["report"]).ended(0).said(&[
        "1 reply, 2 answers (2 confirmed)",
        "LEARNED FROM DISMISSALS",
        "play client-good-news needs more belief: 0.05 more (trivial), since",
        &format!("by 1 dismissal; back with: tidings inbox unlearn {short}"),
        "funding 0 of 1",
        "by source: ",
    ]);
    let outcomes = ran.stdout().split_once("OUTCOMES\n").unwrap().1.lines().next().unwrap().trim().to_owned();
    assert_eq!(outcomes, "1 reply, 2 answers (2 confirmed)", "outcomes open with what came back");
    let json = place.run(&["report", "--json"]).ended(0).json();
    assert_eq!((&json["learned"][0]["dismissals"], &json["learned"][0]["code"]), (&1.into(), &"trivial".into()));
    assert_eq!((&json["outcomes"]["replies"], &json["outcomes"]["confirmed"]), (&1.into(), &2.into()));
    place.run(&["inbox", "unlearn", short]).ended(0).said(&["forgotten"]);
    assert_eq!(place.run(&["report", "--json"]).ended(0).json()["learned"], json!([]));
}
