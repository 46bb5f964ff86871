//! Has a feed fallen silent that answers all the same? Its address may have been left behind.

use chrono::TimeDelta;

use crate::model::Time;

/// Entries by which a rhythm is known.
const KNOWN_BY: usize = 5;

/// Holidays and summers are no silence.
const LEAST: TimeDelta = TimeDelta::days(21);

/// A silence of so many usual gaps is no chance: where entries came independently of each other, one gap in some two
/// hundred would be as long (2⁻⁸).
const GAPS: i32 = 8;

/// The least silence that could count, for those who want to know which feeds are worth a look.
#[must_use]
pub fn least_silence() -> TimeDelta {
    LEAST
}

/// The usual gap between entries, where a feed whose last new entry came at `last_new` is silent against it.
/// `entry_times` are the times of its latest entries, newest first.
#[must_use]
pub fn gone_silent(entry_times: &[Time], last_new: Time, now: Time) -> Option<TimeDelta> {
    if entry_times.len() < KNOWN_BY {
        return None;
    }
    let mut gaps: Vec<TimeDelta> =
        entry_times.windows(2).map(|pair| (pair[0] - pair[1]).max(TimeDelta::zero())).collect();
    gaps.sort();
    let usual = gaps[gaps.len() / 2];
    (now - last_new > LEAST.max(usual * GAPS)).then_some(usual)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r68_a_feed_is_silent_against_its_own_rhythm() {
        let now: Time = "2026-06-01T00:00:00Z".parse().unwrap();
        let before = |days: i64| now - TimeDelta::days(days);
        let every = |days: i64, last: i64| (0..10).map(|number| before(last + number * days)).collect::<Vec<_>>();
        for (times, last, silent) in [
            (every(1, 0), 0, false),
            (every(1, 20), 20, false),
            (every(1, 22), 22, true),
            (every(7, 40), 40, false),
            (every(7, 57), 57, true),
            (every(30, 200), 200, false),
            (every(1, 90)[..4].to_vec(), 90, false),
            (Vec::new(), 90, false),
            (vec![before(30); 10], 30, true),
        ] {
            assert_eq!(gone_silent(&times, before(last), now).is_some(), silent, "{times:?}");
        }
        assert_eq!(gone_silent(&every(2, 60), before(60), now), Some(TimeDelta::days(2)));
    }
}
