//! Digests: a day is decided once, a reader has one token and stops once.

use super::{at, databases};
use crate::model::DestinationId;
use crate::store::digests;

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
