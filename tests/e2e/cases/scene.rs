//! A place with accounts, outlets that print news, a webhook that listens, and a clock that a test may move.

use std::fmt::Write as _;
use std::sync::Arc;

use chrono::TimeDelta;
use serde_json::{Value, json};
use tidings::config;
use tidings::model::{Clock, ManualClock, SystemClock, Time};
use tidings::pipeline::{Engine, pass};
use tidings::store::{DataFolder, Session, changes};

use crate::documents::source;
use crate::origin::{Answer, Document, Origin};
use crate::program::Place;

/// An article of an outlet.
#[derive(Clone)]
pub(super) struct News {
    guid: String,
    link: String,
    title: String,
    text: String,
}

/// An article of a publisher; its address is a guess nobody follows, since the feed gives the text.
pub(super) fn news(publisher: &str, slug: &str, title: &str, text: &str) -> News {
    News {
        guid: format!("{publisher}/{slug}"),
        link: format!("https://{publisher}.example/{slug}"),
        title: title.to_owned(),
        text: text.to_owned(),
    }
}

/// A place with outlets, each a feed of a source of its own, and a webhook.
pub(super) struct Scene {
    pub(super) origin: Origin,
    pub(super) place: Place,
}

impl Scene {
    /// A scene with this watchlist, in which the outlets have printed nothing yet.
    pub(super) fn new(watchlist: &str, outlets: &[&str]) -> Self {
        let origin = Origin::start();
        let mut sources = String::new();
        for outlet in outlets {
            sources += &source(outlet, &[(outlet, origin.url(&path(outlet)))]);
        }
        origin.serve("/hook", Answer::Status(204, Vec::new()));
        let place = Place::with_webhook(&sources, &origin.url("/hook"));
        place.write("watchlist.toml", watchlist);
        let scene = Self { origin, place };
        for outlet in outlets {
            scene.print(outlet, &[]);
        }
        scene
    }

    /// What an outlet's feed now holds, printed an hour ago.
    pub(super) fn print(&self, outlet: &str, news: &[News]) {
        self.print_at(outlet, news, SystemClock.now() - TimeDelta::hours(1));
    }

    /// What an outlet's feed now holds, printed at this instant.
    pub(super) fn print_at(&self, outlet: &str, news: &[News], at: Time) {
        let mut feed = format!("<rss version=\"2.0\"><channel><title>The {outlet}</title>");
        for News { guid, link, title, text } in news {
            let _ = write!(
                feed,
                "<item><guid isPermaLink=\"false\">{guid}</guid><link>{link}</link><title>{title}</title>\
                 <description>{text}</description><pubDate>{}</pubDate></item>",
                at.to_rfc2822()
            );
        }
        self.origin.serve(&path(outlet), Document::new("application/rss+xml", feed + "</channel></rss>"));
    }

    /// One pass of the program.
    pub(super) fn pass(&self) -> Value {
        self.place.run(&["run", "--once", "--now", "--json"]).ended(0).json()
    }

    /// Every card.
    pub(super) fn cards(&self) -> Vec<Value> {
        self.place.run(&["inbox", "list", "--all", "--json"]).ended(0).lines()
    }

    /// The cards of one account.
    pub(super) fn cards_of(&self, account: &str) -> Vec<Value> {
        self.cards().into_iter().filter(|card| card["account"] == account).collect()
    }

    /// Everything about an account.
    pub(super) fn account(&self, account: &str) -> Value {
        self.place.run(&["watch", "show", account, "--json"]).ended(0).json()
    }

    /// Messages that the webhook got, by their type.
    pub(super) fn notices(&self) -> Vec<(String, Value)> {
        let read = |body: &[u8]| serde_json::from_slice::<Value>(body).unwrap();
        let messages = self.origin.asked("/hook").into_iter().map(|asked| read(&asked.body));
        messages.map(|message| (message["type"].as_str().unwrap().to_owned(), message)).collect()
    }

    /// Another system tells a fact of an account, an hour ago.
    pub(super) fn tell(&self, account: &str, id: &str, kind: &str, more: &Value) {
        let at = (SystemClock.now() - TimeDelta::hours(1)).to_rfc3339();
        let mut fact = json!({ "system": "desk", "id": id, "kind": kind, "account": account, "at": at });
        for (key, value) in more.as_object().unwrap() {
            fact[key] = value.clone();
        }
        self.place.write("told.ndjson", &fact.to_string());
        let file = self.place.config().join("told.ndjson");
        self.place.run(&["fact", "import", file.to_str().unwrap()]).ended(0);
    }

    /// Passes at these instants, each after what `before` does; then how often each feed's owner was told that it is broken.
    pub(super) fn pass_at(&self, instants: &[Time], feeds: &[&str], mut before: impl FnMut(&Self, Time)) -> Vec<usize> {
        let clock = Arc::new(ManualClock::at(instants[0]));
        let runtime = tokio::runtime::Runtime::new().unwrap();
        runtime.block_on(async {
            let config = Arc::new(config::load(&self.place.config()).unwrap());
            let folder = DataFolder::hold(&self.place.data()).unwrap();
            let engine = Engine::start(config, folder, clock.clone()).await.unwrap();
            for instant in instants {
                clock.set(*instant);
                before(self, *instant);
                pass::run(&engine, true).await.unwrap();
            }
            let mut session = engine.store.read().await.unwrap();
            let told = told_broken(&mut session, feeds).await;
            drop(session);
            engine.store.close().await;
            told
        })
    }
}

async fn told_broken(session: &mut Session, feeds: &[&str]) -> Vec<usize> {
    let mut told = Vec::new();
    for feed in feeds {
        let changes = changes::of(session, feed, 1000).await.unwrap();
        told.push(changes.iter().filter(|change| change.what == "feed broken").count());
    }
    told
}

fn path(outlet: &str) -> String {
    format!("/{outlet}.xml")
}

/// A client in the United States with two contacts, and more in its table.
pub(super) fn acme(more: &str) -> String {
    format!(
        "[[account]]\nid = \"acme\"\nname = \"Acme Robotics, Inc.\"\naliases = [\"Acme Robotics\"]\n\
         domains = [\"acme-robotics.example\"]\ntier = \"A\"\nowner = \"mia\"\ncountry = \"US\"\n{more}\n\
         contacts = [\n  {{ name = \"Ruth Okafor\", role = \"COO\", sponsor = true, email = \"ruth@acme-robotics.example\" }},\n  \
         {{ name = \"Sam Ito\", role = \"CIO\" }},\n]\n\n"
    )
}
