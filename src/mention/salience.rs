//! Whether an article is about an account or names it in passing.

use std::collections::HashMap;

use crate::mention::Matcher;
use crate::mention::candidates::Candidate;
use crate::mention::lexis::kind;
use crate::mention::prose::Words;
use crate::model::{AccountId, Field, Mention, Salience};

impl Matcher {
    /// Gives all accepted mentions of an account the salience of the account in the article.
    pub(super) fn give_salience(&self, mentions: &mut [Mention], candidates: &[Candidate], words: &[Words; 2]) {
        let mut weights: HashMap<AccountId, f64> = HashMap::new();
        let length = words[1].words.len();
        for (mention, candidate) in mentions.iter().zip(candidates).filter(|(mention, _)| mention.accepted) {
            let weight = weight(candidate, &words[candidate.field()], length, self.settings.about_mentions);
            *weights.entry(mention.account.clone()).or_insert(0.0) += weight;
        }
        for mention in mentions.iter_mut().filter(|mention| mention.accepted) {
            if weights.get(&mention.account).is_some_and(|weight| *weight >= 1.0) {
                mention.salience = Salience::About;
            }
        }
    }
}

/// What one mention adds; 1 makes an article one about the account.
fn weight(candidate: &Candidate, words: &Words, length: usize, about_mentions: usize) -> f64 {
    let repeated = 1.0 / about_mentions.max(1) as f64;
    let first = words.at(candidate.start);
    let attributed = is_attribution(words, candidate);
    let base = match candidate.span.field {
        Field::Title if attributed => 0.3,
        Field::Title => 1.0,
        Field::Text if first < 25 && !attributed => 0.6,
        Field::Text if first < 60 && length < 120 => 0.4,
        Field::Text => repeated,
    };
    if is_listed(words, candidate) { base * 0.6 } else { base }
}

/// "… : Acme" at the end of a headline, "analyst at Acme".
fn is_attribution(words: &Words, candidate: &Candidate) -> bool {
    let first = words.at(candidate.start);
    let before = &words.words[first.saturating_sub(3)..first];
    before.iter().any(|word| word.kinds & kind::ROLE != 0)
}

/// One of a list or comparison.
fn is_listed(words: &Words, candidate: &Candidate) -> bool {
    let first = words.at(candidate.start);
    let before = &words.words[first.saturating_sub(3)..first];
    before.iter().any(|word| word.kinds & kind::COMPARISON != 0)
}
