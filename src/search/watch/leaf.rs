//! From the tree of a query to a tree over leaves: the counterpart of `compile.rs`, without scores.

use std::collections::HashMap;

use chrono::NaiveDate;

use super::super::analysis::{Shape, Text, Token, asked, spellings};
use super::super::query::{Clause, Unit, Wanted};
use crate::model::AccountKind;
use crate::text::fold::fold;

/// Where a term stands: the fields of the index that queries ask.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Shelf {
    Words,
    Title,
    Accounts,
    Source,
    Signals,
    Language,
    Countries,
}

impl Shelf {
    pub(super) const COUNT: usize = 7;
}

/// The smallest thing that a search asks of an article's terms.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Leaf {
    /// This very term.
    Term(Shelf, String),
    /// The stem of this word, as written, in the language of the article; `Words` or `Title`.
    Stem(Shelf, String),
    /// These terms, two or more, each so many places after the first.
    Phrase(Shelf, Vec<(usize, String)>),
    /// A term that begins so.
    Beginning(Shelf, String),
}

/// What a search asks of the time of publication.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum When {
    After(NaiveDate),
    Before(NaiveDate),
    Last(u32, Unit),
}

/// What must hold of an article.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Node {
    /// Each of these; of nothing: every article.
    All(Vec<Node>),
    Any(Vec<Node>),
    Not(Box<Node>),
    /// By its number.
    Leaf(usize),
    When(When),
    /// It is of the story of this id.
    Story(String),
}

/// Leaves of all searches, each once.
#[derive(Default)]
pub(super) struct Leaves {
    all: Vec<Leaf>,
    numbers: HashMap<Leaf, usize>,
}

/// Nothing where there is no word in it to look for.
type Part = Option<Node>;

impl Leaves {
    pub(super) fn all(&self) -> &[Leaf] {
        &self.all
    }

    pub(super) fn done(self) -> Vec<Leaf> {
        self.all
    }

    /// The tree of a whole query; nothing where it can find nothing.
    pub(super) fn tree(&mut self, clause: &Clause) -> Part {
        match clause {
            Clause::All(parts) if parts.is_empty() => Some(Node::All(Vec::new())),
            other => self.clause(other),
        }
    }

    fn clause(&mut self, clause: &Clause) -> Part {
        match clause {
            Clause::All(parts) => self.every(parts),
            Clause::Any(parts) => any(parts.iter().filter_map(|part| self.clause(part)).collect()),
            Clause::Not(inner) => self.clause(inner).map(not),
            Clause::Text(wanted) => self.text(wanted, Shelf::Words),
            Clause::Title(wanted) => self.text(wanted, Shelf::Title),
            Clause::Account(kind, wanted) => self.account(*kind, wanted),
            Clause::AnyAccount(wanted) => {
                any(AccountKind::ALL.iter().filter_map(|kind| self.account(*kind, wanted)).collect())
            }
            Clause::Story(id) => Some(Node::Story(id.clone())),
            Clause::Country(Some(code)) => Some(self.term(Shelf::Countries, code)),
            Clause::Country(None) => Some(self.leaf(Leaf::Beginning(Shelf::Countries, String::new()))),
            Clause::Source(wanted) => self.name(wanted, Shelf::Source, ""),
            Clause::Signal(Some(kind)) => Some(self.term(Shelf::Signals, kind.as_str())),
            Clause::Signal(None) => Some(self.leaf(Leaf::Beginning(Shelf::Signals, String::new()))),
            Clause::Language(code) => Some(self.term(Shelf::Language, code)),
            Clause::After(day) => Some(Node::When(When::After(*day))),
            Clause::Before(day) => Some(Node::When(When::Before(*day))),
            Clause::Last(count, unit) => Some(Node::When(When::Last(*count, *unit))),
        }
    }

    fn every(&mut self, parts: &[Clause]) -> Part {
        let mut found: Vec<Node> = parts.iter().filter_map(|part| self.clause(part)).collect();
        if found.len() < 2 { found.pop() } else { Some(Node::All(found)) }
    }

    fn text(&mut self, wanted: &Wanted, shelf: Shelf) -> Part {
        let (written, exact) = match wanted {
            Wanted::Word(word) => (word, false),
            Wanted::Phrase(phrase) => (phrase, true),
            Wanted::Prefix(start) => return self.prefixed(start, shelf, ""),
            Wanted::Anything => return Some(Node::All(Vec::new())),
        };
        let text = Text::of(written);
        let tokens = asked(&text.tokens());
        match tokens.as_slice() {
            [] => None,
            [token] if token.shape == Shape::Last => Some(self.beginning(shelf, token.text)),
            [token] if !exact => {
                let stem = self.leaf(Leaf::Stem(shelf, written.clone()));
                any(self.phrases(&text, &[*token], shelf, "").into_iter().chain([stem]).collect())
            }
            several => self.phrases(&text, several, shelf, ""),
        }
    }

    fn account(&mut self, kind: AccountKind, wanted: &Wanted) -> Part {
        let kind = kind.as_str();
        if *wanted == Wanted::Anything {
            return Some(self.term(Shelf::Accounts, kind));
        }
        self.name(wanted, Shelf::Accounts, &format!("{kind}:"))
    }

    /// A thing by its id or by words of its name.
    fn name(&mut self, wanted: &Wanted, shelf: Shelf, prefix: &str) -> Part {
        let (by_id, by_words) = match wanted {
            Wanted::Anything => return Some(self.beginning(shelf, prefix)),
            Wanted::Prefix(start) => {
                let by_id = self.beginning(shelf, &format!("{prefix}={}", fold(start)));
                (by_id, self.prefixed(start, shelf, prefix))
            }
            Wanted::Word(name) | Wanted::Phrase(name) => {
                let by_id = self.term(shelf, &format!("{prefix}={}", fold(name)));
                let name = Text::of(name);
                (by_id, self.phrases(&name, &asked(&name.tokens()), shelf, prefix))
            }
        };
        any(std::iter::once(by_id).chain(by_words).collect())
    }

    /// The words before the last, in order, and anywhere one that begins as the last.
    fn prefixed(&mut self, start: &str, shelf: Shelf, prefix: &str) -> Part {
        let text = Text::of(start);
        let tokens = asked(&text.tokens());
        let (last, before) = tokens.split_last()?;
        let open = self.beginning(shelf, &format!("{prefix}{}", last.text));
        Some(match self.phrase(before, shelf, prefix) {
            Some(before) => Node::All(vec![before, open]),
            None => open,
        })
    }

    /// The words in order as they were typed, or in the spelling without umlauts.
    fn phrases(&mut self, text: &Text<'_>, tokens: &[Token<'_>], shelf: Shelf, prefix: &str) -> Part {
        any(spellings(text, tokens, |words| self.phrase(words, shelf, prefix)))
    }

    fn phrase(&mut self, tokens: &[Token<'_>], shelf: Shelf, prefix: &str) -> Part {
        let first = tokens.first()?;
        let placed = |token: &Token<'_>| (token.position - first.position, format!("{prefix}{}", token.text));
        Some(match tokens {
            [token] => self.term(shelf, &format!("{prefix}{}", token.text)),
            several => self.leaf(Leaf::Phrase(shelf, several.iter().map(placed).collect())),
        })
    }

    fn term(&mut self, shelf: Shelf, term: &str) -> Node {
        self.leaf(Leaf::Term(shelf, term.to_owned()))
    }

    fn beginning(&mut self, shelf: Shelf, start: &str) -> Node {
        self.leaf(Leaf::Beginning(shelf, start.to_owned()))
    }

    fn leaf(&mut self, leaf: Leaf) -> Node {
        let next = self.all.len();
        let number = *self.numbers.entry(leaf).or_insert_with_key(|leaf| {
            self.all.push(leaf.clone());
            next
        });
        Node::Leaf(number)
    }
}

fn any(mut parts: Vec<Node>) -> Part {
    if parts.len() < 2 { parts.pop() } else { Some(Node::Any(parts)) }
}

fn not(inner: Node) -> Node {
    Node::Not(Box::new(inner))
}
