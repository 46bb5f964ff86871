//! Destinations: what arrives there, what they may answer, and what becomes of it.

mod answers;
mod atom;
mod contract;
mod csv;
mod dataverse;
mod desk;
mod faulty;
mod hooks;
mod hubspot;
mod icalendar;
mod lists;
mod reading;
mod salesforce;
mod trouble;
mod webhook;
mod wording;
