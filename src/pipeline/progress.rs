//! When each loop last came round: a loop that stands still is noticed by its lack of progress, not by its life.

use std::collections::BTreeMap;
use std::sync::Mutex;

use chrono::TimeDelta;

use crate::model::Time;

/// A loop that has not come round for this long is stuck. The longest a loop may sleep is far below it.
pub const STUCK_AFTER: TimeDelta = TimeDelta::minutes(15);

/// When each loop last came round, and what it last complained of.
#[derive(Debug, Default)]
pub struct Progress {
    loops: Mutex<BTreeMap<&'static str, Round>>,
}

/// The last round of a loop.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Round {
    /// When it ended.
    pub at: Time,
    /// What went wrong in it.
    pub trouble: Option<String>,
}

impl Progress {
    /// Notes that a loop came round at `at`.
    pub fn came_round(&self, name: &'static str, at: Time, trouble: Option<String>) {
        let mut loops = self.loops.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        loops.insert(name, Round { at, trouble });
    }

    /// The last round of every loop.
    pub fn rounds(&self) -> BTreeMap<&'static str, Round> {
        self.loops.lock().unwrap_or_else(std::sync::PoisonError::into_inner).clone()
    }

    /// Loops that have not come round since `now` less [`STUCK_AFTER`].
    pub fn stuck(&self, now: Time) -> Vec<&'static str> {
        self.rounds().into_iter().filter(|(_, round)| now - round.at > STUCK_AFTER).map(|(name, _)| name).collect()
    }
}
