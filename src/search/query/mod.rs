//! The query language: what a person types, as one tree that any engine can be asked with.
//!
//! ```text
//! acme layoffs              all of the words
//! "data breach"             these words, in this order, in this form
//! acme -football            without the word
//! acme layoffs OR strike    acme, and one of the two: OR binds its neighbours
//! (acme fire) OR (globex flood)
//! robot*                    words that begin so
//! title:acme                in the headline
//! client:acme competitor:"Initech Corp" prospect: partner: topic:   an account, by id or name; client:* any of the kind
//! account:acme              an account of whatever kind; kind:competitor any account of a kind
//! story:ID                  a story; country:de a country; has:account, signal, source or country
//! signal:layoffs            a kind of event; signal:* any
//! source:reuters.com        a publisher, by id, name or domain
//! lang:de                   a language, ISO 639-1
//! after:2026-03-01 before:2026-04    from that day on, before that month; UTC
//! on:2026-03-05             on that day, in that month or year
//! last:7d                   of the last hours (h), days (d), weeks (w), months (m), years (y)
//! sort:date                 newest first; sort:relevance best first; sort:recent best first, but age counts
//! ```
//!
//! The grammar is in docs/search.md.

mod dates;
mod fields;
mod parse;
mod print;
#[cfg(test)]
mod tests;

use chrono::{Days, Months, NaiveDate, TimeDelta};

use crate::model::{AccountKind, SignalType, Time};

/// A query longer than this, in bytes, is refused unread.
pub const LONGEST_QUERY: usize = 2_048;

/// Groups nested deeper than this are refused unread.
pub const DEEPEST_QUERY: usize = 32;

/// What is asked for. Made by [`Query::parse`]; printed, it is a query again that means the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Query {
    /// What must hold of an article.
    pub clause: Clause,
    /// The order that was asked for.
    pub sort: Option<Sort>,
}

/// What must hold of an article.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Clause {
    /// Each of these. Of nothing: every article.
    All(Vec<Clause>),
    /// At least one of these.
    Any(Vec<Clause>),
    /// Not this.
    Not(Box<Clause>),
    /// It holds this in title or text.
    Text(Wanted),
    /// It holds this in its title.
    Title(Wanted),
    /// It names an account of this kind.
    Account(AccountKind, Wanted),
    /// It names an account of whatever kind.
    AnyAccount(Wanted),
    /// It reports the story of this id.
    Story(String),
    /// Its publisher or an account in it is of this country, ISO 3166-1 alpha-2 in small letters; or of any.
    Country(Option<String>),
    /// It is by this publisher.
    Source(Wanted),
    /// It reports an event of this kind, or of any.
    Signal(Option<SignalType>),
    /// It is in this language, ISO 639-1.
    Language(String),
    /// It was published on this day or later.
    After(NaiveDate),
    /// It was published before this day.
    Before(NaiveDate),
    /// It was published so long before now at most.
    Last(u32, Unit),
}

/// What is looked for in a text or a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// A word in any of its forms.
    Word(String),
    /// Words in this order and form.
    Phrase(String),
    /// A word that begins so.
    Prefix(String),
    /// Anything at all (`client:*`).
    Anything,
}

/// A stretch of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// 60 minutes.
    Hours,
    /// 24 hours.
    Days,
    /// 7 days.
    Weeks,
    /// Months of the calendar.
    Months,
    /// Years of the calendar.
    Years,
}

impl Unit {
    const ALL: &[(Self, char)] =
        &[(Self::Hours, 'h'), (Self::Days, 'd'), (Self::Weeks, 'w'), (Self::Months, 'm'), (Self::Years, 'y')];

    fn letter(self) -> char {
        Self::ALL.iter().find(|(unit, _)| *unit == self).map_or('d', |(_, letter)| *letter)
    }

    /// The instant that lies `count` of these before `now`, where the calendar reaches so far.
    pub(super) fn before(self, now: Time, count: u32) -> Option<Time> {
        match self {
            Self::Hours => now.checked_sub_signed(TimeDelta::hours(i64::from(count))),
            Self::Days => now.checked_sub_days(Days::new(u64::from(count))),
            Self::Weeks => now.checked_sub_days(Days::new(7 * u64::from(count))),
            Self::Months => now.checked_sub_months(Months::new(count)),
            Self::Years => now.checked_sub_months(Months::new(count.checked_mul(12)?)),
        }
    }
}

/// The order of what was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sort {
    /// Best first.
    Relevance,
    /// Newest first.
    Date,
    /// Best first, but an article loses half of its worth in every half-life.
    Recent,
}

impl Sort {
    /// Each with the word used in queries.
    pub const ALL: &[(Self, &'static str)] =
        &[(Self::Relevance, "relevance"), (Self::Date, "date"), (Self::Recent, "recent")];

    /// The word used in queries.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        Self::ALL.iter().find(|(sort, _)| *sort == self).map_or("", |(_, word)| word)
    }
}

/// What is wrong with a query, where, and how it might be meant.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message} (column {column})")]
pub struct QueryError {
    /// What is wrong: lower case, no full stop.
    pub message: String,
    /// Where it begins, counted in letters from 1.
    pub column: usize,
    /// How many letters it is long, at least 1.
    pub length: usize,
    /// The whole query as it might be meant.
    pub suggestion: Option<String>,
}
