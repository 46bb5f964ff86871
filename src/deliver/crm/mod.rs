//! What all CRMs have in common. Read from them: accounts with their people, and how far the tasks are that were written
//! there. `course.rs` tells how a task comes there, `text.rs` what it says.

pub(super) mod api;
pub(super) mod course;
pub mod crm_file;
pub mod crm_match;
pub(super) mod grant;
mod mapping;
pub(super) mod text;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

pub use self::mapping::{Mapping, Unlinked};
use super::{Answer, Destination, Wire};
use crate::model::{Remote, Time};

/// An account as a CRM has it. What the CRM does not say, or the mapping does not name, is absent.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct CrmAccount {
    /// Its id there.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Web address or domain, as it is written there.
    pub website: Option<String>,
    /// The account it belongs to, by its id there.
    pub parent: Option<String>,
    /// Who looks after it.
    pub owner: Option<CrmPerson>,
    /// People there.
    pub contacts: Vec<CrmPerson>,
    /// Word or number that tells how much it matters, as it is written there ("Gold").
    pub tier: Option<String>,
    /// Yearly value of the business with it.
    pub yearly_value: Option<f64>,
    /// Day the contract is up for renewal.
    pub renewal: Option<NaiveDate>,
    /// Opportunity of that renewal, by its id there.
    pub opportunity: Option<String>,
    /// Day of the last call, meeting or answered mail; a due date of a task is none.
    pub last_contact: Option<NaiveDate>,
    /// Country of its head office, as it is written there.
    pub country: Option<String>,
    /// When it last changed there.
    pub modified: Option<Time>,
    /// The account it was merged into, by its id there.
    pub merged_into: Option<String>,
    /// It was deleted there.
    pub deleted: bool,
}

/// A person as a CRM has it: a contact, or one of our own users.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct CrmPerson {
    /// Its id there.
    pub id: String,
    /// Full name.
    pub name: String,
    /// What they do ("CFO").
    pub role: Option<String>,
    /// Mail address.
    pub email: Option<String>,
    /// Telephone number.
    pub phone: Option<String>,
}

/// Does this with the settings of a CRM, and something else where the destination is none.
macro_rules! crm {
    ($destination:expr, $settings:ident => $what:expr, $no:expr) => {
        match $destination {
            Destination::Salesforce($settings) => $what,
            Destination::HubSpot($settings) => $what,
            Destination::Dataverse($settings) => $what,
            Destination::Tryton($settings) => $what,
            Destination::BottleCrm($settings) => $what,
            Destination::Odoo($settings) => $what,
            _ => $no,
        }
    };
}

impl Destination {
    /// It is a CRM: accounts can be read from it, and tasks read back.
    #[must_use]
    pub fn is_crm(&self) -> bool {
        crm!(self, _settings => true, false)
    }

    /// How its accounts become ours; nothing where it knows none.
    #[must_use]
    pub fn mapping(&self) -> Option<&Mapping> {
        if let Self::Webhook(settings) = self {
            return Some(&settings.import);
        }
        crm!(self, settings => Some(&settings.import), None)
    }

    /// A card whose account has no record there waits until it has.
    #[must_use]
    pub fn waits_for_record(&self) -> bool {
        let set = self.mapping().and_then(|mapping| mapping.unlinked);
        set.map_or(self.is_crm(), |set| set == Unlinked::Hold)
    }

    /// The accounts of a CRM, those that changed since `since` where it can tell, else all. Deleted and merged ones are
    /// told where it can.
    ///
    /// # Errors
    /// What the CRM said instead.
    pub async fn accounts(&self, wire: &Wire<'_>, since: Option<Time>) -> Result<Vec<CrmAccount>, Answer> {
        crm!(self, settings => settings.accounts(wire, since).await, Err(no_crm()))
    }

    /// How far these records (by their ids there) are; one that is no longer there is told as gone.
    ///
    /// # Errors
    /// What the CRM said instead.
    pub async fn look(&self, wire: &Wire<'_>, records: &[Remote]) -> Result<Vec<Remote>, Answer> {
        crm!(self, settings => settings.look(wire, records).await, Err(no_crm()))
    }
}

fn no_crm() -> Answer {
    Answer::Silent { why: "it keeps no accounts".to_owned() }
}

/// A mapping that says nothing.
pub(super) fn is_unset(mapping: &Mapping) -> bool {
    *mapping == Mapping::default()
}
