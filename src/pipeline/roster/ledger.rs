//! The ledger: when each feed was last read well, so that "quiet" is only said where somebody looked (R68).

use std::collections::HashMap;

use chrono::TimeDelta;
use serde::Serialize;

use crate::config::Config;
use crate::model::{AccountId, Feed, FeedId, SourceId, Time};
use crate::store::feeds::{FeedLife, FeedState, PausedBy};

/// A feed that is so long overdue is not read at present: a pass a day is the least that can be called watching.
const OVERDUE: TimeDelta = TimeDelta::hours(36);

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
        }
    }
}

/// Why a feed is not read, in words; nothing where it is.
#[must_use]
pub fn trouble(state: Option<&FeedState>, now: Time) -> Option<String> {
    let why = match Health::of(state, now) {
        Health::Well => return None,
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

/// The ledger of an account. `named` are the feeds whose articles named it lately, with how many articles. An account
/// that none of these brings news of is looked for in all feeds alike.
#[must_use]
pub(super) fn ledger(
    config: &Config,
    account: &AccountId,
    states: &HashMap<FeedId, FeedState>,
    named: &HashMap<FeedId, i64>,
    now: Time,
) -> Ledger {
    let own = |feed: &Feed| feed.account.as_ref() == Some(account);
    let close = |feed: &Feed| own(feed) || feed.looks_for.contains(account) || named.contains_key(&feed.id);
    let everywhere = !config.feeds().any(|(_, feed)| close(feed));
    let mut lines: Vec<(bool, Line)> = config
        .feeds()
        .map(|(source, feed)| {
            let state = states.get(&feed.id);
            let line = Line {
                feed: feed.id.clone(),
                source: source.id.clone(),
                closely: everywhere || close(feed),
                health: Health::of(state, now),
                last_success: state.and_then(|state| state.last_success),
                articles: named.get(&feed.id).copied().unwrap_or(0),
                trouble: trouble(state, now),
            };
            (own(feed), line)
        })
        .collect();
    lines.sort_by_key(|(own, line)| (!own, !line.closely, std::cmp::Reverse(line.articles)));
    let lines: Vec<Line> = lines.into_iter().map(|(_, line)| line).collect();
    let unread = |line: &&Line| line.health != Health::Well;
    let could_not_look_since = lines.iter().filter(|line| line.closely).filter(unread).map(|line| line.last_success);
    let coverage = if lines.is_empty() || lines.iter().any(|line| line.closely && line.health != Health::Well) {
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

    fn coverage(states: Vec<FeedState>, named: &[&str]) -> (Coverage, Option<Time>) {
        let states = states.into_iter().map(|state| (state.id.clone(), state)).collect();
        let named = named.iter().map(|id| (FeedId::from(*id), 1)).collect();
        let ledger = ledger(&config(), &"acme".into(), &states, &named, now());
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
        let states = [state("general", 1), FeedState { failures: 1, ..state("other", 9) }];
        let states = states.into_iter().map(|state| (state.id.clone(), state)).collect();
        let coverage = |account: &str| ledger(&config, &account.into(), &states, &HashMap::new(), now()).coverage;
        assert_eq!(coverage("acme"), Coverage::CouldNotLook);
        let named = HashMap::from([(FeedId::from("general"), 1)]);
        assert_eq!(ledger(&config, &"initech".into(), &states, &named, now()).coverage, Coverage::Partly);
    }

    #[test]
    fn r68_an_account_without_feeds_of_its_own_is_looked_for_in_all() {
        let states = [("general", FeedState { failures: 1, ..state("general", 3) }), ("other", state("other", 1))];
        let states: HashMap<_, _> = states.into_iter().map(|(id, state)| (FeedId::from(id), state)).collect();
        let mut config = config();
        config.sources.pop();
        let ledger = ledger(&config, &"globex".into(), &states, &HashMap::new(), now());
        assert_eq!(ledger.coverage, Coverage::CouldNotLook);
        config.sources.clear();
        let nowhere = super::ledger(&config, &"globex".into(), &states, &HashMap::new(), now());
        assert_eq!(nowhere.coverage, Coverage::CouldNotLook, "without feeds nobody looks");
    }
}
