//! Every step of a touch point's life: the card, its log and its deliveries, written in one transaction.

use crate::deliver::{self, Destination};
use crate::model::{Step, StepRecord, Time, TouchPoint};
use crate::store::{Session, StoreError, deliveries, touchpoints};
use crate::touchpoint::life::Change;

/// Writes a new card with the steps it was born with, and what the destinations are to hear of it.
///
/// # Errors
/// Where the database refuses.
pub async fn bear(
    session: &mut Session,
    card: &TouchPoint,
    steps: &[StepRecord],
    destinations: &[Destination],
    now: Time,
) -> Result<(), StoreError> {
    touchpoints::write(session, card).await?;
    for step in steps {
        touchpoints::log(session, card.id, step, None).await?;
    }
    match steps.last() {
        Some(last) => tell(session, card, last, destinations, now).await,
        None => Ok(()),
    }
}

/// Writes a step that a card took, with the card as it was before, and what the destinations are to hear of it.
///
/// # Errors
/// Where the database refuses.
pub async fn step(
    session: &mut Session,
    before: &TouchPoint,
    change: &Change,
    destinations: &[Destination],
    now: Time,
) -> Result<(), StoreError> {
    touchpoints::write(session, &change.card).await?;
    touchpoints::log(session, change.card.id, &change.record, Some(before)).await?;
    tell(session, &change.card, &change.record, destinations, now).await
}

async fn tell(
    session: &mut Session,
    card: &TouchPoint,
    record: &StepRecord,
    destinations: &[Destination],
    now: Time,
) -> Result<(), StoreError> {
    for mut delivery in deliver::outbox::deliveries_for(card, record.step, destinations, now) {
        if record.step == Step::Updated
            && let Some(unsent) = deliveries::take_unsent(session, card.id, &delivery.destination).await?
        {
            delivery = deliver::outbox::as_step(delivery, unsent, card, now);
        }
        deliveries::put(session, &delivery).await?;
    }
    Ok(())
}
