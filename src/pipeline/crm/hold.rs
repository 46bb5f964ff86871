//! Deliveries to a CRM wait while it is not clear which record their account is there.

use super::super::Engine;
use crate::config::Config;
use crate::deliver::Destination;
use crate::model::{AccountId, Time};
use crate::store::{Session, StoreError, crm, deliveries};

/// Why what concerns this account waits before this destination, and what to type; nothing where it need not.
///
/// # Errors
/// Where the database refuses.
pub(in crate::pipeline) async fn reason(
    session: &mut Session,
    config: &Config,
    destination: &Destination,
    account: &AccountId,
) -> Result<Option<String>, StoreError> {
    let id = destination.id();
    if destination.mapping().is_none() || crm::of_account(session, id, account).await?.is_some() {
        return Ok(None);
    }
    let conflicts = crm::in_conflict(session, id, account).await?;
    if let Some(first) = conflicts.first() {
        let records: Vec<&str> = conflicts.iter().map(|record| record.record.as_str()).collect();
        return Ok(Some(format!(
            "a person chooses before delivery: account `{account}` may be record {} ({}); `tidings crm link {account} \
             {} --destination {id}`",
            records.join(" or "),
            first.standing.why,
            if records.len() == 1 { records[0] } else { "RECORD" }
        )));
    }
    let stated = config.watchlist.get(account).and_then(|account| account.external_ids.get(id.as_str()));
    if let Some(stated) = stated {
        let known = crm::record(session, id, stated).await?;
        let is_gone = known.is_some_and(|record| matches!(record.standing.state.as_str(), "gone" | "merged"));
        if !is_gone {
            return Ok(None);
        }
    }
    Ok(destination.waits_for_record().then(|| {
        format!(
            "account `{account}` has no record in {id}: `tidings crm import {id}`, then `tidings crm link {account} RECORD \
             --destination {id}`; or set `import.unlinked = \"send\"`"
        )
    }))
}

/// Looks again at what is held: what need not wait any longer is due.
///
/// # Errors
/// Where the database refuses.
pub(in crate::pipeline) async fn look_again(engine: &Engine, now: Time) -> Result<(), StoreError> {
    let held = deliveries::held(&mut engine.store.read().await?).await?;
    if held.is_empty() {
        return Ok(());
    }
    let config = engine.config();
    let mut session = engine.store.write().await?;
    for (id, account, why) in held {
        let destination = engine.destinations().iter().find(|known| *known.id() == id);
        let reason = match destination {
            Some(destination) => reason(&mut session, &config, destination, &account).await?,
            None => None,
        };
        if reason.as_deref() != Some(why.as_str()) {
            deliveries::hold_on(&mut session, &id, &account, reason.as_deref(), now).await?;
        }
    }
    session.commit().await
}
