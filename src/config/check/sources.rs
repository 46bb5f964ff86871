//! `sources.toml`.

use std::collections::{BTreeSet, HashMap};

use super::{Ids, is_blank, is_country, service, wrong_address};
use crate::config::document::Document;
use crate::config::problem::{Problem, did_you_mean};
use crate::config::settings::Retention;
use crate::model::{Feed, FeedKind, Source};

/// What is wrong with these sources. `accounts` are the ids of all accounts; nothing where the watchlist is not known.
pub(in crate::config) fn sources(
    sources: &[Source],
    accounts: Option<&BTreeSet<String>>,
    document: &Document<'_>,
    problems: &mut Vec<Problem>,
) {
    let mut ids = Ids::of("source");
    let mut feeds = Ids::of("feed");
    let mut addresses: HashMap<&str, String> = HashMap::new();
    for (place, source) in sources.iter().enumerate() {
        let path = format!("source.{place}");
        ids.note(document, &path, source.id.as_str(), problems);
        let mut wrong = |key: &str, message: &str| {
            let message = format!("`{key}` in source `{}` {message}", source.id);
            problems.push(document.problem(&format!("{path}.{key}"), message, None));
        };
        if is_blank(&source.name) {
            wrong("name", "is empty");
        }
        if source.country.as_ref().is_some_and(|code| !is_country(code)) {
            wrong("country", "must be two capital letters, such as DE");
        }
        if source.language.as_ref().is_some_and(|code| !is_language(code)) {
            wrong("language", "must be two small letters, such as de");
        }
        if source.retention_days.is_some_and(|days| (1..Retention::LEAST_DAYS).contains(&days)) {
            wrong("retention_days", &format!("must be 0 or at least {}", Retention::LEAST_DAYS));
        }
        for (number, feed) in source.feeds.iter().enumerate() {
            let path = format!("{path}.feed.{number}");
            feeds.note(document, &path, feed.id.as_str(), problems);
            one_feed(source, feed, accounts, (document, &path), problems);
            let place = format!("{path}.url");
            // A service is asked at an address that is not written.
            if feed.url.is_empty() {
                continue;
            }
            if let Some(first) = addresses.insert(&feed.url, place.clone()) {
                let line = document.line(&first);
                let message = format!("feed `{}` has the same `url` as the one in line {line}", feed.id);
                problems.push(document.problem(&place, message, None));
            }
        }
    }
}

fn one_feed(
    source: &Source,
    feed: &Feed,
    accounts: Option<&BTreeSet<String>>,
    (document, path): (&Document<'_>, &str),
    problems: &mut Vec<Problem>,
) {
    let id = &feed.id;
    if feed.service.is_some() || matches!(feed.kind, FeedKind::Search | FeedKind::Filing) {
        service::one_feed(feed, document, path, problems);
    } else if feed.url.is_empty() {
        problems.push(document.problem(path, format!("missing key `url` in feed `{id}`"), None));
    }
    if let Some(why) = wrong_address(&feed.url).filter(|_| !feed.url.is_empty()) {
        problems.push(document.problem(&format!("{path}.url"), format!("`url` in feed `{id}` {why}"), None));
    }
    if feed.every_minutes == Some(0) && !source.own {
        let message = format!("`every_minutes` in feed `{id}` is 0");
        let hint = "only a server of your own may be polled without pause: set `own = true` in its source".to_owned();
        problems.push(document.problem(&format!("{path}.every_minutes"), message, Some(hint)));
    }
    super::kinds::kind_of(feed, document, path, problems);
    if let (Some(account), Some(accounts)) = (&feed.account, accounts)
        && !accounts.contains(account.as_str())
    {
        let message = format!("`account` in feed `{id}` names `{account}`, which is not in the watchlist");
        let hint = did_you_mean(account.as_str(), accounts.iter().map(String::as_str));
        problems.push(document.problem(&format!("{path}.account"), message, hint));
    }
}

/// Two small letters, as of ISO 639-1.
fn is_language(code: &str) -> bool {
    code.len() == 2 && code.bytes().all(|byte| byte.is_ascii_lowercase())
}
