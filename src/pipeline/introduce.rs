//! Introductions to whoever carries on, once an account was left in peace after a death.

use super::{Engine, gate};
use crate::model::TouchPointState;
use crate::store::{StoreError, signals, touchpoints};
use crate::touchpoint::introduction;

/// Bears the introductions whose time has come; gives how many.
///
/// # Errors
/// Where the database refuses.
pub async fn after_peace(engine: &Engine) -> Result<usize, StoreError> {
    let now = engine.now();
    let config = engine.config();
    let settings = &config.settings.touchpoint;
    let mut session = engine.store.write().await?;
    let recent = touchpoints::born_since(&mut session, now - settings.memory()).await?;
    let awaited = introduction::awaited(&config.playbook, &recent, settings, now);
    if awaited.is_empty() {
        return Ok(0);
    }
    let mut news = Vec::new();
    for (account, since) in &awaited {
        news.extend(signals::of_account(&mut session, account, *since).await?);
    }
    let states: Vec<_> = TouchPointState::ALL.iter().copied().filter(|state| !state.is_closed()).collect();
    let open = touchpoints::in_states(&mut session, &states).await?;
    let (watchlist, playbook) = (&config.watchlist, &config.playbook);
    let plans = introduction::introductions(watchlist, playbook, &open, &recent, &news, settings, now);
    for (card, steps) in &plans.born {
        gate::bear(&mut session, &config, card, steps, now).await?;
    }
    session.commit().await?;
    Ok(plans.born.len())
}
