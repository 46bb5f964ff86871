//! What reports say of topics.

use serde::{Deserialize, Serialize};

use super::{AccountId, Evidence, SignalId, StoryId};

/// A report that names a watched topic, as far as passing it on is concerned.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TopicReport {
    /// The topic (an account of that kind).
    pub topic: AccountId,
    /// Headline of the report, plain text.
    pub headline: String,
    /// The report is about the topic, not naming it in passing.
    pub about: bool,
    /// The sentence that names the topic, else the headline; with where it stands, who published it and when.
    pub evidence: Evidence,
    /// The publisher's registrable domain: what tells independent origins apart.
    pub domain: Option<String>,
    /// The watched account on whose own pages it stands.
    pub speaker: Option<AccountId>,
    /// Other watched accounts that it names, and whether it is about them.
    pub named: Vec<(AccountId, bool)>,
    /// What it tells is a rumour, or denied.
    pub unsure: bool,
    /// It takes an earlier report back.
    pub retracts: bool,
    /// A reader must pay to read it all.
    pub paywalled: bool,
}

/// A report on a topic with its place among those of its story.
#[derive(Clone, Debug, PartialEq)]
pub struct TopicTold {
    /// The story it belongs to.
    pub story: StoryId,
    /// It speaks for itself: no copy, another publisher.
    pub independent: bool,
    /// What it says.
    pub report: TopicReport,
}

impl TopicTold {
    /// The id under which cards rest on the story as news of its topic.
    #[must_use]
    pub fn news(&self) -> SignalId {
        SignalId::of(&self.story, &self.report.topic, "topic")
    }
}
