//! Whether an article is about an account or names it in passing.

use std::collections::HashMap;

use crate::mention::Matcher;
use crate::mention::candidates::Candidate;
use crate::mention::lexis::kind;
use crate::mention::prose::{Prose, Word, Words};
use crate::model::{AccountId, Field, Mention, Salience};

/// A text of so few words is a summary: whoever acts in it is what it is about.
const SUMMARY: usize = 45;
/// A name among so many first words of a text stands in its lead.
const LEAD: usize = 25;

impl Matcher {
    /// Gives all accepted mentions of an account the salience of the account in the article.
    pub(super) fn give_salience(
        &self,
        mentions: &mut [Mention],
        candidates: &[Candidate],
        proses: &[Prose<'_>; 2],
        words: &[Words; 2],
    ) {
        let mut weights: HashMap<AccountId, f64> = HashMap::new();
        // A short text without a headline is a remark, not a summary.
        let remark = words[0].words.is_empty() && words[1].words.len() < SUMMARY;
        let length = if remark { SUMMARY } else { words[1].words.len() };
        for (mention, candidate) in mentions.iter().zip(candidates).filter(|(mention, _)| mention.accepted) {
            let field = candidate.field();
            let place = Place::of(candidate, &proses[field], &words[field]);
            let weight = place.weight(candidate.span.field, length, self.settings.about_mentions);
            *weights.entry(mention.account.clone()).or_insert(0.0) += weight;
        }
        for mention in mentions.iter_mut().filter(|mention| mention.accepted) {
            // Sums of quarters and the like may fall short of one by a rounding.
            if weights.get(&mention.account).is_some_and(|weight| *weight >= 0.999) {
                mention.salience = Salience::About;
            }
        }
    }
}

/// Where and how a name stands.
struct Place {
    /// Number of its first word.
    first: usize,
    /// It belongs to the one who speaks: a broker, an analyst's employer.
    attributed: bool,
    /// One of a list of examples, or what others are compared with.
    listed: bool,
}

impl Place {
    fn of(candidate: &Candidate, prose: &Prose<'_>, words: &Words) -> Self {
        let (first, after) = (words.at(candidate.start), words.at(candidate.end));
        let before = &words.words[first.saturating_sub(3)..first];
        let list = &words.words[first.saturating_sub(5)..first];
        let behind = &words.words[after..(after + 2).min(words.words.len())];
        let any = |words: &[Word], kinds| words.iter().any(|word: &Word| word.kinds & kinds != 0);
        // "…: Acme" at the end of a headline names who said it.
        let left = &prose.original[..candidate.span.start];
        let signed = prose.field == Field::Title
            && words.words.len() - after <= 3
            && first > 3
            && left.rfind(':').is_some_and(|colon| left[colon..].split_whitespace().count() <= 5);
        Self {
            first,
            attributed: signed || any(before, kind::ROLE) || any(behind, kind::OPINION),
            listed: any(list, kind::COMPARISON),
        }
    }

    /// What one mention adds; one makes an article one about the account.
    fn weight(&self, field: Field, length: usize, about_mentions: usize) -> f64 {
        let repeated = 1.0 / about_mentions.max(1) as f64;
        if self.attributed {
            return repeated.min(0.3);
        }
        let weight = match field {
            Field::Title => 1.0,
            Field::Text if length < SUMMARY => 1.0,
            Field::Text if self.first < LEAD => 0.6,
            Field::Text if self.first < 2 * LEAD && length < 4 * SUMMARY => 0.4,
            Field::Text => repeated,
        };
        if self.listed { weight * 0.6 } else { weight }
    }
}
