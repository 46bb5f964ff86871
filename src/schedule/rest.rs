//! When to come to a feed that was due and could not be asked, through no doing of its own.

use chrono::TimeDelta;

use super::next::Next;
use super::settings::Settings;
use super::skip::past_skipped;
use crate::model::{PollHints, Time};

/// Feeds that waited for the same host come back spread over this time.
const SPREAD_SECONDS: f64 = 60.0;

/// When to come to a feed whose host is left alone until `until` for another feed's sake: soon after that. It was not
/// asked, so its own interval does not begin anew. `random` is 0 to 1.
#[must_use]
pub fn after_rest(until: Time, hints: &PollHints, own: bool, settings: &Settings, random: f64, now: Time) -> Next {
    #[expect(clippy::cast_possible_truncation, reason = "at most a minute")]
    let spread = TimeDelta::milliseconds((SPREAD_SECONDS * 1000.0 * random.clamp(0.0, 1.0)) as i64);
    let at = until.max(now) + spread;
    let at = if own { at } else { past_skipped(at, hints, random).unwrap_or(at) };
    if until - now > TimeDelta::days(i64::from(settings.pause_after_days)) {
        let why = format!("its server asks to be left alone for more than {} days", settings.pause_after_days);
        return Next { at, why, pause: true };
    }
    Next { at, why: "its host rests until then; it was not asked".to_owned(), pause: false }
}

/// Until when a feed that is due at `now` is put off, since it asks to be left alone in this hour or on this day:
/// it fell due before, and was kept waiting. Nothing where it may be asked.
#[must_use]
pub fn put_off(hints: &PollHints, own: bool, random: f64, now: Time) -> Option<Time> {
    past_skipped(now, hints, random).filter(|free| *free != now && !own)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now() -> Time {
        "2026-03-02T12:00:00Z".parse().unwrap()
    }

    #[test]
    fn r11_a_feed_that_was_not_asked_comes_back_when_its_host_does() {
        let until = now() + TimeDelta::minutes(5);
        let after = |random| after_rest(until, &PollHints::default(), false, &Settings::default(), random, now());
        assert_eq!(after(0.0).at, until);
        assert_eq!(after(1.0).at, until + TimeDelta::minutes(1));
        assert!(!after(0.5).pause);
        let hints = PollHints { skip_hours: vec![12], ..PollHints::default() };
        let skipping = after_rest(until, &hints, false, &Settings::default(), 0.0, now());
        assert_eq!(skipping.at, now() + TimeDelta::hours(1));
        assert_eq!(after_rest(until, &hints, true, &Settings::default(), 0.0, now()).at, until);
    }

    #[test]
    fn r10_a_very_long_rest_pauses() {
        let after = |days| {
            after_rest(now() + TimeDelta::days(days), &PollHints::default(), false, &Settings::default(), 0.0, now())
        };
        assert!(!after(7).pause);
        assert!(after(8).pause);
    }

    #[test]
    fn r9_who_was_kept_waiting_into_a_skipped_hour_is_put_off() {
        let hints = PollHints { skip_hours: vec![12, 13], ..PollHints::default() };
        assert_eq!(put_off(&hints, false, 0.0, now()), Some(now() + TimeDelta::hours(2)));
        assert_eq!(put_off(&hints, true, 0.0, now()), None);
        assert_eq!(put_off(&hints, false, 0.0, now() + TimeDelta::hours(2)), None);
        let always = PollHints { skip_hours: (0..24).collect(), ..PollHints::default() };
        assert_eq!(put_off(&always, false, 0.0, now()), None);
    }
}
