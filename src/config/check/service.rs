//! Feeds of services in `sources.toml`, and `[searches]` in `tidings.toml`.

use super::wrong_address;
use crate::config::document::Document;
use crate::config::problem::{Problem, did_you_mean};
use crate::feed::service::{Market, Settings};
use crate::model::{Feed, FeedKind, Service};

/// What is wrong with a feed of a service.
pub(super) fn one_feed(feed: &Feed, document: &Document<'_>, path: &str, problems: &mut Vec<Problem>) {
    let id = &feed.id;
    let mut wrong = |key: &str, message: String, hint: Option<String>| {
        let place = if key.is_empty() { path.to_owned() } else { format!("{path}.{key}") };
        problems.push(document.problem(&place, message, hint));
    };
    let Some(service) = feed.service else {
        let fitting = services_of(feed.kind);
        wrong("kind", format!("missing key `service` in feed `{id}`"), Some(format!("one of: {fitting}")));
        return;
    };
    if feed.kind != FeedKind::Rss && feed.kind != service.kind() {
        let hint = format!("one of: {}", services_of(feed.kind));
        let message = format!("`service` in feed `{id}`: {} is of another kind", service.as_str());
        wrong("service", message, Some(hint));
    }
    if feed.url.is_empty() && feed.query.is_none() && feed.account.is_none() {
        let hint = "write what to ask for (`query`), or whom to look for (`account`)".to_owned();
        wrong("", format!("missing key `query` in feed `{id}`"), Some(hint));
    }
    if feed.market.as_ref().is_some_and(|market| Market::parse(market).is_none()) {
        wrong("market", format!("`market` in feed `{id}` must be language and country, such as de-DE"), None);
    }
}

/// What is wrong with the settings of searches.
pub(super) fn searches(settings: &Settings, document: &Document<'_>, problems: &mut Vec<Problem>) {
    for (place, service) in settings.services.iter().enumerate().filter(|(_, one)| one.kind() != FeedKind::Search) {
        let message = format!("`services` in [searches]: {} is no search", service.as_str());
        let hint = match service.kind() {
            FeedKind::Filing => "filings are followed by `filings = true`".to_owned(),
            _ => "what stands in `social` of an account is followed by `social = true`".to_owned(),
        };
        problems.push(document.problem(&format!("searches.services.{place}"), message, Some(hint)));
    }
    for (place, market) in settings.markets.iter().enumerate().filter(|(_, one)| Market::parse(one).is_none()) {
        let message = format!("`markets` in [searches]: `{market}` is no language and country");
        let hint = Some("write it as de-DE".to_owned());
        problems.push(document.problem(&format!("searches.markets.{place}"), message, hint));
    }
    for (name, url) in &settings.base {
        let path = format!("searches.base.{name}");
        if !Service::ALL.iter().any(|service| service.as_str() == name) {
            let hint = did_you_mean(name, Service::ALL.iter().map(|service| service.as_str()));
            problems.push(document.problem(&path, format!("`base` in [searches]: no service `{name}`"), hint));
        } else if let Some(why) = wrong_address(url) {
            problems.push(document.problem(&path, format!("`base.{name}` in [searches] {why}"), None));
        }
    }
}

fn services_of(kind: FeedKind) -> String {
    let names: Vec<&str> =
        Service::ALL.iter().filter(|service| service.kind() == kind).map(|service| service.as_str()).collect();
    names.join(", ")
}
