//! What waits for a reader, what is overdue, and what changed since they were last told.

use chrono::NaiveDate;

use super::Request;
use crate::config::Config;
use crate::deliver::page::{Block, Page, source};
use crate::model::{Action, Promise, Time, TouchPoint, TouchPointState as State};
use crate::store::{Store, StoreError, follow, touchpoints};
use crate::text::count::counted;
use crate::touchpoint::priority;

/// Cards shown whole; alarms are all shown.
const SHOWN: usize = 5;

/// Lines of any list.
const LINES: usize = 12;

/// What the database holds for a reader.
#[derive(Clone, Debug, Default)]
pub(super) struct Material {
    /// Cards that wait or were accepted.
    pub(super) open: Vec<TouchPoint>,
    /// Promises that are open.
    pub(super) promises: Vec<Promise>,
    /// Cards that changed since.
    pub(super) changed: Vec<TouchPoint>,
}

const OPEN: &[State] = &[State::Checking, State::Ready, State::Accepted];

/// Reads what there is for a reader.
///
/// # Errors
/// Where the database refuses.
pub(super) async fn gather(store: &Store, config: &Config, request: &Request<'_>) -> Result<Material, StoreError> {
    let mut session = store.read().await?;
    let mine = |card: &TouchPoint| !card.backfilled && request.reader.concerns(card.owner.as_deref());
    let mut open = touchpoints::in_states(&mut session, OPEN).await?;
    open.retain(|card| mine(card) && (card.alarm || card.action != Action::Battlecard));
    let tiers = config.watchlist.accounts().iter().map(|account| (account.id.clone(), account.tier)).collect();
    let order = priority::rank(&open, &tiers);
    let open = order.into_iter().filter_map(|place| open.get(place).cloned()).collect();
    let mut promises = follow::promises(&mut session, false).await?;
    promises.retain(|promise| request.reader.concerns(Some(&promise.owner)));
    let mut changed = touchpoints::changed_since(&mut session, request.since).await?;
    changed.retain(mine);
    Ok(Material { open, promises, changed })
}

/// The page; nothing where there is nothing to say. `more` comes last.
pub(super) fn compose(material: &Material, config: &Config, request: &Request<'_>, more: Vec<Block>) -> Option<Page> {
    let today = day(request, request.now);
    let waiting = || material.open.iter().filter(|card| matches!(card.state, State::Ready | State::Checking));
    let alarms: Vec<_> = waiting().filter(|card| card.alarm).collect();
    let others: Vec<_> = waiting().filter(|card| !card.alarm).collect();
    let mut blocks = Vec::new();
    if !alarms.is_empty() {
        blocks.push(Block::Heading("Alarms".to_owned()));
        for card in &alarms {
            show(card, request, &mut blocks);
        }
    }
    let promises: Vec<_> = material.promises.iter().filter(|promise| promise.is_overdue(today)).collect();
    let entries = promises.iter().map(|promise| {
        let name = config.watchlist.get(&promise.account).map_or(promise.account.as_str(), |account| &account.name);
        let late = counted(days(today - promise.by), "day");
        format!("{name}: {} (promised for {}, {late} late)", promise.what, promise.by)
    });
    list("Promises overdue", entries.collect(), &mut blocks);
    let accepted = || material.open.iter().filter(|card| card.state == State::Accepted);
    let late = accepted().filter(|card| card.due < today).map(|card| format!("{} (due {})", card.title, card.due));
    list("Accepted and overdue", late.collect(), &mut blocks);
    let near = accepted().filter(|card| card.due == today).map(|card| card.title.clone());
    list("Accepted, due today", near.collect(), &mut blocks);
    if !others.is_empty() {
        blocks.push(Block::Heading("Begin with".to_owned()));
        others.iter().take(SHOWN).for_each(|card| show(card, request, &mut blocks));
        if let Some(rest) = others.len().checked_sub(SHOWN).filter(|rest| *rest > 0) {
            blocks.push(Block::Text(format!("And {} more in the inbox: tidings inbox list", counted(rest, "card"))));
        }
    }
    list("Changed since the last digest", changes(material, request), &mut blocks);
    blocks.extend(more);
    if blocks.is_empty() {
        return None;
    }
    let what = match (alarms.len(), others.len()) {
        (0, 0) => String::new(),
        (0, others) => format!(": {} to begin with", counted(others, "card")),
        (alarms, 0) => format!(": {}", counted(alarms, "alarm")),
        (alarms, others) => format!(": {}, {}", counted(alarms, "alarm"), counted(others, "card")),
    };
    let zone = request.reader.zone.name();
    blocks.push(Block::Small(format!("As of {} ({zone}).", local(request, request.now))));
    let title = format!("Tidings, {}{what}", today.format("%a %-d %b %Y"));
    Some(Page { title, urgent: !alarms.is_empty(), owner: request.reader.owner.clone(), blocks })
}

/// A card: what to do, why, the quote, and the way back to it.
fn show(card: &TouchPoint, request: &Request<'_>, blocks: &mut Vec<Block>) {
    let gate = if card.state == State::Checking { ", to be checked first" } else { "" };
    blocks.push(Block::Text(format!("{} (by {}{gate})", card.title, card.due)));
    blocks.push(Block::Text(format!("Why now: {}", card.why)));
    blocks.extend(card.evidence.first().map(|evidence| Block::Quote {
        text: evidence.quote.clone(),
        source: source(evidence.publisher.as_deref(), &day(request, evidence.published).to_string()),
        url: evidence.url.clone(),
    }));
    blocks.push(match request.card_url {
        Some(base) => {
            Block::Link { label: "Open the card".to_owned(), url: base.replace("{id}", &card.id.to_string()) }
        }
        None => Block::Small(format!("tidings inbox show {}", card.id)),
    });
}

/// What is no longer so: cards taken back or gone by, and those that others did.
fn changes(material: &Material, request: &Request<'_>) -> Vec<String> {
    let word = |card: &TouchPoint| match card.state {
        State::Withdrawn => Some("taken back"),
        State::Expired => Some("gone by"),
        State::Done => Some("done"),
        _ => None,
    };
    let changed = material.changed.iter().filter(|card| card.updated <= request.now);
    changed.filter_map(|card| Some(format!("{}: {}", word(card)?, card.title))).collect()
}

fn list(heading: &str, mut entries: Vec<String>, blocks: &mut Vec<Block>) {
    if entries.is_empty() {
        return;
    }
    if let Some(rest) = entries.len().checked_sub(LINES).filter(|rest| *rest > 0) {
        entries.truncate(LINES);
        entries.push(format!("and {rest} more"));
    }
    blocks.push(Block::Heading(heading.to_owned()));
    blocks.push(Block::List { heading: String::new(), entries });
}

fn day(request: &Request<'_>, at: Time) -> NaiveDate {
    at.with_timezone(&request.reader.zone).date_naive()
}

fn local(request: &Request<'_>, at: Time) -> String {
    at.with_timezone(&request.reader.zone).format("%Y-%m-%d %H:%M").to_string()
}

fn days(span: chrono::TimeDelta) -> usize {
    usize::try_from(span.num_days()).unwrap_or_default()
}
