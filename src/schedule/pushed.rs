//! How often a feed is polled while a hub pushes it.

use chrono::TimeDelta;

use super::{Next, Settings};
use crate::model::Time;

/// Puts off a poll of a feed that a hub pushes until `until`: the wait is multiplied, since a push tells sooner, but not
/// given up, since pushes get lost. It is not put off beyond the end of the lease.
#[must_use]
pub fn while_pushed(next: Next, until: Time, settings: &Settings, now: Time) -> Next {
    let times = i32::try_from(settings.pushed_times).unwrap_or(i32::MAX);
    let wait = (next.at - now).max(TimeDelta::zero());
    let longer = wait.checked_mul(times).and_then(|longer| now.checked_add_signed(longer)).unwrap_or(until);
    let at = longer.min(until).max(next.at);
    if next.pause || at == next.at {
        return next;
    }
    Next { at, why: format!("{}; {times} times as long while its hub pushes it", next.why), pause: false }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r17_a_pushed_feed_is_polled_slowly_until_the_lease_ends() {
        let now: Time = "2026-03-02T12:00:00Z".parse().unwrap();
        let settings = Settings { pushed_times: 4, ..Settings::default() };
        let hours = TimeDelta::hours;
        for (usual, until, expected) in
            [(hours(1), hours(100), hours(4)), (hours(1), hours(3), hours(3)), (hours(6), hours(3), hours(6))]
        {
            let next = Next { at: now + usual, why: "every hour".to_owned(), pause: false };
            let slowed = while_pushed(next.clone(), now + until, &settings, now);
            assert_eq!(slowed.at, now + expected);
            assert_eq!(slowed.why.contains("4 times"), expected != usual);
            let once = Settings { pushed_times: 1, ..Settings::default() };
            assert_eq!(while_pushed(next.clone(), now + until, &once, now), next);
        }
    }
}
