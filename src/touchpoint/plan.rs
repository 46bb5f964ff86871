//! What the clock alone brings about: snoozes end, cards expire, and what the program plans finds its room.

use std::collections::{BTreeMap, HashMap};

use chrono::{NaiveDate, TimeDelta};

use super::capacity::Load;
use super::life::{Change, Command};
use super::{Playbook, Settings, compose, hold, one_contact, room};
use crate::model::{
    Account, AccountId, Action, Actor, StepRecord, Time, TouchPoint, TouchPointId, TouchPointState as State, Watchlist,
};

/// What is due on these cards now: a wake for each snooze that has ended, an expiry for each card that nobody touched
/// until its due day and the days of grace were over. Cards in a person's hands never expire. A contact that was put off
/// sleeps on while another one with the same person is open.
#[must_use]
pub fn due_work(cards: &[TouchPoint], settings: &Settings, now: Time) -> Vec<(TouchPointId, Command)> {
    let today = now.date_naive();
    let grace = TimeDelta::days(settings.expiry_days.into());
    let due = |card: &TouchPoint| match card.state {
        State::Snoozed => {
            let over = card.snoozed_until.is_none_or(|until| until <= now);
            let busy = || is_outward(card.action) && one_contact::beside(card, cards).is_some();
            // Whoever put a card off wants it back as a task, not as one that is overdue.
            let by = || settings.workdays(card.owner.as_deref()).after(today, 1);
            (over && !busy()).then(|| Command::Wake { by: by() })
        }
        State::Suggested | State::Checking | State::Ready => {
            let after = |day: NaiveDate| day.checked_add_signed(grace).unwrap_or(NaiveDate::MAX);
            let last = after(card.due);
            // One that changed after its end was taken back from there: it has its days of grace anew.
            let changed = card.updated.date_naive();
            let last = if changed > last && card.updated > card.created && card.updated <= now {
                after(changed)
            } else {
                last
            };
            (last < today).then_some(Command::Expire)
        }
        State::Accepted | State::Done | State::Dismissed | State::Expired | State::Withdrawn => None,
    };
    cards.iter().filter_map(|card| Some((card.id, due(card)?))).collect()
}

/// What the program plans of its own accord.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Plans {
    /// Cards that are born, with the steps they are born with.
    pub born: Vec<(TouchPoint, Vec<StepRecord>)>,
    /// Open cards that take a planned contact with them: as they were, and as they stand.
    pub changed: Vec<(TouchPoint, Change)>,
    /// What found no room, most urgent first: the shortfall.
    pub waiting: Vec<Waiting>,
}

/// A planned contact that found no room.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Waiting {
    /// The account.
    pub account: AccountId,
    /// Who would make it.
    pub owner: Option<String>,
    /// What for, in a few words.
    pub what: String,
    /// Days since it was due; negative where it is still to come.
    pub overdue_days: i64,
    /// Why it waits, for a person.
    pub reason: String,
}

/// A card that may be born.
pub(super) struct Candidate<'a> {
    pub(super) account: &'a Account,
    pub(super) card: TouchPoint,
    pub(super) what: String,
    pub(super) overdue_days: i64,
    /// Cards a week for one owner up to which there is room for it.
    pub(super) weekly: u32,
}

/// Lets the candidates of each owner in, best first, as far as there is room; the others wait, with the reason.
pub(super) fn let_in(
    candidates: &[Candidate],
    watchlist: &Watchlist,
    recent: &[TouchPoint],
    known: &Known,
    playbook: &Playbook,
    settings: &Settings,
    now: Time,
) -> Plans {
    let mut by_owner: BTreeMap<Option<&str>, Vec<&Candidate>> = BTreeMap::new();
    for one in candidates {
        by_owner.entry(one.card.owner.as_deref()).or_default().push(one);
    }
    let order = by_owner.into_iter().flat_map(|(owner, own)| {
        let cards: Vec<TouchPoint> = own.iter().map(|one| one.card.clone()).collect();
        let places = room::in_turn(&cards, owner, watchlist, recent, settings, now);
        places.into_iter().filter_map(move |place| own.get(place).copied()).collect::<Vec<_>>()
    });
    let mut load = Load::of(recent, now);
    let mut plans = Plans::default();
    for one in order {
        let owner = one.card.owner.as_deref();
        let own = || known.recent(one.account).copied();
        let muted = hold::muted_until(&one.account.id, own(), playbook, settings, now);
        let reason = match muted {
            Some(until) => Some(format!("nothing but condolences until {until}")),
            None if hold::is_cooling(&one.account.id, own(), settings, now) => {
                Some("cooldown of an earlier card".to_owned())
            }
            // A card that nobody can work on only makes the pile higher on the return.
            None if settings.workdays(owner).is_away(now.date_naive()) => {
                Some(format!("{} is away", owner.unwrap_or("the owner")))
            }
            None if !load.has_room(owner, one.weekly, settings) => Some(room::NO_ROOM.to_owned()),
            None => None,
        };
        if let Some(reason) = reason {
            plans.waiting.push(one.waits(reason));
            continue;
        }
        load.add(owner);
        let steps = compose::birth(&one.card, &Actor::program("plan"), now);
        plans.born.push((one.card.clone(), steps));
    }
    plans
}

impl Candidate<'_> {
    pub(super) fn waits(&self, reason: String) -> Waiting {
        Waiting {
            account: self.account.id.clone(),
            owner: self.card.owner.clone(),
            what: self.what.clone(),
            overdue_days: self.overdue_days,
            reason,
        }
    }
}

/// Cards by account: a watchlist may be as long as the list of cards.
pub(super) struct Known<'a> {
    open: HashMap<&'a AccountId, Vec<&'a TouchPoint>>,
    recent: HashMap<&'a AccountId, Vec<&'a TouchPoint>>,
}

impl<'a> Known<'a> {
    pub(super) fn of(open: &'a [TouchPoint], recent: &'a [TouchPoint]) -> Self {
        let open = open.iter().filter(|card| !card.state.is_closed() && !card.backfilled);
        Self { open: by_account(open), recent: by_account(recent) }
    }

    /// Cards of the account that are remembered.
    pub(super) fn recent(&self, account: &Account) -> impl Iterator<Item = &&'a TouchPoint> {
        self.recent.get(&account.id).into_iter().flatten()
    }

    /// Open cards of the account.
    pub(super) fn open(&self, account: &Account) -> impl Iterator<Item = &&'a TouchPoint> {
        self.open.get(&account.id).into_iter().flatten()
    }

    /// The last human contact: as the CRM or the watchlist says, or a card done since.
    pub(super) fn last_contact(&self, account: &Account) -> Option<NaiveDate> {
        let done = self.recent(account).filter(|card| card.state == State::Done && is_outward(card.action));
        account.last_contact.into_iter().chain(done.map(|card| card.updated.date_naive())).max()
    }

    /// Whether a card of the account was born of `cause`, or took it with it.
    pub(super) fn spoke_of(&self, account: &Account, cause: &str) -> bool {
        self.recent(account).any(|card| card.cause == cause || card.stands_for.iter().any(|taken| taken == cause))
    }
}

fn by_account<'a>(cards: impl IntoIterator<Item = &'a TouchPoint>) -> HashMap<&'a AccountId, Vec<&'a TouchPoint>> {
    let mut by_account: HashMap<&AccountId, Vec<&TouchPoint>> = HashMap::new();
    for card in cards {
        by_account.entry(&card.account).or_default().push(card);
    }
    by_account
}

/// A contact with somebody outside, as against work of our own.
pub(super) fn is_outward(action: Action) -> bool {
    !matches!(action, Action::InternalCheck | Action::Battlecard | Action::Review)
}
