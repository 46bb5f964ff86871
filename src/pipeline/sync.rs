//! The sync loop: housekeeping by the clock. Reads back from CRMs, and lets go of what retention says need not be kept.

use tracing::info;

use super::{Engine, crm, retention};
use crate::store::{StoreError, stories};

/// What housekeeping came to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Synced {
    /// Articles that were let go whole.
    pub articles: u64,
    /// Articles whose text was let go.
    pub texts: u64,
    /// Suppressed mentions let go.
    pub suppressed: u64,
    /// Settled deliveries let go.
    pub deliveries: u64,
    /// What CRMs did not do, one line each.
    pub troubles: Vec<String>,
}

/// Lets go of articles, texts, suppressed mentions and story keys that are past their time. Quotes of evidence stay for
/// good.
///
/// # Errors
/// Where the database refuses.
pub async fn all_due(engine: &Engine) -> Result<Synced, StoreError> {
    let now = engine.now();
    // The tasks first: an account that goes with a merger keeps what was done for it.
    let mut troubles = crm::status::all_due(engine).await?;
    troubles.extend(crm::import::all_due(engine).await?);
    let retention::Gone { articles, texts, suppressed, deliveries } = retention::let_go(engine).await?;
    let mut session = engine.store.write().await?;
    stories::forget_keys(&mut session, now - engine.settings().story.window() * 2).await?;
    session.commit().await?;
    if articles + texts + suppressed + deliveries > 0 {
        info!(articles, texts, suppressed, deliveries, "retention");
    }
    Ok(Synced { articles, texts, suppressed, deliveries, troubles })
}
