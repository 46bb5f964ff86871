//! One person is contacted about one thing at a time: of several open contacts the gravest goes first, the others are put
//! off until it is made.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use super::life::{self, Change, Command};
use super::plan::{self, Plans};
use super::{Playbook, Settings, priority};
use crate::model::{AccountId, Actor, Time, TouchPoint, TouchPointState as State, Watchlist};

/// With whom a contact is made.
type Whom<'a> = (&'a AccountId, Option<&'a str>);

/// Puts every open contact off that would be made beside a graver one with the same person. It comes back in the state in
/// which it was, the day after the other one is due, and not while that is open.
#[must_use]
pub fn put_off(_: &Watchlist, _: &Playbook, open: &[TouchPoint], _: &[TouchPoint], _: &Settings, now: Time) -> Plans {
    let mut contacts: BTreeMap<Whom, Vec<&TouchPoint>> = BTreeMap::new();
    for card in open.iter().filter(|card| is_under_way(card)) {
        contacts.entry(whom(card)).or_default().push(card);
    }
    let mut plans = Plans::default();
    for cards in contacts.into_values().filter(|cards| cards.len() > 1) {
        let Some(first) = cards.iter().max_by(|one, other| order(one, other)) else { continue };
        for card in cards.iter().filter(|card| card.id != first.id) {
            plans.changed.extend(behind(card, first, now).map(|change| ((*card).clone(), change)));
        }
    }
    plans
}

/// The open contact with the same person, beside `card` itself.
pub(super) fn beside<'a>(card: &TouchPoint, open: impl IntoIterator<Item = &'a TouchPoint>) -> Option<&'a TouchPoint> {
    open.into_iter().find(|other| other.id != card.id && is_under_way(other) && whom(other) == whom(card))
}

/// An open contact with somebody outside that its owner has before them.
pub(super) fn is_under_way(card: &TouchPoint) -> bool {
    matches!(card.state, State::Checking | State::Ready | State::Accepted)
        && !card.backfilled
        && plan::is_outward(card.action)
}

fn whom(card: &TouchPoint) -> Whom<'_> {
    (&card.account, card.contact.as_deref())
}

fn behind(card: &TouchPoint, first: &TouchPoint, now: Time) -> Option<Change> {
    let day = first.due.max(now.date_naive()).succ_opt()?;
    let until = DateTime::<Utc>::from_naive_utc_and_offset(day.into(), Utc);
    let reason = Some(format!("one contact at a time; first: {}", first.title));
    life::step(card, &Command::Snooze { until, reason }, &Actor::program("plan"), now).ok()
}

/// The greatest goes first: what cannot wait, then what a person has taken on.
fn order(one: &TouchPoint, other: &TouchPoint) -> std::cmp::Ordering {
    let rank = |card: &TouchPoint| {
        let corrects = card.cause.ends_with(":correction");
        (card.alarm, priority::is_promise(card), corrects, card.tact, card.state == State::Accepted)
    };
    rank(one)
        .cmp(&rank(other))
        .then_with(|| one.priority.total.total_cmp(&other.priority.total))
        .then_with(|| (other.created, &other.cause).cmp(&(one.created, &one.cause)))
}
