//! Where touch points go.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{SecretReader, Webhook};
use crate::model::{DestinationId, Step};

/// Where touch points go.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// CRMs, webhooks, mailboxes and chats that are told of touch points.
    pub destinations: Vec<Destination>,
}

/// One place where touch points go.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum Destination {
    /// A signed POST by the Standard Webhooks specification: Zapier, n8n, Make, or a program of your own.
    Webhook(Webhook),
}

/// What is wrong with the settings of a destination.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The key at fault; empty for the destination as a whole.
    pub key: String,
    /// What is wrong with it.
    pub message: String,
    /// What to write instead.
    pub hint: Option<String>,
}

impl Destination {
    /// Its id.
    #[must_use]
    pub fn id(&self) -> &DestinationId {
        match self {
            Self::Webhook(webhook) => &webhook.id,
        }
    }

    /// The steps it wants to hear of.
    #[must_use]
    pub fn on(&self) -> &[Step] {
        match self {
            Self::Webhook(webhook) => &webhook.on,
        }
    }

    /// It only wants to hear of alarms.
    #[must_use]
    pub fn alarms_only(&self) -> bool {
        match self {
            Self::Webhook(webhook) => webhook.alarms_only,
        }
    }

    /// Fetches its secrets and checks its settings; gives everything that is wrong.
    pub fn prepare(&mut self, reader: SecretReader<'_>) -> Vec<Fault> {
        match self {
            Self::Webhook(webhook) => webhook.prepare(reader),
        }
    }
}
