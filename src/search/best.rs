//! The best of what was found so far, one of each story.
//!
//! Only so many stories are kept as are wanted. That is exact for a first page: who is not better than the last one kept
//! changes nothing, whether its story is kept or was pushed out, and a story that was pushed out comes back with the first
//! article that is good enough.

use std::collections::{BTreeMap, HashMap};
use std::hash::{BuildHasherDefault, Hasher};

use tantivy::DocAddress;

use super::order::{Rank, Ranked};

/// By the number of a story.
pub(super) type ByStory<T> = HashMap<u64, T, BuildHasherDefault<Number>>;

/// Numbers of stories are hashes already.
#[derive(Default)]
pub(super) struct Number(u64);

impl Hasher for Number {
    fn write(&mut self, bytes: &[u8]) {
        self.0 = bytes.iter().fold(self.0, |number, byte| number.rotate_left(8) ^ u64::from(*byte));
    }

    fn write_u64(&mut self, number: u64) {
        self.0 = number;
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

/// The best articles, one of each story.
#[derive(Default)]
pub(super) struct Best {
    /// The most of them.
    count: usize,
    pub(super) by_rank: BTreeMap<(Rank, DocAddress), Ranked>,
    stories: ByStory<(Rank, DocAddress)>,
    /// The rank of the last one, where there is no more room.
    least: Option<Rank>,
}

impl Best {
    /// None yet, and room for so many.
    pub(super) fn of(count: usize) -> Self {
        Self { count, ..Self::default() }
    }

    /// Where there is no more room: what one must be better than.
    pub(super) fn least(&self) -> Option<Rank> {
        self.least
    }

    /// Keeps `found` where it is among the best.
    pub(super) fn take(&mut self, found: Ranked) {
        if self.least.is_some_and(|least| found.rank <= least) {
            return;
        }
        let key = (found.rank, found.address);
        if let Some(story) = found.story {
            if let Some(known) = self.stories.get(&story) {
                if *known >= key {
                    return;
                }
                self.by_rank.remove(known);
            }
            self.stories.insert(story, key);
        }
        self.by_rank.insert(key, found);
        if self.by_rank.len() > self.count
            && let Some((_, last)) = self.by_rank.pop_first()
            && let Some(story) = last.story
        {
            self.stories.remove(&story);
        }
        self.least =
            self.by_rank.first_key_value().filter(|_| self.by_rank.len() >= self.count).map(|((rank, _), _)| *rank);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_are_kept_and_they_are_the_best_of_all_stories() {
        let mut luck = fastrand::Rng::with_seed(3);
        for _ in 0..200 {
            let found: Vec<Ranked> = (0..60)
                .map(|born| Ranked {
                    rank: Rank { worth: luck.i64(0..12), born },
                    score: 0.0,
                    address: DocAddress::new(0, u32::try_from(born).unwrap()),
                    story: Some(luck.u64(0..12)).filter(|story| *story > 1),
                })
                .collect();
            let count = luck.usize(1..9);
            let mut best = Best::of(count);
            for found in &found {
                best.take(*found);
            }

            let mut sorted = found;
            sorted.sort_unstable_by(|left, right| right.cmp(left));
            let mut seen = Vec::new();
            sorted.retain(|found| {
                found.story.is_none_or(|story| {
                    !seen.contains(&story) && {
                        seen.push(story);
                        true
                    }
                })
            });
            sorted.truncate(count);
            let kept: Vec<Rank> = best.by_rank.into_values().rev().map(|found| found.rank).collect();
            assert_eq!(kept, sorted.iter().map(|found| found.rank).collect::<Vec<_>>());
        }
    }
}
