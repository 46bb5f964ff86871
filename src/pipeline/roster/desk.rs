//! Who changes accounts and feeds, and why a change cannot be made.

use std::sync::Arc;

use super::{Roster, effective};
use crate::config::{Config, did_you_mean};
use crate::model::{AccountId, Actor, FeedId, Time};
use crate::store::{Session, Store, StoreError};

/// Where a person looks at accounts and feeds and changes them.
#[derive(Clone, Debug)]
pub struct Desk {
    /// The checked configuration as the files have it.
    pub files: Arc<Config>,
    /// The truth.
    pub store: Store,
    /// Who is at the desk.
    pub who: Actor,
    /// The present instant.
    pub now: Time,
    /// Say what would happen, change nothing.
    pub dry_run: bool,
}

/// Why something cannot be done with accounts or feeds.
#[derive(Debug, thiserror::Error)]
pub enum RosterError {
    /// No account has this id.
    #[error("no account `{id}`{}", or_rather(.nearest.as_deref()))]
    UnknownAccount {
        /// What was asked for.
        id: String,
        /// The id that is most like it.
        nearest: Option<String>,
    },
    /// No feed has this id.
    #[error("no feed `{id}`{}", or_rather(.nearest.as_deref()))]
    UnknownFeed {
        /// What was asked for.
        id: String,
        /// The id that is most like it.
        nearest: Option<String>,
    },
    /// No saved search has this name.
    #[error("no saved search `{name}`{}", or_rather(.nearest.as_deref()))]
    UnknownSearch {
        /// What was asked for.
        name: String,
        /// The name that is most like it.
        nearest: Option<String>,
    },
    /// It stands in a file of the operator.
    #[error("{what} `{id}` stands in {file}, which is changed there and not here")]
    InFile {
        /// What it is.
        what: &'static str,
        /// Its id.
        id: String,
        /// Which file.
        file: &'static str,
    },
    /// It follows from the watchlist and the settings.
    #[error("feed `{0}` follows from the watchlist and [searches] in tidings.toml: it can be paused, not removed")]
    Generated(FeedId),
    /// Something else has this id already.
    #[error("{what} `{id}` is there already: {name}")]
    Taken {
        /// What it is.
        what: &'static str,
        /// Its id.
        id: String,
        /// What has it.
        name: String,
    },
    /// The file says that the feed is paused.
    #[error("feed `{0}` is paused in sources.toml")]
    PausedInFile(FeedId),
    /// An address leads to no feed.
    #[error("{url}: {why}")]
    NoFeed {
        /// Which address.
        url: String,
        /// Why not.
        why: String,
    },
    /// What was given makes no sense.
    #[error("{}", .0.join("\n"))]
    Wrong(Vec<String>),
    /// A file to be imported is nothing that can be read at all.
    #[error("{0}")]
    Unreadable(String),
    /// The database refused.
    #[error(transparent)]
    Store(#[from] StoreError),
}

fn or_rather(nearest: Option<&str>) -> String {
    nearest.map(|nearest| format!("; {nearest}")).unwrap_or_default()
}

impl Desk {
    /// What is in effect now.
    ///
    /// # Errors
    /// Where the database refuses.
    pub async fn roster(&self) -> Result<Roster, StoreError> {
        effective(&self.files, &mut self.store.read().await?).await
    }

    /// Makes what was written lasting, unless this is a dry run.
    pub(in crate::pipeline) async fn finish(&self, session: Session) -> Result<(), StoreError> {
        if self.dry_run { Ok(()) } else { session.commit().await }
    }
}

impl RosterError {
    pub(super) fn unknown_account(id: &AccountId, roster: &Roster) -> Self {
        let known = roster.config.watchlist.accounts().iter().map(|account| account.id.as_str());
        Self::UnknownAccount { id: id.0.clone(), nearest: did_you_mean(id.as_str(), known) }
    }

    pub(super) fn unknown_feed(id: &FeedId, roster: &Roster) -> Self {
        let known = roster.config.feeds().map(|(_, feed)| feed.id.as_str());
        Self::UnknownFeed { id: id.0.clone(), nearest: did_you_mean(id.as_str(), known) }
    }
}
