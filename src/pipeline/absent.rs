//! Destinations that were taken out of the configuration while deliveries wait for them: those wait on, and are told of,
//! until the destination is back or a person drops them.

use tracing::{info, warn};

use super::Engine;
use crate::deliver::Destination;
use crate::model::Actor;
use crate::store::{StoreError, changes, deliveries};

/// The state of such a destination.
pub(super) const ABSENT: &str = "absent";

/// Stops destinations that something waits for and that are not `known`, and opens those that are known again.
///
/// # Errors
/// Where the database refuses.
pub(super) async fn follow(engine: &Engine, known: &[Destination]) -> Result<(), StoreError> {
    let now = engine.now();
    let is_known = |id: &str| known.iter().any(|known| known.id().as_str() == id);
    let mut session = engine.store.read().await?;
    let waiting = deliveries::waiting(&mut session, now).await?;
    let states = deliveries::destinations(&mut session).await?;
    drop(session);
    let gone: Vec<_> = waiting.into_iter().filter(|id| !is_known(id.as_str())).collect();
    let back: Vec<_> =
        states.into_iter().filter(|state| state.state == ABSENT && is_known(state.id.as_str())).collect();
    if gone.is_empty() && back.is_empty() {
        return Ok(());
    }
    let mut session = engine.store.write().await?;
    let who = Actor::program("deliver");
    for id in &gone {
        let why = format!("it is no longer configured: configure it again, or `tidings deliver drop {id}`");
        warn!(destination = %id, "deliveries wait for a destination that is no longer configured");
        deliveries::set_destination(&mut session, id, ABSENT, &why, now).await?;
        changes::note(&mut session, now, &who, "destination not configured", id.as_str(), &why).await?;
    }
    for state in &back {
        info!(destination = %state.id, "configured again");
        deliveries::set_destination(&mut session, &state.id, "open", "", now).await?;
    }
    session.commit().await
}
