//! The deliver loop: lease due deliveries → send → record.

use chrono::TimeDelta;
use futures_util::StreamExt;
use tracing::{info, warn};

use super::Engine;
use crate::deliver::retry::{self, Verdict};
use crate::deliver::{self, Destination};
use crate::model::{Actor, Delivery, DeliveryState, Time};
use crate::store::{StoreError, changes, deliveries};

/// Deliveries leased at once.
const BATCH: i64 = 16;

/// How long a worker may hold a delivery: above the longest time-out of a destination.
const LEASE: TimeDelta = TimeDelta::minutes(5);

/// What delivering came to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Delivered {
    /// Accepted by their destination.
    pub delivered: usize,
    /// To be tried again.
    pub retrying: usize,
    /// Given up, kept and replayable.
    pub dead: usize,
    /// What went wrong, one line each.
    pub troubles: Vec<String>,
}

/// Sends everything that is due, until nothing is.
///
/// # Errors
/// Where the database refuses.
pub async fn all_due(engine: &Engine) -> Result<Delivered, StoreError> {
    let mut total = Delivered::default();
    while !engine.stopping() {
        let now = engine.now();
        let mut session = engine.store.write().await?;
        let due = deliveries::lease_due(&mut session, now, now + LEASE, BATCH).await?;
        session.commit().await?;
        if due.is_empty() {
            break;
        }
        let results: Vec<_> = futures_util::stream::iter(due)
            .map(|delivery| async move { send_one(engine, delivery).await })
            .buffer_unordered(4)
            .collect()
            .await;
        for result in results {
            let one = result?;
            total.delivered += one.delivered;
            total.retrying += one.retrying;
            total.dead += one.dead;
            total.troubles.extend(one.troubles);
        }
    }
    Ok(total)
}

async fn send_one(engine: &Engine, mut delivery: Delivery) -> Result<Delivered, StoreError> {
    let Some(destination) = engine.destinations().iter().find(|known| *known.id() == delivery.destination) else {
        delivery.last_error = Some("its destination is no longer configured".to_owned());
        delivery.state = DeliveryState::Dead;
        return settle(engine, destination_gone(), delivery, engine.now()).await;
    };
    let sent_at = engine.now();
    let answer = deliver::send(&engine.wire, destination, &delivery, sent_at).await;
    delivery.last_status = answer.status();
    delivery.last_error = answer.error();
    let now = engine.now();
    let verdict = retry::after(delivery.attempts, &answer, now, fastrand::f64());
    settle(engine, (verdict, Some(destination)), delivery, now).await
}

fn destination_gone<'a>() -> (Verdict, Option<&'a Destination>) {
    (Verdict::Dead("its destination is no longer configured".to_owned()), None)
}

/// Writes what the attempt came to, and what it means for the destination.
async fn settle(
    engine: &Engine,
    (verdict, destination): (Verdict, Option<&Destination>),
    mut delivery: Delivery,
    now: Time,
) -> Result<Delivered, StoreError> {
    let mut result = Delivered::default();
    let mut stop = None;
    match verdict {
        Verdict::Delivered => {
            delivery.state = DeliveryState::Delivered;
            result.delivered = 1;
            info!(delivery.id = %delivery.id, destination = %delivery.destination, "delivered");
        }
        Verdict::Retry(at) => {
            delivery.next_at = at;
            result.retrying = 1;
        }
        Verdict::Dead(why) => {
            delivery.state = DeliveryState::Dead;
            delivery.last_error = Some(why);
            result.dead = 1;
        }
        Verdict::PauseDestination(why) => {
            delivery.last_error = Some(why.clone());
            stop = Some(("paused", why));
            result.retrying = 1;
        }
        Verdict::DisableDestination(why) => {
            delivery.last_error = Some(why.clone());
            stop = Some(("disabled", why));
            result.retrying = 1;
        }
    }
    if result.delivered == 0 {
        let why = delivery.last_error.clone().unwrap_or_default();
        warn!(delivery.id = %delivery.id, destination = %delivery.destination, why = %why, "not delivered");
        result.troubles.push(format!("{}: {why}", delivery.destination));
    }
    let mut session = engine.store.write().await?;
    deliveries::record(&mut session, &delivery, now).await?;
    if let (Some((state, why)), Some(destination)) = (stop, destination) {
        deliveries::set_destination(&mut session, destination.id(), state, &why, now).await?;
        let actor = Actor::program("deliver");
        changes::note(&mut session, now, &actor, &format!("destination {state}"), destination.id().as_str(), &why)
            .await?;
    }
    session.commit().await?;
    Ok(result)
}
