//! What is over an owner's capacity waits in rank.

use std::collections::BTreeMap;

use super::capacity::{self, Load};
use super::life::{self, Change};
use super::plan::{Plans, Waiting};
use super::priority::{self, Tiers};
use super::{Playbook, Settings, gate, hold, one_contact};
use crate::model::{Actor, Step, StepRecord, Time, TouchPoint, TouchPointState as State, Watchlist};

/// Has a card of news that is just born wait where its owner has no room for it; `recent` are the cards that came before
/// it. What cannot wait never does: an alarm, and what is to be done by the next business day.
pub fn at_birth(
    card: &mut TouchPoint,
    steps: &mut Vec<StepRecord>,
    recent: &[TouchPoint],
    settings: &Settings,
    now: Time,
) {
    let load = Load::of(recent, now);
    if !may_wait(card, settings, now) || load.has_room(card.owner.as_deref(), settings.weekly_capacity, settings) {
        return;
    }
    card.state = State::Suggested;
    steps.truncate(1);
    if let Some(born) = steps.first_mut() {
        born.note = Some(format!("play {}; waits: {NO_ROOM}", card.play));
    }
}

/// Why a card waits.
pub(super) const NO_ROOM: &str = "no room today or this week";

/// Lets the cards that wait come to their owners, best first, as far as there is room; the others wait on, with the reason.
#[must_use]
pub fn let_in(
    watchlist: &Watchlist,
    playbook: &Playbook,
    open: &[TouchPoint],
    recent: &[TouchPoint],
    settings: &Settings,
    now: Time,
) -> Plans {
    let mut by_owner: BTreeMap<Option<&str>, Vec<TouchPoint>> = BTreeMap::new();
    for card in open.iter().filter(|card| card.state == State::Suggested && !card.backfilled) {
        // All of them wait: told apart as if they had come.
        let card = TouchPoint { state: State::Ready, ..card.clone() };
        by_owner.entry(open_owner(open, &card)).or_default().push(card);
    }
    let mut plans = Plans::default();
    if by_owner.is_empty() {
        return plans;
    }
    let mut load = Load::of(recent, now);
    let mut came: Vec<TouchPoint> = Vec::new();
    for (owner, cards) in by_owner {
        for place in in_turn(&cards, owner, watchlist, recent, settings, now) {
            let Some(waiting) = open.iter().find(|card| card.id == cards[place].id) else { continue };
            let other = one_contact::beside(waiting, open.iter().chain(&came));
            let muted = || {
                let own = recent.iter().filter(|other| other.id != waiting.id);
                hold::muted_until(&waiting.account, own, playbook, settings, now).filter(|_| !waiting.tact)
            };
            let reason = if let Some(other) = other {
                Some(format!("until the card before it is closed ({})", other.title))
            } else if let Some(until) = muted() {
                Some(format!("nothing but condolences until {until}"))
            } else {
                (!load.has_room(owner, settings.weekly_capacity, settings)).then(|| NO_ROOM.to_owned())
            };
            if let Some(reason) = reason {
                plans.waiting.push(waits(waiting, reason, now));
                continue;
            }
            load.add(owner);
            let change = come(waiting, settings, now);
            came.push(change.card.clone());
            plans.changed.push((waiting.clone(), change));
        }
    }
    plans
}

fn open_owner<'a>(open: &'a [TouchPoint], card: &TouchPoint) -> Option<&'a str> {
    open.iter().find(|other| other.id == card.id)?.owner.as_deref()
}

/// Places of the cards of one owner in the order in which they come. What stands for a contact that the calendar has
/// planned comes first: a renewal does not wait. What the last week owes to the lower tiers is made up for.
pub(super) fn in_turn(
    cards: &[TouchPoint],
    owner: Option<&str>,
    watchlist: &Watchlist,
    recent: &[TouchPoint],
    settings: &Settings,
    now: Time,
) -> Vec<usize> {
    let tier = |card: &TouchPoint| watchlist.get(&card.account).map(|account| account.tier).unwrap_or_default();
    let tiers: Tiers = cards.iter().map(|card| (card.account.clone(), tier(card))).collect();
    let week = now - chrono::TimeDelta::days(7);
    let lately = recent
        .iter()
        .filter(|card| card.owner.as_deref() == owner && capacity::came(card) > week && capacity::burdens(card));
    let owed: f64 = lately
        .map(|card| settings.lower_tier_share - if tier(card) == crate::model::Tier::A { 0.0 } else { 1.0 })
        .sum();
    let order = priority::rank_owing(cards, &tiers, settings.lower_tier_share, owed.max(0.0));
    let (first, rest): (Vec<usize>, Vec<usize>) =
        order.into_iter().partition(|place| !cards[*place].stands_for.is_empty());
    first.into_iter().chain(rest).collect()
}

fn may_wait(card: &TouchPoint, settings: &Settings, now: Time) -> bool {
    let tomorrow = settings.workdays(card.owner.as_deref()).after(now.date_naive(), 1);
    capacity::burdens(card)
        && card.cause.starts_with("story:")
        && !card.cause.ends_with(":correction")
        && card.due > tomorrow
}

/// The step by which a card comes: to the gate where something is in the way there.
fn come(card: &TouchPoint, settings: &Settings, now: Time) -> Change {
    let days = settings.workdays(card.owner.as_deref());
    let mut next = card.clone();
    next.offered = Some(now);
    // Whoever gets it late has two days all the same.
    next.due = card.due.max(days.after(now.date_naive(), 2));
    let (state, step) =
        if gate::is_free(card) { (State::Ready, Step::Ready) } else { (State::Checking, Step::Checking) };
    next.state = state;
    let note = Some("there is room for it now".to_owned());
    life::changed(card, next, step, note, &Actor::program("plan"), now)
}

fn waits(card: &TouchPoint, reason: String, now: Time) -> Waiting {
    let what = card.title.split_once(": ").map_or(card.title.as_str(), |(_, event)| event);
    Waiting {
        account: card.account.clone(),
        owner: card.owner.clone(),
        what: what.to_owned(),
        overdue_days: (now.date_naive() - card.due).num_days(),
        reason,
    }
}
