//! The plan loop: facts are answered, and what the clock alone brings about: snoozes end, cards expire, owners change,
//! promises fall due, what waited for room comes, the calendar comes due, silence grows, the gate is looked at again,
//! and at last digests are written.

use tracing::info;

use super::{Engine, cards, digest, facts, follow, gate, introduce};
use crate::model::{Actor, Time, TouchPoint, TouchPointState, Watchlist};
use crate::store::{StoreError, touchpoints};
use crate::touchpoint::plan::Plans;
use crate::touchpoint::{Playbook, Settings, calendar, hand_over, life, one_contact, plan, room, silence};

/// What planning came to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Planned {
    /// Snoozes that ended.
    pub woken: usize,
    /// Cards whose time went by.
    pub expired: usize,
    /// Planned touch points born.
    pub born: usize,
    /// Touch points born of facts and of overdue promises.
    pub told: usize,
    /// Touch points that found no room this week.
    pub waiting: usize,
}

/// Does all clock work that is due.
///
/// # Errors
/// Where the database refuses.
pub async fn all_due(engine: &Engine) -> Result<Planned, StoreError> {
    let mut planned = Planned::default();
    planned.told += facts::answer::all_waiting(engine).await?.born;
    end_what_is_over(engine, &mut planned).await?;
    hand_over_cards(engine).await?;
    planned.told += follow::remind(engine).await?;
    planned.born += introduce::after_peace(engine).await?;
    for plan in RULES {
        bear(engine, plan, &mut planned).await?;
    }
    look_at_the_gate(engine).await?;
    digest::write_due(engine).await?;
    Ok(planned)
}

const OPEN: &[TouchPointState] = &[
    TouchPointState::Suggested,
    TouchPointState::Checking,
    TouchPointState::Ready,
    TouchPointState::Accepted,
    TouchPointState::Snoozed,
];

async fn end_what_is_over(engine: &Engine, planned: &mut Planned) -> Result<(), StoreError> {
    let now = engine.now();
    let mut session = engine.store.write().await?;
    let open = touchpoints::in_states(&mut session, OPEN).await?;
    for (id, command) in plan::due_work(&open, &engine.settings().touchpoint, now) {
        let Some(card) = open.iter().find(|card| card.id == id) else { continue };
        match life::step(card, &command, &Actor::program("plan"), now) {
            Ok(change) => {
                if matches!(command, life::Command::Wake { .. }) {
                    planned.woken += 1;
                } else {
                    planned.expired += 1;
                }
                cards::step(&mut session, card, &change, &engine.config(), now).await?;
            }
            Err(error) => info!(card = %id, %error, "clock work not done"),
        }
    }
    session.commit().await
}

async fn hand_over_cards(engine: &Engine) -> Result<(), StoreError> {
    let now = engine.now();
    let mut session = engine.store.write().await?;
    let open = touchpoints::in_states(&mut session, OPEN).await?;
    let config = engine.config();
    for (card, change) in hand_over::to_new_owners(&config.watchlist, &open, &engine.settings().touchpoint, now) {
        cards::step(&mut session, &card, &change, &engine.config(), now).await?;
    }
    session.commit().await
}

/// What waits comes before what is planned anew.
const RULES: [Rule; 4] = [one_contact::put_off, room::let_in, calendar::due, silence::silence];

/// A rule of the clock: what it plans, seeing open cards and those that are remembered.
type Rule = fn(&Watchlist, &Playbook, &[TouchPoint], &[TouchPoint], &Settings, Time) -> Plans;

async fn bear(engine: &Engine, rule: Rule, planned: &mut Planned) -> Result<(), StoreError> {
    let now = engine.now();
    let settings = &engine.settings().touchpoint;
    let mut session = engine.store.write().await?;
    let open = touchpoints::in_states(&mut session, OPEN).await?;
    let recent = touchpoints::born_since(&mut session, now - settings.memory()).await?;
    let config = engine.config();
    let plans = rule(&config.watchlist, &config.playbook, &open, &recent, settings, now);
    planned.waiting += plans.waiting.len();
    for (card, change) in &plans.changed {
        cards::step(&mut session, card, change, &engine.config(), now).await?;
    }
    for (card, steps) in &plans.born {
        gate::bear(&mut session, &config, card, steps, now).await?;
        planned.born += 1;
    }
    session.commit().await
}

/// What blocked a card may have been settled, or something come up since.
async fn look_at_the_gate(engine: &Engine) -> Result<(), StoreError> {
    let mut session = engine.store.write().await?;
    gate::look_again(&mut session, &engine.config(), None, &Actor::program("plan"), engine.now()).await?;
    session.commit().await
}
