//! `saved.toml`.

use std::collections::BTreeSet;

use super::Ids;
use crate::config::Settings;
use crate::config::document::Document;
use crate::config::problem::{Problem, did_you_mean};
use crate::model::SavedSearch;
use crate::search::Query;

/// The longest name of a search, in characters: it stands in addresses and subjects.
const LONGEST_NAME: usize = 60;

/// What is wrong with these searches. `accounts` are the ids of all accounts; nothing where the watchlist is not known.
pub(in crate::config) fn saved_searches(
    searches: &[SavedSearch],
    accounts: Option<&BTreeSet<String>>,
    settings: &Settings,
    document: &Document<'_>,
    problems: &mut Vec<Problem>,
) {
    let mut names = Ids::of("saved search");
    for (place, search) in searches.iter().enumerate() {
        let path = format!("saved_search.{place}");
        names.note(document, &path, &search.name, problems);
        let mut wrong = |key: &str, message: &str, hint: Option<String>| {
            let message = format!("`{key}` in saved search `{}` {message}", search.name);
            problems.push(document.problem(&format!("{path}.{key}"), message, hint));
        };
        if search.name.chars().count() > LONGEST_NAME {
            wrong("name", &format!("is longer than {LONGEST_NAME} characters"), None);
        }
        if let Err(error) = Query::parse(&search.query) {
            let hint = error.suggestion.as_ref().map(|instead| format!("perhaps: {instead}"));
            wrong("query", &format!("cannot be read: {error}"), hint);
        }
        if let Some(webhook) = &search.webhook {
            let known: Vec<_> = settings.deliver.destinations.iter().map(|known| known.id().as_str()).collect();
            if !known.contains(&webhook.as_str()) {
                let hint = did_you_mean(webhook.as_str(), known)
                    .unwrap_or_else(|| "destinations stand under [[deliver.destinations]] in tidings.toml".to_owned());
                wrong("webhook", &format!("names no destination: `{webhook}`"), Some(hint));
            }
        }
        let Some(account) = &search.account else { continue };
        if !search.suggest {
            wrong(
                "account",
                "says with whom stories are shared, but none are",
                Some("add `suggest = true`".to_owned()),
            );
        } else if let Some(known) = accounts.filter(|known| !known.contains(account.as_str())) {
            let hint = did_you_mean(account.as_str(), known.iter().map(String::as_str));
            wrong("account", &format!("names no account that is watched: `{account}`"), hint);
        }
    }
}
