//! What the operator may set about how often feeds are polled.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How often feeds are polled. Nothing here shortens what a server asks for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// The least time between polls that a feed's `every_minutes` may ask for, minutes; at least 15.
    #[schemars(range(min = 15))]
    pub shortest_minutes: u32,
    /// The least time between polls of a feed that supports conditional requests, where nothing else is asked for,
    /// minutes.
    #[schemars(range(min = 15))]
    pub usual_minutes: u32,
    /// The least time between polls of a feed that must be sent whole each time, since it supports no conditional
    /// requests, minutes.
    #[schemars(range(min = 60))]
    pub unconditional_minutes: u32,
    /// The least time between polls of a sitemap, minutes.
    #[schemars(range(min = 15))]
    pub sitemap_minutes: u32,
    /// The least time between polls of a newsroom, minutes.
    #[schemars(range(min = 60))]
    pub newsroom_minutes: u32,
    /// The least time between polls of a watched page, such as one with prices, minutes.
    #[schemars(range(min = 60))]
    pub watch_minutes: u32,
    /// The longest time between polls of a feed that publishes rarely, minutes. Floors and requests of the server
    /// still count.
    #[schemars(range(min = 15))]
    pub quiet_minutes: u32,
    /// The most that is believed of a server's wish to be left alone (max-age, ttl, sy:update…), minutes.
    #[schemars(range(min = 15))]
    pub longest_hint_minutes: u32,
    /// The longest time between polls of a feed that fails again and again, hours.
    #[schemars(range(min = 1))]
    pub failing_hours: u32,
    /// A feed whose server wants to be left alone for longer than this is paused, days.
    #[schemars(range(min = 1))]
    pub pause_after_days: u32,
    /// While its hub pushes what is new (WebSub), a feed is polled this many times more rarely.
    #[schemars(range(min = 1, max = 24))]
    pub pushed_times: u32,
    /// After how many failures in a row, and no sooner than `broken_after_days`, a feed counts as broken and its owner is
    /// told, once.
    #[schemars(range(min = 1))]
    pub broken_after_failures: u32,
    /// For how long a feed must have failed before it counts as broken, days.
    pub broken_after_days: u32,
    /// By how much of itself a wait is lengthened at random at most, 0 to 1.
    #[schemars(range(min = 0.0, max = 1.0))]
    pub jitter: f64,
    /// Over how many seconds the first polls of new feeds are spread; 0 polls them all at once.
    pub start_spread_seconds: u32,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            shortest_minutes: 15,
            usual_minutes: 60,
            unconditional_minutes: 24 * 60,
            sitemap_minutes: 60,
            newsroom_minutes: 60,
            watch_minutes: 12 * 60,
            quiet_minutes: 6 * 60,
            longest_hint_minutes: 24 * 60,
            failing_hours: 7 * 24,
            pause_after_days: 7,
            pushed_times: 4,
            broken_after_failures: 3,
            broken_after_days: 2,
            jitter: 0.1,
            start_spread_seconds: 0,
        }
    }
}
