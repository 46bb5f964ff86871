//! Rules tried on what was read before: the stories of the archive answered again, in memory.

use super::{Decision, Occasion, Playbook, Settings, story_cause, suggest};
use crate::model::{Actor, Signal, StoryId, Time, TouchPoint, TouchPointState, Watchlist};

/// A story of the archive as it is told now.
#[derive(Clone, Debug, PartialEq)]
pub struct Told {
    /// Which story.
    pub story: StoryId,
    /// What its articles are taken to say, merged; at least one.
    pub signals: Vec<Signal>,
}

impl Told {
    /// The stories of `signals`, in the order in which they were last told.
    ///
    /// News that was old when it was first read counts as if it had been followed from its day on: what the rules make of
    /// it is asked here, and not when the program was set up.
    #[must_use]
    pub fn of(mut signals: Vec<Signal>) -> Vec<Self> {
        signals.sort_by(|one, other| (&one.story, &one.id).cmp(&(&other.story, &other.id)));
        let mut told: Vec<Self> = Vec::new();
        for signal in signals {
            let signal = Signal { backfilled: false, ..signal };
            match told.last_mut().filter(|told| told.story == signal.story) {
                Some(told) => told.signals.push(signal),
                None => told.push(Self { story: signal.story.clone(), signals: vec![signal] }),
            }
        }
        told.sort_by(|one, other| (one.at(), &one.story).cmp(&(other.at(), &other.story)));
        told
    }

    /// When it was last told.
    #[must_use]
    pub fn at(&self) -> Time {
        self.signals.iter().map(|signal| signal.last_at).max().unwrap_or_default()
    }
}

/// The cards that `playbook` makes of `told`, oldest first, each as it was last seen; withdrawn ones are left out.
///
/// Every story is answered once, at the time when it was last told and with what was known then; nobody closes a card. The
/// gate and the calendar have no part in it.
#[must_use]
pub fn cards(told: &[Told], watchlist: &Watchlist, playbook: &Playbook, settings: &Settings) -> Vec<TouchPoint> {
    let mut cards: Vec<TouchPoint> = Vec::new();
    // Cards are born in time order: those within memory are the last ones.
    let mut forgotten = 0;
    for Told { story, signals } in told {
        let now = signals.iter().map(|signal| signal.last_at).max().unwrap_or_default();
        let since = now - settings.memory();
        forgotten += cards[forgotten..].iter().take_while(|card| card.created < since).count();
        let cause = story_cause(story);
        let existing: Vec<TouchPoint> = cards.iter().filter(|card| card.cause == cause).cloned().collect();
        let occasion = Occasion {
            story,
            signals,
            watchlist,
            playbook,
            existing: &existing,
            recent: &cards[forgotten..],
            settings,
            now,
        };
        let decisions = suggest(&occasion, &Actor::program("replay"));
        for decision in decisions {
            match decision {
                Decision::New { card, .. } => cards.push(*card),
                Decision::Change { change, .. } => {
                    if let Some(known) = cards.iter_mut().rfind(|known| known.id == change.card.id) {
                        *known = change.card;
                    }
                }
                Decision::NotSuggested(_) => {}
            }
        }
    }
    cards.retain(|card| card.state != TouchPointState::Withdrawn);
    cards
}
