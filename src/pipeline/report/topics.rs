//! How much was told of each topic, from where, and what moved.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use super::compose::one_line;
use super::{Material, Moved, Request, Topic, sharing};
use crate::model::{Account, AccountKind, Source};
use crate::store::tellings::Teller;

/// Stories told for each topic.
pub(super) const MOST_MOVED: u32 = 2;

/// Country-code domains that are sold the world over as words; they say nothing of a place.
const WORDS_AND_NO_PLACES: &[&str] = &["ai", "cc", "co", "fm", "gg", "io", "ly", "me", "to", "tv", "ws"];

/// Every topic, those with most stories first.
pub(super) fn topics(material: &Material, request: &Request) -> Vec<Topic> {
    let topics = request.watchlist.accounts().iter().filter(|account| account.kind == AccountKind::Topic);
    let mut topics: Vec<Topic> = topics.map(|topic| of_topic(topic, material, request)).collect();
    topics.sort_by(|one, other| (Reverse(one.stories), &one.account).cmp(&(Reverse(other.stories), &other.account)));
    topics
}

fn of_topic(topic: &Account, material: &Material, request: &Request) -> Topic {
    let now = material.volumes.iter().find(|volume| volume.account == topic.id);
    let before = material.volumes_before.iter().find(|volume| volume.account == topic.id);
    let tellers = material.tellers.iter().filter(|teller| teller.account == topic.id);
    let countries: BTreeSet<String> = tellers.filter_map(|teller| country(teller, request.sources)).collect();
    let moved = material.most_told.iter().filter(|(account, _)| *account == topic.id);
    Topic {
        account: topic.id.clone(),
        name: topic.name.clone(),
        reports: now.map_or(0, |volume| volume.articles),
        stories: now.map_or(0, |volume| volume.stories),
        stories_before: before.map_or(0, |volume| volume.stories),
        publishers: now.map_or(0, |volume| volume.publishers),
        countries: countries.into_iter().collect(),
        moved: moved
            .map(|(_, told)| Moved {
                story: told.story.clone(),
                title: one_line(&told.title),
                publishers: told.origins,
            })
            .collect(),
        worth_sharing: sharing::of_topic(topic, material, request),
    }
}

/// Where a publisher is: as its source says; else by its domain, where that is of a country (RFC 1591, section 2).
fn country(teller: &Teller, sources: &[Source]) -> Option<String> {
    let feed = teller.feed.as_ref();
    let source = sources.iter().find(|source| source.feeds.iter().any(|own| Some(&own.id) == feed));
    let stated = source.and_then(|source| source.country.as_deref()).map(str::to_uppercase);
    stated.or_else(|| {
        let last = teller.domain.rsplit('.').next().unwrap_or_default().to_lowercase();
        let is_code = last.len() == 2 && last.bytes().all(|letter| letter.is_ascii_lowercase());
        match last.as_str() {
            // The one country whose domain is not its code of ISO 3166.
            "uk" => Some("GB".to_owned()),
            "eu" => None,
            word if is_code && !WORDS_AND_NO_PLACES.contains(&word) => Some(word.to_uppercase()),
            _ => None,
        }
    })
}
