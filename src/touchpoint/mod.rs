//! What to do: from signals and the calendar, by the rules of a playbook, to touch points; their life and their rank.
//!
//! [`suggest`] answers a story's signals, [`plan`] the clock, [`life`] the person. [`Playbook`] holds the rules, as data.
//! Everything here is pure: the caller hands in what is known and the present instant, and stores what comes out.

pub mod business_days;
pub mod calendar;
mod capacity;
mod compose;
mod event;
pub mod facts;
pub mod gate;
pub mod hand_over;
mod hold;
pub mod holidays;
pub mod introduction;
pub mod life;
mod names;
pub mod one_contact;
mod parts;
pub mod plan;
pub mod playbook;
pub mod priority;
mod problems;
pub mod promises;
mod refresh;
pub mod replay;
mod rivals;
pub mod room;
pub mod search_share;
mod settings;
mod share_card;
pub mod sharing;
pub mod silence;
mod suggest;
mod title;
mod told;
pub mod topic_news;
mod triage;
pub mod tuning;
mod wording;

#[cfg(test)]
mod tests;

pub use playbook::{Check, NoPlay, Play, Playbook, Relation, Trigger};
pub use problems::Problem;
pub use settings::Settings;
pub use suggest::{Decision, Occasion, Reason, suggest};
pub use topic_news::TopicNews;

use crate::model::{AnswerField, FactId, StoryId, TouchPoint};

/// The cause of every touch point that a story brings about, `story:` and its id; unique together with the account.
#[must_use]
pub fn story_cause(story: &StoryId) -> String {
    format!("story:{story}")
}

/// The cause of the touch point that a fact brings about.
#[must_use]
pub fn fact_cause(fact: &FactId) -> String {
    format!("fact:{fact}")
}

/// The cause of the touch point that an overdue promise brings about.
#[must_use]
pub fn promise_cause(promise: &str) -> String {
    format!("promise:{promise}")
}

/// The cause of the task that sets right what was said because of a story that turned out wrong.
fn correction_cause(story: &str) -> String {
    format!("{story}:correction")
}

/// Adds the four questions of the playbook to a card whose play asks them, and takes from any card those that were
/// `answered` lately. A client is asked at most `most` times in a year: `asked` times until now, and once more for each open
/// card in `others` that asks; beyond that no card asks any of them, whatever its play says.
pub fn ask_four(
    card: &mut TouchPoint,
    others: &[TouchPoint],
    playbook: &Playbook,
    (asked, most): (usize, usize),
    answered: &[AnswerField],
) {
    let about_to = others.iter().filter(|other| !other.state.is_closed() && asks_four(other, playbook)).count();
    let enough = asked + about_to >= most;
    let about = playbook.four_about.iter().map(Some).chain(std::iter::repeat(None));
    let known =
        |about: Option<&AnswerField>| about.is_some_and(|about| answered.iter().any(|told| told.answers(*about)));
    let (spent, open): (Vec<_>, Vec<_>) =
        playbook.four_questions.iter().zip(about).partition(|(_, about)| enough || known(*about));
    card.questions.retain(|question| !spent.iter().any(|(one, _)| *one == question));
    if card.tact || !playbook.get(&card.play).is_some_and(|play| play.ask_four) {
        return;
    }
    let new: Vec<_> =
        open.into_iter().map(|(one, _)| one).filter(|one| !card.questions.contains(one)).cloned().collect();
    card.questions.extend(new);
}

/// The card asks any of the four questions: those answered lately are left out.
#[must_use]
pub fn asks_four(card: &TouchPoint, playbook: &Playbook) -> bool {
    playbook.four_questions.iter().any(|question| card.questions.contains(question))
}

/// The first phrase in `words` that must not be said on this card.
#[must_use]
pub fn banned_phrase<'a>(words: &str, card: &TouchPoint, playbook: &'a Playbook) -> Option<&'a str> {
    let tact = card.tact.then_some(&playbook.tact_banned);
    let of_play = playbook.get(&card.play).map(|play| &play.banned);
    let banned = playbook.banned.iter().chain(tact.into_iter().flatten()).chain(of_play.into_iter().flatten());
    wording::banned_in(words, banned).map(String::as_str)
}
