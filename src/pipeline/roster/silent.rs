//! Feeds that answer and bring nothing, against their own rhythm: the news may have moved elsewhere.

use std::collections::HashMap;

use chrono::TimeDelta;

use super::ledger::Health;
use crate::model::{FeedId, Time};
use crate::schedule;
use crate::store::feeds::FeedState;
use crate::store::{Session, StoreError, entries};

/// Entries whose times tell the rhythm of a feed.
const RHYTHM: i64 = 30;

/// Since when a feed has brought nothing, and how often it did before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Silence {
    /// When it last brought something new.
    pub since: Time,
    /// The usual gap between its entries before.
    pub usual: TimeDelta,
}

impl Silence {
    /// In words, lower case, no full stop.
    #[must_use]
    pub fn told(&self) -> String {
        let before = match (self.usual.num_days(), self.usual.num_hours()) {
            (0, 0) => "several an hour".to_owned(),
            (0, 1) => "one an hour".to_owned(),
            (0, hours) => format!("one every {hours} hours"),
            (1, _) => "one a day".to_owned(),
            (days, _) => format!("one every {days} days"),
        };
        let since = self.since.date_naive();
        format!("gone silent: it answers, but brought nothing new since {since}, where {before} came before")
    }
}

/// Of these feeds, those that have gone silent. Only feeds that are long without news are looked at closely.
///
/// # Errors
/// Where the database refuses.
pub async fn silent(
    session: &mut Session,
    states: impl Iterator<Item = &FeedState>,
    now: Time,
) -> Result<HashMap<FeedId, Silence>, StoreError> {
    let mut silent = HashMap::new();
    for state in states {
        let Some(since) = state.last_new.filter(|last| now - *last > schedule::least_silence()) else { continue };
        if Health::of(Some(state), now) != Health::Well {
            continue;
        }
        let times = entries::rhythm(session, &state.id, RHYTHM).await?;
        if let Some(usual) = schedule::gone_silent(&times, since, now) {
            silent.insert(state.id.clone(), Silence { since, usual });
        }
    }
    Ok(silent)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_silence_is_told_in_words() {
        let since = "2026-03-02T12:00:00Z".parse().unwrap();
        for (minutes, words) in [
            (0, "several an hour"),
            (70, "one an hour"),
            (60 * 5, "one every 5 hours"),
            (60 * 30, "one a day"),
            (60 * 24 * 7, "one every 7 days"),
        ] {
            let told = Silence { since, usual: TimeDelta::minutes(minutes) }.told();
            assert!(told.contains("since 2026-03-02") && told.contains(words), "{told}");
        }
    }
}
