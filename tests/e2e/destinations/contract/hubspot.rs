//! HubSpot as its reference says.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::{Asked, Contract, Reply, reply, wrong};

/// A property of tasks with unique values.
pub(in super::super) const KEY: &str = "tidings_key";

#[derive(Default)]
pub(in super::super) struct Portal {
    pub(in super::super) tasks: Vec<Map<String, Value>>,
    /// Company of each task, by the task's id.
    pub(in super::super) of: BTreeMap<String, (String, u64)>,
    /// Neither search nor associations tell of new tasks yet.
    pub(in super::super) lags: bool,
    /// Companies, contacts and deals by kind and id.
    pub(in super::super) objects: BTreeMap<(String, String), Value>,
    /// Ids that belong to a company, by company and kind.
    pub(in super::super) belongs: BTreeMap<(String, String), Vec<u64>>,
    /// Searches as they came.
    pub(in super::super) searches: Vec<Value>,
}

fn error(status: u16, category: &str, message: &str) -> Reply {
    let id = "aeb5f871-7f07-4993-9211-075dc63e7cbf";
    reply(status, json!({ "status": "error", "message": message, "correlationId": id, "category": category }))
}

fn object(task: &Map<String, Value>) -> Value {
    let id = task["hs_object_id"].clone();
    json!({ "id": id, "properties": task, "createdAt": "2026-03-02T09:00:00Z", "archived": false })
}

impl Contract for Portal {
    fn answer(&mut self, asked: &Asked) -> Reply {
        let path: Vec<&str> = asked.path.iter().map(String::as_str).collect();
        if asked.bearer() != Some("pat-eu1-x") {
            return error(401, "INVALID_AUTHENTICATION", "Authentication credentials not found");
        }
        let json_sent = asked.header("content-type").starts_with("application/json");
        if asked.method != "GET" && !json_sent {
            return error(415, "VALIDATION_ERROR", "Content-Type must be application/json");
        }
        let body = asked.json();
        match (asked.method.as_str(), path.as_slice()) {
            ("GET", ["account-info", "v3", "details"]) => {
                reply(200, json!({ "portalId": 7, "timeZone": "Asia/Tokyo" }))
            }
            ("GET", ["crm", "v4", "associations", "tasks", "companies", "labels"]) => reply(
                200,
                json!({ "results": [
                    { "category": "USER_DEFINED", "typeId": 11, "label": "Odd" },
                    { "category": "HUBSPOT_DEFINED", "typeId": 192, "label": null },
                ] }),
            ),
            ("GET", ["crm", "v3", "owners"]) => {
                let owner = json!({ "id": "77", "email": "mia@firm.example", "firstName": "Mia", "lastName": "Holm" });
                reply(200, json!({ "results": [owner] }))
            }
            ("PUT", ["crm", "v4", "objects", "tasks", id, "associations", "companies", company]) => {
                let kind = body[0]["associationTypeId"].as_u64();
                self.of.insert((*id).to_owned(), ((*company).to_owned(), kind.unwrap_or_default()));
                reply(201, json!({ "fromObjectId": 1, "toObjectId": 2, "labels": [] }))
            }
            ("GET", ["crm", "v4", "objects", "companies", company, "associations", "tasks"]) => {
                let of = self.of.iter().filter(|(_, (of, _))| of == company && !self.lags);
                let ids: Vec<_> = of.map(|(id, _)| json!({ "toObjectId": id.parse::<u64>().unwrap() })).collect();
                reply(200, json!({ "results": ids }))
            }
            ("POST", ["crm", "v4", "associations", "companies", kind, "batch", "read"]) => self.belonging(kind, &body),
            ("POST", ["crm", "v3", "objects", "tasks"]) => self.created(&body),
            ("POST", ["crm", "v3", "objects", "tasks", "batch", "upsert"]) => self.upserted(&body),
            ("POST", ["crm", "v3", "objects", "tasks", "search"]) => {
                let tasks = self.tasks.iter().filter(|_| !self.lags);
                let results: Vec<_> = tasks.map(object).collect();
                reply(200, json!({ "total": results.len(), "results": results }))
            }
            ("POST", ["crm", "v3", "objects", kind, "search"]) => self.search(kind, &body),
            ("POST", ["crm", "v3", "objects", kind, "batch", "read"]) => self.read(kind, &body),
            ("GET", ["crm", "v3", "objects", "tasks", id]) => {
                let by = asked.query.get("idProperty").map_or("hs_object_id", String::as_str);
                match self.tasks.iter().find(|task| task.get(by).is_some_and(|value| value == id)) {
                    Some(task) => reply(200, object(task)),
                    None => error(404, "OBJECT_NOT_FOUND", "resource not found"),
                }
            }
            ("PATCH", ["crm", "v3", "objects", "tasks", id]) => {
                if let Some(refused) = refused(&body["properties"], false) {
                    return refused;
                }
                let changed = body["properties"].as_object().cloned().unwrap_or_default();
                match self.tasks.iter_mut().find(|task| task["hs_object_id"] == *id) {
                    Some(task) => {
                        task.extend(changed);
                        reply(200, object(task))
                    }
                    None => error(404, "OBJECT_NOT_FOUND", "resource not found"),
                }
            }
            ("GET", ["crm", "v3", "objects", "companies"]) => self.list(asked),
            _ => error(404, "OBJECT_NOT_FOUND", "no such path"),
        }
    }
}

impl Portal {
    fn keep(&mut self, properties: &Value) -> String {
        let id = (1000 + self.tasks.len()).to_string();
        let mut task = properties.as_object().cloned().unwrap_or_default();
        task.insert("hs_object_id".to_owned(), json!(id));
        self.tasks.push(task);
        id
    }

    fn created(&mut self, body: &Value) -> Reply {
        if let Some(refused) = refused(&body["properties"], true) {
            return refused;
        }
        let association = &body["associations"][0];
        let kind = association["types"][0]["associationTypeId"].as_u64();
        let category = association["types"][0]["associationCategory"].as_str();
        let (Some(company), Some(kind), Some("HUBSPOT_DEFINED")) = (association["to"]["id"].as_str(), kind, category)
        else {
            return error(400, "VALIDATION_ERROR", "associations is required");
        };
        let id = self.keep(&body["properties"]);
        self.of.insert(id.clone(), (company.to_owned(), kind));
        reply(201, object(self.tasks.last().unwrap()))
    }

    fn upserted(&mut self, body: &Value) -> Reply {
        let mut results = Vec::new();
        for input in body["inputs"].as_array().unwrap() {
            let unknown =
                wrong(input.as_object().unwrap(), |name, _| ["idProperty", "id", "properties"].contains(&name));
            let same = input["idProperty"] == KEY && input["id"] == input["properties"][KEY];
            if !unknown.is_empty() || !same {
                return error(400, "VALIDATION_ERROR", "bad input of an upsert");
            }
            if let Some(refused) = refused(&input["properties"], true) {
                return refused;
            }
            let there = self.tasks.iter_mut().find(|task| task.get(KEY) == Some(&input["id"]));
            if let Some(task) = there {
                task.extend(input["properties"].as_object().cloned().unwrap());
                results.push(object(task));
            } else {
                self.keep(&input["properties"]);
                results.push(object(self.tasks.last().unwrap()));
            }
        }
        reply(200, json!({ "status": "COMPLETE", "results": results }))
    }

    fn read(&self, kind: &str, body: &Value) -> Reply {
        let inputs = body["inputs"].as_array().unwrap();
        if inputs.is_empty() || inputs.len() > 100 {
            return error(400, "VALIDATION_ERROR", "between 1 and 100 inputs");
        }
        let one = |input: &Value| {
            let id = input["id"].as_str()?;
            if kind == "tasks" {
                return self.tasks.iter().find(|task| task["hs_object_id"] == id).map(object);
            }
            self.objects.get(&(kind.to_owned(), id.to_owned())).cloned()
        };
        let results: Vec<_> = inputs.iter().filter_map(one).collect();
        let status = if results.len() == inputs.len() { 200 } else { 207 };
        reply(status, json!({ "status": "COMPLETE", "results": results }))
    }

    fn belonging(&self, kind: &str, body: &Value) -> Reply {
        let one = |input: &Value| {
            let company = input["id"].as_str()?;
            let ids = self.belongs.get(&(company.to_owned(), kind.to_owned()))?;
            let to: Vec<_> = ids.iter().map(|id| json!({ "toObjectId": id, "associationTypes": [] })).collect();
            Some(json!({ "from": { "id": company }, "to": to }))
        };
        let results: Vec<_> = body["inputs"].as_array().unwrap().iter().filter_map(one).collect();
        reply(207, json!({ "status": "COMPLETE", "results": results, "numErrors": 1 }))
    }

    fn search(&mut self, kind: &str, body: &Value) -> Reply {
        self.searches.push(body.clone());
        if body["limit"].as_u64().is_none_or(|limit| limit > 200) {
            return error(400, "VALIDATION_ERROR", "at most 200 a page");
        }
        let all = self.objects.iter().filter(|((of, _), _)| of == kind).map(|(_, row)| row.clone());
        reply(200, json!({ "total": 1, "results": all.collect::<Vec<_>>() }))
    }

    /// Pages of one company each.
    fn list(&self, asked: &Asked) -> Reply {
        let archived = asked.query.get("archived").is_some_and(|archived| archived == "true");
        let of_kind = self.objects.iter().filter(|((kind, _), _)| kind == "companies").map(|(_, row)| row);
        let all: Vec<_> = of_kind.filter(|row| (row["archived"] == true) == archived).cloned().collect();
        let at: usize = asked.query.get("after").map_or(0, |after| after.parse().unwrap());
        let mut body = json!({ "results": all.get(at).into_iter().collect::<Vec<_>>() });
        if at + 1 < all.len() {
            body["paging"] = json!({ "next": { "after": (at + 1).to_string(), "link": "?after=1" } });
        }
        reply(200, body)
    }
}

/// What is wrong with the properties of a task.
fn refused(properties: &Value, new: bool) -> Option<Reply> {
    let bad = |message: &str| Some(error(400, "VALIDATION_ERROR", message));
    let Some(fields) = properties.as_object() else { return bad("properties is required") };
    let numbers = wrong(fields, |_, value| value.is_string());
    if !numbers.is_empty() {
        return bad(&format!("values must be strings: {}", numbers.join(", ")));
    }
    let known = ["hs_timestamp", "hs_task_subject", "hs_task_body", "hs_task_status", "hs_task_priority"];
    let unknown =
        wrong(fields, |name, _| known.contains(&name) || ["hs_task_type", "hubspot_owner_id", KEY].contains(&name));
    if let Some(unknown) = unknown.first() {
        return bad(&format!("Property \"{unknown}\" does not exist"));
    }
    let among =
        |name: &str, words: &[&str]| fields.get(name).is_none_or(|word| words.contains(&word.as_str().unwrap()));
    if new && !fields.contains_key("hs_timestamp") {
        return bad("hs_timestamp is required");
    }
    let status = ["NOT_STARTED", "IN_PROGRESS", "WAITING", "COMPLETED", "DEFERRED"];
    let right = among("hs_task_status", &status)
        && among("hs_task_priority", &["LOW", "MEDIUM", "HIGH"])
        && among("hs_task_type", &["EMAIL", "CALL", "TODO"]);
    if !right {
        return bad("was not one of the allowed options");
    }
    let time = fields.get("hs_timestamp").and_then(Value::as_str);
    if time.is_some_and(|time| time.parse::<tidings::model::Time>().is_err()) {
        return bad("hs_timestamp is no time");
    }
    None
}
