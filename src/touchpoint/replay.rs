//! Rules tried on what was read before: the stories of the archive answered again, in memory.

use std::collections::BTreeMap;

use super::{Decision, Occasion, Playbook, Settings, TopicNews, story_cause, suggest};
use crate::model::{Actor, Signal, StoryId, Time, TouchPoint, TouchPointState, Watchlist};

/// A story of the archive as it is told now.
#[derive(Clone, Debug, PartialEq)]
pub struct Told {
    /// Which story.
    pub story: StoryId,
    /// What its articles are taken to say, merged.
    pub signals: Vec<Signal>,
    /// What they are taken to say of topics.
    pub topics: Vec<TopicNews>,
}

impl Told {
    /// The stories of `signals` and `topics`, in the order in which they were last told.
    ///
    /// News that was old when it was first read counts as if it had been followed from its day on: what the rules make of
    /// it is asked here, and not when the program was set up.
    #[must_use]
    pub fn of(mut signals: Vec<Signal>, topics: Vec<TopicNews>) -> Vec<Self> {
        signals.sort_by(|one, other| one.id.cmp(&other.id));
        let mut stories: BTreeMap<StoryId, (Vec<Signal>, Vec<TopicNews>)> = BTreeMap::new();
        for signal in signals {
            let signal = Signal { backfilled: false, ..signal };
            stories.entry(signal.story.clone()).or_default().0.push(signal);
        }
        for news in topics {
            stories.entry(news.story.clone()).or_default().1.push(news);
        }
        let mut told: Vec<Self> =
            stories.into_iter().map(|(story, (signals, topics))| Self { story, signals, topics }).collect();
        told.sort_by(|one, other| (one.at(), &one.story).cmp(&(other.at(), &other.story)));
        told
    }

    /// When it was last told.
    #[must_use]
    pub fn at(&self) -> Time {
        let topics = self.topics.iter().map(|news| news.last_at);
        self.signals.iter().map(|signal| signal.last_at).chain(topics).max().unwrap_or_default()
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
    for one in told {
        let Told { story, signals, topics } = one;
        let now = one.at();
        let since = now - settings.memory();
        forgotten += cards[forgotten..].iter().take_while(|card| card.created < since).count();
        let cause = story_cause(story);
        let existing: Vec<TouchPoint> = cards.iter().filter(|card| card.cause == cause).cloned().collect();
        let occasion = Occasion {
            story,
            signals,
            topics,
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
