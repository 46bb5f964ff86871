//! `tidings.toml`: values that make no sense, and secrets, which are fetched here.

use std::collections::HashMap;

use serde_json::Value;

use super::{Ids, deliver, service, sign_in};
use crate::config::document::Document;
use crate::config::problem::{Problem, did_you_mean};
use crate::config::settings::Retention;
use crate::config::{Settings, schema};
use crate::deliver::{Secret, SecretReader, is_key};
use crate::net;
use crate::touchpoint;

/// Fetches the secrets of these settings and tells what is wrong.
pub(in crate::config) fn settings(
    settings: &mut Settings,
    reader: SecretReader<'_>,
    document: &Document<'_>,
    problems: &mut Vec<Problem>,
) {
    let zone = &settings.operator.time_zone;
    if zone.parse::<chrono_tz::Tz>().is_err() {
        let hint = did_you_mean(zone, chrono_tz::TZ_VARIANTS.iter().map(|zone| zone.name()))
            .unwrap_or_else(|| "write an IANA name, such as Europe/Berlin".to_owned());
        let message = format!("`time_zone` in [operator] names no time zone: `{zone}`");
        problems.push(document.problem("operator.time_zone", message, Some(hint)));
    }
    ranges(settings, document, problems);
    if (1..Retention::LEAST_DAYS).contains(&settings.retention.articles_days) {
        let least = Retention::LEAST_DAYS;
        let message = format!("`articles_days` in [retention] must be 0 or at least {least}");
        let hint = "statistics look back 90 days; `text_days` lets the texts go sooner".to_owned();
        problems.push(document.problem("retention.articles_days", message, Some(hint)));
    }
    if let Err(error) = net::Client::new(&settings.net) {
        let key = match &error {
            net::Error::Setting { setting, .. } => setting,
            _ => "",
        };
        problems.push(document.problem(&format!("net.{key}"), error.to_string(), None));
    }
    owners(&settings.touchpoint, document, problems);
    service::searches(&settings.searches, document, problems);
    if let Some(url) = &settings.serve.public_url
        && !is_public(url)
    {
        let message = format!("`public_url` in [serve] is no address that a callback can begin with: `{url}`");
        let hint = "write http:// or https://, a host, and a path if need be; no password, ? or #".to_owned();
        problems.push(document.problem("serve.public_url", message, Some(hint)));
    }
    database(settings, reader, document, problems);
    facts_door(settings, reader, document, problems);
    deliver::hooks_door(settings, reader, document, problems);
    sign_in::oidc(&mut settings.serve, reader, document, problems);
    let mut ids = Ids::of("destination");
    let mut files = HashMap::new();
    for (place, destination) in settings.deliver.destinations.iter_mut().enumerate() {
        let path = format!("deliver.destinations.{place}");
        ids.note(document, &path, destination.id().as_str(), problems);
        for fault in destination.prepare(reader) {
            let id = destination.id();
            let subject = match fault.key.as_str() {
                "" => format!("destination `{id}`"),
                key => format!("`{key}` in destination `{id}`:"),
            };
            let message = format!("{subject} {}", fault.message);
            problems.push(document.problem(&format!("{path}.{}", fault.key), message, fault.hint));
        }
        let Some(file) = destination.file() else { continue };
        if let Some(other) = files.insert(file.clone(), destination.id().clone()) {
            let message =
                format!("destination `{}` writes the file of `{other}`: {}", destination.id(), file.display());
            let hint = "give each its own `path`".to_owned();
            problems.push(document.problem(&format!("{path}.path"), message, Some(hint)));
        }
    }
    deliver::wording(settings, document, problems);
}

/// Who of us works when: known countries, absences that end after they begin, no name twice.
fn owners(settings: &touchpoint::Settings, document: &Document<'_>, problems: &mut Vec<Problem>) {
    let mut countries = vec![("touchpoint.country".to_owned(), settings.country.as_deref())];
    for (place, owner) in settings.owners.iter().enumerate() {
        let path = format!("touchpoint.owners.{place}");
        if settings.owners[..place].iter().any(|earlier| earlier.name == owner.name) {
            let message = format!("`{}` is named by an earlier owner", owner.name);
            problems.push(document.problem(&format!("{path}.name"), message, None));
        }
        countries.push((format!("{path}.country"), owner.country.as_deref()));
        for (turn, away) in owner.away.iter().enumerate().filter(|(_, away)| away.to < away.from) {
            let message = format!("`away` of {} ends on {}, before it begins on {}", owner.name, away.to, away.from);
            problems.push(document.problem(&format!("{path}.away.{turn}"), message, None));
        }
    }
    for (path, country) in countries {
        let Some(country) = country.filter(|country| !touchpoint::holidays::knows(country)) else { continue };
        let message = format!("`country`: no days off are known for `{country}`");
        let hint = "write an ISO 3166-1 code such as DE, or leave it out and list `holidays`".to_owned();
        problems.push(document.problem(&path, message, Some(hint)));
    }
}

fn is_public(url: &str) -> bool {
    url::Url::parse(url).is_ok_and(|url| {
        matches!(url.scheme(), "http" | "https")
            && url.host().is_some()
            && url.username().is_empty()
            && url.password().is_none()
            && url.query().is_none()
            && url.fragment().is_none()
    })
}

fn database(settings: &mut Settings, reader: SecretReader<'_>, document: &Document<'_>, problems: &mut Vec<Problem>) {
    let store = &mut settings.store;
    match reader.read(store.url_env.as_deref(), store.url_file.as_deref()) {
        Ok(url) => {
            let wrong = url.as_ref().is_some_and(|url| {
                !url::Url::parse(url.reveal()).is_ok_and(|url| matches!(url.scheme(), "postgres" | "postgresql"))
            });
            if wrong {
                let key = if store.url_env.is_some() { "url_env" } else { "url_file" };
                let message = format!("`{key}` in [store]: what it holds does not begin with postgres://");
                problems.push(document.problem(&format!("store.{key}"), message, None));
            }
            store.url = url;
        }
        Err(error) => {
            let key = format!("url{}", error.ending());
            problems.push(document.problem(&format!("store.{key}"), format!("`{key}` in [store]: {error}"), None));
        }
    }
}

/// Shortest token that nobody guesses, in characters.
pub(super) const SHORTEST_TOKEN: usize = 24;

/// Fetches the tokens and secrets by which other systems tell facts.
fn facts_door(settings: &mut Settings, reader: SecretReader<'_>, document: &Document<'_>, problems: &mut Vec<Problem>) {
    let door = &mut settings.serve.facts;
    let mut tell = |key: &str, message: &str, hint: Option<&str>| {
        let message = format!("`{key}` in [serve.facts]: {message}");
        problems.push(document.problem(&format!("serve.facts.{key}"), message, hint.map(str::to_owned)));
    };
    let parts = |secret: Option<Secret>| {
        let secret = secret.iter().flat_map(|secret| secret.reveal().split_whitespace().map(Secret::new));
        secret.collect::<Vec<_>>()
    };
    match reader.read(door.token_env.as_deref(), door.token_file.as_deref()) {
        Ok(token) => door.tokens = parts(token),
        Err(error) => tell(&format!("token{}", error.ending()), &error.to_string(), None),
    }
    if door.tokens.iter().any(|token| token.reveal().len() < SHORTEST_TOKEN) {
        let key = if door.token_env.is_some() { "token_env" } else { "token_file" };
        tell(key, "a token is shorter than 24 characters", Some("`openssl rand -base64 32` makes a good one"));
    }
    match reader.read(door.secret_env.as_deref(), door.secret_file.as_deref()) {
        Ok(secret) => door.secrets = parts(secret),
        Err(error) => tell(&format!("secret{}", error.ending()), &error.to_string(), None),
    }
    if !door.secrets.iter().all(is_key) {
        let key = if door.secret_env.is_some() { "secret_env" } else { "secret_file" };
        let hint = "`printf 'whsec_%s' \"$(openssl rand -base64 32)\"` makes a good one";
        tell(key, "must hold `whsec_` and the base64 of 24 to 64 bytes", Some(hint));
    }
}

/// Numbers outside the range that the schema states for them.
fn ranges(settings: &Settings, document: &Document<'_>, problems: &mut Vec<Problem>) {
    let schema = schema::FILES[0].value();
    let values = serde_json::to_value(settings).unwrap_or_default();
    let mut tables = vec![(String::new(), &values, &schema)];
    while let Some((path, value, meaning)) = tables.pop() {
        let Value::Object(entries) = value else {
            let bound = |name| meaning.get(name).and_then(Value::as_f64);
            let (least, most) = (bound("minimum"), bound("maximum"));
            let outside =
                |number: f64| least.is_some_and(|least| number < least) || most.is_some_and(|most| number > most);
            if value.as_f64().is_some_and(outside) {
                let (table, key) = path.rsplit_once('.').unwrap_or(("", &path));
                let message = format!("`{key}` in [{table}] must be {}, not {value}", range(least, most));
                problems.push(document.problem(&path, message, None));
            }
            continue;
        };
        for (key, value) in entries {
            if let Some(meaning) = schema::entry(&schema, meaning, key) {
                let path = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
                tables.push((path, value, meaning));
            }
        }
    }
}

fn range(least: Option<f64>, most: Option<f64>) -> String {
    match (least, most) {
        (Some(least), Some(most)) => format!("between {least} and {most}"),
        (Some(least), None) => format!("{least} or more"),
        (None, Some(most)) => format!("{most} or less"),
        (None, None) => "another number".to_owned(),
    }
}
