//! Search as its users meet it: counts, likeness, corrections, exports, and the same by HTTP.

use std::io::{Read, Write};
use std::net::TcpStream;

use serde_json::Value;

use crate::documents::{ACQUIRED, ACQUIRED_AS_COPIED, LAUNCHED, RAIN, Report, rss};
use crate::origin::Origin;
use crate::program::{Place, eventually};

/// Two publishers, one of which may be shown whole; what they report is read into the index.
fn place(port: u16) -> Place {
    let origin = Origin::start();
    let report = |guid, path: &str, title, text| Report::new(guid, origin.url(path), title, text);
    let wire = [
        report("w1", "/w1", "Globex to acquire Acme Robotics for $1.2 billion", ACQUIRED),
        report("w2", "/w2", "=Palletron launches sorting robot", LAUNCHED),
    ];
    let trade = [
        report("t1", "/t1", "Acme Robotics goes to Globex for $1.2 billion", ACQUIRED_AS_COPIED),
        report("t2", "/t2", "Rain over the north", RAIN),
    ];
    origin.serve("/wire.xml", rss("Wire", &wire));
    origin.serve("/trade.xml", rss("Trade", &trade));
    let source = |id: &str, name: &str, more: &str| {
        let url = origin.url(&format!("/{id}.xml"));
        format!(
            "[[source]]\nid = \"{id}\"\nname = \"{name}\"\nown = true\n{more}\n[[source.feed]]\nid = \"{id}\"\nurl = \"{url}\"\n\n"
        )
    };
    let sources =
        format!("{}{}", source("wire", "The Wire", "show_full_text = true"), source("trade", "Trade Post", ""));
    let place = Place::new(&sources);
    place.write(
        "tidings.toml",
        &format!(
            "[net]\nallow = [\"127.0.0.0/8\"]\n\n[serve]\nlisten = \"127.0.0.1:{port}\"\n\n[search]\nexcerpt_letters = 60\n"
        ),
    );
    place.run(&["run", "--once", "--now", "--json"]).ended(0);
    place
}

fn free_port() -> u16 {
    std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

fn count(counts: &Value, facet: &str, value: &str) -> u64 {
    let values = counts["facets"][facet]["values"].as_array().unwrap_or_else(|| panic!("no {facet} in {counts}"));
    let found = values.iter().find(|counted| counted["value"] == value);
    found.map_or(0, |counted| counted["count"].as_u64().unwrap())
}

#[test]
fn counts_come_after_the_results() {
    let place = place(free_port());
    let lines =
        place.run(&["search", "--json", "--facets", "account,kind,source", "--histogram", "day", "robot"]).ended(0);
    let lines = lines.lines();
    let (counts, results) = lines.split_last().unwrap();
    assert!(results.iter().all(|result| result["id"].is_string() && result["score"].is_number()), "{results:?}");
    assert_eq!(counts["total"], 3, "{counts}");
    assert_eq!(results.len(), 2, "one for a story, but articles are counted");
    assert_eq!((count(counts, "account", "acme"), count(counts, "account", "palletron")), (2, 1), "{counts}");
    assert_eq!((count(counts, "kind", "client"), count(counts, "kind", "competitor")), (2, 1), "{counts}");
    assert_eq!((count(counts, "source", "The Wire"), count(counts, "source", "Trade Post")), (2, 1), "{counts}");
    assert!(counts["facets"]["signal"].is_null(), "only what was asked for");
    let buckets = counts["histogram"]["buckets"].as_array().unwrap();
    assert_eq!(buckets.iter().map(|bucket| bucket["count"].as_u64().unwrap()).sum::<u64>(), 3);

    place
        .run(&["search", "--facets", "--limit", "1", "robot"])
        .ended(0)
        .said(&["source country", "2  client Acme Robotics, Inc.  client:acme"]);
    place.run(&["search", "--histogram", "week", "robot"]).ended(0).said(&["by week (UTC)", "█"]);
    place.run(&["search", "--facets", "acount", "robot"]).ended(2).said(&["did you mean \"account\"?"]);
    place.run(&["search", "--histogram", "decade", "robot"]).ended(2).said(&["hour, day, week"]);
    place.run(&["search", "robot", "--facets"]).ended(2).said(&["options stand before the query"]);
    let plain = place.run(&["search", "--json", "robot"]).ended(0).lines();
    assert!(plain.iter().all(|result| result["id"].is_string()), "results alone where nothing else was asked for");
}

#[test]
fn like_this_and_did_you_mean() {
    let place = place(free_port());
    let found = place.run(&["search", "--json", "dayton", "source:wire"]).ended(0).lines();
    let id = found[0]["id"].as_str().unwrap();
    let like = place.run(&["search", "--json", "--like", id]).ended(0).lines();
    assert!(like.iter().all(|other| other["id"] != id && other["story"] != found[0]["story"]), "{like:?}");
    let own = place.run(&["search", "--json", "--like", id, "--own-story"]).ended(0).lines();
    assert_eq!((&own[0]["story"], own[0]["id"] == id), (&found[0]["story"], false), "{own:?}");
    let narrowed = place.run(&["search", "--json", "--like", id, "--own-story", "source:wire"]).ended(0).lines();
    assert!(narrowed.iter().all(|other| other["source"] == "wire"), "{narrowed:?}");
    place.run(&["search", "--like", "nothing"]).ended(1).said(&["there is no article nothing", "hint:"]);
    place.run(&["search", "-v", "dayton"]).ended(0).said(&["id a"]);

    place.run(&["search", "client:acmee", "dayton"]).ended(0).said(&["did you mean: client:acme dayton  (2 articles)"]);
    place.run(&["search", "palletorn"]).ended(0).said(&["did you mean: palletron  (1 articles)"]);
    let lines = place.run(&["search", "--json", "--facets", "kind", "palletorn"]).ended(0).lines();
    assert_eq!((lines.len(), &lines[0]["suggestion"]["query"]), (1, &"palletron".into()), "{lines:?}");
}

#[test]
fn r26_r51_what_was_found_goes_out_as_tables_lines_and_feeds() {
    let place = place(free_port());
    let csv =
        place.run(&["search", "--every-report", "--format", "csv", "--limit", "10000", "robot"]).ended(0).stdout();
    let mut table = csv::Reader::from_reader(csv.as_bytes());
    let column = |table: &mut csv::Reader<&[u8]>, name: &str| {
        table.headers().unwrap().iter().position(|header| header == name).unwrap_or_else(|| panic!("no {name}"))
    };
    let (title, text, excerpt, source) = (
        column(&mut table, "title"),
        column(&mut table, "text"),
        column(&mut table, "excerpt"),
        column(&mut table, "source"),
    );
    let rows: Vec<csv::StringRecord> = table.records().map(Result::unwrap).collect();
    assert_eq!(rows.len(), 3, "{csv}");
    for row in &rows {
        let open = &row[source] == "wire";
        assert_eq!((row[text].is_empty(), row[excerpt].is_empty()), (!open, open), "{row:?}");
        assert!(row[excerpt].chars().count() <= 62, "{row:?}");
    }
    assert!(rows.iter().any(|row| row[title].starts_with("'=Palletron")), "{csv}");

    let ndjson = place.run(&["search", "--format", "ndjson", "robot"]).ended(0).lines();
    assert_eq!(ndjson.len(), 2);
    let atom = place.run(&["search", "--every-report", "--format", "atom", "robot"]).ended(0).stdout();
    let feed = feed_rs::parser::parse(atom.as_bytes()).unwrap();
    assert_eq!(feed.entries.len(), 3, "{atom}");
    assert_eq!(feed.updated, feed.entries.iter().filter_map(|entry| entry.updated).max());
    place.write("found.xml", &atom);
    let own = place.run(&["inspect", "feed", place.config().join("found.xml").to_str().unwrap()]).ended(0).json();
    assert_eq!((own["entries"].as_array().unwrap().len(), own["warnings"].as_array().unwrap().len()), (3, 0), "{own}");
    place.run(&["search", "--format", "atom", "nowhere"]).ended(0).said(&["<feed", "</feed>"]);
}

/// Status, head and body of an answer.
fn get(port: u16, path: &str) -> (u16, String, String) {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
    write!(stream, "GET {path} HTTP/1.0\r\nHost: 127.0.0.1:{port}\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    let status = head.split(' ').nth(1).and_then(|code| code.parse().ok()).unwrap_or(0);
    (status, head.to_lowercase(), body.to_owned())
}

#[test]
fn the_same_is_had_by_http() {
    let port = free_port();
    let place = place(port);
    let running = place.start(&["run"]);
    eventually("it listens", || TcpStream::connect(("127.0.0.1", port)).is_ok());
    let json = |path: &str| -> Value {
        let (status, head, body) = get(port, path);
        assert_eq!(status, 200, "{path}: {body}");
        assert!(head.contains("content-type: application/json") && head.contains("nosniff"), "{head}");
        serde_json::from_str(&body).unwrap()
    };
    let found = json("/api/v1/search?q=robot&facets=account&histogram=day&limit=1");
    assert_eq!((found["total"].as_u64(), found["results"].as_array().unwrap().len()), (Some(3), 1), "{found}");
    assert_eq!((count(&found, "account", "acme"), &found["histogram"]["spacing"]), (2, &"day".into()), "{found}");
    let id = json("/api/v1/search?q=dayton%20source:wire")["results"][0]["id"].as_str().unwrap().to_owned();
    assert_eq!(json(&format!("/api/v1/search?like={id}&own_story"))["results"][0]["source"], "trade");
    assert_eq!(json("/api/v1/search?q=client:acmee")["suggestion"]["query"], "client:acme");

    for (format, kind, words) in [
        ("csv", "text/csv", "id,title"),
        ("ndjson", "application/x-ndjson", "{\"id\":"),
        ("atom", "application/atom+xml", "<link rel=\"self\""),
    ] {
        let (status, head, body) = get(port, &format!("/api/v1/search?q=robot&every_report=true&format={format}"));
        assert_eq!(status, 200, "{body}");
        assert!(head.contains(kind) && body.contains(words), "{format}: {head}\n{body}");
    }

    for (path, status, words) in [
        ("/api/v1/search", 400, vec!["q is missing"]),
        (
            "/api/v1/search?q=clinet:acme",
            400,
            vec!["\"column\":1", "\"suggestion\":\"client:acme\"", "\"parameter\":\"q\""],
        ),
        ("/api/v1/search?q=a&limit=many", 400, vec!["\"parameter\":\"limit\""]),
        ("/api/v1/search?q=a&limit=10001", 400, vec!["0 to 10000"]),
        ("/api/v1/search?q=robot&q=acme", 400, vec!["q comes twice"]),
        ("/api/v1/search?q=robot&facet=kind", 400, vec!["no parameter facet", "facets"]),
        ("/api/v1/search?q=robot&facets=kin", 400, vec!["did you mean \\\"kind\\\"?"]),
        ("/api/v1/search?q=robot&format=xml", 400, vec!["csv, ndjson or atom"]),
        ("/api/v1/search?like=nothing", 404, vec!["no article"]),
    ] {
        let (told, head, body) = get(port, path);
        assert_eq!(told, status, "{path}: {body}");
        assert!(head.contains("application/problem+json"), "{path}: {head}");
        assert!(words.iter().all(|word| body.contains(word)), "{path}: {body}");
    }
    let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
    write!(stream, "GET /api/v1/search?q=robot HTTP/1.0\r\nHost: evil.example\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.contains(" 403 "), "r46: a rebound name reads nothing: {answer}");
    assert_eq!(running.stop(), Some(0));
}
