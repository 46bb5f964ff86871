//! Browsers that are signed in.

use chrono::TimeDelta;
use tracing::warn;

use super::desk::{UserError, plain_name, subject};
use super::grant::Grant;
use super::password::Hashing;
use super::secret;
use crate::config::Sessions;
use crate::model::{Actor, Time, User};
use crate::store::sign_ins::SignIn;
use crate::store::{Store, StoreError, changes, sign_ins, users};

/// How exactly it is kept when a session was last used.
const EXACT: TimeDelta = TimeDelta::minutes(1);

/// Who stands in the log where nobody is known.
const STRANGER: &str = "a stranger";

/// The user of this name and password. None where either is wrong, after the same time whichever it is; that stands in
/// the log.
///
/// # Errors
/// Where the database refuses.
pub async fn sign_in(
    store: &Store,
    hashing: &Hashing,
    (name, password): (&str, &str),
    address: &str,
    now: Time,
) -> Result<Option<User>, StoreError> {
    let name = plain_name(name);
    let mut session = store.read().await?;
    let user = users::get(&mut session, &name).await?;
    let hash = users::password(&mut session, &name).await?;
    drop(session);
    if hashing.is_right(password, hash).await {
        return Ok(user);
    }
    match user {
        Some(user) => refuse(store, &subject(&user.name), &format!("wrong password, from {address}"), now).await?,
        // What was typed is not noted: it may be a password in the wrong field.
        None => refuse(store, "sign-in", &format!("a name that nobody has, from {address}"), now).await?,
    }
    Ok(None)
}

/// Notes that somebody was not let in.
///
/// # Errors
/// Where the database refuses.
pub async fn refuse(store: &Store, subject: &str, why: &str, now: Time) -> Result<(), StoreError> {
    let mut session = store.write().await?;
    changes::note(&mut session, now, &Actor::person(STRANGER), "sign-in refused", subject, why).await?;
    session.commit().await
}

/// Begins a session of a user and gives the secret for its cookie: always a new one, so that nobody signs in under a
/// secret that somebody else knows (session fixation).
///
/// # Errors
/// Where no secret can be made, or the database refuses.
pub async fn begin(
    store: &Store,
    user: &User,
    how: &str,
    address: &str,
    settings: &Sessions,
    now: Time,
) -> Result<String, UserError> {
    let secret = secret::secret()?;
    let begun = SignIn {
        hash: secret::hash(&secret).to_hex().to_string(),
        who: user.name.clone(),
        created: now,
        seen: now,
        ends: now + settings.longest(),
        address: address.to_owned(),
    };
    let mut session = store.write().await?;
    sign_ins::begin(&mut session, &begun).await?;
    users::signed_in(&mut session, &user.name, now).await?;
    let detail = format!("by {how}, from {address}");
    changes::note(&mut session, now, &Actor::person(&user.name), "signed in", &subject(&user.name), &detail).await?;
    session.commit().await?;
    Ok(secret)
}

/// What the bearer of this cookie may do, with the name of the session; none where it is wrong, ended or idle too long, or
/// its user is gone.
///
/// # Errors
/// Where the database refuses.
pub async fn of_cookie(
    store: &Store,
    cookie: &str,
    settings: &Sessions,
    now: Time,
) -> Result<Option<(Grant, String)>, StoreError> {
    let hash = secret::hash(cookie).to_hex().to_string();
    let mut session = store.read().await?;
    let Some(begun) = sign_ins::get(&mut session, &hash).await? else { return Ok(None) };
    if begun.ends <= now || begun.seen + settings.idle() <= now {
        return Ok(None);
    }
    let Some(user) = users::get(&mut session, &begun.who).await? else { return Ok(None) };
    drop(session);
    if now - begun.seen >= EXACT {
        note_seen(store, &hash, now).await.unwrap_or_else(|why| warn!(%why, "the use of a session is not noted"));
    }
    Ok(Some((Grant::of(&user, None), hash)))
}

/// A session that cannot be noted as used ends early, which is better than not at all while the disk is full.
async fn note_seen(store: &Store, hash: &str, now: Time) -> Result<(), StoreError> {
    let mut session = store.write().await?;
    sign_ins::seen(&mut session, hash, now).await?;
    session.commit().await
}

/// Ends the session of this cookie.
///
/// # Errors
/// Where the database refuses.
pub async fn end(store: &Store, cookie: &str, address: &str, now: Time) -> Result<(), StoreError> {
    let hash = secret::hash(cookie).to_hex().to_string();
    let mut session = store.write().await?;
    if let Some(begun) = sign_ins::get(&mut session, &hash).await? {
        sign_ins::end(&mut session, &hash).await?;
        let who = Actor::person(&begun.who);
        changes::note(&mut session, now, &who, "signed out", &subject(&begun.who), &format!("from {address}")).await?;
    }
    session.commit().await
}

/// Ends every session of a user; gives how many there were.
///
/// # Errors
/// Where the database refuses.
pub async fn leave_everywhere(store: &Store, who: &str, address: &str, now: Time) -> Result<u64, StoreError> {
    let mut session = store.write().await?;
    let ended = sign_ins::end_all(&mut session, who).await?;
    let detail = format!("everywhere, from {address}");
    changes::note(&mut session, now, &Actor::person(who), "signed out", &subject(who), &detail).await?;
    session.commit().await?;
    Ok(ended)
}

/// Forgets sessions that are over.
///
/// # Errors
/// Where the database refuses.
pub async fn tidy(store: &Store, settings: &Sessions, now: Time) -> Result<u64, StoreError> {
    let mut session = store.write().await?;
    let gone = sign_ins::forget_ended(&mut session, now, now - settings.idle()).await?;
    session.commit().await?;
    Ok(gone)
}
