//! Links that lead over somebody who counts clicks: the address behind them, where the link itself tells it (R27). No
//! request is made.

use url::Url;

use crate::address;

/// Who counts clicks: host without "www.", path, and the parameters that hold the address.
const COUNTERS: &[(&str, &str, &[&str])] = &[
    ("bing.com", "/news/apiclick.aspx", &["url"]),
    ("news.url.google.com", "", &["url", "q"]),
    ("google.com", "/url", &["url", "q"]),
    ("l.facebook.com", "/l.php", &["u"]),
    ("lm.facebook.com", "/l.php", &["u"]),
    ("linkedin.com", "/redir/redirect", &["url"]),
    ("out.reddit.com", "", &["url"]),
    ("youtube.com", "/redirect", &["q"]),
    ("slashdot.org", "/redirect", &["url"]),
];

/// Hosts whose pages hold no article: an aggregator that hides the publisher, or a talk about one.
const NO_PAGES: &[&str] = &[
    "news.google.com",
    "www.bing.com",
    "news.ycombinator.com",
    "www.reddit.com",
    "old.reddit.com",
    "bsky.app",
    "www.youtube.com",
];

/// The address that a link leads to, where it is one that counts clicks and tells.
#[must_use]
pub fn resolve(link: &str) -> Option<String> {
    let url = Url::parse(link).ok()?;
    let host = url.host_str()?;
    let host = host.strip_prefix("www.").unwrap_or(host);
    let (_, _, keys) = COUNTERS.iter().find(|(counter, path, _)| *counter == host && url.path().starts_with(path))?;
    let told = keys.iter().find_map(|key| url.query_pairs().find(|(name, _)| name == key).map(|(_, value)| value))?;
    let told = Url::parse(&told).ok().filter(|told| matches!(told.scheme(), "http" | "https") && told.has_host())?;
    Some(told.to_string())
}

/// True where the page behind a link can hold the text of an article.
#[must_use]
pub fn leads_to_page(link: &str) -> bool {
    address::host(link).is_none_or(|host| !NO_PAGES.contains(&host.as_str()))
}
