//! The gate, with what the database holds: at the birth of a card, and again whenever something may have changed.

use std::collections::{BTreeMap, HashMap};

use chrono::TimeDelta;

use super::cards;
use crate::config::Config;
use crate::model::{
    Account, AccountId, Actor, AnswerField, Area, Fact, FactKind, Promise, StepRecord, Time, TouchPoint,
    TouchPointState,
};
use crate::store::{Session, StoreError, facts, follow, touchpoints};
use crate::touchpoint::gate::{self, Circumstances};
use crate::touchpoint::room;

/// Facts of an account that are looked at.
const MOST_FACTS: i64 = 2_000;

/// Cards of these last days are handed to [`bear_in_turn`]: room is a matter of the last week and of those still open.
pub const ROOM_LOOKS_BACK: TimeDelta = TimeDelta::days(30);

/// The four questions are asked at most this often in a year.
const ASKED_A_YEAR: usize = 2;

/// So long a question that was answered is not asked again: half a year.
const ANSWER_LASTS: TimeDelta = TimeDelta::days(183);

const OPEN: &[TouchPointState] = &[
    TouchPointState::Suggested,
    TouchPointState::Checking,
    TouchPointState::Ready,
    TouchPointState::Accepted,
    TouchPointState::Snoozed,
];

/// Writes a new card after it was held up to the gate, with the steps it was born with.
///
/// # Errors
/// Where the database refuses.
pub async fn bear(
    session: &mut Session,
    config: &Config,
    card: &TouchPoint,
    steps: &[StepRecord],
    now: Time,
) -> Result<(), StoreError> {
    let (card, steps) = passed(session, config, card, steps, now).await?;
    cards::bear(session, &card, &steps, config, now).await
}

/// As [`bear`], for a card of news: where its owner has no room for it beside the `recent` cards, it waits. Gives the card
/// as it was written.
///
/// # Errors
/// Where the database refuses.
pub async fn bear_in_turn(
    session: &mut Session,
    config: &Config,
    card: &TouchPoint,
    steps: &[StepRecord],
    recent: &[TouchPoint],
    now: Time,
) -> Result<TouchPoint, StoreError> {
    let (mut card, mut steps) = passed(session, config, card, steps, now).await?;
    room::at_birth(&mut card, &mut steps, recent, &config.settings.touchpoint, now);
    cards::bear(session, &card, &steps, config, now).await?;
    Ok(card)
}

/// The card as it stands before the gate, with its steps.
async fn passed(
    session: &mut Session,
    config: &Config,
    card: &TouchPoint,
    steps: &[StepRecord],
    now: Time,
) -> Result<(TouchPoint, Vec<StepRecord>), StoreError> {
    let settings = &config.settings.touchpoint;
    let (mut card, mut steps) = (card.clone(), steps.to_vec());
    let since = now - settings.memory();
    let own = touchpoints::of_account(session, &card.account, since).await?;
    let heard = heard(session).await?;
    let material = material(session, config, &card.account).await?;
    if let Some(around) = around(config, &card.account, &material, &heard, &own, now) {
        let asked = follow::times_asked(session, &card.account, now - TimeDelta::days(365)).await?;
        let asked = usize::try_from(asked).unwrap_or(usize::MAX);
        let told = follow::answers_of(session, &card.account, now - ANSWER_LASTS).await?;
        let answered: Vec<_> = told.iter().filter(|answer| answer.stands()).map(|answer| answer.field).collect();
        crate::touchpoint::ask_four(&mut card, &own, &config.playbook, (asked, ASKED_A_YEAR), &answered);
        gate::at_birth(&mut card, &mut steps, &around);
    }
    Ok((card, steps))
}

/// Looks again at what stands before every open card, or those of one account; gives how many changed.
///
/// # Errors
/// Where the database refuses.
pub async fn look_again(
    session: &mut Session,
    config: &Config,
    account: Option<&AccountId>,
    who: &Actor,
    now: Time,
) -> Result<usize, StoreError> {
    let since = now - config.settings.touchpoint.memory();
    let mut known: HashMap<AccountId, Vec<TouchPoint>> = HashMap::new();
    if let Some(account) = account {
        known.insert(account.clone(), touchpoints::of_account(session, account, since).await?);
    } else {
        let open = touchpoints::in_states(session, OPEN).await?;
        let closed = touchpoints::changed_since(session, since).await?;
        for card in open.into_iter().chain(closed.into_iter().filter(|card| card.state.is_closed())) {
            known.entry(card.account.clone()).or_default().push(card);
        }
    }
    let heard = heard(session).await?;
    let mut accounts: Vec<AccountId> = known.keys().cloned().collect();
    accounts.sort();
    let mut changed = 0;
    for account in accounts {
        let Some(own) = known.get(&account) else { continue };
        if own.iter().all(|card| card.state.is_closed()) {
            continue;
        }
        let material = material(session, config, &account).await?;
        let Some(around) = around(config, &account, &material, &heard, own, now) else { continue };
        for card in own {
            if let Some(change) = gate::look(card, &around, who) {
                cards::step(session, card, &change, config, now).await?;
                changed += 1;
            }
        }
    }
    Ok(changed)
}

struct Material {
    facts: Vec<Fact>,
    promises: Vec<Promise>,
}

async fn material(session: &mut Session, config: &Config, account: &AccountId) -> Result<Material, StoreError> {
    let mut facts = facts::of_account(session, account, MOST_FACTS).await?;
    facts.extend(config.watchlist.get(account).into_iter().flat_map(left));
    facts.sort_by_key(|fact| fact.at);
    Ok(Material { facts, promises: follow::open_promises_to(session, account).await? })
}

/// Who has left, as the account itself told: no less a fact than what another system tells.
fn left(account: &Account) -> impl Iterator<Item = Fact> {
    account.told.iter().filter(|told| told.answer.field == AnswerField::Left).map(|told| Fact {
        id: Fact::id_of("inbox", &told.answer.id),
        system: "inbox".to_owned(),
        key: told.answer.id.clone(),
        kind: FactKind::ContactLeft,
        account: told.answer.account.clone(),
        contact: told.answer.value.clone(),
        at: told.answer.at,
        amount: None,
        reference: None,
        priority: None,
        text: None,
    })
}

/// When each area last told anything.
async fn heard(session: &mut Session) -> Result<BTreeMap<Area, Time>, StoreError> {
    let mut heard: BTreeMap<Area, Time> = BTreeMap::new();
    for (kind, at) in facts::last_told(session).await? {
        let last = heard.entry(kind.area()).or_insert(at);
        *last = at.max(*last);
    }
    Ok(heard)
}

fn around<'a>(
    config: &'a Config,
    account: &AccountId,
    material: &'a Material,
    heard: &'a BTreeMap<Area, Time>,
    cards: &'a [TouchPoint],
    now: Time,
) -> Option<Circumstances<'a>> {
    Some(Circumstances {
        account: config.watchlist.get(account)?,
        facts: &material.facts,
        heard,
        promises: &material.promises,
        cards,
        peace_until: gate::peace_until(account, cards, &config.playbook, &config.settings.touchpoint, now),
        settings: &config.settings.touchpoint,
        now,
    })
}
