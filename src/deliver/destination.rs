//! Where touch points go.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{
    Atom, Attempt, BottleCrm, Csv, Dataverse, HubSpot, ICalendar, Mail, Odoo, Rhythm, Rules, Salesforce, SecretReader,
    Sent, Slack, Teams, Templates, Tryton, Webhook,
};
use crate::model::DestinationId;

/// Where touch points go.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// CRMs, webhooks, mailboxes and chats that are told of touch points.
    pub destinations: Vec<Destination>,
    /// How subjects and bodies of tasks are worded, by name; a destination names its own by `template`. What can be said in
    /// them stands in docs/deliver/templates.md.
    #[serde(skip_serializing_if = "Templates::is_empty")]
    pub templates: Templates,
    /// Destinations that are told when another one has failed, or was stopped, for a day, and when it works again. Left out:
    /// every one that is no CRM. An empty list: nobody.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tell_trouble: Option<Vec<DestinationId>>,
}

/// One place where touch points go.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum Destination {
    /// A signed POST by the Standard Webhooks specification: Zapier, n8n, Make, or a program of your own.
    Webhook(Webhook),
    /// An Atom feed in a file.
    Atom(Atom),
    /// A calendar in a file.
    ICalendar(ICalendar),
    /// A table in a file.
    Csv(Csv),
    /// Mailboxes: a mail for each card, and a digest in the morning.
    Mail(Mail),
    /// A channel of Slack.
    Slack(Slack),
    /// A channel or chat of Microsoft Teams.
    Teams(Teams),
    /// Tasks in Salesforce, and its accounts.
    Salesforce(Salesforce),
    /// Tasks in HubSpot, and its companies.
    HubSpot(HubSpot),
    /// Tasks in Microsoft Dataverse (Dynamics 365 Sales), and its accounts.
    Dataverse(Dataverse),
    /// Tryton: leads.
    Tryton(Tryton),
    /// BottleCRM: tasks.
    BottleCrm(BottleCrm),
    /// Odoo: activities.
    Odoo(Odoo),
}

/// Does the same with the settings of any kind.
macro_rules! any {
    ($destination:expr, $settings:ident => $what:expr) => {
        match $destination {
            Destination::Webhook($settings) => $what,
            Destination::Atom($settings) => $what,
            Destination::ICalendar($settings) => $what,
            Destination::Csv($settings) => $what,
            Destination::Mail($settings) => $what,
            Destination::Slack($settings) => $what,
            Destination::Teams($settings) => $what,
            Destination::Salesforce($settings) => $what,
            Destination::HubSpot($settings) => $what,
            Destination::Dataverse($settings) => $what,
            Destination::Tryton($settings) => $what,
            Destination::BottleCrm($settings) => $what,
            Destination::Odoo($settings) => $what,
        }
    };
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

impl Fault {
    /// A fault of this key; an empty hint is none.
    pub(super) fn of(key: &str, message: &str, hint: &str) -> Self {
        let hint = Some(hint.to_owned()).filter(|hint| !hint.is_empty());
        Self { key: key.to_owned(), message: message.to_owned(), hint }
    }
}

impl Destination {
    /// The settings that every destination has.
    #[must_use]
    pub fn rules(&self) -> Rules<'_> {
        any!(self, settings => settings.rules())
    }

    /// Its id.
    #[must_use]
    pub fn id(&self) -> &DestinationId {
        self.rules().id
    }

    /// Has its tasks worded by another template.
    pub fn word_by(&mut self, template: String) {
        any!(self, settings => settings.template = Some(template));
    }

    /// Fetches its secrets and checks its settings; gives everything that is wrong.
    pub fn prepare(&mut self, reader: SecretReader<'_>) -> Vec<Fault> {
        let mut faults = any!(&mut *self, settings => settings.prepare(reader));
        // A mailbox that only gets the digest is told of no step.
        let only_digest = matches!(self, Destination::Mail(mail) if mail.digest != Rhythm::Off);
        faults.extend(self.rules().faults().into_iter().filter(|fault| !(only_digest && fault.key == "on")));
        faults
    }

    /// Makes one attempt to hand a delivery over. Every attempt carries the delivery's id (R55). Never fails: what went
    /// wrong is in the answer.
    pub async fn send(&self, attempt: &Attempt<'_>) -> Sent {
        any!(self, settings => settings.send(attempt).await)
    }
}
