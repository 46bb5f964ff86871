//! The deliver loop: for each destination, lease due deliveries → send → record.

use chrono::TimeDelta;
use futures_util::StreamExt;
use futures_util::future::try_join_all;
use tracing::{info, warn};

use super::{Engine, absent, crm, hooks, trouble};
use crate::deliver::retry::{self, Verdict};
use crate::deliver::{Attempt, Courier, Destination, Links, Wire};
use crate::model::{Actor, Delivery, DeliveryState, Remote, RemoteState, Time};
use crate::store::{StoreError, changes, deliveries, remotes, touchpoints};

/// Deliveries leased at once.
const BATCH: i64 = 16;

/// How long a worker may hold a delivery: above the longest time-out of a destination, for all of a batch.
const LEASE: TimeDelta = TimeDelta::minutes(10);

/// What delivering came to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Delivered {
    /// Accepted by their destination.
    pub delivered: usize,
    /// To be tried again.
    pub retrying: usize,
    /// Given up, kept and replayable; those that a person must look at first included.
    pub dead: usize,
    /// Held until a person has chosen a record.
    pub held: usize,
    /// What went wrong, one line each.
    pub troubles: Vec<String>,
}

impl Delivered {
    fn add(&mut self, other: Self) {
        self.delivered += other.delivered;
        self.retrying += other.retrying;
        self.dead += other.dead;
        self.held += other.held;
        self.troubles.extend(other.troubles);
    }
}

/// Sends everything that is due, until nothing is. Destinations do not wait for each other.
///
/// # Errors
/// Where the database refuses.
pub async fn all_due(engine: &Engine) -> Result<Delivered, StoreError> {
    let mut total = Delivered::default();
    crm::hold::look_again(engine, engine.now()).await?;
    while !engine.stopping() {
        let known = hooks::destinations(&mut engine.store.read().await?, &engine.config()).await?;
        absent::follow(engine, &known).await?;
        let waiting = deliveries::waiting(&mut engine.store.read().await?, engine.now()).await?;
        let due: Vec<_> = known.iter().filter(|known| waiting.contains(known.id())).collect();
        if due.is_empty() {
            break;
        }
        for one in try_join_all(due.into_iter().map(|destination| to_destination(engine, destination))).await? {
            total.add(one);
        }
    }
    trouble::tell(engine).await?;
    Ok(total)
}

/// Sends what is due to one destination, until nothing is or it must be left alone.
async fn to_destination(engine: &Engine, destination: &Destination) -> Result<Delivered, StoreError> {
    let mut total = Delivered::default();
    let rules = destination.rules();
    let courier = engine.couriers.of(&rules);
    while !engine.stopping() {
        let hands = courier.hands();
        // At a slow pace fewer are held, so that the last of them is sent while its lease holds.
        let limit = if hands == 1 { 1 } else { BATCH.min(i64::from(rules.per_minute)).max(1) };
        let now = engine.now();
        let mut session = engine.store.write().await?;
        let due = deliveries::lease_due(&mut session, rules.id, now, now + LEASE, limit).await?;
        session.commit().await?;
        if due.is_empty() {
            break;
        }
        let work = due.into_iter().map(|delivery| send_one(engine, destination, &courier, delivery));
        let results: Vec<_> = futures_util::stream::iter(work).buffer_unordered(hands).collect().await;
        for result in results {
            total.add(result?);
        }
    }
    Ok(total)
}

async fn send_one(
    engine: &Engine,
    destination: &Destination,
    courier: &Courier,
    mut delivery: Delivery,
) -> Result<Delivered, StoreError> {
    let with = match before_attempt(engine, destination, &delivery).await? {
        Before::Go(with) => with,
        Before::Hold(why) => return put_aside(engine, delivery, DeliveryState::Held, why).await,
        Before::Gone => {
            let why = "its task was deleted there: none is made anew".to_owned();
            return put_aside(engine, delivery, DeliveryState::Dropped, why).await;
        }
    };
    courier.turn().await;
    let wire = Wire { client: &engine.wire, tokens: &engine.tokens, now: engine.now() };
    let attempt = Attempt { delivery: &delivery, remote: with.remote.as_ref(), links: &with.links, wire };
    let sent = destination.send(&attempt).await;
    delivery.last_status = sent.answer.status();
    delivery.last_error = sent.answer.error();
    let verdict = retry::after(delivery.attempts, &sent.answer, engine.now(), fastrand::f64());
    // Whoever brought a change may find that somebody closed the task meanwhile.
    let is_open = with.remote.as_ref().is_none_or(|remote| remote.state == RemoteState::Open);
    let was_closed = is_open && sent.remote.as_ref().is_some_and(|remote| remote.state == RemoteState::Done);
    let card = delivery.touch_point;
    let settled = settle(engine, courier, Outcome { verdict, remote: sent.remote }, delivery).await?;
    if destination.is_crm() && was_closed {
        crm::status::close(engine, destination.id(), card).await?;
    }
    Ok(settled)
}

/// What an attempt needs, or why there is none.
enum Before {
    Go(With),
    Hold(String),
    /// The record there was deleted.
    Gone,
}

/// What is known of the record there and of whom it is about.
#[derive(Default)]
struct With {
    remote: Option<Remote>,
    links: Links,
}

async fn before_attempt(engine: &Engine, destination: &Destination, delivery: &Delivery) -> Result<Before, StoreError> {
    let mut session = engine.store.read().await?;
    let Some(card) = touchpoints::get(&mut session, delivery.touch_point).await? else {
        return Ok(Before::Go(With::default()));
    };
    let remote = remotes::get(&mut session, delivery.touch_point, &delivery.destination).await?;
    if destination.is_crm() && remote.as_ref().is_some_and(|remote| remote.state == RemoteState::Gone) {
        return Ok(Before::Gone);
    }
    let config = engine.config();
    // What has a record there already is where it belongs.
    if remote.is_none()
        && let Some(why) = crm::hold::reason(&mut session, &config, destination, &card.account).await?
    {
        return Ok(Before::Hold(why));
    }
    let links = crm::links::links(&mut session, &config, &card, destination, engine.now()).await?;
    Ok(Before::Go(With { remote, links }))
}

/// Nothing was tried: a person decides first, or has decided there.
async fn put_aside(
    engine: &Engine,
    delivery: Delivery,
    state: DeliveryState,
    why: String,
) -> Result<Delivered, StoreError> {
    info!(delivery.id = %delivery.id, destination = %delivery.destination, state = state.as_str(), %why, "put aside");
    let attempts = delivery.attempts.saturating_sub(1);
    let held = usize::from(state == DeliveryState::Held);
    let aside = Delivery { state, attempts, last_error: Some(why), ..delivery };
    let mut session = engine.store.write().await?;
    deliveries::record(&mut session, &aside, engine.now()).await?;
    session.commit().await?;
    Ok(Delivered { held, ..Delivered::default() })
}

/// What an attempt came to.
struct Outcome {
    verdict: Verdict,
    remote: Option<Remote>,
}

/// Writes what the attempt came to, and what it means for the destination.
async fn settle(
    engine: &Engine,
    courier: &Courier,
    Outcome { verdict, remote }: Outcome,
    mut delivery: Delivery,
) -> Result<Delivered, StoreError> {
    let now = engine.now();
    let mut result = Delivered::default();
    let mut stop = None;
    // Nothing where the answer says nothing of how the destination fares.
    let mut fares = None;
    match verdict {
        Verdict::Delivered => {
            delivery.state = DeliveryState::Delivered;
            result.delivered = 1;
            fares = Some(Fares::Well);
            info!(delivery.id = %delivery.id, destination = %delivery.destination, "delivered");
        }
        Verdict::Retry(at) => {
            delivery.next_at = at;
            result.retrying = 1;
            fares = Some(Fares::Badly(None));
        }
        Verdict::Rest(until, why) => {
            delivery.next_at = until;
            delivery.attempts = delivery.attempts.saturating_sub(1);
            delivery.last_error = Some(why);
            result.retrying = 1;
            fares = Some(Fares::Badly(Some(until)));
        }
        Verdict::Dead(why) => {
            delivery.state = DeliveryState::Dead;
            delivery.last_error = Some(why);
            result.dead = 1;
        }
        Verdict::Unknown(why) => {
            delivery.state = DeliveryState::Unknown;
            delivery.last_error = Some(why);
            result.dead = 1;
        }
        Verdict::PauseDestination(why) => {
            stop = Some(("paused", why));
            result.retrying = 1;
        }
        Verdict::DisableDestination(why) => {
            stop = Some(("disabled", why));
            result.retrying = 1;
        }
    }
    if let Some((_, why)) = &stop {
        delivery.last_error = Some(why.clone());
        // What stops all says nothing of this one: its attempts are left for later.
        delivery.attempts = delivery.attempts.saturating_sub(1);
    }
    if result.delivered == 0 {
        let why = delivery.last_error.clone().unwrap_or_default();
        warn!(delivery.id = %delivery.id, destination = %delivery.destination, why = %why, "not delivered");
        result.troubles.push(format!("{}: {why}", delivery.destination));
    }
    let mut session = engine.store.write().await?;
    deliveries::record(&mut session, &delivery, now).await?;
    if let Some(remote) = &remote {
        remotes::put(&mut session, delivery.touch_point, &delivery.destination, remote, now).await?;
    }
    if let Some(fares) = fares {
        let rest_until = fares.count(courier, now);
        match fares {
            Fares::Well => {
                trouble::is_over(&mut session, engine, &delivery.destination, now).await?;
                deliveries::went_well(&mut session, &delivery.destination).await?;
            }
            Fares::Badly(_) => deliveries::failed(&mut session, &delivery.destination, rest_until, now).await?,
        }
    }
    if let Some((state, why)) = stop {
        let (id, who) = (&delivery.destination, Actor::program("deliver"));
        // A webhook that a program asked for, and whose address is gone, is taken out: nobody else could.
        if state != "disabled" || !hooks::remove(&mut session, id, &why, &who, now).await? {
            deliveries::set_destination(&mut session, id, state, &why, now).await?;
            changes::note(&mut session, now, &who, &format!("destination {state}"), id.as_str(), &why).await?;
        }
    }
    session.commit().await?;
    Ok(result)
}

/// How a destination fares by an answer.
#[derive(Clone, Copy)]
enum Fares {
    Well,
    /// It did not answer, or cannot now; until when it asks to be left alone.
    Badly(Option<Time>),
}

impl Fares {
    /// Tells the courier; gives until when the destination is to be left alone, where it is.
    fn count(self, courier: &Courier, now: Time) -> Option<Time> {
        match self {
            Self::Well => {
                courier.went_well();
                None
            }
            Self::Badly(asked) => {
                let rest = courier.failed().map(|rest| now + rest);
                asked.max(rest)
            }
        }
    }
}
