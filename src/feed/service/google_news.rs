//! Google News, searched as RSS: `https://news.google.com/rss/search?q=…&hl=…&gl=…&ceid=…`.
//!
//! Google documents the operators (<https://support.google.com/websearch/answer/2466433>), not the address. Each item
//! names its publisher in `source url`; since July 2024 its link no longer holds the publisher's address, and is kept as
//! it is. The description repeats headline and publisher as a link and is no text of the article.

use url::Url;

use super::{Answer, Ask, Limits, Market, at, words};
use crate::feed::Parsed;

/// A web search counts no more than 32 words; a name's words count each.
pub(super) const LIMITS: Limits =
    Limits { least_minutes: 60, gap_seconds: 2, most_characters: 1_500, most_words: 30, together: true };

const BASE: &str = "https://news.google.com";

pub(super) fn address(ask: &Ask) -> Result<Url, String> {
    let mut url = at(ask, BASE, "/rss/search")?;
    let mut query = words(ask)?.to_owned();
    if ask.days > 0 && !query.contains("when:") {
        query.push_str(&format!(" when:{}d", ask.days));
    }
    url.query_pairs_mut().append_pair("q", &query);
    if let Some(market) = &ask.market {
        let (interface, edition) = edition(market);
        let ceid = format!("{}:{edition}", market.country);
        url.query_pairs_mut()
            .append_pair("hl", &interface)
            .append_pair("gl", &market.country)
            .append_pair("ceid", &ceid);
    }
    Ok(url)
}

/// `hl`, and the language of `ceid`, as Google's own pages write them.
fn edition(market: &Market) -> (String, String) {
    let Market { language, country } = market;
    match (language.as_str(), country.as_str()) {
        ("en", _) => (market.to_string(), "en".to_owned()),
        ("pt", "BR") => ("pt-BR".to_owned(), "pt-419".to_owned()),
        ("es", "ES") => ("es".to_owned(), "es".to_owned()),
        ("es", _) => ("es-419".to_owned(), "es-419".to_owned()),
        ("zh", "CN") => ("zh-CN".to_owned(), "zh-Hans".to_owned()),
        ("zh", "HK") => ("zh-HK".to_owned(), "zh-Hant".to_owned()),
        ("zh", "TW") => ("zh-TW".to_owned(), "zh-Hant".to_owned()),
        _ => (language.clone(), language.clone()),
    }
}

pub(super) fn read(answer: &Answer<'_>) -> Parsed {
    let mut parsed = answer.feed();
    let told = |parsed: &Parsed| parsed.entries.iter().any(|entry| entry.source.is_some());
    if parsed.understood && !parsed.entries.is_empty() && !told(&parsed) {
        return answer.changed("no entry names its publisher");
    }
    for entry in &mut parsed.entries {
        entry.summary = None;
        entry.content = None;
        let publisher = entry.source.as_ref().and_then(|source| source.name.as_deref());
        if let (Some(title), Some(publisher)) = (&entry.title, publisher)
            && let Some(bare) = title.strip_suffix(publisher).and_then(|rest| rest.strip_suffix(" - "))
        {
            entry.title = Some(bare.trim_end().to_owned());
        }
    }
    parsed
}
