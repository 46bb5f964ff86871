//! Mastodon: `https://HOST/@NAME.rss` and `https://HOST/tags/NAME.rss`, the RSS of its pages (`config/routes.rb` and
//! `app/views` of <https://github.com/mastodon/mastodon>). Entries have no titles, and boosts are not among them.

use url::Url;

use super::{Answer, Ask, Limits, at, handle, words};
use crate::feed::Parsed;

/// 300 requests in five minutes (<https://docs.joinmastodon.org/api/rate-limits/>).
pub(super) const LIMITS: Limits =
    Limits { least_minutes: 60, gap_seconds: 1, most_characters: 200, most_words: 1, together: false };

pub(super) fn address(ask: &Ask) -> Result<Url, String> {
    let query = words(ask)?;
    let wrong =
        || format!("`{query}` is no account or tag of Mastodon: write \"@acme@mastodon.example\" or \"#robots@…\"");
    let (sort, rest) = match query.strip_prefix('#') {
        Some(rest) => ("/tags/", rest),
        None => ("/@", query.strip_prefix('@').unwrap_or(query)),
    };
    let (name, host) = rest.split_once('@').ok_or_else(wrong)?;
    let fine = |letter: char| letter.is_alphanumeric() || "_.-".contains(letter);
    if name.is_empty() || !name.chars().all(fine) || !host.contains('.') || !host.chars().all(fine) {
        return Err(wrong());
    }
    at(ask, &format!("https://{host}"), &format!("{sort}{name}.rss"))
}

pub(super) fn read(answer: &Answer<'_>) -> Parsed {
    let mut parsed = answer.feed();
    handle::name_entries(&mut parsed.entries);
    parsed
}
