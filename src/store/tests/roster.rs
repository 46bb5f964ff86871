//! Accounts, sources and feeds that were added at run time, and who may pause a feed.

use super::{at, databases};
use crate::model::*;
use crate::store::feeds::{FeedLife, PausedBy};
use crate::store::sources::KeptFeed;
use crate::store::*;

fn account(id: &str, name: &str) -> Account {
    Account { id: id.into(), name: name.to_owned(), aliases: vec!["A".into()], ..Account::default() }
}

fn feed(id: &str) -> Feed {
    Feed {
        id: id.into(),
        url: format!("https://times.example/{id}"),
        kind: FeedKind::Rss,
        account: Some("acme".into()),
        ..Feed::default()
    }
}

#[tokio::test]
async fn accounts_are_kept_changed_and_archived_and_each_change_is_seen() {
    for (name, store, _folder) in databases().await {
        let mut session = store.write().await.unwrap();
        assert_eq!(roster::version(&mut session).await.unwrap(), 0, "{name}");
        accounts::put(&mut session, &account("acme", "Acme"), at(0)).await.unwrap();
        accounts::put(&mut session, &account("acme", "Acme Robotics"), at(1)).await.unwrap();
        assert_eq!(accounts::all(&mut session).await.unwrap(), [account("acme", "Acme Robotics")], "{name}");
        assert!(accounts::archive(&mut session, &"acme".into(), at(2)).await.unwrap(), "{name}");
        assert!(!accounts::archive(&mut session, &"acme".into(), at(2)).await.unwrap(), "{name}: archived already");
        assert_eq!(accounts::all(&mut session).await.unwrap(), [], "{name}");
        let kept = accounts::get(&mut session, &"acme".into()).await.unwrap().unwrap();
        assert!(kept.archived && kept.account.name == "Acme Robotics", "{name}: nothing is lost");
        accounts::put(&mut session, &kept.account, at(3)).await.unwrap();
        assert_eq!(accounts::all(&mut session).await.unwrap().len(), 1, "{name}: watched again");
        assert!(roster::version(&mut session).await.unwrap() >= 4, "{name}");
    }
}

#[tokio::test]
async fn feeds_are_kept_with_their_source_and_archived() {
    for (name, store, _folder) in databases().await {
        let mut session = store.write().await.unwrap();
        let source: Source =
            serde_json::from_value(serde_json::json!({ "id": "times", "name": "The Times", "wire": true })).unwrap();
        sources::put(&mut session, &source, at(0)).await.unwrap();
        sources::put_feed(&mut session, &source.id, &feed("world"), at(0)).await.unwrap();
        assert_eq!(sources::all(&mut session).await.unwrap(), std::slice::from_ref(&source), "{name}");
        let kept = KeptFeed { source: source.id, feed: feed("world"), archived: false };
        assert_eq!(sources::feeds(&mut session).await.unwrap(), std::slice::from_ref(&kept), "{name}");
        assert!(sources::archive_feed(&mut session, &"world".into(), at(1)).await.unwrap(), "{name}");
        assert!(!sources::archive_feed(&mut session, &"nothing".into(), at(1)).await.unwrap(), "{name}");
        let archived = KeptFeed { archived: true, ..kept };
        assert_eq!(sources::feeds(&mut session).await.unwrap(), [archived], "{name}");
        assert!(roster::version(&mut session).await.unwrap() >= 3, "{name}");
    }
}

/// How a feed stands.
async fn stands(session: &mut Session, id: &FeedId) -> (FeedLife, Option<PausedBy>) {
    let state = feeds::get(session, id).await.unwrap().unwrap();
    (state.state, state.paused_by)
}

#[tokio::test]
async fn a_feed_paused_by_a_person_stays_so_whatever_the_files_say() {
    const URL: &str = "https://times.example/a";
    for (name, store, _folder) in databases().await {
        let id = FeedId::from("times");
        let mut session = store.write().await.unwrap();
        feeds::declare(&mut session, &id, URL, false, at(0)).await.unwrap();
        assert!(feeds::pause(&mut session, &id).await.unwrap(), "{name}");
        for (url, paused) in [(URL, false), (URL, true), (URL, false), ("https://times.example/b", false)] {
            feeds::declare(&mut session, &id, url, paused, at(1)).await.unwrap();
            let stands = stands(&mut session, &id).await;
            assert_eq!(stands, (FeedLife::Paused, Some(PausedBy::Person)), "{name}: {url} {paused}");
        }
        assert_eq!(feeds::lease_due(&mut session, at(5), at(5), at(9), 5, 9).await.unwrap(), [], "{name}");
        assert!(feeds::resume(&mut session, &id, at(6)).await.unwrap(), "{name}");
        assert!(!feeds::resume(&mut session, &id, at(6)).await.unwrap(), "{name}: not paused any more");
        assert_eq!(stands(&mut session, &id).await, (FeedLife::Active, None), "{name}");
        assert!(!feeds::pause(&mut session, &"nothing".into()).await.unwrap(), "{name}");
    }
}

#[tokio::test]
async fn a_pause_of_the_file_ends_with_the_file() {
    for (name, store, _folder) in databases().await {
        let id = FeedId::from("times");
        let mut session = store.write().await.unwrap();
        for (paused, expected) in [(true, FeedLife::Paused), (false, FeedLife::Active), (true, FeedLife::Paused)] {
            feeds::declare(&mut session, &id, "https://times.example/a", paused, at(0)).await.unwrap();
            assert_eq!(stands(&mut session, &id).await.0, expected, "{name}: {paused}");
        }
    }
}

#[tokio::test]
async fn a_pause_or_removal_during_a_poll_holds() {
    for (name, store, _folder) in databases().await {
        let id = FeedId::from("times");
        let mut session = store.write().await.unwrap();
        feeds::declare(&mut session, &id, "https://times.example/a", false, at(0)).await.unwrap();
        let mut polled = feeds::lease_one(&mut session, &id, at(0), at(10)).await.unwrap().unwrap();
        assert_eq!(feeds::lease_one(&mut session, &id, at(1), at(10)).await.unwrap(), None, "{name}: leased already");
        feeds::pause(&mut session, &id).await.unwrap();
        polled.title = Some("Times".to_owned());
        assert!(feeds::record(&mut session, &polled).await.unwrap(), "{name}: what was read is kept");
        assert_eq!(stands(&mut session, &id).await, (FeedLife::Paused, Some(PausedBy::Person)), "{name}");

        feeds::resume(&mut session, &id, at(2)).await.unwrap();
        polled.state = FeedLife::Paused;
        polled.paused_by = Some(PausedBy::Program);
        feeds::record(&mut session, &polled).await.unwrap();
        assert_eq!(stands(&mut session, &id).await, (FeedLife::Paused, Some(PausedBy::Program)), "{name}");
        feeds::declare(&mut session, &id, "https://times.example/a", false, at(3)).await.unwrap();
        assert_eq!(stands(&mut session, &id).await.0, FeedLife::Paused, "{name}: the server asked for it");

        feeds::archive(&mut session, &id).await.unwrap();
        polled.state = FeedLife::Active;
        polled.paused_by = None;
        feeds::record(&mut session, &polled).await.unwrap();
        assert_eq!(stands(&mut session, &id).await, (FeedLife::Archived, None), "{name}");
    }
}

#[tokio::test]
async fn a_feed_is_brought_forward_only_where_nothing_is_wrong_with_it() {
    for (name, store, _folder) in databases().await {
        let id = FeedId::from("times");
        let mut session = store.write().await.unwrap();
        feeds::declare(&mut session, &id, "https://times.example/a", false, at(50)).await.unwrap();
        assert!(feeds::ask_for(&mut session, &id, at(1)).await.unwrap(), "{name}");
        let mut state = feeds::lease_one(&mut session, &id, at(1), at(10)).await.unwrap().unwrap();
        state.failures = 2;
        state.next_poll = at(90);
        feeds::record(&mut session, &state).await.unwrap();
        assert!(!feeds::ask_for(&mut session, &id, at(2)).await.unwrap(), "{name}: it failed");
        assert_eq!(feeds::get(&mut session, &id).await.unwrap().unwrap().next_poll, at(90), "{name}");
        state.state = FeedLife::Gone;
        feeds::record(&mut session, &state).await.unwrap();
        assert!(feeds::resume(&mut session, &id, at(3)).await.unwrap(), "{name}");
        let resumed = feeds::get(&mut session, &id).await.unwrap().unwrap();
        assert_eq!((resumed.next_poll, resumed.failures), (at(3), 0), "{name}: a gone one is tried at once");
        assert_eq!(feeds::count_active(&mut session).await.unwrap(), 1, "{name}");
    }
}

#[tokio::test]
async fn what_was_asked_lately_is_known_by_feed() {
    use crate::store::feeds;
    for (name, store, _folder) in databases().await {
        let mut session = store.write().await.unwrap();
        for (id, asked) in [("old", 0), ("new", 50), ("never", -1)] {
            feeds::declare(&mut session, &id.into(), &format!("https://a.example/{id}"), false, at(0)).await.unwrap();
            let mut state = feeds::get(&mut session, &id.into()).await.unwrap().unwrap();
            state.last_attempt = (asked >= 0).then(|| at(asked));
            assert!(feeds::record(&mut session, &state).await.unwrap(), "{name}");
        }
        let asked = feeds::attempts_since(&mut session, at(10)).await.unwrap();
        assert_eq!(asked, [("new".into(), at(50))], "{name}");
    }
}
