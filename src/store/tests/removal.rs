//! Rows that were made up go, and nothing else does.

use super::{article, at, card, databases, delivery, entry, mention};
use crate::model::*;
use crate::store::articles::Place;
use crate::store::removal::{Removal, remove};
use crate::store::*;

fn claim(account: &str) -> Claim {
    serde_json::from_value(serde_json::json!({
        "type": "layoffs", "entity": account, "subject": "Acme", "role": "employer", "status": "completed",
        "confidence": 0.8, "evidence": { "field": "title", "start": 0, "end": 4, "quote": "Acme" },
    }))
    .unwrap()
}

fn signal(story: &StoryId, account: &str, told: &[&Article]) -> Signal {
    let account = AccountId::from(account);
    let evidence: Vec<_> = told
        .iter()
        .map(|article| {
            serde_json::json!({
                "article": article.id, "version": 1, "content_hash": article.content_hash, "quote": article.title,
                "span": { "field": "title", "start": 0, "end": 4 }, "published": article.published, "level": article.level,
            })
        })
        .collect();
    serde_json::from_value(serde_json::json!({
        "id": SignalId::of(story, &account, "layoffs"), "story": story, "account": account, "type": "layoffs",
        "role": "employer", "subject": "Acme", "status": "completed", "confidence": 0.8, "about": true,
        "origins": told.len(), "reports": told.len(), "evidence": evidence, "first_at": at(0), "last_at": at(9),
        "withdrawn": false, "backfilled": false,
    }))
    .unwrap()
}

/// An article as a feed told it: entry, article, mention and claim of an account.
async fn tell(
    session: &mut Session,
    feed: &str,
    key: &str,
    account: &str,
    story: &StoryId,
    copy_of: Option<&Article>,
) -> Article {
    let feed = FeedId::from(feed);
    let url = format!("https://{feed}.example/feed");
    feeds::declare(session, &feed, &url, false, at(0)).await.unwrap();
    let domain = Some(format!("{feed}.example"));
    let told = Article { feed: Some(feed.clone()), publisher_domain: domain, ..article(key, key) };
    let offered = entries::Offered { key, content_hash: "hash", entry: &entry(key) };
    entries::keep_all(session, &feed, &[offered], at(0)).await.unwrap();
    entries::mark_read(session, &feed, key, &told.id, None).await.unwrap();
    let duplicate_of = copy_of.map(|original| &original.id);
    let place = Place { story, duplicate_of, independent: copy_of.is_none(), sketch: "{}" };
    articles::write(session, &told, &place, &[mention(account, true)], at(1)).await.unwrap();
    stories::keep_keys(session, &told.id, &[7], at(1)).await.unwrap();
    signals::write_claims(session, &told.id, &[claim(account)]).await.unwrap();
    stories::refresh(session, story, key, None).await.unwrap();
    saved_searches::note_match(session, "deals", &told.id, story, at(2)).await.unwrap();
    told
}

/// A card of a story with its life, a delivery and a change.
async fn suggest(session: &mut Session, account: &str, cause: &str, signals: &[Signal]) -> TouchPoint {
    let mut born = card(account, cause, at(2));
    born.signals = signals.iter().map(|signal| signal.id.clone()).collect();
    born.evidence = signals.iter().flat_map(|signal| signal.evidence.clone()).collect();
    touchpoints::write(session, &born).await.unwrap();
    let record = StepRecord { step: Step::Ready, at: at(2), who: Actor::person("mia"), note: None };
    touchpoints::log(session, born.id, &record, Some(&born)).await.unwrap();
    deliveries::put(session, &delivery(&born, 1, at(2))).await.unwrap();
    let task = Remote { id: "task-1".to_owned(), ..Remote::default() };
    remotes::put(session, born.id, &DestinationId::from("crm"), &task, at(2)).await.unwrap();
    born
}

/// A row in each table that hangs on a feed, an account or a card alone.
async fn remember(session: &mut Session, feed: &str, account: &str, card: &TouchPoint) {
    let lesson = Lesson::id_of(card.id);
    let card = card.id.to_string();
    run!(&mut *session, "INSERT INTO lesson (id, at, active, body) VALUES ($1, 1, 1, '{}')", &lesson).unwrap();
    note(session, &lesson).await;
    run!(&mut *session, "INSERT INTO known_link (feed, link) VALUES ($1, 1)", feed).unwrap();
    run!(&mut *session, "INSERT INTO feed_part (feed, part, body) VALUES ($1, 'a', '{}')", feed).unwrap();
    run!(&mut *session, "INSERT INTO feed_archive (feed, pages, at) VALUES ($1, 1, 1)", feed).unwrap();
    let sql = "INSERT INTO websub (path, feed, topic, hub, callback, secret, state, next_try) \
               VALUES ($1, $1, '', '', '', '', 'asked', 1)";
    run!(&mut *session, sql, feed).unwrap();
    let sql = "INSERT INTO fact (id, kind, account, at, received, who, state, body) \
               VALUES ($1, 'ticket_opened', $1, 1, 1, 'mia', 'answered', '{}')";
    run!(&mut *session, sql, account).unwrap();
    let sql = "INSERT INTO promise (id, account, touch_point, owner, due, state, body) \
               VALUES ($1, $2, $1, 'mia', '2026-11-25', 'open', '{}')";
    run!(&mut *session, sql, &card, account).unwrap();
    let sql = "INSERT INTO answer (id, account, touch_point, at, state, body) VALUES ($1, $2, $1, 1, 'proposed', '{}')";
    run!(&mut *session, sql, &card, account).unwrap();
    run!(&mut *session, "INSERT INTO asked (touch_point, account, at) VALUES ($1, $2, 1)", &card, account).unwrap();
    keep_record(session, account).await;
}

/// A record of the account in a CRM, with a person.
async fn keep_record(session: &mut Session, account: &str) {
    let crm = DestinationId::from("crm");
    let name = account.to_owned();
    let record = crm::CrmRecord { destination: crm.clone(), record: name.clone(), name, ..crm::CrmRecord::default() };
    crm::told(session, &record, at(1)).await.unwrap();
    let standing = crm::Standing { state: "linked".into(), account: Some(account.into()), ..crm::Standing::default() };
    crm::stand(session, &crm, account, &standing).await.unwrap();
    let ruth = crm::KeptPerson { id: "p1".into(), name: "Ruth".into(), ..crm::KeptPerson::default() };
    crm::put_people(session, &crm, account, crm::PersonKind::Contact, &[ruth]).await.unwrap();
}

async fn note(session: &mut Session, subject: &str) {
    changes::note(session, at(3), &Actor::person("mia"), "looked at", subject, "").await.unwrap();
}

/// What the operator has of their own.
async fn own(session: &mut Session) {
    let story = StoryId::opened_by(&ArticleId::of_key("own-1"));
    let told = tell(session, "times", "own-1", "acme", &story, None).await;
    let signal = signal(&story, "acme", &[&told]);
    signals::write_signals(session, &story, std::slice::from_ref(&signal)).await.unwrap();
    suggest(session, "acme", &format!("story:{story}"), &[signal]).await;
    let planned = suggest(session, "acme", "date:renewal:2027", &[]).await;
    remember(session, "times", "acme", &planned).await;
    let other = StoryId::from("s2");
    signals::note_not_suggested(session, &other, &"acme".into(), "play", at(3), "{}").await.unwrap();
    note(session, "times").await;
    note(session, "account:acme").await;
    let account = Account { id: "acme".into(), name: "Acme".to_owned(), ..Account::default() };
    accounts::put(session, &account, at(0)).await.unwrap();
}

/// What was made up: an account, a feed, a story of both; and what the made-up feed told of the operator's account.
async fn made_up(session: &mut Session) {
    let story = StoryId::opened_by(&ArticleId::of_key("demo-1"));
    let told = tell(session, "demo-wire", "demo-1", "dunmore", &story, None).await;
    let edited = Article { version: 2, title: "demo, edited".to_owned(), ..told.clone() };
    let place = Place { story: &story, duplicate_of: None, independent: true, sketch: "{}" };
    let both = [mention("dunmore", true), mention("acme", true)];
    articles::write(session, &edited, &place, &both, at(4)).await.unwrap();
    let found = [signal(&story, "dunmore", &[&told]), signal(&story, "acme", &[&told])];
    signals::write_signals(session, &story, &found).await.unwrap();
    suggest(session, "dunmore", &format!("story:{story}"), &found[..1]).await;
    suggest(session, "acme", &format!("story:{story}"), &found[1..]).await;
    suggest(session, "acme", &format!("story:{story}:correction"), &[]).await;
    let planned = suggest(session, "dunmore", "date:cadence", &[]).await;
    remember(session, "demo-wire", "dunmore", &planned).await;
    signals::note_not_suggested(session, &story, &"acme".into(), "play", at(3), "{}").await.unwrap();
    for subject in ["demo-wire", "demo-source", "account:dunmore", &planned.id.to_string()] {
        note(session, subject).await;
    }
}

fn demo() -> Removal {
    Removal { feeds: vec!["demo-wire".into()], sources: vec!["demo-source".into()], accounts: vec!["dunmore".into()] }
}

const TABLES: &[&str] = &[
    "account",
    "answer",
    "article",
    "article_change",
    "article_version",
    "asked",
    "change",
    "claim",
    "crm_cursor",
    "crm_person",
    "crm_record",
    "delivery",
    "entry",
    "fact",
    "feed",
    "feed_archive",
    "feed_part",
    "host_backoff",
    "known_link",
    "last_named",
    "lesson",
    "mention",
    "not_suggested",
    "promise",
    "remote",
    "saved_search",
    "saved_search_match",
    "signal",
    "source",
    "source_feed",
    "story",
    "story_key",
    "topic_report",
    "touch_point",
    "touch_point_step",
    "websub",
];

/// Every row of every table as text, in order.
async fn content(store: &Store) -> Vec<(&'static str, Vec<String>)> {
    let mut all = Vec::new();
    for table in TABLES {
        let mut rows: Vec<String> = match store {
            Store::Lite { read, .. } => {
                let names = format!("SELECT group_concat(name, ', ') FROM pragma_table_info('{table}')");
                let names: String = sqlx::query_scalar(sqlx::AssertSqlSafe(names)).fetch_one(read).await.unwrap();
                let sql = format!("SELECT json_array({names}) FROM {table}");
                sqlx::query_scalar(sqlx::AssertSqlSafe(sql)).fetch_all(read).await.unwrap()
            }
            Store::Pg(pool) => {
                let sql = format!("SELECT CAST(row_to_json(one) AS TEXT) FROM {table} one");
                sqlx::query_scalar(sqlx::AssertSqlSafe(sql)).fetch_all(pool).await.unwrap()
            }
        };
        rows.sort();
        all.push((*table, rows));
    }
    all
}

#[tokio::test]
async fn what_was_made_up_goes_and_the_rest_is_as_before_byte_for_byte() {
    for (name, store, _folder) in databases().await {
        let mut session = store.write().await.unwrap();
        own(&mut session).await;
        session.commit().await.unwrap();
        let before = content(&store).await;

        let mut session = store.write().await.unwrap();
        made_up(&mut session).await;
        session.commit().await.unwrap();
        let with_both = content(&store).await;
        assert_ne!(before, with_both, "{name}");

        let mut session = store.write().await.unwrap();
        let counted = remove(&mut session, &demo()).await.unwrap();
        drop(session);
        assert_eq!(content(&store).await, with_both, "{name}: counting changes nothing");
        let mut session = store.write().await.unwrap();
        let removed = remove(&mut session, &demo()).await.unwrap();
        session.commit().await.unwrap();
        assert_eq!(removed, counted, "{name}");
        for (table, rows) in
            [("article", 1), ("article_version", 1), ("touch_point", 4), ("delivery", 4), ("change", 5)]
        {
            assert_eq!(removed.get(table), Some(&rows), "{name}: {table}");
        }
        assert_eq!(content(&store).await, before, "{name}");
        let again = remove(&mut store.write().await.unwrap(), &demo()).await.unwrap();
        assert!(again.is_empty(), "{name}: {again:?}");
    }
}

#[tokio::test]
async fn a_story_that_both_tell_keeps_what_the_other_articles_need() {
    for (name, store, _folder) in databases().await {
        let mut session = store.write().await.unwrap();
        let story = StoryId::opened_by(&ArticleId::of_key("demo-1"));
        let wire = tell(&mut session, "demo-wire", "demo-1", "acme", &story, None).await;
        let own = tell(&mut session, "times", "own-1", "acme", &story, Some(&wire)).await;
        let late = tell(&mut session, "post", "own-2", "acme", &story, Some(&wire)).await;
        let found = [signal(&story, "acme", &[&wire]), signal(&story, "dunmore", &[&wire])];
        signals::write_signals(&mut session, &story, &found).await.unwrap();
        let card = suggest(&mut session, "acme", &format!("story:{story}"), &found[..1]).await;
        remove(&mut session, &demo()).await.unwrap();

        let left = articles::of_story(&mut session, &story).await.unwrap();
        let stands: Vec<_> =
            left.iter().map(|one| (&one.article.id, one.duplicate_of.as_ref(), one.independent)).collect();
        let (first, second) = if own.id < late.id { (&own, &late) } else { (&late, &own) };
        assert_eq!(stands, [(&first.id, None, true), (&second.id, Some(&first.id), false)], "{name}");
        let told = stories::get(&mut session, &story).await.unwrap().unwrap();
        assert_eq!((told.title.as_str(), told.reports, told.origins), (first.title.as_str(), 2, 1), "{name}");
        let signals = signals::of_story(&mut session, &story).await.unwrap();
        assert_eq!(signals.len(), 1, "{name}: nobody is left who tells of the other account");
        assert_eq!(signals[0].evidence[0].article, first.id, "{name}: evidence that is still there");
        let card = touchpoints::get(&mut session, card.id).await.unwrap().unwrap();
        assert_eq!((card.signals.len(), card.evidence.len()), (1, 1), "{name}");
    }
}
