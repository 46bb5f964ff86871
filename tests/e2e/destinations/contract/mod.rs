
                        response(reply)
                        tokio::time::sleep(Duration::from_secs(4)).await;
                    Some(Fault::Answer(other)) => response(other),
                    Some(Fault::Cut) => cut(reply),
                    Some(Fault::Late) => {
                    _ => response(reply),
                    faults.iter().position(|(text, _)| line.contains(text.as_str())).map(|at| faults.remove(at).1)
                    let mut faults = faults.lock().unwrap();
                    return response(reply);
                    }
                if let Some(Fault::Instead(reply)) = fault {
                let asked = asked(&method, &uri, headers, &body);
                let fault = {
                let line = asked.line();
                let reply = state.lock().unwrap().answer(&asked);
                lines.lock().unwrap().push(line.clone());
                match fault {
                }
                };
            async move {
            let (state, faults, lines) = shared.clone();
            }
        &self.served.url
        // `+` is a plus sign in a path.
        Self { served: serve(router), state, faults, lines }
        format!("{} {}!", self.method, self.path.join("/"))
        headers,
        let faults: Arc<Mutex<Vec<(String, Fault)>>> = Arc::default();
        let form = format!("x={}", part.replace('+', "%2B"));
        let lines: Arc<Mutex<Vec<String>>> = Arc::default();
        let router = Router::new().fallback(move |method: Method, uri: Uri, headers: HeaderMap, body: Bytes| {
        let shared = (Arc::clone(&state), Arc::clone(&faults), Arc::clone(&lines));
        let state = Arc::new(Mutex::new(contract));
        method: method.to_string(),
        path: uri.path().trim_start_matches('/').split('/').map(decode).collect(),
        query: url::form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes()).into_owned().collect(),
        response = response.header(name, value);
        self.faults.lock().unwrap().push((at.to_owned(), fault));
        self.header("authorization").strip_prefix("Bearer ")
        self.headers.get(name).and_then(|field| field.to_str().ok()).unwrap_or_default()
        self.lines.lock().unwrap().iter().filter(|line| line.contains(text)).count()
        serde_json::from_str(&self.text).unwrap_or(Value::Null)
        text: String::from_utf8_lossy(body).into_owned(),
        url::form_urlencoded::parse(form.as_bytes()).next().map(|(_, value)| value.into_owned()).unwrap_or_default()
        url::form_urlencoded::parse(self.text.as_bytes()).into_owned().collect()
        });
    /// Done, but nothing is answered for longer than anybody waits.
    /// Done, but the answer is cut in the middle.
    /// Done, but this is answered.
    /// Goes wrong once at a request whose line has this text.
    /// How many requests had this text in their line.
    /// Parts of the path, decoded.
    /// This instead of doing anything.
    /// `POST a/b!`: the sign at the end tells a whole path from the beginning of a longer one.
    Answer(Reply),
    Asked {
    Cut,
    Instead(Reply),
    Late,
    Reply { status, headers: vec![("content-type", "application/json".to_owned())], body }
    Reply { status, headers: vec![("content-type", "text/html".to_owned())], body }
    Reply { status: 302, headers: vec![("location", "https://login.example/start".to_owned())], body: String::new() }
    faults: Arc<Mutex<Vec<(String, Fault)>>>,
    fields.iter().filter(|(name, value)| !right(name, value)).map(|(name, _)| name.clone()).collect()
    fn answer(&mut self, asked: &Asked) -> Reply;
    fn line(&self) -> String {
    for (name, value) in reply.headers {
    let body = "<!DOCTYPE html><html><title>Sign in</title></html>".to_owned();
    let body = if body.is_null() { String::new() } else { body.to_string() };
    let decode = |part: &str| {
    let half = reply.body[..reply.body.len() / 2].to_owned();
    let mut response = Response::builder().status(reply.status);
    lines: Arc<Mutex<Vec<String>>>,
    pub(super) body: String,
    pub(super) fn bearer(&self) -> Option<&str> {
    pub(super) fn count(&self, text: &str) -> usize {
    pub(super) fn fault(&self, at: &str, fault: Fault) {
    pub(super) fn form(&self) -> BTreeMap<String, String> {
    pub(super) fn header(&self, name: &str) -> &str {
    pub(super) fn json(&self) -> Value {
    pub(super) fn of(contract: C) -> Self {
    pub(super) fn url(&self) -> &str {
    pub(super) headers: HeaderMap,
    pub(super) headers: Vec<(&'static str, String)>,
    pub(super) method: String,
    pub(super) path: Vec<String>,
    pub(super) query: BTreeMap<String, String>,
    pub(super) served: Served,
    pub(super) state: Arc<Mutex<C>>,
    pub(super) status: u16,
    pub(super) text: String,
    response(Reply { body: half, ..reply })
    response.body(Body::from(reply.body)).unwrap()
    }
    };
//! Servers that behave as the documentation of a vendor says: strict in what they take, and able to fail on request.
//! Servers that keep to what a vendor's documentation says, for CRMs that cannot run beside the tests.
/// A contract that is served.
/// A page for people.
/// A redirect to where people sign in.
/// A request as a contract judges it.
/// Every value of an object that is not of the kind that `right` wants.
/// Half of the answer, then nothing.
/// What a vendor promises.
/// What goes wrong, once, at the first request whose line (`POST a/b!`) has this text.
/// What is answered.
fn asked(method: &Method, uri: &Uri, headers: HeaderMap, body: &Bytes) -> Asked {
fn cut(reply: Reply) -> Response<Body> {
fn response(reply: Reply) -> Response<Body> {
impl Asked {
impl<C: Contract> Vendor<C> {
pub(in crate::destinations) mod odoo;
pub(super) enum Fault {
pub(super) fn page(status: u16) -> Reply {
pub(super) fn reply(status: u16, body: Value) -> Reply {
pub(super) fn sign_in() -> Reply {
pub(super) fn wrong(fields: &Map<String, Value>, right: impl Fn(&str, &Value) -> bool) -> Vec<String> {
pub(super) mod dataverse;
pub(super) mod hubspot;
pub(super) mod salesforce;
pub(super) struct Asked {
pub(super) struct Reply {
pub(super) struct Vendor<C> {
pub(super) trait Contract: Send + 'static {
use axum::Router;
use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, Method, Response, Uri};
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use super::desk::{Served, serve};
}
