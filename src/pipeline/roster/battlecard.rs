//! The battlecard log of a competitor: what it did, by whom it is told, and which clients it may reach.

use std::collections::HashMap;

use chrono::NaiveDate;
use serde::Serialize;

use super::desk::{Desk, RosterError};
use crate::address;
use crate::model::{
    Account, AccountId, AccountKind, DismissalCode, EvidenceLevel, RelationKind, Signal, SignalType, Status, Time,
    TouchPoint, TouchPointId, Watchlist,
};
use crate::store::{signals, touchpoints};
use crate::touchpoint::story_cause;

/// What is known of a competitor.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Battlecard {
    /// Which.
    pub account: AccountId,
    /// Its name.
    pub name: String,
    /// First day looked at.
    pub since: NaiveDate,
    /// Clients that it may reach, by name.
    pub exposed: Vec<Exposed>,
    /// What it did, newest first.
    pub entries: Vec<Entry>,
}

/// A client that a competitor may reach.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Exposed {
    /// Which.
    pub account: AccountId,
    /// Its name.
    pub name: String,
    /// Who looks after it.
    pub owner: Option<String>,
    /// What ties the two, closest first.
    pub by: Vec<&'static str>,
    /// The day of its renewal.
    pub renewal: Option<NaiveDate>,
}

/// One move of a competitor.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Entry {
    /// When it was first told.
    pub day: NaiveDate,
    /// What sort of move, for people.
    pub heading: &'static str,
    /// What kind of event.
    pub kind: SignalType,
    /// How far along it is.
    pub status: Status,
    /// What happened, in a few words.
    pub what: String,
    /// The words of the best report, verbatim, on one line.
    pub quote: Option<String>,
    /// Who published them.
    pub publisher: Option<String>,
    /// Where a person reads them.
    pub url: Option<String>,
    /// Independent publishers.
    pub origins: u32,
    /// What to ask ourselves about it.
    pub so_what: Option<String>,
    /// Why it no longer stands; it is shown struck through.
    pub struck: Option<&'static str>,
    /// The card about it.
    pub card: Option<TouchPointId>,
    /// Clients that have a card of their own because of it.
    pub client_cards: Vec<AccountId>,
}

impl Desk {
    /// The battlecard log of competitor `id`, with what was told on and after `since`.
    ///
    /// # Errors
    /// Where no account has this id, it is no competitor, or the database refuses.
    pub async fn battlecard(&self, id: &AccountId, since: NaiveDate) -> Result<Battlecard, RosterError> {
        let mut session = self.store.read().await?;
        let roster = super::effective(&self.files, &mut session).await?;
        let watchlist = &roster.config.watchlist;
        let rival = watchlist.get(id).ok_or_else(|| RosterError::unknown_account(id, &roster))?;
        if rival.kind != AccountKind::Competitor {
            let kind = rival.kind.as_str();
            return Err(RosterError::Wrong(vec![format!("`{id}` is a {kind}: only a competitor has a battlecard")]));
        }
        let zone = self.files.settings.operator.zone();
        let day_of = |at: Time| at.with_timezone(&zone).date_naive();
        let start = Time::from_naive_utc_and_offset(since.into(), chrono::Utc) - chrono::TimeDelta::days(1);
        let mut signals = signals::of_account(&mut session, id, start).await?;
        // Its own pages are about it, whatever they name.
        let counts = |signal: &Signal| signal.about || is_on_own_pages(signal, rival);
        signals.retain(|signal| counts(signal) && day_of(signal.last_at) >= since);
        signals.sort_by(|one, other| (other.first_at, &one.id).cmp(&(one.first_at, &other.id)));
        let mut cards = HashMap::new();
        for signal in &signals {
            if !cards.contains_key(&signal.story) {
                let of_story = touchpoints::of_cause(&mut session, &story_cause(&signal.story)).await?;
                cards.insert(signal.story.clone(), of_story);
            }
        }
        let none = Vec::new();
        let entries = signals
            .iter()
            .map(|signal| entry(signal, cards.get(&signal.story).unwrap_or(&none), watchlist, &day_of))
            .collect();
        Ok(Battlecard {
            account: id.clone(),
            name: rival.name.clone(),
            since,
            exposed: exposed(rival, watchlist),
            entries,
        })
    }
}

fn is_on_own_pages(signal: &Signal, rival: &Account) -> bool {
    let mut domains = signal.evidence.iter().filter_map(|quote| quote.url.as_deref().and_then(address::domain));
    domains.any(|domain| rival.domains.iter().any(|own| address::domain_of_host(own) == domain))
}

/// `cards` are those of the signal's story, of whatever account.
fn entry(signal: &Signal, cards: &[TouchPoint], watchlist: &Watchlist, day_of: &dyn Fn(Time) -> NaiveDate) -> Entry {
    let own = cards.iter().find(|card| card.account == signal.account);
    let is_client = |card: &&TouchPoint| {
        watchlist.get(&card.account).is_some_and(|account| account.kind == AccountKind::Client)
            && card.signals.contains(&signal.id)
    };
    let best = signal.evidence.first();
    Entry {
        day: day_of(signal.first_at),
        heading: heading(signal.kind),
        kind: signal.kind,
        status: signal.status,
        what: what(signal),
        quote: best.map(|evidence| evidence.quote.split_whitespace().collect::<Vec<_>>().join(" ")),
        publisher: best.and_then(|evidence| evidence.publisher.clone()),
        url: best.and_then(|evidence| evidence.url.clone()),
        origins: signal.origins,
        so_what: own.and_then(|card| {
            let mut asked = card.questions.iter().map(|question| question.trim_start_matches("Inside: "));
            asked.find_map(|question| question.strip_prefix("So what: ")).map(str::to_owned)
        }),
        struck: struck(signal, own),
        card: own.map(|card| card.id),
        client_cards: cards.iter().filter(is_client).map(|card| card.account.clone()).collect(),
    }
}

fn what(signal: &Signal) -> String {
    let mut what = signal.kind.as_str().replace('_', " ");
    if let Some(direction) = signal.direction {
        what = format!("{what} ({})", direction.as_str());
    }
    for more in [signal.counterparty.as_deref(), signal.person.as_deref()].into_iter().flatten() {
        what = format!("{what}, {}", crate::text::sanitise::plain_line(more));
    }
    if let Some(amount) = &signal.amount {
        what = format!("{what}, {}", amount.text);
    }
    if signal.status == Status::Rumoured {
        what.push_str(", a rumour");
    } else if signal.origins < 2 && signal.evidence.iter().all(|one| one.level == EvidenceLevel::HeadlineOnly) {
        what.push_str(", a headline only");
    }
    what
}

fn struck(signal: &Signal, card: Option<&TouchPoint>) -> Option<&'static str> {
    match signal.status {
        _ if signal.withdrawn => Some("taken back by a later report"),
        Status::Denied => Some("denied"),
        _ if card.is_some_and(|card| card.dismissal == Some(DismissalCode::WrongCompany)) => Some("another firm"),
        _ => None,
    }
}

fn heading(kind: SignalType) -> &'static str {
    match kind {
        SignalType::ProductLaunch | SignalType::ProductEnd => "Products",
        SignalType::PricingChange => "Prices",
        SignalType::Marketing | SignalType::Award => "Campaigns and prizes",
        SignalType::ContractWin | SignalType::ContractLoss | SignalType::Procurement => "Business won and lost",
        SignalType::LeadershipChange | SignalType::Hiring | SignalType::Layoffs => "People",
        SignalType::Acquisition
        | SignalType::Divestiture
        | SignalType::Funding
        | SignalType::Ipo
        | SignalType::Partnership => "Deals",
        _ => "Other moves",
    }
}

fn exposed(rival: &Account, watchlist: &Watchlist) -> Vec<Exposed> {
    let ties = [(RelationKind::Uses, "uses it"), (RelationKind::CustomerOf, "buys from it")];
    let mut exposed: Vec<Exposed> = watchlist
        .exposed_to(rival)
        .into_iter()
        .map(|client| {
            let own = ties.iter().filter(|(kind, _)| client.related(*kind).any(|other| *other == rival.id));
            let mut by: Vec<&str> = own.map(|(_, word)| *word).collect();
            let mut industries = client.related(RelationKind::InIndustry);
            if industries.any(|own| rival.related(RelationKind::InIndustry).any(|other| own == other)) {
                by.push("same industry");
            }
            Exposed {
                account: client.id.clone(),
                name: client.name.clone(),
                owner: client.owner.clone(),
                by,
                renewal: client.renewal,
            }
        })
        .collect();
    exposed.sort_by(|one, other| one.name.cmp(&other.name));
    exposed
}
