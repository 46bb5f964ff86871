//! Hosts that are to be left alone for a while.

use super::{Session, StoreError, millis, time};
use crate::model::{HostBackoff, Time};

/// All hosts still to be left alone at `now`.
///
/// # Errors
/// Where the database refuses.
pub async fn resting(session: &mut Session, now: Time) -> Result<Vec<HostBackoff>, StoreError> {
    let rows = rows!(
        session,
        (String, i64, i64, String),
        "SELECT host, until_at, failures, why FROM host_backoff WHERE until_at > $1",
        millis(now)
    )?;
    Ok(rows
        .into_iter()
        .map(|(host, until, failures, why)| HostBackoff {
            host,
            until: time(until),
            failures: u32::try_from(failures).unwrap_or(0),
            why,
        })
        .collect())
}

/// Keeps what a host asked for or brought upon itself.
///
/// # Errors
/// Where the database refuses.
pub async fn keep(session: &mut Session, backoff: &HostBackoff) -> Result<(), StoreError> {
    run!(
        session,
        "INSERT INTO host_backoff (host, until_at, failures, why) VALUES ($1, $2, $3, $4)
         ON CONFLICT (host) DO UPDATE SET until_at = excluded.until_at, failures = excluded.failures, why = excluded.why",
        &backoff.host,
        millis(backoff.until),
        i64::from(backoff.failures),
        &backoff.why
    )?;
    Ok(())
}
