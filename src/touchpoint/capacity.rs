//! How much an owner has on the table.

use std::collections::HashMap;

use chrono::TimeDelta;

use super::Settings;
use crate::model::{Action, Time, TouchPoint, TouchPointState};

/// New cards of each owner, today and within seven days. Alarms, battlecards, what goes nowhere and what still waits do not
/// count.
#[derive(Clone, Debug, Default)]
pub(super) struct Load(HashMap<Option<String>, (u32, u32)>);

impl Load {
    /// What `recent` cards amount to.
    pub(super) fn of(recent: &[TouchPoint], now: Time) -> Self {
        let mut load = Self::default();
        let week = now - TimeDelta::days(7);
        for card in recent.iter().filter(|card| came(card) > week && burdens(card)) {
            let count = load.0.entry(card.owner.clone()).or_default();
            count.0 += u32::from(came(card).date_naive() == now.date_naive());
            count.1 += 1;
        }
        load
    }

    /// Whether one more card keeps within the daily cap and `weekly` cards.
    pub(super) fn has_room(&self, owner: Option<&str>, weekly: u32, settings: &Settings) -> bool {
        let (today, week) = self.0.get(&owner.map(str::to_owned)).copied().unwrap_or_default();
        today < settings.daily_new && week < weekly
    }

    /// One more new card.
    pub(super) fn add(&mut self, owner: Option<&str>) {
        let count = self.0.entry(owner.map(str::to_owned)).or_default();
        count.0 += 1;
        count.1 += 1;
    }
}

/// When it came to its owner.
pub(super) fn came(card: &TouchPoint) -> Time {
    card.offered.unwrap_or(card.created)
}

pub(super) fn burdens(card: &TouchPoint) -> bool {
    !card.alarm
        && !card.backfilled
        && card.action != Action::Battlecard
        && !matches!(card.state, TouchPointState::Withdrawn | TouchPointState::Suggested)
}
