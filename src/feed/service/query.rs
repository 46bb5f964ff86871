//! From names to words in the syntax of a service.

use super::plan::Wanted;
use super::{Limits, limits};
use crate::model::Service;

/// Names of one account in one query.
const MOST_NAMES: usize = 4;

/// Context words of one account in one query.
const MOST_CONTEXT: usize = 3;

/// Excluded phrases and domains of one account in one query.
const MOST_EXCLUDED: usize = 4;

/// What a service is asked for where one account is looked for alone.
///
/// # Errors
/// Why it cannot be, lower case, no full stop.
pub fn query_of(service: Service, wanted: &Wanted) -> Result<String, String> {
    let limits = limits(service);
    let names: Vec<String> = wanted.names.iter().map(|name| quoted(name)).collect();
    let Some(first) = names.first() else { return Err("there is no name to look for".to_owned()) };
    if !fits(first, limits) {
        return Err(format!("its name is too long for {}", service.name()));
    }
    let context: Vec<String> = wanted.context.iter().take(MOST_CONTEXT).map(|word| term(word)).collect();
    if !limits.together {
        // Without OR there is room for one name and one context word.
        let query = [std::slice::from_ref(first), context.get(..1).unwrap_or_default()].concat().join(" ");
        return Ok(query);
    }
    let mut query = String::new();
    for count in 1..=names.len().min(MOST_NAMES) {
        let longer = [any_of(&names[..count]), any_of(&context)].join(" ").trim().to_owned();
        if count > 1 && !fits(&longer, limits) {
            break;
        }
        query = longer;
    }
    if !fits(&query, limits) {
        return Err(format!("its name and context words are too long for {}", service.name()));
    }
    let excluded = wanted.exclude.iter().map(|phrase| format!("-{}", quoted(phrase)));
    let domains = wanted.domains.iter().filter_map(|domain| match service {
        Service::GoogleNews | Service::BingNews => Some(format!("-site:{domain}")),
        Service::Gdelt => Some(format!("-domainis:{domain}")),
        _ => None,
    });
    for part in excluded.chain(domains).take(MOST_EXCLUDED) {
        let longer = format!("{query} {part}");
        if fits(&longer, limits) {
            query = longer;
        }
    }
    Ok(query)
}

/// Queries that look for all of these, as few as the service allows, in their order; with the places of whom each looks
/// for. Only first names, no context and no exclusions: those would hold for the others too.
pub(super) fn together(service: Service, wanted: &[&Wanted]) -> Vec<(String, Vec<usize>)> {
    let limits = limits(service);
    let mut queries: Vec<(String, Vec<usize>)> = Vec::new();
    let mut open: (Vec<String>, Vec<usize>) = Default::default();
    for (place, account) in wanted.iter().enumerate() {
        let Some(name) = account.names.first().map(|name| quoted(name)) else { continue };
        let longer = any_of(&[open.0.as_slice(), std::slice::from_ref(&name)].concat());
        if !open.0.is_empty() && !fits(&longer, limits) {
            let (names, places) = std::mem::take(&mut open);
            queries.push((any_of(&names), places));
        }
        open.0.push(name);
        open.1.push(place);
    }
    if !open.0.is_empty() {
        queries.push((any_of(&open.0), open.1));
    }
    queries
}

/// `"Acme Robotics"`
fn quoted(name: &str) -> String {
    let name: String = name.chars().filter(|letter| !matches!(letter, '"' | '(' | ')')).collect();
    format!("\"{}\"", name.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// A single word as it is, several as a phrase.
fn term(words: &str) -> String {
    if words.trim().contains(|letter: char| !letter.is_alphanumeric()) {
        quoted(words)
    } else {
        words.trim().to_owned()
    }
}

/// `("a" OR "b")`; one alone stands without parentheses, which GDELT allows only around OR.
fn any_of(terms: &[String]) -> String {
    match terms {
        [one] => one.clone(),
        [] => String::new(),
        several => format!("({})", several.join(" OR ")),
    }
}

fn fits(query: &str, limits: Limits) -> bool {
    let words = query.split_whitespace().filter(|word| *word != "OR").count();
    query.chars().count() <= limits.most_characters && words <= limits.most_words
}
