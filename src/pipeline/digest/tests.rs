//! What a digest says, from invented cards; and that a day is decided once.

use std::sync::Arc;

use chrono_tz::Tz;

use super::*;
use crate::deliver::digest::Reader;
use crate::deliver::page::Block;
use crate::model::{
    Action, Approach, Clock, DeliveryState, ManualClock, Priority, TouchPoint, TouchPointId, TouchPointState as State,
};
use crate::pipeline::digest::daily::Material;
use crate::store::DataFolder;

fn now() -> Time {
    "2026-03-02T06:30:00Z".parse().unwrap()
}

fn reader() -> Reader {
    Reader { owner: Some("mia".to_owned()), zone: Tz::Europe__Berlin, others: Vec::new() }
}

fn card(number: u128, title: &str, state: State) -> TouchPoint {
    let value = serde_json::json!({
        "id": TouchPointId(uuid::Uuid::from_u128(number)), "account": "acme", "cause": "story:s", "play": "p",
        "signal_type": null, "action": Action::Call, "approach": Approach::Pull, "title": title, "why": "Because.",
        "evidence": [], "opening": null, "talking_points": [], "questions": [], "avoid": [], "checks": [],
        "approval": false, "tact": false, "alarm": false, "contact": null, "owner": "mia", "due": "2026-03-04",
        "state": state, "snoozed_until": null, "snoozed_from": null, "dismissal": null, "outcome": null,
        "priority": Priority::default(), "signals": [], "revision": 1, "backfilled": false, "created": now(),
        "updated": now(),
    });
    serde_json::from_value(value).unwrap()
}

/// A configuration without anything in it.
fn config() -> Config {
    let folder = tempfile::tempdir().unwrap();
    for file in ["tidings.toml", "watchlist.toml", "sources.toml"] {
        std::fs::write(folder.path().join(file), "").unwrap();
    }
    crate::config::load(folder.path()).unwrap()
}

fn composed(material: &Material) -> Option<Page> {
    let reader = reader();
    let since = now() - TimeDelta::days(1);
    let request = Request { reader: &reader, rhythm: Rhythm::Daily, since, now: now(), card_url: None };
    daily::compose(material, &config(), &request, Vec::new())
}

#[test]
fn where_there_is_nothing_to_say_nothing_is_said() {
    assert_eq!(composed(&Material::default()), None);
    let kept = Material { changed: vec![card(1, "Call", State::Snoozed)], ..Material::default() };
    assert_eq!(composed(&kept), None, "what the reader did is no news to them");
}

#[test]
fn alarms_come_first_then_what_is_overdue_then_the_rest() {
    let mut alarm = card(1, "Call Acme now", State::Ready);
    alarm.alarm = true;
    let mut late = card(2, "Visit Beta", State::Accepted);
    late.due = "2026-02-27".parse().unwrap();
    let material = Material {
        open: vec![card(3, "Write to Gamma", State::Ready), late, alarm],
        changed: vec![card(4, "Call Delta", State::Withdrawn)],
        ..Material::default()
    };
    let page = composed(&material).unwrap();
    assert_eq!(page.title, "Tidings, Mon 2 Mar 2026: 1 alarm, 1 card");
    assert!(page.urgent);
    let headings = page.blocks.iter().filter_map(|block| match block {
        Block::Heading(text) => Some(text.as_str()),
        _ => None,
    });
    assert_eq!(
        headings.collect::<Vec<_>>(),
        ["Alarms", "Accepted and overdue", "Begin with", "Changed since the last digest"]
    );
    let text = text_page(&page, None);
    for words in ["Visit Beta (due 2026-02-27)", "taken back: Call Delta", "As of 2026-03-02 07:30 (Europe/Berlin)"] {
        assert!(text.contains(words), "{words}\n{text}");
    }
}

fn mail() -> Mail {
    let settings = "id = \"mail\"\nhost = \"smtp.example.com\"\nfrom = \"t@example.com\"\nowners = { mia = \"m@x.example\" }\n\
                    digest = \"daily\"";
    toml::from_str(settings).unwrap()
}

#[tokio::test]
async fn a_day_is_decided_once_and_a_long_stop_brings_one_digest() {
    let place = tempfile::tempdir().unwrap();
    let store = Store::open_file(&place.path().join("tidings.db")).await.unwrap();
    let (config, mail, reader) = (config(), mail(), reader());
    let mut session = store.write().await.unwrap();
    crate::store::touchpoints::write(&mut session, &card(1, "Call Acme", State::Ready)).await.unwrap();
    session.commit().await.unwrap();
    let written = |now: Time| {
        let (store, config, mail, reader) = (&store, &config, &mail, &reader);
        async move {
            let day = mail.due(reader, |_| true, now).unwrap();
            write(store, config, mail, reader, day, now).await.unwrap()
        }
    };
    assert_eq!(written(now()).await, Written::Written);
    assert_eq!(written(now() + TimeDelta::minutes(5)).await, Written::Before);
    // Ten days nothing ran; then the clock is set back a day and forth again.
    let later = now() + TimeDelta::days(10);
    assert_eq!(written(later).await, Written::Written);
    assert_eq!(written(later + TimeDelta::minutes(5)).await, Written::Before);
    assert_eq!(written(now()).await, Written::Before);
    assert_eq!(written(later).await, Written::Before);
    let waiting = deliveries::latest(&mut store.read().await.unwrap(), 10).await.unwrap();
    assert_eq!(waiting.len(), 2, "one for each of two days, none for those between");
    let mut session = store.write().await.unwrap();
    digests::token(&mut session, (&mail.id, "mia"), "token").await.unwrap();
    assert!(digests::stop(&mut session, (&mail.id, "mia"), later).await.unwrap());
    assert!(!digests::stop(&mut session, (&mail.id, "mia"), later).await.unwrap());
    session.commit().await.unwrap();
    assert_eq!(written(later + TimeDelta::days(1)).await, Written::Stopped);
    assert!(resume(&store, &mail, &reader, &Actor::person("ann"), later).await.unwrap());
    assert_eq!(written(later + TimeDelta::days(1)).await, Written::Written);
}

/// An engine whose one reader gets a digest each morning.
async fn engine(folder: &std::path::Path, clock: &Arc<ManualClock>) -> Engine {
    let write = |name: &str, text: &str| std::fs::write(folder.join(name), text).unwrap();
    write(
        "tidings.toml",
        "[serve]\npublic_url = \"https://news.example\"\n\n[[deliver.destinations]]\nkind = \"mail\"\nid = \"mail\"\n\
         host = \"smtp.example.com\"\nfrom = \"t@example.com\"\nowners = { mia = \"m@x.example\" }\ndigest = \"daily\"\n\
         zones = { mia = \"Europe/Berlin\" }\n",
    );
    write("watchlist.toml", "");
    write("sources.toml", "");
    let config = crate::config::load(folder).unwrap();
    let data = DataFolder::hold(&folder.join("data")).unwrap();
    Engine::start(Arc::new(config), data, Arc::clone(clock) as Arc<dyn Clock>).await.unwrap()
}

#[tokio::test]
async fn a_reader_gets_one_each_morning_until_they_stop_it() {
    let folder = tempfile::tempdir().unwrap();
    let clock = Arc::new(ManualClock::at(now()));
    let engine = engine(folder.path(), &clock).await;
    let mut due = Vec::new();
    let mut look = async |at: &str| {
        clock.set(at.parse().unwrap());
        due.push(write_due(&engine).await.unwrap());
    };
    look("2026-03-02T06:30:00Z").await;
    let mut session = engine.store.write().await.unwrap();
    crate::store::touchpoints::write(&mut session, &card(1, "Call Acme", State::Ready)).await.unwrap();
    session.commit().await.unwrap();
    for at in ["2026-03-02T12:00:00Z", "2026-03-03T06:29:59Z", "2026-03-03T06:30:00Z", "2026-03-03T06:31:00Z"] {
        look(at).await;
    }
    // The clock leaps by five weeks, and goes back.
    for at in ["2026-04-07T09:00:00Z", "2026-04-07T09:01:00Z", "2026-03-03T06:32:00Z"] {
        look(at).await;
    }
    assert_eq!(due, [0, 0, 0, 1, 0, 1, 0, 0], "none of the first day, on which there was nothing to say");

    let waiting = deliveries::latest(&mut engine.store.read().await.unwrap(), 10).await.unwrap();
    let payload: serde_json::Value = serde_json::from_str(&waiting[0].payload).unwrap();
    let address = payload["data"]["unsubscribe"].as_str().unwrap();
    let token = address.strip_prefix("https://news.example/unsubscribe/").unwrap();
    assert!(!stop(&engine, "another").await.unwrap());
    assert!(stop(&engine, token).await.unwrap());
    let waiting = deliveries::latest(&mut engine.store.read().await.unwrap(), 10).await.unwrap();
    let states: Vec<_> = waiting.iter().map(|delivery| delivery.state).collect();
    assert_eq!(states, [DeliveryState::Dropped; 2], "what still waited is not sent");
    clock.set("2026-03-04T07:00:00Z".parse().unwrap());
    assert_eq!(write_due(&engine).await.unwrap(), 0);
}
