//! What a person must look at: records that may be several accounts, and accounts whose record is no longer there.

use std::collections::BTreeMap;

use serde::Serialize;

use super::super::roster::Desk;
use super::super::roster::from_crm::{self, Difference};
use super::super::roster::recorded;
use crate::model::{AccountId, DestinationId, Time};
use crate::store::crm::{self, CrmRecord, PersonKind};
use crate::store::{Session, StoreError, deliveries};

/// Everything that waits for a person.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Report {
    /// Records for which a person must choose.
    pub conflicts: Vec<Conflict>,
    /// Accounts whose record was deleted there, or merged into that of another account.
    pub lost: Vec<Lost>,
    /// Where a file here and a CRM say different things: the file counts.
    pub differences: Vec<Difference>,
    /// Accounts with deliveries that wait.
    pub held: Vec<Held>,
    /// CRMs that could not be read.
    pub troubles: Vec<Trouble>,
}

/// A record for which a person must choose.
#[derive(Clone, Debug, Serialize)]
pub struct Conflict {
    /// Which CRM.
    pub destination: DestinationId,
    /// Its id there.
    pub record: String,
    /// Its name there.
    pub name: String,
    /// Its registrable domain.
    pub domain: Option<String>,
    /// Who looks after it there.
    pub owner: Option<String>,
    /// The record it belongs to.
    pub parent: Option<String>,
    /// How many people are known there.
    pub contacts: usize,
    /// When it last changed there.
    pub modified: Option<Time>,
    /// Why a person must choose.
    pub why: String,
    /// Accounts that it may be.
    pub accounts: Vec<AccountId>,
    /// What to type.
    pub choices: Vec<String>,
}

/// An account whose record is no longer there.
#[derive(Clone, Debug, Serialize)]
pub struct Lost {
    /// Which CRM.
    pub destination: DestinationId,
    /// Which account.
    pub account: AccountId,
    /// The record it was.
    pub record: String,
    /// What became of it.
    pub why: String,
}

/// An account with deliveries that wait.
#[derive(Clone, Debug, Serialize)]
pub struct Held {
    /// Which CRM.
    pub destination: DestinationId,
    /// Which account.
    pub account: AccountId,
    /// Why, and what to type.
    pub why: String,
}

/// A CRM that could not be read.
#[derive(Clone, Debug, Serialize)]
pub struct Trouble {
    /// Which CRM.
    pub destination: DestinationId,
    /// What it said.
    pub why: String,
    /// When.
    pub at: Time,
}

impl Desk {
    /// What a person must look at.
    ///
    /// # Errors
    /// Where the database refuses.
    pub async fn crm_report(&self) -> Result<Report, StoreError> {
        let mut session = self.store.read().await?;
        let mut report = Report::default();
        let mut of_account: BTreeMap<(DestinationId, AccountId), String> = BTreeMap::new();
        for record in crm::in_state(&mut session, "linked").await? {
            if let Some(account) = record.standing.account {
                of_account.insert((record.destination, account), record.record);
            }
        }
        for record in crm::in_state(&mut session, "conflict").await? {
            report.conflicts.push(conflict(&mut session, record).await?);
        }
        for state in ["gone", "merged"] {
            for record in crm::in_state(&mut session, state).await? {
                let Some(account) = record.standing.account else { continue };
                if !of_account.contains_key(&(record.destination.clone(), account.clone())) {
                    let (destination, why) = (record.destination, record.standing.why);
                    report.lost.push(Lost { destination, account, record: record.record, why });
                }
            }
        }
        let written = recorded(&self.files, &mut session).await?.config;
        report.differences = from_crm::beside(&self.files, &written, &mut session).await?.1;
        for (destination, account, why) in deliveries::held(&mut session).await? {
            report.held.push(Held { destination, account, why });
        }
        for destination in &self.files.settings.deliver.destinations {
            if let Some(cursor) = crm::cursor(&mut session, destination.id()).await?
                && let Some(why) = cursor.trouble
            {
                report.troubles.push(Trouble { destination: destination.id().clone(), why, at: cursor.tried });
            }
        }
        Ok(report)
    }
}

async fn conflict(session: &mut Session, record: CrmRecord) -> Result<Conflict, StoreError> {
    let contacts = crm::people(session, &record.destination, &record.record, PersonKind::Contact).await?.len();
    let (id, destination) = (&record.record, &record.destination);
    let mut choices: Vec<String> = record
        .standing
        .candidates
        .iter()
        .map(|account| format!("tidings crm link {account} {id} --destination {destination}"))
        .collect();
    choices.push(format!("tidings crm skip {id} --destination {destination}"));
    Ok(Conflict {
        choices,
        contacts,
        destination: record.destination,
        record: record.record,
        name: record.name,
        domain: record.domain,
        owner: record.owner,
        parent: record.parent,
        modified: record.modified,
        why: record.standing.why,
        accounts: record.standing.candidates,
    })
}
