//! GDELT DOC 2.0: full-text search of the world's news of the last three months, as JSON.
//!
//! <https://blog.gdeltproject.org/gdelt-doc-2-0-api-debuts/>. It asks for no more than one request every five seconds and
//! says so as plain text, also with status 200. Parentheses may only stand around OR. Nothing found is `{}`.

use chrono::NaiveDateTime;
use serde_json::Value;
use url::Url;

use super::{Answer, Ask, Limits, at, language, words};
use crate::address;
use crate::feed::Parsed;
use crate::model::{Entry, EntrySource, FeedInfo, Time};
use crate::text::sanitise::line_of_html;

/// Long queries are refused; where exactly is not documented, so that these stay short.
pub(super) const LIMITS: Limits =
    Limits { least_minutes: 60, gap_seconds: 6, most_characters: 200, most_words: 60, together: true };

const BASE: &str = "https://api.gdeltproject.org";

pub(super) fn address(ask: &Ask) -> Result<Url, String> {
    let mut url = at(ask, BASE, "/api/v2/doc/doc")?;
    let mut query = words(ask)?.to_owned();
    if let Some(name) = ask.market.as_ref().and_then(|market| language::name_of(&market.language))
        && !query.contains("sourcelang:")
    {
        query.push_str(" sourcelang:");
        query.push_str(name);
    }
    url.query_pairs_mut()
        .append_pair("query", &query)
        .append_pair("mode", "artlist")
        .append_pair("format", "json")
        .append_pair("maxrecords", "250")
        .append_pair("sort", "datedesc")
        .append_pair("timespan", &format!("{}d", ask.days.clamp(1, 90)));
    Ok(url)
}

pub(super) fn read(answer: &Answer<'_>) -> Parsed {
    let Some(document) = answer.json() else { return answer.trouble() };
    let Some(object) = document.as_object() else { return answer.changed("its answer is no object") };
    let found = match object.get("articles") {
        None if object.is_empty() => &[],
        Some(Value::Array(found)) => found.as_slice(),
        _ => return answer.changed("there is no list `articles`"),
    };
    let entries: Vec<Entry> = found.iter().filter_map(entry).collect();
    if !found.is_empty() && entries.is_empty() {
        return answer.changed("no article has `url` and `title`");
    }
    let feed = FeedInfo { title: Some("GDELT".to_owned()), ..FeedInfo::default() };
    Parsed { feed, entries, understood: true, ..Parsed::default() }
}

fn entry(found: &Value) -> Option<Entry> {
    let text = |name: &str| found[name].as_str().map(str::trim).filter(|text| !text.is_empty());
    let url = text("url")?;
    let title = mended(&line_of_html(text("title")?));
    let domain = text("domain").map(str::to_owned).or_else(|| address::host(url))?;
    Some(Entry {
        link: Some(url.to_owned()),
        title: Some(title),
        published: text("seendate").and_then(seen),
        language: text("language").and_then(language::code_of).map(str::to_owned),
        source: Some(EntrySource { name: Some(domain.clone()), url: Some(format!("https://{domain}/")) }),
        ..Entry::default()
    })
}

/// "20260302T101500Z": when GDELT saw it, a quarter of an hour after it was published or less.
fn seen(text: &str) -> Option<Time> {
    NaiveDateTime::parse_from_str(text, "%Y%m%dT%H%M%SZ").ok().map(|at| at.and_utc())
}

/// Titles come in pieces, with blanks before marks ("Acme , Globex agree : what comes next ?").
fn mended(title: &str) -> String {
    let mut text = title.to_owned();
    for mark in [",", ".", ":", ";", "?", "!", ")", "%", "’", "'s"] {
        text = text.replace(&format!(" {mark}"), mark);
    }
    for mark in ["(", "$", "€", "£"] {
        text = text.replace(&format!("{mark} "), mark);
    }
    text
}
