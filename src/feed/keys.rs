//! What an entry is known by from poll to poll (R40, R41).

use std::collections::HashMap;

use crate::model::{Entry, FeedId, id};

/// A key for each entry, in order: the feed with the entry's id, else its link, else title and date. Where entries of one
/// document share an id (some feeds give all the same), each gets its link or title added, so that every one is kept; this
/// does not depend on their order. Entries that agree in all of that are numbered.
#[must_use]
pub fn entry_keys(feed: &FeedId, entries: &[Entry]) -> Vec<String> {
    let mut keys: Vec<String> = entries.iter().map(|entry| plain_key(feed, entry)).collect();
    for part in [link_part, title_part, date_part] {
        let counts = count(&keys);
        for (key, entry) in keys.iter_mut().zip(entries) {
            if counts.get(key.as_str()).is_some_and(|count| *count > 1) {
                let added = part(entry);
                if !added.is_empty() {
                    *key = format!("{key}+{}", id::short_hash(&[&added]));
                }
            }
        }
    }
    number_the_rest(&mut keys);
    keys
}

fn plain_key(feed: &FeedId, entry: &Entry) -> String {
    let filled =
        |text: &Option<String>| text.as_deref().map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned);
    if let Some(guid) = filled(&entry.id) {
        return format!("{feed}:{}", id::short_hash(&["id", &guid]));
    }
    if let Some(link) = filled(&entry.link) {
        return format!("{feed}:{}", id::short_hash(&["link", &link]));
    }
    format!("{feed}:{}", id::short_hash(&["title", &title_part(entry), &date_part(entry)]))
}

fn link_part(entry: &Entry) -> String {
    entry.link.clone().unwrap_or_default()
}

fn title_part(entry: &Entry) -> String {
    entry.title.clone().unwrap_or_default()
}

fn date_part(entry: &Entry) -> String {
    let date = entry.published.or(entry.updated).map(|at| at.to_rfc3339());
    date.or_else(|| entry.date_text.clone()).unwrap_or_default()
}

fn count(keys: &[String]) -> HashMap<String, usize> {
    let mut counts = HashMap::new();
    for key in keys {
        *counts.entry(key.clone()).or_insert(0) += 1;
    }
    counts
}

fn number_the_rest(keys: &mut [String]) {
    let mut seen: HashMap<String, usize> = HashMap::new();
    for key in keys {
        let times = seen.entry(key.clone()).or_insert(0);
        *times += 1;
        if *times > 1 {
            *key = format!("{key}+{times}");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(id: &str, link: &str, title: &str) -> Entry {
        let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        Entry { id: some(id), link: some(link), title: some(title), ..Entry::default() }
    }

    fn keys(entries: &[Entry]) -> Vec<String> {
        entry_keys(&FeedId::from("f"), entries)
    }

    #[test]
    fn r40_every_entry_has_its_own_key() {
        let same =
            [entry("1", "https://a.example/1", "A"), entry("1", "https://a.example/2", "A"), entry("1", "", "B")];
        let mut all = keys(&same);
        all.extend(keys(&[entry("", "", ""), entry("", "", "")]));
        all.sort();
        all.dedup();
        assert_eq!(all.len(), 5);
    }

    #[test]
    fn r41_the_key_outlives_title_link_and_order() {
        let (one, two) = (entry("1", "https://a.example/1", "A"), entry("2", "https://a.example/2", "B"));
        let edited = entry("1", "https://a.example/moved", "A, edited");
        assert_eq!(keys(&[one.clone(), two.clone()])[0], keys(&[two, edited])[1]);
        let (same, other) = (entry("0", "https://a.example/1", "A"), entry("0", "https://a.example/2", "B"));
        assert_eq!(keys(&[same.clone(), other.clone()])[0], keys(&[other, same])[1]);
        assert_ne!(keys(&[entry("x", "", "")]), keys(&[entry("", "x", "")]));
    }
}
