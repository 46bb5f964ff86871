//! Dates that people see: in the address, in time elements, in words near the headline.

use std::sync::LazyLock;

use chrono::NaiveDate;
use regex::Regex;

use super::parse::{self, Order, Stated};
use crate::extract::survey::{Snippet, Survey};

/// A day in the path of an address ("/2024/05/01/").
pub(super) fn in_address(address: &str) -> Option<Stated> {
    static DAY: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(r"(?:^|[^0-9])((?:19|20)[0-9]{2})[/_-]([01]?[0-9])[/_-]([0-3]?[0-9])(?:[^0-9]|$)").ok()
    });
    let path = address.split(['?', '#']).next()?;
    let found = DAY.as_ref()?.captures(path)?;
    let day = NaiveDate::from_ymd_opt(found[1].parse().ok()?, found[2].parse().ok()?, found[3].parse().ok()?)?;
    Some(Stated::Day(day)).filter(parse::plausible)
}

/// The first time element that is part of the article.
pub(super) fn in_times(survey: &Survey) -> Option<Stated> {
    let read = |stamp: &super::super::survey::Stamp| {
        stamp.datetime.as_deref().and_then(parse::machine).or_else(|| parse::spoken(&stamp.text, order_of(survey)))
    };
    let wanted = |stamp: &&super::super::survey::Stamp| !stamp.aside;
    let changed = |looks: &str| looks.contains("modif") || looks.contains("update");
    let first = survey.times.iter().filter(wanted).filter(|stamp| !changed(&stamp.looks)).find_map(read);
    first.or_else(|| survey.times.iter().filter(wanted).find_map(read)).or_else(|| survey.times.iter().find_map(read))
}

/// A date in elements that speak of dates, else in any words; those nearest to the headline first.
pub(super) fn in_text(survey: &Survey) -> Option<Stated> {
    let order = order_of(survey);
    let first = |snippets: &[Snippet], aside: bool| {
        snippets
            .iter()
            .filter(|snippet| aside || !snippet.aside)
            .find_map(|snippet| parse::spoken(&snippet.text, order))
    };
    first(&survey.dated, false)
        .or_else(|| first(&survey.snippets, false))
        .or_else(|| first(&survey.dated, true))
        .or_else(|| first(&survey.snippets, true))
}

/// English pages of the United States put the month first; others the day.
fn order_of(survey: &Survey) -> Order {
    let lang = survey.lang.as_deref().unwrap_or("en").to_ascii_lowercase();
    let american = lang == "en" || lang.starts_with("en-us") || lang.starts_with("en_us");
    if american { Order::MonthFirst } else { Order::DayFirst }
}
