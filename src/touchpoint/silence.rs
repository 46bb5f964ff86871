//! Silence that grew longer than the cadence of an account.

use chrono::NaiveDate;

use super::plan::{self, Candidate, Known, Plans};
use super::wording::{Words, shorten};
use super::{Play, Playbook, Settings, compose, priority, sharing, title, told};
use crate::model::{
    Account, AccountId, AccountKind, EvidenceLevel, Field, RelationKind, Time, TouchPoint, TouchPointState as State,
    Watchlist,
};
use crate::text::sanitise::plain_line;

/// The longest quote that is offered as useful, in characters.
const LONGEST_ITEM: usize = 110;

/// Cards for accounts that nobody has contacted for longer than their cadence.
///
/// An account whose last contact is unknown makes none: unknown is not zero days, nor ever so many. One with an open card
/// makes none either: that card is the contact. One silence makes one card; only where it goes on for the whole memory of
/// the settings is there another. What finds no room (2 new a day, the week's aim) waits.
#[must_use]
pub fn silence(
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
    for account in watchlist.accounts() {
        let Some(play) = play_for(account, playbook) else { continue };
        let Some(last) = known.last_contact(account) else { continue };
        let cadence = settings.cadence_of(account);
        let days = (today - last).num_days();
        if days <= cadence.into() || spoken_for(account, last, &known) {
            continue;
        }
        let card = silent_card(account, (playbook, play), last, days, watchlist, recent, settings, now);
        let what = format!("no contact for {days} days");
        let overdue_days = days - i64::from(cadence);
        candidates.push(Candidate { account, card, what, overdue_days, weekly: settings.planned_weekly() });
    }
    plan::let_in(&candidates, watchlist, recent, &known, playbook, settings, now)
}

fn play_for<'a>(account: &Account, playbook: &'a Playbook) -> Option<&'a Play> {
    playbook.plays_for(account).find(|play| play.when.silence)
}

/// A card that is open, or one that this silence made before, speaks for the account.
fn spoken_for(account: &Account, last: NaiveDate, known: &Known) -> bool {
    let start = cause_start(last);
    known.open(account).next().is_some() || known.recent(account).any(|card| card.cause.starts_with(&start))
}

fn cause_start(last: NaiveDate) -> String {
    format!("date:silence:{last}:")
}

#[expect(clippy::too_many_arguments, reason = "all that a silence is judged by; each is of another kind")]
fn silent_card(
    account: &Account,
    (playbook, play): (&Playbook, &Play),
    last: NaiveDate,
    days: i64,
    watchlist: &Watchlist,
    recent: &[TouchPoint],
    settings: &Settings,
    now: Time,
) -> TouchPoint {
    // A card older than the memory is not handed in. Counting the silence in lengths of the memory gives the next card
    // another cause by then, so that the pair of account and cause stays unique.
    let round = days / settings.memory().num_days().max(1);
    let cause = format!("{}{round}", cause_start(last));
    let mut words = compose::words_of(account);
    words.set("event", Some(&format!("no contact for {days} days")));
    words.set("date", Some(&compose::long_date(now.date_naive())));
    words.set("last_contact", Some(&compose::long_date(last)));
    words.set("useful_item", useful_item(account, watchlist, recent).as_deref());
    let mut card = compose::frame(account, cause, (playbook, play), &words, settings, now);
    card.contact = account.first_contact().map(|contact| contact.name.clone());
    card.title = silent_title(account, &card, &words, now.date_naive());
    card.priority = priority::of_plan(play.weight, account, settings, now.date_naive());
    told::remember(&mut card, account, now);
    compose::decide_gate(&mut card);
    card
}

fn silent_title(account: &Account, card: &TouchPoint, words: &Words, today: NaiveDate) -> String {
    let event = words.get("event").unwrap_or_default();
    title::title(card.action, card.contact.as_deref(), compose::firm(account), event, today)
}

/// What was found worth sharing with others of the account's own field, else the newest headline about a partner there:
/// something to pass on that is no pitch.
pub(super) fn useful_item(account: &Account, watchlist: &Watchlist, recent: &[TouchPoint]) -> Option<String> {
    let industries: Vec<&AccountId> = account.related(RelationKind::InIndustry).collect();
    let near = |id: &AccountId| {
        watchlist.get(id).is_some_and(|other| match other.kind {
            AccountKind::Partner => other.related(RelationKind::InIndustry).any(|own| industries.contains(&own)),
            AccountKind::Topic => industries.contains(&&other.id),
            _ => false,
        })
    };
    if let Some(told) = sharing::shared_in_field(account, recent).find_map(|card| card.evidence.first()) {
        return Some(format!("“{}”", shorten(&plain_line(&told.quote), LONGEST_ITEM)));
    }
    let told = recent.iter().rev().filter(|card| near(&card.account) && !card.tact && card.state != State::Withdrawn);
    told.flat_map(|card| &card.evidence)
        .find(|quote| quote.span.field == Field::Title && quote.level != EvidenceLevel::HeadlineOnly)
        .map(|quote| format!("“{}”", plain_line(&quote.quote)))
}
