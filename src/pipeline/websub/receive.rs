//! A push: the entries are kept as those of a poll are, in one transaction; what a poll is asked by stays as it was.

use tracing::{info, warn};

use super::signature;
use crate::feed;
use crate::pipeline::Engine;
use crate::pipeline::poll::keep_entries;
use crate::store::feeds::FeedLife;
use crate::store::websub::{self, Stage, Subscription};
use crate::store::{StoreError, feeds};

/// What became of a push.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Received {
    /// It was read.
    Taken {
        /// Entries not seen before.
        new: usize,
        /// Entries seen before with other content.
        changed: usize,
    },
    /// It was not believed, or could not be read; why is in the log. The hub is not told (R18).
    Ignored,
    /// Nobody is pushed to here: the hub may forget it.
    Unknown,
}

/// Whether anyone is pushed to at `path`: to be asked before a body is read.
///
/// # Errors
/// Where the database refuses.
pub async fn is_known(engine: &Engine, path: &str) -> Result<bool, StoreError> {
    let kept = websub::at_path(&mut engine.store.read().await?, path).await?;
    Ok(kept.is_some_and(|kept| kept.state != Stage::Ending))
}

/// Takes a push to the callback `path`. `signature` is the field X-Hub-Signature.
///
/// # Errors
/// Where the database refuses; then the hub will push again.
pub async fn receive(
    engine: &Engine,
    path: &str,
    signature: Option<&str>,
    content_type: Option<&str>,
    body: &[u8],
) -> Result<Received, StoreError> {
    let kept = websub::at_path(&mut engine.store.read().await?, path).await?;
    let Some(kept) = kept.filter(|kept| kept.state != Stage::Ending) else { return Ok(Received::Unknown) };
    if !signature.is_some_and(|signature| signature::is_right(&kept.secret, signature, body)) {
        warn!(feed.id = %kept.feed, signed = signature.is_some(), "a push with a wrong signature was ignored");
        let mut session = engine.store.write().await?;
        websub::forged(&mut session, path).await?;
        session.commit().await?;
        return Ok(Received::Ignored);
    }
    take(engine, &kept, content_type, body).await
}

async fn take(
    engine: &Engine,
    kept: &Subscription,
    content_type: Option<&str>,
    body: &[u8],
) -> Result<Received, StoreError> {
    let id = &kept.feed;
    engine.follow_roster().await?;
    let config = engine.config();
    let Some((_, feed)) = config.feed(id) else { return Ok(Received::Ignored) };
    let parsed = feed::parse_as(feed.kind, body, content_type, Some(&kept.topic));
    if !parsed.understood {
        let why = parsed.warnings.first().map(|warning| warning.message.as_str()).unwrap_or_default();
        warn!(feed.id = %id, why, "a push that is not a feed was ignored");
        return Ok(Received::Ignored);
    }
    let at = engine.now();
    let mut session = engine.store.write().await?;
    if feeds::get(&mut session, id).await?.is_none_or(|state| state.state != FeedLife::Active) {
        return Ok(Received::Ignored);
    }
    let (new, changed) = keep_entries(&mut session, id, &parsed.entries, at).await?;
    websub::pushed(&mut session, &kept.path, id, new > 0, at).await?;
    session.commit().await?;
    if new + changed > 0 {
        engine.arrived.notify_one();
    }
    info!(feed.id = %id, entries = parsed.entries.len(), new, changed, "pushed by its hub");
    Ok(Received::Taken { new, changed })
}
