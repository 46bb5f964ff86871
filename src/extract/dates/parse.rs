//! One written date → a day, and a time with its offset where those are told. Libraries read; we only say what is meant.

use std::collections::HashMap;
use std::panic;
use std::sync::LazyLock;

use chrono::{DateTime, Datelike, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, TimeZone, Utc};
use dtparse::{Parser, ParserInfo, parse_info};
use regex::Regex;

use crate::model::Time;

/// A date as a page states it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::extract) enum Stated {
    /// A time with its offset.
    Instant(DateTime<FixedOffset>),
    /// A time told in UTC, and the day that it was at the publisher's place.
    Placed(DateTime<FixedOffset>, NaiveDate),
    /// A time whose offset is not told.
    Local(NaiveDateTime),
    /// Only the day.
    Day(NaiveDate),
}

impl Stated {
    /// RFC 3339 with the page's own offset, or `YYYY-MM-DD`.
    pub(in crate::extract) fn written(&self) -> String {
        match self {
            Self::Instant(at) => at.to_rfc3339_opts(chrono::SecondsFormat::Secs, true),
            Self::Placed(..) | Self::Local(_) | Self::Day(_) => self.day().format("%Y-%m-%d").to_string(),
        }
    }

    /// The instant; what has no offset is read as UTC, what has no time as midnight.
    pub(in crate::extract) fn instant(&self) -> Time {
        match self {
            Self::Instant(at) | Self::Placed(at, _) => at.with_timezone(&Utc),
            Self::Local(at) => Utc.from_utc_datetime(at),
            Self::Day(day) => Utc.from_utc_datetime(&day.and_time(NaiveTime::MIN)),
        }
    }

    /// The day at the publisher's place.
    pub(in crate::extract) fn day(&self) -> NaiveDate {
        match self {
            Self::Instant(at) => at.date_naive(),
            Self::Local(at) => at.date(),
            Self::Placed(_, day) | Self::Day(day) => *day,
        }
    }

    /// A time told in UTC may fall on the day before or after the one on which the publisher dates the article; the
    /// address then tells that day.
    pub(super) fn placed(self, day: Option<NaiveDate>) -> Self {
        match (self, day) {
            (Self::Instant(at), Some(day))
                if at.offset().local_minus_utc() == 0 && (day - at.date_naive()).num_days().abs() == 1 =>
            {
                Self::Placed(at, day)
            }
            (stated, _) => stated,
        }
    }
}

/// Which of two small numbers comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Order {
    /// 3/12/2024 is the third of December.
    DayFirst,
    /// 3/12/2024 is the twelfth of March.
    MonthFirst,
}

/// The first and last year that an article on the web may state (R42): before there was no web, and no clock is asked
/// what lies ahead.
const YEARS: std::ops::RangeInclusive<i32> = 1991..=2099;

/// Longer values hold no date.
const LONGEST: usize = 64;

/// Reads a value meant for machines: ISO 8601 and its relatives, RFC 2822, seconds or milliseconds of the Unix epoch, or
/// else a date as people write it.
pub(super) fn machine(value: &str) -> Option<Stated> {
    machine_in(value, Order::MonthFirst)
}

/// As [`machine`], where the order of two small numbers is known.
pub(super) fn machine_in(value: &str, order: Order) -> Option<Stated> {
    let value = value.trim();
    if value.len() > LONGEST || value.len() < 6 {
        return None;
    }
    let stated = iso(value).or_else(|| epoch(value)).or_else(|| rfc2822(value)).or_else(|| spoken(value, order));
    stated.filter(plausible)
}

fn iso(value: &str) -> Option<Stated> {
    const ZONED: [&str; 6] = [
        "%Y-%m-%dT%H:%M:%S%.f%#z",
        "%Y-%m-%d %H:%M:%S%.f%#z",
        "%Y-%m-%d %H:%M:%S%.f %#z",
        "%Y-%m-%dT%H:%M%#z",
        "%Y-%m-%d %H:%M%#z",
        "%Y%m%dT%H%M%S%#z",
    ];
    const LOCAL: [&str; 6] = [
        "%Y-%m-%dT%H:%M:%S%.f",
        "%Y-%m-%d %H:%M:%S%.f",
        "%Y-%m-%dT%H:%M",
        "%Y-%m-%d %H:%M",
        "%Y/%m/%d %H:%M:%S",
        "%Y%m%dT%H%M%S",
    ];
    const DAYS: [&str; 4] = ["%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y%m%d"];
    if !value.as_bytes().first()?.is_ascii_digit() {
        return None;
    }
    if let Ok(at) = DateTime::parse_from_rfc3339(value) {
        return Some(Stated::Instant(at));
    }
    let zoned = ZONED.iter().find_map(|format| DateTime::parse_from_str(value, format).ok()).map(Stated::Instant);
    let local = || LOCAL.iter().find_map(|format| NaiveDateTime::parse_from_str(value, format).ok()).map(Stated::Local);
    let day = || DAYS.iter().find_map(|format| NaiveDate::parse_from_str(value, format).ok()).map(Stated::Day);
    // What follows a full day ("2024-05-01T25:00 CET") may be past reading; the day is not.
    let head = || NaiveDate::parse_from_str(value.get(..10)?, "%Y-%m-%d").ok().map(Stated::Day);
    zoned.or_else(local).or_else(day).or_else(head)
}

fn epoch(value: &str) -> Option<Stated> {
    if !(value.len() == 10 || value.len() == 13) || !value.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let number: i64 = value.parse().ok()?;
    let seconds = if value.len() == 13 { number / 1000 } else { number };
    Some(Stated::Instant(DateTime::from_timestamp(seconds, 0)?.fixed_offset()))
}

fn rfc2822(value: &str) -> Option<Stated> {
    DateTime::parse_from_rfc2822(value).ok().map(Stated::Instant)
}

/// Reads a day as people write it, within words. Only what tells day, month and year counts, and only that goes to the
/// library: it would fill in what is missing, and it writes to standard output where it meets an unknown time zone.
pub(super) fn spoken(text: &str, order: Order) -> Option<Stated> {
    static DATE: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(concat!(
            r"\b(?:19|20)\d{2}[-/.]\d{1,2}[-/.]\d{1,2}\b",
            r"|\b\d{1,2} ?[-/.] ?\d{1,2} ?[-/.] ?(?:(?:19|20)\d{2}|\d{2})\b",
            r"|\b\d{1,2}(?:st|nd|rd|th|er|\.|º)?[ -](?:of |de )?\p{L}{3,12}\.?,?[ -](?:de |del )?(?:19|20)\d{2}\b",
            r"|\b\p{L}{3,12}\.? \d{1,2}(?:st|nd|rd|th)?,? (?:19|20)\d{2}\b",
        ))
        .ok()
    });
    DATE.as_ref()?.find_iter(text).find_map(|found| day_of(found.as_str(), order))
}

fn day_of(words: &str, order: Order) -> Option<Stated> {
    let plain: String = words.chars().map(|letter| if matches!(letter, 'º' | ',') { ' ' } else { letter }).collect();
    let plain = plain.replace("1er ", "1 ").replace(". ", " ");
    let default = NaiveDate::from_ymd_opt(2000, 1, 1)?.and_time(NaiveTime::MIN);
    let first_is_year = words.starts_with("19") || words.starts_with("20");
    let first_is_year = first_is_year && words.as_bytes().get(4).is_some_and(|byte| !byte.is_ascii_digit());
    // Where dots part the numbers, the day comes first, in whatever language.
    let dotted = words.bytes().filter(|byte| *byte == b'.').count() == 2;
    let day_first = Some((order == Order::DayFirst || dotted) && !first_is_year);
    let read =
        || PARSER.parse(&plain, day_first, Some(first_is_year), false, false, Some(&default), true, &HashMap::new());
    let (at, _, _) = panic::catch_unwind(read).ok()?.ok()?;
    Some(Stated::Day(at.date())).filter(plausible)
}

pub(super) fn plausible(stated: &Stated) -> bool {
    YEARS.contains(&stated.day().year())
}

/// English names, and those of the languages whose news we meet most.
static PARSER: LazyLock<Parser> = LazyLock::new(|| {
    let months = parse_info(vec![
        vec![
            "jan",
            "january",
            "januar",
            "jänner",
            "janvier",
            "janv",
            "enero",
            "ene",
            "gennaio",
            "gen",
            "januari",
            "janeiro",
            "stycznia",
            "januára",
            "января",
            "ledna",
            "ocak",
        ],
        vec![
            "feb",
            "february",
            "februar",
            "feber",
            "février",
            "févr",
            "fév",
            "febrero",
            "febbraio",
            "februari",
            "fevereiro",
            "fev",
            "lutego",
            "февраля",
            "února",
            "şubat",
        ],
        vec![
            "mar",
            "march",
            "märz",
            "mär",
            "mrz",
            "mars",
            "marzo",
            "maart",
            "mrt",
            "março",
            "marts",
            "marca",
            "марта",
            "března",
            "mart",
        ],
        vec!["apr", "april", "avril", "avr", "abril", "abr", "aprile", "kwietnia", "апреля", "dubna", "nisan"],
        vec!["may", "mai", "mayo", "maggio", "mag", "mei", "maio", "maj", "maja", "мая", "května", "mayıs"],
        vec!["jun", "june", "juni", "juin", "junio", "giugno", "giu", "junho", "czerwca", "июня", "června", "haziran"],
        vec![
            "jul",
            "july",
            "juli",
            "juillet",
            "juil",
            "julio",
            "luglio",
            "lug",
            "julho",
            "lipca",
            "июля",
            "července",
            "temmuz",
        ],
        vec![
            "aug",
            "august",
            "août",
            "aout",
            "agosto",
            "ago",
            "augustus",
            "sierpnia",
            "августа",
            "srpna",
            "ağustos",
            "augusti",
        ],
        vec![
            "sep",
            "sept",
            "september",
            "septembre",
            "septiembre",
            "settembre",
            "set",
            "setembro",
            "września",
            "сентября",
            "září",
            "eylül",
        ],
        vec![
            "oct",
            "october",
            "oktober",
            "okt",
            "octobre",
            "octubre",
            "ottobre",
            "ott",
            "outubro",
            "out",
            "października",
            "октября",
            "října",
            "ekim",
        ],
        vec!["nov", "november", "novembre", "noviembre", "novembro", "listopada", "ноября", "listopadu", "kasım"],
        vec![
            "dec",
            "december",
            "dezember",
            "dez",
            "décembre",
            "déc",
            "diciembre",
            "dic",
            "dicembre",
            "dezembro",
            "grudnia",
            "декабря",
            "prosince",
            "aralık",
        ],
    ]);
    let mut info = ParserInfo { months, year: 2026, century: 2000, ..ParserInfo::default() };
    for word in ["de", "del"] {
        info.jump.insert(word.to_owned(), 0);
    }
    Parser::new(info)
});
