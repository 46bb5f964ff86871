//! What the fields of the query language take, and what was meant where they get something else.

use super::dates::{self, Days};
use super::{Clause, Sort, Unit, Wanted};
use crate::model::{AccountKind, SignalType};

/// The fields, as listed to people.
pub(super) const NAMES: &[&str] = &[
    "title",
    "client",
    "competitor",
    "prospect",
    "partner",
    "topic",
    "account",
    "kind",
    "signal",
    "story",
    "source",
    "country",
    "lang",
    "has",
    "after",
    "before",
    "on",
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
        "account" => Ok(Clause::AnyAccount(wanted(name, value)?)),
        "kind" => kind(value.written),
        "story" => story(value.written),
        "country" => country(value.written),
        "has" => has(value.written),
        "source" => Ok(Clause::Source(wanted(name, value)?)),
        "signal" => signal(value),
        "lang" => language(value.written),
        "after" => days(name, value.written).map(|days| Clause::After(days.first)),
        "before" => days(name, value.written).map(|days| Clause::Before(days.first)),
        "on" => days(name, value.written)
            .map(|days| Clause::All(vec![Clause::After(days.first), Clause::Before(days.beyond)])),
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

fn kind(written: &str) -> Result<Clause, Wrong> {
    let word = written.to_lowercase();
    if word == "*" {
        return Ok(Clause::AnyAccount(Wanted::Anything));
    }
    if let Some(kind) = AccountKind::ALL.iter().find(|kind| kind.as_str() == word) {
        return Ok(Clause::Account(*kind, Wanted::Anything));
    }
    let names = AccountKind::ALL.map(AccountKind::as_str);
    Err(one_of("kind", &word, &names))
}

fn story(written: &str) -> Result<Clause, Wrong> {
    if written.is_empty() || written == "*" {
        return Err(wrong("story: takes the id of one story"));
    }
    Ok(Clause::Story(written.to_owned()))
}

/// What an article can be asked to have at all.
fn has(written: &str) -> Result<Clause, Wrong> {
    Ok(match written.to_lowercase().as_str() {
        "account" => Clause::AnyAccount(Wanted::Anything),
        "signal" => Clause::Signal(None),
        "source" => Clause::Source(Wanted::Anything),
        "country" => Clause::Country(None),
        other => return Err(one_of("has", other, &["account", "signal", "source", "country"])),
    })
}

/// A word that is none of the few that the field takes.
fn one_of(name: &str, word: &str, known: &[&str]) -> Wrong {
    let instead = nearest(word, known.iter().copied()).map(|known| format!("{name}:{known}"));
    Wrong { message: format!("{name}: takes one of {}", known.join(", ")), instead }
}

fn country(written: &str) -> Result<Clause, Wrong> {
    let code = written.to_lowercase();
    match code.as_str() {
        "*" => Ok(Clause::Country(None)),
        "uk" => Ok(Clause::Country(Some("gb".to_owned()))),
        _ if code.len() == 2 && code.bytes().all(|letter| letter.is_ascii_lowercase()) => {
            Ok(Clause::Country(Some(code)))
        }
        _ => Err(wrong("country: takes a code of two letters (ISO 3166-1), such as country:de")),
    }
}

fn language(written: &str) -> Result<Clause, Wrong> {
    let code = written.split(['-', '_']).next().unwrap_or_default().to_lowercase();
    if matches!(code.len(), 2 | 3) && code.chars().all(|letter| letter.is_ascii_lowercase()) {
        return Ok(Clause::Language(code));
    }
    let instead = crate::text::language::code_of_name(written).map(|code| format!("lang:{code}"));
    Err(Wrong { message: "lang: takes a code of two letters, such as lang:de".to_owned(), instead })
}

fn days(name: &str, written: &str) -> Result<Days, Wrong> {
    dates::read(written).ok_or_else(|| {
        let message = format!("{name}: takes a day, a month or a year, such as {name}:2026-03-01, 2026-03 or 2026");
        let instead = match written.to_lowercase().as_str() {
            "today" | "yesterday" if name != "before" => Some("last:1d".to_owned()),
            _ => dates::meant(written).map(|meant| format!("{name}:{meant}")),
        };
        // "after:7d" means the last seven days.
        let instead = instead.or_else(|| last(written).ok().filter(|_| name != "before").map(|last| last.to_string()));
        Wrong { message, instead }
    })
}

fn last(written: &str) -> Result<Clause, Wrong> {
    let message = "last: takes a number and a unit: h, d, w, m (months) or y, such as last:7d";
    let digits = written.bytes().take_while(u8::is_ascii_digit).count();
    let (number, unit) = written.split_at(digits);
    let count = number.parse::<u32>().ok().filter(|count| (1..=9_999).contains(count));
    let Some(count) = count else {
        let instead = (!number.is_empty())
            .then(|| if number.bytes().all(|digit| digit == b'0') { "last:1d" } else { "last:9999d" });
        return Err(Wrong { message: message.to_owned(), instead: instead.map(str::to_owned) });
    };
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
    let names: Vec<&str> = Sort::ALL.iter().map(|(_, name)| *name).collect();
    Err(one_of("sort", &word, &names))
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
