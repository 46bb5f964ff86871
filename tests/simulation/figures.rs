//! What came of it, counted.

use std::collections::BTreeMap;

use chrono::TimeDelta;
use tidings::fetch::{Answered, Outcome};

/// Counts.
#[derive(Default)]
pub(crate) struct Figures {
    /// Requests by status.
    pub(crate) requests: BTreeMap<u16, u32>,
    /// Polls by what they came to.
    pub(crate) polls: BTreeMap<&'static str, u32>,
    /// How long after their time feeds were asked, seconds.
    pub(crate) lateness: Vec<i64>,
    /// The longest line of feeds that were due.
    pub(crate) queue: usize,
    /// Feeds paused since their server asked for a very long rest.
    pub(crate) paused: u32,
}

impl Figures {
    pub(crate) fn request(&mut self, answer: &Answered) {
        *self.requests.entry(answer.status.as_u16()).or_default() += 1;
    }

    pub(crate) fn outcome(&mut self, outcome: &Outcome) {
        let word = match outcome {
            Outcome::Fresh(_) => "fresh",
            Outcome::Unchanged { .. } => "unchanged",
            Outcome::Gone => "gone",
            Outcome::Limited { backoff: Some(_), .. } => "told to slow down",
            Outcome::Limited { .. } => "not asked, its host rests",
            Outcome::Refused(_) => "refused",
            Outcome::Failed { .. } => "failed",
        };
        *self.polls.entry(word).or_default() += 1;
    }

    pub(crate) fn late(&mut self, by: TimeDelta) {
        self.lateness.push(by.num_seconds());
    }

    pub(crate) fn queue(&mut self, waiting: usize) {
        self.queue = self.queue.max(waiting);
    }
}

/// The value below which `share` of the values lie.
pub(crate) fn quantile<T: Copy + Ord>(values: &[T], share: f64) -> T {
    let mut values = values.to_vec();
    values.sort_unstable();
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "an index")]
    let place = (values.len() as f64 * share) as usize;
    values[place.min(values.len() - 1)]
}
