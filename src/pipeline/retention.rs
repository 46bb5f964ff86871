//! How long what was read is kept, by the settings and by the sources: what is past its time, and letting it go.

use chrono::TimeDelta;
use serde::Serialize;

use super::Engine;
use crate::config::Config;
use crate::model::{FeedId, Time};
use crate::store::retention::{self, Limits};
use crate::store::{Store, StoreError, deliveries};

/// Rows that one transaction lets go of: a fraction of a second's work, so that readers and writers get their turn.
const BATCH: i64 = 200;

/// What is past its time.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Outlook {
    /// Articles that will go whole.
    pub articles: u64,
    /// The same by feed, most first; imported ones stand under no feed.
    pub by_feed: Vec<(Option<FeedId>, u64)>,
    /// Articles whose text will go.
    pub texts: u64,
    /// True where articles go at all, by the settings or by a source.
    pub limited: bool,
}

/// What went.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Gone {
    pub(super) articles: u64,
    pub(super) texts: u64,
    pub(super) suppressed: u64,
    pub(super) deliveries: u64,
}

/// The limits of articles at this instant.
#[must_use]
pub fn limits(config: &Config, now: Time) -> Limits {
    let before = |days: u32| (days > 0).then(|| now - TimeDelta::days(i64::from(days)));
    let own = config.feeds().filter_map(|(source, feed)| Some((feed.id.clone(), before(source.retention_days?))));
    Limits {
        general: before(config.settings.retention.articles_days),
        own: own.collect(),
        quiet_since: now - config.settings.story.window() * 2,
    }
}

/// What is past its time and will go in the next rounds of housekeeping. Changes nothing.
///
/// # Errors
/// Where the database refuses.
pub async fn outlook(store: &Store, config: &Config, now: Time) -> Result<Outlook, StoreError> {
    let limits = limits(config, now);
    let mut session = store.read().await?;
    let count = |count: i64| u64::try_from(count).unwrap_or(0);
    let due = retention::due(&mut session, &limits).await?;
    let mut by_feed: Vec<_> = due.into_iter().map(|(feed, articles)| (feed, count(articles))).collect();
    by_feed.sort_by(|(left, few), (right, many)| many.cmp(few).then_with(|| left.cmp(right)));
    Ok(Outlook {
        articles: by_feed.iter().map(|(_, articles)| articles).sum(),
        by_feed,
        texts: count(retention::due_texts(&mut session, now - text_days(config)).await?),
        limited: limits.general.is_some() || limits.own.iter().any(|(_, before)| before.is_some()),
    })
}

/// Lets go of all that is past its time, a little in each transaction; stops between two when the program is to stop.
pub(super) async fn let_go(engine: &Engine) -> Result<Gone, StoreError> {
    let (now, config) = (engine.now(), engine.config());
    let (limits, texts_before) = (limits(&config, now), now - text_days(&config));
    let suppressed_before = now - TimeDelta::days(i64::from(config.settings.retention.suppressed_days));
    let kept = config.settings.retention.deliveries_days;
    let deliveries_before = (kept > 0).then(|| now - TimeDelta::days(i64::from(kept)));
    let full = u64::try_from(BATCH).unwrap_or(u64::MAX);
    let mut gone = Gone::default();
    while !engine.stopping() {
        let mut session = engine.store.write().await?;
        // Whole articles first, so that their texts are not let go of one by one.
        let articles = retention::forget_articles(&mut session, &limits, BATCH, now).await?;
        let (mut texts, mut suppressed, mut deliveries) = (0, 0, 0);
        if articles < full {
            texts = retention::forget_texts(&mut session, texts_before, BATCH, now).await?;
            suppressed = retention::forget_suppressed(&mut session, suppressed_before, BATCH).await?;
            if let Some(before) = deliveries_before {
                deliveries = deliveries::forget_settled(&mut session, before, BATCH).await?;
            }
        }
        session.commit().await?;
        gone.articles += articles;
        gone.texts += texts;
        gone.suppressed += suppressed;
        gone.deliveries += deliveries;
        if [articles, texts, suppressed, deliveries].iter().all(|gone| *gone < full) {
            break;
        }
        tokio::task::yield_now().await;
    }
    Ok(gone)
}

fn text_days(config: &Config) -> TimeDelta {
    TimeDelta::days(i64::from(config.settings.retention.text_days))
}
