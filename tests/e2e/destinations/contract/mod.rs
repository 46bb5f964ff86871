//! Servers that behave as the documentation of a vendor says: strict in what they take, and able to fail on request.

pub(super) mod dataverse;
pub(super) mod hubspot;
pub(in crate::destinations) mod odoo;
pub(super) mod salesforce;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, Method, Response, Uri};
use serde_json::{Map, Value};

use super::desk::{Served, serve};

/// A request as a contract judges it.
pub(super) struct Asked {
    pub(super) method: String,
    /// Parts of the path, decoded.
    pub(super) path: Vec<String>,
    pub(super) query: BTreeMap<String, String>,
    pub(super) headers: HeaderMap,
    pub(super) text: String,
}

impl Asked {
    pub(super) fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|field| field.to_str().ok()).unwrap_or_default()
    }

    pub(super) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or(Value::Null)
    }

    pub(super) fn form(&self) -> BTreeMap<String, String> {
        url::form_urlencoded::parse(self.text.as_bytes()).into_owned().collect()
    }

    pub(super) fn bearer(&self) -> Option<&str> {
        self.header("authorization").strip_prefix("Bearer ")
    }

    /// `POST a/b!`: the sign at the end tells a whole path from the beginning of a longer one.
    fn line(&self) -> String {
        format!("{} {}!", self.method, self.path.join("/"))
    }
}

/// What is answered.
pub(super) struct Reply {
    pub(super) status: u16,
    pub(super) headers: Vec<(&'static str, String)>,
    pub(super) body: String,
}

#[expect(clippy::needless_pass_by_value, reason = "reads best with the value made in its place")]
pub(super) fn reply(status: u16, body: Value) -> Reply {
    let body = if body.is_null() { String::new() } else { body.to_string() };
    Reply { status, headers: vec![("content-type", "application/json".to_owned())], body }
}

/// What goes wrong, once, at the first request whose line (`POST a/b!`) has this text.
pub(super) enum Fault {
    /// This instead of doing anything.
    Instead(Reply),
    /// Done, but nothing is answered for longer than anybody waits.
    Late,
    /// Done, but the answer is cut in the middle.
    Cut,
    /// Done, but this is answered.
    Answer(Reply),
}

/// What a vendor promises.
pub(super) trait Contract: Send + 'static {
    fn answer(&mut self, asked: &Asked) -> Reply;
}

/// A contract that is served.
pub(super) struct Vendor<C> {
    pub(super) served: Served,
    pub(super) state: Arc<Mutex<C>>,
    faults: Arc<Mutex<Vec<(String, Fault)>>>,
    lines: Arc<Mutex<Vec<String>>>,
}

impl<C: Contract> Vendor<C> {
    pub(super) fn of(contract: C) -> Self {
        let state = Arc::new(Mutex::new(contract));
        let faults: Arc<Mutex<Vec<(String, Fault)>>> = Arc::default();
        let lines: Arc<Mutex<Vec<String>>> = Arc::default();
        let shared = (Arc::clone(&state), Arc::clone(&faults), Arc::clone(&lines));
        let router = Router::new().fallback(move |method: Method, uri: Uri, headers: HeaderMap, body: Bytes| {
            let (state, faults, lines) = shared.clone();
            async move {
                let asked = asked(&method, &uri, headers, &body);
                let line = asked.line();
                lines.lock().unwrap().push(line.clone());
                let fault = {
                    let mut faults = faults.lock().unwrap();
                    faults.iter().position(|(text, _)| line.contains(text.as_str())).map(|at| faults.remove(at).1)
                };
                if let Some(Fault::Instead(reply)) = fault {
                    return response(reply);
                }
                let reply = state.lock().unwrap().answer(&asked);
                match fault {
                    Some(Fault::Late) => {
                        tokio::time::sleep(Duration::from_secs(4)).await;
                        response(reply)
                    }
                    Some(Fault::Cut) => cut(reply),
                    Some(Fault::Answer(other)) => response(other),
                    _ => response(reply),
                }
            }
        });
        Self { served: serve(router), state, faults, lines }
    }

    pub(super) fn url(&self) -> &str {
        &self.served.url
    }

    /// Goes wrong once at a request whose line has this text.
    pub(super) fn fault(&self, at: &str, fault: Fault) {
        self.faults.lock().unwrap().push((at.to_owned(), fault));
    }

    /// How many requests had this text in their line.
    pub(super) fn count(&self, text: &str) -> usize {
        self.lines.lock().unwrap().iter().filter(|line| line.contains(text)).count()
    }
}

/// A page for people.
pub(super) fn page(status: u16) -> Reply {
    let body = "<!DOCTYPE html><html><title>Sign in</title></html>".to_owned();
    Reply { status, headers: vec![("content-type", "text/html".to_owned())], body }
}

/// A redirect to where people sign in.
pub(super) fn sign_in() -> Reply {
    Reply { status: 302, headers: vec![("location", "https://login.example/start".to_owned())], body: String::new() }
}

/// Every value of an object that is not of the kind that `right` wants.
pub(super) fn wrong(fields: &Map<String, Value>, right: impl Fn(&str, &Value) -> bool) -> Vec<String> {
    fields.iter().filter(|(name, value)| !right(name, value)).map(|(name, _)| name.clone()).collect()
}

fn asked(method: &Method, uri: &Uri, headers: HeaderMap, body: &Bytes) -> Asked {
    let decode = |part: &str| {
        // `+` is a plus sign in a path.
        let form = format!("x={}", part.replace('+', "%2B"));
        url::form_urlencoded::parse(form.as_bytes()).next().map(|(_, value)| value.into_owned()).unwrap_or_default()
    };
    Asked {
        method: method.to_string(),
        path: uri.path().trim_start_matches('/').split('/').map(decode).collect(),
        query: url::form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes()).into_owned().collect(),
        headers,
        text: String::from_utf8_lossy(body).into_owned(),
    }
}

fn response(reply: Reply) -> Response<Body> {
    let mut response = Response::builder().status(reply.status);
    for (name, value) in reply.headers {
        response = response.header(name, value);
    }
    response.body(Body::from(reply.body)).unwrap()
}

/// Half of the answer, then nothing.
fn cut(reply: Reply) -> Response<Body> {
    let half = reply.body[..reply.body.len() / 2].to_owned();
    response(Reply { body: half, ..reply })
}
