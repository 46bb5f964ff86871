//! Files and lines that are missing, empty, binary, huge, cut short or no JSON: each is told in its place, the rest goes
//! on, exit code 3. Every file is made by the test itself.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::{Value, json};

use crate::program::{Place, Ran};

/// Larger than the cap of 64 MiB.
const BEYOND_THE_CAP: usize = 65 << 20;

/// A folder of bad files, and the program in it.
struct Table {
    folder: tempfile::TempDir,
}

impl Table {
    fn new() -> Self {
        let table = Self { folder: tempfile::tempdir().unwrap() };
        table.put("empty", b"");
        table.put("blank", b" \n\t\n");
        table.put("picture", &[b"\x89PNG\r\n\x1a\n".as_slice(), &[0, 7, 200, 9, 0].repeat(40)].concat());
        table.put("document.pdf", b"%PDF-1.7\n1 0 obj << /Type /Catalog >> endobj\n");
        table.put(
            "noise",
            &(0_u32..4000).map(|place| (place.wrapping_mul(2_654_435_761) >> 13).to_le_bytes()[0]).collect::<Vec<_>>(),
        );
        table.put("prose", b"Dear diary, nothing happened today.");
        table.put("no-gzip.gz", b"this was never packed");
        let zeros = vec![b' '; BEYOND_THE_CAP];
        table.put("huge", &zeros);
        table.put("bomb.gz", &packed(&zeros));
        fs::create_dir(table.path("folder")).unwrap();
        table
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn put(&self, name: &str, bytes: &[u8]) {
        fs::write(self.path(name), bytes).unwrap();
    }

    fn inspect(&self, arguments: &[&str], input: &[u8]) -> Ran {
        inspect_in(self.folder.path(), arguments, input)
    }

    /// Looks at all files in one call: each bad one is told in its place by its code, each good one is read.
    #[track_caller]
    fn tells(&self, stage: &str, table: &[(&str, &str)]) {
        let mut arguments = vec![stage];
        arguments.extend(table.iter().map(|(file, _)| *file));
        let ran = self.inspect(&arguments, b"").ended(3);
        let lines = ran.lines();
        assert_eq!(lines.len(), table.len(), "a line for each file: {}", ran.stdout());
        for (line, (file, code)) in lines.iter().zip(table) {
            assert_eq!(line["file"], *file, "in order");
            let told = line["error"]["code"].as_str().unwrap_or("read");
            assert_eq!(told, *code, "{stage} {file}: {line}");
            if told != "read" {
                let message = line["error"]["message"].as_str().unwrap();
                assert!(!message.is_empty() && !message.contains('\u{0}'), "{stage} {file}: {line}");
                let keys: Vec<&String> = line.as_object().unwrap().keys().collect();
                assert_eq!(keys, ["error", "file"], "{stage} {file}");
            }
        }
        assert!(ran.stderr().is_empty(), "{}", ran.stderr());
    }
}

fn packed(bytes: &[u8]) -> Vec<u8> {
    let mut gzip = GzEncoder::new(Vec::new(), Compression::fast());
    gzip.write_all(bytes).unwrap();
    gzip.finish().unwrap()
}

fn inspect_in(folder: &Path, arguments: &[&str], input: &[u8]) -> Ran {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tidings"));
    command.current_dir(folder).env_remove("TIDINGS_LOG").arg("inspect").args(arguments);
    fed(command, input)
}

fn fed(mut command: Command, input: &[u8]) -> Ran {
    let mut program = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut pipe = program.stdin.take().unwrap();
    let input = input.to_vec();
    // A program that ends before it has read everything closes the pipe; one that answers early must not wait for us.
    let feeding = std::thread::spawn(move || pipe.write_all(&input).is_ok());
    let output = program.wait_with_output().unwrap();
    feeding.join().unwrap();
    Ran::of(output)
}

const FEED: &str = "<rss version=\"2.0\"><channel><title>T</title><item><guid>1</guid><title>Acme</title></item>\
                    <item><guid>2</guid><title>Globex";
const PAGE: &str = "<html><head><title>Acme grows</title></head><body><article><p>Acme Robotics opened a plant in Dayton \
                    on Monday, and hired forty people for it.</p><p>The next paragr";
const SITEMAP: &str = "<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\"><url><loc>https://a.example/1</loc></url>\
                       <url><loc>https://a.exam";
const LIST: &str =
    "<opml version=\"2.0\"><body><outline text=\"A\" xmlUrl=\"https://a.example/feed\"/><outline text=\"B";

#[test]
fn bad_feeds() {
    let table = Table::new();
    table.put("cut.xml", FEED.as_bytes());
    table.put("cut.xml.gz", &packed(FEED.as_bytes())[..60]);
    table.put("twice.xml.gz", &[packed(&FEED.as_bytes()[..60]), packed(&FEED.as_bytes()[60..])].concat());
    table.put("other.json", b"{\"items\": 7");
    table.tells(
        "feed",
        &[
            ("missing.xml", "not_found"),
            ("empty", "not_a_feed"),
            ("blank", "not_a_feed"),
            ("picture", "not_a_feed"),
            ("document.pdf", "not_a_feed"),
            ("noise", "not_a_feed"),
            ("prose", "not_a_feed"),
            ("no-gzip.gz", "unreadable"),
            ("huge", "too_large"),
            ("bomb.gz", "too_large"),
            ("folder", "not_a_file"),
            ("other.json", "not_a_feed"),
            ("cut.xml.gz", "unreadable"),
            ("twice.xml.gz", "read"),
            ("cut.xml", "read"),
        ],
    );
    let read = table.inspect(&["feed", "twice.xml.gz"], b"").ended(0).json();
    assert_eq!(read["entries"][0]["title"], "Acme", "both members of the archive are read: {read}");
    let told = table.inspect(&["feed", "picture", "document.pdf"], b"").ended(3);
    told.said(&["this is a picture, not a feed", "this is a PDF, not a feed"]);
}

#[test]
fn bad_pages() {
    let table = Table::new();
    table.put("cut.html", PAGE.as_bytes());
    table.put("cut.html.gz", &packed(PAGE.as_bytes())[..40]);
    table.tells(
        "page",
        &[
            ("missing.html", "not_found"),
            ("empty", "empty"),
            ("blank", "empty"),
            ("picture", "not_a_page"),
            ("document.pdf", "not_a_page"),
            ("noise", "not_a_page"),
            ("no-gzip.gz", "unreadable"),
            ("huge", "too_large"),
            ("bomb.gz", "too_large"),
            ("folder", "not_a_file"),
            ("cut.html.gz", "unreadable"),
            ("cut.html", "read"),
        ],
    );
    let read = table.inspect(&["page", "cut.html"], b"").ended(0).json();
    assert!(read["text"].as_str().unwrap().contains("hired forty people"), "{read}");
    table.inspect(&["page", "noise"], b"").ended(3).said(&["this is a binary file, not a page"]);
}

#[test]
fn bad_sitemaps_and_lists() {
    let table = Table::new();
    table.put("cut.map", SITEMAP.as_bytes());
    table.put("cut.opml", LIST.as_bytes());
    for (stage, code, good) in [("sitemap", "not_a_sitemap", "cut.map"), ("opml", "not_opml", "cut.opml")] {
        table.tells(
            stage,
            &[
                ("missing.xml", "not_found"),
                ("empty", code),
                ("picture", code),
                ("document.pdf", code),
                ("noise", code),
                ("prose", code),
                ("no-gzip.gz", "unreadable"),
                ("huge", "too_large"),
                ("bomb.gz", "too_large"),
                ("folder", "not_a_file"),
                (good, "read"),
            ],
        );
    }
}

/// Bad lines, each with its code; `good` before, between and after. A line that is too long for memory is among them.
fn lines(good: [&str; 3], more: &[(&str, &str)]) -> (Vec<u8>, Vec<(usize, Value, &'static str)>) {
    let bad: &[(&[u8], Value, &'static str)] = &[
        (b"{\"id\": \"broken\", \"title\": ", Value::Null, "bad_json"),
        (b"[1, 2]", Value::Null, "bad_json"),
        (b"\"text\"", Value::Null, "bad_json"),
        (b"{}", Value::Null, "bad_json"),
        (b"{\"title\": \"no id\", \"text\": \"\"}", Value::Null, "bad_json"),
        (b"{\"id\": null, \"title\": \"x\"}", Value::Null, "bad_json"),
        (b"{\"id\": [1], \"title\": \"x\"}", Value::Null, "bad_json"),
        (b"{\"id\": \"t\", \"title\": 7}", json!("t"), "bad_json"),
        (b"{\"id\": 9, \"title\": \"x\", \"text\": {\"a\": 1}}", json!(9), "bad_json"),
        (b"{\"id\": \"nothing to read\"}", json!("nothing to read"), "bad_json"),
        (b"{\"id\": \"u\", \"title\": \"\xff\xfe\"}", Value::Null, "bad_utf8"),
        (b"\x89PNG\r \x00\x01\xff", Value::Null, "bad_utf8"),
    ];
    let mut input = format!("\u{feff}{}\r\n\r\n   \n", good[0]).into_bytes();
    let mut expected = vec![(1, json!(1), "read")];
    let mut number = 4;
    let more: Vec<(&[u8], Value, &'static str)> = more
        .iter()
        .map(|(line, code)| {
            let id = serde_json::from_str::<Value>(line).unwrap()["id"].clone();
            (line.as_bytes(), id, if *code == "bad_date" { "bad_date" } else { "read" })
        })
        .collect();
    for (line, id, code) in bad.iter().chain(&more) {
        input.extend_from_slice(line);
        input.push(b'\n');
        expected.push((number, id.clone(), *code));
        number += 1;
    }
    input.extend_from_slice(good[1].as_bytes());
    input.extend_from_slice(b"\r\n{\"id\": \"long\", \"title\": \"");
    input.resize(input.len() + (100 << 20), b'x');
    input.extend_from_slice(format!("\"}}\n{}", good[2]).as_bytes());
    expected.extend([
        (number, json!(2), "read"),
        (number + 1, Value::Null, "too_long"),
        (number + 2, json!(3), "read"),
    ]);
    (input, expected)
}

#[track_caller]
fn told_in_order(ran: &Ran, expected: &[(usize, Value, &str)]) {
    let told: Vec<(Value, Value, String)> = ran
        .lines()
        .iter()
        .map(|line| {
            let code = line["error"]["code"].as_str().unwrap_or("read").to_owned();
            (line["line"].clone(), line["id"].clone(), code)
        })
        .collect();
    let expected: Vec<(Value, Value, String)> = expected
        .iter()
        .map(|(number, id, code)| {
            let line = if *code == "read" { Value::Null } else { json!(number) };
            (line, id.clone(), (*code).to_owned())
        })
        .collect();
    assert_eq!(told, expected);
}

const GOOD: [&str; 3] = [
    r#"{"id": 1, "title": "Acme Robotics opens a plant", "text": "In Dayton."}"#,
    r#"{"id": 2, "title": "Globex is quiet", "text": null, "more": [1]}"#,
    r#"{"id": 3, "text": "No headline."}"#,
];

#[test]
fn bad_lines_of_texts_and_stories() {
    let table = Table::new();
    let (input, expected) = lines(GOOD, &[]);
    let ran = table.inspect(&["text"], &input).ended(3);
    told_in_order(&ran, &expected);
    let (input, expected) =
        lines(GOOD, &[("{\"id\": \"d\", \"title\": \"x\", \"published\": \"yesterday\"}", "bad_date")]);
    let ran = table.inspect(&["stories"], &input).ended(3);
    told_in_order(&ran, &expected);
}

#[test]
fn bad_addresses() {
    let table = Table::new();
    table.put("robots.txt", b"\xef\xbb\xbfUser-agent: *\nDisallow: /private\n");
    let mut input = b"\xef\xbb\xbfhttps://a.example/private/1\r\n\nhttps://a.example/\xff\n".to_vec();
    input.resize(input.len() + (100 << 20), b'x');
    input.extend_from_slice(b"\nhttps://a.example/open");
    let expected = [("", "read"), ("3", "bad_utf8"), ("4", "too_long"), ("", "read")];
    for arguments in [&["url"][..], &["robots", "--agent", "Tidings", "--robots", "robots.txt"]] {
        let lines = table.inspect(arguments, &input).ended(3).lines();
        let told: Vec<(String, String)> = lines
            .iter()
            .map(|line| {
                let number = line["line"].as_u64().map(|number| number.to_string()).unwrap_or_default();
                (number, line["error"]["code"].as_str().unwrap_or("read").to_owned())
            })
            .collect();
        assert_eq!(told, expected.map(|(line, code)| (line.to_owned(), code.to_owned())), "{arguments:?}");
        assert_eq!(lines[0]["url"], "https://a.example/private/1", "without the byte order mark");
    }
    let lines =
        table.inspect(&["url"], b"mailto:x@a.example\njavascript:1\nhttps://\nhttps://ok.example/\n").ended(3).lines();
    assert_eq!(lines.iter().filter(|line| line["error"]["code"] == "bad_address").count(), 3, "{lines:?}");
    assert_eq!(lines[3]["host"], "ok.example");
}

#[test]
fn what_a_whole_call_depends_on_is_named_with_what_to_do() {
    let table = Table::new();
    table.put("broken.ndjson", b"{\"entity\": \"acme\", \"name\": \"Acme\"}\n{\"entity\": \"globex\"}\n");
    table.put("broken.toml", b"[[account]]\nid = \"acme\"\nname = 7\n");
    for (file, words) in [
        ("missing", &["no such file"][..]),
        ("picture", &["this is a picture"]),
        ("folder", &["folder"]),
        ("huge", &["64 MiB"]),
        ("broken.ndjson", &["line 2", "name"]),
        ("broken.toml", &["line 3", "name"]),
    ] {
        let ran = table.inspect(&["text", "--watchlist", file], GOOD[0].as_bytes()).ended(2);
        assert!(ran.stdout().is_empty(), "nothing was read: {}", ran.stdout());
        ran.said(words).said(&[&format!("the watchlist {file}"), "hint: ", "--watchlist"]);
    }
    for file in ["missing", "folder"] {
        let ran = table.inspect(&["robots", "--agent", "Tidings", "--robots", file], b"https://a.example/").ended(2);
        assert!(ran.stdout().is_empty(), "nothing was judged: {}", ran.stdout());
        ran.said(&[&format!("the robots.txt {file}"), "hint: ", "--robots"]);
    }
    for file in ["empty", "picture"] {
        let allowed =
            table.inspect(&["robots", "--agent", "Tidings", "--robots", file], b"https://a.example/").ended(0);
        assert_eq!(allowed.json()["allowed"], true, "what is no rule forbids nothing: {file}");
    }
    let told = table.inspect(&["text", "--watchlist", "missing", "--json"], b"").ended(2).json();
    assert!(told["error"]["hint"].is_string(), "{told}");
}

#[test]
fn r50_good_lines_of_an_import_are_kept_and_again_it_changes_nothing() {
    let place = Place::new("");
    let (mut input, expected) = lines(
        [
            r#"{"id": "a", "title": "Rain in Dayton", "text": "At last."}"#,
            r#"{"id": "b", "title": "More rain", "published": "2026-03-01"}"#,
            r#"{"id": "c", "text": "Rain again."}"#,
        ],
        &[],
    );
    input.extend_from_slice(b"\n{\"id\": \"d\", \"title\": \"Rain\", \"published\": \"soon\"}\n");
    let bad: Vec<usize> = expected.iter().filter(|(_, _, code)| *code != "read").map(|(number, ..)| *number).collect();
    let last = expected.last().unwrap().0 + 1;
    let run = |json: bool| {
        let mut arguments = vec!["import", "-"];
        arguments.extend(json.then_some("--json"));
        fed(place.command(&arguments), &input).ended(3)
    };
    let lines = run(true).lines();
    let (total, refused) = lines.split_last().unwrap();
    assert_eq!(total, &json!({ "articles": 3, "refused": bad.len() + 1 }));
    let told: Vec<u64> = refused.iter().map(|line| line["line"].as_u64().unwrap()).collect();
    assert_eq!(told, bad.iter().chain([&last]).map(|number| *number as u64).collect::<Vec<_>>());
    assert!(
        refused.iter().all(|line| line["error"]["message"].as_str().is_some_and(|why| !why.is_empty())),
        "{refused:?}"
    );
    let found = || {
        let mut found = place.run(&["search", "--json", "--limit", "20", "rain"]).ended(0).lines();
        found.sort_by_key(|article| article["id"].to_string());
        found
    };
    let first = found();
    assert_eq!(first.iter().map(|article| article["id"].clone()).collect::<Vec<_>>(), ["a", "b", "c"]);
    run(false).said(&["3 articles read", "3 articles in the index", &format!("line {last}: ")]);
    assert_eq!(found(), first, "importing twice changes nothing");

    let absent = place.data().join("absent.ndjson");
    for (file, why) in [(absent.as_path(), "cannot read"), (place.config().as_path(), "it is a folder")] {
        place.run(&["import", file.to_str().unwrap()]).ended(2).said(&[why, file.to_str().unwrap(), "hint:"]);
    }
    assert_eq!(found(), first);
}

#[test]
fn an_archive_that_unpacks_to_more_than_the_memory_holds_is_no_backup() {
    let folder = tempfile::tempdir().unwrap();
    let archive = folder.path().join("bomb.tar.gz");
    // The name of the first member, written as an extension of the format, fills whatever holds it.
    let mut header = tar::Header::new_gnu();
    header.set_entry_type(tar::EntryType::GNULongName);
    header.set_path("././@LongLink").unwrap();
    header.set_size(1 << 40);
    header.set_cksum();
    let mut gzip = GzEncoder::new(fs::File::create(&archive).unwrap(), Compression::fast());
    gzip.write_all(header.as_bytes()).unwrap();
    for _ in 0..32 {
        gzip.write_all(&vec![b'x'; 1 << 20]).unwrap();
    }
    gzip.finish().unwrap();
    let place = Place::new("");
    place.run(&["restore", archive.to_str().unwrap(), "--force"]).ended(1).said(&[
        "is no backup of tidings",
        "GNULongName",
        "hint:",
    ]);
    assert!(!place.data().exists(), "nothing was written");
}
