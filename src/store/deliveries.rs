//! The outbox: deliveries on their way, and how each destination stands.

use super::{Session, StoreError, from_json, millis, time};
use crate::model::{AccountId, Delivery, DeliveryState, DestinationId, Step, Time, TouchPointId};

#[derive(sqlx::FromRow)]
struct DeliveryRow {
    id: String,
    touch_point: String,
    search: Option<String>,
    revision: i64,
    destination: String,
    step: String,
    payload: String,
    state: String,
    attempts: i64,
    next_at: i64,
    last_error: Option<String>,
    last_status: Option<i64>,
    created: i64,
}

impl DeliveryRow {
    fn read(self) -> Result<Delivery, StoreError> {
        let quoted = |word: &str| format!("\"{word}\"");
        let touch_point: TouchPointId = from_json("a touch point's id", &quoted(&self.touch_point))?;
        let step: Step = from_json("a step", &quoted(&self.step))?;
        let state: DeliveryState = from_json("the state of a delivery", &quoted(&self.state))?;
        Ok(Delivery {
            id: self.id,
            touch_point,
            search: self.search,
            revision: u32::try_from(self.revision).unwrap_or(0),
            destination: DestinationId(self.destination),
            step,
            payload: self.payload,
            state,
            attempts: u32::try_from(self.attempts).unwrap_or(0),
            next_at: time(self.next_at),
            last_error: self.last_error,
            last_status: self.last_status.and_then(|status| u16::try_from(status).ok()),
            created: time(self.created),
        })
    }
}

/// Puts a delivery into the outbox; one that is there already stays as it is.
///
/// # Errors
/// Where the database refuses.
pub async fn put(session: &mut Session, delivery: &Delivery) -> Result<(), StoreError> {
    run!(
        session,
        "INSERT INTO delivery (id, touch_point, revision, destination, step, payload, state, attempts, next_at, created,
                               search)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT (id) DO NOTHING",
        &delivery.id,
        delivery.touch_point.to_string(),
        i64::from(delivery.revision),
        delivery.destination.as_str(),
        delivery.step.as_str(),
        &delivery.payload,
        delivery.state.as_str(),
        i64::from(delivery.attempts),
        millis(delivery.next_at),
        millis(delivery.created),
        &delivery.search
    )?;
    Ok(())
}

/// Takes the newest delivery of a touch point to a destination out of the outbox again, where nobody has tried to send it
/// yet; gives its step.
///
/// # Errors
/// Where the database refuses.
pub async fn take_unsent(
    session: &mut Session,
    touch_point: TouchPointId,
    destination: &DestinationId,
) -> Result<Option<Step>, StoreError> {
    let taken = row!(
        session,
        (String,),
        "DELETE FROM delivery WHERE touch_point = $1 AND destination = $2 AND state IN ('due', 'held') AND attempts = 0
             AND revision = (SELECT MAX(last.revision) FROM delivery AS last
                 WHERE last.touch_point = $1 AND last.destination = $2) RETURNING step",
        touch_point.to_string(),
        destination.as_str()
    )?;
    taken.map(|(step,)| from_json("a step", &format!("\"{step}\""))).transpose()
}

/// The destinations for which something can be sent now, in order of their ids; stopped and resting ones are left out, and
/// those of which only later revisions are due.
///
/// # Errors
/// Where the database refuses.
pub async fn waiting(session: &mut Session, now: Time) -> Result<Vec<DestinationId>, StoreError> {
    let rows = rows!(
        session,
        (String,),
        "SELECT DISTINCT destination FROM delivery WHERE state = 'due' AND next_at <= $1 AND lease_until <= $1
           AND NOT EXISTS (SELECT 1 FROM destination WHERE destination.id = delivery.destination
               AND (destination.state <> 'open' OR destination.rest_until > $1))
           AND NOT EXISTS (SELECT 1 FROM delivery AS earlier WHERE earlier.touch_point = delivery.touch_point
               AND earlier.destination = delivery.destination AND earlier.revision < delivery.revision
               AND earlier.state IN ('due', 'unknown', 'held'))
         ORDER BY destination",
        millis(now)
    )?;
    Ok(rows.into_iter().map(|(id,)| DestinationId(id)).collect())
}

/// Leases deliveries of a destination that are due, oldest first. Of one touch point only the lowest revision that is not
/// settled goes out; a paused, disabled or resting destination waits.
///
/// # Errors
/// Where the database refuses.
pub async fn lease_due(
    session: &mut Session,
    destination: &DestinationId,
    now: Time,
    lease_until: Time,
    limit: i64,
) -> Result<Vec<Delivery>, StoreError> {
    leased!(
        session,
        DeliveryRow,
        "UPDATE delivery SET lease_until = $2, attempts = attempts + 1 WHERE id IN (
             SELECT id FROM delivery AS due WHERE state = 'due' AND next_at <= $1 AND lease_until <= $1
               AND destination = $4
               AND NOT EXISTS (SELECT 1 FROM destination WHERE destination.id = due.destination
                   AND (destination.state <> 'open' OR destination.rest_until > $1))
               AND NOT EXISTS (SELECT 1 FROM delivery AS earlier WHERE earlier.touch_point = due.touch_point
                   AND earlier.destination = due.destination AND earlier.revision < due.revision
                   AND earlier.state IN ('due', 'unknown', 'held'))
             ORDER BY created, revision LIMIT $3",
        ") RETURNING *",
        millis(now),
        millis(lease_until),
        limit,
        destination.as_str()
    )?
    .into_iter()
    .map(DeliveryRow::read)
    .collect()
}

/// Writes what an attempt came to and ends its lease.
///
/// # Errors
/// Where the database refuses.
pub async fn record(session: &mut Session, delivery: &Delivery, now: Time) -> Result<(), StoreError> {
    let ended = (delivery.state != DeliveryState::Due).then(|| millis(now));
    run!(
        session,
        "UPDATE delivery SET state = $2, attempts = $3, next_at = $4, last_error = $5, last_status = $6, ended = $7,
                lease_until = 0 WHERE id = $1",
        &delivery.id,
        delivery.state.as_str(),
        i64::from(delivery.attempts),
        millis(delivery.next_at),
        &delivery.last_error,
        delivery.last_status.map(i64::from),
        ended
    )?;
    Ok(())
}

/// Frees what a killed process held, where nobody else works on the database.
///
/// # Errors
/// Where the database refuses.
pub async fn free_leases(session: &mut Session) -> Result<(), StoreError> {
    run!(session, "UPDATE delivery SET lease_until = 0 WHERE state = 'due' AND lease_until > 0")?;
    Ok(())
}

/// One delivery.
///
/// # Errors
/// Where the database refuses.
pub async fn get(session: &mut Session, id: &str) -> Result<Option<Delivery>, StoreError> {
    row!(session, DeliveryRow, "SELECT * FROM delivery WHERE id = $1", id)?.map(DeliveryRow::read).transpose()
}

/// Settles a delivery that was given up, or of which nobody knows, as not to be sent; false where there is none such.
///
/// # Errors
/// Where the database refuses.
pub async fn drop_one(session: &mut Session, id: &str, why: &str, now: Time) -> Result<bool, StoreError> {
    let touched = run!(
        session,
        "UPDATE delivery SET state = 'dropped', last_error = $2, ended = $3
         WHERE id = $1 AND state IN ('dead', 'unknown')",
        id,
        why,
        millis(now)
    )?;
    Ok(touched == 1)
}

/// The same for all of a destination, with those that wait where `waiting` says so; gives how many.
///
/// # Errors
/// Where the database refuses.
pub async fn drop_all(
    session: &mut Session,
    destination: &DestinationId,
    waiting: bool,
    why: &str,
    now: Time,
) -> Result<u64, StoreError> {
    run!(
        session,
        "UPDATE delivery SET state = 'dropped', last_error = $2, ended = $3, lease_until = 0
         WHERE destination = $1 AND (state IN ('dead', 'unknown') OR (state = 'due' AND $4 = 1))",
        destination.as_str(),
        why,
        millis(now),
        i64::from(waiting)
    )
}

/// Settles dead deliveries that a later one of the same touch point has overtaken: sent now, they would bring an old text
/// back. Gives how many.
///
/// # Errors
/// Where the database refuses.
pub async fn drop_overtaken(session: &mut Session, destination: Option<&str>, now: Time) -> Result<u64, StoreError> {
    run!(
        session,
        "UPDATE delivery SET state = 'dropped', last_error = 'a later one was delivered meanwhile', ended = $2
         WHERE state = 'dead' AND ($1 = '' OR destination = $1)
           AND EXISTS (SELECT 1 FROM delivery AS later WHERE later.touch_point = delivery.touch_point
               AND later.destination = delivery.destination AND later.revision > delivery.revision
               AND later.state = 'delivered')",
        destination.unwrap_or_default(),
        millis(now)
    )
}

/// Lets go of deliveries that were settled before `before`, at most `most`; gives how many. Those of a touch point of which
/// a later one still waits stay.
///
/// # Errors
/// Where the database refuses.
pub async fn forget_settled(session: &mut Session, before: Time, most: i64) -> Result<u64, StoreError> {
    run!(
        session,
        "DELETE FROM delivery WHERE id IN (
             SELECT id FROM delivery AS old WHERE ended < $1 AND state IN ('delivered', 'dropped', 'dead')
               AND NOT EXISTS (SELECT 1 FROM delivery AS later WHERE later.touch_point = old.touch_point
                   AND later.destination = old.destination AND later.revision > old.revision AND later.state = 'due')
             LIMIT $2)",
        millis(before),
        most
    )
}

/// Forgets how a destination stands: there is none of that id any more.
///
/// # Errors
/// Where the database refuses.
pub async fn forget_destination(session: &mut Session, id: &DestinationId) -> Result<(), StoreError> {
    run!(session, "DELETE FROM destination WHERE id = $1", id.as_str())?;
    Ok(())
}

/// Makes dead deliveries of a destination (or all) due again under the same id; gives how many.
///
/// # Errors
/// Where the database refuses.
pub async fn retry_dead(session: &mut Session, destination: Option<&str>, now: Time) -> Result<u64, StoreError> {
    run!(
        session,
        "UPDATE delivery SET state = 'due', attempts = 0, next_at = $2, ended = NULL
         WHERE state = 'dead' AND ($1 = '' OR destination = $1)",
        destination.unwrap_or_default(),
        millis(now)
    )
}

/// Makes one delivery due now, whatever its state, under the same id; false where there is none.
///
/// # Errors
/// Where the database refuses.
pub async fn retry_one(session: &mut Session, id: &str, now: Time) -> Result<bool, StoreError> {
    let touched = run!(
        session,
        "UPDATE delivery SET state = 'due', attempts = 0, next_at = $2, lease_until = 0, ended = NULL WHERE id = $1",
        id,
        millis(now)
    )?;
    Ok(touched == 1)
}

/// Whose deliveries are held: destination, account, and why.
///
/// # Errors
/// Where the database refuses.
pub async fn held(session: &mut Session) -> Result<Vec<(DestinationId, AccountId, String)>, StoreError> {
    let rows = rows!(
        session,
        (String, String, Option<String>),
        "SELECT DISTINCT destination, account, last_error FROM delivery
         JOIN touch_point ON touch_point.id = delivery.touch_point WHERE delivery.state = 'held'
         ORDER BY destination, account"
    )?;
    let read = |(destination, account, why): (String, String, Option<String>)| {
        (DestinationId(destination), AccountId(account), why.unwrap_or_default())
    };
    Ok(rows.into_iter().map(read).collect())
}

/// The held deliveries of an account to a destination are due again, or held for another reason; gives how many.
///
/// # Errors
/// Where the database refuses.
pub async fn hold_on(
    session: &mut Session,
    destination: &DestinationId,
    account: &AccountId,
    why: Option<&str>,
    now: Time,
) -> Result<u64, StoreError> {
    run!(
        session,
        "UPDATE delivery SET state = CASE WHEN $3 = '' THEN 'due' ELSE 'held' END, next_at = $4,
                last_error = CASE WHEN $3 = '' THEN NULL ELSE $3 END,
                ended = CASE WHEN $3 = '' THEN NULL ELSE ended END
         WHERE state = 'held' AND destination = $1
           AND touch_point IN (SELECT id FROM touch_point WHERE account = $2)",
        destination.as_str(),
        account.as_str(),
        why.unwrap_or_default(),
        millis(now)
    )
}

/// The latest deliveries, newest first.
///
/// # Errors
/// Where the database refuses.
pub async fn latest(session: &mut Session, limit: i64) -> Result<Vec<Delivery>, StoreError> {
    rows!(session, DeliveryRow, "SELECT * FROM delivery ORDER BY created DESC, id LIMIT $1", limit)?
        .into_iter()
        .map(DeliveryRow::read)
        .collect()
}

/// The deliveries of one touch point, oldest first.
///
/// # Errors
/// Where the database refuses.
pub async fn of_touch_point(session: &mut Session, id: TouchPointId) -> Result<Vec<Delivery>, StoreError> {
    rows!(
        session,
        DeliveryRow,
        "SELECT * FROM delivery WHERE touch_point = $1 ORDER BY created, revision",
        id.to_string()
    )?
    .into_iter()
    .map(DeliveryRow::read)
    .collect()
}

/// How many deliveries of each destination are in each state.
///
/// # Errors
/// Where the database refuses.
pub async fn counts(session: &mut Session) -> Result<Vec<(DestinationId, String, i64)>, StoreError> {
    let rows = rows!(
        session,
        (String, String, i64),
        "SELECT destination, state, COUNT(*) FROM delivery GROUP BY destination, state ORDER BY destination, state"
    )?;
    Ok(rows.into_iter().map(|(id, state, count)| (DestinationId(id), state, count)).collect())
}

/// The soonest instant at which a delivery to an open destination is due.
///
/// # Errors
/// Where the database refuses.
pub async fn next_due(session: &mut Session) -> Result<Option<Time>, StoreError> {
    let row = row!(
        session,
        (Option<i64>,),
        "SELECT MIN(CASE WHEN destination.rest_until > next_at AND destination.rest_until > lease_until
                              THEN destination.rest_until
                         WHEN lease_until > next_at THEN lease_until ELSE next_at END)
         FROM delivery LEFT JOIN destination ON destination.id = delivery.destination
         WHERE delivery.state = 'due' AND COALESCE(destination.state, 'open') = 'open'
           AND NOT EXISTS (SELECT 1 FROM delivery AS earlier WHERE earlier.touch_point = delivery.touch_point
               AND earlier.destination = delivery.destination AND earlier.revision < delivery.revision
               AND earlier.state IN ('due', 'unknown', 'held'))"
    )?;
    Ok(row.and_then(|(at,)| at).map(time))
}

/// How a destination stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DestinationState {
    /// Which destination.
    pub id: DestinationId,
    /// `open`, `paused` or `disabled`.
    pub state: String,
    /// Why.
    pub why: String,
    /// Since when.
    pub since: Time,
    /// It is left alone until then, where it is.
    pub rest_until: Option<Time>,
    /// Since when nothing went through, where something was tried.
    pub failing_since: Option<Time>,
    /// When it was told that nothing goes through.
    pub told: Option<Time>,
}

/// The destinations of which something is known.
///
/// # Errors
/// Where the database refuses.
pub async fn destinations(session: &mut Session) -> Result<Vec<DestinationState>, StoreError> {
    let rows = rows!(
        session,
        (String, String, String, i64, i64, Option<i64>, Option<i64>),
        "SELECT id, state, why, since, rest_until, failing_since, told FROM destination ORDER BY id"
    )?;
    Ok(rows
        .into_iter()
        .map(|(id, state, why, since, rest_until, failing_since, told)| DestinationState {
            id: DestinationId(id),
            state,
            why,
            since: time(since),
            rest_until: (rest_until > 0).then(|| time(rest_until)),
            failing_since: failing_since.map(time),
            told: told.map(time),
        })
        .collect())
}

/// Opens, pauses or disables a destination. Its rest ends; it fails since it is stopped, until something goes through.
///
/// # Errors
/// Where the database refuses.
pub async fn set_destination(
    session: &mut Session,
    id: &DestinationId,
    state: &str,
    why: &str,
    now: Time,
) -> Result<(), StoreError> {
    let failing = (state != "open").then(|| millis(now));
    run!(
        session,
        "INSERT INTO destination (id, state, why, since, failing_since) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (id) DO UPDATE SET state = excluded.state, why = excluded.why, since = excluded.since,
             rest_until = 0, failing_since = COALESCE(destination.failing_since, excluded.failing_since)",
        id.as_str(),
        state,
        why,
        millis(now),
        failing
    )?;
    Ok(())
}

/// Something went through: the destination neither fails nor rests.
///
/// # Errors
/// Where the database refuses.
pub async fn went_well(session: &mut Session, id: &DestinationId) -> Result<(), StoreError> {
    run!(
        session,
        "UPDATE destination SET rest_until = 0, failing_since = NULL, told = NULL
         WHERE id = $1 AND (rest_until > 0 OR failing_since IS NOT NULL OR told IS NOT NULL)",
        id.as_str()
    )?;
    Ok(())
}

/// Something did not go through. The destination fails since the first time of a row; it rests until `rest_until`, where
/// that is given.
///
/// # Errors
/// Where the database refuses.
pub async fn failed(
    session: &mut Session,
    id: &DestinationId,
    rest_until: Option<Time>,
    now: Time,
) -> Result<(), StoreError> {
    run!(
        session,
        "INSERT INTO destination (id, state, why, since, rest_until, failing_since) VALUES ($1, 'open', '', $2, $3, $2)
         ON CONFLICT (id) DO UPDATE SET failing_since = COALESCE(destination.failing_since, excluded.failing_since),
             rest_until = CASE WHEN excluded.rest_until > destination.rest_until THEN excluded.rest_until
                               ELSE destination.rest_until END",
        id.as_str(),
        millis(now),
        rest_until.map_or(0, millis)
    )?;
    Ok(())
}

/// It was told that nothing goes through.
///
/// # Errors
/// Where the database refuses.
pub async fn told(session: &mut Session, id: &DestinationId, now: Time) -> Result<(), StoreError> {
    run!(session, "UPDATE destination SET told = $2 WHERE id = $1", id.as_str(), millis(now))?;
    Ok(())
}

/// Since when nothing went through, and when that was told, where it was.
///
/// # Errors
/// Where the database refuses.
pub async fn told_trouble(session: &mut Session, id: &DestinationId) -> Result<Option<(Time, Time)>, StoreError> {
    let sql = "SELECT COALESCE(failing_since, since), told FROM destination WHERE id = $1 AND told IS NOT NULL";
    let row = row!(session, (i64, i64), sql, id.as_str())?;
    Ok(row.map(|(since, told)| (time(since), time(told))))
}

/// What the last attempt met that did not go through to a destination, of those that still wait.
///
/// # Errors
/// Where the database refuses.
pub async fn last_error(session: &mut Session, id: &DestinationId) -> Result<Option<String>, StoreError> {
    let sql = "SELECT last_error FROM delivery WHERE destination = $1 AND state = 'due' AND last_error IS NOT NULL
               ORDER BY next_at DESC LIMIT 1";
    Ok(row!(session, (String,), sql, id.as_str())?.map(|(why,)| why))
}
