//! What is wrong in meaning: names used twice, references to nothing, values that make no sense.

mod accounts;
mod deliver;
mod kinds;
mod saved;
mod service;
mod settings;
mod sign_in;
mod sources;

pub(super) use accounts::accounts;
pub(super) use saved::saved_searches;
pub(super) use settings::settings;
pub(super) use sources::sources;

use std::collections::{BTreeSet, HashMap};
use std::path::Path;

use super::document::Document;
use super::problem::Problem;
use crate::config::Settings;
use crate::model::{Account, SavedSearch, Source};

/// What is wrong in meaning with an account that does not stand in a file, in words. `known` are the ids of all accounts.
#[must_use]
pub fn account_problems(account: &Account, known: &BTreeSet<String>) -> Vec<String> {
    without_places(|document, problems| accounts(std::slice::from_ref(account), known, document, problems))
}

/// What is wrong in meaning with a source that does not stand in a file, in words. `known` are the ids of all accounts.
#[must_use]
pub fn source_problems(source: &Source, known: &BTreeSet<String>) -> Vec<String> {
    without_places(|document, problems| sources(std::slice::from_ref(source), Some(known), document, problems))
}

/// What is wrong in meaning with a saved search that does not stand in a file, in words. `accounts` are the ids of all
/// accounts.
#[must_use]
pub fn saved_search_problems(search: &SavedSearch, accounts: &BTreeSet<String>, settings: &Settings) -> Vec<String> {
    let one = std::slice::from_ref(search);
    without_places(|document, problems| saved_searches(one, Some(accounts), settings, document, problems))
}

/// The same checks where there is no file to point into.
fn without_places(check: impl FnOnce(&Document<'_>, &mut Vec<Problem>)) -> Vec<String> {
    let Ok(document) = Document::parse(Path::new(""), "") else { return Vec::new() };
    let mut problems = Vec::new();
    check(&document, &mut problems);
    let told = |problem: Problem| match problem.hint {
        Some(hint) => format!("{}; {hint}", problem.message),
        None => problem.message,
    };
    problems.into_iter().map(told).collect()
}

/// Finds ids that cannot be one, and those that are used twice in a file.
struct Ids {
    kind: &'static str,
    /// Where each stands: a path, as lines are only counted for what is told.
    seen: HashMap<String, String>,
}

impl Ids {
    fn of(kind: &'static str) -> Self {
        Self { kind, seen: HashMap::new() }
    }

    /// Notes the id of the table at `table`.
    fn note(&mut self, document: &Document<'_>, table: &str, id: &str, problems: &mut Vec<Problem>) {
        let path = format!("{table}.id");
        let kind = self.kind;
        if id.is_empty() || !id.chars().all(|letter| letter.is_alphanumeric() || "-_.".contains(letter)) {
            let message = format!("`{id}` cannot be the id of a {kind}");
            let hint = "an id is made of letters, digits, `-`, `_` and `.`".to_owned();
            problems.push(document.problem(&path, message, Some(hint)));
        } else if let Some(first) = self.seen.get(id) {
            let hint = format!("the first stands in line {}; ids are unique", document.line(first));
            problems.push(document.problem(&path, format!("{kind} `{id}` is there twice"), Some(hint)));
        } else {
            self.seen.insert(id.to_owned(), path);
        }
    }
}

/// What is wrong with the address of a feed or the like, in words.
fn wrong_address(address: &str) -> Option<&'static str> {
    match url::Url::parse(address) {
        Ok(url) if !matches!(url.scheme(), "http" | "https") => Some("does not begin with http:// or https://"),
        Ok(url) if !url.username().is_empty() || url.password().is_some() => {
            Some("holds a name or password, which would be shown in logs")
        }
        Ok(_) => None,
        Err(url::ParseError::RelativeUrlWithoutBase) => Some("does not begin with http:// or https://"),
        Err(_) => Some("is no web address"),
    }
}

/// Two capital letters, as of ISO 3166-1 alpha-2.
fn is_country(code: &str) -> bool {
    code.len() == 2 && code.bytes().all(|byte| byte.is_ascii_uppercase())
}

fn is_blank(text: &str) -> bool {
    text.trim().is_empty()
}
