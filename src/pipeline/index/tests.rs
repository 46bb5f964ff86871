//! The index follows the database: cadence, removal, damage, rebuilding on request.

use std::sync::Arc;

use tempfile::TempDir;

use super::*;
use crate::config;
use crate::model::{Article, Clock, DateOrigin, EvidenceLevel, ManualClock, StoryId};
use crate::search::{Query, Reader, SearchRequest};
use crate::store::articles::Place;
use crate::store::retention::{Limits, forget_articles};
use crate::store::{DataFolder, stories};

fn start() -> Time {
    "2026-03-02T12:00:00Z".parse().unwrap()
}

struct World {
    folder: TempDir,
    clock: Arc<ManualClock>,
    engine: Engine,
}

impl World {
    async fn new(settings: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = Arc::new(ManualClock::at(start()));
        let engine = begin(&folder, &clock, settings).await;
        Self { folder, clock, engine }
    }

    /// The same with other settings, after a restart.
    async fn restarted(self, settings: &str) -> Self {
        let Self { folder, clock, engine } = self;
        engine.store.close().await;
        drop(engine);
        let engine = begin(&folder, &clock, settings).await;
        Self { folder, clock, engine }
    }

    /// Writes an article as the read loop does, in a story of its own.
    async fn write(&self, key: &str, title: &str) -> ArticleId {
        let mut session = self.engine.store.write().await.unwrap();
        let id = ArticleId::of_key(key);
        let version = articles::known(&mut session, &id).await.unwrap().map_or(1, |(version, _)| version + 1);
        let article = Article {
            id: id.clone(),
            key: key.to_owned(),
            version,
            content_hash: crate::model::id::content_hash(&[title]),
            url: None,
            title: title.to_owned(),
            text: "A text.".to_owned(),
            level: EvidenceLevel::FullText,
            language: Some("en".to_owned()),
            source: None,
            publisher: None,
            publisher_domain: None,
            feed: None,
            byline: Vec::new(),
            published: start(),
            published_from: DateOrigin::Feed,
            first_seen: start(),
            restricted: false,
            paywalled: false,
        };
        let story = StoryId::opened_by(&id);
        let place = Place { story: &story, duplicate_of: None, independent: true, sketch: "{}" };
        articles::write(&mut session, &article, &place, &[], start()).await.unwrap();
        stories::refresh(&mut session, &story, title, None).await.unwrap();
        session.commit().await.unwrap();
        id
    }

    /// How many articles a search finds.
    fn found(&self, query: &str) -> usize {
        let reader = Reader::open(&self.engine.articles, &self.engine.settings().search).unwrap();
        reader.search(&Query::parse(query).unwrap(), &SearchRequest::at(start())).unwrap().total
    }
}

async fn begin(folder: &TempDir, clock: &Arc<ManualClock>, settings: &str) -> Engine {
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    write("tidings.toml", settings);
    write("watchlist.toml", "[[account]]\nid = \"acme\"\nname = \"Acme Robotics\"\n");
    write("sources.toml", "");
    let config = config::load(folder.path()).unwrap();
    let data = DataFolder::hold(&folder.path().join("index")).unwrap();
    Engine::start(Arc::new(config), data, Arc::clone(clock) as Arc<dyn Clock>).await.unwrap()
}

#[tokio::test]
async fn what_was_read_is_found_after_so_many_articles_or_so_much_time() {
    let world = World::new("[search]\ncommit_articles = 3\ncommit_seconds = 10\n").await;
    let mut follower = Follower::default();
    follower.keep_up(&world.engine).await.unwrap();
    assert_eq!(follower.due(&world.engine), None, "nothing waits");
    world.write("1", "News one").await;
    follower.keep_up(&world.engine).await.unwrap();
    assert_eq!(world.found("news"), 0, "it waits for more");
    let due = follower.due(&world.engine).unwrap();
    assert!(due < start() + TimeDelta::seconds(10), "{due}");
    world.clock.set(due - TimeDelta::seconds(1));
    world.write("2", "News two").await;
    follower.keep_up(&world.engine).await.unwrap();
    assert_eq!(world.found("news"), 0);
    world.clock.set(due);
    follower.keep_up(&world.engine).await.unwrap();
    assert_eq!((world.found("news"), follower.due(&world.engine)), (2, None), "the first has waited long enough");

    for key in ["3", "4", "5"] {
        world.write(key, "More news").await;
    }
    follower.keep_up(&world.engine).await.unwrap();
    assert_eq!(world.found("news"), 5, "so many are committed at once");
    world.write("6", "Last news").await;
    follower.keep_up(&world.engine).await.unwrap();
    world.clock.set(start() - TimeDelta::days(1));
    follower.keep_up(&world.engine).await.unwrap();
    assert_eq!(world.found("news"), 6, "a clock that is set back does not make it wait");
    world.write("7", "Very last news").await;
    follower.keep_up(&world.engine).await.unwrap();
    assert_eq!(world.found("news"), 6);
    follower.finish().unwrap();
    assert_eq!(world.found("news"), 7, "what waits is committed at the end");
}

#[tokio::test]
async fn r58_a_crash_before_the_commit_loses_nothing() {
    let world = World::new("[search]\ncommit_seconds = 3600\n").await;
    let mut follower = Follower::default();
    world.write("1", "News one").await;
    follower.catch_up(&world.engine).await.unwrap();
    world.write("2", "News two").await;
    follower.keep_up(&world.engine).await.unwrap();
    drop(follower);
    assert_eq!(world.found("news"), 1);
    let again = Follower::default().catch_up(&world.engine).await.unwrap();
    assert_eq!((again.articles, again.rebuilt, world.found("news")), (1, None, 2), "it goes on where it was");
}

#[tokio::test]
async fn a_new_version_replaces_and_what_left_the_database_leaves_the_index() {
    let world = World::new("").await;
    let mut follower = Follower::default();
    world.write("1", "Old words").await;
    world.write("2", "Other words").await;
    follower.catch_up(&world.engine).await.unwrap();
    world.write("1", "New words").await;
    follower.catch_up(&world.engine).await.unwrap();
    assert_eq!((world.found("old"), world.found("new"), world.found("words")), (0, 1, 2));

    let limits = Limits {
        general: Some(start() + TimeDelta::days(1)),
        own: Vec::new(),
        quiet_since: start() + TimeDelta::days(1),
    };
    let mut session = world.engine.store.write().await.unwrap();
    assert_eq!(forget_articles(&mut session, &limits, 1, start()).await.unwrap(), 1);
    session.commit().await.unwrap();
    follower.catch_up(&world.engine).await.unwrap();
    assert_eq!(world.found("words"), 1);
    assert_eq!(
        rebuild(&world.engine)
            .await
            .err()
            .map(|error| error.to_string())
            .as_deref()
            .map(|why| why.contains("another process")),
        Some(true),
        "the loop writes it"
    );
    drop(follower);
    assert_eq!((rebuild(&world.engine).await.unwrap(), world.found("words")), (1, 1), "nor does a new one hold it");
}

#[tokio::test]
async fn r59_after_a_write_error_the_index_is_opened_afresh_and_nothing_is_stuck() {
    let world = World::new("").await;
    let mut follower = Follower::default();
    world.write("1", "News one").await;
    follower.catch_up(&world.engine).await.unwrap();
    std::fs::remove_dir_all(&world.engine.articles).unwrap();
    world.write("2", "News two").await;
    assert!(follower.catch_up(&world.engine).await.is_err(), "its files are gone under its hands");
    follower.catch_up(&world.engine).await.unwrap();
    assert_eq!(world.found("news"), 2);
}

#[tokio::test]
async fn r58_the_old_index_answers_until_the_new_one_stands() {
    let world = World::new("").await;
    world.write("1", "News one").await;
    Follower::default().catch_up(&world.engine).await.unwrap();
    let world = world.restarted("[search]\ntitle_weight = 7\n").await;
    assert_eq!(world.found("news"), 1, "with the weights it was built with");
    world.write("2", "News two").await;
    let indexed = Follower::default().catch_up(&world.engine).await.unwrap();
    assert_eq!((indexed.articles, indexed.rebuilt.as_deref()), (2, Some("it was of another make")));
    assert_eq!(world.found("news"), 2);
    assert_eq!(Follower::default().catch_up(&world.engine).await.unwrap(), Indexed::default());
}

#[tokio::test]
async fn r58_an_index_that_is_ahead_of_the_database_is_built_anew() {
    let world = World::new("").await;
    world.write("1", "News one").await;
    let mut index = Index::open(&world.engine.articles, &world.engine.settings().search).unwrap().index;
    index.put(&[Document { id: "x".to_owned(), title: "Foreign news".to_owned(), ..Document::default() }]).unwrap();
    index.commit(1_000).unwrap();
    drop(index);
    let indexed = Follower::default().catch_up(&world.engine).await.unwrap();
    assert_eq!(indexed.rebuilt.as_deref(), Some("it was ahead of the database"));
    assert_eq!((world.found("news"), world.found("foreign")), (1, 0));
}

#[tokio::test]
async fn a_running_loop_takes_up_a_request_and_tells_how_it_ended() {
    let world = World::new("").await;
    let mut follower = Follower::default();
    world.write("1", "News one").await;
    follower.catch_up(&world.engine).await.unwrap();
    let request = Request::leave(&world.engine.articles, "r".to_owned()).unwrap();
    world.write("2", "News two").await;
    let indexed = follower.keep_up(&world.engine).await.unwrap();
    assert!(indexed.rebuilt.is_some());
    let told = Request::read(&world.engine.articles).unwrap();
    assert_eq!((told.id, told.progress), (request.id, Progress::Done { articles: 2 }));
    assert_eq!((world.found("news"), Request::waiting(&world.engine.articles)), (2, None));
    world.write("3", "News three").await;
    follower.catch_up(&world.engine).await.unwrap();
    assert_eq!(world.found("news"), 3, "it follows the new one");
}
