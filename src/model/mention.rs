//! An account at a place in an article.

use serde::{Deserialize, Serialize};

use super::{AccountId, Span};

/// An account named at a place, believed or not, with every reason.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Mention {
    /// Whose name it is taken for.
    pub account: AccountId,
    /// The name or alias that matched, as in the watchlist.
    pub alias: String,
    /// The matched place.
    pub span: Span,
    /// Belief that it is this account, 0–1.
    pub score: f64,
    /// Believed enough to be used.
    pub accepted: bool,
    /// Whether the article is about the account.
    pub salience: Salience,
    /// What spoke for and against, in the order weighed.
    pub why: Vec<Reason>,
}

/// Something that spoke for or against.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Reason {
    /// Stable code in lower case with underscores ("legal_suffix").
    pub code: String,
    /// The words found, or what is meant, for a person.
    pub detail: String,
    /// How much it moved the score; positive speaks for.
    pub weight: f64,
}

/// How much an article is about an account.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Salience {
    /// A business reader would file it under the account.
    About,
    /// Named in passing.
    #[default]
    Passing,
}
