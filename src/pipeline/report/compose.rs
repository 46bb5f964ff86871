//! From what the database holds to the brief: pure.

use chrono::NaiveDate;

use super::{Brief, Material, Request, happened, quiet, standing, topics};
use crate::model::{Account, AccountId, AccountKind, TouchPoint};

/// Composes the brief.
#[must_use]
pub fn compose(material: &Material, request: &Request) -> Brief {
    let Request { window, owner, now, .. } = *request;
    let (top, waiting) = standing::top(material, request);
    let (rival_moves, rival_moves_in_all) = happened::rival_moves(material, request);
    Brief {
        from: window.from(),
        to: window.to(),
        time_zone: window.zone().name().to_owned(),
        as_of: now,
        owner: owner.map(str::to_owned),
        top,
        waiting,
        promises: standing::promises(material, request),
        overdue: standing::overdue(material, request),
        renewals: standing::renewals(request),
        quiet: quiet::quiet(material, request),
        rival_moves,
        rival_moves_in_all,
        lines: happened::lines(material, request),
        topics: topics::topics(material, request),
        corrections: happened::corrections(material, request),
        outcomes: happened::outcomes(material, request),
        precision: happened::precision(material, request),
        learned: happened::lessons(material, request),
        not_delivered: material.failing.clone(),
    }
}

impl<'a> Request<'a> {
    pub(super) fn today(&self) -> NaiveDate {
        self.window.day(self.now)
    }

    pub(super) fn owns(&self, owner: Option<&str>) -> bool {
        self.owner.is_none() || owner == self.owner
    }

    pub(super) fn clients(&self) -> impl Iterator<Item = &'a Account> + use<'a, '_> {
        let clients = self.watchlist.accounts().iter().filter(|account| account.kind == AccountKind::Client);
        clients.filter(|client| self.owns(client.owner.as_deref()))
    }

    pub(super) fn name(&self, account: &AccountId) -> String {
        self.watchlist.get(account).map_or_else(|| account.0.clone(), |account| account.name.clone())
    }

    /// An account concerns its owner; a rival concerns the owners of clients that are exposed to it.
    pub(super) fn concerns(&self, account: &AccountId) -> bool {
        self.owner.is_none()
            || self.watchlist.get(account).is_some_and(|account| {
                self.owns(account.owner.as_deref())
                    || (account.kind == AccountKind::Competitor && !self.touched_by(account).is_empty())
            })
    }

    /// The competitor with this id, where it concerns the owner.
    pub(super) fn rival(&self, account: &AccountId) -> Option<&'a Account> {
        let rival = self.watchlist.get(account).filter(|account| account.kind == AccountKind::Competitor)?;
        self.concerns(account).then_some(rival)
    }

    pub(super) fn touched_by(&self, rival: &Account) -> Vec<String> {
        let exposed = self.watchlist.exposed_to(rival).into_iter();
        exposed.filter(|client| self.owns(client.owner.as_deref())).map(|client| client.name.clone()).collect()
    }
}

/// The story that a card is about; empty where it is about none.
pub(super) fn story_of(card: &TouchPoint) -> &str {
    card.cause.strip_prefix("story:").and_then(|rest| rest.split(':').next()).unwrap_or_default()
}

pub(super) fn in_words(code: &str) -> String {
    code.replace('_', " ")
}

pub(super) fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
