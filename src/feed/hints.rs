//! What a feed says about when and where to ask again (R8, R9, R16, R17).

use url::Url;

use super::links::{absolute, relation};
use super::space::Space;
use super::tree::Element;
use crate::model::PollHints;

/// Minutes beyond which a wish to be left alone is taken for a fault: a year.
const LONGEST: u32 = 366 * 24 * 60;

/// Takes the hints from the elements that describe the feed itself.
pub(super) fn read<'a>(elements: impl Iterator<Item = Element<'a>>, base: Option<&Url>) -> PollHints {
    let mut hints = PollHints::default();
    let (mut period, mut frequency) = (None, 1);
    for element in elements {
        match (element.space(), element.name()) {
            (Space::Core, "ttl") => {
                hints.ttl_minutes = number(element).filter(|minutes| (1..=LONGEST).contains(minutes));
            }
            (Space::Core, "skiphours") => hints.skip_hours = hours(element),
            (Space::Core, "skipdays") => hints.skip_days = days(element),
            (Space::Syndication, "updateperiod") => period = element.text().and_then(|text| minutes_of_period(&text)),
            (Space::Syndication, "updatefrequency") => frequency = number(element).unwrap_or(1).max(1),
            (Space::Core, "link") => {
                let Some(href) = element.attribute("href") else { continue };
                let address = || absolute(href, element.base(base).as_ref());
                match relation(element).as_str() {
                    "hub" => hints.hub = hints.hub.or_else(address),
                    "self" => hints.own_url = hints.own_url.or_else(address),
                    "prev-archive" => hints.prev_archive = hints.prev_archive.or_else(address),
                    _ => {}
                }
            }
            _ => {}
        }
    }
    hints.update_minutes = period.map(|minutes: u32| (minutes / frequency).max(1));
    hints
}

fn number(element: Element<'_>) -> Option<u32> {
    element.text()?.parse().ok()
}

/// `skipHours`: 0 to 23, where some write 24 for midnight.
fn hours(element: Element<'_>) -> Vec<u8> {
    let stated = element.children().filter(|child| child.name() == "hour").filter_map(number);
    let mut hours: Vec<u8> =
        stated.filter(|hour| *hour <= 24).filter_map(|hour| u8::try_from(hour % 24).ok()).collect();
    hours.sort_unstable();
    hours.dedup();
    hours
}

fn days(element: Element<'_>) -> Vec<u8> {
    const NAMES: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
    let stated = element.children().filter(|child| child.name() == "day").filter_map(Element::text);
    let numbered = stated.filter_map(|name| NAMES.iter().position(|known| name.eq_ignore_ascii_case(known)));
    let mut days: Vec<u8> = numbered.filter_map(|day| u8::try_from(day).ok()).collect();
    days.sort_unstable();
    days.dedup();
    days
}

/// RSS syndication module, `updatePeriod`.
fn minutes_of_period(text: &str) -> Option<u32> {
    match text.trim().to_ascii_lowercase().as_str() {
        "hourly" => Some(60),
        "daily" => Some(24 * 60),
        "weekly" => Some(7 * 24 * 60),
        "monthly" => Some(30 * 24 * 60),
        "yearly" => Some(365 * 24 * 60),
        _ => None,
    }
}
