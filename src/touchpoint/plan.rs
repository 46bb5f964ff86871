//! What the clock alone brings about: snoozes end, cards expire, silence grows.

use std::collections::{HashMap, HashSet};

use chrono::{NaiveDate, TimeDelta};

use super::capacity::Load;
use super::life::Command;
use super::priority::{self, Tiers};
use super::wording::Words;
use super::{Play, Playbook, Settings, compose, hold, title};
use crate::model::{
    Account, AccountId, AccountKind, Action, Actor, EvidenceLevel, Field, RelationKind, StepRecord, Time, TouchPoint,
    TouchPointId, TouchPointState as State, Watchlist,
};
use crate::text::sanitise::plain_line;

/// What is due on these cards now: a wake for each snooze that has ended, an expiry for each card that nobody touched
/// until its due day and the days of grace were over. Cards in a person's hands never expire.
#[must_use]
pub fn due_work(cards: &[TouchPoint], settings: &Settings, now: Time) -> Vec<(TouchPointId, Command)> {
    let today = now.date_naive();
    let grace = TimeDelta::days(settings.expiry_days.into());
    let due = |card: &TouchPoint| match card.state {
        State::Snoozed => card.snoozed_until.is_none_or(|until| until <= now).then_some(Command::Wake),
        State::Suggested | State::Checking | State::Ready => {
            let last = card.due.checked_add_signed(grace).unwrap_or(NaiveDate::MAX);
            (last < today).then_some(Command::Expire)
        }
        State::Accepted | State::Done | State::Dismissed | State::Expired | State::Withdrawn => None,
    };
    cards.iter().filter_map(|card| Some((card.id, due(card)?))).collect()
}

/// What silence calls for.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Silence {
    /// Cards that are born, with the steps they are born with.
    pub born: Vec<(TouchPoint, Vec<StepRecord>)>,
    /// Accounts that wait, most urgent first: the shortfall.
    pub waiting: Vec<Waiting>,
}

/// A silence that found no room.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// The account.
    pub account: AccountId,
    /// Days beyond its cadence.
    pub overdue_days: i64,
    /// Why it waits, for a person.
    pub reason: String,
}

/// Cards for accounts that nobody has contacted for longer than their cadence.
///
/// An account whose last contact is unknown makes none: unknown is not zero days, nor ever so many. One with an open card
/// makes none either: that card is the contact. One silence makes one card; only where it goes on for the whole memory of
/// the settings is there another. What finds no room (2 new a day, the week's aim) waits.
#[must_use]
pub fn silence(
    watchlist: &Watchlist,
    playbook: &Playbook,
    open: &[TouchPoint],
    recent: &[TouchPoint],
    settings: &Settings,
    now: Time,
) -> Silence {
    let today = now.date_naive();
    let known = Known::of(open, recent);
    let mut candidates = Vec::new();
    for account in watchlist.accounts() {
        let Some(play) = play_for(account, playbook) else { continue };
        let Some(last) = last_contact(account, known.recent(account)) else { continue };
        let cadence = account.cadence_days.unwrap_or_else(|| settings.cadence(account.tier));
        let days = (today - last).num_days();
        if days <= cadence.into() || spoken_for(account, last, &known) {
            continue;
        }
        candidates.push((account, silent_card(account, play, last, days, watchlist, recent, settings, now)));
    }
    let tiers: Tiers = candidates.iter().map(|(account, _)| (account.id.clone(), account.tier)).collect();
    let (accounts, cards): (Vec<&Account>, Vec<TouchPoint>) = candidates.into_iter().unzip();
    let mut load = Load::of(recent, now);
    let mut silence = Silence::default();
    for place in priority::rank_with(&cards, &tiers, settings.lower_tier_share) {
        let (Some(account), Some(card)) = (accounts.get(place), cards.get(place)) else { continue };
        let owner = account.owner.as_deref();
        let muted = hold::muted_until(&account.id, known.recent(account).copied(), playbook, settings, now);
        let reason = match muted {
            Some(until) => Some(format!("nothing but condolences until {until}")),
            None if hold::is_cooling(&account.id, known.recent(account).copied(), settings, now) => {
                Some("cooldown of an earlier card".to_owned())
            }
            None if !load.has_room(owner, settings.weekly_aim.min(settings.weekly_capacity), settings) => {
                Some("no room today or this week".to_owned())
            }
            None => None,
        };
        if let Some(reason) = reason {
            let overdue_days = overdue(account, &known, settings, today);
            silence.waiting.push(Waiting { account: account.id.clone(), overdue_days, reason });
            continue;
        }
        load.add(owner);
        let steps = compose::birth(card, &Actor::program("plan"), now);
        silence.born.push((card.clone(), steps));
    }
    silence
}

/// Cards by account: a watchlist may be as long as the list of cards.
struct Known<'a> {
    open: HashSet<&'a AccountId>,
    recent: HashMap<&'a AccountId, Vec<&'a TouchPoint>>,
}

impl<'a> Known<'a> {
    fn of(open: &'a [TouchPoint], recent: &'a [TouchPoint]) -> Self {
        let open = open.iter().filter(|card| !card.state.is_closed() && !card.backfilled).map(|card| &card.account);
        let mut by_account: HashMap<&AccountId, Vec<&TouchPoint>> = HashMap::new();
        for card in recent {
            by_account.entry(&card.account).or_default().push(card);
        }
        Self { open: open.collect(), recent: by_account }
    }

    fn recent(&self, account: &Account) -> impl Iterator<Item = &&'a TouchPoint> {
        self.recent.get(&account.id).into_iter().flatten()
    }
}

fn play_for<'a>(account: &Account, playbook: &'a Playbook) -> Option<&'a Play> {
    playbook.plays.iter().find(|play| {
        play.when.silence
            && play.relation.contains(&account.kind)
            && (play.when.tiers.is_empty() || play.when.tiers.contains(&account.tier))
    })
}

/// The last human contact: as the CRM or the watchlist says, or a card done since. A card done counts as a contact only
/// where one is known at all, or is one itself.
fn last_contact<'a>(account: &Account, recent: impl Iterator<Item = &'a &'a TouchPoint>) -> Option<NaiveDate> {
    let done = recent.filter(|card| {
        card.state == State::Done && !matches!(card.action, Action::InternalCheck | Action::Battlecard | Action::Review)
    });
    account.last_contact.into_iter().chain(done.map(|card| card.updated.date_naive())).max()
}

fn overdue(account: &Account, known: &Known, settings: &Settings, today: NaiveDate) -> i64 {
    let cadence = account.cadence_days.unwrap_or_else(|| settings.cadence(account.tier));
    last_contact(account, known.recent(account)).map_or(0, |last| (today - last).num_days() - i64::from(cadence))
}

/// A card that is open, or one that this silence made before, speaks for the account.
fn spoken_for(account: &Account, last: NaiveDate, known: &Known) -> bool {
    let start = cause_start(last);
    known.open.contains(&account.id) || known.recent(account).any(|card| card.cause.starts_with(&start))
}

fn cause_start(last: NaiveDate) -> String {
    format!("date:silence:{last}:")
}

#[expect(clippy::too_many_arguments, reason = "all that a silence is judged by; each is of another kind")]
fn silent_card(
    account: &Account,
    play: &Play,
    last: NaiveDate,
    days: i64,
    watchlist: &Watchlist,
    recent: &[TouchPoint],
    settings: &Settings,
    now: Time,
) -> TouchPoint {
    // A card older than the memory is not handed in. Counting the silence in lengths of the memory gives the next card
    // another cause by then, so that the pair of account and cause stays unique.
    let round = days / settings.memory().num_days().max(1);
    let cause = format!("{}{round}", cause_start(last));
    let mut words = compose::words_of(account);
    words.set("event", Some(&format!("no contact for {days} days")));
    words.set("date", Some(&compose::long_date(now.date_naive())));
    words.set("last_contact", Some(&compose::long_date(last)));
    words.set("useful_item", useful_item(account, watchlist, recent).as_deref());
    let mut card = compose::frame(account, cause, play, &words, settings, now);
    card.contact = account.first_contact().map(|contact| contact.name.clone());
    card.title = silent_title(account, &card, &words, now.date_naive());
    card.priority = priority::of_plan(play.weight, account, settings, now.date_naive());
    compose::decide_gate(&mut card);
    card
}

fn silent_title(account: &Account, card: &TouchPoint, words: &Words, today: NaiveDate) -> String {
    let event = words.get("event").unwrap_or_default();
    title::title(card.action, card.contact.as_deref(), compose::firm(account), event, today)
}

/// The newest headline about a partner or topic of the account's own industry: something to pass on that is no pitch.
fn useful_item(account: &Account, watchlist: &Watchlist, recent: &[TouchPoint]) -> Option<String> {
    let industries: Vec<&AccountId> = account.related(RelationKind::InIndustry).collect();
    let near = |id: &AccountId| {
        watchlist.get(id).is_some_and(|other| match other.kind {
            AccountKind::Partner => other.related(RelationKind::InIndustry).any(|own| industries.contains(&own)),
            AccountKind::Topic => industries.contains(&&other.id),
            _ => false,
        })
    };
    let told = recent.iter().rev().filter(|card| near(&card.account) && !card.tact && card.state != State::Withdrawn);
    told.flat_map(|card| &card.evidence)
        .find(|quote| quote.span.field == Field::Title && quote.level != EvidenceLevel::HeadlineOnly)
        .map(|quote| format!("“{}”", plain_line(&quote.quote)))
}
