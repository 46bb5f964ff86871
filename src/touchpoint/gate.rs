//! The gate before a contact: what is open is looked at, told, and where it must be settled first, waited for.
//!
//! Looking again changes nothing where nothing changed. What a person answered or waived stays so until something new is
//! found. An area whose systems never told anything reads "not connected", never "passed".

use std::collections::BTreeMap;

use chrono::{NaiveDate, TimeDelta};

use super::compose::long_date;
use super::life::{self, Change};
use super::{Playbook, Settings, hold, names, title};
use crate::model::{
    Account, AccountId, Action, Actor, Approach, Area, Check, CheckState, CheckSubject, Contact, Fact, FactKind, Held,
    Promise, Step, StepRecord, Time, TouchPoint, TouchPointState as State,
};

/// What is known around a card.
#[derive(Clone, Copy, Debug)]
pub struct Circumstances<'a> {
    /// Whose card it is.
    pub account: &'a Account,
    /// What other systems told of the account, oldest first.
    pub facts: &'a [Fact],
    /// When each area last told anything, of any account.
    pub heard: &'a BTreeMap<Area, Time>,
    /// Open promises to the account.
    pub promises: &'a [Promise],
    /// Touch points of the account: open ones, and those of the memory of the settings.
    pub cards: &'a [TouchPoint],
    /// The last day on which the account gets nothing but condolences; see [`peace_until`].
    pub peace_until: Option<NaiveDate>,
    /// Volume and patience.
    pub settings: &'a Settings,
    /// The present instant.
    pub now: Time,
}

/// The last day on which an account with these cards is left in peace after a death, where it is.
#[must_use]
pub fn peace_until(
    account: &AccountId,
    cards: &[TouchPoint],
    playbook: &Playbook,
    settings: &Settings,
    now: Time,
) -> Option<NaiveDate> {
    hold::muted_until(account, cards, playbook, settings, now)
}

/// Looks at what stands before `card`; gives the change where a reader would see one. Closed and snoozed cards stay as
/// they are; a card in somebody's hands is told of what was found and stays there.
#[must_use]
pub fn look(card: &TouchPoint, around: &Circumstances, who: &Actor) -> Option<Change> {
    if !matches!(card.state, State::Suggested | State::Checking | State::Ready | State::Accepted) {
        return None;
    }
    let mut next = examined(card, around);
    let (step, note) = move_on(card, &mut next)?;
    if step == Step::Ready {
        // Its owner could not do anything meanwhile.
        let days = around.settings.workdays(card.owner.as_deref());
        next.due = next.due.max(days.after(around.now.date_naive(), 1));
    }
    Some(life::changed(card, next, step, note, who, around.now))
}

/// Has a card that is just born pass the gate; `steps` are those it is born with.
pub fn at_birth(card: &mut TouchPoint, steps: &mut [StepRecord], around: &Circumstances) {
    let mut next = examined(card, around);
    if let Some((step, note)) = move_on(card, &mut next)
        && step == Step::Checking
        && let Some(last) = steps.last_mut()
    {
        last.step = step;
        last.note = note;
    }
    *card = next;
}

/// The step that `next` takes by itself, given what `card` was; none where nothing can be seen of it.
fn move_on(card: &TouchPoint, next: &mut TouchPoint) -> Option<(Step, Option<String>)> {
    let blocked = is_blocked(next);
    match card.state {
        State::Ready if blocked => {
            next.state = State::Checking;
            Some((Step::Checking, Some(format!("settle first: {}", in_the_way(next).join("; ")))))
        }
        State::Checking if is_free(next) => {
            next.state = State::Ready;
            let settled = card.checks.iter().filter(|check| check.is_in_the_way()).map(|check| check.what.as_str());
            let settled: Vec<&str> = settled.collect();
            Some((Step::Ready, Some(format!("nothing is in the way any more: {}", settled.join("; ")))))
        }
        _ if next.checks != card.checks || next.title != card.title || next.opening != card.opening => {
            Some((Step::Updated, Some("looked at the gate again".to_owned())))
        }
        _ if next.gate != card.gate => Some((Step::Updated, Some("others may approve it now".to_owned()))),
        _ => None,
    }
}

/// Nothing holds a card at the gate any more: nothing is in the way, and whoever must approve has.
pub(super) fn is_free(card: &TouchPoint) -> bool {
    !is_blocked(card) && (!card.approval || card.gate.approved.is_some())
}

/// Something must be settled before the contact. An alarm cannot wait for it.
pub(super) fn is_blocked(card: &TouchPoint) -> bool {
    !card.alarm && card.checks.iter().any(Check::is_in_the_way)
}

/// What must be settled, a few words each.
pub(super) fn in_the_way(card: &TouchPoint) -> Vec<String> {
    card.checks.iter().filter(|check| check.is_in_the_way()).map(to_settle).collect()
}

fn to_settle(check: &Check) -> String {
    check.found.first().cloned().unwrap_or_else(|| check.what.clone())
}

/// The card with its checks filled in and its words fitted to them.
fn examined(card: &TouchPoint, around: &Circumstances) -> TouchPoint {
    let mut next = card.clone();
    next.gate.approvers = around.settings.approvers_of(card.owner.as_deref());
    let outward = is_outward(card.action);
    for (subject, ..) in CheckSubject::ALL {
        let known = next.checks.iter().any(|check| check.about == Some(*subject));
        let found = find(*subject, card, around);
        if let Some(found) = found.filter(|_| known || (outward && belongs(*subject, card, around))) {
            fill(&mut next, *subject, found, outward);
        } else if *subject == CheckSubject::NoSelling {
            next.checks.retain(|check| check.about != Some(*subject));
        }
    }
    present(&mut next);
    next
}

/// Checks that a card gets without its play asking for them.
fn belongs(subject: CheckSubject, card: &TouchPoint, around: &Circumstances) -> bool {
    match subject {
        CheckSubject::NoSelling => card.approach == Approach::Marketing || around.peace_until.is_some(),
        CheckSubject::Contacted | CheckSubject::ContactDetails => card.contact.is_some(),
        _ => true,
    }
}

pub(super) fn is_outward(action: Action) -> bool {
    !matches!(action, Action::Battlecard | Action::InternalCheck | Action::Review)
}

/// What looking at one subject came to.
struct Found {
    state: CheckState,
    lines: Vec<String>,
    blocks: bool,
}

impl Found {
    fn clear(words: &str) -> Self {
        Self { state: CheckState::Passed(words.to_owned()), lines: Vec::new(), blocks: false }
    }

    fn of(lines: Vec<String>, blocks: bool, else_words: &str) -> Self {
        if lines.is_empty() { Self::clear(else_words) } else { Self { state: CheckState::Open, lines, blocks } }
    }
}

fn find(subject: CheckSubject, card: &TouchPoint, around: &Circumstances) -> Option<Found> {
    let today = around.now.date_naive();
    let connected = |area: Area| {
        let since = around.now - TimeDelta::days(around.settings.connected_days.into());
        around.heard.get(&area).is_some_and(|at| *at > since)
    };
    let silent = |area: Area, found: Found| {
        let known = !found.lines.is_empty() || connected(area);
        if known { found } else { Found { state: CheckState::NotConnected, lines: Vec::new(), blocks: false } }
    };
    Some(match subject {
        CheckSubject::Tickets => {
            let open = standing(around.facts, FactKind::TicketOpened, FactKind::TicketClosed, card);
            let severe = open.iter().any(|ticket| ticket.is_severe());
            silent(Area::Support, Found::of(open.into_iter().map(line_of).collect(), severe, "none is open"))
        }
        CheckSubject::Invoices => {
            let open = standing(around.facts, FactKind::InvoiceOverdue, FactKind::InvoicePaid, card);
            silent(Area::Finance, Found::of(open.into_iter().map(line_of).collect(), false, "none is overdue"))
        }
        CheckSubject::Promises => {
            let overdue = around.promises.iter().filter(|promise| promise.is_overdue(today));
            let own = |promise: &&Promise| card.cause != super::promise_cause(&promise.id);
            let lines = overdue.filter(own).map(|promise| {
                format!("“{}” was promised by {} ({})", promise.what, long_date(promise.by), promise.owner)
            });
            Found::of(lines.collect(), true, "none is overdue")
        }
        // Sympathy does not wait because of a call about something else.
        CheckSubject::Contacted => Found::of(contacts_made(card, around), !card.tact, "none within the cooldown"),
        CheckSubject::ContactDetails => {
            let wrong = card.contact.as_deref().map(|name| wrong_details(name, card, around)).unwrap_or_default();
            let heard = if connected(Area::People) { Area::People } else { Area::Mail };
            silent(heard, Found::of(wrong, true, "nothing is told against it"))
        }
        CheckSubject::OtherCards => {
            let others = around.cards.iter().filter(|other| {
                other.id != card.id && !other.state.is_closed() && !other.backfilled && is_outward(other.action)
            });
            let mut lines: Vec<String> = others.map(|other| titled(other).to_owned()).collect();
            lines.sort();
            Found::of(lines, false, "there is no other")
        }
        CheckSubject::NoSelling => {
            let peace = around.peace_until.filter(|_| !card.tact && !card.alarm);
            let line = if let Some(until) = peace {
                format!("nothing but condolences until {}", long_date(until))
            } else {
                let (until, why) = no_selling_until(card, around)?;
                format!("no selling until {}: {why}", long_date(until))
            };
            Found { state: CheckState::Open, lines: vec![line], blocks: true }
        }
    })
}

/// The title of a card as it reads with nothing in the way.
fn titled(card: &TouchPoint) -> &str {
    card.gate.held.as_ref().map_or(&card.title, |held| &held.title)
}

/// Facts of one kind that nothing later has put an end to, oldest first; never those that the card itself is about.
fn standing<'a>(facts: &'a [Fact], begins: FactKind, ends: FactKind, card: &TouchPoint) -> Vec<&'a Fact> {
    let mut open: Vec<&Fact> = Vec::new();
    for fact in facts.iter().filter(|fact| fact.kind == begins || fact.kind == ends) {
        let subject = fact.subject();
        open.retain(|other| other.subject() != subject);
        if fact.kind == begins && card.cause != super::fact_cause(&fact.id) {
            open.push(fact);
        }
    }
    open
}

fn line_of(fact: &Fact) -> String {
    let priority = fact.priority.as_deref().map(|priority| format!(" ({priority})")).unwrap_or_default();
    format!("{}{priority}, open since {}", fact.called(), long_date(fact.at.date_naive()))
}

/// Contacts with the same person within the cooldown: a card that was done.
fn contacts_made(card: &TouchPoint, around: &Circumstances) -> Vec<String> {
    let since = around.now - TimeDelta::days(around.settings.cooldown_days.into());
    let Some(contact) = &card.contact else { return Vec::new() };
    if card.cause.starts_with("promise:") || card.cause.ends_with(":correction") {
        return Vec::new();
    }
    let done = around.cards.iter().filter(|other| {
        other.id != card.id
            && other.state == State::Done
            && other.updated > since
            && is_outward(other.action)
            && other.contact.as_deref().is_some_and(|name| names::same_person(name, contact))
    });
    let mut lines: Vec<String> = done
        .map(|other| format!("{contact} was contacted on {}: {}", long_date(other.updated.date_naive()), titled(other)))
        .collect();
    lines.sort();
    lines
}

/// What is told against reaching this person: a bounce that nothing from them followed, or that they left.
fn wrong_details(name: &str, card: &TouchPoint, around: &Circumstances) -> Vec<String> {
    let person = around.account.contacts.iter().find(|contact| contact.name == name);
    let theirs = around.facts.iter().filter(|fact| {
        fact.contact.as_deref().is_some_and(|written| is_person(written, name, person))
            && card.cause != super::fact_cause(&fact.id)
    });
    let mut wrong: Vec<String> = Vec::new();
    for fact in theirs {
        let day = long_date(fact.at.date_naive());
        match fact.kind {
            FactKind::MailBounced => wrong = vec![format!("mail to {name} came back on {day}")],
            FactKind::ContactLeft => wrong = vec![format!("{name} has left, told on {day}: find out who follows")],
            FactKind::ContactJoined
            | FactKind::NewsletterOpened
            | FactKind::NewsletterClicked
            | FactKind::SurveyAnswered => wrong.clear(),
            _ => {}
        }
    }
    wrong
}

/// True where a fact's contact, a name or a mail address, is this person.
pub(super) fn is_person(written: &str, name: &str, person: Option<&Contact>) -> bool {
    let address = person.and_then(|person| person.email.as_deref());
    address.is_some_and(|address| address.trim().eq_ignore_ascii_case(written.trim()))
        || names::same_person(written, name)
}

/// Until when nobody sells to the account, and after which card.
fn no_selling_until(card: &TouchPoint, around: &Circumstances) -> Option<(NaiveDate, String)> {
    if card.approach != Approach::Marketing {
        return None;
    }
    let workdays = around.settings.workdays(card.owner.as_deref());
    let grave = around.cards.iter().filter(|other| {
        other.id != card.id
            && other.tact
            && other.account == card.account
            && !other.backfilled
            && !matches!(other.state, State::Withdrawn | State::Dismissed)
    });
    grave
        .map(|other| {
            let last = workdays.after(other.created.date_naive(), around.settings.no_selling_days);
            (last, titled(other).to_owned())
        })
        .filter(|(until, _)| *until >= around.now.date_naive())
        .max()
}

/// Writes what was found into the check of the card; what a person said stays, until there is something new.
fn fill(card: &mut TouchPoint, subject: CheckSubject, found: Found, outward: bool) {
    let blocks = found.blocks && outward;
    let known = card.checks.iter_mut().find(|check| check.about == Some(subject));
    let Some(check) = known else {
        card.checks.push(Check {
            what: subject.what().to_owned(),
            state: found.state,
            about: Some(subject),
            found: found.lines,
            blocks,
            by: None,
        });
        return;
    };
    let nothing_new = found.lines.iter().all(|line| check.found.contains(line));
    if check.by.is_some() && nothing_new {
        return;
    }
    check.by = None;
    check.state = found.state;
    check.found = found.lines;
    check.blocks = blocks;
}

/// Fits the words to what is in the way: title and opening say what comes first; they come back once it is settled.
pub(super) fn present(card: &mut TouchPoint) {
    if let Some(Held { title, opening }) = card.gate.held.take() {
        card.title = title;
        card.opening = opening;
    }
    if !is_blocked(card) || !is_outward(card.action) || card.state == State::Accepted {
        return;
    }
    let Some(first) = card.checks.iter().find(|check| check.is_in_the_way()) else { return };
    let words = instruction(first);
    card.gate.held = Some(Held { title: card.title.clone(), opening: card.opening.take() });
    card.title = title::shortened(&format!("{words}: {}", card.title));
    card.opening = match first.about {
        Some(CheckSubject::Tickets) => {
            Some(format!("Before anything else: where do we stand with {}?", short_name(first)))
        }
        Some(CheckSubject::Promises) => Some("First of all, what we promised you and have not kept yet.".to_owned()),
        _ => None,
    };
}

/// What is to be done first, in a few words.
fn instruction(check: &Check) -> String {
    match check.about {
        Some(CheckSubject::Tickets) => format!("Settle {} first", short_name(check)),
        Some(CheckSubject::Promises) => "Keep the promise first".to_owned(),
        Some(CheckSubject::Contacted) => "Wait".to_owned(),
        Some(CheckSubject::ContactDetails) => "Find the right contact first".to_owned(),
        Some(CheckSubject::NoSelling) => "Not now".to_owned(),
        _ => "Settle first".to_owned(),
    }
}

/// "ticket 123" of "ticket 123 (P1), open since 20 November 2026".
fn short_name(check: &Check) -> String {
    let line = check.found.first().map_or(check.what.as_str(), String::as_str);
    let end = line.find(" (").or_else(|| line.rfind(", open since")).unwrap_or(line.len());
    line[..end].to_owned()
}
