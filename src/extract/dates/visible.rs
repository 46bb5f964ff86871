//! Dates that people see: in the address, in time elements, in words near the headline.

use std::sync::LazyLock;

use chrono::{Datelike, NaiveDate};
use regex::Regex;

use super::parse::{self, Order, Stated};
use crate::extract::survey::Survey;
use crate::model::DateOrigin;

/// A day in the path of an address ("/2024/05/01/").
pub(super) fn in_address(address: &str) -> Option<Stated> {
    static DAY: LazyLock<Option<Regex>> = LazyLock::new(|| {
        let year = "((?:19|20)[0-9]{2})";
        let parted = format!("[^0-9]{year}[/_-]([01]?[0-9])[/_-]([0-3]?[0-9])(?:[^0-9]|$)");
        let whole = format!("/{year}([01][0-9])([0-3][0-9])(?:[/_-]|$)");
        Regex::new(&format!("{parted}|{whole}")).ok()
    });
    let path = address.split(['?', '#']).next()?;
    let found = DAY.as_ref()?.captures(path)?;
    let part = |one: usize| found.get(one).or_else(|| found.get(one + 3))?.as_str().parse::<u32>().ok();
    let day = NaiveDate::from_ymd_opt(i32::try_from(part(1)?).ok()?, part(2)?, part(3)?)?;
    Some(Stated::Day(day)).filter(parse::plausible)
}

/// The likeliest date that people see: in time elements, in elements that speak of dates, in short words, in longer
/// ones; near the headline rather than far, after it rather than before, of the month that the address tells.
pub(super) fn near_headline(survey: &Survey, address: Option<&str>) -> Option<(Stated, DateOrigin)> {
    let order = order_of(survey);
    let month = address.and_then(month_in_address);
    let headings: Vec<usize> = survey.headings.iter().map(|heading| heading.place).collect();
    let mut best: Option<(usize, Stated, DateOrigin)> = None;
    let mut consider = |cost: usize, place: usize, looks: &str, origin: DateOrigin, words: &[&str]| {
        let cost =
            cost + distance(&headings, place) + if survey.is_aside(place) { 25 } else { 0 } + cost_of_looks(looks);
        if best.as_ref().is_some_and(|(least, _, _)| *least <= cost) {
            return;
        }
        let read = |words: &&str| parse::machine_in(words, order).or_else(|| parse::spoken(words, order));
        let Some(date) = words.iter().find_map(read) else { return };
        let other_month = month.is_some_and(|month| month != (date.day().year(), date.day().month()));
        let cost = cost + if other_month { 15 } else { 0 };
        if best.as_ref().is_none_or(|(least, _, _)| cost < *least) {
            best = Some((cost, date, origin));
        }
    };
    for stamp in &survey.times {
        let words = [stamp.datetime.as_deref().unwrap_or_default(), stamp.text.as_str()];
        consider(8, stamp.place, &stamp.looks, DateOrigin::TimeElement, &words);
    }
    for snippet in &survey.dated {
        consider(12, snippet.place, &snippet.looks, DateOrigin::Text, &[&snippet.text]);
    }
    for snippet in &survey.snippets {
        let cost = if snippet.text.chars().count() <= SHORT { 20 } else { 32 };
        consider(cost, snippet.place, "", DateOrigin::Text, &[&snippet.text]);
    }
    best.map(|(_, date, origin)| (date, origin))
}

/// Words of no more letters than this say little but the date.
const SHORT: usize = 40;

/// How far from the nearest heading of the first level; the name of the site is often one, too.
fn distance(headings: &[usize], place: usize) -> usize {
    let from = |heading: &usize| match place.checked_sub(*heading) {
        Some(after) => (after / 10).min(8),
        None => ((heading - place) / 10).min(8) + 2,
    };
    headings.iter().map(from).min().unwrap_or_else(|| (place / 50).min(8))
}

fn cost_of_looks(looks: &str) -> usize {
    let has = |parts: &[&str]| parts.iter().any(|part| looks.contains(part));
    let published = has(&["publish", "entry-date", "dateline", "posted", "pubdate", "date-header", "createdate"]);
    let changed = has(&["modif", "update"]);
    match (published, changed) {
        (true, _) => 0,
        (false, false) => 6,
        (false, true) => 10,
    }
}

fn month_in_address(address: &str) -> Option<(i32, u32)> {
    static MONTH: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"/((?:19|20)[0-9]{2})/([01]?[0-9])/").ok());
    let found = MONTH.as_ref()?.captures(address)?;
    Some((found[1].parse().ok()?, found[2].parse().ok()?))
}

/// English pages of the United States put the month first; others the day.
fn order_of(survey: &Survey) -> Order {
    let lang = survey.lang.as_deref().unwrap_or("en").to_ascii_lowercase();
    let american = lang == "en" || lang.starts_with("en-us") || lang.starts_with("en_us");
    if american { Order::MonthFirst } else { Order::DayFirst }
}
