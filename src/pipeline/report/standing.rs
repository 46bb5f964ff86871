//! What stands open at this instant: cards, overdue ones, renewals.

use super::{Material, Overdue, Promised, Renewal, Request, Urgent};
use crate::model::{Action, TouchPoint, TouchPointState as State};
use crate::touchpoint::priority;

/// Cards to begin with.
const TOP: usize = 5;

/// Days ahead in which a renewal is told.
const RENEWAL_DAYS: i64 = 90;

/// The cards to begin with. Battlecard entries stand among the rivals' moves, what is overdue has its own place.
pub(super) fn top(material: &Material, request: &Request) -> (Vec<Urgent>, usize) {
    let today = request.today();
    let waiting = |card: &&TouchPoint| {
        request.owns(card.owner.as_deref())
            && (card.alarm || card.action != Action::Battlecard)
            && !(card.state == State::Accepted && card.due < today)
    };
    let cards: Vec<TouchPoint> = material.open.iter().filter(waiting).cloned().collect();
    let tiers = request.watchlist.accounts().iter().map(|account| (account.id.clone(), account.tier)).collect();
    let order = priority::rank(&cards, &tiers);
    let urgent = |card: &TouchPoint| Urgent {
        card: card.id,
        title: card.title.clone(),
        why: card.why.clone(),
        due: card.due,
        alarm: card.alarm,
        state: card.state,
        owner: card.owner.clone(),
    };
    (order.into_iter().take(TOP).filter_map(|place| cards.get(place)).map(urgent).collect(), cards.len())
}

pub(super) fn overdue(material: &Material, request: &Request) -> Vec<Overdue> {
    let today = request.today();
    let late = material
        .open
        .iter()
        .filter(|card| card.state == State::Accepted && card.due < today && request.owns(card.owner.as_deref()));
    let mut overdue: Vec<Overdue> = late
        .map(|card| Overdue {
            card: card.id,
            title: card.title.clone(),
            due: card.due,
            days: (today - card.due).num_days(),
            owner: card.owner.clone(),
        })
        .collect();
    overdue.sort_by_key(|card| (card.due, card.card));
    overdue
}

pub(super) fn promises(material: &Material, request: &Request) -> Vec<Promised> {
    let today = request.today();
    let late =
        material.promises.iter().filter(|promise| promise.is_overdue(today) && request.owns(Some(&promise.owner)));
    let mut late: Vec<Promised> = late
        .map(|promise| Promised {
            id: promise.id.clone(),
            account: promise.account.clone(),
            name: request.name(&promise.account),
            what: promise.what.clone(),
            by: promise.by,
            days: (today - promise.by).num_days(),
            owner: promise.owner.clone(),
        })
        .collect();
    late.sort_by(|one, other| (one.by, &one.id).cmp(&(other.by, &other.id)));
    late
}

pub(super) fn renewals(request: &Request) -> Vec<Renewal> {
    let today = request.today();
    let mut renewals: Vec<Renewal> = request
        .clients()
        .filter_map(|client| {
            let day = client.renewal?;
            let days = (day - today).num_days();
            (0..=RENEWAL_DAYS).contains(&days).then(|| Renewal {
                account: client.id.clone(),
                name: client.name.clone(),
                day,
                days,
                last_contact: client.last_contact,
                owner: client.owner.clone(),
            })
        })
        .collect();
    renewals.sort_by(|one, other| (one.day, &one.account).cmp(&(other.day, &other.account)));
    renewals
}
