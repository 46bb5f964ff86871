//! What was read.

use serde::{Deserialize, Serialize};

use super::{ArticleId, FeedId, SourceId, Time};

/// The text and metadata of one report.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Article {
    /// Derived from `key`.
    pub id: ArticleId,
    /// Canonical address, else the entry's key.
    pub key: String,
    /// 1 for the first reading, one more for each edit.
    pub version: u32,
    /// Hash of title and text; a change of it is a new version.
    pub content_hash: String,
    /// Where a person reads it.
    pub url: Option<String>,
    /// Headline, plain text.
    pub title: String,
    /// Body, plain text, paragraphs parted by an empty line.
    pub text: String,
    /// How much of the report the text is.
    pub level: EvidenceLevel,
    /// ISO 639-1, where it is known.
    pub language: Option<String>,
    /// The publisher as configured.
    pub source: Option<SourceId>,
    /// The publisher's name as shown.
    pub publisher: Option<String>,
    /// The publisher's registrable domain: what tells independent origins apart.
    pub publisher_domain: Option<String>,
    /// The feed it came by.
    pub feed: Option<FeedId>,
    /// Names of the authors.
    pub byline: Vec<String>,
    /// When it was published, clamped to not later than first seen.
    pub published: Time,
    /// Where that date was found.
    pub published_from: DateOrigin,
    /// When we first saw it.
    pub first_seen: Time,
    /// The publisher forbids keeping its text (noindex, noarchive, TDM reservation): title and link only.
    pub restricted: bool,
    /// The page says that a reader must pay to read it all.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub paywalled: bool,
}

/// How much of a report could be had.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EvidenceLevel {
    /// Only its headline.
    #[default]
    HeadlineOnly,
    /// Headline and a summary.
    Summary,
    /// The whole text.
    FullText,
}

impl EvidenceLevel {
    /// The word used in files, tables and queries.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::HeadlineOnly => "headline_only",
            Self::Summary => "summary",
            Self::FullText => "full_text",
        }
    }
}

/// Where the date of an article was found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DateOrigin {
    /// The feed's entry.
    Feed,
    /// JSON-LD in the page.
    JsonLd,
    /// A meta element.
    Meta,
    /// A `time` element.
    TimeElement,
    /// The address.
    Address,
    /// Visible text.
    Text,
    /// Nowhere: the time we first saw it.
    #[default]
    FirstSeen,
}

/// The parts of a report that matching works on. Also what `inspect text` builds from a line.
#[derive(Clone, Copy, Debug, Default)]
pub struct Reading<'a> {
    /// Headline.
    pub title: &'a str,
    /// Body; may be empty.
    pub text: &'a str,
    /// ISO 639-1, where known.
    pub language: Option<&'a str>,
    /// Address of the report.
    pub url: Option<&'a str>,
    /// Publisher's name.
    pub publisher: Option<&'a str>,
    /// The account whose own newsroom this came from.
    pub feed_account: Option<&'a super::AccountId>,
}

impl Article {
    /// The parts that matching works on.
    #[must_use]
    pub fn reading(&self) -> Reading<'_> {
        Reading {
            title: &self.title,
            text: &self.text,
            language: self.language.as_deref(),
            url: self.url.as_deref(),
            publisher: self.publisher.as_deref(),
            feed_account: None,
        }
    }
}
