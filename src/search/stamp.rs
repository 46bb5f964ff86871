//! What an index says of itself: which make it is of, how far it follows the database, and how far back it reaches.

use serde::{Deserialize, Serialize};
use tantivy::TantivyError;

use super::Settings;
use super::layout::Layout;
use crate::model::Time;

/// What a commit carries.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Stamp {
    pub(super) make: String,
    pub(super) seq: i64,
    /// Drawn anew with each index, to tell it from one that was built anew.
    #[serde(default)]
    pub(super) name: u64,
    /// Articles that ever came into it.
    #[serde(default)]
    pub(super) next: u64,
    /// What was published before is not in it, so that it keeps within its disk budget; epoch milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) horizon: Option<i64>,
}

impl Stamp {
    /// The stamp of the last commit; nothing where there was none.
    pub(super) fn of(engine: &tantivy::Index) -> Result<Option<Self>, TantivyError> {
        Ok(engine.load_metas()?.payload.and_then(|payload| serde_json::from_str(&payload).ok()))
    }

    /// True where the index was written by this code with these settings: it can be written on.
    pub(super) fn is_own(&self, engine: &tantivy::Index, layout: &Layout, settings: &Settings) -> bool {
        engine.schema() == layout.schema && self.make == Layout::make(settings)
    }

    /// True where this code can read the index, if perhaps with weights that are no longer set: it goes on answering
    /// until the new one stands.
    pub(super) fn is_readable(&self, engine: &tantivy::Index, layout: &Layout, settings: &Settings) -> bool {
        let version = |make: &str| make.split(' ').next().map(str::to_owned);
        engine.schema() == layout.schema && version(&self.make) == version(&Layout::make(settings))
    }

    pub(super) fn horizon(&self) -> Option<Time> {
        self.horizon.and_then(Time::from_timestamp_millis)
    }
}
