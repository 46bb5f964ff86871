//! Speaking with a CRM whose key is a bearer token, and reading what it tells.

use std::path::Path;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE;
use chrono::NaiveDate;
use http::{HeaderMap, HeaderName, HeaderValue, Method, header};
use serde_json::Value;

use super::CrmPerson;
use crate::deliver::{Answer, Ask, Class, Fault, Refusal, Secret, SecretReader, Told, Wire, under};

/// A CRM's address, with the key for it.
pub(in crate::deliver) struct Api<'a> {
    /// Its address.
    pub(in crate::deliver) base: &'a str,
    /// The key, where it was loaded.
    pub(in crate::deliver) key: Option<&'a Secret>,
    /// Further header fields.
    pub(in crate::deliver) headers: Vec<(HeaderName, String)>,
    /// Longest wait for an answer.
    pub(in crate::deliver) timeout: Duration,
}

impl Api<'_> {
    /// Asks for `path` with this query.
    pub(in crate::deliver) async fn get(
        &self,
        wire: &Wire<'_>,
        path: &str,
        query: &[(&str, &str)],
    ) -> Result<Told, Answer> {
        let mut url = url::Url::parse(&under(self.base, path)).map_err(|error| wrong_address(&error.to_string()))?;
        if !query.is_empty() {
            url.query_pairs_mut().extend_pairs(query);
        }
        self.ask(wire, Method::GET, url.as_str(), None).await
    }

    /// Sends a body to `path`.
    pub(in crate::deliver) async fn send(
        &self,
        wire: &Wire<'_>,
        method: Method,
        path: &str,
        body: Option<&Value>,
    ) -> Result<Told, Answer> {
        self.ask(wire, method, &under(self.base, path), body).await
    }

    async fn ask(&self, wire: &Wire<'_>, method: Method, url: &str, body: Option<&Value>) -> Result<Told, Answer> {
        let key = self.key.ok_or_else(|| Answer::Silent { why: "its key was not loaded".to_owned() })?;
        let mut headers = with_bearer(HeaderMap::new(), key)?;
        for (name, value) in &self.headers {
            headers.insert(name.clone(), field(value)?);
        }
        wire.json(Ask { method, url, headers, body, timeout: self.timeout }).await
    }
}

/// These fields and a token.
///
/// # Errors
/// Where the token has characters that no header can carry.
pub(in crate::deliver) fn with_bearer(mut headers: HeaderMap, token: &Secret) -> Result<HeaderMap, Answer> {
    let mut value = field(&format!("Bearer {}", token.reveal()))?;
    value.set_sensitive(true);
    headers.insert(header::AUTHORIZATION, value);
    Ok(headers)
}

/// Fetches the secret of a CRM, whose settings are `<name>_env` and `<name>_file`; what is wrong with it is told.
pub(in crate::deliver) fn fetched(
    name: &str,
    (env, file): (Option<&str>, Option<&Path>),
    reader: SecretReader<'_>,
    faults: &mut Vec<Fault>,
) -> Option<Secret> {
    let fault = match reader.read(env, file) {
        Ok(Some(secret)) => return Some(secret),
        Ok(None) => {
            let hint = format!("add `{name}_env = \"NAME\"` or `{name}_file = \"PATH\"`");
            Fault::of("", &format!("has no {}", name.replace('_', " ")), &hint)
        }
        Err(error) => Fault::of(&format!("{name}{}", error.ending()), &error.to_string(), ""),
    };
    faults.push(fault);
    None
}

/// What is wrong with the address of a CRM: keys and tokens travel encrypted, save on this machine and in a network of
/// one's own ("http://tryton:8000").
pub(in crate::deliver) fn fault_of_address(key: &str, address: &str) -> Option<Fault> {
    let url = url::Url::parse(address).ok();
    let fine = url.is_some_and(|url| match url.scheme() {
        "https" => url.host().is_some(),
        "http" => match url.host() {
            Some(url::Host::Ipv4(host)) => host.is_loopback() || host.is_private(),
            Some(url::Host::Ipv6(host)) => host.is_loopback() || host.is_unique_local(),
            // Names that no public resolver knows: of one word, or below `internal` (reserved by ICANN, 2024).
            Some(url::Host::Domain(host)) => !host.contains('.') || host.rsplit('.').next() == Some("internal"),
            None => false,
        },
        _ => false,
    });
    (!fine).then(|| Fault::of(key, "is no address that begins with https://", ""))
}

/// The rows of an answer; anything else is no answer of that CRM.
pub(in crate::deliver) fn rows<'a>(told: &'a Told, list: &'a Value) -> Result<&'a [Value], Answer> {
    list.as_array().map(Vec::as_slice).ok_or_else(|| {
        refused(told, Class::Retry, "an answer without the list that was asked for: check the address and the version")
    })
}

/// A refusal that names the status of an answer.
pub(in crate::deliver) fn refused(told: &Told, class: Class, what: &str) -> Answer {
    Answer::Refused(Refusal::new(class, format!("{} brought {what}", told.status)).with_status(told.status))
}

/// What a 401 and a 403 mean: nothing goes through until a person has looked.
pub(in crate::deliver) fn locked_out(told: &Told, what_to_do: &str) -> Option<Answer> {
    let why = match told.status {
        401 => "the key is not accepted (401)",
        403 => "the key is not accepted, or may not do this (403)",
        _ => return None,
    };
    Some(Answer::Refused(Refusal::new(Class::Pause, format!("{why}: {what_to_do}")).with_status(told.status)))
}

/// JSON in a header field or a query, as CRMs take it.
pub(in crate::deliver) fn packed(value: &Value) -> String {
    URL_SAFE.encode(value.to_string())
}

/// A text that is there: at `path` ("country.code"), not empty. A number is a text too.
pub(in crate::deliver) fn text(row: &Value, path: &str) -> Option<String> {
    let value = path.split('.').try_fold(row, |value, part| value.get(part))?;
    match value {
        Value::String(text) if !text.trim().is_empty() => Some(text.trim().to_owned()),
        Value::Number(number) => Some(number.to_string()),
        // Tryton's Decimal.
        Value::Object(object) => object.get("decimal").and_then(Value::as_str).map(str::to_owned),
        _ => None,
    }
}

/// The text of the field that a mapping names, where it names one.
pub(in crate::deliver) fn mapped(row: &Value, path: Option<&String>) -> Option<String> {
    path.and_then(|path| text(row, path))
}

/// A number, however it is written.
pub(in crate::deliver) fn number(row: &Value, path: Option<&String>) -> Option<f64> {
    mapped(row, path)?.parse().ok().filter(|number: &f64| number.is_finite())
}

/// A day: `2026-03-02`, with or without a time after it, or Tryton's object.
pub(in crate::deliver) fn day(row: &Value, path: &str) -> Option<NaiveDate> {
    let value = path.split('.').try_fold(row, |value, part| value.get(part))?;
    if let Some(text) = value.as_str() {
        return text.get(..10)?.parse().ok();
    }
    let part = |name: &str| value.get(name).and_then(Value::as_i64);
    NaiveDate::from_ymd_opt(
        i32::try_from(part("year")?).ok()?,
        u32::try_from(part("month")?).ok()?,
        u32::try_from(part("day")?).ok()?,
    )
}

/// A person with an id and a name; without a name the mail address stands for it.
pub(in crate::deliver) fn person(id: Option<String>, name: Option<String>, email: Option<String>) -> Option<CrmPerson> {
    Some(CrmPerson { id: id?, name: name.or_else(|| email.clone())?, email, ..CrmPerson::default() })
}

fn field(value: &str) -> Result<HeaderValue, Answer> {
    HeaderValue::from_str(value).map_err(|_| {
        Answer::Refused(Refusal::new(Class::Pause, "the key has characters that cannot be sent: check the secret"))
    })
}

fn wrong_address(why: &str) -> Answer {
    Answer::Refused(Refusal::new(Class::Pause, format!("its address cannot be used: {why}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r53_keys_travel_encrypted_save_on_this_machine() {
        for fine in ["https://firm.my.salesforce.com", "http://127.0.0.1:8080", "http://tryton:8000", "http://10.1.2.3"]
        {
            assert_eq!(fault_of_address("url", fine), None, "{fine}");
        }
        for wrong in ["http://firm.example", "firm.example", "ftp://x", "https://", ""] {
            assert!(fault_of_address("url", wrong).is_some(), "{wrong}");
        }
    }
}
