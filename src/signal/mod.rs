//! Mentions → claims of an article; claims of a story → signals.

use crate::model::{Article, Claim, Mention, Reading, Signal, StoryId, Time};

/// The cues of every type of event, read from `signals.toml`.
pub struct Lexicon {}

/// How claims are believed and merged.
#[derive(Clone, Debug, Default, serde::Deserialize, serde::Serialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {}

impl Lexicon {
    /// The cues that are shipped in the program (`config/signals.toml`).
    pub fn shipped() -> Self {
        Self {}
    }
}

/// What the article says happened: for watched accounts (`entity` set) and for other firms (`entity` none).
pub fn claims(_reading: &Reading<'_>, _mentions: &[Mention], _lexicon: &Lexicon, _settings: &Settings) -> Vec<Claim> {
    Vec::new()
}

/// One article of a story with its claims about watched accounts.
pub struct Report<'a> {
    /// The article.
    pub article: &'a Article,
    /// What it says.
    pub claims: &'a [Claim],
    /// Accounts that it is about.
    pub about: &'a [crate::model::AccountId],
}

/// Merges what the articles of one story say into one signal for each account and type.
pub fn merge(_story: &StoryId, _reports: &[Report<'_>], _settings: &Settings, _now: Time) -> Vec<Signal> {
    Vec::new()
}
