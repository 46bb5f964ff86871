//! Webhooks by the Standard Webhooks specification (<https://www.standardwebhooks.com>): a signed POST of JSON.

use std::path::PathBuf;

use http::{HeaderMap, HeaderValue, header};
use standardwebhooks::{HEADER_WEBHOOK_ID, HEADER_WEBHOOK_SIGNATURE, HEADER_WEBHOOK_TIMESTAMP};

use super::address::{Whereabouts, without};
use super::cloud_event::{self, Wrapped};
use super::rules::destination;
use super::{Answer, Attempt, Class, Fault, Refusal, Secret, SecretReader, Sent, Wire};
use crate::model::{Delivery, DestinationId, Step, Time};

/// Shortest and longest key, in bytes, by the specification.
const KEY_LENGTHS: std::ops::RangeInclusive<usize> = 24..=64;

destination! {
    /// A signed POST by the Standard Webhooks specification.
    pub struct Webhook on "super::rules::usual_steps" {
        /// Address that messages are posted to, http or https.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub url: Option<String>,
        /// Environment variable that holds the address, where it is a secret itself.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub url_env: Option<String>,
        /// File that holds the address, where it is a secret itself.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub url_file: Option<PathBuf>,
        /// Environment variable that holds the signing secret (`whsec_…`); several, parted by blanks, while it rotates.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub secret_env: Option<String>,
        /// File that holds the signing secret (`whsec_…`); several, one a line, while it rotates.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub secret_file: Option<PathBuf>,
        /// How the message is wrapped.
        #[serde(default)]
        pub format: Format,
        /// How an export file of the CRM behind it is read (`tidings crm import --file`).
        #[serde(default, skip_serializing_if = "super::crm::is_unset")]
        pub import: super::Mapping,
        /// The address, once fetched.
        #[serde(skip)]
        address: Option<Secret>,
        /// The signing secrets, once fetched, the current one first.
        #[serde(skip)]
        secrets: Vec<Secret>,
    }
}

/// How the message is wrapped.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Format {
    /// As it is: `type`, `timestamp` and `data`.
    #[default]
    Plain,
    /// One JSON document by CloudEvents 1.0, the message's `data` in it.
    CloudeventsStructured,
    /// By CloudEvents 1.0: what is about the event in header fields, `data` alone as the body.
    CloudeventsBinary,
}

impl Webhook {
    /// The webhook of a program that asked for it: an address, one signing secret, and the steps that it is told of.
    #[must_use]
    pub fn of_hook(id: DestinationId, url: &str, secret: Secret, on: Vec<Step>) -> Self {
        Self {
            id,
            on,
            alarms_only: false,
            template: None,
            timeout_seconds: super::rules::usual_timeout(),
            per_minute: super::rules::usual_pace(),
            url: Some(url.to_owned()),
            url_env: None,
            url_file: None,
            secret_env: None,
            secret_file: None,
            format: Format::Plain,
            import: super::Mapping::default(),
            address: Some(Secret::new(url)),
            secrets: vec![secret],
        }
    }

    /// Posts a delivery, signed at the time of the attempt with every secret.
    pub(super) async fn send(&self, attempt: &Attempt<'_>) -> Sent {
        self.post(attempt.wire, attempt.delivery).await.into()
    }

    async fn post(&self, wire: Wire<'_>, delivery: &Delivery) -> Answer {
        let Some(address) = &self.address else {
            return Answer::Silent { why: "its address was not loaded".to_owned() };
        };
        let Wrapped { body, headers: about } = match cloud_event::wrapped(self.format, delivery) {
            Ok(wrapped) => wrapped,
            Err(why) => return Answer::Refused(Refusal::new(Class::Dead, why)),
        };
        let mut headers = match self.headers(&delivery.id, &body, wire.now) {
            Ok(headers) => headers,
            Err(why) => return Answer::Silent { why },
        };
        headers.extend(about);
        match wire.client.post(address.reveal(), headers, body, self.rules().timeout).await {
            Ok(reply) => judged(&reply),
            Err(error) => Answer::Silent { why: self.without_address(&error.to_string()) },
        }
    }

    /// The fields of the request. `webhook-id` is the same for every attempt, the time that of this one.
    fn headers(&self, id: &str, body: &[u8], now: Time) -> Result<HeaderMap, String> {
        let time = now.timestamp();
        let signatures = self.signatures(id, time, body)?;
        let mut headers = HeaderMap::new();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(self.format.media_type()));
        for (name, value) in [
            (HEADER_WEBHOOK_ID, id),
            (HEADER_WEBHOOK_TIMESTAMP, time.to_string().as_str()),
            (HEADER_WEBHOOK_SIGNATURE, signatures.as_str()),
        ] {
            let value = HeaderValue::from_str(value).map_err(|error| format!("{name} cannot be sent: {error}"))?;
            headers.insert(name, value);
        }
        Ok(headers)
    }

    fn signatures(&self, id: &str, time: i64, body: &[u8]) -> Result<String, String> {
        if self.secrets.is_empty() {
            return Err("its secret was not loaded".to_owned());
        }
        let sign = |secret: &Secret| standardwebhooks::Webhook::new(secret.reveal())?.sign(id, time, body);
        let signatures: Result<Vec<_>, _> = self.secrets.iter().map(sign).collect();
        signatures.map(|all| all.join(" ")).map_err(|error| format!("cannot be signed: {error}"))
    }

    /// An address that is a secret does not show up in what is said about a failure.
    fn without_address(&self, message: &str) -> String {
        match &self.address {
            Some(address) if self.url.is_none() => without(message, address),
            _ => message.to_owned(),
        }
    }

    /// Fetches address and secrets and checks everything; gives all that is wrong.
    pub(super) fn prepare(&mut self, reader: SecretReader<'_>) -> Vec<Fault> {
        let mut faults = Vec::new();
        let place =
            Whereabouts { url: self.url.as_deref(), env: self.url_env.as_deref(), file: self.url_file.as_deref() };
        self.address = place.find(reader).map_err(|fault| faults.push(fault)).ok();
        self.secrets = self.find_secrets(reader).map_err(|fault| faults.push(fault)).unwrap_or_default();
        faults
    }

    fn find_secrets(&self, reader: SecretReader<'_>) -> Result<Vec<Secret>, Fault> {
        let (env, file) = (self.secret_env.as_deref(), self.secret_file.as_deref());
        let secret = reader
            .read(env, file)
            .map_err(|error| Fault::of(&format!("secret{}", error.ending()), &error.to_string(), ""))?
            .ok_or_else(|| {
                Fault::of("", "has no secret to sign with", "add `secret_env = \"NAME\"` or `secret_file = \"PATH\"`")
            })?;
        let secrets: Vec<_> = secret.reveal().split_whitespace().map(Secret::new).collect();
        if secrets.iter().all(is_key) {
            return Ok(secrets);
        }
        let key = if env.is_some() { "secret_env" } else { "secret_file" };
        let hint = "`printf 'whsec_%s' \"$(openssl rand -base64 32)\"` makes a good one";
        Err(Fault::of(key, "must hold `whsec_` and the base64 of 24 to 64 bytes", hint))
    }
}

/// The answer of a receiver. What its status means is known everywhere (`retry.rs`); here it is said what to do about it.
fn judged(reply: &crate::net::Reply) -> Answer {
    let answer = Answer::answered(reply.status, &reply.headers, &reply.body);
    let said = answer.describe();
    let refused =
        |class, deed: &str| Answer::Refused(Refusal::new(class, format!("{said}; {deed}")).with_status(reply.status));
    match reply.status {
        300..=399 => {
            let to = reply.headers.get(header::LOCATION).and_then(|field| field.to_str().ok()).unwrap_or_default();
            let host = url::Url::parse(to).ok().and_then(|url| url.host_str().map(str::to_owned));
            let to = host.map_or_else(|| "elsewhere".to_owned(), |host| format!("to {host}"));
            let why = format!(
                "redirected {to} with {}; a signed message does not follow: write the final address as `url`",
                reply.status
            );
            Answer::Refused(Refusal::new(Class::Retry, why).with_status(reply.status))
        }
        401 | 403 => refused(Class::Pause, "it does not let us in: look at the address and the secret there"),
        404 => refused(Class::Dead, "nobody listens at this address: look at `url`"),
        400 | 422 => refused(Class::Dead, "it cannot read the message: look at what it expects, or choose a `format`"),
        410 => refused(Class::Disable, "the receiver is gone for good: take it out, or make a new address there"),
        _ => answer,
    }
}

/// A secret that the specification allows.
#[must_use]
pub fn is_key(secret: &Secret) -> bool {
    let encoded = secret.reveal().strip_prefix("whsec_").unwrap_or(secret.reveal());
    let bytes = encoded.trim_end_matches('=').len() * 3 / 4;
    KEY_LENGTHS.contains(&bytes) && standardwebhooks::Webhook::new(encoded).is_ok()
}

#[cfg(test)]
#[path = "webhook_tests.rs"]
mod tests;
