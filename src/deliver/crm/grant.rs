//! Access tokens by client credentials (RFC 6749, section 4.4), kept in `Tokens`, and requests that carry one.

use chrono::TimeDelta;
use http::{HeaderMap, HeaderValue, Method, header};
use serde_json::Value;

use super::api::with_bearer;
use crate::deliver::{Answer, Ask, Class, Refusal, Secret, Told, Wire, wire};
use crate::model::DestinationId;
use crate::net;

/// How long a token is used whose life is not told, in seconds: the shortest session of Salesforce is longer.
const USUAL_LIFE: i64 = 600;

/// Most of an answer with a token, in bytes.
const LONGEST_TOKEN: usize = 256 * 1024;

/// Where and as whom a token is asked for.
pub(in crate::deliver) struct Grant<'a> {
    /// Whose token it is.
    pub(in crate::deliver) destination: &'a DestinationId,
    /// The token endpoint.
    pub(in crate::deliver) url: String,
    /// The program as it is registered there.
    pub(in crate::deliver) client_id: &'a str,
    /// Its secret.
    pub(in crate::deliver) secret: &'a Secret,
    /// What it is to be allowed, where that is asked.
    pub(in crate::deliver) scope: Option<String>,
    /// Longest wait for an answer.
    pub(in crate::deliver) timeout: std::time::Duration,
}

/// A request to be sent with a token.
#[derive(Clone)]
pub(in crate::deliver) struct Request<'a> {
    /// What is asked of the address.
    pub(in crate::deliver) method: Method,
    /// The address.
    pub(in crate::deliver) url: &'a str,
    /// Header fields.
    pub(in crate::deliver) headers: HeaderMap,
    /// What is sent.
    pub(in crate::deliver) body: Option<&'a Value>,
}

/// Sends a request with the token that is kept, else with a new one. A token that is refused with 401 is renewed once.
///
/// # Errors
/// Where no token is given, no answer of the service comes, or a new token is refused too.
pub(in crate::deliver) async fn ask(wire: &Wire<'_>, grant: &Grant<'_>, request: Request<'_>) -> Result<Told, Answer> {
    let mut last = None;
    for _ in 0..2 {
        let token = token(wire, grant).await?;
        let headers = with_bearer(request.headers.clone(), &token)?;
        let asked = Ask {
            method: request.method.clone(),
            url: request.url,
            headers,
            body: request.body,
            timeout: grant.timeout,
        };
        let told = wire.json(asked).await;
        let status = match &told {
            Ok(told) => Some(told.status),
            Err(answer) => answer.status(),
        };
        if status != Some(401) {
            return told;
        }
        wire.tokens.forget(grant.destination).await;
        last = Some(told.map_or_else(|answer| answer, |told| told.plain));
    }
    let said = last.map(|answer| answer.describe()).unwrap_or_default();
    let why = format!("a new access token is refused too: check the rights of the connected program ({said})");
    Err(Answer::Refused(Refusal::new(Class::Pause, why).with_status(401)))
}

async fn token(wire: &Wire<'_>, grant: &Grant<'_>) -> Result<Secret, Answer> {
    if let Some(token) = wire.tokens.get(grant.destination, wire.now).await {
        return Ok(token);
    }
    let mut headers = HeaderMap::new();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/x-www-form-urlencoded"));
    headers.insert(header::ACCEPT, HeaderValue::from_static("application/json"));
    let call = net::Call {
        method: Method::POST,
        url: &grant.url,
        headers,
        body: form(grant).into_bytes(),
        timeout: grant.timeout,
        cap: LONGEST_TOKEN,
    };
    let reply = wire.client.call(call).await.map_err(|error| Answer::Silent { why: error.to_string() })?;
    let told = wire::read(&reply)?;
    given(wire, grant, &told).await
}

/// What a token is asked for with (RFC 6749, section 4.4.2).
fn form(grant: &Grant<'_>) -> String {
    let mut form = url::form_urlencoded::Serializer::new(String::new());
    form.append_pair("grant_type", "client_credentials");
    form.append_pair("client_id", grant.client_id);
    form.append_pair("client_secret", grant.secret.reveal());
    if let Some(scope) = &grant.scope {
        form.append_pair("scope", scope);
    }
    form.finish()
}

async fn given(wire: &Wire<'_>, grant: &Grant<'_>, told: &Told) -> Result<Secret, Answer> {
    let text = |key: &str| told.body[key].as_str().filter(|text| !text.is_empty());
    if told.status == 200
        && let Some(token) = text("access_token")
    {
        // Microsoft tells a number, others have told a text.
        let seconds = told.body["expires_in"].as_i64().or_else(|| text("expires_in")?.parse().ok());
        let life = seconds.unwrap_or(USUAL_LIFE).clamp(0, 86_400) * 9 / 10;
        let token = Secret::new(token);
        wire.tokens.keep(grant.destination, token.clone(), wire.now + TimeDelta::seconds(life)).await;
        return Ok(token);
    }
    if told.status == 429 || told.status >= 500 {
        return Err(told.plain.clone());
    }
    let said = text("error_description").or(text("error")).unwrap_or("no access token came");
    let said = crate::text::sanitise::plain_line(said);
    let why = format!("no access token is given: {said}; check client_id, its secret and what the program may do");
    Err(Answer::Refused(Refusal::new(Class::Pause, why).with_status(told.status)))
}
