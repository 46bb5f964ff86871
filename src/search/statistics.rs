//! The counts that scores are made of, and how they are kept from one page to the next.
//!
//! Scores hang on how many articles there are and how many hold a word. Those numbers change while articles come, and
//! with them the order; so a cursor carries the numbers that its first page was ordered by.

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};

use serde::{Deserialize, Serialize};
use tantivy::query::Bm25StatisticsProvider;
use tantivy::schema::Field;
use tantivy::{Searcher, Term};

/// Terms whose counts a cursor carries at most, for its length. Of a longer query the counts are of the day.
const MOST_TERMS: usize = 256;

/// Counts as they were when the first page was made.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Frozen {
    articles: u64,
    /// Words in a field.
    words: BTreeMap<u32, u64>,
    /// Articles that hold a term, by a number that stands for the term.
    terms: BTreeMap<u32, u64>,
}

/// The engine's counts, but one document frequency for all the stems of a word; or those that were kept.
pub(super) struct Statistics<'s> {
    pub(super) searcher: &'s Searcher,
    /// The document frequency that the stems of a word share.
    pub(super) frequencies: &'s HashMap<Term, u64>,
    /// Those of the first page.
    pub(super) kept: Option<&'s Frozen>,
    asked: RefCell<Frozen>,
}

impl<'s> Statistics<'s> {
    pub(super) fn of(searcher: &'s Searcher, frequencies: &'s HashMap<Term, u64>, kept: Option<&'s Frozen>) -> Self {
        Self { searcher, frequencies, kept, asked: RefCell::default() }
    }

    /// What was asked for until now, to be kept for the next page.
    pub(super) fn frozen(&self) -> Frozen {
        if let Some(kept) = self.kept {
            return kept.clone();
        }
        let mut asked = self.asked.borrow().clone();
        if asked.terms.len() > MOST_TERMS {
            asked.terms.clear();
        }
        asked
    }
}

impl Bm25StatisticsProvider for Statistics<'_> {
    fn total_num_tokens(&self, field: Field) -> tantivy::Result<u64> {
        if let Some(kept) = self.kept.and_then(|kept| kept.words.get(&field.field_id())) {
            return Ok(*kept);
        }
        let count = self.searcher.total_num_tokens(field)?;
        self.asked.borrow_mut().words.insert(field.field_id(), count);
        Ok(count)
    }

    fn total_num_docs(&self) -> tantivy::Result<u64> {
        if let Some(kept) = self.kept.filter(|kept| kept.articles > 0) {
            return Ok(kept.articles);
        }
        let count = self.searcher.total_num_docs()?;
        self.asked.borrow_mut().articles = count;
        Ok(count)
    }

    fn doc_freq(&self, term: &Term) -> tantivy::Result<u64> {
        let most = self.total_num_docs()?;
        let number = number_of(term);
        if let Some(kept) = self.kept.and_then(|kept| kept.terms.get(&number)) {
            return Ok((*kept).min(most));
        }
        let own = self.searcher.doc_freq(term)?;
        // A document lies under one of the stems only, yet the sum must never exceed the number of documents.
        let shared = self.frequencies.get(term).copied().unwrap_or(own);
        let count = shared.max(own).min(most);
        self.asked.borrow_mut().terms.insert(number, count);
        Ok(count)
    }
}

fn number_of(term: &Term) -> u32 {
    let mut hash = blake3::Hasher::new();
    hash.update(&term.field().field_id().to_be_bytes()).update(term.serialized_value_bytes());
    hash.finalize().as_bytes().iter().take(4).fold(0, |number, byte| number << 8 | u32::from(*byte))
}
