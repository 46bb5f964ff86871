//! Places that the names of several accounts claim.

use std::collections::HashMap;

use crate::mention::candidates::Candidate;
use crate::mention::names::Sort;
use crate::mention::{Matcher, score};
use crate::model::RelationKind;

/// Two namesakes whose log odds differ by less cannot be told apart.
const MARGIN: f64 = 1.0;

impl Matcher {
    /// Decides between accounts at one place: a name inside the longer name of another account is that account's; of two
    /// accounts with one name the better supported is taken, none where they cannot be told apart.
    pub(super) fn part_namesakes(&self, candidates: &mut [Candidate]) {
        for (inner, outer) in self.nested(candidates) {
            let longer = self.forms[candidates[outer].form].alias.clone();
            candidates[inner].against("inside_other_name", &longer, -4.0);
        }
        let mut places: HashMap<_, Vec<usize>> = HashMap::new();
        for (number, candidate) in candidates.iter().enumerate() {
            if !self.accounts[candidate.account].is_topic() {
                places.entry(candidate.span).or_default().push(number);
            }
        }
        for rivals in places.into_values().filter(|rivals| rivals.len() > 1) {
            decide(candidates, &rivals);
        }
    }

    /// Pairs of a place and a longer, believed place of another account that holds it.
    fn nested(&self, candidates: &[Candidate]) -> Vec<(usize, usize)> {
        let mut pairs = Vec::new();
        // Candidates stand in order of start in each field, so those that hold one are near.
        for (outer, holder) in candidates.iter().enumerate() {
            let holds =
                |candidate: &Candidate| candidate.span.field == holder.span.field && candidate.start < holder.end;
            let before =
                candidates[..outer].iter().enumerate().rev().take_while(|(_, inner)| inner.start == holder.start);
            let after = candidates.iter().enumerate().skip(outer + 1).take_while(|(_, inner)| holds(inner));
            for (inner, candidate) in before.chain(after) {
                let longer = holder.end - holder.start > candidate.end - candidate.start;
                if longer && candidate.end <= holder.end && holds(candidate) && self.excludes(holder, candidate) {
                    pairs.push((inner, outer));
                }
            }
        }
        pairs
    }

    /// The longer name takes the shorter one's place: not for topics, nor where one account owns the other.
    fn excludes(&self, holder: &Candidate, inner: &Candidate) -> bool {
        let (outer_account, inner_account) = (&self.accounts[holder.account], &self.accounts[inner.account]);
        let owns = inner_account.account.related(RelationKind::ParentOf).any(|id| *id == outer_account.account.id);
        holder.account != inner.account
            && !outer_account.is_topic()
            && !inner_account.is_topic()
            && !owns
            && self.forms[holder.form].sort == Sort::Name
            && score(&holder.why) >= self.settings.accept
    }
}

/// Takes the best supported of several accounts at one place, or none where two are as good.
fn decide(candidates: &mut [Candidate], rivals: &[usize]) {
    let odds = |number: usize| candidates[number].why.iter().map(|reason| reason.weight).sum::<f64>();
    let mut ranked: Vec<(f64, usize)> = rivals.iter().map(|number| (odds(*number), *number)).collect();
    ranked.sort_by(|a, b| b.0.total_cmp(&a.0));
    let clear = ranked[0].0 - ranked[1].0 >= MARGIN;
    let losers = if clear { &ranked[1..] } else { &ranked[..] };
    for (_, number) in losers {
        if clear {
            candidates[*number].against("other_account_fits_better", "another account has this name", -6.0);
        } else {
            candidates[*number].against("undecided", "several accounts have this name", -6.0);
        }
    }
}
