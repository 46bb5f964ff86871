//! Accounts and feeds that are added while the program is there: beside the files, taken up by what runs, exported and
//! imported again.

use std::io::Write;
use std::process::Stdio;

use serde_json::Value;

use crate::documents::{ACQUIRED, LAUNCHED, RAIN, Report, rss, source};
use crate::origin::{Document, Origin};
use crate::program::{Place, Ran, eventually};

/// An origin with one feed, and a place that polls it.
fn place() -> (Origin, Place) {
    let origin = Origin::start();
    let report = Report::new("w1", origin.url("/w1"), "Palletron Systems launches new sorting robot", LAUNCHED);
    origin.serve("/wire.xml", rss("Wire", &[report]).etag("\"1\""));
    let place = Place::new(&source("wire", &[("wire", origin.url("/wire.xml"))]));
    (origin, place)
}

/// A feed that is not configured anywhere.
fn serve_ledger(origin: &Origin) -> String {
    let report = Report::new("l1", origin.url("/l1"), "Globex to acquire Acme Robotics for $1.2 billion", ACQUIRED);
    origin.serve("/ledger.xml", rss("The Ledger", &[report]).etag("\"l\""));
    origin.url("/ledger.xml")
}

fn line<'l>(lines: &'l [Value], id: &str) -> &'l Value {
    lines.iter().find(|line| line["id"] == id).unwrap_or_else(|| panic!("no {id} in {lines:?}"))
}

fn accounts(place: &Place) -> Vec<Value> {
    place.run(&["watch", "list", "--json"]).ended(0).lines()
}

fn feeds(place: &Place) -> Vec<Value> {
    place.run(&["feed", "list", "--json"]).ended(0).lines()
}

/// Runs with this on standard input.
fn fed(place: &Place, arguments: &[&str], input: &str) -> Ran {
    let mut command = place.command(arguments);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    Ran::of(child.wait_with_output().unwrap())
}

#[test]
fn an_account_is_added_watched_and_removed() {
    let (_origin, place) = place();
    place.run(&["watch", "add", "Initech, Inc.", "--kind", "prospect", "--tier", "A", "--dry-run"]).ended(0);
    assert_eq!(accounts(&place).len(), 3, "a dry run changes nothing");
    let arguments = ["watch", "add", "Initech, Inc.", "--kind", "prospect", "--tier", "A", "--alias", "Initech Labs"];
    place.run(&arguments).ended(0).said(&["initech added"]);
    place.run(&arguments).ended(0).said(&["there already"]);
    let listed = accounts(&place);
    let added = line(&listed, "initech");
    assert_eq!((&added["origin"], &added["tier"]), (&"database".into(), &"A".into()), "{added}");
    assert_eq!(line(&listed, "acme")["origin"], "file");
    let shown = place.run(&["watch", "show", "initech"]).ended(0);
    shown.said(&["Initech Labs", "prospect, tier A", "account added by tester", "could not look"]);
    place.run(&["watch", "remove", "initech"]).ended(0).said(&["is kept"]);
    assert_eq!(accounts(&place).len(), 3);
    place.run(&arguments).ended(0).said(&["back again"]);
}

#[test]
fn what_stands_in_a_file_is_changed_there() {
    let (_origin, place) = place();
    place.run(&["watch", "remove", "acme"]).ended(2).said(&["watchlist.toml", "hint:"]);
    place.run(&["feed", "remove", "wire"]).ended(2).said(&["sources.toml", "hint:"]);
    place.run(&["watch", "add", "Another Acme", "--id", "acme"]).ended(2).said(&["there already", "Acme Robotics"]);
    place.run(&["watch", "add", "ACME Robotics GmbH"]).ended(2).said(&["`acme` is there already"]);
    place.run(&["watch", "add", "Acme Robotics", "--id", "acme-de"]).ended(0).said(&["note:", "`acme`", "same name"]);
    place.run(&["watch", "show", "amce"]).ended(1).said(&["did you mean `acme`?"]);
    place.run(&["watch", "add", "Initech", "--tier", "Z"]).ended(2).said(&["one of: A, B, C"]);
    place.run(&["watch", "add", "Initech", "--country", "Germany"]).ended(2).said(&["two capital letters"]);
    place.run(&["watch", "add", "Initech", "--rival-of", "globex"]).ended(2).said(&["not in the watchlist"]);
}

#[test]
fn the_file_wins_on_a_shared_id_and_this_is_told() {
    let (_origin, place) = place();
    place.run(&["watch", "add", "Initech Corp"]).ended(0);
    let watchlist = std::fs::read_to_string(place.config().join("watchlist.toml")).unwrap();
    place.write("watchlist.toml", &(watchlist + "\n[[account]]\nid = \"initech\"\nname = \"Initech of the file\"\n"));
    place.run(&["watch", "list"]).ended(0).said(&["Initech of the file", "note:", "the file wins"]);
    let pass = place.run(&["run", "--once"]);
    pass.ended(0).said(&["the file wins"]);
}

#[test]
fn mentions_and_cards_are_counted_and_reasons_shown() {
    let (origin, place) = place();
    let address = serve_ledger(&origin);
    place.run(&["feed", "add", &address]).ended(0);
    place.run(&["run", "--once"]).ended(0);
    let listed = accounts(&place);
    let acme = line(&listed, "acme");
    assert!(acme["mentions"].as_i64() > Some(0) && acme["open_cards"].as_i64() > Some(0), "{acme}");
    assert!(acme["last_signal"].is_string(), "{acme}");
    let shown = place.run(&["watch", "show", "acme", "--json"]).ended(0).json();
    assert_eq!(shown["ledger"]["coverage"], "healthy", "{shown}");
    assert_eq!(shown["ledger"]["lines"][0]["feed"], "ledger", "the feed that named it comes first: {shown}");
    assert!(!shown["signals"].as_array().unwrap().is_empty() && !shown["cards"].as_array().unwrap().is_empty());
    place.run(&["watch", "show", "acme"]).ended(0).said(&["acquisition", "open cards", "all 2 feeds are read"]);
    origin.serve("/ledger.xml", crate::origin::Answer::Status(404, Vec::new()));
    place.run(&["feed", "poll", "ledger"]).ended(1).said(&["404"]);
    place.run(&["watch", "show", "acme"]).ended(0).said(&["could not look since", "404"]);
    place.run(&["feed", "list", "--broken"]).ended(0).said(&["ledger", "failing", "404"]);
}

#[test]
fn r50_accounts_are_imported_good_lines_kept_bad_ones_told_and_again_nothing_changes() {
    let (_origin, place) = place();
    let table = place.config().join("accounts.csv");
    let csv = "Name,Kind,Aliases,Domain,Owner,Tier,Renewal,Yearly value,Contact,Rival of,Onwer\n\
               \"Initech, Inc.\",client,Initech Labs|Initech Cloud,https://www.initech.example,mia,A,2027-01-31,1200,Ruth,hooli,x\n\
               Hooli,competitor,,hooli.example,,,,,,,\n\
               Umbrella,customer,,,,,,,,,\n\
               Stark,client,,,,,next year,,,,\n\
               Acme Robotics,partner,,,,,,,,,\n\
               ,client,,,,,,,,,\n\
               Hooli,client,,,,,,,,,\n";
    std::fs::write(&table, csv).unwrap();
    let table = table.to_str().unwrap();
    let ran = place.run(&["watch", "import", table, "--dry-run", "--json"]).ended(3).json();
    assert_eq!(ran["added"].as_array().unwrap().len(), 2, "{ran}");
    assert_eq!(accounts(&place).len(), 3, "a dry run changes nothing");
    let ran = place.run(&["watch", "import", table, "--json"]).ended(3).json();
    let refused: Vec<_> = ran["refused"].as_array().unwrap().iter().map(|refused| refused["line"].as_i64()).collect();
    assert_eq!(refused, [1, 4, 5, 6, 7, 8].map(Some), "{ran}");
    assert_eq!(ran["added"], serde_json::json!(["initech", "hooli"]), "{ran}");
    let again = place.run(&["watch", "import", table, "--json"]).ended(3).json();
    assert_eq!((again["added"].as_array().unwrap().len(), &again["unchanged"]), (0, &2.into()), "{again}");
    assert!(again["changed"].as_array().unwrap().is_empty(), "{again}");
    let told = place.run(&["watch", "import", table]).ended(3);
    told.said(&[
        "line 1: unknown column `Onwer`; did you mean `owner`?",
        "line 4: `kind` cannot be `customer`",
        "line 5:",
    ]);
    let listed = accounts(&place);
    let initech = line(&listed, "initech");
    assert_eq!(initech["domains"][0], "initech.example", "{initech}");
    assert_eq!(initech["relations"][0]["to"], "hooli", "a relation to a later line: {initech}");

    let json = "{\"id\":\"initech\",\"owner\":\"tom\",\"contacts\":[{\"name\":\"Eve\",\"sponsor\":true}]}\nnot json\n";
    fed(&place, &["watch", "import", "-"], json).ended(3).said(&["line 2", "0 added, 1 changed"]);
    let listed = accounts(&place);
    let initech = line(&listed, "initech");
    assert_eq!((&initech["owner"], &initech["tier"]), (&"tom".into(), &"A".into()), "the rest stays: {initech}");
    fed(&place, &["watch", "import", "-"], "\u{1}\u{2}\n\u{3}").ended(2).said(&["names its columns"]);
}

#[test]
fn names_are_tried_on_a_text() {
    let (_origin, place) = place();
    let text = "Globex Corporation agreed to acquire Acme Robotics for $1.2 billion in cash.";
    let found = place.run(&["watch", "test", text, "--json"]).ended(0).json();
    assert_eq!((&found["mentions"][0]["account"], &found["mentions"][0]["accepted"]), (&"acme".into(), &true.into()));
    assert!(found["signals"].as_array().unwrap().iter().any(|signal| signal["type"] == "acquisition"), "{found}");
    let told = place.run(&["watch", "test", text]).ended(0);
    told.said(&["»Acme Robotics«", "acme matches: score", "signal acquisition"]);
    let piped = fed(&place, &["watch", "test", "-", "--account", "palletron"], text);
    piped.ended(0).said(&["palletron: none of its names occurs", "Palletron Systems"]);
    let clerk = "The clerk of the court said the hearing was put off. A clerk resigned on Monday.";
    place.run(&["watch", "test", "--name", "Clerk", clerk]).ended(0).said(&["clerk does not match", "»clerk«"]);
    assert_eq!(accounts(&place).len(), 3, "nothing is kept");
    place.run(&["watch", "test", "--account", "nobody", text]).ended(1).said(&["no account `nobody`"]);
}

#[test]
fn r12_a_feed_is_added_with_one_request_whose_body_is_used() {
    let (origin, place) = place();
    let address = serve_ledger(&origin);
    place.run(&["feed", "add", &address, "--dry-run"]).ended(0);
    assert!(origin.asked("/ledger.xml").is_empty(), "a dry run asks nobody");
    place.run(&["feed", "add", &address, "--account", "acme"]).ended(0).said(&["ledger added", "1 entries"]);
    place.run(&["feed", "add", &address]).ended(0).said(&["there already"]);
    let pass = place.run(&["run", "--once", "--json"]).ended(0).json();
    assert_eq!(pass["articles"], 2, "its first entries are read: {pass}");
    assert_eq!(origin.asked("/ledger.xml").len(), 1);
    let later = place.run(&["run", "--once", "--now", "--json"]).ended(0).json();
    assert_eq!(later["unchanged"], 2, "{later}");
    assert_eq!(
        origin.asked("/ledger.xml")[1].headers["if-none-match"],
        "\"l\"",
        "by the validators of the first answer"
    );
    let listed = feeds(&place);
    let ledger = line(&listed, "ledger");
    assert_eq!((&ledger["health"], &ledger["account"]), (&"well".into(), &"acme".into()), "{ledger}");
    assert_eq!((&ledger["source_name"], &ledger["origin"]), (&"The Ledger".into(), &"database".into()), "{ledger}");
    assert!(ledger["next_why"].is_string() && ledger["last_new"].is_string(), "{ledger}");

    place.run(&["feed", "remove", "ledger"]).ended(0);
    assert!(feeds(&place).iter().all(|feed| feed["id"] != "ledger"));
    let all = place.run(&["feed", "list", "--all", "--json"]).ended(0).lines();
    assert_eq!(line(&all, "ledger")["state"], "archived");
    let asked = origin.asked("/ledger.xml").len();
    place.run(&["feed", "add", &address]).ended(0).said(&["back again"]);
    assert_eq!(origin.asked("/ledger.xml").len(), asked, "what is known of it is used");
    assert_eq!(place.run(&["search", "--json", "Dayton"]).ended(0).lines().len(), 1, "history is kept");
}

#[test]
fn r12_a_site_offers_the_feeds_that_it_announces() {
    let (origin, place) = place();
    serve_ledger(&origin);
    let page = "<!doctype html><html><head><title>Ledger</title>\
                <link rel=\"alternate\" type=\"application/rss+xml\" title=\"Comments\" href=\"/comments.xml\">\
                <link rel=\"alternate\" type=\"application/rss+xml\" title=\"All news\" href=\"ledger.xml\"></head></html>";
    origin.serve("/home", Document::new("text/html", page));
    origin.serve("/plain", Document::new("text/html", "<!doctype html><html><body><p>Nothing here</p></body></html>"));
    origin.serve("/file.pdf", Document::new("application/pdf", "%PDF-1.7 ..."));
    let home = origin.url("/home");
    let offered = place.run(&["feed", "add", &home]).ended(2);
    offered.said(&["1  http", "Comments", "2  http", "All news", "--pick"]);
    assert_eq!(feeds(&place).len(), 1, "nothing was added");
    place.run(&["feed", "add", &home, "--pick", "7"]).ended(1).said(&["no number 7"]);
    place.run(&["feed", "add", &home, "--pick", "2", "--source", "Ledger Media"]).ended(0);
    let listed = feeds(&place);
    assert_eq!(line(&listed, "ledger")["source_name"], "Ledger Media", "{listed:?}");
    place.run(&["feed", "add", &origin.url("/plain")]).ended(1).said(&["announces no feed", "hint:"]);
    place.run(&["feed", "add", &origin.url("/file.pdf")]).ended(1).said(&["a PDF, not a feed"]);
    place.run(&["feed", "add", &origin.url("/missing")]).ended(1).said(&["404"]);
    place.run(&["feed", "add", "ftp://example.com/"]).ended(2).said(&["no web address"]);
    place.run(&["feed", "add", "http://10.0.0.1/feed"]).ended(1).said(&["10.0.0.1"]);
    place.run(&["feed", "add", &home, "--account", "acne"]).ended(1).said(&["did you mean `acme`?"]);
    assert_eq!(feeds(&place).len(), 2);
}

#[test]
fn a_sitemap_is_added_as_one() {
    let (origin, place) = place();
    let map = format!(
        "<?xml version=\"1.0\"?><urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\"><url><loc>{}</loc>\
         <lastmod>2026-01-01</lastmod></url></urlset>",
        origin.url("/a-story")
    );
    origin.serve("/sitemap.xml", Document::new("application/xml", map));
    place.run(&["feed", "add", &origin.url("/sitemap.xml"), "--source", "Mapped"]).ended(0).said(&["mapped added"]);
    assert_eq!(line(&feeds(&place), "mapped")["kind"], "sitemap");
}

#[test]
fn a_paused_feed_stays_paused_over_restarts_until_it_is_resumed() {
    let (origin, place) = place();
    place.run(&["feed", "pause", "wire", "--dry-run"]).ended(0);
    place.run(&["feed", "pause", "wire"]).ended(0);
    let pass = place.run(&["run", "--once", "--now", "--json"]).ended(0).json();
    assert_eq!((&pass["feeds"], &pass["not_due"]), (&0.into(), &0.into()), "{pass}");
    assert!(origin.take_asked().is_empty());
    let listed = feeds(&place);
    let wire = line(&listed, "wire");
    assert_eq!((&wire["state"], &wire["paused_by"]), (&"paused".into(), &"person".into()), "{wire}");
    place.run(&["feed", "poll", "wire"]).ended(1).said(&["paused by a person", "feed resume wire"]);
    place.run(&["feed", "resume", "wire"]).ended(0).said(&["resumed"]);
    place.run(&["feed", "resume", "wire"]).ended(0).said(&["not paused"]);
    place.run(&["feed", "poll", "wire"]).ended(0).said(&["1 new"]);
    place.run(&["feed", "poll", "wire"]).ended(0).said(&["has not changed"]);
    place.run(&["feed", "pause", "wier"]).ended(1).said(&["did you mean `wire`?"]);
    let paused = source("wire", &[("wire", origin.url("/wire.xml"))]).replace("url =", "paused = true\nurl =");
    place.write("sources.toml", &paused);
    place.run(&["feed", "resume", "wire"]).ended(2).said(&["paused in sources.toml", "paused = false"]);
}

#[test]
fn polling_by_hand_never_cuts_back_off_short() {
    let (origin, place) = place();
    origin.serve("/wire.xml", crate::origin::Answer::Status(429, vec![("retry-after", "3600".to_owned())]));
    place.run(&["feed", "poll", "wire"]).ended(1).said(&["429"]);
    origin.take_asked();
    place.run(&["feed", "poll", "wire"]).ended(1).said(&["not polled before", "back-off"]);
    place.run(&["feed", "add", &origin.url("/other.xml")]).ended(1).said(&["rests until"]);
    assert!(origin.take_asked().is_empty(), "the host rests");
}

#[test]
fn r50_feeds_go_out_and_come_back_as_opml() {
    let (origin, place) = place();
    let list = format!(
        "<?xml version=\"1.0\"?>\n<opml version=\"2.0\"><body>\n\
         <outline text=\"Tech\">\n<outline text=\"A &amp; B\" xmlUrl=\"{0}\" htmlUrl=\"https://ab.example/\"/>\n<outline text=\"Nowhere\" xmlUrl=\"/feed\"/>\n\
         <outline text=\"Old\" xmlUrl=\"ftp://x.example/\"/>\n<outline text=\"Twice\" xmlUrl=\"{0}\"/>\n\
         <outline text=\"Secret\" xmlUrl=\"https://me:secret@x.example/f\"/>\n</outline>\n\
         <outline text=\"Wire\" xmlUrl=\"{1}\"/>\n</body></opml>\n",
        "https://ab.example/feed?a=1&amp;b=2",
        origin.url("/wire.xml")
    );
    let file = place.config().join("list.opml");
    std::fs::write(&file, list).unwrap();
    let file = file.to_str().unwrap();
    let ran = place.run(&["feed", "import", file, "--json"]).ended(3).json();
    let refused: Vec<_> = ran["refused"].as_array().unwrap().iter().map(|refused| refused["line"].as_i64()).collect();
    assert_eq!(refused, [5, 6, 7, 8].map(Some), "{ran}");
    assert_eq!((&ran["added"], &ran["unchanged"]), (&serde_json::json!(["a-b"]), &1.into()), "{ran}");
    let again = place.run(&["feed", "import", file, "--json"]).ended(3).json();
    assert_eq!((again["added"].as_array().unwrap().len(), &again["unchanged"]), (0, &2.into()), "{again}");
    assert!(origin.take_asked().is_empty(), "an import asks nobody");

    let exported = place.run(&["feed", "export"]).ended(0).stdout();
    let folder = exported.split("<outline text=\"Tech\">").nth(1).unwrap();
    assert!(folder.contains("htmlUrl=\"https://ab.example/\""), "its folder and its page go along: {exported}");
    let elsewhere = Place::new("");
    let ran = fed(&elsewhere, &["feed", "import", "-", "--json"], &exported).ended(0).json();
    assert_eq!(ran["added"], serde_json::json!(["wire", "a-b"]), "{ran}");
    let same = |place: &Place| -> Vec<(Value, Value, Value)> {
        let fields = |feed: Value| (feed["id"].clone(), feed["url"].clone(), feed["source_name"].clone());
        feeds(place).into_iter().map(fields).collect()
    };
    let again = elsewhere.run(&["feed", "export"]).ended(0).stdout();
    assert_eq!(again.matches("<outline").count(), exported.matches("<outline").count(), "{again}");
    let (mut one, mut other) = (same(&place), same(&elsewhere));
    one.sort_by_key(|feed| feed.0.to_string());
    other.sort_by_key(|feed| feed.0.to_string());
    assert_eq!(one, other);
    let ran = fed(&place, &["feed", "import", "-", "--json"], &exported).ended(0).json();
    assert_eq!((&ran["unchanged"], ran["added"].as_array().unwrap().len()), (&2.into(), 0), "{ran}");
    fed(&place, &["feed", "import", "-"], "<html></html>").ended(2).said(&["not an OPML list"]);
}

#[test]
fn r50_a_long_list_in_an_old_charset_without_head_or_version_is_taken_whole() {
    let (_origin, place) = place();
    let mut list = b"<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><opml><body>".to_vec();
    for number in 0..2_000 {
        list.extend(b"<outline text=\"B\xfccher ");
        list.extend(format!("{number}\" xmlUrl=\"https://n{number}.example/feed\"/>\n").bytes());
    }
    list.extend(b"</body></opml>");
    let file = place.config().join("long.opml");
    std::fs::write(&file, list).unwrap();
    let file = file.to_str().unwrap();
    let ran = place.run(&["feed", "import", file, "--json"]).ended(0).json();
    assert_eq!(ran["added"].as_array().unwrap().len(), 2_000);
    let again = place.run(&["feed", "import", file, "--json"]).ended(0).json();
    assert_eq!((again["added"].as_array().unwrap().len(), &again["unchanged"]), (0, &2_000.into()));
    assert!(place.run(&["feed", "export"]).ended(0).stdout().contains("Bücher 1999"));
}

#[test]
fn a_running_program_takes_up_what_is_added() {
    let (origin, place) = place();
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    place.write(
        "tidings.toml",
        &format!("[net]\nallow = [\"127.0.0.0/8\"]\n\n[serve]\nlisten = \"127.0.0.1:{port}\"\n"),
    );
    let running = place.start(&["run"]);
    eventually("the configured feed is read", || place.run(&["search", "--json", "sorting"]).stdout().contains("/w1"));
    place.run(&["watch", "add", "Globex Corporation", "--kind", "competitor"]).ended(0);
    let address = serve_ledger(&origin);
    place.run(&["feed", "add", &address]).ended(0);
    eventually("the added feed is read and the added account known", || {
        line(&accounts(&place), "globex")["mentions"].as_i64() > Some(0)
    });
    let news = Report::new("l2", origin.url("/l2"), "Rain at last", RAIN);
    origin.serve("/ledger.xml", rss("The Ledger", &[news]).etag("\"l2\""));
    place.run(&["feed", "poll", "ledger"]).ended(0).said(&["polls it within half a minute"]);
    eventually("the running program polls it", || origin.asked("/ledger.xml").len() > 1);
    assert_eq!(running.stop(), Some(0));
}
