//! Hacker News, searched by Algolia, newest first: <https://hn.algolia.com/api>.
//!
//! It knows no OR: each account is asked for alone, by its first name. Stories only; comments prove nothing.

use chrono::DateTime;
use serde_json::Value;
use url::Url;

use super::{Answer, Ask, Limits, at, words};
use crate::address;
use crate::feed::Parsed;
use crate::model::{Entry, EntrySource, FeedInfo};
use crate::text::sanitise::{Cleaners, line_of_html};

/// 10,000 requests an hour are allowed for one address.
pub(super) const LIMITS: Limits =
    Limits { least_minutes: 60, gap_seconds: 1, most_characters: 500, most_words: 50, together: false };

const BASE: &str = "https://hn.algolia.com";

pub(super) fn address(ask: &Ask) -> Result<Url, String> {
    let mut url = at(ask, BASE, "/api/v1/search_by_date")?;
    url.query_pairs_mut()
        .append_pair("query", words(ask)?)
        .append_pair("tags", "story")
        .append_pair("advancedSyntax", "true")
        .append_pair("hitsPerPage", "50");
    Ok(url)
}

pub(super) fn read(answer: &Answer<'_>) -> Parsed {
    let Some(document) = answer.json() else { return answer.trouble() };
    let Some(found) = document["hits"].as_array() else {
        return match document["message"].as_str() {
            Some(message) => answer.changed(&format!("it says {message:?}")),
            None => answer.changed("there is no list `hits`"),
        };
    };
    let mut cleaners = Cleaners::default();
    let entries: Vec<Entry> = found.iter().filter_map(|story| entry(story, &mut cleaners)).collect();
    if !found.is_empty() && entries.is_empty() {
        return answer.changed("no story has `objectID` and `title`");
    }
    let feed = FeedInfo { title: Some("Hacker News".to_owned()), ..FeedInfo::default() };
    Parsed { feed, entries, understood: true, ..Parsed::default() }
}

fn entry(story: &Value, cleaners: &mut Cleaners) -> Option<Entry> {
    let text = |name: &str| story[name].as_str().map(str::trim).filter(|text| !text.is_empty());
    let id = text("objectID")?;
    let discussion = format!("https://news.ycombinator.com/item?id={id}");
    let outside = text("url").and_then(|url| Some((url, address::host(url)?)));
    let source = match &outside {
        Some((_, host)) => {
            let host = host.strip_prefix("www.").unwrap_or(host);
            EntrySource { name: Some(host.to_owned()), url: Some(format!("https://{host}/")) }
        }
        None => {
            EntrySource { name: Some("Hacker News".to_owned()), url: Some("https://news.ycombinator.com/".to_owned()) }
        }
    };
    let seconds = story["created_at_i"].as_i64();
    Some(Entry {
        id: Some(discussion.clone()),
        link: Some(outside.map_or(discussion, |(url, _)| url.to_owned())),
        title: Some(line_of_html(text("title")?)),
        published: seconds.and_then(|seconds| DateTime::from_timestamp(seconds, 0)),
        summary: text("story_text").map(|markup| cleaners.with_base(None).html(markup)),
        authors: text("author").map(str::to_owned).into_iter().collect(),
        source: Some(source),
        ..Entry::default()
    })
}
