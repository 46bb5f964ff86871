//! Article × watchlist → mentions.
//!
//! One automaton over all names of all accounts finds every place where one may stand; each place is then weighed with
//! stated reasons, and what is not believed stays in the result with what spoke against it.

mod candidates;
mod countries;
mod description;
mod lexis;
mod names;
mod prose;
mod rivals;
mod salience;
mod surroundings;
mod weigh;

#[cfg(test)]
mod namesake_tests;
#[cfg(test)]
mod tests;

pub use names::{bare_name, core_words, needs_context};

use std::collections::HashMap;

use aho_corasick::AhoCorasick;

use crate::mention::names::Form;
use crate::mention::prose::Prose;
use crate::model::{Account, AccountKind, Field, Mention, Reading, Reason, Watchlist};

/// How names are believed.
#[derive(Clone, Debug, PartialEq, serde::Deserialize, serde::Serialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// Score, 0–1, from which a mention is accepted.
    pub accept: f64,
    /// Names of so many letters or fewer need support from the context, unless their alias says otherwise.
    pub short_letters: usize,
    /// Named so often, an account is what the article is about, wherever its name stands.
    pub about_mentions: usize,
}

impl Default for Settings {
    fn default() -> Self {
        Self { accept: 0.5, short_letters: 3, about_mentions: 4 }
    }
}

/// Finds all names of all accounts in one pass.
#[derive(Debug)]
pub struct Matcher {
    settings: Settings,
    accounts: Vec<Watched>,
    forms: Vec<Form>,
    /// Finds the plain spellings of `forms`, several forms for one spelling.
    names: Option<AhoCorasick>,
    /// The forms of each pattern of `names`.
    patterns: Vec<Vec<usize>>,
    /// Finds the words that accounts require, exclude or are known by, each a pattern.
    clues: Option<AhoCorasick>,
}

/// What the weighing needs to know of an account.
#[derive(Debug)]
pub(crate) struct Watched {
    account: Account,
    /// Words of its name without legal form.
    core: Vec<String>,
    /// Kinds of the words of its names, for the industries they tell.
    industry: lexis::Kinds,
    /// Its rules, as patterns of `clues`.
    require: Vec<usize>,
    exclude: Vec<usize>,
    known: Vec<usize>,
    /// The same for each alias.
    alias_require: Vec<Vec<usize>>,
    alias_exclude: Vec<Vec<usize>>,
    /// What tells it from its namesakes.
    identity: weigh::Identity,
}

impl Matcher {
    /// A matcher for these accounts. Where their names are too many for one automaton nothing is found.
    #[must_use]
    pub fn build(watchlist: &Watchlist, settings: &Settings) -> Self {
        let mut forms = Vec::new();
        let mut clues = Numbered::default();
        let mut accounts = Vec::new();
        for (number, account) in watchlist.accounts().iter().enumerate() {
            forms.extend(names::forms(account, number, settings.short_letters));
            accounts.push(Watched::of(account, &mut clues));
        }
        let given: HashMap<String, usize> =
            forms.iter().filter(|form| !form.derived).map(|form| (form.plain.clone(), form.account)).collect();
        // A name given for one account is not also made from the longer name of another.
        forms.retain(|form| !form.derived || given.get(&form.plain).is_none_or(|owner| *owner == form.account));
        let mut spellings = Numbered::default();
        let mut patterns: Vec<Vec<usize>> = Vec::new();
        for (number, form) in forms.iter().enumerate() {
            let pattern = spellings.number(&form.plain);
            patterns.resize(patterns.len().max(pattern + 1), Vec::new());
            patterns[pattern].push(number);
        }
        let automaton = |texts: &[String]| (!texts.is_empty()).then(|| AhoCorasick::new(texts).ok()).flatten();
        Self {
            settings: settings.clone(),
            accounts,
            forms,
            names: automaton(&spellings.texts),
            patterns,
            clues: automaton(&clues.texts),
        }
    }

    /// Every candidate, accepted and suppressed, in order of place.
    #[must_use]
    pub fn find(&self, reading: &Reading<'_>) -> Vec<Mention> {
        let proses = [Prose::of(Field::Title, reading.title), Prose::of(Field::Text, reading.text)];
        let mut candidates = self.candidates(&proses);
        if candidates.is_empty() {
            return Vec::new();
        }
        let words = [proses[0].words(), proses[1].words()];
        self.weigh(&mut candidates, &proses, &words, reading);
        self.part_namesakes(&mut candidates);
        let mut mentions: Vec<Mention> = candidates.iter().map(|candidate| self.mention(candidate)).collect();
        self.give_salience(&mut mentions, &candidates, &proses, &words);
        mentions.sort_by(|a, b| (a.span, &a.account).cmp(&(b.span, &b.account)));
        mentions
    }

    fn mention(&self, candidate: &candidates::Candidate) -> Mention {
        let form = &self.forms[candidate.form];
        let score = score(&candidate.why);
        Mention {
            account: self.accounts[form.account].account.id.clone(),
            alias: form.alias.clone(),
            span: candidate.span,
            score,
            accepted: score >= self.settings.accept,
            salience: crate::model::Salience::Passing,
            why: candidate.why.clone(),
        }
    }
}

impl Watched {
    fn of(account: &Account, clues: &mut Numbered) -> Self {
        let mut numbers = |texts: &[String]| -> Vec<usize> {
            let plain = texts.iter().map(|text| prose::plain(text)).filter(|text| !text.is_empty());
            plain.map(|text| clues.number(&text)).collect()
        };
        let core = names::core(account);
        let named = account
            .aliases
            .iter()
            .flat_map(|alias| prose::plain(&alias.text).split(' ').map(str::to_owned).collect::<Vec<_>>());
        let industry = core.iter().cloned().chain(named).fold(0, |kinds, word| kinds | lexis::kinds(&word));
        Self {
            require: numbers(&account.context.require),
            exclude: numbers(&account.context.exclude),
            known: [numbers(&account.people), numbers(&account.products)].concat(),
            alias_require: account.aliases.iter().map(|alias| numbers(&alias.require)).collect(),
            alias_exclude: account.aliases.iter().map(|alias| numbers(&alias.exclude)).collect(),
            industry: industry & lexis::kind::INDUSTRY,
            identity: weigh::Identity::of(account, industry),
            core,
            account: account.clone(),
        }
    }

    fn is_topic(&self) -> bool {
        self.account.kind == AccountKind::Topic
    }
}

/// Belief from the sum of weights, which are log odds: 0 is one half.
fn score(why: &[Reason]) -> f64 {
    let sum: f64 = why.iter().map(|reason| reason.weight).sum();
    let score = 1.0 / (1.0 + (-sum).exp());
    (score * 1000.0).round() / 1000.0
}

/// Texts, each with a number.
#[derive(Default)]
struct Numbered {
    texts: Vec<String>,
    numbers: HashMap<String, usize>,
}

impl Numbered {
    fn number(&mut self, text: &str) -> usize {
        if let Some(number) = self.numbers.get(text) {
            return *number;
        }
        self.texts.push(text.to_owned());
        self.numbers.insert(text.to_owned(), self.texts.len() - 1);
        self.texts.len() - 1
    }
}
