//! Browsers that are signed in. A session is known by the hash of its secret; the secret itself is nowhere kept.

use super::{Session, StoreError, millis, time};
use crate::model::Time;

/// A browser that is signed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignIn {
    /// The hash of its secret.
    pub hash: String,
    /// Who signed in.
    pub who: String,
    /// When.
    pub created: Time,
    /// When it was last used, to the minute.
    pub seen: Time,
    /// When it ends at the latest.
    pub ends: Time,
    /// The address that it began from.
    pub address: String,
}

/// Keeps a new session.
///
/// # Errors
/// Where the database refuses.
pub async fn begin(session: &mut Session, begun: &SignIn) -> Result<(), StoreError> {
    run!(
        session,
        "INSERT INTO app_session (hash, who, created, seen, ends, address) VALUES ($1, $2, $3, $4, $5, $6)",
        &begun.hash,
        &begun.who,
        millis(begun.created),
        millis(begun.seen),
        millis(begun.ends),
        &begun.address
    )?;
    Ok(())
}

/// The session of this hash, ended or not.
///
/// # Errors
/// Where the database refuses.
pub async fn get(session: &mut Session, hash: &str) -> Result<Option<SignIn>, StoreError> {
    let row = row!(
        session,
        (String, String, i64, i64, i64, String),
        "SELECT hash, who, created, seen, ends, address FROM app_session WHERE hash = $1",
        hash
    )?;
    Ok(row.map(|(hash, who, created, seen, ends, address)| SignIn {
        hash,
        who,
        created: time(created),
        seen: time(seen),
        ends: time(ends),
        address,
    }))
}

/// Notes that a session is in use.
///
/// # Errors
/// Where the database refuses.
pub async fn seen(session: &mut Session, hash: &str, now: Time) -> Result<(), StoreError> {
    run!(session, "UPDATE app_session SET seen = $2 WHERE hash = $1", hash, millis(now))?;
    Ok(())
}

/// Ends one session. False where there is none.
///
/// # Errors
/// Where the database refuses.
pub async fn end(session: &mut Session, hash: &str) -> Result<bool, StoreError> {
    Ok(run!(session, "DELETE FROM app_session WHERE hash = $1", hash)? > 0)
}

/// Ends every session of a user; gives how many there were.
///
/// # Errors
/// Where the database refuses.
pub async fn end_all(session: &mut Session, who: &str) -> Result<u64, StoreError> {
    run!(session, "DELETE FROM app_session WHERE who = $1", who)
}

/// Forgets sessions that ended before `now`, or were last used before `idle`.
///
/// # Errors
/// Where the database refuses.
pub async fn forget_ended(session: &mut Session, now: Time, idle: Time) -> Result<u64, StoreError> {
    run!(session, "DELETE FROM app_session WHERE ends <= $1 OR seen <= $2", millis(now), millis(idle))
}
