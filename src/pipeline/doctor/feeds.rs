//! Feeds that are broken: told once when they broke, and here until they are read again.

use super::Finding;
use crate::config::Config;
use crate::pipeline::roster::feeds::owner_of;
use crate::store::feeds::FeedState;

/// Feeds named at most; `tidings feed list --broken` has all.
const NAMED: usize = 3;

/// What is told of the feeds whose owner was told that they are broken.
pub(super) fn broken(config: &Config, broken: &[FeedState]) -> Finding {
    const PROBE: &str = "feeds";
    if broken.is_empty() {
        return Finding::ok(PROBE, "none is broken");
    }
    let named: Vec<String> = broken.iter().take(NAMED).map(|state| one(config, state)).collect();
    let more = broken.len().saturating_sub(NAMED);
    let more = if more > 0 { format!("; and {more} more") } else { String::new() };
    let what = format!("{} broken: {}{more}", broken.len(), named.join("; "));
    Finding::warning(PROBE, what, "`tidings feed list --broken` tells all; correct the address, or remove the feed")
}

fn one(config: &Config, state: &FeedState) -> String {
    let owner = config.feed(&state.id).and_then(|(_, feed)| owner_of(feed, &config.watchlist));
    let owner = owner.map(|owner| format!(" (for {owner})")).unwrap_or_default();
    let since = state.told_broken.map(|since| format!(" since {}", since.format("%F"))).unwrap_or_default();
    format!("{}{owner}{since}: {}", state.id, state.error.as_deref().unwrap_or(&state.next_why))
}
