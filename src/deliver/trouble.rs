//! What other channels are told of a destination that does not work: once when it has not for a day, once when it does
//! again.

use crate::model::{DestinationId, Time};

use super::message::clip;

/// A destination that fails, or that works again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Trouble<'a> {
    /// Which destination.
    pub destination: &'a DestinationId,
    /// Since when nothing goes through.
    pub since: Time,
    /// `failing`, `paused` or `disabled`.
    pub state: &'a str,
    /// What it last said.
    pub why: &'a str,
    /// Deliveries that wait for it.
    pub waiting: i64,
    /// It works again.
    pub well: bool,
}

impl Trouble<'_> {
    /// One line for people.
    pub(super) fn subject(&self) -> String {
        let day = self.since.format("%-d %b");
        if self.well {
            format!("Tidings: {} works again", self.destination)
        } else {
            format!("Tidings: {} is {} since {day}", self.destination, self.state)
        }
    }

    /// What happened and what to do.
    pub(super) fn body(&self) -> String {
        let Self { destination, state, waiting, .. } = self;
        let since = self.since.format("%Y-%m-%d %H:%M UTC");
        if self.well {
            return format!("Touch points reach {destination} again. They did not since {since}.");
        }
        let why = if self.why.is_empty() { "it does not answer" } else { self.why };
        let deed = match *state {
            "failing" => format!("It is tried again by itself. `tidings deliver test {destination}` tries at once."),
            _ => format!(
                "Settle that, look with `tidings deliver test {destination}`, then `tidings deliver retry {destination}`."
            ),
        };
        let waiting = match waiting {
            1 => "1 delivery waits".to_owned(),
            count => format!("{count} deliveries wait"),
        };
        format!("No touch point reaches {destination} since {since}; {waiting}.\nWhy: {}\n{deed}", clip(why, 300))
    }
}
