//! What a feed says of itself and of each of its entries.

use serde::{Deserialize, Serialize};

use super::Time;

/// What a feed says of itself. Texts are plain, addresses absolute where the base was known.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct FeedInfo {
    /// Its title.
    pub title: Option<String>,
    /// The page that it is the feed of.
    pub link: Option<String>,
    /// Its subtitle or description.
    pub description: Option<String>,
    /// Language tag as stated.
    pub language: Option<String>,
    /// When it says it last changed.
    pub updated: Option<Time>,
    /// Minutes it asks to be left alone between polls.
    pub ttl_minutes: Option<u32>,
}

/// One record of a feed.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    /// The id the document gives it (guid, atom:id), verbatim; none when it gives none.
    pub id: Option<String>,
    /// Headline as plain text.
    pub title: Option<String>,
    /// Address of the article, absolute where the base was known.
    pub link: Option<String>,
    /// When it says it was published.
    pub published: Option<Time>,
    /// When it says it was changed.
    pub updated: Option<Time>,
    /// The date as written, where it could not be read or was absurd.
    pub date_text: Option<String>,
    /// Short form, sanitised HTML.
    pub summary: Option<String>,
    /// Full form, sanitised HTML.
    pub content: Option<String>,
    /// Names of the authors; the mail address where only that is known.
    pub authors: Vec<String>,
    /// Category terms.
    pub categories: Vec<String>,
    /// Attached files.
    pub enclosures: Vec<Enclosure>,
    /// The publisher it was taken from, where an aggregator tells it.
    pub source: Option<EntrySource>,
    /// Language tag as stated.
    pub language: Option<String>,
}

/// A file attached to an entry.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Enclosure {
    /// Its address.
    pub url: String,
    /// Its media type as stated.
    #[serde(rename = "type")]
    pub media_type: Option<String>,
    /// Its length in bytes as stated.
    pub length: Option<u64>,
}

/// The publisher an aggregator took an entry from.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct EntrySource {
    /// Its name.
    pub name: Option<String>,
    /// Its address or its feed's.
    pub url: Option<String>,
}
