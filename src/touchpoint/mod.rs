//! What to do: from signals and the calendar, by the rules of a playbook, to touch points; their life and their rank.
//!
//! [`suggest`] answers a story's signals, [`plan`] the clock, [`life`] the person. [`Playbook`] holds the rules, as data.
//! Everything here is pure: the caller hands in what is known and the present instant, and stores what comes out.

pub mod business_days;
pub mod calendar;
mod capacity;
mod compose;
mod event;
pub mod hand_over;
mod hold;
pub mod holidays;
pub mod life;
mod names;
mod parts;
pub mod plan;
pub mod playbook;
pub mod priority;
mod problems;
mod refresh;
mod rivals;
mod settings;
pub mod silence;
mod suggest;
mod title;
mod triage;
mod wording;

#[cfg(test)]
mod tests;

pub use playbook::{Check, Play, Playbook, Relation, Trigger};
pub use problems::Problem;
pub use settings::Settings;
pub use suggest::{Decision, Occasion, Reason, suggest};

use crate::model::StoryId;

/// The cause of every touch point that a story brings about, `story:` and its id; unique together with the account.
#[must_use]
pub fn story_cause(story: &StoryId) -> String {
    format!("story:{story}")
}

/// The cause of the task that sets right what was said because of a story that turned out wrong.
fn correction_cause(story: &str) -> String {
    format!("{story}:correction")
}
