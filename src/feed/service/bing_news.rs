//! Bing News, searched as RSS: `https://www.bing.com/news/search?q=…&format=rss`.
//!
//! Operators: <https://help.bing.microsoft.com/apex/index/18/ta/10002> (only the first ten terms of a query count). A link
//! leads over `apiclick.aspx`, whose `url` parameter is the publisher's address; the publisher's name stands in
//! `News:Source`.

use url::Url;

use super::{Answer, Ask, Limits, at, words};
use crate::address;
use crate::feed::{Parsed, tree};
use crate::model::EntrySource;

/// A name's words count each, to be safe.
pub(super) const LIMITS: Limits =
    Limits { least_minutes: 60, gap_seconds: 2, most_characters: 1_000, most_words: 10, together: true };

const BASE: &str = "https://www.bing.com";

pub(super) fn address(ask: &Ask) -> Result<Url, String> {
    let mut url = at(ask, BASE, "/news/search")?;
    url.query_pairs_mut()
        .append_pair("q", words(ask)?)
        .append_pair("qft", "sortbydate=\"1\"")
        .append_pair("format", "rss");
    if let Some(market) = &ask.market {
        url.query_pairs_mut().append_pair("mkt", &market.to_string());
    }
    Ok(url)
}

pub(super) fn read(answer: &Answer<'_>) -> Parsed {
    let mut parsed = answer.feed();
    if !parsed.understood {
        return parsed;
    }
    let names = publishers(answer);
    for (entry, name) in parsed.entries.iter_mut().zip(&names) {
        let resolved = entry.link.as_deref().and_then(super::resolve);
        entry.link = resolved.or_else(|| entry.link.take());
        let url = entry.link.as_deref().and_then(address::host).map(|host| format!("https://{host}/"));
        if entry.source.is_none() && (name.is_some() || url.is_some()) {
            entry.source = Some(EntrySource { name: name.clone(), url });
        }
    }
    let hidden = |link: &str| address::host(link).is_some_and(|host| host.ends_with("bing.com"));
    if !parsed.entries.is_empty() && parsed.entries.iter().all(|entry| entry.link.as_deref().is_none_or(hidden)) {
        return answer.changed("no link leads to a publisher");
    }
    parsed
}

/// `News:Source` of each item, in order.
fn publishers(answer: &Answer<'_>) -> Vec<Option<String>> {
    let (text, mut warnings) = crate::feed::text_of(answer.bytes, answer.content_type);
    let tree = tree::read(&text, &mut warnings);
    let Some(channel) =
        tree.root().children().flat_map(tree::Element::children).find(|child| child.name() == "channel")
    else {
        return Vec::new();
    };
    let items = channel.children().filter(|child| child.name() == "item");
    items
        .map(|item| {
            let source = item.children().find(|child| child.name() == "source")?;
            source.text().map(|name| crate::text::sanitise::plain_line(&name)).filter(|name| !name.is_empty())
        })
        .collect()
}
