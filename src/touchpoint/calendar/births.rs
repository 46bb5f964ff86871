//! Which planned contacts are cards now.

use chrono::NaiveDate;

use super::{Date, ONE_CONTACT, dates};
use crate::model::{Account, Actor, Step, Time, TouchPoint, TouchPointState as State, Watchlist};
use crate::touchpoint::life::{self, Change};
use crate::touchpoint::plan::{self, Candidate, Known, Plans, Waiting};
use crate::touchpoint::{Playbook, Settings, compose, hand_over, introduction, priority, silence, title, told};

/// Cards for the dates whose time has come.
///
/// A date makes one card. While another card of the account is open, that is the contact: it takes a mark with it, and the
/// rhythm is served. A card about bad news takes nothing with it: the mark waits until it is closed. What finds no room
/// (2 new a day, the week's aim; for a renewal the week's capacity) waits too.
#[must_use]
pub fn due(
    watchlist: &Watchlist,
    playbook: &Playbook,
    open: &[TouchPoint],
    recent: &[TouchPoint],
    settings: &Settings,
    now: Time,
) -> Plans {
    let today = now.date_naive();
    let known = Known::of(open, recent);
    let mut candidates = Vec::new();
    let mut changed: Vec<(TouchPoint, Change)> = Vec::new();
    let mut waiting = Vec::new();
    for account in watchlist.accounts() {
        let marks = dates::marks(account, playbook, settings);
        if let Some(mark) = begun(&marks, settings, today).filter(|mark| !known.spoke_of(account, &mark.cause)) {
            match stand_in(mark, account, &known, now) {
                StandIn::Takes(card, change) => changed.push((card.clone(), *change)),
                StandIn::BadNews(card) => waiting.push(behind_bad_news(account, mark, card, today)),
                StandIn::Nobody => {
                    let card = card(account, mark, watchlist, playbook, recent, settings, now);
                    candidates.extend(card.map(|card| candidate(account, mark, card, settings.weekly_capacity, today)));
                }
            }
            continue;
        }
        let last = known.last_contact(account);
        let Some(date) = rhythm_due(account, last, &marks, &known, playbook, settings, today) else { continue };
        let card = card(account, &date, watchlist, playbook, recent, settings, now);
        candidates.extend(card.map(|card| candidate(account, &date, card, settings.planned_weekly(), today)));
    }
    let mut plans = plan::let_in(&candidates, watchlist, recent, &known, playbook, settings, now);
    plans.changed = changed;
    plans.waiting.extend(waiting);
    plans
}

/// The mark whose time it is: the latest that has begun and still makes sense.
fn begun<'a>(marks: &'a [Date], settings: &Settings, today: NaiveDate) -> Option<&'a Date> {
    marks.iter().rev().find(|mark| dates::start(mark, settings) <= today && today <= mark.until)
}

fn rhythm_due(
    account: &Account,
    last: Option<NaiveDate>,
    marks: &[Date],
    known: &Known,
    playbook: &Playbook,
    settings: &Settings,
    today: NaiveDate,
) -> Option<Date> {
    if !settings.rhythm || known.open(account).next().is_some() {
        return None;
    }
    let date = dates::rhythm(account, last, playbook, settings, today)?;
    // Once the cadence is over, silence speaks.
    let come = dates::start(&date, settings) <= today && today <= date.until;
    let near = |mark: &Date| (mark.day - date.day.max(today)).num_days().abs() <= ONE_CONTACT && mark.until >= today;
    (come && !marks.iter().any(near) && !known.spoke_of(account, &date.cause)).then_some(date)
}

/// Whether an open card serves a mark.
enum StandIn<'a> {
    /// This card takes it along.
    Takes(&'a TouchPoint, Box<Change>),
    /// This one must not: it is about bad news.
    BadNews(&'a TouchPoint),
    /// There is none.
    Nobody,
}

fn stand_in<'a>(mark: &Date, account: &Account, known: &Known<'a>, now: Time) -> StandIn<'a> {
    let open = known.open(account).filter(|card| plan::is_outward(card.action) && card.state != State::Snoozed);
    // An introduction after a death is no time to speak of dates either.
    if let Some(sad) = known.open(account).find(|card| card.tact || introduction::is_one(card)) {
        return StandIn::BadNews(sad);
    }
    // One that waits for room comes sooner for it; one that its owner has is surer.
    let Some(card) = open.min_by_key(|card| card.state == State::Suggested) else { return StandIn::Nobody };
    let mut next: TouchPoint = (*card).clone();
    next.stands_for.push(mark.cause.clone());
    next.talking_points.push(format!("Inside: serves the calendar too: {}.", mark.rule));
    let note = Some(format!("takes the place of a planned contact: {}", mark.rule));
    let change = life::changed(card, next, Step::Updated, note, &Actor::program("plan"), now);
    StandIn::Takes(card, Box::new(change))
}

fn behind_bad_news(account: &Account, mark: &Date, card: &TouchPoint, today: NaiveDate) -> Waiting {
    Waiting {
        account: account.id.clone(),
        owner: card.owner.clone(),
        what: mark.event.clone(),
        overdue_days: (today - mark.day).num_days(),
        reason: format!("until the card about bad news is closed ({})", card.title),
    }
}

fn candidate<'a>(account: &'a Account, date: &Date, card: TouchPoint, weekly: u32, today: NaiveDate) -> Candidate<'a> {
    let overdue_days = (today - date.day).num_days();
    Candidate { account, card, what: date.event.clone(), overdue_days, weekly }
}

/// What a date is about, as of today: a mark that is made up for says what is left.
fn event(account: &Account, date: &Date, today: NaiveDate) -> String {
    match account.renewal.filter(|_| date.cause.starts_with("date:renewal:")) {
        Some(renewal) if today > date.day => format!("renewal in {} days", (renewal - today).num_days()),
        _ => date.event.clone(),
    }
}

fn card(
    account: &Account,
    date: &Date,
    watchlist: &Watchlist,
    playbook: &Playbook,
    recent: &[TouchPoint],
    settings: &Settings,
    now: Time,
) -> Option<TouchPoint> {
    let play = playbook.get(&date.play)?;
    let today = now.date_naive();
    let mut words = compose::words_of(account);
    let event = event(account, date, today);
    words.set("event", Some(&event));
    words.set("date", Some(&compose::long_date(date.day)));
    words.set("useful_item", silence::useful_item(account, watchlist, recent).as_deref());
    let mut card = compose::frame(account, date.cause.clone(), (playbook, play), &words, settings, now);
    card.contact = account.first_contact().map(|contact| contact.name.clone());
    card.due = settings.workdays(account.owner.as_deref()).after(date.day.max(today), 0);
    card.title = title::title(card.action, card.contact.as_deref(), compose::firm(account), &event, card.due);
    card.why = compose::join([card.why, format!("By the calendar: {}.", date.rule)]);
    card.priority = priority::of_plan(play.weight, account, settings, today);
    told::remember(&mut card, account, now);
    compose::decide_gate(&mut card);
    compose::keep_decent(&mut card, &mut std::iter::once(play), playbook);
    hand_over::to_whom_is_there(&mut card, account, play, settings, today);
    Some(card)
}
