//! What follows a contact: promises, answers, and when a client was asked the four questions.

use super::{Session, StoreError, from_json, millis, roster, to_json};
use crate::model::{AccountId, Answer, AnswerState, Promise, PromiseState, Time, TouchPointId};

/// Writes a promise as it now stands.
///
/// # Errors
/// Where the database refuses.
pub async fn put_promise(session: &mut Session, promise: &Promise) -> Result<(), StoreError> {
    run!(
        session,
        "INSERT INTO promise (id, account, touch_point, owner, due, state, body) VALUES ($1, $2, $3, $4, $5, $6, $7)
         ON CONFLICT (id) DO UPDATE SET owner = excluded.owner, due = excluded.due, state = excluded.state,
             body = excluded.body",
        &promise.id,
        promise.account.as_str(),
        promise.touch_point.to_string(),
        &promise.owner,
        promise.by.to_string(),
        promise.state.as_str(),
        to_json(promise)?
    )?;
    Ok(())
}

/// Promises that are open, the earliest day first; with `all` those of any state.
///
/// # Errors
/// Where the database refuses.
pub async fn promises(session: &mut Session, all: bool) -> Result<Vec<Promise>, StoreError> {
    let rows = rows!(
        session,
        (String,),
        "SELECT body FROM promise WHERE $1 = 1 OR state = 'open' ORDER BY due, id",
        i64::from(all)
    )?;
    rows.into_iter().map(|(body,)| from_json("a promise", &body)).collect()
}

/// Open promises to one account, the earliest day first.
///
/// # Errors
/// Where the database refuses.
pub async fn open_promises_to(session: &mut Session, account: &AccountId) -> Result<Vec<Promise>, StoreError> {
    let rows = rows!(
        session,
        (String,),
        "SELECT body FROM promise WHERE account = $1 AND state = 'open' ORDER BY due, id",
        account.as_str()
    )?;
    rows.into_iter().map(|(body,)| from_json("a promise", &body)).collect()
}

/// Promises whose id begins so.
///
/// # Errors
/// Where the database refuses.
pub async fn promises_called(session: &mut Session, part: &str) -> Result<Vec<Promise>, StoreError> {
    let rows =
        rows!(session, (String,), "SELECT body FROM promise WHERE id LIKE $1 ORDER BY id LIMIT 3", format!("{part}%"))?;
    rows.into_iter().map(|(body,)| from_json("a promise", &body)).collect()
}

/// Writes an answer as it now stands; what runs takes it up.
///
/// # Errors
/// Where the database refuses.
pub async fn put_answer(session: &mut Session, answer: &Answer) -> Result<(), StoreError> {
    run!(
        session,
        "INSERT INTO answer (id, account, touch_point, at, state, body) VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (id) DO UPDATE SET at = excluded.at, state = excluded.state, body = excluded.body",
        &answer.id,
        answer.account.as_str(),
        answer.touch_point.to_string(),
        millis(answer.at),
        answer.state.as_str(),
        to_json(answer)?
    )?;
    roster::changed(session).await
}

/// Answers that nobody has looked at, oldest first; with `all` those of any state.
///
/// # Errors
/// Where the database refuses.
pub async fn answers(session: &mut Session, all: bool) -> Result<Vec<Answer>, StoreError> {
    let rows = rows!(
        session,
        (String,),
        "SELECT body FROM answer WHERE $1 = 1 OR state = 'proposed' ORDER BY at, id",
        i64::from(all)
    )?;
    rows.into_iter().map(|(body,)| from_json("an answer", &body)).collect()
}

/// Answers in one state, oldest first.
///
/// # Errors
/// Where the database refuses.
pub async fn answers_in(session: &mut Session, state: AnswerState) -> Result<Vec<Answer>, StoreError> {
    let rows = rows!(session, (String,), "SELECT body FROM answer WHERE state = $1 ORDER BY at, id", state.as_str())?;
    rows.into_iter().map(|(body,)| from_json("an answer", &body)).collect()
}

/// What one account told since `since`, in any state, oldest first.
///
/// # Errors
/// Where the database refuses.
pub async fn answers_of(session: &mut Session, account: &AccountId, since: Time) -> Result<Vec<Answer>, StoreError> {
    let rows = rows!(
        session,
        (String,),
        "SELECT body FROM answer WHERE account = $1 AND at >= $2 ORDER BY at, id",
        account.as_str(),
        millis(since)
    )?;
    rows.into_iter().map(|(body,)| from_json("an answer", &body)).collect()
}

/// What was told from `since` to before `until`, in any state, oldest first.
///
/// # Errors
/// Where the database refuses.
pub async fn answers_between(session: &mut Session, since: Time, until: Time) -> Result<Vec<Answer>, StoreError> {
    let rows = rows!(
        session,
        (String,),
        "SELECT body FROM answer WHERE at >= $1 AND at < $2 ORDER BY at, id",
        millis(since),
        millis(until)
    )?;
    rows.into_iter().map(|(body,)| from_json("an answer", &body)).collect()
}

/// Answers whose id begins so.
///
/// # Errors
/// Where the database refuses.
pub async fn answers_called(session: &mut Session, part: &str) -> Result<Vec<Answer>, StoreError> {
    let rows =
        rows!(session, (String,), "SELECT body FROM answer WHERE id LIKE $1 ORDER BY id LIMIT 3", format!("{part}%"))?;
    rows.into_iter().map(|(body,)| from_json("an answer", &body)).collect()
}

/// The ids of the promises and answers that a contact brought.
///
/// # Errors
/// Where the database refuses.
pub async fn brought_by(session: &mut Session, card: TouchPointId) -> Result<Vec<String>, StoreError> {
    let sql = "SELECT id FROM promise WHERE touch_point = $1 UNION ALL SELECT id FROM answer WHERE touch_point = $1";
    let rows = rows!(session, (String,), sql, card.to_string())?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// Takes back what a contact brought: its promises, its answers, and that it asked; gives the promises.
///
/// # Errors
/// Where the database refuses.
pub async fn take_back(session: &mut Session, card: TouchPointId) -> Result<Vec<Promise>, StoreError> {
    let mut fallen = Vec::new();
    let id = card.to_string();
    let promises = rows!(session, (String,), "SELECT body FROM promise WHERE touch_point = $1", &id)?;
    for (body,) in promises {
        let promise: Promise = from_json("a promise", &body)?;
        let promise = Promise { state: PromiseState::Withdrawn, ..promise };
        put_promise(session, &promise).await?;
        fallen.push(promise);
    }
    let answers = rows!(session, (String,), "SELECT body FROM answer WHERE touch_point = $1", &id)?;
    for (body,) in answers {
        let answer: Answer = from_json("an answer", &body)?;
        put_answer(session, &Answer { state: AnswerState::Withdrawn, ..answer }).await?;
    }
    run!(session, "DELETE FROM asked WHERE touch_point = $1", &id)?;
    Ok(fallen)
}

/// Notes that a client was asked the four questions.
///
/// # Errors
/// Where the database refuses.
pub async fn note_asked(
    session: &mut Session,
    card: TouchPointId,
    account: &AccountId,
    now: Time,
) -> Result<(), StoreError> {
    run!(
        session,
        "INSERT INTO asked (touch_point, account, at) VALUES ($1, $2, $3) ON CONFLICT (touch_point) DO NOTHING",
        card.to_string(),
        account.as_str(),
        millis(now)
    )?;
    Ok(())
}

/// How often a client was asked the four questions since `since`.
///
/// # Errors
/// Where the database refuses.
pub async fn times_asked(session: &mut Session, account: &AccountId, since: Time) -> Result<i64, StoreError> {
    let row = row!(
        session,
        (i64,),
        "SELECT COUNT(*) FROM asked WHERE account = $1 AND at > $2",
        account.as_str(),
        millis(since)
    )?;
    Ok(row.map_or(0, |(count,)| count))
}
