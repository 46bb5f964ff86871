//! Accounts from a table into the database: good lines are kept, bad ones told; again, it changes nothing (R50).

use std::collections::{BTreeMap, HashMap};

use serde::Serialize;

use super::accounts::{Taken, account_of, ids};
use super::columns::Row;
use super::naming::same_name_key;
use super::table::{Format, Refused, Table, read};
use super::{Desk, Roster, RosterError};
use crate::config::account_problems;
use crate::model::{Account, AccountId};
use crate::store::{Session, accounts};

/// What an import came to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Imported<Id> {
    /// What is new, what was removed once and is back.
    pub added: Vec<Id>,
    /// What was there, otherwise.
    pub changed: Vec<Id>,
    /// How many were there already, the same.
    pub unchanged: usize,
    /// What was not taken.
    pub refused: Vec<Refused>,
}

impl<Id> Imported<Id> {
    pub(super) fn note(&mut self, id: Id, taken: Taken) {
        match taken {
            Taken::Added | Taken::Restored => self.added.push(id),
            Taken::Changed => self.changed.push(id),
            Taken::Unchanged => self.unchanged += 1,
        }
    }
}

impl Desk {
    /// Adds or changes the accounts of a table. A line speaks of the account with its `id`, else of the one with its
    /// name; columns that it leaves empty stay as they are.
    ///
    /// # Errors
    /// Where nothing in the file can be read as a table, or the database refuses.
    pub async fn import_accounts(&self, bytes: &[u8], format: Format) -> Result<Imported<AccountId>, RosterError> {
        let Table { rows, refused } = read(bytes, format);
        let named = |(_, row): &(usize, Row)| row.text("name").is_some() || row.text("id").is_some();
        if !rows.is_empty() && !rows.iter().any(named) {
            let why = "no line has an `id` or a `name`: the first line of a CSV file names its columns";
            return Err(RosterError::Unreadable(why.to_owned()));
        }
        let mut session = self.store.write().await?;
        let roster = super::recorded(&self.files, &mut session).await?;
        let mut imported = Imported { refused, ..Imported::default() };
        let mut lines: BTreeMap<AccountId, usize> = BTreeMap::new();
        let mut meant = Vec::new();
        let by_name = by_name(&roster);
        for (line, row) in rows {
            match self.meant(&mut session, &roster, &by_name, &row).await {
                Err(RosterError::Store(error)) => return Err(error.into()),
                Err(error) => imported.refused.push(Refused::at(line, error.to_string().replace('\n', "; "))),
                Ok(account) => {
                    if let Some(first) = lines.get(&account.id) {
                        let reason = format!("account `{}` stands in line {first} already", account.id);
                        imported.refused.push(Refused::at(line, reason));
                    } else {
                        lines.insert(account.id.clone(), line);
                        meant.push((line, account));
                    }
                }
            }
        }
        // Relations may point to any line of the file.
        let known = ids(&roster).into_iter().chain(lines.keys().map(|id| id.0.clone())).collect();
        for (line, account) in meant {
            let problems = account_problems(&account, &known);
            if !problems.is_empty() {
                imported.refused.push(Refused::at(line, problems.join("; ")));
            } else if roster.config.watchlist.get(&account.id) == Some(&account) {
                imported.unchanged += 1;
            } else if self.files.watchlist.get(&account.id).is_some() {
                let reason = format!("account `{}` stands in watchlist.toml, which is changed there", account.id);
                imported.refused.push(Refused::at(line, reason));
            } else {
                let taken = self.keep_account(&mut session, &account, "imported").await?;
                imported.note(account.id, taken);
            }
        }
        imported.refused.sort_by_key(|refused| refused.line);
        self.finish(session).await?;
        Ok(imported)
    }

    /// The account as it is after a line: the one that it speaks of, changed, or a new one.
    async fn meant(
        &self,
        session: &mut Session,
        roster: &Roster,
        by_name: &HashMap<String, AccountId>,
        row: &Row,
    ) -> Result<Account, RosterError> {
        let by_name = || by_name.get(&same_name_key(row.text("name")?)).cloned();
        let id = match row.text("id").map(AccountId::from).or_else(by_name) {
            Some(id) => id,
            None => account_of(row)?.id,
        };
        let watched = roster.config.watchlist.get(&id).cloned();
        let before = match watched {
            Some(account) => Some(account),
            None => accounts::get(session, &id).await?.map(|kept| kept.account),
        };
        let mut account = before.unwrap_or_else(|| Account { id, ..Account::default() });
        row.apply(&mut account).map_err(RosterError::Wrong)?;
        Ok(account)
    }
}

fn by_name(roster: &Roster) -> HashMap<String, AccountId> {
    let accounts = roster.config.watchlist.accounts().iter();
    accounts
        .map(|account| (same_name_key(&account.name), account.id.clone()))
        .filter(|(key, _)| !key.is_empty())
        .collect()
}
