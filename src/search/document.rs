//! What is put into the index.

use serde::{Deserialize, Serialize};

use crate::model::{AccountId, AccountKind, Time};

/// One article with all that it may be found by.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Document {
    /// Tells it from all others; putting the same id again replaces the article.
    pub id: String,
    /// The happening it reports.
    pub story: Option<String>,
    /// Headline, plain text.
    pub title: String,
    /// Body, plain text.
    pub text: String,
    /// Where a person reads it.
    pub url: Option<String>,
    /// The publisher's name as shown.
    pub publisher: Option<String>,
    /// The publisher as configured.
    pub source: Option<String>,
    /// The publisher's registrable domain; that of `url` where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub publisher_domain: Option<String>,
    /// ISO 639-1; told from the text where absent.
    pub language: Option<String>,
    /// When it was published.
    pub published: Option<Time>,
    /// The accounts it names: what they are to us, their id, their name.
    pub accounts: Vec<(AccountKind, AccountId, String)>,
    /// Country that its publisher writes from, ISO 3166-1 alpha-2; told from the domain of `url` where absent.
    #[serde(default)]
    pub publisher_country: Option<String>,
    /// Countries of the accounts it names, ISO 3166-1 alpha-2.
    #[serde(default)]
    pub countries: Vec<String>,
    /// Kinds of event it reports, as words of [`crate::model::SignalType`].
    pub signals: Vec<String>,
}
