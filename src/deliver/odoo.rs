//! Odoo 19 and later: a touch point is an activity (`mail.activity`) of the partner.
//!
//! What its JSON-2 interface promises (developer documentation of Odoo 19, "External JSON-2 API"):
//! - POST `/json/2/<model>/<method>` with named arguments, `ids` and `context`; `Authorization: bearer <API key>`,
//!   `X-Odoo-Database` where a server keeps several. A key lives three months at most. Each call is one transaction.
//! - 200 with what the method gives; an error is 4xx or 5xx with `{"name", "message", "arguments", "context", "debug"}`:
//!   `name` is the exception (`odoo.exceptions.AccessError`, `MissingError`, `ValidationError`, `UserError`).
//! - `create` takes `vals_list` and gives ids, `search_read` takes `domain`, `fields`, `limit`, `offset`, `order`; `write`
//!   takes `vals`.
//!
//! What was written from memory and therefore can be configured: the model that activities hang on (`record_model`), the
//! numbers of that model (`record_model_id`, else read from `ir.model`) and of the type of activity (`activity_type`).
//!
//! Nothing is unique in an activity: the key ends its note and is searched before one is made. Closing by
//! `action_feedback` archives an activity, older versions delete it: what was closed is remembered here. Odoo's own
//! "Cancel" deletes it.
//!
//! <https://www.odoo.com/documentation/19.0/developer/reference/external_api.html>

use std::path::PathBuf;

use http::{HeaderName, Method};
use serde_json::{Map, Value, json};

use super::crm::api::{Api, day, fault_of_address, fetched, locked_out, mapped, number, person, rows, text};
use super::crm::course::{self, Reached, Records, no_id};
use super::crm::text::{self as words, Change, Form, Found, Sheet};
use super::rules::destination;
use super::{
    Answer, Attempt, Class, CrmAccount, CrmPerson, Fault, Mapping, Refusal, Secret, SecretReader, Sent, Task, Told,
    Wire,
};
use crate::model::{Remote, RemoteState, Time};
use crate::text::sanitise::plain_line;

/// Partners asked for at once.
const PAGE: usize = 500;

/// Pages that are read at most.
const MOST_PAGES: usize = 4000;

const ACTIVITY: &str = "mail.activity";

destination! {
    /// An Odoo database: activities out, partners in.
    pub struct Odoo on "crate::deliver::rules::steps_of_people" {
        /// Its address ("https://company.odoo.com").
        pub url: String,
        /// Name of the database, where the server keeps several.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub database: Option<String>,
        /// Environment variable that holds the API key.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub key_env: Option<String>,
        /// File that holds the API key.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub key_file: Option<PathBuf>,
        /// Model of the records that activities belong to; the accounts' ids are ids of it.
        #[serde(default = "record_model")]
        pub record_model: String,
        /// Number of that model; read from `ir.model` where it is left out, which not every user may.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub record_model_id: Option<u64>,
        /// Number of the type of activity; Odoo's own choice where it is left out.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub activity_type: Option<u64>,
        /// What is taken over of its partners. `only` is a domain of Odoo as JSON: `[["customer_rank", ">", 0]]`.
        #[serde(default)]
        pub import: Mapping,
        #[serde(skip)]
        key: Option<Secret>,
    }
}

fn record_model() -> String {
    "res.partner".to_owned()
}

impl Odoo {
    pub(super) async fn send(&self, attempt: &Attempt<'_>) -> Sent {
        course::carry_out(&Reached { settings: self, wire: &attempt.wire }, attempt).await
    }

    pub(super) fn prepare(&mut self, reader: SecretReader<'_>) -> Vec<Fault> {
        let mut faults: Vec<_> = fault_of_address("url", &self.url).into_iter().collect();
        let named = (self.key_env.as_deref(), self.key_file.as_deref());
        self.key = fetched("key", named, reader, &mut faults);
        if self.only().is_err() {
            let hint = "write it as [[\"customer_rank\", \">\", 0]]";
            faults.push(Fault::of("import.only", "is no domain of Odoo as JSON", hint));
        }
        faults
    }

    fn only(&self) -> Result<Vec<Value>, ()> {
        let Some(only) = &self.import.only else { return Ok(Vec::new()) };
        serde_json::from_str(only).map_err(|_| ())
    }

    /// Calls a method; a no is judged by the exception that it names.
    async fn call(&self, wire: &Wire<'_>, model: &str, method: &str, arguments: &Value) -> Result<Told, Answer> {
        let database = self.database.iter().map(|name| (HeaderName::from_static("x-odoo-database"), name.clone()));
        let api =
            Api { base: &self.url, key: self.key.as_ref(), headers: database.collect(), timeout: self.rules().timeout };
        let told = api.send(wire, Method::POST, &format!("json/2/{model}/{method}"), Some(arguments)).await?;
        judged(told)
    }

    async fn activities(&self, wire: &Wire<'_>, domain: &Value) -> Result<Vec<Found>, Answer> {
        let arguments = json!({
            "domain": domain,
            "fields": ["summary", "note", "date_deadline", "active"],
            "context": { "active_test": false },
        });
        let told = self.call(wire, ACTIVITY, "search_read", &arguments).await?;
        rows(&told, &told.body)?.iter().map(|row| found(row).ok_or_else(|| no_id(told.status))).collect()
    }

    /// The number of the model that activities belong to.
    async fn model_id(&self, wire: &Wire<'_>) -> Result<u64, Answer> {
        if let Some(id) = self.record_model_id {
            return Ok(id);
        }
        let arguments = json!({ "domain": [["model", "=", self.record_model]], "fields": ["id"] });
        let told = self.call(wire, "ir.model", "search_read", &arguments).await.map_err(|answer| match answer {
            Answer::Refused(refusal) if refusal.status == Some(403) => {
                let why =
                    "the key may not read `ir.model` (403): set `record_model_id` (Settings → Technical → Models)";
                Answer::Refused(Refusal { why: why.to_owned(), ..refusal })
            }
            other => other,
        })?;
        rows(&told, &told.body)?.first().and_then(|row| row["id"].as_u64()).ok_or_else(|| {
            let why = format!("there is no model `{}` in Odoo: correct `record_model`", self.record_model);
            Answer::Refused(Refusal::new(Class::Pause, why))
        })
    }

    /// Its companies with the people of each, those that changed since `since`.
    pub(super) async fn accounts(&self, wire: &Wire<'_>, since: Option<Time>) -> Result<Vec<CrmAccount>, Answer> {
        let mut domain = vec![json!(["is_company", "=", true])];
        domain.extend(self.only().unwrap_or_default());
        if let Some(since) = since {
            let since = since.format("%Y-%m-%d %H:%M:%S").to_string();
            domain.extend([
                json!("|"),
                json!(["write_date", ">=", since]),
                json!(["child_ids.write_date", ">=", since]),
            ]);
        }
        let map = &self.import;
        let mut fields = vec!["name", "website", "parent_id", "user_id", "country_id", "active", "write_date"];
        let own = [&map.website, &map.tier, &map.yearly_value, &map.renewal, &map.last_contact, &map.country];
        fields.extend(own.into_iter().flatten().map(String::as_str));
        let mut accounts = Vec::new();
        for companies in self.partners(wire, &json!(domain), &fields).await? {
            let ids: Vec<_> = companies.iter().map(|row| row["id"].clone()).collect();
            let people = json!([["parent_id", "in", ids], ["is_company", "=", false], ["active", "=", true]]);
            let fields = ["name", "email", "phone", "function", "parent_id"];
            let people: Vec<_> = self.partners(wire, &people, &fields).await?.into_iter().flatten().collect();
            accounts.extend(companies.iter().filter_map(|row| self.account(row, &people)));
        }
        Ok(accounts)
    }

    /// Partners that fit, page by page.
    async fn partners(&self, wire: &Wire<'_>, domain: &Value, fields: &[&str]) -> Result<Vec<Vec<Value>>, Answer> {
        let mut pages = Vec::new();
        for page in 0..MOST_PAGES {
            let arguments = json!({
                "domain": domain, "fields": fields, "limit": PAGE, "offset": page * PAGE, "order": "id",
                "context": { "active_test": false },
            });
            let told = self.call(wire, "res.partner", "search_read", &arguments).await?;
            let part = rows(&told, &told.body)?.to_vec();
            let last = part.len() < PAGE;
            pages.push(part);
            if last {
                break;
            }
        }
        Ok(pages)
    }

    fn account(&self, row: &Value, people: &[Value]) -> Option<CrmAccount> {
        let id = text(row, "id")?;
        let map = &self.import;
        let here = people.iter().filter(|one| link(&one["parent_id"]).is_some_and(|(parent, _)| parent == id));
        Some(CrmAccount {
            name: text(row, "name")?,
            website: mapped(row, map.website.as_ref()).or_else(|| text(row, "website")),
            parent: link(&row["parent_id"]).map(|(id, _)| id),
            owner: link(&row["user_id"]).and_then(|(id, name)| person(Some(id), Some(name), None)),
            contacts: here
                .filter_map(|one| {
                    let person = person(text(one, "id"), text(one, "name"), text(one, "email"))?;
                    Some(CrmPerson { role: text(one, "function"), phone: text(one, "phone"), ..person })
                })
                .collect(),
            tier: mapped(row, map.tier.as_ref()),
            yearly_value: number(row, map.yearly_value.as_ref()),
            renewal: map.renewal.as_ref().and_then(|field| day(row, field)),
            last_contact: map.last_contact.as_ref().and_then(|field| day(row, field)),
            country: mapped(row, map.country.as_ref()).or_else(|| link(&row["country_id"]).map(|(_, name)| name)),
            modified: text(row, "write_date").and_then(|at| moment(&at)),
            deleted: row["active"] == false,
            id,
            ..CrmAccount::default()
        })
    }

    pub(super) async fn look(&self, wire: &Wire<'_>, remotes: &[Remote]) -> Result<Vec<Remote>, Answer> {
        course::look(&Reached { settings: self, wire }, remotes).await
    }
}

impl Records for Reached<'_, Odoo> {
    fn form(&self) -> Form<'_> {
        Form { subject: 255, body: 32_000, link: None, key_in_body: true }
    }

    async fn check(&self) -> Result<(), Answer> {
        self.settings.model_id(self.wire).await?;
        self.read("0").await.map(drop)
    }

    async fn read(&self, id: &str) -> Result<Option<Found>, Answer> {
        let Ok(number) = id.parse::<u64>() else { return Ok(None) };
        Ok(self.settings.activities(self.wire, &json!([["id", "=", number]])).await?.pop())
    }

    async fn find(&self, task: &Task, _attempt: &Attempt<'_>) -> Result<Vec<Found>, Answer> {
        let mut all = self.settings.activities(self.wire, &json!([["note", "ilike", task.key]])).await?;
        all.retain(|found| words::has_key(&found.body, &task.key));
        Ok(all)
    }

    async fn create(&self, task: &Task, sheet: &Sheet, attempt: &Attempt<'_>) -> Result<Option<String>, Answer> {
        let Some(account) = &attempt.links.account else {
            let why =
                "an activity of Odoo needs a partner: write the account's id under `external_ids` in the watch list";
            return Err(Answer::Refused(Refusal::new(Class::Dead, why)));
        };
        let mut values = Value::Object(fields(&sheet.whole()));
        values["res_model_id"] = json!(self.settings.model_id(self.wire).await?);
        values["res_id"] = json!(numbered("account", account)?);
        if let Some(owner) = words::owner(attempt, &self.settings.import, task) {
            values["user_id"] = json!(numbered("owner", &owner)?);
        }
        if let Some(kind) = self.settings.activity_type {
            values["activity_type_id"] = json!(kind);
        }
        let told = self.settings.call(self.wire, ACTIVITY, "create", &json!({ "vals_list": [values] })).await?;
        Ok(told.body[0].as_u64().map(|id| id.to_string()))
    }

    async fn change(&self, id: &str, change: &Change, task: &Task) -> Result<(), Answer> {
        if change.state == Some(RemoteState::Cancelled) {
            return self.remove(id).await;
        }
        let ids = json!([numbered("record", id)?]);
        let values = fields(change);
        if !values.is_empty() {
            self.settings.call(self.wire, ACTIVITY, "write", &json!({ "ids": ids, "vals": values })).await?;
        }
        if change.state == Some(RemoteState::Done) {
            let feedback = task.outcome.as_deref().unwrap_or_default();
            let arguments = json!({ "ids": ids, "feedback": feedback });
            self.settings.call(self.wire, ACTIVITY, "action_feedback", &arguments).await?;
        }
        Ok(())
    }

    async fn remove(&self, id: &str) -> Result<(), Answer> {
        let arguments = json!({ "ids": [numbered("record", id)?] });
        self.settings.call(self.wire, ACTIVITY, "unlink", &arguments).await.map(drop)
    }

    /// An activity has no page of its own.
    fn address(&self, _: &str) -> Option<String> {
        None
    }

    fn closed_ones_vanish(&self) -> bool {
        true
    }
}

fn judged(told: Told) -> Result<Told, Answer> {
    let what_to_do = "make a new API key (Preferences → Account Security) for a user who may write activities";
    if let Some(locked) = locked_out(&told, what_to_do) {
        return Err(locked);
    }
    let error = told.body.get("error").filter(|error| error.is_object()).unwrap_or(&told.body);
    let name = text(error, "name").unwrap_or_default();
    let message = text(error, "message").unwrap_or_default();
    let class = match (told.status, name.rsplit('.').next().unwrap_or_default()) {
        // What stands before Odoo, or an older interface, puts errors into a 200.
        (200..=299, _) if told.body.get("error").is_none() => return Ok(told),
        (_, "AccessError" | "AccessDenied") => Class::Pause,
        (_, "MissingError" | "ValidationError" | "UserError" | "ValueError" | "TypeError" | "KeyError")
        | (400 | 422 | 200..=299, _) => Class::Dead,
        (404, _) => Class::Pause,
        _ => return Err(told.plain),
    };
    let why: String =
        plain_line(&format!("Odoo refuses it ({}): {name}: {message}", told.status)).chars().take(300).collect();
    Err(Answer::Refused(Refusal::new(class, why).with_status(told.status)))
}

/// The note is HTML: what the card says is escaped.
fn fields(change: &Change) -> Map<String, Value> {
    let note = |body: &str| json!(format!("<p>{}</p>", words::html(body)));
    change.fields(["summary", "note", "date_deadline"], note, |due| json!(due))
}

/// Odoo writes HTML anew when it cleans it: only its words are compared.
fn found(row: &Value) -> Option<Found> {
    Some(Found {
        id: text(row, "id")?,
        subject: text(row, "summary").unwrap_or_default(),
        body: words::plain(&text(row, "note").unwrap_or_default()),
        due: day(row, "date_deadline"),
        state: if row["active"] == false { RemoteState::Done } else { RemoteState::Open },
    })
}

/// A link to another record: `[7, "Name"]`, or false.
fn link(value: &Value) -> Option<(String, String)> {
    let id = value.get(0)?.as_u64()?.to_string();
    Some((id, value.get(1)?.as_str()?.to_owned()))
}

fn moment(at: &str) -> Option<Time> {
    chrono::NaiveDateTime::parse_from_str(at.get(..19)?, "%Y-%m-%d %H:%M:%S").ok().map(|at| at.and_utc())
}

fn numbered(name: &str, id: &str) -> Result<u64, Answer> {
    id.parse().map_err(|_| {
        let why = format!("`{id}` is no id of an Odoo record ({name}): correct it in the watch list or the mapping");
        Answer::Refused(Refusal::new(Class::Dead, why))
    })
}
