//! "Did you mean": a query whose words or names are not known, with the nearest that are.
//!
//! Near is: few letters wrong, left out, too many, or two neighbours exchanged (the distance of Damerau, "A Technique for
//! Computer Detection and Correction of Spelling Errors", 1964). Words are looked up by the engine's Levenshtein automaton
//! (Schulz & Mihov, "Fast String Correction with Levenshtein Automata", 2002), which walks the dictionary instead of
//! reading it; names of accounts and publishers, which are few, are compared one by one.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use tantivy::collector::Count;
use tantivy::query::FuzzyTermQuery;
use tantivy::schema::Field;
use tantivy::{Searcher, Term};

use super::SearchError;
use super::analysis::{Shape, Text};
use super::compile::{compile, stemmings};
use super::facets::name_of;
use super::layout::PARTED;
use super::query::{Clause, Query, Wanted};
use super::reader::{MatchAccount, Reader, SearchRequest};
use crate::model::{Account, AccountId, AccountKind, Watchlist};
use crate::text::fold::fold;

/// Articles found up to which another query may be meant.
pub const FEW: usize = 2;

/// A word in no more articles than this may be a slip.
const RARE: u64 = 2;

/// How many times as frequent the right word must be for one that occurs to be a slip of it.
const FAR_MORE: u64 = 25;

/// Likeness of names below which none is proposed, 0 to 1.
const ALIKE: f64 = 0.6;

/// Words of a query that are looked after; more would cost much for nothing.
const MOST_WORDS: usize = 8;

/// The names of the watchlist, other names included.
#[must_use]
pub fn names_of(watchlist: &Watchlist) -> Vec<MatchAccount> {
    let named = |account: &Account, name: &str| MatchAccount {
        kind: account.kind,
        id: account.id.clone(),
        name: name.to_owned(),
    };
    let all = watchlist.accounts().iter().flat_map(|account| {
        let others = account.aliases.iter().map(|alias| alias.text.as_str());
        std::iter::once(account.name.as_str()).chain(others).map(move |name| named(account, name))
    });
    all.collect()
}

/// A query that finds more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Suggestion {
    /// The whole query, corrected.
    pub query: String,
    /// How many articles answer it.
    pub total: usize,
}

impl Reader {
    /// The query that may be meant by one that found nothing or little, where it differs and finds more. `names` are those
    /// of the watchlist, aliases too; the names in the index are known without.
    ///
    /// # Errors
    /// Where the index cannot be read.
    pub fn suggest(
        &self,
        query: &Query,
        request: &SearchRequest,
        names: &[MatchAccount],
    ) -> Result<Option<Suggestion>, SearchError> {
        let searcher = self.engine.searcher();
        let mut speller = Speller { reader: self, searcher: &searcher, request, names, indexed: None, words: 0 };
        let clause = speller.clause(&query.clause)?;
        if clause == query.clause {
            return Ok(None);
        }
        let corrected = Query { clause, sort: query.sort };
        let text = corrected.to_string();
        if Query::parse(&text).is_err() {
            return Ok(None);
        }
        let total = self.count(&searcher, &corrected, request)?;
        let found = total > self.count(&searcher, query, request)?;
        Ok(found.then_some(Suggestion { query: text, total }))
    }

    fn count(&self, searcher: &Searcher, query: &Query, request: &SearchRequest) -> Result<usize, SearchError> {
        let compiled = compile(query, request.any, request.now, searcher, &self.layout, &self.settings)?;
        Ok(searcher.search(&*compiled.query, &Count)?)
    }
}

struct Speller<'a> {
    reader: &'a Reader,
    searcher: &'a Searcher,
    request: &'a SearchRequest,
    names: &'a [MatchAccount],
    /// The accounts that the index knows, read when first needed.
    indexed: Option<Vec<MatchAccount>>,
    words: usize,
}

impl Speller<'_> {
    fn clause(&mut self, clause: &Clause) -> Result<Clause, SearchError> {
        let layout = &self.reader.layout;
        Ok(match clause {
            Clause::All(parts) => Clause::All(self.clauses(parts)?),
            Clause::Any(parts) => Clause::Any(self.clauses(parts)?),
            Clause::Text(wanted) => Clause::Text(self.text(wanted, layout.words, layout.stems)?),
            Clause::Title(wanted) => Clause::Title(self.text(wanted, layout.title, layout.title_stems)?),
            Clause::Account(kind, wanted) => self.account(*kind, wanted)?.unwrap_or_else(|| clause.clone()),
            Clause::Source(wanted) => self.source(wanted)?.unwrap_or_else(|| clause.clone()),
            other => other.clone(),
        })
    }

    fn clauses(&mut self, parts: &[Clause]) -> Result<Vec<Clause>, SearchError> {
        parts.iter().map(|part| self.clause(part)).collect()
    }

    /// Each word that is not known by the nearest that is.
    fn text(&mut self, wanted: &Wanted, words: Field, stems: Field) -> Result<Wanted, SearchError> {
        let (written, phrase) = match wanted {
            Wanted::Word(word) => (word, false),
            Wanted::Phrase(phrase) => (phrase, true),
            Wanted::Prefix(_) | Wanted::Anything => return Ok(wanted.clone()),
        };
        let text = Text::of(written);
        let mut corrected = String::new();
        let mut copied = 0;
        for token in text.tokens() {
            if token.shape != Shape::Word || self.words >= MOST_WORDS {
                continue;
            }
            let mut known = self.searcher.doc_freq(&Term::from_field_text(words, token.text))?;
            if !phrase {
                for stemming in stemmings(self.searcher, &self.reader.layout, &self.reader.settings)? {
                    for stem in text.stems(std::slice::from_ref(&token), stemming) {
                        known = known.max(self.searcher.doc_freq(&Term::from_field_text(stems, &stem))?);
                    }
                }
            }
            if known > RARE {
                continue;
            }
            self.words += 1;
            if let Some(right) = self.nearest_word(token.text, words, known)? {
                let (start, end) = text.original(token.start, token.end);
                corrected.push_str(&written[copied..start]);
                corrected.push_str(&right);
                copied = end;
            }
        }
        corrected.push_str(&written[copied..]);
        Ok(if phrase { Wanted::Phrase(corrected) } else { Wanted::Word(corrected) })
    }

    /// The word of the index that is meant by one in `known` articles: the fewest slips first, then words of watched
    /// names, then the most frequent.
    fn nearest_word(&mut self, word: &str, words: Field, known: u64) -> Result<Option<String>, SearchError> {
        let letters = word.chars().count();
        if letters < 3 || word.bytes().any(|letter| letter.is_ascii_digit()) {
            return Ok(None);
        }
        let furthest = if letters < 6 { 1 } else { 2 };
        let of_names = self.words_of_names()?;
        let near = self.near(word, words, furthest)?;
        let near = near.into_iter().filter(|(other, count)| {
            let named = of_names.contains(other.as_str());
            other != word && if known == 0 { named || *count > 0 } else { *count >= known * FAR_MORE }
        });
        // A word that occurs is seldom a slip of one that is two letters away.
        let allowed = if known == 0 { usize::from(furthest) } else { 1 };
        let ranked = near.filter_map(|(other, count)| {
            let slips = strsim::damerau_levenshtein(word, &other);
            (slips <= allowed).then(|| (slips, !of_names.contains(&other), std::cmp::Reverse(count), other))
        });
        Ok(ranked.min().map(|(.., other)| other))
    }

    /// Terms of the field at most so many slips away, and how many articles have each.
    fn near(&self, term: &str, field: Field, furthest: u8) -> Result<BTreeMap<String, u64>, SearchError> {
        let automaton = FuzzyTermQuery::new(Term::from_field_text(field, term), furthest, true);
        let mut found = BTreeMap::new();
        for segment in self.searcher.segment_readers() {
            let index = segment.inverted_index(field)?;
            let mut terms =
                index.terms().search(automaton.automaton()?).into_stream().map_err(tantivy::TantivyError::from)?;
            while terms.advance() {
                if let Ok(other) = std::str::from_utf8(terms.key()) {
                    *found.entry(other.to_owned()).or_default() += u64::from(terms.value().doc_freq);
                }
            }
        }
        Ok(found)
    }

    fn account(&mut self, kind: AccountKind, wanted: &Wanted) -> Result<Option<Clause>, SearchError> {
        let (Wanted::Word(written) | Wanted::Phrase(written)) = wanted else { return Ok(None) };
        if self.finds(&Clause::Account(kind, wanted.clone()))? {
            return Ok(None);
        }
        let sought = fold(written);
        let names = self.names;
        let indexed = self.indexed()?;
        let alike = |account: &MatchAccount| {
            let likeness = likeness(&sought, &fold(account.id.as_str())).max(of_name(&sought, &fold(&account.name)));
            (likeness, account.kind == kind)
        };
        let ranked = names.iter().chain(indexed).map(|account| (alike(account), account));
        let best = ranked.max_by(|(left, _), (right, _)| left.0.total_cmp(&right.0).then(left.1.cmp(&right.1)));
        // One that is known by exactly this name and kind has no articles: nothing else is meant.
        Ok(best.filter(|((likeness, same_kind), _)| *likeness >= ALIKE && !(*likeness >= 1.0 && *same_kind)).map(
            |(_, account)| {
                let id = name_of(account.id.as_str());
                Clause::Account(account.kind, id)
            },
        ))
    }

    fn source(&mut self, wanted: &Wanted) -> Result<Option<Clause>, SearchError> {
        let (Wanted::Word(written) | Wanted::Phrase(written)) = wanted else { return Ok(None) };
        if self.finds(&Clause::Source(wanted.clone()))? {
            return Ok(None);
        }
        let sought = fold(written);
        let publishers = self.reader.names.column(self.searcher, "publisher")?;
        let by_name = publishers.values.iter().map(|name| (of_name(&sought, &fold(name)), name.clone()));
        let ids = self.near(&format!("={sought}"), self.reader.layout.source, 2)?;
        let ids: Vec<String> = ids.into_keys().filter_map(|id| id.strip_prefix('=').map(str::to_owned)).collect();
        let by_id = ids.into_iter().map(|id| (likeness(&sought, &id), id));
        let best = by_name.chain(by_id).max_by(|left, right| left.0.total_cmp(&right.0));
        Ok(best.filter(|(likeness, _)| *likeness >= ALIKE).map(|(_, name)| Clause::Source(name_of(&name))))
    }

    fn finds(&self, clause: &Clause) -> Result<bool, SearchError> {
        let query = Query { clause: clause.clone(), sort: None };
        Ok(self.reader.count(self.searcher, &query, self.request)? > 0)
    }

    /// The accounts that the index knows.
    fn indexed(&mut self) -> Result<&[MatchAccount], SearchError> {
        if self.indexed.is_none() {
            let column = self.reader.names.column(self.searcher, "account")?;
            let read = |value: &String| {
                let mut parts = value.splitn(3, PARTED);
                let kind = parts.next()?;
                let kind = *AccountKind::ALL.iter().find(|known| known.as_str() == kind)?;
                Some(MatchAccount { kind, id: AccountId::from(parts.next()?), name: parts.next()?.to_owned() })
            };
            self.indexed = Some(column.values.iter().filter_map(read).collect());
        }
        Ok(self.indexed.as_deref().unwrap_or_default())
    }

    /// The words of all known names.
    fn words_of_names(&mut self) -> Result<BTreeSet<String>, SearchError> {
        let names = self.names;
        let accounts = names.iter().chain(self.indexed()?);
        let words = |account: &MatchAccount| {
            let name = Text::of(&account.name);
            let words: Vec<String> = name.tokens().iter().map(|token| token.text.to_owned()).collect();
            words
        };
        Ok(accounts.flat_map(words).collect())
    }
}

/// How like a name is: as a whole, or as the same number of its first words ("siemens" for "Siemens AG").
fn of_name(sought: &str, name: &str) -> f64 {
    let words = sought.split_whitespace().count().max(1);
    let beginning = name.split_whitespace().take(words).collect::<Vec<_>>().join(" ");
    likeness(sought, name).max(likeness(sought, beginning.trim_end_matches([',', '.'])))
}

fn likeness(left: &str, right: &str) -> f64 {
    strsim::normalized_damerau_levenshtein(left, right)
}
