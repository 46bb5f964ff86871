//! Promises whose day is past come first.

use chrono::NaiveDate;

use super::life::{self, Change, Command};
use super::{Playbook, Settings, compose, priority, promise_cause, title};
use crate::model::{Account, Actor, Promise, PromiseState, StepRecord, Time, TouchPoint, Watchlist};

/// Cards for promises whose day is past and that have none yet, each with the steps it is born with. `cards` are those
/// of overdue promises, of whatever state. Who promised gets the card.
#[must_use]
pub fn overdue(
    promises: &[Promise],
    cards: &[TouchPoint],
    watchlist: &Watchlist,
    playbook: &Playbook,
    settings: &Settings,
    now: Time,
) -> Vec<(TouchPoint, Vec<StepRecord>)> {
    let today = now.date_naive();
    let due = promises.iter().filter(|promise| promise.is_overdue(today));
    let new = due.filter(|promise| !cards.iter().any(|card| card.cause == promise_cause(&promise.id)));
    new.filter_map(|promise| {
        let account = watchlist.get(&promise.account)?;
        let card = card_of(promise, account, playbook, settings, now)?;
        let steps = compose::birth(&card, &Actor::program("plan"), now);
        Some((card, steps))
    })
    .collect()
}

/// The open card of a promise falls with the promise: it was kept, or will not be.
#[must_use]
pub fn settled(card: &TouchPoint, promise: &Promise, who: &Actor, now: Time) -> Option<Change> {
    let reason = match promise.state {
        PromiseState::Open => return None,
        PromiseState::Kept => "the promise was kept",
        PromiseState::Broken => "the promise will not be kept",
        PromiseState::Withdrawn => "the contact in which it was promised was taken back",
    };
    life::step(card, &Command::Withdraw { reason: reason.to_owned() }, who, now).ok()
}

/// How late a promise is, in days; 0 while its day is not past.
#[must_use]
pub fn days_late(promise: &Promise, today: NaiveDate) -> i64 {
    if promise.is_overdue(today) { (today - promise.by).num_days() } else { 0 }
}

fn card_of(
    promise: &Promise,
    account: &Account,
    playbook: &Playbook,
    settings: &Settings,
    now: Time,
) -> Option<TouchPoint> {
    let mut plays = playbook.plays.iter();
    let play = plays.find(|play| play.when.promise && play.relation.contains(&account.kind))?;
    let mut words = compose::words_of(account);
    words.set("event", Some(&format!("“{}”", promise.what)));
    words.set("date", Some(&compose::long_date(promise.by)));
    let mut card = compose::frame(account, promise_cause(&promise.id), (playbook, play), &words, settings, now);
    compose::give_to(&mut card, Some(promise.owner.clone()), play, settings, now.date_naive());
    card.contact = account.first_contact().map(|contact| contact.name.clone());
    let event = format!("promised “{}”", promise.what);
    card.title = title::title(play.action, card.contact.as_deref(), compose::firm(account), &event, promise.by);
    card.priority = priority::of_plan(play.weight, account, settings, now.date_naive());
    compose::decide_gate(&mut card);
    compose::keep_decent(&mut card, &mut std::iter::once(play), playbook);
    Some(card)
}
