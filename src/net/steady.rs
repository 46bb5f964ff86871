//! A clock that only goes forward, made from the one that is handed down, for the limiter and for pauses.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use chrono::TimeDelta;
use governor::clock;

use crate::model::{Clock, Time};

/// A single step forward counts for no more than this: no pause is longer, and sums stay far from overflowing.
const LONGEST_STEP: Duration = Duration::from_hours(24);

/// The time that has passed since it was made.
///
/// The steps of the clock below are added up, and a step back counts for nothing. To keep the latest instant seen would
/// not do: a clock set back by a day would then stand still for a day, and whoever waits with it (R64).
pub struct Steady {
    clock: Arc<dyn Clock>,
    seen: Mutex<Seen>,
}

#[derive(Clone, Copy)]
struct Seen {
    /// What the clock below showed when it was last looked at.
    at: Time,
    passed: Duration,
}

impl Steady {
    /// Begins to count now.
    #[must_use]
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        let seen = Seen { at: clock.now(), passed: Duration::ZERO };
        Self { clock, seen: Mutex::new(seen) }
    }

    /// Waits until `span` has passed, or a little less: look again. Ends also if the clock below is set back meanwhile.
    pub async fn wait(&self, span: Duration) {
        // When the clock below is set back, the instant it waits for may be a day away; the runtime's timer is not.
        let _ = tokio::time::timeout(span, self.clock.sleep_until(self.wall_in(span))).await;
    }

    /// What the clock below shows after `span`, if it is left alone.
    #[must_use]
    pub fn wall_in(&self, span: Duration) -> Time {
        let now = self.clock.now();
        TimeDelta::from_std(span).ok().and_then(|span| now.checked_add_signed(span)).unwrap_or(Time::MAX_UTC)
    }
}

impl clock::Clock for Steady {
    type Instant = Duration;

    fn now(&self) -> Duration {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        // Looked at under the lock, lest an older look be taken for a step back.
        let at = self.clock.now();
        let step = (at - seen.at).to_std().unwrap_or(Duration::ZERO).min(LONGEST_STEP);
        *seen = Seen { at, passed: seen.passed.saturating_add(step) };
        seen.passed
    }
}

impl fmt::Debug for Steady {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Steady").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use governor::clock::Clock as _;

    use super::*;
    use crate::model::ManualClock;

    #[test]
    fn r64_goes_on_from_where_the_clock_was_set() {
        let start: Time = "2026-03-02T12:00:00Z".parse().unwrap();
        let clock = Arc::new(ManualClock::at(start));
        let steady = Steady::new(Arc::clone(&clock) as Arc<dyn Clock>);
        let day = TimeDelta::days(1);
        let second = TimeDelta::seconds(1);
        let steps = [
            (start + second, 1),
            (start + second - day, 1),
            (start + second * 2 - day, 2),
            (start + second * 3 - day, 3),
            (Time::MIN_UTC, 3),
            (Time::MAX_UTC, 3 + 86_400),
        ];
        for (at, passed) in steps {
            clock.set(at);
            assert_eq!(steady.now(), Duration::from_secs(passed), "{at}");
        }
    }
}
