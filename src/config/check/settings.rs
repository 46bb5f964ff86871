//! `tidings.toml`: values that make no sense, and secrets, which are fetched here.

use super::Ids;
use crate::config::Settings;
use crate::config::document::Document;
use crate::config::problem::{Problem, did_you_mean};
use crate::deliver::SecretReader;

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
    database(settings, reader, document, problems);
    let mut ids = Ids::of("destination");
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
    }
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
