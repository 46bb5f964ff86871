//! Which entries of a list without a memory of its own (a sitemap, a newsroom) are news.

use chrono::TimeDelta;

use crate::model::{Entry, Time, Warning};

/// More news at one look is a mistake of the list (a site that dates everything today), not news.
const MOST: usize = 1_000;

/// The same for the first look.
const MOST_AT_FIRST: usize = 200;

/// How a list is looked at.
#[derive(Clone, Copy, Debug)]
pub struct Look {
    /// Nothing was known of it before: what has no date is taken as old.
    pub first: bool,
    /// A changed headline of an entry that is known is news as well.
    pub edits: bool,
    /// Older entries are no news.
    pub recent: TimeDelta,
    /// The present.
    pub now: Time,
}

/// An entry and whether its address was never seen before.
pub type Seen = (Entry, bool);

/// The entries that are news, in their order: only those never seen before; of these, dated ones that are recent, and
/// undated ones unless all of the list is new. Where far too many appear at once, undated ones are taken as old and
/// dated ones from the newest on.
#[must_use]
pub fn news(entries: Vec<Seen>, look: Look) -> (Vec<Entry>, Vec<Warning>) {
    let most = if look.first { MOST_AT_FIRST } else { MOST };
    let mut warnings = Vec::new();
    let mut news: Vec<Entry> =
        entries.into_iter().filter(|(entry, new)| is_news(entry, *new, look)).map(|(entry, _)| entry).collect();
    if news.len() > most {
        let count = news.len();
        let mut dates: Vec<Time> = news.iter().filter_map(dated).collect();
        dates.sort_unstable_by(|one, other| other.cmp(one));
        let since = dates.get(most.saturating_sub(1)).or(dates.last()).copied();
        news.retain(|entry| since.is_some_and(|since| dated(entry).is_some_and(|at| at >= since)));
        news.truncate(most);
        let message = format!("{count} addresses appeared at once; the {} newest with a date are read", news.len());
        warnings.push(Warning::new("flood", message));
    }
    (news, warnings)
}

fn is_news(entry: &Entry, new: bool, look: Look) -> bool {
    let recent = dated(entry).map(|at| at >= look.now - look.recent);
    match (new, recent) {
        (true, Some(recent)) => recent,
        (true, None) => !look.first,
        (false, recent) => look.edits && entry.title.is_some() && recent == Some(true),
    }
}

fn dated(entry: &Entry) -> Option<Time> {
    entry.published.or(entry.updated)
}

/// Undated entries at the end of a list that did not grow are older ones that moved up when another went: these are not
/// new. A list that has its newest last grows.
pub fn old_ones_moved_up(entries: &mut [Seen], known_length: Option<usize>) {
    let Some(last_known) = entries.iter().rposition(|(_, new)| !new) else { return };
    if known_length.is_none_or(|length| entries.len() > length) {
        return;
    }
    for (entry, new) in entries.iter_mut().skip(last_known + 1) {
        *new = *new && dated(entry).is_some();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now() -> Time {
        "2026-03-15T12:00:00Z".parse().unwrap()
    }

    fn entry(link: &str, days_ago: Option<i64>) -> Entry {
        Entry {
            link: Some(link.to_owned()),
            title: Some(link.to_owned()),
            published: days_ago.map(|days| now() - TimeDelta::days(days)),
            ..Entry::default()
        }
    }

    fn told(entries: Vec<Seen>, first: bool, edits: bool) -> Vec<String> {
        let look = Look { first, edits, recent: TimeDelta::days(14), now: now() };
        news(entries, look).0.into_iter().filter_map(|entry| entry.link).collect()
    }

    #[test]
    fn a_first_look_keeps_what_is_recent_and_no_flood() {
        let list = || vec![(entry("a", Some(1)), true), (entry("b", Some(900)), true), (entry("c", None), true)];
        assert_eq!(told(list(), true, false), ["a"]);
        assert_eq!(told(list(), false, false), ["a", "c"], "later only what is dated long ago is no news");
        let many = |days: Option<i64>| (0..5_000).map(|number| (entry(&number.to_string(), days), true)).collect();
        assert_eq!(told(many(Some(0)), true, false).len(), MOST_AT_FIRST);
        assert_eq!(told(many(Some(0)), false, false).len(), MOST);
        assert!(told(many(None), false, false).is_empty());
    }

    #[test]
    fn known_addresses_are_no_news_unless_edits_count() {
        let list = || vec![(entry("a", Some(1)), false), (entry("b", Some(30)), false)];
        assert!(told(list(), false, false).is_empty());
        assert_eq!(told(list(), false, true), ["a"]);
    }

    #[test]
    fn what_moves_up_when_another_goes_is_not_new() {
        let list = |new_first: bool| {
            let mut list = vec![(entry("a", None), false), (entry("b", None), false), (entry("old", None), true)];
            if new_first {
                list.insert(0, (entry("new", None), true));
            }
            list
        };
        let new = |mut list: Vec<Seen>, length| {
            old_ones_moved_up(&mut list, length);
            told(list, false, false)
        };
        assert!(new(list(false), Some(3)).is_empty());
        assert_eq!(new(list(true), Some(4)), ["new"]);
        assert_eq!(new(list(false), Some(2)), ["old"], "the list grew at its end");
    }
}
