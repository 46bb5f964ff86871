//! Who plays a part in a story: the accounts its signals are about, and those that the signals name as the other side.

use std::borrow::Cow;

use super::names;
use crate::address;
use crate::model::{Account, AccountKind, Contact, Manner, Role, Signal, SignalType, Watchlist};

/// An event as one account sees it.
#[derive(Clone, Debug)]
pub(super) struct Part<'a> {
    /// Whose part it is.
    pub(super) account: &'a Account,
    /// The event with that account's role. Its id is that of the signal that says it.
    pub(super) signal: Cow<'a, Signal>,
    /// The other firm, where it is watched.
    pub(super) other: Option<&'a Account>,
    /// The competitor whose own pages alone tell it.
    pub(super) told_by_rival: Option<&'a Account>,
    /// The account's contact whom the event names.
    pub(super) contact: Option<&'a Contact>,
    /// The account was not found by the story's signals themselves, but by what they name.
    pub(super) implied: bool,
}

/// All parts of all watched accounts, in the order of the signals.
pub(super) fn parts<'a>(signals: &'a [Signal], watchlist: &'a Watchlist) -> Vec<Part<'a>> {
    let mut parts = Vec::new();
    for signal in signals {
        let Some(account) = watchlist.get(&signal.account) else { continue };
        let other = other_side(signal, signals, watchlist);
        parts.push(part(account, Cow::Borrowed(signal), other, watchlist, false));
        if let Some(other) = other
            && !speaks_for_itself(signals, other, signal.kind)
            && let Some(role) = signal.counter_role.or_else(|| mirrored(signal.kind, signal.role))
        {
            parts.push(part(other, Cow::Owned(seen_by(other, role, signal)), Some(account), watchlist, true));
        }
        parts.extend(moved_contact(account, signal, signals, watchlist));
    }
    parts
}

fn part<'a>(
    account: &'a Account,
    signal: Cow<'a, Signal>,
    other: Option<&'a Account>,
    watchlist: &'a Watchlist,
    implied: bool,
) -> Part<'a> {
    let contact = signal
        .person
        .as_deref()
        .and_then(|person| account.contacts.iter().find(|contact| names::same_person(&contact.name, person)));
    let told_by_rival = if account.kind == AccountKind::Client { told_by(&signal, watchlist) } else { None };
    Part { account, signal, other, told_by_rival, contact, implied }
}

/// The watched firm on the other side: as named, else the one that the same story shows in the mirrored role.
fn other_side<'a>(signal: &Signal, signals: &[Signal], watchlist: &'a Watchlist) -> Option<&'a Account> {
    let other = if let Some(written) = &signal.counterparty {
        names::find(watchlist, written)
    } else {
        let mirrored = mirrored(signal.kind, signal.role)?;
        signals
            .iter()
            .find(|other| other.kind == signal.kind && other.role == mirrored && other.account != signal.account)
            .and_then(|other| watchlist.get(&other.account))
    };
    other.filter(|other| other.id != signal.account)
}

fn speaks_for_itself(signals: &[Signal], account: &Account, kind: SignalType) -> bool {
    signals.iter().any(|signal| signal.account == account.id && signal.kind == kind)
}

/// The same event with `account` as its subject.
fn seen_by(account: &Account, role: Role, signal: &Signal) -> Signal {
    Signal {
        account: account.id.clone(),
        role,
        subject: account.name.clone(),
        counterparty: Some(signal.subject.clone()),
        counter_role: Some(signal.role),
        ..signal.clone()
    }
}

/// The part of the one on the other side, where the type leaves no doubt.
fn mirrored(kind: SignalType, role: Role) -> Option<Role> {
    Some(match (kind, role) {
        (SignalType::Acquisition, Role::Acquirer) => Role::Target,
        (SignalType::Acquisition, Role::Target) => Role::Acquirer,
        (SignalType::Acquisition, Role::MergerParty) => Role::MergerParty,
        (SignalType::Divestiture, Role::Seller) => Role::Buyer,
        (SignalType::Partnership, Role::Partner) => Role::Partner,
        (SignalType::ContractWin | SignalType::ContractLoss, Role::Supplier) => Role::Customer,
        (SignalType::ContractWin | SignalType::ContractLoss, Role::Customer)
        | (SignalType::Procurement, Role::Buyer) => Role::Supplier,
        _ => return None,
    })
}

/// "{contact} joins Beta" is, for the client whose contact it was, a departure.
fn moved_contact<'a>(
    joined: &Account,
    signal: &'a Signal,
    signals: &[Signal],
    watchlist: &'a Watchlist,
) -> Option<Part<'a>> {
    if signal.kind != SignalType::LeadershipChange
        || signal.role != Role::AppointedBy
        || signal.manner == Some(Manner::Deceased)
    {
        return None;
    }
    let person = signal.person.as_deref()?;
    let mut left = watchlist.accounts().iter().filter(|account| {
        account.id != joined.id
            && !speaks_for_itself(signals, account, signal.kind)
            && account.contacts.iter().any(|contact| names::same_person(&contact.name, person))
    });
    let account = left.next()?;
    // One name among the contacts of two accounts proves nothing for either.
    if left.next().is_some() {
        return None;
    }
    Some(part(account, Cow::Owned(seen_by(account, Role::DepartedFrom, signal)), None, watchlist, true))
}

/// The competitor on whose own pages all the evidence stands.
fn told_by<'a>(signal: &Signal, watchlist: &'a Watchlist) -> Option<&'a Account> {
    let mut domains = signal.evidence.iter().map(|evidence| evidence.url.as_deref().and_then(address::domain));
    let domain = domains.next()??;
    if !domains.all(|other| other.as_deref() == Some(domain.as_str())) {
        return None;
    }
    watchlist
        .accounts()
        .iter()
        .filter(|account| account.kind == AccountKind::Competitor)
        .find(|account| account.domains.iter().any(|own| address::domain_of_host(own) == domain))
}
