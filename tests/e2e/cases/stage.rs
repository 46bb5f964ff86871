//! A place with outlets that publish as the days go by.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Arc;

use chrono::TimeDelta;
use serde_json::{Value, json};
use tidings::config;
use tidings::model::{Clock, ManualClock, SystemClock, Time};
use tidings::pipeline::{Engine, pass};
use tidings::store::DataFolder;

use crate::documents::page;
use crate::origin::{Answer, Document, Origin};
use crate::program::Place;

/// A headline with the text under it.
pub(super) type Words = (&'static str, &'static str);

/// Outlets, a place that reads them all, and a webhook.
pub(super) struct Stage {
    pub(super) origin: Origin,
    pub(super) place: Place,
    /// What each outlet published so far, as the lines of its feed.
    published: RefCell<BTreeMap<String, String>>,
}

impl Stage {
    /// A place with these accounts that reads these outlets. The articles of the first stand on pages that are fetched,
    /// those of the others in their feeds; each outlet is a publisher of its own.
    pub(super) fn new(accounts: &str, outlets: &[&str]) -> Self {
        let origin = Origin::start();
        let mut sources = String::new();
        for (place, outlet) in outlets.iter().enumerate() {
            let fetch = if place == 0 { "page" } else { "feed" };
            let _ = write!(
                sources,
                "[[source]]\nid = \"{outlet}\"\nname = \"The {outlet}\"\nown = true\nfetch = \"{fetch}\"\n\n\
                 [[source.feed]]\nid = \"{outlet}\"\nurl = \"{}\"\n\n",
                origin.url(&format!("/{outlet}.xml"))
            );
        }
        origin.serve("/hook", Answer::Status(204, Vec::new()));
        let place = Place::with_webhook(&sources, &origin.url("/hook"));
        place.write("watchlist.toml", accounts);
        let stage = Self { origin, place, published: RefCell::default() };
        for outlet in outlets {
            stage.published.borrow_mut().insert((*outlet).to_owned(), String::new());
            stage.serve(outlet);
        }
        stage
    }

    /// `outlet` publishes this so many days ago, an hour before whoever reads on that day.
    pub(super) fn tell(&self, outlet: &str, slug: &str, words: Words, days_ago: i64) {
        let at = (ago(days_ago) - TimeDelta::hours(1)).to_rfc2822();
        self.publish(outlet, slug, words, &format!("<pubDate>{at}</pubDate>"));
    }

    /// The same without a day.
    pub(super) fn tell_undated(&self, outlet: &str, slug: &str, words: Words) {
        self.publish(outlet, slug, words, "");
    }

    fn publish(&self, outlet: &str, slug: &str, (title, text): Words, date: &str) {
        let on_page = self.is_read_by_page(outlet);
        let link = if on_page {
            self.origin.serve(&format!("/{slug}"), page(title, text));
            self.origin.url(&format!("/{slug}"))
        } else {
            format!("https://{outlet}.example/{slug}")
        };
        let described = if on_page { title } else { text };
        self.published.borrow_mut().entry(outlet.to_owned()).or_default().push_str(&format!(
            "<item><guid isPermaLink=\"false\">{outlet}-{slug}</guid><link>{link}</link><title>{title}</title>\
             <description>{described}</description>{date}</item>"
        ));
        self.serve(outlet);
    }

    fn is_read_by_page(&self, outlet: &str) -> bool {
        let sources = std::fs::read_to_string(self.place.config().join("sources.toml")).unwrap();
        let own = sources.split("[[source]]").find(|source| source.contains(&format!("\"{outlet}\""))).unwrap();
        own.contains("fetch = \"page\"")
    }

    fn serve(&self, outlet: &str) {
        let lines = &self.published.borrow()[outlet];
        let feed = format!("<rss version=\"2.0\"><channel><title>The {outlet}</title>{lines}</channel></rss>");
        self.origin.serve(&format!("/{outlet}.xml"), Document::new("application/rss+xml", feed));
    }

    /// One pass of the real binary, now.
    pub(super) fn pass(&self) -> Value {
        self.place.run(&["run", "--once", "--now", "--json"]).ended(0).json()
    }

    /// A pass on each of these days before now, by a clock that is set.
    pub(super) fn pass_on(&self, days: impl IntoIterator<Item = i64>) {
        let clock = Arc::new(ManualClock::at(SystemClock.now()));
        tokio::runtime::Runtime::new().unwrap().block_on(async {
            let mut engine = None;
            for day in days {
                clock.set(ago(day));
                if engine.is_none() {
                    let config = Arc::new(config::load(&self.place.config()).unwrap());
                    let folder = DataFolder::hold(&self.place.data()).unwrap();
                    engine = Some(Engine::start(config, folder, clock.clone()).await.unwrap());
                }
                pass::run(engine.as_ref().unwrap(), true).await.unwrap();
            }
            engine.unwrap().store.close().await;
        });
    }

    /// Another system tells something that happened so many days ago.
    pub(super) fn fact(&self, id: &str, kind: &str, days_ago: i64, more: &Value) {
        let at = (ago(days_ago) - TimeDelta::hours(1)).to_rfc3339();
        let mut fact = json!({ "system": "desk", "id": id, "kind": kind, "at": at });
        for (key, value) in more.as_object().unwrap() {
            fact[key] = value.clone();
        }
        self.place.write("told.ndjson", &fact.to_string());
        let file = self.place.config().join("told.ndjson");
        self.place.run(&["fact", "import", file.to_str().unwrap()]).ended(0);
    }

    /// Every card, in whatever state.
    pub(super) fn all(&self) -> Vec<Value> {
        self.place.run(&["inbox", "list", "--all", "--json"]).ended(0).lines()
    }

    /// The cards of an account, in whatever state.
    pub(super) fn of(&self, account: &str) -> Vec<Value> {
        self.all().into_iter().filter(|card| card["account"] == account).collect()
    }

    /// The only card of an account.
    #[track_caller]
    pub(super) fn only(&self, account: &str) -> Value {
        let cards = self.of(account);
        assert_eq!(cards.len(), 1, "one card of {account}: {cards:#?}\n{}", self.understood());
        cards.into_iter().next().unwrap()
    }

    /// What a person does with a card.
    #[track_caller]
    pub(super) fn step(&self, card: &Value, verb: &[&str]) {
        let id = card["id"].as_str().unwrap();
        let mut arguments = vec!["inbox", verb[0], id];
        arguments.extend(&verb[1..]);
        self.place.run(&arguments).ended(0);
    }

    /// What was sent, as the events of the webhook.
    pub(super) fn sent(&self) -> Vec<Value> {
        let asked = self.origin.asked("/hook");
        asked.iter().map(|asked| serde_json::from_slice(&asked.body).unwrap()).collect()
    }

    /// The brief.
    pub(super) fn brief(&self) -> Value {
        self.place.run(&["report", "--json"]).ended(0).json()
    }

    /// What the program understood, for the message of a test that fails.
    pub(super) fn understood(&self) -> String {
        let found = self.place.run(&["search", "--json", "--limit", "50", "after:2020-01-01"]);
        found.stdout()
    }
}

/// So many days ago; some minutes are left, so that a pass of today does not lie in the future.
pub(super) fn ago(days: i64) -> Time {
    SystemClock.now() - TimeDelta::days(days) - TimeDelta::minutes(5)
}

/// All that a card has its owner say or ask, in small letters.
pub(super) fn spoken(card: &Value) -> String {
    let lines = |field: &str| {
        let lines = card[field].as_array().cloned().unwrap_or_default();
        let outward = lines.iter().filter_map(Value::as_str).filter(|line| !line.starts_with("Inside: "));
        outward.collect::<Vec<_>>().join("\n")
    };
    let opening = card["opening"].as_str().unwrap_or_default();
    [opening.to_owned(), lines("questions"), lines("talking_points")].join("\n").to_lowercase()
}

/// The verbatim quotes of a card.
pub(super) fn quotes(card: &Value) -> Vec<String> {
    let quotes = card["evidence"].as_array().unwrap().iter();
    quotes.map(|quote| quote["quote"].as_str().unwrap().to_owned()).collect()
}
