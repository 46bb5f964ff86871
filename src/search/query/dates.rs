//! Days, months and years as queries name them, and what was meant where they are written otherwise.

use chrono::{Datelike, Months, NaiveDate};

/// A day, or all days of a month or a year: the first, and the first that is no more of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Days {
    pub(super) first: NaiveDate,
    pub(super) beyond: NaiveDate,
}

/// Reads `2026-03-01`, `2026-03` or `2026`.
pub(super) fn read(written: &str) -> Option<Days> {
    let plain = written.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
    let (whole, months) = match written.len() {
        4 => (format!("{written}-01-01"), 12),
        7 => (format!("{written}-01"), 1),
        10 => (written.to_owned(), 0),
        _ => return None,
    };
    let first = NaiveDate::parse_from_str(&whole, "%Y-%m-%d").ok().filter(|_| plain)?;
    let beyond = if months == 0 { first.succ_opt() } else { first.checked_add_months(Months::new(months)) };
    Some(Days { first, beyond: beyond? })
}

/// The formats of other habits that can be meant in one way only.
const HABITS: &[&str] = &["%d.%m.%Y", "%Y/%m/%d", "%Y.%m.%d", "%Y_%m_%d", "%Y%m%d", "%d %B %Y", "%B %d %Y", "%Y-%m-%d"];

/// What is meant by a date that is written otherwise, as queries write it: days before months with dots, a time of day
/// left out, months by name, the 31st of a shorter month. "03/04/2026" is two days, and is not guessed.
pub(super) fn meant(written: &str) -> Option<String> {
    let text = written.trim().replace(',', " ");
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let day = text.split_once('T').map_or(text.as_str(), |(day, _)| day);
    // A year of four digits: else "March 2026" is the 20th of March of the year 26.
    let read = |text: &str, habit: &str| {
        NaiveDate::parse_from_str(text, habit).ok().filter(|day| (1000..=9999).contains(&day.year()))
    };
    let of_day = |day: NaiveDate| Some(day.format("%Y-%m-%d").to_string());
    if let Some(day) = HABITS.iter().find_map(|habit| read(day, habit)) {
        return of_day(day);
    }
    let with_day = format!("1 {text}");
    if let Some(month) = ["%d %B %Y", "%d %m/%Y", "%d %m.%Y", "%d %Y/%m", "%d %Y.%m", "%d %Y-%m"]
        .iter()
        .find_map(|habit| read(&with_day, habit))
    {
        return of_day(month).map(|day| day[..7].to_owned());
    }
    slashed(&text).filter(|day| day.year() >= 1000).or_else(|| last_of_month(day)).and_then(of_day)
}

/// "25/12/2026" or "12/25/2026": one of the two cannot be a month.
fn slashed(text: &str) -> Option<NaiveDate> {
    let readings = ["%d/%m/%Y", "%m/%d/%Y"].map(|habit| NaiveDate::parse_from_str(text, habit).ok());
    match readings {
        [Some(day), None] | [None, Some(day)] => Some(day),
        [Some(day), Some(other)] if day == other => Some(day),
        _ => None,
    }
}

/// "2026-02-31": the last day that the month has.
fn last_of_month(text: &str) -> Option<NaiveDate> {
    let (month, day) = text.rsplit_once('-')?;
    let day: u32 = day.parse().ok().filter(|day| (29..=31).contains(day))?;
    (1..day).rev().take(3).find_map(|day| NaiveDate::parse_from_str(&format!("{month}-{day}"), "%Y-%m-%d").ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_meant_is_told_where_it_can_be_one_thing_only() {
        for (written, meaning) in [
            ("01.02.2026", Some("2026-02-01")),
            ("2026/03/01", Some("2026-03-01")),
            ("2026-3-1", Some("2026-03-01")),
            ("20260301", Some("2026-03-01")),
            ("2026-03-01T10:00Z", Some("2026-03-01")),
            ("5 March 2026", Some("2026-03-05")),
            ("mar 5, 2026", Some("2026-03-05")),
            ("March 2026", Some("2026-03")),
            ("3/2026", Some("2026-03")),
            ("2026-3", Some("2026-03")),
            ("25/12/2026", Some("2026-12-25")),
            ("12/25/2026", Some("2026-12-25")),
            ("05/05/2026", Some("2026-05-05")),
            ("03/04/2026", None),
            ("2026-02-31", Some("2026-02-28")),
            ("2024-02-30", Some("2024-02-29")),
            ("soon", None),
            ("", None),
        ] {
            assert_eq!(meant(written).as_deref(), meaning, "{written}");
        }
    }

    #[test]
    fn a_month_and_a_year_end() {
        let days = |written| read(written).map(|days| (days.first.to_string(), days.beyond.to_string()));
        assert_eq!(days("2026-12"), Some(("2026-12-01".to_owned(), "2027-01-01".to_owned())));
        assert_eq!(days("2026"), Some(("2026-01-01".to_owned(), "2027-01-01".to_owned())));
        assert_eq!(days("2026-02-28"), Some(("2026-02-28".to_owned(), "2026-03-01".to_owned())));
        assert_eq!(days("2026-13"), None);
        assert_eq!(days("+202-1-1"), None);
    }
}
