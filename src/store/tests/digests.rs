//! Digests: a day is decided once, a reader has one token and stops once.

use super::{at, databases};
use crate::model::{Delivery, DeliveryState, DestinationId};
use crate::store::{deliveries, digests};

#[tokio::test]
async fn a_day_is_decided_once_for_each_reader() {
    for (name, store, _folder) in databases().await {
        let mail = DestinationId::from("mail");
        let day = "2026-03-02".parse().unwrap();
        let mut session = store.write().await.unwrap();
        assert_eq!(digests::last(&mut session, (&mail, "mia"), at(9)).await.unwrap(), None, "{name}");
        assert!(digests::decide(&mut session, (&mail, "mia"), day, Some("msg_1"), at(1)).await.unwrap(), "{name}");
        assert!(!digests::decide(&mut session, (&mail, "mia"), day, None, at(2)).await.unwrap(), "{name}");
        assert!(digests::decide(&mut session, (&mail, ""), day, None, at(3)).await.unwrap(), "{name}: another reader");
        assert!(digests::is_decided(&mut session, (&mail, "mia"), day).await.unwrap(), "{name}");
        assert_eq!(digests::last(&mut session, (&mail, "mia"), at(9)).await.unwrap(), Some(at(1)), "{name}");
        assert_eq!(digests::last(&mut session, (&mail, "mia"), at(1)).await.unwrap(), None, "{name}: before, not at");
        session.commit().await.unwrap();
    }
}

#[tokio::test]
async fn a_reader_has_one_token_and_stops_once() {
    for (name, store, _folder) in databases().await {
        let mail = DestinationId::from("mail");
        let mut session = store.write().await.unwrap();
        assert_eq!(digests::token(&mut session, (&mail, "mia"), "one").await.unwrap(), "one", "{name}");
        assert_eq!(digests::token(&mut session, (&mail, "mia"), "two").await.unwrap(), "one", "{name}");
        assert_eq!(digests::of_token(&mut session, "two").await.unwrap(), None, "{name}");
        assert!(digests::stop(&mut session, (&mail, "mia"), at(1)).await.unwrap(), "{name}");
        assert!(!digests::stop(&mut session, (&mail, "mia"), at(2)).await.unwrap(), "{name}");
        let stopped = digests::Subscriber { destination: mail.clone(), reader: "mia".to_owned(), stopped: Some(at(1)) };
        assert_eq!(digests::of_token(&mut session, "one").await.unwrap(), Some(stopped), "{name}");
        assert!(digests::is_stopped(&mut session, (&mail, "mia")).await.unwrap(), "{name}");
        assert!(digests::resume(&mut session, (&mail, "mia")).await.unwrap(), "{name}");
        assert!(!digests::is_stopped(&mut session, (&mail, "mia")).await.unwrap(), "{name}");
        session.commit().await.unwrap();
    }
}

#[tokio::test]
async fn who_stops_the_digest_is_sent_none_that_still_waits() {
    for (name, store, _folder) in databases().await {
        let mail = DestinationId::from("mail");
        let mut session = store.write().await.unwrap();
        for (reader, day, id) in
            [("mia", "2026-03-02", "msg_1"), ("ann", "2026-03-02", "msg_2"), ("mia", "2026-03-03", "msg_3")]
        {
            let delivery = Delivery::due(id.to_owned(), mail.clone(), "{}".to_owned(), at(1));
            deliveries::put(&mut session, &delivery).await.unwrap();
            let day = day.parse().unwrap();
            assert!(digests::decide(&mut session, (&mail, reader), day, Some(id), at(1)).await.unwrap(), "{name}");
        }
        let sent = Delivery {
            state: DeliveryState::Delivered,
            ..Delivery::due("msg_1".to_owned(), mail.clone(), String::new(), at(1))
        };
        deliveries::record(&mut session, &sent, at(2)).await.unwrap();
        assert_eq!(digests::drop_unsent(&mut session, (&mail, "mia"), "stopped", at(3)).await.unwrap(), 1, "{name}");
        let mut states = Vec::new();
        for id in ["msg_1", "msg_2", "msg_3"] {
            states.push(deliveries::get(&mut session, id).await.unwrap().unwrap().state);
        }
        assert_eq!(states, [DeliveryState::Delivered, DeliveryState::Due, DeliveryState::Dropped], "{name}");
        session.commit().await.unwrap();
    }
}
