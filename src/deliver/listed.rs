//! A touch point as a line of a list: what a calendar, a feed and a table show of it.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::{Answer, Around, Class, Refusal, Rules, message};
use crate::model::{Action, Delivery, DestinationId, SignalType, Step, Time, TouchPoint, TouchPointState};

/// A touch point as a line of a list: plain text, within the limits of `message.rs`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Listed {
    /// Touch point and destination: the same for the life of the card.
    pub key: String,
    /// The touch point, a UUID.
    pub id: String,
    /// Which revision of it.
    pub revision: u32,
    /// The step that was taken.
    pub step: Step,
    /// Where the card stands after it.
    pub state: TouchPointState,
    /// It was taken back: nothing is to be done any more.
    #[serde(default)]
    pub cancelled: bool,
    /// One line of at most 80 characters.
    pub subject: String,
    /// Plain text of at most 900 characters.
    pub body: String,
    /// Alarms only.
    pub high_priority: bool,
    /// Whom it concerns.
    pub account: String,
    /// Whom to contact.
    pub contact: Option<String>,
    /// Who of us is to act.
    pub owner: Option<String>,
    /// Last day to act.
    pub due: NaiveDate,
    /// What to do.
    pub action: Action,
    /// What it is about.
    pub cause: String,
    /// The kind of event.
    pub signal_type: Option<SignalType>,
    /// Why now.
    pub why: String,
    /// Where the first quote stands.
    #[serde(default)]
    pub url: Option<String>,
    /// What came of it, in the owner's words.
    pub outcome: Option<String>,
    /// When the card was born.
    pub created: Time,
    /// When it last changed.
    pub updated: Time,
}

#[derive(Deserialize)]
struct Message {
    data: Data,
}

#[derive(Deserialize)]
struct Data {
    #[serde(flatten)]
    listed: Listed,
    #[serde(default)]
    evidence: Vec<Source>,
}

#[derive(Deserialize)]
struct Source {
    url: Option<String>,
}

impl Listed {
    /// The line that a delivery carries; `on` are the steps that its destination is told of.
    ///
    /// # Errors
    /// Where it carries no touch point, or one that this version cannot read.
    pub fn of(delivery: &Delivery, on: &[Step]) -> Result<Self, Answer> {
        let dead = |why: String| Answer::Refused(Refusal::new(Class::Dead, why));
        if delivery.search.is_some() {
            let why = "a file takes touch points only; what a saved search found stands in /feeds/searches/NAME.atom";
            return Err(dead(why.to_owned()));
        }
        Self::read(&delivery.payload, on)
            .map_err(|error| dead(format!("its message cannot be read by this version: {error}")))
    }

    /// The line of a card as it now stands, in a list of this name.
    ///
    /// # Errors
    /// Never but for a fault of ours: what is read here is written here.
    pub fn of_card(card: &TouchPoint, list: &DestinationId) -> Result<Self, serde_json::Error> {
        Self::read(&message::of_step(card, Step::Updated, &Rules::of_list(list), &Around::default(), card.updated), &[])
    }

    fn read(payload: &str, on: &[Step]) -> Result<Self, serde_json::Error> {
        let Data { mut listed, evidence } = serde_json::from_str::<Message>(payload)?.data;
        listed.url = evidence.into_iter().find_map(|source| source.url).and_then(|url| web_address(&url));
        listed.cancelled = listed.state.is_closed() && listed.state != TouchPointState::Done
            || listed.step == Step::Undone && !is_shown(listed.state, on);
        Ok(listed)
    }

    /// It was planned; nothing that happened caused it.
    #[must_use]
    pub fn is_planned(&self) -> bool {
        self.cause.starts_with("date:")
    }

    /// It was done.
    #[must_use]
    pub fn is_done(&self) -> bool {
        self.state == TouchPointState::Done
    }

    /// Something is still to be done.
    #[must_use]
    pub fn is_open(&self) -> bool {
        !self.cancelled && !self.is_done()
    }

    /// The word that files use for what to do.
    #[must_use]
    pub fn action_word(&self) -> String {
        match serde_json::to_value(self.action) {
            Ok(serde_json::Value::String(word)) => word,
            _ => String::new(),
        }
    }
}

/// A list that is told of `on` shows open cards of this state.
fn is_shown(state: TouchPointState, on: &[Step]) -> bool {
    match state {
        TouchPointState::Suggested => on.contains(&Step::Suggested),
        TouchPointState::Checking => on.contains(&Step::Checking),
        TouchPointState::Ready => on.contains(&Step::Ready),
        TouchPointState::Accepted => on.contains(&Step::Accepted),
        _ => true,
    }
}

/// The address as a link may hold it; nothing where it is none of the web.
fn web_address(address: &str) -> Option<String> {
    let address = url::Url::parse(address).ok()?;
    matches!(address.scheme(), "http" | "https").then(|| address.to_string())
}
