//! Saved searches, held up to each article as it comes: the searches are looked up by the article, not run one by one.
//!
//! Every search is a tree over *leaves* (`leaf.rs`), each kept once however many searches hold it. Of every search some
//! leaves are its *key* (`key.rs`): where none of them holds, the search cannot. An article is taken apart once, into the
//! very terms that the index would hold (`terms.rs`); each term finds the leaves it speaks for (`vocabulary.rs`), the
//! leaves find the searches whose key they are, and only those are judged as a whole. The verdict is that of the index; a
//! test compares the two. (The idea is that of Lucene's monitor and the percolators that were made of it.)

mod key;
mod leaf;
mod terms;
#[cfg(test)]
mod tests;
mod vocabulary;

use super::layout::engine_time;
use super::query::Query;
use super::{Document, Settings};
use crate::model::Time;

use self::leaf::{Leaf, Leaves, Node, When};
use self::terms::Terms;
use self::vocabulary::Vocabulary;

/// Saved searches, ready to be held up to articles.
#[derive(Debug, Default)]
pub struct Watcher {
    names: Vec<String>,
    trees: Vec<Node>,
    leaves: Vec<Leaf>,
    vocabulary: Vocabulary,
    /// The searches of whose key each leaf is.
    keyed: Vec<Vec<usize>>,
    /// Searches without a key: of filters by time and of what must not be alone.
    unkeyed: Vec<usize>,
    settings: Settings,
}

/// An article as a watcher sees it, before its time is looked at. Means something to the watcher that made it only.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Seen {
    /// Whether each leaf holds.
    holds: Vec<bool>,
    /// The searches that may match, in order.
    candidates: Vec<usize>,
}

impl Watcher {
    /// Makes ready these searches, by name; `settings` are those of the index. What asks for nothing never matches.
    #[must_use]
    pub fn build<'q>(searches: impl IntoIterator<Item = (String, &'q Query)>, settings: &Settings) -> Self {
        let mut watcher = Self { settings: settings.clone(), ..Self::default() };
        let mut leaves = Leaves::default();
        for (name, query) in searches {
            let Some(tree) = leaves.tree(&query.clause) else { continue };
            let number = watcher.names.len();
            let key = key::of(&tree, leaves.all());
            watcher.keyed.resize_with(leaves.all().len(), Vec::new);
            match key {
                Some(key) => key.leaves.into_iter().for_each(|leaf| watcher.keyed[leaf].push(number)),
                None => watcher.unkeyed.push(number),
            }
            watcher.names.push(name);
            watcher.trees.push(tree);
        }
        watcher.leaves = leaves.done();
        watcher.vocabulary = Vocabulary::of(&watcher.leaves);
        watcher
    }

    /// Number of searches.
    #[must_use]
    pub fn len(&self) -> usize {
        self.names.len()
    }

    /// True where there is nothing to watch for.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.names.is_empty()
    }

    /// Takes an article apart and finds which searches may match: all of the work that needs no time.
    #[must_use]
    pub fn look(&self, article: &Document) -> Seen {
        if self.is_empty() {
            return Seen::default();
        }
        let parts = terms::Parts::of(article, &self.settings);
        let terms = Terms::of(&parts);
        let mut holds = vec![false; self.leaves.len()];
        let mut candidates = self.unkeyed.clone();
        for leaf in self.vocabulary.spoken_for(&terms, &parts) {
            if !holds[leaf] && terms.hold(&self.leaves[leaf]) {
                holds[leaf] = true;
                candidates.extend(&self.keyed[leaf]);
            }
        }
        candidates.sort_unstable();
        candidates.dedup();
        Seen { holds, candidates }
    }

    /// The names of the searches that match an article that was `published` then and is of this `story`, in the order they
    /// were given; `now` is what `last:` counts from.
    #[must_use]
    pub fn verdict(&self, seen: &Seen, published: Option<Time>, story: Option<&str>, now: Time) -> Vec<&str> {
        let moment = Moment { published, story, now };
        let matching = seen.candidates.iter().filter(|number| self.trees[**number].holds(&seen.holds, &moment));
        matching.map(|number| self.names[*number].as_str()).collect()
    }
}

/// When an article was published, of which story it is, and when it is looked at.
struct Moment<'a> {
    published: Option<Time>,
    story: Option<&'a str>,
    now: Time,
}

impl Moment<'_> {
    /// As the index answers: it keeps whole seconds of the time of publication, and all of the bound.
    fn fits(&self, when: When) -> bool {
        const SECOND: i64 = 1_000_000_000;
        let Some(published) = self.published else { return false };
        let published = engine_time(published).into_timestamp_nanos() / SECOND * SECOND;
        let bound = |time: Time| engine_time(time).into_timestamp_nanos();
        let day = |day: chrono::NaiveDate| bound(day.and_time(chrono::NaiveTime::MIN).and_utc());
        match when {
            When::After(first) => published >= day(first),
            When::Before(end) => published < day(end),
            When::Last(count, unit) => published >= bound(unit.before(self.now, count).unwrap_or(Time::MIN_UTC)),
        }
    }
}

impl Node {
    fn holds(&self, leaves: &[bool], moment: &Moment<'_>) -> bool {
        match self {
            Self::All(parts) => parts.iter().all(|part| part.holds(leaves, moment)),
            Self::Any(parts) => parts.iter().any(|part| part.holds(leaves, moment)),
            Self::Not(inner) => !inner.holds(leaves, moment),
            Self::Leaf(leaf) => leaves[*leaf],
            Self::When(when) => moment.fits(*when),
            Self::Story(id) => moment.story == Some(id.as_str()),
        }
    }
}
