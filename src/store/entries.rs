//! Entries as they came in, until they have been read into articles.

use std::collections::HashMap;

use super::{Session, StoreError, from_json, millis, time, to_json};
use crate::model::{ArticleId, Entry, FeedId, Time};

/// An entry that waits to be read.
#[derive(Clone, Debug, PartialEq)]
pub struct UnreadEntry {
    /// The feed it came by.
    pub feed: FeedId,
    /// Its key within the feed.
    pub key: String,
    /// What the feed said.
    pub entry: Entry,
    /// When it was first seen.
    pub first_seen: Time,
    /// Attempts so far, this one included.
    pub attempts: u32,
}

/// What became of an entry that was offered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kept {
    /// Not seen before.
    New,
    /// Seen before, with other content.
    Changed,
    /// Seen before.
    Known,
}

/// An entry as it is offered.
#[derive(Clone, Copy, Debug)]
pub struct Offered<'a> {
    /// Its key within the feed.
    pub key: &'a str,
    /// The hash of what counts as its content.
    pub content_hash: &'a str,
    /// What the feed said.
    pub entry: &'a Entry,
}

/// The most entries that one statement carries.
const AT_ONCE: usize = 50;

/// Keeps the entries of a document under their keys, and tells what became of each, in order. New and changed ones wait
/// to be read. Of several with the same key the last counts.
///
/// # Errors
/// Where the database refuses.
pub async fn keep_all(
    session: &mut Session,
    feed: &FeedId,
    offered: &[Offered<'_>],
    now: Time,
) -> Result<Vec<Kept>, StoreError> {
    let mut known = HashMap::new();
    for some in offered.chunks(AT_ONCE) {
        let keys: Vec<&str> = some.iter().map(|offered| offered.key).collect();
        known.extend(hashes(session, feed, &keys).await?);
    }
    let mut kept = Vec::with_capacity(offered.len());
    let mut written: Vec<Offered<'_>> = Vec::new();
    for one in offered {
        let became = match known.insert(one.key.to_owned(), one.content_hash.to_owned()) {
            Some(hash) if hash == one.content_hash => Kept::Known,
            Some(_) => Kept::Changed,
            None => Kept::New,
        };
        kept.push(became);
        if became != Kept::Known {
            written.retain(|before| before.key != one.key);
            written.push(*one);
        }
    }
    for some in written.chunks(AT_ONCE) {
        put(session, feed, some, now).await?;
    }
    Ok(kept)
}

/// True where an entry of this key is known.
///
/// # Errors
/// Where the database refuses.
pub async fn is_known(session: &mut Session, feed: &FeedId, key: &str) -> Result<bool, StoreError> {
    let sql = "SELECT state FROM entry WHERE feed = $1 AND entry_key = $2";
    Ok(row!(session, (String,), sql, feed.as_str(), key)?.is_some())
}

/// Leases entries that wait to be read, oldest first, until `lease_until`.
///
/// # Errors
/// Where the database refuses.
pub async fn lease_unread(
    session: &mut Session,
    now: Time,
    lease_until: Time,
    limit: i64,
) -> Result<Vec<UnreadEntry>, StoreError> {
    type Row = (String, String, String, i64, i64);
    let rows = leased!(
        session,
        Row,
        "UPDATE entry SET lease_until = $2, attempts = attempts + 1 WHERE (feed, entry_key) IN (
             SELECT feed, entry_key FROM entry WHERE state = 'unread' AND next_try <= $1 AND lease_until <= $1
             ORDER BY first_seen, published LIMIT $3",
        ") RETURNING feed, entry_key, body, first_seen, attempts",
        millis(now),
        millis(lease_until),
        limit
    )?;
    rows.into_iter()
        .map(|(feed, key, body, first_seen, attempts)| {
            Ok(UnreadEntry {
                entry: from_json("a waiting entry", &body)?,
                feed: FeedId(feed),
                key,
                first_seen: time(first_seen),
                attempts: u32::try_from(attempts).unwrap_or(1),
            })
        })
        .collect()
}

/// Marks an entry as read into an article; its own copy of the text is let go.
///
/// # Errors
/// Where the database refuses.
pub async fn mark_read(
    session: &mut Session,
    feed: &FeedId,
    key: &str,
    article: &ArticleId,
    remark: Option<&str>,
) -> Result<(), StoreError> {
    run!(
        session,
        "UPDATE entry SET state = 'read', article = $3, error = $4, lease_until = 0, body = ''
         WHERE feed = $1 AND entry_key = $2",
        feed.as_str(),
        key,
        article.as_str(),
        remark
    )?;
    Ok(())
}

/// Puts an entry off until `next_try` because of `error`.
///
/// # Errors
/// Where the database refuses.
pub async fn put_off(
    session: &mut Session,
    feed: &FeedId,
    key: &str,
    next_try: Time,
    error: &str,
) -> Result<(), StoreError> {
    run!(
        session,
        "UPDATE entry SET next_try = $3, error = $4, lease_until = 0 WHERE feed = $1 AND entry_key = $2",
        feed.as_str(),
        key,
        millis(next_try),
        error
    )?;
    Ok(())
}

/// Puts an entry aside that cannot be read, visible with its reason.
///
/// # Errors
/// Where the database refuses.
pub async fn put_aside(session: &mut Session, feed: &FeedId, key: &str, error: &str) -> Result<(), StoreError> {
    run!(
        session,
        "UPDATE entry SET state = 'failed', error = $3, lease_until = 0 WHERE feed = $1 AND entry_key = $2",
        feed.as_str(),
        key,
        error
    )?;
    Ok(())
}

/// Ends all leases of a process that is gone: its entries and feeds are free again.
///
/// # Errors
/// Where the database refuses.
pub async fn free_leases(session: &mut Session) -> Result<(), StoreError> {
    run!(session, "UPDATE entry SET lease_until = 0 WHERE lease_until > 0")?;
    run!(session, "UPDATE feed SET lease_until = 0 WHERE lease_until > 0")?;
    run!(session, "UPDATE delivery SET lease_until = 0 WHERE lease_until > 0")?;
    Ok(())
}

/// When the latest entries of a feed were published (or first seen), newest first.
///
/// # Errors
/// Where the database refuses.
pub async fn rhythm(session: &mut Session, feed: &FeedId, limit: i64) -> Result<Vec<Time>, StoreError> {
    let rows = rows!(
        session,
        (i64,),
        "SELECT COALESCE(published, first_seen) AS at FROM entry WHERE feed = $1 ORDER BY at DESC LIMIT $2",
        feed.as_str(),
        limit
    )?;
    Ok(rows.into_iter().map(|(at,)| time(at)).collect())
}

/// The feeds and keys by which an article came.
///
/// # Errors
/// Where the database refuses.
pub async fn of_article(session: &mut Session, article: &ArticleId) -> Result<Vec<(FeedId, String, Time)>, StoreError> {
    let rows = rows!(
        session,
        (String, String, i64),
        "SELECT feed, entry_key, first_seen FROM entry WHERE article = $1 ORDER BY first_seen",
        article.as_str()
    )?;
    Ok(rows.into_iter().map(|(feed, key, at)| (FeedId(feed), key, time(at))).collect())
}

/// How many entries wait, were read and failed.
///
/// # Errors
/// Where the database refuses.
pub async fn counts(session: &mut Session) -> Result<Vec<(String, i64)>, StoreError> {
    rows!(session, (String, i64), "SELECT state, COUNT(*) FROM entry GROUP BY state ORDER BY state")
}

/// The soonest instant at which a waiting entry may be tried.
///
/// # Errors
/// Where the database refuses.
pub async fn next_unread(session: &mut Session) -> Result<Option<Time>, StoreError> {
    let row = row!(
        session,
        (Option<i64>,),
        "SELECT MIN(CASE WHEN lease_until > next_try THEN lease_until ELSE next_try END) FROM entry WHERE state = 'unread'"
    )?;
    Ok(row.and_then(|(at,)| at).map(time))
}

/// The content hashes of those of `keys` that are known.
async fn hashes(session: &mut Session, feed: &FeedId, keys: &[&str]) -> Result<Vec<(String, String)>, StoreError> {
    let places: Vec<_> = (0..keys.len()).map(|place| format!("${}", place + 2)).collect();
    let sql =
        format!("SELECT entry_key, content_hash FROM entry WHERE feed = $1 AND entry_key IN ({})", places.join(", "));
    many_rows!(session, (String, String), sql, |query| {
        let query = query.bind(feed.as_str());
        keys.iter().fold(query, |query, key| query.bind(*key))
    })
}

/// Writes entries, all with different keys.
async fn put(session: &mut Session, feed: &FeedId, entries: &[Offered<'_>], now: Time) -> Result<(), StoreError> {
    let row = |place: usize| {
        let [key, hash, body, published] = [1, 2, 3, 4].map(|column| 2 + place * 4 + column);
        format!("($1, ${key}, ${hash}, ${body}, $2, ${published}, 'unread')")
    };
    let rows: Vec<_> = (0..entries.len()).map(row).collect();
    let sql = format!(
        "INSERT INTO entry (feed, entry_key, content_hash, body, first_seen, published, state) VALUES {}
         ON CONFLICT (feed, entry_key) DO UPDATE SET content_hash = excluded.content_hash, body = excluded.body,
             state = 'unread', attempts = 0, next_try = 0, error = NULL",
        rows.join(", ")
    );
    let bodies: Vec<String> = entries.iter().map(|offered| to_json(offered.entry)).collect::<Result<_, _>>()?;
    many_run!(session, sql, |query| {
        let query = query.bind(feed.as_str()).bind(millis(now));
        entries.iter().zip(&bodies).fold(query, |query, (offered, body)| {
            let published = offered.entry.published.map(millis);
            query.bind(offered.key).bind(offered.content_hash).bind(body).bind(published)
        })
    })
}
