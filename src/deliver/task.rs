//! The message of a step, read again by destinations that speak a language of their own: the fields of a task.

use chrono::NaiveDate;
use serde::Deserialize;

use super::{Answer, Class, Refusal};
use crate::model::{Action, Delivery, Step, Time, TouchPointState};

/// A touch point as a CRM, a chat or a calendar is to show it: plain text, single lines, within the limits of
/// `message.rs`.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct Task {
    /// Touch point and destination: the same for the life of the card.
    pub key: String,
    /// The touch point.
    pub id: String,
    /// Which revision of it.
    pub revision: u32,
    /// The step that was taken.
    pub step: Step,
    /// Where the card stands after it.
    pub state: TouchPointState,
    /// One line of at most 80 characters.
    pub subject: String,
    /// Plain text of at most 900 characters.
    pub body: String,
    /// Alarms only.
    pub high_priority: bool,
    /// Whom it concerns.
    pub account: String,
    /// Full name of the account, where it is known.
    #[serde(default)]
    pub account_name: Option<String>,
    /// Whom to contact.
    pub contact: Option<String>,
    /// Who of us is to act.
    pub owner: Option<String>,
    /// Last day to act.
    pub due: NaiveDate,
    /// What to do.
    pub action: Action,
    /// Why now.
    pub why: String,
    /// The quotes, best first.
    pub evidence: Vec<Quoted>,
    /// What else may come up.
    pub talking_points: Vec<String>,
    /// What to ask.
    pub questions: Vec<String>,
    /// What never to say.
    pub avoid: Vec<String>,
    /// A first sentence to say.
    pub opening: Option<String>,
    /// What came of it, in the owner's words.
    pub outcome: Option<String>,
    /// The kind of event.
    pub signal_type: Option<String>,
    /// The card's address in Tidings; empty where it has none.
    #[serde(default)]
    pub link: String,
    /// When the card was born.
    pub created: Time,
    /// When it last changed.
    pub updated: Time,
}

/// A quote with its source.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Quoted {
    /// Verbatim.
    pub quote: String,
    /// Who published it.
    pub publisher: Option<String>,
    /// When.
    pub published: Time,
    /// Where.
    pub url: Option<String>,
}

#[derive(Deserialize)]
struct Message {
    data: Task,
}

impl Task {
    /// The task that a delivery carries.
    ///
    /// # Errors
    /// Where the stored message cannot be read: it was written by a later version.
    pub fn of(delivery: &Delivery) -> Result<Self, Answer> {
        serde_json::from_str::<Message>(&delivery.payload).map(|message| message.data).map_err(|error| {
            Answer::Refused(Refusal::new(Class::Dead, format!("its message cannot be read by this version: {error}")))
        })
    }

    /// The card was taken back before or after a person took it: nothing is to be done any more.
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        !matches!(self.state, TouchPointState::Accepted | TouchPointState::Done)
            && (self.step == Step::Undone || self.state.is_closed())
    }

    /// It was done.
    #[must_use]
    pub fn is_done(&self) -> bool {
        self.state == TouchPointState::Done
    }
}
