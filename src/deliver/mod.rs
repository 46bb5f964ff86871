//! Brings touch points to where people work: which steps of a card go where, the message, its signature, and what an
//! answer means for the next attempt. One file for each kind of destination.

mod answer;
mod destination;
mod message;
pub mod outbox;
pub mod retry;
mod secret;
mod webhook;

pub use answer::Answer;
pub use destination::{Destination, Fault, Settings};
pub use secret::{Secret, SecretError, SecretReader};
pub use webhook::{Webhook, is_key};

use crate::model::{Delivery, DeliveryState, Step, Time, TouchPointId, id};
use crate::net;

/// Makes one attempt to hand `delivery` to `destination`. Every attempt carries the delivery's id (R55); `now` is the
/// time of this attempt. Never fails: what went wrong is in the answer.
pub async fn send(client: &net::Client, destination: &Destination, delivery: &Delivery, now: Time) -> Answer {
    match destination {
        Destination::Webhook(webhook) => webhook.send(client, delivery, now).await,
    }
}

/// A message that says nothing but that it can be sent. It is not written to the outbox.
#[must_use]
pub fn test_message(destination: &Destination, now: Time) -> Delivery {
    let hash = id::short_hash(&["test", destination.id().as_str(), &now.to_rfc3339()]);
    Delivery {
        id: format!("msg_test_{hash}"),
        touch_point: TouchPointId(uuid::Uuid::nil()),
        search: None,
        revision: 0,
        destination: destination.id().clone(),
        step: Step::Suggested,
        payload: message::test(destination.id(), now),
        state: DeliveryState::Due,
        attempts: 0,
        next_at: now,
        last_error: None,
        last_status: None,
        created: now,
    }
}
