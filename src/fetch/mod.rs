//! Gets the bytes of feeds and pages, politely.
//!
//! * One host has one queue: one connection at a time, and a gap between two requests (`line`).
//! * Where several processes share one database, the turns of all of them are kept there ([`SharedTurns`]).
//! * A host that said or showed that it wants rest is not asked until then (`rest`); what an answer means is judged apart
//!   from asking (`judge`).
//! * Pages are asked for only where the site's robots.txt lets us ([`robots`]); feeds are published to be polled.
//! * One exchange has one deadline and one cap; redirects are followed hop by hop, each checked anew (`walk`).

mod answer;
mod fetcher;
mod form;
mod judge;
mod line;
mod link_field;
mod outcome;
mod pace;
mod rest;
mod restriction;
pub mod robots;
mod robots_cache;
mod settings;
mod shared;
#[cfg(test)]
mod tests;
mod walk;

pub use fetcher::Fetcher;
pub use form::FormError;
pub use judge::{Answered, Heard, Judge};
pub use link_field::PushLinks;
pub use outcome::{FeedRequest, Fetched, Outcome};
pub use pace::Pace;
pub use settings::Settings;
pub use shared::{SharedTurns, TurnTaken};
