//! The days a brief is about, in the operator's time zone.

use chrono::{Datelike, Days, NaiveDate, TimeDelta, Weekday};
use chrono_tz::Tz;

use crate::model::Time;

/// Whole days of a time zone, first and last included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    from: NaiveDate,
    to: NaiveDate,
    zone: Tz,
}

/// Why days cannot be understood.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WindowError {
    /// Not a week of ISO 8601.
    #[error("{0:?} is no week; a week is written like 2026-W09")]
    Week(String),
    /// The last day lies before the first.
    #[error("the days end ({to}) before they begin ({from})")]
    Backwards {
        /// First day.
        from: NaiveDate,
        /// Last day.
        to: NaiveDate,
    },
}

impl Window {
    /// The days from `from` to `to`, both included.
    ///
    /// # Errors
    /// Where `to` lies before `from`.
    pub fn new(from: NaiveDate, to: NaiveDate, zone: Tz) -> Result<Self, WindowError> {
        if to < from { Err(WindowError::Backwards { from, to }) } else { Ok(Self { from, to, zone }) }
    }

    /// The last seven days, the day of `now` included.
    #[must_use]
    pub fn last_week(now: Time, zone: Tz) -> Self {
        let to = now.with_timezone(&zone).date_naive();
        Self { from: to - TimeDelta::days(6), to, zone }
    }

    /// A week of ISO 8601 ("2026-W09"), Monday to Sunday.
    ///
    /// # Errors
    /// Where it is none.
    pub fn week(text: &str, zone: Tz) -> Result<Self, WindowError> {
        let wrong = || WindowError::Week(text.to_owned());
        let (year, week) = text.trim().split_once("-W").ok_or_else(wrong)?;
        let (year, week) = (year.parse().map_err(|_| wrong())?, week.parse().map_err(|_| wrong())?);
        let from = NaiveDate::from_isoywd_opt(year, week, Weekday::Mon).ok_or_else(wrong)?;
        let to = from.checked_add_days(Days::new(6)).ok_or_else(wrong)?;
        Ok(Self { from, to, zone })
    }

    /// As many days right before, moved by whole weeks, so that weekdays are compared with weekdays.
    #[must_use]
    pub fn before(&self) -> Self {
        let days = ((self.to - self.from).num_days() / 7 + 1) * 7;
        let back = |day: NaiveDate| day.checked_sub_signed(TimeDelta::days(days)).unwrap_or(day);
        Self { from: back(self.from), to: back(self.to), zone: self.zone }
    }

    /// First day.
    #[must_use]
    pub fn from(&self) -> NaiveDate {
        self.from
    }

    /// Last day.
    #[must_use]
    pub fn to(&self) -> NaiveDate {
        self.to
    }

    /// Whose days these are.
    #[must_use]
    pub fn zone(&self) -> Tz {
        self.zone
    }

    /// The instant at which the first day begins.
    #[must_use]
    pub fn start(&self) -> Time {
        begins(self.from, self.zone)
    }

    /// The instant at which the last day ends.
    #[must_use]
    pub fn end(&self) -> Time {
        begins(self.to.checked_add_days(Days::new(1)).unwrap_or(self.to), self.zone)
    }

    /// True where the instant lies within.
    #[must_use]
    pub fn holds(&self, at: Time) -> bool {
        at >= self.start() && at < self.end()
    }

    /// The day of an instant here.
    #[must_use]
    pub fn day(&self, at: Time) -> NaiveDate {
        at.with_timezone(&self.zone).date_naive()
    }

    /// The week of ISO 8601 that this is, where it is one.
    #[must_use]
    pub fn iso_week(&self) -> Option<String> {
        let whole = self.from.weekday() == Weekday::Mon && self.to - self.from == TimeDelta::days(6);
        let week = self.from.iso_week();
        whole.then(|| format!("{}-W{:02}", week.year(), week.week()))
    }
}

/// Midnight, or where the clocks skip it, the first instant after it.
fn begins(day: NaiveDate, zone: Tz) -> Time {
    let midnight = day.and_time(chrono::NaiveTime::MIN);
    let mut quarters = (0..8).map(|quarter| midnight + TimeDelta::minutes(15 * quarter));
    let local = quarters.find_map(|at| at.and_local_timezone(zone).earliest());
    local.map_or_else(|| midnight.and_utc(), |at| at.to_utc())
}
