//! Every step of a touch point's life: the card, its log and its deliveries, written in one transaction.

use super::hooks;
use crate::config::Config;
use crate::deliver::Around;
use crate::deliver::outbox::{deliveries_for, delivery_to};
use crate::model::{Step, StepRecord, Time, TouchPoint};
use crate::store::{Session, StoreError, accounts, deliveries, touchpoints};
use crate::touchpoint::life::Change;

/// Writes a new card with the steps it was born with, and what the destinations are to hear of it.
///
/// # Errors
/// Where the database refuses.
pub async fn bear(
    session: &mut Session,
    card: &TouchPoint,
    steps: &[StepRecord],
    config: &Config,
    now: Time,
) -> Result<(), StoreError> {
    touchpoints::write(session, card).await?;
    for step in steps {
        touchpoints::log(session, card.id, step, None).await?;
    }
    match steps.last() {
        Some(last) => tell(session, card, last, config, now).await,
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
    config: &Config,
    now: Time,
) -> Result<(), StoreError> {
    touchpoints::write(session, &change.card).await?;
    touchpoints::log(session, change.card.id, &change.record, Some(before)).await?;
    tell(session, &change.card, &change.record, config, now).await
}

async fn tell(
    session: &mut Session,
    card: &TouchPoint,
    record: &StepRecord,
    config: &Config,
    now: Time,
) -> Result<(), StoreError> {
    let base = config.settings.serve.base();
    let configured = config.watchlist.get(&card.account);
    // A person's verb knows the files only.
    let kept = if configured.is_some() { None } else { accounts::get(session, &card.account).await? };
    let around = Around {
        account: configured.or(kept.as_ref().map(|kept| &kept.account)),
        base: &base,
        templates: Some(&config.settings.deliver.templates),
    };
    let destinations = hooks::destinations(session, config).await?;
    for mut delivery in deliveries_for(card, record.step, &destinations, &around, now) {
        // The update of a step that nobody has sent yet: the destination hears of the card once, as it now stands.
        if record.step == Step::Updated
            && let Some(unsent) = deliveries::take_unsent(session, card.id, &delivery.destination).await?
            && let Some(told) = destinations.iter().find(|told| *told.id() == delivery.destination)
        {
            delivery = delivery_to(told, card, unsent, &around, now);
        }
        deliveries::put(session, &delivery).await?;
    }
    Ok(())
}
