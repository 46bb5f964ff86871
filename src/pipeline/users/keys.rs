//! Keys for programs: `tdg_` + eight letters by which the key is recognised + `_` + 256 random bits.

use chrono::TimeDelta;
use tracing::warn;

use super::desk::{Desk, UserError, known};
use super::grant::Grant;
use super::secret;
use crate::model::{ApiToken, Scope, Time};
use crate::store::{Store, StoreError, api_tokens, users};

/// How every token begins, so that scanners of leaked secrets know it.
const BEGINNING: &str = "tdg_";

/// How exactly it is kept when a token was last used.
const EXACT: TimeDelta = TimeDelta::minutes(1);

/// A token to be made.
#[derive(Clone, Debug)]
pub struct NewToken {
    /// In whose name it works.
    pub user: String,
    /// What it is for, in words.
    pub label: String,
    /// What it is good for.
    pub scopes: Vec<Scope>,
    /// Until when; none: until it is revoked.
    pub expires: Option<Time>,
}

impl Desk {
    /// Makes a token; gives it with its whole text, which is kept nowhere.
    ///
    /// # Errors
    /// Where there is no such user, the scopes are none or reach beyond the user's role, or the database refuses.
    pub async fn add_token(&self, new: &NewToken) -> Result<(ApiToken, String), UserError> {
        let mut session = self.store.write().await?;
        let user = known(&mut session, &new.user).await?;
        if new.scopes.is_empty() {
            return Err(UserError::Scopes("a token without a scope is good for nothing".to_owned()));
        }
        if let Some(scope) = new.scopes.iter().find(|scope| scope.reaches().is_some_and(|reach| reach > user.role)) {
            let message = format!("{} is a {}: `{}` is more than they may do", user.name, user.role, scope.as_str());
            return Err(UserError::Scopes(message));
        }
        let id = hex::encode(secret::random::<4>()?);
        let text = format!("{BEGINNING}{id}_{}", secret::secret()?);
        let mut scopes = new.scopes.clone();
        scopes.sort_unstable();
        scopes.dedup();
        let token = ApiToken {
            id,
            user: user.name,
            label: new.label.trim().to_owned(),
            scopes,
            created: self.now,
            expires: new.expires,
            last_used: None,
        };
        api_tokens::add(&mut session, &token, &secret::hash(&text).to_hex()).await?;
        let scopes: Vec<_> = token.scopes.iter().map(|scope| scope.as_str()).collect();
        let detail = format!("{} ({}), {}", token.id, scopes.join(", "), token.label);
        self.note(&mut session, "token added", &token.user, &detail).await?;
        self.keep(session).await?;
        Ok((token, text))
    }

    /// Revokes the token of this id; a whole token is understood too.
    ///
    /// # Errors
    /// Where there is none, or the database refuses.
    pub async fn revoke_token(&self, id: &str) -> Result<ApiToken, UserError> {
        let typed = id.trim();
        let short = typed.strip_prefix(BEGINNING).unwrap_or(typed).split('_').next().unwrap_or_default();
        let mut session = self.store.write().await?;
        let Some((token, _)) = api_tokens::get(&mut session, short).await? else {
            return Err(UserError::UnknownToken(short.to_owned()));
        };
        api_tokens::revoke(&mut session, short).await?;
        self.note(&mut session, "token revoked", &token.user, &format!("{}, {}", token.id, token.label)).await?;
        self.keep(session).await?;
        Ok(token)
    }

    /// All tokens, or those of one user.
    ///
    /// # Errors
    /// Where there is no such user, or the database refuses.
    pub async fn tokens(&self, user: Option<&str>) -> Result<Vec<ApiToken>, UserError> {
        let mut session = self.store.read().await?;
        let user = match user {
            Some(name) => Some(known(&mut session, name).await?.name),
            None => None,
        };
        Ok(api_tokens::all(&mut session, user.as_deref()).await?)
    }
}

/// What the bearer of this token may do, with the token's id; none where it is wrong, revoked or past its time.
///
/// # Errors
/// Where the database refuses.
pub async fn of_token(store: &Store, text: &str, now: Time) -> Result<Option<(Grant, String)>, StoreError> {
    let Some((id, _)) = text.strip_prefix(BEGINNING).and_then(|rest| rest.split_once('_')) else { return Ok(None) };
    let mut session = store.read().await?;
    let Some((token, kept)) = api_tokens::get(&mut session, id).await? else { return Ok(None) };
    if !secret::is_of(text, &kept) || token.expires.is_some_and(|end| end <= now) {
        return Ok(None);
    }
    let Some(user) = users::get(&mut session, &token.user).await? else { return Ok(None) };
    drop(session);
    if token.last_used.is_none_or(|last| now - last >= EXACT || now < last) {
        note_used(store, &token.id, now).await.unwrap_or_else(|why| warn!(%why, "the use of a token is not noted"));
    }
    Ok(Some((Grant::of(&user, Some(token.scopes)), token.id)))
}

async fn note_used(store: &Store, id: &str, now: Time) -> Result<(), StoreError> {
    let mut session = store.write().await?;
    api_tokens::used(&mut session, id, now).await?;
    session.commit().await
}
