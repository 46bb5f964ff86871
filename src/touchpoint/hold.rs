//! Cooldown and mourning: when a new card must wait, or joins one that is there.

use chrono::TimeDelta;

use super::life::{self, Command};
use super::suggest::Decisions;
use super::triage::Fit;
use super::{Play, Playbook, Settings, compose, one_contact, wording};
use crate::model::{AccountId, Action, DismissalCode, FactKind, Step, Time, TouchPoint, TouchPointState as State};

/// Bears `card`, or adds what it says to the card that the account, or the same contact, got a short while ago.
pub(super) fn bear_or_hold(card: TouchPoint, lead: &Fit, decisions: &mut Decisions) {
    let occasion = decisions.occasion;
    if !(lead.play.alarm || lead.play.tact || card.backfilled)
        && let Some(until) =
            muted_until(&card.account, occasion.recent, occasion.playbook, occasion.settings, occasion.now)
    {
        return decisions.refuse(&card.account, &lead.play.id, format!("nothing but condolences until {until}"));
    }
    if !card.backfilled
        && let Some(other) = in_the_way(&card, lead.play, decisions)
    {
        let joined = join(&other, &card, lead, decisions);
        let way = if joined { "added to the card" } else { "there was a card" };
        let day = other.created.date_naive();
        return decisions.refuse(&card.account, &lead.play.id, format!("cooldown: {way} of {day}"));
    }
    let card = pull_forward(card, decisions);
    let card = take_along(card, lead.play, decisions);
    decisions.bear(card);
}

/// The last day on which the account gets nothing but alarms and cards with tact.
pub(super) fn muted_until<'a>(
    account: &AccountId,
    recent: impl IntoIterator<Item = &'a TouchPoint>,
    playbook: &Playbook,
    settings: &Settings,
    now: Time,
) -> Option<chrono::NaiveDate> {
    recent
        .into_iter()
        .filter(|card| card.account == *account)
        .filter_map(|card| mutes_until(card, playbook, settings))
        .filter(|until| *until >= now.date_naive())
        .max()
}

/// The last day on which `card` leaves its account in peace, if it does. That nobody took it, or that it was dismissed as
/// known, changes nothing of what happened.
pub(super) fn mutes_until(card: &TouchPoint, playbook: &Playbook, settings: &Settings) -> Option<chrono::NaiveDate> {
    let stands =
        !card.backfilled && card.state != State::Withdrawn && card.dismissal != Some(DismissalCode::WrongCompany);
    let days = playbook.get(&card.play)?.mutes_days;
    let until = || settings.workdays(card.owner.as_deref()).after(card.created.date_naive(), days);
    (stands && days > 0).then(until)
}

/// True where an outward card of this account was born within the cooldown: the program adds none of its own accord.
pub(super) fn is_cooling<'a>(
    account: &AccountId,
    recent: impl IntoIterator<Item = &'a TouchPoint>,
    settings: &Settings,
    now: Time,
) -> bool {
    let since = now - TimeDelta::days(settings.cooldown_days.into());
    recent.into_iter().any(|card| {
        card.account == *account
            && card.created > since
            && counts(card)
            && card.action != Action::Battlecard
            && !is_aside(card)
    })
}

/// A card that goes with what it is about (a promise that is kept, a ticket that is closed): it spends nobody's patience,
/// and news told on it would be lost with it.
pub(super) fn is_aside(card: &TouchPoint) -> bool {
    card.cause.starts_with("promise:") || (card.cause.starts_with("fact:") && !super::gate::is_outward(card.action))
}

/// A card that a person saw or may see; one about another firm, or taken back, spent nobody's patience.
pub(super) fn counts(card: &TouchPoint) -> bool {
    !card.backfilled
        && !matches!(card.state, State::Withdrawn | State::Expired)
        && card.dismissal != Some(DismissalCode::WrongCompany)
}

/// The newest card within the cooldown that leaves no room for one of this weight. The same kind of event again is the
/// same event told again; a graver one, an alarm or bad news always gets its own card.
fn in_the_way(card: &TouchPoint, play: &Play, decisions: &Decisions) -> Option<TouchPoint> {
    let occasion = decisions.occasion;
    let days = play.cooldown_days.unwrap_or(occasion.settings.cooldown_days);
    let since = occasion.now - TimeDelta::days(days.into());
    let inside = |action: Action| action == Action::Battlecard;
    let near = occasion.recent.iter().filter(|other| {
        let same_contact = other.contact.is_some() && other.contact == card.contact && other.owner == card.owner;
        (other.account == card.account || same_contact)
            && other.cause != card.cause
            && counts(other)
            && inside(other.action) == inside(card.action)
            && !is_aside(other)
            && (is_open_with_them(card, other) || (other.created > since && !is_planned(other)))
    });
    let blocking = near.filter(|other| {
        // What its owner has taken on is one contact with what came since.
        if other.state == State::Accepted && is_open_with_them(card, other) && !(play.alarm || play.tact) {
            return true;
        }
        if is_planned(other) {
            return false;
        }
        if other.account == card.account && other.signal_type == card.signal_type {
            return true;
        }
        let weight = occasion.playbook.get(&other.play).map_or(1.0, |play| play.weight);
        !(inside(card.action) || play.alarm || play.tact || play.weight > weight)
    });
    blocking.max_by_key(|other| other.created).cloned()
}

/// The same person is about to be contacted on another card. One about bad news takes nothing with it.
fn is_open_with_them(card: &TouchPoint, other: &TouchPoint) -> bool {
    other.account == card.account
        && other.contact == card.contact
        && !other.tact
        && super::plan::is_outward(card.action)
        && one_contact::is_under_way(other)
}

/// Adds the event of `card` to the open card `other`; gives whether it now tells of it.
fn join(other: &TouchPoint, card: &TouchPoint, lead: &Fit, decisions: &mut Decisions) -> bool {
    let open = matches!(other.state, State::Suggested | State::Checking | State::Ready | State::Accepted);
    if !open || other.account != card.account {
        return false;
    }
    if card.signals.iter().all(|signal| other.signals.contains(signal)) {
        return true;
    }
    if decisions.is_touched(other.id) {
        return false;
    }
    let account = lead.part.account;
    let words = compose::words_of_event(account, lead.part);
    let mut next = other.clone();
    // Another report of what the card is about anyway brings its quote, and nothing to say besides.
    if !other.title.contains(&compose::phrases_for(account, lead.part).headline) {
        next.talking_points.extend(words.fill(wording::ALSO_TOLD));
        wording::tell_once(&mut next.talking_points);
    }
    let new =
        card.evidence.iter().filter(|quote| !other.evidence.iter().any(|known| compose::same_quote(known, quote)));
    next.evidence.extend(new.take(1).cloned());
    next.evidence.truncate(compose::MOST_QUOTES);
    next.signals.extend(card.signals.iter().filter(|signal| !other.signals.contains(signal)).cloned());
    let note = Some("another event within the cooldown".to_owned());
    let change = life::changed(other, next, Step::Updated, note, decisions.who, decisions.occasion.now);
    decisions.change(other, change);
    true
}

/// A contact that was planned anyway is made on the news: the planned card goes, the news card says what it stood for.
pub(super) fn pull_forward(mut card: TouchPoint, decisions: &mut Decisions) -> TouchPoint {
    if card.backfilled || card.action == Action::Battlecard {
        return card;
    }
    let occasion = decisions.occasion;
    let planned = occasion.recent.iter().filter(|other| {
        other.account == card.account
            && is_planned(other)
            && matches!(other.state, State::Suggested | State::Checking | State::Ready)
    });
    for other in planned.cloned().collect::<Vec<_>>() {
        if !card.tact {
            card.talking_points.push(format!("Inside: takes the place of a planned contact. {}", other.why));
        }
        card.stands_for.push(other.cause.clone());
        card.stands_for.extend(other.stands_for.iter().cloned());
        let reason = format!("made on the news instead: {}", card.title);
        if let Ok(change) = life::step(&other, &Command::Withdraw { reason }, decisions.who, occasion.now) {
            decisions.change(&other, change);
        }
    }
    card
}

/// What holds a contact about bad news up is looked at for that contact: a check inside that another system's word made
/// is no card beside it.
fn take_along(mut card: TouchPoint, play: &Play, decisions: &mut Decisions) -> TouchPoint {
    if card.backfilled || !card.tact || !super::gate::is_outward(card.action) {
        return card;
    }
    let occasion = decisions.occasion;
    let waits = |other: &&TouchPoint| matches!(other.state, State::Suggested | State::Checking | State::Ready);
    let own = occasion.recent.iter().filter(|other| other.account == card.account && !other.backfilled);
    let checks = own.filter(waits).filter(|other| {
        occasion.playbook.get(&other.play).is_some_and(|check| is_part_of(check, play))
            && other.cause.starts_with("fact:")
    });
    for other in checks.cloned().collect::<Vec<_>>() {
        let new = other.questions.iter().filter(|question| question.starts_with("Inside: "));
        let new: Vec<String> = new.filter(|question| !card.questions.contains(question)).cloned().collect();
        card.questions.extend(new);
        card.stands_for.push(other.cause.clone());
        let reason = format!("looked at for the contact about bad news: {}", card.title);
        if let Ok(change) = life::step(&other, &Command::Withdraw { reason }, decisions.who, occasion.now) {
            decisions.change(&other, change);
        }
    }
    card
}

/// A check inside on something that the gate of a contact looks at anyway, and no graver than that contact.
pub(super) fn is_part_of(check: &Play, contact: &Play) -> bool {
    let gated = |kind: &FactKind| matches!(kind, FactKind::TicketOpened | FactKind::InvoiceOverdue);
    !super::gate::is_outward(check.action)
        && !check.alarm
        && check.when.facts.iter().any(gated)
        && check.when.facts.iter().all(gated)
        && contact.tact
        && super::gate::is_outward(contact.action)
        && check.weight <= contact.weight
}

pub(super) fn is_planned(card: &TouchPoint) -> bool {
    card.cause.starts_with("date:")
}
