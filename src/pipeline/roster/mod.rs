//! Who is watched and what is polled: the operator's files together with what was added at run time.
//!
//! What stands in a file is read-only here, and wins where the database has the same id. Removing archives: nothing that
//! was read is lost.

pub mod accounts;
pub mod battlecard;
mod beside;
pub mod columns;
mod desk;
pub mod discover;
pub mod feeds;
pub(in crate::pipeline) mod from_crm;
pub mod import;
pub mod ledger;
pub mod naming;
pub mod opml;
pub mod saved;
pub mod silent;
pub mod subscribe;
mod subscribe_page;
pub mod table;
mod told;
pub mod trial;

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use crate::config::{Config, searches};
use crate::model::{Account, FetchMode, Source, SourceId, Watchlist};
use crate::store::sources::KeptFeed;
use crate::store::{Session, StoreError, lessons, saved_searches, sources};
use crate::touchpoint::tuning::Tuning;

pub use self::beside::beside;
pub use self::desk::{Desk, RosterError};
pub use crate::store::roster::version;

/// The configuration as it is in effect.
#[derive(Clone, Debug)]
pub struct Roster {
    /// The files with the accounts and feeds of the database.
    pub config: Arc<Config>,
    /// What of the database is not in effect, and why; lower case, no full stop.
    pub notes: Vec<String>,
    /// The state of the database that this was made of.
    pub version: i64,
}

/// The files together with what the database holds.
///
/// # Errors
/// Where the database refuses.
pub async fn effective(files: &Arc<Config>, session: &mut Session) -> Result<Roster, StoreError> {
    let roster = recorded(files, session).await?;
    let told = told::beside_records(files, &roster.config, session).await?;
    let config = told.map_or(roster.config, Arc::new);
    let (beside, _) = from_crm::beside(files, &config, session).await?;
    Ok(Roster { config: beside.map_or(config, Arc::new), ..roster })
}

/// The same without what accounts told in contacts: their records as they were written down.
///
/// # Errors
/// Where the database refuses.
pub(in crate::pipeline) async fn recorded(files: &Arc<Config>, session: &mut Session) -> Result<Roster, StoreError> {
    // The number first: what changes after it is seen at the next look.
    let version = version(session).await?;
    let accounts = crate::store::accounts::all(session).await?;
    let sources = sources::all(session).await?;
    let mut feeds = sources::feeds(session).await?;
    feeds.retain(|kept| !kept.archived);
    let tuning = Tuning::of(&lessons::active(session).await?);
    let saved = saved_searches::all(session).await?;
    let nothing_added = accounts.is_empty() && feeds.is_empty() && saved.is_empty();
    if nothing_added && !files.settings.searches.on && tuning == Tuning::default() {
        return Ok(Roster { config: Arc::clone(files), notes: Vec::new(), version });
    }
    let (mut config, mut notes) = merge(files, accounts, sources, feeds);
    notes.extend(saved::add(&mut config, saved.into_iter().map(|kept| kept.search)));
    config.playbook.tuning = tuning;
    Ok(Roster { config: Arc::new(config), notes, version })
}

/// Puts accounts, sources (without feeds) and feeds beside those of the files; with what of them is not in effect.
#[must_use]
pub fn merge(
    files: &Config,
    accounts: Vec<Account>,
    sources: Vec<Source>,
    feeds: Vec<KeptFeed>,
) -> (Config, Vec<String>) {
    let mut notes = Vec::new();
    let mut config = files.clone();
    let mut watched = files.watchlist.accounts().to_vec();
    for account in accounts {
        if files.watchlist.get(&account.id).is_some() {
            notes.push(format!("account `{}` is in the database and in watchlist.toml: the file wins", account.id));
        } else {
            watched.push(account);
        }
    }
    config.watchlist = Watchlist::new(watched);
    notes.extend(add_feeds(&mut config, sources, feeds));
    notes.extend(searches::add(&mut config));
    (config, notes)
}

/// Puts feeds under their sources; a source appears with its first feed.
fn add_feeds(config: &mut Config, sources: Vec<Source>, feeds: Vec<KeptFeed>) -> Vec<String> {
    let mut notes = Vec::new();
    let mut places: HashMap<SourceId, usize> =
        config.sources.iter().enumerate().map(|(place, source)| (source.id.clone(), place)).collect();
    let mut kept: HashMap<SourceId, Source> = sources.into_iter().map(|source| (source.id.clone(), source)).collect();
    let ids: HashSet<_> = config.feeds().map(|(_, feed)| feed.id.clone()).collect();
    let mut addresses: HashSet<String> = config.feeds().map(|(_, feed)| feed.url.clone()).collect();
    for KeptFeed { source, mut feed, .. } in feeds {
        if ids.contains(&feed.id) {
            notes.push(format!("feed `{}` is in the database and in sources.toml: the file wins", feed.id));
            continue;
        }
        if !addresses.insert(feed.url.clone()) {
            notes
                .push(format!("feed `{}` of the database has the address of another: it is not polled twice", feed.id));
            continue;
        }
        if let Some(account) = feed.account.take_if(|account| config.watchlist.get(account).is_none()) {
            notes.push(format!("feed `{}` names account `{account}`, which is not watched", feed.id));
        }
        let place = *places.entry(source.clone()).or_insert_with(|| {
            config.sources.push(kept.remove(&source).unwrap_or_else(|| source_called(source.clone(), &source.0)));
            config.sources.len() - 1
        });
        config.sources[place].feeds.push(feed);
    }
    notes
}

/// A source with nothing but a name.
pub(super) fn source_called(id: SourceId, name: &str) -> Source {
    Source {
        id,
        name: name.to_owned(),
        country: None,
        language: None,
        own: false,
        wire: false,
        show_full_text: false,
        fetch: FetchMode::default(),
        rest_scope: None,
        retention_days: None,
        feeds: Vec::new(),
    }
}
