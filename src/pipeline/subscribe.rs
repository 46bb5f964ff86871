//! Touch points to subscribe to: a calendar of an owner or of all, and a feed of what changed last. Rendered by the same
//! functions as the destinations that are files.

use std::collections::BTreeMap;

use chrono::{Days, NaiveTime, TimeDelta};

use super::calendar::{self, Planned};
use crate::config::Config;
use crate::deliver::atom::{self, Heading};
use crate::deliver::icalendar::{self, PlannedDay};
use crate::deliver::{self, Listed};
use crate::model::{DestinationId, Time, TouchPoint, TouchPointState};
use crate::store::{Store, StoreError, touchpoints};

/// How far a calendar looks ahead.
const AHEAD: Days = Days::new(365);

/// How far back the feed reaches, and how many touch points it shows.
const BACK: TimeDelta = TimeDelta::days(90);
const MOST: usize = 100;

/// The name of the list of all touch points.
pub const ALL: &str = "all";

/// Why there is no list.
#[derive(Debug, thiserror::Error)]
pub enum ListError {
    /// The database refused.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A card or the list could not be written down.
    #[error("the list cannot be written: {0}")]
    Written(String),
}

/// What the lists are made of, as far as it changes: as long as it is the same, so is every list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stamp {
    cards: (i64, i64, i64),
    day: chrono::NaiveDate,
}

/// The stamp of all lists under one configuration, cheap to ask for.
///
/// # Errors
/// Where the database refuses.
pub async fn stamp(store: &Store, config: &Config, now: Time) -> Result<Stamp, StoreError> {
    let cards = touchpoints::stamp(&mut store.read().await?).await?;
    Ok(Stamp { cards, day: today(config, now) })
}

/// The calendar of one owner, or of all: open touch points that wait for a person or that one has taken, and the contacts
/// that are planned for the year to come. Nothing where nobody knows such an owner.
///
/// # Errors
/// Where the database refuses.
pub async fn calendar(
    store: &Store,
    config: &Config,
    owner: Option<&str>,
    now: Time,
) -> Result<Option<String>, ListError> {
    let from = today(config, now);
    let to = from.checked_add_days(AHEAD).unwrap_or(from);
    let calendar = calendar::calendar(store, config, from, to, owner, now).await?;
    if let Some(owner) = owner
        && calendar.open.is_empty()
        && calendar.planned.is_empty()
        && !knows(config, owner)
    {
        return Ok(None);
    }
    let shown = |card: &&TouchPoint| {
        !card.backfilled && matches!(card.state, TouchPointState::Ready | TouchPointState::Accepted)
    };
    let list = DestinationId::from("calendar");
    let listed = listed(calendar.open.iter().filter(shown), &list)?;
    let made = from.and_time(NaiveTime::MIN).and_utc();
    let planned: Vec<_> = calendar.planned.iter().map(|one| day(one, made)).collect();
    let text = icalendar::calendar(owner.unwrap_or(ALL), &listed, &planned, &BTreeMap::new());
    text.map(Some).map_err(|why| ListError::Written(why.to_string()))
}

/// The feed of the touch points that changed last, those still at the gate left out. `address` is where it is had.
///
/// # Errors
/// Where the database refuses.
pub async fn feed(store: &Store, address: Option<String>, now: Time) -> Result<Vec<u8>, ListError> {
    let mut cards = touchpoints::changed_since(&mut store.read().await?, now - BACK).await?;
    cards.retain(was_shown);
    cards.sort_by_key(|card| std::cmp::Reverse((card.updated, card.id)));
    cards.truncate(MOST);
    as_atom(&cards, address)
}

/// These touch points as a calendar.
///
/// # Errors
/// Where one cannot be written.
pub fn as_calendar(cards: &[TouchPoint]) -> Result<Vec<u8>, ListError> {
    let listed = listed(cards.iter().filter(|card| was_shown(card)), &DestinationId::from("calendar"))?;
    let text = icalendar::calendar(ALL, &listed, &[], &BTreeMap::new());
    text.map(String::into_bytes).map_err(|why| ListError::Written(why.to_string()))
}

/// These touch points as a feed.
///
/// # Errors
/// Where one cannot be written.
pub fn as_atom(cards: &[TouchPoint], address: Option<String>) -> Result<Vec<u8>, ListError> {
    let listed = listed(cards.iter().filter(|card| was_shown(card)), &DestinationId::from("feed"))?;
    let heading = Heading { list: ALL.to_owned(), address };
    atom::feed(&heading, &listed).map_err(|why| ListError::Written(why.to_string()))
}

/// It goes outside, and has been in the inbox or beyond.
fn was_shown(card: &TouchPoint) -> bool {
    !card.backfilled && !matches!(card.state, TouchPointState::Suggested | TouchPointState::Checking)
}

fn listed<'a>(
    cards: impl Iterator<Item = &'a TouchPoint>,
    list: &DestinationId,
) -> Result<Vec<deliver::Listed>, ListError> {
    cards
        .map(|card| Listed::of_card(card, list))
        .collect::<Result<_, _>>()
        .map_err(|why| ListError::Written(why.to_string()))
}

fn day(one: &Planned, made: Time) -> PlannedDay {
    let Planned { date, name, action, .. } = one;
    let verb = action.map_or("Contact", |action| action.verb());
    PlannedDay {
        key: format!("{}:{}:calendar", date.account, date.cause),
        day: date.day,
        subject: format!("{verb} {name}: {}", date.event),
        why: date.rule.clone(),
        account: date.account.0.clone(),
        made,
    }
}

/// Some account is this owner's, or the settings name them.
fn knows(config: &Config, owner: &str) -> bool {
    config.watchlist.accounts().iter().any(|account| account.owner.as_deref() == Some(owner))
        || config.settings.touchpoint.owners.iter().any(|known| known.name == owner)
}

fn today(config: &Config, now: Time) -> chrono::NaiveDate {
    now.with_timezone(&config.settings.operator.zone()).date_naive()
}
