//! Brings touch points to where people work: which steps of a card go where, the message, its signature, and what an
//! answer means for the next attempt. One file for each kind of destination.

mod address;
mod answer;
pub mod atom;
mod attempt;
mod book;
mod bottlecrm;
mod chat;
mod cloud_event;
mod context;
mod courier;
mod crm;
mod csv;
mod dataverse;
mod destination;
pub mod digest;
mod hubspot;
pub mod icalendar;
mod listed;
#[cfg(test)]
mod listed_tests;
mod mail;
mod message;
mod notice;
mod odoo;
pub mod outbox;
pub mod page;
pub mod retry;
mod rules;
mod salesforce;
pub mod sample;
mod secret;
mod slack;
mod task;
mod teams;
mod template;
mod trouble;
mod tryton;
mod webhook;
mod wire;

pub use self::csv::Csv;
pub use self::icalendar::ICalendar;
pub use answer::{Answer, Class, Refusal};
pub use atom::Atom;
pub use attempt::{Attempt, Links, Sent, Tokens, Wire};
pub use bottlecrm::BottleCrm;
pub use context::{Around, Context, Firm, Person, Quote};
pub use courier::{Courier, Couriers};
pub use crm::{CrmAccount, CrmPerson, Mapping, Unlinked, crm_file, crm_match};
pub use dataverse::Dataverse;
pub use destination::{Destination, Fault, Settings};
pub use hubspot::HubSpot;
pub use listed::Listed;
pub use mail::{Dkim, Mail, Rhythm, Security, html_page, text_page};
pub use notice::Notice;
pub use odoo::Odoo;
pub use rules::Rules;
pub use salesforce::Salesforce;
pub use secret::{Secret, SecretError, SecretReader};
pub use slack::Slack;
pub use task::{Quoted, Task};
pub use teams::Teams;
pub use template::{Template, TemplateFault, Templates};
pub use trouble::Trouble;
pub use tryton::Tryton;
pub use webhook::{Format, Webhook, is_key};
pub use wire::{Ask, Told, under};

use crate::model::{Delivery, Time, id};

/// A message that says nothing but that it can be sent. It is not written to the outbox.
#[must_use]
pub fn test_message(destination: &Destination, now: Time) -> Delivery {
    let hash = id::short_hash(&["test", destination.id().as_str(), &now.to_rfc3339()]);
    let payload = message::test(destination.id(), now);
    Delivery::due(format!("msg_test_{hash}"), destination.id().clone(), payload, now)
}
