//! Articles → stories: which reports tell of one happening.
//!
//! [`keys`] says by what an article is found again and what it is compared by; who holds the articles fetches candidates
//! that share a key; [`assign`] compares. Copies of one text are told by their shingles, reports of one happening by the
//! words they share, weighed by how much a word tells among the candidates at hand. Reports that say the same of one
//! account on one day ([`Happening`]) need share less; those that say what cannot both be true of it stay apart.

mod assign;
mod happening;
mod sketch;
mod terms;

pub use assign::{Assignment, Candidate, NewArticle, assign};
pub use happening::Happening;
pub use sketch::{Keys, Sketch, keys};

use chrono::TimeDelta;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// When articles are one story.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// Days after which an article opens a story of its own, whatever it shares with older ones.
    pub window_days: u32,
    /// Likeness (0–1) from which two reports are one story.
    pub same_story: f64,
    /// Likeness (0–1) from which two reports of one day that say the same of one account are one story.
    pub same_happening: f64,
    /// Likeness (0–1) from which a report goes on from an earlier story.
    pub follow_up: f64,
    /// Share of common shingles (0–1) from which two texts are copies.
    pub copy: f64,
}

impl Default for Settings {
    fn default() -> Self {
        Self { window_days: 7, same_story: 0.4, same_happening: 0.2, follow_up: 0.25, copy: 0.4 }
    }
}

impl Settings {
    /// How far back candidates are looked for.
    #[must_use]
    pub fn window(&self) -> TimeDelta {
        TimeDelta::days(i64::from(self.window_days))
    }
}
