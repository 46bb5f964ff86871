//! What an operator may set about the index.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Settings of the search index. A change of `title_weight` or `default_language` makes the index be built anew.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// Memory that articles may take while they wait to be written, in megabytes (16 to 2048).
    pub writer_memory_mb: u32,
    /// How many times a word of the headline counts in ranking, against once for a word of the text (1 to 10).
    pub title_weight: u8,
    /// How much a word in exactly the form asked for adds to its score, against 1 for any form of it (0 to 10).
    pub exact_weight: f32,
    /// How much two words add to the score that stand side by side in query and text, against 1 for a word (0 to 10).
    pub near_weight: f32,
    /// Days in which an article loses half of its worth in ranking (0 to 3650); 0: age does not count, unless a query
    /// asks for sort:recent, which then takes 30 days.
    pub recency_half_life_days: u32,
    /// Language taken for articles that do not tell theirs and are too short to tell, ISO 639-1.
    pub default_language: String,
    /// Length of an excerpt, in letters (40 to 2000).
    pub excerpt_letters: u32,
    /// Size of the index, in megabytes, up to which every file is read and checked when the index is opened for
    /// writing. A greater one is checked in outline only.
    pub verify_mb: u32,
    /// Changed articles after which the index is committed: until then they are not found, and are read again after a
    /// crash (1 to 100000).
    pub commit_articles: u32,
    /// Seconds after which an article can be found at the latest, however few there are. Each commit costs some writing;
    /// 0 commits at once.
    pub commit_seconds: u32,
    /// Segments of about one size at which they are merged (2 to 64). Few make searching faster, many make indexing
    /// cheaper.
    pub merge_segments: u8,
    /// Room that the index may take on the disk, in megabytes; 0 for as much as it needs. Where it is reached the oldest
    /// articles leave the index, never the database. While segments are merged, and while the index is built anew, it
    /// takes up to twice as much.
    pub disk_mb: u32,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            writer_memory_mb: 64,
            title_weight: 2,
            exact_weight: 0.1,
            near_weight: 0.1,
            recency_half_life_days: 0,
            default_language: "en".to_owned(),
            excerpt_letters: 240,
            verify_mb: 1024,
            commit_articles: 2_000,
            commit_seconds: 5,
            merge_segments: 8,
            disk_mb: 0,
        }
    }
}
