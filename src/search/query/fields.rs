//! What the fields of the query language take, and what was meant where they get something else.

use chrono::NaiveDate;

use super::{Clause, Sort, Unit, Wanted};
use crate::model::{AccountKind, SignalType};

/// The fields, as listed to people.
const NAMES: &[&str] = &[
    "title",
    "client",
    "competitor",
    "prospect",
    "partner",
    "topic",
    "signal",
    "source",
    "lang",
    "after",
    "before",
    "last",
    "sort",
];

/// Likeness below which nothing is proposed, 0 to 1.
const ALIKE: f64 = 0.5;

/// What follows the colon.
pub(super) struct Value<'a> {
    /// As it was typed, without quotes.
    pub(super) written: &'a str,
    /// As something to look for in a text; nothing where it holds no letter.
    pub(super) wanted: Option<Wanted>,
}

/// What a field says.
pub(super) enum Meaning {
    Clause(Clause),
    Sort(Sort),
}

/// Why a field cannot be read, and what might stand in its place.
pub(super) struct Wrong {
    pub(super) message: String,
    pub(super) instead: Option<String>,
}

/// Reads the field `name` with what it was given.
pub(super) fn read(name: &str, value: &Value<'_>) -> Result<Meaning, Wrong> {
    let account = |kind| Ok(Clause::Account(kind, wanted(name, value)?));
    let clause = match name {
        "title" => match wanted(name, value)? {
            Wanted::Anything => Err(wrong("title: takes a word or a phrase in quotes")),
            other => Ok(Clause::Title(other)),
        },
        "client" => account(AccountKind::Client),
        "competitor" => account(AccountKind::Competitor),
        "prospect" => account(AccountKind::Prospect),
        "partner" => account(AccountKind::Partner),
        "topic" => account(AccountKind::Topic),
        "source" => Ok(Clause::Source(wanted(name, value)?)),
        "signal" => signal(value),
        "lang" => language(value.written),
        "after" => day(name, value.written).map(Clause::After),
        "before" => day(name, value.written).map(Clause::Before),
        "last" => last(value.written),
        "sort" => return sort(value.written).map(Meaning::Sort),
        unknown => Err(unknown_field(unknown, value.written)),
    };
    clause.map(Meaning::Clause)
}

fn wanted(name: &str, value: &Value<'_>) -> Result<Wanted, Wrong> {
    value.wanted.clone().ok_or_else(|| wrong(format!("nothing follows {name}:")))
}

fn signal(value: &Value<'_>) -> Result<Clause, Wrong> {
    if value.wanted == Some(Wanted::Anything) {
        return Ok(Clause::Signal(None));
    }
    let word = value.written.to_lowercase().replace(['-', ' '], "_");
    if let Ok(kind) = word.parse::<SignalType>() {
        return Ok(Clause::Signal(Some(kind)));
    }
    let mut kinds: Vec<&str> = SignalType::ALL.iter().map(|kind| kind.as_str()).collect();
    kinds.sort_by(|left, right| likeness(&word, right).total_cmp(&likeness(&word, left)));
    let near = kinds.iter().take(3).copied().collect::<Vec<_>>().join(", ");
    let message = format!("there is no kind of event \"{}\"; the nearest are {near}", value.written);
    let instead = kinds.first().filter(|kind| likeness(&word, kind) >= ALIKE).map(|kind| format!("signal:{kind}"));
    Err(Wrong { message, instead })
}

fn language(written: &str) -> Result<Clause, Wrong> {
    let code = written.split(['-', '_']).next().unwrap_or_default().to_lowercase();
    if matches!(code.len(), 2 | 3) && code.chars().all(|letter| letter.is_ascii_lowercase()) {
        return Ok(Clause::Language(code));
    }
    Err(wrong("lang: takes a code of two letters, such as lang:de"))
}

fn day(name: &str, written: &str) -> Result<NaiveDate, Wrong> {
    let whole = match written.len() {
        4 => format!("{written}-01-01"),
        7 => format!("{written}-01"),
        _ => written.to_owned(),
    };
    let plain = whole.len() == 10 && whole.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
    let day = NaiveDate::parse_from_str(&whole, "%Y-%m-%d").ok().filter(|_| plain);
    day.ok_or_else(|| {
        let message = format!("{name}: takes a day, a month or a year, such as {name}:2026-03-01, 2026-03 or 2026");
        // Day first, or with other signs between: what else could be meant is not guessed.
        let instead = whole.replace(['/', '.', '_'], "-");
        let instead = NaiveDate::parse_from_str(&instead, "%Y-%m-%d").ok().filter(|_| instead.len() <= 10);
        Wrong { message, instead: instead.map(|day| format!("{name}:{}", day.format("%Y-%m-%d"))) }
    })
}

fn last(written: &str) -> Result<Clause, Wrong> {
    let message = "last: takes a number and a unit: h, d, w, m (months) or y, such as last:7d";
    let digits = written.bytes().take_while(u8::is_ascii_digit).count();
    let (number, unit) = written.split_at(digits);
    let count = number.parse::<u32>().ok().filter(|count| (1..=9_999).contains(count));
    let Some(count) = count else { return Err(wrong(message)) };
    let unit = unit.to_lowercase();
    let known = Unit::ALL.iter().find(|(_, letter)| unit.starts_with(*letter));
    match known {
        Some((kind, _)) if unit.len() == 1 => Ok(Clause::Last(count, *kind)),
        Some((_, letter)) => Err(Wrong { message: message.to_owned(), instead: Some(format!("last:{count}{letter}")) }),
        None if unit.is_empty() => Err(Wrong { message: message.to_owned(), instead: Some(format!("last:{count}d")) }),
        None => Err(wrong(message)),
    }
}

fn sort(written: &str) -> Result<Sort, Wrong> {
    let word = written.to_lowercase();
    if let Some((sort, _)) = Sort::ALL.iter().find(|(_, name)| *name == word) {
        return Ok(*sort);
    }
    let instead = nearest(&word, Sort::ALL.iter().map(|(_, name)| *name)).map(|name| format!("sort:{name}"));
    Err(Wrong { message: "sort: takes date or relevance".to_owned(), instead })
}

fn unknown_field(name: &str, written: &str) -> Wrong {
    let quoted = || Some(format!("\"{name}:{written}\""));
    if let Some(known) = nearest(name, NAMES.iter().copied()).filter(|_| !written.starts_with("//")) {
        let value = if written.contains(char::is_whitespace) { format!("\"{written}\"") } else { written.to_owned() };
        let message = format!("there is no field \"{name}:\"; did you mean \"{known}:\"?");
        return Wrong { message, instead: Some(format!("{known}:{value}")) };
    }
    let message = format!("there is no field \"{name}:\"; the fields are {}", NAMES.join(", "));
    Wrong { message, instead: quoted() }
}

fn nearest<'n>(word: &str, names: impl Iterator<Item = &'n str>) -> Option<&'n str> {
    let best = names.max_by(|left, right| likeness(word, left).total_cmp(&likeness(word, right)));
    best.filter(|name| likeness(word, name) >= ALIKE)
}

fn likeness(word: &str, name: &str) -> f64 {
    strsim::normalized_damerau_levenshtein(word, name)
}

fn wrong(message: impl Into<String>) -> Wrong {
    Wrong { message: message.into(), instead: None }
}
