//! One attempt to hand a delivery over: what it is made with, and what came of it.

use std::collections::HashMap;

use tokio::sync::Mutex;

use super::{Answer, Secret};
use crate::model::{Delivery, DestinationId, Remote, Time};
use crate::net;

/// What an attempt is made with.
#[derive(Clone, Copy)]
pub struct Attempt<'a> {
    /// What is to be handed over.
    pub delivery: &'a Delivery,
    /// The record there, as far as it is known from earlier deliveries of the same touch point.
    pub remote: Option<&'a Remote>,
    /// What stands there for whom the touch point is about.
    pub links: &'a Links,
    /// How to reach the destination.
    pub wire: Wire<'a>,
}

/// How a destination is reached.
#[derive(Clone, Copy)]
pub struct Wire<'a> {
    /// Every address is dialled through it.
    pub client: &'a net::Client,
    /// Access tokens that were given before.
    pub tokens: &'a Tokens,
    /// The time of this attempt.
    pub now: Time,
}

/// The records of a destination that stand for the account, the contact and the owner of a touch point.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Links {
    /// The account, by its `external_ids`.
    pub account: Option<String>,
    /// The contact.
    pub contact: Option<String>,
    /// The owner, by what was imported from there.
    pub owner: Option<String>,
    /// The opportunity whose renewal is near.
    pub opportunity: Option<String>,
}

/// What came of an attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sent {
    /// What the destination said.
    pub answer: Answer,
    /// The record there as it now stands, where the destination keeps one and it is known.
    pub remote: Option<Remote>,
}

impl From<Answer> for Sent {
    fn from(answer: Answer) -> Self {
        Self { answer, remote: None }
    }
}

/// Access tokens, kept for as long as they hold; in memory only.
#[derive(Default)]
pub struct Tokens(Mutex<HashMap<DestinationId, (Secret, Time)>>);

impl Tokens {
    /// The token of a destination, where one holds at `now`.
    pub async fn get(&self, destination: &DestinationId, now: Time) -> Option<Secret> {
        let tokens = self.0.lock().await;
        tokens.get(destination).filter(|(_, until)| *until > now).map(|(token, _)| token.clone())
    }

    /// Keeps a token until `until`.
    pub async fn keep(&self, destination: &DestinationId, token: Secret, until: Time) {
        self.0.lock().await.insert(destination.clone(), (token, until));
    }

    /// Forgets a token that was refused.
    pub async fn forget(&self, destination: &DestinationId) {
        self.0.lock().await.remove(destination);
    }
}
