//! What other systems told.

use super::{Session, StoreError, from_json, millis, time, to_json};
use crate::model::{AccountId, Actor, Fact, FactId, FactKind, Time};

/// What became of a fact that was offered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Taken {
    /// Not told before.
    Added,
    /// Told before, otherwise.
    Changed,
    /// Told before.
    Unchanged,
}

/// A fact as it is kept.
#[derive(Clone, Debug, PartialEq)]
pub struct KeptFact {
    /// The fact.
    pub fact: Fact,
    /// When it was told.
    pub received: Time,
    /// Who told it.
    pub who: Actor,
    /// What came of it, in words; none while nobody has looked.
    pub answer: Option<String>,
}

/// Keeps a fact under its id. A new or changed one waits to be answered.
///
/// # Errors
/// Where the database refuses.
pub async fn put(session: &mut Session, fact: &Fact, who: &Actor, now: Time) -> Result<Taken, StoreError> {
    let body = to_json(fact)?;
    let known = row!(session, (String,), "SELECT body FROM fact WHERE id = $1", fact.id.as_str())?;
    let taken = match known {
        Some((known,)) if known == body => {
            // Told again: the system still speaks.
            run!(session, "UPDATE fact SET received = $2 WHERE id = $1", fact.id.as_str(), millis(now))?;
            return Ok(Taken::Unchanged);
        }
        Some(_) => Taken::Changed,
        None => Taken::Added,
    };
    run!(
        session,
        "INSERT INTO fact (id, kind, account, at, received, who, state, body)
         VALUES ($1, $2, $3, $4, $5, $6, 'unread', $7)
         ON CONFLICT (id) DO UPDATE SET kind = excluded.kind, account = excluded.account, at = excluded.at,
             received = excluded.received, who = excluded.who, state = 'unread', lease_until = 0, body = excluded.body",
        fact.id.as_str(),
        fact.kind.as_str(),
        fact.account.as_str(),
        millis(fact.at),
        millis(now),
        &who.0,
        body
    )?;
    Ok(taken)
}

/// Leases facts that wait, in the order in which they happened.
///
/// # Errors
/// Where the database refuses.
pub async fn lease_unread(
    session: &mut Session,
    now: Time,
    lease_until: Time,
    limit: i64,
) -> Result<Vec<Fact>, StoreError> {
    let rows = leased!(
        session,
        (String,),
        "UPDATE fact SET lease_until = $2 WHERE id IN (
             SELECT id FROM fact WHERE state = 'unread' AND lease_until <= $1 ORDER BY at, received, id LIMIT $3",
        ") RETURNING body",
        millis(now),
        millis(lease_until),
        limit
    )?;
    let mut facts = rows.into_iter().map(read).collect::<Result<Vec<_>, _>>()?;
    facts.sort_by(|one, other| (one.at, &one.id).cmp(&(other.at, &other.id)));
    Ok(facts)
}

/// Whether the fact still waits, just as it is here: it may have been told otherwise since it was leased.
///
/// # Errors
/// Where the database refuses.
pub async fn still_waits(session: &mut Session, fact: &Fact) -> Result<bool, StoreError> {
    let row = row!(session, (String,), "SELECT body FROM fact WHERE id = $1 AND state = 'unread'", fact.id.as_str())?;
    Ok(row.is_some_and(|(body,)| to_json(fact).is_ok_and(|own| own == body)))
}

/// Writes down what came of a fact.
///
/// # Errors
/// Where the database refuses.
pub async fn mark_answered(session: &mut Session, id: &FactId, answer: &str) -> Result<(), StoreError> {
    run!(
        session,
        "UPDATE fact SET state = 'answered', lease_until = 0, answer = $2 WHERE id = $1",
        id.as_str(),
        answer
    )?;
    Ok(())
}

/// Gives leased facts back: whoever held them is gone.
///
/// # Errors
/// Where the database refuses.
pub async fn free_leases(session: &mut Session) -> Result<(), StoreError> {
    run!(session, "UPDATE fact SET lease_until = 0 WHERE state = 'unread'")?;
    Ok(())
}

/// The newest facts of one account, oldest first.
///
/// # Errors
/// Where the database refuses.
pub async fn of_account(session: &mut Session, account: &AccountId, limit: i64) -> Result<Vec<Fact>, StoreError> {
    let rows = rows!(
        session,
        (String,),
        "SELECT body FROM fact WHERE account = $1 ORDER BY at DESC, id DESC LIMIT $2",
        account.as_str(),
        limit
    )?;
    rows.into_iter().rev().map(read).collect()
}

/// The newest facts, of one account or of all, newest first.
///
/// # Errors
/// Where the database refuses.
pub async fn list(session: &mut Session, account: Option<&AccountId>, limit: i64) -> Result<Vec<KeptFact>, StoreError> {
    let rows = rows!(
        session,
        (i64, String, Option<String>, String),
        "SELECT received, who, answer, body FROM fact WHERE $1 = '' OR account = $1 ORDER BY at DESC, id LIMIT $2",
        account.map_or("", AccountId::as_str),
        limit
    )?;
    rows.into_iter()
        .map(|(received, who, answer, body)| {
            Ok(KeptFact { fact: read((body,))?, received: time(received), who: Actor(who), answer })
        })
        .collect()
}

/// When each kind of fact was last told, by any system. A look into the index for each kind: the facts may be many.
///
/// # Errors
/// Where the database refuses.
pub async fn last_told(session: &mut Session) -> Result<Vec<(FactKind, Time)>, StoreError> {
    let mut told = Vec::new();
    for kind in FactKind::ALL {
        let last = row!(session, (Option<i64>,), "SELECT MAX(received) FROM fact WHERE kind = $1", kind.as_str())?;
        told.extend(last.and_then(|(at,)| at).map(|at| (*kind, time(at))));
    }
    Ok(told)
}

fn read((body,): (String,)) -> Result<Fact, StoreError> {
    from_json("a fact", &body)
}
