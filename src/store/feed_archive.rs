//! How far the archive of a feed was read (RFC 5005): written page by page, so that it is read once.

use super::{Session, StoreError, millis};
use crate::model::{FeedId, Time};

/// How far an archive was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Progress {
    /// The next older page; nothing once the end was reached, or the most pages that are read.
    pub next_page: Option<String>,
    /// Pages read so far.
    pub pages: u32,
}

/// How far the archive of a feed was read; nothing where it was never begun.
///
/// # Errors
/// Where the database refuses.
pub async fn progress(session: &mut Session, feed: &FeedId) -> Result<Option<Progress>, StoreError> {
    type Row = (Option<String>, i64);
    let row = row!(session, Row, "SELECT next_page, pages FROM feed_archive WHERE feed = $1", feed.as_str())?;
    Ok(row.map(|(next_page, pages)| Progress { next_page, pages: u32::try_from(pages).unwrap_or(u32::MAX) }))
}

/// Writes down how far the archive of a feed was read.
///
/// # Errors
/// Where the database refuses.
pub async fn keep(session: &mut Session, feed: &FeedId, progress: &Progress, now: Time) -> Result<(), StoreError> {
    run!(
        session,
        "INSERT INTO feed_archive (feed, next_page, pages, at) VALUES ($1, $2, $3, $4)
         ON CONFLICT (feed) DO UPDATE SET next_page = excluded.next_page, pages = excluded.pages, at = excluded.at",
        feed.as_str(),
        &progress.next_page,
        i64::from(progress.pages),
        millis(now)
    )?;
    Ok(())
}
