//! Who is asked next: the feeds at hand stand in line by host, and each host takes up one pair of hands at most. So one
//! host with hundreds of feeds, or a slow one, keeps nobody else waiting. Pure.

use std::collections::{HashMap, HashSet, VecDeque};
use std::hash::Hash;

/// Feeds at hand, by host.
#[derive(Debug)]
pub struct Crew<K, F> {
    hands: usize,
    most: usize,
    lines: HashMap<String, Line<K, F>>,
    /// Hosts with somebody in line and nobody at work, in the order in which they came free.
    ready: VecDeque<String>,
    at_work: HashSet<K>,
    waiting: usize,
}

#[derive(Debug)]
struct Line<K, F> {
    feeds: VecDeque<(K, F)>,
    busy: bool,
}

/// A feed whose turn it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Turn<K, F> {
    /// The host it is of.
    pub host: String,
    /// By what it is known.
    pub key: K,
    /// What there is to know of it.
    pub feed: F,
}

impl<K: Clone + Eq + Hash, F> Crew<K, F> {
    /// A crew with that many `hands`, and at `most` that many feeds of one host in line.
    #[must_use]
    pub fn new(hands: usize, most: usize) -> Self {
        Self { hands, most, lines: HashMap::new(), ready: VecDeque::new(), at_work: HashSet::new(), waiting: 0 }
    }

    /// Puts a feed in line for its host. One that is in line already is replaced by what is now known of it; one that is
    /// just being asked, or has too many before it, is not taken: false.
    pub fn enlist(&mut self, host: &str, key: K, feed: F) -> bool {
        if self.at_work.contains(&key) {
            return false;
        }
        let line = self.lines.entry(host.to_owned()).or_insert_with(|| Line { feeds: VecDeque::new(), busy: false });
        if let Some(known) = line.feeds.iter_mut().find(|(known, _)| *known == key) {
            known.1 = feed;
            return true;
        }
        if line.feeds.len() >= self.most {
            return false;
        }
        if line.feeds.is_empty() && !line.busy {
            self.ready.push_back(host.to_owned());
        }
        line.feeds.push_back((key, feed));
        self.waiting += 1;
        true
    }

    /// The next feed to ask, where a pair of hands and a host are free. To be followed by [`Crew::done`].
    pub fn next_turn(&mut self) -> Option<Turn<K, F>> {
        if self.at_work.len() >= self.hands {
            return None;
        }
        while let Some(host) = self.ready.pop_front() {
            let Some(line) = self.lines.get_mut(&host) else { continue };
            let Some((key, feed)) = line.feeds.pop_front() else { continue };
            line.busy = true;
            self.waiting -= 1;
            self.at_work.insert(key.clone());
            return Some(Turn { host, key, feed });
        }
        None
    }

    /// A feed has been asked: its host is free for the next.
    pub fn done(&mut self, host: &str, key: &K) {
        self.at_work.remove(key);
        let Some(line) = self.lines.get_mut(host) else { return };
        line.busy = false;
        if line.feeds.is_empty() {
            self.lines.remove(host);
        } else {
            self.ready.push_back(host.to_owned());
        }
    }

    /// True where a pair of hands is free and no host is ready for it: more work is wanted.
    #[must_use]
    pub fn is_idle(&self) -> bool {
        self.ready.is_empty() && self.at_work.len() < self.hands
    }

    /// Sends home those in line; nobody is next then.
    pub fn send_home(&mut self) -> Vec<F> {
        self.ready.clear();
        self.waiting = 0;
        self.lines.drain().flat_map(|(_, line)| line.feeds).map(|(_, feed)| feed).collect()
    }

    /// Feeds in line, those at work not counted.
    #[must_use]
    pub fn waiting(&self) -> usize {
        self.waiting
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn crew(hands: usize, most: usize) -> Crew<u32, &'static str> {
        Crew::new(hands, most)
    }

    fn next(crew: &mut Crew<u32, &'static str>) -> Option<(String, u32)> {
        crew.next_turn().map(|turn| (turn.host, turn.key))
    }

    #[test]
    fn r19_a_host_with_many_feeds_takes_one_pair_of_hands() {
        let mut crew = crew(2, 10);
        for key in 0..5 {
            assert!(crew.enlist("big", key, ""));
        }
        crew.enlist("small", 5, "");
        crew.enlist("third", 6, "");
        assert_eq!(next(&mut crew), Some(("big".to_owned(), 0)));
        assert_eq!(next(&mut crew), Some(("small".to_owned(), 5)));
        assert_eq!(next(&mut crew), None, "both hands are full");
        crew.done("big", &0);
        assert_eq!(next(&mut crew), Some(("third".to_owned(), 6)), "who came free last comes last");
        crew.done("small", &5);
        assert_eq!(next(&mut crew), Some(("big".to_owned(), 1)));
        assert_eq!(next(&mut crew), None, "its host is busy");
        assert_eq!(crew.waiting(), 3);
    }

    #[test]
    fn one_in_line_is_brought_up_to_date_and_one_at_work_is_left_alone() {
        let mut crew = crew(2, 10);
        crew.enlist("host", 1, "old");
        crew.enlist("host", 2, "old");
        assert_eq!(crew.next_turn().map(|turn| turn.feed), Some("old"));
        assert!(!crew.enlist("host", 1, "new"));
        assert!(crew.enlist("host", 2, "new"));
        assert_eq!(crew.waiting(), 1);
        crew.done("host", &1);
        assert_eq!(crew.next_turn().map(|turn| turn.feed), Some("new"));
    }

    #[test]
    fn a_line_that_is_too_long_takes_no_more() {
        let mut crew = crew(1, 2);
        assert!(crew.enlist("host", 1, ""));
        assert!(crew.enlist("host", 2, ""));
        assert!(!crew.enlist("host", 3, ""));
        assert!(crew.enlist("other", 4, ""));
    }

    #[test]
    fn more_is_wanted_where_hands_are_free_and_no_host_is() {
        let mut crew = crew(2, 10);
        assert!(crew.is_idle());
        crew.enlist("host", 1, "");
        crew.enlist("host", 2, "");
        assert!(!crew.is_idle());
        assert!(crew.next_turn().is_some());
        assert!(crew.is_idle(), "one in line, but its host is busy");
        crew.enlist("other", 3, "");
        assert!(crew.next_turn().is_some());
        assert!(!crew.is_idle(), "no hands free");
    }
}
