//! The sitemaps that an index lists: which are read at this poll (<https://www.sitemaps.org/protocol.html#index>). For
//! operators: docs/feeds.md, "Sitemaps".

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};

use super::sitemap::Place;
use crate::model::{Time, Validators};

/// Indexes within indexes beyond this are not followed; the protocol allows none at all, but some sites nest two.
pub const DEEPEST: u8 = 2;

/// More sitemaps of one site are not remembered: the newest count.
const MOST: usize = 2_000;

/// A sitemap that an index lists, and what is remembered of it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Child {
    /// Its address.
    pub url: String,
    /// Address of the index that lists it.
    pub parent: String,
    /// How many indexes lead to it.
    pub depth: u8,
    /// When its index says it last changed.
    pub listed: Option<Time>,
    /// What its index said when it was last read.
    pub read: Option<Time>,
    /// When it was last read.
    pub read_at: Option<Time>,
    /// What to ask by next time.
    pub validators: Validators,
    /// Failures in a row.
    pub failures: u32,
}

/// Takes up what an index lists now: new ones are added, those that it no longer lists go, with all below them. Gives
/// how many were too many.
pub fn take_up(children: &mut Vec<Child>, parent: &str, depth: u8, listed: Vec<Place>) -> usize {
    let mut gone: Vec<String> = Vec::new();
    children.retain(|child| {
        let stays = child.parent != parent || listed.iter().any(|place| place.loc == child.url);
        if !stays {
            gone.push(child.url.clone());
        }
        stays
    });
    children.retain(|child| !gone.contains(&child.parent));
    let mut known: std::collections::HashMap<String, usize> =
        children.iter().enumerate().map(|(at, child)| (child.url.clone(), at)).collect();
    let mut listed = listed;
    listed.sort_by_key(|place| std::cmp::Reverse(place.lastmod));
    let mut too_many = 0;
    for place in listed {
        if let Some(child) = known.get(&place.loc).and_then(|at| children.get_mut(*at)) {
            child.listed = place.lastmod;
        } else if children.len() >= MOST {
            too_many += 1;
        } else {
            known.insert(place.loc.clone(), children.len());
            children.push(Child {
                url: place.loc,
                parent: parent.to_owned(),
                depth,
                listed: place.lastmod,
                ..Child::default()
            });
        }
    }
    too_many
}

/// The next child to ask for, by its place: one whose index tells of a change since it was last read, the latest change
/// first; then those of which no index tells, by their validators, the longest unread first. Never read ones that last
/// changed before all that is recent hold no news. `asked` are those that were asked for at this poll.
#[must_use]
pub fn next(children: &[Child], asked: &[String], recent: TimeDelta, now: Time) -> Option<usize> {
    let due = |child: &Child| {
        !asked.contains(&child.url)
            && match (child.listed, child.read_at) {
                (Some(listed), None) => listed >= now - recent,
                (Some(listed), Some(_)) => child.read.is_none_or(|read| listed > read),
                (None, _) => true,
            }
    };
    let rank = |child: &Child| {
        let unlisted = child.listed.is_none();
        let newest_first = child.listed.map_or(0, |at| -at.timestamp());
        (child.failures, unlisted, newest_first, child.read_at)
    };
    let found = children.iter().enumerate().filter(|(_, child)| due(child));
    found.min_by_key(|(_, child)| rank(child)).map(|(at, _)| at)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(day: u32) -> Time {
        format!("2026-03-{day:02}T00:00:00Z").parse().unwrap()
    }

    fn place(loc: &str, day: Option<u32>) -> Place {
        Place { loc: loc.to_owned(), lastmod: day.map(at), ..Place::default() }
    }

    /// Asks for everything that is due, in order.
    fn asked(children: &mut [Child]) -> Vec<String> {
        let mut asked = Vec::new();
        while let Some(place) = next(children, &asked, TimeDelta::days(14), at(20)) {
            let child = &mut children[place];
            asked.push(child.url.clone());
            (child.read, child.read_at) = (child.listed, Some(at(20)));
        }
        asked
    }

    #[test]
    fn only_children_that_changed_are_asked_for_the_latest_first() {
        let mut children = Vec::new();
        let list = || vec![place("old", Some(1)), place("a", Some(10)), place("b", Some(19)), place("undated", None)];
        assert_eq!(take_up(&mut children, "index", 1, list()), 0);
        assert_eq!(asked(&mut children), ["b", "a", "undated"]);
        take_up(&mut children, "index", 1, list());
        assert_eq!(asked(&mut children), ["undated"], "by its validators");
        let mut changed = list();
        changed[0].lastmod = Some(at(18));
        changed.remove(1);
        take_up(&mut children, "index", 1, changed);
        assert_eq!(asked(&mut children), ["old", "undated"]);
        assert_eq!(children.len(), 3, "what is no longer listed is forgotten");
    }

    #[test]
    fn a_child_that_fails_waits_behind_the_others_and_many_are_bounded() {
        let mut children = Vec::new();
        take_up(&mut children, "index", 1, vec![place("a", Some(10)), place("b", Some(19))]);
        children.iter_mut().find(|child| child.url == "b").unwrap().failures = 1;
        assert_eq!(asked(&mut children), ["a", "b"]);
        let many = (0..MOST + 5).map(|number| place(&number.to_string(), None)).collect();
        assert_eq!(take_up(&mut children, "other", 1, many), 7);
    }

    #[test]
    fn what_stands_below_an_index_goes_with_it() {
        let mut children = Vec::new();
        take_up(&mut children, "root", 1, vec![place("inner", None)]);
        take_up(&mut children, "inner", 2, vec![place("leaf", None)]);
        take_up(&mut children, "root", 1, vec![place("another", None)]);
        assert_eq!(children.iter().map(|child| child.url.as_str()).collect::<Vec<_>>(), ["another"]);
    }
}
