//! Bluesky: `https://bsky.app/profile/HANDLE/rss`, announced in the head of each profile's page. RSS 2.0 whose items have
//! no titles.

use url::Url;

use super::{Answer, Ask, Limits, at, handle, words};
use crate::feed::Parsed;

/// Undocumented for this address.
pub(super) const LIMITS: Limits =
    Limits { least_minutes: 60, gap_seconds: 1, most_characters: 200, most_words: 1, together: false };

const BASE: &str = "https://bsky.app";

pub(super) fn address(ask: &Ask) -> Result<Url, String> {
    let query = words(ask)?;
    let name = query.strip_prefix('@').unwrap_or(query);
    let fine = |letter: char| letter.is_ascii_alphanumeric() || ".-:".contains(letter);
    if !(name.contains('.') || name.starts_with("did:")) || !name.chars().all(fine) {
        return Err(format!("`{query}` is no handle of Bluesky: write \"acme.bsky.social\""));
    }
    at(ask, BASE, &format!("/profile/{name}/rss"))
}

pub(super) fn read(answer: &Answer<'_>) -> Parsed {
    let mut parsed = answer.feed();
    handle::name_entries(&mut parsed.entries);
    parsed
}
