//! The number by which a running process sees that accounts or feeds came or went.

use super::{Session, StoreError};

/// The state of the accounts, sources and feeds of the database: a number that grows with each change.
///
/// # Errors
/// Where the database refuses.
pub async fn version(session: &mut Session) -> Result<i64, StoreError> {
    Ok(row!(session, (i64,), "SELECT version FROM roster WHERE id = 1")?.map_or(0, |(version,)| version))
}

/// Tells that something changed. Whoever changes something more waits until this session ends.
///
/// # Errors
/// Where the database refuses.
pub async fn changed(session: &mut Session) -> Result<(), StoreError> {
    run!(session, "UPDATE roster SET version = version + 1 WHERE id = 1")?;
    Ok(())
}
