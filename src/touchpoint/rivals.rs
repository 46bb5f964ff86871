//! A competitor's moves, for the clients that are exposed to it: few cards, and a word on the others' next ones.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use chrono::TimeDelta;

use super::capacity::Load;
use super::parts::Part;
use super::suggest::{Decisions, is_bought_client};
use super::triage::{self, Fit};
use super::{Occasion, Relation, compose, hold, one_contact, refresh, story_cause};
use crate::model::{Account, AccountKind, Action, RelationKind, TouchPoint, TouchPointState as State};

/// For how long a rival's move is worth a word on another card.
const TOLD_FOR: TimeDelta = TimeDelta::days(30);

/// Moves of rivals mentioned on one card.
const MOST_MOVES: usize = 2;

/// Client cards about the competitors' moves in this story: for each owner at most a few, within the caps.
///
/// These cards are the program's own idea, so they keep to the caps. Clients left out lose nothing: the move is a
/// talking point of their next card. Where a client is bought in this story, that is the news; there is none beside it.
pub(super) fn answer(parts: &[Part], decisions: &mut Decisions) {
    let occasion = decisions.occasion;
    follow_known(parts, decisions);
    if parts.iter().any(is_bought_client) {
        return;
    }
    let mut burden = Load::of(occasion.recent, occasion.now);
    for part in parts {
        let fits = good(part, occasion);
        let Some((lead, support)) = fits.split_first() else { continue };
        if part.signal.backfilled {
            continue;
        }
        let mut by_owner: BTreeMap<Option<&str>, Vec<&Account>> = BTreeMap::new();
        for client in most_exposed(part.account, occasion) {
            by_owner.entry(client.owner.as_deref()).or_default().push(client);
        }
        for (owner, clients) in by_owner {
            let known = occasion.existing.iter().chain(decisions.born());
            let known = known.filter(|card| card.owner.as_deref() == owner && is_about_rival(card, occasion)).count();
            let mut room = (occasion.settings.rival_cards as usize).saturating_sub(known);
            for client in clients {
                let settings = occasion.settings;
                if room == 0 || !burden.has_room(owner, settings.weekly_capacity, settings) {
                    break;
                }
                if is_free(client, lead, parts, decisions) {
                    let card = compose::from_events(client, story_cause(occasion.story), lead, support, occasion);
                    // A deputy may stand in: the room is that of whoever gets it.
                    let owner = card.owner.clone();
                    if burden.has_room(owner.as_deref(), settings.weekly_capacity, settings) {
                        burden.add(owner.as_deref());
                        decisions.bear(card);
                        room -= 1;
                    }
                }
            }
        }
    }
}

/// The plays by which the moves of competitors in this story concern `account`, where it is exposed to them.
pub(super) fn fits_for<'a>(account: &Account, parts: &'a [Part<'a>], occasion: &Occasion<'a>) -> Vec<Fit<'a>> {
    let moves = parts.iter().filter(|part| part.account.kind == AccountKind::Competitor);
    let moves = moves.filter(|part| account.kind == AccountKind::Client && exposure(account, part.account) > 0);
    moves.flat_map(|part| good(part, occasion)).filter(|fit| fit.play.relation.contains(&account.kind)).collect()
}

/// Who gets a card about `account`: its owner; of a competitor without one, the owner of the client most exposed to it.
pub(super) fn owner_of(account: &Account, occasion: &Occasion) -> Option<String> {
    account.owner.clone().or_else(|| {
        let competitor = account.kind == AccountKind::Competitor;
        let exposed = if competitor { most_exposed(account, occasion) } else { Vec::new() };
        exposed.into_iter().find_map(|client| client.owner.clone())
    })
}

/// What rivals did lately that the client may bring up, newest first.
pub(super) fn moves_to_know(account: &Account, occasion: &Occasion) -> Vec<String> {
    let since = occasion.now - TOLD_FOR;
    let cause = story_cause(occasion.story);
    let newest_first = occasion.recent.iter().rev();
    let moves = newest_first.filter(|card| {
        card.action == Action::Battlecard
            && card.created > since
            && card.cause != cause
            && !matches!(card.state, State::Dismissed | State::Withdrawn)
            && concerns_clients(card, occasion)
            && occasion.watchlist.get(&card.account).is_some_and(|rival| exposure(account, rival) > 0)
    });
    let told = moves.map(|card| {
        let what = card.title.strip_prefix(Action::Battlecard.verb()).unwrap_or(&card.title).trim_start();
        format!("Inside: {what}. Listen for it, do not name them.")
    });
    told.take(MOST_MOVES).collect()
}

/// New words on the cards that this story made before for clients without a part of their own.
fn follow_known(parts: &[Part], decisions: &mut Decisions) {
    let occasion = decisions.occasion;
    for card in occasion.existing.iter().filter(|card| is_about_rival(card, occasion)) {
        if parts.iter().any(|part| part.account.id == card.account) {
            continue;
        }
        let Some(account) = occasion.watchlist.get(&card.account) else { continue };
        let mut fits = fits_for(account, parts, occasion);
        triage::order_by_gravity(&mut fits);
        if let Some((lead, support)) = fits.split_first() {
            let fresh = compose::from_events(account, card.cause.clone(), lead, support, occasion);
            refresh::refresh(card, fresh, decisions);
        }
    }
}

/// The client plays for this part that are good enough, gravest first.
fn good<'a>(part: &'a Part<'a>, occasion: &Occasion<'a>) -> Vec<Fit<'a>> {
    let mut fits: Vec<Fit> =
        triage::rival_plays(occasion, part).filter(|fit| triage::judge(fit, occasion).is_ok()).collect();
    triage::order_by_gravity(&mut fits);
    fits
}

/// Nothing else speaks to this client now.
fn is_free(client: &Account, lead: &Fit, parts: &[Part], decisions: &Decisions) -> bool {
    let occasion = decisions.occasion;
    let Occasion { recent, playbook, settings, now, .. } = *occasion;
    lead.play.relation.contains(&client.kind)
        && !parts.iter().any(|part| part.account.id == client.id)
        && decisions.existing(&client.id).is_none()
        && !decisions.born().any(|card| card.account == client.id)
        && !hold::is_cooling(&client.id, recent, settings, now)
        && !recent.iter().any(|card| card.account == client.id && one_contact::is_under_way(card))
        && hold::muted_until(&client.id, recent, playbook, settings, now).is_none()
}

/// Clients exposed to the competitor, those with the closest tie first, then by renewal, tier and value.
fn most_exposed<'a>(competitor: &Account, occasion: &Occasion<'a>) -> Vec<&'a Account> {
    let today = occasion.now.date_naive();
    let mut exposed = occasion.watchlist.exposed_to(competitor);
    exposed.sort_by(|one, other| {
        let key = |client: &Account| {
            let renewal = client.renewal.filter(|day| *day >= today);
            (Reverse(exposure(client, competitor)), renewal.is_none(), renewal, client.tier)
        };
        let value = |client: &Account| client.yearly_value.unwrap_or(0.0);
        key(one).cmp(&key(other)).then_with(|| value(other).total_cmp(&value(one))).then_with(|| one.id.cmp(&other.id))
    });
    exposed
}

/// How close the tie is: uses it, buys from it, works in the same industry, or not at all (0).
fn exposure(client: &Account, competitor: &Account) -> u8 {
    let tied = |kind| client.related(kind).any(|other| *other == competitor.id);
    let industry = || {
        let mut own = client.related(RelationKind::InIndustry);
        own.any(|own| competitor.related(RelationKind::InIndustry).any(|other| own == other))
    };
    match () {
        () if tied(RelationKind::Uses) => 3,
        () if tied(RelationKind::CustomerOf) => 2,
        () if industry() => 1,
        () => 0,
    }
}

fn is_about_rival(card: &TouchPoint, occasion: &Occasion) -> bool {
    occasion.playbook.get(&card.play).is_some_and(|play| play.when.whose == Relation::Rival)
}

fn concerns_clients(card: &TouchPoint, occasion: &Occasion) -> bool {
    card.signal_type.is_some_and(|kind| {
        let mut plays = occasion.playbook.plays.iter().filter(|play| play.when.whose == Relation::Rival);
        plays.any(|play| play.when.types.contains(&kind))
    })
}
