//! No silent miss (R68): quiet is only said where somebody looked. Weeks go by on a clock that the test moves; then the
//! real binary tells what it makes of them.

use std::fmt::Write as _;
use std::sync::Arc;

use chrono::TimeDelta;
use tidings::config;
use tidings::model::{Clock, ManualClock, SystemClock, Time};
use tidings::pipeline::{Engine, pass};
use tidings::store::DataFolder;

use crate::documents::{ACQUIRED, RAIN, Report, rss, source};
use crate::origin::{Answer, Document, Origin};
use crate::program::Place;

/// The feeds of the place.
const FEEDS: [&str; 6] = ["a", "b", "c", "d", "e", "f"];

/// A place with six feeds and a client that should have been called long ago.
fn place() -> (Origin, Place) {
    let origin = Origin::start();
    for feed in FEEDS {
        origin.serve(&path(feed), rss(feed, &[Report::new("r", origin.url("/rain"), "Rain at last", RAIN)]));
    }
    let feeds: Vec<(&str, String)> = FEEDS.iter().map(|feed| (*feed, origin.url(&path(feed)))).collect();
    let place = Place::new(&source("wire", &feeds));
    place.write("tidings.toml", "[net]\nallow = [\"127.0.0.0/8\"]\n\n[schedule]\nfailing_hours = 12\n");
    let contact = (SystemClock.now() - TimeDelta::days(200)).date_naive();
    place.write(
        "watchlist.toml",
        &format!(
            "[[account]]\nid = \"acme\"\nname = \"Acme Robotics, Inc.\"\naliases = [\"Acme Robotics\"]\ntier = \"A\"\n\
             owner = \"mia\"\ncadence_days = 30\nlast_contact = {contact}\n"
        ),
    );
    (origin, place)
}

fn path(feed: &str) -> String {
    format!("/{feed}.xml")
}

/// Passes on these days before now, each after what `before` does to the origin.
fn days(place: &Place, days: impl IntoIterator<Item = i64>, mut before: impl FnMut(i64)) {
    let clock = Arc::new(ManualClock::at(SystemClock.now()));
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let config = config::load(&place.config()).unwrap();
        let folder = DataFolder::hold(&place.data()).unwrap();
        let mut engine = None;
        let mut held = Some((config, folder));
        for day in days {
            clock.set(ago(day));
            before(day);
            if let Some((config, folder)) = held.take() {
                engine = Some(Engine::start(Arc::new(config), folder, clock.clone()).await.unwrap());
            }
            pass::run(engine.as_ref().unwrap(), true).await.unwrap();
        }
        engine.unwrap().store.close().await;
    });
}

/// Some minutes are left, so that the pass of today does not lie in the future.
fn ago(days: i64) -> Time {
    SystemClock.now() - TimeDelta::days(days) - TimeDelta::minutes(5)
}

fn day(days_ago: i64) -> String {
    ago(days_ago).date_naive().to_string()
}

#[test]
fn r68_five_of_six_feeds_are_broken_for_twenty_days_and_the_call_is_due_all_the_same() {
    let (origin, place) = place();
    days(&place, (1..=22).rev(), |day| {
        if day == 20 {
            for feed in &FEEDS[1..] {
                origin.serve(&path(feed), Answer::Status(404, Vec::new()));
            }
        }
    });
    let contact = (SystemClock.now() - TimeDelta::days(200)).date_naive().to_string();
    let told = place.run(&["report"]).ended(0).said(&[
        "nobody can say who was quiet",
        &format!("Acme Robotics, Inc.: could not look since {} (b, c, d and 2 more)", day(21)),
        &format!("last human contact {contact}"),
        "5 of 6 feeds could not be read",
        &format!("could not look since {}: feed b", day(21)),
    ]);
    assert!(!told.stdout().contains("no news of"), "nobody is called quiet: {}", told.stdout());
    let shown = place.run(&["watch", "show", "acme", "--json"]).ended(0).json();
    assert_eq!(shown["ledger"]["coverage"], "could_not_look", "{shown}");
    assert_eq!(shown["ledger"]["lines"].as_array().unwrap().len(), 6, "every feed with its last good reading: {shown}");
    place.run(&["watch", "show", "acme"]).ended(0).said(&[&format!("could not look since {}", day(21)), "404"]);
    let cards = place.run(&["inbox", "list", "--all", "--json"]).ended(0).lines();
    assert_eq!(cards.iter().filter(|card| card["account"] == "acme").count(), 1, "the planned touch: {cards:?}");

    // They come back; that nobody looked stays known.
    for feed in FEEDS {
        origin.serve(&path(feed), rss(feed, &[Report::new("s", origin.url("/sun"), "Sun at last", RAIN)]));
    }
    let week_ago = format!("could not look from {}", day(21));
    days(&place, [0], |_| {});
    place.run(&["watch", "show", "acme"]).ended(0).said(&["all 6 feeds are read", &week_ago, "404"]);
    let brief = place.run(&["report", "--json"]).ended(0).json();
    assert_eq!(
        (&brief["quiet"]["blind"], &brief["quiet"]["unseen"][0]["account"]),
        (&true.into(), &"acme".into()),
        "{brief}"
    );
    assert!(brief["quiet"]["unseen"][0]["until"].is_string(), "{brief}");
    let (from, to) = (day(60), day(30));
    let before = place.run(&["report", "--json", "--from", &from, "--to", &to]).ended(0).json();
    assert_eq!(before["quiet"]["blind"], false, "weeks before it broke are not touched: {before}");
}

#[test]
fn r68_a_feed_that_answers_and_brings_nothing_has_gone_silent() {
    let (origin, place) = place();
    // One entry a day for ten days, then the same document for thirty.
    let serve = |upto: i64| {
        let mut feed = "<rss version=\"2.0\"><channel><title>A</title>".to_owned();
        for day in (upto.max(30)..=40).rev() {
            let _ = write!(
                feed,
                "<item><guid>{day}</guid><title>Rain, day {day}</title><pubDate>{}</pubDate></item>",
                ago(day).to_rfc2822()
            );
        }
        Document::new("application/rss+xml", feed + "</channel></rss>").etag(&format!("\"{}\"", upto.max(30)))
    };
    place.write("sources.toml", &source("wire", &[("a", origin.url("/a.xml"))]));
    days(&place, (0..=40).rev(), |day| origin.serve("/a.xml", serve(day)));
    let since = day(30);
    place.run(&["watch", "show", "acme"]).ended(0).said(&[
        &format!("could not look since {since}"),
        "silent a (gone silent: it answers, but brought nothing new",
        "one a day came before",
    ]);
    let told = place.run(&["report"]).ended(0).said(&["Acme Robotics, Inc.: could not look since", "gone silent"]);
    assert!(!told.stdout().contains("no news of"), "{}", told.stdout());
}

#[test]
fn r68_a_feed_that_nobody_polled_and_an_account_that_no_feed_covers_are_not_quiet() {
    let (origin, place) = place();
    place.write("sources.toml", "");
    place.run(&["run", "--once"]).ended(0);
    place.run(&["watch", "show", "acme"]).ended(0).said(&["no feed covers it", "tidings feed add URL --account acme"]);
    place.run(&["report"]).ended(0).said(&["Acme Robotics, Inc.: could not look, no feed covers it"]);
    let own = source("globex", &[("globex", origin.url("/a.xml"))]);
    place.write("watchlist.toml", "[[account]]\nid = \"acme\"\nname = \"Acme Robotics\"\n\n[[account]]\nid = \"globex\"\nname = \"Globex Corporation\"\n");
    place.write("sources.toml", &own.replace("id = \"globex\"\nurl", "id = \"globex\"\naccount = \"globex\"\nurl"));
    place.run(&["run", "--once"]).ended(0);
    place.run(&["watch", "show", "globex"]).ended(0).said(&["what is quiet is quiet"]);
    place.run(&["watch", "show", "acme"]).ended(0).said(&["no feed covers it"]);

    place.write("sources.toml", &(own.clone() + &source("wire", &[("never", origin.url("/b.xml"))])));
    place.run(&["watch", "show", "acme"]).ended(0).said(&["could not look: a feed was never read", "new never"]);
    place.run(&["report"]).ended(0).said(&["Acme Robotics: could never look (never)"]);
}

#[test]
fn r68_an_article_in_a_language_without_cues_is_mention_only() {
    let (origin, place) = place();
    let polish = "Spółka Acme Robotics ogłosiła dziś, że przejmie swojego konkurenta za trzy miliony złotych. Zarząd Acme \
                  Robotics poinformował, że umowa zostanie podpisana w przyszłym tygodniu, a pracownicy zachowają pracę.";
    let report = Report::new("p", origin.url("/p"), "Acme Robotics przejmuje konkurenta", polish);
    origin.serve("/a.xml", rss("A", &[report]));
    place.write("sources.toml", &source("wire", &[("a", origin.url("/a.xml"))]));
    place.run(&["run", "--once"]).ended(0);
    let told = place
        .run(&["watch", "show", "acme"])
        .ended(0)
        .said(&["mention only: 1 article in pl names it", "the only feed is read"]);
    assert!(!told.stdout().contains("quiet is quiet"), "{}", told.stdout());
    let told = place.run(&["report"]).ended(0).said(&["acme: mention only, 1 article in pl"]);
    assert!(!told.stdout().contains("no news of"), "{}", told.stdout());

    // Another article that can be understood.
    let english = Report::new("e", origin.url("/e"), "Globex to acquire Acme Robotics for $1.2 billion", ACQUIRED);
    origin.serve("/a.xml", rss("A", &[english]));
    place.run(&["run", "--once", "--now"]).ended(0);
    let brief = place.run(&["report", "--json"]).ended(0).json();
    assert_eq!(brief["quiet"]["mention_only"], serde_json::json!([]), "{brief}");
}
