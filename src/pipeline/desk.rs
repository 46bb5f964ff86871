//! What the pages show of cards and do with them, beside what the command line has: a page of the inbox, many cards at a
//! time, and an undo that takes back the step that was meant and no other.

mod card;
mod list;
#[cfg(test)]
mod tests;

use chrono::TimeDelta;

use super::follow::Hand;
use super::inbox::{InboxError, find};
use crate::model::{StepRecord, Time, TouchPoint};
use crate::store::{Store, feeds, touchpoints};

pub use self::card::{CardFile, Quote, Report, card};
pub use self::list::{Asked, Pile, Row, Sheet, sheet};
pub use crate::store::StoreError;
pub use crate::touchpoint::life::Command;

/// Closed cards are listed for so long after their last step.
const CLOSED_SHOWN: TimeDelta = TimeDelta::days(30);

/// How many feeds count as broken now.
///
/// # Errors
/// Where the database refuses.
pub async fn broken_feeds(store: &Store) -> Result<usize, StoreError> {
    Ok(feeds::told_broken(&mut store.read().await?).await?.len())
}

/// Takes back the step that a person took with a card at `at`, and no earlier one: a page that is shown again offers what
/// was undone long ago.
///
/// # Errors
/// Where it was taken back already or another step came after it, none or several cards fit, or the database refuses.
pub async fn undo(hand: &Hand<'_>, part: &str, at: Time) -> Result<(StepRecord, TouchPoint), InboxError> {
    let mut session = hand.store.read().await?;
    let card = find(&mut session, part).await?;
    let last = touchpoints::last_undoable(&mut session, card.id).await?;
    drop(session);
    match last {
        Some((_, step, _)) if step.at.timestamp_millis() == at.timestamp_millis() => {
            hand.undo(&card.id.to_string()).await
        }
        _ => Err(InboxError::NothingToUndo(card.id)),
    }
}
