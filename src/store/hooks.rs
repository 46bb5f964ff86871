//! Webhooks that other programs asked for.

use super::{Session, StoreError, from_json, millis, time, to_json};
use crate::model::{DestinationId, Step, Time};

/// A webhook that a program asked for. `secret` is the one that signs: it is shown to nobody but who asked.
#[derive(Clone, PartialEq, Eq)]
pub struct Hook {
    /// Its id, also as a destination ("hook_…").
    pub id: DestinationId,
    /// Where messages are posted.
    pub url: String,
    /// The steps that it is told of.
    pub events: Vec<Step>,
    /// What its messages are signed with (`whsec_…`).
    pub secret: String,
    /// Who asked.
    pub made_by: String,
    /// When.
    pub made: Time,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    url: String,
    events: String,
    secret: String,
    made_by: String,
    made: i64,
}

impl Row {
    fn read(self) -> Result<Hook, StoreError> {
        Ok(Hook {
            id: DestinationId(self.id),
            url: self.url,
            events: from_json("the events of a hook", &self.events)?,
            secret: self.secret,
            made_by: self.made_by,
            made: time(self.made),
        })
    }
}

/// All of them, oldest first.
///
/// # Errors
/// Where the database refuses.
pub async fn all(session: &mut Session) -> Result<Vec<Hook>, StoreError> {
    let sql = "SELECT id, url, events, secret, made_by, made FROM hook ORDER BY made, id";
    rows!(session, Row, sql)?.into_iter().map(Row::read).collect()
}

/// Writes a new one; where the same address is told of the same steps already, that one stays. Gives what now stands.
///
/// # Errors
/// Where the database refuses.
pub async fn put(session: &mut Session, hook: &Hook) -> Result<Hook, StoreError> {
    let events = to_json(&hook.events)?;
    run!(
        session,
        "INSERT INTO hook (id, url, events, secret, made_by, made) VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (url, events) DO NOTHING",
        hook.id.as_str(),
        &hook.url,
        &events,
        &hook.secret,
        &hook.made_by,
        millis(hook.made)
    )?;
    let sql = "SELECT id, url, events, secret, made_by, made FROM hook WHERE url = $1 AND events = $2";
    row!(session, Row, sql, &hook.url, &events)?.map_or_else(|| Ok(hook.clone()), Row::read)
}

/// Takes one out; gives its address, nothing where there is none of this id.
///
/// # Errors
/// Where the database refuses.
pub async fn remove(session: &mut Session, id: &DestinationId) -> Result<Option<String>, StoreError> {
    Ok(row!(session, (String,), "DELETE FROM hook WHERE id = $1 RETURNING url", id.as_str())?.map(|(url,)| url))
}
