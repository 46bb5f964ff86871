//! Tasks in Salesforce: written, read, changed, closed.

use chrono::TimeDelta;
use http::Method;
use serde_json::{Map, Value, json};

use super::super::crm::course::{Records, no_id, seen};
use super::super::crm::text::{self, Change, Form, Found, Sheet};
use super::super::{Answer, Attempt, Class, Refusal, Secret, Task};
use super::error;
use super::org::{Org, path, quoted};
use crate::model::{DestinationId, Remote, RemoteState};

/// Days before a card's birth from which tasks are searched for its key: clocks differ.
const MARGIN: i64 = 1;

/// Ids in one query; the address stays below 16 kB.
const BATCH: usize = 200;

impl Records for Org<'_> {
    fn form(&self) -> Form<'_> {
        Form {
            subject: 255,
            body: 32_000,
            link: self.settings.link.as_deref(),
            key_in_body: self.settings.external_id_field.is_none() && self.settings.key_field.is_none(),
        }
    }

    async fn check(&self) -> Result<(), Answer> {
        self.words().await.map(drop)
    }

    async fn read(&self, id: &str) -> Result<Option<Found>, Answer> {
        let told = self.ask(Method::GET, &path(&["sobjects", "Task", id]), None).await?;
        match (told.status, error::code(&told)) {
            (200, _) => found(&told.body).map(Some).ok_or_else(|| no_id(200)),
            (404, "NOT_FOUND" | "ENTITY_IS_DELETED") => Ok(None),
            _ => Err(self.judge(&told)),
        }
    }

    async fn find(&self, task: &Task, attempt: &Attempt<'_>) -> Result<Vec<Found>, Answer> {
        let columns = "SELECT Id, Subject, Description, ActivityDate, IsClosed FROM Task WHERE";
        let field = self.settings.external_id_field.as_ref().or(self.settings.key_field.as_ref());
        let rows = if let Some(field) = field {
            self.query(&format!("{columns} {field} = {} LIMIT 50", quoted(&task.key)), false).await?
        } else {
            let since = (task.created - TimeDelta::days(MARGIN)).format("%Y-%m-%dT%H:%M:%SZ");
            let of = of(attempt).map(|id| format!(" AND WhatId = {}", quoted(id))).unwrap_or_default();
            let rows = self.query(&format!("{columns} CreatedDate >= {since}{of}"), false).await?;
            let has_key = |row: &Value| text::has_key(row["Description"].as_str().unwrap_or_default(), &task.key);
            rows.into_iter().filter(has_key).collect()
        };
        Ok(rows.iter().filter_map(found).collect())
    }

    async fn create(&self, task: &Task, sheet: &Sheet, attempt: &Attempt<'_>) -> Result<Option<String>, Answer> {
        let words = self.words().await?;
        let settings = self.settings;
        let mut fields = fields(&sheet.whole());
        fields.insert("Status".to_owned(), json!(words.open));
        fields.insert("Priority".to_owned(), json!(if task.high_priority { &words.high } else { &words.normal }));
        if let Some(of) = of(attempt) {
            fields.insert("WhatId".to_owned(), json!(of));
        }
        if let Some(contact) = &attempt.links.contact {
            fields.insert("WhoId".to_owned(), json!(contact));
        }
        if let Some(owner) = self.owner(task, attempt).await? {
            fields.insert("OwnerId".to_owned(), json!(owner));
        }
        let told = if let Some(field) = &settings.external_id_field {
            let path = path(&["sobjects", "Task", field, &task.key]);
            self.ask(Method::PATCH, &path, Some(&Value::Object(fields))).await?
        } else {
            if let Some(field) = &settings.key_field {
                fields.insert(field.clone(), json!(task.key));
            }
            self.ask(Method::POST, "sobjects/Task", Some(&Value::Object(fields))).await?
        };
        match told.status {
            200 | 201 if told.body["success"] != false => {
                Ok(told.body["id"].as_str().filter(|id| !id.is_empty()).map(str::to_owned))
            }
            // It was there already; versions before 46 do not tell its id.
            204 => Ok(None),
            300 => Err(several(&told.body)),
            _ => match self.judge(&told) {
                answer if answer.is_accepted() => Ok(None),
                answer => Err(answer),
            },
        }
    }

    async fn change(&self, id: &str, change: &Change, _task: &Task) -> Result<(), Answer> {
        let mut fields = fields(change);
        if let Some(state) = change.state {
            let words = self.words().await?;
            let status = match state {
                RemoteState::Open => words.open,
                RemoteState::Done => words.done,
                RemoteState::Cancelled | RemoteState::Gone => words.cancelled,
            };
            fields.insert("Status".to_owned(), json!(status));
        }
        let body = Value::Object(fields);
        let told = self.ask(Method::PATCH, &path(&["sobjects", "Task", id]), Some(&body)).await?;
        if matches!(told.status, 200 | 204) { Ok(()) } else { Err(self.judge(&told)) }
    }

    async fn remove(&self, id: &str) -> Result<(), Answer> {
        let told = self.ask(Method::DELETE, &path(&["sobjects", "Task", id]), None).await?;
        if matches!(told.status, 200 | 204 | 404) { Ok(()) } else { Err(self.judge(&told)) }
    }

    fn address(&self, id: &str) -> Option<String> {
        Some(super::super::under(&self.settings.url, &path(&[id])))
    }
}

impl Org<'_> {
    /// How far these tasks are.
    pub(super) async fn look(&self, records: &[Remote]) -> Result<Vec<Remote>, Answer> {
        let cancelled = self.settings.status_cancelled.as_deref();
        let mut all = Vec::with_capacity(records.len());
        for batch in records.chunks(BATCH) {
            let ids: Vec<_> = batch.iter().map(|record| quoted(&record.id)).collect();
            let soql = format!("SELECT Id, Status, IsClosed, IsDeleted FROM Task WHERE Id IN ({})", ids.join(", "));
            let rows = self.query(&soql, true).await?;
            for record in batch {
                let row = rows.iter().find(|row| row["Id"].as_str().is_some_and(|id| same_id(id, &record.id)));
                let state = match row {
                    None => RemoteState::Gone,
                    Some(row) if row["IsDeleted"] == true => RemoteState::Gone,
                    Some(row) if row["IsClosed"] != true => RemoteState::Open,
                    Some(row) if cancelled.is_some() && row["Status"].as_str() == cancelled => RemoteState::Cancelled,
                    Some(_) => seen(RemoteState::Done, Some(record)),
                };
                all.push(Remote { state, ..record.clone() });
            }
        }
        Ok(all)
    }

    /// The owner there: by what was imported, by the settings, by their mail address; else the user of the connected app.
    async fn owner(&self, task: &Task, attempt: &Attempt<'_>) -> Result<Option<String>, Answer> {
        if let Some(owner) = text::owner(attempt, &self.settings.import, task) {
            return Ok(Some(owner));
        }
        let Some(mail) = text::owner_mail(task) else { return Ok(None) };
        let soql = format!("SELECT Id FROM User WHERE Email = {} AND IsActive = true LIMIT 2", quoted(mail));
        let rows = self.query(&soql, false).await?;
        // Two users with one address: neither is surely meant.
        Ok((rows.len() == 1).then(|| rows[0]["Id"].as_str().map(str::to_owned)).flatten())
    }

    /// The words of the org's pick lists that are to be used, checked; asked for once a day.
    async fn words(&self) -> Result<Words, Answer> {
        let place = DestinationId(format!("{}/pick lists of Task", self.settings.id.as_str()));
        if let Some(kept) = self.wire.tokens.get(&place, self.wire.now).await
            && let Ok(words) = serde_json::from_str(kept.reveal())
        {
            return self.chosen(&words);
        }
        let told = self.ask(Method::GET, "sobjects/Task/describe", None).await?;
        if told.status != 200 {
            return Err(self.judge(&told));
        }
        let closed =
            self.query("SELECT ApiName FROM TaskStatus WHERE IsClosed = true ORDER BY SortOrder", false).await?;
        let closed: Vec<_> = closed.iter().map(|row| row["ApiName"].clone()).collect();
        let of = |name: &str| {
            let fields = told.body["fields"].as_array().into_iter().flatten();
            fields.into_iter().find(|field| field["name"] == name).map(|field| field["picklistValues"].clone())
        };
        let words = json!({ "status": of("Status"), "priority": of("Priority"), "closed": closed });
        let until = self.wire.now + TimeDelta::days(1);
        let chosen = self.chosen(&words)?;
        self.wire.tokens.keep(&place, Secret::new(words.to_string()), until).await;
        Ok(chosen)
    }

    fn chosen(&self, words: &Value) -> Result<Words, Answer> {
        let settings = self.settings;
        let status = List { field: "Status", values: &words["status"] };
        let priority = List { field: "Priority", values: &words["priority"] };
        let done = match &settings.status_done {
            Some(word) => word.clone(),
            None => words["closed"][0].as_str().map(str::to_owned).ok_or_else(|| missing("status_done", "Status"))?,
        };
        Ok(Words {
            open: status.of("status_open", settings.status_open.as_deref())?,
            cancelled: status.of("status_cancelled", settings.status_cancelled.as_deref().or(Some(done.as_str())))?,
            done: status.of("status_done", Some(done.as_str()))?,
            high: priority.of("priority_high", Some(settings.priority_high.as_str()))?,
            normal: priority.of("priority_normal", settings.priority_normal.as_deref())?,
        })
    }
}

/// The words to be used of the pick lists.
struct Words {
    open: String,
    done: String,
    cancelled: String,
    high: String,
    normal: String,
}

/// A pick list as `describe` tells it.
struct List<'a> {
    field: &'static str,
    values: &'a Value,
}

impl List<'_> {
    /// This word where the list has it, the default where no word is named.
    fn of(&self, key: &'static str, word: Option<&str>) -> Result<String, Answer> {
        let active = || self.values.as_array().into_iter().flatten().filter(|value| value["active"] == true);
        let known = active().filter_map(|value| value["value"].as_str());
        let Some(word) = word else {
            let default =
                active().find(|value| value["defaultValue"] == true).and_then(|value| value["value"].as_str());
            return default.map(str::to_owned).ok_or_else(|| missing(key, self.field));
        };
        if known.clone().any(|value| value == word) {
            return Ok(word.to_owned());
        }
        let known: Vec<_> = known.collect();
        let why = format!(
            "`{key}`: the pick list {} of Task has no value \"{word}\" in this org; it has: {}",
            self.field,
            known.join(", ")
        );
        Err(Answer::Refused(Refusal::new(Class::Pause, why)))
    }
}

fn missing(key: &str, field: &str) -> Answer {
    let why = format!("the pick list {field} of Task has no value to take for `{key}` by itself: set it");
    Answer::Refused(Refusal::new(Class::Pause, why))
}

/// What a task is of: the renewal where there is one, else the account.
fn of<'a>(attempt: &Attempt<'a>) -> Option<&'a str> {
    attempt.links.opportunity.as_deref().or(attempt.links.account.as_deref())
}

fn fields(change: &Change) -> Map<String, Value> {
    change.fields(["Subject", "Description", "ActivityDate"], |body| json!(body), |due| json!(due))
}

/// The external id is not unique: nothing is written until a person has looked.
fn several(addresses: &Value) -> Answer {
    let ids = addresses.as_array().into_iter().flatten().filter_map(Value::as_str);
    let ids: Vec<_> = ids.map(|url| url.rsplit('/').next().unwrap_or(url)).collect();
    let ids = ids.join(", ");
    let why = format!("several tasks have this card's key ({ids}): delete all but one there, then send it again");
    Answer::Refused(Refusal::new(Class::Dead, why))
}

fn found(row: &Value) -> Option<Found> {
    let word = |key: &str| row[key].as_str().unwrap_or_default().to_owned();
    let id = word("Id");
    (!id.is_empty()).then(|| Found {
        id,
        subject: word("Subject"),
        body: word("Description"),
        due: row["ActivityDate"].as_str().and_then(|day| day.parse().ok()),
        state: if row["IsClosed"] == true { RemoteState::Done } else { RemoteState::Open },
    })
}

/// Ids of 15 letters are those of 18 without the check at the end.
pub(super) fn same_id(one: &str, other: &str) -> bool {
    one == other || (one.len().min(other.len()) >= 15 && one.get(..15) == other.get(..15))
}
