//! The read loop: lease unread entries, gather, think, commit.
//!
//! The heavy thinking (matching, claims, story keys) is done before the transaction; the light part (which story, which
//! signals, which cards) is done inside it, on what the database then holds, so that two workers cannot both be first.
//! One transaction carries one or more whole entries; an entry is never split.

use std::panic::{self, AssertUnwindSafe};

use chrono::TimeDelta;
use futures_util::StreamExt;
use tracing::{debug, warn};

use super::gather::{self, Gathered};
use super::{Engine, cards, gate, watch};
use crate::address;
use crate::mention::Matcher;
use crate::model::{
    Account, AccountKind, Actor, Article, ArticleId, Claim, FeedKind, Mention, Signal, StoryId, Time, TopicReport,
    TouchPoint, Watchlist,
};
use crate::signal::{self, Report};
use crate::store::articles::{self, Place};
use crate::store::entries::{self, UnreadEntry};
use crate::store::{Session, StoreError, coverage, retention, signals, stories, topics, touchpoints};
use crate::story::{self, Candidate, Happening, Keys, NewArticle};
use crate::touchpoint::{self, Decision, Occasion, TopicNews};

/// Entries leased at once.
const BATCH: i64 = 64;

/// Pages fetched at once; a host still gets one connection at a time.
const IN_FLIGHT: usize = 16;

/// How long a worker may hold an entry.
const LEASE: TimeDelta = TimeDelta::minutes(10);

/// An entry that made the program stumble this often is put aside, visible with its reason.
const MOST_ATTEMPTS: u32 = 5;

/// Candidates that a new article is compared with.
const CANDIDATES: usize = 60;

/// What reading came to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Read {
    /// Entries taken in hand.
    pub entries: usize,
    /// Articles written, new or as a new version.
    pub articles: usize,
    /// Entries whose article was known already, unchanged.
    pub known: usize,
    /// Entries put off, to be tried again.
    pub put_off: usize,
    /// Entries put aside.
    pub failed: usize,
    /// Accepted mentions.
    pub mentions: usize,
    /// Suppressed mentions.
    pub suppressed: usize,
    /// Touch points born.
    pub cards: usize,
    /// Remarks: pages that could not be had, texts that were missing.
    pub remarks: Vec<String>,
}

/// Reads every entry that waits, until none does.
///
/// # Errors
/// Where the database refuses.
pub async fn all_waiting(engine: &Engine) -> Result<Read, StoreError> {
    let mut read = Read::default();
    while !engine.stopping() {
        if some_waiting(engine, &mut read).await? == 0 {
            break;
        }
    }
    Ok(read)
}

/// Reads one batch of waiting entries; gives how many there were.
///
/// # Errors
/// Where the database refuses.
pub async fn some_waiting(engine: &Engine, read: &mut Read) -> Result<usize, StoreError> {
    let now = engine.now();
    let mut session = engine.store.write().await?;
    let unread = entries::lease_unread(&mut session, now, now + LEASE, BATCH).await?;
    session.commit().await?;
    if unread.is_empty() {
        return Ok(0);
    }
    engine.follow_roster().await?;
    let count = unread.len();
    read.entries += count;
    let mut gathered: Vec<(usize, UnreadEntry, Gathered)> = futures_util::stream::iter(unread.into_iter().enumerate())
        .map(|(place, unread)| async move {
            let gathered = gather_one(engine, &unread).await;
            (place, unread, gathered)
        })
        .buffer_unordered(IN_FLIGHT)
        .collect()
        .await;
    gathered.sort_by_key(|(place, ..)| *place);
    let thoughts = think_all(engine, gathered).await;
    commit(engine, thoughts, read).await?;
    Ok(count)
}

async fn gather_one(engine: &Engine, unread: &UnreadEntry) -> Gathered {
    if unread.attempts > MOST_ATTEMPTS {
        return Gathered::Later(engine.now(), "given up after several attempts".to_owned());
    }
    match engine.config().feed(&unread.feed) {
        Some((source, feed)) => gather::gather(engine, source, feed, unread).await,
        None => Gathered::Later(engine.now() + TimeDelta::days(1), "its feed is no longer configured".to_owned()),
    }
}

/// An entry with what was thought about it.
struct Thought {
    unread: UnreadEntry,
    ended: Ended,
}

enum Ended {
    Article(Box<Material>),
    Known(ArticleId),
    Later(Time, String),
}

/// An article with all that could be found without the database.
struct Material {
    article: Article,
    remark: Option<String>,
    mentions: Vec<Mention>,
    claims: Vec<Claim>,
    /// What it says of topics.
    topics: Vec<TopicReport>,
    /// Its language, where somebody is named and what is said cannot be understood.
    mention_only: Option<String>,
    keys: Keys,
    /// The saved searches that it may match.
    look: Option<watch::Look>,
    /// A search found it: what is known of its address stays as it is, unless this is more of it.
    searched: bool,
}

/// Thinks about each article, off the threads that serve connections.
async fn think_all(engine: &Engine, gathered: Vec<(usize, UnreadEntry, Gathered)>) -> Vec<Thought> {
    let minds = engine.minds();
    let later = engine.now() + TimeDelta::minutes(15);
    let work = tokio::task::spawn_blocking(move || {
        gathered
            .into_iter()
            .map(|(_, unread, gathered)| {
                let ended = match gathered {
                    Gathered::Later(at, why) => Ended::Later(at, why),
                    Gathered::Known(article) => Ended::Known(article),
                    Gathered::Article(article, remark) => {
                        let feed = minds.config.feed(&unread.feed).map(|(_, feed)| feed);
                        let speaker = feed.and_then(|feed| feed.speaker());
                        // An article that nobody foresaw must not take the others of its batch with it.
                        let thought =
                            panic::catch_unwind(AssertUnwindSafe(|| think(&minds, *article, remark, speaker)));
                        match thought {
                            Ok(mut material) => {
                                material.searched = feed.is_some_and(|feed| feed.kind == FeedKind::Search);
                                Ended::Article(Box::new(material))
                            }
                            Err(_) => Ended::Later(later, "the program could not make sense of it".to_owned()),
                        }
                    }
                };
                Thought { unread, ended }
            })
            .collect()
    });
    work.await.unwrap_or_default()
}

fn think(
    minds: &super::engine::Minds,
    article: Article,
    remark: Option<String>,
    feed_account: Option<&crate::model::AccountId>,
) -> Material {
    let settings = &minds.config.settings;
    let mut reading = article.reading();
    reading.feed_account = feed_account;
    let matcher: &Matcher = &minds.matcher;
    let mentions = matcher.find(&reading);
    let named = mentions.iter().any(|mention| mention.accepted);
    let understood = !named || signal::is_understood(&reading, &minds.config.lexicon);
    let mut claims =
        if named { signal::claims(&reading, &mentions, &minds.config.lexicon, &settings.signal) } else { Vec::new() };
    if let Some(rival) = reading.url.filter(|_| named).and_then(|url| rival_of_page(&minds.config.watchlist, url)) {
        claims = signal::on_own_pages(claims, &reading, &mentions, rival);
    }
    let topics = signal::topics(&article, &mentions, &claims, feed_account, &minds.config.watchlist);
    claims.retain(|claim| claim.entity.is_some());
    let happenings = claims.iter().filter_map(Happening::of).collect();
    let keys = story::keys(&reading, happenings, &settings.story);
    let look = watch::look(&minds.watcher, &minds.config, &article, &mentions, &claims);
    let mention_only = (!understood).then(|| article.language.clone().unwrap_or_else(|| "?".to_owned()));
    Material { article, remark, mentions, claims, topics, mention_only, keys, look, searched: false }
}

/// The competitor on whose own pages this address is.
pub(super) fn rival_of_page<'a>(watchlist: &'a Watchlist, url: &str) -> Option<&'a Account> {
    let domain = address::domain(url)?;
    let rivals = watchlist.accounts().iter().filter(|account| account.kind == AccountKind::Competitor);
    let mut own = rivals.filter(|rival| rival.domains.iter().any(|own| address::domain_of_host(own) == domain));
    own.next()
}

async fn commit(engine: &Engine, thoughts: Vec<Thought>, read: &mut Read) -> Result<(), StoreError> {
    let now = engine.now();
    let mut session = engine.store.write().await?;
    let mut tally = Read::default();
    let limits = super::retention::limits(&engine.config(), now);
    for thought in &thoughts {
        let UnreadEntry { feed, key, attempts, .. } = &thought.unread;
        match &thought.ended {
            Ended::Later(_, why) if *attempts > MOST_ATTEMPTS => {
                warn!(feed.id = %feed, entry = %key, why = %why, "entry put aside");
                entries::put_aside(&mut session, feed, key, why).await?;
                tally.failed += 1;
            }
            Ended::Later(at, why) => {
                debug!(feed.id = %feed, entry = %key, why = %why, "entry put off");
                entries::put_off(&mut session, feed, key, *at, why).await?;
                tally.put_off += 1;
            }
            Ended::Known(article) => {
                entries::mark_read(&mut session, feed, key, article, None).await?;
                tally.known += 1;
            }
            Ended::Article(material) if limits.is_past(Some(feed), material.article.published) => {
                let remark = Some("older than articles of its source are kept");
                entries::mark_read(&mut session, feed, key, &material.article.id, remark).await?;
                tally.known += 1;
            }
            Ended::Article(material) => {
                commit_article(engine, &mut session, material, now, &mut tally).await?;
                let remark = material.remark.as_deref();
                entries::mark_read(&mut session, feed, key, &material.article.id, remark).await?;
                tally.remarks.extend(remark.map(|remark| {
                    format!("{}: {remark}", material.article.url.as_deref().unwrap_or(&material.article.key))
                }));
            }
        }
    }
    session.commit().await?;
    read.articles += tally.articles;
    read.known += tally.known;
    read.put_off += tally.put_off;
    read.failed += tally.failed;
    read.mentions += tally.mentions;
    read.suppressed += tally.suppressed;
    read.cards += tally.cards;
    read.remarks.append(&mut tally.remarks);
    Ok(())
}

/// Writes one article with all that follows from it. Inside the transaction: the story is assigned on what is there now.
async fn commit_article(
    engine: &Engine,
    session: &mut Session,
    material: &Material,
    now: Time,
    tally: &mut Read,
) -> Result<(), StoreError> {
    let mut article = material.article.clone();
    lock_keys(session, &material.keys).await?;
    let known = articles::get(session, &article.id).await?;
    let version = articles::known(session, &article.id).await?;
    if version.as_ref().is_some_and(|(_, hash)| *hash == article.content_hash || weaker(known.as_ref(), material)) {
        tally.known += 1;
        return Ok(());
    }
    if let Some(known) = &known {
        article.version = known.article.version + 1;
        article.first_seen = known.article.first_seen;
        article.published = known.article.published;
        article.published_from = known.article.published_from;
    }
    let settled = match &known {
        Some(known) => Settled {
            story: known.story.clone(),
            duplicate_of: known.duplicate_of.clone(),
            follows: None,
            independent: known.independent,
            crowded: known.duplicate_of.is_some(),
        },
        None => settle(engine, session, &article, &material.keys, now).await?,
    };
    let sketch = serde_json::to_string(&material.keys.sketch).unwrap_or_default();
    let place = Place {
        story: &settled.story,
        duplicate_of: settled.duplicate_of.as_ref(),
        independent: settled.independent,
        sketch: &sketch,
    };
    articles::write(session, &article, &place, &material.mentions, now).await?;
    let keys = material.keys.kept(settled.crowded);
    stories::keep_keys(session, &article.id, keys, article.published).await?;
    stories::refresh(session, &settled.story, &article.title, settled.follows.as_ref()).await?;
    signals::write_claims(session, &article.id, &material.claims).await?;
    write_topics(session, &article, &settled.story, material).await?;
    if material.mention_only.is_some() || known.is_some() {
        coverage::set_mention_only(session, &article.id, material.mention_only.as_deref()).await?;
    }
    tally.articles += 1;
    tally.mentions += material.mentions.iter().filter(|mention| mention.accepted).count();
    tally.suppressed += material.mentions.iter().filter(|mention| !mention.accepted).count();
    follow_up(engine, session, &settled.story, known.is_some(), now, tally).await?;
    if let Some(look) = &material.look {
        let place = watch::Place { config: &engine.config(), article: &article, story: &settled.story, now };
        tally.cards += watch::follow(session, look, &place).await?;
    }
    Ok(())
}

/// What the article says of topics. One that takes an earlier report back speaks of all that the story is about, whether it
/// names it again or not.
async fn write_topics(
    session: &mut Session,
    article: &Article,
    story: &StoryId,
    material: &Material,
) -> Result<(), StoreError> {
    let mut reports = material.topics.clone();
    for report in &mut reports {
        report.evidence.version = article.version;
        report.evidence.published = article.published;
    }
    if signal::retracts(&article.title) {
        for told in topics::of_story(session, story).await? {
            if !told.report.retracts && reports.iter().all(|report| report.topic != told.report.topic) {
                reports.push(signal::taken_back(&told.report.topic, article));
            }
        }
    }
    topics::write(session, &article.id, &reports).await
}

/// A poorer copy of what is known (the feed's summary, after the page was read) is no new version, nor is what a search
/// has to say about the same page.
fn weaker(known: Option<&articles::StoredArticle>, material: &Material) -> bool {
    let (level, searched) = (material.article.level, material.searched);
    known.is_some_and(|known| level < known.article.level || (searched && level == known.article.level))
}

/// On PostgreSQL, workers that hold articles of one story wait for each other here; sorted, so that none waits in a ring.
async fn lock_keys(session: &mut Session, keys: &Keys) -> Result<(), StoreError> {
    let mut numbers = keys.lookup.clone();
    numbers.sort_unstable();
    numbers.dedup();
    for number in numbers {
        session.lock(number).await?;
    }
    Ok(())
}

struct Settled {
    story: StoryId,
    duplicate_of: Option<ArticleId>,
    follows: Option<StoryId>,
    independent: bool,
    crowded: bool,
}

/// Which story the article belongs to, by what the database holds at this moment.
async fn settle(
    engine: &Engine,
    session: &mut Session,
    article: &Article,
    keys: &Keys,
    now: Time,
) -> Result<Settled, StoreError> {
    let settings = &engine.settings().story;
    let since = article.published - settings.window();
    let rows = stories::candidates(session, &keys.lookup, &article.id, since, CANDIDATES).await?;
    let candidates: Vec<Candidate> = rows
        .into_iter()
        .filter_map(|row| {
            Some(Candidate {
                sketch: serde_json::from_str(&row.sketch).ok()?,
                article: ArticleId(row.id),
                story: StoryId(row.story),
                published: Time::from_timestamp_millis(row.published),
                publisher_domain: Some(row.origin).filter(|origin| !origin.is_empty()),
            })
        })
        .collect();
    let new = NewArticle {
        id: article.id.clone(),
        published: Some(article.published),
        publisher_domain: article.publisher_domain.clone(),
        sketch: &keys.sketch,
    };
    let assignment = story::assign(&new, &candidates, settings, now);
    Ok(Settled {
        story: assignment.story.unwrap_or_else(|| StoryId::opened_by(&article.id)),
        duplicate_of: assignment.duplicate_of,
        follows: assignment.follows,
        independent: assignment.independent,
        crowded: assignment.crowded,
    })
}

/// From the claims of a story to its signals, and from those to touch points.
async fn follow_up(
    engine: &Engine,
    session: &mut Session,
    story: &StoryId,
    edited: bool,
    now: Time,
    tally: &mut Read,
) -> Result<(), StoreError> {
    if retention::is_closed(session, story).await? {
        // What is left of its articles would say less than what is known.
        return Ok(());
    }
    let merged = merge(engine, session, story, now).await?;
    let before = signals::of_story(session, story).await?;
    let topics = TopicNews::of(&topics::of_story(session, story).await?, &engine.config().watchlist);
    // An edited report may have said something of a topic before.
    if merged.is_empty() && before.is_empty() && topics.is_empty() && !edited {
        return Ok(());
    }
    signals::write_signals(session, story, &merged).await?;
    tally.cards += suggest(engine, session, story, (&merged, &topics), now).await?;
    Ok(())
}

async fn merge(engine: &Engine, session: &mut Session, story: &StoryId, now: Time) -> Result<Vec<Signal>, StoreError> {
    let claims = signals::claims_of_story(session, story).await?;
    if claims.is_empty() {
        return Ok(Vec::new());
    }
    let reports = articles::of_story(session, story).await?;
    let mut about = std::collections::HashMap::new();
    for report in reports.iter().filter(|report| claims.contains_key(&report.article.id)) {
        let accounts = articles::accounts(session, &report.article.id).await?;
        let accounts: Vec<_> = accounts.into_iter().filter(|(_, about)| *about).map(|(account, _)| account).collect();
        about.insert(report.article.id.clone(), accounts);
    }
    let none = Vec::new();
    let nobody = Vec::new();
    let reports: Vec<_> = reports
        .iter()
        .map(|report| Report {
            article: &report.article,
            claims: claims.get(&report.article.id).unwrap_or(&none),
            about: about.get(&report.article.id).unwrap_or(&nobody),
            independent: report.independent,
        })
        .collect();
    Ok(signal::merge(story, &reports, &engine.settings().signal, now))
}

/// What to do about a story's signals; gives how many touch points were born.
async fn suggest(
    engine: &Engine,
    session: &mut Session,
    story: &StoryId,
    (merged, topics): (&[Signal], &[TopicNews]),
    now: Time,
) -> Result<usize, StoreError> {
    let settings = &engine.settings().touchpoint;
    let cause = touchpoint::story_cause(story);
    let existing = touchpoints::of_cause(session, &cause).await?;
    // A topic named in passing is most of what is read about it; there is nothing to decide.
    if merged.is_empty() && existing.is_empty() && topics.iter().all(TopicNews::is_passing) {
        return Ok(0);
    }
    let recent = touchpoints::born_since(session, now - settings.memory()).await?;
    let config = engine.config();
    let occasion = Occasion {
        story,
        signals: merged,
        topics,
        watchlist: &config.watchlist,
        playbook: &config.playbook,
        existing: &existing,
        recent: &recent,
        settings,
        now,
    };
    let mut born: Vec<TouchPoint> = Vec::new();
    for decision in touchpoint::suggest(&occasion, &Actor::program("read")) {
        match decision {
            Decision::New { card, steps } => {
                // Room is a matter of the last week; what was born a moment ago takes of it too.
                let week = recent.iter().filter(|card| card.created > now - gate::ROOM_LOOKS_BACK).chain(&born);
                let week: Vec<TouchPoint> = week.cloned().collect();
                born.push(gate::bear_in_turn(session, &config, &card, &steps, &week, now).await?);
            }
            Decision::Change { before, change } => {
                cards::step(session, &before, &change, &engine.config(), now).await?;
            }
            Decision::NotSuggested(reason) => {
                let body = serde_json::to_string(&reason).unwrap_or_default();
                signals::note_not_suggested(session, story, &reason.account, &reason.play.0, now, &body).await?;
            }
        }
    }
    Ok(born.len())
}
