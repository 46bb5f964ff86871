//! What is on its way to a destination.

use serde::{Deserialize, Serialize};

use super::{DestinationId, Step, Time, TouchPointId};

/// One revision of one touch point for one destination.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Delivery {
    /// Hash of touch point, destination and revision: the same for every attempt.
    pub id: String,
    /// What is delivered; nil where it is no touch point.
    pub touch_point: TouchPointId,
    /// The saved search whose match is delivered, where that is what it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub search: Option<String>,
    /// Which revision of it.
    pub revision: u32,
    /// Where to.
    pub destination: DestinationId,
    /// The step of the card's life that caused it.
    pub step: Step,
    /// The body as it was rendered when the step was taken (JSON).
    pub payload: String,
    /// How far it is.
    pub state: DeliveryState,
    /// Attempts so far.
    pub attempts: u32,
    /// Not to be tried before this.
    pub next_at: Time,
    /// What the last attempt met.
    pub last_error: Option<String>,
    /// Status of the last answer.
    pub last_status: Option<u16>,
    /// When the step was taken.
    pub created: Time,
}

impl Delivery {
    /// A delivery that is due at once. It carries no touch point unless one is put in.
    #[must_use]
    pub fn due(id: String, destination: DestinationId, payload: String, now: Time) -> Self {
        Self {
            id,
            touch_point: TouchPointId(uuid::Uuid::nil()),
            search: None,
            revision: 0,
            destination,
            step: Step::Suggested,
            payload,
            state: DeliveryState::Due,
            attempts: 0,
            next_at: now,
            last_error: None,
            last_status: None,
            created: now,
        }
    }

    /// It carries no touch point but words for people: a match of a saved search, trouble, a test.
    #[must_use]
    pub fn is_notice(&self) -> bool {
        self.touch_point.0.is_nil()
    }
}

/// How far a delivery is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeliveryState {
    /// Waiting for its time.
    #[default]
    Due,
    /// The destination said yes.
    Delivered,
    /// Given up, kept whole and replayable.
    Dead,
    /// It may have been taken and nobody can tell: waits for a person, and what comes after it waits too.
    Unknown,
    /// A person settled that it is not to be sent, or who was to get it is gone.
    Dropped,
    /// It waits until a person has said which record its account is there, and what comes after it waits too.
    Held,
}

impl DeliveryState {
    /// The word used in tables.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Due => "due",
            Self::Delivered => "delivered",
            Self::Dead => "dead",
            Self::Unknown => "unknown",
            Self::Dropped => "dropped",
            Self::Held => "held",
        }
    }
}

/// The record of a touch point in a destination that keeps one (a task in a CRM).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Remote {
    /// Its id there.
    pub id: String,
    /// Its address for people, where there is one.
    pub url: Option<String>,
    /// What was last written there by us, as hashes; another text there is a person's and is left alone.
    pub written: Option<String>,
    /// How far it is there.
    pub state: RemoteState,
}

/// How far a record in a destination is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RemoteState {
    /// Still to be done.
    #[default]
    Open,
    /// Done there.
    Done,
    /// Taken back.
    Cancelled,
    /// It is no longer there.
    Gone,
}

impl RemoteState {
    /// The word used in tables.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Done => "done",
            Self::Cancelled => "cancelled",
            Self::Gone => "gone",
        }
    }
}
