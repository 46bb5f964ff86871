//! Whether the article may be read for free, and whether its text may be kept.

use super::json_ld::Linked;
use super::survey::Survey;

/// Whether the page says that one has to pay: schema.org `isAccessibleForFree`, `article:content_tier` of Facebook.
pub(super) fn paywalled(survey: &Survey, linked: &Linked) -> Option<bool> {
    if let Some(free) = linked.free {
        return Some(!free);
    }
    let tier = survey.meta(&["article:content_tier", "og:article:content_tier"]).next()?.to_lowercase();
    match tier.as_str() {
        "locked" | "metered" | "premium" | "paid" => Some(true),
        "free" => Some(false),
        _ => None,
    }
}

/// Why the text must not be kept (R25): robots meta elements for all crawlers or for this one, or a reservation of the
/// rights of text and data mining (TDM Reservation Protocol, W3C community group, 2024).
pub(super) fn restricted(survey: &Survey) -> Option<String> {
    for name in ["robots", "tidings"] {
        for content in survey.meta(&[name]) {
            let content = content.to_lowercase();
            let mut words = content.split([',', ' ', ';']).map(str::trim);
            if let Some(word) = words.find(|word| matches!(*word, "noindex" | "noarchive" | "none")) {
                return Some(format!("meta {name}: {word}"));
            }
        }
    }
    let reserved = survey.meta(&["tdm-reservation"]).any(|content| content.trim() == "1");
    reserved.then(|| "tdm-reservation: 1".to_owned())
}
