//! Dataverse as the documentation of its Web API says.

use serde_json::{Map, Value, json};

use super::{Asked, Contract, Reply, reply, wrong};

/// A column of tasks that is an alternate key.
pub(in super::super) const KEY: &str = "new_tidingskey";

#[derive(Default)]
pub(in super::super) struct Environment {
    pub(in super::super) tasks: Vec<Map<String, Value>>,
    pub(in super::super) tokens: usize,
    /// Pages of accounts; each but the last is followed by the next.
    pub(in super::super) accounts: Vec<Value>,
    /// Where the pages say that the next one is.
    pub(in super::super) base: String,
    /// Filters of queries as they came.
    pub(in super::super) filters: Vec<String>,
}

fn error(status: u16, code: &str, message: &str) -> Reply {
    reply(status, json!({ "error": { "code": code, "message": message } }))
}

fn id_of(number: usize) -> String {
    format!("00000000-0000-0000-0000-{number:012}")
}

impl Contract for Environment {
    fn answer(&mut self, asked: &Asked) -> Reply {
        let path: Vec<&str> = asked.path.iter().map(String::as_str).collect();
        if path == ["tenant-1", "oauth2", "v2.0", "token"] {
            return self.token(asked);
        }
        let good = format!("token{}", self.tokens);
        if asked.bearer() != Some(good.as_str()) {
            return reply(401, Value::Null);
        }
        if asked.header("odata-version") != "4.0" || asked.header("odata-maxversion") != "4.0" {
            return error(400, "0x80060888", "OData-Version must be 4.0");
        }
        let ["api", "data", "v9.2", what] = path.as_slice() else {
            return error(404, "0x8006088a", "Resource not found for the segment");
        };
        let filter = asked.query.get("$filter").cloned().unwrap_or_default();
        let (set, key) = what.split_once('(').map_or((*what, ""), |(set, key)| (set, key.trim_end_matches(')')));
        match (asked.method.as_str(), set, key) {
            ("GET", "WhoAmI", "") => reply(200, json!({ "UserId": id_of(9) })),
            ("GET", "systemusers", "") => reply(200, json!({ "value": [{ "systemuserid": id_of(77) }] })),
            ("GET", "accounts", "") => self.page(asked, filter),
            ("GET", "tasks", "") => {
                let named = |task: &&Map<String, Value>| {
                    let is = |text: &str| filter.contains(text);
                    let text = |column: &str| task.get(column).and_then(Value::as_str).unwrap_or("\u{0}").to_owned();
                    is(&format!("{KEY} eq '{}'", text(KEY)))
                        || is(&format!("activityid eq {}", text("activityid")))
                        || filter
                            .strip_prefix("contains(description,'")
                            .is_some_and(|rest| text("description").contains(rest.trim_end_matches("')")))
                };
                let rows: Vec<_> = self.tasks.iter().filter(named).collect();
                reply(200, json!({ "value": rows }))
            }
            ("POST", "tasks", "") => self.written(asked, None),
            ("GET", "tasks", id) => match self.tasks.iter().find(|task| task["activityid"] == id) {
                Some(task) => reply(200, json!(task)),
                None => error(404, "0x80040217", "task With Id Does Not Exist"),
            },
            ("PATCH", "tasks", key) => self.patched(asked, key),
            _ => error(404, "0x8006088a", "Resource not found for the segment"),
        }
    }
}

impl Environment {
    fn token(&mut self, asked: &Asked) -> Reply {
        let form = asked.form();
        let is = |key: &str, value: &str| form.get(key).is_some_and(|told| told == value);
        let scope = format!("{}/.default", self.base);
        if !is("grant_type", "client_credentials") || !is("client_secret", "s3cret") || !is("scope", &scope) {
            let why = "AADSTS7000215: Invalid client secret provided";
            return reply(401, json!({ "error": "invalid_client", "error_description": why }));
        }
        self.tokens += 1;
        let token = format!("token{}", self.tokens);
        reply(200, json!({ "token_type": "Bearer", "expires_in": 3599, "access_token": token }))
    }

    fn patched(&mut self, asked: &Asked, key: &str) -> Reply {
        let by_key = key.strip_prefix(&format!("{KEY}='")).map(|key| key.trim_end_matches('\'').to_owned());
        let at = self.tasks.iter().position(|task| match &by_key {
            Some(key) => task.get(KEY).is_some_and(|value| value == key),
            None => task["activityid"] == key,
        });
        match (at, by_key) {
            (None, _) if asked.header("if-match") == "*" => error(404, "0x80040217", "task With Id Does Not Exist"),
            (None, Some(key)) => self.written(asked, Some(&key)),
            (None, None) => error(404, "0x80040217", "task With Id Does Not Exist"),
            (Some(at), _) => {
                if let Some(refused) = refused(asked) {
                    return refused;
                }
                self.tasks[at].extend(asked.json().as_object().cloned().unwrap());
                self.given_back(asked, at, 200)
            }
        }
    }

    fn written(&mut self, asked: &Asked, key: Option<&str>) -> Reply {
        if let Some(refused) = refused(asked) {
            return refused;
        }
        let mut task = asked.json().as_object().cloned().unwrap();
        task.insert("activityid".to_owned(), json!(id_of(self.tasks.len())));
        task.insert("statecode".to_owned(), json!(0));
        task.insert("statuscode".to_owned(), json!(2));
        if let Some(key) = key {
            task.insert(KEY.to_owned(), json!(key));
        }
        self.tasks.push(task);
        self.given_back(asked, self.tasks.len() - 1, 201)
    }

    fn given_back(&self, asked: &Asked, at: usize, status: u16) -> Reply {
        let task = &self.tasks[at];
        if asked.header("prefer").contains("return=representation") {
            return reply(status, json!(task));
        }
        let mut reply = reply(204, Value::Null);
        let id = task["activityid"].as_str().unwrap();
        reply.headers.push(("OData-EntityId", format!("{}/api/data/v9.2/tasks({id})", self.base)));
        reply
    }

    fn page(&mut self, asked: &Asked, filter: String) -> Reply {
        self.filters.push(filter);
        let at: usize = asked.query.get("page").map_or(0, |page| page.parse().unwrap());
        let mut body = json!({ "value": self.accounts[at..=at] });
        if at + 1 < self.accounts.len() {
            body["@odata.nextLink"] = json!(format!("{}/api/data/v9.2/accounts?page={}", self.base, at + 1));
        }
        reply(200, body)
    }
}

/// What is wrong with the columns of a task.
fn refused(asked: &Asked) -> Option<Reply> {
    if !asked.header("content-type").starts_with("application/json") {
        return Some(error(415, "0x80060888", "Content-Type must be application/json"));
    }
    let body = asked.json();
    let Some(fields) = body.as_object() else { return Some(error(400, "0x80048d19", "no object")) };
    let bound = |text: &Value, set: &str| text.as_str().is_some_and(|text| text.starts_with(&format!("/{set}(")));
    let length = |text: &Value, most: usize| text.as_str().is_some_and(|text| text.chars().count() <= most);
    let right = |name: &str, value: &Value| match name {
        "subject" => length(value, 200),
        "description" => length(value, 2000),
        "scheduledend" => value.as_str().is_some_and(|time| time.parse::<tidings::model::Time>().is_ok()),
        "prioritycode" => value.as_i64().is_some_and(|code| (0..=2).contains(&code)),
        "statecode" | "statuscode" => value.is_i64(),
        "ownerid@odata.bind" => bound(value, "systemusers"),
        "regardingobjectid_account_task@odata.bind" => bound(value, "accounts"),
        _ => false,
    };
    let wrong = wrong(fields, right);
    if !wrong.is_empty() {
        return Some(error(400, "0x80048d19", &format!("Error identified in Payload: {}", wrong.join(", "))));
    }
    // A state and its status go together.
    let pair = (body["statecode"].as_i64(), body["statuscode"].as_i64());
    let fits = matches!(pair, (None, None) | (Some(0), Some(2..=4 | 7)) | (Some(1), Some(5)) | (Some(2), Some(6)));
    (!fits).then(|| error(400, "0x80048408", "status code is not valid for the state code"))
}
