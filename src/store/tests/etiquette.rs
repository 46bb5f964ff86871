//! Turns of hosts, fair leases, and clocks that are set back.

use std::collections::HashMap;

use super::*;

#[tokio::test]
async fn r24_a_turn_is_given_to_one_at_a_time_and_ends_or_runs_out() {
    for (name, store, _folder) in databases().await {
        // Another process: connections of its own where the database has them.
        let other = store.clone();
        let take = async |store: &Store, now: Time| {
            let mut session = store.write().await.unwrap();
            let taken = hosts::take_turn(&mut session, "a.example", now, now + TimeDelta::minutes(2)).await.unwrap();
            session.commit().await.unwrap();
            taken
        };
        let end = async |store: &Store, number: i64, now: Time, free: Time| {
            let mut session = store.write().await.unwrap();
            hosts::end_turn(&mut session, "a.example", number, now, free).await.unwrap();
            session.commit().await.unwrap();
        };
        let second = TimeDelta::seconds(1);
        let first = take(&store, at(0)).await.unwrap();
        assert_eq!(take(&other, at(0) + second).await, Err(at(2)), "{name}: held");
        end(&store, first, at(0) + second, at(0) + second * 6).await;
        assert_eq!(take(&other, at(0) + second * 2).await, Err(at(0) + second * 6), "{name}: left alone");
        let third = take(&other, at(0) + second * 6).await.unwrap();
        assert!(third > first, "{name}");
        // Its holder is killed; the turn runs out, and what comes late counts for nothing.
        let fourth = take(&store, at(3)).await.unwrap();
        end(&other, third, at(3), at(3)).await;
        assert_eq!(take(&other, at(4)).await, Err(at(5)), "{name}: still held under {fourth}");
        // r64: set back by a day.
        assert!(take(&other, at(4) - TimeDelta::days(1)).await.is_ok(), "{name}: of another time");
    }
}

#[tokio::test]
async fn r24_of_many_who_ask_at_once_one_gets_the_turn() {
    for (name, store, _folder) in databases().await {
        let asking = (0..12).map(|_| async {
            let mut session = store.write().await.unwrap();
            let taken = hosts::take_turn(&mut session, "a.example", at(0), at(2)).await.unwrap();
            session.commit().await.unwrap();
            taken.is_ok()
        });
        let taken = futures_util::future::join_all(asking).await;
        assert_eq!(taken.iter().filter(|taken| **taken).count(), 1, "{name}");
    }
}

#[tokio::test]
async fn r19_of_ten_thousand_due_feeds_no_host_takes_the_place_of_all_others() {
    for (name, store, _folder) in databases().await {
        let mut session = store.write().await.unwrap();
        // The feeds of one great host have been due the longest.
        for number in 0..10_000 {
            let host = if number < 9_900 { "great.example".to_owned() } else { format!("h{number}.example") };
            let (id, url) = (FeedId(format!("f{number}")), format!("https://{host}/{number}"));
            feeds::declare(&mut session, &id, &url, false, at(0) + TimeDelta::milliseconds(number)).await.unwrap();
        }
        let mut hosts = HashMap::new();
        for _ in 0..30 {
            for state in feeds::lease_due(&mut session, at(5), at(5), at(15), 32, 4).await.unwrap() {
                *hosts.entry(crate::address::host(&state.url).unwrap()).or_insert(0) += 1;
            }
        }
        assert_eq!(hosts.remove("great.example"), Some(4), "{name}");
        assert_eq!((hosts.len(), hosts.values().max()), (100, Some(&1)), "{name}: all others had their turn");
        let all = feeds::lease_due(&mut session, at(16), at(16), at(20), 32, 4).await.unwrap();
        assert_eq!(all.len(), 4, "{name}: leases that ran out count no more");
    }
}

#[tokio::test]
async fn r64_feeds_keep_their_waits_when_the_clock_is_set_back() {
    for (name, store, _folder) in databases().await {
        let mut session = store.write().await.unwrap();
        for id in ["asked", "leased", "new"] {
            feeds::declare(&mut session, &id.into(), &format!("https://a.example/{id}"), false, at(0)).await.unwrap();
        }
        let mut state = feeds::lease_one(&mut session, &"asked".into(), at(0), at(10)).await.unwrap().unwrap();
        (state.last_attempt, state.last_success, state.next_poll) = (Some(at(1)), Some(at(1)), at(61));
        assert!(feeds::record(&mut session, &state).await.unwrap(), "{name}");
        feeds::lease_one(&mut session, &"leased".into(), at(0), at(10)).await.unwrap().unwrap();
        let back = at(2) - TimeDelta::days(1);
        let mend = async |session: &mut Session, now: Time| {
            feeds::mend_after_clock_set_back(
                session,
                now,
                TimeDelta::minutes(5),
                TimeDelta::minutes(10),
                TimeDelta::zero(),
            )
            .await
            .unwrap()
        };
        assert_eq!(mend(&mut session, at(2)).await, 0, "{name}: nothing was set back");
        assert_eq!(mend(&mut session, back).await, 1, "{name}");
        let mended = feeds::get(&mut session, &"asked".into()).await.unwrap().unwrap();
        assert_eq!(mended.next_poll, back + TimeDelta::minutes(60), "{name}");
        let new = feeds::get(&mut session, &"new".into()).await.unwrap().unwrap();
        assert_eq!(new.next_poll, back, "{name}: a first poll does not wait either");
        assert_eq!((mended.last_attempt, mended.last_success), (Some(back), Some(back)), "{name}");
        assert_eq!(mend(&mut session, back).await, 0, "{name}: once");
        let leased = feeds::lease_one(&mut session, &"leased".into(), at(1), at(10)).await.unwrap();
        assert!(leased.is_some(), "{name}: the lease of another time ended");
    }
}
