//! What a person does with feeds: look, pause, resume, remove, have polled.

use std::collections::HashMap;

use serde::Serialize;

use super::accounts::Origin;
use super::ledger::{Health, trouble};
use super::{Desk, Roster, RosterError};
use crate::model::{AccountId, Feed, FeedId, FeedKind, Source, SourceId, Time, Warning, Watchlist};
use crate::pipeline::websub::Pushed;
use crate::schedule;
use crate::store::feeds::{FeedLife, FeedState};
use crate::store::websub::{self, Stage};
use crate::store::{Session, StoreError, changes, feeds, sources};

/// A feed in the list.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ListedFeed {
    /// Its id.
    pub id: FeedId,
    /// Its source.
    pub source: SourceId,
    /// Name of its source.
    pub source_name: String,
    /// The address that is polled: the configured one, or where that moved for good.
    pub url: String,
    /// What is found there.
    pub kind: FeedKind,
    /// The account whose own news this is.
    pub account: Option<AccountId>,
    /// Wished-for time between polls, in minutes.
    pub every_minutes: Option<u32>,
    /// Where it stands.
    pub origin: Origin,
    /// Whether it is polled at all: active, paused, gone, archived.
    pub state: &'static str,
    /// Who paused it: file, person, program.
    pub paused_by: Option<&'static str>,
    /// Whether it is being read.
    pub health: Health,
    /// Why it is not read.
    pub reason: Option<String>,
    /// What it calls itself.
    pub title: Option<String>,
    /// When it was last asked.
    pub last_attempt: Option<Time>,
    /// When it last answered well, changed or not.
    pub last_success: Option<Time>,
    /// When it last had something new.
    pub last_new: Option<Time>,
    /// Not polled before this; nothing while it is not polled.
    pub next_poll: Option<Time>,
    /// Why then.
    pub next_why: Option<String>,
    /// Failures in a row.
    pub failures: u32,
    /// What its hub does for it (WebSub), where it has one and we can be reached.
    pub push: Option<Pushed>,
    /// Since when it could not be read, while it cannot.
    pub failing_since: Option<Time>,
    /// Since when it counts as broken; its owner was told then, once.
    pub broken_since: Option<Time>,
    /// Who is to look after it where it is broken: who looks after its account; none is the operator.
    pub owner: Option<String>,
    /// Remarks on its last document.
    pub warnings: Vec<Warning>,
}

/// Whether a feed will be polled as a person asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Asked {
    /// It is due.
    Due,
    /// It keeps its time, since its last poll failed.
    PutOff {
        /// Not polled before this.
        until: Time,
        /// What went wrong.
        why: String,
    },
    /// It is not polled.
    Stopped(String),
}

impl Desk {
    /// Every feed with its health, in the order of sources; with `all`, removed ones after them. And what of the
    /// database is not in effect.
    ///
    /// # Errors
    /// Where the database refuses.
    pub async fn list_feeds(&self, all: bool) -> Result<(Vec<ListedFeed>, Vec<String>), RosterError> {
        let mut session = self.store.read().await?;
        let roster = super::effective(&self.files, &mut session).await?;
        let states: HashMap<_, _> =
            feeds::all(&mut session).await?.into_iter().map(|state| (state.id.clone(), state)).collect();
        let watchlist = &roster.config.watchlist;
        let mut listed: Vec<_> = roster
            .config
            .feeds()
            .map(|(source, feed)| self.listed_feed(source, feed, states.get(&feed.id), watchlist))
            .collect();
        if all {
            let removed = sources::feeds(&mut session).await?.into_iter().filter(|kept| kept.archived);
            for kept in removed.filter(|kept| roster.config.feed(&kept.feed.id).is_none()) {
                let source = super::source_called(kept.source.clone(), kept.source.as_str());
                listed.push(self.listed_feed(&source, &kept.feed, states.get(&kept.feed.id), watchlist));
            }
        }
        let mut pushed: HashMap<_, _> = HashMap::new();
        for subscription in websub::all(&mut session).await? {
            // One that ends does not stand before one that begins.
            if subscription.state != Stage::Ending || !pushed.contains_key(&subscription.feed) {
                pushed.insert(subscription.feed.clone(), Pushed::of(&subscription));
            }
        }
        for feed in &mut listed {
            feed.push = pushed.remove(&feed.id);
        }
        Ok((listed, roster.notes))
    }

    /// Pauses a feed, of a file or not, until a person resumes it. History is kept.
    ///
    /// # Errors
    /// Where there is none that could be polled, or the database refuses.
    pub async fn pause_feed(&self, id: &FeedId) -> Result<(), RosterError> {
        let mut session = self.store.write().await?;
        let roster = super::effective(&self.files, &mut session).await?;
        self.declare(&mut session, &roster, id).await?;
        if !feeds::pause(&mut session, id).await? {
            return Err(RosterError::Wrong(vec![format!("feed `{id}` is gone: it is not polled as it is")]));
        }
        changes::note(&mut session, self.now, &self.who, "feed paused", id.as_str(), "by hand").await?;
        Ok(self.finish(session).await?)
    }

    /// Has a feed polled again that was paused or gone. False where it was neither.
    ///
    /// # Errors
    /// Where there is none, its file pauses it, or the database refuses.
    pub async fn resume_feed(&self, id: &FeedId) -> Result<bool, RosterError> {
        let mut session = self.store.write().await?;
        let roster = super::effective(&self.files, &mut session).await?;
        let feed = self.declare(&mut session, &roster, id).await?;
        if feed.paused {
            return Err(RosterError::PausedInFile(id.clone()));
        }
        let resumed = feeds::resume(&mut session, id, self.now).await?;
        if resumed {
            changes::note(&mut session, self.now, &self.who, "feed resumed", id.as_str(), "by hand").await?;
        }
        self.finish(session).await?;
        Ok(resumed)
    }

    /// Removes a feed: no longer polled, everything read is kept.
    ///
    /// # Errors
    /// Where there is none, it stands in the file, or the database refuses.
    pub async fn remove_feed(&self, id: &FeedId) -> Result<(), RosterError> {
        let mut session = self.store.write().await?;
        let roster = super::effective(&self.files, &mut session).await?;
        if self.files.feed(id).is_some() {
            return Err(RosterError::InFile { what: "feed", id: id.0.clone(), file: "sources.toml" });
        }
        if roster.config.feed(id).is_some_and(|(_, feed)| feed.generated) {
            return Err(RosterError::Generated(id.clone()));
        }
        // One that is not in effect, since another has its address, can be removed as well.
        if !sources::archive_feed(&mut session, id, self.now).await? {
            return Err(RosterError::unknown_feed(id, &roster));
        }
        feeds::archive(&mut session, id).await?;
        let detail = roster.config.feed(id).map_or("", |(_, feed)| feed.url.as_str());
        changes::note(&mut session, self.now, &self.who, "feed removed", id.as_str(), detail).await?;
        Ok(self.finish(session).await?)
    }

    /// Makes a feed due now. One that failed keeps the time that it was put off to; the rest of its host holds in any
    /// case.
    ///
    /// # Errors
    /// Where there is none, or the database refuses.
    pub async fn ask_for_feed(&self, id: &FeedId) -> Result<Asked, RosterError> {
        let mut session = self.store.write().await?;
        let roster = super::effective(&self.files, &mut session).await?;
        self.declare(&mut session, &roster, id).await?;
        if feeds::ask_for(&mut session, id, self.now).await? {
            self.finish(session).await?;
            return Ok(Asked::Due);
        }
        let Some(state) = feeds::get(&mut session, id).await? else {
            return Err(RosterError::unknown_feed(id, &roster));
        };
        if state.state == FeedLife::Active && state.next_poll > self.now {
            let why = state.error.clone().unwrap_or_else(|| state.next_why.clone());
            return Ok(Asked::PutOff { until: state.next_poll, why });
        }
        if state.state == FeedLife::Active {
            return Ok(Asked::Due);
        }
        Ok(Asked::Stopped(trouble(Some(&state), self.now).unwrap_or_default()))
    }

    /// Makes a feed known that no process has met yet, as a start of the program would.
    async fn declare<'r>(
        &self,
        session: &mut Session,
        roster: &'r Roster,
        id: &FeedId,
    ) -> Result<&'r Feed, RosterError> {
        let (source, feed) = roster.config.feed(id).ok_or_else(|| RosterError::unknown_feed(id, roster))?;
        self.declare_feed(session, source, feed).await?;
        Ok(feed)
    }

    /// The same for a feed at hand.
    pub(super) async fn declare_feed(
        &self,
        session: &mut Session,
        source: &Source,
        feed: &Feed,
    ) -> Result<(), StoreError> {
        let settings = &self.files.settings.schedule;
        let first = schedule::first_poll(feed.id.as_str(), source.own, settings, self.now);
        feeds::declare(session, &feed.id, &feed.url, feed.paused, first).await
    }

    fn listed_feed(
        &self,
        source: &Source,
        feed: &Feed,
        state: Option<&FeedState>,
        watchlist: &Watchlist,
    ) -> ListedFeed {
        let active = state.filter(|state| state.state == FeedLife::Active);
        ListedFeed {
            id: feed.id.clone(),
            source: source.id.clone(),
            source_name: source.name.clone(),
            url: state.map_or(&feed.url, |state| &state.url).clone(),
            kind: feed.kind,
            account: feed.account.clone(),
            every_minutes: feed.every_minutes,
            origin: match self.files.feed(&feed.id) {
                _ if feed.generated => Origin::Generated,
                Some(_) => Origin::File,
                None => Origin::Database,
            },
            state: state.map_or(FeedLife::Active, |state| state.state).as_str(),
            paused_by: state.and_then(|state| state.paused_by).map(feeds::PausedBy::as_str),
            health: Health::of(state, self.now),
            reason: trouble(state, self.now),
            title: state.and_then(|state| state.title.clone()),
            last_attempt: state.and_then(|state| state.last_attempt),
            last_success: state.and_then(|state| state.last_success),
            last_new: state.and_then(|state| state.last_new),
            next_poll: active.map(|state| state.next_poll),
            next_why: active.map(|state| state.next_why.clone()),
            push: None,
            failures: state.map_or(0, |state| state.failures),
            failing_since: state.and_then(|state| state.failing_since),
            broken_since: state.and_then(|state| state.told_broken),
            owner: owner_of(feed, watchlist),
            warnings: state.map(|state| state.warnings.clone()).unwrap_or_default(),
        }
    }
}

/// Who looks after a feed: the owner of the account whose own news it is; none is the operator.
#[must_use]
pub fn owner_of(feed: &Feed, watchlist: &Watchlist) -> Option<String> {
    watchlist.get(feed.account.as_ref()?)?.owner.clone()
}
