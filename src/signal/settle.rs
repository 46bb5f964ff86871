//! From all that was found in an article to its claims: joined, weighed, told of both sides.

use super::{Settings, wordlists};
use crate::model::{AccountId, Claim, Role, SignalType, Status};
use crate::text::fold::fold;

/// Claims kept of one kind.
const MOST_OF_A_KIND: usize = 3;

/// A claim with what decides between claims.
pub(super) struct Found {
    pub claim: Claim,
    /// Number of the sentence.
    pub number: usize,
    /// Told by a weak cue of the body: counts only where the article tells nothing firmer.
    pub background: bool,
    pub counter_account: Option<AccountId>,
}

/// Types of which one happening is told as one: the first found, headline first, wins.
const KIN: &[&[SignalType]] = &[
    &[SignalType::Acquisition, SignalType::Divestiture],
    &[SignalType::ContractWin, SignalType::Procurement, SignalType::Partnership],
    &[SignalType::Recall, SignalType::ProductEnd],
    &[SignalType::Closure, SignalType::ProductEnd, SignalType::Distress],
    &[SignalType::Funding, SignalType::Ipo],
];

/// Joins what was found twice, leaves out what is doubtful, adds the other side where it is watched.
pub(super) fn settle(mut found: Vec<Found>, settings: &Settings) -> Vec<Claim> {
    found.retain(|found| found.claim.confidence >= settings.least_confidence);
    if found.iter().any(|found| !found.background) {
        found.retain(|found| !found.background);
    }
    found.sort_by(|a, b| a.number.cmp(&b.number).then(b.claim.confidence.total_cmp(&a.claim.confidence)));
    let mut kept: Vec<Found> = Vec::new();
    for next in found {
        // Figures tell of deals that made them; that is no news of the deal.
        let cause = next.number > 1
            && matches!(next.claim.kind, SignalType::Acquisition | SignalType::Divestiture)
            && kept.iter().any(|known| known.number == 0 && known.claim.kind == SignalType::Earnings);
        if cause {
            continue;
        }
        let kin = KIN.iter().any(|group| {
            group.contains(&next.claim.kind)
                && kept.iter().any(|known| {
                    known.claim.kind != next.claim.kind
                        && group.contains(&known.claim.kind)
                        && (known.number == next.number
                            || known.claim.subject == next.claim.subject
                            || known.number == 0)
                })
        });
        if kin {
            continue;
        }
        let same_kind = kept.iter().filter(|known| known.claim.kind == next.claim.kind).count();
        let twin = kept.iter_mut().find(|known| {
            known.claim.kind == next.claim.kind
                && opposed(known.claim.role) == opposed(next.claim.role)
                && same_firm(&known.claim, &next.claim)
        });
        match twin {
            Some(known) => join(known, next),
            None if same_kind >= MOST_OF_A_KIND => {}
            None => kept.push(next),
        }
    }
    let mirrored: Vec<Claim> = kept.iter().filter_map(mirror).collect();
    let mut claims: Vec<Claim> = kept.into_iter().map(|found| found.claim).collect();
    for other in mirrored {
        if !claims.iter().any(|known| known.kind == other.kind && known.entity == other.entity) {
            claims.push(other);
        }
    }
    claims.sort_by(|a, b| b.confidence.total_cmp(&a.confidence));
    claims
}

/// Comings and goings of executives are two happenings.
fn opposed(role: Role) -> bool {
    role == Role::DepartedFrom
}

fn same_firm(known: &Claim, next: &Claim) -> bool {
    if known.entity.is_some() && next.entity.is_some() {
        return known.entity == next.entity;
    }
    let words = |name: &str| -> Vec<String> {
        fold(name)
            .split(|letter: char| !letter.is_alphanumeric())
            .filter(|word| !word.is_empty() && *word != "s" && !wordlists::is_in(&wordlists::LEGAL, word))
            .map(str::to_owned)
            .collect()
    };
    let (known, next) = (words(&known.subject), words(&next.subject));
    let shared = known.iter().filter(|word| next.contains(word)).count();
    shared > 0 && shared * 2 >= known.len().min(next.len())
}

/// Takes over what the earlier claim does not say; a second sentence strengthens.
fn join(known: &mut Found, next: Found) {
    let (claim, other) = (&mut known.claim, next.claim);
    if claim.counterparty.is_none() && other.role == claim.role {
        claim.counterparty = other.counterparty;
        claim.counter_role = other.counter_role;
        known.counter_account = next.counter_account;
    }
    claim.entity = claim.entity.take().or(other.entity);
    claim.person = claim.person.take().or(other.person);
    claim.manner = claim.manner.or(other.manner);
    claim.direction = claim.direction.or(other.direction);
    claim.amount = claim.amount.take().or(other.amount);
    if next.number == known.number {
        claim.confidence = claim.confidence.max(other.confidence);
    } else {
        // The body knows more: what the headline states is only a report there, or denied.
        if matches!(other.status, Status::Rumoured) && claim.status == Status::Announced && next.number == 1 {
            claim.status = other.status;
        }
        claim.confidence = 1.0 - (1.0 - claim.confidence) * (1.0 - other.confidence * 0.5);
    }
}

/// The same happening told of the counterparty, where that is a watched account.
fn mirror(found: &Found) -> Option<Claim> {
    let claim = &found.claim;
    let account = found.counter_account.as_ref()?;
    let role = claim.counter_role?;
    if claim.entity.as_ref() == Some(account) {
        return None;
    }
    Some(Claim {
        entity: Some(account.clone()),
        subject: claim.counterparty.clone()?,
        role,
        counterparty: Some(claim.subject.clone()),
        counter_role: Some(claim.role),
        confidence: claim.confidence * 0.95,
        ..claim.clone()
    })
}
