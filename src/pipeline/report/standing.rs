//! What stands open at this instant: cards, overdue ones, renewals, and whom nobody heard of.

use std::collections::{HashMap, HashSet};

use chrono::TimeDelta;

use super::{Blind, Material, Overdue, Promised, Quiet, QuietAccount, Renewal, Request, Urgent};
use crate::model::{Account, AccountId, Action, Feed, TouchPoint, TouchPointState as State};
use crate::store::feeds::{FeedLife, FeedState};
use crate::touchpoint::priority;

/// Cards to begin with.
const TOP: usize = 5;

/// Days ahead in which a renewal is told.
const RENEWAL_DAYS: i64 = 90;

/// A feed not read well for longer is blind. Every healthy feed is asked at least once a day.
const BLIND_AFTER: TimeDelta = TimeDelta::days(2);

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

/// Silence is told only where somebody could look: not of an account whose own feed is blind, and of nobody where half
/// of the feeds that name everybody are.
pub(super) fn quiet(material: &Material, request: &Request) -> Quiet {
    let states: HashMap<&str, &FeedState> = material.feeds.iter().map(|feed| (feed.id.as_str(), feed)).collect();
    let read: Vec<&Feed> =
        request.sources.iter().flat_map(|source| &source.feeds).filter(|feed| !feed.paused).collect();
    let blind = |feed: &&Feed| blindness(feed, states.get(feed.id.as_str()).copied(), request);
    let mut could_not_look: Vec<Blind> = read.iter().filter_map(blind).collect();
    could_not_look.sort_by(|one, other| (one.since, &one.feed).cmp(&(other.since, &other.feed)));
    let general = read.iter().filter(|feed| feed.account.is_none()).count();
    let blind_general = could_not_look.iter().filter(|feed| feed.account.is_none()).count();
    let unseen: HashSet<&AccountId> = could_not_look.iter().filter_map(|feed| feed.account.as_ref()).collect();
    let named: HashSet<&AccountId> = material.volumes.iter().map(|volume| &volume.account).collect();
    let all_blind = blind_general * 2 >= general && blind_general > 0;
    let seen: Vec<&Account> = request.clients().filter(|client| !all_blind && !unseen.contains(&client.id)).collect();
    let mut silent: Vec<&Account> = seen.iter().copied().filter(|client| !named.contains(&client.id)).collect();
    silent.sort_by_key(|client| (client.tier, material.last_named.get(&client.id), &client.id));
    let account = |client: &Account| QuietAccount {
        account: client.id.clone(),
        name: client.name.clone(),
        last_named: material.last_named.get(&client.id).map(|at| request.window.day(*at)),
        last_contact: client.last_contact,
    };
    Quiet {
        clients: seen.len(),
        accounts: silent.into_iter().map(account).collect(),
        could_not_look,
        feeds: read.len(),
        blind: all_blind,
    }
}

/// Why nobody can look into this feed, where nobody can.
fn blindness(feed: &Feed, state: Option<&FeedState>, request: &Request) -> Option<Blind> {
    let since = state.and_then(|state| state.last_success);
    let broken = state.is_some_and(|state| state.told_broken.is_some());
    if !broken && since.is_some_and(|since| request.now - since <= BLIND_AFTER) {
        return None;
    }
    let why = match state {
        None => "never asked yet".to_owned(),
        Some(state) => match (&state.error, state.state) {
            (Some(error), _) => error.clone(),
            (None, FeedLife::Gone) => "its server says it is gone".to_owned(),
            (None, FeedLife::Paused) => "paused".to_owned(),
            (None, _) if state.last_attempt.is_none() => "never asked yet".to_owned(),
            (None, _) => "not asked since".to_owned(),
        },
    };
    let since = since.map(|since| request.window.day(since));
    let broken = state.and_then(|state| state.told_broken).map(|at| request.window.day(at));
    Some(Blind { feed: feed.id.0.clone(), account: feed.account.clone(), since, why, broken_since: broken })
}
