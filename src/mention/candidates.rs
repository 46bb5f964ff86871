//! Where names may stand.

use std::collections::HashSet;

use aho_corasick::AhoCorasick;

use crate::mention::Matcher;
use crate::mention::lexis;
use crate::mention::names::{Form, Sort, Trust};
use crate::mention::prose::{Case, Prose};
use crate::mention::surroundings::is_ticker_pattern;
use crate::model::{Field, Reason, Span};
use crate::text::fold::is_bounded;

/// A place where the name of an account may stand.
#[derive(Clone, Debug)]
pub(super) struct Candidate {
    /// Which spelling.
    pub form: usize,
    /// Whose.
    pub account: usize,
    /// The place in the original.
    pub span: Span,
    /// The place in the plain spelling.
    pub start: usize,
    /// Its end there.
    pub end: usize,
    /// What was found for and against.
    pub why: Vec<Reason>,
    /// Something besides the name itself spoke for the account.
    pub supported: bool,
}

impl Candidate {
    /// Which of the two fields it stands in.
    pub(super) fn field(&self) -> usize {
        usize::from(self.span.field == Field::Text)
    }
}

impl Matcher {
    /// All places of all names; within one account the longest wins.
    pub(super) fn candidates(&self, proses: &[Prose<'_>; 2]) -> Vec<Candidate> {
        let Some(names) = &self.names else { return Vec::new() };
        let mut candidates = Vec::new();
        for prose in proses {
            let mut found = Vec::new();
            for place in names.find_overlapping_iter(&prose.plain) {
                for &form in &self.patterns[place.pattern().as_usize()] {
                    let Some(end) = right_end(prose, &self.forms[form], place.start(), place.end()) else { continue };
                    let (from, to) = prose.place(place.start(), place.end());
                    if end == place.end() && !is_bounded(prose.original, from, to) {
                        continue;
                    }
                    if self.forms[form].sort == Sort::Ticker && !is_ticker_pattern(prose.original, from, to) {
                        continue;
                    }
                    found.push(Candidate {
                        form,
                        account: self.forms[form].account,
                        span: Span { field: prose.field, start: from, end: to },
                        start: place.start(),
                        end: place.end(),
                        why: Vec::new(),
                        supported: false,
                    });
                }
            }
            candidates.append(&mut longest(found, &self.forms));
        }
        candidates
    }
}

/// Places of one account in one field beyond this many say nothing new and are left out.
const MOST_PLACES: usize = 200;

/// Of overlapping places of one account the longest, of equal ones a name before a domain before a symbol.
fn longest(mut found: Vec<Candidate>, forms: &[Form]) -> Vec<Candidate> {
    let rank = |candidate: &Candidate| match forms[candidate.form].sort {
        Sort::Name | Sort::Phrase => 0,
        Sort::Domain => 1,
        Sort::Ticker => 2,
    };
    found.sort_by_key(|candidate| {
        (candidate.account, candidate.start, std::cmp::Reverse(candidate.end), rank(candidate))
    });
    let mut kept: Vec<Candidate> = Vec::with_capacity(found.len());
    let mut places = 0;
    for candidate in found {
        if kept.last().is_none_or(|last| last.account != candidate.account) {
            places = 0;
        }
        match kept.last_mut() {
            Some(last) if last.account == candidate.account && candidate.start < last.end => {
                if candidate.end - candidate.start > last.end - last.start {
                    *last = candidate;
                }
            }
            _ if places >= MOST_PLACES => {}
            _ => {
                places += 1;
                kept.push(candidate);
            }
        }
    }
    kept.sort_by_key(|candidate| (candidate.start, candidate.end));
    kept
}

/// The end of the word that a form found at `start..end` stands for, where the place is bounded: the end itself, or that
/// of a safe ending of inflection. `None` inside a longer word.
fn right_end(prose: &Prose<'_>, form: &Form, start: usize, end: usize) -> Option<usize> {
    let plain = prose.plain.as_str();
    if is_bounded(plain, start, end) {
        return Some(end);
    }
    let rest = &plain[end..];
    let letters = rest.chars().take_while(|letter| letter.is_alphanumeric()).map(char::len_utf8).sum::<usize>();
    let ending = &rest[..letters];
    // "GAILs": a small s after capitals belongs to no longer word.
    let (from, to) = prose.place(start, end);
    let capitals =
        ending == "s" && Case::of(&prose.original[from..to]) == Case::Upper && prose.original[to..].starts_with('s');
    if capitals && end - start >= 3 && form.sort == Sort::Name && is_bounded(plain, start, end + letters) {
        return Some(end + letters);
    }
    let long = form.plain.chars().count() >= 5 && matches!(form.trust, Trust::Distinct | Trust::Long | Trust::Full);
    let safe = long && form.sort == Sort::Name && ENDINGS.contains(&ending) && !is_word(plain, start, end + letters);
    (safe && is_bounded(plain, start, end + letters)).then_some(end + letters)
}

/// True where the inflected form is itself a word of the lists ("Canons" of "Canon").
fn is_word(plain: &str, start: usize, end: usize) -> bool {
    lexis::kinds(&plain[start..end]) != 0
}

/// Endings that names take without an apostrophe: the genitive of German and the Nordic languages (and of headlines that
/// lost their apostrophe), and the cases of Slavic languages in Latin and Cyrillic letters.
const ENDINGS: [&str; 16] = ["s", "a", "u", "em", "om", "owi", "ie", "y", "ovi", "ze", "а", "у", "ом", "е", "ы", "и"];

/// The patterns of `clues` that stand in the prose as whole words.
pub(super) fn clues_in(clues: &AhoCorasick, proses: &[Prose<'_>; 2]) -> HashSet<usize> {
    let mut found = HashSet::new();
    for prose in proses {
        for place in clues.find_overlapping_iter(&prose.plain) {
            if is_bounded(&prose.plain, place.start(), place.end()) {
                found.insert(place.pattern().as_usize());
            }
        }
    }
    found
}
