//! Which dates an account has.

use chrono::{Datelike, NaiveDate, TimeDelta};

use super::Date;
use crate::model::Account;
use crate::touchpoint::compose::long_date;
use crate::touchpoint::{Play, Playbook, Settings};

/// How long after its day the first contact with a new client still makes sense.
const WELCOME: TimeDelta = TimeDelta::days(30);

/// The marks of an account, earliest first: so many days after it signed, so many days before its renewal. A mark on a
/// day without work is moved to the working day before: a renewal does not wait. Each holds until the next one begins.
pub(super) fn marks(account: &Account, playbook: &Playbook, settings: &Settings) -> Vec<Date> {
    let mut marks: Vec<Date> = Vec::new();
    for play in playbook.plays_for(account) {
        marks.extend(play.when.signed_days.and_then(|days| after_signing(account, play, days, settings)));
        marks.extend(play.when.renewal_days.and_then(|days| before_renewal(account, play, days, settings)));
    }
    marks.sort_by(|one, other| (one.day, &one.cause).cmp(&(other.day, &other.cause)));
    let starts: Vec<NaiveDate> = marks.iter().map(|mark| start(mark, settings)).collect();
    for (mark, next) in marks.iter_mut().zip(starts.iter().skip(1)) {
        mark.until = mark.until.min(next.pred_opt().unwrap_or(*next)).max(mark.day);
    }
    marks
}

/// The day on which the rhythm of the account asks for a contact again: its cadence after the last one. Where that is not
/// known, the account's own days of the cadence, spread over all accounts, of which the first from `from` on is given.
pub(super) fn rhythm(
    account: &Account,
    last: Option<NaiveDate>,
    playbook: &Playbook,
    settings: &Settings,
    from: NaiveDate,
) -> Option<Date> {
    let cadence = i64::from(settings.cadence_of(account));
    let place = place_of(account);
    let (wished, rule) = if let Some(last) = last {
        (plus(last, cadence), format!("every {cadence} days; last contact on {}", long_date(last)))
    } else {
        let past = (i64::from(from.num_days_from_ce()) - place).rem_euclid(cadence);
        (plus(from, (cadence - past) % cadence), format!("every {cadence} days; last contact unknown"))
    };
    let turn = (i64::from(wished.num_days_from_ce()) - place).div_euclid(cadence);
    let play = whose_turn(account, playbook, turn)?;
    let day = settings.workdays(account.owner.as_deref()).on_or_before(wished);
    let since = last.map_or_else(|| wished.to_string(), |last| last.to_string());
    Some(Date {
        account: account.id.clone(),
        play: play.id.clone(),
        day,
        rule,
        event: play.name.clone(),
        cause: format!("date:rhythm:{since}"),
        until: if last.is_some() { wished } else { NaiveDate::MAX },
    })
}

/// The first day on which the card of a date may be born.
pub(super) fn start(date: &Date, settings: &Settings) -> NaiveDate {
    plus(date.day, -i64::from(settings.lead_days))
}

/// `days` after `day`, or before it; the ends of the calendar hold.
pub(super) fn plus(day: NaiveDate, days: i64) -> NaiveDate {
    let end = if days < 0 { NaiveDate::MIN } else { NaiveDate::MAX };
    TimeDelta::try_days(days).and_then(|days| day.checked_add_signed(days)).unwrap_or(end)
}

fn after_signing(account: &Account, play: &Play, days: u32, settings: &Settings) -> Option<Date> {
    let signed = account.signed?;
    let day = settings.workdays(account.owner.as_deref()).on_or_before(plus(signed, days.into()));
    Some(Date {
        account: account.id.clone(),
        play: play.id.clone(),
        day,
        rule: format!("{days} days after signing on {}", long_date(signed)),
        event: format!("{days} days with us"),
        cause: format!("date:signed:{signed}:{days}"),
        until: day + WELCOME,
    })
}

fn before_renewal(account: &Account, play: &Play, days: u32, settings: &Settings) -> Option<Date> {
    let renewal = account.renewal?;
    let day = settings.workdays(account.owner.as_deref()).on_or_before(plus(renewal, -i64::from(days)));
    Some(Date {
        account: account.id.clone(),
        play: play.id.clone(),
        day,
        rule: format!("{days} days before the renewal on {}", long_date(renewal)),
        event: format!("renewal in {days} days"),
        cause: format!("date:renewal:{renewal}:{days}"),
        until: renewal,
    })
}

/// The play that has this turn. Each of the account's plays comes as often as it says, as evenly as can be: whoever is
/// furthest behind its share is next (smooth weighted round robin, as nginx shares out requests).
fn whose_turn<'a>(account: &Account, playbook: &'a Playbook, turn: i64) -> Option<&'a Play> {
    let plays: Vec<&Play> =
        playbook.plays_for(account).filter(|play| play.when.rhythm && play.times_a_year > 0).collect();
    let all: i64 = plays.iter().map(|play| i64::from(play.times_a_year)).sum();
    let mut owed = vec![0_i64; plays.len()];
    let mut next = None;
    for _ in 0..=turn.checked_rem_euclid(all)? {
        for (owed, play) in owed.iter_mut().zip(&plays) {
            *owed += i64::from(play.times_a_year);
        }
        let place = (0..plays.len()).rev().max_by_key(|place| owed[*place])?;
        owed[place] -= all;
        next = Some(plays[place]);
    }
    next
}

/// A number of the account's own, so that not all accounts get their survey in the same week.
fn place_of(account: &Account) -> i64 {
    let hash = blake3::hash(account.id.as_str().as_bytes());
    hash.as_bytes().iter().take(2).fold(0, |number, byte| (number << 8) | i64::from(*byte))
}
