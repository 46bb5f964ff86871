//! Cards whose owner changed or is away.

use chrono::NaiveDate;

use super::life::{self, Change};
use super::{Play, Settings, search_share};
use crate::model::{Account, Actor, Step, Time, TouchPoint, Watchlist};

/// Gives a new card to whoever stands in, where its owner is away: an alarm and what is to be done by the next business day
/// at once, anything else where it would have to wait for `hand_over_days`. Its due day then is reckoned in the deputy's working days.
pub(super) fn to_whom_is_there(
    card: &mut TouchPoint,
    account: &Account,
    play: &Play,
    settings: &Settings,
    today: NaiveDate,
) {
    let owner = card.owner.as_deref();
    if !settings.workdays(owner).is_away(today) {
        return;
    }
    let Some(deputy) = deputy_of(account, owner, settings) else { return };
    let theirs = settings.workdays(Some(deputy));
    let in_time = theirs.after(today, play.due);
    let wait = (card.due - in_time).num_days();
    let urgent = card.alarm || play.due <= 1;
    if theirs.is_away(today) || !(urgent || wait >= i64::from(settings.hand_over_days)) {
        return;
    }
    card.talking_points.push(format!("Inside: {} is away; {deputy} stands in.", owner.unwrap_or("the owner")));
    card.due =
        if card.cause.starts_with("date:") { theirs.after(card.due.min(in_time).max(today), 0) } else { in_time };
    card.owner = Some(deputy.to_owned());
}

/// Open cards whose account has another owner now: they go to the new one. A card that a deputy holds for an owner who is
/// away stays there, and so does what a saved search suggested: the search may name an owner of its own. Where whoever
/// holds a card does not work on its day (it was given away, or an absence was told since), the day moves to the next on
/// which they do.
#[must_use]
pub fn to_new_owners(
    watchlist: &Watchlist,
    open: &[TouchPoint],
    settings: &Settings,
    now: Time,
) -> Vec<(TouchPoint, Change)> {
    let mut changes = Vec::new();
    for card in open.iter().filter(|card| !card.state.is_closed() && !search_share::is_shared(card)) {
        let Some(account) = watchlist.get(&card.account) else { continue };
        let held = card.owner.as_deref();
        let stands_in = |owner| held.is_some() && (held == deputy_of(account, Some(owner), settings));
        let new = account.owner.as_deref().filter(|owner| held != Some(*owner) && !stands_in(*owner));
        let days = settings.workdays(new.or(held));
        let due = if card.due < now.date_naive() { card.due } else { days.after(card.due, 0) };
        let note = match new {
            Some(owner) => format!("handed over from {} to {owner}", held.unwrap_or("nobody")),
            None if due != card.due => format!("moved from {}, on which nobody is there for it", card.due),
            None => continue,
        };
        let owner = new.or(held).map(str::to_owned);
        let next = TouchPoint { owner, due, ..card.clone() };
        let change = life::changed(card, next, Step::Updated, Some(note), &Actor::program("plan"), now);
        changes.push((card.clone(), change));
    }
    changes
}

fn deputy_of<'a>(account: &'a Account, owner: Option<&str>, settings: &'a Settings) -> Option<&'a str> {
    account.deputy.as_deref().or_else(|| settings.owner(owner)?.deputy.as_deref())
}
