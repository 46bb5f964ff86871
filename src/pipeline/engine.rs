//! Everything the loops share, put together once at the start.

use std::path::PathBuf;
use std::sync::Arc;

use tokio_util::sync::CancellationToken;

use super::progress::Progress;
use crate::config::Config;
use crate::deliver::Destination;
use crate::fetch::Fetcher;
use crate::mention::Matcher;
use crate::model::{Clock, Feed, FeedId, Source, Time};
use crate::net;
use crate::store::{DataFolder, FolderError, Store, StoreError, entries, feeds, hosts};

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
    /// The checked configuration.
    pub config: Arc<Config>,
    /// All names of all accounts.
    pub matcher: Matcher,
}

/// Everything the loops share.
pub struct Engine {
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
    /// The truth.
    pub store: Store,
    /// The checked configuration.
    pub config: Arc<Config>,
    /// What thinking needs.
    pub minds: Arc<Minds>,
    /// Asks for feeds and pages, politely.
    pub fetcher: Fetcher,
    /// Sends to destinations.
    pub wire: net::Client,
    /// Folder of the search index.
    pub articles: PathBuf,
    /// When each loop last came round.
    pub progress: Progress,
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
        let fetcher = Fetcher::new(wire.clone(), config.settings.fetch.clone(), Arc::clone(&clock));
        let matcher = Matcher::build(&config.watchlist, &config.settings.mention);
        let minds = Arc::new(Minds { config: Arc::clone(&config), matcher });
        let articles = folder.articles();
        let engine = Self {
            clock,
            store,
            config,
            minds,
            fetcher,
            wire,
            articles,
            progress: Progress::default(),
            stop: CancellationToken::new(),
            _folder: folder,
        };
        engine.take_stock().await?;
        Ok(engine)
    }

    /// Makes configured feeds known, frees what a killed process held, and remembers which hosts rest.
    async fn take_stock(&self) -> Result<(), StoreError> {
        let now = self.now();
        let mut session = self.store.write().await?;
        entries::free_leases(&mut session).await?;
        let mut configured = Vec::new();
        for (source, feed) in self.feeds() {
            let first = crate::schedule::first_poll(feed.id.as_str(), source.own, &self.config.settings.schedule, now);
            feeds::declare(&mut session, &feed.id, &feed.url, feed.paused, first).await?;
            configured.push(feed.id.clone());
        }
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

    /// Every configured feed with its source.
    pub fn feeds(&self) -> impl Iterator<Item = (&Source, &Feed)> {
        self.config.feeds()
    }

    /// One configured feed with its source.
    #[must_use]
    pub fn feed(&self, id: &FeedId) -> Option<(&Source, &Feed)> {
        self.config.feed(id)
    }

    /// Where touch points go.
    #[must_use]
    pub fn destinations(&self) -> &[Destination] {
        &self.config.settings.deliver.destinations
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
