//! From the tree of a query to the engine's queries. The engine's own query parser is never used: it recurses without
//! limit.
//!
//! A word becomes its exact form, weighted by `exact_weight`, and its stem in every language of the index. The stems of
//! one word share one document frequency, the sum of theirs: a name in the only German article is no rarer than the same
//! name in a thousand English ones. Scores are BM25 with k1 = 1.2 and b = 0.75 (Robertson & Zaragoza, "The Probabilistic
//! Relevance Framework: BM25 and Beyond", 2009), the engine's own.

use std::collections::{BTreeSet, HashMap};
use std::ops::Bound;

use tantivy::query::{
    AllQuery, Bm25StatisticsProvider, BooleanQuery, BoostQuery, ConstScoreQuery, EmptyQuery, InvertedIndexRangeQuery,
    Occur, PhraseQuery, Query as EngineQuery, RangeQuery, TermQuery,
};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{Searcher, TantivyError, Term};

use super::Settings;
use super::analysis::{Shape, Stemming, Text, Token, asked};
use super::layout::{Layout, engine_time};
use super::query::{Clause, Query, Wanted};
use crate::model::{AccountKind, Time};
use crate::text::fold::fold;

type Boxed = Box<dyn EngineQuery>;

/// A query as the engine takes it.
pub(super) struct Compiled {
    /// What to match and how to score it.
    pub(super) query: Boxed,
    /// True where something in it is scored: words, and not only filters.
    pub(super) scored: bool,
    frequencies: HashMap<Term, u64>,
}

impl Compiled {
    /// The counts that scores are made of.
    pub(super) fn statistics<'s>(&'s self, searcher: &'s Searcher) -> impl Bm25StatisticsProvider + 's {
        Statistics { searcher, frequencies: &self.frequencies }
    }
}

/// Compiles `query` for what `searcher` sees. With `any` one of its words is enough.
pub(super) fn compile(
    query: &Query,
    any: bool,
    now: Time,
    searcher: &Searcher,
    layout: &Layout,
    settings: &Settings,
) -> Result<Compiled, TantivyError> {
    let stemmings = stemmings(searcher, layout, settings)?;
    let mut compiler =
        Compiler { now, searcher, layout, stemmings, exact: settings.exact_weight, frequencies: HashMap::new() };
    let compiled = if any { compiler.any(&query.clause)? } else { compiler.clause(&query.clause)? };
    let all = query.clause == Clause::All(Vec::new());
    let nothing: Boxed = if all { Box::new(AllQuery) } else { Box::new(EmptyQuery) };
    Ok(Compiled {
        query: compiled.unwrap_or(nothing),
        scored: is_scored(&query.clause),
        frequencies: compiler.frequencies,
    })
}

struct Compiler<'a> {
    now: Time,
    searcher: &'a Searcher,
    layout: &'a Layout,
    stemmings: Vec<Stemming>,
    exact: f32,
    frequencies: HashMap<Term, u64>,
}

/// Nothing where there is no word in it to look for.
type Part = Result<Option<Boxed>, TantivyError>;

impl Compiler<'_> {
    fn clause(&mut self, clause: &Clause) -> Part {
        Ok(match clause {
            Clause::All(parts) => self.all(parts)?,
            Clause::Any(parts) => {
                let mut found = Vec::with_capacity(parts.len());
                for part in parts {
                    found.extend(self.clause(part)?);
                }
                union(found)
            }
            Clause::Not(inner) => self.clause(inner)?.map(|inner| without(vec![], vec![inner])),
            Clause::Text(wanted) => self.text(wanted, self.layout.words, self.layout.stems)?,
            Clause::Title(wanted) => self.text(wanted, self.layout.title, self.layout.title_stems)?,
            Clause::Account(kind, wanted) => self.account(*kind, wanted),
            Clause::Source(wanted) => self.name(wanted, self.layout.source, ""),
            Clause::Signal(Some(kind)) => Some(filter(term(self.layout.signals, kind.as_str()))),
            Clause::Signal(None) => Some(filter(beginning(self.layout.signals, ""))),
            Clause::Language(code) => Some(filter(term(self.layout.language, code))),
            Clause::After(day) => Some(self.since(day.and_time(chrono::NaiveTime::MIN).and_utc())),
            Clause::Before(day) => {
                let end = Term::from_field_date(
                    self.layout.published,
                    engine_time(day.and_time(chrono::NaiveTime::MIN).and_utc()),
                );
                Some(filter(Box::new(RangeQuery::new(Bound::Unbounded, Bound::Excluded(end)))))
            }
            Clause::Last(count, unit) => Some(match unit.before(self.now, *count) {
                Some(start) => self.since(start),
                None => Box::new(AllQuery),
            }),
        })
    }

    fn all(&mut self, parts: &[Clause]) -> Part {
        let (mut wanted, mut unwanted) = (Vec::new(), Vec::new());
        for part in parts {
            match part {
                Clause::Not(inner) => unwanted.extend(self.clause(inner)?),
                other => wanted.extend(self.clause(other)?),
            }
        }
        Ok(match (wanted.len(), unwanted.len()) {
            (0, 0) => None,
            (1, 0) => wanted.pop(),
            (_, 0) => Some(Box::new(BooleanQuery::intersection(wanted))),
            _ => Some(without(wanted, unwanted)),
        })
    }

    /// Of the words that stand outermost one is enough, and those that say nothing are left out; filters still hold.
    fn any(&mut self, clause: &Clause) -> Part {
        let parts = match clause {
            Clause::All(parts) => parts.as_slice(),
            other => std::slice::from_ref(other),
        };
        let mut loose = self.loose(parts, true)?;
        if loose.is_empty() {
            loose = self.loose(parts, false)?;
        }
        let (mut wanted, mut unwanted) = (Vec::new(), Vec::new());
        for part in parts {
            match part {
                Clause::Text(_) => {}
                Clause::Not(inner) => unwanted.extend(self.clause(inner)?),
                other => wanted.extend(self.clause(other)?),
            }
        }
        wanted.extend(union(loose));
        if unwanted.is_empty() && wanted.len() < 2 {
            return Ok(wanted.pop());
        }
        Ok(Some(without(wanted, unwanted)))
    }

    fn loose(&mut self, parts: &[Clause], dropping: bool) -> Result<Vec<Boxed>, TantivyError> {
        let mut found = Vec::new();
        for part in parts {
            let Clause::Text(wanted) = part else { continue };
            let Wanted::Word(word) = wanted else {
                found.extend(self.text(wanted, self.layout.words, self.layout.stems)?);
                continue;
            };
            let text = Text::of(word);
            for token in asked(&text.tokens()) {
                found.extend(self.word(&text, &token, self.layout.words, self.layout.stems, dropping)?);
            }
        }
        Ok(found)
    }

    fn text(&mut self, wanted: &Wanted, words: Field, stems: Field) -> Part {
        let (written, exact) = match wanted {
            Wanted::Word(word) => (word, false),
            Wanted::Phrase(phrase) => (phrase, true),
            Wanted::Prefix(prefix) => return Ok(prefixed(prefix, words, "")),
            Wanted::Anything => return Ok(Some(Box::new(AllQuery))),
        };
        let text = Text::of(written);
        let tokens = asked(&text.tokens());
        let weight = 1.0 + self.exact;
        match tokens.as_slice() {
            [] => Ok(None),
            [token] if token.shape == Shape::Last => Ok(Some(filter(beginning(words, token.text)))),
            [token] if exact => Ok(Some(weighted(scored(words, token.text), weight))),
            [token] => self.word(&text, token, words, stems, false),
            several => Ok(phrase(several, words, "").map(|phrase| weighted(phrase, weight))),
        }
    }

    /// One word: its exact form and its stem in each language where the index holds it.
    fn word(&mut self, text: &Text<'_>, token: &Token<'_>, words: Field, stems: Field, dropping: bool) -> Part {
        let mut forms = Vec::new();
        let mut stop_word = false;
        let mut known = BTreeSet::new();
        for stemming in self.stemmings.clone() {
            if dropping && text.is_stop_word(token, stemming) {
                stop_word = true;
            } else {
                known.extend(text.stems(std::slice::from_ref(token), stemming));
            }
        }
        let mut together = 0;
        let mut found = Vec::new();
        for stem in known {
            let term = Term::from_field_text(stems, &stem);
            let frequency = self.searcher.doc_freq(&term)?;
            together += frequency;
            if frequency > 0 {
                found.push(term);
            }
        }
        for stem in found {
            self.frequencies.insert(stem.clone(), together);
            forms.push(Box::new(TermQuery::new(stem, IndexRecordOption::WithFreqs)) as Boxed);
        }
        if token.shape == Shape::Last {
            forms.push(filter(beginning(words, token.text)));
        } else if !stop_word {
            forms.push(weighted(scored(words, token.text), self.exact));
        }
        Ok(union(forms))
    }

    fn account(&self, kind: AccountKind, wanted: &Wanted) -> Option<Boxed> {
        let kind = kind.as_str();
        if *wanted == Wanted::Anything {
            return Some(filter(term(self.layout.accounts, kind)));
        }
        self.name(wanted, self.layout.accounts, &format!("{kind}:"))
    }

    /// A thing by its id or by words of its name.
    fn name(&self, wanted: &Wanted, field: Field, prefix: &str) -> Option<Boxed> {
        let found = match wanted {
            Wanted::Anything => return Some(filter(beginning(field, prefix))),
            Wanted::Prefix(start) => {
                let by_id = beginning(field, &format!("{prefix}={}", fold(start)));
                std::iter::once(by_id).chain(prefixed(start, field, prefix)).collect()
            }
            Wanted::Word(name) | Wanted::Phrase(name) => {
                let by_id = term(field, &format!("{prefix}={}", fold(name)));
                let name = Text::of(name);
                std::iter::once(by_id).chain(phrase(&asked(&name.tokens()), field, prefix)).collect()
            }
        };
        union(found).map(filter)
    }

    fn since(&self, start: Time) -> Boxed {
        let start = Term::from_field_date(self.layout.published, engine_time(start));
        filter(Box::new(RangeQuery::new(Bound::Included(start), Bound::Unbounded)))
    }
}

/// How the articles of the index were stemmed, every way once.
fn stemmings(searcher: &Searcher, layout: &Layout, settings: &Settings) -> Result<Vec<Stemming>, TantivyError> {
    let mut found = vec![Stemming::NONE, Stemming::of(&settings.default_language)];
    for segment in searcher.segment_readers() {
        let index = segment.inverted_index(layout.language)?;
        let mut codes = index.terms().stream()?;
        while codes.advance() {
            found.extend(std::str::from_utf8(codes.key()).ok().map(Stemming::of));
        }
    }
    found.sort_by_key(|stemming| stemming.code());
    found.dedup();
    Ok(found)
}

fn term(field: Field, text: &str) -> Boxed {
    Box::new(TermQuery::new(Term::from_field_text(field, text), IndexRecordOption::Basic))
}

fn scored(field: Field, text: &str) -> Boxed {
    Box::new(TermQuery::new(Term::from_field_text(field, text), IndexRecordOption::WithFreqs))
}

fn phrase(tokens: &[Token<'_>], field: Field, prefix: &str) -> Option<Boxed> {
    let first = tokens.first()?;
    let placed = |token: &Token<'_>| {
        (token.position - first.position, Term::from_field_text(field, &format!("{prefix}{}", token.text)))
    };
    Some(match tokens {
        [token] => scored(field, &format!("{prefix}{}", token.text)),
        several => Box::new(PhraseQuery::new_with_offset(several.iter().map(placed).collect())),
    })
}

/// The words before the last, in order, and then one that begins as the last.
fn prefixed(start: &str, field: Field, prefix: &str) -> Option<Boxed> {
    let text = Text::of(start);
    let tokens = asked(&text.tokens());
    let (last, before) = tokens.split_last()?;
    let open = beginning(field, &format!("{prefix}{}", last.text));
    Some(match phrase(before, field, prefix) {
        Some(before) => filter(Box::new(BooleanQuery::intersection(vec![before, open]))),
        None => open,
    })
}

/// Every term of the field that begins so.
fn beginning(field: Field, start: &str) -> Boxed {
    let first = Term::from_field_text(field, start);
    let beyond = Term::from_field_text(field, &format!("{start}{}", char::MAX));
    Box::new(ConstScoreQuery::new(
        Box::new(InvertedIndexRangeQuery::new(Bound::Included(first), Bound::Excluded(beyond))),
        1.0,
    ))
}

/// It must hold, but says nothing of how well an article answers.
fn filter(query: Boxed) -> Boxed {
    Box::new(ConstScoreQuery::new(query, 0.0))
}

fn weighted(query: Boxed, weight: f32) -> Boxed {
    Box::new(BoostQuery::new(query, weight))
}

fn union(mut parts: Vec<Boxed>) -> Option<Boxed> {
    match parts.len() {
        0 => None,
        1 => parts.pop(),
        _ => Some(Box::new(BooleanQuery::union(parts))),
    }
}

fn without(wanted: Vec<Boxed>, unwanted: Vec<Boxed>) -> Boxed {
    let mut parts: Vec<(Occur, Boxed)> = wanted.into_iter().map(|part| (Occur::Must, part)).collect();
    if parts.is_empty() {
        parts.push((Occur::Must, filter(Box::new(AllQuery))));
    }
    parts.extend(unwanted.into_iter().map(|part| (Occur::MustNot, part)));
    Box::new(BooleanQuery::new(parts))
}

fn is_scored(clause: &Clause) -> bool {
    match clause {
        Clause::All(parts) | Clause::Any(parts) => parts.iter().any(is_scored),
        Clause::Text(_) | Clause::Title(_) => true,
        _ => false,
    }
}

/// The engine's counts, but one document frequency for all the stems of a word.
struct Statistics<'s> {
    searcher: &'s Searcher,
    frequencies: &'s HashMap<Term, u64>,
}

impl Bm25StatisticsProvider for Statistics<'_> {
    fn total_num_tokens(&self, field: Field) -> tantivy::Result<u64> {
        self.searcher.total_num_tokens(field)
    }

    fn total_num_docs(&self) -> tantivy::Result<u64> {
        self.searcher.total_num_docs()
    }

    fn doc_freq(&self, term: &Term) -> tantivy::Result<u64> {
        let own = self.searcher.doc_freq(term)?;
        // A document lies under one of the stems only, yet the sum must never exceed the number of documents.
        let shared = self.frequencies.get(term).copied().unwrap_or(own);
        Ok(shared.clamp(own, self.total_num_docs()?.max(own)))
    }
}
