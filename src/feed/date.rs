//! Dates as feeds write them, read by libraries: RFC 3339, RFC 2822, W3C partial dates, then whatever `dtparse` makes of it.

use std::collections::HashMap;
use std::panic::{self, AssertUnwindSafe};
use std::sync::LazyLock;

use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, Utc};

use crate::model::Time;

/// Texts longer than this are no dates.
const LONGEST: usize = 80;

/// Years outside of this are mistakes.
const YEARS: std::ops::RangeInclusive<i32> = 1970..=2199;

/// The instant that `text` states, in UTC; without a zone it is taken as UTC. None where it cannot be read or is absurd.
pub(super) fn read(text: &str) -> Option<Time> {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if text.is_empty() || text.len() > LONGEST {
        return None;
    }
    let found = standard(&text)
        .or_else(|| partial(&text))
        .or_else(|| standard(without_weekday(&text)))
        .or_else(|| panic::catch_unwind(AssertUnwindSafe(|| by_dtparse(without_weekday(&text)))).ok().flatten());
    found.filter(|at| YEARS.contains(&at.year()))
}

fn standard(text: &str) -> Option<Time> {
    DateTime::parse_from_rfc3339(text)
        .or_else(|_| DateTime::parse_from_rfc2822(text))
        .ok()
        .or_else(|| WITH_ZONE.iter().find_map(|format| DateTime::parse_from_str(text, format).ok()))
        .map(|at| at.with_timezone(&Utc))
}

/// Forms with an offset that the two standards do not allow.
const WITH_ZONE: &[&str] = &[
    "%Y-%m-%dT%H:%M:%S%.f%#z",
    "%Y-%m-%dT%H:%M%#z",
    "%Y-%m-%d %H:%M:%S%.f %#z",
    "%d %b %Y %H:%M:%S %#z",
    "%d %B %Y %H:%M:%S %#z",
    "%d %b %Y %H:%M %#z",
];

/// Forms without an offset (W3C note on dates and times; ISO 8601).
const WITHOUT_ZONE: &[&str] = &[
    "%Y-%m-%dT%H:%M:%S%.f",
    "%Y-%m-%d %H:%M:%S%.f",
    "%Y-%m-%dT%H:%M",
    "%Y-%m-%d %H:%M",
    "%Y%m%dT%H%M%S",
    "%Y%m%d%H%M%S",
];

/// Forms of a day.
const DAY: &[&str] = &["%Y-%m-%d", "%Y%m%d", "%Y/%m/%d", "%d.%m.%Y", "%Y-%m-%dZ"];

/// A day by its number in the year (ISO 8601).
const ORDINAL: &[&str] = &["%Y-%j", "%Y-%jZ"];

fn partial(text: &str) -> Option<Time> {
    if let Some(at) = WITHOUT_ZONE.iter().find_map(|format| NaiveDateTime::parse_from_str(text, format).ok()) {
        return Some(at.and_utc());
    }
    let by = |formats: &[&str]| formats.iter().find_map(|format| NaiveDate::parse_from_str(text, format).ok());
    let first_of = |rest: &str| NaiveDate::parse_from_str(&format!("{text}{rest}"), "%Y-%m-%d").ok();
    let day = by(DAY).or_else(|| first_of("-01")).or_else(|| first_of("-01-01")).or_else(|| by(ORDINAL));
    day.and_then(|day| day.and_hms_opt(0, 0, 0)).map(|at| at.and_utc()).or_else(|| unix(text))
}

/// Seconds or milliseconds since 1970.
fn unix(text: &str) -> Option<Time> {
    let number: i64 = text.parse().ok()?;
    match text.len() {
        9 | 10 => DateTime::from_timestamp(number, 0),
        13 => DateTime::from_timestamp_millis(number),
        _ => None,
    }
}

/// Weekdays are often wrong or foreign, and never needed.
fn without_weekday(text: &str) -> &str {
    match text.split_once(',') {
        Some((weekday, rest)) if weekday.len() <= 20 && !weekday.contains(|letter: char| letter.is_ascii_digit()) => {
            rest.trim_start()
        }
        _ => text,
    }
}

/// Reads twice with different days for what the text leaves out: only what comes out the same was stated.
fn by_dtparse(text: &str) -> Option<Time> {
    static PARSER: LazyLock<dtparse::Parser> = LazyLock::new(|| dtparse::Parser::new(names()));
    static ZONES: LazyLock<HashMap<String, i32>> =
        LazyLock::new(|| ZONE_HOURS.iter().map(|(name, hours)| ((*name).to_owned(), hours * 3600)).collect());
    let read = |default: NaiveDateTime| {
        PARSER.parse(text, None, None, false, false, Some(&default), false, &ZONES).ok().map(|(at, zone, _)| (at, zone))
    };
    let one = NaiveDate::from_ymd_opt(2001, 2, 3)?.and_hms_opt(0, 0, 0)?;
    let (at, zone) = read(one)?;
    let (again, _) = read(NaiveDate::from_ymd_opt(2004, 6, 11)?.and_hms_opt(0, 0, 0)?)?;
    if at != again {
        return None;
    }
    match zone {
        Some(zone) => at.and_local_timezone(zone).single().map(|at| at.with_timezone(&Utc)),
        None => Some(at.and_utc()),
    }
}

/// Zones by name that feeds use beyond those of RFC 2822, hours east of UTC.
const ZONE_HOURS: &[(&str, i32)] = &[
    ("UTC", 0),
    ("GMT", 0),
    ("UT", 0),
    ("Z", 0),
    ("WET", 0),
    ("WEST", 1),
    ("BST", 1),
    ("CET", 1),
    ("MEZ", 1),
    ("CEST", 2),
    ("MESZ", 2),
    ("EET", 2),
    ("EEST", 3),
    ("MSK", 3),
    ("EST", -5),
    ("EDT", -4),
    ("ET", -5),
    ("CST", -6),
    ("CDT", -5),
    ("MST", -7),
    ("MDT", -6),
    ("PST", -8),
    ("PDT", -7),
    ("PT", -8),
    ("AKST", -9),
    ("AKDT", -8),
    ("HST", -10),
    ("JST", 9),
    ("KST", 9),
    ("HKT", 8),
    ("SGT", 8),
    ("AEST", 10),
    ("AEDT", 11),
    ("NZST", 12),
    ("NZDT", 13),
];

/// Month names of languages whose feeds are known not to write English ones, by number of the month.
const MONTHS: &[(usize, &[&str])] = &[
    (
        1,
        &[
            "januar", "januari", "janvier", "janv", "enero", "ene", "gennaio", "gen", "janeiro", "styczeń", "sty",
            "leden",
        ],
    ),
    (2, &["februar", "februari", "février", "févr", "fév", "febrero", "febbraio", "fevereiro", "fev", "luty", "lut"]),
    (3, &["märz", "mär", "mrz", "maart", "mrt", "mars", "marzo", "março", "marzec"]),
    (4, &["avril", "avr", "abril", "abr", "aprile", "kwiecień", "kwi"]),
    (5, &["mai", "mei", "mayo", "maggio", "mag", "maio", "maj", "květen"]),
    (6, &["juni", "juin", "junio", "giugno", "giu", "junho", "czerwiec", "cze"]),
    (7, &["juli", "juillet", "juil", "julio", "luglio", "lug", "julho", "lipiec", "lip"]),
    (8, &["augustus", "août", "aoû", "agosto", "ago", "sierpień", "sie"]),
    (9, &["septembre", "septiembre", "settembre", "set", "setembro", "wrzesień", "wrz"]),
    (10, &["oktober", "okt", "octobre", "octubre", "ottobre", "ott", "outubro", "out", "październik", "paź"]),
    (11, &["novembre", "noviembre", "novembro", "listopad", "lis"]),
    (12, &["dezember", "dez", "décembre", "déc", "diciembre", "dic", "dicembre", "dezembro", "grudzień", "gru"]),
];

/// What `dtparse` knows, with more month names, and two-digit years read as of 1976 to 2075 whatever the clock says.
fn names() -> dtparse::ParserInfo {
    let mut info = dtparse::ParserInfo { year: 2025, century: 2000, ..dtparse::ParserInfo::default() };
    // The library counts months from 0.
    for (number, names) in MONTHS {
        info.months.extend(names.iter().map(|name| ((*name).to_owned(), number - 1)));
    }
    info
}

#[cfg(test)]
mod tests {
    use super::read;

    #[test]
    fn r42_dates_as_feeds_write_them() {
        for (text, expected) in [
            ("2003-12-31T10:14:55Z", "2003-12-31T10:14:55Z"),
            ("2003-12-31t10:14:55.25-08:00", "2003-12-31T18:14:55.250Z"),
            ("2003-12-31T10:14Z", "2003-12-31T10:14:00Z"),
            ("2003-12-31T10:14:55+0200", "2003-12-31T08:14:55Z"),
            ("2003-12-31 10:14:55", "2003-12-31T10:14:55Z"),
            ("2003-12-31", "2003-12-31T00:00:00Z"),
            ("2003-12", "2003-12-01T00:00:00Z"),
            ("2003", "2003-01-01T00:00:00Z"),
            ("2003-335", "2003-12-01T00:00:00Z"),
            ("20031231", "2003-12-31T00:00:00Z"),
            ("Thu, 01 Jan 2004 19:48:21 GMT", "2004-01-01T19:48:21Z"),
            ("Mon, 01 Jan 2004 19:48:21 GMT", "2004-01-01T19:48:21Z"),
            ("Thu,  1 Jan 04 19:48 EST", "2004-01-02T00:48:00Z"),
            ("Thu, 01 January 2004 19:48:21 UTC", "2004-01-01T19:48:21Z"),
            ("Thursday, January 01, 2004 7:48 PM", "2004-01-01T19:48:00Z"),
            ("Do, 01 Mai 2014 19:48:21 +0200", "2014-05-01T17:48:21Z"),
            ("01 Jan 2004 19:48:21 CEST", "2004-01-01T17:48:21Z"),
            ("\n 1072985701 ", "2004-01-01T19:35:01Z"),
        ] {
            let read = read(text).map(|at| at.to_rfc3339_opts(chrono::SecondsFormat::AutoSi, true));
            assert_eq!(read.as_deref(), Some(expected), "{text}");
        }
    }

    #[test]
    fn r42_what_states_no_day_is_no_date() {
        for text in
            ["", "yesterday", "10:14", "0000-00-00T00:00:00Z", "99999-12-31", "-", "Jan", "9999-12-31T00:00:00Z"]
        {
            assert_eq!(read(text), None, "{text}");
        }
        assert_eq!(read(&"9".repeat(1_000_000)), None);
    }
}
