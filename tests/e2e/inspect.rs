//! Every stage over small hostile documents and lines: what is bad is told in its place, the rest goes on, exit code 3.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::{Value, json};

/// What a stage makes of files or standard input: exit code, output lines and complaints.
fn inspect(arguments: &[&str], input: &[u8]) -> Value {
    let folder = fixtures();
    let mut command = Command::new(env!("CARGO_BIN_EXE_tidings"));
    command.current_dir(folder).env_remove("TIDINGS_LOG").env_remove("RUST_BACKTRACE").arg("inspect").args(arguments);
    let mut program = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    // A program that ends before it has read everything closes the pipe.
    let _ = program.stdin.take().unwrap().write_all(input);
    let output = program.wait_with_output().unwrap();
    let text = String::from_utf8(output.stdout).expect("UTF-8 whatever came in");
    let lines: Vec<Value> =
        text.lines().map(|line| serde_json::from_str(line).unwrap_or_else(|_| panic!("no JSON: {line}"))).collect();
    json!({ "code": output.status.code(), "lines": lines, "complaints": String::from_utf8_lossy(&output.stderr) })
}

fn fixtures() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/inspect"))
}

fn input(name: &str) -> Vec<u8> {
    std::fs::read(fixtures().join(name)).unwrap()
}

/// The code and the errors, in order, each with where it is.
fn errors(told: &Value) -> Vec<(String, String)> {
    let lines = told["lines"].as_array().unwrap().iter().filter(|line| !line["error"].is_null());
    lines
        .map(|line| {
            let place = line["file"].as_str().map_or_else(|| line["line"].to_string(), str::to_owned);
            (place, line["error"]["code"].as_str().unwrap().to_owned())
        })
        .collect()
}

#[track_caller]
fn fails_only(told: &Value, expected: &[(&str, &str)]) {
    let expected: Vec<_> = expected.iter().map(|(place, code)| ((*place).to_owned(), (*code).to_owned())).collect();
    assert_eq!(errors(told), expected);
    assert_eq!(told["code"], 3, "{told}");
}

macro_rules! matches_snapshot {
    ($name:literal, $told:expr) => {
        insta::with_settings!({ snapshot_path => "../snapshots", prepend_module_to_snapshot => false, omit_expression => true }, {
            insta::assert_json_snapshot!($name, $told);
        });
    };
}

#[test]
fn feed() {
    let files = [
        "feed.xml",
        "missing.xml",
        "empty",
        "binary",
        "feed-truncated.xml",
        "feed.json",
        "feed-truncated.json",
        "page.html",
        "feed-billion-laughs.xml",
        "broken.gz",
    ];
    let told = inspect(&[&["feed"], &files[..]].concat(), b"");
    fails_only(
        &told,
        &[
            ("missing.xml", "not_found"),
            ("empty", "not_a_feed"),
            ("binary", "not_a_feed"),
            ("feed-truncated.json", "not_a_feed"),
            ("page.html", "not_a_feed"),
            ("broken.gz", "unreadable"),
        ],
    );
    let shown = told.to_string();
    for active in ["<script", "onclick", "onerror", "javascript:", "root:"] {
        assert!(!shown.contains(active), "{active} came through: {shown}");
    }
    matches_snapshot!("feed", told);
}

#[test]
fn r37_deep_markup_gives_an_answer() {
    let told = inspect(&["feed", "feed-deep.xml"], b"");
    assert_eq!(told["lines"].as_array().unwrap().len(), 1, "{told}");
    assert_ne!(told["lines"][0]["error"]["code"], "internal", "{told}");
}

#[test]
fn page() {
    let files = ["page.html", "missing.html", "empty", "page-truncated.html", "page.html.gz", "broken.gz"];
    let told = inspect(&[&["page"], &files[..]].concat(), b"");
    let codes = errors(&told);
    assert!(codes.contains(&("missing.html".to_owned(), "not_found".to_owned())), "{codes:?}");
    assert!(codes.contains(&("broken.gz".to_owned(), "unreadable".to_owned())), "{codes:?}");
    assert_eq!((told["code"].as_i64(), told["lines"].as_array().unwrap().len()), (Some(3), files.len()));
    assert!(!told.to_string().contains("document.write"));
    matches_snapshot!("page", told);
    let told = inspect(&["page", "binary", "page.html"], b"");
    assert_eq!(told["lines"].as_array().unwrap().len(), 2, "what is no page keeps no other from its turn: {told}");
    fails_only(&told, &[("binary", "not_a_page")]);
}

#[test]
fn text() {
    let told = inspect(&["text", "--watchlist", "watchlist.ndjson"], &input("texts.ndjson"));
    fails_only(&told, &[("2", "bad_json"), ("3", "bad_json"), ("4", "bad_json"), ("6", "bad_json"), ("8", "bad_utf8")]);
    matches_snapshot!("text", without_beliefs(told));
}

#[test]
fn stories() {
    let told = inspect(&["stories"], &input("stories.ndjson"));
    fails_only(&told, &[("3", "bad_json"), ("4", "bad_date"), ("6", "bad_json")]);
    matches_snapshot!("stories", told);
}

#[test]
fn robots() {
    let told = inspect(&["robots", "--agent", "Tidings", "--robots", "robots.txt"], &input("addresses.txt"));
    fails_only(&told, &[("8", "bad_utf8")]);
    matches_snapshot!("robots", told);
}

#[test]
fn url() {
    let told = inspect(&["url"], &input("urls.txt"));
    assert_eq!(told["code"], 3);
    matches_snapshot!("url", told);
}

#[test]
fn sitemap() {
    let told = inspect(
        &["sitemap", "sitemap.xml", "missing.xml", "empty", "binary", "sitemap-truncated.xml", "page.html"],
        b"",
    );
    fails_only(
        &told,
        &[
            ("missing.xml", "not_found"),
            ("empty", "not_a_sitemap"),
            ("binary", "not_a_sitemap"),
            ("page.html", "not_a_sitemap"),
        ],
    );
    matches_snapshot!("sitemap", told);
}

#[test]
fn opml() {
    let told =
        inspect(&["opml", "list.opml", "missing.opml", "empty", "binary", "list-truncated.opml", "feed.xml"], b"");
    fails_only(
        &told,
        &[("missing.opml", "not_found"), ("empty", "not_opml"), ("binary", "not_opml"), ("feed.xml", "not_opml")],
    );
    matches_snapshot!("opml", told);
}

#[test]
fn standard_input_that_is_empty_or_no_text_at_all() {
    for stage in ["text", "stories", "url"] {
        let told = inspect(&[stage], b"");
        assert_eq!((&told["code"], &told["lines"]), (&json!(0), &json!([])), "{stage}: nothing in, nothing out");
        let told = inspect(&[stage], &input("binary"));
        assert_eq!(told["code"], 3, "{stage}");
        assert!(
            !errors(&told).is_empty() && errors(&told).iter().all(|(_, code)| code != "internal"),
            "{stage}: {told}"
        );
    }
}

#[test]
fn what_the_whole_call_needs_and_lacks() {
    for arguments in
        [&["robots", "--agent", "Tidings", "--robots", "missing.txt"][..], &["text", "--watchlist", "missing"]]
    {
        let told = inspect(arguments, b"");
        assert_eq!(told["code"], 2, "{told}");
        for word in ["missing", "hint:"] {
            assert!(told["complaints"].as_str().unwrap().contains(word), "{told}");
        }
    }
    assert_eq!(inspect(&["feed"], b"")["code"], 2, "no file named");
    assert_eq!(inspect(&["text", "--watchlist", "binary"], b"")["code"], 2);
}

/// Without scores and reasons, which move with every improvement and have tests of their own.
fn without_beliefs(mut told: Value) -> Value {
    for line in told["lines"].as_array_mut().unwrap() {
        for list in ["mentions", "signals"] {
            for found in line.get_mut(list).and_then(Value::as_array_mut).into_iter().flatten() {
                let found = found.as_object_mut().unwrap();
                for belief in ["score", "why", "confidence"] {
                    found.remove(belief);
                }
            }
        }
    }
    told
}
