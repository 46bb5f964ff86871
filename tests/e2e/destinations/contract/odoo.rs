//! Odoo's JSON-2 interface, as the developer documentation of Odoo 19 describes it ("External JSON-2 API"): POST
//! `/json/2/<model>/<method>` with named arguments, `bearer` key, an error as `{name, message, arguments, context, debug}`.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::Path;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use axum::routing::post;
use serde_json::{Value, json};

pub(crate) const KEY: &str = "6578616d706c65206a736f6e";

/// What the server keeps, and how it misbehaves.
#[derive(Default)]
pub(crate) struct Kept {
    /// Activities, archived ones too.
    pub(crate) activities: Vec<Value>,
    /// Answers to `create` that come as an error page of a gateway although it was done.
    pub(crate) lost_answers: usize,
    /// Answers that lead to the page for signing in.
    pub(crate) redirects: usize,
    /// The key is over.
    pub(crate) expired: bool,
}

pub(crate) type Odoo = Arc<Mutex<Kept>>;

pub(crate) fn router(odoo: &Odoo) -> Router {
    let odoo = Arc::clone(odoo);
    let answer = move |Path((model, method)): Path<(String, String)>, headers: HeaderMap, body: String| async move {
        let mut kept = odoo.lock().unwrap();
        if kept.redirects > 0 {
            kept.redirects -= 1;
            return (StatusCode::SEE_OTHER, [(header::LOCATION, "/web/login")], "").into_response();
        }
        let key = headers.get(header::AUTHORIZATION).and_then(|key| key.to_str().ok()).unwrap_or_default();
        if kept.expired || key.to_lowercase() != format!("bearer {KEY}") {
            return error(StatusCode::UNAUTHORIZED, "werkzeug.exceptions.Unauthorized", "Invalid apikey");
        }
        let arguments: Value = serde_json::from_str(&body).unwrap();
        kept.call(&model, &method, &arguments)
    };
    Router::new().route("/json/2/{model}/{method}", post(answer))
}

impl Kept {
    fn call(&mut self, model: &str, method: &str, arguments: &Value) -> Response {
        let ids: Vec<Value> = arguments["ids"].as_array().cloned().unwrap_or_default();
        match (model, method) {
            ("ir.model", "search_read") => told(&json!([{ "id": 93 }])),
            ("res.partner", "search_read") => told(&partners(&arguments["domain"])),
            ("mail.activity", "search_read") => {
                let clause = &arguments["domain"][0];
                let fits = |row: &&Value| match clause[0].as_str() {
                    Some("note") => row["note"].as_str().unwrap().contains(clause[2].as_str().unwrap()),
                    _ => row["id"] == clause[2],
                };
                told(&self.activities.iter().filter(fits).cloned().collect())
            }
            ("mail.activity", "create") => {
                let mut values = arguments["vals_list"][0].clone();
                if !values["res_id"].is_u64() || !values["res_model_id"].is_u64() {
                    return error(StatusCode::UNPROCESSABLE_ENTITY, "odoo.exceptions.ValidationError", "no record");
                }
                values["id"] = json!(self.activities.len() + 1);
                values["active"] = json!(true);
                values["create_date"] = json!("2026-03-02 09:00:00");
                self.activities.push(values);
                if self.lost_answers > 0 {
                    self.lost_answers -= 1;
                    return (StatusCode::BAD_GATEWAY, "<html><h1>Bad gateway</h1></html>").into_response();
                }
                told(&json!([self.activities.len()]))
            }
            ("mail.activity", "write") => {
                for row in self.activities.iter_mut().filter(|row| ids.contains(&row["id"])) {
                    for (name, value) in arguments["vals"].as_object().unwrap() {
                        row[name] = value.clone();
                    }
                }
                told(&json!(true))
            }
            ("mail.activity", "action_feedback") => {
                for row in self.activities.iter_mut().filter(|row| ids.contains(&row["id"])) {
                    row["active"] = json!(false);
                    row["feedback"] = arguments["feedback"].clone();
                }
                told(&json!(7))
            }
            ("mail.activity", "unlink") => {
                self.activities.retain(|row| !ids.contains(&row["id"]));
                told(&json!(true))
            }
            _ => error(StatusCode::NOT_FOUND, "werkzeug.exceptions.NotFound", "no such method"),
        }
    }
}

fn partners(domain: &Value) -> Value {
    if domain[0][0] == "is_company" {
        return json!([{
            "id": 40, "name": "Client 0 Ltd", "website": "https://client0.example", "parent_id": false,
            "user_id": [7, "Mia Brandt"], "country_id": [57, "Germany"], "active": true,
            "write_date": "2026-03-02 09:00:00",
        }]);
    }
    json!([{
        "id": 41, "name": "Ruth Okafor", "email": "ruth@client0.example", "phone": false, "function": "COO",
        "parent_id": [40, "Client 0 Ltd"],
    }])
}

fn told(value: &Value) -> Response {
    ([(header::CONTENT_TYPE, "application/json; charset=utf-8")], value.to_string()).into_response()
}

fn error(status: StatusCode, name: &str, message: &str) -> Response {
    let body = json!({ "name": name, "message": message, "arguments": [message], "context": {}, "debug": "Traceback" });
    (status, [(header::CONTENT_TYPE, "application/json; charset=utf-8")], body.to_string()).into_response()
}
