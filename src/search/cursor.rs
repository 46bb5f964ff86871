//! Where a page ended, as text that is handed out and comes back.
//!
//! It holds the rank of the last article shown, the ceiling above which articles came later, the instant that ages count
//! from and the counts that scores were made of: with them the next page goes on in the very order of the first, whatever
//! came in between. It is bound to the query and to the index; anything else is refused rather than answered wrongly.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};

use super::SearchError;
use super::layout::number_of;
use super::order::Rank;
use super::statistics::Frozen;

/// Longer ones, in bytes, are refused unread.
const LONGEST: usize = 16_384;

/// Where a page ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Cursor {
    /// The index.
    pub(super) index: u64,
    /// What was asked.
    pub(super) asked: u64,
    /// The number of the last article that counts.
    pub(super) ceiling: u64,
    /// Milliseconds since 1970.
    pub(super) now: i64,
    /// The last article shown.
    pub(super) after: Rank,
    /// What the first page was ordered by.
    pub(super) counts: Frozen,
}

impl Cursor {
    pub(super) fn written(&self) -> Result<String, SearchError> {
        Ok(URL_SAFE_NO_PAD.encode(serde_json::to_vec(self)?))
    }

    /// Reads one that belongs to this index and this question.
    pub(super) fn read(written: &str, index: u64, asked: u64) -> Result<Self, SearchError> {
        let refused = |why| SearchError::Cursor { why };
        if written.len() > LONGEST {
            return Err(refused("is too long"));
        }
        let bytes = URL_SAFE_NO_PAD.decode(written).map_err(|_| refused("cannot be read"))?;
        let cursor: Self = serde_json::from_slice(&bytes).map_err(|_| refused("cannot be read"))?;
        if cursor.index != index {
            return Err(refused("is of an index that was built anew since"));
        }
        if cursor.asked != asked {
            return Err(refused("is of another query"));
        }
        Ok(cursor)
    }
}

/// A number that stands for a question: the query and all that changes its answer.
pub(super) fn number_of_question(query: &str, any: bool, collapse: bool, sort: &str) -> u64 {
    number_of(&format!("{query}\n{any}\n{collapse}\n{sort}"))
}
