//! The calendar over months: what is planned if everything is done on its day.

use chrono::NaiveDate;

use super::{Date, ONE_CONTACT, dates};
use crate::model::{Account, TouchPoint, Watchlist};
use crate::touchpoint::plan::Known;
use crate::touchpoint::{Playbook, Settings};

/// Every contact that the calendar plans from `from` to `to`, by day. What has a card already is left out; overdue ones
/// stand on the first day. `cards` are those that are remembered, open ones among them.
#[must_use]
pub fn year(
    watchlist: &Watchlist,
    playbook: &Playbook,
    cards: &[TouchPoint],
    settings: &Settings,
    from: NaiveDate,
    to: NaiveDate,
) -> Vec<Date> {
    let known = Known::of(cards, cards);
    let mut planned: Vec<Date> = Vec::new();
    for account in watchlist.accounts() {
        let marks = dates::marks(account, playbook, settings);
        let marks: Vec<Date> = marks.into_iter().filter(|mark| mark.until >= from && mark.day <= to).collect();
        if settings.rhythm {
            rhythm(account, &marks, &known, playbook, settings, from, to, &mut planned);
        }
        let unborn = marks.into_iter().filter(|mark| !known.spoke_of(account, &mark.cause));
        planned.extend(unborn.map(|mark| Date { day: mark.day.max(from), ..mark }));
    }
    planned.sort_by(|one, other| (one.day, &one.account, &one.cause).cmp(&(other.day, &other.account, &other.cause)));
    planned
}

#[expect(clippy::too_many_arguments, reason = "all that a rhythm is reckoned from; each is of another kind")]
fn rhythm(
    account: &Account,
    marks: &[Date],
    known: &Known,
    playbook: &Playbook,
    settings: &Settings,
    from: NaiveDate,
    to: NaiveDate,
    planned: &mut Vec<Date>,
) {
    let mut last = known.last_contact(account);
    // An open card is the next contact, whatever it is about.
    last = last.max(known.open(account).map(|card| card.due.max(from)).max());
    let mut at = from;
    while let Some(date) = dates::rhythm(account, last, playbook, settings, at) {
        let day = settings.workdays(account.owner.as_deref()).after(date.day.max(from), 0);
        if day > to {
            break;
        }
        let near = marks.iter().filter(|mark| (mark.day - day).num_days().abs() <= ONE_CONTACT);
        if let Some(mark) = near.map(|mark| mark.day).max() {
            // One contact serves both; the rhythm goes on from the later day.
            last = Some(mark.max(day));
        } else {
            last = Some(day);
            planned.push(Date { day, ..date });
        }
        at = dates::plus(day, 1);
    }
}
