//! Which feeds are in flight: new ones are leased as others land, so that a slow host keeps nobody else waiting.

use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;

use super::{IN_FLIGHT, LEASE, Polled, clock, poll_one, service};
use crate::model::Time;
use crate::pipeline::Engine;
use crate::store::feeds::{self, FeedState};
use crate::store::{Store, StoreError};

/// Feeds of one host in flight at once: one is asked, the others stand in its line. Few, for each waits no longer in line
/// than its lease lasts.
const OF_ONE_HOST: i64 = 4;

/// Feeds leased in one round at most. A round is to end now and then, so that its loop is seen to come round.
const LONGEST_ROUND: usize = 1024;

/// Polls feeds that are due, until none is, or [`LONGEST_ROUND`] were polled.
///
/// # Errors
/// Where the database refuses.
pub(super) async fn run(engine: &Engine) -> Result<Polled, StoreError> {
    let mut polled = Polled::default();
    let mut in_flight = FuturesUnordered::new();
    // A lease that is under way. Feeds in flight go on beside it: one of them may hold the writing connection.
    let mut leasing = FuturesUnordered::new();
    let (mut taken, mut look) = (0, true);
    loop {
        // Leased in bundles, and only once something landed: each lease is a transaction.
        if look && leasing.is_empty() && in_flight.len() <= IN_FLIGHT * 3 / 4 {
            look = false;
            if taken < LONGEST_ROUND && !engine.stopping() {
                leasing.push(lease(engine, IN_FLIGHT - in_flight.len()));
            }
        }
        tokio::select! {
            Some(leased) = leasing.next() => {
                let (leased, put_off): (Vec<_>, usize) = leased?;
                taken += leased.len();
                polled.put_off += put_off;
                in_flight.extend(leased.into_iter().map(|state| visit(engine, state)));
            }
            Some(landed) = in_flight.next() => {
                polled.add(landed?);
                look = true;
            }
            else => return Ok(polled),
        }
    }
}

/// Leases feeds that are due; gives those that may be asked, and how many a service has no room for in this hour.
async fn lease(engine: &Engine, room: usize) -> Result<(Vec<FeedState>, usize), StoreError> {
    let now = engine.now();
    let mut session = engine.store.write().await?;
    if clock::was_set_back(last_look(engine, now), now) {
        clock::mend(&mut session, &engine.settings().schedule, now).await?;
    }
    let room = i64::try_from(room).unwrap_or(1);
    let due = feeds::lease_due(&mut session, now, now, now + LEASE, room, OF_ONE_HOST).await?;
    session.commit().await?;
    if due.is_empty() {
        return Ok((due, 0));
    }
    engine.follow_roster().await?;
    let leased = due.len();
    let mut session = engine.store.write().await?;
    let due = service::within_budget(&mut session, &engine.config(), due, now).await?;
    session.commit().await?;
    let put_off = leased - due.len();
    Ok((due, put_off))
}

async fn visit(engine: &Engine, state: FeedState) -> Result<Polled, StoreError> {
    let config = engine.config();
    match config.feed(&state.id) {
        Some((source, feed)) => poll_one(engine, source, feed, state).await,
        None => Ok(Polled::default()),
    }
}

/// When feeds were last looked at; now is the last time from here on.
fn last_look(engine: &Engine, now: Time) -> Option<Time> {
    engine.last_look.lock().unwrap_or_else(std::sync::PoisonError::into_inner).replace(now)
}

/// True where other processes may work on the same database.
pub(in crate::pipeline) fn is_shared(store: &Store) -> bool {
    matches!(store, Store::Pg(_))
}
