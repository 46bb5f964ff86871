//! Who may sign in.

use super::{Session, StoreError, from_json, millis, time, to_json};
use crate::model::{Identity, Time, User, UserRole};

/// Name, role, owners, whether there is a password, issuer, subject, created, last sign-in.
type Row = (String, String, String, i64, Option<String>, Option<String>, i64, Option<i64>);

fn read((name, role, owners, password, issuer, subject, created, last): Row) -> Result<User, StoreError> {
    let role = UserRole::named(&role).ok_or_else(|| StoreError::Unreadable {
        what: "the role of a user",
        why: format!("there is no role {role:?}"),
    })?;
    Ok(User {
        name,
        role,
        owners: from_json("the owners of a user", &owners)?,
        has_password: password != 0,
        identity: issuer.zip(subject).map(|(issuer, subject)| Identity { issuer, subject }),
        created: time(created),
        last_sign_in: last.map(time),
    })
}

/// True where anybody may sign in.
///
/// # Errors
/// Where the database refuses.
pub async fn any(session: &mut Session) -> Result<bool, StoreError> {
    Ok(row!(session, (String,), "SELECT name FROM app_user LIMIT 1")?.is_some())
}

/// Everybody, in order of name.
///
/// # Errors
/// Where the database refuses.
pub async fn all(session: &mut Session) -> Result<Vec<User>, StoreError> {
    let rows = rows!(
        session,
        Row,
        "SELECT name, role, owners, CASE WHEN password IS NULL THEN CAST(0 AS BIGINT) ELSE CAST(1 AS BIGINT) END,
                issuer, subject, created, last_sign_in FROM app_user ORDER BY name"
    )?;
    rows.into_iter().map(read).collect()
}

/// The user of this name.
///
/// # Errors
/// Where the database refuses.
pub async fn get(session: &mut Session, name: &str) -> Result<Option<User>, StoreError> {
    let row = row!(
        session,
        Row,
        "SELECT name, role, owners, CASE WHEN password IS NULL THEN CAST(0 AS BIGINT) ELSE CAST(1 AS BIGINT) END,
                issuer, subject, created, last_sign_in FROM app_user WHERE name = $1",
        name
    )?;
    row.map(read).transpose()
}

/// The user whom an identity provider knows by this.
///
/// # Errors
/// Where the database refuses.
pub async fn of_identity(session: &mut Session, identity: &Identity) -> Result<Option<User>, StoreError> {
    let row = row!(
        session,
        Row,
        "SELECT name, role, owners, CASE WHEN password IS NULL THEN CAST(0 AS BIGINT) ELSE CAST(1 AS BIGINT) END,
                issuer, subject, created, last_sign_in FROM app_user WHERE issuer = $1 AND subject = $2",
        &identity.issuer,
        &identity.subject
    )?;
    row.map(read).transpose()
}

/// The hash of a user's password, where there is such a user and they have one.
///
/// # Errors
/// Where the database refuses.
pub async fn password(session: &mut Session, name: &str) -> Result<Option<String>, StoreError> {
    let row = row!(session, (Option<String>,), "SELECT password FROM app_user WHERE name = $1", name)?;
    Ok(row.and_then(|(hash,)| hash))
}

/// Keeps a new user. False, and nothing changes, where the name is taken.
///
/// # Errors
/// Where the database refuses.
pub async fn add(session: &mut Session, user: &User, password: Option<&str>) -> Result<bool, StoreError> {
    let (issuer, subject) = user.identity.as_ref().map(|known| (&known.issuer, &known.subject)).unzip();
    let touched = run!(
        session,
        "INSERT INTO app_user (name, role, owners, password, issuer, subject, created)
         VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (name) DO NOTHING",
        &user.name,
        user.role.as_str(),
        to_json(&user.owners)?,
        password,
        issuer,
        subject,
        millis(user.created)
    )?;
    Ok(touched > 0)
}

/// Forgets a user with their sessions and tokens. False where there is none.
///
/// # Errors
/// Where the database refuses.
pub async fn remove(session: &mut Session, name: &str) -> Result<bool, StoreError> {
    run!(session, "DELETE FROM app_session WHERE who = $1", name)?;
    run!(session, "DELETE FROM api_token WHERE who = $1", name)?;
    Ok(run!(session, "DELETE FROM app_user WHERE name = $1", name)? > 0)
}

/// Gives a user this role and these owners.
///
/// # Errors
/// Where the database refuses.
pub async fn set_role(session: &mut Session, name: &str, role: UserRole, owners: &[String]) -> Result<(), StoreError> {
    run!(
        session,
        "UPDATE app_user SET role = $2, owners = $3 WHERE name = $1",
        name,
        role.as_str(),
        to_json(&owners)?
    )?;
    Ok(())
}

/// Gives a user another password, by its hash.
///
/// # Errors
/// Where the database refuses.
pub async fn set_password(session: &mut Session, name: &str, hash: &str) -> Result<(), StoreError> {
    run!(session, "UPDATE app_user SET password = $2 WHERE name = $1", name, hash)?;
    Ok(())
}

/// Ties a user to what an identity provider calls them.
///
/// # Errors
/// Where the database refuses.
pub async fn set_identity(session: &mut Session, name: &str, identity: &Identity) -> Result<(), StoreError> {
    run!(
        session,
        "UPDATE app_user SET issuer = $2, subject = $3 WHERE name = $1",
        name,
        &identity.issuer,
        &identity.subject
    )?;
    Ok(())
}

/// Notes that a user signed in.
///
/// # Errors
/// Where the database refuses.
pub async fn signed_in(session: &mut Session, name: &str, now: Time) -> Result<(), StoreError> {
    run!(session, "UPDATE app_user SET last_sign_in = $2 WHERE name = $1", name, millis(now))?;
    Ok(())
}
