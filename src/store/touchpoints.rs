//! Touch points and every step of their lives.

use super::{Session, StoreError, from_json, millis, time, to_json};
use crate::model::{AccountId, Actor, Step, StepRecord, Time, TouchPoint, TouchPointId, TouchPointState};

/// Writes a touch point as it now stands.
///
/// # Errors
/// Where the database refuses; also where another touch point has the same account and cause.
pub async fn write(session: &mut Session, card: &TouchPoint) -> Result<(), StoreError> {
    run!(
        session,
        "INSERT INTO touch_point (id, account, cause, play, state, owner, alarm, priority, due, snoozed_until, revision,
                                  created, updated, body, playbook)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
         ON CONFLICT (id) DO UPDATE SET play = excluded.play, state = excluded.state, owner = excluded.owner,
             alarm = excluded.alarm, priority = excluded.priority, due = excluded.due,
             snoozed_until = excluded.snoozed_until, revision = excluded.revision, updated = excluded.updated,
             body = excluded.body, playbook = excluded.playbook",
        card.id.to_string(),
        card.account.as_str(),
        &card.cause,
        card.play.as_str(),
        card.state.as_str(),
        &card.owner,
        i64::from(card.alarm),
        card.priority.total,
        card.due.to_string(),
        card.snoozed_until.map(millis),
        i64::from(card.revision),
        millis(card.created),
        millis(card.updated),
        to_json(card)?,
        &card.playbook
    )?;
    Ok(())
}

/// Logs a step with the card as it was before, so that it can be undone.
///
/// # Errors
/// Where the database refuses.
pub async fn log(
    session: &mut Session,
    id: TouchPointId,
    record: &StepRecord,
    before: Option<&TouchPoint>,
) -> Result<(), StoreError> {
    run!(
        session,
        "INSERT INTO touch_point_step (touch_point, step, at, who, note, before_step) VALUES ($1, $2, $3, $4, $5, $6)",
        id.to_string(),
        record.step.as_str(),
        millis(record.at),
        &record.who.0,
        &record.note,
        before.map(to_json).transpose()?
    )?;
    Ok(())
}

/// One touch point.
///
/// # Errors
/// Where the database refuses.
pub async fn get(session: &mut Session, id: TouchPointId) -> Result<Option<TouchPoint>, StoreError> {
    row!(session, (String,), "SELECT body FROM touch_point WHERE id = $1", id.to_string())?.map(read).transpose()
}

/// Touch points whose id begins or ends with `part`: a person need not type a whole id.
///
/// # Errors
/// Where the database refuses.
pub async fn by_part_of_id(session: &mut Session, part: &str) -> Result<Vec<TouchPoint>, StoreError> {
    rows!(
        session,
        (String,),
        "SELECT body FROM touch_point WHERE id LIKE $1 OR id LIKE $2 ORDER BY id LIMIT 3",
        format!("{part}%"),
        format!("%{part}")
    )?
    .into_iter()
    .map(read)
    .collect()
}

/// Touch points with one of these states, most urgent first.
///
/// # Errors
/// Where the database refuses.
pub async fn in_states(session: &mut Session, states: &[TouchPointState]) -> Result<Vec<TouchPoint>, StoreError> {
    let mut cards = Vec::new();
    for state in states {
        let rows = rows!(
            session,
            (String,),
            "SELECT body FROM touch_point WHERE state = $1 ORDER BY alarm DESC, priority DESC, id",
            state.as_str()
        )?;
        for row in rows {
            cards.push(read(row)?);
        }
    }
    Ok(cards)
}

/// Touch points of one cause, of whatever account.
///
/// # Errors
/// Where the database refuses.
pub async fn of_cause(session: &mut Session, cause: &str) -> Result<Vec<TouchPoint>, StoreError> {
    rows!(session, (String,), "SELECT body FROM touch_point WHERE cause = $1 ORDER BY id", cause)?
        .into_iter()
        .map(read)
        .collect()
}

/// Touch points of one account that changed since `since`, or are still open; newest first.
///
/// # Errors
/// Where the database refuses.
pub async fn of_account(
    session: &mut Session,
    account: &AccountId,
    since: Time,
) -> Result<Vec<TouchPoint>, StoreError> {
    rows!(
        session,
        (String,),
        "SELECT body FROM touch_point WHERE account = $1
         AND (updated >= $2 OR state IN ('suggested', 'checking', 'ready', 'accepted', 'snoozed'))
         ORDER BY created DESC, id",
        account.as_str(),
        millis(since)
    )?
    .into_iter()
    .map(read)
    .collect()
}

/// Touch points born since `since` that are not backfilled, of every owner.
///
/// # Errors
/// Where the database refuses.
pub async fn born_since(session: &mut Session, since: Time) -> Result<Vec<TouchPoint>, StoreError> {
    rows!(session, (String,), "SELECT body FROM touch_point WHERE created >= $1 ORDER BY created, id", millis(since))?
        .into_iter()
        .map(read)
        .collect()
}

/// Touch points that changed since `since`, of every owner, in any state.
///
/// # Errors
/// Where the database refuses.
pub async fn changed_since(session: &mut Session, since: Time) -> Result<Vec<TouchPoint>, StoreError> {
    rows!(session, (String,), "SELECT body FROM touch_point WHERE updated >= $1 ORDER BY created, id", millis(since))?
        .into_iter()
        .map(read)
        .collect()
}

/// A figure that changes whenever a touch point comes, goes or changes: how many there are, when one last changed, and the
/// sum of their revisions.
///
/// # Errors
/// Where the database refuses.
pub async fn stamp(session: &mut Session) -> Result<(i64, i64, i64), StoreError> {
    let stamp = row!(
        session,
        (i64, i64, i64),
        "SELECT COUNT(*), COALESCE(MAX(updated), 0), CAST(COALESCE(SUM(revision), 0) AS BIGINT) FROM touch_point"
    )?;
    Ok(stamp.unwrap_or_default())
}

/// Every step taken from `since` to before `until` and not taken back, oldest first, with the touch point that took it.
///
/// # Errors
/// Where the database refuses.
pub async fn steps_between(
    session: &mut Session,
    since: Time,
    until: Time,
) -> Result<Vec<(TouchPointId, StepRecord)>, StoreError> {
    rows!(
        session,
        (String, String, i64, String, Option<String>),
        "SELECT touch_point, step, at, who, note FROM touch_point_step
         WHERE at >= $1 AND at < $2 AND undone = 0 ORDER BY seq",
        millis(since),
        millis(until)
    )?
    .into_iter()
    .map(|(id, step, at, who, note)| {
        let id = from_json("the id of a touch point", &format!("\"{id}\""))?;
        let step: Step = from_json("a step", &format!("\"{step}\""))?;
        Ok((id, StepRecord { step, at: time(at), who: Actor(who), note }))
    })
    .collect()
}

/// The steps of a touch point's life, oldest first.
///
/// # Errors
/// Where the database refuses.
pub async fn steps(session: &mut Session, id: TouchPointId) -> Result<Vec<StepRecord>, StoreError> {
    rows!(
        session,
        (String, i64, String, Option<String>),
        "SELECT step, at, who, note FROM touch_point_step WHERE touch_point = $1 ORDER BY seq",
        id.to_string()
    )?
    .into_iter()
    .map(|(step, at, who, note)| {
        let step: Step = from_json("a step", &format!("\"{step}\""))?;
        Ok(StepRecord { step, at: time(at), who: Actor(who), note })
    })
    .collect()
}

/// The steps of a touch point's life, oldest first, each with whether it was taken back.
///
/// # Errors
/// Where the database refuses.
pub async fn steps_with_undone(session: &mut Session, id: TouchPointId) -> Result<Vec<(StepRecord, bool)>, StoreError> {
    let rows = rows!(
        session,
        (String, i64, String, Option<String>, i64),
        "SELECT step, at, who, note, undone FROM touch_point_step WHERE touch_point = $1 ORDER BY seq",
        id.to_string()
    )?;
    rows.into_iter().map(|(step, at, who, note, undone)| Ok((record(&step, at, who, note)?, undone != 0))).collect()
}

/// The latest steps of all touch points since `since`, by one person or by all, newest first, each with whether it was
/// taken back.
///
/// # Errors
/// Where the database refuses.
pub async fn latest_steps(
    session: &mut Session,
    who: Option<&str>,
    since: Time,
    limit: i64,
) -> Result<Vec<(TouchPointId, StepRecord, bool)>, StoreError> {
    let rows = rows!(
        session,
        (String, String, i64, String, Option<String>, i64),
        "SELECT touch_point, step, at, who, note, undone FROM touch_point_step
         WHERE at >= $1 AND ($2 = '' OR who = $2) ORDER BY seq DESC LIMIT $3",
        millis(since),
        who.unwrap_or_default(),
        limit
    )?;
    rows.into_iter()
        .map(|(id, step, at, who, note, undone)| {
            let id = from_json("the id of a touch point", &format!("\"{id}\""))?;
            Ok((id, record(&step, at, who, note)?, undone != 0))
        })
        .collect()
}

fn record(step: &str, at: i64, who: String, note: Option<String>) -> Result<StepRecord, StoreError> {
    let step: Step = from_json("a step", &format!("\"{step}\""))?;
    Ok(StepRecord { step, at: time(at), who: Actor(who), note })
}

/// The last step that can be taken back: its number, and the card as it was before.
/// Steps already taken back are passed over, and those by the program, but for those by which it closed the card.
///
/// # Errors
/// Where the database refuses.
pub async fn last_undoable(
    session: &mut Session,
    id: TouchPointId,
) -> Result<Option<(i64, StepRecord, TouchPoint)>, StoreError> {
    let row = row!(
        session,
        (i64, String, i64, String, Option<String>, String),
        "SELECT seq, step, at, who, note, before_step FROM touch_point_step
         WHERE touch_point = $1 AND undone = 0 AND before_step IS NOT NULL
           AND ((step <> 'undone' AND who NOT LIKE $2) OR step IN ('expired', 'withdrawn'))
         ORDER BY seq DESC LIMIT 1",
        id.to_string(),
        "tidings/%"
    )?;
    row.map(|(seq, step, at, who, note, before)| {
        Ok((seq, record(&step, at, who, note)?, from_json("a touch point", &before)?))
    })
    .transpose()
}

/// Marks a step as taken back.
///
/// # Errors
/// Where the database refuses.
pub async fn mark_undone(session: &mut Session, seq: i64) -> Result<(), StoreError> {
    run!(session, "UPDATE touch_point_step SET undone = 1 WHERE seq = $1", seq)?;
    Ok(())
}

/// How many touch points of each account are open.
///
/// # Errors
/// Where the database refuses.
pub async fn open_by_account(session: &mut Session) -> Result<Vec<(AccountId, i64)>, StoreError> {
    let rows = rows!(
        session,
        (String, i64),
        "SELECT account, COUNT(*) FROM touch_point
         WHERE state IN ('suggested', 'checking', 'ready', 'accepted', 'snoozed') GROUP BY account ORDER BY account"
    )?;
    Ok(rows.into_iter().map(|(account, count)| (AccountId(account), count)).collect())
}

/// How many touch points are in each state.
///
/// # Errors
/// Where the database refuses.
pub async fn counts(session: &mut Session) -> Result<Vec<(String, i64)>, StoreError> {
    rows!(session, (String, i64), "SELECT state, COUNT(*) FROM touch_point GROUP BY state ORDER BY state")
}

fn read((body,): (String,)) -> Result<TouchPoint, StoreError> {
    from_json("a touch point", &body)
}
