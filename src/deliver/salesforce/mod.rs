//! Tasks in Salesforce, and its accounts.
//!
//! | What | How | Source |
//! |---|---|---|
//! | Sign-in | client credentials at `<My Domain>/services/oauth2/token`; a token is renewed once after 401 | Help: OAuth 2.0 Client Credentials Flow |
//! | Task | `Subject` ≤ 255, `Description` ≤ 32,000, `WhatId` the account, `WhoId` the contact, `ActivityDate` a day | Object Reference: Task |
//! | Pick lists | `Status` and `Priority` differ by org; read from `describe` once a day, what is closed from `TaskStatus` | REST guide: sObject Describe |
//! | The same key never twice | PATCH `/sobjects/Task/<field>/<key>` where `external_id_field` is set: 201 written, 200 or 204 there already, 300 several and nothing written. Else the key is asked for by SOQL in `key_field`, else in the last line of `Description`, which SOQL can read but not filter by | REST guide: sObject Rows by External ID |
//! | Limits | `Sforce-Limit-Info: api-usage=n/N` on every answer; at `share_of_limit` of it, or at REQUEST_LIMIT_EXCEEDED, the destination rests an hour: the limit counts the last 24 hours | REST guide: Limit Info Header |
//! | Errors | an array of `message`, `errorCode`, `fields` | REST guide: Status Codes and Error Responses |
//! | Accounts | SOQL, pages by `nextRecordsUrl`; changes by `SystemModstamp`; deleted and merged ones by `queryAll` | REST guide: QueryAll; SOQL guide |
//!
//! <https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/>. Configurable because orgs differ: the version,
//! the fields of the key, the words of the pick lists, every field that is read of an account. A task is written one at a
//! time: a card is taken one at a time too, and collections would only save requests.

mod accounts;
mod error;
mod org;
mod task;

use std::path::PathBuf;

use self::org::Org;
use super::crm::{api, course};
use super::rules::destination;
use super::{Answer, Attempt, CrmAccount, Fault, Mapping, Secret, SecretReader, Sent, Wire};
use crate::model::{Remote, Time};

destination! {
    /// Tasks in Salesforce, and its accounts.
    pub struct Salesforce on "super::rules::steps_of_people" {
        /// Address of the org (My Domain): `https://firm.my.salesforce.com`.
        pub url: String,
        /// Version of the REST API.
        #[serde(default = "version")]
        pub version: String,
        /// Consumer key of the connected app.
        pub client_id: String,
        /// Environment variable that holds the consumer secret.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub client_secret_env: Option<String>,
        /// File that holds the consumer secret.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub client_secret_file: Option<PathBuf>,
        /// Field of Task that is a unique external id ("Tidings_Key__c"); the surest way to write nothing twice.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub external_id_field: Option<String>,
        /// Text field of Task for the key, where none can be an external id. With neither, the key ends the description.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub key_field: Option<String>,
        /// Status of a task still to be done; the org's default where left out.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub status_open: Option<String>,
        /// Status of a task that was done; the org's first closed one where left out.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub status_done: Option<String>,
        /// Status of a task that was taken back; that of a done one where left out.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub status_cancelled: Option<String>,
        /// Priority of alarms.
        #[serde(default = "high")]
        pub priority_high: String,
        /// Priority of everything else; the org's default where left out.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub priority_normal: Option<String>,
        /// Rest once this part of the org's daily requests is used, 0.01–1: the rest is for other programs.
        #[serde(default = "share")]
        pub share_of_limit: f64,
        /// Address of a card for your people, with `{id}` in place of its id.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub link: Option<String>,
        /// Which open opportunities are renewals: a condition of SOQL ("Type = 'Renewal'"). None are read without it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub renewals: Option<String>,
        /// Days before a renewal from which its opportunity counts.
        #[serde(default = "window")]
        pub renewal_days: u16,
        /// How its accounts are taken over.
        #[serde(default)]
        pub import: Mapping,
        /// The consumer secret, once fetched.
        #[serde(skip)]
        secret: Option<Secret>,
    }
}

fn version() -> String {
    "68.0".to_owned()
}

fn high() -> String {
    "High".to_owned()
}

fn share() -> f64 {
    0.9
}

fn window() -> u16 {
    180
}

impl Salesforce {
    /// Writes, changes or closes the task of a card.
    pub(super) async fn send(&self, attempt: &Attempt<'_>) -> Sent {
        course::carry_out(&Org { settings: self, wire: &attempt.wire }, attempt).await
    }

    /// Accounts with their people; those that changed since `since`, deleted and merged ones told, else all that stand.
    ///
    /// # Errors
    /// What Salesforce said instead.
    pub(super) async fn accounts(&self, wire: &Wire<'_>, since: Option<Time>) -> Result<Vec<CrmAccount>, Answer> {
        Org { settings: self, wire }.accounts(since).await
    }

    /// How far these tasks are.
    ///
    /// # Errors
    /// What Salesforce said instead.
    pub(super) async fn look(&self, wire: &Wire<'_>, records: &[Remote]) -> Result<Vec<Remote>, Answer> {
        Org { settings: self, wire }.look(records).await
    }

    /// Fetches the secret and checks everything; gives all that is wrong.
    pub(super) fn prepare(&mut self, reader: SecretReader<'_>) -> Vec<Fault> {
        let mut faults = Vec::new();
        let named = (self.client_secret_env.as_deref(), self.client_secret_file.as_deref());
        self.secret = api::fetched("client_secret", named, reader, &mut faults);
        faults.extend(api::fault_of_address("url", &self.url));
        let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        if !self.version.split_once('.').is_some_and(|(whole, part)| digits(whole) && digits(part)) {
            faults.push(Fault::of("version", "is no version of the API", "write it like \"68.0\""));
        }
        if !(0.01..=1.0).contains(&self.share_of_limit) {
            faults.push(Fault::of("share_of_limit", "must lie between 0.01 and 1", "the usual is 0.9"));
        }
        if self.external_id_field.is_some() && self.key_field.is_some() {
            faults.push(Fault::of("key_field", "stands beside external_id_field", "keep one of them"));
        }
        let import = &self.import;
        for (key, field) in [
            ("external_id_field", &self.external_id_field),
            ("key_field", &self.key_field),
            ("import.website", &import.website),
            ("import.tier", &import.tier),
            ("import.yearly_value", &import.yearly_value),
            ("import.renewal", &import.renewal),
            ("import.last_contact", &import.last_contact),
            ("import.country", &import.country),
        ] {
            if field.as_ref().is_some_and(|field| !is_field(field)) {
                faults.push(Fault::of(key, "is no API name of a field", "write it like \"Tier__c\""));
            }
        }
        if import.last_contact.as_deref() == Some("LastActivityDate") {
            let hint = "name a field that only calls, meetings and answered mails move";
            faults.push(Fault::of("import.last_contact", "counts due dates of tasks that nobody has done", hint));
        }
        faults
    }
}

/// A name that SOQL takes for a field, through relations too (`Owner.Name`).
fn is_field(name: &str) -> bool {
    name.split('.').all(|part| {
        part.starts_with(|first: char| first.is_ascii_alphabetic())
            && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
    })
}
