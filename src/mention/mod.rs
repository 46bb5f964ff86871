//! Article × watchlist → mentions.

use crate::model::{Mention, Reading, Watchlist};

/// How names are believed.
#[derive(Clone, Debug, Default, serde::Deserialize, serde::Serialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {}

/// Finds all names of all accounts in one pass.
pub struct Matcher {}

impl Matcher {
    /// A matcher for these accounts.
    pub fn build(_watchlist: &Watchlist, _settings: &Settings) -> Self {
        Self {}
    }

    /// Every candidate, accepted and suppressed, in order of place.
    pub fn find(&self, _reading: &Reading<'_>) -> Vec<Mention> {
        Vec::new()
    }
}
