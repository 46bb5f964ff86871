//! The order of what was found, and one page of it, joined by story.
//!
//! Every article that answers is looked at, so that the best report of a story is its best however many answer. An
//! article's place is its *rank*: what it is worth under the order asked for, then its number in the index, newest first.
//! Both stay what they are while other articles come, so that a page can begin after the rank where the last one ended.

use std::collections::{HashMap, HashSet};

use serde::{Deserialize, Serialize};
use tantivy::collector::{Collector, SegmentCollector};
use tantivy::columnar::Column;
use tantivy::query::{Bm25StatisticsProvider, EnableScoring, Query};
use tantivy::{DateTime, DocAddress, DocId, DocSet, Score, Searcher, SegmentOrdinal, SegmentReader};

use super::Sort;
use super::best::{Best, ByStory};
use super::layout::{BORN, PUBLISHED, PUBLISHER_KEY, STORY_KEY};

/// Steps of worth for each doubling of a score. Scores are told apart to the 8,000th part; below that lies the noise of
/// adding in another order, which must not part two equal articles.
const STEPS: f64 = 8_192.0;

/// Which way what was found is ordered.
#[derive(Clone, Copy, Debug)]
pub(super) struct Order {
    pub(super) sort: Sort,
    /// Seconds since 1970 that ages count from.
    pub(super) now: i64,
    /// Seconds in which an article loses half of its worth, under [`Sort::Recent`].
    pub(super) half_life: f64,
}

impl Order {
    /// What an article is worth: more comes first. `published` in seconds since 1970; where it is unknown, an article
    /// counts as one half-life old, and as the oldest of all where only the date decides.
    fn worth(self, score: Score, published: Option<i64>) -> i64 {
        let of_score = f64::from(score).log2() * STEPS;
        match self.sort {
            Sort::Date => published.unwrap_or(i64::MIN),
            Sort::Relevance => rounded(of_score),
            Sort::Recent => {
                let age = published.map_or(self.half_life, |at| self.now.saturating_sub(at).max(0) as f64);
                rounded(of_score - age / self.half_life.max(1.0) * STEPS)
            }
        }
    }
}

/// A score that is worth less than this, however new the article is: none where every score may be worth as much.
fn below(worth: i64) -> Score {
    #[expect(clippy::cast_possible_truncation, reason = "half a step is left between, more than what is lost")]
    let score = ((worth as f64 - 1.0) / STEPS).exp2() as Score;
    if score > 0.0 { score } else { -1.0 }
}

#[expect(clippy::cast_possible_truncation, reason = "the cast stops at the ends of the range, which is meant")]
fn rounded(worth: f64) -> i64 {
    worth.round() as i64
}

/// An article's place in the order: the greater comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(super) struct Rank {
    pub(super) worth: i64,
    pub(super) born: u64,
}

/// An article that answers.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ranked {
    pub(super) rank: Rank,
    pub(super) score: Score,
    pub(super) address: DocAddress,
    /// The number of its story.
    pub(super) story: Option<u64>,
}

impl PartialEq for Ranked {
    fn eq(&self, other: &Self) -> bool {
        self.rank == other.rank
    }
}

impl Eq for Ranked {}

impl PartialOrd for Ranked {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Ranked {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.rank.cmp(&other.rank)
    }
}

/// What page is wanted.
#[derive(Clone, Copy, Debug)]
pub(super) struct Wanted {
    pub(super) order: Order,
    /// Articles that came into the index later are not seen.
    pub(super) ceiling: u64,
    /// Only what comes after this rank.
    pub(super) after: Option<Rank>,
    /// Only the best article of each story.
    pub(super) collapse: bool,
    /// The most of them.
    pub(super) count: usize,
}

/// A page.
#[derive(Debug, Default)]
pub(super) struct Page {
    /// Articles that answer, those of other pages included.
    pub(super) total: usize,
    /// Those of this page, best first.
    pub(super) ranked: Vec<Ranked>,
}

/// What one segment gives.
#[derive(Default)]
pub(super) struct Part {
    total: usize,
    best: Best,
    /// Where earlier pages are to be left out: the best of every story, for it may have been shown there.
    stories: ByStory<Ranked>,
}

impl Collector for Wanted {
    type Fruit = Page;
    type Child = OfSegment;

    fn for_segment(&self, segment_ord: SegmentOrdinal, segment: &SegmentReader) -> tantivy::Result<OfSegment> {
        let columns = segment.fast_fields();
        let born: Option<Column<u64>> = columns.column_opt(BORN)?;
        Ok(OfSegment {
            wanted: *self,
            segment_ord,
            any_later: born.as_ref().is_some_and(|born| born.max_value() > self.ceiling),
            born,
            published: if self.order.sort == Sort::Relevance { None } else { columns.column_opt(PUBLISHED)? },
            story: if self.collapse { columns.column_opt(STORY_KEY)? } else { None },
            times: Vec::new(),
            part: Part { best: Best::of(self.count), ..Part::default() },
            too_low: -1.0,
        })
    }

    fn requires_scoring(&self) -> bool {
        self.order.sort != Sort::Date
    }

    fn merge_fruits(&self, parts: Vec<Part>) -> tantivy::Result<Page> {
        let mut total = 0;
        let mut best = Best::of(self.count);
        let mut stories = ByStory::default();
        for part in parts {
            total += part.total;
            part.best.by_rank.into_values().for_each(|found| best.take(found));
            if stories.is_empty() {
                stories = part.stories;
            } else {
                part.stories.into_iter().for_each(|(story, found)| better(&mut stories, story, found));
            }
        }
        let ahead = stories.into_values().filter(|found| self.after.is_none_or(|after| found.rank < after));
        ahead.for_each(|found| best.take(found));
        Ok(Page { total, ranked: best.by_rank.into_values().rev().collect() })
    }
}

fn better(stories: &mut ByStory<Ranked>, story: u64, found: Ranked) {
    stories.entry(story).and_modify(|best| *best = (*best).max(found)).or_insert(found);
}

/// Looks at the articles of one segment.
pub(super) struct OfSegment {
    wanted: Wanted,
    segment_ord: SegmentOrdinal,
    /// Some articles came later than the ceiling.
    any_later: bool,
    born: Option<Column<u64>>,
    published: Option<Column<DateTime>>,
    story: Option<Column<u64>>,
    times: Vec<Option<DateTime>>,
    part: Part,
    /// A score that is not greater is not worth a look.
    too_low: Score,
}

impl OfSegment {
    /// An article that answers, of this worth.
    fn take(&mut self, doc: DocId, score: Score, worth: i64) {
        let all_stories = self.wanted.after.is_some() && self.story.is_some();
        // Most are no better than what is there already; there is no need to know more of them.
        if !all_stories && self.part.best.least().is_some_and(|least| worth < least.worth) {
            return;
        }
        let born = first(self.born.as_ref(), doc).unwrap_or(0);
        let rank = Rank { worth, born };
        let story = first(self.story.as_ref(), doc);
        let found = Ranked { rank, score, address: DocAddress::new(self.segment_ord, doc), story };
        match story {
            Some(story) if all_stories => better(&mut self.part.stories, story, found),
            _ if self.wanted.after.is_some_and(|after| rank >= after) => {}
            _ => self.part.best.take(found),
        }
        if !all_stories && let Some(least) = self.part.best.least() {
            self.too_low = below(least.worth);
        }
    }

    fn is_later(&self, doc: DocId) -> bool {
        self.any_later && first(self.born.as_ref(), doc).is_some_and(|born| born > self.wanted.ceiling)
    }
}

impl SegmentCollector for OfSegment {
    type Fruit = Part;

    fn collect(&mut self, doc: DocId, score: Score) {
        if self.is_later(doc) {
            return;
        }
        self.part.total += 1;
        if score <= self.too_low && self.wanted.order.sort != Sort::Date {
            return;
        }
        let published = first(self.published.as_ref(), doc).map(DateTime::into_timestamp_secs);
        self.take(doc, score, self.wanted.order.worth(score, published));
    }

    /// Without scores many come together, and their dates are read together.
    fn collect_block(&mut self, docs: &[DocId]) {
        let mut times = std::mem::take(&mut self.times);
        times.clear();
        times.resize(docs.len(), None);
        if let Some(published) = &self.published {
            published.first_vals(docs, &mut times);
        }
        for (doc, published) in docs.iter().zip(&times) {
            if !self.is_later(*doc) {
                self.part.total += 1;
                let worth = self.wanted.order.worth(0.0, published.map(DateTime::into_timestamp_secs));
                self.take(*doc, 0.0, worth);
            }
        }
        self.times = times;
    }

    fn harvest(self) -> Part {
        self.part
    }
}

/// Gives articles that were ordered without scores the scores that they have.
pub(super) fn score(
    searcher: &Searcher,
    query: &dyn Query,
    statistics: &dyn Bm25StatisticsProvider,
    page: &mut [Ranked],
) -> tantivy::Result<()> {
    let weight = query.weight(EnableScoring::enabled_from_statistics_provider(statistics, searcher))?;
    for found in page {
        let segment = searcher.segment_reader(found.address.segment_ord);
        let mut scorer = weight.scorer(segment, 1.0)?;
        if scorer.doc() == found.address.doc_id || scorer.seek(found.address.doc_id) == found.address.doc_id {
            found.score = scorer.score();
        }
    }
    Ok(())
}

/// Counts the publishers of each story among the articles that answer.
pub(super) struct Publishers {
    pub(super) ceiling: u64,
}

impl Collector for Publishers {
    type Fruit = HashMap<u64, HashSet<u64>>;
    type Child = PublishersOfSegment;

    fn for_segment(&self, _: SegmentOrdinal, segment: &SegmentReader) -> tantivy::Result<PublishersOfSegment> {
        let columns = segment.fast_fields();
        Ok(PublishersOfSegment {
            ceiling: self.ceiling,
            born: columns.column_opt(BORN)?,
            story: columns.column_opt(STORY_KEY)?,
            publisher: columns.column_opt(PUBLISHER_KEY)?,
            found: HashMap::new(),
        })
    }

    fn requires_scoring(&self) -> bool {
        false
    }

    fn merge_fruits(&self, parts: Vec<Self::Fruit>) -> tantivy::Result<Self::Fruit> {
        let mut whole: Self::Fruit = HashMap::new();
        for (story, publishers) in parts.into_iter().flatten() {
            whole.entry(story).or_default().extend(publishers);
        }
        Ok(whole)
    }
}

/// Those of one segment.
pub(super) struct PublishersOfSegment {
    ceiling: u64,
    born: Option<Column<u64>>,
    story: Option<Column<u64>>,
    publisher: Option<Column<u64>>,
    found: HashMap<u64, HashSet<u64>>,
}

impl SegmentCollector for PublishersOfSegment {
    type Fruit = HashMap<u64, HashSet<u64>>;

    fn collect(&mut self, doc: DocId, _: Score) {
        let born = first(self.born.as_ref(), doc).unwrap_or(0);
        let Some(story) = first(self.story.as_ref(), doc).filter(|_| born <= self.ceiling) else { return };
        // An article whose publisher nobody knows is nobody else's.
        let publisher = first(self.publisher.as_ref(), doc).unwrap_or(born);
        self.found.entry(story).or_default().insert(publisher);
    }

    fn harvest(self) -> Self::Fruit {
        self.found
    }
}

fn first<T: PartialOrd + Copy + std::fmt::Debug + Send + Sync + 'static>(
    column: Option<&Column<T>>,
    doc: DocId,
) -> Option<T> {
    column.and_then(|column| column.first(doc))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn order(sort: Sort) -> Order {
        Order { sort, now: 10_000, half_life: 1_000.0 }
    }

    #[test]
    fn worth_follows_the_order_asked_for() {
        let best = |score, at| order(Sort::Relevance).worth(score, at);
        assert!(best(2.0, None) > best(1.9, Some(9_000)));
        assert_eq!(best(2.0, None), best(2.000_000_2, None), "the noise of adding parts nobody");
        assert!(best(0.0, None) < best(f32::MIN_POSITIVE, None));
        let newest = |score, at| order(Sort::Date).worth(score, at);
        assert!(newest(0.0, Some(2)) > newest(9.0, Some(1)));
        assert!(newest(0.0, Some(-5)) > newest(9.0, None));
    }

    #[test]
    fn a_score_below_what_is_needed_is_worth_less() {
        for worth in [-2_000_000, -90_000, -1, 0, 1, 7, 8_192, 40_000, 100_000] {
            let score = below(worth);
            assert!(score <= 0.0 || order(Sort::Relevance).worth(score, None) < worth, "{worth}");
            assert!(score <= 0.0 || order(Sort::Recent).worth(score, Some(10_000)) < worth, "{worth}");
        }
        assert!(below(i64::MIN) < 0.0, "an article that no word was asked of has a place too");
    }

    #[test]
    fn a_half_life_halves() {
        let recent = |score, at| order(Sort::Recent).worth(score, at);
        assert_eq!(recent(2.0, Some(9_000)), recent(1.0, Some(10_000)));
        assert_eq!(recent(2.0, None), recent(1.0, Some(10_000)));
        assert_eq!(recent(1.0, Some(99_000)), recent(1.0, Some(10_000)), "nothing is newer than now");
        assert!(recent(1.0, Some(-90_000_000)) > recent(1.0, Some(-90_001_000)), "the oldest are told apart");
    }
}
