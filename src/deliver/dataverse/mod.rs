//! Tasks in Microsoft Dataverse (Dynamics 365 Sales), and its accounts.
//!
//! | What | How | Source |
//! |---|---|---|
//! | Sign-in | client credentials at `<authority>/<tenant>/oauth2/v2.0/token`, scope `<url>/.default`; a token is renewed once after 401 | Microsoft identity platform: client credentials flow |
//! | Task | entity set `tasks`: `subject` ≤ 200, `description` ≤ 2,000, `scheduledend`, `prioritycode` 0–2, `statecode` 0 open, 1 completed, 2 cancelled; the account as `regardingobjectid_account_task@odata.bind` | Table reference: Task |
//! | The same key never twice | PATCH `/tasks(<alternate key>='…')` writes or updates; without such a key the last line of `description` is searched before each write | Web API: Upsert a table row |
//! | Updates | PATCH with `If-Match: *`: 404 where the task is gone, never a new one | Web API: Limit upsert operations |
//! | Limits | 429 with Retry-After | Service protection API limits |
//! | Errors | `{"error": {"code", "message"}}` | Web API: Compose requests and handle errors |
//! | Accounts | OData, pages by `@odata.nextLink`; changes by `modifiedon`; merged ones have `masterid` and are inactive. Accounts that were deleted for good cannot be told | Table reference: Account |
//!
//! <https://learn.microsoft.com/power-apps/developer/data-platform/webapi/overview>. Configurable because environments
//! differ: the version, the authority (national clouds), the alternate key, status codes, every field that is read of an
//! account.

mod accounts;
mod service;
mod task;

use std::path::PathBuf;

use self::service::Service;
use super::crm::{api, course};
use super::rules::destination;
use super::{Answer, Attempt, CrmAccount, Fault, Mapping, Secret, SecretReader, Sent, Wire};
use crate::model::{Remote, Time};

destination! {
    /// Tasks in Microsoft Dataverse (Dynamics 365 Sales), and its accounts.
    pub struct Dataverse on "super::rules::steps_of_people" {
        /// Address of the environment: `https://firm.crm4.dynamics.com`.
        pub url: String,
        /// Version of the Web API.
        #[serde(default = "version")]
        pub version: String,
        /// Where programs sign in.
        #[serde(default = "authority")]
        pub authority: String,
        /// Directory (tenant) id.
        pub tenant: String,
        /// Application (client) id.
        pub client_id: String,
        /// Environment variable that holds the client secret.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub client_secret_env: Option<String>,
        /// File that holds the client secret.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub client_secret_file: Option<PathBuf>,
        /// Text column of Task that is an alternate key ("new_tidingskey"). Without one the key ends the description.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub alternate_key: Option<String>,
        /// `statuscode` of a task that was done.
        #[serde(default = "completed")]
        pub status_done: i64,
        /// `statuscode` of a task that was taken back.
        #[serde(default = "cancelled")]
        pub status_cancelled: i64,
        /// Address of a card for your people, with `{id}` in place of its id.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub link: Option<String>,
        /// Which open opportunities are renewals: an OData condition ("new_type eq 2"). None are read without it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub renewals: Option<String>,
        /// Days before a renewal from which its opportunity counts.
        #[serde(default = "window")]
        pub renewal_days: u16,
        /// How its accounts are taken over.
        #[serde(default)]
        pub import: Mapping,
        /// The client secret, once fetched.
        #[serde(skip)]
        secret: Option<Secret>,
    }
}

fn version() -> String {
    "v9.2".to_owned()
}

fn authority() -> String {
    "https://login.microsoftonline.com".to_owned()
}

fn completed() -> i64 {
    5
}

fn cancelled() -> i64 {
    6
}

fn window() -> u16 {
    180
}

impl Dataverse {
    /// Writes, changes or closes the task of a card.
    pub(super) async fn send(&self, attempt: &Attempt<'_>) -> Sent {
        course::carry_out(&Service { settings: self, wire: &attempt.wire }, attempt).await
    }

    /// Accounts with their people; those that changed since `since`, inactive and merged ones told, else all active ones.
    ///
    /// # Errors
    /// What Dataverse said instead.
    pub(super) async fn accounts(&self, wire: &Wire<'_>, since: Option<Time>) -> Result<Vec<CrmAccount>, Answer> {
        Service { settings: self, wire }.accounts(since).await
    }

    /// How far these tasks are.
    ///
    /// # Errors
    /// What Dataverse said instead.
    pub(super) async fn look(&self, wire: &Wire<'_>, records: &[Remote]) -> Result<Vec<Remote>, Answer> {
        Service { settings: self, wire }.look(records).await
    }

    /// Fetches the secret and checks everything; gives all that is wrong.
    pub(super) fn prepare(&mut self, reader: SecretReader<'_>) -> Vec<Fault> {
        let mut faults = Vec::new();
        let named = (self.client_secret_env.as_deref(), self.client_secret_file.as_deref());
        self.secret = api::fetched("client_secret", named, reader, &mut faults);
        faults.extend(api::fault_of_address("url", &self.url));
        faults.extend(api::fault_of_address("authority", &self.authority));
        let import = &self.import;
        for (key, column) in [
            ("alternate_key", &self.alternate_key),
            ("import.website", &import.website),
            ("import.tier", &import.tier),
            ("import.yearly_value", &import.yearly_value),
            ("import.renewal", &import.renewal),
            ("import.last_contact", &import.last_contact),
            ("import.country", &import.country),
        ] {
            let letter = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
            if column.as_ref().is_some_and(|column| column.is_empty() || !column.bytes().all(letter)) {
                faults.push(Fault::of(key, "is no logical name of a column", "write it like \"new_tier\""));
            }
        }
        faults
    }
}
