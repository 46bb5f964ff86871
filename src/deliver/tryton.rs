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

use chrono::NaiveDate;
use http::{HeaderName, Method};
use serde_json::{Value, json};

use super::json_api::{Api, day, locked_out, mapped, number, packed, prepared, refused, rows, text};
use super::record::{self, Draft, End, Found, Records};
use super::rules::destination;
use super::{
    Answer, Attempt, Class, CrmAccount, CrmPerson, Fault, Mapping, Refusal, Secret, SecretReader, Sent, Told, Wire,
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
        record::keep(self, attempt, &self.import).await
    }

    pub(super) fn prepare(&mut self, reader: SecretReader<'_>) -> Vec<Fault> {
        let (key, mut faults) = prepared(&self.url, (self.key_env.as_deref(), self.key_file.as_deref()), reader);
        self.key = key;
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
        let names = ["description", "comment", "end_date", "state", "create_date"];
        names.into_iter().map(|name| ("f", name.to_owned())).collect()
    }

    async fn search(&self, wire: &Wire<'_>, path: &str, query: &[(&str, String)]) -> Result<Told, Answer> {
        let query: Vec<_> = query.iter().map(|(name, value)| (*name, value.as_str())).collect();
        self.judged(self.api().get(wire, path, &query).await)
    }

    async fn put(&self, wire: &Wire<'_>, id: &str, body: &Value) -> Result<(), Answer> {
        self.judged(self.api().send(wire, Method::PUT, &format!("{LEADS}/{id}"), Some(body)).await).map(drop)
    }

    async fn press(&self, wire: &Wire<'_>, id: &str, button: &str) -> Result<(), Answer> {
        let path = format!("{LEADS}/{id}/{button}");
        self.judged(self.api().send(wire, Method::POST, &path, Some(&json!({}))).await).map(drop)
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
        record::look(self, wire, remotes).await
    }

    fn found(told: &Told, row: &Value) -> Result<Found, Answer> {
        let id = text(row, "id").ok_or_else(|| refused(told, Class::Retry, "a lead without an id"))?;
        let due = day(row, "end_date").map(|day| day.to_string()).unwrap_or_default();
        let words = |name| text(row, name).unwrap_or_default();
        let state = match row["state"].as_str() {
            Some("converted" | "won" | "lost") => RemoteState::Done,
            Some("cancelled") => RemoteState::Cancelled,
            _ => RemoteState::Open,
        };
        let created = time(&row["create_date"]).map(|at| at.to_rfc3339()).unwrap_or_default();
        Ok(Found { id, hash: record::hash(&words("description"), &words("comment"), &due), state, created })
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

impl Records for Tryton {
    async fn find(&self, wire: &Wire<'_>, key: &str) -> Result<Vec<Found>, Answer> {
        let mut query = Self::fields();
        query.push(("d", packed(&json!([[self.key_field, "=", key]]))));
        let told = self.search(wire, LEADS, &query).await?;
        rows(&told, &told.body)?.iter().map(|row| Self::found(&told, row)).collect()
    }

    async fn read(&self, wire: &Wire<'_>, id: &str) -> Result<Option<Found>, Answer> {
        // A search, as one record that is not there is answered like an address that is not there.
        let Ok(number) = id.parse::<u64>() else { return Ok(None) };
        let mut query = Self::fields();
        query.push(("d", packed(&json!([["id", "=", number]]))));
        let told = self.search(wire, LEADS, &query).await?;
        rows(&told, &told.body)?.first().map(|row| Self::found(&told, row)).transpose()
    }

    async fn create(&self, wire: &Wire<'_>, draft: &Draft) -> Result<Option<String>, Answer> {
        let mut body = words(draft);
        body[&self.key_field] = json!(draft.key);
        body["company"] = json!(self.company);
        for (name, id) in [("party", &draft.account), ("contact", &draft.contact), ("employee", &draft.owner)] {
            if let Some(id) = id {
                body[name] = json!(linked(name, id)?);
            }
        }
        let told = self.judged(self.api().send(wire, Method::POST, &format!("{LEADS}?f=state"), Some(&body)).await)?;
        Ok(text(&told.body, "id"))
    }

    async fn write(&self, wire: &Wire<'_>, id: &str, draft: &Draft, reopen: bool) -> Result<(), Answer> {
        if reopen {
            self.press(wire, id, "lead").await?;
        }
        self.put(wire, id, &words(draft)).await
    }

    async fn close(&self, wire: &Wire<'_>, id: &str, draft: &Draft, end: End) -> Result<(), Answer> {
        if end.with_text {
            self.put(wire, id, &words(draft)).await?;
        }
        match (&self.done_action, end.state) {
            (_, RemoteState::Cancelled) => self.press(wire, id, "cancel").await,
            (Some(button), _) => self.press(wire, id, button).await,
            (None, _) => Ok(()),
        }
    }

    async fn remove(&self, wire: &Wire<'_>, id: &str) -> Result<(), Answer> {
        // Tryton only deletes what is cancelled.
        self.press(wire, id, "cancel").await?;
        self.judged(self.api().send(wire, Method::DELETE, &format!("{LEADS}/{id}"), None).await).map(drop)
    }

    fn page(&self, id: &str) -> Option<String> {
        let (host, database) = self.url.trim_end_matches('/').rsplit_once('/')?;
        Some(format!("{host}/#{database}/model/sale.opportunity/{id}"))
    }
}

fn words(draft: &Draft) -> Value {
    json!({ "description": draft.title, "comment": draft.text, "end_date": date(&draft.due) })
}

fn date(day: &str) -> Value {
    use chrono::Datelike as _;
    day.parse::<NaiveDate>().map_or(
        Value::Null,
        |day| json!({ "__class__": "date", "year": day.year(), "month": day.month(), "day": day.day() }),
    )
}

fn moment(at: Time) -> Value {
    use chrono::{Datelike as _, Timelike as _};
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
