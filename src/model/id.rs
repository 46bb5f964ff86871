//! Names of things. Ids of what is read are derived from content keys, so that reading twice gives the same id.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! text_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
        #[serde(transparent)]
        pub struct $name(pub String);

        impl $name {
            /// The id as text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.write_str(&self.0)
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                Self(text.to_owned())
            }
        }

        impl From<String> for $name {
            fn from(text: String) -> Self {
                Self(text)
            }
        }
    };
}

text_id!(
    /// A watched account, as named in the watchlist ("acme").
    AccountId
);
text_id!(
    /// A publisher, as named in the sources.
    SourceId
);
text_id!(
    /// A polled address, as named in the sources.
    FeedId
);
text_id!(
    /// An article: `a` and a hash of its key.
    ArticleId
);
text_id!(
    /// A story: `s` and a hash of the article that opened it.
    StoryId
);
text_id!(
    /// A signal: `g` and a hash of story, account and type.
    SignalId
);
text_id!(
    /// A fact: `f` and a hash of the system that told it and its id there.
    FactId
);
text_id!(
    /// A play of the playbook.
    PlayId
);
text_id!(
    /// A configured destination.
    DestinationId
);

impl ArticleId {
    /// The id of the article with this key (canonical address, else entry key).
    #[must_use]
    pub fn of_key(key: &str) -> Self {
        Self(format!("a{}", short_hash(&[key])))
    }
}

impl StoryId {
    /// The id of the story that this article opens.
    #[must_use]
    pub fn opened_by(article: &ArticleId) -> Self {
        Self(format!("s{}", short_hash(&[article.as_str()])))
    }
}

impl SignalId {
    /// The id of what a story says of one kind about one account.
    #[must_use]
    pub fn of(story: &StoryId, account: &AccountId, kind: &str) -> Self {
        Self(format!("g{}", short_hash(&[story.as_str(), account.as_str(), kind])))
    }
}

/// A touch point: a UUIDv7 given at birth, the same for life and in every destination.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TouchPointId(pub Uuid);

impl TouchPointId {
    /// A new id whose leading bits are the time of birth (RFC 9562, section 5.7).
    #[must_use]
    pub fn born_at(now: super::Time) -> Self {
        let seconds = u64::try_from(now.timestamp()).unwrap_or(0);
        let stamp = uuid::Timestamp::from_unix(uuid::NoContext, seconds, now.timestamp_subsec_nanos());
        Self(Uuid::new_v7(stamp))
    }
}

impl fmt::Display for TouchPointId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}", self.0.as_hyphenated())
    }
}

/// The first 80 bits of BLAKE3 over the parts, each ended by a zero byte, in hexadecimal.
#[must_use]
pub fn short_hash(parts: &[&str]) -> String {
    content_hash(parts)[..20].to_owned()
}

/// BLAKE3 over the parts, each ended by a zero byte, in hexadecimal.
#[must_use]
pub fn content_hash(parts: &[&str]) -> String {
    let mut hasher = blake3::Hasher::new();
    for part in parts {
        hasher.update(part.as_bytes());
        hasher.update(&[0]);
    }
    hasher.finalize().to_hex().to_string()
}
