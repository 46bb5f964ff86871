//! Digests: which day was decided for which reader, and who wants none.

use chrono::{NaiveDate, TimeDelta};

use super::{Session, StoreError, millis, time};
use crate::model::{DestinationId, Time};

/// Decided days are remembered for so long.
const MEMORY: TimeDelta = TimeDelta::days(400);

/// Whose digest it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subscriber {
    /// By which destination.
    pub destination: DestinationId,
    /// Which owner; empty for the rest.
    pub reader: String,
    /// When they stopped it, where they did.
    pub stopped: Option<Time>,
}

/// Decides a day for a reader, with the delivery where there is something to say; false where it was decided before.
///
/// # Errors
/// Where the database refuses.
pub async fn decide(
    session: &mut Session,
    (destination, reader): (&DestinationId, &str),
    day: NaiveDate,
    delivery: Option<&str>,
    now: Time,
) -> Result<bool, StoreError> {
    run!(
        session,
        "DELETE FROM digest WHERE destination = $1 AND reader = $2 AND at < $3",
        destination.as_str(),
        reader,
        millis(now - MEMORY)
    )?;
    let written = run!(
        session,
        "INSERT INTO digest (destination, reader, day, at, delivery) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (destination, reader, day) DO NOTHING",
        destination.as_str(),
        reader,
        day.to_string(),
        millis(now),
        delivery
    )?;
    Ok(written == 1)
}

/// Whether a day was decided for a reader.
///
/// # Errors
/// Where the database refuses.
pub async fn is_decided(
    session: &mut Session,
    (destination, reader): (&DestinationId, &str),
    day: NaiveDate,
) -> Result<bool, StoreError> {
    let row = row!(
        session,
        (i64,),
        "SELECT COUNT(*) FROM digest WHERE destination = $1 AND reader = $2 AND day = $3",
        destination.as_str(),
        reader,
        day.to_string()
    )?;
    Ok(row.is_some_and(|(count,)| count > 0))
}

/// When a day was last decided for a reader before `now`.
///
/// # Errors
/// Where the database refuses.
pub async fn last(
    session: &mut Session,
    (destination, reader): (&DestinationId, &str),
    now: Time,
) -> Result<Option<Time>, StoreError> {
    let row = row!(
        session,
        (Option<i64>,),
        "SELECT MAX(at) FROM digest WHERE destination = $1 AND reader = $2 AND at < $3",
        destination.as_str(),
        reader,
        millis(now)
    )?;
    Ok(row.and_then(|(at,)| at).map(time))
}

/// The token of a reader; `fresh` becomes it where there is none yet.
///
/// # Errors
/// Where the database refuses.
pub async fn token(
    session: &mut Session,
    (destination, reader): (&DestinationId, &str),
    fresh: &str,
) -> Result<String, StoreError> {
    run!(
        session,
        "INSERT INTO digest_reader (destination, reader, token) VALUES ($1, $2, $3)
         ON CONFLICT (destination, reader) DO NOTHING",
        destination.as_str(),
        reader,
        fresh
    )?;
    let row = row!(
        session,
        (String,),
        "SELECT token FROM digest_reader WHERE destination = $1 AND reader = $2",
        destination.as_str(),
        reader
    )?;
    Ok(row.map_or_else(|| fresh.to_owned(), |(token,)| token))
}

/// Whose token this is.
///
/// # Errors
/// Where the database refuses.
pub async fn of_token(session: &mut Session, token: &str) -> Result<Option<Subscriber>, StoreError> {
    let row = row!(
        session,
        (String, String, Option<i64>),
        "SELECT destination, reader, stopped FROM digest_reader WHERE token = $1",
        token
    )?;
    Ok(row.map(|(destination, reader, stopped)| Subscriber {
        destination: DestinationId(destination),
        reader,
        stopped: stopped.map(time),
    }))
}

/// Whether a reader stopped the digest.
///
/// # Errors
/// Where the database refuses.
pub async fn is_stopped(
    session: &mut Session,
    (destination, reader): (&DestinationId, &str),
) -> Result<bool, StoreError> {
    let row = row!(
        session,
        (i64,),
        "SELECT COUNT(*) FROM digest_reader WHERE destination = $1 AND reader = $2 AND stopped IS NOT NULL",
        destination.as_str(),
        reader
    )?;
    Ok(row.is_some_and(|(count,)| count > 0))
}

/// Stops the digest of a reader, who has a token; false where it was stopped before.
///
/// # Errors
/// Where the database refuses.
pub async fn stop(
    session: &mut Session,
    (destination, reader): (&DestinationId, &str),
    now: Time,
) -> Result<bool, StoreError> {
    let stopped = run!(
        session,
        "UPDATE digest_reader SET stopped = $3 WHERE destination = $1 AND reader = $2 AND stopped IS NULL",
        destination.as_str(),
        reader,
        millis(now)
    )?;
    Ok(stopped == 1)
}

/// Drops what of a reader's digests was not sent yet; gives how many.
///
/// # Errors
/// Where the database refuses.
pub async fn drop_unsent(
    session: &mut Session,
    (destination, reader): (&DestinationId, &str),
    why: &str,
    now: Time,
) -> Result<u64, StoreError> {
    run!(
        session,
        "UPDATE delivery SET state = 'dropped', last_error = $3, ended = $4, lease_until = 0
         WHERE destination = $1 AND state IN ('due', 'dead')
           AND id IN (SELECT delivery FROM digest WHERE destination = $1 AND reader = $2 AND delivery IS NOT NULL)",
        destination.as_str(),
        reader,
        why,
        millis(now)
    )
}

/// Lets a reader have the digest again; false where they had not stopped it.
///
/// # Errors
/// Where the database refuses.
pub async fn resume(session: &mut Session, (destination, reader): (&DestinationId, &str)) -> Result<bool, StoreError> {
    let resumed = run!(
        session,
        "UPDATE digest_reader SET stopped = NULL WHERE destination = $1 AND reader = $2 AND stopped IS NOT NULL",
        destination.as_str(),
        reader
    )?;
    Ok(resumed == 1)
}
