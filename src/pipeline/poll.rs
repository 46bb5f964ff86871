//! The poll loop: lease due feeds → fetch → parse → write entries, validators and next poll time in one transaction.

mod archive;
mod broken;
pub(super) mod clock;
pub(in crate::pipeline) mod kinds;
mod merge;
pub(in crate::pipeline) mod page;
pub(super) mod round;
mod service;
pub(in crate::pipeline) mod sitemap;
#[cfg(test)]
mod tests;

use chrono::TimeDelta;
use tracing::{info, warn};

use super::{Engine, websub};
use crate::feed::{self, Parsed};
use crate::fetch::{FeedRequest, Fetched, Outcome};
use crate::model::{Actor, Entry, Feed, FeedId, HostBackoff, HttpHints, Source, Time, Validators, id};
use crate::schedule::{self, History, Limits};
use crate::store::entries::{self, Kept};
use crate::store::feeds::{self, FeedLife, FeedState, PausedBy};
use crate::store::{Session, Store, StoreError, changes, hosts};

/// Feeds in flight at once; a host gets one connection at a time.
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

/// Polls every feed that is due now, until none is.
///
/// # Errors
/// Where the database refuses; a feed that fails is told in the result.
pub async fn all_due(engine: &Engine) -> Result<Polled, StoreError> {
    let mut polled = Polled::default();
    while !engine.stopping() {
        let round = some_due(engine).await?;
        if round.feeds + round.put_off == 0 {
            break;
        }
        polled.add(round);
    }
    Ok(polled)
}

/// Polls one round of due feeds.
///
/// # Errors
/// Where the database refuses.
pub async fn some_due(engine: &Engine) -> Result<Polled, StoreError> {
    round::run(engine).await
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
    let config = engine.config();
    match (state, config.feed(id)) {
        (Some(state), Some((source, feed))) => poll_one(engine, source, feed, state).await.map(Some),
        _ => Ok(None),
    }
}

async fn poll_one(engine: &Engine, source: &Source, feed: &Feed, state: FeedState) -> Result<Polled, StoreError> {
    service::keep_pace(engine, feed);
    let (url, validators) = (state.url.clone(), state.validators.clone());
    let request = FeedRequest { url, validators, own: source.own, rest_scope: source.rest_scope };
    let outcome = kinds::ask(&engine.fetcher, feed.kind, &request).await;
    let answered = engine.now();
    let outcome = service::listened_to(engine, feed, &state, outcome, answered);
    let visit =
        Visit { store: &engine.store, schedule: &engine.settings().schedule, source, feed, state, at: answered };
    let mut polled = match outcome {
        Outcome::Fresh(fetched) => kinds::fresh(engine, visit, fetched).await,
        Outcome::Unchanged { http, .. } => kinds::unchanged(engine, visit, http).await,
        Outcome::Gone => visit.gone().await,
        Outcome::Limited { until, why, backoff } => visit.limited(until, &why, backoff).await,
        Outcome::Refused(why) => visit.failed("refused", &why, None).await,
        Outcome::Failed { why, backoff, .. } => visit.failed("failed", &why, backoff).await,
    }?;
    if polled.failed.is_empty() {
        polled.new_entries += archive::read_on(engine, source, feed).await?.new_entries;
    }
    Ok(polled)
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
    async fn fresh(mut self, fetched: Fetched) -> Result<Polled, StoreError> {
        let parsed =
            feed::parse_of(self.feed, &fetched.body, fetched.content_type.as_deref(), Some(fetched.url.as_str()));
        if !parsed.understood {
            let why =
                parsed.warnings.first().map_or_else(|| "not a feed".to_owned(), |warning| warning.message.clone());
            return self.failed("not a feed", &why, None).await;
        }
        let mut session = self.store.write().await?;
        if let Some(moved) = &fetched.moved_to
            && let Some(other) = self.already_at(&mut session, moved).await?
        {
            let moved = moved.clone();
            return self.merge(session, &other, &moved).await;
        }
        let (new, changed) = self.take_in(&mut session, fetched, parsed).await?;
        self.record(session).await?;
        Ok(Polled { feeds: 1, fresh: 1, new_entries: new, changed_entries: changed, ..Polled::default() })
    }

    /// Writes the entries of an answer and sets how the feed now stands, validators and next poll included: these belong
    /// into the same session. Gives how many entries are new and how many changed.
    pub(super) async fn take_in(
        &mut self,
        session: &mut Session,
        fetched: Fetched,
        parsed: Parsed,
    ) -> Result<(usize, usize), StoreError> {
        let Parsed { feed: told, entries, hints, warnings, .. } = parsed;
        let (new, changed) = self.keep_entries(session, &entries).await?;
        if let Some(moved) = fetched.moved_to {
            let detail = format!("{} → {moved}", self.state.url);
            changes::note(session, self.at, &actor(), "feed moved", self.feed.id.as_str(), &detail).await?;
            self.state.url = moved;
        }
        self.state.validators = fetched.validators;
        if fetched.only_new {
            // What an answer of changes leaves out still stands (RFC 3229, section 10.4.1).
            self.state.title = told.title.or(self.state.title.take());
        } else {
            self.state.title = told.title;
            self.state.hints = websub::with_links(hints, *fetched.links);
        }
        self.state.warnings = warnings;
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

    async fn unchanged(mut self, http: &HttpHints) -> Result<Polled, StoreError> {
        let mut session = self.store.write().await?;
        self.succeed("unchanged");
        self.plan_next(&mut session, http, None).await?;
        self.record(session).await?;
        Ok(Polled { feeds: 1, unchanged: 1, ..Polled::default() })
    }

    async fn gone(mut self) -> Result<Polled, StoreError> {
        let why = "the origin says it is gone for good (410); polling stopped, history kept".to_owned();
        let mut session = self.store.write().await?;
        changes::note(&mut session, self.at, &actor(), "feed gone", self.feed.id.as_str(), &self.state.url).await?;
        self.state.state = FeedLife::Gone;
        self.fail("gone", &why);
        self.tell_if_broken(&mut session).await?;
        self.record(session).await?;
        Ok(self.told(why))
    }

    async fn limited(mut self, until: Time, why: &str, backoff: Option<HostBackoff>) -> Result<Polled, StoreError> {
        let mut session = self.store.write().await?;
        if let Some(backoff) = &backoff {
            hosts::keep(&mut session, backoff).await?;
        }
        let failures = self.state.failures;
        self.fail("limited", why);
        if backoff.is_none() {
            // It was not asked at all: its host rests for another feed's sake, which says nothing about this one.
            self.state.failures = failures;
        }
        self.plan_next(&mut session, &HttpHints::default(), Some(until)).await?;
        self.record(session).await?;
        Ok(self.told(why.to_owned()))
    }

    async fn failed(mut self, outcome: &str, why: &str, backoff: Option<HostBackoff>) -> Result<Polled, StoreError> {
        let mut session = self.store.write().await?;
        if let Some(backoff) = &backoff {
            hosts::keep(&mut session, backoff).await?;
        }
        if outcome == "not a feed" {
            self.state.validators = Validators::default();
        }
        self.fail(outcome, why);
        self.plan_next(&mut session, &HttpHints::default(), None).await?;
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

    async fn record(&self, mut session: Session) -> Result<(), StoreError> {
        if feeds::record(&mut session, &self.state).await? {
            return session.commit().await;
        }
        info!(feed.id = %self.feed.id, "leased by another worker meanwhile; this answer is dropped");
        Ok(())
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
    let (mut new, mut changed) = (0, 0);
    for (key, entry) in keys.iter().zip(told) {
        match entries::keep(session, feed, key, &entry_hash(entry), entry, at).await? {
            Kept::New => new += 1,
            Kept::Changed => changed += 1,
            Kept::Known => {}
        }
    }
    Ok((new, changed))
}

fn actor() -> Actor {
    Actor::program("poll")
}

/// What counts as the content of an entry: a change of anything else (its date, its categories) is no new version.
fn entry_hash(entry: &Entry) -> String {
    let part = |text: &Option<String>| text.clone().unwrap_or_default();
    id::content_hash(&[&part(&entry.title), &part(&entry.link), &part(&entry.summary), &part(&entry.content)])
}
