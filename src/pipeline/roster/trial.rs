//! What the program makes of a text: which names match, which do not and why, and what happened by it. Nothing is kept.

use serde::Serialize;

use super::accounts::account_of;
use super::columns::Row;
use super::{Desk, RosterError};
use crate::mention::Matcher;
use crate::model::{Account, AccountId, Claim, Mention, Reading, Watchlist};
use crate::signal;
use crate::text::language;

/// A text to try names on.
#[derive(Clone, Debug, Default)]
pub struct Trial {
    /// The headline.
    pub title: String,
    /// The text below it.
    pub text: String,
    /// Only this account is shown; the others still have their say about whose a name is.
    pub account: Option<AccountId>,
    /// An account that is not kept yet, tried as if it were.
    pub unsaved: Option<Row>,
}

/// What was found in a text.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Found {
    /// Language of the text, where it can be told.
    pub language: Option<String>,
    /// Accepted and suppressed mentions in order of place.
    pub mentions: Vec<Mention>,
    /// What happened, by the claims of the text.
    pub signals: Vec<Claim>,
    /// Accounts that were asked for and whose names do not occur.
    pub absent: Vec<Absent>,
}

/// An account none of whose names occurs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Absent {
    /// Which account.
    pub account: AccountId,
    /// The names that were looked for.
    pub names: Vec<String>,
}

impl Desk {
    /// Tries the names of all accounts on a text.
    ///
    /// # Errors
    /// Where the account that was asked for does not exist or makes no sense, or the database refuses.
    pub async fn try_text(&self, trial: &Trial) -> Result<Found, RosterError> {
        let roster = self.roster().await?;
        let mut accounts = roster.config.watchlist.accounts().to_vec();
        let mut asked = trial.account.clone();
        if let Some(row) = &trial.unsaved {
            let account = account_of(row)?;
            accounts.retain(|other| other.id != account.id);
            asked = asked.or_else(|| Some(account.id.clone()));
            accounts.push(account);
        }
        let watchlist = Watchlist::new(accounts);
        if let Some(id) = asked.as_ref().filter(|id| watchlist.get(id).is_none()) {
            return Err(RosterError::unknown_account(id, &roster));
        }
        let settings = &roster.config.settings;
        let language = language::detect(&format!("{}\n{}", trial.title, trial.text));
        let reading = Reading {
            title: &trial.title,
            text: &trial.text,
            language: language.as_deref(),
            url: None,
            publisher: None,
            feed_account: None,
        };
        let mut mentions = Matcher::build(&watchlist, &settings.mention).find(&reading);
        let mut signals = signal::claims(&reading, &mentions, &roster.config.lexicon, &settings.signal);
        signals.retain(|claim| claim.entity.is_some());
        if let Some(id) = &asked {
            mentions.retain(|mention| mention.account == *id);
            signals.retain(|claim| claim.entity.as_ref() == Some(id));
        }
        let absent = asked.filter(|_| mentions.is_empty()).and_then(|id| watchlist.get(&id).map(absent));
        Ok(Found { language, mentions, signals, absent: absent.into_iter().collect() })
    }
}

fn absent(account: &Account) -> Absent {
    let names = std::iter::once(account.name.clone()).chain(account.aliases.iter().map(|alias| alias.text.clone()));
    Absent { account: account.id.clone(), names: names.collect() }
}
