//! Mail through a server that others wrote, read by a parser and a DKIM verifier that others wrote.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use chrono::Timelike as _;
use serde_json::{Value, json};
use tidings::model::{Clock as _, SystemClock};

use super::desk::Desk;
use crate::program::eventually;
use crate::verifier;

/// A mail server that runs until it is dropped.
struct Server {
    child: Child,
    folder: tempfile::TempDir,
    port: u64,
}

impl Server {
    /// Nothing where the verifiers are not installed.
    fn start(mut wishes: Value) -> Option<Self> {
        let Ok(verifiers) = std::env::var("TIDINGS_TEST_VERIFIERS") else {
            assert!(std::env::var("CI").is_err(), "TIDINGS_TEST_VERIFIERS names no folder: run tests/verifiers/with");
            return None;
        };
        let folder = tempfile::tempdir().unwrap();
        wishes["folder"] = json!(folder.path());
        let mut child = Command::new(PathBuf::from(verifiers).join("bin/python3"))
            .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/verifiers/mail_server.py"))
            .arg(wishes.to_string())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let port = serde_json::from_str::<Value>(&line).unwrap()["port"].as_u64().unwrap();
        Some(Self { child, folder, port })
    }

    /// The settings of a destination that reaches it, with more of one's own.
    fn settings(&self, more: &str) -> String {
        let port = self.port;
        let from = "from = \"Tidings <tidings@example.com>\"";
        let ca = self.folder.path().join("ca.pem");
        format!(
            "[[deliver.destinations]]\nkind = \"mail\"\nid = \"mail\"\nhost = \"localhost\"\nport = {port}\n{from}\n\
             ca_file = \"{}\"\nto = [\"team@example.com\"]\nowners = {{ mia = \"Mia <mia@example.com>\" }}\n{more}\n",
            ca.display()
        )
    }

    /// The mails that it took, oldest first.
    fn mails(&self) -> Vec<Value> {
        let text = fs::read_to_string(self.folder.path().join("mails.ndjson")).unwrap_or_default();
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        let _ = self.child.wait();
    }
}

fn desk(settings: &str) -> Desk {
    Desk::new(settings, 2, &[], |_| String::new())
}

/// What Python's parser reads of a mail.
fn read(mail: &Value, dns: &Value) -> Value {
    verifier::ask("mail.py", &[], &json!({ "content": mail["content"], "dns": dns }).to_string()).unwrap()
}

#[test]
fn a_ready_card_is_mailed_once_to_its_owner() {
    let Some(server) = Server::start(json!({ "user": "tidings", "password": "right word" })) else { return };
    let desk = desk(&server.settings("user = \"tidings\"\npassword_file = \"word\""));
    desk.place.write("word", "right word\n");
    let cards = desk.cards(0..1);
    desk.pass();
    let mails = server.mails();
    assert_eq!(mails.len(), 1, "{mails:?}");
    assert_eq!(mails[0]["to"], json!(["mia@example.com"]));
    assert_eq!((&mails[0]["tls"], &mails[0]["user"]), (&json!(true), &json!("tidings")));
    let read = read(&mails[0], &json!({}));
    let field = |name: &str| read["headers"][name].as_str().unwrap_or_default().to_owned();
    assert_eq!((&read["defects"], &read["type"]), (&json!([]), &json!("multipart/alternative")));
    assert_eq!(field("from"), "Tidings <tidings@example.com>");
    assert_eq!(field("to"), "Mia <mia@example.com>");
    let id = cards[0]["id"].as_str().unwrap();
    let delivery = desk.delivery(id);
    assert_eq!(field("message-id"), format!("<{}@example.com>", delivery["id"].as_str().unwrap()));
    assert!(field("references").starts_with(&format!("<{id}@example.com>")), "{read}");
    assert_eq!(field("auto-submitted"), "auto-generated");
    assert_eq!(delivery["state"], "delivered", "{delivery}");
    let subject = cards[0]["title"].as_str().unwrap();
    assert!(field("subject").contains(&subject[..20]), "{read}");
    for body in ["text", "html"] {
        assert!(read[body].as_str().unwrap().contains(id), "the way back to the card: {read}");
    }
}

#[test]
fn a_wrong_password_pauses_with_advice() {
    let Some(server) = Server::start(json!({ "user": "tidings", "password": "right word" })) else { return };
    let desk = desk(&server.settings("user = \"tidings\"\npassword_file = \"word\""));
    desk.place.write("word", "wrong word");
    desk.cards(0..1);
    let status = desk.place.run(&["deliver", "status", "--json"]).ended(0).json();
    let mail = &status["destinations"][0];
    assert_eq!(mail["state"], "paused", "{status}");
    let why = mail["why"].as_str().unwrap();
    assert!(why.contains("535") && why.contains("check `user` and the password"), "{why}");
    assert!(!status.to_string().contains("wrong word"), "r53");
    desk.place.write("word", "right word");
    desk.place.run(&["deliver", "retry"]).ended(0);
    desk.pass();
    assert_eq!(server.mails().len(), 1, "nothing was lost");
}

#[test]
fn a_server_without_starttls_gets_nothing() {
    let Some(server) = Server::start(json!({ "starttls": false })) else { return };
    let desk = desk(&server.settings(""));
    desk.cards(0..1);
    let status = desk.place.run(&["deliver", "status", "--json"]).ended(0).json();
    let why = status["destinations"][0]["why"].as_str().unwrap();
    assert!(status["destinations"][0]["state"] == "paused" && why.contains("offers no STARTTLS"), "{status}");
    assert_eq!(server.mails().len(), 0);
}

#[test]
fn r29_a_certificate_of_nobody_known_is_not_believed() {
    let Some(server) = Server::start(json!({})) else { return };
    let settings = server.settings("");
    let desk = desk(&settings.lines().filter(|line| !line.starts_with("ca_file")).collect::<Vec<_>>().join("\n"));
    desk.cards(0..1);
    let status = desk.place.run(&["deliver", "status", "--json"]).ended(0).json();
    let why = status["destinations"][0]["why"].as_str().unwrap();
    assert!(status["destinations"][0]["state"] == "paused" && why.contains("ca_file"), "{status}");
    assert_eq!(server.mails().len(), 0);
}

#[test]
fn r28_a_server_in_a_network_that_is_not_allowed_is_not_dialled() {
    let Some(server) = Server::start(json!({})) else { return };
    let desk = desk(&server.settings(""));
    let settings = fs::read_to_string(desk.place.config().join("tidings.toml")).unwrap();
    desk.place.write("tidings.toml", &settings.replace("allow = [\"127.0.0.0/8\"]", "allow = []"));
    desk.cards(0..1);
    let status = desk.place.run(&["deliver", "status", "--json"]).ended(0).json();
    assert!(status["destinations"][0]["why"].as_str().unwrap().contains("loopback"), "{status}");
    assert_eq!(server.mails().len(), 0);
}

#[test]
fn who_is_greylisted_comes_back() {
    let Some(server) = Server::start(json!({ "grey": 1 })) else { return };
    let desk = desk(&server.settings(""));
    let card = desk.cards(0..1)[0]["id"].as_str().unwrap().to_owned();
    let delivery = desk.delivery(&card);
    assert_eq!(delivery["state"], "due", "{delivery}");
    assert!(delivery["last_error"].as_str().unwrap().contains("451"), "{delivery}");
    desk.place.run(&["deliver", "retry", delivery["id"].as_str().unwrap()]).ended(0);
    desk.pass();
    assert_eq!((server.mails().len(), &desk.delivery(&card)["state"]), (1, &json!("delivered")));
}

#[test]
fn r55_a_mail_whose_answer_was_cut_off_comes_again_under_its_id() {
    let Some(server) = Server::start(json!({ "cut": 1 })) else { return };
    let desk = desk(&server.settings(""));
    let card = desk.cards(0..1)[0]["id"].as_str().unwrap().to_owned();
    let delivery = desk.delivery(&card);
    assert!(delivery["last_error"].as_str().unwrap().contains("did not confirm"), "{delivery}");
    desk.place.run(&["deliver", "retry", delivery["id"].as_str().unwrap()]).ended(0);
    desk.pass();
    let ids: Vec<_> =
        server.mails().iter().map(|mail| read(mail, &json!({}))["headers"]["message-id"].clone()).collect();
    assert_eq!(ids.len(), 2);
    assert_eq!(ids[0], ids[1], "by it a mailbox knows the second copy");
}

#[test]
fn a_recipient_who_is_not_there_is_a_dead_letter() {
    let Some(server) = Server::start(json!({ "refuse": ["mia@example.com"] })) else { return };
    let desk = desk(&server.settings(""));
    let card = desk.cards(0..1)[0]["id"].as_str().unwrap().to_owned();
    let delivery = desk.delivery(&card);
    assert_eq!(delivery["state"], "dead");
    assert!(delivery["last_error"].as_str().unwrap().contains("check `owners`"), "{delivery}");
}

/// Another text of a mail, of which the signature knows nothing.
fn forged(mail: &Value, from: &str, to: &str) -> Value {
    let content = mail["content"].as_str().unwrap();
    assert!(content.contains(from), "{from}: {content}");
    let mut forged = mail.clone();
    forged["content"] = json!(content.replacen(from, to, 1));
    forged
}

/// Cards and digests, signed with keys that openssl made.
#[test]
fn signatures_are_believed_by_a_verifier_that_others_wrote() {
    let Some(server) = Server::start(json!({})) else { return };
    for (kind, options) in [("ed25519", &[][..]), ("rsa", &["-pkeyopt", "rsa_keygen_bits:2048"][..])] {
        let key = server.folder.path().join(kind);
        let made =
            Command::new("openssl").args(["genpkey", "-algorithm", kind, "-out"]).arg(&key).args(options).output();
        assert!(made.unwrap().status.success());
        let public = Command::new("openssl").args(["pkey", "-pubout", "-outform", "DER", "-in"]).arg(&key).output();
        let der = public.unwrap().stdout;
        // Ed25519 stands in the DNS without its wrapping (RFC 8463, section 4).
        let bytes = if kind == "ed25519" { &der[der.len() - 32..] } else { &der[..] };
        let encoded = {
            use base64::Engine as _;
            base64::engine::general_purpose::STANDARD.encode(bytes)
        };
        let dns = json!({ "s1._domainkey.example.com.": format!("v=DKIM1; k={kind}; p={encoded}") });
        let believed = |mail: &Value| read(mail, &dns)["dkim"].clone();
        let dkim = format!(
            "digest = \"daily\"\ndkim = {{ domain = \"example.com\", selector = \"s1\", key_file = \"{}\" }}",
            key.display()
        );
        let desk = desk(&format!("[serve]\npublic_url = \"https://news.example\"\n\n{}", server.settings(&dkim)));
        let before = server.mails().len();
        desk.cards(0..1);
        desk.place.run(&["digest", "--owner", "mia"]).ended(0);
        desk.pass();
        let mails = server.mails().split_off(before);
        let is_digest = |mail: &&Value| mail["content"].as_str().unwrap().contains("\nList-Unsubscribe: ");
        let card = mails.iter().find(|mail| !is_digest(mail)).unwrap();
        let digest = mails.iter().find(is_digest).unwrap();

        for mail in [card, digest] {
            assert_eq!(believed(mail), true, "{kind}: {mail}");
            for (from, to) in [
                ("\nSubject: ", "\nSubject: X"),
                ("\nContent-Type: multipart/alternative", "\nContent-Type: multipart/mixed"),
                ("</html>", "</HTML>"),
            ] {
                assert_eq!(believed(&forged(mail, from, to)), false, "{kind}: {from}");
            }
        }
        // RFC 8058, section 4: both fields are signed, or no mail program offers the click.
        let signature = read(digest, &dns)["headers"]["dkim-signature"].as_str().unwrap().to_owned();
        let fields = signature.split("h=").nth(1).unwrap().split(';').next().unwrap().to_owned();
        let fields: Vec<_> = fields.split(':').map(str::trim).collect();
        assert!(fields.contains(&"list-unsubscribe") && fields.contains(&"list-unsubscribe-post"), "{fields:?}");
        assert!(signature.contains(&format!("a={kind}-sha256")), "{signature}");
        for (from, to) in [
            ("List-Unsubscribe: <https://news.example/", "List-Unsubscribe: <https://evil.example/"),
            ("List-Unsubscribe-Post: List-Unsubscribe=One-Click", "List-Unsubscribe-Post: no"),
        ] {
            assert_eq!(believed(&forged(digest, from, to)), false, "{kind}: {from}");
        }
        let added = "\nList-Unsubscribe: <https://evil.example/>\r\nSubject: ";
        assert_eq!(believed(&forged(card, "\nSubject: ", added)), false, "{kind}: nor can it be added");
    }
}

/// Speaks to the running program as the public address.
fn request(port: u16, method: &str, path: &str, body: &str) -> String {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
    write!(
        stream,
        "{method} {path} HTTP/1.1\r\nHost: news.example\r\nConnection: close\r\n\
         Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )
    .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

#[test]
fn a_digest_comes_once_a_day_and_is_stopped_by_one_click() {
    let Some(server) = Server::start(json!({})) else { return };
    let listen = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    // Where the plan loop does not write the digest by itself while this goes on: it is not yet evening there.
    let hour = |zone: chrono_tz::Tz| SystemClock.now().with_timezone(&zone).hour();
    let (east, west) = (chrono_tz::Asia::Tokyo, chrono_tz::America::Anchorage);
    let zone = if hour(east) < 20 { east } else { west }.name();
    // Cards themselves are not mailed here.
    let serve = format!("[serve]\nlisten = \"{listen}\"\npublic_url = \"https://news.example\"\n\n");
    let digest = format!("on = []\ndigest = \"daily\"\ndigest_at = \"23:59\"\nzones = {{ mia = \"{zone}\" }}");
    let desk = desk(&(serve + &server.settings(&digest).replace("to = [\"team@example.com\"]\n", "")));
    desk.place.run(&["run", "--once", "--now"]).ended(0);
    desk.place.run(&["digest", "--owner", "mia", "--dry-run"]).ended(0).said(&["mia: nothing to say"]);
    let card = desk.cards(0..1)[0].clone();
    let (id, title) = (card["id"].as_str().unwrap(), card["title"].as_str().unwrap());
    desk.place.run(&["digest", "--owner", "mia", "--dry-run"]).ended(0).said(&[title, "Why now", zone]);
    desk.place.run(&["digest", "--owner", "mia", "--html"]).ended(0).said(&["<!DOCTYPE html>", id]);
    desk.place.run(&["digest", "--owner", "mia"]).ended(0).said(&["in the outbox"]);
    desk.place.run(&["digest", "--owner", "mia"]).ended(0).said(&["decided before"]);
    desk.pass();
    desk.pass();
    let mails = server.mails();
    assert_eq!(mails.len(), 1, "{mails:?}");
    let digest = read(&mails[0], &json!({}));
    assert_eq!(digest["headers"]["to"], "Mia <mia@example.com>");
    assert!(digest["text"].as_str().unwrap().replace("\r\n", " ").contains(title), "{digest}");
    assert_eq!(digest["defects"], json!([]));
    assert_eq!(digest["headers"]["list-unsubscribe-post"], "List-Unsubscribe=One-Click");
    let address = digest["headers"]["list-unsubscribe"].as_str().unwrap().trim_matches(['<', '>']);
    let path = address.strip_prefix("https://news.example").unwrap();

    let running = desk.place.start(&["run"]);
    eventually("it listens", || TcpStream::connect(listen).is_ok());
    let asked = request(listen.port(), "GET", path, "");
    assert!(asked.starts_with("HTTP/1.1 200") && asked.contains("<form method=\"post\">"), "{asked}");
    assert!(request(listen.port(), "GET", path, "").contains("Do you want"), "asking stops nothing");
    assert!(request(listen.port(), "POST", "/unsubscribe/0000", "").starts_with("HTTP/1.1 404"));
    let stopped = request(listen.port(), "POST", path, "List-Unsubscribe=One-Click");
    assert!(stopped.starts_with("HTTP/1.1 200"), "{stopped}");
    assert!(request(listen.port(), "GET", path, "").contains("no digest any more"));
    assert_eq!(running.stop(), Some(0));
    let tomorrow = "2099-01-05";
    desk.place.run(&["digest", "--owner", "mia", "--date", tomorrow]).ended(0).said(&["wants no digest"]);
    desk.place.run(&["digest", "--owner", "mia", "--resume"]).ended(0).said(&["gets the digest again"]);
}
