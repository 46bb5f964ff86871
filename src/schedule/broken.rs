//! When is a feed broken, so that its owner is to be told? Not at its first failure: servers have bad days.

use chrono::TimeDelta;

use super::Settings;
use crate::model::Time;

/// How a feed fares.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Trouble {
    /// Failures in a row.
    pub failures: u32,
    /// Since when it could not be read; nothing while it can.
    pub failing_since: Option<Time>,
    /// It was not asked at its last turn, since its host rests.
    pub rests: bool,
    /// It is no longer polled, and no person wished that.
    pub stopped: bool,
}

/// True where a person must look after a feed: it is no longer polled by itself, or it has failed often enough for long
/// enough. Of one that is never asked since its host rests again and again, the time alone counts.
#[must_use]
pub fn is_broken(trouble: &Trouble, settings: &Settings, now: Time) -> bool {
    let Trouble { failures, failing_since, rests, stopped } = *trouble;
    let long = TimeDelta::days(i64::from(settings.broken_after_days));
    let long_enough = failing_since.is_some_and(|since| now - since >= long);
    stopped || long_enough && (rests || failures >= settings.broken_after_failures.max(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r62_a_feed_is_broken_after_several_failures_over_days_or_once_it_is_stopped() {
        let now: Time = "2026-03-02T12:00:00Z".parse().unwrap();
        let broken = |failures, hours: Option<i64>, rests, stopped| {
            let failing_since = hours.map(|hours| now - TimeDelta::hours(hours));
            is_broken(&Trouble { failures, failing_since, rests, stopped }, &Settings::default(), now)
        };
        assert!(!broken(0, None, false, false));
        assert!(!broken(20, Some(47), false, false), "often, but not for long");
        assert!(!broken(2, Some(200), false, false), "for long, but not often");
        assert!(broken(3, Some(48), false, false));
        assert!(broken(1000, Some(9999), false, false));
        assert!(broken(0, Some(48), true, false), "its host rests for ever");
        assert!(!broken(0, Some(1), true, false));
        assert!(broken(1, Some(0), false, true), "gone, or asked to stay away for long");
    }
}
