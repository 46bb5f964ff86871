//! A playbook beside the one in force: what each makes of the stories in the archive. Nothing is written.

use std::collections::{BTreeMap, HashMap};

use chrono::{DateTime, NaiveDate};
use serde::Serialize;

use crate::config::Config;
use crate::model::{AccountId, PlayId, StoryId, Time, TouchPoint, TouchPointId};
use crate::store::{Store, StoreError, signals, stories, topics};
use crate::touchpoint::replay::{Told, cards};
use crate::touchpoint::{Playbook, TopicNews};

/// Cards told as examples of each kind.
const MOST_EXAMPLES: usize = 10;

/// Old against new.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Replay {
    /// First day.
    pub from: NaiveDate,
    /// Last day.
    pub to: NaiveDate,
    /// Version of the playbook in force.
    pub old: String,
    /// Version of the one that is tried.
    pub new: String,
    /// Stories answered.
    pub stories: usize,
    /// Cards in all.
    pub cards: Count,
    /// Cards of each week and owner, oldest first.
    pub weeks: Vec<Week>,
    /// Plays whose cards differ in number, those that change most first.
    pub plays: Vec<PlayCount>,
    /// Cards that only the new playbook makes: how many, and examples.
    pub appear: Cards,
    /// Cards that only the old playbook makes.
    pub vanish: Cards,
    /// Cards of another play than before.
    pub changed: usize,
}

/// Cards by the old playbook and by the new.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Count {
    /// By the playbook in force.
    pub old: usize,
    /// By the one that is tried.
    pub new: usize,
}

/// The cards of one owner in one week.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Week {
    /// As in ISO 8601 ("2026-W48").
    pub week: String,
    /// Whose cards.
    pub owner: Option<String>,
    /// How many.
    #[serde(flatten)]
    pub cards: Count,
}

/// The cards of one play.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PlayCount {
    /// Which.
    pub play: PlayId,
    /// How many.
    #[serde(flatten)]
    pub cards: Count,
}

/// Cards that one of the playbooks alone makes.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Cards {
    /// How many.
    pub count: usize,
    /// The first of them.
    pub examples: Vec<Example>,
}

/// A card of one of the playbooks.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Example {
    /// The day of its birth.
    pub day: NaiveDate,
    /// Whose it is.
    pub account: AccountId,
    /// The play that makes it.
    pub play: PlayId,
    /// Its title.
    pub title: String,
    /// The story.
    pub story: StoryId,
    /// The headline of the story.
    pub headline: Option<String>,
}

/// Answers the stories told from day `from` to day `to` (in the operator's zone) by the playbook in force and by `other`.
///
/// What was told before, as far as cards are remembered, is answered too, so that the first days know what came before
/// them; it is not counted.
///
/// # Errors
/// Where the database refuses.
pub async fn replay(
    store: &Store,
    config: &Config,
    other: &Playbook,
    from: NaiveDate,
    to: NaiveDate,
) -> Result<Replay, StoreError> {
    let settings = &config.settings.touchpoint;
    let zone = config.settings.operator.zone();
    let day_of = |at: Time| at.with_timezone(&zone).date_naive();
    // Two days more at either end: the day of the zone is looked at below.
    let midnight = |day: NaiveDate| DateTime::from_naive_utc_and_offset(day.into(), chrono::Utc);
    let slack = chrono::TimeDelta::days(2);
    let mut session = store.read().await?;
    let signals =
        signals::between(&mut session, midnight(from) - slack - settings.memory(), midnight(to) + slack).await?;
    let since = midnight(from) - slack - settings.memory();
    let topics = topics::between(&mut session, since, midnight(to) + slack).await?;
    let mut told = Told::of(signals, TopicNews::of(&topics, &config.watchlist));
    told.retain(|told| day_of(told.at()) <= to);
    // What dismissals taught holds for both.
    let other = Playbook { tuning: config.playbook.tuning.clone(), ..other.clone() };
    let counted = |cards: Vec<TouchPoint>| -> Vec<TouchPoint> {
        cards.into_iter().filter(|card| day_of(card.created) >= from).collect()
    };
    let old = counted(cards(&told, &config.watchlist, &config.playbook, settings));
    let new = counted(cards(&told, &config.watchlist, &other, settings));
    let mut replay = compare(&old, &new, &day_of);
    (replay.from, replay.to) = (from, to);
    replay.old = config.playbook.version();
    replay.new = other.version();
    replay.stories = told.iter().filter(|told| day_of(told.at()) >= from).count();
    for example in replay.appear.examples.iter_mut().chain(&mut replay.vanish.examples) {
        example.headline = stories::get(&mut session, &example.story).await?.map(|story| story.title);
    }
    Ok(replay)
}

/// Tells the cards of two playbooks apart. A card is the same where account and cause are.
fn compare(old: &[TouchPoint], new: &[TouchPoint], day_of: &dyn Fn(Time) -> NaiveDate) -> Replay {
    type Key<'c> = (&'c AccountId, &'c str);
    fn by_key(cards: &[TouchPoint]) -> HashMap<Key<'_>, &TouchPoint> {
        cards.iter().map(|card| ((&card.account, card.cause.as_str()), card)).collect()
    }
    let (in_old, in_new) = (by_key(old), by_key(new));
    let mut weeks: BTreeMap<(String, Option<&str>), Count> = BTreeMap::new();
    let mut plays: BTreeMap<&PlayId, Count> = BTreeMap::new();
    for (cards, one_more) in [(old, (|count| count.old += 1) as fn(&mut Count)), (new, |count| count.new += 1)] {
        for card in cards {
            let week = day_of(card.created).format("%G-W%V").to_string();
            one_more(weeks.entry((week, card.owner.as_deref())).or_default());
            one_more(plays.entry(&card.play).or_default());
        }
    }
    let mut plays: Vec<PlayCount> = plays
        .into_iter()
        .filter(|(_, cards)| cards.old != cards.new)
        .map(|(play, cards)| PlayCount { play: play.clone(), cards })
        .collect();
    plays.sort_by_key(|play| std::cmp::Reverse(play.cards.old.abs_diff(play.cards.new)));
    Replay {
        from: NaiveDate::default(),
        to: NaiveDate::default(),
        old: String::new(),
        new: String::new(),
        stories: 0,
        cards: Count { old: old.len(), new: new.len() },
        weeks: weeks
            .into_iter()
            .map(|((week, owner), cards)| Week { week, owner: owner.map(str::to_owned), cards })
            .collect(),
        plays,
        appear: only_in(new, &in_old, day_of),
        vanish: only_in(old, &in_new, day_of),
        changed: in_old.iter().filter(|(key, card)| in_new.get(*key).is_some_and(|now| now.play != card.play)).count(),
    }
}

fn only_in(
    cards: &[TouchPoint],
    other: &HashMap<(&AccountId, &str), &TouchPoint>,
    day_of: &dyn Fn(Time) -> NaiveDate,
) -> Cards {
    let only = cards.iter().filter(|card| !other.contains_key(&(&card.account, card.cause.as_str())));
    let mut only: Vec<&TouchPoint> = only.collect();
    only.sort_by_key(|card: &&TouchPoint| -> (Time, TouchPointId) { (card.created, card.id) });
    let example = |card: &&TouchPoint| Example {
        day: day_of(card.created),
        account: card.account.clone(),
        play: card.play.clone(),
        title: card.title.clone(),
        story: story_of(card),
        headline: None,
    };
    Cards { count: only.len(), examples: only.iter().take(MOST_EXAMPLES).map(example).collect() }
}

/// The story in the cause of a card: `story:` and its id; a task to set it right has more behind it.
fn story_of(card: &TouchPoint) -> StoryId {
    let cause = card.cause.strip_prefix("story:").unwrap_or(&card.cause);
    StoryId(cause.split(':').next().unwrap_or_default().to_owned())
}
