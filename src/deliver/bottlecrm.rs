//! BottleCRM (`django-crm`): a touch point is a task of the account.
//!
//! What its API promises (version 1.35, `/schema/` of an installation and its source, `tasks/views`):
//! - `Authorization: Bearer bcrm_pat_…`, a personal access token (Settings → Access tokens) with the scopes
//!   `tasks:read`, `tasks:write`, `accounts:read`, `contacts:read`, `custom-fields:read`. 403: unknown, revoked or over,
//!   or a scope is missing.
//! - POST `/api/tasks/` answers 200 `{"error": false}` *without the id*, and takes the same task twice. The key
//!   therefore stands in a custom field of tasks, `?cf_<field>=<key>` finds it again. A custom field that is not defined
//!   is dropped without a word, so it is checked before a task is made.
//! - 400 `{"error": true, "errors": {field: […]}}`; a task belongs to one parent.
//! - States New, In Progress, Completed; none says cancelled: such a task is completed with a title that says so.
//! - GET `/api/accounts/?limit&offset` gives active and inactive ones in two lists; `/api/contacts/` names the accounts of
//!   each. An account tells no time of its last change and cannot be asked for by it. A deleted account is not told.
//! - Limits: none is documented; 429 with Retry-After from what stands before it.
//!
//! <https://github.com/MicroPyramid/Django-CRM>

use std::path::PathBuf;

use http::Method;
use serde_json::{Value, json};

use super::crm::api::{Api, day, fault_of_address, fetched, locked_out, mapped, number, person, rows, text};
use super::crm::course::{self, Reached, Records, no_id};
use super::crm::text::{self as words, Change, Form, Found, Sheet, WITHDRAWN};
use super::rules::destination;
use super::{
    Answer, Attempt, Class, CrmAccount, CrmPerson, Fault, Mapping, Refusal, Secret, SecretReader, Sent, Task, Told,
    Wire,
};
use crate::model::{Remote, RemoteState, Time};

/// Rows asked for at once.
const PAGE: usize = 100;

/// Pages that are read at most: a million accounts.
const MOST_PAGES: usize = 10_000;

destination! {
    /// A BottleCRM installation: tasks out, accounts in.
    pub struct BottleCrm on "crate::deliver::rules::steps_of_people" {
        /// Its address ("https://crm.example").
        pub url: String,
        /// Environment variable that holds the access token.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub key_env: Option<String>,
        /// File that holds the access token.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub key_file: Option<PathBuf>,
        /// Custom field of tasks (type text) that holds the key of the touch point.
        #[serde(default = "key_field")]
        pub key_field: String,
        /// What is taken over of its accounts.
        #[serde(default)]
        pub import: Mapping,
        #[serde(skip)]
        key: Option<Secret>,
    }
}

fn key_field() -> String {
    "tidings_key".to_owned()
}

impl BottleCrm {
    pub(super) async fn send(&self, attempt: &Attempt<'_>) -> Sent {
        course::carry_out(&Reached { settings: self, wire: &attempt.wire }, attempt).await
    }

    pub(super) fn prepare(&mut self, reader: SecretReader<'_>) -> Vec<Fault> {
        let mut faults: Vec<_> = fault_of_address("url", &self.url).into_iter().collect();
        let named = (self.key_env.as_deref(), self.key_file.as_deref());
        self.key = fetched("key", named, reader, &mut faults);
        if self.key_field.is_empty() || !self.key_field.chars().all(|letter| letter.is_alphanumeric() || letter == '_')
        {
            faults.push(Fault::of("key_field", "is no name of a custom field", "the usual is `tidings_key`"));
        }
        if self.import.only.is_some() {
            faults.push(Fault::of("import.only", "cannot be used: BottleCRM takes no conditions", "leave it out"));
        }
        faults
    }

    fn api(&self) -> Api<'_> {
        Api { base: &self.url, key: self.key.as_ref(), headers: Vec::new(), timeout: self.rules().timeout }
    }

    /// An answer that says yes, or what its no means.
    fn judged(told: Told) -> Result<Told, Answer> {
        if let Some(locked) =
            locked_out(&told, "make an access token with the scopes that docs/deliver/bottlecrm.md names")
        {
            return Err(locked);
        }
        let failed = told.body.get("error").and_then(Value::as_bool) == Some(true);
        match told.status {
            200..=299 if !failed => Ok(told),
            200..=299 | 400 => {
                let why = told.body.get("errors").unwrap_or(&told.body);
                let why = format!("BottleCRM refuses it ({}): {}", told.status, excerpt(why));
                Err(Answer::Refused(Refusal::new(Class::Dead, why).with_status(told.status)))
            }
            _ => Err(told.plain),
        }
    }

    async fn get(&self, wire: &Wire<'_>, path: &str, query: &[(&str, &str)]) -> Result<Told, Answer> {
        Self::judged(self.api().get(wire, path, query).await?)
    }

    /// Without its custom field a task could never be found again.
    async fn has_field(&self, wire: &Wire<'_>) -> Result<(), Answer> {
        let query = [("target_model", "Task"), ("active_only", "true"), ("include_counts", "false")];
        let told = self.get(wire, "api/custom-fields/", &query).await?;
        let list = told.body.get("definitions").unwrap_or(&told.body);
        if rows(&told, list)?.iter().any(|field| field["key"] == self.key_field.as_str()) {
            return Ok(());
        }
        let why = format!("tasks have no custom field `{}` there: add it in BottleCRM, of type text", self.key_field);
        Err(Answer::Refused(Refusal::new(Class::Pause, why)))
    }

    /// Every row of a list that is told page by page; `lists` names those in an answer.
    async fn all(&self, wire: &Wire<'_>, path: &str, lists: &[[&str; 2]]) -> Result<Vec<Value>, Answer> {
        let mut all = Vec::new();
        for page in 0..MOST_PAGES {
            let (limit, offset) = (PAGE.to_string(), (page * PAGE).to_string());
            let told = self.get(wire, path, &[("limit", &limit), ("offset", &offset)]).await?;
            let mut full = false;
            for [outer, inner] in lists {
                let part = if outer.is_empty() { &told.body } else { &told.body[*outer] };
                let part = rows(&told, &part[*inner])?;
                full |= part.len() >= PAGE;
                all.extend_from_slice(part);
            }
            if !full {
                break;
            }
        }
        Ok(all)
    }

    /// Its accounts. BottleCRM tells no time of a change: they are always all of them.
    pub(super) async fn accounts(&self, wire: &Wire<'_>, _since: Option<Time>) -> Result<Vec<CrmAccount>, Answer> {
        let lists = [["active_accounts", "open_accounts"], ["closed_accounts", "close_accounts"]];
        let accounts = self.all(wire, "api/accounts/", &lists).await?;
        let contacts = self.all(wire, "api/contacts/", &[["", "results"]]).await?;
        Ok(accounts.iter().filter_map(|row| self.account(row, &contacts)).collect())
    }

    fn account(&self, row: &Value, contacts: &[Value]) -> Option<CrmAccount> {
        let id = text(row, "id")?;
        let here = contacts.iter().filter(|contact| is_at(contact, &id));
        let map = &self.import;
        let owner = row["assigned_to"].get(0);
        Some(CrmAccount {
            name: text(row, "name")?,
            website: mapped(row, map.website.as_ref()).or_else(|| text(row, "website")),
            owner: owner.and_then(|profile| {
                let (name, email) = (text(profile, "user_details.name"), text(profile, "user_details.email"));
                person(text(profile, "id"), name, email)
            }),
            contacts: here.filter_map(contact).collect(),
            tier: mapped(row, map.tier.as_ref()),
            yearly_value: number(row, map.yearly_value.as_ref()),
            renewal: map.renewal.as_ref().and_then(|path| day(row, path)),
            last_contact: map.last_contact.as_ref().and_then(|path| day(row, path)),
            country: mapped(row, map.country.as_ref()).or_else(|| text(row, "country")),
            deleted: row["is_active"] == false,
            id,
            ..CrmAccount::default()
        })
    }

    pub(super) async fn look(&self, wire: &Wire<'_>, remotes: &[Remote]) -> Result<Vec<Remote>, Answer> {
        course::look(&Reached { settings: self, wire }, remotes).await
    }
}

impl Records for Reached<'_, BottleCrm> {
    fn form(&self) -> Form<'_> {
        Form { subject: 200, body: 32_000, link: None, key_in_body: false }
    }

    async fn check(&self) -> Result<(), Answer> {
        self.settings.has_field(self.wire).await
    }

    async fn read(&self, id: &str) -> Result<Option<Found>, Answer> {
        let told = self.settings.api().get(self.wire, &format!("api/tasks/{id}/"), &[]).await?;
        if told.status == 404 && !told.body.is_null() {
            return Ok(None);
        }
        let told = BottleCrm::judged(told)?;
        found(&told.body["task_obj"]).map(Some).ok_or_else(|| no_id(told.status))
    }

    async fn find(&self, task: &Task, _attempt: &Attempt<'_>) -> Result<Vec<Found>, Answer> {
        let field = format!("cf_{}", self.settings.key_field);
        let query = [(&*field, &*task.key), ("slim", "true"), ("limit", "50")];
        let told = self.settings.get(self.wire, "api/tasks/", &query).await?;
        let mut all = Vec::new();
        for row in rows(&told, &told.body["tasks"])? {
            let id = text(row, "id").ok_or_else(|| no_id(told.status))?;
            all.extend(self.read(&id).await?);
        }
        Ok(all)
    }

    async fn create(&self, task: &Task, sheet: &Sheet, attempt: &Attempt<'_>) -> Result<Option<String>, Answer> {
        self.settings.has_field(self.wire).await?;
        let mut body = fields(&sheet.whole());
        body["status"] = json!(NEW);
        body["priority"] = json!(if task.high_priority { "High" } else { "Medium" });
        body["custom_fields"] = json!({ self.settings.key_field.as_str(): task.key });
        if let Some(account) = &attempt.links.account {
            body["account"] = json!(account);
        }
        let owner = words::owner(attempt, &self.settings.import, task);
        for (name, id) in [("contacts", &attempt.links.contact), ("assigned_to", &owner)] {
            if let Some(id) = id {
                body[name] = json!([id]);
            }
        }
        let told = self.settings.api().send(self.wire, Method::POST, "api/tasks/", Some(&body)).await?;
        // Version 1.35 tells no id; a later one may.
        Ok(text(&BottleCrm::judged(told)?.body, "id"))
    }

    async fn change(&self, id: &str, change: &Change, _task: &Task) -> Result<(), Answer> {
        let mut body = fields(change);
        if let Some(state) = change.state {
            body["status"] = json!(if state == RemoteState::Open { NEW } else { COMPLETED });
        }
        let path = format!("api/tasks/{id}/");
        let told = self.settings.api().send(self.wire, Method::PATCH, &path, Some(&body)).await?;
        BottleCrm::judged(told).map(drop)
    }

    async fn remove(&self, id: &str) -> Result<(), Answer> {
        let told = self.settings.api().send(self.wire, Method::DELETE, &format!("api/tasks/{id}/"), None).await?;
        if told.status == 404 { Ok(()) } else { BottleCrm::judged(told).map(drop) }
    }

    /// Its pages for people are another program at another address.
    fn address(&self, _: &str) -> Option<String> {
        None
    }
}

const NEW: &str = "New";
const COMPLETED: &str = "Completed";

fn fields(change: &Change) -> Value {
    Value::Object(change.fields(["title", "description", "due_date"], |body| json!(body), |due| json!(due)))
}

fn found(task: &Value) -> Option<Found> {
    let words = |name| text(task, name).unwrap_or_default();
    let (subject, body) = (words("title"), words("description"));
    let state = match task["status"].as_str() {
        Some(COMPLETED) if subject.starts_with(WITHDRAWN) => RemoteState::Cancelled,
        Some(COMPLETED) => RemoteState::Done,
        _ => RemoteState::Open,
    };
    Some(Found { id: text(task, "id")?, subject, body, due: day(task, "due_date"), state })
}

fn is_at(contact: &Value, account: &str) -> bool {
    let linked = contact["linked_accounts"].as_array().into_iter().flatten();
    contact["account"] == account || linked.into_iter().any(|one| one["id"] == account)
}

fn contact(row: &Value) -> Option<CrmPerson> {
    if row["is_active"] == false {
        return None;
    }
    let name: Vec<_> = ["first_name", "last_name"].iter().filter_map(|part| text(row, part)).collect();
    let name = Some(name.join(" ")).filter(|name| !name.is_empty());
    let person = person(text(row, "id"), name, text(row, "email"))?;
    Some(CrmPerson { role: text(row, "title"), phone: text(row, "phone"), ..person })
}

fn excerpt(value: &Value) -> String {
    crate::text::sanitise::plain_line(&value.to_string()).chars().take(300).collect()
}
