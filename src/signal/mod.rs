//! Mentions → claims of an article; claims of a story → signals.
//!
//! [`claims`] reads an article sentence by sentence, the headline first. The [`Lexicon`] says which words tell of which
//! kind of event ("{A} <acquire> {B}"); around such words it looks for the firms that play a part ([`names`]), for how
//! certain and how far along the event is ([`status`]), for the sum ([`amount`]). [`merge`] joins what the articles of
//! one story say into one signal for each account and kind.

mod amount;
mod claims;
mod cue;
mod examples;
mod lexicon;
mod merge;
mod names;
mod reference;
mod settle;
mod status;
mod tongue;
mod topics;
mod verbs;
mod view;
mod wordlists;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use self::claims::{claims, is_understood};
pub use self::examples::Disagreement;
pub use self::lexicon::{Lexicon, LexiconError};
pub use self::merge::{Report, merge, retracts};
pub use self::reference::on_own_pages;
pub use self::topics::{taken_back, topics};

/// How claims are believed and merged.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// Sentences of the body that are read where they name no watched account; those that do are read up to
    /// `sentences_near_mentions`.
    pub sentences: usize,
    /// Sentences of the body that are read at most where they name a watched account.
    pub sentences_near_mentions: usize,
    /// Claims believed less than this (0–1) are left out.
    pub least_confidence: f64,
    /// Belief that one origin alone can give at most (0–1); more needs a second independent origin.
    pub most_from_one_origin: f64,
    /// Quotes kept with a signal, at most one an origin.
    pub quotes: usize,
}

impl Default for Settings {
    fn default() -> Self {
        Self { sentences: 4, sentences_near_mentions: 60, least_confidence: 0.3, most_from_one_origin: 0.9, quotes: 5 }
    }
}
