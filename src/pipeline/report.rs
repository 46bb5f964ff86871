//! The weekly brief: what a manager must know on Monday, gathered from what the database holds.
//!
//! What stands open (cards, overdue, renewals, quiet) is as of now; what happened (rivals, rumours, topics,
//! corrections, outcomes) is of the days asked for, in the operator's time zone.

mod compose;
mod happened;
mod quiet;
mod sharing;
mod standing;
mod topics;
mod window;

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, HashMap, HashSet};

use chrono::{NaiveDate, TimeDelta};
use serde::Serialize;

pub use compose::compose;
pub use window::{Window, WindowError};

use super::roster::silent::{Silence, silent};
use super::trouble::{self, Failing};
use crate::config::Config;
use crate::model::{
    AccountId, AccountKind, Answer, DismissalCode, FeedId, Lesson, Promise, Signal, SignalType, Source, StepRecord,
    StoryId, Time, TouchPoint, TouchPointId, TouchPointState, Watchlist,
};
use crate::store::articles::Volume;
use crate::store::coverage::{Gap, MentionOnly};
use crate::store::feeds::FeedState;
use crate::store::tellings::{Teller, Telling};
use crate::store::{Store, StoreError, articles, coverage, feeds, follow, lessons, signals, tellings, touchpoints};
use crate::touchpoint::TopicNews;
use crate::touchpoint::tuning::Learned;

/// Days back over which precision is reckoned: a single week holds too few judgements to mean anything.
const PRECISION_DAYS: i64 = 91;

/// Feeds that named an account within so long before these days are where news of it comes by.
const LATELY: TimeDelta = TimeDelta::days(90);

/// The brief.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Brief {
    /// First day.
    pub from: NaiveDate,
    /// Last day.
    pub to: NaiveDate,
    /// Whose days these are (IANA name).
    pub time_zone: String,
    /// What stands open stands so at this instant.
    pub as_of: Time,
    /// Only what concerns this owner.
    pub owner: Option<String>,
    /// The cards to begin with, alarms first.
    pub top: Vec<Urgent>,
    /// Cards that wait, those of `top` included.
    pub waiting: usize,
    /// Promised, and not kept by their day; longest overdue first.
    pub promises: Vec<Promised>,
    /// Accepted, and not done by their day; longest overdue first.
    pub overdue: Vec<Overdue>,
    /// Contracts up within 90 days, soonest first.
    pub renewals: Vec<Renewal>,
    /// Whom nobody wrote about, and where nobody could look.
    pub quiet: Quiet,
    /// The rivals' moves that matter most.
    pub rival_moves: Vec<RivalMove>,
    /// All moves of rivals, those of `rival_moves` included.
    pub rival_moves_in_all: usize,
    /// What is not good enough for a card yet.
    pub lines: Vec<Line>,
    /// How much was told of each topic.
    pub topics: Vec<Topic>,
    /// What was taken back.
    pub corrections: Vec<Correction>,
    /// What came of cards.
    pub outcomes: Outcomes,
    /// How many cards were right.
    pub precision: Precision,
    /// What dismissals taught and still counts, by the part that it moves; what most taught comes first.
    pub learned: Vec<Learned>,
    /// Destinations that touch points have not reached for a day.
    pub not_delivered: Vec<Failing>,
}

/// A card that waits.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Urgent {
    /// Which card.
    pub card: TouchPointId,
    /// What to do.
    pub title: String,
    /// Why now.
    pub why: String,
    /// Last day to act.
    pub due: NaiveDate,
    /// May not wait.
    pub alarm: bool,
    /// How far it is.
    pub state: TouchPointState,
    /// Who of us is to act.
    pub owner: Option<String>,
}

/// A card that somebody took and did not do in time.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Overdue {
    /// Which card.
    pub card: TouchPointId,
    /// What was to be done.
    pub title: String,
    /// By when.
    pub due: NaiveDate,
    /// Days since then.
    pub days: i64,
    /// By whom.
    pub owner: Option<String>,
}

/// A promise whose day is past.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Promised {
    /// Which promise.
    pub id: String,
    /// To whom.
    pub account: AccountId,
    /// Its name.
    pub name: String,
    /// What was promised.
    pub what: String,
    /// Until when.
    pub by: NaiveDate,
    /// Days since then.
    pub days: i64,
    /// Who of us keeps it.
    pub owner: String,
}

/// A contract that is up soon.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Renewal {
    /// Whose.
    pub account: AccountId,
    /// Its name.
    pub name: String,
    /// The day.
    pub day: NaiveDate,
    /// Days until then.
    pub days: i64,
    /// The last call, meeting or answered mail; none is unknown, not never.
    pub last_contact: Option<NaiveDate>,
    /// Who of us looks after it.
    pub owner: Option<String>,
}

/// Whom nobody wrote about, and where nobody could look.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Quiet {
    /// Clients that could be looked after.
    pub clients: usize,
    /// Those of them that no report named; top tier first, then longest unnamed first.
    pub accounts: Vec<QuietAccount>,
    /// Clients that no report named and that could not be looked after: their silence means nothing.
    pub unseen: Vec<Unseen>,
    /// Clients that were named, but only in languages whose reports are not understood.
    pub mention_only: Vec<MentionOnly>,
    /// Feeds that were not read well lately.
    pub could_not_look: Vec<Blind>,
    /// Feeds that should be read.
    pub feeds: usize,
    /// So many of the feeds that are nobody's own are blind that silence means nothing.
    pub blind: bool,
}

/// A client that no report named.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct QuietAccount {
    /// Which account.
    pub account: AccountId,
    /// Its name.
    pub name: String,
    /// When it was last named; none where it never was.
    pub last_named: Option<NaiveDate>,
    /// The last call, meeting or answered mail; none is unknown, not never.
    pub last_contact: Option<NaiveDate>,
}

/// A client that nobody could look after.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Unseen {
    /// Which account.
    pub account: AccountId,
    /// Its name.
    pub name: String,
    /// Since when; none where it never was looked after.
    pub since: Option<NaiveDate>,
    /// When it could be looked after again; none while it cannot.
    pub until: Option<NaiveDate>,
    /// The feeds that would tell of it and cannot be read; empty where no feed covers it.
    pub feeds: Vec<String>,
    /// The last call, meeting or answered mail; none is unknown, not never.
    pub last_contact: Option<NaiveDate>,
}

/// A feed that was not read well lately.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Blind {
    /// Which feed.
    pub feed: String,
    /// The account whose own news it brings.
    pub account: Option<AccountId>,
    /// When it was last read well; none where it never was.
    pub since: Option<NaiveDate>,
    /// When it was read well again; none while it is not.
    pub until: Option<NaiveDate>,
    /// What goes wrong.
    pub why: String,
    /// Since when it counts as broken: somebody must look after it.
    pub broken_since: Option<NaiveDate>,
}

/// What a rival did.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RivalMove {
    /// Which rival.
    pub account: AccountId,
    /// Its name.
    pub name: String,
    /// What it did, in our words.
    pub what: String,
    /// The quote that proves it.
    pub quote: Option<String>,
    /// When it was last told.
    pub day: NaiveDate,
    /// Our clients that it may reach.
    pub touches: Vec<String>,
    /// What to ask ourselves.
    pub so_what: Option<String>,
    /// Its battlecard entry, where there is one.
    pub card: Option<TouchPointId>,
    /// Where a person reads it.
    pub url: Option<String>,
}

/// Why something is a line and no card.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Unsure {
    /// Nobody confirms it yet.
    Rumour,
    /// It was rumoured, and denied since.
    Denied,
    /// Only a headline could be had.
    HeadlineOnly,
}

/// Something that is not good enough for a card yet.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Line {
    /// Whom it is about.
    pub account: AccountId,
    /// Its name.
    pub name: String,
    /// What kind of event.
    #[serde(rename = "type")]
    pub kind: SignalType,
    /// Why it is no card.
    pub unsure: Unsure,
    /// What spoke against a card, in full.
    pub reason: String,
    /// The best quote.
    pub quote: String,
    /// Who said it.
    pub publisher: Option<String>,
    /// When.
    pub day: NaiveDate,
    /// Where a person reads it.
    pub url: Option<String>,
}

/// How much was told of a topic.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Topic {
    /// Which topic.
    pub account: AccountId,
    /// Its name.
    pub name: String,
    /// Stories in these days; copies of one report are one.
    pub stories: u64,
    /// Stories in the days before, as many.
    pub stories_before: u64,
    /// Publishers of these days.
    pub publishers: u64,
    /// Articles of these days, copies included.
    pub reports: u64,
    /// Countries of the publishers, as far as they are known (ISO 3166).
    pub countries: Vec<String>,
    /// The stories of most independent publishers.
    pub moved: Vec<Moved>,
    /// Stories worth sharing with clients of that field, those of most independent publishers first.
    pub worth_sharing: Vec<WorthSharing>,
}

/// A story worth sharing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct WorthSharing {
    /// Which.
    pub story: StoryId,
    /// Its headline.
    pub title: String,
    /// Who published the report to pass on.
    pub publisher: Option<String>,
    /// Where a person reads it.
    pub url: Option<String>,
    /// When it was published.
    pub day: NaiveDate,
    /// With whom, best first.
    pub with: Vec<ShareWith>,
}

/// A client that a story fits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ShareWith {
    /// Which client.
    pub account: AccountId,
    /// Its name.
    pub name: String,
    /// Who of us looks after it.
    pub owner: Option<String>,
    /// The card that says so, where there is one.
    pub card: Option<TouchPointId>,
}

/// A story that moved a topic.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Moved {
    /// Which.
    pub story: StoryId,
    /// Its headline.
    pub title: String,
    /// Independent publishers.
    pub publishers: u32,
}

/// Something that was taken back.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Correction {
    /// Whom it was about.
    pub account: AccountId,
    /// Its name.
    pub name: String,
    /// What had been said.
    pub what: String,
    /// The day on which it was last told, or its card was taken back.
    pub day: NaiveDate,
    /// The card that went with it, where there was one.
    pub card: Option<TouchPointId>,
}

/// What came of cards in these days.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Outcomes {
    /// Cards done that were answered.
    pub replies: usize,
    /// Cards done that led to a meeting.
    pub meetings: usize,
    /// Cards done by which a contract was renewed.
    pub renewals: usize,
    /// What clients told, taken back or rejected left out.
    pub answers: usize,
    /// Those of them that a person confirmed.
    pub confirmed: usize,
    /// Cards done.
    pub done: usize,
    /// Cards dismissed, by code.
    pub dismissed: Vec<Dismissed>,
    /// What came of those done, in the owners' words.
    pub words: Vec<Words>,
    /// How the cards of each play ended, most answered first.
    pub by_play: Vec<PlayOutcomes>,
}

/// How the cards of a play ended.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct PlayOutcomes {
    /// Which play.
    pub play: String,
    /// Cards done.
    pub done: usize,
    /// Those of them that were answered: a reply, a meeting, a renewal.
    pub answered: usize,
    /// Done cards by how they ended.
    pub ended: BTreeMap<String, usize>,
}

/// Cards dismissed for one reason.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Dismissed {
    /// The reason.
    pub code: DismissalCode,
    /// How many.
    pub cards: usize,
}

/// What came of a card, in its owner's words.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Words {
    /// Which card.
    pub card: TouchPointId,
    /// What was to be done.
    pub title: String,
    /// What came of it.
    pub outcome: String,
}

/// How many of the cards that somebody judged were right: accepted or done, or refused only as known or too late.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Precision {
    /// Judgements since this day count.
    pub since: NaiveDate,
    /// By kind of event, most judged first.
    pub by_type: Vec<Judged>,
    /// By publisher of the evidence, most judged first.
    pub by_source: Vec<Judged>,
}

/// Cards that somebody judged.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Judged {
    /// Kind of event, or publisher.
    pub name: String,
    /// Cards judged.
    pub judged: usize,
    /// Those that were right.
    pub right: usize,
}

/// What the brief is composed from, as the database holds it.
#[derive(Clone, Debug, Default)]
pub struct Material {
    /// Cards that wait, and accepted ones.
    pub open: Vec<TouchPoint>,
    /// Cards that changed in the days over which precision is reckoned.
    pub recent: Vec<TouchPoint>,
    /// Destinations that have not worked for a day.
    pub failing: Vec<Failing>,
    /// Promises that are open.
    pub promises: Vec<Promise>,
    /// What clients told in these days, in any state.
    pub answers: Vec<Answer>,
    /// What dismissals taught and still counts.
    pub lessons: Vec<Lesson>,
    /// Steps of these days, those taken back left out.
    pub steps: Vec<(TouchPointId, StepRecord)>,
    /// Signals last told in these days.
    pub signals: Vec<Signal>,
    /// What led to no card in these days: story, account, why.
    pub not_suggested: Vec<(StoryId, AccountId, String)>,
    /// How every feed stands.
    pub feeds: Vec<FeedState>,
    /// How much was told of each account in these days.
    pub volumes: Vec<Volume>,
    /// The same for the days before.
    pub volumes_before: Vec<Volume>,
    /// Who told of each account.
    pub tellers: Vec<Teller>,
    /// The stories that moved each topic.
    pub most_told: Vec<(AccountId, Telling)>,
    /// Stories of these days that are worth sharing, with the accounts they fit, best first.
    pub worth_sharing: Vec<(TopicNews, Vec<AccountId>)>,
    /// When each account was last named.
    pub last_named: HashMap<AccountId, Time>,
    /// The feeds by which news of each account came lately.
    pub named_by: HashMap<AccountId, HashSet<FeedId>>,
    /// Feeds that answer and bring nothing.
    pub silent: HashMap<FeedId, Silence>,
    /// Times that reach into these days in which feeds could not be read, and which are over.
    pub gaps: Vec<Gap>,
    /// Articles of these days that name accounts in languages without cues.
    pub mention_only: Vec<MentionOnly>,
}

/// For whom and of which days the brief is.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// Whom we watch.
    pub watchlist: &'a Watchlist,
    /// Where we look.
    pub sources: &'a [Source],
    /// Which days.
    pub window: &'a Window,
    /// Only what concerns this owner.
    pub owner: Option<&'a str>,
    /// The present instant.
    pub now: Time,
}

/// The brief of these days.
///
/// # Errors
/// Where the database refuses.
pub async fn brief(
    store: &Store,
    config: &Config,
    window: &Window,
    owner: Option<&str>,
    now: Time,
) -> Result<Brief, StoreError> {
    let material = gather(store, config, window, now).await?;
    let request = Request { watchlist: &config.watchlist, sources: &config.sources, window, owner, now };
    Ok(compose(&material, &request))
}

const OPEN: &[TouchPointState] =
    &[TouchPointState::Suggested, TouchPointState::Checking, TouchPointState::Ready, TouchPointState::Accepted];

/// Reads all of it in one session, so that it is of one moment.
async fn gather(store: &Store, config: &Config, window: &Window, now: Time) -> Result<Material, StoreError> {
    let watchlist = &config.watchlist;
    let (start, end, before) = (window.start(), window.end(), window.before());
    let mut session = store.read().await?;
    let mut most_told = Vec::new();
    for topic in watchlist.accounts().iter().filter(|account| account.kind == AccountKind::Topic) {
        let told = tellings::most_told(&mut session, &topic.id, start, end, topics::MOST_MOVED).await?;
        most_told.extend(told.into_iter().map(|told| (topic.id.clone(), told)));
    }
    let not_suggested = signals::not_suggested_between(&mut session, start, end).await?;
    let feeds = feeds::all(&mut session).await?;
    let mut named_by: HashMap<AccountId, HashSet<FeedId>> = HashMap::new();
    for (account, feed) in coverage::feeds_of_accounts(&mut session, start - LATELY).await? {
        named_by.entry(account).or_default().insert(feed);
    }
    Ok(Material {
        open: touchpoints::in_states(&mut session, OPEN).await?,
        recent: touchpoints::changed_since(&mut session, start.min(judged_since(window))).await?,
        failing: trouble::failing(&mut session, now).await?,
        promises: follow::promises(&mut session, false).await?,
        answers: follow::answers_between(&mut session, start, end).await?,
        lessons: lessons::active(&mut session).await?,
        steps: touchpoints::steps_between(&mut session, start, end).await?,
        signals: signals::between(&mut session, start, end).await?,
        not_suggested: not_suggested.into_iter().filter_map(reason).collect(),
        silent: silent(&mut session, feeds.iter(), now).await?,
        gaps: coverage::gaps(&mut session, start, end).await?,
        mention_only: coverage::mentions_only(&mut session, start, end).await?,
        named_by,
        feeds,
        volumes: articles::volumes(&mut session, start, end).await?,
        volumes_before: articles::volumes(&mut session, before.start(), before.end()).await?,
        tellers: tellings::tellers(&mut session, start, end).await?,
        most_told,
        worth_sharing: sharing::worth_sharing(&mut session, config, window).await?,
        last_named: articles::last_named(&mut session).await?,
    })
}

fn judged_since(window: &Window) -> Time {
    window.end() - TimeDelta::days(PRECISION_DAYS)
}

fn reason(
    (story, account, _, _, body): (StoryId, AccountId, String, Time, String),
) -> Option<(StoryId, AccountId, String)> {
    let body: serde_json::Value = serde_json::from_str(&body).ok()?;
    let reason = body.get("reason")?.as_str()?.to_owned();
    Some((story, account, reason))
}
