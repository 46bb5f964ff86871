//! Keys for programs. A token is found by its public first part and known by the hash of the whole.

use super::{Session, StoreError, from_json, millis, time, to_json};
use crate::model::{ApiToken, Time};

/// Id, hash, who, label, scopes, created, expires, last used.
type Row = (String, String, String, String, String, i64, Option<i64>, Option<i64>);

fn read((id, hash, user, label, scopes, created, expires, last_used): Row) -> Result<(ApiToken, String), StoreError> {
    let token = ApiToken {
        id,
        user,
        label,
        scopes: from_json("the scopes of a token", &scopes)?,
        created: time(created),
        expires: expires.map(time),
        last_used: last_used.map(time),
    };
    Ok((token, hash))
}

/// Keeps a new token by the hash of its whole text.
///
/// # Errors
/// Where the database refuses.
pub async fn add(session: &mut Session, token: &ApiToken, hash: &str) -> Result<(), StoreError> {
    run!(
        session,
        "INSERT INTO api_token (id, hash, who, label, scopes, created, expires) VALUES ($1, $2, $3, $4, $5, $6, $7)",
        &token.id,
        hash,
        &token.user,
        &token.label,
        to_json(&token.scopes)?,
        millis(token.created),
        token.expires.map(millis)
    )?;
    Ok(())
}

/// The token of this id, with the hash of its whole text.
///
/// # Errors
/// Where the database refuses.
pub async fn get(session: &mut Session, id: &str) -> Result<Option<(ApiToken, String)>, StoreError> {
    let row = row!(
        session,
        Row,
        "SELECT id, hash, who, label, scopes, created, expires, last_used FROM api_token WHERE id = $1",
        id
    )?;
    row.map(read).transpose()
}

/// All tokens, or those of one user, oldest first.
///
/// # Errors
/// Where the database refuses.
pub async fn all(session: &mut Session, user: Option<&str>) -> Result<Vec<ApiToken>, StoreError> {
    let rows = rows!(
        session,
        Row,
        "SELECT id, hash, who, label, scopes, created, expires, last_used FROM api_token
         WHERE $1 = '' OR who = $1 ORDER BY created, id",
        user.unwrap_or_default()
    )?;
    rows.into_iter().map(|row| Ok(read(row)?.0)).collect()
}

/// Notes that a token was used.
///
/// # Errors
/// Where the database refuses.
pub async fn used(session: &mut Session, id: &str, now: Time) -> Result<(), StoreError> {
    run!(session, "UPDATE api_token SET last_used = $2 WHERE id = $1", id, millis(now))?;
    Ok(())
}

/// Forgets a token. False where there is none.
///
/// # Errors
/// Where the database refuses.
pub async fn revoke(session: &mut Session, id: &str) -> Result<bool, StoreError> {
    Ok(run!(session, "DELETE FROM api_token WHERE id = $1", id)? > 0)
}
