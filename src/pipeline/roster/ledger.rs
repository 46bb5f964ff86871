//! The ledger: when each feed was last read well, so that "quiet" is only said where somebody looked (R68).

use std::collections::HashMap;

use serde::Serialize;

use super::silent::Silence;
use crate::config::Config;
use crate::model::{AccountId, Feed, FeedId, SourceId, Time};
use crate::store::coverage::Gap;
use crate::store::feeds::{FeedLife, FeedState, OVERDUE, PausedBy};

/// Whether a feed is being read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Health {
    /// Its last poll went well, and the next is not overdue.
    Well,
    /// It was not polled yet.
    New,
    /// Its last poll failed, or its host wants to be left alone.
    Failing,
    /// It is paused.
    Paused,
    /// Its origin said that it is gone for good.
    Gone,
    /// It should have been polled long ago: nothing runs.
    Overdue,
    /// It answers, and brings nothing against its own rhythm.
    Silent,
}

impl Health {
    /// How a feed stands at `now`; nothing is known of one that was never declared.
    #[must_use]
    pub fn of(state: Option<&FeedState>, now: Time) -> Self {
        let Some(state) = state else { return Self::New };
        match state.state {
            FeedLife::Paused => Self::Paused,
            FeedLife::Gone | FeedLife::Archived => Self::Gone,
            FeedLife::Active if state.error.is_some() || state.failures > 0 => Self::Failing,
            FeedLife::Active if state.last_success.is_none() => Self::New,
            FeedLife::Active if now - state.next_poll > OVERDUE => Self::Overdue,
            FeedLife::Active => Self::Well,
        }
    }

    /// The word told to people.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Well => "well",
            Self::New => "new",
            Self::Failing => "failing",
            Self::Paused => "paused",
            Self::Gone => "gone",
            Self::Overdue => "overdue",
            Self::Silent => "silent",
        }
    }
}

/// Why a feed is not read, in words; nothing where it is.
#[must_use]
pub fn trouble(state: Option<&FeedState>, now: Time) -> Option<String> {
    let why = match Health::of(state, now) {
        Health::Well | Health::Silent => return None,
        Health::New => "not polled yet".to_owned(),
        Health::Gone => "its origin says it is gone for good".to_owned(),
        Health::Overdue => "it was due long ago: is `tidings run` running?".to_owned(),
        Health::Paused => match state.and_then(|state| state.paused_by) {
            Some(PausedBy::File) => "paused in sources.toml".to_owned(),
            Some(PausedBy::Person) => "paused by a person".to_owned(),
            Some(PausedBy::Program) | None => state.map(|state| state.next_why.clone()).unwrap_or_default(),
        },
        Health::Failing => state.and_then(|state| state.error.clone()).unwrap_or_else(|| "failing".to_owned()),
    };
    Some(why)
}

/// One feed in the ledger of an account.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Line {
    /// Which feed.
    pub feed: FeedId,
    /// Its source.
    pub source: SourceId,
    /// News of this account comes by it: it is the account's own, or named it lately.
    pub closely: bool,
    /// Whether it is being read.
    pub health: Health,
    /// When it was last read well.
    pub last_success: Option<Time>,
    /// Articles of it that named the account lately.
    pub articles: i64,
    /// Why it is not read.
    pub trouble: Option<String>,
    /// Times of late in which it could not be read, and which are over.
    pub gaps: Vec<Gap>,
}

/// What can be said of the quiet around an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Coverage {
    /// Every feed is being read.
    Healthy,
    /// The feeds that news of it comes by are being read, some others are not.
    Partly,
    /// A feed that news of it comes by is not being read.
    CouldNotLook,
    /// No feed covers it: none is its own, none named it lately, and none is about everybody.
    NoFeed,
}

/// What is known of the feeds.
#[derive(Clone, Debug, Default)]
pub(super) struct Seen {
    /// How each stands.
    pub(super) states: HashMap<FeedId, FeedState>,
    /// Those whose articles named the account lately, with how many articles.
    pub(super) named: HashMap<FeedId, i64>,
    /// Those that have gone silent.
    pub(super) silent: HashMap<FeedId, Silence>,
    /// Times of late in which they could not be read.
    pub(super) gaps: Vec<Gap>,
}

/// When each feed was last read well, as far as an account is concerned.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Ledger {
    /// What can be said of quiet.
    pub coverage: Coverage,
    /// Since when a feed that news of it comes by could not be read; nothing where it never was, or all are.
    pub could_not_look_since: Option<Time>,
    /// Its own feeds first, then those that named it, then the others.
    pub lines: Vec<Line>,
}

/// The ledger of an account. Its own feeds cover it, and those that named it lately; an account that no feed is known to
/// bring news of is covered by all feeds that are nobody's own.
#[must_use]
pub(super) fn ledger(config: &Config, account: &AccountId, seen: &Seen, now: Time) -> Ledger {
    let own = |feed: &Feed| feed.account.as_ref() == Some(account);
    let close = |feed: &Feed| own(feed) || feed.looks_for.contains(account) || seen.named.contains_key(&feed.id);
    let everywhere = !config.feeds().any(|(_, feed)| close(feed));
    let merged = |feed: &Feed| seen.states.get(&feed.id).is_some_and(FeedState::is_merged);
    let mut lines: Vec<(bool, Line)> = config
        .feeds()
        .filter(|(_, feed)| !merged(feed))
        .map(|(source, feed)| {
            let state = seen.states.get(&feed.id);
            let silence = seen.silent.get(&feed.id);
            let line = Line {
                feed: feed.id.clone(),
                source: source.id.clone(),
                closely: close(feed) || (everywhere && feed.account.is_none()),
                health: if silence.is_some() { Health::Silent } else { Health::of(state, now) },
                last_success: state.and_then(|state| state.last_success),
                articles: seen.named.get(&feed.id).copied().unwrap_or(0),
                trouble: silence.map(Silence::told).or_else(|| trouble(state, now)),
                gaps: seen.gaps.iter().filter(|gap| gap.feed == feed.id).cloned().collect(),
            };
            (own(feed), line)
        })
        .collect();
    lines.sort_by_key(|(own, line)| (!own, !line.closely, std::cmp::Reverse(line.articles)));
    let lines: Vec<Line> = lines.into_iter().map(|(_, line)| line).collect();
    let unread = |line: &&Line| line.health != Health::Well;
    let since = |line: &Line| seen.silent.get(&line.feed).map_or(line.last_success, |silence| Some(silence.since));
    let could_not_look_since = lines.iter().filter(|line| line.closely).filter(unread).map(since);
    let coverage = if lines.iter().all(|line| !line.closely) {
        Coverage::NoFeed
    } else if lines.iter().any(|line| line.closely && line.health != Health::Well) {
        Coverage::CouldNotLook
    } else if lines.iter().any(|line| line.health != Health::Well) {
        Coverage::Partly
    } else {
        Coverage::Healthy
    };
    Ledger { coverage, could_not_look_since: could_not_look_since.min().flatten(), lines }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;
    use crate::model::{PollHints, Validators};

    fn now() -> Time {
        "2026-03-02T12:00:00Z".parse().unwrap()
    }

    fn state(id: &str, hours_ago: i64) -> FeedState {
        FeedState {
            id: id.into(),
            url: format!("https://news.example/{id}"),
            state: FeedLife::Active,
            paused_by: None,
            title: None,
            validators: Validators::default(),
            hints: PollHints::default(),
            next_poll: now(),
            next_why: "every hour".to_owned(),
            last_attempt: None,
            last_success: Some(now() - TimeDelta::hours(hours_ago)),
            last_new: None,
            outcome: None,
            error: None,
            failures: 0,
            failing_since: None,
            told_broken: None,
            warnings: Vec::new(),
            fence: 0,
        }
    }

    #[test]
    fn health_of_a_feed() {
        let well = state("a", 1);
        for (expected, state) in [
            (Health::New, None),
            (Health::Well, Some(well.clone())),
            (Health::New, Some(FeedState { last_success: None, ..well.clone() })),
            (Health::Failing, Some(FeedState { failures: 1, ..well.clone() })),
            (Health::Failing, Some(FeedState { error: Some("its host rests".to_owned()), ..well.clone() })),
            (Health::Paused, Some(FeedState { state: FeedLife::Paused, failures: 3, ..well.clone() })),
            (Health::Gone, Some(FeedState { state: FeedLife::Gone, ..well.clone() })),
            (Health::Overdue, Some(FeedState { next_poll: now() - TimeDelta::days(2), ..well })),
        ] {
            assert_eq!(Health::of(state.as_ref(), now()), expected);
            assert_eq!(trouble(state.as_ref(), now()).is_none(), expected == Health::Well, "{expected:?}");
        }
    }

    fn config() -> Config {
        let toml = |name: &str| std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("config").join(name);
        let mut config = crate::config::load(toml("").as_path()).unwrap();
        let source = |id: &str, account: Option<&str>| {
            let feed = serde_json::json!({ "id": id, "url": format!("https://news.example/{id}"), "account": account });
            serde_json::from_value(serde_json::json!({ "id": id, "name": id, "feed": [feed] })).unwrap()
        };
        config.sources = vec![source("general", None), source("other", None), source("own", Some("acme"))];
        config
    }

    fn seen(states: Vec<FeedState>, named: &[&str]) -> Seen {
        Seen {
            states: states.into_iter().map(|state| (state.id.clone(), state)).collect(),
            named: named.iter().map(|id| (FeedId::from(*id), 1)).collect(),
            ..Seen::default()
        }
    }

    fn coverage(states: Vec<FeedState>, named: &[&str]) -> (Coverage, Option<Time>) {
        let ledger = ledger(&config(), &"acme".into(), &seen(states, named), now());
        assert_eq!(ledger.lines[0].feed.as_str(), "own");
        (ledger.coverage, ledger.could_not_look_since)
    }

    #[test]
    fn r68_quiet_is_only_said_where_somebody_looked() {
        let failing = |id: &str, hours| FeedState { failures: 2, error: Some("down".to_owned()), ..state(id, hours) };
        let since = |hours| Some(now() - TimeDelta::hours(hours));
        for (states, named, expected) in [
            (vec![state("general", 1), state("other", 1), state("own", 1)], &[][..], (Coverage::Healthy, None)),
            (vec![state("general", 1), failing("other", 9), state("own", 1)], &[], (Coverage::Partly, None)),
            (
                vec![state("general", 1), failing("other", 9), state("own", 1)],
                &["other"],
                (Coverage::CouldNotLook, since(9)),
            ),
            (
                vec![failing("general", 5), state("other", 1), failing("own", 30)],
                &["general"],
                (Coverage::CouldNotLook, since(30)),
            ),
            (vec![state("general", 1), state("other", 1)], &[], (Coverage::CouldNotLook, None)),
        ] {
            assert_eq!(coverage(states, named), expected);
        }
    }

    #[test]
    fn r68_a_shared_search_is_where_its_accounts_are_looked_for() {
        let mut config = config();
        config.sources.pop();
        config.sources[1].feeds[0].looks_for = vec!["acme".into(), "globex".into()];
        let states = vec![state("general", 1), FeedState { failures: 1, ..state("other", 9) }];
        let of = |account: &str, named: &[&str]| {
            ledger(&config, &account.into(), &seen(states.clone(), named), now()).coverage
        };
        assert_eq!(of("acme", &[]), Coverage::CouldNotLook);
        assert_eq!(of("initech", &["general"]), Coverage::Partly);
    }

    #[test]
    fn r68_an_account_without_feeds_of_its_own_is_looked_for_in_all() {
        let seen =
            seen(vec![FeedState { failures: 1, ..state("general", 3) }, state("other", 1), state("own", 1)], &[]);
        let mut config = config();
        let coverage = |config: &Config| ledger(config, &"globex".into(), &seen, now()).coverage;
        assert_eq!(coverage(&config), Coverage::CouldNotLook);
        config.sources.remove(0);
        assert_eq!(coverage(&config), Coverage::Healthy);
        config.sources.remove(0);
        assert_eq!(coverage(&config), Coverage::NoFeed, "the own feed of another does not cover it");
        config.sources.clear();
        assert_eq!(coverage(&config), Coverage::NoFeed, "without feeds nobody looks");
    }

    #[test]
    fn r68_a_feed_that_has_gone_silent_is_no_quiet() {
        let mut seen = seen(vec![state("general", 1), state("other", 1), state("own", 1)], &[]);
        let since = now() - TimeDelta::days(40);
        seen.silent.insert("own".into(), Silence { since, usual: TimeDelta::days(1) });
        let ledger = ledger(&config(), &"acme".into(), &seen, now());
        assert_eq!((ledger.coverage, ledger.could_not_look_since), (Coverage::CouldNotLook, Some(since)));
        let told = ledger.lines[0].trouble.as_deref().unwrap();
        assert!(told.contains("gone silent") && told.contains("one a day"), "{told}");
    }
}
