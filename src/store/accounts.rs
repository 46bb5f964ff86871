//! Accounts that were added at run time.

use super::{Session, StoreError, from_json, millis, roster, time, to_json};
use crate::model::{Account, AccountId, Time};

/// An account as it is kept.
#[derive(Clone, Debug, PartialEq)]
pub struct KeptAccount {
    /// The account.
    pub account: Account,
    /// Removed by a person: not watched, history kept.
    pub archived: bool,
}

/// Every account that is watched, in order of id.
///
/// # Errors
/// Where the database refuses.
pub async fn all(session: &mut Session) -> Result<Vec<Account>, StoreError> {
    let rows = rows!(session, (String,), "SELECT body FROM account WHERE archived = 0 ORDER BY id")?;
    rows.into_iter().map(|(body,)| from_json("an account", &body)).collect()
}

/// The ids of accounts that were removed.
///
/// # Errors
/// Where the database refuses.
pub async fn removed(session: &mut Session) -> Result<Vec<AccountId>, StoreError> {
    let rows = rows!(session, (String,), "SELECT id FROM account WHERE archived = 1 ORDER BY id")?;
    Ok(rows.into_iter().map(|(id,)| AccountId(id)).collect())
}

/// When the record of each account that is watched was last written down.
///
/// # Errors
/// Where the database refuses.
pub async fn written(session: &mut Session) -> Result<Vec<(AccountId, Time)>, StoreError> {
    let rows = rows!(session, (String, i64), "SELECT id, updated FROM account WHERE archived = 0 ORDER BY id")?;
    Ok(rows.into_iter().map(|(id, at)| (AccountId(id), time(at))).collect())
}

/// One account, removed or not.
///
/// # Errors
/// Where the database refuses.
pub async fn get(session: &mut Session, id: &AccountId) -> Result<Option<KeptAccount>, StoreError> {
    let row = row!(session, (String, i64), "SELECT body, archived FROM account WHERE id = $1", id.as_str())?;
    row.map(|(body, archived)| Ok(KeptAccount { account: from_json("an account", &body)?, archived: archived != 0 }))
        .transpose()
}

/// Keeps an account, in place of an earlier one with its id. One that was removed is watched again.
///
/// # Errors
/// Where the database refuses.
pub async fn put(session: &mut Session, account: &Account, now: Time) -> Result<(), StoreError> {
    run!(
        session,
        "INSERT INTO account (id, body, archived, updated) VALUES ($1, $2, 0, $3)
         ON CONFLICT (id) DO UPDATE SET body = excluded.body, archived = 0, updated = excluded.updated",
        account.id.as_str(),
        to_json(account)?,
        millis(now)
    )?;
    roster::changed(session).await
}

/// Removes an account: no longer watched, history kept. False where there is none that is watched.
///
/// # Errors
/// Where the database refuses.
pub async fn archive(session: &mut Session, id: &AccountId, now: Time) -> Result<bool, StoreError> {
    let touched = run!(
        session,
        "UPDATE account SET archived = 1, updated = $2 WHERE id = $1 AND archived = 0",
        id.as_str(),
        millis(now)
    )?;
    roster::changed(session).await?;
    Ok(touched > 0)
}
