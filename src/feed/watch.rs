//! Watched parts of a page: what they say, and how that differs from before, told as an entry. For operators:
//! docs/feeds.md, "Watched pages".

use std::collections::HashSet;
use std::sync::LazyLock;

use chrono::TimeDelta;
use regex::Regex;
use serde::{Deserialize, Serialize};

use super::price::{self, Price};
use super::selector::{self, Page, lines, nothing_found};
use crate::model::{Entry, ReadAs, Time, Warning, WatchedPart, id};

/// A part that is no longer than this and holds a price is a price, characters.
const SHORT: usize = 120;

/// More lines of a part, and longer ones, are not kept.
const MOST_LINES: usize = 400;
const LONGEST_LINE: usize = 400;

/// Lines that are told of one change.
const MOST_TOLD: usize = 20;

/// A value that comes back within this was never gone: somebody tried something, or servers disagree.
const FLAPPING: TimeDelta = TimeDelta::days(1);

/// What a part says.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Value {
    /// A price.
    Price(Price),
    /// Its lines.
    Text(Vec<String>),
}

/// What is remembered of a part.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Memory {
    /// The selector it was found by; another one begins anew.
    pub select: String,
    /// What it said last.
    pub value: Value,
    /// Since when.
    pub since: Time,
    /// What it said before, by fingerprint, with the time it was left.
    #[serde(default)]
    pub left: Vec<(String, Time)>,
}

/// Whose page it is and where, as the entry tells it.
#[derive(Clone, Copy, Debug)]
pub struct Owner<'a> {
    /// Name of the account, else of the source.
    pub name: &'a str,
    /// Address of the page.
    pub url: &'a str,
}

/// Reads the watched parts of a page, each for itself. What cannot be found is told by part and selector, under the code
/// `layout`.
#[must_use]
pub fn read(
    bytes: &[u8],
    content_type: Option<&str>,
    base: Option<&str>,
    parts: &[WatchedPart],
) -> Vec<Result<Value, Warning>> {
    let page = Page::read(bytes, content_type, base);
    parts.iter().map(|part| value_of(&page, part)).collect()
}

fn value_of(page: &Page, part: &WatchedPart) -> Result<Value, Warning> {
    let what = format!("{}: selector", part.name);
    let selector = selector::parse(&part.select).map_err(|why| Warning::new("layout", why))?;
    let found = page.all(&selector);
    if found.is_empty() {
        return Err(nothing_found(&what, &part.select));
    }
    let mut said: Vec<String> = found.into_iter().flat_map(lines).take(MOST_LINES).collect();
    for line in &mut said {
        *line = line.chars().take(LONGEST_LINE).collect();
    }
    said.retain(|line| !key(line).is_empty());
    let joined = said.join(" ");
    if joined.is_empty() {
        return Err(Warning::new("layout", format!("{what} `{}` finds no words", part.select)));
    }
    let price = price::first(&joined).map(|(price, _)| price);
    match (part.read, price) {
        (ReadAs::Price, Some(price)) => Ok(Value::Price(price)),
        (ReadAs::Auto, Some(price)) if joined.chars().count() <= SHORT => Ok(Value::Price(price)),
        _ => Ok(Value::Text(said)),
    }
}

/// What a part now says beside what it said: what is to be remembered, and an entry where it changed. The first sight is
/// the measure of later ones and no news. Blanks, dates and case are no change; lines that went away are none to tell;
/// a value that comes back within a day was told already.
#[must_use]
pub fn compare(
    part: &WatchedPart,
    before: Option<Memory>,
    value: Value,
    owner: Owner<'_>,
    now: Time,
) -> (Memory, Option<Entry>) {
    let Some(mut memory) = before.filter(|before| before.select == part.select) else {
        return (Memory { select: part.select.clone(), value, since: now, left: Vec::new() }, None);
    };
    let (old, new) = (fingerprint(&memory.value), fingerprint(&value));
    if old == new {
        return (memory, None);
    }
    memory.left.retain(|(_, at)| now - *at <= FLAPPING);
    let returned = memory.left.iter().any(|(left, _)| *left == new);
    let entry = if returned { None } else { told(part, &memory, &value, owner, now) };
    memory.left.retain(|(left, _)| *left != new);
    memory.left.push((old, now));
    memory.value = value;
    memory.since = now;
    (memory, entry)
}

/// What of a line counts when it is compared.
fn key(line: &str) -> String {
    static PASSING: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(concat!(
            r"(?i)(?:©|\(c\)|copyright)\s*(?:(?:19|20)\d{2}(?:\s*[-–]\s*(?:19|20)\d{2})?)?",
            r"|\b(?:19|20)\d{2}[-/.]\d{1,2}[-/.]\d{1,2}(?:[T ]\d{1,2}:\d{2}(?::\d{2})?Z?)?",
            r"|\b\d{1,2} ?[/.] ?\d{1,2} ?[/.] ?(?:19|20)\d{2}\b",
            r"|\b\d{1,2}(?:st|nd|rd|th|\.)? (?:of |de )?\p{L}{3,12}\.?,? (?:de )?(?:19|20)\d{2}\b",
            r"|\b\p{L}{3,12}\.? \d{1,2}(?:st|nd|rd|th)?,? (?:19|20)\d{2}\b",
            r"|\b\d{1,2}:\d{2}(?::\d{2})?\b(?: ?[ap]\.?m\.?)?",
        ))
        .ok()
    });
    let lasting =
        PASSING.as_ref().map_or_else(|| line.to_owned(), |passing| passing.replace_all(line, " ").into_owned());
    selector::collapsed(&lasting).to_lowercase()
}

fn fingerprint(value: &Value) -> String {
    match value {
        Value::Price(price) => id::short_hash(&["price", &price.full()]),
        Value::Text(lines) => {
            let keys: Vec<String> = lines.iter().map(|line| key(line)).collect();
            let mut parts: Vec<&str> = keys.iter().map(String::as_str).collect();
            parts.sort_unstable();
            parts.dedup();
            parts.insert(0, "text");
            id::short_hash(&parts)
        }
    }
}

/// A change in words: a headline and sentences.
struct Telling {
    title: String,
    sentences: Vec<String>,
    added: Vec<String>,
}

fn told(part: &WatchedPart, before: &Memory, value: &Value, owner: Owner<'_>, now: Time) -> Option<Entry> {
    let telling = match (&before.value, value) {
        (Value::Price(old), Value::Price(new)) => of_prices(&part.name, old, new, owner),
        (Value::Text(old), Value::Text(new)) => of_lines(&part.name, old, new, owner)?,
        (old, new) => {
            let (old, new) = (shown(old), shown(new));
            let title = format!("{} changes pricing of {}: {old} → {new}", owner.name, part.name);
            let sentence = format!("{} changes the pricing of {} from {old} to {new}.", owner.name, part.name);
            Telling { title, sentences: vec![sentence], added: Vec::new() }
        }
    };
    let mut content = String::new();
    for sentence in &telling.sentences {
        content.push_str(&format!("<p>{}</p>", html_escape::encode_text(sentence)));
    }
    if !telling.added.is_empty() {
        let added = telling.added.iter().map(|line| format!("<li>{}</li>", html_escape::encode_text(line)));
        content.push_str(&format!("<ul>{}</ul>", added.collect::<String>()));
    }
    let since = before.since.to_rfc3339();
    let key = id::short_hash(&[&part.name, &fingerprint(&before.value), &fingerprint(value), &since]);
    Some(Entry {
        id: Some(format!("watch:{key}")),
        title: Some(telling.title),
        link: Some(owner.url.to_owned()),
        published: Some(now),
        content: Some(content),
        language: Some("en".to_owned()),
        ..Entry::default()
    })
}

fn of_prices(name: &str, old: &Price, new: &Price, owner: Owner<'_>) -> Telling {
    let firm = owner.name;
    if !old.comparable(new) || (old.amount - new.amount).abs() < f64::EPSILON {
        let (old, new) = (old.full(), new.full());
        let title = format!("{firm} changes pricing of {name}: {old} → {new}");
        let sentence = format!("{firm} changes the pricing of {name} from {old} to {new}.");
        return Telling { title, sentences: vec![sentence], added: Vec::new() };
    }
    let verb = if new.amount > old.amount { "raises" } else { "cuts" };
    let share = share(old.amount, new.amount);
    let title = format!("{firm} {verb} price of {name}: {} → {}", old.sum(), new.full());
    let sentence = format!("{firm} {verb} the price of {name} from {} to {}{share}.", old.sum(), new.full());
    Telling { title, sentences: vec![sentence], added: Vec::new() }
}

/// By how much of itself a price went up or down, where that can be said.
fn share(old: f64, new: f64) -> String {
    if old <= 0.0 {
        return String::new();
    }
    let percent = ((new - old) / old * 100.0).abs();
    if percent < 1.0 { format!(", by {percent:.1} percent") } else { format!(", by {percent:.0} percent") }
}

/// Lines that were added. One that differs from a former line only in its price is told as a price that changed.
fn of_lines(name: &str, old: &[String], new: &[String], owner: Owner<'_>) -> Option<Telling> {
    let known: HashSet<String> = old.iter().map(|line| key(line)).collect();
    let kept: HashSet<String> = new.iter().map(|line| key(line)).collect();
    let gone: Vec<&String> = old.iter().filter(|line| !kept.contains(&key(line))).collect();
    let (mut sentences, mut titles, mut added) = (Vec::new(), Vec::new(), Vec::new());
    for line in new.iter().filter(|line| !known.contains(&key(line))).take(MOST_TOLD) {
        let twin = price::without_price(&key(line))
            .and_then(|rest| gone.iter().find(|gone| price::without_price(&key(gone)).as_ref() == Some(&rest)));
        match twin.and_then(|twin| Some((price::first(twin)?.0, price::first(line)?))) {
            Some((before, (after, range))) => {
                let label = line[..range.start].trim_matches(|letter: char| !letter.is_alphanumeric()).trim();
                let subject = if label.is_empty() { name.to_owned() } else { format!("{name} ({label})") };
                let told = of_prices(&subject, &before, &after, owner);
                titles.push(told.title);
                sentences.extend(told.sentences);
            }
            None => added.push(line.clone()),
        }
    }
    if !added.is_empty() {
        let first: String = added.first()?.chars().take(100).collect();
        titles.push(format!("{}: {name} now also says “{first}”", owner.name));
        sentences.push(format!("The page of {} ({name}) now also says:", owner.name));
    }
    Some(Telling { title: titles.into_iter().next()?, sentences, added })
}

fn shown(value: &Value) -> String {
    match value {
        Value::Price(price) => price.full(),
        Value::Text(lines) => format!("“{}”", lines.join(" ").chars().take(80).collect::<String>()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(hours: i64) -> Time {
        "2026-03-15T12:00:00Z".parse::<Time>().unwrap() + TimeDelta::hours(hours)
    }

    fn part(read: ReadAs) -> WatchedPart {
        WatchedPart { name: "the Pro plan".into(), select: "#pro".into(), read }
    }

    /// What is told of a row of pages, twelve hours apart.
    fn titles(read: ReadAs, pages: &[&str]) -> Vec<String> {
        let part = part(read);
        let owner = Owner { name: "Palletron", url: "https://palletron.example/pricing" };
        let (mut memory, mut told) = (None, Vec::new());
        for (number, page) in (0..).zip(pages) {
            let html = format!("<div class=cookie-bar>{number} cookies</div><div id=pro>{page}</div>");
            let value = super::read(html.as_bytes(), None, None, std::slice::from_ref(&part)).remove(0).unwrap();
            let (kept, entry) = compare(&part, memory, value, owner, at(12 * number));
            memory = Some(kept);
            told.extend(entry.and_then(|entry| entry.title));
        }
        told
    }

    #[test]
    fn a_price_that_changes_is_told_with_old_and_new() {
        let told = titles(ReadAs::Auto, &["$49 / month", "<b>$</b>49 per month", "$55/mo", "from $44 a month"]);
        assert_eq!(
            told,
            [
                "Palletron raises price of the Pro plan: 49 USD → 55 USD a month",
                "Palletron cuts price of the Pro plan: 55 USD → 44 USD a month",
            ]
        );
        assert_eq!(
            titles(ReadAs::Auto, &["$49", "Contact us"]),
            ["Palletron changes pricing of the Pro plan: 49 USD → “Contact us”"]
        );
        assert_eq!(
            titles(ReadAs::Price, &["$49 a month", "490 € a year"]),
            ["Palletron changes pricing of the Pro plan: 49 USD a month → 490 EUR a year"]
        );
    }

    #[test]
    fn what_comes_back_within_a_day_is_told_once() {
        assert_eq!(titles(ReadAs::Auto, &["$49", "$55", "$49", "$55", "$49"]).len(), 1);
        assert_eq!(titles(ReadAs::Auto, &["$49", "$55", "$55", "$55", "$55", "$49"]).len(), 2, "after days it is news");
    }

    #[test]
    fn only_added_lines_are_told_and_noise_is_none() {
        let one = "<p>Ten users</p><p>As of 12 March 2026</p><p>Mail support</p>";
        let noise = "<p>TEN   users</p><p>As of 14 March 2026</p><div class='x consent'>OK?</div><p>Mail support</p>";
        let more = "<p>Ten users</p><p>Mail support</p><p>Single sign-on</p>";
        let fewer = "<p>Ten users</p><p>Single sign-on</p>";
        let told = titles(ReadAs::Text, &[one, noise, more, fewer]);
        assert_eq!(told, ["Palletron: the Pro plan now also says “Single sign-on”"]);
    }

    #[test]
    fn a_price_within_a_table_is_told_as_a_price() {
        let told = titles(
            ReadAs::Text,
            &["<p>Team: 10 € a month<p>Pro: 20 € a month", "<p>Team: 10 € a month<p>Pro: 25 € a month"],
        );
        assert_eq!(told, ["Palletron raises price of the Pro plan (Pro): 20 EUR → 25 EUR a month"]);
    }

    #[test]
    fn a_selector_that_matches_nothing_is_named_with_its_part() {
        let fault = read(b"<p>x</p>", None, None, &[part(ReadAs::Auto)]).remove(0).unwrap_err();
        assert_eq!(fault.message, "the Pro plan: selector `#pro` matches nothing on the page");
        assert_eq!(fault.code, "layout");
    }
}
