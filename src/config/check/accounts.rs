//! `watchlist.toml`.

use std::collections::BTreeSet;

use super::{Ids, is_blank, is_country};
use crate::config::document::Document;
use crate::config::problem::{Problem, did_you_mean};
use crate::model::Account;

/// What is wrong with these accounts. `known` are the ids of all accounts, those that could not be read included.
pub(in crate::config) fn accounts(
    accounts: &[Account],
    known: &BTreeSet<String>,
    document: &Document<'_>,
    problems: &mut Vec<Problem>,
) {
    let mut ids = Ids::of("account");
    for (place, account) in accounts.iter().enumerate() {
        let path = format!("account.{place}");
        ids.note(document, &path, account.id.as_str(), problems);
        names(account, &path, document, problems);
        values(account, &path, document, problems);
        for (number, relation) in account.relations.iter().enumerate() {
            let to = relation.to.as_str();
            let message = if to == account.id.as_str() {
                "points to itself"
            } else if known.contains(to) {
                continue;
            } else {
                "points to an account that is not in the watchlist"
            };
            let message = format!("relation of account `{}` to `{to}` {message}", account.id);
            let hint = did_you_mean(to, known.iter().map(String::as_str).filter(|id| *id != account.id.as_str()));
            problems.push(document.problem(&format!("{path}.relations.{number}.to"), message, hint));
        }
    }
}

/// Names that say nothing, and domains that are none.
fn names(account: &Account, path: &str, document: &Document<'_>, problems: &mut Vec<Problem>) {
    let id = &account.id;
    let mut empty = |path: String, what: &str| {
        problems.push(document.problem(&path, format!("empty {what} in account `{id}`"), None));
    };
    if is_blank(&account.name) {
        empty(format!("{path}.name"), "name");
    }
    for (place, _) in account.aliases.iter().enumerate().filter(|(_, alias)| is_blank(&alias.text)) {
        empty(format!("{path}.aliases.{place}"), "alias");
    }
    for (place, _) in account.contacts.iter().enumerate().filter(|(_, contact)| is_blank(&contact.name)) {
        empty(format!("{path}.contacts.{place}.name"), "name of a contact");
    }
    for (key, list) in [
        ("tickers", &account.tickers),
        ("people", &account.people),
        ("products", &account.products),
        ("context.require", &account.context.require),
        ("context.exclude", &account.context.exclude),
    ] {
        for (place, _) in list.iter().enumerate().filter(|(_, text)| is_blank(text)) {
            empty(format!("{path}.{key}.{place}"), &format!("entry of `{key}`"));
        }
    }
    for (place, domain) in account.domains.iter().enumerate().filter(|(_, domain)| !is_domain(domain)) {
        let message = format!("`{domain}` in account `{id}` is no domain");
        let hint = "write it without scheme and path: \"acme.com\"".to_owned();
        problems.push(document.problem(&format!("{path}.domains.{place}"), message, Some(hint)));
    }
}

/// Figures and codes that make no sense.
fn values(account: &Account, path: &str, document: &Document<'_>, problems: &mut Vec<Problem>) {
    let id = &account.id;
    let mut wrong = |key: &str, message: &str| {
        let message = format!("`{key}` in account `{id}` {message}");
        problems.push(document.problem(&format!("{path}.{key}"), message, None));
    };
    if account.yearly_value.is_some_and(|value| !value.is_finite() || value < 0.0) {
        wrong("yearly_value", "must be a number from 0 up");
    }
    if account.cadence_days == Some(0) {
        wrong("cadence_days", "must be 1 or more");
    }
    if account.country.as_ref().is_some_and(|code| !is_country(code)) {
        wrong("country", "must be two capital letters, such as DE");
    }
    let number = |cik: &String| !cik.is_empty() && cik.len() <= 10 && cik.bytes().all(|byte| byte.is_ascii_digit());
    if account.cik.as_ref().is_some_and(|cik| !number(cik)) {
        wrong("cik", "must be a number of ten digits at most, such as 0000320193");
    }
    for (place, text) in account.social.iter().enumerate() {
        if let Err(why) = crate::feed::service::handle(text) {
            let message = format!("`social` in account `{id}`: {why}");
            problems.push(document.problem(&format!("{path}.social.{place}"), message, None));
        }
    }
    for (place, contact) in account.contacts.iter().enumerate() {
        if contact.email.as_ref().is_some_and(|address| !is_mail_address(address)) {
            let message = format!("the mail address of {} in account `{id}` is none", contact.name);
            problems.push(document.problem(&format!("{path}.contacts.{place}.email"), message, None));
        }
    }
}

fn is_domain(text: &str) -> bool {
    text.contains('.') && matches!(url::Host::parse(text), Ok(url::Host::Domain(_)))
}

/// Something before and after one `@`, without blanks and control characters: enough to catch slips (R52).
fn is_mail_address(text: &str) -> bool {
    let plain = !text.chars().any(|letter| letter.is_whitespace() || letter.is_control());
    plain
        && text.split_once('@').is_some_and(|(name, host)| !name.is_empty() && !host.is_empty() && !host.contains('@'))
}
