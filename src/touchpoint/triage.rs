//! Which plays answer an event, and which events are good enough to act on.

use chrono::TimeDelta;

use super::parts::Part;
use super::wording::counted;
use super::{Occasion, Play, Relation};
use crate::model::{AccountKind, EvidenceLevel, Signal, Status, Time};

/// A play that answers a part.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fit<'a> {
    /// The event as an account sees it.
    pub(super) part: &'a Part<'a>,
    /// What to do about it.
    pub(super) play: &'a Play,
}

/// The plays for the event of `part` itself, whatever its status, in the order of the playbook.
pub(super) fn own_plays<'a>(occasion: &Occasion<'a>, part: &'a Part<'a>) -> impl Iterator<Item = Fit<'a>> {
    let plays = occasion.playbook.plays.iter();
    plays
        .filter(|play| play.when.whose == Relation::Own)
        .filter(|play| play.relation.contains(&part.account.kind) && answers(play, part))
        .filter(|play| allows(&play.when.tiers, Some(part.account.tier)))
        .map(move |play| Fit { part, play })
}

/// The plays for clients that are exposed to the competitor of `part`.
pub(super) fn rival_plays<'a>(occasion: &Occasion<'a>, part: &'a Part<'a>) -> impl Iterator<Item = Fit<'a>> {
    let rival = part.account.kind == AccountKind::Competitor;
    let plays = occasion.playbook.plays.iter().filter(move |_| rival);
    plays.filter(|play| play.when.whose == Relation::Rival && answers(play, part)).map(move |play| Fit { part, play })
}

fn answers(play: &Play, part: &Part) -> bool {
    let Part { signal, other, told_by_rival, contact, .. } = part;
    let when = &play.when;
    !when.is_quiet()
        && when.types.contains(&signal.kind)
        && allows(&when.roles, Some(signal.role))
        && allows(&when.directions, signal.direction)
        && allows(&when.manners, signal.manner)
        && allows(&when.counterparty, other.map(|other| other.kind))
        && (!when.contact || contact.is_some())
        && when.told_by_rival == told_by_rival.is_some()
}

fn allows<T: PartialEq>(list: &[T], value: Option<T>) -> bool {
    list.is_empty() || value.is_some_and(|value| list.contains(&value))
}

/// Whether a signal still says what it said: neither denied nor taken back.
pub(super) fn stands(signal: &Signal) -> bool {
    !signal.withdrawn && signal.status != Status::Denied
}

/// Whether `fit` is good enough for a card.
///
/// # Errors
/// The reason against it, for a person.
pub(super) fn judge(fit: &Fit, occasion: &Occasion) -> Result<(), String> {
    let signal: &Signal = &fit.part.signal;
    let play = fit.play;
    if signal.withdrawn {
        return Err("taken back by a later report".to_owned());
    }
    match signal.status {
        Status::Denied => return Err("denied".to_owned()),
        Status::Rumoured => return Err("rumour: a line in the brief until somebody confirms it".to_owned()),
        Status::Completed | Status::Announced if play.when.statuses.contains(&signal.status) => {}
        status => return Err(format!("only {} so far", status.as_str())),
    }
    // A name in passing is the usual way to a wrong card; only what may go out at once is worth that risk.
    if !signal.about && !play.alarm {
        return Err("named in passing only".to_owned());
    }
    let tuning = &occasion.playbook.tuning;
    let least = tuning.belief(play.min_confidence, &fit.part.account.id, &play.id);
    if signal.confidence.is_nan() || signal.confidence < least {
        return Err(format!("confidence {:.2} is below {least:.2}", signal.confidence));
    }
    if signal.origins < play.min_origins {
        return Err(format!(
            "told by {}, {} needed",
            counted(signal.origins.into(), "independent publisher"),
            play.min_origins
        ));
    }
    enough_text(signal, play)?;
    let most = if signal.backfilled {
        occasion.settings.backfill_days
    } else {
        tuning.stale_days(play.max_age_days.unwrap_or(occasion.settings.stale_days), &play.id)
    };
    let age = days_since(signal.last_at, occasion.now);
    if age > most.into() {
        return Err(format!("stale: {age} days old, at most {most} count"));
    }
    Ok(())
}

/// A headline alone may promise what its article does not hold; a second publisher, or the text, must bear it out.
fn enough_text(signal: &Signal, play: &Play) -> Result<(), String> {
    let Some(best) = signal.evidence.iter().map(|evidence| evidence.level).max() else {
        return Err("no quote proves it".to_owned());
    };
    if signal.origins >= 2 {
        return Ok(());
    }
    if best == EvidenceLevel::HeadlineOnly {
        return Err("headline only: a line in the brief until the text or a second source is there".to_owned());
    }
    if best < play.evidence {
        return Err(format!("only {} could be had, {} needed", best.as_str(), play.evidence.as_str()));
    }
    Ok(())
}

/// Whole days from `then` to `now`; what lies ahead is new.
pub(super) fn days_since(then: Time, now: Time) -> i64 {
    (now - then).max(TimeDelta::zero()).num_days()
}

/// Sorts the gravest first: alarms, then bad news, then by weight, then as in the playbook. Where one play stands alone,
/// the others fall out; they are given back.
pub(super) fn order_by_gravity<'a>(fits: &mut Vec<Fit<'a>>) -> Vec<Fit<'a>> {
    let rank = |fit: &Fit| (fit.play.alone, fit.play.alarm, fit.play.tact);
    fits.sort_by(|one, other| rank(other).cmp(&rank(one)).then_with(|| other.play.weight.total_cmp(&one.play.weight)));
    match fits.first() {
        Some(first) if first.play.alone => {
            let alone = first.play.id.clone();
            let (kept, dropped) = std::mem::take(fits).into_iter().partition(|fit| fit.play.id == alone);
            *fits = kept;
            dropped
        }
        _ => Vec::new(),
    }
}
