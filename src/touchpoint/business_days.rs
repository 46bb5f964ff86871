//! Counting in days on which people work.

use chrono::{Datelike, NaiveDate, Weekday};

/// The `count`-th business day after `day`. Zero gives `day` itself, or the next business day where nobody works then.
/// Saturdays, Sundays and `holidays` do not count. At the end of the calendar, its last day.
#[must_use]
pub fn after(day: NaiveDate, count: u32, holidays: &[NaiveDate]) -> NaiveDate {
    let mut at = on_or_after(day, holidays);
    for _ in 0..count {
        at = on_or_after(at.succ_opt().unwrap_or(at), holidays);
    }
    at
}

/// `day` or the first business day that follows. A year without one (a slip in the settings) gives `day` itself.
fn on_or_after(day: NaiveDate, holidays: &[NaiveDate]) -> NaiveDate {
    day.iter_days()
        .take(366)
        .find(|day| !matches!(day.weekday(), Weekday::Sat | Weekday::Sun) && !holidays.contains(day))
        .unwrap_or(day)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn weekends_and_holidays_do_not_count() {
        let christmas = [day("2026-12-24"), day("2026-12-25")];
        for (from, count, holidays, expected) in [
            ("2026-11-25", 0, &[][..], "2026-11-25"),
            ("2026-11-25", 2, &[], "2026-11-27"),
            ("2026-11-25", 3, &[], "2026-11-30"),
            ("2026-11-28", 0, &[], "2026-11-30"),
            ("2026-11-28", 1, &[], "2026-12-01"),
            ("2026-11-25", 10, &[], "2026-12-09"),
            ("2026-12-24", 0, &christmas, "2026-12-28"),
            ("2026-12-23", 1, &christmas, "2026-12-28"),
            ("2026-12-23", 2, &christmas, "2026-12-29"),
        ] {
            assert_eq!(after(day(from), count, holidays), day(expected), "{count} after {from}");
        }
    }

    #[test]
    fn the_end_of_the_calendar_and_endless_holidays_end() {
        assert_eq!(after(NaiveDate::MAX, 3, &[]), NaiveDate::MAX);
        let all: Vec<_> = day("2026-01-01").iter_days().take(800).collect();
        assert!(after(day("2026-01-01"), 2, &all) >= day("2026-01-01"));
    }
}
