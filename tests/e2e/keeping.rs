//! Keeping the index and what was read: rebuilding beside a running program, letting articles go.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::process::Command;

use sqlx::SqlitePool;

use crate::documents::{ACQUIRED, RAIN, Report, rss, source};
use crate::origin::Origin;
use crate::program::{Place, eventually};

fn reports(origin: &Origin) -> [Report; 2] {
    [
        Report::new("w1", origin.url("/w1"), "Globex to acquire Acme Robotics for $1.2 billion", ACQUIRED),
        Report::new("w2", origin.url("/w2"), "Rain at last", RAIN),
    ]
}

fn place_on(origin: &Origin) -> Place {
    origin.serve("/wire.xml", rss("Wire", &reports(origin)).etag("\"1\""));
    let place = Place::new(&source("wire", &[("wire", origin.url("/wire.xml"))]));
    place.write("tidings.toml", &settings(free_port(), ""));
    place
}

fn settings(port: u16, more: &str) -> String {
    format!("[net]\nallow = [\"127.0.0.0/8\"]\n\n[serve]\nlisten = \"127.0.0.1:{port}\"\n{more}")
}

#[test]
fn the_index_is_built_anew_by_the_running_program_while_it_is_searched() {
    let origin = Origin::start();
    let place = place_on(&origin);
    let running = place.start(&["run"]);
    eventually("an index", || place.run(&["search", "--json", "Dayton"]).stdout().contains("Globex"));
    place.run(&["reindex"]).ended(0).said(&["2 articles indexed anew"]);
    assert_eq!(place.run(&["search", "--json", "Dayton"]).ended(0).lines().len(), 1);
    assert_eq!(place.run(&["reindex", "--json"]).ended(0).json()["articles"], 2, "and once more");
    place.run(&["reindex", "--no-wait"]).ended(0).said(&["is asked"]);
    assert_eq!(place.run(&["search", "--json", "Dayton"]).ended(0).lines().len(), 1);
    // Files of the index go under the hands of the program, as when somebody tidies up.
    eventually("the request is done", || {
        std::fs::read_to_string(place.data().join("reindex.json")).unwrap().contains("done")
    });
    std::fs::rename(place.data().join("articles"), place.data().join("away")).unwrap();
    place.run(&["reindex"]);
    eventually("r59: it is there again", || place.run(&["search", "--json", "rain"]).stdout().contains("/w2"));
    assert_eq!(running.stop(), Some(0));
    place.run(&["reindex"]).ended(0).said(&["2 articles indexed anew"]);
}

fn free_port() -> u16 {
    std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// What the running program says of itself.
fn health(port: u16) -> String {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
    write!(stream, "GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

/// Sets how large a file the process may write, in bytes or "unlimited": a disk that is full, and has room again.
fn room(process: u32, bytes: &str) {
    let limit = format!("--fsize={bytes}:unlimited");
    let set = Command::new("prlimit").args(["--pid", &process.to_string(), &limit]).status().unwrap();
    assert!(set.success());
}

#[test]
fn r61_a_full_disk_loses_nothing_and_work_resumes_when_there_is_room() {
    let origin = Origin::start();
    let [first, second] = reports(&origin);
    origin.serve("/wire.xml", rss("Wire", std::slice::from_ref(&first)).etag("\"1\""));
    let feed = format!("[[source.feed]]\nid = \"wire\"\nurl = \"{}\"\nevery_minutes = 0\n", origin.url("/wire.xml"));
    let place = Place::new(&format!("[[source]]\nid = \"wire\"\nname = \"Wire\"\nown = true\n{feed}"));
    let port = free_port();
    place.write("tidings.toml", &settings(port, ""));
    // Without the signal that would end it, a write beyond the limit is refused as on a full disk.
    let program = place.command(&["run"]);
    let mut shell = Command::new("bash");
    shell.args(["-c", "trap '' XFSZ; exec \"$0\" \"$@\""]).arg(program.get_program()).args(program.get_args());
    let running = place.start_as(shell);
    eventually("the first is found", || place.run(&["search", "--json", "Dayton"]).stdout().contains("/w1"));
    room(running.id(), "4096");
    origin.serve("/wire.xml", rss("Wire", &[first, second]).etag("\"2\""));
    eventually("it is in trouble", || health(port).contains("refused"));
    assert!(place.run(&["search", "--json", "rain"]).ended(0).lines().is_empty());
    assert_eq!(place.run(&["search", "--json", "Dayton"]).ended(0).lines().len(), 1, "what was there is there");
    room(running.id(), "unlimited");
    eventually("the second is found", || place.run(&["search", "--json", "rain"]).stdout().contains("/w2"));
    assert_eq!(running.stop(), Some(0));
    assert_eq!(place.run(&["run", "--once", "--json"]).ended(0).json()["total"]["articles"], 2);
}

/// Makes all that was read older by so many days.
fn age(place: &Place, days: i64) {
    let file = format!("sqlite://{}", place.data().join("tidings.db").display());
    let past = days * 86_400_000;
    let work = async {
        let pool = SqlitePool::connect(&file).await.unwrap();
        for sql in [
            "UPDATE article SET published = published - $1",
            "UPDATE mention SET at = at - $1",
            "UPDATE story SET first_at = first_at - $1, last_at = last_at - $1",
        ] {
            sqlx::query(sql).bind(past).execute(&pool).await.unwrap();
        }
        pool.close().await;
    };
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(work);
}

#[test]
fn an_article_past_its_time_goes_and_its_card_still_says_what_it_rests_on() {
    let origin = Origin::start();
    let place = place_on(&origin);
    place.run(&["run", "--once"]).ended(0);
    let card = place.run(&["inbox", "list", "--all", "--json"]).ended(0).lines().remove(0);
    let id = card["id"].as_str().unwrap();
    place.run(&["retention"]).ended(0).said(&["are kept for good"]);
    age(&place, 120);
    let sooner = place.run(&["retention", "--json", "--days", "100"]).ended(0).json();
    assert_eq!((&sooner["articles"], &sooner["by_feed"][0][0]), (&2.into(), &"wire".into()), "{sooner}");
    place.run(&["run", "--once"]).ended(0);
    assert_eq!(place.run(&["search", "--json", "rain"]).ended(0).lines().len(), 1, "looking changes nothing");

    place.write("tidings.toml", &settings(0, "[retention]\narticles_days = 50\n"));
    place.run(&["check"]).ended(2).said(&["`articles_days` in [retention] must be 0 or at least 100"]);
    place.write("tidings.toml", &settings(0, "[retention]\narticles_days = 100\n"));
    place.run(&["run", "--once"]).ended(0);
    // The feed still lists them.
    origin.serve("/wire.xml", rss("Wire", &reports(&origin)).etag("\"2\""));
    let pass = place.run(&["run", "--once", "--now", "--json"]).ended(0).json();
    assert_eq!((&pass["fresh"], &pass["new_entries"], &pass["articles"]), (&1.into(), &0.into(), &0.into()), "{pass}");
    assert_eq!(pass["total"]["articles"], 0, "{pass}");
    for words in ["rain", "Dayton"] {
        assert!(place.run(&["search", "--json", words]).ended(0).lines().is_empty(), "{words}");
    }
    let kept = place.run(&["inbox", "show", id, "--json"]).ended(0).json();
    let quoted = |card: &serde_json::Value| card["evidence"].clone();
    assert_eq!(quoted(kept.get("card").unwrap_or(&kept)), quoted(&card));
    let quote = card["evidence"][0]["quote"].as_str().unwrap();
    let told = place.run(&["explain", id]).ended(0).stdout();
    assert!(told.contains("is no longer kept (retention)") && told.contains(quote), "{told}");
    let told = place.run(&["explain", id, "--json"]).ended(0).json();
    assert_eq!(told["gone"][0]["article"], card["evidence"][0]["article"], "{told}");
    assert!(told["signals"].as_array().is_some_and(|signals| !signals.is_empty()), "{told}");
}
