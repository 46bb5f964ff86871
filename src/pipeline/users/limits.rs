//! How often one person, program or address may ask. The bucket is governor's (the generic cell rate algorithm, ITU-T
//! I.371); it stands in the memory of the process.

use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use governor::clock::Clock as _;
use governor::middleware::NoOpMiddleware;
use governor::state::keyed::HashMapStateStore;
use governor::{Quota, RateLimiter};

use crate::model::Clock;
use crate::net::Steady;

/// Keys remembered before those long idle are forgotten.
const MANY: usize = 10_000;

/// Sign-ins that may be tried for one name at once, and seconds until one more may be.
const FOR_A_NAME: (u32, u64) = (10, 30);

/// Sign-ins that may be tried from one address at once, and seconds until one more may be.
const FROM_AN_ADDRESS: (u32, u64) = (20, 10);

/// A bucket for each key.
#[derive(Debug)]
pub struct Limit(RateLimiter<String, HashMapStateStore<String>, Steady, NoOpMiddleware<Duration>>);

impl Limit {
    /// `at_once` requests of each key, then one more every `pause`.
    #[must_use]
    pub fn new(at_once: u32, pause: Duration, clock: Arc<dyn Clock>) -> Self {
        let quota = Quota::with_period(pause).unwrap_or(Quota::per_second(NonZeroU32::MIN));
        let quota = quota.allow_burst(NonZeroU32::new(at_once).unwrap_or(NonZeroU32::MIN));
        Self(RateLimiter::hashmap_with_clock(quota, Steady::new(clock)))
    }

    /// So many requests a minute, a sixth of them at once.
    #[must_use]
    pub fn a_minute(requests: u32, clock: Arc<dyn Clock>) -> Self {
        let requests = requests.max(1);
        Self::new((requests / 6).max(1), Duration::from_mins(1) / requests, clock)
    }

    /// Takes one from the bucket of this key.
    ///
    /// # Errors
    /// Where it is empty: the seconds until it is not, one at least.
    pub fn take(&self, key: &str) -> Result<(), u64> {
        if self.0.len() >= MANY {
            self.0.retain_recent();
            self.0.shrink_to_fit();
        }
        self.0.check_key(&key.to_owned()).map_err(|early| {
            let left = early.wait_time_from(self.0.clock().now());
            left.as_secs() + 1
        })
    }
}

/// How often signing in may be tried: by name, whether anybody has it or not, and by address.
#[derive(Debug)]
pub struct Attempts {
    names: Limit,
    addresses: Limit,
}

impl Attempts {
    /// Nobody has tried yet.
    #[must_use]
    pub fn new(clock: &Arc<dyn Clock>) -> Self {
        let limit = |(at_once, seconds)| Limit::new(at_once, Duration::from_secs(seconds), Arc::clone(clock));
        Self { names: limit(FOR_A_NAME), addresses: limit(FROM_AN_ADDRESS) }
    }

    /// One more try for a name, from an address.
    ///
    /// # Errors
    /// The seconds to wait where there were too many.
    pub fn take(&self, name: &str, address: &str) -> Result<(), u64> {
        self.addresses.take(address)?;
        let name: String = super::desk::plain_name(name).chars().take(64).collect();
        self.names.take(&name)
    }

    /// One more try from an address, by a way that names nobody.
    ///
    /// # Errors
    /// The seconds to wait where there were too many.
    pub fn take_from(&self, address: &str) -> Result<(), u64> {
        self.addresses.take(address)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::ManualClock;

    #[test]
    fn a_name_is_not_guessed_at_from_many_addresses_nor_many_names_from_one() {
        let clock = Arc::new(ManualClock::at("2026-03-02T09:00:00Z".parse().unwrap()));
        let shared: Arc<dyn Clock> = Arc::clone(&clock) as _;
        let attempts = Attempts::new(&shared);
        for turn in 0..10 {
            assert_eq!(attempts.take("mia", &format!("192.0.2.{turn}")), Ok(()));
        }
        let wait = attempts.take(" MIA ", "192.0.2.99").unwrap_err();
        assert!((1..=31).contains(&wait), "{wait}");
        assert_eq!(attempts.take("bo", "192.0.2.99"), Ok(()), "others may");
        clock.set(clock.now() + chrono::TimeDelta::seconds(31));
        assert_eq!(attempts.take("mia", "192.0.2.98"), Ok(()), "one more after the wait");
        for turn in 0..20 {
            assert_eq!(attempts.take(&format!("n{turn}"), "198.51.100.1"), Ok(()));
        }
        assert!(attempts.take("n99", "198.51.100.1").is_err());
    }
}
