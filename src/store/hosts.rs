//! Hosts: which are to be left alone for a while, and whose turn it is to ask one.

use chrono::TimeDelta;

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

/// By how much clocks of processes may differ before a turn is taken for one of another time.
const SLACK: TimeDelta = TimeDelta::minutes(5);

/// Takes the turn of a host at `now` until `until`; gives its number. Where another has it, or the host is still left
/// alone, gives not before when. A turn that seems to have begun later than `now` is of before the clock was set back
/// and counts for nothing.
///
/// # Errors
/// Where the database refuses.
pub async fn take_turn(
    session: &mut Session,
    host: &str,
    now: Time,
    until: Time,
) -> Result<Result<i64, Time>, StoreError> {
    let taken = row!(
        session,
        (i64,),
        "INSERT INTO host_turn (host, since, until_at, number) VALUES ($1, $2, $3, 1)
         ON CONFLICT (host) DO UPDATE SET since = excluded.since, until_at = excluded.until_at,
                number = host_turn.number + 1
         WHERE host_turn.until_at <= $2 OR host_turn.since > $4 RETURNING number",
        host,
        millis(now),
        millis(until),
        millis(now + SLACK)
    )?;
    if let Some((number,)) = taken {
        return Ok(Ok(number));
    }
    let held = row!(session, (i64,), "SELECT until_at FROM host_turn WHERE host = $1", host)?;
    Ok(Err(held.map_or(now, |(until,)| time(until))))
}

/// Ends the turn of this number at `now`; the next is given from `free` on. One that ran out and was given to another
/// is left alone.
///
/// # Errors
/// Where the database refuses.
pub async fn end_turn(session: &mut Session, host: &str, number: i64, now: Time, free: Time) -> Result<(), StoreError> {
    run!(
        session,
        "UPDATE host_turn SET since = $3, until_at = $4 WHERE host = $1 AND number = $2",
        host,
        number,
        millis(now),
        millis(free)
    )?;
    Ok(())
}

/// Forgets the turns of hosts that nobody has asked since `before`.
///
/// # Errors
/// Where the database refuses.
pub async fn forget_turns(session: &mut Session, before: Time) -> Result<u64, StoreError> {
    run!(session, "DELETE FROM host_turn WHERE until_at < $1", millis(before))
}
