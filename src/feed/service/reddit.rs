//! Reddit, searched or by subreddit, as Atom: <https://www.reddit.com/wiki/rss>.
//!
//! "r/robotics" is what is new there, "r/robotics \"Acme Robotics\"" is a search in it. Where an entry submits a page of
//! somebody else, that page is the article; the link to it is the one named `[link]` in the content.

use url::Url;

use super::{Answer, Ask, Limits, at, words};
use crate::address;
use crate::feed::Parsed;
use crate::model::EntrySource;

/// About ten requests a minute without an account.
pub(super) const LIMITS: Limits =
    Limits { least_minutes: 60, gap_seconds: 7, most_characters: 500, most_words: 60, together: true };

const BASE: &str = "https://www.reddit.com";

/// Hosts whose pages are Reddit's own.
const OWN: &[&str] = &["reddit.com", "redd.it", "redditmedia.com"];

pub(super) fn address(ask: &Ask) -> Result<Url, String> {
    let query = words(ask)?;
    let (subreddit, rest) = match query.strip_prefix("r/") {
        Some(query) => {
            let (name, rest) = query.split_once(char::is_whitespace).unwrap_or((query, ""));
            if name.is_empty() || !name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_') {
                return Err(format!("`r/{name}` is no subreddit"));
            }
            (Some(name), rest.trim())
        }
        None => (None, query),
    };
    if let (Some(name), "") = (subreddit, rest) {
        return at(ask, BASE, &format!("/r/{name}/new.rss"));
    }
    let path = subreddit.map_or_else(|| "/search.rss".to_owned(), |name| format!("/r/{name}/search.rss"));
    let mut url = at(ask, BASE, &path)?;
    let span = if ask.days <= 1 { "day" } else { "week" };
    url.query_pairs_mut().append_pair("q", rest).append_pair("sort", "new").append_pair("t", span);
    if subreddit.is_some() {
        url.query_pairs_mut().append_pair("restrict_sr", "1");
    }
    Ok(url)
}

pub(super) fn read(answer: &Answer<'_>) -> Parsed {
    let mut parsed = answer.feed();
    for entry in &mut parsed.entries {
        let content = entry.content.take();
        let outside = content.as_deref().and_then(submitted).filter(|link| !is_own(link));
        let (host, name) = match outside.as_deref().and_then(address::host) {
            Some(host) => (host.clone(), host.trim_start_matches("www.").to_owned()),
            None => ("www.reddit.com".to_owned(), "Reddit".to_owned()),
        };
        entry.source = Some(EntrySource { name: Some(name), url: Some(format!("https://{host}/")) });
        match outside {
            // The rest of the content is "submitted by" and two links.
            Some(link) => {
                entry.link = Some(link);
                entry.summary = None;
            }
            None => entry.content = content,
        }
    }
    parsed
}

/// Where the link named `[link]` leads.
fn submitted(content: &str) -> Option<String> {
    let before = content.split("[link]</a>").next().filter(|before| before.len() < content.len())?;
    let start = before.rfind("href=\"")? + "href=\"".len();
    let link = before.get(start..)?.split('"').next()?;
    Some(link.replace("&amp;", "&"))
}

fn is_own(link: &str) -> bool {
    address::domain(link).is_none_or(|domain| OWN.contains(&domain.as_str()))
}
