//! Places in an article.

use serde::{Deserialize, Serialize};

/// Which part of an article a span lies in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Field {
    /// The headline.
    Title,
    /// The body.
    Text,
}

/// Bytes `start..end` of a field's original UTF-8 text, on character boundaries, never of a folded copy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Span {
    /// Where.
    pub field: Field,
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
}

impl Span {
    /// A span of the headline.
    #[must_use]
    pub fn title(start: usize, end: usize) -> Self {
        Self { field: Field::Title, start, end }
    }

    /// A span of the body.
    #[must_use]
    pub fn text(start: usize, end: usize) -> Self {
        Self { field: Field::Text, start, end }
    }
}
