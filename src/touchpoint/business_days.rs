//! Counting in days on which somebody works.

use chrono::{Datelike, NaiveDate, Weekday};

use super::holidays;
use super::settings::Away;

/// When one of us works: not on Saturdays and Sundays, nor on the country's days off, those of the settings, and while
/// away.
#[derive(Clone, Copy, Debug, Default)]
pub struct Workdays<'a> {
    /// Country whose law counts, ISO 3166-1 alpha-2.
    pub country: Option<&'a str>,
    /// More days on which nobody works.
    pub holidays: &'a [NaiveDate],
    /// When this person is away.
    pub away: &'a [Away],
}

impl Workdays<'_> {
    /// Whether `day` is one of work.
    #[must_use]
    pub fn works(&self, day: NaiveDate) -> bool {
        !matches!(day.weekday(), Weekday::Sat | Weekday::Sun)
            && !self.holidays.contains(&day)
            && !self.country.is_some_and(|country| holidays::is_day_off(country, day))
            && !self.is_away(day)
    }

    /// Whether the person is away on `day`.
    #[must_use]
    pub fn is_away(&self, day: NaiveDate) -> bool {
        self.away.iter().any(|away| away.from <= day && day <= away.to)
    }

    /// The `count`-th business day after `day`. Zero gives `day` itself, or the next business day where nobody works
    /// then. At the end of the calendar, its last day.
    #[must_use]
    pub fn after(&self, day: NaiveDate, count: u32) -> NaiveDate {
        let mut at = self.on_or_after(day);
        for _ in 0..count {
            at = self.on_or_after(at.succ_opt().unwrap_or(at));
        }
        at
    }

    /// `day` or the business day before it: for what must not come late. A year without one gives `day` itself.
    #[must_use]
    pub fn on_or_before(&self, day: NaiveDate) -> NaiveDate {
        std::iter::successors(Some(day), NaiveDate::pred_opt).take(366).find(|day| self.works(*day)).unwrap_or(day)
    }

    /// `day` or the first business day that follows. A year without one (a slip in the settings) gives `day` itself.
    fn on_or_after(&self, day: NaiveDate) -> NaiveDate {
        day.iter_days().take(366).find(|day| self.works(*day)).unwrap_or(day)
    }
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
            let days = Workdays { holidays, ..Workdays::default() };
            assert_eq!(days.after(day(from), count), day(expected), "{count} after {from}");
        }
    }

    #[test]
    fn a_country_s_days_off_and_an_absence_do_not_count() {
        let away = [Away { from: day("2026-11-30"), to: day("2026-12-04") }];
        let days = Workdays { country: Some("US"), away: &away, ..Workdays::default() };
        assert_eq!(days.after(day("2026-11-25"), 1), day("2026-11-27"), "Thanksgiving");
        assert_eq!(days.after(day("2026-11-25"), 2), day("2026-12-07"), "and a week away");
        assert_eq!(days.on_or_before(day("2026-12-05")), day("2026-11-27"));
        assert!(days.is_away(day("2026-12-04")) && !days.is_away(day("2026-12-05")));
    }

    #[test]
    fn the_end_of_the_calendar_and_endless_holidays_end() {
        assert_eq!(Workdays::default().after(NaiveDate::MAX, 3), NaiveDate::MAX);
        let all: Vec<_> = day("2026-01-01").iter_days().take(800).collect();
        let days = Workdays { holidays: &all, ..Workdays::default() };
        assert!(days.after(day("2026-01-01"), 2) >= day("2026-01-01"));
        assert!(days.on_or_before(day("2027-12-31")) <= day("2027-12-31"));
    }
}
