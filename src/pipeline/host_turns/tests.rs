use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use super::*;
use crate::fetch::{self, FeedRequest, Fetcher, Outcome};
use crate::model::SystemClock;
use crate::net;
use crate::net::origin::{Origin, answer};

/// A fetcher of a process of its own that shares the turns in this database.
fn process(store: &Store) -> Fetcher {
    let wire = net::Settings { allow: vec!["127.0.0.1/32".to_owned()], ..net::Settings::default() };
    let wire = net::Client::new(&wire).unwrap();
    let fetcher = Fetcher::new(wire, fetch::Settings::default(), Arc::new(SystemClock));
    fetcher.sharing(Arc::new(HostTurns(store.clone())))
}

#[tokio::test]
async fn r24_workers_of_one_database_are_one_queue_for_a_host() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("tidings.db");
    let mut pairs = vec![(Store::open_file(&file).await.unwrap(), Store::open_file(&file).await.unwrap())];
    if let Ok(server) = std::env::var("TIDINGS_TEST_POSTGRES") {
        let url = crate::store::test_database(&server).await;
        pairs.push((Store::open_server(&url).await.unwrap(), Store::open_server(&url).await.unwrap()));
    }
    for (one, other) in pairs {
        let begun = Arc::new(Mutex::new(Vec::new()));
        let noted = Arc::clone(&begun);
        let origin = Origin::start(move |_| {
            noted.lock().unwrap().push(Instant::now());
            answer("200 OK", &[], b"x")
        })
        .await;
        let (one, other) = (process(&one), process(&other));
        let asking = [&one, &other, &one, &other].map(|fetcher| async {
            let request = FeedRequest { url: origin.url("/f"), ..FeedRequest::default() };
            matches!(fetcher.feed(&request).await, Outcome::Fresh(_))
        });
        assert_eq!(futures_util::future::join_all(asking).await, [true; 4]);
        assert_eq!(origin.most_at_once(), 1);
        // Each waits for the gap after the answer before, which begins no sooner than its request came in.
        let gaps: Vec<_> = begun.lock().unwrap().windows(2).map(|pair| pair[1] - pair[0]).collect();
        assert!(gaps.iter().all(|gap| *gap >= Duration::from_millis(990)), "{gaps:?}");
    }
}

#[tokio::test]
async fn r24_a_worker_that_was_killed_holds_nobody_up_for_ever() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open_file(&folder.path().join("tidings.db")).await.unwrap();
    let turns = HostTurns(store.clone());
    let now: Time = "2026-03-02T12:00:00Z".parse().unwrap();
    let until = now + chrono::TimeDelta::seconds(90);
    assert!(matches!(turns.take("a.example", now, until).await, Ok(TurnTaken::Ours(_))));
    assert_eq!(turns.take("a.example", now, until).await, Ok(TurnTaken::NotBefore(until)));
    assert!(matches!(turns.take("a.example", until, until).await, Ok(TurnTaken::Ours(_))));
}
