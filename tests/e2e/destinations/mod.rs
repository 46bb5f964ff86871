//! Destinations: what arrives there, what they may answer, and what becomes of it.

mod answers;
mod atom;
mod csv;
mod desk;
mod faulty;
mod hooks;
mod icalendar;
mod lists;
mod trouble;
mod webhook;
mod wording;
