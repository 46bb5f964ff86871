//! What a person does with accounts: look, add, remove.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::TimeDelta;
use serde::Serialize;

use super::columns::Row;
use super::ledger::{Ledger, Seen, ledger};
use super::naming::{id_of_name, same_name_key};
use super::silent::silent;
use super::{Desk, Roster, RosterError};
use crate::config::account_problems;
use crate::model::{Account, AccountId, Mention, Signal, Time, Told, TouchPoint, TouchPointState};
use crate::store::changes::Change;
use crate::store::coverage::MentionOnly;
use crate::store::{Session, StoreError, accounts, articles, changes, coverage, feeds, signals, touchpoints};

/// Mentions are counted over so many days; suppressed ones are not kept longer unless configured.
const COUNTED: TimeDelta = TimeDelta::days(30);

/// Feeds that named an account within so many days are where news of it comes by.
const LATELY: TimeDelta = TimeDelta::days(90);

/// The most suppressed mentions that are looked through for their reasons.
const MOST_SUPPRESSED: i64 = 5_000;

/// The most suppressed mentions that are shown.
const SHOWN: usize = 10;

/// Where an account or feed stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Origin {
    /// In a file of the operator: changed there.
    File,
    /// In the database: added at run time.
    Database,
    /// In neither: it follows from the watchlist and the settings of `[searches]`.
    Generated,
}

/// An account in the list.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Listed {
    /// The account.
    #[serde(flatten)]
    pub account: Account,
    /// Where it stands.
    pub origin: Origin,
    /// Accepted mentions in the last 30 days.
    pub mentions: i64,
    /// Suppressed mentions in the last 30 days.
    pub suppressed: i64,
    /// When there was last news of it that came to a signal.
    pub last_signal: Option<Time>,
    /// Cards that are not closed.
    pub open_cards: i64,
}

/// Everything about an account.
#[derive(Clone, Debug, Serialize)]
pub struct Shown {
    /// The account with its counts.
    pub account: Listed,
    /// What it told in contacts, as far as it was confirmed, oldest first.
    pub told: Vec<Told>,
    /// When each feed was last read well.
    pub ledger: Ledger,
    /// Articles of the last 30 days that name it in a language without cues: what they say is not known.
    pub mention_only: Vec<MentionOnly>,
    /// Its latest signals of 90 days.
    pub signals: Vec<Signal>,
    /// Its cards that are not closed.
    pub cards: Vec<TouchPoint>,
    /// Suppressed mentions by the reason that spoke most against them, most frequent first.
    pub suppressed_by: Vec<(String, usize)>,
    /// The latest suppressed mentions.
    pub suppressed: Vec<SuppressedMention>,
    /// Who changed it at run time, newest first.
    pub changes: Vec<ChangeTold>,
}

/// A mention that was not believed, with the article it stands in.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SuppressedMention {
    /// Title of the article.
    pub title: String,
    /// Its address.
    pub url: Option<String>,
    /// The mention with its reasons.
    pub mention: Mention,
}

/// A change that was made at run time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ChangeTold {
    /// When.
    pub at: Time,
    /// By whom.
    pub who: String,
    /// What.
    pub what: String,
    /// In words.
    pub detail: String,
}

impl From<Change> for ChangeTold {
    fn from(change: Change) -> Self {
        Self { at: change.at, who: change.who, what: change.what, detail: change.detail }
    }
}

/// What became of something that was offered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Taken {
    /// It is new.
    Added,
    /// It was there, otherwise.
    Changed,
    /// It had been removed, and is back.
    Restored,
    /// It was there already, the same.
    Unchanged,
}

impl Taken {
    /// The word told to people.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Added => "added",
            Self::Changed => "changed",
            Self::Restored => "back again",
            Self::Unchanged => "there already",
        }
    }
}

/// An account that was added.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct AddedAccount {
    /// The account.
    pub account: Account,
    /// What became of it.
    pub taken: Taken,
    /// What to know about it, lower case, no full stop.
    pub remarks: Vec<String>,
}

impl Desk {
    /// Every account that is watched, with its counts; and what of the database is not in effect.
    ///
    /// # Errors
    /// Where the database refuses.
    pub async fn list_accounts(&self) -> Result<(Vec<Listed>, Vec<String>), RosterError> {
        let mut session = self.store.read().await?;
        let roster = super::effective(&self.files, &mut session).await?;
        let counts = self.counts(&mut session).await?;
        let listed = roster.config.watchlist.accounts().iter().map(|account| self.listed(account, &counts)).collect();
        Ok((listed, roster.notes))
    }

    /// Everything about one account.
    ///
    /// # Errors
    /// Where there is none, or the database refuses.
    pub async fn show_account(&self, id: &AccountId) -> Result<Shown, RosterError> {
        let mut session = self.store.read().await?;
        let roster = super::effective(&self.files, &mut session).await?;
        let account = roster.config.watchlist.get(id).ok_or_else(|| RosterError::unknown_account(id, &roster))?.clone();
        let counts = self.counts(&mut session).await?;
        let seen = self.seen(&mut session, id).await?;
        let mut mention_only = coverage::mentions_only(&mut session, self.now - COUNTED, self.now).await?;
        mention_only.retain(|only| only.account == *id);
        let signals = signals::of_account(&mut session, id, self.now - LATELY).await?;
        let mut cards = touchpoints::of_account(&mut session, id, self.now).await?;
        cards.retain(|card| !is_closed(card.state));
        let all = articles::suppressed_of(&mut session, id, self.now - COUNTED, MOST_SUPPRESSED).await?;
        let mut suppressed = Vec::new();
        for (article, mention) in all.iter().take(SHOWN) {
            let stored = articles::get(&mut session, article).await?.map(|stored| stored.article);
            let (title, url) = stored.map(|article| (article.title, article.url)).unwrap_or_default();
            suppressed.push(SuppressedMention { title, url, mention: mention.clone() });
        }
        let history = changes::of(&mut session, &subject(id), 20).await?;
        Ok(Shown {
            told: account.told.clone(),
            ledger: ledger(&roster.config, id, &seen, self.now),
            mention_only,
            account: self.listed(&account, &counts),
            signals,
            cards,
            suppressed_by: by_reason(all.iter().map(|(_, mention)| mention)),
            suppressed,
            changes: history.into_iter().map(ChangeTold::from).collect(),
        })
    }

    /// Adds an account that a row speaks of. Without an id it gets one from its name. What is there already the same is
    /// no change, so that adding twice is harmless.
    ///
    /// # Errors
    /// Where the row makes no sense, the id or name is taken by another account, or the database refuses.
    pub async fn add_account(&self, row: &Row) -> Result<AddedAccount, RosterError> {
        let mut session = self.store.write().await?;
        let roster = super::recorded(&self.files, &mut session).await?;
        let account = account_of(row)?;
        let watched = roster.config.watchlist.get(&account.id);
        if watched == Some(&account) {
            return Ok(AddedAccount { account, taken: Taken::Unchanged, remarks: Vec::new() });
        }
        if let Some(other) = watched {
            let (id, name) = (other.id.0.clone(), other.name.clone());
            return Err(RosterError::Taken { what: "account", id, name });
        }
        let namesakes = namesakes(&account, &roster);
        if let (Some(other), None) =
            (namesakes.iter().find(|other| same_name(&other.name, &account.name)), row.text("id"))
        {
            let (id, name) = (other.id.0.clone(), other.name.clone());
            return Err(RosterError::Taken { what: "account", id, name });
        }
        let known = ids(&roster);
        let problems = account_problems(&account, &known);
        if !problems.is_empty() {
            return Err(RosterError::Wrong(problems));
        }
        let taken = self.keep_account(&mut session, &account, "added").await?;
        self.finish(session).await?;
        let told =
            |other: &&Account| format!("account `{}` ({}) is written about by the same name", other.id, other.name);
        let remarks = namesakes.iter().map(told).collect();
        Ok(AddedAccount { account, taken, remarks })
    }

    /// Removes an account: no longer watched, everything read is kept.
    ///
    /// # Errors
    /// Where there is none, it stands in the file, or the database refuses.
    pub async fn remove_account(&self, id: &AccountId) -> Result<Account, RosterError> {
        let mut session = self.store.write().await?;
        let roster = super::effective(&self.files, &mut session).await?;
        if self.files.watchlist.get(id).is_some() {
            return Err(RosterError::InFile { what: "account", id: id.0.clone(), file: "watchlist.toml" });
        }
        let account = roster.config.watchlist.get(id).ok_or_else(|| RosterError::unknown_account(id, &roster))?.clone();
        accounts::archive(&mut session, id, self.now).await?;
        changes::note(&mut session, self.now, &self.who, "account removed", &subject(id), &account.name).await?;
        self.finish(session).await?;
        Ok(account)
    }

    /// Keeps an account whose id no file has, and notes who did it.
    pub(super) async fn keep_account(
        &self,
        session: &mut Session,
        account: &Account,
        how: &str,
    ) -> Result<Taken, StoreError> {
        let before = accounts::get(session, &account.id).await?;
        let taken = match &before {
            None => Taken::Added,
            Some(kept) if kept.archived => Taken::Restored,
            Some(kept) if kept.account == *account => return Ok(Taken::Unchanged),
            Some(_) => Taken::Changed,
        };
        accounts::put(session, account, self.now).await?;
        let what = match taken {
            Taken::Changed => "account changed",
            _ => "account added",
        };
        let detail = format!("{how}: {}", account.name);
        changes::note(session, self.now, &self.who, what, &subject(&account.id), &detail).await?;
        Ok(taken)
    }

    /// What is known of the feeds, as far as an account is concerned.
    async fn seen(&self, session: &mut Session, id: &AccountId) -> Result<Seen, StoreError> {
        let states = feeds::all(session).await?;
        let named = articles::feeds_naming(session, id, self.now - LATELY).await?;
        Ok(Seen {
            silent: silent(session, states.iter(), self.now).await?,
            gaps: coverage::gaps(session, self.now - LATELY, self.now).await?,
            states: states.into_iter().map(|state| (state.id.clone(), state)).collect(),
            named: named.into_iter().map(|(feed, count, _)| (feed, count)).collect(),
        })
    }

    async fn counts(&self, session: &mut Session) -> Result<Counts, StoreError> {
        let mentions = articles::mention_counts_by_account(session, self.now - COUNTED).await?;
        Ok(Counts {
            mentions: mentions.into_iter().map(|(id, accepted, suppressed)| (id, (accepted, suppressed))).collect(),
            signals: signals::last_by_account(session).await?.into_iter().collect(),
            cards: touchpoints::open_by_account(session).await?.into_iter().collect(),
        })
    }

    fn listed(&self, account: &Account, counts: &Counts) -> Listed {
        let id = &account.id;
        let in_file = self.files.watchlist.get(id).is_some();
        let (mentions, suppressed) = counts.mentions.get(id).copied().unwrap_or_default();
        Listed {
            account: account.clone(),
            origin: if in_file { Origin::File } else { Origin::Database },
            mentions,
            suppressed,
            last_signal: counts.signals.get(id).copied(),
            open_cards: counts.cards.get(id).copied().unwrap_or(0),
        }
    }
}

fn is_closed(state: TouchPointState) -> bool {
    use TouchPointState::{Dismissed, Done, Expired, Withdrawn};
    matches!(state, Done | Dismissed | Expired | Withdrawn)
}

struct Counts {
    mentions: HashMap<AccountId, (i64, i64)>,
    signals: HashMap<AccountId, Time>,
    cards: HashMap<AccountId, i64>,
}

/// The account that a row speaks of by itself.
///
/// # Errors
/// Everything that is wrong with it.
pub(super) fn account_of(row: &Row) -> Result<Account, RosterError> {
    let mut account = Account::default();
    row.apply(&mut account).map_err(RosterError::Wrong)?;
    if account.id.0.is_empty() {
        account.id = id_of_name(&account.name).into();
    }
    if account.id.0.is_empty() {
        let why = format!("no id can be made of the name {:?}: state one", account.name);
        return Err(RosterError::Wrong(vec![why]));
    }
    Ok(account)
}

/// The ids of all accounts.
pub(super) fn ids(roster: &Roster) -> BTreeSet<String> {
    roster.config.watchlist.accounts().iter().map(|account| account.id.0.clone()).collect()
}

/// What changes of an account are noted under.
pub(in crate::pipeline) fn subject(id: &AccountId) -> String {
    format!("account:{id}")
}

/// Other accounts that share a name or alias with this one.
fn namesakes<'r>(account: &Account, roster: &'r Roster) -> Vec<&'r Account> {
    let names = |account: &Account| -> BTreeSet<String> {
        let names = account.aliases.iter().map(|alias| alias.text.as_str()).chain([account.name.as_str()]);
        names.map(same_name_key).filter(|name| !name.is_empty()).collect()
    };
    let own = names(account);
    let others = roster.config.watchlist.accounts().iter();
    others.filter(|other| other.id != account.id && !names(other).is_disjoint(&own)).collect()
}

fn same_name(one: &str, other: &str) -> bool {
    let key = same_name_key(one);
    !key.is_empty() && key == same_name_key(other)
}

/// How many mentions each reason spoke most against; most frequent first.
fn by_reason<'m>(mentions: impl Iterator<Item = &'m Mention>) -> Vec<(String, usize)> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for mention in mentions {
        let gravest = mention.why.iter().filter(|reason| reason.weight < 0.0);
        let gravest = gravest.min_by(|one, other| one.weight.total_cmp(&other.weight));
        *counts.entry(gravest.map_or("nothing_speaks_for_it", |reason| reason.code.as_str())).or_default() += 1;
    }
    let mut counts: Vec<_> = counts.into_iter().map(|(code, count)| (code.to_owned(), count)).collect();
    counts.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    counts
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Reason, Salience, Span};

    #[test]
    fn suppressed_mentions_are_counted_by_their_gravest_reason() {
        let mention = |why: &[(&str, f64)]| Mention {
            account: "acme".into(),
            alias: "Acme".to_owned(),
            span: Span::text(0, 4),
            score: 0.1,
            accepted: false,
            salience: Salience::Passing,
            why: why
                .iter()
                .map(|(code, weight)| Reason { code: (*code).to_owned(), detail: String::new(), weight: *weight })
                .collect(),
        };
        let mentions =
            [mention(&[("a", -1.0), ("b", -3.0)]), mention(&[("b", -1.0), ("c", 2.0)]), mention(&[("c", 0.2)])];
        assert_eq!(by_reason(mentions.iter()), [("b".to_owned(), 2), ("nothing_speaks_for_it".to_owned(), 1)]);
    }
}
