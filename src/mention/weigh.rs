//! Weighs each candidate: what speaks for and against its being the account. Weights are log odds, set by hand.

mod across;
mod firm;
mod name;
mod namesake;
mod other;
mod rules;

pub(super) use namesake::Identity;

use std::collections::HashSet;

use crate::mention::candidates::{Candidate, clues_in};
use crate::mention::lexis::{self, Kinds, kind};
use crate::mention::names::Form;
use crate::mention::prose::{Case, Prose, Words};
use crate::mention::surroundings::Around;
use crate::mention::{Matcher, Watched};
use crate::model::{Reading, Reason};

/// What must never be overruled by other evidence.
pub(super) const FORBIDDEN: f64 = -12.0;

/// One candidate under the eyes of the weighing.
struct Scale<'a> {
    candidate: &'a mut Candidate,
    form: &'a Form,
    watched: &'a Watched,
    around: Around<'a>,
    prose: &'a Prose<'a>,
    tone: Tone,
    language: Option<&'a str>,
}

impl Matcher {
    /// Gives each candidate its reasons.
    pub(super) fn weigh(
        &self,
        candidates: &mut [Candidate],
        proses: &[Prose<'_>; 2],
        words: &[Words; 2],
        reading: &Reading<'_>,
    ) {
        let ruled = candidates.iter().any(|candidate| self.accounts[candidate.account].has_clues());
        let clues = match &self.clues {
            Some(clues) if ruled => clues_in(clues, proses),
            _ => HashSet::new(),
        };
        let lower = lower_words(proses, words);
        for candidate in candidates.iter_mut() {
            let field = candidate.field();
            let form = &self.forms[candidate.form];
            let watched = &self.accounts[candidate.account];
            let around = Around::of(candidate, &proses[field], &words[field]);
            let tone = Tone::around(candidate, words);
            let prose = &proses[field];
            let mut scale = Scale { candidate, form, watched, around, prose, tone, language: reading.language };
            if watched.is_topic() {
                scale.put("phrase", &form.alias, 3.0);
            } else {
                scale.name();
                scale.spelling(&lower);
                scale.firm_nearby();
                scale.longer_name();
                scale.person();
                scale.other_sense();
                scale.tone();
                scale.whole_reading(reading);
            }
            scale.rules(&clues);
        }
        self.across(candidates, proses);
        self.namesakes(candidates, proses, words);
        for candidate in candidates.iter_mut() {
            self.demand_support(candidate);
        }
    }
}

impl Candidate {
    /// Adds a reason that is support from the context.
    pub(super) fn support(&mut self, code: &str, detail: &str, weight: f64) {
        self.supported = true;
        self.against(code, detail, weight);
    }

    /// Adds a reason.
    pub(super) fn against(&mut self, code: &str, detail: &str, weight: f64) {
        self.why.push(Reason { code: code.to_owned(), detail: detail.to_owned(), weight });
    }
}

impl Watched {
    fn has_clues(&self) -> bool {
        let any = |lists: &[Vec<usize>]| lists.iter().any(|list| !list.is_empty());
        !(self.require.is_empty() && self.exclude.is_empty() && self.known.is_empty())
            || any(&self.alias_require)
            || any(&self.alias_exclude)
    }
}

/// Words of the reading that stand in lower case where a name would have a capital.
fn lower_words<'a>(proses: &'a [Prose<'_>; 2], words: &[Words; 2]) -> HashSet<&'a str> {
    let mut lower = HashSet::new();
    for (prose, words) in proses.iter().zip(words) {
        for word in words.words.iter().filter(|word| word.case == Case::Lower && word.kinds & kind::ORDINARY != 0) {
            lower.insert(&prose.plain[word.start..word.end]);
        }
    }
    lower
}

/// How much the words around speak of business and of sport.
#[derive(Clone, Copy, Debug, Default)]
struct Tone {
    business: usize,
    sport: usize,
}

/// So many words before and after a name make its tone.
const REACH: usize = 40;

impl Tone {
    fn around(candidate: &Candidate, words: &[Words; 2]) -> Self {
        let own = &words[candidate.field()];
        let (first, after) = (own.at(candidate.start), own.at(candidate.end));
        let mut tone = Self::default();
        let near = own.words[first.saturating_sub(REACH)..first]
            .iter()
            .chain(&own.words[after..(after + REACH).min(own.words.len())]);
        // The headline belongs to every place of the text, the first words of the text to the headline.
        let other = &words[1 - candidate.field()].words;
        for word in near.chain(&other[..other.len().min(REACH)]) {
            tone.business += usize::from(word.kinds & kind::FINANCE != 0);
            tone.sport += usize::from(word.kinds & kind::SPORT != 0);
        }
        tone
    }
}

impl Scale<'_> {
    fn put(&mut self, code: &str, detail: &str, weight: f64) {
        self.candidate.against(code, detail, weight);
    }

    fn support(&mut self, code: &str, detail: &str, weight: f64) {
        self.candidate.support(code, detail, weight);
    }

    fn weak(&self) -> bool {
        self.form.trust.is_weak()
    }

    /// Kinds of the name itself, where it is one word.
    fn own_kinds(&self) -> Kinds {
        lexis::kinds(&self.form.plain) | self.form.plain.strip_suffix("'s").map_or(0, lexis::kinds)
    }
}

/// True where two spellings use capitals alike.
fn same_capitals(found: &str, written: &str) -> bool {
    let cases = |text: &str| -> Vec<bool> {
        text.chars().filter(|letter| letter.is_alphabetic()).map(char::is_uppercase).collect()
    };
    cases(found) == cases(written)
}
