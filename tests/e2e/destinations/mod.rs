//! Destinations: what arrives there, what they may answer, and what becomes of it.

mod atom;
mod csv;
mod desk;
mod icalendar;
mod lists;
mod webhook;
