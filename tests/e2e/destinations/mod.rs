//! Destinations: what arrives there, what they may answer, and what becomes of it.

mod answers;
mod atom;
mod bottlecrm;
mod chats;
mod contract;
mod csv;
mod dataverse;
pub(crate) mod desk;
mod faulty;
mod hooks;
mod hubspot;
mod icalendar;
mod lists;
mod mail;
mod odoo;
mod reading;
mod real;
mod real_story;
mod salesforce;
mod trouble;
mod tryton;
mod webhook;
mod wording;
