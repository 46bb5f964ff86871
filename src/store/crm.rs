//! Accounts as CRMs have them: which of ours each is, their people, and how far each CRM was read.

use super::{Session, StoreError, from_json, millis, time, to_json};
use crate::model::{AccountId, DestinationId, Time};

/// An account of a CRM, as it was last told.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CrmRecord {
    /// Which CRM.
    pub destination: DestinationId,
    /// Its id there.
    pub record: String,
    /// Its name there.
    pub name: String,
    /// Its registrable domain.
    pub domain: Option<String>,
    /// The record it belongs to.
    pub parent: Option<String>,
    /// Who looks after it there, by their name.
    pub owner: Option<String>,
    /// When it last changed there.
    pub modified: Option<Time>,
    /// The record it was merged into.
    pub merged_into: Option<String>,
    /// All that was told, but its people (JSON).
    pub body: String,
    /// Where it belongs here.
    pub standing: Standing,
}

/// Where a record belongs here.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    /// How far it is: a word of [`crate::deliver`]'s matching, `new` where nobody looked yet.
    pub state: String,
    /// Our account.
    pub account: Option<AccountId>,
    /// By what it is known to be that.
    pub how: Option<String>,
    /// Why it stands so, for a person.
    pub why: String,
    /// Accounts that it may be, where that is not clear.
    pub candidates: Vec<AccountId>,
}

/// A person of a record.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KeptPerson {
    /// Their id there.
    pub id: String,
    /// Full name.
    pub name: String,
    /// What they do.
    pub role: Option<String>,
    /// Mail address.
    pub email: Option<String>,
    /// Telephone number.
    pub phone: Option<String>,
}

/// Whose people are meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PersonKind {
    /// People there.
    Contact,
    /// People of ours.
    Owner,
}

impl PersonKind {
    fn as_str(self) -> &'static str {
        match self {
            Self::Contact => "contact",
            Self::Owner => "owner",
        }
    }
}

/// How far a CRM was read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cursor {
    /// The latest change that was read.
    pub since: Option<Time>,
    /// When everything was last read.
    pub whole: Option<Time>,
    /// When it was last tried.
    pub tried: Time,
    /// Why that failed, where it did.
    pub trouble: Option<String>,
}

#[derive(sqlx::FromRow)]
struct RecordRow {
    destination: String,
    record: String,
    name: String,
    domain: Option<String>,
    parent: Option<String>,
    owner: Option<String>,
    modified: Option<i64>,
    account: Option<String>,
    state: String,
    how: Option<String>,
    merged_into: Option<String>,
    why: String,
    candidates: String,
    body: String,
}

impl RecordRow {
    fn read(self) -> Result<CrmRecord, StoreError> {
        Ok(CrmRecord {
            destination: DestinationId(self.destination),
            record: self.record,
            name: self.name,
            domain: self.domain,
            parent: self.parent,
            owner: self.owner,
            modified: self.modified.map(time),
            merged_into: self.merged_into,
            body: self.body,
            standing: Standing {
                state: self.state,
                account: self.account.map(AccountId),
                how: self.how,
                why: self.why,
                candidates: from_json("accounts that a record may be", &self.candidates)?,
            },
        })
    }
}

/// Writes what a CRM told of an account; where it belongs stays as it was, `gone` alone is looked at anew.
///
/// # Errors
/// Where the database refuses.
pub async fn told(session: &mut Session, record: &CrmRecord, now: Time) -> Result<(), StoreError> {
    run!(
        session,
        "INSERT INTO crm_record (destination, record, name, domain, parent, owner, modified, state, merged_into, why,
                                 candidates, body, seen)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, '', '[]', $10, $11)
         ON CONFLICT (destination, record) DO UPDATE SET name = excluded.name, domain = excluded.domain,
             parent = excluded.parent, owner = excluded.owner, modified = excluded.modified,
             merged_into = excluded.merged_into, body = excluded.body, seen = excluded.seen,
             why = CASE WHEN excluded.state = 'gone' AND crm_record.state <> 'gone' THEN '' ELSE crm_record.why END,
             state = CASE WHEN excluded.state = 'gone' THEN 'gone'
                          WHEN crm_record.state = 'gone' THEN 'new' ELSE crm_record.state END",
        record.destination.as_str(),
        &record.record,
        &record.name,
        &record.domain,
        &record.parent,
        &record.owner,
        record.modified.map(millis),
        &record.standing.state,
        &record.merged_into,
        &record.body,
        millis(now)
    )?;
    Ok(())
}

/// Says where a record belongs here.
///
/// # Errors
/// Where the database refuses.
pub async fn stand(
    session: &mut Session,
    destination: &DestinationId,
    record: &str,
    standing: &Standing,
) -> Result<(), StoreError> {
    run!(
        session,
        "UPDATE crm_record SET state = $3, account = $4, how = $5, why = $6, candidates = $7
         WHERE destination = $1 AND record = $2",
        destination.as_str(),
        record,
        &standing.state,
        standing.account.as_ref().map(AccountId::as_str),
        &standing.how,
        &standing.why,
        to_json(&standing.candidates)?
    )?;
    Ok(())
}

/// Everything that was told of a CRM's accounts, in order of their ids.
///
/// # Errors
/// Where the database refuses.
pub async fn records(session: &mut Session, destination: &DestinationId) -> Result<Vec<CrmRecord>, StoreError> {
    let sql = "SELECT * FROM crm_record WHERE destination = $1 ORDER BY record";
    rows!(session, RecordRow, sql, destination.as_str())?.into_iter().map(RecordRow::read).collect()
}

/// The records of all CRMs that are in this state.
///
/// # Errors
/// Where the database refuses.
pub async fn in_state(session: &mut Session, state: &str) -> Result<Vec<CrmRecord>, StoreError> {
    let sql = "SELECT * FROM crm_record WHERE state = $1 ORDER BY destination, record";
    rows!(session, RecordRow, sql, state)?.into_iter().map(RecordRow::read).collect()
}

/// One record.
///
/// # Errors
/// Where the database refuses.
pub async fn record(
    session: &mut Session,
    destination: &DestinationId,
    record: &str,
) -> Result<Option<CrmRecord>, StoreError> {
    let sql = "SELECT * FROM crm_record WHERE destination = $1 AND record = $2";
    row!(session, RecordRow, sql, destination.as_str(), record)?.map(RecordRow::read).transpose()
}

/// The record that an account is linked to in a CRM.
///
/// # Errors
/// Where the database refuses.
pub async fn of_account(
    session: &mut Session,
    destination: &DestinationId,
    account: &AccountId,
) -> Result<Option<CrmRecord>, StoreError> {
    let sql = "SELECT * FROM crm_record WHERE destination = $1 AND account = $2 AND state = 'linked' ORDER BY record";
    row!(session, RecordRow, sql, destination.as_str(), account.as_str())?.map(RecordRow::read).transpose()
}

/// The records of a CRM that may be this account, where that is not clear.
///
/// # Errors
/// Where the database refuses.
pub async fn in_conflict(
    session: &mut Session,
    destination: &DestinationId,
    account: &AccountId,
) -> Result<Vec<CrmRecord>, StoreError> {
    let sql = "SELECT * FROM crm_record WHERE destination = $1 AND state = 'conflict' ORDER BY record";
    let all: Result<Vec<_>, _> =
        rows!(session, RecordRow, sql, destination.as_str())?.into_iter().map(RecordRow::read).collect();
    Ok(all?.into_iter().filter(|record| record.standing.candidates.contains(account)).collect())
}

/// Marks the records of a CRM that were not told since `since` as gone, and forgets their people; gives how many.
///
/// # Errors
/// Where the database refuses.
pub async fn not_told(session: &mut Session, destination: &DestinationId, since: Time) -> Result<u64, StoreError> {
    let gone = run!(
        &mut *session,
        "UPDATE crm_record SET state = 'gone', why = ''
         WHERE destination = $1 AND seen < $2 AND state NOT IN ('gone', 'merged')",
        destination.as_str(),
        millis(since)
    )?;
    run!(
        session,
        "DELETE FROM crm_person WHERE destination = $1
           AND record IN (SELECT record FROM crm_record WHERE destination = $1 AND state = 'gone')",
        destination.as_str()
    )?;
    Ok(gone)
}

/// Writes the people of a record, in place of those that were known.
///
/// # Errors
/// Where the database refuses.
pub async fn put_people(
    session: &mut Session,
    destination: &DestinationId,
    record: &str,
    kind: PersonKind,
    people: &[KeptPerson],
) -> Result<(), StoreError> {
    let sql = "DELETE FROM crm_person WHERE destination = $1 AND record = $2 AND kind = $3";
    run!(&mut *session, sql, destination.as_str(), record, kind.as_str())?;
    for (place, person) in people.iter().enumerate() {
        run!(
            &mut *session,
            "INSERT INTO crm_person (destination, record, kind, person, place, name, role, email, phone)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (destination, record, kind, person) DO NOTHING",
            destination.as_str(),
            record,
            kind.as_str(),
            &person.id,
            i64::try_from(place).unwrap_or(i64::MAX),
            &person.name,
            &person.role,
            &person.email,
            &person.phone
        )?;
    }
    Ok(())
}

type PersonRow = (String, String, Option<String>, Option<String>, Option<String>);

fn person((id, name, role, email, phone): PersonRow) -> KeptPerson {
    KeptPerson { id, name, role, email, phone }
}

/// The people of a record, in the order in which they were told.
///
/// # Errors
/// Where the database refuses.
pub async fn people(
    session: &mut Session,
    destination: &DestinationId,
    record: &str,
    kind: PersonKind,
) -> Result<Vec<KeptPerson>, StoreError> {
    let sql = "SELECT person, name, role, email, phone FROM crm_person
               WHERE destination = $1 AND record = $2 AND kind = $3 ORDER BY place";
    let rows = rows!(session, PersonRow, sql, destination.as_str(), record, kind.as_str())?;
    Ok(rows.into_iter().map(person).collect())
}

/// Our own people as a CRM has them, each once.
///
/// # Errors
/// Where the database refuses.
pub async fn owners(session: &mut Session, destination: &DestinationId) -> Result<Vec<KeptPerson>, StoreError> {
    let sql = "SELECT DISTINCT person, name, role, email, phone FROM crm_person
               WHERE destination = $1 AND kind = 'owner' ORDER BY person";
    Ok(rows!(session, PersonRow, sql, destination.as_str())?.into_iter().map(person).collect())
}

/// The people of all records that are linked, by CRM, record and kind (`contact`, `owner`).
///
/// # Errors
/// Where the database refuses.
pub async fn people_of_linked(
    session: &mut Session,
) -> Result<Vec<(DestinationId, String, PersonKind, KeptPerson)>, StoreError> {
    type Row = (String, String, String, String, String, Option<String>, Option<String>, Option<String>);
    let rows = rows!(
        session,
        Row,
        "SELECT destination, record, kind, person, crm_person.name, role, email, phone
         FROM crm_person JOIN crm_record USING (destination, record) WHERE state = 'linked'
         ORDER BY destination, record, kind, place"
    )?;
    Ok(rows
        .into_iter()
        .map(|(destination, record, kind, id, name, role, email, phone)| {
            let kind = if kind == "owner" { PersonKind::Owner } else { PersonKind::Contact };
            (DestinationId(destination), record, kind, KeptPerson { id, name, role, email, phone })
        })
        .collect())
}

/// How far a CRM was read; nothing where it never was.
///
/// # Errors
/// Where the database refuses.
pub async fn cursor(session: &mut Session, destination: &DestinationId) -> Result<Option<Cursor>, StoreError> {
    let row = row!(
        session,
        (Option<i64>, Option<i64>, i64, Option<String>),
        "SELECT since, whole, tried, trouble FROM crm_cursor WHERE destination = $1",
        destination.as_str()
    )?;
    Ok(row.map(|(since, whole, tried, trouble)| Cursor {
        since: since.map(time),
        whole: whole.map(time),
        tried: time(tried),
        trouble,
    }))
}

/// Writes how far a CRM was read.
///
/// # Errors
/// Where the database refuses.
pub async fn put_cursor(session: &mut Session, destination: &DestinationId, cursor: &Cursor) -> Result<(), StoreError> {
    run!(
        session,
        "INSERT INTO crm_cursor (destination, since, whole, tried, trouble) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (destination) DO UPDATE SET since = excluded.since, whole = excluded.whole,
             tried = excluded.tried, trouble = excluded.trouble",
        destination.as_str(),
        cursor.since.map(millis),
        cursor.whole.map(millis),
        millis(cursor.tried),
        &cursor.trouble
    )?;
    Ok(())
}
