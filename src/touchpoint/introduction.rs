//! After a death: once the days in which an account is left in peace are over, an introduction to whoever carries on.

use chrono::TimeDelta;

use super::plan::{self, Candidate, Known, Plans};
use super::{Play, Playbook, Settings, compose, hand_over, hold, names, priority, title, triage};
use crate::model::{
    Account, AccountId, Manner, Role, Signal, SignalType, Status, Time, TouchPoint, TouchPointState as State, Watchlist,
};

/// Days after the peace within which an introduction still makes sense.
const WITHIN: TimeDelta = TimeDelta::days(30);

/// News of who carries on may be a little older than the card: it was read later than it was told.
const TOLD_BEFORE: TimeDelta = TimeDelta::days(7);

/// Accounts whose days of peace are over, each with the time from which news of who carries on counts.
#[must_use]
pub fn awaited(playbook: &Playbook, recent: &[TouchPoint], settings: &Settings, now: Time) -> Vec<(AccountId, Time)> {
    let over = recent.iter().filter(|card| is_over(card, playbook, settings, now));
    over.map(|card| (card.account.clone(), card.created - TOLD_BEFORE)).collect()
}

/// Cards that introduce us to whoever carries on. `news` are the signals of the awaited accounts; where they name nobody,
/// the card says so in its words. A welcome that came since is the introduction, and while other bad news is open nobody
/// is introduced.
#[must_use]
pub fn introductions(
    watchlist: &Watchlist,
    playbook: &Playbook,
    open: &[TouchPoint],
    recent: &[TouchPoint],
    news: &[Signal],
    settings: &Settings,
    now: Time,
) -> Plans {
    let known = Known::of(open, recent);
    let mut candidates: Vec<Candidate> = Vec::new();
    for card in recent.iter().filter(|card| is_over(card, playbook, settings, now)) {
        let Some(account) = watchlist.get(&card.account) else { continue };
        let Some(play) = playbook.plays_for(account).find(|play| play.when.after_mute) else { continue };
        let cause = cause(card);
        let sad = known.open(account).any(|other| other.tact && other.id != card.id);
        let asked = candidates.iter().any(|one| one.account.id == account.id);
        if sad || asked || known.spoke_of(account, &cause) || was_welcomed(account, card, &known) {
            continue;
        }
        let new = written(account, play, cause, card, news, settings, playbook, now);
        candidates.push(Candidate {
            account,
            what: play.name.clone(),
            card: new,
            overdue_days: 0,
            weekly: settings.weekly_capacity,
        });
    }
    plan::let_in(&candidates, watchlist, recent, &known, playbook, settings, now)
}

/// What the cause of every introduction begins with.
const CAUSE: &str = "date:after:";

fn cause(card: &TouchPoint) -> String {
    format!("{CAUSE}{}", card.cause)
}

/// The card is such an introduction.
pub(super) fn is_one(card: &TouchPoint) -> bool {
    card.cause.starts_with(CAUSE)
}

/// The card left its account in peace, and that is over since a short while.
fn is_over(card: &TouchPoint, playbook: &Playbook, settings: &Settings, now: Time) -> bool {
    let today = now.date_naive();
    hold::mutes_until(card, playbook, settings).is_some_and(|until| until < today && today <= until + WITHIN)
}

/// Somebody new was welcomed since the card.
fn was_welcomed(account: &Account, card: &TouchPoint, known: &Known) -> bool {
    known.recent(account).any(|other| {
        other.id != card.id
            && other.created > card.created
            && other.signal_type == Some(SignalType::LeadershipChange)
            && !other.tact
            && !other.backfilled
            && other.state != State::Withdrawn
    })
}

#[expect(clippy::too_many_arguments, reason = "all that the card is written from; each is of another kind")]
fn written(
    account: &Account,
    play: &Play,
    cause: String,
    sad: &TouchPoint,
    news: &[Signal],
    settings: &Settings,
    playbook: &Playbook,
    now: Time,
) -> TouchPoint {
    let today = now.date_naive();
    let own = || news.iter().filter(|signal| signal.account == account.id);
    let dead = own().find(|signal| sad.signals.contains(&signal.id) && signal.manner == Some(Manner::Deceased));
    let dead = dead.and_then(|signal| signal.person.as_deref());
    let is_dead = |name: &str| dead.is_some_and(|dead| names::same_person(dead, name));
    let carries_on = own()
        .filter(|signal| {
            signal.kind == SignalType::LeadershipChange
                && signal.role == Role::AppointedBy
                && signal.status != Status::Rumoured
                && triage::stands(signal)
                && signal.last_at >= sad.created - TOLD_BEFORE
                && signal.person.as_deref().is_some_and(|person| !is_dead(person))
        })
        .max_by_key(|signal| signal.last_at);
    let person = carries_on.and_then(|signal| signal.person.as_deref());
    let mut words = compose::words_of(account);
    words.set("person", person);
    words.set("event", Some("an introduction"));
    words.set("date", Some(&compose::long_date(today)));
    let mut card = compose::frame(account, cause, (playbook, play), &words, settings, now);
    let stays = || account.contacts.iter().find(|contact| !is_dead(&contact.name)).map(|contact| contact.name.clone());
    card.contact = person.map(str::to_owned).or_else(stays);
    card.signal_type = Some(SignalType::LeadershipChange);
    if let Some(signal) = carries_on {
        card.signals = vec![signal.id.clone()];
        card.evidence = signal.evidence.iter().take(compose::MOST_QUOTES).cloned().collect();
    }
    card.title = title::title(card.action, card.contact.as_deref(), compose::firm(account), &event(person), today);
    card.priority = priority::of_plan(play.weight, account, settings, today);
    compose::decide_gate(&mut card);
    compose::keep_decent(&mut card, &mut std::iter::once(play), playbook);
    hand_over::to_whom_is_there(&mut card, account, play, settings, today);
    card
}

fn event(person: Option<&str>) -> String {
    if person.is_some() { "an introduction".to_owned() } else { "introduction to whoever carries on".to_owned() }
}
