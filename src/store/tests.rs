//! What must hold of the store, on every database it runs on. `TIDINGS_TEST_POSTGRES` names a server to run on as well.

mod coverage;
mod digests;
mod etiquette;
mod facts;
mod lists;
mod outbox;
mod removal;
mod retention;
mod roster;
mod users;

use chrono::TimeDelta;

use super::articles::Place;
use super::entries::{Kept, Offered};

use super::feeds::{Declared, FeedLife, PausedBy};
use super::*;
use crate::model::*;

/// A fresh database of each kind that is at hand, with a name for messages.
async fn databases() -> Vec<(&'static str, Store, tempfile::TempDir)> {
    let folder = tempfile::tempdir().unwrap();
    let mut stores = vec![("sqlite", Store::open_file(&folder.path().join("tidings.db")).await.unwrap(), folder)];
    if let Ok(server) = std::env::var("TIDINGS_TEST_POSTGRES") {
        stores.push(("postgres", fresh_on_server(&server).await, tempfile::tempdir().unwrap()));
    }
    stores
}

/// A database of its own on the server, so that tests do not meet.
async fn fresh_on_server(server: &str) -> Store {
    Store::open_server(&test_database(server).await).await.unwrap()
}

/// The address of a new and empty database on the server.
pub(crate) async fn test_database(server: &str) -> String {
    let name = format!("tidings_{}", uuid::Uuid::now_v7().simple());
    let pool = sqlx::PgPool::connect(&format!("{server}/postgres")).await.unwrap();
    sqlx::query(sqlx::AssertSqlSafe(format!("CREATE DATABASE {name}"))).execute(&pool).await.unwrap();
    format!("{server}/{name}")
}

fn at(minutes: i64) -> Time {
    Time::from_timestamp(1_790_000_000, 0).unwrap() + TimeDelta::minutes(minutes)
}

fn entry(title: &str) -> Entry {
    Entry { title: Some(title.to_owned()), ..Entry::default() }
}

fn article(key: &str, title: &str) -> Article {
    Article {
        id: ArticleId::of_key(key),
        key: key.to_owned(),
        version: 1,
        content_hash: id::content_hash(&[title]),
        url: Some(key.to_owned()),
        title: title.to_owned(),
        text: "Acme Robotics cut 40 jobs.".to_owned(),
        level: EvidenceLevel::FullText,
        language: Some("en".to_owned()),
        source: None,
        publisher: Some("Example Times".to_owned()),
        publisher_domain: Some("times.example".to_owned()),
        feed: Some(FeedId::from("times")),
        byline: Vec::new(),
        published: at(0),
        published_from: DateOrigin::Feed,
        first_seen: at(1),
        restricted: false,
        paywalled: false,
    }
}

fn mention(account: &str, accepted: bool) -> Mention {
    Mention {
        account: AccountId::from(account),
        alias: "Acme".to_owned(),
        span: Span::text(0, 4),
        score: 0.9,
        accepted,
        salience: Salience::About,
        why: Vec::new(),
    }
}

fn card(account: &str, cause: &str, now: Time) -> TouchPoint {
    TouchPoint {
        id: TouchPointId::born_at(now),
        account: AccountId::from(account),
        cause: cause.to_owned(),
        play: PlayId::from("client-layoffs"),
        playbook: None,
        signal_type: Some(SignalType::Layoffs),
        action: Action::Call,
        approach: Approach::Pull,
        title: "Call Ada, Acme: layoffs".to_owned(),
        why: "40 jobs cut".to_owned(),
        evidence: Vec::new(),
        opening: None,
        talking_points: Vec::new(),
        questions: Vec::new(),
        avoid: Vec::new(),
        checks: Vec::new(),
        approval: false,
        tact: true,
        alarm: false,
        contact: None,
        owner: Some("mia".to_owned()),
        due: now.date_naive(),
        state: TouchPointState::Ready,
        snoozed_until: None,
        snoozed_from: None,
        dismissal: None,
        outcome: None,
        ended: None,
        gate: crate::model::Gate::default(),
        priority: Priority { total: 1.5, factors: Vec::new() },
        signals: Vec::new(),
        stands_for: Vec::new(),
        offered: None,
        revision: 1,
        backfilled: false,
        created: now,
        updated: now,
    }
}

fn delivery(card: &TouchPoint, revision: u32, now: Time) -> Delivery {
    let id = format!("msg_{}_{revision}", card.id);
    Delivery {
        touch_point: card.id,
        revision,
        step: Step::Ready,
        ..Delivery::due(id, DestinationId::from("crm"), "{}".to_owned(), now)
    }
}

#[tokio::test]
async fn a_dropped_session_leaves_no_trace() {
    for (name, store, _folder) in databases().await {
        let mut session = store.write().await.unwrap();
        feeds::declare(&mut session, &FeedId::from("times"), "https://times.example/feed", false, at(0)).await.unwrap();
        drop(session);
        assert_eq!(feeds::all(&mut store.read().await.unwrap()).await.unwrap(), [], "{name}");
    }
}

#[tokio::test]
async fn a_feed_is_leased_once_and_its_result_counts_only_under_its_fence() {
    for (name, store, _folder) in databases().await {
        let id = FeedId::from("times");
        let mut session = store.write().await.unwrap();
        feeds::declare(&mut session, &id, "https://times.example/feed", false, at(0)).await.unwrap();
        let mut first = feeds::lease_due(&mut session, at(0), at(0), at(10), 5, 9).await.unwrap();
        assert_eq!(first.len(), 1, "{name}");
        assert_eq!(
            feeds::lease_due(&mut session, at(1), at(1), at(11), 5, 9).await.unwrap(),
            [],
            "{name}: leased already"
        );
        let again = feeds::lease_due(&mut session, at(11), at(11), at(20), 5, 9).await.unwrap();
        assert_eq!(again.len(), 1, "{name}: the lease ran out");
        let mut late = first.remove(0);
        late.validators.etag = Some("W/\"old\"".to_owned());
        assert!(!feeds::record(&mut session, &late).await.unwrap(), "{name}: an old fence writes nothing");
        let mut current = again.into_iter().next().unwrap();
        current.validators.etag = Some("W/\"new\"".to_owned());
        current.next_poll = at(60);
        assert!(feeds::record(&mut session, &current).await.unwrap(), "{name}");
        session.commit().await.unwrap();
        let stored = feeds::get(&mut store.read().await.unwrap(), &id).await.unwrap().unwrap();
        assert_eq!(stored.validators.etag.as_deref(), Some("W/\"new\""), "{name}: byte for byte");
        let mut session = store.read().await.unwrap();
        assert_eq!(feeds::next_due(&mut session).await.unwrap(), Some(at(60)), "{name}");
    }
}

#[tokio::test]
async fn a_changed_address_forgets_its_validators_and_a_removed_feed_is_archived() {
    for (name, store, _folder) in databases().await {
        let id = FeedId::from("times");
        let mut session = store.write().await.unwrap();
        feeds::declare(&mut session, &id, "https://times.example/a", false, at(0)).await.unwrap();
        let mut state = feeds::lease_due(&mut session, at(0), at(0), at(1), 1, 9).await.unwrap().remove(0);
        state.validators.etag = Some("\"1\"".to_owned());
        feeds::record(&mut session, &state).await.unwrap();
        feeds::declare(&mut session, &id, "https://times.example/b", false, at(5)).await.unwrap();
        let moved = feeds::get(&mut session, &id).await.unwrap().unwrap();
        assert_eq!((moved.url.as_str(), moved.validators.any()), ("https://times.example/b", false), "{name}");
        feeds::archive_others(&mut session, &[]).await.unwrap();
        assert_eq!(feeds::get(&mut session, &id).await.unwrap().unwrap().state, FeedLife::Archived, "{name}");
        feeds::declare(&mut session, &id, "https://times.example/b", false, at(9)).await.unwrap();
        assert_eq!(feeds::get(&mut session, &id).await.unwrap().unwrap().state, FeedLife::Active, "{name}: back again");
    }
}

#[tokio::test]
async fn an_entry_is_new_once_then_known_then_changed() {
    for (name, store, _folder) in databases().await {
        let feed = FeedId::from("times");
        let mut session = store.write().await.unwrap();
        let mut kept = Vec::new();
        for (hash, title) in [("1", "one"), ("1", "one"), ("2", "one, edited")] {
            let entry = entry(title);
            let offered = [Offered { key: "k", content_hash: hash, entry: &entry }];
            kept.extend(entries::keep_all(&mut session, &feed, &offered, at(0)).await.unwrap());
        }
        assert_eq!(kept, [Kept::New, Kept::Known, Kept::Changed], "{name}");
        let unread = entries::lease_unread(&mut session, at(1), at(5), 10).await.unwrap();
        assert_eq!(unread.len(), 1, "{name}");
        assert_eq!(unread[0].entry.title.as_deref(), Some("one, edited"), "{name}");
        assert_eq!(entries::lease_unread(&mut session, at(2), at(6), 10).await.unwrap(), [], "{name}: leased already");
        entries::free_leases(&mut session).await.unwrap();
        assert_eq!(entries::lease_unread(&mut session, at(2), at(6), 10).await.unwrap()[0].attempts, 2, "{name}");
        entries::put_off(&mut session, &feed, "k", at(30), "the page was down").await.unwrap();
        assert_eq!(entries::next_unread(&mut session).await.unwrap(), Some(at(30)), "{name}");
        assert_eq!(entries::lease_unread(&mut session, at(20), at(25), 10).await.unwrap(), [], "{name}: put off");
        let id = ArticleId::from("a1");
        entries::mark_read(&mut session, &feed, "k", &id, None).await.unwrap();
        assert_eq!(entries::of_article(&mut session, &id).await.unwrap().len(), 1, "{name}");
    }
}

#[tokio::test]
async fn an_edited_article_keeps_its_earlier_version_and_tells_the_index() {
    for (name, store, _folder) in databases().await {
        let story = StoryId::from("s1");
        let place = Place { story: &story, duplicate_of: None, independent: true, sketch: "{}" };
        let mut session = store.write().await.unwrap();
        let first = article("https://times.example/1", "Acme cuts jobs");
        articles::write(&mut session, &first, &place, &[mention("acme", true), mention("apex", false)], at(1))
            .await
            .unwrap();
        let second = Article { version: 2, title: "Acme cuts 40 jobs".to_owned(), ..first.clone() };
        articles::write(&mut session, &second, &place, &[mention("acme", true)], at(2)).await.unwrap();
        let stored = articles::get(&mut session, &first.id).await.unwrap().unwrap();
        assert_eq!(stored.article, second, "{name}");
        assert_eq!(articles::versions(&mut session, &first.id).await.unwrap()[0].1, "Acme cuts jobs", "{name}");
        assert_eq!(articles::mentions(&mut session, &first.id).await.unwrap().len(), 1, "{name}");
        let changes = articles::changed_after(&mut session, 0, 10).await.unwrap();
        assert_eq!(changes.len(), 2, "{name}");
        assert_eq!(articles::last_change(&mut session).await.unwrap(), changes[1].0, "{name}");
        assert_eq!(articles::changed_after(&mut session, changes[1].0, 10).await.unwrap(), [], "{name}");
        assert_eq!(super::retention::forget_texts(&mut session, at(100), 10, at(100)).await.unwrap(), 1, "{name}");
        assert_eq!(articles::get(&mut session, &first.id).await.unwrap().unwrap().article.text, "", "{name}");
    }
}

#[tokio::test]
async fn candidates_share_keys_within_the_window_most_shared_first() {
    for (name, store, _folder) in databases().await {
        let mut session = store.write().await.unwrap();
        for (key, keys, minutes) in [("near", vec![1, 2, 3], 0), ("far", vec![3], 0), ("old", vec![1, 2, 3], -50_000)] {
            let story = StoryId::from(key);
            let place = Place { story: &story, duplicate_of: None, independent: true, sketch: "{}" };
            let written = Article { published: at(minutes), ..article(key, key) };
            articles::write(&mut session, &written, &place, &[], at(0)).await.unwrap();
            stories::keep_keys(&mut session, &written.id, &keys, at(minutes)).await.unwrap();
        }
        let new = ArticleId::of_key("new");
        let found = stories::candidates(&mut session, &[1, 2, 3], &new, at(-1000), 10).await.unwrap();
        let stories: Vec<_> = found.iter().map(|row| row.story.as_str()).collect();
        assert_eq!(stories, ["near", "far"], "{name}");
    }
}

#[tokio::test]
async fn origins_of_a_story_count_independent_publishers_once() {
    for (name, store, _folder) in databases().await {
        let mut session = store.write().await.unwrap();
        let story = StoryId::from("s1");
        for (key, independent, domain) in
            [("1", true, "a.example"), ("2", false, "b.example"), ("3", true, "a.example")]
        {
            let place = Place { story: &story, duplicate_of: None, independent, sketch: "{}" };
            let written = Article { publisher_domain: Some(domain.to_owned()), ..article(key, key) };
            articles::write(&mut session, &written, &place, &[], at(0)).await.unwrap();
        }
        let stored = stories::refresh(&mut session, &story, "title", None).await.unwrap();
        assert_eq!((stored.reports, stored.origins), (3, 1), "{name}");
    }
}

#[tokio::test]
async fn one_account_and_cause_has_one_card_and_its_steps_are_kept() {
    for (name, store, _folder) in databases().await {
        let mut session = store.write().await.unwrap();
        let first = card("acme", "story:s1", at(0));
        touchpoints::write(&mut session, &first).await.unwrap();
        let accepted = TouchPoint { state: TouchPointState::Accepted, revision: 2, ..first.clone() };
        touchpoints::write(&mut session, &accepted).await.unwrap();
        let record = StepRecord { step: Step::Accepted, at: at(1), who: Actor::person("mia"), note: None };
        touchpoints::log(&mut session, first.id, &record, Some(&first)).await.unwrap();
        assert_eq!(touchpoints::get(&mut session, first.id).await.unwrap(), Some(accepted.clone()), "{name}");
        assert_eq!(touchpoints::steps(&mut session, first.id).await.unwrap(), std::slice::from_ref(&record), "{name}");
        let (seq, step, before) = touchpoints::last_undoable(&mut session, first.id).await.unwrap().unwrap();
        assert_eq!((step, before), (record, first.clone()), "{name}");
        touchpoints::mark_undone(&mut session, seq).await.unwrap();
        assert_eq!(touchpoints::last_undoable(&mut session, first.id).await.unwrap(), None, "{name}");
        let part = first.id.to_string()[28..].to_owned();
        assert_eq!(touchpoints::by_part_of_id(&mut session, &part).await.unwrap(), [accepted], "{name}");
        let twin = card("acme", "story:s1", at(2));
        assert!(touchpoints::write(&mut session, &twin).await.is_err(), "{name}: a second card for one cause");
    }
}

#[tokio::test]
async fn only_the_newest_delivery_that_nobody_tried_is_taken_back() {
    for (name, store, _folder) in databases().await {
        let mut session = store.write().await.unwrap();
        let card = card("acme", "story:s1", at(0));
        let id = DestinationId::from("crm");
        assert_eq!(deliveries::take_unsent(&mut session, card.id, &id).await.unwrap(), None, "{name}: none is there");
        let (first, second) = (delivery(&card, 1, at(0)), delivery(&card, 2, at(0)));
        deliveries::put(&mut session, &first).await.unwrap();
        deliveries::lease_due(&mut session, &DestinationId::from("crm"), at(1), at(5), 10).await.unwrap();
        assert_eq!(deliveries::take_unsent(&mut session, card.id, &id).await.unwrap(), None, "{name}: on its way");
        deliveries::put(&mut session, &second).await.unwrap();
        let other = DestinationId::from("chat");
        assert_eq!(deliveries::take_unsent(&mut session, card.id, &other).await.unwrap(), None, "{name}: another's");
        let taken = deliveries::take_unsent(&mut session, card.id, &id).await.unwrap();
        assert_eq!(taken, Some(second.step), "{name}");
        assert_eq!(deliveries::of_touch_point(&mut session, card.id).await.unwrap().len(), 1, "{name}");
        assert_eq!(
            deliveries::take_unsent(&mut session, card.id, &id).await.unwrap(),
            None,
            "{name}: the first is out"
        );
    }
}

#[tokio::test]
async fn deliveries_keep_their_order_and_wait_for_stopped_destinations() {
    for (name, store, _folder) in databases().await {
        let mut session = store.write().await.unwrap();
        let card = card("acme", "story:s1", at(0));
        let crm = DestinationId::from("crm");
        let (first, second) = (delivery(&card, 1, at(0)), delivery(&card, 2, at(0)));
        deliveries::put(&mut session, &first).await.unwrap();
        deliveries::put(&mut session, &second).await.unwrap();
        deliveries::put(&mut session, &first).await.unwrap();
        let mut leased = deliveries::lease_due(&mut session, &crm, at(1), at(5), 10).await.unwrap();
        assert_eq!(leased.len(), 1, "{name}: the second revision waits for the first");
        let mut sent = leased.remove(0);
        assert_eq!((sent.revision, sent.attempts), (1, 1), "{name}");
        sent.state = DeliveryState::Dead;
        deliveries::record(&mut session, &sent, at(1)).await.unwrap();
        deliveries::set_destination(&mut session, &crm, "paused", "401", at(1)).await.unwrap();
        assert_eq!(deliveries::lease_due(&mut session, &crm, at(2), at(6), 10).await.unwrap(), [], "{name}: paused");
        deliveries::set_destination(&mut session, &crm, "open", "", at(1)).await.unwrap();
        assert_eq!(deliveries::lease_due(&mut session, &crm, at(2), at(6), 10).await.unwrap()[0].revision, 2, "{name}");
        assert_eq!(deliveries::retry_dead(&mut session, Some("crm"), at(3)).await.unwrap(), 1, "{name}");
        assert_eq!(
            deliveries::of_touch_point(&mut session, card.id).await.unwrap().len(),
            2,
            "{name}: replay keeps the id"
        );
    }
}

#[tokio::test]
async fn a_destination_rests_fails_and_recovers_and_what_is_unknown_holds_back_what_follows() {
    for (name, store, _folder) in databases().await {
        let mut session = store.write().await.unwrap();
        let card = card("acme", "story:s1", at(0));
        let crm = DestinationId::from("crm");
        for revision in 1..=2 {
            deliveries::put(&mut session, &delivery(&card, revision, at(0))).await.unwrap();
        }
        assert_eq!(deliveries::waiting(&mut session, at(1)).await.unwrap(), std::slice::from_ref(&crm), "{name}");
        deliveries::failed(&mut session, &crm, Some(at(4)), at(1)).await.unwrap();
        deliveries::failed(&mut session, &crm, None, at(2)).await.unwrap();
        let state = deliveries::destinations(&mut session).await.unwrap().remove(0);
        assert_eq!((state.failing_since, state.rest_until), (Some(at(1)), Some(at(4))), "{name}");
        assert_eq!(deliveries::waiting(&mut session, at(3)).await.unwrap(), [], "{name}: it rests");
        assert_eq!(deliveries::next_due(&mut session).await.unwrap(), Some(at(4)), "{name}");
        let mut sent = deliveries::lease_due(&mut session, &crm, at(5), at(9), 10).await.unwrap().remove(0);
        sent.state = DeliveryState::Unknown;
        deliveries::record(&mut session, &sent, at(5)).await.unwrap();
        assert_eq!(deliveries::lease_due(&mut session, &crm, at(6), at(9), 10).await.unwrap(), [], "{name}");
        assert_eq!(deliveries::next_due(&mut session).await.unwrap(), None, "{name}: a person looks first");
        assert!(deliveries::retry_one(&mut session, &sent.id, at(6)).await.unwrap(), "{name}");
        deliveries::told(&mut session, &crm, at(6)).await.unwrap();
        deliveries::went_well(&mut session, &crm).await.unwrap();
        let state = deliveries::destinations(&mut session).await.unwrap().remove(0);
        assert_eq!((state.failing_since, state.rest_until, state.told), (None, None, None), "{name}");
        assert_eq!(deliveries::lease_due(&mut session, &crm, at(7), at(9), 10).await.unwrap().len(), 1, "{name}");

        let mut task = Remote { id: "00T1".to_owned(), ..Remote::default() };
        remotes::put(&mut session, card.id, &crm, &task, at(1)).await.unwrap();
        assert_eq!(remotes::open(&mut session, &crm, 9).await.unwrap(), [(card.id, task.clone())], "{name}");
        task.state = RemoteState::Done;
        remotes::put(&mut session, card.id, &crm, &task, at(2)).await.unwrap();
        assert_eq!(remotes::open(&mut session, &crm, 9).await.unwrap(), [], "{name}");
        assert_eq!(remotes::of_touch_point(&mut session, card.id).await.unwrap(), [(crm, task)], "{name}");
    }
}

#[test]
fn r67_a_second_process_is_told_who_holds_the_folder() {
    let folder = tempfile::tempdir().unwrap();
    let held = DataFolder::hold(folder.path()).unwrap();
    let refused = DataFolder::hold(folder.path()).unwrap_err().to_string();
    assert!(refused.contains(&std::process::id().to_string()), "{refused}");
    drop(held);
    DataFolder::hold(folder.path()).unwrap();
}

#[test]
fn a_folder_that_cannot_be_written_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a-file");
    std::fs::write(&file, "").unwrap();
    let refused = DataFolder::hold(&file.join("inside")).unwrap_err().to_string();
    assert!(refused.contains("a-file"), "{refused}");
}

#[tokio::test]
async fn the_brief_counts_stories_and_publishers_and_reads_only_its_days() {
    for (name, store, _folder) in databases().await {
        let mut session = store.write().await.unwrap();
        for (key, story, domain) in [("k1", "s1", "times.example"), ("k2", "s1", "wire.example"), ("k3", "s2", "")] {
            let (story, origin) = (StoryId::from(story), (!domain.is_empty()).then(|| domain.to_owned()));
            let place = Place { story: &story, duplicate_of: None, independent: true, sketch: "{}" };
            let written = Article { publisher_domain: origin, ..article(key, key) };
            let mentions = [mention("acme", true), mention("acme", true), mention("apex", false)];
            articles::write(&mut session, &written, &place, &mentions, at(1)).await.unwrap();
        }
        let told = articles::volumes(&mut session, at(0), at(1)).await.unwrap();
        let acme = AccountId::from("acme");
        let volume = articles::Volume { account: acme.clone(), articles: 3, stories: 2, publishers: 2 };
        assert_eq!(told, [volume], "{name}: a name that is not believed counts for nothing");
        assert_eq!(articles::volumes(&mut session, at(1), at(9)).await.unwrap(), [], "{name}: the end is not included");
        assert_eq!(
            articles::last_named(&mut session).await.unwrap().into_iter().collect::<Vec<_>>(),
            [(acme.clone(), at(0))]
        );

        let tellers = tellings::tellers(&mut session, at(0), at(1)).await.unwrap();
        let mut domains: Vec<_> = tellers.iter().map(|one| (one.account.as_str(), one.domain.as_str())).collect();
        domains.sort_unstable();
        assert_eq!(domains, [("acme", "times.example"), ("acme", "wire.example")], "{name}");
        stories::refresh(&mut session, &StoryId::from("s1"), "One", None).await.unwrap();
        stories::refresh(&mut session, &StoryId::from("s2"), "Two", None).await.unwrap();
        let most = tellings::most_told(&mut session, &acme, at(0), at(1), 1).await.unwrap();
        assert_eq!(most.iter().map(|one| one.story.as_str()).collect::<Vec<_>>(), ["s1"], "{name}");

        let known = card("acme", "story:s1", at(0));
        touchpoints::write(&mut session, &known).await.unwrap();
        for (minutes, step) in [(0, Step::Ready), (5, Step::Accepted), (6, Step::Done)] {
            let record = StepRecord { step, at: at(minutes), who: Actor::person("mia"), note: None };
            touchpoints::log(&mut session, known.id, &record, Some(&known)).await.unwrap();
        }
        let (seq, ..) = touchpoints::last_undoable(&mut session, known.id).await.unwrap().unwrap();
        touchpoints::mark_undone(&mut session, seq).await.unwrap();
        let steps = touchpoints::steps_between(&mut session, at(1), at(9)).await.unwrap();
        let told: Vec<_> = steps.iter().map(|(id, record)| (*id, record.step)).collect();
        assert_eq!(told, [(known.id, Step::Accepted)], "{name}: what was taken back did not happen");
        assert_eq!(touchpoints::changed_since(&mut session, at(0)).await.unwrap(), [known], "{name}");
        assert_eq!(touchpoints::changed_since(&mut session, at(1)).await.unwrap(), [], "{name}");

        let (story, account) = (StoryId::from("s1"), AccountId::from("acme"));
        signals::note_not_suggested(&mut session, &story, &account, "play", at(3), "{}").await.unwrap();
        let refused = signals::not_suggested_between(&mut session, at(3), at(4)).await.unwrap();
        assert_eq!(refused, [(story, account, "play".to_owned(), at(3), "{}".to_owned())], "{name}");
        assert_eq!(signals::not_suggested_between(&mut session, at(0), at(3)).await.unwrap(), [], "{name}");
        assert_eq!(signals::between(&mut session, at(0), at(9)).await.unwrap(), [], "{name}");
    }
}

#[tokio::test]
async fn articles_are_paged_by_date_and_none_is_left_out() {
    for (name, store, _folder) in databases().await {
        let mut session = store.write().await.unwrap();
        for (key, minutes) in [("k1", 5), ("k2", 5), ("k3", 5), ("k4", 9), ("k5", -1_000_000_000)] {
            let mut article = article(key, key);
            article.published = at(minutes);
            let story = StoryId::opened_by(&article.id);
            let place = Place { story: &story, duplicate_of: None, independent: true, sketch: "{}" };
            articles::write(&mut session, &article, &place, &[], at(10)).await.unwrap();
        }
        let mut seen = Vec::new();
        let mut last = (Time::MIN_UTC, ArticleId::default());
        loop {
            let page = articles::page_by_date(&mut session, (last.0, &last.1), 2).await.unwrap();
            let Some(end) = page.last() else { break };
            last = (end.article.published, end.article.id.clone());
            seen.extend(page.into_iter().map(|stored| stored.article.key));
        }
        assert_eq!((seen.len(), seen[0].as_str(), seen[4].as_str()), (5, "k5", "k4"), "{name}: {seen:?}");
    }
}

#[tokio::test]
async fn health_tells_old_new_and_damaged_and_a_copy_is_of_one_instant() {
    let folder = tempfile::tempdir().unwrap();
    let (path, copy) = (folder.path().join("tidings.db"), folder.path().join("copy.db"));
    assert!(health::of_file(&path).await.is_err() && !path.exists(), "looking makes no file");
    let store = Store::open_file(&path).await.unwrap();
    let sound = health::of_file(&path).await.unwrap();
    let expected = health::Health { version: health::newest_version(), ..health::Health::default() };
    assert_eq!(sound, expected);

    let mut session = store.write().await.unwrap();
    feeds::declare(&mut session, &FeedId::from("times"), "https://times.example/feed", false, at(0)).await.unwrap();
    session.commit().await.unwrap();
    let mut session = store.write().await.unwrap();
    feeds::declare(&mut session, &FeedId::from("late"), "https://late.example/feed", false, at(0)).await.unwrap();
    health::copy(&path, &copy).await.unwrap();
    session.commit().await.unwrap();
    let copied = Store::open_file(&copy).await.unwrap();
    let mut session = copied.read().await.unwrap();
    let feeds = feeds::all(&mut session).await.unwrap();
    assert_eq!(feeds.len(), 1, "what was committed is in it, and nothing else");
    drop(session);

    let Store::Lite { write, .. } = &store else { panic!("a file") };
    let sql = "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
               VALUES (9999, 'later', 0, x'00', 0)";
    sqlx::query(sql).execute(write).await.unwrap();
    let newer = health::of_file(&path).await.unwrap();
    assert_eq!((newer.version, newer.unknown, newer.damage.len()), (9999, 1, 1));
    sqlx::query("DELETE FROM _sqlx_migrations").execute(write).await.unwrap();
    assert!(health::of_file(&path).await.unwrap().pending > 0);
}

#[tokio::test]
async fn health_of_a_server_is_told_without_its_password() {
    let error = health::of_server("postgres://me:secret@127.0.0.1:1/none").await.unwrap_err().to_string();
    assert!(error.contains("127.0.0.1:1/none") && !error.contains("secret"), "r53: {error}");
    if let Ok(server) = std::env::var("TIDINGS_TEST_POSTGRES") {
        let found = health::of_server(&format!("{server}/postgres")).await.unwrap();
        assert!(found.version == 0 && found.pending > 0, "{found:?}");
    }
}

#[test]
fn r67_who_holds_a_folder_is_told_without_holding_it() {
    let place = tempfile::tempdir().unwrap();
    let path = place.path().join("index");
    assert_eq!(folder::holder(&path).unwrap(), None);
    assert!(!path.exists(), "looking makes no folder");
    let held = DataFolder::hold(&path).unwrap();
    assert_eq!(folder::holder(&path).unwrap(), Some(std::process::id().to_string()));
    drop(held);
    assert_eq!(folder::holder(&path).unwrap(), None);
    assert!(DataFolder::hold(&path).is_ok());
}

#[tokio::test]
async fn of_many_entries_at_once_each_is_told_what_became_of_it() {
    for (name, store, _folder) in databases().await {
        let feed = FeedId::from("times");
        let mut session = store.write().await.unwrap();
        let entries: Vec<_> = (0..120).map(|number| entry(&number.to_string())).collect();
        let keys: Vec<_> = (0..120).map(|number| number.to_string()).collect();
        let offered = |hash| -> Vec<_> {
            let both = keys.iter().zip(&entries);
            both.map(|(key, entry)| Offered { key, content_hash: hash, entry }).collect()
        };
        let kept = entries::keep_all(&mut session, &feed, &offered("1"), at(0)).await.unwrap();
        assert_eq!(kept, [Kept::New; 120], "{name}");
        let mut again = offered("1");
        again[7].content_hash = "2";
        // The same key twice in one document: the later counts.
        again.push(Offered { key: "7", content_hash: "3", entry: &entries[8] });
        let kept = entries::keep_all(&mut session, &feed, &again, at(1)).await.unwrap();
        assert_eq!((kept[6], kept[7], kept[120]), (Kept::Known, Kept::Changed, Kept::Changed), "{name}");
        let unread = entries::lease_unread(&mut session, at(2), at(9), 200).await.unwrap();
        let seven = unread.iter().find(|unread| unread.key == "7").unwrap();
        assert_eq!((unread.len(), seven.entry.title.as_deref()), (120, Some("8")), "{name}");
    }
}

#[tokio::test]
async fn a_lease_is_held_until_another_takes_it() {
    for (name, store, _folder) in databases().await {
        let id = FeedId::from("times");
        let mut session = store.write().await.unwrap();
        feeds::declare(&mut session, &id, "https://times.example/", false, at(0)).await.unwrap();
        let mine = feeds::lease_one(&mut session, &id, at(0), at(600)).await.unwrap().unwrap();
        assert!(feeds::is_held(&mut session, &id, mine.fence).await.unwrap(), "{name}");
        let renewed = feeds::renew_lease(&mut session, &id, mine.fence, at(900)).await.unwrap().unwrap();
        assert!(!feeds::is_held(&mut session, &id, mine.fence).await.unwrap(), "{name}");
        assert!(feeds::renew_lease(&mut session, &id, mine.fence, at(900)).await.unwrap().is_none(), "{name}");
        assert!(feeds::pause(&mut session, &id).await.unwrap(), "{name}");
        assert!(
            feeds::renew_lease(&mut session, &id, renewed.fence, at(900)).await.unwrap().is_none(),
            "{name}: paused"
        );
    }
}

#[tokio::test]
async fn feeds_declared_together_stand_as_those_declared_singly() {
    for (name, store, _folder) in databases().await {
        let mut session = store.write().await.unwrap();
        let ids: Vec<_> = (0..60).map(|number| FeedId(format!("feed-{number:02}"))).collect();
        let declared =
            |url, paused| -> Vec<_> { ids.iter().map(|id| Declared { id, url, paused, first_poll: at(7) }).collect() };
        feeds::declare_all(&mut session, &declared("https://a.example/", false)).await.unwrap();
        feeds::declare(&mut session, &FeedId::from("single"), "https://a.example/", false, at(7)).await.unwrap();
        let mut all = feeds::all(&mut session).await.unwrap();
        let mut single = all.pop().unwrap();
        assert_eq!(all.len(), 60, "{name}");
        single.id = all[59].id.clone();
        assert_eq!(all[59], single, "{name}");
        assert!(feeds::pause(&mut session, &ids[1]).await.unwrap());
        feeds::archive(&mut session, &ids[2]).await.unwrap();
        feeds::declare_all(&mut session, &declared("https://a.example/", true)).await.unwrap();
        let by: Vec<_> = feeds::all(&mut session).await.unwrap().iter().map(|feed| feed.paused_by).take(3).collect();
        assert_eq!(by, [Some(PausedBy::File), Some(PausedBy::Person), Some(PausedBy::File)], "{name}");
        feeds::declare_all(&mut session, &declared("https://b.example/", false)).await.unwrap();
        let all = feeds::all(&mut session).await.unwrap();
        let states: Vec<_> = all.iter().map(|feed| feed.state).take(3).collect();
        assert_eq!(states, [FeedLife::Active, FeedLife::Paused, FeedLife::Active], "{name}");
        assert!(all[..60].iter().all(|feed| feed.url == "https://b.example/"), "{name}");
    }
}
