//! A page of the inbox: cards in the order to work through them, with what a row shows of each.

use std::collections::{BTreeMap, HashSet};

use serde::Serialize;

use super::CLOSED_SHOWN;
use crate::config::Config;
use crate::model::{AccountKind, Evidence, Mention, StoryId, Time, TouchPoint, TouchPointId, TouchPointState as State};
use crate::pipeline::inbox::InboxError;
use crate::store::{Session, Store, articles, stories, touchpoints};
use crate::touchpoint::priority::{self, Tiers};

/// Which cards.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Pile {
    /// To be done, accepted or at the gate.
    #[default]
    Waiting,
    /// At the gate.
    Gate,
    /// A person does them.
    Accepted,
    /// No room for them yet.
    Later,
    /// Put off.
    Snoozed,
    /// Closed lately.
    Closed,
}

impl Pile {
    /// Every pile with the word used in addresses.
    pub const ALL: &[(Self, &str)] = &[
        (Self::Waiting, "waiting"),
        (Self::Gate, "gate"),
        (Self::Accepted, "accepted"),
        (Self::Later, "later"),
        (Self::Snoozed, "snoozed"),
        (Self::Closed, "closed"),
    ];

    fn holds(self, state: State) -> bool {
        match self {
            Self::Waiting => matches!(state, State::Ready | State::Accepted | State::Checking),
            Self::Gate => state == State::Checking,
            Self::Accepted => state == State::Accepted,
            Self::Later => state == State::Suggested,
            Self::Snoozed => state == State::Snoozed,
            Self::Closed => state.is_closed(),
        }
    }
}

/// What is asked for.
#[derive(Clone, Debug, Default)]
pub struct Asked {
    /// Which cards.
    pub pile: Pile,
    /// Only those of this owner; empty stands for those without one.
    pub owner: Option<String>,
    /// Whose cards come before those of others, after the alarms.
    pub mine: Option<String>,
    /// Only those of accounts of this kind.
    pub kind: Option<AccountKind>,
    /// Go on after this card, which stood at this place.
    pub after: Option<(usize, TouchPointId)>,
    /// Rows at most.
    pub limit: usize,
}

/// A page of the inbox.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Sheet {
    /// The rows, in order.
    pub rows: Vec<Row>,
    /// Cards of the pile under the filters, on all pages.
    pub total: usize,
    /// Place of the first row among them, from 0.
    pub first: usize,
    /// Place and id of the last row, where more follow.
    pub next: Option<(usize, TouchPointId)>,
    /// How many cards each pile holds under the filters; closed ones are not counted.
    pub piles: Vec<(Pile, usize)>,
    /// Every owner of an open card, with how many they have.
    pub owners: Vec<(Option<String>, usize)>,
}

/// A card in the list.
#[derive(Clone, Debug, Serialize)]
pub struct Row {
    /// The card.
    pub card: TouchPoint,
    /// Name of its account.
    pub account: String,
    /// What the account is to us, where it is still watched.
    pub kind: Option<AccountKind>,
    /// The quote that proves most.
    pub best: Option<Evidence>,
    /// Byte ranges of its words that are the account's name.
    pub marks: Vec<(usize, usize)>,
    /// Independent publishers beside that of the quote.
    pub more: usize,
}

/// A page of the inbox, in one reading of the database.
///
/// # Errors
/// Where the database refuses.
pub async fn sheet(store: &Store, config: &Config, asked: &Asked, now: Time) -> Result<Sheet, InboxError> {
    let mut session = store.read().await?;
    let mut cards = touchpoints::in_states(&mut session, OPEN).await?;
    if asked.pile == Pile::Closed {
        let closed = touchpoints::changed_since(&mut session, now - CLOSED_SHOWN).await?;
        cards.extend(closed.into_iter().filter(|card| card.state.is_closed()));
    }
    let owners = owners(&cards);
    cards.retain(|card| fits(card, asked, config));
    let mut piles: Vec<_> =
        Pile::ALL.iter().map(|(pile, _)| (*pile, 0)).filter(|(pile, _)| *pile != Pile::Closed).collect();
    for (pile, count) in &mut piles {
        *count = cards.iter().filter(|card| pile.holds(card.state)).count();
    }
    cards.retain(|card| asked.pile.holds(card.state));
    let order = in_order(&cards, asked, config);
    let first = asked.after.map_or(0, |(place, id)| {
        // The card may have left the list since: then those that followed it have moved up by one.
        order.iter().position(|at| cards[*at].id == id).map_or(place, |place| place + 1)
    });
    let shown = order.iter().skip(first).take(asked.limit);
    let mut sheet = Sheet { total: cards.len(), first, piles, owners, ..Sheet::default() };
    for at in shown {
        sheet.rows.push(row(&mut session, &cards[*at], config).await?);
    }
    let end = first + sheet.rows.len();
    sheet.next = sheet.rows.last().filter(|_| end < cards.len()).map(|row| (end - 1, row.card.id));
    Ok(sheet)
}

const OPEN: &[State] = &[State::Ready, State::Checking, State::Accepted, State::Suggested, State::Snoozed];

fn fits(card: &TouchPoint, asked: &Asked, config: &Config) -> bool {
    let owner = card.owner.as_deref().unwrap_or_default();
    asked.owner.as_deref().is_none_or(|wanted| wanted == owner)
        && asked.kind.is_none_or(|kind| config.watchlist.get(&card.account).is_some_and(|known| known.kind == kind))
}

fn owners(cards: &[TouchPoint]) -> Vec<(Option<String>, usize)> {
    let mut owners = BTreeMap::new();
    for card in cards.iter().filter(|card| !card.state.is_closed()) {
        *owners.entry(card.owner.clone()).or_insert(0) += 1;
    }
    owners.into_iter().collect()
}

/// Closed cards with the latest first, others by rank: alarms, then one's own, then those of others.
fn in_order(cards: &[TouchPoint], asked: &Asked, config: &Config) -> Vec<usize> {
    if asked.pile == Pile::Closed {
        let mut order: Vec<_> = (0..cards.len()).collect();
        order.sort_by_key(|place| (std::cmp::Reverse(cards[*place].updated), cards[*place].id.to_string()));
        return order;
    }
    let tiers: Tiers = config.watchlist.accounts().iter().map(|account| (account.id.clone(), account.tier)).collect();
    let mut order = priority::rank(cards, &tiers);
    if let Some(mine) = &asked.mine {
        order.sort_by_key(|place| (!cards[*place].alarm, cards[*place].owner.as_ref() != Some(mine)));
    }
    order
}

async fn row(session: &mut Session, card: &TouchPoint, config: &Config) -> Result<Row, InboxError> {
    let account = config.watchlist.get(&card.account);
    let best = best(&card.evidence).cloned();
    let marks = match &best {
        // The names were found in the version that is kept; another one may say them elsewhere.
        Some(quote) if is_of(quote, articles::known(session, &quote.article).await?) => {
            marks(quote, card, &articles::mentions(session, &quote.article).await?)
        }
        _ => Vec::new(),
    };
    let story = card.cause.strip_prefix("story:").and_then(|story| story.split(':').next());
    let origins = match story {
        Some(story) => stories::get(session, &StoryId::from(story)).await?.map_or(0, |story| story.origins),
        None => 0,
    };
    let publishers: HashSet<_> = card.evidence.iter().map(|quote| &quote.publisher).collect();
    let sources = publishers.len().max(usize::try_from(origins).unwrap_or(0));
    Ok(Row {
        account: account.map_or_else(|| card.account.0.clone(), |account| account.name.clone()),
        kind: account.map(|account| account.kind),
        more: sources.saturating_sub(1),
        best,
        marks,
        card: card.clone(),
    })
}

/// The first quote of those of which most of the article could be had.
fn best(evidence: &[Evidence]) -> Option<&Evidence> {
    evidence.iter().reduce(|best, next| if next.level > best.level { next } else { best })
}

/// The quote is of the version of its article that is `kept`.
pub(super) fn is_of(quote: &Evidence, kept: Option<(u32, String)>) -> bool {
    kept.is_some_and(|(_, hash)| hash == quote.content_hash)
}

/// Where the quote says the account's name, as byte ranges of the quote.
pub(super) fn marks(quote: &Evidence, card: &TouchPoint, mentions: &[Mention]) -> Vec<(usize, usize)> {
    let span = quote.span;
    let named = mentions.iter().filter(|mention| mention.accepted && mention.account == card.account);
    let inside = named.filter(|mention| {
        mention.span.field == span.field && mention.span.start >= span.start && mention.span.end <= span.end
    });
    inside.map(|mention| (mention.span.start - span.start, mention.span.end - span.start)).collect()
}
