//! What the file says of an account in so many words: what is left out there has a usual value that nobody stated.

use std::collections::HashMap;
use std::sync::Arc;

use super::document::{Document, text_of};
use crate::model::AccountId;

/// What the watchlist file states, by account.
pub type Stated = Arc<HashMap<AccountId, Statement>>;

/// What the file states of one account, beside what its value alone tells.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Statement {
    /// The line its table begins in.
    pub line: usize,
    /// It states a tier.
    pub tier: bool,
}

/// Reads it from the watchlist file.
pub(super) fn read(document: &Document<'_>) -> Stated {
    let tables = document.tables("account").into_iter();
    let statement = |(line, table)| {
        let tier = text_of(table, "tier").is_some();
        Some((AccountId::from(text_of(table, "id")?), Statement { line, tier }))
    };
    Arc::new(tables.filter_map(statement).collect())
}
