//! Tryton: a touch point is a lead (`sale.opportunity`) of the party.
//!
//! Tryton has no task of its own. A lead fits best: it belongs to a party and an employee, has a title, a text and a last
//! day, stands in the list that sales work through, and keeps a `reference` for numbers of others, which holds our key.
//!
//! What its REST interface promises (since 8.0; trytond's source `protocols/rest.py`; tried with 8.2):
//! - `/<database>/rest/model/<model>[/<id>[/<button>]]`, `Authorization: Bearer <key>` with a key of the user application
//!   "REST API"; no or an unknown key: 401.
//! - `X-Tryton-Context`: base64 of `{"company": 1}`; without a company a lead cannot be numbered.
//! - A search takes a domain as base64 JSON in `d`, fields in `f`, size `s`, start `p`, order `o`.
//! - Dates and decimals are objects: `{"__class__": "date", "year": …}`.
//! - 400 with JSON: a rule of Tryton refuses (a missing or wrong value, a duplicate code). 404: no such record.
//! - A field or a model that does not exist is answered **500 with a page of HTML**, as is every error within.
//! - `reference` is not unique: the key is looked up before a lead is made.
//! - States lead, opportunity, converted, won, lost, cancelled. `cancel` closes a lead. None says "contacted": a lead whose
//!   touch point is done keeps its state, unless `done_action` names a button.
//! - Parties are never told as deleted; those set inactive and merged ones (`replaced_by`) are. A party has no owner.
//!
//! <https://docs.tryton.org/8.0/server/>

use std::path::PathBuf;

use chrono::{Datelike as _, NaiveDate, Timelike as _};
use http::{HeaderName, Method};
use serde_json::{Map, Value, json};

use super::crm::api::{Api, day, fault_of_address, fetched, locked_out, mapped, number, packed, rows, text};
use super::crm::course::{self, Reached, Records, no_id};
use super::crm::text::{self as words, Change, Form, Found, Sheet};
use super::rules::destination;
use super::{
    Answer, Attempt, Class, CrmAccount, CrmPerson, Fault, Mapping, Refusal, Secret, SecretReader, Sent, Task, Told,
    Wire,
};
use crate::model::{Remote, RemoteState, Time};

/// Parties asked for at once.
const PAGE: usize = 500;

/// Pages that are read at most.
const MOST_PAGES: usize = 4000;

const LEADS: &str = "rest/model/sale.opportunity";

destination! {
    /// A Tryton database: leads out, parties in.
    pub struct Tryton on "crate::deliver::rules::steps_of_people" {
        /// Address of the database ("https://tryton.example/company").
        pub url: String,
        /// Environment variable that holds a key of the user application "REST API".
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub key_env: Option<String>,
        /// File that holds that key.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub key_file: Option<PathBuf>,
        /// Number of the company whose leads they are.
        #[serde(default = "first_company")]
        pub company: u64,
        /// Field of a lead that holds the key of the touch point.
        #[serde(default = "reference")]
        pub key_field: String,
        /// Button that is pressed when a touch point is done ("convert", "lost"); none leaves the lead to those who sell.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub done_action: Option<String>,
        /// What is taken over of its parties. `only` is a domain of Tryton as JSON:
        /// `[["categories.name", "=", "Customer"]]`.
        #[serde(default)]
        pub import: Mapping,
        #[serde(skip)]
        key: Option<Secret>,
    }
}

fn first_company() -> u64 {
    1
}

fn reference() -> String {
    "reference".to_owned()
}

impl Tryton {
    pub(super) async fn send(&self, attempt: &Attempt<'_>) -> Sent {
        course::carry_out(&Reached { settings: self, wire: &attempt.wire }, attempt).await
    }

    pub(super) fn prepare(&mut self, reader: SecretReader<'_>) -> Vec<Fault> {
        let mut faults: Vec<_> = fault_of_address("url", &self.url).into_iter().collect();
        let named = (self.key_env.as_deref(), self.key_file.as_deref());
        self.key = fetched("key", named, reader, &mut faults);
        if self.only().is_err() {
            let hint = "write it as [[\"categories.name\", \"=\", \"Customer\"]]";
            faults.push(Fault::of("import.only", "is no domain of Tryton as JSON", hint));
        }
        faults
    }

    fn only(&self) -> Result<Value, ()> {
        let Some(only) = &self.import.only else { return Ok(json!([])) };
        serde_json::from_str(only).ok().filter(Value::is_array).ok_or(())
    }

    fn api(&self) -> Api<'_> {
        let context = packed(&json!({ "company": self.company, "active_test": false }));
        Api {
            base: &self.url,
            key: self.key.as_ref(),
            headers: vec![(HeaderName::from_static("x-tryton-context"), context)],
            timeout: self.rules().timeout,
        }
    }

    /// An answer that says yes, or what its no means. 404 is left to whoever asks for one record.
    fn judged(&self, asked: Result<Told, Answer>) -> Result<Told, Answer> {
        let told = match asked {
            Ok(told) => told,
            Err(Answer::Answered { status: status @ (401 | 403), .. }) => {
                let why = format!("the key is not accepted or may not do this ({status}): {WHERE_KEYS_ARE}");
                return Err(Answer::Refused(Refusal::new(Class::Pause, why).with_status(status)));
            }
            Err(Answer::Answered { status: 500, .. }) => return Err(self.broke_down()),
            Err(Answer::Answered { status: status @ (404 | 405), .. }) => {
                let why = format!(
                    "there is no REST interface at {} ({status}): check the address and the database",
                    self.url
                );
                return Err(Answer::Refused(Refusal::new(Class::Pause, why).with_status(status)));
            }
            Err(other) => return Err(other),
        };
        if let Some(locked) = locked_out(&told, WHERE_KEYS_ARE) {
            return Err(locked);
        }
        match told.status {
            200..=299 => Ok(told),
            400 => {
                let why = crate::text::sanitise::plain_line(&told.body.to_string());
                let why: String = why.chars().take(300).collect();
                Err(Answer::Refused(Refusal::new(Class::Dead, format!("Tryton refuses it: {why}")).with_status(400)))
            }
            500 => Err(self.broke_down()),
            _ => Err(told.plain),
        }
    }

    fn broke_down(&self) -> Answer {
        let why = format!(
            "500 from Tryton, which also answers so to a field or a model that it does not have: is the module \
             sale_opportunity active, is `{}` a field of a lead, is there a company {}? Its log tells more",
            self.key_field, self.company
        );
        Answer::Refused(Refusal::new(Class::Retry, why).with_status(500))
    }

    fn fields() -> Vec<(&'static str, String)> {
        let names = ["description", "comment", "end_date", "state"];
        names.into_iter().map(|name| ("f", name.to_owned())).collect()
    }

    async fn search(&self, wire: &Wire<'_>, path: &str, query: &[(&str, String)]) -> Result<Told, Answer> {
        let query: Vec<_> = query.iter().map(|(name, value)| (*name, value.as_str())).collect();
        self.judged(self.api().get(wire, path, &query).await)
    }

    /// Its parties, those that changed since `since`; a change of a mail address or a telephone number counts.
    pub(super) async fn accounts(&self, wire: &Wire<'_>, since: Option<Time>) -> Result<Vec<CrmAccount>, Answer> {
        let mut domain = vec![self.only().unwrap_or_else(|()| json!([]))];
        if let Some(since) = since {
            let since = moment(since);
            domain.push(json!([
                "OR",
                ["write_date", ">=", since],
                ["create_date", ">=", since],
                ["contact_mechanisms.write_date", ">=", since],
                ["contact_mechanisms.create_date", ">=", since],
            ]));
        }
        let mut query =
            vec![("d", packed(&json!(domain))), ("o", packed(&json!([["id", "ASC"]]))), ("s", PAGE.to_string())];
        let own = [&self.import.website, &self.import.tier, &self.import.yearly_value];
        let own = own.into_iter().chain([&self.import.renewal, &self.import.last_contact, &self.import.country]);
        query.extend(PARTY_FIELDS.iter().map(|field| ("f", (*field).to_owned())));
        query.extend(own.flatten().map(|field| ("f", field.clone())));
        let mut accounts = Vec::new();
        for page in 0..MOST_PAGES {
            let mut query = query.clone();
            query.push(("p", (page * PAGE).to_string()));
            let told = self.search(wire, "rest/model/party.party", &query).await?;
            let part = rows(&told, &told.body)?;
            accounts.extend(part.iter().filter_map(|row| self.account(row)));
            if part.len() < PAGE {
                break;
            }
        }
        Ok(accounts)
    }

    fn account(&self, row: &Value) -> Option<CrmAccount> {
        let id = text(row, "id")?;
        let map = &self.import;
        let ways = row["contact_mechanisms"].as_array().map(Vec::as_slice).unwrap_or_default();
        let website = ways.iter().find(|way| way["type"] == "website").and_then(|way| text(way, "value"));
        let address = row["addresses"].get(0);
        let times = ways.iter().chain([row]).flat_map(|row| [time(&row["write_date"]), time(&row["create_date"])]);
        Some(CrmAccount {
            name: text(row, "name").or_else(|| text(row, "code"))?,
            website: mapped(row, map.website.as_ref()).or(website),
            contacts: people(ways),
            tier: mapped(row, map.tier.as_ref()),
            yearly_value: number(row, map.yearly_value.as_ref()),
            renewal: map.renewal.as_ref().and_then(|path| day(row, path)),
            last_contact: map.last_contact.as_ref().and_then(|path| day(row, path)),
            country: mapped(row, map.country.as_ref()).or_else(|| text(address?, "country.code")),
            modified: times.flatten().max(),
            merged_into: text(row, "replaced_by.id"),
            // SQLite keeps 0 and 1.
            deleted: row["active"] == false || row["active"] == 0,
            id,
            ..CrmAccount::default()
        })
    }

    pub(super) async fn look(&self, wire: &Wire<'_>, remotes: &[Remote]) -> Result<Vec<Remote>, Answer> {
        course::look(&Reached { settings: self, wire }, remotes).await
    }
}

const WHERE_KEYS_ARE: &str = "make a key of the user application \"REST API\" for a user who may write leads";

const PARTY_FIELDS: [&str; 13] = [
    "name",
    "code",
    "active",
    "create_date",
    "write_date",
    "replaced_by.id",
    "contact_mechanisms.type",
    "contact_mechanisms.value",
    "contact_mechanisms.name",
    "contact_mechanisms.create_date",
    "contact_mechanisms.write_date",
    "contact_mechanisms.active",
    "addresses.country.code",
];

impl Records for Reached<'_, Tryton> {
    fn form(&self) -> Form<'_> {
        Form { subject: 255, body: 32_000, link: None, key_in_body: false }
    }

    async fn check(&self) -> Result<(), Answer> {
        self.leads(&json!([[self.settings.key_field, "=", ""], ["id", "=", 0]])).await.map(drop)
    }

    async fn read(&self, id: &str) -> Result<Option<Found>, Answer> {
        // A search, as one record that is not there is answered like an address that is not there.
        let Ok(number) = id.parse::<u64>() else { return Ok(None) };
        Ok(self.leads(&json!([["id", "=", number]])).await?.pop())
    }

    async fn find(&self, task: &Task, _attempt: &Attempt<'_>) -> Result<Vec<Found>, Answer> {
        self.leads(&json!([[self.settings.key_field, "=", task.key]])).await
    }

    async fn create(&self, task: &Task, sheet: &Sheet, attempt: &Attempt<'_>) -> Result<Option<String>, Answer> {
        let Tryton { key_field, company, import, .. } = self.settings;
        let mut body = Value::Object(fields(&sheet.whole()));
        body[key_field] = json!(task.key);
        body["company"] = json!(company);
        let owner = words::owner(attempt, import, task);
        let links = attempt.links;
        for (name, id) in [("party", &links.account), ("contact", &links.contact), ("employee", &owner)] {
            if let Some(id) = id {
                body[name] = json!(linked(name, id)?);
            }
        }
        let sent = self.settings.api().send(self.wire, Method::POST, &format!("{LEADS}?f=state"), Some(&body)).await;
        Ok(text(&self.settings.judged(sent)?.body, "id"))
    }

    async fn change(&self, id: &str, change: &Change, _task: &Task) -> Result<(), Answer> {
        if change.state == Some(RemoteState::Open) {
            self.press(id, "lead").await?;
        }
        let fields = fields(change);
        if !fields.is_empty() {
            let (path, fields) = (format!("{LEADS}/{id}"), Value::Object(fields));
            self.settings.judged(self.settings.api().send(self.wire, Method::PUT, &path, Some(&fields)).await)?;
        }
        match (change.state, &self.settings.done_action) {
            (Some(RemoteState::Cancelled), _) => self.press(id, "cancel").await,
            (Some(RemoteState::Done), Some(button)) => self.press(id, button).await,
            _ => Ok(()),
        }
    }

    async fn remove(&self, id: &str) -> Result<(), Answer> {
        // Tryton only deletes what is cancelled.
        self.press(id, "cancel").await?;
        let path = format!("{LEADS}/{id}");
        self.settings.judged(self.settings.api().send(self.wire, Method::DELETE, &path, None).await).map(drop)
    }

    fn address(&self, id: &str) -> Option<String> {
        let (host, database) = self.settings.url.trim_end_matches('/').rsplit_once('/')?;
        Some(format!("{host}/#{database}/model/sale.opportunity/{id}"))
    }
}

impl Reached<'_, Tryton> {
    /// The leads that fit this domain.
    async fn leads(&self, domain: &Value) -> Result<Vec<Found>, Answer> {
        let mut query = Tryton::fields();
        query.push(("d", packed(domain)));
        let told = self.settings.search(self.wire, LEADS, &query).await?;
        rows(&told, &told.body)?.iter().map(|row| found(row).ok_or_else(|| no_id(told.status))).collect()
    }

    async fn press(&self, id: &str, button: &str) -> Result<(), Answer> {
        let path = format!("{LEADS}/{id}/{button}");
        let sent = self.settings.api().send(self.wire, Method::POST, &path, Some(&json!({}))).await;
        self.settings.judged(sent).map(drop)
    }
}

fn found(row: &Value) -> Option<Found> {
    let state = match row["state"].as_str() {
        Some("converted" | "won" | "lost") => RemoteState::Done,
        Some("cancelled") => RemoteState::Cancelled,
        _ => RemoteState::Open,
    };
    let words = |name| text(row, name).unwrap_or_default();
    let (subject, body) = (words("description"), words("comment"));
    Some(Found { id: text(row, "id")?, subject, body, due: day(row, "end_date"), state })
}

fn fields(change: &Change) -> Map<String, Value> {
    let date =
        |due: NaiveDate| json!({ "__class__": "date", "year": due.year(), "month": due.month(), "day": due.day() });
    change.fields(["description", "comment", "end_date"], |body| json!(body), date)
}

fn moment(at: Time) -> Value {
    json!({
        "__class__": "datetime", "year": at.year(), "month": at.month(), "day": at.day(), "hour": at.hour(),
        "minute": at.minute(), "second": at.second(), "microsecond": 0,
    })
}

fn time(value: &Value) -> Option<Time> {
    let part = |name: &str| value.get(name).and_then(Value::as_u64).and_then(|part| u32::try_from(part).ok());
    let day = NaiveDate::from_ymd_opt(i32::try_from(part("year")?).ok()?, part("month")?, part("day")?)?;
    Some(day.and_hms_opt(part("hour")?, part("minute")?, part("second")?)?.and_utc())
}

/// Ids are numbers in Tryton.
fn linked(name: &str, id: &str) -> Result<u64, Answer> {
    id.parse().map_err(|_| {
        let why = format!("`{id}` is no id of a {name} in Tryton: correct it in the watch list or the mapping");
        Answer::Refused(Refusal::new(Class::Dead, why))
    })
}

/// People of a party: its mail addresses and telephone numbers that have a name, by that name.
fn people(ways: &[Value]) -> Vec<CrmPerson> {
    let mut people: Vec<CrmPerson> = Vec::new();
    for way in ways.iter().filter(|way| way["active"] != false && way["active"] != 0) {
        let (Some(id), Some(name), Some(value)) = (text(way, "id"), text(way, "name"), text(way, "value")) else {
            continue;
        };
        let place = people.iter().position(|person| person.name == name).unwrap_or_else(|| {
            people.push(CrmPerson { id, name, ..CrmPerson::default() });
            people.len() - 1
        });
        match way["type"].as_str() {
            Some("email") => people[place].email.get_or_insert(value),
            Some("phone" | "mobile") => people[place].phone.get_or_insert(value),
            _ => continue,
        };
    }
    people.retain(|person| person.email.is_some() || person.phone.is_some());
    people
}
