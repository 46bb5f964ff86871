//! The poll loop: lease due feeds → fetch → parse → write entries, validators and next poll time in one transaction.

mod archive;
mod broken;
pub(super) mod clock;
pub mod crew;
pub(in crate::pipeline) mod kinds;
mod merge;
pub(in crate::pipeline) mod page;
mod service;
pub(in crate::pipeline) mod sitemap;
#[cfg(test)]
mod tests;
mod work;

use bytes::Bytes;
use chrono::TimeDelta;
use tracing::{info, warn};

pub use self::work::while_due;
use super::{Engine, websub};
use crate::feed::{self, Parsed};
use crate::fetch::{FeedRequest, Fetched, Outcome};
use crate::model::{Actor, Entry, Feed, FeedId, HostBackoff, HttpHints, Source, Time, Validators, id};
use crate::schedule::{self, History, Limits};
use crate::store::entries::{self, Kept, Offered};
use crate::store::feeds::{self, FeedLife, FeedState, PausedBy};
use crate::store::{Session, Store, StoreError, changes, hosts};

/// Feeds in flight at once; a host still gets one connection at a time.
const IN_FLIGHT: usize = 32;

/// How long a worker may hold a feed: far above the longest exchange.
const LEASE: TimeDelta = TimeDelta::minutes(10);

/// Entries whose times tell the rhythm of a feed.
const RHYTHM: i64 = 30;

/// What polling came to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Polled {
    /// Feeds asked.
    pub feeds: usize,
    /// Feeds that had changed and were parsed.
    pub fresh: usize,
    /// Feeds that had not changed.
    pub unchanged: usize,
    /// Entries not seen before.
    pub new_entries: usize,
    /// Entries seen before with other content.
    pub changed_entries: usize,
    /// Feeds that were due and have to wait, since their service has no request left in this hour.
    pub put_off: usize,
    /// Feeds that could not be read, with the reason.
    pub failed: Vec<(FeedId, String)>,
}

impl Polled {
    fn add(&mut self, other: Self) {
        self.feeds += other.feeds;
        self.put_off += other.put_off;
        self.fresh += other.fresh;
        self.unchanged += other.unchanged;
        self.new_entries += other.new_entries;
        self.changed_entries += other.changed_entries;
        self.failed.extend(other.failed);
    }
}

/// Polls every feed that is due, and what falls due meanwhile, until none is.
///
/// # Errors
/// Where the database refuses; a feed that fails is told in the result.
pub async fn all_due(engine: &Engine) -> Result<Polled, StoreError> {
    let mut polled = Polled::default();
    while_due(engine, &mut |one| polled.add(one)).await?;
    Ok(polled)
}

/// Polls one feed, if it is due and no other worker has it; nothing where it is not.
///
/// # Errors
/// Where the database refuses; a feed that fails is told in the result.
pub async fn one(engine: &Engine, id: &FeedId) -> Result<Option<Polled>, StoreError> {
    let now = engine.now();
    let mut session = engine.store.write().await?;
    let state = feeds::lease_one(&mut session, id, now, now + LEASE).await?;
    session.commit().await?;
    match state {
        Some(state) => work::alone(engine, state).await,
        None => Ok(None),
    }
}

/// What asking a feed came to, not yet written.
struct Came {
    at: Time,
    told: Told,
}

/// What is to be written about a feed.
enum Told {
    /// It was read.
    Read(Box<(Fetched, Parsed)>),
    /// What came is not a feed.
    NotAFeed(String),
    /// It was not asked: it asks to be left alone at this hour.
    PutOff(Time),
    /// Anything else.
    Other(Box<Outcome>),
}

/// Asks a feed and, where it is a plain one, reads what comes. Touches no database.
async fn ask(engine: &Engine, source: &Source, feed: &Feed, state: &FeedState) -> Came {
    let now = engine.now();
    if let Some(free) = schedule::put_off(&state.hints, source.own, fastrand::f64(), now) {
        return Came { at: now, told: Told::PutOff(free) };
    }
    service::keep_pace(engine, feed);
    let (url, validators) = (state.url.clone(), state.validators.clone());
    let request = FeedRequest { url, validators, own: source.own, rest_scope: source.rest_scope };
    let outcome = kinds::ask(&engine.fetcher, feed.kind, &request).await;
    let at = engine.now();
    let fetched = match service::listened_to(engine, feed, state, outcome, at) {
        Outcome::Fresh(fetched) if kinds::is_plain(feed.kind) => fetched,
        outcome => return Came { at, told: Told::Other(Box::new(outcome)) },
    };
    let parsed = feed::parse_of(feed, &fetched.body, fetched.content_type.as_deref(), Some(fetched.url.as_str()));
    if parsed.understood {
        // Only what was read is kept until it is written; the bytes are let go.
        let fetched = Fetched { body: Bytes::new(), ..fetched };
        return Came { at, told: Told::Read(Box::new((fetched, parsed))) };
    }
    let why = parsed.warnings.first().map_or_else(|| "not a feed".to_owned(), |warning| warning.message.clone());
    Came { at, told: Told::NotAFeed(why) }
}

/// One answer to one feed, and what is written about it.
pub(super) struct Visit<'a> {
    pub(super) store: &'a Store,
    pub(super) schedule: &'a schedule::Settings,
    pub(super) source: &'a Source,
    pub(super) feed: &'a Feed,
    /// How the feed stood before; then how it stands.
    pub(super) state: FeedState,
    /// When the answer came.
    pub(super) at: Time,
}

impl Visit<'_> {
    /// Writes what asking the feed came to.
    async fn write(self, session: &mut Session, came: &Told) -> Result<Polled, StoreError> {
        match came {
            Told::Read(read) => self.fresh(session, &read.0, &read.1).await,
            Told::NotAFeed(why) => self.failed(session, "not a feed", why, None).await,
            Told::PutOff(until) => self.put_off(session, *until).await,
            Told::Other(outcome) => self.other(session, outcome).await,
        }
    }

    async fn other(self, session: &mut Session, outcome: &Outcome) -> Result<Polled, StoreError> {
        match outcome {
            Outcome::Unchanged { http, .. } => self.unchanged(session, http).await,
            Outcome::Gone => self.gone(session).await,
            Outcome::Limited { until, why, backoff } => self.limited(session, *until, why, backoff.as_ref()).await,
            Outcome::Failed { why, backoff, .. } => self.failed(session, "failed", why, backoff.as_ref()).await,
            Outcome::Refused(why) => self.failed(session, "refused", why, None).await,
            Outcome::Fresh(_) => self.failed(session, "failed", "an answer that nobody read", None).await,
        }
    }

    async fn fresh(mut self, session: &mut Session, fetched: &Fetched, parsed: &Parsed) -> Result<Polled, StoreError> {
        if let Some(moved) = &fetched.moved_to
            && let Some(other) = self.already_at(session, moved).await?
        {
            return self.merge(session, &other, moved).await;
        }
        let (new, changed) = self.take_in(session, fetched, parsed).await?;
        self.record(session).await?;
        Ok(Polled { feeds: 1, fresh: 1, new_entries: new, changed_entries: changed, ..Polled::default() })
    }

    /// Writes the entries of an answer and sets how the feed now stands, validators and next poll included: these belong
    /// into the same session. Gives how many entries are new and how many changed.
    pub(super) async fn take_in(
        &mut self,
        session: &mut Session,
        fetched: &Fetched,
        parsed: &Parsed,
    ) -> Result<(usize, usize), StoreError> {
        let Parsed { feed: told, entries, hints, warnings, .. } = parsed;
        let (new, changed) = self.keep_entries(session, entries).await?;
        if let Some(moved) = fetched.moved_to.clone() {
            let detail = format!("{} → {moved}", self.state.url);
            changes::note(session, self.at, &actor(), "feed moved", self.feed.id.as_str(), &detail).await?;
            self.state.url = moved;
        }
        self.state.validators = fetched.validators.clone();
        if fetched.only_new {
            // What an answer of changes leaves out still stands (RFC 3229, section 10.4.1).
            self.state.title = told.title.clone().or(self.state.title.take());
        } else {
            self.state.title.clone_from(&told.title);
            self.state.hints = websub::with_links(hints.clone(), (*fetched.links).clone());
        }
        self.state.warnings.clone_from(warnings);
        self.succeed("fresh");
        self.plan_next(session, &fetched.http, None).await?;
        info!(feed.id = %self.feed.id, entries = entries.len(), new, changed, "feed read");
        Ok((new, changed))
    }

    /// Writes entries; gives how many are new and how many changed.
    async fn keep_entries(&mut self, session: &mut Session, entries: &[Entry]) -> Result<(usize, usize), StoreError> {
        let (new, changed) = keep_entries(session, &self.feed.id, entries, self.at).await?;
        if new > 0 {
            self.state.last_new = Some(self.at);
        }
        Ok((new, changed))
    }

    async fn unchanged(mut self, session: &mut Session, http: &HttpHints) -> Result<Polled, StoreError> {
        self.succeed("unchanged");
        self.plan_next(session, http, None).await?;
        self.record(session).await?;
        Ok(Polled { feeds: 1, unchanged: 1, ..Polled::default() })
    }

    async fn gone(mut self, session: &mut Session) -> Result<Polled, StoreError> {
        let why = "the origin says it is gone for good (410); polling stopped, history kept".to_owned();
        changes::note(session, self.at, &actor(), "feed gone", self.feed.id.as_str(), &self.state.url).await?;
        self.state.state = FeedLife::Gone;
        self.fail("gone", &why);
        self.tell_if_broken(session).await?;
        self.record(session).await?;
        Ok(self.told(why))
    }

    async fn limited(
        mut self,
        session: &mut Session,
        until: Time,
        why: &str,
        backoff: Option<&HostBackoff>,
    ) -> Result<Polled, StoreError> {
        let failures = self.state.failures;
        self.fail("limited", why);
        if let Some(backoff) = backoff {
            hosts::keep(session, backoff).await?;
            self.plan_next(session, &HttpHints::default(), Some(until)).await?;
        } else {
            // It was not asked at all: its host rests for another feed's sake, which says nothing about this one.
            self.state.failures = failures;
            let (hints, own, settings) = (&self.state.hints, self.source.own, self.schedule);
            let next = schedule::after_rest(until, hints, own, settings, fastrand::f64(), self.at);
            self.set_next(session, next).await?;
        }
        self.record(session).await?;
        Ok(self.told(why.to_owned()))
    }

    async fn put_off(mut self, session: &mut Session, until: Time) -> Result<Polled, StoreError> {
        self.state.next_poll = until;
        "past the hours and days it asks to skip".clone_into(&mut self.state.next_why);
        self.record(session).await?;
        Ok(Polled::default())
    }

    async fn failed(
        mut self,
        session: &mut Session,
        outcome: &str,
        why: &str,
        backoff: Option<&HostBackoff>,
    ) -> Result<Polled, StoreError> {
        if let Some(backoff) = backoff {
            hosts::keep(session, backoff).await?;
        }
        if outcome == "not a feed" {
            self.state.validators = Validators::default();
        }
        self.fail(outcome, why);
        self.plan_next(session, &HttpHints::default(), None).await?;
        self.record(session).await?;
        Ok(self.told(why.to_owned()))
    }

    fn succeed(&mut self, outcome: &str) {
        self.state.last_attempt = Some(self.at);
        self.state.last_success = Some(self.at);
        self.state.outcome = Some(outcome.to_owned());
        self.state.error = None;
        self.state.failures = 0;
        self.state.failing_since = None;
    }

    fn fail(&mut self, outcome: &str, why: &str) {
        self.state.last_attempt = Some(self.at);
        self.state.outcome = Some(outcome.to_owned());
        self.state.error = Some(why.to_owned());
        self.state.failures = self.state.failures.saturating_add(1);
        self.state.failing_since.get_or_insert(self.at);
        // A feed that stays broken is told once, not at each poll.
        if self.state.failures == 1 {
            warn!(feed.id = %self.feed.id, why = %why, "feed not read");
        } else {
            info!(feed.id = %self.feed.id, why = %why, failures = self.state.failures, "feed not read again");
        }
    }

    /// Sets when to come back, by what the feed has shown and said.
    async fn plan_next(
        &mut self,
        session: &mut Session,
        http: &HttpHints,
        not_before: Option<Time>,
    ) -> Result<(), StoreError> {
        let history = History {
            entry_times: entries::rhythm(session, &self.feed.id, RHYTHM).await?,
            failures: self.state.failures,
            not_before,
        };
        let limits = Limits {
            kind: self.feed.kind,
            own: self.source.own,
            wished: self.feed.every_minutes.map(|minutes| TimeDelta::minutes(i64::from(minutes))),
            validators: self.state.validators.any(),
        };
        let next =
            schedule::next_poll(&history, http, &self.state.hints, &limits, self.schedule, fastrand::f64(), self.at);
        let next = websub::slowed(session, &self.feed.id, next, &history, self.schedule, self.at).await?;
        self.set_next(session, next).await
    }

    async fn set_next(&mut self, session: &mut Session, next: schedule::Next) -> Result<(), StoreError> {
        self.state.next_poll = next.at;
        self.state.next_why = next.why;
        if next.pause {
            self.state.state = FeedLife::Paused;
            self.state.paused_by = Some(PausedBy::Program);
            changes::note(session, self.at, &actor(), "feed paused", self.feed.id.as_str(), &self.state.next_why)
                .await?;
        }
        self.tell_if_broken(session).await
    }

    /// A session in which this may be written; none where another worker has the feed by now.
    async fn open(&self) -> Result<Option<Session>, StoreError> {
        let mut session = self.store.write().await?;
        if feeds::is_held(&mut session, &self.feed.id, self.state.fence).await? {
            return Ok(Some(session));
        }
        info!(feed.id = %self.feed.id, "leased by another worker meanwhile; this answer is dropped");
        Ok(None)
    }

    async fn record(&self, session: &mut Session) -> Result<(), StoreError> {
        if feeds::record(session, &self.state).await? {
            return Ok(());
        }
        Err(StoreError::Unreadable {
            what: "the lease of a feed",
            why: format!("{} was leased by another worker while it was written", self.feed.id),
        })
    }

    fn told(&self, why: String) -> Polled {
        Polled { feeds: 1, failed: vec![(self.feed.id.clone(), why)], ..Polled::default() }
    }
}

/// Keeps the entries of a document, however it came. Gives how many are new and how many changed.
pub(super) async fn keep_entries(
    session: &mut Session,
    feed: &FeedId,
    told: &[Entry],
    at: Time,
) -> Result<(usize, usize), StoreError> {
    let keys = feed::entry_keys(feed, told);
    let hashes: Vec<_> = told.iter().map(entry_hash).collect();
    let offered: Vec<_> = keys
        .iter()
        .zip(&hashes)
        .zip(told)
        .map(|((key, content_hash), entry)| Offered { key, content_hash, entry })
        .collect();
    let kept = entries::keep_all(session, feed, &offered, at).await?;
    let of = |what: Kept| kept.iter().filter(|kept| **kept == what).count();
    Ok((of(Kept::New), of(Kept::Changed)))
}

/// True where other processes may work on the same database.
pub(super) fn is_shared(store: &Store) -> bool {
    matches!(store, Store::Pg(_))
}

fn actor() -> Actor {
    Actor::program("poll")
}

/// What counts as the content of an entry: a change of anything else (its date, its categories) is no new version.
fn entry_hash(entry: &Entry) -> String {
    let part = |text: &Option<String>| text.clone().unwrap_or_default();
    id::content_hash(&[&part(&entry.title), &part(&entry.link), &part(&entry.summary), &part(&entry.content)])
}
