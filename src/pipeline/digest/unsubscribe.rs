//! Stopping a digest by the address that stands in it.

use super::super::Engine;
use crate::model::Actor;
use crate::store::{StoreError, changes, digests};

/// How a digest stands, for who holds its address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subscription {
    /// Whose; empty for those without an owner's name.
    pub reader: String,
    /// It is stopped.
    pub stopped: bool,
}

/// The digest that a token stands for; nothing where it stands for none.
///
/// # Errors
/// Where the database refuses.
pub async fn subscription(engine: &Engine, token: &str) -> Result<Option<Subscription>, StoreError> {
    let found = digests::of_token(&mut engine.store.read().await?, token).await?;
    Ok(found.map(|one| Subscription { reader: one.reader, stopped: one.stopped.is_some() }))
}

/// Stops the digest that a token stands for, once and for all, and takes what of it still waits out of the outbox; false
/// where it stands for none.
///
/// # Errors
/// Where the database refuses.
pub async fn stop(engine: &Engine, token: &str) -> Result<bool, StoreError> {
    let now = engine.now();
    let mut session = engine.store.write().await?;
    let Some(one) = digests::of_token(&mut session, token).await? else { return Ok(false) };
    let whose = (&one.destination, one.reader.as_str());
    if digests::stop(&mut session, whose, now).await? {
        digests::drop_unsent(&mut session, whose, "its reader wants no digest any more", now).await?;
        let who = Actor::program("unsubscribe");
        changes::note(&mut session, now, &who, "digest stopped", &one.reader, one.destination.as_str()).await?;
    }
    session.commit().await?;
    Ok(true)
}
