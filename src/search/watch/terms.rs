//! An article as the terms that the index would hold of it.

use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap};

use tantivy::tokenizer::Token as EngineToken;

use super::super::analysis::{Stemming, Text, Token};
use super::super::layout::{GAP, account_words, countries, language, source_words};
use super::super::{Document, Settings};
use super::leaf::{Leaf, Shelf};

/// What an article's terms are taken from.
pub(super) struct Parts<'a> {
    pub(super) title: Text<'a>,
    pub(super) text: Text<'a>,
    pub(super) stemming: Stemming,
    accounts: Vec<EngineToken>,
    source: Vec<EngineToken>,
    signals: &'a [String],
    language: Option<String>,
    countries: BTreeSet<String>,
}

impl<'a> Parts<'a> {
    pub(super) fn of(article: &'a Document, settings: &Settings) -> Self {
        let language = language(article);
        Self {
            title: Text::of(&article.title),
            text: Text::of(&article.text),
            countries: countries(article),
            stemming: Stemming::of(language.as_deref().unwrap_or(&settings.default_language)),
            accounts: account_words(article),
            source: source_words(article),
            signals: &article.signals,
            language,
        }
    }
}

/// The terms by shelf, each with its places in order.
pub(super) struct Terms<'p> {
    shelves: [HashMap<Cow<'p, str>, Vec<usize>>; Shelf::COUNT],
}

impl<'p> Terms<'p> {
    pub(super) fn of(parts: &'p Parts<'_>) -> Self {
        let mut terms = Self { shelves: Default::default() };
        let title = parts.title.tokens();
        let after_title = title.len() + GAP;
        for token in &title {
            for word in written(&parts.title, token) {
                terms.put(Shelf::Title, word.clone(), token.position);
                terms.put(Shelf::Words, word, token.position);
            }
        }
        for token in parts.text.tokens() {
            for word in written(&parts.text, &token) {
                terms.put(Shelf::Words, word, after_title + token.position);
            }
        }
        for country in &parts.countries {
            terms.put(Shelf::Countries, country.as_str(), 0);
        }
        for (shelf, tokens) in [(Shelf::Accounts, &parts.accounts), (Shelf::Source, &parts.source)] {
            for token in tokens {
                terms.put(shelf, token.text.as_str(), token.position);
            }
        }
        for signal in parts.signals {
            terms.put(Shelf::Signals, signal.as_str(), 0);
        }
        if let Some(language) = &parts.language {
            terms.put(Shelf::Language, language.as_str(), 0);
        }
        terms
    }

    fn put(&mut self, shelf: Shelf, term: impl Into<Cow<'p, str>>, place: usize) {
        self.shelves[shelf as usize].entry(term.into()).or_default().push(place);
    }

    /// Every term of a shelf, once.
    pub(super) fn on(&self, shelf: Shelf) -> impl Iterator<Item = &str> {
        self.shelves[shelf as usize].keys().map(Cow::as_ref)
    }

    /// Whether a leaf holds that a term spoke for.
    pub(super) fn hold(&self, leaf: &Leaf) -> bool {
        match leaf {
            Leaf::Term(..) | Leaf::Stem(..) | Leaf::Beginning(..) => true,
            Leaf::Phrase(shelf, terms) => self.in_order(*shelf, terms),
        }
    }

    fn in_order(&self, shelf: Shelf, terms: &[(usize, String)]) -> bool {
        let shelf = &self.shelves[shelf as usize];
        let places: Option<Vec<_>> =
            terms.iter().map(|(offset, term)| Some((*offset, shelf.get(term.as_str())?))).collect();
        let Some(places) = places else { return false };
        let Some(((_, first), rest)) = places.split_first() else { return false };
        first.iter().any(|start| rest.iter().all(|(offset, places)| places.binary_search(&(start + offset)).is_ok()))
    }
}

/// A word as it was written, and in its spelling without umlauts where it has one.
fn written<'p>(text: &Text<'_>, token: &Token<'p>) -> impl Iterator<Item = Cow<'p, str>> {
    std::iter::once(Cow::Borrowed(token.text)).chain(text.spelled_out(token).map(Cow::Owned))
}
