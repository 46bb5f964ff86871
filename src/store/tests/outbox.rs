//! What the outbox promises: order, leases, retries, what is let go.

use chrono::TimeDelta;

use super::{at, databases, delivery};
use crate::model::*;
use crate::store::hooks::{self, Hook};
use crate::store::{Store, deliveries};

fn card(now: Time) -> TouchPoint {
    super::card("acme", "story:s1", now)
}

async fn put(store: &Store, deliveries: &[Delivery]) {
    let mut session = store.write().await.unwrap();
    for delivery in deliveries {
        deliveries::put(&mut session, delivery).await.unwrap();
    }
    session.commit().await.unwrap();
}

async fn settle(store: &Store, delivery: &Delivery, state: DeliveryState, now: Time) {
    let mut session = store.write().await.unwrap();
    let settled = Delivery { state, ..delivery.clone() };
    deliveries::record(&mut session, &settled, now).await.unwrap();
    session.commit().await.unwrap();
}

async fn lease(store: &Store, now: Time) -> Vec<u32> {
    let mut session = store.write().await.unwrap();
    let leased =
        deliveries::lease_due(&mut session, &"crm".into(), now, now + TimeDelta::minutes(10), 9).await.unwrap();
    session.commit().await.unwrap();
    leased.into_iter().map(|delivery| delivery.revision).collect()
}

#[tokio::test]
async fn r55_a_later_revision_waits_for_an_earlier_one_and_nothing_spins_meanwhile() {
    for (name, store, _folder) in databases().await {
        let card = card(at(0));
        let later = at(0) + TimeDelta::minutes(5);
        let first = Delivery { next_at: later, ..delivery(&card, 1, at(0)) };
        put(&store, &[first.clone(), delivery(&card, 2, at(0)), delivery(&card, 3, at(0))]).await;
        assert_eq!(lease(&store, at(0)).await, [0; 0], "{name}: the first is tried again later");
        let mut session = store.read().await.unwrap();
        assert_eq!(deliveries::waiting(&mut session, at(0)).await.unwrap(), [], "{name}");
        assert_eq!(deliveries::next_due(&mut session).await.unwrap(), Some(later), "{name}");
        drop(session);
        // Two workers: what one holds, and what comes after it, the other leaves.
        assert_eq!(lease(&store, later).await, [1], "{name}");
        assert_eq!(lease(&store, later).await, [0; 0], "{name}");
        settle(&store, &first, DeliveryState::Delivered, later).await;
        assert_eq!(lease(&store, later).await, [2], "{name}");
    }
}

#[tokio::test]
async fn a_dead_one_that_was_overtaken_does_not_come_back() {
    for (name, store, _folder) in databases().await {
        let (card, other) = (card(at(0)), card(at(5)));
        let old = delivery(&card, 1, at(0));
        let new = delivery(&card, 2, at(0));
        let alone = delivery(&other, 1, at(0));
        put(&store, &[old.clone(), new.clone(), alone.clone()]).await;
        settle(&store, &old, DeliveryState::Dead, at(1)).await;
        settle(&store, &new, DeliveryState::Delivered, at(1)).await;
        settle(&store, &alone, DeliveryState::Dead, at(1)).await;
        let mut session = store.write().await.unwrap();
        assert_eq!(deliveries::drop_overtaken(&mut session, None, at(2)).await.unwrap(), 1, "{name}");
        assert_eq!(deliveries::retry_dead(&mut session, None, at(2)).await.unwrap(), 1, "{name}");
        let state = deliveries::get(&mut session, &old.id).await.unwrap().unwrap().state;
        assert_eq!(state, DeliveryState::Dropped, "{name}");
        // A person may still send it by its id.
        assert!(deliveries::retry_one(&mut session, &old.id, at(2)).await.unwrap(), "{name}");
    }
}

#[tokio::test]
async fn only_what_is_given_up_or_unknown_is_dropped() {
    for (name, store, _folder) in databases().await {
        let card = card(at(0));
        let all: Vec<_> = (1..=4).map(|revision| delivery(&card, revision, at(0))).collect();
        put(&store, &all).await;
        for (one, state) in all.iter().zip([DeliveryState::Dead, DeliveryState::Unknown, DeliveryState::Delivered]) {
            settle(&store, one, state, at(1)).await;
        }
        let mut session = store.write().await.unwrap();
        let mut dropped = Vec::new();
        for one in &all {
            dropped.push(deliveries::drop_one(&mut session, &one.id, "why", at(2)).await.unwrap());
        }
        assert_eq!(dropped, [true, true, false, false], "{name}");
        assert_eq!(deliveries::drop_all(&mut session, &"crm".into(), false, "why", at(2)).await.unwrap(), 0, "{name}");
        assert_eq!(deliveries::drop_all(&mut session, &"crm".into(), true, "why", at(2)).await.unwrap(), 1, "{name}");
    }
}

#[tokio::test]
async fn what_is_settled_goes_after_its_time_and_what_waits_stays() {
    for (name, store, _folder) in databases().await {
        let card = card(at(0));
        let all: Vec<_> = (1..=3).map(|revision| delivery(&card, revision, at(0))).collect();
        put(&store, &all).await;
        settle(&store, &all[0], DeliveryState::Delivered, at(1)).await;
        settle(&store, &all[1], DeliveryState::Unknown, at(1)).await;
        let mut session = store.write().await.unwrap();
        let long_after = at(1) + TimeDelta::days(90);
        assert_eq!(
            deliveries::forget_settled(&mut session, long_after, 9).await.unwrap(),
            0,
            "{name}: one waits still"
        );
        session.commit().await.unwrap();
        settle(&store, &all[2], DeliveryState::Dropped, at(2)).await;
        let mut session = store.write().await.unwrap();
        assert_eq!(deliveries::forget_settled(&mut session, at(1), 9).await.unwrap(), 0, "{name}: not before its time");
        assert_eq!(deliveries::forget_settled(&mut session, long_after, 9).await.unwrap(), 2, "{name}");
        let left = deliveries::latest(&mut session, 9).await.unwrap();
        assert_eq!(left.iter().map(|one| one.revision).collect::<Vec<_>>(), [2], "{name}: nobody knows of it");
    }
}

#[tokio::test]
async fn what_a_killed_process_held_is_free_again() {
    for (name, store, _folder) in databases().await {
        put(&store, &[delivery(&card(at(0)), 1, at(0))]).await;
        assert_eq!(lease(&store, at(0)).await, [1], "{name}");
        assert_eq!(lease(&store, at(0)).await, [0; 0], "{name}");
        let mut session = store.write().await.unwrap();
        deliveries::free_leases(&mut session).await.unwrap();
        session.commit().await.unwrap();
        assert_eq!(lease(&store, at(0)).await, [1], "{name}");
    }
}

#[tokio::test]
async fn a_stopped_destination_fails_until_something_goes_through() {
    for (name, store, _folder) in databases().await {
        let id = DestinationId::from("crm");
        let mut session = store.write().await.unwrap();
        deliveries::set_destination(&mut session, &id, "paused", "401", at(0)).await.unwrap();
        deliveries::told(&mut session, &id, at(5)).await.unwrap();
        deliveries::set_destination(&mut session, &id, "open", "", at(9)).await.unwrap();
        assert_eq!(deliveries::told_trouble(&mut session, &id).await.unwrap(), Some((at(0), at(5))), "{name}");
        deliveries::went_well(&mut session, &id).await.unwrap();
        assert_eq!(deliveries::told_trouble(&mut session, &id).await.unwrap(), None, "{name}");
        let state = &deliveries::destinations(&mut session).await.unwrap()[0];
        assert_eq!((state.state.as_str(), state.failing_since), ("open", None), "{name}");
    }
}

#[tokio::test]
async fn a_webhook_that_is_asked_for_twice_is_there_once() {
    for (name, store, _folder) in databases().await {
        let hook = |id: &str, url: &str| Hook {
            id: id.into(),
            url: url.to_owned(),
            events: vec![Step::Accepted],
            secret: format!("whsec_{id}"),
            made_by: "api".to_owned(),
            made: at(0),
        };
        let mut session = store.write().await.unwrap();
        let first = hooks::put(&mut session, &hook("hook_1", "https://a.example/")).await.unwrap();
        let again = hooks::put(&mut session, &hook("hook_2", "https://a.example/")).await.unwrap();
        assert!(first == again && again.id.as_str() == "hook_1", "{name}");
        hooks::put(&mut session, &hook("hook_3", "https://b.example/")).await.unwrap();
        assert_eq!(hooks::all(&mut session).await.unwrap().len(), 2, "{name}");
        let removed = hooks::remove(&mut session, &"hook_1".into()).await.unwrap();
        assert_eq!(removed.as_deref(), Some("https://a.example/"), "{name}");
        assert_eq!(hooks::remove(&mut session, &"hook_1".into()).await.unwrap(), None, "{name}");
    }
}
