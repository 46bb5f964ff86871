//! What a person does with touch points: look, accept, done, dismiss, snooze, undo. Works beside a running program.

use crate::config::Config;
use crate::model::{Actor, StepRecord, Time, TouchPoint, TouchPointId, TouchPointState};
use crate::store::{Session, Store, StoreError, touchpoints};
use crate::touchpoint::life::{self, Command, LifeError};
use crate::touchpoint::priority;

use super::{cards, lessons};

/// Why a card could not be found or changed.
#[derive(Debug, thiserror::Error)]
pub enum InboxError {
    /// No card has this id.
    #[error("no touch point {0:?}")]
    Unknown(String),
    /// Several cards have ids that begin or end so.
    #[error("{part:?} fits several touch points: {}", .fits.join(", "))]
    Ambiguous {
        /// What was typed.
        part: String,
        /// Ids that fit.
        fits: Vec<String>,
    },
    /// Nothing of that kind has this id.
    #[error("no {what} {part:?}")]
    NoSuch {
        /// What was looked for.
        what: &'static str,
        /// What was typed.
        part: String,
    },
    /// It is in that state already, or cannot leave it.
    #[error("{0} is {1}")]
    StandsSo(String, &'static str),
    /// The words hold a phrase that must not be said.
    #[error("the words hold the banned phrase {0:?}")]
    Banned(String),
    /// The card cannot take this step.
    #[error(transparent)]
    Life(#[from] LifeError),
    /// There is no step of a person to take back.
    #[error("touch point {0} has no step that could be undone")]
    NothingToUndo(TouchPointId),
    /// The database refused.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What the inbox shows.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Only cards of this owner.
    pub owner: Option<String>,
    /// Cards in any state, not only those that wait for a person.
    pub all: bool,
}

const WAITING: &[TouchPointState] =
    &[TouchPointState::Ready, TouchPointState::Checking, TouchPointState::Accepted, TouchPointState::Suggested];

/// Cards in the order to work through them: alarms first, then by priority, with places kept for lower tiers.
///
/// # Errors
/// Where the database refuses.
pub async fn list(store: &Store, filter: &Filter, tiers: &priority::Tiers) -> Result<Vec<TouchPoint>, InboxError> {
    let mut session = store.read().await?;
    let states = if filter.all { TouchPointState::ALL } else { WAITING };
    let mut cards = touchpoints::in_states(&mut session, states).await?;
    cards.retain(|card| filter.owner.is_none() || card.owner == filter.owner);
    let order = priority::rank(&cards, tiers);
    Ok(order.into_iter().filter_map(|place| cards.get(place).cloned()).collect())
}

/// One card with the steps of its life, by its id or the beginning or end of it.
///
/// # Errors
/// Where none or several fit, or the database refuses.
pub async fn show(store: &Store, part: &str) -> Result<(TouchPoint, Vec<StepRecord>), InboxError> {
    let mut session = store.read().await?;
    let card = find(&mut session, part).await?;
    let steps = touchpoints::steps(&mut session, card.id).await?;
    Ok((card, steps))
}

/// Has a card take a step, with its deliveries, in one transaction. With `dry_run` nothing is written.
///
/// # Errors
/// Where the card cannot take the step, none or several fit, or the database refuses.
pub async fn step(
    store: &Store,
    part: &str,
    command: &Command,
    who: &Actor,
    config: &Config,
    now: Time,
    dry_run: bool,
) -> Result<TouchPoint, InboxError> {
    let mut session = store.write().await?;
    let before = find(&mut session, part).await?;
    let change = life::step(&before, command, who, now)?;
    cards::step(&mut session, &before, &change, config, now).await?;
    if let Command::Dismiss { code, .. } = command {
        lessons::learn(&mut session, &change.card, *code, who, now).await?;
    }
    if !dry_run {
        session.commit().await?;
    }
    Ok(change.card)
}

/// Takes back the last step that a person took with a card.
///
/// # Errors
/// Where there is none, none or several cards fit, or the database refuses.
pub async fn undo(
    store: &Store,
    part: &str,
    who: &Actor,
    config: &Config,
    now: Time,
    dry_run: bool,
) -> Result<(StepRecord, TouchPoint), InboxError> {
    let mut session = store.write().await?;
    let card = find(&mut session, part).await?;
    let last = touchpoints::last_undoable(&mut session, card.id).await?;
    let (seq, step, previous) = last.ok_or(InboxError::NothingToUndo(card.id))?;
    let change = life::undo(&card, &previous, &step, who, now);
    touchpoints::mark_undone(&mut session, seq).await?;
    cards::step(&mut session, &card, &change, config, now).await?;
    if !dry_run {
        session.commit().await?;
    }
    Ok((step, change.card))
}

pub(super) async fn find(session: &mut Session, part: &str) -> Result<TouchPoint, InboxError> {
    let typed = part.trim().trim_start_matches('#').to_ascii_lowercase();
    let plausible = typed.len() >= 4 && typed.chars().all(|letter| letter.is_ascii_hexdigit() || letter == '-');
    let mut fits = if plausible { touchpoints::by_part_of_id(session, &typed).await? } else { Vec::new() };
    match fits.len() {
        0 => Err(InboxError::Unknown(part.to_owned())),
        1 => Ok(fits.remove(0)),
        _ => Err(InboxError::Ambiguous {
            part: part.to_owned(),
            fits: fits.iter().map(|card| card.id.to_string()).collect(),
        }),
    }
}
