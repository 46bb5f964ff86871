//! Writes a card: who, why, proof, what to say and ask, what never to say, until when.

use chrono::NaiveDate;

use super::event::{self, Phrases};
use super::parts::Part;
use super::triage::Fit;
use super::wording::{ALSO_TOLD, Words, banned_in, possessive, shorten, tell_once, tells_the_same};
use super::{Occasion, Play, Playbook, Settings, hand_over, names, priority, rivals, sharing, title, told};
use crate::model::{
    Account, AccountKind, Action, Actor, Approach, Area, Check, CheckState, CheckSubject, Evidence, Gate, RelationKind,
    Role, Signal, SignalType, Step, StepRecord, Time, TouchPoint, TouchPointId, TouchPointState,
};
use crate::text::fold::fold;
use crate::text::sanitise::plain_line;

/// Quotes on one card.
pub(super) const MOST_QUOTES: usize = 3;

/// Talking points on one card: more are not read.
pub(super) const MOST_POINTS: usize = 6;

/// Longest name of a firm within a line, in characters.
const LONGEST_FIRM: usize = 60;

/// The card of `account` for these fits, of which there is at least one, gravest first.
pub(super) fn from_events(
    account: &Account,
    cause: String,
    lead: &Fit,
    support: &[Fit],
    occasion: &Occasion,
) -> TouchPoint {
    let Occasion { playbook, settings, now, .. } = *occasion;
    let all = || std::iter::once(lead).chain(support);
    let tact = all().any(|fit| fit.play.tact);
    let words = words_of_event(account, lead.part);
    let phrases = phrases_for(account, lead.part);
    let date = lead.part.signal.first_at.date_naive();
    let mut card = frame(account, cause, (playbook, lead.play), &words, settings, now);
    card.tact = tact;
    told::remember(&mut card, account, now);
    card.alarm = lead.play.alarm;
    card.approval = lead.play.approval || all().any(|fit| fit.play.tact && fit.play.approval);
    card.contact = contact(account, lead);
    card.signal_type = Some(lead.part.signal.kind);
    card.title = title::title(lead.play.action, card.contact.as_deref(), firm(account), &phrases.headline, date);
    card.why = join([
        card.why,
        told_by(lead.part.signal.evidence.first(), lead.part.signal.origins),
        renewal_sentence(account, tact, now.date_naive()),
    ]);
    card.evidence = evidence(lead, support, occasion);
    card.signals = all().map(|fit| fit.part.signal.id.clone()).fold(Vec::new(), with_new);
    card.backfilled = all().all(|fit| fit.part.signal.backfilled);
    card.priority = priority::of_event(lead, account, &playbook.tuning, settings, now);
    if lead.part.implied {
        let what = format!("that {} is meant: it was found by a written name only", firm(account));
        card.checks.push(Check { what, ..Check::default() });
    }
    for fit in support.iter().filter(|fit| fit.play.tact) {
        card.avoid.extend(words_of_event(account, fit.part).all(&fit.play.never));
        card.checks.extend(checks(fit.play));
    }
    card.talking_points.extend(points(account, lead, support, tact, occasion));
    decide_gate(&mut card);
    keep_decent(&mut card, &mut all().map(|fit| fit.play), playbook);
    hand_over::to_whom_is_there(&mut card, account, lead.play, settings, now.date_naive());
    card
}

/// What every card of a play has, before anything is said of an event.
pub(super) fn frame(
    account: &Account,
    cause: String,
    (playbook, play): (&Playbook, &Play),
    words: &Words,
    settings: &Settings,
    now: Time,
) -> TouchPoint {
    let inside = words.all(&play.inside).into_iter().map(|question| format!("Inside: {question}"));
    TouchPoint {
        id: TouchPointId::born_at(now),
        account: account.id.clone(),
        cause,
        play: play.id.clone(),
        playbook: playbook.stamp.clone(),
        signal_type: None,
        action: play.action,
        approach: play.direction,
        title: String::new(),
        why: words.first(&play.why).unwrap_or_default(),
        evidence: Vec::new(),
        opening: words.first(&play.opening),
        talking_points: words.all(&play.points),
        questions: words.all(&play.questions).into_iter().chain(inside).collect(),
        avoid: words.all(&play.never),
        checks: checks(play).collect(),
        approval: play.approval,
        tact: play.tact,
        alarm: play.alarm,
        contact: None,
        owner: account.owner.clone(),
        due: settings.workdays(account.owner.as_deref()).after(now.date_naive(), play.due),
        state: TouchPointState::Ready,
        snoozed_until: None,
        snoozed_from: None,
        dismissal: None,
        outcome: None,
        ended: None,
        gate: Gate::default(),
        priority: crate::model::Priority::default(),
        signals: Vec::new(),
        stands_for: Vec::new(),
        offered: None,
        revision: 1,
        backfilled: false,
        created: now,
        updated: now,
    }
}

/// Makes `owner` the one to act, until a day on which they work.
pub(super) fn give_to(
    card: &mut TouchPoint,
    owner: Option<String>,
    play: &Play,
    settings: &Settings,
    today: NaiveDate,
) {
    card.due = settings.workdays(owner.as_deref()).after(today, play.due);
    card.owner = owner;
}

/// The steps a card is born with.
pub(super) fn birth(card: &TouchPoint, who: &Actor, now: Time) -> Vec<StepRecord> {
    let record = |step, note: Option<String>| StepRecord { step, at: now, who: who.clone(), note };
    let second = match card.state {
        TouchPointState::Checking => record(Step::Checking, Some("needs approval".to_owned())),
        _ => record(Step::Ready, None),
    };
    vec![record(Step::Suggested, Some(format!("play {}", card.play))), second]
}

/// Sends a card that needs approval to the gate.
pub(super) fn decide_gate(card: &mut TouchPoint) {
    card.state = if card.approval { TouchPointState::Checking } else { TouchPointState::Ready };
    let mut seen = Vec::new();
    card.checks.retain(|check| {
        !seen.contains(&check.what) && {
            seen.push(check.what.clone());
            true
        }
    });
    if card.tact && card.approach == Approach::Marketing {
        card.approach = Approach::Pull;
    }
}

/// Drops every line to be said that holds a phrase that must not be said.
pub(super) fn keep_decent<'a>(
    card: &mut TouchPoint,
    plays: &mut dyn Iterator<Item = &'a Play>,
    playbook: &'a Playbook,
) {
    let tact = card.tact.then_some(&playbook.tact_banned);
    let of_plays: Vec<&String> = plays.flat_map(|play| &play.banned).collect();
    let banned: Vec<&String> = playbook.banned.iter().chain(tact.into_iter().flatten()).chain(of_plays).collect();
    let decent = |line: &String| banned_in(line, banned.iter().copied()).is_none();
    card.opening = card.opening.take().filter(decent);
    let mut seen = Vec::new();
    card.talking_points.retain(|point| {
        let new = !seen.contains(point);
        seen.push(point.clone());
        new && decent(point)
    });
    card.talking_points.truncate(MOST_POINTS);
    card.questions.retain(|question| question.starts_with("Inside: ") || decent(question));
    let mut seen = Vec::new();
    card.avoid.retain(|line| {
        !seen.contains(line) && {
            seen.push(line.clone());
            true
        }
    });
}

/// What the placeholders stand for in a card of `account` about the event of `part`, which may be a competitor's.
pub(super) fn words_of_event(account: &Account, part: &Part) -> Words {
    let signal: &Signal = &part.signal;
    let mut words = words_of(account);
    let other = other_name(part);
    let own = firm(part.account);
    words.set("event", Some(&phrases_for(account, part).noun));
    words.set("date", Some(&long_date(signal.first_at.date_naive())));
    words.set("person", signal.person.as_deref());
    words.set("counterparty", other.as_deref());
    words.set("amount", signal.amount.as_ref().map(|amount| amount.text.as_str()));
    let (acquirer, target) = match signal.role {
        Role::Acquirer | Role::Buyer => (Some(own), other.as_deref()),
        Role::Target | Role::Asset => (other.as_deref(), Some(own)),
        _ => (None, None),
    };
    words.set("acquirer", acquirer);
    words.set("target", target);
    let rival = [Some(part.account), part.other, part.told_by_rival].into_iter().flatten();
    words.set("rival", rival.into_iter().find(|firm| firm.kind == AccountKind::Competitor).map(firm));
    if signal.role == Role::AppointedBy && !leaves(signal) {
        let stranger = account.contacts.is_empty();
        words.set("promoted", part.contact.map(|contact| contact.name.as_str()));
        words.set("newcomer", signal.person.as_deref().filter(|_| stranger));
    }
    if let Some(contact) = part.contact.filter(|_| leaves(signal)) {
        let stays = account.contacts.iter().find(|other| other.name != contact.name);
        words.set("contact", stays.map(|stays| stays.name.as_str()));
    }
    words
}

/// What the placeholders stand for whatever happened.
pub(super) fn words_of(account: &Account) -> Words {
    let mut words = Words::default();
    words.set("account", Some(firm(account)));
    words.set("contact", account.first_contact().map(|contact| contact.name.as_str()));
    words.set("area", account.area.as_deref());
    words.set("goal", account.goal.as_deref());
    words.set("renewal", account.renewal.map(long_date).as_deref());
    words.set("last_contact", account.last_contact.map(long_date).as_deref());
    words
}

/// The event of `part` in a few words, for a card of `account`.
pub(super) fn phrases_for(account: &Account, part: &Part) -> Phrases {
    let other = other_name(part);
    let person = part.signal.person.as_deref().map(plain_line).filter(|person| !person.is_empty());
    let own = event::phrases(&part.signal, other.as_deref(), person.as_deref());
    if part.account.id == account.id {
        return own;
    }
    // Another firm's event: its name must be said with it.
    if let Some(report) = &own.report {
        if fold(report).contains(&fold(firm(part.account))) {
            return Phrases { headline: report.clone(), ..own };
        }
        let of_firm = format!("{}: {}", firm(part.account), own.noun);
        return Phrases { headline: format!("{}: {report}", firm(part.account)), noun: of_firm, ..own };
    }
    let noun = own.noun.trim_start_matches("the ");
    let of_firm = format!("{} {noun}", possessive(firm(part.account)));
    Phrases { headline: of_firm.clone(), noun: of_firm, report: None }
}

/// A firm's name for a line.
pub(super) fn firm(account: &Account) -> &str {
    names::bare(&account.name)
}

/// The day as in a letter.
pub(super) fn long_date(day: NaiveDate) -> String {
    day.format("%-d %B %Y").to_string()
}

/// Sentences in one paragraph, empty ones left out.
pub(super) fn join(sentences: impl IntoIterator<Item = String>) -> String {
    let sentences: Vec<String> = sentences.into_iter().filter(|sentence| !sentence.is_empty()).collect();
    sentences.join(" ")
}

fn other_name(part: &Part) -> Option<String> {
    let name = match part.other {
        Some(other) => firm(other).to_owned(),
        None => shorten(names::bare(&plain_line(part.signal.counterparty.as_deref()?)), LONGEST_FIRM),
    };
    (!name.is_empty()).then_some(name)
}

/// The account's first contact, but never the one who has just gone. A contact with a new post is addressed in person, as
/// is a new executive where nobody else is known. A battlecard and a check inside need none.
fn contact(account: &Account, lead: &Fit) -> Option<String> {
    if lead.play.action == Action::Battlecard {
        return None;
    }
    let signal = &lead.part.signal;
    if signal.role == Role::AppointedBy && !leaves(signal) {
        if let Some(promoted) = lead.part.contact {
            return Some(promoted.name.clone());
        }
        if account.contacts.is_empty() {
            return signal.person.as_deref().map(plain_line).filter(|person| !person.is_empty());
        }
    }
    let gone = lead.part.contact.filter(|_| leaves(&lead.part.signal)).map(|contact| contact.name.as_str());
    let first = account.first_contact().filter(|first| Some(first.name.as_str()) != gone);
    let next = || account.contacts.iter().find(|contact| Some(contact.name.as_str()) != gone);
    first.or_else(next).map(|contact| contact.name.clone())
}

fn leaves(signal: &Signal) -> bool {
    signal.kind == SignalType::LeadershipChange && (signal.role == Role::DepartedFrom || signal.manner.is_some())
}

/// Who tells it, and when: `first` is the leading quote, `origins` counts independent publishers.
pub(super) fn told_by(first: Option<&Evidence>, origins: u32) -> String {
    let Some(first) = first else { return String::new() };
    let publisher = first.publisher.as_deref().map_or_else(|| "a report".to_owned(), plain_line);
    let others = match origins {
        0 | 1 => String::new(),
        2 => " and one more publisher".to_owned(),
        origins => format!(" and {} more publishers", origins - 1),
    };
    format!("Told by {}{others} on {}.", shorten(&publisher, LONGEST_FIRM), long_date(first.published.date_naive()))
}

/// A renewal that is near is always told; what it means for the contact depends on the news.
fn renewal_sentence(account: &Account, tact: bool, today: NaiveDate) -> String {
    let Some(day) = account.renewal else { return String::new() };
    match (day - today).num_days() {
        left @ 0..=180 => {
            let manners = if tact { " Do not raise it in this contact." } else { "" };
            format!("Renewal is due on {}, in {left} days.{manners}", long_date(day))
        }
        _ => String::new(),
    }
}

/// The best quote of each signal first, then their next ones. Where the other side has a signal of its own about the same
/// event, its quote counts as well. Within a signal each publisher speaks once.
fn evidence(lead: &Fit, support: &[Fit], occasion: &Occasion) -> Vec<Evidence> {
    let other = occasion.signals.iter().filter(|signal| {
        signal.kind == lead.part.signal.kind && lead.part.other.is_some_and(|other| other.id == signal.account)
    });
    let signals = std::iter::once::<&Signal>(&lead.part.signal);
    let support = support.iter().map(|fit| -> &Signal { &fit.part.signal });
    let quotes: Vec<Vec<&Evidence>> = signals.chain(other).chain(support).map(one_for_each_publisher).collect();
    let mut chosen: Vec<Evidence> = Vec::new();
    for place in 0..MOST_QUOTES {
        for quote in quotes.iter().filter_map(|quotes| quotes.get(place)) {
            if chosen.len() < MOST_QUOTES && !chosen.iter().any(|known| same_quote(known, quote)) {
                chosen.push((*quote).clone());
            }
        }
    }
    chosen
}

fn one_for_each_publisher(signal: &Signal) -> Vec<&Evidence> {
    let mut chosen: Vec<&Evidence> = Vec::new();
    for quote in &signal.evidence {
        let known = |other: &&Evidence| quote.publisher.is_some() && other.publisher == quote.publisher;
        if chosen.len() < MOST_QUOTES && !chosen.iter().any(known) {
            chosen.push(quote);
        }
    }
    chosen
}

pub(super) fn same_quote(one: &Evidence, other: &Evidence) -> bool {
    one.quote == other.quote && (one.article == other.article || one.publisher == other.publisher)
}

/// What else may come up: other plays' points, other events of the story, and what rivals did lately.
fn points(account: &Account, lead: &Fit, support: &[Fit], tact: bool, occasion: &Occasion) -> Vec<String> {
    let mut points = Vec::new();
    let mut told = vec![&lead.part.signal.id];
    for fit in support {
        let words = words_of_event(account, fit.part);
        if fit.play.id != lead.play.id && (fit.play.tact || !tact) {
            points.extend(words.all(&fit.play.points));
        }
        if !told.contains(&&fit.part.signal.id) {
            told.push(&fit.part.signal.id);
            points.extend(words.fill(ALSO_TOLD));
        }
    }
    if lead.part.signal.kind == SignalType::Acquisition
        && let Some(buyer) = lead.part.other.filter(|_| lead.part.signal.role == Role::Target)
    {
        for rival in buyer.related(RelationKind::Uses).filter_map(|id| occasion.watchlist.get(id)) {
            points.push(format!("Inside: {} uses {}; expect a look at suppliers.", firm(buyer), firm(rival)));
        }
    }
    // The other side of the same deal, or a second role in it, is no news beside it.
    let words = words_of_event(account, lead.part);
    let own = words.fill(ALSO_TOLD);
    points.retain(|point| own.as_deref().is_none_or(|own| !tells_the_same(own, point)));
    tell_once(&mut points);
    points.extend(lead.play.follow_up.as_ref().and_then(|follow_up| words.fill(follow_up)));
    if !tact && account.kind == AccountKind::Client {
        points.extend(rivals::moves_to_know(account, occasion));
        points.extend(sharing::worth_telling(account, occasion));
    }
    points
}

/// While no system answers, a check says so; one for a person is open.
pub(super) fn checks(play: &Play) -> impl Iterator<Item = Check> {
    play.checks.iter().map(|check| Check {
        what: check.what.clone(),
        state: if check.system.is_some() { CheckState::NotConnected } else { CheckState::Open },
        about: check.system.as_deref().and_then(Area::of_system).and_then(|area| match area {
            Area::Support => Some(CheckSubject::Tickets),
            Area::Finance => Some(CheckSubject::Invoices),
            _ => None,
        }),
        ..Check::default()
    })
}

fn with_new<T: PartialEq>(mut list: Vec<T>, value: T) -> Vec<T> {
    if !list.contains(&value) {
        list.push(value);
    }
    list
}
