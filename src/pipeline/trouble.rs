//! A destination that does not work is told to other channels: once when it has failed, or was stopped, for a day, and once
//! when it works again.

use chrono::TimeDelta;
use tracing::warn;

use super::Engine;
use super::absent::ABSENT;
use crate::config::Config;
use crate::deliver::outbox::delivery_of_trouble;
use crate::deliver::{Destination, Trouble};
use crate::model::{DestinationId, Time};
use crate::store::deliveries::{self, DestinationState};
use crate::store::{Session, StoreError};

/// How long a destination may fail before others are told: failures of minutes and of nights mend themselves.
const PATIENCE: TimeDelta = TimeDelta::days(1);

/// A destination that has not worked for a day.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Failing {
    /// Which destination.
    pub id: DestinationId,
    /// `failing`, `paused`, `disabled` or `not configured`.
    pub state: &'static str,
    /// Since when.
    pub since: Time,
    /// What it last said.
    pub why: String,
    /// Deliveries that wait for it.
    pub waiting: i64,
}

/// The destinations that have not worked for a day, and for which something waits.
///
/// # Errors
/// Where the database refuses.
pub async fn failing(session: &mut Session, now: Time) -> Result<Vec<Failing>, StoreError> {
    Ok(with_states(session, now).await?.into_iter().map(|(failing, _)| failing).collect())
}

async fn with_states(session: &mut Session, now: Time) -> Result<Vec<(Failing, DestinationState)>, StoreError> {
    let mut found = Vec::new();
    let states = deliveries::destinations(session).await?;
    if !states.iter().any(|state| state.failing_since.is_some_and(|since| since <= now - PATIENCE)) {
        return Ok(found);
    }
    let counts = deliveries::counts(session).await?;
    for known in states {
        let Some(since) = known.failing_since.filter(|since| *since <= now - PATIENCE) else { continue };
        let due = counts.iter().find(|(id, state, _)| *id == known.id && state == "due");
        let waiting = due.map_or(0, |(.., count)| *count);
        let state = match known.state.as_str() {
            "open" => "failing",
            "disabled" => "disabled",
            ABSENT => "not configured",
            _ => "paused",
        };
        // Nothing waits: it failed once, and what failed was settled since.
        if waiting == 0 && matches!(state, "failing" | "not configured") {
            continue;
        }
        let last = if known.why.is_empty() { deliveries::last_error(session, &known.id).await? } else { None };
        let why = last.unwrap_or_else(|| known.why.clone());
        found.push((Failing { id: known.id.clone(), state, since, why, waiting }, known));
    }
    Ok(found)
}

/// Tells of each destination that has not worked for a day, where that was not told yet.
///
/// # Errors
/// Where the database refuses.
pub(super) async fn tell(engine: &Engine) -> Result<(), StoreError> {
    let now = engine.now();
    let mut session = engine.store.read().await?;
    let news: Vec<_> =
        with_states(&mut session, now).await?.into_iter().filter(|(_, state)| state.told.is_none()).collect();
    drop(session);
    if news.is_empty() {
        return Ok(());
    }
    let mut session = engine.store.write().await?;
    for (failing, _) in news {
        let Failing { id, state, since, why, waiting } = &failing;
        warn!(destination = %id, %state, %since, %why, "nothing has reached this destination for a day");
        let tellers = tellers(&mut session, &engine.config(), id).await?;
        if tellers.all_are_in_trouble {
            continue;
        }
        let trouble = Trouble { destination: id, since: *since, state, why, waiting: *waiting, well: false };
        for teller in &tellers.ready {
            deliveries::put(&mut session, &delivery_of_trouble(&trouble, teller, now)).await?;
        }
        deliveries::told(&mut session, id, now).await?;
    }
    session.commit().await
}

/// Something went through: where it was told that nothing did, the end of that is told too.
///
/// # Errors
/// Where the database refuses.
pub(super) async fn is_over(
    session: &mut Session,
    engine: &Engine,
    id: &DestinationId,
    now: Time,
) -> Result<(), StoreError> {
    let Some((since, _)) = deliveries::told_trouble(session, id).await? else { return Ok(()) };
    let trouble = Trouble { destination: id, since, state: "open", why: "", waiting: 0, well: true };
    for teller in tellers(session, &engine.config(), id).await?.ready {
        deliveries::put(session, &delivery_of_trouble(&trouble, &teller, now)).await?;
    }
    Ok(())
}

struct Tellers {
    ready: Vec<DestinationId>,
    /// There are some, and none of them works either: it is told when one does.
    all_are_in_trouble: bool,
}

/// Who tells of the trouble of `whose`: the destinations of `tell_trouble`, else all that are no CRM; those that work.
async fn tellers(session: &mut Session, config: &Config, whose: &DestinationId) -> Result<Tellers, StoreError> {
    let settings = &config.settings.deliver;
    let configured: Vec<&DestinationId> = match &settings.tell_trouble {
        Some(named) => named.iter().collect(),
        None => settings.destinations.iter().filter(|known| !known.is_crm()).map(Destination::id).collect(),
    };
    let candidates: Vec<_> = configured.into_iter().filter(|id| *id != whose).collect();
    let states = deliveries::destinations(session).await?;
    let works = |id: &DestinationId| {
        let state = states.iter().find(|state| state.id == *id);
        state.is_none_or(|state| state.state == "open" && state.failing_since.is_none())
    };
    let ready: Vec<_> = candidates.iter().filter(|id| works(id)).map(|id| (*id).clone()).collect();
    Ok(Tellers { all_are_in_trouble: !candidates.is_empty() && ready.is_empty(), ready })
}
