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
}

impl DeliveryState {
    /// The word used in tables.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Due => "due",
            Self::Delivered => "delivered",
            Self::Dead => "dead",
        }
    }
}
