//! Articles over time, by hour, day, week, month or year of a time zone.

use std::collections::BTreeMap;

use chrono::{DateTime, Datelike, Days, FixedOffset, Months, NaiveDate, NaiveTime, TimeDelta, TimeZone};
use chrono_tz::Tz;
use serde::Serialize;

/// Buckets of one histogram, at most.
pub const MOST_BUCKETS: usize = 1_000;

/// Every zone in use differs from UTC by whole quarters of an hour: what is counted by quarter can be put together as
/// hours and days of any of them.
const QUARTER: i64 = 15 * 60;

/// Stretches that are counted in an array, at least 57 years; the few before those are counted one by one.
const WINDOW: i64 = 2_000_000;

/// How long a bucket is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Spacing {
    /// 60 minutes.
    Hour,
    /// From midnight to midnight.
    Day,
    /// From Monday to Monday (ISO 8601).
    Week,
    /// A month of the calendar.
    Month,
    /// A year of the calendar.
    Year,
}

impl Spacing {
    /// All, shortest first.
    pub const ALL: &[Self] = &[Self::Hour, Self::Day, Self::Week, Self::Month, Self::Year];

    /// The word used in requests and answers.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Hour => "hour",
            Self::Day => "day",
            Self::Week => "week",
            Self::Month => "month",
            Self::Year => "year",
        }
    }

    /// Reads the word.
    #[must_use]
    pub fn of(word: &str) -> Option<Self> {
        Self::ALL.iter().find(|spacing| spacing.as_str() == word).copied()
    }
}

/// Articles over time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Histogram {
    /// How long each bucket is.
    pub spacing: Spacing,
    /// What was asked for; shorter than `spacing` where that would have given more than [`MOST_BUCKETS`].
    pub asked: Spacing,
    /// The zone in which the buckets begin (IANA name).
    pub zone: String,
    /// From the first article to the last, also those without any.
    pub buckets: Vec<Bucket>,
    /// Articles without a date.
    pub undated: u64,
}

/// One stretch of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Bucket {
    /// When it begins, with the zone's difference to UTC on that day.
    pub start: DateTime<FixedOffset>,
    /// Articles published in it.
    pub count: u64,
}

/// Seconds that may be counted as one, for buckets of this length in this zone.
pub(super) fn grain(asked: Spacing, zone: Tz) -> i64 {
    match (zone, asked) {
        (Tz::UTC, Spacing::Hour) => 60 * 60,
        (Tz::UTC, _) => 24 * 60 * 60,
        _ => QUARTER,
    }
}

/// Articles by short stretches of time since 1970.
pub(super) struct Moments {
    /// Length of a stretch, in seconds.
    grain: i64,
    /// The stretch of the first of `counts`.
    first: i64,
    counts: Vec<u32>,
    older: BTreeMap<i64, u64>,
}

impl Moments {
    /// Room for seconds since 1970 between these two.
    pub(super) fn between(earliest: i64, latest: i64, grain: i64) -> Self {
        let last = latest.div_euclid(grain);
        let first = earliest.div_euclid(grain).max(last - WINDOW);
        let room = usize::try_from(last - first + 1).unwrap_or_default();
        Self { grain, first, counts: vec![0; room], older: BTreeMap::new() }
    }

    /// Counts an article of this second since 1970.
    pub(super) fn add(&mut self, second: i64) {
        let stretch = second.div_euclid(self.grain);
        let place = usize::try_from(stretch - self.first).ok();
        match place.and_then(|place| self.counts.get_mut(place)) {
            Some(count) => *count += 1,
            None => *self.older.entry(stretch).or_default() += 1,
        }
    }

    /// The first second of each stretch with articles, and how many.
    fn present(&self) -> impl Iterator<Item = (i64, u64)> {
        let counted = (self.first..).zip(&self.counts).filter(|(_, count)| **count > 0);
        let older = self.older.iter().map(|(stretch, count)| (*stretch, *count));
        let all = older.chain(counted.map(|(stretch, count)| (stretch, u64::from(*count))));
        all.map(|(stretch, count)| (stretch * self.grain, count))
    }
}

/// The histogram of what was counted in each segment, of `total` articles.
pub(super) fn of(segments: impl Iterator<Item = Moments>, total: u64, asked: Spacing, zone: Tz) -> Histogram {
    let mut present: Vec<(i64, u64)> = Vec::new();
    for moments in segments {
        present.extend(moments.present());
    }
    present.sort_unstable();
    let dated: u64 = present.iter().map(|(_, count)| count).sum();
    let undated = total.saturating_sub(dated);
    let mut histogram = Histogram { spacing: asked, asked, zone: zone.name().to_owned(), buckets: Vec::new(), undated };
    let (Some((first, _)), Some((last, _))) = (present.first(), present.last()) else { return histogram };
    let starts = Spacing::ALL.iter().filter(|spacing| **spacing >= asked).find_map(|spacing| {
        let starts = starts(*first, *last, *spacing, zone)?;
        Some((*spacing, starts))
    });
    let Some((spacing, starts)) = starts else { return histogram };
    histogram.spacing = spacing;
    histogram.buckets = starts.iter().map(|start| Bucket { start: start.fixed_offset(), count: 0 }).collect();
    let mut place = 0;
    for (second, count) in present {
        while starts.get(place + 1).is_some_and(|next| next.timestamp() <= second) {
            place += 1;
        }
        histogram.buckets[place].count += count;
    }
    histogram
}

/// Where the buckets begin that reach from one second to the other; nothing where they are too many.
fn starts(first: i64, last: i64, spacing: Spacing, zone: Tz) -> Option<Vec<DateTime<Tz>>> {
    let (first, last) = (zone.timestamp_opt(first, 0).single()?, zone.timestamp_opt(last, 0).single()?);
    let shortest = match spacing {
        Spacing::Hour => TimeDelta::hours(1),
        Spacing::Day => TimeDelta::hours(23),
        Spacing::Week => TimeDelta::days(6),
        Spacing::Month => TimeDelta::days(28),
        Spacing::Year => TimeDelta::days(365),
    };
    let longest = i32::try_from(MOST_BUCKETS).ok().and_then(|most| shortest.checked_mul(most.saturating_mul(2)))?;
    if last - first > longest {
        return None;
    }
    let mut starts = Vec::new();
    if spacing == Spacing::Hour {
        let past_hour = i64::from(chrono::Timelike::minute(&first) * 60 + chrono::Timelike::second(&first));
        let mut start = first - TimeDelta::seconds(past_hour);
        while start <= last {
            if starts.len() == MOST_BUCKETS {
                return None;
            }
            let next = start + TimeDelta::hours(1);
            starts.push(start);
            start = next;
        }
        return Some(starts);
    }
    let day = first.date_naive();
    let mut day = match spacing {
        Spacing::Week => day - Days::new(u64::from(day.weekday().num_days_from_monday())),
        Spacing::Month => day.with_day(1)?,
        Spacing::Year => NaiveDate::from_ymd_opt(day.year(), 1, 1)?,
        Spacing::Hour | Spacing::Day => day,
    };
    while day <= last.date_naive() {
        if starts.len() == MOST_BUCKETS {
            return None;
        }
        starts.push(midnight(day, zone)?);
        day = match spacing {
            Spacing::Week => day + Days::new(7),
            Spacing::Month => day + Months::new(1),
            Spacing::Year => day + Months::new(12),
            Spacing::Hour | Spacing::Day => day + Days::new(1),
        };
    }
    Some(starts)
}

/// When the day begins: where clocks leap over midnight, after the leap.
fn midnight(day: NaiveDate, zone: Tz) -> Option<DateTime<Tz>> {
    let midnight = day.and_time(NaiveTime::MIN);
    (0..8).find_map(|quarters| {
        let moment = midnight + TimeDelta::minutes(15 * quarters);
        zone.from_local_datetime(&moment).earliest()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counted(times: &[&str], asked: Spacing, zone: Tz) -> Histogram {
        let seconds: Vec<i64> =
            times.iter().map(|time| DateTime::parse_from_rfc3339(time).unwrap().timestamp()).collect();
        let (Some(first), Some(last)) = (seconds.iter().min(), seconds.iter().max()) else {
            return of(std::iter::empty(), 2, asked, zone);
        };
        let mut moments = Moments::between(*first, *last, grain(asked, zone));
        for second in &seconds {
            moments.add(*second);
        }
        of(std::iter::once(moments), times.len() as u64 + 2, asked, zone)
    }

    fn shown(histogram: &Histogram) -> Vec<String> {
        histogram.buckets.iter().map(|bucket| format!("{} {}", bucket.start.to_rfc3339(), bucket.count)).collect()
    }

    #[test]
    fn empty_buckets_between_are_filled() {
        let days =
            counted(&["2026-03-09T23:59:59Z", "2026-03-09T00:00:00Z", "2026-03-11T00:00:00Z"], Spacing::Day, Tz::UTC);
        let expected = ["2026-03-09T00:00:00+00:00 2", "2026-03-10T00:00:00+00:00 0", "2026-03-11T00:00:00+00:00 1"];
        assert_eq!(shown(&days), expected);
        assert_eq!((days.undated, days.spacing), (2, Spacing::Day));
        assert_eq!(shown(&counted(&[], Spacing::Day, Tz::UTC)), Vec::<String>::new());
    }

    #[test]
    fn weeks_begin_on_monday_and_days_at_the_zones_midnight() {
        let weeks = counted(&["2026-03-08T12:00:00Z", "2026-03-09T12:00:00Z"], Spacing::Week, Tz::UTC);
        assert_eq!(shown(&weeks), ["2026-03-02T00:00:00+00:00 1", "2026-03-09T00:00:00+00:00 1"]);
        let berlin = counted(&["2026-03-28T23:30:00Z", "2026-03-29T22:30:00Z"], Spacing::Day, Tz::Europe__Berlin);
        // The clocks go forward on that Sunday: its day has 23 hours.
        assert_eq!(shown(&berlin), ["2026-03-29T00:00:00+01:00 1", "2026-03-30T00:00:00+02:00 1"]);
        let kathmandu = counted(&["2026-03-08T18:14:00Z", "2026-03-08T18:15:00Z"], Spacing::Day, Tz::Asia__Kathmandu);
        assert_eq!(shown(&kathmandu), ["2026-03-08T00:00:00+05:45 1", "2026-03-09T00:00:00+05:45 1"]);
        let beirut = counted(&["2026-03-28T22:30:00Z"], Spacing::Day, Tz::Asia__Beirut);
        assert_eq!(shown(&beirut), ["2026-03-29T01:00:00+03:00 1"], "midnight is leapt over");
    }

    #[test]
    fn hours_that_come_twice_are_two() {
        let hours = counted(&["2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z"], Spacing::Hour, Tz::Europe__Berlin);
        assert_eq!(shown(&hours), ["2026-10-25T02:00:00+02:00 1", "2026-10-25T02:00:00+01:00 1"]);
    }

    #[test]
    fn too_many_buckets_become_longer_ones() {
        for (from, asked, spacing) in [
            ("2026-01-01T00:00:00Z", Spacing::Hour, Spacing::Hour),
            ("2025-01-01T00:00:00Z", Spacing::Hour, Spacing::Day),
            ("2016-01-01T00:00:00Z", Spacing::Day, Spacing::Week),
            ("1980-01-01T00:00:00Z", Spacing::Day, Spacing::Month),
            ("1700-01-01T00:00:00Z", Spacing::Hour, Spacing::Year),
        ] {
            let histogram = counted(&[from, "2026-02-01T00:00:00Z"], asked, Tz::America__New_York);
            assert_eq!((histogram.spacing, histogram.asked), (spacing, asked), "{from}");
            assert!(histogram.buckets.len() <= MOST_BUCKETS);
            assert_eq!(histogram.buckets.iter().map(|bucket| bucket.count).sum::<u64>(), 2, "{from}");
        }
    }
}
