//! Both ways with the CRMs: accounts come from there, and what became of the tasks that went there.
//!
//! What a CRM says of its accounts is kept as it said it. Which of ours each is follows from that and from what people
//! chose, and is worked out anew after every change (`settle.rs`), so that nothing that was once guessed stays for good.

pub mod choose;
pub mod import;
pub mod report;
pub mod status;

pub(in crate::pipeline) mod hold;
pub(in crate::pipeline) mod links;
mod settle;

pub use settle::Settled;

use crate::config::did_you_mean;
use crate::deliver::{CrmAccount, Destination};
use crate::model::{Actor, DestinationId};
use crate::store::StoreError;
use crate::store::crm::CrmRecord;

/// Why something cannot be done with a CRM.
#[derive(Debug, thiserror::Error)]
pub enum CrmError {
    /// No destination has this id.
    #[error("no destination `{id}` is configured{}", .nearest.as_ref().map(|near| format!("; {near}")).unwrap_or_default())]
    NoDestination {
        /// What was asked for.
        id: String,
        /// The id that is most like it.
        nearest: Option<String>,
    },
    /// None of the destinations is a CRM.
    #[error("no CRM is configured under [[deliver.destinations]] in tidings.toml")]
    NoCrm,
    /// Several destinations could be meant.
    #[error("several are configured: name one of {}", .0.join(", "))]
    Several(Vec<String>),
    /// It keeps no accounts that could be read.
    #[error("destination `{0}` keeps no accounts: give an export file with --file")]
    KeepsNone(DestinationId),
    /// It did not give its accounts.
    #[error("{destination}: {why}")]
    Refused {
        /// Which CRM.
        destination: DestinationId,
        /// What it said instead.
        why: String,
    },
    /// A file is no export of accounts.
    #[error("{0}")]
    Unreadable(String),
    /// The CRM knows no such record.
    #[error("no record `{record}` of {destination} is known here")]
    NoRecord {
        /// Which CRM.
        destination: DestinationId,
        /// Which record.
        record: String,
    },
    /// There is no such account.
    #[error("no account `{id}`{}", .nearest.as_ref().map(|near| format!("; {near}")).unwrap_or_default())]
    NoAccount {
        /// What was asked for.
        id: String,
        /// The id that is most like it.
        nearest: Option<String>,
    },
    /// A file says otherwise.
    #[error("watchlist.toml states record {stated} of {destination} for account `{account}`: the file counts")]
    Stated {
        /// Which CRM.
        destination: DestinationId,
        /// Which account.
        account: String,
        /// What the file states.
        stated: String,
    },
    /// Nobody chose anything there.
    #[error("nobody chose a record for `{0}`")]
    NotChosen(String),
    /// The database refused.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The destination that is meant: the one with this id; without one the only CRM.
///
/// # Errors
/// Where there is none, or several.
pub fn meant<'d>(destinations: &'d [Destination], id: Option<&str>) -> Result<&'d Destination, CrmError> {
    if let Some(id) = id {
        let known = destinations.iter().map(|destination| destination.id().as_str());
        return destinations
            .iter()
            .find(|destination| destination.id().as_str() == id)
            .ok_or_else(|| CrmError::NoDestination { id: id.to_owned(), nearest: did_you_mean(id, known) });
    }
    let mut crms: Vec<&Destination> = destinations.iter().filter(|destination| destination.is_crm()).collect();
    if crms.is_empty() {
        // A CRM behind a webhook, told by its export files.
        crms = destinations.iter().filter(|destination| destination.mapping().is_some()).collect();
    }
    match crms.as_slice() {
        [] => Err(CrmError::NoCrm),
        [one] => Ok(one),
        several => Err(CrmError::Several(several.iter().map(|one| one.id().0.clone()).collect())),
    }
}

/// Who does what follows from a CRM.
pub(super) fn actor(destination: &DestinationId) -> Actor {
    Actor(format!("crm:{destination}"))
}

/// Changes of a record that no account has are noted under this.
fn subject(destination: &DestinationId, record: &str) -> String {
    format!("crm:{destination}:{record}")
}

/// All that a CRM told of a record, but its people.
pub(super) fn body(record: &CrmRecord) -> CrmAccount {
    serde_json::from_str(&record.body).unwrap_or_default()
}
