//! YouTube: `https://www.youtube.com/feeds/videos.xml?channel_id=…` or `playlist_id=…`
//! (<https://developers.google.com/youtube/v3/guides/push_notifications> names the address). The latest 15 videos.

use url::Url;

use super::{Answer, Ask, Limits, at, words};
use crate::feed::Parsed;

/// Undocumented; its answers are fresh for a quarter of an hour.
pub(super) const LIMITS: Limits =
    Limits { least_minutes: 60, gap_seconds: 1, most_characters: 200, most_words: 1, together: false };

const BASE: &str = "https://www.youtube.com";

pub(super) fn address(ask: &Ask) -> Result<Url, String> {
    let query = words(ask)?;
    let key = match query.get(..2) {
        Some("UC") if query.len() == 24 => "channel_id",
        Some("PL" | "UU" | "FL" | "OL") => "playlist_id",
        _ => {
            return Err(format!(
                "`{query}` is no id of a channel (UC…) or playlist (PL…); the channel's page tells it"
            ));
        }
    };
    let mut url = at(ask, BASE, "/feeds/videos.xml")?;
    url.query_pairs_mut().append_pair(key, query);
    Ok(url)
}

pub(super) fn read(answer: &Answer<'_>) -> Parsed {
    answer.feed()
}
