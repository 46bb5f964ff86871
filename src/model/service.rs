//! Services that are asked by name instead of by address.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::FeedKind;

/// A service that news is asked of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Service {
    /// Search of Google News, as RSS. Its links hide the publisher's address.
    GoogleNews,
    /// Search of Bing News, as RSS.
    BingNews,
    /// Search of the news that the GDELT project reads.
    Gdelt,
    /// Search of Hacker News.
    HackerNews,
    /// Search of Reddit, or what is new in a subreddit ("r/robotics").
    Reddit,
    /// Filings with the US Securities and Exchange Commission, by CIK or ticker.
    Edgar,
    /// An account or tag of a Mastodon server ("@acme@mastodon.example", "#robots@mastodon.example").
    Mastodon,
    /// A profile of Bluesky ("acme.example").
    Bluesky,
    /// A channel (UC…) or playlist (PL…) of YouTube.
    Youtube,
}

impl Service {
    /// Every service.
    pub const ALL: [Self; 9] = [
        Self::GoogleNews,
        Self::BingNews,
        Self::Gdelt,
        Self::HackerNews,
        Self::Reddit,
        Self::Edgar,
        Self::Mastodon,
        Self::Bluesky,
        Self::Youtube,
    ];

    /// The word used in files.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::GoogleNews => "google_news",
            Self::BingNews => "bing_news",
            Self::Gdelt => "gdelt",
            Self::HackerNews => "hacker_news",
            Self::Reddit => "reddit",
            Self::Edgar => "edgar",
            Self::Mastodon => "mastodon",
            Self::Bluesky => "bluesky",
            Self::Youtube => "youtube",
        }
    }

    /// Its name as shown.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::GoogleNews => "Google News",
            Self::BingNews => "Bing News",
            Self::Gdelt => "GDELT",
            Self::HackerNews => "Hacker News",
            Self::Reddit => "Reddit",
            Self::Edgar => "SEC EDGAR",
            Self::Mastodon => "Mastodon",
            Self::Bluesky => "Bluesky",
            Self::Youtube => "YouTube",
        }
    }

    /// What is found there.
    #[must_use]
    pub fn kind(self) -> FeedKind {
        match self {
            Self::GoogleNews | Self::BingNews | Self::Gdelt | Self::HackerNews | Self::Reddit => FeedKind::Search,
            Self::Edgar => FeedKind::Filing,
            Self::Mastodon | Self::Bluesky | Self::Youtube => FeedKind::Social,
        }
    }
}
