//! Salesforce as its REST guide says.

use serde_json::{Map, Value, json};

use super::{Asked, Contract, Reply, reply, wrong};

/// Name of the field that is a unique external id.
pub(in super::super) const KEY: &str = "Tidings_Key__c";

#[derive(Default)]
pub(in super::super) struct Org {
    pub(in super::super) tasks: Vec<Map<String, Value>>,
    /// Tokens given; only the last one holds.
    pub(in super::super) tokens: usize,
    /// The token that holds is no longer good.
    pub(in super::super) expired: bool,
    /// `api-usage`.
    pub(in super::super) usage: Option<(u32, u32)>,
    /// Pages that a query of accounts gets.
    pub(in super::super) pages: Vec<Value>,
    /// Queries as they came.
    pub(in super::super) queries: Vec<String>,
    /// The external id is not unique: two records have it.
    pub(in super::super) twice: bool,
}

fn error(status: u16, code: &str, message: &str, fields: &[String]) -> Reply {
    reply(status, json!([{ "message": message, "errorCode": code, "fields": fields }]))
}

impl Contract for Org {
    fn answer(&mut self, asked: &Asked) -> Reply {
        let mut reply = self.judged(asked);
        if let Some((used, most)) = self.usage {
            reply.headers.push(("Sforce-Limit-Info", format!("api-usage={used}/{most}")));
        }
        reply
    }
}

impl Org {
    fn judged(&mut self, asked: &Asked) -> Reply {
        let path: Vec<&str> = asked.path.iter().map(String::as_str).collect();
        if path == ["services", "oauth2", "token"] {
            return self.token(asked);
        }
        let good = format!("token{}", self.tokens);
        if self.expired || asked.bearer() != Some(good.as_str()) {
            return error(401, "INVALID_SESSION_ID", "Session expired or invalid", &[]);
        }
        let ["services", "data", "v68.0", rest @ ..] = path.as_slice() else {
            return error(404, "NOT_FOUND", "The requested resource does not exist", &[]);
        };
        match (asked.method.as_str(), rest) {
            ("GET", ["sobjects", "Task", "describe"]) => reply(200, describe()),
            ("GET", ["query" | "queryAll", next @ ..]) => self.query(asked, next.first().copied()),
            ("POST", ["sobjects", "Task"]) => self.written(asked, None),
            ("PATCH", ["sobjects", "Task", field, key]) if *field == KEY => self.upserted(asked, key),
            (_, ["sobjects", "Task", _, _]) => {
                error(404, "NOT_FOUND", "Provided external ID field does not exist or is not accessible: X__c", &[])
            }
            ("GET", ["sobjects", "Task", id]) => match self.tasks.iter().find(|task| task["Id"] == *id) {
                Some(task) if task["IsDeleted"] == true => error(404, "ENTITY_IS_DELETED", "entity is deleted", &[]),
                Some(task) => reply(200, json!(task)),
                None => error(404, "NOT_FOUND", "The requested resource does not exist", &[]),
            },
            ("PATCH", ["sobjects", "Task", id]) => {
                let Some(at) = self.tasks.iter().position(|task| task["Id"] == *id) else {
                    return error(404, "NOT_FOUND", "The requested resource does not exist", &[]);
                };
                if let Some(refused) = refused(asked) {
                    return refused;
                }
                self.put(at, asked);
                reply(204, Value::Null)
            }
            _ => error(405, "METHOD_NOT_ALLOWED", "HTTP Method not allowed", &[]),
        }
    }

    fn token(&mut self, asked: &Asked) -> Reply {
        let form = asked.form();
        let is = |key: &str, value: &str| form.get(key).is_some_and(|told| told == value);
        if asked.header("content-type") != "application/x-www-form-urlencoded" || asked.method != "POST" {
            return reply(400, json!({ "error": "invalid_request", "error_description": "must be a form" }));
        }
        if !is("grant_type", "client_credentials") || !is("client_id", "tidings") || !is("client_secret", "s3cr+t&") {
            return reply(400, json!({ "error": "invalid_client", "error_description": "invalid client credentials" }));
        }
        self.tokens += 1;
        self.expired = false;
        let token = format!("token{}", self.tokens);
        reply(
            200,
            json!({ "access_token": token, "token_type": "Bearer", "instance_url": "https://x.my.salesforce.com" }),
        )
    }

    fn written(&mut self, asked: &Asked, key: Option<&str>) -> Reply {
        if let Some(refused) = refused(asked) {
            return refused;
        }
        let body = asked.json();
        for needed in ["Status", "Priority"] {
            if body[needed].is_null() {
                return error(400, "REQUIRED_FIELD_MISSING", "Required fields are missing", &[needed.to_owned()]);
            }
        }
        let id = format!("00T{:015}", self.tasks.len());
        let mut task = Map::new();
        for field in ["Subject", "Description", "ActivityDate", "WhatId", "OwnerId", KEY] {
            task.insert(field.to_owned(), Value::Null);
        }
        task.insert("Id".to_owned(), json!(id));
        task.insert("IsDeleted".to_owned(), json!(false));
        task.insert(KEY.to_owned(), json!(key));
        self.tasks.push(task);
        self.put(self.tasks.len() - 1, asked);
        reply(201, json!({ "id": id, "success": true, "errors": [], "created": true }))
    }

    fn upserted(&mut self, asked: &Asked, key: &str) -> Reply {
        if self.twice {
            return reply(
                300,
                json!(["/services/data/v68.0/sobjects/Task/00T1", "/services/data/v68.0/sobjects/Task/00T2"]),
            );
        }
        let Some(at) = self.tasks.iter().position(|task| task[KEY] == key) else {
            return self.written(asked, Some(key));
        };
        if let Some(refused) = refused(asked) {
            return refused;
        }
        self.put(at, asked);
        reply(200, json!({ "id": self.tasks[at]["Id"], "success": true, "errors": [], "created": false }))
    }

    fn put(&mut self, at: usize, asked: &Asked) {
        let task = &mut self.tasks[at];
        task.extend(asked.json().as_object().cloned().unwrap_or_default());
        let closed = task["Status"] == "Completed" || task["Status"] == "Withdrawn";
        task.insert("IsClosed".to_owned(), json!(closed));
    }

    fn query(&mut self, asked: &Asked, page: Option<&str>) -> Reply {
        if let Some(page) = page {
            let number: usize = page.trim_start_matches("01g-").parse().unwrap();
            return reply(200, self.pages[number].clone());
        }
        let Some(soql) = asked.query.get("q") else { return error(400, "MALFORMED_QUERY", "no query", &[]) };
        self.queries.push(soql.clone());
        let (_, wheres) = soql.split_once(" WHERE ").unwrap_or((soql, ""));
        if wheres.contains("Description") {
            return error(400, "INVALID_FIELD", "field 'Description' can not be filtered in a query call", &[]);
        }
        if soql.contains("FROM TaskStatus") {
            let rows = [json!({ "ApiName": "Completed" })];
            return reply(200, json!({ "totalSize": 1, "done": true, "records": rows }));
        }
        if soql.contains(" FROM User ") {
            let rows: &[Value] = if wheres.contains("'mia@firm.example'") { &[json!({ "Id": "005MIA" })] } else { &[] };
            return reply(200, json!({ "totalSize": rows.len(), "done": true, "records": rows }));
        }
        if soql.contains(" FROM Account ") {
            return reply(200, self.pages[0].clone());
        }
        let all = asked.path.last().is_some_and(|verb| verb == "queryAll");
        let named = |task: &Map<String, Value>| {
            let is = |field: &str| task[field].as_str().is_some_and(|text| wheres.contains(&format!("'{text}'")));
            let by_key = !wheres.contains(KEY) || is(KEY);
            let by_account = !wheres.contains("WhatId") || is("WhatId");
            let by_id = !wheres.contains("Id IN") || is("Id");
            by_key && by_account && by_id && (all || task["IsDeleted"] == false)
        };
        let rows: Vec<_> = self.tasks.iter().filter(|task| named(task)).collect();
        reply(200, json!({ "totalSize": rows.len(), "done": true, "records": rows }))
    }
}

/// What is wrong with the fields of a task.
fn refused(asked: &Asked) -> Option<Reply> {
    if !asked.header("content-type").starts_with("application/json") {
        return Some(error(
            415,
            "UNSUPPORTED_MEDIA_TYPE",
            "Content-Type header specified in HTTP request is not supported",
            &[],
        ));
    }
    let body = asked.json();
    let Some(fields) = body.as_object() else { return Some(error(400, "JSON_PARSER_ERROR", "no object", &[])) };
    let known = ["Subject", "Description", "ActivityDate", "Status", "Priority", "WhatId", "WhoId", "OwnerId", KEY];
    let unknown = wrong(fields, |name, _| known.contains(&name));
    if !unknown.is_empty() {
        return Some(error(400, "INVALID_FIELD", "No such column on sobject of type Task", &unknown));
    }
    let text = wrong(fields, |_, value| value.is_string());
    if !text.is_empty() {
        return Some(error(400, "JSON_PARSER_ERROR", "Cannot deserialize instance of string", &text));
    }
    let long = wrong(fields, |name, value| {
        let length = value.as_str().unwrap_or_default().chars().count();
        length <= if name == "Subject" { 255 } else { 32_000 }
    });
    if !long.is_empty() {
        return Some(error(400, "STRING_TOO_LONG", "data value too large", &long));
    }
    let date = |text: &str| text.parse::<chrono::NaiveDate>().is_ok();
    let what = |id: &str| id.starts_with("001");
    let bad = |name: &str, right: &dyn Fn(&str) -> bool| body[name].as_str().is_some_and(|text| !right(text));
    if bad("ActivityDate", &date) {
        return Some(error(
            400,
            "JSON_PARSER_ERROR",
            "Cannot deserialize instance of date",
            &["ActivityDate".to_owned()],
        ));
    }
    if bad("WhatId", &what) {
        return Some(error(400, "MALFORMED_ID", "Related To ID: id value of incorrect type", &["WhatId".to_owned()]));
    }
    let status = ["Not Started", "Completed", "Withdrawn"];
    let priority = ["High", "Normal", "Low"];
    if bad("Status", &|word| status.contains(&word)) || bad("Priority", &|word| priority.contains(&word)) {
        let why = "bad value for restricted picklist field";
        return Some(error(400, "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST", why, &[]));
    }
    None
}

fn describe() -> Value {
    let value =
        |word: &str, default: bool| json!({ "active": true, "defaultValue": default, "label": word, "value": word });
    let status = [value("Not Started", true), value("Completed", false), value("Withdrawn", false)];
    let priority = [value("High", false), value("Normal", true), value("Low", false)];
    json!({ "name": "Task", "fields": [
        { "name": "Status", "type": "picklist", "picklistValues": status },
        { "name": "Priority", "type": "picklist", "picklistValues": priority },
    ] })
}
