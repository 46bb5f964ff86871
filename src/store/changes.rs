//! Who changed what, for everything that is not a step of a touch point's life.

use super::{Session, StoreError, millis, time};
use crate::model::{Actor, Time};

/// A change that was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// When.
    pub at: Time,
    /// By whom.
    pub who: String,
    /// What kind of change ("feed moved").
    pub what: String,
    /// The id of what was changed.
    pub subject: String,
    /// The change in words.
    pub detail: String,
}

/// Time, who, what, subject and detail.
type Row = (i64, String, String, String, String);

fn read((at, who, what, subject, detail): Row) -> Change {
    Change { at: time(at), who, what, subject, detail }
}

/// Writes down that `who` did `what` to `subject`.
///
/// # Errors
/// Where the database refuses.
pub async fn note(
    session: &mut Session,
    now: Time,
    who: &Actor,
    what: &str,
    subject: &str,
    detail: &str,
) -> Result<(), StoreError> {
    run!(
        session,
        "INSERT INTO change (at, who, what, subject, detail) VALUES ($1, $2, $3, $4, $5)",
        millis(now),
        &who.0,
        what,
        subject,
        detail
    )?;
    Ok(())
}

/// The latest changes of all subjects since `since`, by one person or by all, newest first.
///
/// # Errors
/// Where the database refuses.
pub async fn latest(
    session: &mut Session,
    who: Option<&str>,
    since: Time,
    limit: i64,
) -> Result<Vec<Change>, StoreError> {
    let rows = rows!(
        session,
        Row,
        "SELECT at, who, what, subject, detail FROM change WHERE at >= $1 AND ($2 = '' OR who = $2)
         ORDER BY seq DESC LIMIT $3",
        millis(since),
        who.unwrap_or_default(),
        limit
    )?;
    Ok(rows.into_iter().map(read).collect())
}

/// The latest changes of one subject, newest first.
///
/// # Errors
/// Where the database refuses.
pub async fn of(session: &mut Session, subject: &str, limit: i64) -> Result<Vec<Change>, StoreError> {
    let rows = rows!(
        session,
        Row,
        "SELECT at, who, what, subject, detail FROM change WHERE subject = $1 ORDER BY seq DESC LIMIT $2",
        subject,
        limit
    )?;
    Ok(rows.into_iter().map(read).collect())
}
