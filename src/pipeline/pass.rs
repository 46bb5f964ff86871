//! One pass through the loops, for cron: what is due is polled, read, planned, indexed and delivered.

use serde::Serialize;

use super::index::{Follower, IndexError, Indexed};
use super::roles::Role;
use super::{Engine, deliver, plan, poll, read, sync};
use crate::store::{StoreError, articles, feeds, signals, stories, touchpoints};

/// What a pass came to.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Pass {
    /// Feeds asked.
    pub feeds: usize,
    /// Feeds that had changed and were parsed.
    pub fresh: usize,
    /// Feeds that had not changed.
    pub unchanged: usize,
    /// Feeds that could not be read.
    pub failed: Vec<FailedFeed>,
    /// Feeds that are not due yet.
    pub not_due: usize,
    /// Entries not seen before.
    pub new_entries: usize,
    /// Entries seen before with other content.
    pub changed_entries: usize,
    /// Articles written, new or as a new version.
    pub articles: usize,
    /// Entries put off or put aside.
    pub unread: usize,
    /// Accepted mentions in them.
    pub mentions: usize,
    /// Suppressed mentions in them.
    pub suppressed: usize,
    /// Touch points born of news.
    pub cards: usize,
    /// Touch points born of the calendar.
    pub planned: usize,
    /// Planned touch points that found no room this week.
    pub waiting: usize,
    /// Touch points born of facts and of overdue promises.
    pub told: usize,
    /// Articles put into the search index.
    pub indexed: usize,
    /// Deliveries accepted by their destination.
    pub delivered: usize,
    /// Deliveries to be tried again.
    pub retrying: usize,
    /// Deliveries given up.
    pub dead: usize,
    /// Deliveries held until a person has chosen a record.
    pub held: usize,
    /// Troubles that were met, one line each.
    pub troubles: Vec<String>,
    /// What the database now holds.
    pub total: Total,
}

/// A feed that could not be read.
#[derive(Clone, Debug, Serialize)]
pub struct FailedFeed {
    /// Which feed.
    pub feed: String,
    /// Why.
    pub why: String,
}

/// What the database holds.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Total {
    /// Articles.
    pub articles: i64,
    /// Stories.
    pub stories: i64,
    /// Signals by type.
    pub signals: Vec<(String, i64)>,
    /// Touch points by state.
    pub touch_points: Vec<(String, i64)>,
}

impl Pass {
    /// True where something of it was not done.
    #[must_use]
    pub fn is_partial(&self) -> bool {
        !self.failed.is_empty() || self.unread > 0 || self.retrying > 0 || self.dead > 0 || !self.troubles.is_empty()
    }
}

/// Runs each loop of the engine's roles once. With `now`, intervals are passed over; back-off and the gap of a host never are.
///
/// # Errors
/// Where the database refuses.
pub async fn run(engine: &Engine, now: bool) -> Result<Pass, StoreError> {
    if now {
        let mut session = engine.store.write().await?;
        feeds::bring_forward(&mut session, engine.now()).await?;
        session.commit().await?;
    }
    let roles = &engine.roles;
    let polled = if roles.has(Role::Poll) { poll::all_due(engine).await? } else { poll::Polled::default() };
    let read = if roles.has(Role::Read) { read::all_waiting(engine).await? } else { read::Read::default() };
    let planned = if roles.has(Role::Plan) { plan::all_due(engine).await? } else { plan::Planned::default() };
    let mut troubles = Vec::new();
    let mut indexed = Indexed::default();
    if roles.has(Role::Index) {
        match Follower::default().catch_up(engine).await {
            Ok(caught_up) => indexed = caught_up,
            Err(IndexError::Store(error)) => return Err(error),
            Err(IndexError::Search(error)) => {
                troubles.push(format!("search index: {error}; it follows in the next pass"));
            }
        }
    }
    let delivered =
        if roles.has(Role::Deliver) { deliver::all_due(engine).await? } else { deliver::Delivered::default() };
    if roles.has(Role::Sync) {
        troubles.extend(sync::all_due(engine).await?.troubles);
    }
    troubles.extend(delivered.troubles);
    let active = usize::try_from(feeds::count_active(&mut engine.store.read().await?).await?).unwrap_or(0);
    Ok(Pass {
        feeds: polled.feeds,
        fresh: polled.fresh,
        unchanged: polled.unchanged,
        failed: polled.failed.into_iter().map(|(feed, why)| FailedFeed { feed: feed.0, why }).collect(),
        not_due: active.saturating_sub(polled.feeds),
        new_entries: polled.new_entries,
        changed_entries: polled.changed_entries,
        articles: read.articles,
        unread: read.put_off + read.failed,
        mentions: read.mentions,
        suppressed: read.suppressed,
        cards: read.cards,
        planned: planned.born,
        waiting: planned.waiting,
        told: planned.told,
        indexed: indexed.articles,
        delivered: delivered.delivered,
        retrying: delivered.retrying,
        dead: delivered.dead,
        held: delivered.held,
        troubles,
        total: total(engine).await?,
    })
}

async fn total(engine: &Engine) -> Result<Total, StoreError> {
    let mut session = engine.store.read().await?;
    Ok(Total {
        articles: articles::count(&mut session).await?,
        stories: stories::count(&mut session).await?,
        signals: signals::counts(&mut session).await?,
        touch_points: touchpoints::counts(&mut session).await?,
    })
}
