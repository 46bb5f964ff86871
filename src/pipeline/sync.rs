//! The sync loop: housekeeping by the clock. Lets go of what retention says need not be kept.

use chrono::TimeDelta;
use tracing::info;

use super::Engine;
use crate::store::{StoreError, articles, stories};

/// What housekeeping came to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Synced {
    /// Articles whose text was let go.
    pub texts: u64,
    /// Suppressed mentions let go.
    pub suppressed: u64,
}

/// Lets go of texts, suppressed mentions and story keys that are past their time. Quotes of evidence stay for good.
///
/// # Errors
/// Where the database refuses.
pub async fn all_due(engine: &Engine) -> Result<Synced, StoreError> {
    let now = engine.now();
    let settings = engine.settings();
    let days = |days: u32| TimeDelta::days(i64::from(days));
    let mut session = engine.store.write().await?;
    let texts = articles::forget_texts(&mut session, now - days(settings.retention.text_days)).await?;
    let suppressed = articles::forget_suppressed(&mut session, now - days(settings.retention.suppressed_days)).await?;
    stories::forget_keys(&mut session, now - settings.story.window() * 2).await?;
    session.commit().await?;
    if texts + suppressed > 0 {
        info!(texts, suppressed, "retention");
    }
    Ok(Synced { texts, suppressed })
}
