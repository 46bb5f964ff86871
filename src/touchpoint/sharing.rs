//! Stories about topics that are worth sharing with clients of that field: few cards, and a word on the others' next ones.

use std::collections::BTreeMap;

use chrono::TimeDelta;

use super::capacity::Load;
use super::life::{self, Command};
use super::suggest::Decisions;
use super::topic_news::TopicNews;
use super::wording::counted;
use super::{Occasion, Play, Playbook, Settings, compose, hold, priority, refresh, share_card, story_cause, triage};
use crate::model::{
    Account, AccountKind, Action, Direction, Manner, RelationKind, Signal, SignalId, SignalType, Status, Step, Tier,
    Time, TouchPoint, TouchPointState as State, Watchlist,
};
use crate::text::sanitise::plain_line;

/// For how long a story on a topic is worth a word on another card.
const TOLD_FOR: TimeDelta = TimeDelta::days(30);

/// Share cards for the topics of this story: for each owner at most a few, within the caps; no client gets two.
///
/// These cards are the program's own idea. Clients left out lose nothing: the story is named on an open card of theirs, or
/// on their next one.
pub(super) fn answer(decisions: &mut Decisions) {
    let occasion = decisions.occasion;
    for news in occasion.topics {
        let worth = worth(news, occasion.signals, occasion.watchlist, occasion.playbook, occasion.now);
        follow_known(news, &worth, decisions);
        match worth {
            Ok(play) => share(news, play, decisions),
            Err(Some((play, reason))) => decisions.refuse(&news.topic, &play.id, reason),
            Err(None) => {}
        }
    }
}

/// The play by which this news is worth sharing, the gravest.
///
/// # Errors
/// The play that would have led, and what speaks against it; none where no play is for this topic.
pub fn worth<'a>(
    news: &TopicNews,
    signals: &[Signal],
    watchlist: &Watchlist,
    playbook: &'a Playbook,
    now: Time,
) -> Result<&'a Play, Option<(&'a Play, String)>> {
    let mut plays: Vec<&Play> = playbook.plays.iter().filter(|play| is_for(play, news, watchlist)).collect();
    plays.sort_by(|one, other| other.weight.total_cmp(&one.weight));
    let mut against = None;
    for play in plays {
        match judge(news, play, signals, watchlist, now) {
            Ok(()) => return Ok(play),
            Err(reason) => against = Some((play, reason)),
        }
    }
    Err(against)
}

/// The accounts that news of `topic` fits by this play, best first: those of that field, by silence, tier and renewal.
/// What an account itself is in the news for is no news to it.
#[must_use]
pub fn fitting<'a>(
    news: &TopicNews,
    play: &Play,
    watchlist: &'a Watchlist,
    settings: &Settings,
    now: Time,
) -> Vec<&'a Account> {
    let today = now.date_naive();
    let fits = watchlist.accounts().iter().filter(|account| {
        let tiers = &play.when.tiers;
        play.relation.contains(&account.kind)
            && (tiers.is_empty() || tiers.contains(&account.tier))
            && account.related(RelationKind::InIndustry).any(|own| *own == news.topic)
            && news.named.get(&account.id) != Some(&true)
    });
    let mut fits: Vec<(f64, &Account)> =
        fits.map(|account| (priority::of_plan(play.weight, account, settings, today).total, account)).collect();
    fits.sort_by(|(one, account), (other, second)| other.total_cmp(one).then_with(|| account.id.cmp(&second.id)));
    fits.into_iter().map(|(_, account)| account).collect()
}

/// What was found worth sharing lately with others of this account's field, for its next card; it had no card of it.
pub(super) fn worth_telling(account: &Account, occasion: &Occasion) -> Option<String> {
    let since = occasion.now - TOLD_FOR;
    let own_cause = story_cause(occasion.story);
    let card = shared_in_field(account, occasion.recent)
        .find(|card| card.created > since && card.cause != own_cause)
        .filter(|_| account.kind == AccountKind::Client)?;
    Some(worth_a_word(&share_card::told(card)?))
}

/// Share cards of other accounts on topics of this account's field that it had no card of, newest first.
pub(super) fn shared_in_field<'a>(
    account: &'a Account,
    recent: &'a [TouchPoint],
) -> impl Iterator<Item = &'a TouchPoint> {
    let fields = move |card: &TouchPoint| {
        let story = card.cause.strip_prefix("story:").unwrap_or_default().into();
        let mut fields = account.related(RelationKind::InIndustry);
        fields.any(|topic| card.signals.contains(&SignalId::of(&story, topic, "topic")))
    };
    recent.iter().rev().filter(move |card| {
        card.account != account.id
            && !matches!(card.state, State::Withdrawn | State::Dismissed)
            && fields(card)
            && !recent.iter().any(|own| own.account == account.id && own.cause == card.cause)
    })
}

fn worth_a_word(told: &str) -> String {
    format!("Worth sharing: {told}")
}

fn is_for(play: &Play, news: &TopicNews, watchlist: &Watchlist) -> bool {
    let when = &play.when;
    let marked = || watchlist.get(&news.topic).is_some_and(|topic| topic.tier == Tier::A);
    when.topic && (when.topics.is_empty() || when.topics.contains(&news.topic)) && (!when.marked || marked())
}

/// Whether the news is good enough to be passed on.
///
/// # Errors
/// The reason against it, for a person.
fn judge(news: &TopicNews, play: &Play, signals: &[Signal], watchlist: &Watchlist, now: Time) -> Result<(), String> {
    if let Some(reason) = news.unfit {
        return Err(reason.to_owned());
    }
    stays_fit(news, signals, watchlist)?;
    if news.origins < play.min_origins {
        let told_by = counted(news.origins.into(), "independent publisher");
        return Err(format!("told by {told_by}, {} needed", play.min_origins));
    }
    let age = triage::days_since(news.first_at, now);
    match play.max_age_days {
        Some(most) if age > most.into() => Err(format!("stale: {age} days old, at most {most} count")),
        _ => Ok(()),
    }
}

/// What must hold of a story for as long as a card about it is open: nobody is hurt or praised by it whom we must not
/// speak of, and nothing in it is doubted.
fn stays_fit(news: &TopicNews, signals: &[Signal], watchlist: &Watchlist) -> Result<(), String> {
    // What is claimed of the topic itself is what the report is about.
    let of_firm = |id| watchlist.get(id).is_none_or(|account| account.kind != AccountKind::Topic);
    for signal in signals.iter().filter(|signal| of_firm(&signal.account)) {
        let name = watchlist.get(&signal.account).map_or(signal.account.as_str(), compose::firm);
        if !triage::stands(signal) || signal.status == Status::Rumoured {
            return Err(format!("what it says of {name} is a rumour, denied or taken back"));
        }
        if is_bad(signal) {
            return Err(format!("bad news about {name}"));
        }
    }
    let rival = |id| watchlist.get(id).filter(|account| account.kind == AccountKind::Competitor);
    let told_of = signals.iter().map(|signal| &signal.account);
    let about = news.named.iter().filter(|(_, about)| **about).map(|(account, _)| account);
    match told_of.chain(about).find_map(rival) {
        Some(rival) => Err(format!("it speaks for a competitor, {}", compose::firm(rival))),
        None => Ok(()),
    }
}

/// Nobody is glad when this is passed around about them.
fn is_bad(signal: &Signal) -> bool {
    match signal.kind {
        SignalType::Layoffs
        | SignalType::Closure
        | SignalType::Distress
        | SignalType::Legal
        | SignalType::Regulatory
        | SignalType::Breach
        | SignalType::Outage
        | SignalType::Recall
        | SignalType::Reputation
        | SignalType::LaborDispute
        | SignalType::ContractLoss
        | SignalType::ProductEnd => true,
        SignalType::Earnings | SignalType::MarketMove => signal.direction == Some(Direction::Down),
        SignalType::LeadershipChange => matches!(signal.manner, Some(Manner::Deceased | Manner::Dismissed)),
        _ => false,
    }
}

/// Cards that this story made before: those on news that is none any more go, the others get new evidence.
fn follow_known(news: &TopicNews, worth: &Result<&Play, Option<(&Play, String)>>, decisions: &mut Decisions) {
    let occasion = decisions.occasion;
    for card in occasion.existing.iter().filter(|card| card.signals.contains(&news.id) && is_share(card, occasion)) {
        let own = occasion.signals.iter().any(|signal| signal.account == card.account);
        if decisions.is_touched(card.id) || own {
            continue;
        }
        if let Err(reason) = stays_fit(news, occasion.signals, occasion.watchlist) {
            let command = Command::Withdraw { reason: format!("no longer to be shared: {reason}") };
            if let Ok(change) = life::step(card, &command, decisions.who, occasion.now) {
                decisions.change(card, change);
            }
            continue;
        }
        let (Ok(play), Some(account)) = (worth, occasion.watchlist.get(&card.account)) else { continue };
        if play.id == card.play && !news.evidence.is_empty() {
            let fresh = TouchPoint {
                talking_points: card.talking_points.clone(),
                ..share_card::card(account, news, play, &[], occasion)
            };
            refresh::refresh(card, fresh, decisions);
        }
    }
}

/// How a client stands to one more card.
enum Standing<'a> {
    /// It may have one; a planned contact of the same kind is made with it.
    Free,
    /// This open card is the contact; it takes a word of the story.
    Open(&'a TouchPoint),
    /// Not now, and why.
    Not(String),
}

fn share(news: &TopicNews, play: &Play, decisions: &mut Decisions) {
    let occasion = decisions.occasion;
    let mut burden = Load::of(occasion.recent, occasion.now);
    let mut by_owner: BTreeMap<Option<&str>, Vec<&Account>> = BTreeMap::new();
    for client in fitting(news, play, occasion.watchlist, occasion.settings, occasion.now) {
        if !has_card(client, decisions) {
            by_owner.entry(client.owner.as_deref()).or_default().push(client);
        }
    }
    for (owner, clients) in by_owner {
        let known = occasion.existing.iter().chain(decisions.born());
        let known = known.filter(|card| card.owner.as_deref() == owner && is_share(card, occasion)).count();
        let mut room = (occasion.settings.share_cards as usize).saturating_sub(known);
        let mut chosen: Vec<&Account> = Vec::new();
        for client in &clients {
            match standing(client, play, occasion) {
                Standing::Free
                    if room > 0 && burden.has_room(owner, occasion.settings.planned_weekly(), occasion.settings) =>
                {
                    chosen.push(client);
                    burden.add(owner);
                    room -= 1;
                }
                Standing::Free => {
                    let reason = "no room: on the next card of the account".to_owned();
                    decisions.refuse(&client.id, &play.id, reason);
                }
                Standing::Open(card) => {
                    tell_on(card, news, decisions);
                    decisions.refuse(&client.id, &play.id, format!("on the open card {}", card.id));
                }
                Standing::Not(reason) => decisions.refuse(&client.id, &play.id, reason),
            }
        }
        let others: Vec<&Account> =
            clients.iter().copied().filter(|client| chosen.iter().all(|one| one.id != client.id)).collect();
        for client in chosen {
            let card = share_card::card(client, news, play, &others, occasion);
            let card = hold::pull_forward(card, decisions);
            decisions.bear(card);
        }
    }
}

fn has_card(client: &Account, decisions: &Decisions) -> bool {
    decisions.existing(&client.id).is_some() || decisions.born().any(|card| card.account == client.id)
}

fn standing<'a>(client: &Account, play: &Play, occasion: &Occasion<'a>) -> Standing<'a> {
    let Occasion { recent, playbook, settings, now, .. } = *occasion;
    let own = || recent.iter().rev().filter(|card| card.account == client.id && !card.backfilled);
    if let Some(until) = hold::muted_until(&client.id, recent, playbook, settings, now) {
        return Standing::Not(format!("nothing but condolences until {until}"));
    }
    let grave = own().filter(|card| card.tact && !matches!(card.state, State::Withdrawn | State::Dismissed));
    let workdays = settings.workdays(client.owner.as_deref());
    let until = |card: &TouchPoint| workdays.after(card.created.date_naive(), settings.no_selling_days);
    if let Some(card) = { grave }.find(|card| !card.state.is_closed() || until(card) >= now.date_naive()) {
        return Standing::Not(format!("they have other things on their minds: {}", card.title));
    }
    let days = play.cooldown_days.unwrap_or(settings.cooldown_days);
    let since = now - TimeDelta::days(days.into());
    let mut shared = own().filter(|card| card.created > since && hold::counts(card) && is_share(card, occasion));
    if let Some(card) = shared.next() {
        return Standing::Not(format!(
            "one share in {}: there was one on {}",
            counted(days.into(), "day"),
            card.created.date_naive()
        ));
    }
    let open = own().filter(|card| !card.state.is_closed() && card.action != Action::Battlecard);
    let mut open = open.filter(|card| super::gate::is_outward(card.action) && !gives_way(card));
    match open.next() {
        Some(card) if card.state == State::Snoozed => Standing::Not("a card of theirs is put off".to_owned()),
        Some(card) => Standing::Open(card),
        None if hold::is_cooling(&client.id, own().filter(|card| !gives_way(card)), settings, now) => {
            Standing::Not("cooldown of an earlier card".to_owned())
        }
        None => Standing::Free,
    }
}

/// A planned contact that was to bring something useful anyway: this is it.
fn gives_way(card: &TouchPoint) -> bool {
    card.action == Action::Share
        && hold::is_planned(card)
        && matches!(card.state, State::Suggested | State::Checking | State::Ready)
}

/// A word of the story on a card that is open anyway, once.
fn tell_on(card: &TouchPoint, news: &TopicNews, decisions: &mut Decisions) {
    let Some(told) = news.evidence.first().map(|quote| share_card::source_line(&news.headline, quote)) else { return };
    let point = worth_a_word(&told);
    let known = card.talking_points.iter().any(|known| known.starts_with(&worth_a_word("")));
    let banned = super::banned_phrase(&point, card, decisions.occasion.playbook).is_some();
    if known || banned || card.talking_points.len() >= compose::MOST_POINTS || decisions.is_touched(card.id) {
        return;
    }
    let mut next = card.clone();
    next.talking_points.push(point);
    let note = Some(format!("worth sharing: {}", plain_line(&news.headline)));
    let change = life::changed(card, next, Step::Updated, note, decisions.who, decisions.occasion.now);
    decisions.change(card, change);
}

fn is_share(card: &TouchPoint, occasion: &Occasion) -> bool {
    occasion.playbook.get(&card.play).is_some_and(|play| play.when.topic)
}
