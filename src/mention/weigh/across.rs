//! What other places of the article say of a name.

use std::collections::HashSet;

use crate::mention::candidates::Candidate;
use crate::mention::names::{Sort, Trust};
use crate::mention::prose::Prose;
use crate::mention::{Matcher, score};

impl Matcher {
    /// What other places in the article say: the full name confirms, a person's full name speaks against.
    pub(super) fn across(&self, candidates: &mut [Candidate], proses: &[Prose<'_>; 2]) {
        let mut sure: HashSet<usize> = HashSet::new();
        let mut persons: HashSet<&str> = HashSet::new();
        for candidate in candidates.iter() {
            let form = &self.forms[candidate.form];
            let has = |code: &str| candidate.why.iter().any(|reason| reason.code == code);
            let named = matches!(form.trust, Trust::Full | Trust::Long | Trust::Words)
                || has("legal_form")
                || has("own_ticker")
                || form.sort == Sort::Domain;
            if named && score(&candidate.why) > 0.6 {
                sure.insert(candidate.account);
            }
            if has("person_first_name") || has("person_title") {
                persons.insert(&form.plain);
            }
        }
        self.beside(candidates, proses);
        for candidate in candidates.iter_mut() {
            let form = &self.forms[candidate.form];
            let itself = candidate.why.iter().any(|reason| matches!(reason.code.as_str(), "legal_form" | "own_ticker"));
            if !form.trust.is_weak() || itself || self.accounts[candidate.account].is_topic() {
                continue;
            }
            let own = candidate.why.iter().any(|reason| PERSON_CODES.contains(&reason.code.as_str()));
            if sure.contains(&candidate.account) && !own {
                candidate.support("full_name_elsewhere", "the article also gives the full name", 2.2);
            }
            if persons.contains(form.plain.as_str()) && !own {
                candidate.against("person_elsewhere", "the article names a person so", -2.2);
            }
        }
    }

    /// A name in a list with, or close to, the believed name of another account is more likely one of a firm.
    fn beside(&self, candidates: &mut [Candidate], proses: &[Prose<'_>; 2]) {
        let believed: Vec<bool> = candidates
            .iter()
            .map(|candidate| !self.accounts[candidate.account].is_topic() && score(&candidate.why) > 0.7)
            .collect();
        for number in 0..candidates.len() {
            let candidate = &candidates[number];
            if !self.forms[candidate.form].trust.is_weak() {
                continue;
            }
            let plain = &proses[candidate.field()].plain;
            let (mut listed, mut near) = (None, None);
            // Candidates stand in order of place, so the near ones are the next ones.
            let before = (number.saturating_sub(NEIGHBOURS)..number).rev();
            let after = number + 1..(number + 1 + NEIGHBOURS).min(candidates.len());
            for other in before.chain(after).filter(|other| believed[*other]) {
                let neighbour = &candidates[other];
                if neighbour.field() != candidate.field() || neighbour.account == candidate.account {
                    continue;
                }
                let gap = match () {
                    () if neighbour.end <= candidate.start => &plain[neighbour.end..candidate.start],
                    () if candidate.end <= neighbour.start => &plain[candidate.end..neighbour.start],
                    () => continue,
                };
                if JOINTS.contains(&gap.trim()) {
                    listed = Some(neighbour.account);
                } else if gap.len() < 60 {
                    near = Some(neighbour.account);
                }
            }
            let candidate = &mut candidates[number];
            if let Some(account) = listed {
                candidate.support("listed_with", &self.accounts[account].account.name, 1.4);
            } else if let Some(account) = near {
                candidate.support("named_with", &self.accounts[account].account.name, 0.4);
            }
        }
    }

    /// Short and common names are not believed without support.
    pub(super) fn demand_support(&self, candidate: &mut Candidate) {
        let form = &self.forms[candidate.form];
        let alias = form.rules.and_then(|rules| self.accounts[candidate.account].account.aliases.get(rules));
        let needs = alias.and_then(|alias| alias.needs_context).unwrap_or(form.trust.is_weak());
        if needs && !candidate.supported && !self.accounts[candidate.account].is_topic() {
            candidate.against("needs_context", "nothing near the name speaks for the account", -3.0);
        }
    }
}

/// Reasons that say that a person is named at this very place.
const PERSON_CODES: [&str; 3] = ["person_first_name", "person_title", "person_surname"];

/// So many candidates to either side are looked at for names beside a name.
const NEIGHBOURS: usize = 12;

/// What parts the names of a list.
const JOINTS: [&str; 11] = [",", "and", "&", "or", ", and", "vs", "with", "und", "et", "y", ";"];
