//! How fast a destination is asked, and when it is left alone: a token bucket and a circuit breaker for each.
//!
//! The bucket is governor's (the generic cell rate algorithm, ITU-T I.371). The breaker follows Nygard, "Release It!"
//! (2nd ed., 2018), chapter 5: after several failures in a row the destination rests; after the rest one delivery goes
//! ahead as a probe, and only its success lets the others follow.

use std::collections::HashMap;
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use chrono::TimeDelta;
use governor::clock::Clock as _;
use governor::middleware::NoOpMiddleware;
use governor::state::{InMemoryState, NotKeyed};
use governor::{Quota, RateLimiter};

use super::Rules;
use crate::model::{Clock, DestinationId};
use crate::net::Steady;

/// Failures in a row after which a destination rests.
const FAILURES: u32 = 5;

/// Requests that may be made at once after an idle time.
const BURST: u32 = 10;

/// The first rest and the longest, minutes; each is twice the one before.
const RESTS: (i64, i64) = (1, 32);

/// The couriers of all destinations, each made when it is first needed.
pub struct Couriers {
    clock: Arc<dyn Clock>,
    known: Mutex<HashMap<DestinationId, Arc<Courier>>>,
}

/// What is remembered of one destination while the program runs.
pub struct Courier {
    bucket: RateLimiter<NotKeyed, InMemoryState, Steady, NoOpMiddleware<std::time::Duration>>,
    failures: AtomicU32,
}

impl Couriers {
    /// Couriers that know time by `clock`.
    #[must_use]
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Self { clock, known: Mutex::default() }
    }

    /// The courier of a destination.
    #[must_use]
    pub fn of(&self, rules: &Rules<'_>) -> Arc<Courier> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let made = known.entry(rules.id.clone()).or_insert_with(|| {
            let some = |count| NonZeroU32::new(count).unwrap_or(NonZeroU32::MIN);
            let quota = Quota::per_minute(some(rules.per_minute)).allow_burst(some(rules.per_minute.min(BURST)));
            let bucket = RateLimiter::direct_with_clock(quota, Steady::new(Arc::clone(&self.clock)));
            Arc::new(Courier { bucket, failures: AtomicU32::new(0) })
        });
        Arc::clone(made)
    }
}

impl Courier {
    /// Waits until one more request may be made.
    pub async fn turn(&self) {
        while let Err(early) = self.bucket.check() {
            let clock = self.bucket.clock();
            clock.wait(early.wait_time_from(clock.now())).await;
        }
    }

    /// How many deliveries may be on their way at once: one where the last one failed.
    #[must_use]
    pub fn hands(&self) -> usize {
        if self.failures.load(Ordering::Relaxed) == 0 { 4 } else { 1 }
    }

    /// Something went through.
    pub fn went_well(&self) {
        self.failures.store(0, Ordering::Relaxed);
    }

    /// The destination did not answer, or said that it cannot now; gives how long it is to rest, where it is to.
    #[must_use]
    pub fn failed(&self) -> Option<TimeDelta> {
        let failures = self.failures.fetch_add(1, Ordering::Relaxed) + 1;
        let beyond = failures.checked_sub(FAILURES)?;
        let minutes = RESTS.0.checked_shl(beyond.min(16)).unwrap_or(RESTS.1).min(RESTS.1);
        Some(TimeDelta::minutes(minutes))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::ManualClock;

    fn courier() -> Arc<Courier> {
        let clock = Arc::new(ManualClock::at("2026-03-02T09:00:00Z".parse().unwrap()));
        let id = DestinationId::from("crm");
        let timeout = std::time::Duration::from_secs(5);
        let rules = Rules { id: &id, on: &[], alarms_only: false, template: None, timeout, per_minute: 60 };
        Couriers::new(clock).of(&rules)
    }

    #[test]
    fn a_destination_that_fails_again_and_again_rests_ever_longer() {
        let courier = courier();
        assert_eq!(courier.hands(), 4);
        let rests: Vec<_> = (0..12).map(|_| courier.failed().map_or(0, |rest| rest.num_minutes())).collect();
        assert_eq!(rests, [0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 32, 32]);
        assert_eq!(courier.hands(), 1, "one probe");
        courier.went_well();
        assert_eq!((courier.hands(), courier.failed()), (4, None));
    }

    #[test]
    fn the_bucket_empties_and_fills() {
        let courier = courier();
        let taken = (0..60).filter(|_| courier.bucket.check().is_ok()).count();
        assert_eq!(taken, 10, "a burst of ten, then a second each");
    }
}
