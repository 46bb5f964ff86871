//! Tasks in HubSpot, and its companies.
//!
//! | What | How | Source |
//! |---|---|---|
//! | Sign-in | the token of a private app as bearer; it does not expire, so 401 pauses | Private apps |
//! | Task | `hs_timestamp` (due, required), `hs_task_subject`, `hs_task_body` (HTML), `hs_task_status`, `hs_task_priority`, `hs_task_type`, `hubspot_owner_id`; all values are texts | CRM API: Tasks |
//! | Its company | `associations` with a type id, read from `/crm/v4/associations/tasks/companies/labels`; 192 where that tells nothing | CRM API: Associations v4 |
//! | The same key never twice | with `unique_property`: batch upsert by `idProperty`, 207 judged row by row, then the association, which may be set twice. Without: search, then the tasks of the company read one by one; after an attempt that nobody answered and a search that found nothing, a person looks, for the search index lags | CRM API: Objects, Search |
//! | Limits | 429: `policyName` DAILY rests until midnight of the account's time zone, other policies are tried again | API usage guidelines |
//! | Errors | `{"status": "error", "category", "message", "correlationId"}` | Error handling |
//! | Companies | by list in full, by search on `hs_lastmodifieddate` after that (at most 10,000 a search: narrowed by time); archived ones by list, merged ones by `hs_merged_object_ids` | CRM API: Companies |
//!
//! <https://developers.hubspot.com/docs/api-reference>. Configurable because it differs or may change: the path of objects
//! (`/crm/v3/objects`, `/crm/objects/2026-03`), the type id of the association, statuses, every property that is read.

mod accounts;
mod error;
mod portal;
mod task;

use std::path::PathBuf;

use self::portal::Portal;
use super::crm::{api, course};
use super::rules::destination;
use super::{Answer, Attempt, CrmAccount, Fault, Mapping, Secret, SecretReader, Sent, Wire};
use crate::model::{Remote, Time};

destination! {
    /// Tasks in HubSpot, and its companies.
    pub struct HubSpot on "super::rules::steps_of_people" {
        /// Address of the API.
        #[serde(default = "url")]
        pub url: String,
        /// Path of objects, by the version of the API.
        #[serde(default = "objects")]
        pub objects: String,
        /// Environment variable that holds the token of the private app.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub token_env: Option<String>,
        /// File that holds the token of the private app.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub token_file: Option<PathBuf>,
        /// Property of tasks with unique values ("tidings_key"); the surest way to write nothing twice. Without one the
        /// key ends the task's text.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub unique_property: Option<String>,
        /// Type id of the association from task to company, where the schema tells none.
        #[serde(default = "association")]
        pub association_type: u32,
        /// Status of a task still to be done.
        #[serde(default = "not_started")]
        pub status_open: String,
        /// Status of a task that was done.
        #[serde(default = "completed")]
        pub status_done: String,
        /// Status of a task that was taken back.
        #[serde(default = "completed")]
        pub status_cancelled: String,
        /// Number of the account (portal), for addresses that people can follow.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub portal: Option<u64>,
        /// Address of a card for your people, with `{id}` in place of its id.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub link: Option<String>,
        /// Pipeline of deals that are renewals, by its id. None are read without it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub renewal_pipeline: Option<String>,
        /// Days before a renewal from which its deal counts.
        #[serde(default = "window")]
        pub renewal_days: u16,
        /// How its companies are taken over; `only` is `property=value`.
        #[serde(default)]
        pub import: Mapping,
        /// The token, once fetched.
        #[serde(skip)]
        token: Option<Secret>,
    }
}

fn url() -> String {
    "https://api.hubapi.com".to_owned()
}

fn objects() -> String {
    "/crm/v3/objects".to_owned()
}

fn association() -> u32 {
    192
}

fn not_started() -> String {
    "NOT_STARTED".to_owned()
}

fn completed() -> String {
    "COMPLETED".to_owned()
}

fn window() -> u16 {
    180
}

impl HubSpot {
    /// Writes, changes or closes the task of a card.
    pub(super) async fn send(&self, attempt: &Attempt<'_>) -> Sent {
        course::carry_out(&Portal { settings: self, wire: &attempt.wire }, attempt).await
    }

    /// Companies with their people; those that changed since `since`, archived and merged ones told, else all that stand.
    ///
    /// # Errors
    /// What HubSpot said instead.
    pub(super) async fn accounts(&self, wire: &Wire<'_>, since: Option<Time>) -> Result<Vec<CrmAccount>, Answer> {
        Portal { settings: self, wire }.accounts(since).await
    }

    /// How far these tasks are.
    ///
    /// # Errors
    /// What HubSpot said instead.
    pub(super) async fn look(&self, wire: &Wire<'_>, records: &[Remote]) -> Result<Vec<Remote>, Answer> {
        Portal { settings: self, wire }.look(records).await
    }

    /// Fetches the token and checks everything; gives all that is wrong.
    pub(super) fn prepare(&mut self, reader: SecretReader<'_>) -> Vec<Fault> {
        let mut faults = Vec::new();
        let named = (self.token_env.as_deref(), self.token_file.as_deref());
        self.token = api::fetched("token", named, reader, &mut faults);
        faults.extend(api::fault_of_address("url", &self.url));
        let import = &self.import;
        for (key, property) in [
            ("unique_property", &self.unique_property),
            ("import.website", &import.website),
            ("import.tier", &import.tier),
            ("import.yearly_value", &import.yearly_value),
            ("import.renewal", &import.renewal),
            ("import.last_contact", &import.last_contact),
            ("import.country", &import.country),
        ] {
            let letter = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
            if property.as_ref().is_some_and(|name| name.is_empty() || !name.bytes().all(letter)) {
                faults.push(Fault::of(key, "is no internal name of a property", "write it like \"account_tier\""));
            }
        }
        if import.only.as_ref().is_some_and(|only| !only.contains('=')) {
            faults.push(Fault::of("import.only", "is no condition", "write it like \"lifecyclestage=customer\""));
        }
        faults
    }
}
