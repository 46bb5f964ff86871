//! Users come, change and go.

use super::{password, secret::NoRandomness};
use crate::model::{Actor, Time, User, UserRole};
use crate::store::{Session, Store, StoreError, changes, sign_ins, users};

/// Why a change of users cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum UserError {
    /// Nobody has this name.
    #[error("there is no user {0:?}")]
    Unknown(String),
    /// Somebody has this name.
    #[error("there is a user {0:?} already")]
    Taken(String),
    /// The name cannot be one.
    #[error("{0:?} cannot be a user's name: 1 to 64 letters, digits and `. _ - + @`")]
    Name(String),
    /// The password cannot be one.
    #[error("{0}")]
    Password(String),
    /// Others would be left without anybody who may change users.
    #[error("{0:?} is the last admin")]
    LastAdmin(String),
    /// There is no such token.
    #[error("there is no token {0:?}")]
    UnknownToken(String),
    /// The token would be good for nothing, or for more than its user may do.
    #[error("{0}")]
    Scopes(String),
    /// No secret can be made.
    #[error(transparent)]
    Random(#[from] NoRandomness),
    /// The password cannot be hashed.
    #[error("the password cannot be hashed: {0}")]
    Hash(#[from] argon2::password_hash::Error),
    /// The database refuses.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Who is to be added.
#[derive(Clone, Debug)]
pub struct NewUser {
    /// The name to sign in with; with an identity provider the mail address.
    pub name: String,
    /// What they may do.
    pub role: UserRole,
    /// The owners whose accounts they see first.
    pub owners: Vec<String>,
    /// Their password; none where only the identity provider lets them in.
    pub password: Option<String>,
}

/// Where users are changed: by whom, when, and whether it is meant.
#[derive(Clone, Debug)]
pub struct Desk {
    /// The database.
    pub store: Store,
    /// Who does this.
    pub who: Actor,
    /// The present instant.
    pub now: Time,
    /// Look only: nothing is kept.
    pub dry_run: bool,
}

/// What a user is called in the log.
#[must_use]
pub fn subject(name: &str) -> String {
    format!("user:{name}")
}

impl Desk {
    /// Adds somebody.
    ///
    /// # Errors
    /// Where the name is taken or none, the password is weak, or the database refuses.
    pub async fn add(&self, new: &NewUser) -> Result<User, UserError> {
        let name = checked_name(&new.name)?;
        let hash = new.password.as_deref().map(|password| hash_of(password, &name)).transpose()?;
        let user = User {
            name,
            role: new.role,
            owners: new.owners.clone(),
            has_password: hash.is_some(),
            identity: None,
            created: self.now,
            last_sign_in: None,
        };
        let mut session = self.store.write().await?;
        if !users::add(&mut session, &user, hash.as_deref()).await? {
            return Err(UserError::Taken(user.name));
        }
        let owners = if user.owners.is_empty() { String::new() } else { format!(", for {}", user.owners.join(", ")) };
        self.note(&mut session, "user added", &user.name, &format!("{}{owners}", user.role)).await?;
        self.keep(session).await?;
        Ok(user)
    }

    /// Removes somebody, with their sessions and tokens: the next request of theirs is refused.
    ///
    /// # Errors
    /// Where there is no such user, it is the last admin of others, or the database refuses.
    pub async fn remove(&self, name: &str) -> Result<(), UserError> {
        let mut session = self.store.write().await?;
        let user = known(&mut session, name).await?;
        self.leave_an_admin(&mut session, &user, true).await?;
        users::remove(&mut session, &user.name).await?;
        self.note(&mut session, "user removed", &user.name, user.role.as_str()).await?;
        self.keep(session).await
    }

    /// Gives somebody another role; where `owners` are given, those too.
    ///
    /// # Errors
    /// Where there is no such user, it is the last admin, or the database refuses.
    pub async fn set_role(&self, name: &str, role: UserRole, owners: Option<Vec<String>>) -> Result<User, UserError> {
        let mut session = self.store.write().await?;
        let before = known(&mut session, name).await?;
        if role < UserRole::Admin {
            self.leave_an_admin(&mut session, &before, false).await?;
        }
        let after = User { role, owners: owners.unwrap_or_else(|| before.owners.clone()), ..before.clone() };
        users::set_role(&mut session, &after.name, after.role, &after.owners).await?;
        let mut said = format!("{} → {}", before.role, after.role);
        if before.owners != after.owners {
            said += &format!(
                ", for {}",
                if after.owners.is_empty() { "nobody".to_owned() } else { after.owners.join(", ") }
            );
        }
        self.note(&mut session, "role changed", &after.name, &said).await?;
        self.keep(session).await?;
        Ok(after)
    }

    /// Gives somebody another password and signs them out everywhere; gives how many sessions that ended.
    ///
    /// # Errors
    /// Where there is no such user, the password is weak, or the database refuses.
    pub async fn set_password(&self, name: &str, password: &str) -> Result<u64, UserError> {
        let user = known(&mut self.store.read().await?, name).await?;
        let hash = hash_of(password, &user.name)?;
        let mut session = self.store.write().await?;
        users::set_password(&mut session, &user.name, &hash).await?;
        let ended = sign_ins::end_all(&mut session, &user.name).await?;
        self.note(&mut session, "password changed", &user.name, "signed out everywhere").await?;
        self.keep(session).await?;
        Ok(ended)
    }

    /// Everybody.
    ///
    /// # Errors
    /// Where the database refuses.
    pub async fn list(&self) -> Result<Vec<User>, UserError> {
        Ok(users::all(&mut self.store.read().await?).await?)
    }

    /// Refuses to take the last admin away from others; the very last user may go.
    async fn leave_an_admin(&self, session: &mut Session, user: &User, goes: bool) -> Result<(), UserError> {
        let others: Vec<_> = users::all(session).await?.into_iter().filter(|other| other.name != user.name).collect();
        let is_last = user.role == UserRole::Admin && others.iter().all(|other| other.role != UserRole::Admin);
        if is_last && !(goes && others.is_empty()) {
            return Err(UserError::LastAdmin(user.name.clone()));
        }
        Ok(())
    }

    /// Writes a change of a user into the log.
    pub(super) async fn note(
        &self,
        session: &mut Session,
        what: &str,
        name: &str,
        detail: &str,
    ) -> Result<(), StoreError> {
        changes::note(session, self.now, &self.who, what, &subject(name), detail).await
    }

    /// Keeps what was done, unless it was not meant.
    pub(super) async fn keep(&self, session: Session) -> Result<(), UserError> {
        if self.dry_run {
            return Ok(());
        }
        Ok(session.commit().await?)
    }
}

/// The user of a name, however it is typed.
pub(super) async fn known(session: &mut Session, name: &str) -> Result<User, UserError> {
    let unknown = || UserError::Unknown(name.trim().to_owned());
    users::get(session, &plain_name(name)).await?.ok_or_else(unknown)
}

/// A name as it is kept: without blanks around it, lower case.
pub(super) fn plain_name(name: &str) -> String {
    name.trim().to_lowercase()
}

/// A name that may be kept. No blank and no slash: it stands in the log, where `tidings/…` is the program itself.
pub(super) fn checked_name(name: &str) -> Result<String, UserError> {
    let plain = plain_name(name);
    let fine = |letter: char| letter.is_alphanumeric() || matches!(letter, '.' | '_' | '-' | '+' | '@');
    if plain.is_empty() || plain.chars().count() > 64 || !plain.chars().all(fine) || plain.starts_with('-') {
        return Err(UserError::Name(name.to_owned()));
    }
    Ok(plain)
}

fn hash_of(text: &str, name: &str) -> Result<String, UserError> {
    match password::fault(text, name) {
        Some(fault) => Err(UserError::Password(fault)),
        None => Ok(password::hash(text)?),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_could_pass_for_the_program_or_break_a_line_are_refused() {
        for (typed, kept) in
            [(" Mia ", "mia"), ("mia.larsen@firm.example", "mia.larsen@firm.example"), ("Łukasz", "łukasz")]
        {
            assert_eq!(checked_name(typed).unwrap(), kept);
        }
        for wrong in ["", " ", "tidings/read", "mia larsen", "mia\nroot", "--role", &"x".repeat(65), "mia\u{202e}"] {
            assert!(checked_name(wrong).is_err(), "{wrong:?}");
        }
    }
}
