//! The plan loop: what the clock alone brings about. Snoozes end, cards expire, silence grows.

use tracing::info;

use super::{Engine, cards};
use crate::model::{Actor, TouchPointState};
use crate::store::{StoreError, touchpoints};
use crate::touchpoint::{life, plan};

/// What planning came to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Planned {
    /// Snoozes that ended.
    pub woken: usize,
    /// Cards whose time went by.
    pub expired: usize,
    /// Planned touch points born.
    pub born: usize,
    /// Planned touch points that found no room this week.
    pub waiting: usize,
}

/// Does all clock work that is due.
///
/// # Errors
/// Where the database refuses.
pub async fn all_due(engine: &Engine) -> Result<Planned, StoreError> {
    let mut planned = Planned::default();
    end_what_is_over(engine, &mut planned).await?;
    break_silence(engine, &mut planned).await?;
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
                if matches!(command, life::Command::Wake) {
                    planned.woken += 1;
                } else {
                    planned.expired += 1;
                }
                cards::step(&mut session, card, &change, engine.destinations(), now).await?;
            }
            Err(error) => info!(card = %id, %error, "clock work not done"),
        }
    }
    session.commit().await
}

async fn break_silence(engine: &Engine, planned: &mut Planned) -> Result<(), StoreError> {
    let now = engine.now();
    let settings = &engine.settings().touchpoint;
    let mut session = engine.store.write().await?;
    let open = touchpoints::in_states(&mut session, OPEN).await?;
    let recent = touchpoints::born_since(&mut session, now - settings.memory()).await?;
    let config = engine.config();
    let silence = plan::silence(&config.watchlist, &config.playbook, &open, &recent, settings, now);
    planned.waiting = silence.waiting.len();
    for (card, steps) in &silence.born {
        cards::bear(&mut session, card, steps, engine.destinations(), now).await?;
        planned.born += 1;
    }
    session.commit().await
}
