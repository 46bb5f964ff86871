//! From the signals of one story to what should be done about them.

use serde::{Deserialize, Serialize};

use super::life::Change;
use super::parts::{self, Part};
use super::triage::{self, Fit};
use super::{Playbook, Settings, TopicNews, compose, hold, refresh, rivals, sharing, story_cause};
use crate::model::{
    Account, AccountId, AccountKind, Actor, Check, PlayId, RelationKind, Role, Signal, SignalType, Status, StepRecord,
    StoryId, Time, TouchPoint, TouchPointId, Watchlist,
};

/// A story that has just changed, with all that must be known to answer it.
#[derive(Clone, Copy, Debug)]
pub struct Occasion<'a> {
    /// The story.
    pub story: &'a StoryId,
    /// What its articles are now taken to say, merged.
    pub signals: &'a [Signal],
    /// What it is taken to say of topics.
    pub topics: &'a [TopicNews],
    /// Whom we watch.
    pub watchlist: &'a Watchlist,
    /// The rules.
    pub playbook: &'a Playbook,
    /// Touch points of this story, in any state.
    pub existing: &'a [TouchPoint],
    /// Touch points of every account and cause, born within the memory of the settings.
    pub recent: &'a [TouchPoint],
    /// Volume and patience.
    pub settings: &'a Settings,
    /// The present instant.
    pub now: Time,
}

/// What is to be done about a story.
#[derive(Clone, Debug, PartialEq)]
pub enum Decision {
    /// A touch point is born.
    New {
        /// The card.
        card: Box<TouchPoint>,
        /// The steps it was born with.
        steps: Vec<StepRecord>,
    },
    /// A known touch point changes.
    Change {
        /// The card as it was.
        before: Box<TouchPoint>,
        /// The card as it now stands, with the step.
        change: Box<Change>,
    },
    /// An event led to no card, and why.
    NotSuggested(Reason),
}

/// Why an event led to no card.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reason {
    /// The account it would have been for.
    pub account: AccountId,
    /// The play that would have led.
    pub play: PlayId,
    /// What spoke against it, for a person.
    pub reason: String,
}

/// Answers a story: cards that are born, cards that change, and events that led to none.
///
/// A card is unique by account and cause. News about an account is never held back here: a card withheld is an event
/// missed. It is born, and where its owner has no room for it, waits in rank ([`super::room`]). What the program adds of
/// its own accord (client cards about a rival's move, planned touch points) is not even born without room.
#[must_use]
pub fn suggest(occasion: &Occasion, who: &Actor) -> Vec<Decision> {
    let parts = parts::parts(occasion.signals, occasion.watchlist);
    let mut decisions = Decisions { occasion, who, made: Vec::new(), touched: Vec::new() };
    refresh::take_back(&mut decisions);
    let mut answered: Vec<&AccountId> = Vec::new();
    for part in &parts {
        if !answered.contains(&&part.account.id) {
            answered.push(&part.account.id);
            answer(part.account, &parts, &mut decisions);
        }
    }
    rivals::answer(&parts, &mut decisions);
    sharing::answer(&mut decisions);
    decisions.made
}

/// The decisions made so far on one occasion.
pub(super) struct Decisions<'a> {
    pub(super) occasion: &'a Occasion<'a>,
    pub(super) who: &'a Actor,
    made: Vec<Decision>,
    /// Cards that were changed: a second change would be reckoned from the card before the first.
    touched: Vec<TouchPointId>,
}

impl Decisions<'_> {
    pub(super) fn bear(&mut self, card: TouchPoint) {
        let steps = compose::birth(&card, self.who, self.occasion.now);
        self.made.push(Decision::New { card: Box::new(card), steps });
    }

    /// Changes a card, at most once on an occasion.
    pub(super) fn change(&mut self, before: &TouchPoint, change: Change) {
        if self.is_touched(before.id) {
            return;
        }
        self.touched.push(before.id);
        self.made.push(Decision::Change { before: Box::new(before.clone()), change: Box::new(change) });
    }

    pub(super) fn is_touched(&self, id: TouchPointId) -> bool {
        self.touched.contains(&id)
    }

    /// Notes a reason, the first for each account and play.
    pub(super) fn refuse(&mut self, account: &AccountId, play: &PlayId, reason: String) {
        let known = self.made.iter().any(
            |made| matches!(made, Decision::NotSuggested(known) if known.account == *account && known.play == *play),
        );
        if !known {
            self.made.push(Decision::NotSuggested(Reason { account: account.clone(), play: play.clone(), reason }));
        }
    }

    /// Cards born on this occasion.
    pub(super) fn born(&self) -> impl Iterator<Item = &TouchPoint> {
        self.made.iter().filter_map(|made| match made {
            Decision::New { card, .. } => Some(card.as_ref()),
            _ => None,
        })
    }

    /// The card of this story for `account`, from before.
    pub(super) fn existing(&self, account: &AccountId) -> Option<&TouchPoint> {
        let cause = story_cause(self.occasion.story);
        self.occasion.existing.iter().find(|card| card.account == *account && card.cause == cause)
    }
}

/// Answers what one account does or suffers in the story.
fn answer<'a>(account: &Account, parts: &'a [Part<'a>], decisions: &mut Decisions<'a>) {
    let occasion = decisions.occasion;
    let mut fits = good_fits(account, parts, decisions);
    if decisions.existing(&account.id).is_some() {
        // A card about a rival's move stays one card when news of the account itself joins it.
        fits.extend(rivals::fits_for(account, parts, occasion));
    }
    for dropped in triage::order_by_gravity(&mut fits) {
        if fits.iter().all(|fit| fit.play.id != dropped.play.id) {
            decisions.refuse(&account.id, &dropped.play.id, "another play of this story stands alone".to_owned());
        }
    }
    let Some((lead, support)) = fits.split_first() else { return };
    let mut card = compose::from_events(account, story_cause(occasion.story), lead, support, occasion);
    if card.owner.is_none() {
        let owner = rivals::owner_of(account, occasion);
        compose::give_to(&mut card, owner, lead.play, occasion.settings, occasion.now.date_naive());
    }
    ask_which_twin(account, parts, &mut card);
    match decisions.existing(&account.id).cloned() {
        Some(existing) => refresh::refresh(&existing, card, decisions),
        None => hold::bear_or_hold(card, lead, decisions),
    }
}

/// The fits of the account that are good enough; the others are refused with their reasons.
fn good_fits<'a>(account: &Account, parts: &'a [Part<'a>], decisions: &mut Decisions<'a>) -> Vec<Fit<'a>> {
    let occasion = decisions.occasion;
    let mut good: Vec<Fit<'a>> = Vec::new();
    let refused_before = occasion.existing.iter().any(|card| card.account == account.id);
    for part in parts.iter().filter(|part| part.account.id == account.id) {
        if let Some(reason) = buyer_steps_back(part, parts) {
            for fit in triage::own_plays(occasion, part) {
                decisions.refuse(&account.id, &fit.play.id, reason.clone());
            }
            continue;
        }
        let mut against = Vec::new();
        let before = good.len();
        for fit in triage::own_plays(occasion, part) {
            match triage::judge(&fit, occasion) {
                Ok(()) => good.push(fit),
                Err(reason) => against.push((fit.play, reason)),
            }
        }
        // Where one play answers the event, the others' reasons say nothing; where a card is there, it tells its own way.
        if good.len() == before && !refused_before {
            for (play, reason) in against {
                decisions.refuse(&account.id, &play.id, reason);
            }
        }
    }
    good
}

/// Where a client is bought, the deal is one card, at the client. Only a buyer that is a client too has one of its own.
/// That somebody in the deal does business with a rival that it is known to use is told with the deal, and no news.
fn buyer_steps_back(part: &Part, parts: &[Part]) -> Option<String> {
    let bought = parts.iter().find(|other| is_bought_client(other))?;
    if part.account.id == bought.account.id {
        return None;
    }
    let aside = part.signal.kind == SignalType::Acquisition
        && !matches!(part.account.kind, AccountKind::Client | AccountKind::Competitor);
    if aside || is_known_use(part) {
        return Some(format!("the deal is on the card of {}", bought.account.id));
    }
    None
}

/// Business between a competitor and an account that is on record as using it, from either side.
fn is_known_use(part: &Part) -> bool {
    let uses = |user: &Account, rival: &Account| {
        rival.kind == AccountKind::Competitor && user.related(RelationKind::Uses).any(|used| *used == rival.id)
    };
    let business =
        matches!(part.signal.kind, SignalType::ContractWin | SignalType::Procurement | SignalType::Partnership);
    business && part.other.is_some_and(|other| uses(part.account, other) || uses(other, part.account))
}

/// A client that is bought, by reports that stand.
pub(super) fn is_bought_client(part: &Part) -> bool {
    part.account.kind == AccountKind::Client
        && part.signal.kind == SignalType::Acquisition
        && part.signal.role == Role::Target
        && triage::stands(&part.signal)
        && part.signal.status != Status::Rumoured
}

/// Two accounts with one domain in one story may be one firm twice: a person says which is meant before anything goes
/// out. A parent and its subsidiary are two firms.
fn ask_which_twin(account: &Account, parts: &[Part], card: &mut TouchPoint) {
    let Some(domain) = account.domains.first() else { return };
    let related = |one: &Account, other: &Account| one.related(RelationKind::ParentOf).any(|child| *child == other.id);
    let twin = parts.iter().map(|part| part.account).find(|other| {
        other.id != account.id
            && other.kind == account.kind
            && other.domains.first().is_some_and(|own| own.eq_ignore_ascii_case(domain))
            && !related(account, other)
            && !related(other, account)
    });
    if let Some(twin) = twin {
        let what = format!("which record is meant: {} and {} share {domain}", account.id, twin.id);
        card.checks.insert(0, Check { what, blocks: true, ..Check::default() });
        card.approval = true;
        compose::decide_gate(card);
    }
}
