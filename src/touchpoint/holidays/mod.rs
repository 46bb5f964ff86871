//! Days off by law, by country: `table.txt`, which `table.py` writes from the Python package `holidays` (MIT).

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use chrono::NaiveDate;

const TABLE: &str = include_str!("table.txt");

static DAYS: LazyLock<HashMap<&'static str, HashSet<NaiveDate>>> = LazyLock::new(|| {
    let mut days: HashMap<&str, HashSet<NaiveDate>> = HashMap::new();
    for line in TABLE.lines().filter(|line| !line.starts_with('#')) {
        let mut words = line.split(' ');
        let (Some(country), Some(year)) = (words.next(), words.next()) else { continue };
        let free = words.filter_map(|day| NaiveDate::parse_from_str(&format!("{year}{day}"), "%Y%m%d").ok());
        days.entry(country).or_default().extend(free);
    }
    days
});

/// Whether nobody works on `day` in `country` (ISO 3166-1 alpha-2, any case) by its law. Weekends are not told, and of a
/// country or year beyond the table nothing is known.
#[must_use]
pub fn is_day_off(country: &str, day: NaiveDate) -> bool {
    DAYS.get(country.to_ascii_uppercase().as_str()).is_some_and(|days| days.contains(&day))
}

/// Whether the table tells the days of `country`.
#[must_use]
pub fn knows(country: &str) -> bool {
    DAYS.contains_key(country.to_ascii_uppercase().as_str())
}

#[cfg(test)]
mod tests {
    use chrono::{Datelike, Weekday};

    use super::*;

    #[test]
    fn days_that_everybody_knows() {
        for (country, day, off) in [
            ("US", "2026-11-26", true),
            ("us", "2027-07-05", true),
            ("DE", "2026-11-26", false),
            ("FR", "2026-07-14", true),
            ("GB", "2026-08-31", true),
            ("JP", "2027-01-01", true),
            ("XX", "2026-12-25", false),
            ("DE", "2090-12-25", false),
        ] {
            assert_eq!(is_day_off(country, day.parse().unwrap()), off, "{country} {day}");
        }
        assert!(knows("de") && !knows("XX"));
    }

    #[test]
    fn every_line_of_the_table_is_read() {
        let written: usize =
            TABLE.lines().filter(|line| !line.starts_with('#')).map(|line| line.split(' ').count() - 2).sum();
        assert_eq!(DAYS.values().map(HashSet::len).sum::<usize>(), written);
        assert!(!DAYS.values().flatten().any(|day| matches!(day.weekday(), Weekday::Sat | Weekday::Sun)));
    }
}
