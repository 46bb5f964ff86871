//! Works out where every record of a CRM belongs, and makes the accounts that are not there yet.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::sync::Arc;

use serde::Serialize;

use super::super::roster::accounts::subject as of_account;
use super::super::roster::naming::{free_id, id_of_name, same_name_key};
use super::super::roster::{Roster, recorded};
use super::subject;
use crate::address;
use crate::config::{Config, account_problems};
use crate::deliver::Destination;
use crate::deliver::crm_match::{self, Chosen, How, Known, Place};
use crate::model::{Account, AccountId, AccountKind, Actor, Time};
use crate::store::crm::{self, CrmRecord, Standing};
use crate::store::{Session, StoreError, accounts, changes, roster};

/// Where the records of a CRM belong.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Settled {
    /// Accounts that were made.
    pub added: Vec<AccountId>,
    /// Accounts that are linked, those that were made left out.
    pub linked: Vec<AccountId>,
    /// Records for which a person must choose.
    pub conflicts: usize,
    /// Records that nobody wants here.
    pub skipped: usize,
    /// Records that are no longer there.
    pub gone: usize,
    /// Records that were merged into others there.
    pub merged: usize,
}

/// Settles all records of a CRM, in the transaction of what was told or chosen.
///
/// # Errors
/// Where the database refuses.
pub(super) async fn settle(
    session: &mut Session,
    files: &Arc<Config>,
    destination: &Destination,
    who: &Actor,
    now: Time,
) -> Result<Settled, StoreError> {
    let roster = recorded(files, session).await?;
    let removed: HashSet<AccountId> = accounts::removed(session).await?.into_iter().collect();
    let records = crm::records(session, destination.id()).await?;
    let known = known(&roster, destination);
    let wanted: Vec<crm_match::Record> = records.iter().map(record).collect();
    let places = crm_match::place(&wanted, &known);
    let mut work = Work {
        session,
        destination,
        who,
        now,
        ids: roster.config.watchlist.accounts().iter().map(|account| account.id.0.clone()).collect(),
        removed,
        domains: domains(&records, &known),
        settled: Settled::default(),
    };
    for (record, place) in records.iter().zip(places) {
        work.stand(record, place).await?;
    }
    Ok(work.settled)
}

struct Work<'a> {
    session: &'a mut Session,
    destination: &'a Destination,
    who: &'a Actor,
    now: Time,
    ids: BTreeSet<String>,
    removed: HashSet<AccountId>,
    /// How many records and accounts have each domain.
    domains: BTreeMap<String, usize>,
    settled: Settled,
}

impl Work<'_> {
    async fn stand(&mut self, record: &CrmRecord, place: Place) -> Result<(), StoreError> {
        let before = &record.standing;
        let was = before.account.clone();
        let is_removed = was.as_ref().filter(|account| self.removed.contains(*account));
        let place = match (place, is_removed) {
            (Place::New | Place::Conflict { .. } | Place::Linked(..), Some(account)) => {
                self.settled.skipped += 1;
                let why = format!("account `{account}` was removed here");
                return self.write(record, Standing { state: "skipped".into(), why, ..kept(before) }).await;
            }
            (Place::New, None) => self.make(record).await?,
            (place, _) => place,
        };
        let standing = match place {
            Place::Linked(account, how) => {
                if !self.settled.added.contains(&account) {
                    self.settled.linked.push(account.clone());
                }
                Standing {
                    state: "linked".into(),
                    why: why_linked(how).to_owned(),
                    account: Some(account),
                    how: Some(how.as_str().to_owned()),
                    candidates: Vec::new(),
                }
            }
            Place::Conflict { why, accounts } => {
                self.settled.conflicts += 1;
                Standing { state: "conflict".into(), why, candidates: accounts, ..kept(before) }
            }
            Place::Skipped => {
                self.settled.skipped += 1;
                Standing { state: "skipped".into(), why: "a person does not want it".into(), ..kept(before) }
            }
            Place::Gone => {
                self.settled.gone += 1;
                Standing { state: "gone".into(), why: "it is no longer there".into(), ..kept(before) }
            }
            Place::Merged(into) => {
                self.settled.merged += 1;
                Standing { state: "merged".into(), why: format!("it was merged into record {into}"), ..kept(before) }
            }
            // Made above.
            Place::New => return Ok(()),
        };
        self.write(record, standing).await
    }

    /// Makes an account of a record. Its name, kind and domain are written down; all else is read from the record.
    async fn make(&mut self, record: &CrmRecord) -> Result<Place, StoreError> {
        let removed = &self.removed;
        let id =
            free_id(&id_of_name(&record.name), |id| self.ids.contains(id) || removed.contains(&AccountId::from(id)));
        let alone = |domain: &&String| self.domains.get(*domain).is_none_or(|count| *count == 1);
        let account = Account {
            id: AccountId(id),
            name: record.name.clone(),
            kind: self.destination.mapping().map(|mapping| mapping.kind).unwrap_or_default(),
            domains: record.domain.iter().filter(alone).cloned().collect(),
            ..Account::default()
        };
        let mut known = self.ids.clone();
        known.insert(account.id.0.clone());
        let problems = account_problems(&account, &known);
        if account.id.0.is_empty() || !problems.is_empty() {
            let why = format!("no account can be made of it: {}", problems.join("; "));
            return Ok(Place::Conflict { why, accounts: Vec::new() });
        }
        accounts::put(self.session, &account, self.now).await?;
        let detail = format!("from {}: {}", self.destination.id(), account.name);
        changes::note(self.session, self.now, self.who, "account added", &of_account(&account.id), &detail).await?;
        self.ids = known;
        self.settled.added.push(account.id.clone());
        Ok(Place::Linked(account.id, How::Made))
    }

    async fn write(&mut self, record: &CrmRecord, standing: Standing) -> Result<(), StoreError> {
        let before = &record.standing;
        if *before == standing {
            return Ok(());
        }
        crm::stand(self.session, self.destination.id(), &record.record, &standing).await?;
        roster::changed(self.session).await?;
        // That it is gone was written down with what was told; now it is said.
        let newly_gone = before.state == "gone" && before.why.is_empty();
        if (&before.state, &before.account) == (&standing.state, &standing.account) && !newly_gone {
            return Ok(());
        }
        let id = self.destination.id();
        let about = standing.account.as_ref().or(before.account.as_ref());
        let about = about.map_or_else(|| subject(id, &record.record), of_account);
        let detail =
            format!("{id}: record {} ({}) is {}: {}", record.record, record.name, standing.state, standing.why);
        changes::note(self.session, self.now, self.who, "crm record", &about, &detail).await
    }
}

/// What it was is kept, so that it can be again.
fn kept(before: &Standing) -> Standing {
    Standing { account: before.account.clone(), how: before.how.clone(), ..Standing::default() }
}

fn why_linked(how: How) -> &'static str {
    match how {
        How::Stated => "the account states its id",
        How::Chosen => "a person chose it",
        How::Domain => "they have one domain",
        How::Made => "the account was made of it",
    }
}

fn known(roster: &Roster, destination: &Destination) -> Vec<Known> {
    let watched = roster.config.watchlist.accounts().iter().filter(|account| account.kind != AccountKind::Topic);
    watched
        .map(|account| Known {
            id: account.id.clone(),
            keys: account
                .aliases
                .iter()
                .map(|alias| alias.text.as_str())
                .chain([account.name.as_str()])
                .map(same_name_key)
                .collect(),
            domains: account.domains.iter().map(|domain| address::domain_of_host(domain)).collect(),
            states: account.external_ids.get(destination.id().as_str()).cloned(),
        })
        .collect()
}

fn record(record: &CrmRecord) -> crm_match::Record {
    let standing = &record.standing;
    let account = standing.account.clone();
    let how = standing.how.as_deref();
    let chosen = match (how, &account) {
        (Some("refused"), _) => Some(Chosen::Skip),
        (Some("chosen"), Some(account)) => Some(Chosen::Account(account.clone())),
        _ => None,
    };
    let was = how.and_then(How::named).filter(|how| matches!(how, How::Domain | How::Made));
    crm_match::Record {
        id: record.record.clone(),
        key: same_name_key(&record.name),
        domain: record.domain.clone(),
        parent: record.parent.clone(),
        chosen,
        was: was.and_then(|how| Some((account?, how))),
        merged_into: record.merged_into.clone(),
        gone: standing.state == "gone",
    }
}

fn domains(records: &[CrmRecord], known: &[Known]) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    let there = records.iter().filter(|record| record.merged_into.is_none() && record.standing.state != "gone");
    let all =
        there.filter_map(|record| record.domain.as_ref()).chain(known.iter().flat_map(|account| &account.domains));
    for domain in all {
        *counts.entry(domain.clone()).or_default() += 1;
    }
    counts
}
