//! The calendar as a person sees it: what is planned, what is open, what finds no room.

use chrono::NaiveDate;
use serde::Serialize;

use crate::config::Config;
use crate::model::{Time, TouchPoint, TouchPointState};
use crate::store::{Store, StoreError, touchpoints};
use crate::touchpoint::calendar::{self, Date};
use crate::touchpoint::plan::Waiting;
use crate::touchpoint::{room, silence};

/// What the calendar holds between two days.
#[derive(Debug, Serialize)]
pub struct Calendar {
    /// First day.
    pub from: NaiveDate,
    /// Last day.
    pub to: NaiveDate,
    /// Open touch points that are due in these days or before them, by day.
    pub open: Vec<TouchPoint>,
    /// What is planned and no touch point yet, by day.
    pub planned: Vec<Planned>,
    /// What would be a touch point today, had it room.
    pub waiting: Vec<Waiting>,
}

/// A planned contact, with what a reader wants to know of its account.
#[derive(Debug, Serialize)]
pub struct Planned {
    /// The contact.
    #[serde(flatten)]
    pub date: Date,
    /// Name of the account.
    pub name: String,
    /// Who makes it.
    pub owner: Option<String>,
    /// What the owner is to do.
    pub action: Option<crate::model::Action>,
}

/// The calendar from `from` to `to`, of one owner or of all. Nothing is changed.
///
/// # Errors
/// Where the database refuses.
pub async fn calendar(
    store: &Store,
    config: &Config,
    from: NaiveDate,
    to: NaiveDate,
    owner: Option<&str>,
    now: Time,
) -> Result<Calendar, StoreError> {
    let settings = &config.settings.touchpoint;
    let mut session = store.read().await?;
    let recent = touchpoints::born_since(&mut session, now - settings.memory()).await?;
    let states: Vec<_> = TouchPointState::ALL.iter().copied().filter(|state| !state.is_closed()).collect();
    let mut open = touchpoints::in_states(&mut session, &states).await?;
    let watchlist = &config.watchlist;
    let mut waiting = room::let_in(watchlist, &config.playbook, &open, &recent, settings, now).waiting;
    waiting.extend(calendar::due(watchlist, &config.playbook, &open, &recent, settings, now).waiting);
    waiting.extend(silence::silence(watchlist, &config.playbook, &open, &recent, settings, now).waiting);
    waiting.retain(|one| owner.is_none() || one.owner.as_deref() == owner);
    let older = open.iter().filter(|card| recent.iter().all(|known| known.id != card.id)).cloned();
    let known: Vec<TouchPoint> = recent.iter().cloned().chain(older).collect();
    let dates = calendar::year(watchlist, &config.playbook, &known, settings, from, to);
    let planned = dates
        .into_iter()
        .filter_map(|date| planned(date, config))
        .filter(|one| owner.is_none() || one.owner.as_deref() == owner);
    let planned = planned.collect();
    open.retain(|card| card.due <= to && (owner.is_none() || card.owner.as_deref() == owner));
    open.sort_by_key(|card| (card.due, card.id));
    Ok(Calendar { from, to, open, planned, waiting })
}

fn planned(date: Date, config: &Config) -> Option<Planned> {
    let account = config.watchlist.get(&date.account)?;
    let action = config.playbook.get(&date.play).map(|play| play.action);
    Some(Planned { name: account.name.clone(), owner: account.owner.clone(), action, date })
}
