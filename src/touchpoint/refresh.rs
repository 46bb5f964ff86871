//! What more news does to cards that are there: it adds to open ones, takes back what was denied, and reopens none.

use chrono::TimeDelta;

use super::life::{self, Command};
use super::suggest::Decisions;
use super::{Occasion, compose, correction_cause, gate, names, triage, wording};
use crate::model::{Account, Evidence, Signal, SignalId, Step, TouchPoint, TouchPointState as State};
use crate::text::fold::fold;

/// How far back a denial told in another story reaches.
const DENIAL_REACHES: TimeDelta = TimeDelta::days(30);

/// Takes back every card whose signals no longer stand: an open one is withdrawn, for one that was acted on a task is
/// made to set it right.
pub(super) fn take_back(decisions: &mut Decisions) {
    let occasion = decisions.occasion;
    for card in occasion.existing {
        if let Some(reason) = fallen(card, occasion) {
            take_back_one(card, &reason, decisions);
        }
    }
    for signal in occasion.signals.iter().filter(|signal| !triage::stands(signal)) {
        let since = occasion.now - DENIAL_REACHES;
        for card in occasion.recent.iter().filter(|card| card.created > since && is_denied_by(card, signal)) {
            take_back_one(card, "denied in a later story", decisions);
        }
    }
}

/// Brings an open card up to `fresh`, the card as it would be made now. Nothing happens where a reader would see no
/// difference, so that copies of a report never stir a card. Closed and snoozed cards stay as a person left them.
pub(super) fn refresh(existing: &TouchPoint, fresh: TouchPoint, decisions: &mut Decisions) {
    if !matches!(existing.state, State::Suggested | State::Checking | State::Ready | State::Accepted) {
        return;
    }
    let next = merged(existing, fresh, decisions.occasion.signals);
    if next.approval && !existing.approval && existing.state == State::Ready {
        let next = TouchPoint { state: State::Checking, ..next };
        let note = Some("new evidence: needs approval now".to_owned());
        let change = life::changed(existing, next, Step::Checking, note, decisions.who, decisions.occasion.now);
        return decisions.change(existing, change);
    }
    if looks_different(existing, &next) {
        let note = Some("new evidence".to_owned());
        let change = life::changed(existing, next, Step::Updated, note, decisions.who, decisions.occasion.now);
        decisions.change(existing, change);
    }
}

/// `existing` with what `fresh` adds. Id, state, owner, contact, answers and outcome are the person's and stay.
fn merged(existing: &TouchPoint, fresh: TouchPoint, signals: &[Signal]) -> TouchPoint {
    let leads_anew = existing.play != fresh.play;
    let mut next = existing.clone();
    if let Some(held) = next.gate.held.take() {
        next.title = held.title;
        next.opening = held.opening;
    }
    let unheld = next.title.clone();
    let fell: Vec<&SignalId> =
        signals.iter().filter(|signal| !triage::stands(signal)).map(|signal| &signal.id).collect();
    let lost_some = existing.signals.iter().any(|id| fell.contains(&id));
    next.evidence = merged_evidence(existing, &fresh, leads_anew || lost_some);
    // What an event that fell had added must go; it cannot be told from the rest, so only what is said now stays.
    next.talking_points = union(if lost_some { &[] } else { &existing.talking_points }, &fresh.talking_points);
    wording::tell_once(&mut next.talking_points);
    next.talking_points.truncate(compose::MOST_POINTS);
    next.signals = union(&existing.signals, &fresh.signals);
    next.signals.retain(|id| !fell.contains(&id));
    for check in fresh.checks {
        if !next.checks.iter().any(|known| known.what == check.what) {
            next.checks.push(check);
        }
    }
    next.tact |= fresh.tact;
    next.approval |= fresh.approval;
    next.avoid = union(&existing.avoid, &fresh.avoid);
    next.backfilled &= fresh.backfilled;
    next.signal_type = fresh.signal_type;
    next.priority = fresh.priority;
    if leads_anew {
        next.play = fresh.play;
        next.action = fresh.action;
        next.approach = fresh.approach;
        next.alarm = fresh.alarm;
        next.opening = fresh.opening;
        next.questions = fresh.questions;
        next.avoid = fresh.avoid;
        next.due = existing.due.min(fresh.due);
    } else if fresh.tact && !existing.tact {
        next.opening = fresh.opening;
        next.questions = fresh.questions;
        next.approach = fresh.approach;
        next.talking_points = fresh.talking_points;
    }
    if leads_anew || unheld != fresh.title || next.evidence != existing.evidence {
        next.title = fresh.title;
        next.why = fresh.why;
    }
    next.playbook = fresh.playbook;
    gate::present(&mut next);
    next
}

/// The quotes that are there, then new ones while there is room; anew where the card says something else now.
fn merged_evidence(existing: &TouchPoint, fresh: &TouchPoint, anew: bool) -> Vec<Evidence> {
    if anew {
        return fresh.evidence.clone();
    }
    let new = |quote: &&Evidence| !existing.evidence.iter().any(|known| compose::same_quote(known, quote));
    let added = fresh.evidence.iter().filter(new).cloned();
    existing.evidence.iter().cloned().chain(added).take(compose::MOST_QUOTES).collect()
}

fn looks_different(existing: &TouchPoint, next: &TouchPoint) -> bool {
    existing.play != next.play
        || existing.title != next.title
        || existing.evidence != next.evidence
        || existing.talking_points != next.talking_points
        || existing.questions != next.questions
        || existing.avoid != next.avoid
        || existing.checks != next.checks
        || existing.alarm != next.alarm
        || existing.tact != next.tact
        || existing.backfilled != next.backfilled
}

fn union<T: PartialEq + Clone>(known: &[T], new: &[T]) -> Vec<T> {
    let mut all = known.to_vec();
    for value in new {
        if !all.contains(value) {
            all.push(value.clone());
        }
    }
    all
}

/// Why the card has nothing left to stand on; nothing where one of its signals still says what it said. Signals of other
/// stories that joined the card later do not carry it.
fn fallen(card: &TouchPoint, occasion: &Occasion) -> Option<String> {
    let own = || occasion.signals.iter().filter(|signal| card.signals.contains(&signal.id));
    let news = || occasion.topics.iter().filter(|news| card.signals.contains(&news.id));
    if card.signals.is_empty() || own().any(triage::stands) || news().any(|news| !news.withdrawn) {
        return None;
    }
    Some(match own().next() {
        Some(signal) if signal.withdrawn => "taken back by a later report".to_owned(),
        None if news().next().is_some() => "taken back by a later report".to_owned(),
        Some(_) => "denied by a later report".to_owned(),
        None => "its report was changed and no longer says so".to_owned(),
    })
}

fn take_back_one(card: &TouchPoint, reason: &str, decisions: &mut Decisions) {
    if card.state == State::Done {
        return correct(card, reason, decisions);
    }
    let command = Command::Withdraw { reason: reason.to_owned() };
    if let Ok(change) = life::step(card, &command, decisions.who, decisions.occasion.now) {
        decisions.change(card, change);
    }
}

/// A task to set right what was said, once for each card, while the card is remembered: later nobody would know what to
/// set right, and that the task exists already could not be seen.
fn correct(card: &TouchPoint, reason: &str, decisions: &mut Decisions) {
    let occasion = decisions.occasion;
    let cause = correction_cause(&card.cause);
    let remembered = card.created > occasion.now - occasion.settings.memory();
    let is_it = |other: &TouchPoint| other.account == card.account && other.cause == cause;
    if !remembered || card.backfilled || occasion.recent.iter().any(is_it) || decisions.born().any(is_it) {
        return;
    }
    let Some(account) = occasion.watchlist.get(&card.account) else { return };
    let mut plays = occasion.playbook.plays.iter();
    let Some(play) = plays.find(|play| play.when.correction && play.relation.contains(&account.kind)) else { return };
    let mut words = compose::words_of(account);
    let told = card.title.split_once(": ").map_or(card.title.as_str(), |(_, event)| event);
    words.set("event", Some(told));
    words.set("date", Some(&compose::long_date(card.updated.date_naive())));
    let mut task = compose::frame(account, cause, (occasion.playbook, play), &words, occasion.settings, occasion.now);
    compose::give_to(&mut task, card.owner.clone(), play, occasion.settings, occasion.now.date_naive());
    task.contact.clone_from(&card.contact);
    task.signal_type = card.signal_type;
    task.signals.clone_from(&card.signals);
    task.title = correction_title(account, &task, occasion.now.date_naive());
    task.why = compose::join([task.why, format!("It was {reason}.")]);
    task.evidence = against(card, occasion.signals);
    task.priority = super::priority::of_plan(play.weight, account, occasion.settings, occasion.now.date_naive());
    compose::decide_gate(&mut task);
    compose::keep_decent(&mut task, &mut std::iter::once(play), occasion.playbook);
    decisions.bear(task);
}

fn correction_title(account: &Account, task: &TouchPoint, today: chrono::NaiveDate) -> String {
    let event = "set right what proved wrong";
    super::title::title(task.action, task.contact.as_deref(), compose::firm(account), event, today)
}

/// The quotes of the signals that fell.
fn against(card: &TouchPoint, signals: &[Signal]) -> Vec<Evidence> {
    let fell = signals.iter().filter(|signal| signal.account == card.account && !triage::stands(signal));
    fell.flat_map(|signal| signal.evidence.iter().cloned()).take(compose::MOST_QUOTES).collect()
}

/// A denial in another story counts only where it names the same other firm or person: an account may well deny one deal
/// and make another.
fn is_denied_by(card: &TouchPoint, signal: &Signal) -> bool {
    let named = [signal.counterparty.as_deref().map(names::bare), signal.person.as_deref()];
    let mut named = named.into_iter().flatten().filter(|name| !name.trim().is_empty());
    card.account == signal.account
        && card.signal_type == Some(signal.kind)
        && card.cause != super::story_cause(&signal.story)
        && card.cause.starts_with("story:")
        && !card.cause.ends_with(":correction")
        && named.any(|name| fold(&format!("{} {}", card.title, card.why)).contains(&fold(name)))
}
