//! Sources and feeds that were added at run time. A feed may belong to a source of the files.

use super::{Session, StoreError, from_json, millis, roster, to_json};
use crate::model::{Feed, FeedId, Source, SourceId, Time};

/// A feed as it is kept.
#[derive(Clone, Debug, PartialEq)]
pub struct KeptFeed {
    /// The source that it belongs to.
    pub source: SourceId,
    /// The feed.
    pub feed: Feed,
    /// Removed by a person: not polled, history kept.
    pub archived: bool,
}

type FeedRow = (String, String, i64);

fn read((source, body, archived): FeedRow) -> Result<KeptFeed, StoreError> {
    Ok(KeptFeed { source: SourceId(source), feed: from_json("a feed", &body)?, archived: archived != 0 })
}

/// Every source, in order of id, without feeds.
///
/// # Errors
/// Where the database refuses.
pub async fn all(session: &mut Session) -> Result<Vec<Source>, StoreError> {
    let rows = rows!(session, (String,), "SELECT body FROM source ORDER BY id")?;
    rows.into_iter().map(|(body,)| from_json("a source", &body)).collect()
}

/// Every feed, in order of id, removed ones included.
///
/// # Errors
/// Where the database refuses.
pub async fn feeds(session: &mut Session) -> Result<Vec<KeptFeed>, StoreError> {
    rows!(session, FeedRow, "SELECT source, body, archived FROM source_feed ORDER BY id")?
        .into_iter()
        .map(read)
        .collect()
}

/// Keeps a source, in place of an earlier one with its id. Its feeds are kept by [`put_feed`].
///
/// # Errors
/// Where the database refuses.
pub async fn put(session: &mut Session, source: &Source, now: Time) -> Result<(), StoreError> {
    let alone = Source { feeds: Vec::new(), ..source.clone() };
    run!(
        session,
        "INSERT INTO source (id, body, updated) VALUES ($1, $2, $3)
         ON CONFLICT (id) DO UPDATE SET body = excluded.body, updated = excluded.updated",
        source.id.as_str(),
        to_json(&alone)?,
        millis(now)
    )?;
    roster::changed(session).await
}

/// Keeps a feed of a source, in place of an earlier one with its id. One that was removed is there again.
///
/// # Errors
/// Where the database refuses.
pub async fn put_feed(session: &mut Session, source: &SourceId, feed: &Feed, now: Time) -> Result<(), StoreError> {
    run!(
        session,
        "INSERT INTO source_feed (id, source, body, archived, updated) VALUES ($1, $2, $3, 0, $4)
         ON CONFLICT (id) DO UPDATE SET source = excluded.source, body = excluded.body, archived = 0,
             updated = excluded.updated",
        feed.id.as_str(),
        source.as_str(),
        to_json(feed)?,
        millis(now)
    )?;
    roster::changed(session).await
}

/// Removes a feed: no longer polled, history kept. False where there is none that was not removed yet.
///
/// # Errors
/// Where the database refuses.
pub async fn archive_feed(session: &mut Session, id: &FeedId, now: Time) -> Result<bool, StoreError> {
    let touched = run!(
        session,
        "UPDATE source_feed SET archived = 1, updated = $2 WHERE id = $1 AND archived = 0",
        id.as_str(),
        millis(now)
    )?;
    roster::changed(session).await?;
    Ok(touched > 0)
}
