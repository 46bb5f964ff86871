//! A hub of ours pushes to the running program: subscribed, confirmed, pushed to, renewed, restarted, taken leave of.

use std::collections::HashMap;
use std::io::{Read, Write};
use std::net::TcpStream;

use ring::hmac;
use serde_json::Value;

use crate::documents::{ACQUIRED, LAUNCHED, RAIN, Report, rss, source};
use crate::origin::{Answer, Document, Origin};
use crate::program::{Place, Running, eventually};

/// A request of the hub to the program; the whole answer as text.
fn request(port: u16, method: &str, target: &str, fields: &str, body: &[u8]) -> String {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
    let head = format!(
        "{method} {target} HTTP/1.1\r\nHost: news.example\r\nConnection: close\r\n{fields}Content-Length: {}\r\n\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes()).unwrap();
    stream.write_all(body).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

fn encoded(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

/// The forms that the hub was sent, oldest first.
fn forms(origin: &Origin) -> Vec<HashMap<String, String>> {
    let asked = origin.asked("/hub");
    asked.iter().map(|asked| url::form_urlencoded::parse(&asked.body).into_owned().collect()).collect()
}

/// Where a form wants to be answered, without the public address.
fn callback(form: &HashMap<String, String>) -> String {
    form["hub.callback"].strip_prefix("https://news.example").unwrap().to_owned()
}

struct Hub {
    origin: Origin,
    place: Place,
    port: u16,
}

impl Hub {
    /// A feed that names a hub by Link fields, and a program that is reached as `news.example`.
    fn new() -> Self {
        let origin = Origin::start();
        let report = Report::new("w1", origin.url("/w1"), "Rain at last", RAIN);
        let document = rss("Wire", &[report]).etag("\"1\"");
        let links = format!("<{}>; rel=\"hub\", <{}>; rel=\"self\"", origin.url("/hub"), origin.url("/topic"));
        origin.serve("/wire.xml", document.header("link", &links));
        origin.serve("/hub", Answer::Status(202, Vec::new()));
        let place = Place::new(&source("wire", &[("wire", origin.url("/wire.xml"))]));
        let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let hub = Self { origin, place, port };
        hub.settings("public_url = \"https://news.example/\"\n");
        hub
    }

    fn settings(&self, serve: &str) {
        let port = self.port;
        self.place.write(
            "tidings.toml",
            &format!("[net]\nallow = [\"127.0.0.0/8\"]\n\n[serve]\nlisten = \"127.0.0.1:{port}\"\n{serve}"),
        );
    }

    fn start(&self) -> Running {
        let running = self.place.start(&["run"]);
        eventually("it listens", || TcpStream::connect(("127.0.0.1", self.port)).is_ok());
        running
    }

    /// Asks back, as a hub does.
    fn ask_back(&self, callback: &str, mode: &str, topic: &str, lease: u32) -> String {
        let topic = encoded(topic);
        let query = format!("hub.mode={mode}&hub.topic={topic}&hub.challenge=tell%20me&hub.lease_seconds={lease}");
        request(self.port, "GET", &format!("{callback}?{query}"), "", b"")
    }

    fn push(&self, callback: &str, signature: &str, document: &Document) -> String {
        let fields = format!("Content-Type: application/rss+xml\r\n{signature}");
        request(self.port, "POST", callback, &fields, &document.body)
    }

    fn wire(&self) -> Value {
        self.place.run(&["feed", "list", "--json"]).ended(0).lines().remove(0)
    }
}

fn signed(secret: &str, document: &Document) -> String {
    let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes()), &document.body);
    format!("X-Hub-Signature: sha256={}\r\n", hex::encode(tag))
}

#[test]
fn r17_r18_a_hub_pushes_and_nobody_else_does() {
    let hub = Hub::new();
    let running = hub.start();
    eventually("the hub is asked", || !forms(&hub.origin).is_empty());
    let form = forms(&hub.origin).remove(0);
    let topic = hub.origin.url("/topic");
    assert_eq!((form["hub.mode"].as_str(), form["hub.topic"].as_str()), ("subscribe", topic.as_str()));
    let (callback, secret) = (callback(&form), form["hub.secret"].clone());
    assert!(secret.len() >= 32 && secret.len() < 200, "{secret}");

    assert!(hub.ask_back(&callback, "subscribe", "https://other.example/", 600).starts_with("HTTP/1.1 404"));
    assert!(hub.ask_back(&callback, "unsubscribe", &topic, 600).starts_with("HTTP/1.1 404"));
    assert!(hub.ask_back("/websub/0000", "subscribe", &topic, 600).starts_with("HTTP/1.1 404"));
    assert_eq!(hub.wire()["push"]["state"], "asked");
    let answer = hub.ask_back(&callback, "subscribe", &topic, 864_000);
    assert!(answer.starts_with("HTTP/1.1 200") && answer.ends_with("\r\n\r\ntell me"), "{answer}");
    hub.place.run(&["feed", "list"]).ended(0).said(&["pushed by"]);

    let news = Report::new("w2", hub.origin.url("/w2"), "Globex to acquire Acme Robotics for $1.2 billion", ACQUIRED);
    let document = rss("Wire", &[news]);
    let lies = rss("Wire", &[Report::new("w3", hub.origin.url("/w3"), "Palletron Systems launches a lie", LAUNCHED)]);
    let wrong = signed("guessed", &lies);
    for forged in ["", "X-Hub-Signature: sha256=\r\n", &wrong, &signed(&secret, &document)] {
        assert!(hub.push(&callback, forged, &lies).starts_with("HTTP/1.1 202"), "{forged}");
    }
    assert!(hub.push("/websub/0000", &signed(&secret, &document), &document).starts_with("HTTP/1.1 410"));
    assert!(hub.push(&callback, &signed(&secret, &document), &document).starts_with("HTTP/1.1 202"));
    let found = |words: &str| hub.place.run(&["search", "--json", words]).stdout();
    eventually("what was pushed is an article", || found("Dayton").contains("/w2"));
    assert!(!found("sorting").contains("/w3"), "a forged push is not read");
    assert_eq!(hub.origin.asked("/wire.xml").len(), 1, "without a poll");
    let wire = hub.wire();
    assert_eq!((&wire["push"]["pushes"], &wire["push"]["forged"]), (&1.into(), &4.into()), "{wire}");
    assert!(!wire.to_string().contains(&secret), "r53");
    let backup = hub.place.config().join("b.tar.gz");
    hub.place.run(&["backup", backup.to_str().unwrap()]).ended(0);
    let mut packed = Vec::new();
    flate2::read::GzDecoder::new(std::fs::File::open(backup).unwrap()).read_to_end(&mut packed).unwrap();
    for hidden in [&secret, callback.rsplit('/').next().unwrap()] {
        assert!(memchr::memmem::find(&packed, hidden.as_bytes()).is_none(), "r53: a secret in a backup");
    }
    hub.place.run(&["feed", "poll", "wire"]).ended(0);
    eventually("it is polled all the same", || hub.origin.asked("/wire.xml").len() == 2);
    let validator = &hub.origin.asked("/wire.xml")[1].headers["if-none-match"];
    assert_eq!(validator, "\"1\"", "a push leaves the validators");
    eventually("and then more slowly", || hub.wire()["next_why"].as_str().unwrap().contains("while its hub pushes it"));

    assert_eq!(running.stop(), Some(0));
    let running = hub.start();
    let more =
        rss("Wire", &[Report::new("w4", hub.origin.url("/w4"), "Palletron Systems launches PalletOne", LAUNCHED)]);
    assert!(hub.push(&callback, &signed(&secret, &more), &more).starts_with("HTTP/1.1 202"));
    eventually("a restart keeps the subscription", || found("sorting").contains("/w4"));
    assert_eq!(forms(&hub.origin).len(), 1, "the hub is not asked again");

    hub.place.run(&["feed", "pause", "wire"]).ended(0);
    eventually("the hub is told to end", || forms(&hub.origin).len() > 1);
    assert_eq!(forms(&hub.origin)[1]["hub.mode"], "unsubscribe");
    assert!(hub.ask_back(&callback, "unsubscribe", &topic, 0).ends_with("tell me"));
    assert!(hub.push(&callback, &signed(&secret, &more), &more).starts_with("HTTP/1.1 410"));
    assert_eq!(hub.wire()["push"], Value::Null);
    assert_eq!(running.stop(), Some(0));
}

#[test]
fn r17_a_short_lease_is_renewed_and_a_denial_ends_it() {
    let hub = Hub::new();
    let running = hub.start();
    eventually("the hub is asked", || !forms(&hub.origin).is_empty());
    let (topic, path) = (hub.origin.url("/topic"), callback(&forms(&hub.origin)[0]));
    assert!(hub.ask_back(&path, "subscribe", &topic, 10).ends_with("tell me"));
    eventually("the lease is renewed", || forms(&hub.origin).len() > 1);
    let form = &forms(&hub.origin)[1];
    assert_eq!((form["hub.mode"].as_str(), callback(form)), ("subscribe", path.clone()));
    let target = format!("{path}?hub.mode=denied&hub.topic={}&hub.reason=full", encoded(&topic));
    assert!(request(hub.port, "GET", &target, "", b"").starts_with("HTTP/1.1 200"));
    hub.place.run(&["feed", "list"]).ended(0).said(&["refused to push it"]);
    assert_eq!(hub.wire()["push"]["state"], "denied");
    assert_eq!(running.stop(), Some(0));
    hub.settings("public_url = \"https://news.example/?x\"\n");
    hub.place.run(&["check"]).ended(2).said(&["public_url", "tidings.toml:6"]);
}
