//! When is a feed due: its rhythm, its wishes and its failures, within the bounds of politeness. Pure.

mod broken;
mod next;
mod pushed;
mod rest;
mod settings;
mod silence;
mod skip;
#[cfg(test)]
mod tests;

use chrono::TimeDelta;

pub use broken::{Trouble, is_broken};
pub use next::{History, Limits, Next, next_poll};
pub use pushed::while_pushed;
pub use rest::{after_rest, put_off};
pub use settings::Settings;
pub use silence::{gone_silent, least_silence};

use crate::model::Time;

/// When a feed that was never polled is polled first: at once, so that a first pass shows everything it can; the queue
/// of each host keeps that polite, and the jitter of later polls spreads them for good. Where `start_spread_seconds`
/// is set, feeds begin spread over that time instead, each always at the same place; `own` feeds begin at once.
#[must_use]
pub fn first_poll(feed_id: &str, own: bool, settings: &Settings, now: Time) -> Time {
    if own || settings.start_spread_seconds == 0 {
        return now;
    }
    let hash = blake3::hash(feed_id.as_bytes());
    let number = hash.as_bytes().iter().take(8).fold(0_u64, |number, byte| (number << 8) | u64::from(*byte));
    now + TimeDelta::seconds(i64::from(u32::try_from(number % u64::from(settings.start_spread_seconds)).unwrap_or(0)))
}
