//! Feeds that follow from the watchlist come and go with its accounts.

use tracing::info;

use crate::config::Config;
use crate::model::Time;
use crate::schedule;
use crate::store::{Session, StoreError, feeds};

/// Makes the generated feeds of `after` known, and archives those of `before` that are not among them: a removed account
/// is no longer asked for.
///
/// # Errors
/// Where the database refuses.
pub(super) async fn follow(
    session: &mut Session,
    before: &Config,
    after: &Config,
    now: Time,
) -> Result<(), StoreError> {
    let mut came = 0;
    for (source, feed) in after.feeds().filter(|(_, feed)| feed.generated) {
        if before.feed(&feed.id).is_some_and(|(_, known)| known.url == feed.url) {
            continue;
        }
        let first = schedule::first_poll(feed.id.as_str(), source.own, &after.settings.schedule, now);
        feeds::declare(session, &feed.id, &feed.url, feed.paused, first).await?;
        came += 1;
    }
    let gone: Vec<_> = before
        .feeds()
        .filter(|(_, feed)| feed.generated && after.feed(&feed.id).is_none())
        .map(|(_, feed)| feed.id.clone())
        .collect();
    for id in &gone {
        feeds::archive(session, id).await?;
    }
    if came + gone.len() > 0 {
        info!(came, gone = gone.len(), "searches follow the watchlist");
    }
    Ok(())
}

/// True where anything would be done by [`follow`].
pub(super) fn changed(before: &Config, after: &Config) -> bool {
    let known = |config: &Config, other: &Config| {
        config
            .feeds()
            .filter(|(_, feed)| feed.generated)
            .all(|(_, feed)| other.feed(&feed.id).is_some_and(|(_, known)| known.url == feed.url))
    };
    !(known(before, after) && known(after, before))
}
