//! The records of touch points in destinations that keep one: which task in the CRM is which card.

use super::{Session, StoreError, from_json, millis};
use crate::model::{DestinationId, Remote, RemoteState, Time, TouchPointId};

#[derive(sqlx::FromRow)]
struct RemoteRow {
    touch_point: String,
    remote_id: String,
    url: Option<String>,
    written: Option<String>,
    state: String,
}

impl RemoteRow {
    fn read(self) -> Result<(TouchPointId, Remote), StoreError> {
        let quoted = |word: &str| format!("\"{word}\"");
        let state: RemoteState = from_json("the state of a remote record", &quoted(&self.state))?;
        let touch_point = from_json("a touch point's id", &quoted(&self.touch_point))?;
        Ok((touch_point, Remote { id: self.remote_id, url: self.url, written: self.written, state }))
    }
}

/// The record of a touch point in a destination, where one is known.
///
/// # Errors
/// Where the database refuses.
pub async fn get(
    session: &mut Session,
    touch_point: TouchPointId,
    destination: &DestinationId,
) -> Result<Option<Remote>, StoreError> {
    let row = row!(
        session,
        RemoteRow,
        "SELECT touch_point, remote_id, url, written, state FROM remote WHERE touch_point = $1 AND destination = $2",
        touch_point.to_string(),
        destination.as_str()
    )?;
    row.map(|row| row.read().map(|(_, remote)| remote)).transpose()
}

/// Writes what is now known of the record of a touch point in a destination.
///
/// # Errors
/// Where the database refuses.
pub async fn put(
    session: &mut Session,
    touch_point: TouchPointId,
    destination: &DestinationId,
    remote: &Remote,
    now: Time,
) -> Result<(), StoreError> {
    run!(
        session,
        "INSERT INTO remote (touch_point, destination, remote_id, url, written, state, seen)
         VALUES ($1, $2, $3, $4, $5, $6, $7)
         ON CONFLICT (touch_point, destination) DO UPDATE SET remote_id = excluded.remote_id, url = excluded.url,
             written = excluded.written, state = excluded.state, seen = excluded.seen",
        touch_point.to_string(),
        destination.as_str(),
        &remote.id,
        &remote.url,
        &remote.written,
        remote.state.as_str(),
        millis(now)
    )?;
    Ok(())
}

/// The records of a destination that are still open, those looked at longest ago first: to be read back.
///
/// # Errors
/// Where the database refuses.
pub async fn open(
    session: &mut Session,
    destination: &DestinationId,
    limit: i64,
) -> Result<Vec<(TouchPointId, Remote)>, StoreError> {
    rows!(
        session,
        RemoteRow,
        "SELECT touch_point, remote_id, url, written, state FROM remote
         WHERE destination = $1 AND state = 'open' ORDER BY seen, touch_point LIMIT $2",
        destination.as_str(),
        limit
    )?
    .into_iter()
    .map(RemoteRow::read)
    .collect()
}

/// The records of a touch point by destination, to be shown with it.
///
/// # Errors
/// Where the database refuses.
pub async fn of_touch_point(
    session: &mut Session,
    touch_point: TouchPointId,
) -> Result<Vec<(DestinationId, Remote)>, StoreError> {
    let rows = rows!(
        session,
        (String, String, Option<String>, Option<String>, String),
        "SELECT destination, remote_id, url, written, state FROM remote WHERE touch_point = $1 ORDER BY destination",
        touch_point.to_string()
    )?;
    rows.into_iter()
        .map(|(destination, id, url, written, state)| {
            let state = from_json("the state of a remote record", &format!("\"{state}\""))?;
            Ok((DestinationId(destination), Remote { id, url, written, state }))
        })
        .collect()
}
