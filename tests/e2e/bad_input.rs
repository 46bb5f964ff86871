//! Bad input gets a clear error that names what, where and what to do; the rest goes on; nothing is lost.

use std::os::unix::fs::PermissionsExt;

use serde_json::Value;

use crate::documents::{ACQUIRED, Report, page, rss, source};
use crate::origin::{Answer, Document, Origin};
use crate::program::Place;

/// A pass over one good feed and one that answers as told; gives why the bad one failed.
fn beside_a_good_one(answer: impl Into<Answer>) -> (String, Value) {
    beside_a_good_one_with("", answer)
}

fn beside_a_good_one_with(settings: &str, answer: impl Into<Answer>) -> (String, Value) {
    let origin = Origin::start();
    let report = Report::new("w1", origin.url("/w1"), "Globex to acquire Acme Robotics for $1.2 billion", ACQUIRED);
    origin.serve("/good.xml", rss("Good", &[report]));
    origin.serve("/bad.xml", answer);
    let feeds = [("bad", origin.url("/bad.xml")), ("good", origin.url("/good.xml"))];
    let place = Place::new(&source("wire", &feeds));
    place.write("tidings.toml", &format!("[net]\nallow = [\"127.0.0.0/8\"]\n{settings}"));
    let pass = place.run(&["run", "--once", "--json"]);
    let told = pass.json();
    assert_eq!(told["articles"], 1, "the good feed was read: {told}");
    let why = told["failed"].as_array().unwrap().iter().find(|failed| failed["feed"] == "bad");
    let why = why.map(|failed| failed["why"].as_str().unwrap().to_owned()).unwrap_or_default();
    assert_eq!(pass.code(), if why.is_empty() { 0 } else { 3 }, "{told}");
    (why, told)
}

#[track_caller]
fn names(why: &str, words: &[&str]) {
    for word in words {
        assert!(why.contains(word), "no {word:?} in {why:?}");
    }
}

#[test]
fn a_feed_that_is_a_web_page() {
    let (why, _) = beside_a_good_one(page("Our new design", ACQUIRED));
    names(&why, &["HTML"]);
}

#[test]
fn an_empty_feed() {
    let (why, _) = beside_a_good_one(Document::new("application/rss+xml", ""));
    names(&why, &["empty"]);
}

#[test]
fn a_binary_feed() {
    let (why, _) = beside_a_good_one(Document::new("application/rss+xml", vec![0x89, b'P', b'N', b'G', 0, 1, 2, 255]));
    assert!(!why.is_empty());
}

#[test]
fn r35_a_feed_of_fifty_megabytes() {
    let (why, _) = beside_a_good_one(Answer::Huge { megabytes: 50 });
    names(&why, &["15"]);
}

#[test]
fn r35_a_gzip_bomb() {
    let (why, _) = beside_a_good_one(Answer::Bomb { megabytes: 500 });
    names(&why, &["15"]);
}

#[test]
fn r35_an_endless_body() {
    let (why, _) = beside_a_good_one(Answer::Endless);
    names(&why, &["15"]);
}

#[test]
fn r36_a_body_that_trickles() {
    let (why, _) = beside_a_good_one_with("[fetch]\ntimeout_seconds = 2\nrest_scope = \"feed\"\n", Answer::Trickle);
    names(&why, &["2 s"]);
}

#[test]
fn r37_deep_markup() {
    let deep = "<a>".repeat(100_000);
    let (why, _) = beside_a_good_one(Document::new("application/xml", format!("<rss version=\"2.0\"><channel>{deep}")));
    assert!(!why.is_empty());
}

#[test]
fn r43_a_wrong_charset_is_read_all_the_same() {
    let body = "<rss version=\"2.0\"><channel><title>x</title><item><guid>1</guid><title>Caf\u{e9} chain Acme Robotics</title>\
                </item></channel></rss>";
    let latin: Vec<u8> = body.chars().map(|letter| u8::try_from(u32::from(letter)).unwrap()).collect();
    let origin = Origin::start();
    origin.serve("/latin.xml", Document::new("application/rss+xml; charset=utf-8", latin));
    let place = Place::new(&source("wire", &[("latin", origin.url("/latin.xml"))]));
    place.run(&["run", "--once"]).ended(0);
    let found = place.run(&["search", "--json", "cafe"]).ended(0).lines();
    assert_eq!(found[0]["title"], "Caf\u{e9} chain Acme Robotics");
}

#[test]
fn a_server_that_is_not_there() {
    let origin = Origin::start();
    let gone = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let report = Report::new("w1", origin.url("/w1"), "Globex to acquire Acme Robotics", ACQUIRED);
    origin.serve("/good.xml", rss("Good", &[report]));
    let feeds = [("bad", format!("http://localhost:{}/feed.xml", gone.port())), ("good", origin.url("/good.xml"))];
    let place = Place::new(&source("wire", &feeds));
    let told = place.run(&["run", "--once"]).ended(3).stdout();
    names(&told, &["feed bad:", "articles  1"]);
}

#[test]
fn r32_loopback_is_refused_unless_allowed() {
    let origin = Origin::start();
    origin.serve("/feed.xml", rss("x", &[]));
    let place = Place::new(&source("wire", &[("inside", origin.url("/feed.xml"))]));
    place.write("tidings.toml", "");
    let told = place.run(&["run", "--once"]).ended(3).stdout();
    names(&told, &["feed inside:", "127.0.0.1", "`allow` under [net]"]);
    assert!(origin.take_asked().is_empty());
}

#[test]
fn a_page_without_text_falls_back_to_the_feed() {
    let origin = Origin::start();
    let report = Report::new("p1", origin.url("/p1.html"), "Globex to acquire Acme Robotics", ACQUIRED);
    origin.serve("/feed.xml", rss("Pages", &[report]));
    origin.serve("/p1.html", Document::new("text/html", "<html><body><script>draw()</script></body></html>"));
    let sources =
        source("pages", &[("pages", origin.url("/feed.xml"))]).replace("own = true", "own = true\nfetch = \"page\"");
    let place = Place::new(&sources);
    place.run(&["run", "--once"]).ended(0);
    assert_eq!(place.run(&["search", "--json", "Dayton"]).ended(0).lines().len(), 1, "the feed's own words are kept");
}

#[test]
fn a_destination_that_is_down_loses_nothing() {
    let origin = Origin::start();
    let report = Report::new("w1", origin.url("/w1"), "Globex to acquire Acme Robotics for $1.2 billion", ACQUIRED);
    origin.serve("/good.xml", rss("Good", &[report]));
    origin.serve("/hook", Answer::Status(503, Vec::new()));
    let place = Place::with_webhook(&source("wire", &[("good", origin.url("/good.xml"))]), &origin.url("/hook"));
    let pass = place.run(&["run", "--once", "--json"]).ended(3).json();
    assert_eq!((&pass["delivered"], &pass["dead"]), (&0.into(), &0.into()), "{pass}");
    assert!(pass["retrying"].as_u64().unwrap() >= 1);
    let tried = origin.asked("/hook");
    let status = place.run(&["deliver", "status"]).ended(0).stdout();
    names(&status, &["crm", "503"]);
    place.run(&["deliver", "test", "crm"]).ended(1);

    origin.serve("/hook", Answer::Status(204, Vec::new()));
    place.run(&["deliver", "test", "crm"]).ended(0);
    place.run(&["deliver", "retry"]).ended(0);
    std::thread::sleep(std::time::Duration::from_secs(7));
    place.run(&["run", "--once"]).ended(0);
    let arrived = origin.asked("/hook");
    let id = |asked: &crate::origin::Asked| asked.headers["webhook-id"].clone();
    let same = arrived.iter().filter(|asked| asked.status == 204 && id(asked) == id(&tried[0])).count();
    assert_eq!(same, 1, "r55: it arrives under the id of the first attempt");
}

#[test]
fn r56_a_destination_that_refuses_for_good_keeps_the_message_for_replay() {
    let origin = Origin::start();
    let report = Report::new("w1", origin.url("/w1"), "Globex to acquire Acme Robotics for $1.2 billion", ACQUIRED);
    origin.serve("/good.xml", rss("Good", &[report]));
    origin.serve("/hook", Answer::Status(422, Vec::new()));
    let place = Place::with_webhook(&source("wire", &[("good", origin.url("/good.xml"))]), &origin.url("/hook"));
    let pass = place.run(&["run", "--once", "--json"]).ended(3).json();
    assert!(pass["dead"].as_u64().unwrap() >= 1, "{pass}");
    origin.serve("/hook", Answer::Status(204, Vec::new()));
    place.run(&["deliver", "retry", "crm"]).ended(0);
    let pass = place.run(&["run", "--once", "--json"]).ended(0).json();
    assert!(pass["delivered"].as_u64().unwrap() >= 1, "{pass}");
}

#[test]
fn a_missing_configuration_is_named() {
    let place = Place::new("");
    std::fs::remove_file(place.config().join("watchlist.toml")).unwrap();
    place.run(&["run", "--once"]).ended(2).said(&["watchlist.toml", "hint:"]);
    std::fs::remove_dir_all(place.config()).unwrap();
    place.run(&["check"]).ended(2).said(&["config", "hint:"]);
}

#[test]
fn an_unreadable_configuration_is_named() {
    let place = Place::new("");
    std::fs::write(place.config().join("watchlist.toml"), [0xff, 0xfe, 0x00]).unwrap();
    place.run(&["check"]).ended(2).said(&["watchlist.toml"]);
}

#[test]
fn a_wrong_configuration_names_file_line_and_nearest_name_and_starts_nothing() {
    let place = Place::new("");
    place.write("watchlist.toml", "[[account]]\nid = \"acme\"\nname = \"Acme\"\nalias = [\"A\"]\n");
    place.run(&["run", "--once"]).ended(2).said(&["watchlist.toml:4", "alias", "aliases"]);
    place.write(
        "watchlist.toml",
        "[[account]]\nid = \"acme\"\nname = \"Acme\"\n\n[[account]]\nid = \"acme\"\nname = \"B\"\n",
    );
    place.run(&["check"]).ended(2).said(&["watchlist.toml:6", "acme"]);
    place.write(
        "watchlist.toml",
        "[[account]]\nid = \"acme\"\nname = \"Acme\"\nrelations = [{ kind = \"rival_of\", to = \"acmee\" }]\n",
    );
    place.run(&["check"]).ended(2).said(&["watchlist.toml:4", "acmee", "acme"]);
    place.write("watchlist.toml", "[[account]]\nid = \"acme\"\nname = 7\n");
    place.run(&["check"]).ended(2).said(&["watchlist.toml:3"]);
    assert!(!place.data().exists(), "nothing was started");
}

#[test]
fn a_folder_without_permission_is_named() {
    // Root may write anywhere, so a file stands where the folder should be; for others the folder is closed too.
    let place = Place::new("");
    std::fs::write(place.data(), "").unwrap();
    place.run(&["run", "--once"]).ended(1).said(&["index", "hint:", "--data-dir"]);
    std::fs::remove_file(place.data()).unwrap();
    std::fs::create_dir(place.data()).unwrap();
    std::fs::set_permissions(place.data(), std::fs::Permissions::from_mode(0o500)).unwrap();
    let ran = place.run(&["run", "--once"]);
    std::fs::set_permissions(place.data(), std::fs::Permissions::from_mode(0o700)).unwrap();
    assert!(ran.code() == 0 || ran.stderr().contains("index"), "{}", ran.stderr());
}

#[test]
fn an_inbox_before_the_first_pass_says_what_to_do() {
    let place = Place::new("");
    place.run(&["inbox", "list"]).ended(1).said(&["nothing has been read yet", "tidings run --once"]);
    place.run(&["search", "rain"]).ended(1).said(&["hint:"]);
}

#[test]
fn an_unknown_card_says_how_to_find_one() {
    let place = Place::new("");
    place.run(&["run", "--once"]).ended(0);
    place.run(&["inbox", "accept", "ffffffff"]).ended(1).said(&["ffffffff", "inbox list"]);
    let told = place.run(&["--json", "inbox", "show", "ffffffff"]).ended(1).json();
    assert!(told["error"]["message"].as_str().unwrap().contains("ffffffff"));
}
