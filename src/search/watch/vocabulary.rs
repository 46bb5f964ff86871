//! From a term of an article to the leaves that it speaks for.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

use super::super::analysis::{Stemming, Text, asked};
use super::leaf::{Leaf, Shelf};
use super::terms::{Parts, Terms};

/// Leaves by what they look for.
#[derive(Debug, Default)]
pub(super) struct Vocabulary {
    shelves: [Entries; Shelf::COUNT],
    /// Words of which any form is looked for, by shelf, as written.
    written: Vec<(Shelf, String, usize)>,
    /// Their stems in each language that an article came in, made when its first article comes.
    stems: Mutex<BTreeMap<&'static str, Arc<Stems>>>,
}

#[derive(Debug, Default)]
struct Entries {
    /// Leaves that a term makes true, and phrases by their longest term.
    terms: HashMap<String, Vec<usize>>,
    beginnings: HashMap<String, Vec<usize>>,
    /// Lengths of the beginnings, in bytes.
    lengths: BTreeSet<usize>,
}

/// Leaves by stem, for the two shelves of text.
#[derive(Debug, Default)]
struct Stems {
    words: HashMap<String, Vec<usize>>,
    title: HashMap<String, Vec<usize>>,
}

impl Vocabulary {
    pub(super) fn of(leaves: &[Leaf]) -> Self {
        let mut vocabulary = Self::default();
        for (number, leaf) in leaves.iter().enumerate() {
            match leaf {
                Leaf::Term(shelf, term) => vocabulary.put(*shelf, term, number),
                Leaf::Stem(shelf, word) => vocabulary.written.push((*shelf, word.clone(), number)),
                Leaf::Phrase(shelf, terms) => {
                    if let Some((_, longest)) = terms.iter().max_by_key(|(_, term)| term.len()) {
                        vocabulary.put(*shelf, longest, number);
                    }
                }
                Leaf::Beginning(shelf, start) => {
                    let entries = &mut vocabulary.shelves[*shelf as usize];
                    entries.beginnings.entry(start.clone()).or_default().push(number);
                    entries.lengths.insert(start.len());
                }
            }
        }
        vocabulary
    }

    fn put(&mut self, shelf: Shelf, term: &str, leaf: usize) {
        self.shelves[shelf as usize].terms.entry(term.to_owned()).or_default().push(leaf);
    }

    /// Every leaf that a term of the article speaks for; some more than once.
    pub(super) fn spoken_for(&self, terms: &Terms<'_>, parts: &Parts<'_>) -> Vec<usize> {
        const SHELVES: [Shelf; Shelf::COUNT] = [
            Shelf::Words,
            Shelf::Title,
            Shelf::Accounts,
            Shelf::Source,
            Shelf::Signals,
            Shelf::Language,
            Shelf::Countries,
        ];
        let mut found = Vec::new();
        for shelf in SHELVES {
            let entries = &self.shelves[shelf as usize];
            if entries.terms.is_empty() && entries.beginnings.is_empty() {
                continue;
            }
            for term in terms.on(shelf) {
                found.extend(entries.terms.get(term).into_iter().flatten());
                for length in entries.lengths.range(..=term.len()) {
                    let beginning = term.get(..*length).and_then(|start| entries.beginnings.get(start));
                    found.extend(beginning.into_iter().flatten());
                }
            }
        }
        if !self.written.is_empty() {
            let known = self.stems(parts.stemming);
            let mut add = |text: &Text<'_>, of_title: bool| {
                for stem in text.stems(&text.tokens(), parts.stemming) {
                    found.extend(known.words.get(&stem).into_iter().flatten());
                    if of_title {
                        found.extend(known.title.get(&stem).into_iter().flatten());
                    }
                }
            };
            add(&parts.title, true);
            add(&parts.text, false);
        }
        found
    }

    /// The stems of all words that are looked for, in one language.
    fn stems(&self, stemming: Stemming) -> Arc<Stems> {
        let mut known = self.stems.lock().unwrap_or_else(PoisonError::into_inner);
        let stems = known.entry(stemming.code()).or_insert_with(|| {
            let mut stems = Stems::default();
            for (shelf, word, leaf) in &self.written {
                let text = Text::of(word);
                let Some(stem) = text.stems(&asked(&text.tokens()), stemming).pop() else { continue };
                let shelf = if *shelf == Shelf::Title { &mut stems.title } else { &mut stems.words };
                shelf.entry(stem).or_default().push(*leaf);
            }
            Arc::new(stems)
        });
        Arc::clone(stems)
    }
}
