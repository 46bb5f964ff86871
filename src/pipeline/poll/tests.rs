//! Polling over days and restarts, against an origin that misbehaves, on a clock on which waiting takes no time.

use std::collections::HashMap;
use std::pin::Pin;
use std::sync::{Arc, Mutex};

use chrono::{TimeDelta, Timelike};
use tempfile::TempDir;

use super::*;
use crate::config;
use crate::model::Clock;
use crate::net::origin::{Asked, Origin, Says, answer};
use crate::store::DataFolder;
use crate::store::changes::Change;

/// A clock on which waiting takes no time.
#[derive(Debug)]
struct Leaping(Mutex<Time>);

impl Leaping {
    fn set(&self, now: Time) {
        *self.0.lock().unwrap() = now;
    }
}

impl Clock for Leaping {
    fn now(&self) -> Time {
        *self.0.lock().unwrap()
    }

    fn sleep_until(&self, until: Time) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        let mut now = self.0.lock().unwrap();
        *now = until.max(*now);
        Box::pin(std::future::ready(()))
    }
}

/// A Monday.
fn start() -> Time {
    "2026-03-02T12:00:00Z".parse().unwrap()
}

const DAY: TimeDelta = TimeDelta::days(1);

/// The program on a folder of its own.
struct World {
    folder: TempDir,
    clock: Arc<Leaping>,
    engine: Engine,
}

impl World {
    /// Polls these feeds (id and address) of one source; `source` and `settings` are further lines of its files.
    async fn new(feeds: &[(&str, String)], source: &str, settings: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
        write("tidings.toml", &format!("[net]\nallow = [\"127.0.0.0/8\"]\n{settings}"));
        write("watchlist.toml", "[[account]]\nid = \"acme\"\nname = \"Acme Robotics\"\nowner = \"mia\"\n");
        let feeds = feeds.iter().map(|(id, url)| format!("[[source.feed]]\nid = \"{id}\"\nurl = \"{url}\"\n"));
        let feeds: String = feeds.collect();
        write("sources.toml", &format!("[[source]]\nid = \"wire\"\nname = \"Wire\"\n{source}\n{feeds}"));
        let clock = Arc::new(Leaping(Mutex::new(start())));
        let engine = begin(&folder, &clock).await;
        Self { folder, clock, engine }
    }

    async fn one(origin: &Origin) -> Self {
        Self::new(&[("a", origin.url("/a"))], "", "").await
    }

    /// The same after the process ended and was begun anew.
    async fn restarted(self) -> Self {
        let Self { folder, clock, engine } = self;
        engine.store.close().await;
        drop(engine);
        let engine = begin(&folder, &clock).await;
        Self { folder, clock, engine }
    }

    async fn state(&self, id: &str) -> FeedState {
        let mut session = self.engine.store.read().await.unwrap();
        feeds::get(&mut session, &id.into()).await.unwrap().unwrap()
    }

    /// Polls what is due now.
    async fn poll(&self) -> Polled {
        all_due(&self.engine).await.unwrap()
    }

    /// Polls a feed at the time it is due next.
    async fn poll_next(&self, id: &str) -> Polled {
        self.clock.set(self.state(id).await.next_poll.max(self.clock.now()));
        self.poll().await
    }

    /// The changes of a feed of this kind, oldest first.
    async fn changes(&self, id: &str, what: &str) -> Vec<Change> {
        let mut session = self.engine.store.read().await.unwrap();
        let mut found = changes::of(&mut session, id, 100).await.unwrap();
        found.retain(|change| change.what == what);
        found.reverse();
        found
    }

    async fn entries(&self) -> usize {
        let mut session = self.engine.store.read().await.unwrap();
        entries::counts(&mut session).await.unwrap().iter().map(|(_, count)| usize::try_from(*count).unwrap()).sum()
    }
}

async fn begin(folder: &TempDir, clock: &Arc<Leaping>) -> Engine {
    let config = config::load(folder.path()).unwrap();
    let data = DataFolder::hold(&folder.path().join("index")).unwrap();
    Engine::start(Arc::new(config), data, Arc::clone(clock) as Arc<dyn Clock>).await.unwrap()
}

/// An RSS document with these guids.
fn rss(guids: &[&str], more: &str) -> Vec<u8> {
    let items: Vec<_> =
        guids.iter().map(|guid| format!("<item><guid>{guid}</guid><title>Report {guid}</title></item>")).collect();
    let items = items.concat();
    format!("<rss version=\"2.0\"><channel><title>Wire</title>{more}{items}</channel></rss>").into_bytes()
}

fn ok(fields: &[(&str, &str)], body: &[u8]) -> Says {
    answer("200 OK", fields, body)
}

/// Answers that are changed while an origin runs, by target.
#[derive(Clone, Default)]
struct Script(Arc<Mutex<HashMap<String, Says>>>);

impl Script {
    fn says(&self, target: &str, says: Says) {
        self.0.lock().unwrap().insert(target.to_owned(), says);
    }

    async fn start(&self) -> Origin {
        let script = self.clone();
        Origin::start(move |asked| {
            let known = script.0.lock().unwrap().get(&asked.target).cloned();
            known.unwrap_or_else(|| answer("404 Not Found", &[], b""))
        })
        .await
    }
}

fn unconditional(asked: &[Asked]) -> usize {
    let plain = |asked: &&Asked| asked.header("if-none-match").or(asked.header("if-modified-since")).is_none();
    asked.iter().filter(plain).count()
}

#[tokio::test]
async fn r1_r5_r6_one_unconditional_get_in_its_life_restarts_included() {
    let origin = Origin::start(|asked| match asked.header("if-none-match") {
        Some("W/\"a b\"") => answer("304 Not Modified", &[], b""),
        _ => ok(&[("etag", "W/\"a b\"")], &rss(&["1"], "")),
    })
    .await;
    let mut world = World::one(&origin).await;
    assert_eq!(world.poll().await.new_entries, 1);
    for _ in 0..6 {
        let due = world.state("a").await.next_poll;
        world = world.restarted().await;
        assert_eq!(world.state("a").await.next_poll, due, "r6: a restart leaves the time as it was");
        assert_eq!(world.poll().await.feeds, 0, "r6: and asks nobody");
        assert_eq!(world.poll_next("a").await.unchanged, 1);
    }
    let asked = origin.asked();
    assert_eq!((asked.len(), unconditional(&asked)), (7, 1));
    assert!(asked.iter().all(|asked| asked.header("if-modified-since").is_none()), "r4: no date is invented");
}

#[tokio::test]
async fn r5_a_body_that_was_not_understood_is_asked_for_whole_again() {
    let script = Script::default();
    script.says("/a", ok(&[("etag", "\"1\"")], &rss(&["1"], "")));
    let origin = script.start().await;
    let world = World::one(&origin).await;
    world.poll().await;
    script.says("/a", ok(&[("etag", "\"2\"")], b"<html><body>Sorry</body></html>"));
    assert_eq!(world.poll_next("a").await.failed.len(), 1);
    assert!(!world.state("a").await.validators.any(), "what came with no entries is not to be asked by");
    script.says("/a", ok(&[("etag", "\"3\"")], &rss(&["1", "2"], "")));
    assert_eq!(world.poll_next("a").await.new_entries, 1);
    assert_eq!(unconditional(&origin.asked()), 2);
}

#[tokio::test]
async fn r2_r3_r4_new_validators_are_stored_with_the_same_body() {
    let script = Script::default();
    let origin = script.start().await;
    let world = World::one(&origin).await;
    let date = "Mon, 02 Mar 2026 01:00:00 GMT";
    for (etag, modified) in [("\"1\"", Some(date)), ("\"2\"", Some(date)), ("\"3\"", None)] {
        let mut fields = vec![("etag", etag)];
        fields.extend(modified.map(|date| ("last-modified", date)));
        script.says("/a", ok(&fields, &rss(&["1"], "")));
        world.poll_next("a").await;
        let kept = world.state("a").await.validators;
        assert_eq!((kept.etag.as_deref(), kept.last_modified.as_deref()), (Some(etag), modified));
    }
    world.poll_next("a").await;
    let last = origin.asked().pop().unwrap();
    assert_eq!((last.header("if-none-match"), last.header("if-modified-since")), (Some("\"3\""), None));
}

#[tokio::test]
async fn r7_r8_r9_what_a_feed_asks_for_is_kept() {
    let script = Script::default();
    let origin = script.start().await;
    let world = World::one(&origin).await;
    let wait = async |fields: &[(&str, &str)], more: &str| {
        script.says("/a", ok(fields, &rss(&["1"], more)));
        world.poll_next("a").await;
        world.state("a").await.next_poll - world.clock.now()
    };
    let hour = TimeDelta::hours(1);
    let etag = ("etag", "\"1\"");
    assert!(wait(&[etag], "").await >= hour, "r7: an hour with validators");
    assert!(wait(&[], "").await >= DAY, "r7: a day without");
    assert!(wait(&[etag, ("cache-control", "max-age=18000")], "").await >= hour * 5, "r8: max-age");
    assert!(wait(&[etag, ("cache-control", "max-age=18000")], "<ttl>600</ttl>").await >= hour * 10, "r8: the largest");
    assert!(wait(&[etag], "<ttl>999999</ttl>").await <= DAY * 2, "r8: capped");
    let skipped: Vec<String> = (0..24).filter(|hour| *hour != 5).map(|hour| format!("<hour>{hour}</hour>")).collect();
    wait(&[etag], &format!("<skipHours>{}</skipHours>", skipped.concat())).await;
    assert_eq!(world.state("a").await.next_poll.hour(), 5, "r9: the only hour that is not skipped");
}

#[tokio::test]
async fn r10_retry_after_is_kept_over_a_restart_and_beyond_a_week_pauses_and_tells() {
    let script = Script::default();
    script.says("/a", answer("404 Not Found", &[("retry-after", "18000")], b""));
    let origin = script.start().await;
    let mut world = World::one(&origin).await;
    world.poll().await;
    assert!(world.state("a").await.next_poll >= start() + TimeDelta::hours(5), "with any status");
    world = world.restarted().await;
    world.clock.set(start() + TimeDelta::hours(4));
    world.poll().await;
    assert_eq!(origin.asked().len(), 1);
    script.says("/a", answer("429 Too Many Requests", &[("retry-after", "700000")], b""));
    world.poll_next("a").await;
    let state = world.state("a").await;
    assert_eq!((state.state, state.paused_by), (FeedLife::Paused, Some(PausedBy::Program)));
    assert!(state.told_broken.is_some());
    assert_eq!(world.changes("a", "feed broken").await.len(), 1);
    world.clock.set(start() + DAY * 30);
    world.poll().await;
    assert_eq!(origin.asked().len(), 2, "a paused feed is not asked");
}

#[tokio::test]
async fn r10_without_retry_after_the_host_rests_ever_longer() {
    let script = Script::default();
    script.says("/a", answer("503 Service Unavailable", &[], b""));
    let origin = script.start().await;
    let world = World::one(&origin).await;
    let mut waits = Vec::new();
    for _ in 0..5 {
        world.poll_next("a").await;
        waits.push((world.state("a").await.next_poll - world.clock.now()).num_minutes());
    }
    assert!(waits.windows(2).all(|pair| pair[1] > pair[0]), "{waits:?}");
}

#[tokio::test]
async fn r11_a_fault_rests_the_host_or_the_one_feed_as_its_source_says() {
    for (source, settings, asked) in [
        ("", "", 1),
        ("rest_scope = \"feed\"", "", 2),
        ("rest_scope = \"domain\"", "", 1),
        ("", "[fetch]\nrest_scope = \"feed\"\n", 2),
        ("rest_scope = \"host\"", "[fetch]\nrest_scope = \"feed\"\n", 1),
    ] {
        let script = Script::default();
        script.says("/a", answer("503 Service Unavailable", &[("retry-after", "7200")], b""));
        script.says("/b", ok(&[("etag", "\"1\"")], &rss(&["1"], "")));
        let origin = script.start().await;
        let world = World::new(&[("a", origin.url("/a")), ("b", origin.url("/b"))], source, settings).await;
        world.poll().await;
        assert_eq!(origin.asked().len(), asked, "{source:?} {settings:?}");
        assert_eq!(world.state("b").await.last_success.is_some(), asked == 2);
        assert_eq!(world.state("b").await.failures, 0, "it has done nothing wrong");
    }
}

#[tokio::test]
async fn r13_a_lasting_move_is_kept_a_passing_one_is_not() {
    for (status, moves) in [
        ("301 Moved Permanently", true),
        ("308 Permanent Redirect", true),
        ("302 Found", false),
        ("303 See Other", false),
        ("307 Temporary Redirect", false),
    ] {
        let script = Script::default();
        script.says("/a", answer(status, &[("location", "/new")], b""));
        script.says("/new", ok(&[("etag", "\"1\"")], &rss(&["1"], "")));
        let origin = script.start().await;
        let world = World::one(&origin).await.restarted().await;
        world.poll().await;
        assert_eq!(world.state("a").await.url, origin.url(if moves { "/new" } else { "/a" }), "{status}");
        let world = world.restarted().await;
        world.poll_next("a").await;
        let expected: &[&str] = if moves { &["/a", "/new", "/new"] } else { &["/a", "/new", "/a", "/new"] };
        assert_eq!(origin.targets(), expected, "{status}");
        assert_eq!(world.entries().await, 1);
    }
}

#[tokio::test]
async fn r13_feeds_that_come_to_one_address_are_merged() {
    let script = Script::default();
    for target in ["/a", "/b"] {
        script.says(target, ok(&[("etag", "\"1\"")], &rss(&["1", "2"], "")));
    }
    let origin = script.start().await;
    let world = World::new(&[("a", origin.url("/a")), ("b", origin.url("/b"))], "", "").await;
    assert_eq!(world.poll().await.new_entries, 4);
    script.says("/a", answer("301 Moved Permanently", &[("location", "/b")], b""));
    script.says("/b", ok(&[("etag", "\"2\"")], &rss(&["1", "2", "3"], "")));
    world.clock.set(start() + DAY);
    let polled = world.poll().await;
    assert_eq!((polled.new_entries, polled.failed.len()), (1, 0), "by the feed that goes on, once");
    let (gone_over, goes_on) = (world.state("a").await, world.state("b").await);
    assert_eq!((gone_over.state, gone_over.paused_by), (FeedLife::Paused, Some(PausedBy::Program)));
    assert!(gone_over.next_why.contains("feed `b` is polled already"), "{}", gone_over.next_why);
    assert_eq!(goes_on.state, FeedLife::Active);
    assert_eq!(world.changes("a", "feed merged").await.len(), 1);
    assert!(gone_over.told_broken.is_none(), "nothing is broken");
    let world = world.restarted().await;
    world.clock.set(start() + DAY * 2);
    let before = origin.asked().len();
    world.poll().await;
    assert_eq!(origin.targets()[before..], ["/b"], "and stays so over a restart");
}

#[tokio::test]
async fn r14_a_feed_that_is_gone_is_told_once_and_never_asked_again() {
    let script = Script::default();
    script.says("/a", ok(&[("etag", "\"1\"")], &rss(&["1"], "")));
    let origin = script.start().await;
    let mut world = World::one(&origin).await;
    world.poll().await;
    script.says("/a", answer("410 Gone", &[], b""));
    world.poll_next("a").await;
    assert_eq!(world.state("a").await.state, FeedLife::Gone);
    assert!(world.state("a").await.told_broken.is_some());
    world.clock.set(start() + DAY * 400);
    world = world.restarted().await;
    world.poll().await;
    assert_eq!(origin.asked().len(), 2);
    assert_eq!(world.changes("a", "feed broken").await.len(), 1);
    assert_eq!(world.entries().await, 1, "nothing is deleted");
}

#[tokio::test]
async fn r15_changes_alone_are_merged_and_asked_for_only_with_an_entity_tag() {
    let origin = Origin::start(|asked| {
        let delta = asked.header("a-im") == Some("feed");
        match asked.header("if-none-match") {
            Some("\"1\"") if delta => answer("226 IM Used", &[("im", "feed"), ("etag", "\"2\"")], &rss(&["3"], "")),
            Some("\"2\"") => answer("304 Not Modified", &[], b""),
            _ => ok(&[("etag", "\"1\"")], &rss(&["1", "2"], "<ttl>120</ttl>")),
        }
    })
    .await;
    let world = World::one(&origin).await;
    assert_eq!(world.poll().await.new_entries, 2);
    let polled = world.poll_next("a").await;
    assert_eq!((polled.fresh, polled.new_entries), (1, 1));
    let state = world.state("a").await;
    assert_eq!(state.validators.etag.as_deref(), Some("\"2\""));
    assert_eq!(state.hints.ttl_minutes, Some(120), "what the changes leave out still stands");
    assert_eq!(world.entries().await, 3);
    assert_eq!(world.poll_next("a").await.unchanged, 1);
    let delta: Vec<_> = origin.asked().iter().map(|asked| asked.header("a-im").is_some()).collect();
    assert_eq!(delta, [false, true, true]);
}

#[tokio::test]
async fn r15_no_changes_are_asked_for_by_date_alone() {
    let fields = [("last-modified", "Mon, 02 Mar 2026 01:00:00 GMT")];
    let origin = Origin::start(move |_| ok(&fields, &rss(&["1"], ""))).await;
    let world = World::one(&origin).await;
    world.poll().await;
    world.poll_next("a").await;
    let last = origin.asked().pop().unwrap();
    assert!(last.header("if-modified-since").is_some() && last.header("a-im").is_none());
}

#[tokio::test]
async fn r15_changes_in_another_form_are_no_feed() {
    let script = Script::default();
    script.says("/a", ok(&[("etag", "\"1\"")], &rss(&["1"], "")));
    let origin = script.start().await;
    let world = World::one(&origin).await;
    world.poll().await;
    for form in ["vcdiff", "feed, gzip"] {
        script.says("/a", answer("226 IM Used", &[("im", form), ("etag", "\"2\"")], &rss(&["2"], "")));
        assert_eq!(world.poll_next("a").await.failed.len(), 1, "{form}");
    }
    assert_eq!(world.state("a").await.validators.etag.as_deref(), Some("\"1\""), "of the last answer that was read");
}

#[tokio::test]
async fn r16_an_archive_is_read_once_as_far_as_is_set() {
    let older =
        |page: u32| format!("<link xmlns=\"http://www.w3.org/2005/Atom\" rel=\"prev-archive\" href=\"/p{page}\"/>");
    for (pages, expected) in [(0, 1), (2, 3), (9, 5)] {
        let script = Script::default();
        script.says("/a", ok(&[("etag", "\"1\"")], &rss(&["1"], &older(1))));
        for page in 1..4 {
            // Each page repeats the newest entry as it was once.
            let body = String::from_utf8(rss(&["1", &format!("old-{page}")], &older(page + 1))).unwrap();
            script.says(&format!("/p{page}"), ok(&[], body.replace("Report 1", "Draft 1").as_bytes()));
        }
        script.says("/p4", ok(&[], &rss(&["old-4"], "")));
        let origin = script.start().await;
        let mut world =
            World::new(&[("a", origin.url("/a"))], "", &format!("[fetch]\narchive_pages = {pages}\n")).await;
        let polled = world.poll().await;
        assert_eq!((world.entries().await, polled.changed_entries), (expected, 0), "{pages} pages");
        let asked = origin.asked().len();
        world = world.restarted().await;
        world.poll_next("a").await;
        assert_eq!(origin.targets()[asked..], ["/a"], "once");
    }
}

#[tokio::test]
async fn r16_a_page_that_cannot_be_had_now_is_asked_for_after_the_next_poll() {
    let older = "<link xmlns=\"http://www.w3.org/2005/Atom\" rel=\"prev-archive\" href=\"/p1\"/>";
    let script = Script::default();
    script.says("/a", ok(&[("etag", "\"1\"")], &rss(&["1"], older)));
    script.says("/p1", answer("503 Service Unavailable", &[("retry-after", "60")], b""));
    let origin = script.start().await;
    let world = World::new(&[("a", origin.url("/a"))], "", "[fetch]\narchive_pages = 5\n").await;
    world.poll().await;
    assert!(world.state("a").await.error.is_none(), "the feed itself is well");
    script.says("/p1", ok(&[], &rss(&["old"], "")));
    assert_eq!(world.poll_next("a").await.new_entries, 1);
}

#[tokio::test]
async fn r62_a_failing_feed_is_asked_ever_more_rarely_and_its_owner_is_told_once() {
    let script = Script::default();
    let origin = script.start().await;
    let world = World::one(&origin).await;
    let mut waits = Vec::new();
    for _ in 0..12 {
        assert_eq!(world.poll_next("a").await.failed.len(), 1);
        waits.push((world.state("a").await.next_poll - world.clock.now()).num_hours());
    }
    assert!(waits[..8].windows(2).all(|pair| pair[1] > pair[0]), "{waits:?}");
    let state = world.state("a").await;
    assert_eq!((state.state, state.failures), (FeedLife::Active, 12), "never given up");
    assert_eq!(world.changes("a", "feed broken").await.len(), 1, "told once in {waits:?} hours");
    let first = state.told_broken.unwrap();
    assert!(first >= start() + DAY * 2, "not at its first failure");
    script.says("/a", ok(&[("etag", "\"1\"")], &rss(&["1"], "")));
    world.poll_next("a").await;
    assert!(world.state("a").await.told_broken.is_none());
    assert_eq!(world.changes("a", "feed recovered").await.len(), 1);
    script.says("/a", answer("404 Not Found", &[], b""));
    for _ in 0..8 {
        world.poll_next("a").await;
    }
    assert_eq!(world.changes("a", "feed broken").await.len(), 2, "it broke anew");
}

#[tokio::test]
async fn r64_a_clock_set_back_a_day_stalls_no_feed() {
    let script = Script::default();
    for target in ["/a", "/b"] {
        script.says(target, ok(&[("etag", "\"1\"")], &rss(&["1"], "")));
    }
    let origin = script.start().await;
    for restart in [false, true] {
        let mut world = World::new(&[("a", origin.url("/a")), ("b", origin.url("/b"))], "", "").await;
        world.poll().await;
        let wait = world.state("a").await.next_poll - world.clock.now();
        let back = world.clock.now() - DAY;
        world.clock.set(back);
        if restart {
            world = world.restarted().await;
        }
        assert_eq!(world.poll().await.feeds, 0, "no flood");
        for id in ["a", "b"] {
            let due = world.state(id).await.next_poll;
            assert!(due <= back + wait + TimeDelta::minutes(10), "{id} waits until {due}");
        }
        world.clock.set(back + wait + TimeDelta::minutes(10));
        assert_eq!(world.poll().await.feeds, 2);
    }
}

#[tokio::test]
async fn r64_a_clock_set_forward_a_day_has_each_feed_asked_once_in_its_hosts_turn() {
    let script = Script::default();
    let ids: Vec<String> = (0..12).map(|number| format!("f{number}")).collect();
    for id in &ids {
        script.says(&format!("/{id}"), ok(&[("etag", "\"1\"")], &rss(&["1"], "")));
    }
    let origin = script.start().await;
    let feeds: Vec<_> = ids.iter().map(|id| (id.as_str(), origin.url(&format!("/{id}")))).collect();
    let world = World::new(&feeds, "", "").await;
    world.poll().await;
    let forward = world.clock.now() + DAY;
    world.clock.set(forward);
    let before = origin.asked().len();
    world.poll().await;
    assert_eq!(origin.asked().len() - before, ids.len(), "each once");
    assert_eq!(origin.most_at_once(), 1);
    assert!(world.clock.now() - forward >= TimeDelta::seconds(11), "a second between two");
}

#[tokio::test]
async fn r19_feeds_of_a_start_are_asked_one_a_second_for_each_host_and_spread_from_then_on() {
    let script = Script::default();
    let ids: Vec<String> = (0..60).map(|number| format!("f{number}")).collect();
    for id in &ids {
        script.says(&format!("/{id}"), ok(&[("etag", "\"1\"")], &rss(&["1"], "")));
    }
    let origin = script.start().await;
    let feeds: Vec<_> = ids.iter().map(|id| (id.as_str(), origin.url(&format!("/{id}")))).collect();
    let world = World::new(&feeds, "", "").await;
    assert_eq!(world.poll().await.feeds, 60);
    assert_eq!(origin.most_at_once(), 1);
    assert!(world.clock.now() - start() >= TimeDelta::seconds(59));
    let mut waits = std::collections::BTreeSet::new();
    for id in &ids {
        let state = world.state(id).await;
        waits.insert((state.next_poll - state.last_attempt.unwrap()).num_seconds());
    }
    assert!(waits.len() > 30, "{waits:?}");
    assert!(waits.iter().all(|wait| (3600..=3960).contains(wait)), "{waits:?}");
}
