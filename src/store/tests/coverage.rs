//! Times in which a feed could not be read, and articles that could not be understood.

use chrono::TimeDelta;

use super::databases;
use crate::model::*;
use crate::store::coverage::Gap;
use crate::store::*;

/// Days after an instant of our choice.
fn day(days: i64) -> Time {
    "2026-03-02T12:00:00Z".parse::<Time>().unwrap() + TimeDelta::days(days)
}

/// Polls the feed, well or not, and puts the next poll a day later.
async fn poll(session: &mut Session, at: Time, trouble: Option<&str>) {
    let mut state = feeds::lease_one(session, &"a".into(), at, at + TimeDelta::minutes(5)).await.unwrap().unwrap();
    state.last_attempt = Some(at);
    state.error = trouble.map(str::to_owned);
    state.failures = if trouble.is_some() { state.failures + 1 } else { 0 };
    if trouble.is_none() {
        state.last_success = Some(at);
    }
    state.next_poll = at + TimeDelta::days(1);
    assert!(feeds::record(session, &state).await.unwrap());
}

#[tokio::test]
async fn r68_a_time_in_which_a_feed_could_not_be_read_is_kept_when_it_is_over() {
    for (name, store, _folder) in databases().await {
        let mut session = store.write().await.unwrap();
        feeds::declare(&mut session, &"a".into(), "https://a.example/1", false, day(0)).await.unwrap();
        let gaps = async |session: &mut Session, from, to| coverage::gaps(session, day(from), day(to)).await.unwrap();
        for at in [0, 1] {
            poll(&mut session, day(at), None).await;
        }
        for at in 2..20 {
            poll(&mut session, day(at), Some("404")).await;
        }
        assert_eq!(gaps(&mut session, 0, 30).await, [], "{name}: while it lasts it shows in the feed");
        poll(&mut session, day(20), None).await;
        let told = Gap { feed: "a".into(), since: day(1), until: day(20), why: "404".to_owned() };
        assert_eq!(gaps(&mut session, 0, 30).await, std::slice::from_ref(&told), "{name}");
        assert_eq!(gaps(&mut session, 10, 12).await, std::slice::from_ref(&told), "{name}");
        assert_eq!((gaps(&mut session, 20, 30).await, gaps(&mut session, -9, 1).await), (vec![], vec![]), "{name}");

        // A short failure is none; that nothing ran is one.
        poll(&mut session, day(21), Some("503")).await;
        poll(&mut session, day(22), None).await;
        poll(&mut session, day(30), None).await;
        let more = gaps(&mut session, 21, 40).await;
        assert_eq!((more.len(), more[0].since, more[0].until), (1, day(22), day(30)), "{name}: {more:?}");
        assert!(more[0].why.contains("nobody asked"), "{name}: {more:?}");

        // Mended by another address.
        for at in 31..35 {
            poll(&mut session, day(at), Some("410")).await;
        }
        feeds::declare(&mut session, &"a".into(), "https://a.example/2", false, day(35)).await.unwrap();
        poll(&mut session, day(35), None).await;
        let more = gaps(&mut session, 31, 40).await;
        assert_eq!((more.len(), more[0].why.as_str()), (1, "it could not be read"), "{name}: {more:?}");
    }
}
