//! JSON Feed 1.0 and 1.1 (jsonfeed.org/version/1.1), read leniently: a field of the wrong type is missing, not an error.

use serde_json::Value;
use url::Url;

use super::links::absolute;
use super::wording::Wording;
use super::{Parsed, date, person};
use crate::model::{Enclosure, Entry, FeedInfo, PollHints, Time, Warning};
use crate::text::sanitise::{Cleaner, line_of_html, plain_line};

/// Reads a document that begins like a JSON object.
pub(super) fn read(text: &str, base: Option<&Url>, warnings: Vec<Warning>) -> Parsed {
    let document: Value = match serde_json::from_str(text) {
        Ok(document) => document,
        Err(error) => {
            return Parsed::not_understood(Warning::new("bad_json", format!("broken JSON: {error}")), warnings);
        }
    };
    let versioned = document["version"].as_str().is_some_and(|version| version.contains("jsonfeed.org"));
    if !versioned && !document["items"].is_array() {
        return Parsed::not_understood(Warning::new("json", "this is some other JSON, not a feed"), warnings);
    }
    let link = string(&document["home_page_url"]).and_then(|link| absolute(&link, base));
    let base = base.cloned().or_else(|| link.as_deref().and_then(|link| Url::parse(link).ok()));
    let cleaner = Cleaner::new(base.as_ref());
    let shared = authors(&document);
    let items = document["items"].as_array().map(Vec::as_slice).unwrap_or_default();
    let entries: Vec<Entry> = items
        .iter()
        .filter(|item| item.is_object())
        .map(|item| {
            let mut entry = read_entry(item, base.as_ref(), &cleaner);
            if entry.authors.is_empty() {
                entry.authors.clone_from(&shared);
            }
            entry
        })
        .collect();
    let feed = FeedInfo {
        title: string(&document["title"]).and_then(|title| filled(line_of_html(&title))),
        link,
        description: string(&document["description"]).and_then(|text| filled(line_of_html(&text))),
        language: string(&document["language"]).map(|tag| plain_line(&tag)),
        updated: entries.iter().filter_map(|entry| entry.updated.or(entry.published)).max(),
        ttl_minutes: None,
    };
    let hubs = document["hubs"].as_array().map(Vec::as_slice).unwrap_or_default();
    let websub = |hub: &&Value| hub["type"].as_str().is_some_and(|kind| kind.eq_ignore_ascii_case("websub"));
    let hints = PollHints {
        hub: hubs.iter().find(websub).and_then(|hub| string(&hub["url"])).and_then(|url| absolute(&url, base.as_ref())),
        own_url: string(&document["feed_url"]).and_then(|url| absolute(&url, base.as_ref())),
        ..PollHints::default()
    };
    Parsed { feed, entries, hints, warnings, understood: true }
}

fn read_entry(item: &Value, base: Option<&Url>, cleaner: &Cleaner) -> Entry {
    let address = |name: &str| string(&item[name]).and_then(|url| absolute(&url, base));
    let (published, unread) = when(&item["date_published"]);
    let (updated, other) = when(&item["date_modified"]);
    let html = string(&item["content_html"]).and_then(|html| Wording::Html(html).html(cleaner));
    let text = || string(&item["content_text"]).and_then(|text| Wording::Plain(text).html(cleaner));
    let tags = item["tags"].as_array().map(Vec::as_slice).unwrap_or_default();
    let attachments = item["attachments"].as_array().map(Vec::as_slice).unwrap_or_default();
    Entry {
        id: string(&item["id"]),
        title: string(&item["title"]).and_then(|title| filled(line_of_html(&title))),
        link: address("url").or_else(|| address("external_url")),
        published,
        updated,
        date_text: if published.is_some() { None } else { unread.or(other) },
        summary: string(&item["summary"]).and_then(|text| Wording::guessed(text).html(cleaner)),
        content: html.or_else(text),
        authors: authors(item),
        categories: tags.iter().filter_map(string).map(|tag| plain_line(&tag)).collect(),
        enclosures: attachments.iter().filter_map(|attachment| enclosure(attachment, base)).collect(),
        source: None,
        language: string(&item["language"]).map(|tag| plain_line(&tag)),
    }
}

fn enclosure(attachment: &Value, base: Option<&Url>) -> Option<Enclosure> {
    Some(Enclosure {
        url: absolute(&string(&attachment["url"])?, base)?,
        media_type: string(&attachment["mime_type"]),
        length: attachment["size_in_bytes"].as_u64(),
    })
}

/// `authors` of version 1.1, else `author` of 1.0: name, else address.
fn authors(holder: &Value) -> Vec<String> {
    let listed = holder["authors"].as_array().map(Vec::as_slice).unwrap_or_default();
    let all = listed.iter().chain(std::iter::once(&holder["author"]));
    let mut names: Vec<String> = Vec::new();
    for author in all {
        let name = string(&author["name"]).or_else(|| string(author)).and_then(|name| person::of_text(&name));
        if let Some(name) = name.filter(|name| !names.contains(name)) {
            names.push(name);
        }
    }
    names
}

fn when(value: &Value) -> (Option<Time>, Option<String>) {
    let Some(text) = string(value) else { return (None, None) };
    match date::read(&text) {
        Some(at) => (Some(at), None),
        None => (None, filled(plain_line(&text).chars().take(200).collect())),
    }
}

/// A filled string, or a number as one (some write ids so).
fn string(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => filled(text.trim().to_owned()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

fn filled(text: String) -> Option<String> {
    (!text.is_empty()).then_some(text)
}
