//! A search that is kept, and held up to every article that comes.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{AccountId, AccountKind, ArticleId, DestinationId, StoryId, Time};

/// A saved search.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SavedSearch {
    /// Short and lasting name of letters, digits, `-`, `_` and `.` ("data-breaches"); its feed is served under it.
    pub name: String,
    /// What to look for, as for `tidings search`.
    pub query: String,
    /// Who of us it is for: owner of the touch points it suggests, instead of the account's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    /// Destination that is told of each story that matches.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub webhook: Option<DestinationId>,
    /// Each story that matches makes a touch point to share it: with the clients that the article names.
    #[serde(default)]
    pub suggest: bool,
    /// The account with which such stories are shared, instead of the clients that the article names.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<AccountId>,
    /// Not watched, its matches kept.
    #[serde(default)]
    pub paused: bool,
}

/// An article that matched a saved search.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SearchMatch {
    /// Name of the search.
    pub search: String,
    /// The article.
    pub article: ArticleId,
    /// The happening it reports.
    pub story: StoryId,
    /// When it matched.
    pub at: Time,
    /// It was the first of its story, and somebody was told; else it only counts.
    pub first: bool,
}

/// What a destination is told of a match.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct MatchNotice {
    /// Name of the search.
    pub search: String,
    /// What it looks for.
    pub query: String,
    /// Who of us it is for.
    pub owner: Option<String>,
    /// The happening.
    pub story: StoryId,
    /// The article that was the first of it to match.
    pub article: ArticleId,
    /// Its headline.
    pub title: String,
    /// Where a person reads it.
    pub url: Option<String>,
    /// Who published it.
    pub publisher: Option<String>,
    /// When it was published.
    pub published: Time,
    /// Its language, ISO 639-1.
    pub language: Option<String>,
    /// The accounts it names.
    pub accounts: Vec<(AccountKind, AccountId, String)>,
    /// Kinds of event it reports.
    pub signals: Vec<String>,
}
