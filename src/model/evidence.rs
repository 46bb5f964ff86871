//! The words that prove something.

use serde::{Deserialize, Serialize};

use super::{ArticleId, EvidenceLevel, Span, Time};

/// A verbatim quote and where it stands. Kept for good, even after the article's text is gone.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Evidence {
    /// The article quoted.
    pub article: ArticleId,
    /// Its version.
    pub version: u32,
    /// Hash of that version's content.
    pub content_hash: String,
    /// Place of the quote.
    pub span: Span,
    /// The words there, verbatim.
    pub quote: String,
    /// Where a person reads it.
    pub url: Option<String>,
    /// Who published it.
    pub publisher: Option<String>,
    /// When.
    pub published: Time,
    /// How much of the article could be had.
    pub level: EvidenceLevel,
}
