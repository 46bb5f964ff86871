//! skipHours and skipDays: hours and days in which a feed asks to be left alone (RSS 2.0).

use chrono::{Datelike, TimeDelta, Timelike};

use crate::model::{PollHints, Time};

/// An hour, in seconds.
const HOUR: i64 = 3600;

/// The first instant from `at` that lies in no skipped hour or day: `at` itself, or `share` (0 to 1) of the way through
/// the first hour that is free. Nothing where all hours or all days are skipped: such a feed is not understood.
pub(super) fn past_skipped(at: Time, hints: &PollHints, share: f64) -> Option<Time> {
    if !skipped(at, hints) {
        return Some(at);
    }
    let this_hour = at - TimeDelta::seconds(i64::from(at.minute() * 60 + at.second()));
    let free = (1..=8 * 24).map(|hours| this_hour + TimeDelta::hours(hours)).find(|hour| !skipped(*hour, hints))?;
    #[expect(clippy::cast_possible_truncation, reason = "at most an hour")]
    let seconds = (share.clamp(0.0, 1.0) * (HOUR - 1) as f64) as i64;
    Some(free + TimeDelta::seconds(seconds))
}

fn skipped(at: Time, hints: &PollHints) -> bool {
    let hour = hints.skip_hours.iter().any(|hour| u32::from(*hour) == at.hour());
    let day = hints.skip_days.iter().any(|day| u32::from(*day) == at.weekday().num_days_from_monday());
    hour || day
}
