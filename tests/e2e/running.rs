//! The program in the background.

use std::io::{Read, Write};
use std::net::TcpStream;

use crate::documents::{ACQUIRED, Report, rss, source};
use crate::origin::Origin;
use crate::program::{Place, eventually};

/// A port that is free now.
fn free_port() -> u16 {
    std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

fn place_on(origin: &Origin, port: u16) -> Place {
    let report = Report::new("w1", origin.url("/w1"), "Globex to acquire Acme Robotics for $1.2 billion", ACQUIRED);
    origin.serve("/wire.xml", rss("Wire", &[report]).etag("\"1\""));
    let place = Place::new(&source("wire", &[("wire", origin.url("/wire.xml"))]));
    place.write(
        "tidings.toml",
        &format!("[net]\nallow = [\"127.0.0.0/8\"]\n\n[serve]\nlisten = \"127.0.0.1:{port}\"\n"),
    );
    place
}

fn get(port: u16, path: &str, host: &str) -> Option<String> {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).ok()?;
    write!(stream, "GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n").ok()?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).ok()?;
    Some(answer)
}

#[test]
fn r65_it_polls_answers_healthz_and_stops_when_told() {
    let origin = Origin::start();
    let port = free_port();
    let place = place_on(&origin, port);
    let running = place.start(&["run"]);
    eventually("a card", || place.run(&["inbox", "list", "--json"]).stdout().contains("acme"));
    eventually("an index", || place.run(&["search", "--json", "Dayton"]).stdout().contains("Globex"));
    let health = get(port, "/healthz", "localhost").unwrap();
    assert!(health.starts_with("HTTP/1.1 200") && health.contains("\"poll\""), "{health}");
    assert!(get(port, "/anything", "localhost").unwrap().starts_with("HTTP/1.1 404"));
    assert!(get(port, "/healthz", "evil.example").unwrap().starts_with("HTTP/1.1 403"));
    assert_eq!(running.stop(), Some(0));
}

#[test]
fn r54_a_killed_process_loses_nothing_and_repeats_nothing() {
    let origin = Origin::start();
    let place = place_on(&origin, free_port());
    let running = place.start(&["run"]);
    eventually("a card", || place.run(&["inbox", "list", "--json"]).stdout().contains("acme"));
    running.kill();
    let before = place.run(&["inbox", "list", "--json"]).ended(0).lines();
    let pass = place.run(&["run", "--once", "--now", "--json"]).ended(0).json();
    assert_eq!((&pass["new_entries"], &pass["articles"], &pass["cards"]), (&0.into(), &0.into(), &0.into()), "{pass}");
    assert_eq!(place.run(&["inbox", "list", "--json"]).ended(0).lines(), before);
    assert_eq!(place.run(&["search", "--json", "Dayton"]).ended(0).lines().len(), 1);
}

#[test]
fn r67_a_second_process_is_refused_and_told_who_works_here() {
    let origin = Origin::start();
    let place = place_on(&origin, free_port());
    let running = place.start(&["run"]);
    eventually("the folder is held", || {
        place.data().join("tidings.lock").exists() && !origin.asked("/wire.xml").is_empty()
    });
    place.run(&["run", "--once"]).ended(1).said(&["is in use by process", "hint:", "--data-dir"]);
    assert_eq!(running.stop(), Some(0));
}

#[test]
fn a_taken_port_is_named_before_anything_starts() {
    let origin = Origin::start();
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let place = place_on(&origin, port);
    place.run(&["run"]).ended(1).said(&[&format!("127.0.0.1:{port}"), "serve.listen"]);
    assert!(origin.take_asked().is_empty(), "nothing was polled");
}

#[test]
fn r49_listening_beyond_this_machine_is_refused() {
    let origin = Origin::start();
    let place = place_on(&origin, 8017);
    place.write("tidings.toml", "[serve]\nlisten = \"0.0.0.0:8017\"\n");
    place.run(&["run"]).ended(2).said(&["0.0.0.0:8017", "hint:"]);
    assert!(origin.take_asked().is_empty(), "nothing was polled");
}

#[test]
fn a_process_runs_only_the_loops_it_is_told() {
    let origin = Origin::start();
    let port = free_port();
    let place = place_on(&origin, port);
    let pass = place.run(&["run", "--once", "--json", "--roles", "poll"]).ended(0).json();
    assert_eq!((&pass["new_entries"], &pass["articles"]), (&1.into(), &0.into()), "{pass}");
    let running = place.start(&["run", "--roles", "read,index"]);
    eventually("a card", || place.run(&["inbox", "list", "--json"]).stdout().contains("acme"));
    let health = get(port, "/healthz", "localhost").unwrap();
    assert!(health.contains("\"roles\":[\"read\",\"index\"]") && !health.contains("\"poll\""), "{health}");
    assert_eq!(running.stop(), Some(0));
    assert_eq!(origin.asked("/wire.xml").len(), 1);
    place.run(&["run", "--roles", "poll,reed"]).ended(2).said(&["reed", "'read'"]);
}
