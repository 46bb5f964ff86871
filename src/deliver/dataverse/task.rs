//! Tasks in Dataverse: written, read, changed, closed.

use http::Method;
use serde_json::{Map, Value, json};

use super::super::crm::course::{Records, no_id};
use super::super::crm::text::{self, Change, Form, Found, Sheet};
use super::super::{Answer, Attempt, Class, Refusal, Task, under};
use super::service::{Field, Service, encoded, guid, judge, quoted};
use crate::model::{Remote, RemoteState};

const COLUMNS: &str = "activityid,subject,description,scheduledend,statecode,statuscode";
const GIVE_BACK: Field = ("prefer", "return=representation");
const ONLY_UPDATE: Field = ("if-match", "*");

/// Tasks looked up in one query: the address stays far below 32 kB.
const BATCH: usize = 50;

impl Records for Service<'_> {
    fn form(&self) -> Form<'_> {
        let settings = self.settings;
        Form { subject: 200, body: 2000, link: settings.link.as_deref(), key_in_body: settings.alternate_key.is_none() }
    }

    async fn check(&self) -> Result<(), Answer> {
        let told = self.ask(Method::GET, &self.url("WhoAmI", &[]), &[], None).await?;
        if told.status == 200 && told.body["UserId"].is_string() { Ok(()) } else { Err(judge(&told)) }
    }

    async fn read(&self, id: &str) -> Result<Option<Found>, Answer> {
        let Some(id) = guid(id) else { return Ok(None) };
        let url = self.url(&format!("tasks({id})"), &[("$select", COLUMNS)]);
        let told = self.ask(Method::GET, &url, &[], None).await?;
        match told.status {
            200 => found(&told.body).map(Some).ok_or_else(|| no_id(200)),
            404 if told.body["error"]["code"] == "0x80040217" => Ok(None),
            _ => Err(judge(&told)),
        }
    }

    async fn find(&self, task: &Task, _attempt: &Attempt<'_>) -> Result<Vec<Found>, Answer> {
        let filter = match &self.settings.alternate_key {
            Some(column) => format!("{column} eq {}", quoted(&task.key)),
            None => format!("contains(description,{})", quoted(&text::key_line(&task.key))),
        };
        let rows = self.rows(self.url("tasks", &[("$select", COLUMNS), ("$filter", &filter)])).await?;
        let mut all: Vec<_> = rows.iter().filter_map(found).collect();
        if self.settings.alternate_key.is_none() {
            all.retain(|found| text::has_key(&found.body, &task.key));
        }
        Ok(all)
    }

    async fn create(&self, task: &Task, sheet: &Sheet, attempt: &Attempt<'_>) -> Result<Option<String>, Answer> {
        let mut fields = fields(&sheet.whole());
        fields.insert("prioritycode".to_owned(), json!(if task.high_priority { 2 } else { 1 }));
        if let Some(account) = &attempt.links.account {
            let account = guid(account).ok_or_else(|| no_guid("the external id of its client", account))?;
            fields
                .insert("regardingobjectid_account_task@odata.bind".to_owned(), json!(format!("/accounts({account})")));
        }
        if let Some(owner) = self.owner(task, attempt).await? {
            fields.insert("ownerid@odata.bind".to_owned(), json!(format!("/systemusers({owner})")));
        }
        let body = Value::Object(fields);
        let told = match &self.settings.alternate_key {
            Some(column) => {
                let url = self.url(&format!("tasks({column}={})", encoded(&quoted(&task.key))), &[]);
                self.ask(Method::PATCH, &url, &[GIVE_BACK], Some(&body)).await?
            }
            None => self.ask(Method::POST, &self.url("tasks", &[]), &[GIVE_BACK], Some(&body)).await?,
        };
        match told.status {
            200 | 201 | 204 => {
                let in_body = told.body["activityid"].as_str().and_then(guid);
                Ok(in_body.or_else(|| entity_id(&told.headers)))
            }
            _ => Err(judge(&told)),
        }
    }

    async fn change(&self, id: &str, change: &Change, _task: &Task) -> Result<(), Answer> {
        let settings = self.settings;
        let mut fields = fields(change);
        if let Some(state) = change.state {
            let (state, status) = match state {
                // 2: not started.
                RemoteState::Open => (0, 2),
                RemoteState::Done => (1, settings.status_done),
                RemoteState::Cancelled | RemoteState::Gone => (2, settings.status_cancelled),
            };
            fields.insert("statecode".to_owned(), json!(state));
            fields.insert("statuscode".to_owned(), json!(status));
        }
        let id = guid(id).ok_or_else(|| no_guid("the id of its task", id))?;
        let body = Value::Object(fields);
        let url = self.url(&format!("tasks({id})"), &[]);
        let told = self.ask(Method::PATCH, &url, &[ONLY_UPDATE], Some(&body)).await?;
        if matches!(told.status, 200 | 204) { Ok(()) } else { Err(judge(&told)) }
    }

    async fn remove(&self, id: &str) -> Result<(), Answer> {
        let id = guid(id).ok_or_else(|| no_guid("the id of its task", id))?;
        let told = self.ask(Method::DELETE, &self.url(&format!("tasks({id})"), &[]), &[], None).await?;
        if matches!(told.status, 200 | 204 | 404) { Ok(()) } else { Err(judge(&told)) }
    }

    fn address(&self, id: &str) -> Option<String> {
        Some(under(&self.settings.url, &format!("main.aspx?etn=task&pagetype=entityrecord&id={}", encoded(id))))
    }
}

impl Service<'_> {
    /// How far these tasks are.
    pub(super) async fn look(&self, records: &[Remote]) -> Result<Vec<Remote>, Answer> {
        let mut seen = Vec::with_capacity(records.len());
        for batch in records.chunks(BATCH) {
            let asked: Vec<_> = batch.iter().filter_map(|record| guid(&record.id)).collect();
            let filter: Vec<_> = asked.iter().map(|id| format!("activityid eq {id}")).collect();
            let rows = match filter.as_slice() {
                [] => Vec::new(),
                filter => {
                    let filter = filter.join(" or ");
                    self.rows(self.url("tasks", &[("$select", COLUMNS), ("$filter", &filter)])).await?
                }
            };
            let there: Vec<_> = rows.iter().filter_map(found).collect();
            for record in batch {
                let id = guid(&record.id);
                let found = there.iter().find(|found| Some(&found.id) == id.as_ref());
                let state = found.map_or(RemoteState::Gone, |found| found.state);
                seen.push(Remote { state, ..record.clone() });
            }
        }
        Ok(seen)
    }

    /// The owner there, by what was imported, by the settings, by their mail address; else the application user.
    async fn owner(&self, task: &Task, attempt: &Attempt<'_>) -> Result<Option<String>, Answer> {
        if let Some(owner) = text::owner(attempt, &self.settings.import, task) {
            return guid(&owner).map(Some).ok_or_else(|| no_guid("its owner in `import.owners`", &owner));
        }
        let Some(mail) = text::owner_mail(task) else { return Ok(None) };
        let filter = format!("internalemailaddress eq {} and isdisabled eq false", quoted(mail));
        let rows = self.rows(self.url("systemusers", &[("$select", "systemuserid"), ("$filter", &filter)])).await?;
        // Two users with one address: neither is surely meant.
        Ok((rows.len() == 1).then(|| rows[0]["systemuserid"].as_str().and_then(guid)).flatten())
    }
}

fn fields(change: &Change) -> Map<String, Value> {
    change.fields(["subject", "description", "scheduledend"], |body| json!(body), |due| json!(noon(due)))
}

fn no_guid(what: &str, id: &str) -> Answer {
    let id: String = id.chars().take(60).collect();
    Answer::Refused(Refusal::new(Class::Dead, format!("{what} is no id of Dataverse (\"{id}\"): set it right")))
}

/// A due day as a time that is on that day from New Zealand's winter to Hawaii.
fn noon(day: chrono::NaiveDate) -> String {
    format!("{day}T12:00:00Z")
}

/// The id at the end of `OData-EntityId: https://…/tasks(00000000-…)`.
fn entity_id(headers: &http::HeaderMap) -> Option<String> {
    let field = headers.get("odata-entityid")?.to_str().ok()?;
    guid(field.rsplit_once('(')?.1.trim_end_matches(')'))
}

fn found(row: &Value) -> Option<Found> {
    let word = |key: &str| row[key].as_str().unwrap_or_default().to_owned();
    Some(Found {
        id: row["activityid"].as_str().and_then(guid)?,
        subject: word("subject"),
        body: word("description"),
        due: row["scheduledend"].as_str().and_then(|time| time.get(..10)?.parse().ok()),
        state: match row["statecode"].as_i64() {
            Some(1) => RemoteState::Done,
            Some(2) => RemoteState::Cancelled,
            _ => RemoteState::Open,
        },
    })
}
