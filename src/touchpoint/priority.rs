//! How urgent a card is, with every factor shown, and the order in which an owner works through a list.

use std::collections::HashMap;

use chrono::NaiveDate;

use super::triage::{Fit, days_since};
use super::tuning::Tuning;
use super::wording::counted;
use super::{Settings, TopicNews};
use crate::model::{Account, AccountId, Action, Fact, Factor, Priority, Tier, Time, TouchPoint, TouchPointState};

/// The tier of each account.
pub type Tiers = HashMap<AccountId, Tier>;

/// The share of places kept for accounts below tier A where the caller states none.
const LOWER_TIER_SHARE: f64 = 0.2;

/// Places of `cards` in the order to work through them: alarms, overdue promises, then by priority, with a fifth of the
/// places kept for accounts below tier A; what still waits for room comes last. Every card occurs once.
#[must_use]
pub fn rank(cards: &[TouchPoint], tiers: &Tiers) -> Vec<usize> {
    rank_with(cards, tiers, LOWER_TIER_SHARE)
}

/// As [`rank`], with `share` (0–1) of the places kept for accounts below tier A.
#[must_use]
pub fn rank_with(cards: &[TouchPoint], tiers: &Tiers, share: f64) -> Vec<usize> {
    rank_owing(cards, tiers, share, 0.0)
}

/// As [`rank_with`], where `owed` places are due to the lower tiers from before.
pub(super) fn rank_owing(cards: &[TouchPoint], tiers: &Tiers, share: f64, mut owed: f64) -> Vec<usize> {
    let mut order: Vec<usize> = (0..cards.len()).collect();
    order.sort_by(|one, other| {
        let (one, other) = (&cards[*one], &cards[*other]);
        (other.alarm.cmp(&one.alarm))
            .then_with(|| is_promise(other).cmp(&is_promise(one)))
            .then_with(|| waits(one).cmp(&waits(other)))
            .then_with(|| other.priority.total.total_cmp(&one.priority.total))
            .then_with(|| one.due.cmp(&other.due))
            // Ids hold chance; the same cards must always come in the same order.
            .then_with(|| (&one.account, &one.cause).cmp(&(&other.account, &other.cause)))
    });
    let waiting = order.iter().position(|place| waits(&cards[*place])).unwrap_or(order.len());
    let waiting = order.split_off(waiting);
    let lower = |place: &usize| {
        let card = &cards[*place];
        card.action != Action::Battlecard && tiers.get(&card.account).copied().unwrap_or_default() != Tier::A
    };
    let first = order.iter().take_while(|place| cards[**place].alarm || is_promise(&cards[**place])).count();
    let mut rest = order.split_off(first);
    // Walks down the list; whenever the lower tiers are a whole place behind their share, their best card comes next.
    while !rest.is_empty() {
        owed += share.clamp(0.0, 1.0);
        let next = if owed >= 1.0 - f64::EPSILON { rest.iter().position(lower).unwrap_or(0) } else { 0 };
        let place = rest.remove(next);
        if lower(&place) {
            owed = (owed - 1.0).max(0.0);
        }
        order.push(place);
    }
    order.extend(waiting);
    order
}

/// Not yet at its owner's.
fn waits(card: &TouchPoint) -> bool {
    card.state == TouchPointState::Suggested
}

/// What was promised and not kept comes before what is new.
pub(super) fn is_promise(card: &TouchPoint) -> bool {
    card.cause.starts_with("promise:")
}

/// The priority of a card about an event.
pub(super) fn of_event(fit: &Fit, account: &Account, tuning: &Tuning, settings: &Settings, now: Time) -> Priority {
    let signal = &fit.part.signal;
    let age = days_since(signal.first_at, now);
    let learned = tuning.weight(&account.id, &fit.play.id);
    let known = if learned < 1.0 { ", known before more than once" } else { "" };
    product(vec![
        factor("event", fit.play.weight * learned, format!("weight of play {}{known}", fit.play.id)),
        factor(
            "confidence",
            0.5 + signal.confidence,
            format!(
                "{:.0} % sure, {}",
                signal.confidence * 100.0,
                counted(signal.origins.into(), "independent publisher")
            ),
        ),
        if signal.about {
            factor("salience", 1.2, "the report is about it".to_owned())
        } else {
            factor("salience", 0.6, "named in passing".to_owned())
        },
        // Halves every five days: what everybody has read no longer opens a door.
        factor("freshness", 1.5 * 0.5_f64.powf(age as f64 / 5.0), format!("first told {} ago", counted(age, "day"))),
        tier(account),
        silence(account, settings, now.date_naive()),
        renewal(account, now.date_naive()),
    ])
}

/// The priority of a card that passes on news of a topic.
pub(super) fn of_topic(weight: f64, account: &Account, news: &TopicNews, settings: &Settings, now: Time) -> Priority {
    let age = days_since(news.first_at, now);
    product(vec![
        factor("event", weight, "news of the field".to_owned()),
        factor(
            "publishers",
            0.8 + 0.1 * f64::from(news.origins),
            counted(news.origins.into(), "independent publisher"),
        ),
        factor("freshness", 1.5 * 0.5_f64.powf(age as f64 / 5.0), format!("first told {} ago", counted(age, "day"))),
        tier(account),
        silence(account, settings, now.date_naive()),
        renewal(account, now.date_naive()),
    ])
}

/// The priority of a card that a fact brings about.
pub(super) fn of_fact(weight: f64, account: &Account, fact: &Fact, settings: &Settings, now: Time) -> Priority {
    let age = days_since(fact.at, now);
    product(vec![
        factor("event", weight, format!("told by {}", fact.system)),
        factor("freshness", 1.5 * 0.5_f64.powf(age as f64 / 5.0), format!("told of {} ago", counted(age, "day"))),
        tier(account),
        silence(account, settings, now.date_naive()),
        renewal(account, now.date_naive()),
    ])
}

/// The priority of a card that the calendar brings about.
pub(super) fn of_plan(weight: f64, account: &Account, settings: &Settings, today: NaiveDate) -> Priority {
    product(vec![
        factor("event", weight, "planned".to_owned()),
        tier(account),
        silence(account, settings, today),
        renewal(account, today),
    ])
}

fn product(factors: Vec<Factor>) -> Priority {
    Priority { total: factors.iter().map(|factor| factor.value).product(), factors }
}

/// Clamped, so that no factor buries another.
fn factor(name: &str, value: f64, why: String) -> Factor {
    let value = if value.is_nan() { 1.0 } else { value.clamp(0.5, 2.0) };
    Factor { name: name.to_owned(), value, why }
}

fn tier(account: &Account) -> Factor {
    let (value, word) = match account.tier {
        Tier::A => (1.5, "A"),
        Tier::B => (1.0, "B"),
        Tier::C => (0.7, "C"),
    };
    factor("tier", value, format!("tier {word}"))
}

/// How long it has been quiet, as a share of what is wished for. Unknown is not zero days: it changes nothing.
fn silence(account: &Account, settings: &Settings, today: NaiveDate) -> Factor {
    let Some(last) = account.last_contact else {
        return factor("silence", 1.0, "last contact unknown".to_owned());
    };
    let days = (today - last).num_days().max(0);
    let cadence = settings.cadence_of(account);
    let value = 0.75 + 0.5 * (days as f64 / f64::from(cadence));
    factor(
        "silence",
        value,
        format!("last contact {} ago, wished for every {}", counted(days, "day"), counted(cadence.into(), "day")),
    )
}

fn renewal(account: &Account, today: NaiveDate) -> Factor {
    let Some(day) = account.renewal else {
        return factor("renewal", 1.0, "no renewal day on record".to_owned());
    };
    let left = (day - today).num_days();
    let value = match left {
        0..=30 => 1.6,
        31..=90 => 1.4,
        91..=180 => 1.15,
        _ => 1.0,
    };
    let why =
        if left < 0 { format!("renewal day {day} is past") } else { format!("renewal in {}", counted(left, "day")) };
    factor("renewal", value, why)
}
