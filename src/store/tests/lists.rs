//! What is remembered of lists.

use super::databases;
use crate::model::FeedId;
use crate::store::lists;

#[tokio::test]
async fn addresses_are_new_once_for_each_feed() {
    for (name, store, _folder) in databases().await {
        let mut session = store.write().await.unwrap();
        let (one, other) = (FeedId::from("one"), FeedId::from("other"));
        let new = lists::see(&mut session, &one, &[1, -2, 1]).await.unwrap();
        assert_eq!(new, [1, -2].into(), "{name}");
        assert_eq!(lists::see(&mut session, &one, &[i64::MIN, -2, 1]).await.unwrap(), [i64::MIN].into(), "{name}");
        assert_eq!(lists::see(&mut session, &other, &[1]).await.unwrap(), [1].into(), "{name}");
        assert!(lists::see(&mut session, &one, &[]).await.unwrap().is_empty(), "{name}");
        let many: Vec<i64> = (0..50_000).map(|page| lists::number(&format!("https://a.example/{page}"))).collect();
        assert_eq!(lists::see(&mut session, &other, &many).await.unwrap().len(), many.len(), "{name}");
    }
}

#[tokio::test]
async fn parts_of_a_feed_are_kept_and_forgotten() {
    for (name, store, _folder) in databases().await {
        let mut session = store.write().await.unwrap();
        let feed = FeedId::from("one");
        for body in [1, 2] {
            lists::keep_part(&mut session, &feed, "a", &body).await.unwrap();
        }
        lists::keep_part(&mut session, &feed, "b", &3).await.unwrap();
        lists::forget_part(&mut session, &feed, "b").await.unwrap();
        let parts = lists::parts::<i32>(&mut session, &feed).await.unwrap();
        assert_eq!(parts.into_iter().collect::<Vec<_>>(), [("a".to_owned(), 2)], "{name}");
        assert!(lists::parts::<String>(&mut session, &feed).await.is_err(), "{name}: what cannot be read is told");
    }
}
