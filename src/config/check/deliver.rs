//! `tidings.toml`, where touch points go: templates, who is told of trouble, and the door for programs that ask for
//! webhooks.

use super::settings::SHORTEST_TOKEN;
use crate::config::Settings;
use crate::config::document::Document;
use crate::config::problem::{Problem, did_you_mean};
use crate::deliver::{Secret, SecretReader};

/// Templates that cannot be made, and names of templates and destinations that stand for nothing.
pub(super) fn wording(settings: &Settings, document: &Document<'_>, problems: &mut Vec<Problem>) {
    let deliver = &settings.deliver;
    for (name, template) in &deliver.templates {
        for fault in template.faults() {
            let path = format!("deliver.templates.{name}.{}", fault.part);
            let line = if fault.line > 1 { format!(" in line {} of it", fault.line) } else { String::new() };
            let message = format!("`{}` in template `{name}`: {}{line}", fault.part, fault.message);
            let hint = "docs/deliver/templates.md lists what a template can say; `tidings deliver preview` shows it";
            let mut problem = document.problem(&path, message, Some(hint.to_owned()));
            // A text over several lines begins in the line after its key.
            if let Some(place) = problem.place.as_mut().filter(|_| fault.line > 1) {
                place.line += fault.line;
                place.column = 1;
            }
            problems.push(problem);
        }
    }
    for (place, destination) in deliver.destinations.iter().enumerate() {
        let rules = destination.rules();
        let Some(name) = rules.template.filter(|name| !deliver.templates.contains_key(*name)) else { continue };
        let message = format!("`template` in destination `{}` names no template: `{name}`", rules.id);
        let hint = did_you_mean(name, deliver.templates.keys().map(String::as_str))
            .unwrap_or_else(|| format!("write it under [deliver.templates.{name}]"));
        problems.push(document.problem(&format!("deliver.destinations.{place}.template"), message, Some(hint)));
    }
    for (place, teller) in deliver.tell_trouble.iter().flatten().enumerate() {
        let mut known = deliver.destinations.iter().map(|destination| destination.id().as_str());
        if known.any(|known| known == teller.as_str()) {
            continue;
        }
        let known = deliver.destinations.iter().map(|destination| destination.id().as_str());
        let hint = did_you_mean(teller.as_str(), known)
            .unwrap_or_else(|| "destinations stand under [[deliver.destinations]]".to_owned());
        let message = format!("`tell_trouble` in [deliver] names no destination: `{teller}`");
        problems.push(document.problem(&format!("deliver.tell_trouble.{place}"), message, Some(hint)));
    }
}

/// Fetches the tokens of programs that ask for webhooks.
pub(super) fn hooks_door(
    settings: &mut Settings,
    reader: SecretReader<'_>,
    document: &Document<'_>,
    problems: &mut Vec<Problem>,
) {
    let door = &mut settings.serve.hooks;
    let mut tell = |key: &str, message: &str, hint: Option<&str>| {
        let message = format!("`{key}` in [serve.hooks]: {message}");
        problems.push(document.problem(&format!("serve.hooks.{key}"), message, hint.map(str::to_owned)));
    };
    match reader.read(door.token_env.as_deref(), door.token_file.as_deref()) {
        Ok(token) => {
            let parts = token.iter().flat_map(|token| token.reveal().split_whitespace().map(Secret::new));
            door.tokens = parts.collect();
        }
        Err(error) => tell(&format!("token{}", error.ending()), &error.to_string(), None),
    }
    if door.tokens.iter().any(|token| token.reveal().len() < SHORTEST_TOKEN) {
        let key = if door.token_env.is_some() { "token_env" } else { "token_file" };
        tell(key, "a token is shorter than 24 characters", Some("`openssl rand -base64 32` makes a good one"));
    }
}
