//! What another system told, and what to do about it.

use std::collections::HashSet;

use chrono::TimeDelta;

use super::capacity::Load;
use super::gate::{is_outward, is_person};
use super::life::{self, Change, Command};
use super::suggest::Decision;
use super::wording::{Words, shorten};
use super::{Play, Playbook, Settings, compose, fact_cause, hold, priority, title, told, triage};
use crate::model::{Account, Actor, Contact, Fact, FactKind, Step, Time, TouchPoint, TouchPointState as State};
use crate::text::sanitise::plain_line;

/// Plays lighter than this are the program's own idea: they keep to the caps of the settings.
const OWN_IDEA: f64 = 1.0;

/// The longest text of a fact on a card, in characters.
const LONGEST_TEXT: usize = 160;

/// A fact with all that must be known to answer it.
#[derive(Clone, Copy, Debug)]
pub struct FactOccasion<'a> {
    /// The fact.
    pub fact: &'a Fact,
    /// Whom it concerns.
    pub account: &'a Account,
    /// What was told of the account, oldest first; the fact itself may be among it.
    pub told: &'a [Fact],
    /// Touch points of the account, oldest first: open ones, and those of the memory of the settings.
    pub cards: &'a [TouchPoint],
    /// Touch points of every account, born within the last week: how much their owners have to do.
    pub burden: &'a [TouchPoint],
    /// The rules.
    pub playbook: &'a Playbook,
    /// Volume and patience.
    pub settings: &'a Settings,
    /// The present instant.
    pub now: Time,
}

/// What is done about a fact.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FactAnswer {
    /// Cards that are born or change.
    pub decisions: Vec<Decision>,
    /// What came of it, for a person.
    pub note: String,
}

/// Answers a fact: a card is born, an open one is told of it or falls, or nothing is done and the note says why.
///
/// One card for a subject (a ticket, an invoice, a person) while it is open; a fact never makes a second beside it. What
/// ends a subject takes back the open card about it.
#[must_use]
pub fn answer(occasion: &FactOccasion, who: &Actor) -> FactAnswer {
    let mut answer = FactAnswer::default();
    let mut notes: Vec<String> = Vec::new();
    end_what_it_ends(occasion, who, &mut answer.decisions, &mut notes);
    let touched: HashSet<_> = answer
        .decisions
        .iter()
        .filter_map(|decision| if let Decision::Change { before, .. } = decision { Some(before.id) } else { None })
        .collect();
    let own = occasion.own_cards().filter(|card| !touched.contains(&card.id));
    let cause = fact_cause(&occasion.fact.id);
    let known = own.clone().find(|card| card.cause == cause);
    if let Some(card) = known.or_else(|| own.clone().find(|card| is_open(card) && occasion.is_same_subject(card))) {
        notes.push(match told_on(card, occasion, who) {
            Some(change) => {
                answer.decisions.push(changed(card, change));
                format!("told on the card {}", card.id)
            }
            None => format!("on the card {} already", card.id),
        });
    } else {
        match bear(occasion) {
            Ok(card) => {
                notes.push(format!("play {}: card {}", card.play, card.id));
                let steps = compose::birth(&card, who, occasion.now);
                answer.decisions.push(Decision::New { card: Box::new(card), steps });
            }
            Err(Refused::Add(card, reason)) => {
                let change = told_on(&card, occasion, who);
                notes.push(format!(
                    "{reason}: {} the card {}",
                    if change.is_some() { "told on" } else { "there is" },
                    card.id
                ));
                answer.decisions.extend(change.map(|change| changed(&card, change)));
            }
            Err(Refused::Not(reason)) => notes.push(reason),
        }
    }
    answer.note = notes.join("; ");
    answer
}

/// Why a fact makes no card of its own.
enum Refused {
    /// This card is told of it.
    Add(Box<TouchPoint>, &'static str),
    /// Nothing is done.
    Not(String),
}

impl<'a> FactOccasion<'a> {
    /// Cards of the account, newest first.
    fn own_cards(&self) -> impl Iterator<Item = &'a TouchPoint> + Clone {
        let account = &self.account.id;
        self.cards.iter().rev().filter(move |card| card.account == *account && !card.backfilled)
    }

    /// The card was made by an earlier fact on the same ticket, invoice or person.
    fn is_same_subject(&self, card: &TouchPoint) -> bool {
        let own = group(self.fact);
        self.told.iter().any(|told| card.cause == fact_cause(&told.id) && group(told) == own)
            || (self.is_about_person() && self.is_news_of_person(card))
    }

    /// What ends something is as grave as what it ends, where it does not say itself.
    fn is_severe(&self) -> bool {
        let fact = self.fact;
        let subject = fact.subject();
        let begun =
            self.told.iter().rev().find(|told| Some(told.kind) == fact.kind.ends() && told.subject() == subject);
        match begun {
            Some(begun) if fact.priority.is_none() => begun.is_severe(),
            _ => fact.is_severe(),
        }
    }

    fn is_about_person(&self) -> bool {
        matches!(self.fact.kind, FactKind::MailBounced | FactKind::ContactLeft)
    }

    /// News told that this very person goes: one successor is sought, not two.
    fn is_news_of_person(&self, card: &TouchPoint) -> bool {
        let Some(name) = self.person() else { return false };
        let leaves = self.playbook.get(&card.play).is_some_and(|play| play.when.contact);
        leaves && (card.title.contains(name.as_str()) || card.why.contains(name.as_str()))
    }

    fn contact(&self) -> Option<&'a Contact> {
        let written = self.fact.contact.as_deref()?;
        self.account.contacts.iter().find(|contact| is_person(written, &contact.name, Some(contact)))
    }

    /// The person by name: as the watchlist has it, else as it was told.
    fn person(&self) -> Option<String> {
        let known = self.contact().map(|contact| contact.name.clone());
        known.or_else(|| self.fact.contact.as_deref().map(plain_line).filter(|name| !name.is_empty()))
    }

    /// Who has come, where they were told by name: an address of mail greets nobody.
    fn newcomer(&self) -> Option<String> {
        let joined = self.fact.kind == FactKind::ContactJoined;
        self.person().filter(|name| joined && !name.contains('@'))
    }

    fn words(&self) -> Words {
        let fact = self.fact;
        let mut words = compose::words_of(self.account);
        words.set("event", Some(&noun(fact, self.person().as_deref())));
        words.set("date", Some(&compose::long_date(fact.at.date_naive())));
        words.set("reference", Some(&fact.called()));
        words.set("person", self.person().as_deref());
        words.set("newcomer", self.newcomer().as_deref());
        words.set("amount", fact.amount.map(figure).as_deref());
        if let Some(stays) = self.whom_to_contact() {
            words.set("contact", Some(&stays));
        }
        words
    }

    /// Whom to talk to: who opened the mail or answered; but never one who cannot be reached.
    fn whom_to_contact(&self) -> Option<String> {
        let gone = self.contact().filter(|_| self.is_about_person());
        if let Some(gone) = gone {
            let stays = self.account.first_contact().filter(|first| first.name != gone.name);
            let stays = stays.or_else(|| self.account.contacts.iter().find(|other| other.name != gone.name));
            return stays.map(|stays| stays.name.clone());
        }
        if let Some(newcomer) = self.newcomer() {
            return Some(newcomer);
        }
        let named = self.contact().or_else(|| self.account.first_contact());
        named.map(|contact| contact.name.clone())
    }
}

/// A closed ticket or a paid invoice takes back the open card about it; one in somebody's hands is told.
fn end_what_it_ends(occasion: &FactOccasion, who: &Actor, decisions: &mut Vec<Decision>, notes: &mut Vec<String>) {
    let fact = occasion.fact;
    let Some(begun) = fact.kind.ends() else { return };
    let subject = fact.subject();
    let causes: HashSet<String> = occasion
        .told
        .iter()
        .filter(|told| told.kind == begun && told.subject() == subject && told.at <= fact.at)
        .map(|told| fact_cause(&told.id))
        .collect();
    for card in occasion.own_cards().filter(|card| causes.contains(&card.cause) && !card.state.is_closed()) {
        let reason = format!("{} ({}, told by {})", ended(fact), compose::long_date(fact.at.date_naive()), fact.system);
        let change = if card.state == State::Accepted || !card.signals.is_empty() {
            add_point(card, &reason, occasion, who)
        } else {
            life::step(card, &Command::Withdraw { reason }, who, occasion.now).ok()
        };
        if let Some(change) = change {
            notes.push(format!("ends the card {}", card.id));
            decisions.push(changed(card, change));
        }
    }
}

/// The card that the fact is worth.
fn bear(occasion: &FactOccasion) -> Result<TouchPoint, Refused> {
    let FactOccasion { fact, account, playbook, settings, now, .. } = *occasion;
    let play = play_for(occasion).ok_or_else(|| Refused::Not(format!("no play answers {}", fact.kind.as_str())))?;
    let most = play.max_age_days.unwrap_or(settings.stale_days);
    let age = triage::days_since(fact.at, now);
    if age > most.into() {
        return Err(Refused::Not(format!("play {}: {age} days old, at most {most} count", play.id)));
    }
    if !(play.alarm || play.tact || !is_outward(play.action))
        && let Some(until) = hold::muted_until(&account.id, occasion.own_cards(), playbook, settings, now)
    {
        return Err(Refused::Not(format!("play {}: nothing but condolences until {until}", play.id)));
    }
    if let Some(card) = held_up_by_it(occasion, play) {
        return Err(Refused::Add(Box::new(card.clone()), "the contact about bad news waits for it"));
    }
    if let Some(card) = told_already(occasion, play) {
        return Err(if is_open(card) {
            Refused::Add(Box::new(card.clone()), "cooldown")
        } else {
            Refused::Not(format!("play {}: cooldown of the card {}", play.id, card.id))
        });
    }
    let aim = settings.weekly_aim.min(settings.weekly_capacity);
    if play.weight < OWN_IDEA && !Load::of(occasion.burden, now).has_room(account.owner.as_deref(), aim, settings) {
        return Err(Refused::Not(format!("play {}: no room today or this week", play.id)));
    }
    Ok(written(occasion, play))
}

/// The gravest play that answers the fact.
fn play_for<'a>(occasion: &FactOccasion<'a>) -> Option<&'a Play> {
    let FactOccasion { fact, account, .. } = *occasion;
    let within = |play: &Play| {
        let when = &play.when;
        let amount = |bound: Option<f64>, holds: fn(f64, f64) -> bool| {
            bound.is_none_or(|bound| fact.amount.is_some_and(|amount| holds(amount.abs(), bound)))
        };
        when.facts.contains(&fact.kind)
            && play.relation.contains(&account.kind)
            && (when.tiers.is_empty() || when.tiers.contains(&account.tier))
            && (!when.severe || occasion.is_severe())
            && (!when.contact || occasion.contact().is_some())
            && amount(when.least, |amount, least| amount >= least)
            && amount(when.most, |amount, most| amount <= most)
    };
    let plays = occasion.playbook.plays.iter().filter(|play| within(play));
    // Of plays that weigh the same the first of the file.
    plays.fold(None, |best: Option<&Play>, play| match best {
        Some(best) if best.weight >= play.weight => Some(best),
        _ => Some(play),
    })
}

/// The open contact about bad news whose gate looks at what the fact is about.
fn held_up_by_it<'a>(occasion: &FactOccasion<'a>, play: &Play) -> Option<&'a TouchPoint> {
    occasion.own_cards().find(|card| {
        matches!(card.state, State::Suggested | State::Checking | State::Ready)
            && card.cause.starts_with("story:")
            && card.tact
            && occasion.playbook.get(&card.play).is_some_and(|contact| hold::is_part_of(play, contact))
    })
}

/// An outward card of the same or greater weight within the cooldown. What is graver, bad news, or goes on inside our own
/// house gets its own card.
fn told_already<'a>(occasion: &FactOccasion<'a>, play: &Play) -> Option<&'a TouchPoint> {
    if play.alarm || play.tact || !is_outward(play.action) {
        return None;
    }
    let days = play.cooldown_days.unwrap_or(occasion.settings.cooldown_days);
    let since = occasion.now - TimeDelta::days(days.into());
    let weight = |card: &TouchPoint| occasion.playbook.get(&card.play).map_or(1.0, |play| play.weight);
    let near = occasion.own_cards().filter(|card| {
        let lives = card.state != State::Withdrawn && card.state != State::Expired;
        is_outward(card.action) && !hold::is_aside(card) && card.created > since && lives && weight(card) >= play.weight
    });
    near.clone().find(|card| is_open(card)).or_else(|| near.clone().next())
}

fn written(occasion: &FactOccasion, play: &Play) -> TouchPoint {
    let FactOccasion { fact, account, playbook, settings, now, .. } = *occasion;
    let words = occasion.words();
    let mut card = compose::frame(account, fact_cause(&fact.id), (playbook, play), &words, settings, now);
    card.contact = occasion.whom_to_contact();
    card.alarm = play.alarm;
    let event = headline(fact, occasion.person().as_deref());
    card.title =
        title::title(play.action, card.contact.as_deref(), compose::firm(account), &event, fact.at.date_naive());
    card.why = compose::join([card.why, told_by(fact)]);
    card.talking_points.extend(play.follow_up.as_ref().and_then(|follow_up| words.fill(follow_up)));
    card.priority = priority::of_fact(play.weight, account, fact, settings, now);
    told::remember(&mut card, account, now);
    compose::decide_gate(&mut card);
    compose::keep_decent(&mut card, &mut std::iter::once(play), playbook);
    card
}

/// `card` with a word of the fact; nothing where it says so already, or where a person is done with it.
fn told_on(card: &TouchPoint, occasion: &FactOccasion, who: &Actor) -> Option<Change> {
    let fact = occasion.fact;
    if card.cause == fact_cause(&fact.id) {
        let play = occasion.playbook.get(&card.play)?;
        let fresh = written(occasion, play);
        let title = card.gate.held.as_ref().map_or(&card.title, |held| &held.title);
        if !is_open(card) || (fresh.title == *title && fresh.why == card.why) {
            return None;
        }
        let mut next = TouchPoint { why: fresh.why, playbook: fresh.playbook, ..card.clone() };
        next.gate.held = None;
        next.title = fresh.title;
        next.opening = fresh.opening;
        super::gate::present(&mut next);
        let note = Some(format!("{} tells it otherwise now", fact.system));
        return Some(life::changed(card, next, Step::Updated, note, who, occasion.now));
    }
    let words = occasion.words();
    let event = words.get("event")?;
    let point = format!("Also told: {event}, {}.", compose::long_date(fact.at.date_naive()));
    add_point(card, &point, occasion, who)
}

fn add_point(card: &TouchPoint, point: &str, occasion: &FactOccasion, who: &Actor) -> Option<Change> {
    if !is_open(card) || card.talking_points.iter().any(|known| known == point) {
        return None;
    }
    let mut next = card.clone();
    // What is newest is kept: a list nobody reads to its end is cut at its old end.
    next.talking_points.insert(0, point.to_owned());
    next.talking_points.truncate(compose::MOST_POINTS);
    let note = Some(format!("told by {}", occasion.fact.system));
    Some(life::changed(card, next, Step::Updated, note, who, occasion.now))
}

fn changed(before: &TouchPoint, change: Change) -> Decision {
    Decision::Change { before: Box::new(before.clone()), change: Box::new(change) }
}

fn is_open(card: &TouchPoint) -> bool {
    matches!(card.state, State::Suggested | State::Checking | State::Ready | State::Accepted)
}

/// Facts of one group are about one thing: one ticket, one invoice, one person, the orders.
fn group(fact: &Fact) -> (&'static str, String) {
    let person = || fact.contact.as_deref().unwrap_or_default().trim().to_lowercase();
    match fact.kind {
        FactKind::TicketOpened | FactKind::TicketClosed => ("ticket", fact.subject()),
        FactKind::InvoiceOverdue | FactKind::InvoicePaid => ("invoice", fact.subject()),
        FactKind::MailBounced | FactKind::ContactLeft => ("gone", person()),
        FactKind::ContactJoined => ("joined", person()),
        FactKind::NewsletterOpened | FactKind::NewsletterClicked => ("newsletter", person()),
        FactKind::OrdersUp | FactKind::OrdersDown => ("orders", String::new()),
        FactKind::SurveyAnswered => ("survey", person()),
    }
}

/// The fact as it ends a title.
fn headline(fact: &Fact, person: Option<&str>) -> String {
    let priority = fact.priority.as_deref().map(|priority| format!(" ({})", plain_line(priority))).unwrap_or_default();
    let person = person.unwrap_or("a contact");
    let amount = |before: &str, after: &str| {
        fact.amount.map(|sum| format!(" {before}{}{after}", figure(sum.abs()))).unwrap_or_default()
    };
    match fact.kind {
        FactKind::TicketOpened => format!("{} opened{priority}", fact.called()),
        FactKind::TicketClosed => format!("{} closed", fact.called()),
        FactKind::MailBounced => format!("mail to {person} came back"),
        FactKind::NewsletterOpened => "read our newsletter".to_owned(),
        FactKind::NewsletterClicked => "followed a link of ours".to_owned(),
        FactKind::OrdersUp => format!("orders up{}", amount("", " %")),
        FactKind::OrdersDown => format!("orders down{}", amount("", " %")),
        FactKind::SurveyAnswered => format!("survey answered{}", amount("with ", "")),
        FactKind::InvoiceOverdue => format!("{} overdue", fact.called()),
        FactKind::InvoicePaid => format!("{} paid", fact.called()),
        FactKind::ContactLeft => format!("{person} has left"),
        FactKind::ContactJoined => format!("{person} has joined"),
    }
}

/// The fact as it stands in a sentence.
fn noun(fact: &Fact, person: Option<&str>) -> String {
    match fact.kind {
        FactKind::TicketOpened | FactKind::TicketClosed => fact.called(),
        _ => headline(fact, person),
    }
}

fn ended(fact: &Fact) -> String {
    headline(fact, None)
}

fn told_by(fact: &Fact) -> String {
    let text = fact.text.as_deref().map(plain_line).filter(|text| !text.is_empty());
    let text = text.map(|text| format!(": “{}”", shorten(&text, LONGEST_TEXT))).unwrap_or_default();
    format!("Told by {} on {}{text}.", plain_line(&fact.system), compose::long_date(fact.at.date_naive()))
}

/// A figure without a tail of noughts.
fn figure(amount: f64) -> String {
    let text = format!("{amount:.2}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}
