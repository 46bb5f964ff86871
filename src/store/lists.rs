//! What is remembered of feeds that have no memory of their own: which addresses they have shown, and how each of their
//! parts stood.

use std::collections::{BTreeMap, HashSet};

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::{Session, StoreError, from_json, to_json};
use crate::model::FeedId;

/// Remembers addresses that a feed has shown; gives the numbers of those never seen before. See [`number`].
///
/// # Errors
/// Where the database refuses.
pub async fn see(session: &mut Session, feed: &FeedId, links: &[i64]) -> Result<HashSet<i64>, StoreError> {
    let rows = rows_by!(
        session,
        (i64,),
        "INSERT INTO known_link (feed, link) SELECT $1, value FROM json_each($2) WHERE true
         ON CONFLICT DO NOTHING RETURNING link",
        "INSERT INTO known_link (feed, link) SELECT DISTINCT $1, value::bigint FROM json_array_elements_text($2::json)
         ON CONFLICT DO NOTHING RETURNING link",
        feed.as_str(),
        to_json(&links)?
    )?;
    Ok(rows.into_iter().map(|(link,)| link).collect())
}

/// The number of an address: 64 bits of its hash. Two of a feed's addresses share one by mistake once in millions of
/// sites of a hundred thousand pages.
#[must_use]
pub fn number(link: &str) -> i64 {
    let hash = blake3::hash(link.as_bytes());
    let first = hash.as_bytes().iter().take(8);
    i64::from_be_bytes(first.copied().collect::<Vec<u8>>().try_into().unwrap_or_default())
}

/// What is remembered of the parts of a feed, by name.
///
/// # Errors
/// Where the database refuses or a part is not what it should be.
pub async fn parts<T: DeserializeOwned>(
    session: &mut Session,
    feed: &FeedId,
) -> Result<BTreeMap<String, T>, StoreError> {
    let rows = rows!(
        session,
        (String, String),
        "SELECT part, body FROM feed_part WHERE feed = $1 ORDER BY part",
        feed.as_str()
    )?;
    rows.into_iter().map(|(part, body)| Ok((part, from_json("what is remembered of a feed", &body)?))).collect()
}

/// Remembers how a part of a feed stands.
///
/// # Errors
/// Where the database refuses.
pub async fn keep_part<T: Serialize>(
    session: &mut Session,
    feed: &FeedId,
    part: &str,
    body: &T,
) -> Result<(), StoreError> {
    run!(
        session,
        "INSERT INTO feed_part (feed, part, body) VALUES ($1, $2, $3)
         ON CONFLICT (feed, part) DO UPDATE SET body = excluded.body",
        feed.as_str(),
        part,
        to_json(body)?
    )?;
    Ok(())
}

/// Forgets a part of a feed.
///
/// # Errors
/// Where the database refuses.
pub async fn forget_part(session: &mut Session, feed: &FeedId, part: &str) -> Result<(), StoreError> {
    run!(session, "DELETE FROM feed_part WHERE feed = $1 AND part = $2", feed.as_str(), part)?;
    Ok(())
}
