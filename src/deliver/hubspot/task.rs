//! Tasks in HubSpot: written, read, changed, closed.

use chrono::DateTime;
use http::Method;
use serde_json::{Map, Value, json};

use super::super::crm::course::{Records, no_id, seen};
use super::super::crm::text::{self, Change, Form, Found, Sheet, html, plain};
use super::super::{Answer, Attempt, Class, Refusal, Task};
use super::error;
use super::portal::{Portal, id_of, segment};
use crate::model::{Action, Remote, RemoteState};

const PROPERTIES: [&str; 4] = ["hs_task_subject", "hs_task_body", "hs_task_status", "hs_timestamp"];

impl Records for Portal<'_> {
    fn form(&self) -> Form<'_> {
        let settings = self.settings;
        Form {
            subject: 255,
            // 65,536 as HTML, where a sign may take six.
            body: 10_000,
            link: settings.link.as_deref(),
            key_in_body: settings.unique_property.is_none(),
        }
    }

    async fn check(&self) -> Result<(), Answer> {
        let path = self.objects(&format!("tasks?limit=1&properties={}", PROPERTIES.join(",")));
        self.get(&path).await?;
        if let Some(property) = &self.settings.unique_property {
            let told = self.get(&format!("/crm/v3/properties/tasks/{}", segment(property))).await?;
            if told["hasUniqueValue"] != true {
                let why = format!("the property {property} of tasks does not have unique values: create one that has");
                return Err(Answer::Refused(Refusal::new(Class::Pause, why)));
            }
        }
        Ok(())
    }

    async fn read(&self, id: &str) -> Result<Option<Found>, Answer> {
        let path = format!("tasks/{}?properties={}", segment(id), PROPERTIES.join(","));
        let told = self.ask(Method::GET, &self.objects(&path), None).await?;
        match told.status {
            200 => self.found(&told.body).map(Some).ok_or_else(|| no_id(200)),
            404 if told.body["category"] == "OBJECT_NOT_FOUND" => Ok(None),
            _ => Err(error::judge(&told)),
        }
    }

    async fn find(&self, task: &Task, attempt: &Attempt<'_>) -> Result<Vec<Found>, Answer> {
        if let Some(property) = &self.settings.unique_property {
            let (key, columns) = (segment(&task.key), PROPERTIES.join(","));
            let path = format!("tasks/{key}?idProperty={}&properties={columns}", segment(property));
            let told = self.ask(Method::GET, &self.objects(&path), None).await?;
            return match told.status {
                200 => {
                    let found = self.found(&told.body).ok_or_else(|| no_id(200))?;
                    // The attempt that wrote it may have ended before it was the company's.
                    if attempt.remote.is_none() {
                        self.associate(&found.id, &company(attempt)?).await?;
                    }
                    Ok(vec![found])
                }
                404 if told.body["category"] == "OBJECT_NOT_FOUND" => Ok(Vec::new()),
                _ => Err(error::judge(&told)),
            };
        }
        let mut ids = self.search(task).await?;
        if let Some(company) = &attempt.links.account {
            ids.extend(self.of_company(company).await?);
        }
        ids.sort();
        ids.dedup();
        // The index may tell what was; only what is read by its id stands there.
        let rows = self.read_all("tasks", &ids, &PROPERTIES).await?;
        let mut all: Vec<_> = rows.iter().filter_map(|row| self.found(row)).collect();
        all.retain(|found| text::has_key(&found.body, &task.key));
        Ok(all)
    }

    async fn create(&self, task: &Task, sheet: &Sheet, attempt: &Attempt<'_>) -> Result<Option<String>, Answer> {
        let company = company(attempt)?;
        let mut properties = properties(&sheet.whole());
        properties.insert("hs_task_status".to_owned(), json!(self.settings.status_open));
        properties.insert("hs_task_priority".to_owned(), json!(if task.high_priority { "HIGH" } else { "MEDIUM" }));
        properties.insert("hs_task_type".to_owned(), json!(type_of(task.action)));
        if let Some(owner) = self.owner(task, attempt).await? {
            properties.insert("hubspot_owner_id".to_owned(), json!(owner));
        }
        if let Some(property) = &self.settings.unique_property {
            properties.insert(property.clone(), json!(task.key));
            let id = self.upsert(property, &task.key, properties).await?;
            if let Some(id) = &id {
                self.associate(id, &company).await?;
            }
            return Ok(id);
        }
        // An earlier attempt that ended without a word may have written what no index tells yet.
        if attempt.delivery.attempts > 1 && !was_refused(attempt.delivery.last_status) {
            let why = format!(
                "an earlier attempt was not answered, and neither the search nor the company tells of a task with \
                 \"{}\": look there; where there is none, send it again. With `unique_property` this is never in doubt",
                text::key_line(&task.key)
            );
            return Err(Answer::Refused(Refusal::new(Class::Unknown, why)));
        }
        let types = types(self.association().await?);
        let body = json!({ "properties": properties, "associations": [{ "to": { "id": company }, "types": types }] });
        let told = self.ask(Method::POST, &self.objects("tasks"), Some(&body)).await?;
        match told.status {
            200 | 201 => Ok(id_of(&told.body["id"])),
            _ => Err(error::judge(&told)),
        }
    }

    async fn change(&self, id: &str, change: &Change, _task: &Task) -> Result<(), Answer> {
        let settings = self.settings;
        let mut properties = properties(change);
        if let Some(state) = change.state {
            let status = match state {
                RemoteState::Open => &settings.status_open,
                RemoteState::Done => &settings.status_done,
                RemoteState::Cancelled | RemoteState::Gone => &settings.status_cancelled,
            };
            properties.insert("hs_task_status".to_owned(), json!(status));
        }
        let body = json!({ "properties": properties });
        let path = self.objects(&format!("tasks/{}", segment(id)));
        let told = self.ask(Method::PATCH, &path, Some(&body)).await?;
        if told.status == 200 { Ok(()) } else { Err(error::judge(&told)) }
    }

    async fn remove(&self, id: &str) -> Result<(), Answer> {
        let told = self.ask(Method::DELETE, &self.objects(&format!("tasks/{}", segment(id))), None).await?;
        if matches!(told.status, 200 | 204 | 404) { Ok(()) } else { Err(error::judge(&told)) }
    }

    fn address(&self, id: &str) -> Option<String> {
        let portal = self.settings.portal?;
        Some(format!("https://app.hubspot.com/contacts/{portal}/tasks/list/view/all?taskId={}", segment(id)))
    }
}

impl Portal<'_> {
    /// How far these tasks are.
    pub(super) async fn look(&self, records: &[Remote]) -> Result<Vec<Remote>, Answer> {
        let ids: Vec<_> = records.iter().map(|record| record.id.clone()).collect();
        let rows = self.read_all("tasks", &ids, &PROPERTIES).await?;
        let there: Vec<_> = rows.iter().filter_map(|row| self.found(row)).collect();
        let state = |record: &Remote| {
            let found = there.iter().find(|found| found.id == record.id);
            found.map_or(RemoteState::Gone, |found| seen(found.state, Some(record)))
        };
        Ok(records.iter().map(|record| Remote { state: state(record), ..record.clone() }).collect())
    }

    /// Writes the row with this key, or finds that it is there; its id, where it is told.
    async fn upsert(
        &self,
        property: &str,
        key: &str,
        properties: Map<String, Value>,
    ) -> Result<Option<String>, Answer> {
        let body = json!({ "inputs": [{ "idProperty": property, "id": key, "properties": properties }] });
        let told = self.ask(Method::POST, &self.objects("tasks/batch/upsert"), Some(&body)).await?;
        if !matches!(told.status, 200 | 201 | 207) {
            return Err(error::judge(&told));
        }
        // Row by row: a row is there, or there is an error for it.
        if let Some(id) = told.body["results"].as_array().into_iter().flatten().find_map(|row| id_of(&row["id"])) {
            return Ok(Some(id));
        }
        match told.body["errors"].as_array().and_then(|errors| errors.first()) {
            Some(row) => Err(error::of_error(row, told.status)),
            None => Ok(None),
        }
    }

    /// Makes it a task of this company; doing so twice changes nothing.
    async fn associate(&self, id: &str, company: &str) -> Result<(), Answer> {
        let types = types(self.association().await?);
        let path = format!("/crm/v4/objects/tasks/{}/associations/companies/{}", segment(id), segment(company));
        let told = self.ask(Method::PUT, &path, Some(&types)).await?;
        if matches!(told.status, 200 | 201) { Ok(()) } else { Err(error::judge(&told)) }
    }

    /// Tasks that the search index knows to have this subject.
    async fn search(&self, task: &Task) -> Result<Vec<String>, Answer> {
        let since = task.created.timestamp_millis() - 86_400_000;
        let filters = json!([
            { "propertyName": "hs_createdate", "operator": "GTE", "value": since.to_string() },
            { "propertyName": "hs_task_subject", "operator": "EQ", "value": task.subject },
        ]);
        let body = json!({ "filterGroups": [{ "filters": filters }], "properties": ["hs_task_subject"], "limit": 200 });
        let told = self.ask(Method::POST, &self.objects("tasks/search"), Some(&body)).await?;
        let results = told.body["results"].as_array().filter(|_| told.status == 200);
        let results = results.ok_or_else(|| error::judge(&told))?;
        Ok(results.iter().filter_map(|row| id_of(&row["id"])).collect())
    }

    /// Tasks of a company.
    async fn of_company(&self, company: &str) -> Result<Vec<String>, Answer> {
        let path = format!("/crm/v4/objects/companies/{}/associations/tasks?limit=500", segment(company));
        let rows = self.list(&path).await?;
        Ok(rows.iter().filter_map(|row| id_of(&row["toObjectId"])).collect())
    }

    /// Type id of the association from task to company.
    async fn association(&self) -> Result<u64, Answer> {
        let told = self.ask(Method::GET, "/crm/v4/associations/tasks/companies/labels", None).await?;
        let own = |row: &&Value| row["category"] == "HUBSPOT_DEFINED" && row["label"].is_null();
        let results = told.body["results"].as_array().filter(|_| told.status == 200);
        let kind = results.and_then(|rows| rows.iter().find(own)?["typeId"].as_u64());
        match told.status {
            // A token without the right to read schemas may still write.
            200 | 403 | 404 => Ok(kind.unwrap_or(self.settings.association_type.into())),
            _ => Err(error::judge(&told)),
        }
    }

    /// The owner there: by what was imported, by the settings, by their mail address; else nobody.
    async fn owner(&self, task: &Task, attempt: &Attempt<'_>) -> Result<Option<String>, Answer> {
        if let Some(owner) = text::owner(attempt, &self.settings.import, task) {
            return Ok(Some(owner));
        }
        let Some(mail) = text::owner_mail(task) else { return Ok(None) };
        let owners = self.list(&format!("/crm/v3/owners?email={}&limit=100", segment(mail))).await?;
        let same = |row: &&Value| row["email"].as_str().is_some_and(|email| email.eq_ignore_ascii_case(mail));
        Ok(owners.iter().find(same).and_then(|row| id_of(&row["id"])))
    }

    fn found(&self, row: &Value) -> Option<Found> {
        let settings = self.settings;
        let word = |name: &str| row["properties"][name].as_str().unwrap_or_default();
        let status = word("hs_task_status");
        let cancelled = settings.status_cancelled.as_str();
        Some(Found {
            id: id_of(&row["id"])?,
            subject: word("hs_task_subject").to_owned(),
            body: plain(word("hs_task_body")),
            due: day(word("hs_timestamp")),
            state: if status == cancelled && cancelled != settings.status_done {
                RemoteState::Cancelled
            } else if status == settings.status_done || status == "COMPLETED" {
                RemoteState::Done
            } else {
                RemoteState::Open
            },
        })
    }
}

fn properties(change: &Change) -> Map<String, Value> {
    let names = ["hs_task_subject", "hs_task_body", "hs_timestamp"];
    change.fields(names, |body| json!(html(body)), |due| json!(noon(due)))
}

/// How a task and its company belong together.
fn types(kind: u64) -> Value {
    json!([{ "associationCategory": "HUBSPOT_DEFINED", "associationTypeId": kind }])
}

/// The company that a task is of.
fn company(attempt: &Attempt<'_>) -> Result<String, Answer> {
    attempt.links.account.clone().ok_or_else(|| {
        let id = attempt.delivery.destination.as_str();
        let why = format!(
            "its client has no company there: set `external_ids = {{ {id} = \"<company id>\" }}` in the watchlist"
        );
        Answer::Refused(Refusal::new(Class::Dead, why))
    })
}

/// It said no: what was asked then was not done.
fn was_refused(status: Option<u16>) -> bool {
    matches!(status, Some(400..=499))
}

/// What kind of task it is there.
fn type_of(action: Action) -> &'static str {
    match action {
        Action::Call => "CALL",
        Action::Mail | Action::Note | Action::Share | Action::Survey => "EMAIL",
        _ => "TODO",
    }
}

/// A due day as a time that is on that day nearly everywhere.
fn noon(day: chrono::NaiveDate) -> String {
    format!("{day}T12:00:00Z")
}

/// The day of a time, as a date or in milliseconds.
fn day(text: &str) -> Option<chrono::NaiveDate> {
    let of_number = || DateTime::from_timestamp_millis(text.parse().ok()?).map(|time| time.date_naive());
    text.get(..10).and_then(|day| day.parse().ok()).or_else(of_number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_read_as_a_time_and_as_a_number() {
        let day_of = |text| day(text).map(|day| day.to_string());
        assert_eq!(day_of("2026-03-06T12:00:00Z").as_deref(), Some("2026-03-06"));
        assert_eq!(day_of("1772798400000").as_deref(), Some("2026-03-06"));
        assert_eq!(day_of("soon"), None);
    }
}
