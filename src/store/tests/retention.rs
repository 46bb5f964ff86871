//! Articles that are past their time go whole; what people rest decisions on stays.

use super::{article, at, card, databases, entry, mention};
use crate::model::*;
use crate::store::articles::Place;
use crate::store::retention::{Limits, due, forget_articles, forget_suppressed, forget_texts, is_closed};
use crate::store::*;

/// An article of a feed as the read loop writes it, with its entry, a mention of Acme and a claim.
async fn tell(session: &mut Session, feed: &str, key: &str, story: &StoryId, minutes: i64) -> Article {
    let feed = FeedId::from(feed);
    let told = Article { feed: Some(feed.clone()), published: at(minutes), ..article(key, key) };
    let offered = entries::Offered { key, content_hash: "hash", entry: &entry(key) };
    entries::keep_all(session, &feed, &[offered], at(0)).await.unwrap();
    entries::mark_read(session, &feed, key, &told.id, None).await.unwrap();
    let place = Place { story, duplicate_of: None, independent: true, sketch: "{}" };
    let mentions = [mention("acme", true), mention("apex", false)];
    articles::write(session, &told, &place, &mentions, at(1)).await.unwrap();
    let claim = serde_json::from_value(serde_json::json!({
        "type": "layoffs", "entity": "acme", "subject": "Acme", "role": "employer", "status": "completed",
        "confidence": 0.8, "evidence": { "field": "title", "start": 0, "end": 4, "quote": "Acme" },
    }));
    signals::write_claims(session, &told.id, &[claim.unwrap()]).await.unwrap();
    coverage::set_mention_only(session, &told.id, Some("de")).await.unwrap();
    stories::keep_keys(session, &told.id, &[7], at(minutes)).await.unwrap();
    stories::refresh(session, story, key, None).await.unwrap();
    told
}

fn limits(general: i64) -> Limits {
    Limits { general: Some(at(general)), own: Vec::new(), quiet_since: at(10_000) }
}

#[tokio::test]
async fn an_article_past_its_time_goes_whole_and_what_rests_on_it_stays() {
    for (name, store, _folder) in databases().await {
        let mut session = store.write().await.unwrap();
        let story = StoryId::from("s1");
        let old = tell(&mut session, "times", "old", &story, 0).await;
        let edited = Article { version: 2, title: "old, edited".to_owned(), ..old.clone() };
        let place = Place { story: &story, duplicate_of: None, independent: true, sketch: "{}" };
        articles::write(&mut session, &edited, &place, &[mention("acme", true)], at(2)).await.unwrap();
        let young = tell(&mut session, "times", "young", &story, 50).await;
        let evidence: Evidence = serde_json::from_value(serde_json::json!({
            "article": old.id, "version": 1, "content_hash": old.content_hash, "quote": "Acme cut 40 jobs",
            "span": { "field": "title", "start": 0, "end": 4 }, "url": "https://times.example/old",
            "publisher": "Example Times", "published": old.published, "level": old.level,
        }))
        .unwrap();
        let born = TouchPoint { evidence: vec![evidence], ..card("acme", "story:s1", at(2)) };
        touchpoints::write(&mut session, &born).await.unwrap();
        let story_before = stories::get(&mut session, &story).await.unwrap();
        let named_before = articles::last_named(&mut session).await.unwrap();
        let seq = articles::last_change(&mut session).await.unwrap();

        let past = limits(20);
        assert_eq!(due(&mut session, &past).await.unwrap(), [(Some("times".into()), 1)], "{name}");
        assert_eq!(forget_articles(&mut session, &past, 10, at(9)).await.unwrap(), 1, "{name}");
        assert_eq!(forget_articles(&mut session, &past, 10, at(9)).await.unwrap(), 0, "{name}: once");
        assert_eq!(articles::get(&mut session, &old.id).await.unwrap(), None, "{name}");
        assert!(articles::get(&mut session, &young.id).await.unwrap().is_some(), "{name}");
        assert!(articles::mentions(&mut session, &old.id).await.unwrap().is_empty(), "{name}");
        assert!(articles::versions(&mut session, &old.id).await.unwrap().is_empty(), "{name}");
        assert!(signals::claims(&mut session, &old.id).await.unwrap().is_empty(), "{name}");
        let changed = articles::changed_after(&mut session, seq, 10).await.unwrap();
        assert_eq!(changed.iter().map(|(_, id)| id).collect::<Vec<_>>(), [&old.id], "{name}: the index is told");

        assert_eq!(touchpoints::get(&mut session, born.id).await.unwrap(), Some(born), "{name}: the card is as it was");
        assert_eq!(stories::get(&mut session, &story).await.unwrap(), story_before, "{name}");
        let offered = entries::Offered { key: "old", content_hash: "hash", entry: &entry("old") };
        let kept = entries::keep_all(&mut session, &"times".into(), &[offered], at(9)).await.unwrap();
        assert_eq!(kept, [entries::Kept::Known], "{name}: the entry is not read anew");
        assert!(is_closed(&mut session, &story).await.unwrap(), "{name}");
        let counted = stories::refresh(&mut session, &story, "young", None).await.unwrap();
        assert_eq!(Some(counted), story_before, "{name}: what is left does not tell how much there was");
        assert_eq!(forget_articles(&mut session, &limits(100), 10, at(9)).await.unwrap(), 1, "{name}");
        assert_eq!(articles::last_named(&mut session).await.unwrap(), named_before, "{name}");
    }
}

#[tokio::test]
async fn feeds_with_a_limit_of_their_own_and_stories_that_go_on_are_told_apart() {
    for (name, store, _folder) in databases().await {
        let mut session = store.write().await.unwrap();
        for (number, feed) in ["times", "wire", "post", "times"].into_iter().enumerate() {
            tell(&mut session, feed, &format!("{number}"), &StoryId(format!("s{number}")), 0).await;
        }
        let going_on = StoryId::from("s9");
        tell(&mut session, "times", "first", &going_on, 0).await;
        tell(&mut session, "times", "second", &going_on, 500).await;
        let own = vec![("wire".into(), None), ("post".into(), Some(at(1)))];
        let mut past = Limits { own, quiet_since: at(400), ..limits(20) };
        assert_eq!(
            due(&mut session, &past).await.unwrap(),
            [(Some("post".into()), 1), (Some("times".into()), 2)],
            "{name}: neither the wire's, nor those of the story that goes on"
        );
        assert!(past.is_past(Some(&"post".into()), at(0)) && !past.is_past(Some(&"post".into()), at(2)));
        assert!(past.is_past(None, at(19)) && !past.is_past(Some(&"wire".into()), at(0)));
        for (left, went) in [(2, 2), (2, 1), (2, 0)] {
            assert_eq!(forget_articles(&mut session, &past, left, at(9)).await.unwrap(), went, "{name}: bounded");
        }
        past.quiet_since = at(501);
        assert_eq!(forget_articles(&mut session, &past, 10, at(9)).await.unwrap(), 1, "{name}: when it is quiet");
        assert_eq!(articles::count(&mut session).await.unwrap(), 2, "{name}");
        let kept = Limits { general: None, own: Vec::new(), quiet_since: at(10_000) };
        assert_eq!(forget_articles(&mut session, &kept, 10, at(9)).await.unwrap(), 0, "{name}: 0 days is for good");
    }
}

#[tokio::test]
async fn texts_and_suppressed_mentions_go_a_few_at_once_and_the_index_is_told() {
    for (name, store, _folder) in databases().await {
        let mut session = store.write().await.unwrap();
        for number in 0..3 {
            tell(&mut session, "times", &format!("{number}"), &StoryId(format!("s{number}")), number).await;
        }
        let seq = articles::last_change(&mut session).await.unwrap();
        for (most, went) in [(2, 2), (2, 1), (2, 0)] {
            assert_eq!(forget_texts(&mut session, at(10), most, at(9)).await.unwrap(), went, "{name}");
        }
        assert_eq!(articles::changed_after(&mut session, seq, 10).await.unwrap().len(), 3, "{name}");
        for (most, went) in [(2, 2), (2, 1), (2, 0)] {
            assert_eq!(forget_suppressed(&mut session, at(10), most).await.unwrap(), went, "{name}");
        }
        assert_eq!(articles::mention_counts(&mut session, at(0)).await.unwrap(), (3, 0), "{name}");
    }
}
