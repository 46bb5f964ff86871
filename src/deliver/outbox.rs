//! Which destinations are told of a step in a card's life, and of a story that a saved search found.

use super::context::Around;
use super::trouble::Trouble;
use super::{Destination, message};
use crate::model::{Delivery, DestinationId, MatchNotice, Step, Time, TouchPoint, TouchPointState, id};

/// The deliveries that a step causes; `card` is the card after it. Written to the outbox in the transaction of the step.
///
/// A destination is told of the steps on its list (`on`). Three kinds of step say nothing about where the card now
/// stands; for them the card's state decides, whether they are on the list or not:
///
/// * *updated* and *woken* go where the step that leads to the card's state is on the list: the destination has the card
///   in this state and would else keep an old text.
/// * *undone* also goes where a step that may have been the one taken back is on the list: a destination that was told
///   "accepted" must hear that it is not so.
///
/// As the list alone decides, an *undone*, *done* or *withdrawn* can reach a destination that was never told of the card
/// (a card withdrawn before anyone accepted it); receivers ignore what they do not know. Backfilled cards go nowhere.
#[must_use]
pub fn deliveries_for<'d>(
    card: &TouchPoint,
    step: Step,
    destinations: impl IntoIterator<Item = &'d Destination>,
    around: &Around<'_>,
    now: Time,
) -> Vec<Delivery> {
    if card.backfilled {
        return Vec::new();
    }
    let told = destinations.into_iter().filter(|destination| is_told(destination, card, step));
    told.map(|destination| delivery_to(destination, card, step, around, now)).collect()
}

/// What `destination` would be told of a step, whether or not it is on its list.
#[must_use]
pub fn delivery_to(
    destination: &Destination,
    card: &TouchPoint,
    step: Step,
    around: &Around<'_>,
    now: Time,
) -> Delivery {
    let rules = destination.rules();
    let payload = message::of_step(card, step, &rules, around, now);
    Delivery {
        touch_point: card.id,
        revision: card.revision,
        step,
        ..Delivery::due(delivery_id(card, rules.id), rules.id.clone(), payload, now)
    }
}

/// The delivery that tells `destination` of a story that a saved search found. Its id is a hash of search, story and
/// destination: the same for every attempt and every further report of the story. Named by the search, the destination is
/// told whatever the steps on its list.
#[must_use]
pub fn delivery_of_match(notice: &MatchNotice, destination: &DestinationId, now: Time) -> Delivery {
    let hash = id::short_hash(&["saved_search", &notice.search, notice.story.as_str(), destination.as_str()]);
    let id = format!("msg_{hash}");
    let payload = message::of_match(notice, &id, now);
    Delivery { search: Some(notice.search.clone()), ..Delivery::due(id, destination.clone(), payload, now) }
}

/// The delivery that tells `teller` that another destination fails, or works again. Its id is a hash of both and of the time
/// since when it fails: told once, however often it is written.
#[must_use]
pub fn delivery_of_trouble(trouble: &Trouble<'_>, teller: &DestinationId, now: Time) -> Delivery {
    let kind = if trouble.well { "destination.recovered" } else { "destination.failing" };
    let since = trouble.since.timestamp_millis().to_string();
    let hash = id::short_hash(&[kind, trouble.destination.as_str(), &since, teller.as_str()]);
    let id = format!("msg_{hash}");
    let payload = message::of_trouble(trouble, &id, now);
    Delivery::due(id, teller.clone(), payload, now)
}

/// `msg_` and a hash of touch point, destination and revision: the same for every attempt, and however often the step is
/// written (R55).
fn delivery_id(card: &TouchPoint, destination: &DestinationId) -> String {
    let parts = [&card.id.to_string(), destination.as_str(), &card.revision.to_string()];
    format!("msg_{}", id::short_hash(&parts))
}

fn is_told(destination: &Destination, card: &TouchPoint, step: Step) -> bool {
    let rules = destination.rules();
    if rules.alarms_only && !card.alarm {
        return false;
    }
    let on = rules.on;
    on.contains(&step)
        || match step {
            Step::Updated | Step::Woken => on.contains(&step_into(card.state)),
            Step::Undone => on.iter().any(|told| *told == step_into(card.state) || can_follow(card.state, *told)),
            _ => false,
        }
}

/// The step that brings a card into this state.
#[must_use]
pub fn step_into(state: TouchPointState) -> Step {
    match state {
        TouchPointState::Suggested => Step::Suggested,
        TouchPointState::Checking => Step::Checking,
        TouchPointState::Ready => Step::Ready,
        TouchPointState::Accepted => Step::Accepted,
        TouchPointState::Done => Step::Done,
        TouchPointState::Dismissed => Step::Dismissed,
        TouchPointState::Snoozed => Step::Snoozed,
        TouchPointState::Expired => Step::Expired,
        TouchPointState::Withdrawn => Step::Withdrawn,
    }
}

/// True where a card in this state may take the step: what was taken back may have been it.
fn can_follow(state: TouchPointState, step: Step) -> bool {
    const WAY: [Step; 5] = [Step::Suggested, Step::Checking, Step::Ready, Step::Accepted, Step::Done];
    let place = |step| WAY.iter().position(|known| *known == step);
    match (place(step_into(state)), place(step)) {
        (Some(here), Some(there)) => there > here,
        // Off the way, dismissed, snoozed, expired and withdrawn follow any state that is not closed.
        (_, None) => !state.is_closed(),
        (None, Some(_)) => state == TouchPointState::Snoozed,
    }
}

#[cfg(test)]
#[path = "outbox_tests.rs"]
mod tests;
