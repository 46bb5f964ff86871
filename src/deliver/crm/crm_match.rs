//! Which account here a record of a CRM is.
//!
//! A record is known by an id alone: the one that an account states, the one that a person chose, or a registrable domain
//! that one record there and one account here have. A name never makes two things one: it only makes a person look.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::AccountId;

/// An account here, as far as it helps to know it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Known {
    /// Its id.
    pub id: AccountId,
    /// What all spellings of its names have in common.
    pub keys: Vec<String>,
    /// Its registrable domains.
    pub domains: Vec<String>,
    /// The record that it states itself (`external_ids`).
    pub states: Option<String>,
}

/// A record there, as far as it helps to know it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Record {
    /// Its id there.
    pub id: String,
    /// What all spellings of its name have in common; empty where it has no words.
    pub key: String,
    /// Its registrable domain.
    pub domain: Option<String>,
    /// The record it belongs to.
    pub parent: Option<String>,
    /// What a person chose.
    pub chosen: Option<Chosen>,
    /// Which account it was before, and by what.
    pub was: Option<(AccountId, How)>,
    /// The record it was merged into.
    pub merged_into: Option<String>,
    /// It is no longer there.
    pub gone: bool,
}

/// What a person chose for a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Chosen {
    /// It is this account.
    Account(AccountId),
    /// It is none of ours.
    Skip,
}

/// By what a record is known to be an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum How {
    /// The account states its id.
    Stated,
    /// A person chose.
    Chosen,
    /// They have one domain, and nothing else has it.
    Domain,
    /// The account was made of it.
    Made,
}

impl How {
    /// The word used in tables.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Stated => "stated",
            Self::Chosen => "chosen",
            Self::Domain => "domain",
            Self::Made => "made",
        }
    }

    /// The way of that word.
    #[must_use]
    pub fn named(word: &str) -> Option<Self> {
        [Self::Stated, Self::Chosen, Self::Domain, Self::Made].into_iter().find(|how| how.as_str() == word)
    }
}

/// Where a record belongs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// It is this account.
    Linked(AccountId, How),
    /// There is no such account yet.
    New,
    /// A person must look.
    Conflict {
        /// Why, for a person.
        why: String,
        /// Accounts that it may be.
        accounts: Vec<AccountId>,
    },
    /// A person does not want it.
    Skipped,
    /// It is no longer there.
    Gone,
    /// It was merged into this record, which has what it had.
    Merged(String),
}

/// Where each record belongs, in their order.
#[must_use]
pub fn place(records: &[Record], accounts: &[Known]) -> Vec<Place> {
    let view = View::of(records, accounts);
    let mut places: Vec<Place> = (0..records.len()).map(|at| view.place(at)).collect();
    view.part(&mut places);
    places
}

/// Everything by everything that it may be looked for.
struct View<'a> {
    records: &'a [Record],
    accounts: BTreeMap<&'a AccountId, &'a Known>,
    by_id: BTreeMap<&'a str, usize>,
    stated: BTreeMap<&'a str, Vec<&'a AccountId>>,
    accounts_by_domain: BTreeMap<&'a str, BTreeSet<&'a AccountId>>,
    accounts_by_key: BTreeMap<&'a str, BTreeSet<&'a AccountId>>,
    records_by_domain: BTreeMap<&'a str, Vec<usize>>,
    records_by_key: BTreeMap<&'a str, Vec<usize>>,
    /// What the records that were merged into each had.
    left: BTreeMap<usize, Vec<usize>>,
}

impl<'a> View<'a> {
    fn of(records: &'a [Record], known: &'a [Known]) -> Self {
        let mut view = Self {
            records,
            accounts: known.iter().map(|account| (&account.id, account)).collect(),
            by_id: records.iter().enumerate().map(|(at, record)| (record.id.as_str(), at)).collect(),
            stated: BTreeMap::new(),
            accounts_by_domain: BTreeMap::new(),
            accounts_by_key: BTreeMap::new(),
            records_by_domain: BTreeMap::new(),
            records_by_key: BTreeMap::new(),
            left: BTreeMap::new(),
        };
        for account in known {
            if let Some(record) = &account.states {
                view.stated.entry(record).or_default().push(&account.id);
            }
            for domain in &account.domains {
                view.accounts_by_domain.entry(domain).or_default().insert(&account.id);
            }
            for key in account.keys.iter().filter(|key| !key.is_empty()) {
                view.accounts_by_key.entry(key).or_default().insert(&account.id);
            }
        }
        for (at, record) in records.iter().enumerate() {
            if record.merged_into.is_some() {
                if let Some(survivor) = view.survivor(at) {
                    view.left.entry(survivor).or_default().push(at);
                }
                continue;
            }
            if record.gone || record.chosen == Some(Chosen::Skip) {
                continue;
            }
            if let Some(domain) = &record.domain {
                view.records_by_domain.entry(domain).or_default().push(at);
            }
            if !record.key.is_empty() {
                view.records_by_key.entry(&record.key).or_default().push(at);
            }
        }
        view
    }

    fn place(&self, at: usize) -> Place {
        let record = &self.records[at];
        if let Some(into) = &record.merged_into {
            return Place::Merged(self.survivor(at).map_or_else(|| into.clone(), |at| self.records[at].id.clone()));
        }
        if record.gone {
            return Place::Gone;
        }
        match self.chosen(at) {
            Some(Chosen::Skip) => return Place::Skipped,
            Some(Chosen::Account(account)) if self.accounts.contains_key(account) => {
                return Place::Linked(account.clone(), How::Chosen);
            }
            _ => {}
        }
        match self.stated.get(record.id.as_str()).map(Vec::as_slice) {
            Some([account]) => return Place::Linked((*account).clone(), How::Stated),
            Some(several) => return conflict("several accounts state it as theirs", several.iter().copied()),
            None => {}
        }
        self.by_domain(at).unwrap_or_else(|| self.by_name(at))
    }

    /// Where its domain, or what it was before, says where it belongs.
    fn by_domain(&self, at: usize) -> Option<Place> {
        let record = &self.records[at];
        let was = self.was(at).filter(|(account, _)| self.accounts.contains_key(account));
        let mut owners = BTreeSet::new();
        if let Some(domain) = record.domain.as_deref() {
            let family = self.records_by_domain.get(domain).map(Vec::as_slice).unwrap_or_default();
            let roots: Vec<usize> = family.iter().copied().filter(|one| !self.inherits(*one, domain)).collect();
            let is_root = roots.contains(&at);
            if is_root && roots.len() > 1 {
                let others = roots.iter().filter(|other| **other != at).map(|other| self.called(*other));
                let why = format!("{} has the domain {domain} too", others.collect::<Vec<_>>().join(" and "));
                let before = roots.iter().filter_map(|root| self.was(*root)).map(|(account, _)| account);
                let owners = self.accounts_by_domain.get(domain).into_iter().flatten().copied();
                return Some(conflict(why, owners.chain(before).chain(self.namesakes(at))));
            }
            if is_root {
                owners.clone_from(self.accounts_by_domain.get(domain).unwrap_or(&BTreeSet::new()));
            }
        }
        if owners.len() > 1 {
            let domain = record.domain.as_deref().unwrap_or_default();
            return Some(conflict(format!("several accounts have the domain {domain}"), owners));
        }
        match (was, owners.first()) {
            (Some((account, _)), Some(owner)) if account != *owner => {
                let domain = record.domain.as_deref().unwrap_or_default();
                let why = format!("it was account `{account}`, but its domain {domain} is that of `{owner}`");
                Some(conflict(why, [account, *owner]))
            }
            (Some((account, how)), _) => Some(Place::Linked(account.clone(), how)),
            (None, Some(owner)) => match &self.accounts[*owner].states {
                Some(other) if other != &record.id => {
                    let why = format!("its domain is that of account `{owner}`, which states record {other}");
                    Some(conflict(why, [*owner]))
                }
                _ => Some(Place::Linked((*owner).clone(), How::Domain)),
            },
            (None, None) => None,
        }
    }

    /// What has its name makes a person look; else it is new.
    fn by_name(&self, at: usize) -> Place {
        let record = &self.records[at];
        if record.key.is_empty() {
            return conflict("its name has no words", []);
        }
        let named: Vec<&AccountId> = self.namesakes(at).collect();
        if let Some(first) = named.first() {
            let why = format!("account `{first}` has the same name, and nothing else says that it is the same firm");
            return conflict(why, named);
        }
        let others = self.records_by_key[record.key.as_str()].iter().filter(|other| **other != at);
        let others: Vec<String> = others.map(|other| self.called(*other)).collect();
        if others.is_empty() { Place::New } else { conflict(format!("{} has the same name", others.join(" and ")), []) }
    }

    /// Of several records that came to one account by themselves a person takes one; one that was chosen or stated stays.
    fn part(&self, places: &mut [Place]) {
        let mut of_account: BTreeMap<AccountId, Vec<usize>> = BTreeMap::new();
        for (at, place) in places.iter().enumerate() {
            if let Place::Linked(account, _) = place {
                of_account.entry(account.clone()).or_default().push(at);
            }
        }
        for (account, several) in of_account.into_iter().filter(|(_, records)| records.len() > 1) {
            for at in &several {
                if matches!(places[*at], Place::Linked(_, How::Domain | How::Made)) {
                    let others = several.iter().filter(|other| *other != at).map(|other| self.called(*other));
                    let why = format!("{} is account `{account}` too", others.collect::<Vec<_>>().join(" and "));
                    places[*at] = conflict(why, [&account]);
                }
            }
        }
    }

    /// What a person chose for it, or for one that was merged into it.
    fn chosen(&self, at: usize) -> Option<&'a Chosen> {
        let own = self.records[at].chosen.as_ref();
        let inherited = || {
            let left = self.left.get(&at).into_iter().flatten();
            left.filter_map(|one| self.records[*one].chosen.as_ref()).find(|one| matches!(one, Chosen::Account(_)))
        };
        own.or_else(inherited)
    }

    /// What it was before; else what one was that was merged into it.
    fn was(&self, at: usize) -> Option<(&'a AccountId, How)> {
        let own = self.records[at].was.as_ref();
        let inherited = || self.left.get(&at).into_iter().flatten().find_map(|one| self.records[*one].was.as_ref());
        own.or_else(inherited).map(|(account, how)| (account, *how))
    }

    fn namesakes(&self, at: usize) -> impl Iterator<Item = &'a AccountId> + '_ {
        self.accounts_by_key.get(self.records[at].key.as_str()).into_iter().flatten().copied()
    }

    /// The record that is left of it after all mergers; nothing where they go in a ring or lead nowhere.
    fn survivor(&self, at: usize) -> Option<usize> {
        let mut here = at;
        for _ in 0..self.records.len() {
            match &self.records[here].merged_into {
                None => return Some(here),
                Some(into) => here = *self.by_id.get(into.as_str())?,
            }
        }
        None
    }

    /// A record that it belongs to has this domain: it is that one's.
    fn inherits(&self, at: usize, domain: &str) -> bool {
        let mut here = at;
        for _ in 0..self.records.len() {
            let parent = self.records[here].parent.as_deref().and_then(|parent| self.by_id.get(parent));
            match parent.and_then(|parent| self.survivor(*parent)) {
                None => return false,
                Some(parent) if parent == at => return false,
                Some(parent) if self.records[parent].gone => return false,
                Some(parent) if self.records[parent].domain.as_deref() == Some(domain) => return true,
                Some(parent) => here = parent,
            }
        }
        false
    }

    fn called(&self, at: usize) -> String {
        format!("record {}", self.records[at].id)
    }
}

fn conflict<'a>(why: impl Into<String>, accounts: impl IntoIterator<Item = &'a AccountId>) -> Place {
    let accounts: BTreeSet<AccountId> = accounts.into_iter().cloned().collect();
    Place::Conflict { why: why.into(), accounts: accounts.into_iter().collect() }
}

#[cfg(test)]
#[path = "crm_match_tests.rs"]
mod tests;
