//! From the tree of a query to the engine's queries. The engine's own query parser is never used: it recurses without
//! limit.
//!
//! A word becomes its exact form, weighted by `exact_weight`, and its stem in every language of the index. The stems of
//! one word share one document frequency, the sum of theirs: a name in the only German article is no rarer than the same
//! name in a thousand English ones. Words that are neighbours in the query and in the text add a little (the ordered pairs
//! of Metzler & Croft, "A Markov Random Field Model for Term Dependencies", 2005). Scores are BM25 with k1 = 1.2 and b = 0.75 (Robertson & Zaragoza, "The Probabilistic
//! Relevance Framework: BM25 and Beyond", 2009), the engine's own.

use std::collections::{BTreeMap, HashMap};
use std::ops::Bound;

use tantivy::query::{
    AllQuery, BooleanQuery, BoostQuery, ConstScoreQuery, EmptyQuery, InvertedIndexRangeQuery, Occur, PhraseQuery,
    Query as EngineQuery, RangeQuery, TermQuery,
};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{Searcher, TantivyError, Term};

use super::Settings;
use super::analysis::{Shape, Stemming, Text, Token, asked, spellings};
use super::layout::{Layout, engine_time, number_of};
use super::query::{Clause, Query, Wanted};
use super::statistics::{Frozen, Statistics};
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
    /// The counts that scores are made of; those of an earlier page where they were `kept`.
    pub(super) fn statistics<'s>(&'s self, searcher: &'s Searcher, kept: Option<&'s Frozen>) -> Statistics<'s> {
        Statistics::of(searcher, &self.frequencies, kept)
    }
}

/// The articles that answer `query`, of these stories only, without scores.
pub(super) fn of_stories(query: &dyn EngineQuery, stories: &[u64], layout: &Layout) -> Boxed {
    let stories = stories.iter().map(|story| of_story(layout, *story)).collect();
    Box::new(BooleanQuery::intersection(vec![query.box_clone(), Box::new(BooleanQuery::union(stories))]))
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
    let mut compiler = Compiler { now, searcher, layout, stemmings, settings, frequencies: HashMap::new() };
    let clause = apart(&query.clause);
    let root = if any { compiler.any(&clause)? } else { compiler.clause(&clause)? };
    let all = query.clause == Clause::All(Vec::new());
    let nothing: Boxed = if all { Box::new(AllQuery) } else { Box::new(EmptyQuery) };
    Ok(Compiled { query: root.unwrap_or(nothing), scored: is_scored(&query.clause), frequencies: compiler.frequencies })
}

struct Compiler<'a> {
    now: Time,
    searcher: &'a Searcher,
    layout: &'a Layout,
    stemmings: Vec<Stemming>,
    settings: &'a Settings,
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
            Clause::Not(inner) => self.clause(inner)?.map(|inner| together(Vec::new(), Vec::new(), vec![inner])),
            Clause::Text(wanted) => self.text(wanted, self.layout.words, self.layout.stems)?,
            Clause::Title(wanted) => self.text(wanted, self.layout.title, self.layout.title_stems)?,
            Clause::Account(kind, wanted) => self.account(*kind, wanted),
            Clause::AnyAccount(wanted) => {
                union(AccountKind::ALL.iter().filter_map(|kind| self.account(*kind, wanted)).collect())
            }
            Clause::Story(id) => Some(filter(of_story(self.layout, number_of(id)))),
            Clause::Country(Some(code)) => Some(filter(term(self.layout.countries, code))),
            Clause::Country(None) => Some(filter(beginning(self.layout.countries, ""))),
            Clause::Source(wanted) => Self::name(wanted, self.layout.source, ""),
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
            Clause::Last(count, unit) => Some(self.since(unit.before(self.now, *count).unwrap_or(Time::MIN_UTC))),
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
        if unwanted.is_empty() && wanted.len() < 2 {
            return Ok(wanted.pop());
        }
        Ok(Some(together(wanted, self.pairs(parts), unwanted)))
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
        // Who holds a pair holds its words, so that alternatives need no more than to be listed.
        loose.extend(self.pairs(parts));
        wanted.extend(union(loose));
        if unwanted.is_empty() && wanted.len() < 2 {
            return Ok(wanted.pop());
        }
        Ok(Some(together(wanted, Vec::new(), unwanted)))
    }

    /// Neighbouring words of the query that stand side by side in the text: they add to the score, no more.
    fn pairs(&self, parts: &[Clause]) -> Vec<Boxed> {
        let word = |part: &Clause| match part {
            Clause::Text(Wanted::Word(word)) => Some(word.clone()),
            _ => None,
        };
        let pair = |neighbours: &[Clause]| {
            let [left, right] = neighbours else { return None };
            let both = format!("{} {}", word(left)?, word(right)?);
            let both = Text::of(&both);
            let tokens = both.tokens();
            let plain = |token: &Token<'_>| {
                token.shape == Shape::Word && !self.stemmings.iter().any(|stemming| both.is_stop_word(token, *stemming))
            };
            let telling = tokens.len() == 2 && tokens.iter().all(plain);
            phrase(&tokens, self.layout.words, "").filter(|_| telling)
        };
        let pairs = parts.windows(2).filter_map(pair);
        pairs.map(|pair| weighted(pair, self.settings.near_weight.clamp(0.0, 10.0))).collect()
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
        let weight = 1.0 + self.exact_weight();
        match tokens.as_slice() {
            [] => Ok(None),
            [token] if token.shape == Shape::Last => Ok(Some(filter(beginning(words, token.text)))),
            [token] if !exact => self.word(&text, token, words, stems, false),
            several => Ok(phrases(&text, several, words, "").map(|phrase| weighted(phrase, weight))),
        }
    }

    /// One word: its exact form and its stem in each language where the index holds it.
    fn word(&mut self, text: &Text<'_>, token: &Token<'_>, words: Field, stems: Field, dropping: bool) -> Part {
        let mut stop_word = false;
        let mut together = 0;
        let mut wanted = BTreeMap::new();
        for stemming in self.stemmings.clone() {
            let Some(stem) = text.stems(std::slice::from_ref(token), stemming).pop() else { continue };
            let term = Term::from_field_text(stems, &stem);
            let dropped = dropping && text.is_stop_word(token, stemming);
            stop_word |= dropped;
            if wanted.insert(stem, (term.clone(), dropped)).is_none() {
                together += self.searcher.doc_freq(&term)?;
            }
        }
        let mut forms = Vec::new();
        for (term, _) in wanted.into_values().filter(|(_, dropped)| !dropped) {
            if self.searcher.doc_freq(&term)? > 0 {
                self.frequencies.insert(term.clone(), together);
                forms.push(Box::new(TermQuery::new(term, IndexRecordOption::WithFreqs)) as Boxed);
            }
        }
        if token.shape == Shape::Last {
            forms.push(filter(beginning(words, token.text)));
        } else if !stop_word {
            forms.push(weighted(scored(words, token.text), self.exact_weight()));
            let spelled = text.spelled_out(token);
            forms.extend(spelled.map(|spelled| weighted(scored(words, &spelled), self.exact_weight())));
        }
        Ok(union(forms))
    }

    fn exact_weight(&self) -> f32 {
        self.settings.exact_weight.clamp(0.0, 10.0)
    }

    fn account(&self, kind: AccountKind, wanted: &Wanted) -> Option<Boxed> {
        let kind = kind.as_str();
        if *wanted == Wanted::Anything {
            return Some(filter(term(self.layout.accounts, kind)));
        }
        Self::name(wanted, self.layout.accounts, &format!("{kind}:"))
    }

    /// A thing by its id or by words of its name.
    fn name(wanted: &Wanted, field: Field, prefix: &str) -> Option<Boxed> {
        let found = match wanted {
            Wanted::Anything => return Some(filter(beginning(field, prefix))),
            Wanted::Prefix(start) => {
                let by_id = beginning(field, &format!("{prefix}={}", fold(start)));
                std::iter::once(by_id).chain(prefixed(start, field, prefix)).collect()
            }
            Wanted::Word(name) | Wanted::Phrase(name) => {
                let by_id = term(field, &format!("{prefix}={}", fold(name)));
                let name = Text::of(name);
                std::iter::once(by_id).chain(phrases(&name, &asked(&name.tokens()), field, prefix)).collect()
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
pub(super) fn stemmings(
    searcher: &Searcher,
    layout: &Layout,
    settings: &Settings,
) -> Result<Vec<Stemming>, TantivyError> {
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

fn of_story(layout: &Layout, story: u64) -> Boxed {
    Box::new(TermQuery::new(Term::from_field_u64(layout.story_key, story), IndexRecordOption::Basic))
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

/// The phrase as it was typed, and in the spelling without umlauts.
fn phrases(text: &Text<'_>, tokens: &[Token<'_>], field: Field, prefix: &str) -> Option<Boxed> {
    union(spellings(text, tokens, |words| phrase(words, field, prefix)))
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

/// All of `wanted`, none of `unwanted`; `welcome` adds to the score.
fn together(wanted: Vec<Boxed>, welcome: Vec<Boxed>, unwanted: Vec<Boxed>) -> Boxed {
    let mut parts: Vec<(Occur, Boxed)> = wanted.into_iter().map(|part| (Occur::Must, part)).collect();
    if parts.is_empty() {
        parts.push((Occur::Must, filter(Box::new(AllQuery))));
    }
    parts.extend(welcome.into_iter().map(|part| (Occur::Should, part)));
    parts.extend(unwanted.into_iter().map(|part| (Occur::MustNot, part)));
    Box::new(BooleanQuery::new(parts))
}

/// The same with each date for itself under a minus: "-(a b)" as "-a OR -b". The engine's ranges cannot be sought in a
/// group that is excluded: it steps back, which they do not (a subtraction below zero in its `RangeDocSet`).
fn apart(clause: &Clause) -> Clause {
    let each = |parts: &[Clause]| parts.iter().map(apart).collect();
    let without = |parts: &[Clause]| parts.iter().map(|part| apart(&Clause::Not(Box::new(part.clone())))).collect();
    match clause {
        Clause::All(parts) => Clause::All(each(parts)),
        Clause::Any(parts) => Clause::Any(each(parts)),
        Clause::Not(inner) if is_dated(inner) => match &**inner {
            Clause::All(parts) => Clause::Any(without(parts)),
            Clause::Any(parts) => Clause::All(without(parts)),
            Clause::Not(twice) => apart(twice),
            _ => clause.clone(),
        },
        other => other.clone(),
    }
}

fn is_dated(clause: &Clause) -> bool {
    match clause {
        Clause::All(parts) | Clause::Any(parts) => parts.iter().any(is_dated),
        Clause::Not(inner) => is_dated(inner),
        Clause::After(_) | Clause::Before(_) | Clause::Last(..) => true,
        _ => false,
    }
}

fn is_scored(clause: &Clause) -> bool {
    match clause {
        Clause::All(parts) | Clause::Any(parts) => parts.iter().any(is_scored),
        Clause::Text(_) | Clause::Title(_) => true,
        _ => false,
    }
}
