//! What became of the tasks that went to a CRM: done there is done here, and told to all but the one that said so.

use tracing::{info, warn};

use super::super::Engine;
use super::super::follow::{Closing, Hand};
use super::super::inbox::InboxError;
use super::actor;
use crate::config::Config;
use crate::deliver::{Destination, Wire};
use crate::model::{DestinationId, Remote, RemoteState, TouchPointId};
use crate::store::{StoreError, changes, remotes, touchpoints};

/// Tasks that are looked at in one round, those looked at longest ago first.
const ROUND: i64 = 200;

/// Looks at the open tasks of every CRM; gives what went wrong, one line each.
///
/// # Errors
/// Where the database refuses.
pub async fn all_due(engine: &Engine) -> Result<Vec<String>, StoreError> {
    let mut troubles = Vec::new();
    for destination in engine.destinations().iter().filter(|destination| destination.is_crm()) {
        let open = remotes::open(&mut engine.store.read().await?, destination.id(), ROUND).await?;
        if open.is_empty() {
            continue;
        }
        let wire = Wire { client: &engine.wire, tokens: &engine.tokens, now: engine.now() };
        let asked: Vec<Remote> = open.iter().map(|(_, remote)| remote.clone()).collect();
        match destination.look(&wire, &asked).await {
            Err(answer) => {
                let why = format!("{}: tasks not read back: {}", destination.id(), answer.describe());
                warn!("{why}");
                troubles.push(why);
            }
            Ok(looked) => {
                for (card, before) in open {
                    let state = looked.iter().find(|now| now.id == before.id).map_or(before.state, |now| now.state);
                    take(engine, destination, card, Remote { state, ..before }).await?;
                }
            }
        }
    }
    Ok(troubles)
}

/// Takes up how far a task is. The card first: what is cut short is done again at the next look.
async fn take(
    engine: &Engine,
    destination: &Destination,
    card: TouchPointId,
    remote: Remote,
) -> Result<(), StoreError> {
    let (id, now) = (destination.id(), engine.now());
    if remote.state == RemoteState::Done {
        close(engine, id, card).await?;
    }
    let mut session = engine.store.write().await?;
    remotes::put(&mut session, card, id, &remote, now).await?;
    let told = match remote.state {
        RemoteState::Open | RemoteState::Done => None,
        RemoteState::Cancelled => Some("was called off there; the card stays as it is"),
        RemoteState::Gone => Some("was deleted there; none is made anew"),
    };
    if let Some(what) = told {
        let detail = format!("task {} in {id} {what}", remote.id);
        changes::note(&mut session, now, &actor(id), "task", &card.to_string(), &detail).await?;
    }
    session.commit().await
}

/// Closes a card in the name of the CRM. The CRM itself is not told what it told us.
pub(in crate::pipeline) async fn close(
    engine: &Engine,
    id: &DestinationId,
    card: TouchPointId,
) -> Result<(), StoreError> {
    let known = touchpoints::get(&mut engine.store.read().await?, card).await?;
    if known.is_none_or(|card| card.state.is_closed()) {
        return Ok(());
    }
    let mut config = Config::clone(&engine.config());
    config.settings.deliver.destinations.retain(|destination| destination.id() != id);
    let who = actor(id);
    let hand = Hand { store: &engine.store, config: &config, who: &who, now: engine.now(), dry_run: false };
    let closing = Closing { words: Some(format!("done in {id}")), ..Closing::default() };
    match hand.close(&card.to_string(), &closing).await {
        Ok(_) => info!(%card, destination = %id, "done there"),
        Err(InboxError::Store(error)) => return Err(error),
        Err(why) => warn!(%card, destination = %id, %why, "done there, and cannot be closed here"),
    }
    Ok(())
}
