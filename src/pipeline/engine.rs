//! Everything the loops share, put together once at the start.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;
use tracing::{info, warn};

use super::host_turns::HostTurns;
use super::poll;
use super::progress::Progress;
use super::roles::Roles;
use super::roster::{self, Desk, Roster};
use super::{searches, watch};
use crate::config::{Config, Settings};
use crate::deliver::{Couriers, Destination, Tokens};
use crate::fetch::Fetcher;
use crate::mention::Matcher;
use crate::model::{Actor, Clock, Time};
use crate::net;
use crate::search::Watcher;
use crate::store::feeds::Declared;
use crate::store::{DataFolder, FolderError, Store, StoreError, deliveries, entries, facts, feeds, hosts};

/// Why the program cannot start its work.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// The data folder cannot be used.
    #[error(transparent)]
    Folder(#[from] FolderError),
    /// The database cannot be used.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The network client cannot be made.
    #[error("cannot make the network client: {0}")]
    Net(#[from] net::Error),
    /// The address to listen on cannot be had.
    #[error("cannot listen on {address}: {why}")]
    Listen {
        /// Which address.
        address: String,
        /// What the system said.
        why: std::io::Error,
    },
    /// Listening beyond this machine without anyone who may sign in.
    #[error("refusing to listen on {0}: beyond this machine anyone could read and change everything")]
    Exposed(String),
}

/// What thinking needs: shared with threads that do nothing else.
#[derive(Debug)]
pub struct Minds {
    /// The files with the accounts and feeds of the database.
    pub config: Arc<Config>,
    /// All names of all accounts.
    pub matcher: Arc<Matcher>,
    /// All saved searches.
    pub watcher: Arc<Watcher>,
    /// The state of the roster that this was made of.
    roster: i64,
}

impl Minds {
    /// What thinking needs under this roster. The automaton of `before` is kept where no account changed, and so are its
    /// searches.
    fn of(roster: Roster, before: Option<&Self>) -> Self {
        let Roster { config, notes, version } = roster;
        for note in &notes {
            warn!("{note}");
        }
        let same = before.filter(|before| {
            before.config.watchlist.accounts() == config.watchlist.accounts()
                && before.config.playbook.tuning == config.playbook.tuning
        });
        let matcher = if let Some(before) = same {
            Arc::clone(&before.matcher)
        } else {
            let tuned = config.playbook.tuning.watchlist(&config.watchlist);
            let watchlist = tuned.as_ref().unwrap_or(&config.watchlist);
            Arc::new(Matcher::build(watchlist, &config.settings.mention))
        };
        let watcher = match before.filter(|before| before.config.saved_searches == config.saved_searches) {
            Some(before) => Arc::clone(&before.watcher),
            None => Arc::new(watch::watcher(&config)),
        };
        Self { config, matcher, watcher, roster: version }
    }
}

/// Everything the loops share.
pub struct Engine {
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
    /// The truth.
    pub store: Store,
    /// The checked configuration as the files have it.
    files: Arc<Config>,
    /// What thinking needs; replaced as a whole when accounts or feeds come or go.
    minds: RwLock<Arc<Minds>>,
    /// Asks for feeds and pages, politely.
    pub fetcher: Fetcher,
    /// Sends to destinations.
    pub wire: net::Client,
    /// How fast each destination is asked.
    pub couriers: Couriers,
    /// What destinations gave to sign in with.
    pub tokens: Tokens,
    /// Folder of the search index.
    pub articles: PathBuf,
    /// Rung when entries came, by a poll or another way.
    pub arrived: Notify,
    /// Which loops this process runs.
    pub roles: Roles,
    /// When each loop last came round.
    pub progress: Progress,
    /// Rung where facts came in: the plan loop looks at once.
    pub told: Notify,
    /// When feeds were last looked at, to notice a clock that is set back.
    pub(super) last_look: Mutex<Option<Time>>,
    /// Told to stop.
    pub stop: CancellationToken,
    _folder: DataFolder,
}

impl Engine {
    /// Holds the data folder, opens the database and makes the configured feeds known.
    ///
    /// # Errors
    /// Where the folder, the database or the network client cannot be had.
    pub async fn start(config: Arc<Config>, folder: DataFolder, clock: Arc<dyn Clock>) -> Result<Self, EngineError> {
        let store = open_store(&config, &folder.database()).await?;
        let wire = net::Client::new(&config.settings.net)?;
        let mut fetcher = Fetcher::new(wire.clone(), config.settings.fetch.clone(), Arc::clone(&clock));
        if poll::is_shared(&store) {
            fetcher = fetcher.sharing(Arc::new(HostTurns(store.clone())));
        }
        let roster = roster::effective(&config, &mut store.read().await?).await?;
        let articles = folder.articles();
        let couriers = Couriers::new(Arc::clone(&clock));
        let engine = Self {
            clock,
            store,
            files: config,
            minds: RwLock::new(Arc::new(Minds::of(roster, None))),
            fetcher,
            wire,
            couriers,
            tokens: Tokens::default(),
            articles,
            arrived: Notify::new(),
            roles: Roles::default(),
            progress: Progress::default(),
            told: Notify::new(),
            last_look: Mutex::default(),
            stop: CancellationToken::new(),
            _folder: folder,
        };
        engine.take_stock().await?;
        Ok(engine)
    }

    /// The same, but with these loops only.
    #[must_use]
    pub fn with_roles(self, roles: Roles) -> Self {
        Self { roles, ..self }
    }

    /// Makes configured feeds known, frees what a killed process held, and remembers which hosts rest.
    async fn take_stock(&self) -> Result<(), StoreError> {
        let now = self.now();
        let mut session = self.store.write().await?;
        if !poll::is_shared(&self.store) {
            // Nobody else works on this file, so whoever held something is gone. A server has other workers, whose
            // leases hold; those of the dead run out by themselves.
            entries::free_leases(&mut session).await?;
            facts::free_leases(&mut session).await?;
            deliveries::free_leases(&mut session).await?;
        }
        poll::clock::mend(&mut session, &self.settings().schedule, now).await?;
        hosts::forget_turns(&mut session, now - chrono::TimeDelta::days(2)).await?;
        let config = self.config();
        let schedule = &self.settings().schedule;
        let declared: Vec<_> = config
            .feeds()
            .map(|(source, feed)| Declared {
                id: &feed.id,
                url: &feed.url,
                paused: feed.paused,
                first_poll: crate::schedule::first_poll(feed.id.as_str(), source.own, schedule, now),
            })
            .collect();
        feeds::declare_all(&mut session, &declared).await?;
        let configured: Vec<_> = declared.iter().map(|feed| feed.id.clone()).collect();
        feeds::archive_others(&mut session, &configured).await?;
        let resting = hosts::resting(&mut session, now).await?;
        session.commit().await?;
        self.fetcher.restore(resting);
        Ok(())
    }

    /// The present instant.
    #[must_use]
    pub fn now(&self) -> Time {
        self.clock.now()
    }

    /// True once the program was told to stop: no new work is begun.
    #[must_use]
    pub fn stopping(&self) -> bool {
        self.stop.is_cancelled()
    }

    /// The settings of the program.
    #[must_use]
    pub fn settings(&self) -> &Settings {
        &self.files.settings
    }

    /// The configuration as it is now: the files with the accounts and feeds of the database.
    #[must_use]
    pub fn config(&self) -> Arc<Config> {
        Arc::clone(&self.minds().config)
    }

    /// What thinking needs, as it is now.
    #[must_use]
    pub fn minds(&self) -> Arc<Minds> {
        Arc::clone(&self.minds.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Takes up accounts and feeds that came or went since the last look. Called after work was leased: whoever added a
    /// feed with its entries wrote both together, so that no leased entry is of a feed that is not known.
    ///
    /// # Errors
    /// Where the database refuses.
    pub async fn follow_roster(&self) -> Result<(), StoreError> {
        let before = self.minds();
        let mut session = self.store.read().await?;
        if roster::version(&mut session).await? == before.roster {
            return Ok(());
        }
        let roster = roster::effective(&self.files, &mut session).await?;
        drop(session);
        if searches::changed(&before.config, &roster.config) {
            let mut session = self.store.write().await?;
            searches::follow(&mut session, &before.config, &roster.config, self.now()).await?;
            session.commit().await?;
        }
        let built = tokio::task::spawn_blocking(move || Minds::of(roster, Some(&before))).await;
        // A thread that broke down leaves things as they were; the next round tries again.
        let Ok(after) = built else { return Ok(()) };
        let mut minds = self.minds.write().unwrap_or_else(PoisonError::into_inner);
        if after.roster > minds.roster {
            info!(
                accounts = after.config.watchlist.accounts().len(),
                feeds = after.config.feeds().count(),
                "accounts and feeds taken up"
            );
            *minds = Arc::new(after);
        }
        Ok(())
    }

    /// The configured places where touch points go; programs may have asked for more by HTTP.
    #[must_use]
    pub fn destinations(&self) -> &[Destination] {
        &self.settings().deliver.destinations
    }

    /// A desk on what the engine has, for what a system does with accounts by itself.
    pub(super) fn desk(&self, who: Actor) -> Desk {
        Desk { files: Arc::clone(&self.files), store: self.store.clone(), who, now: self.now(), dry_run: false }
    }
}

/// The database of the configuration: a server's address, else the file in the data folder.
///
/// # Errors
/// Where it cannot be opened or brought up to date.
pub async fn open_store(config: &Config, file: &std::path::Path) -> Result<Store, StoreError> {
    match &config.settings.store.url {
        Some(url) => Store::open_server(url.reveal()).await,
        None => Store::open_file(file).await,
    }
}
