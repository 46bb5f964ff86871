//! What differs between the kinds of feeds: how they are asked for, and what becomes of an answer.

use tracing::info;

use super::{Polled, Visit, page, sitemap};
use crate::config::Config;
use crate::fetch::{FeedRequest, Fetcher, Outcome};
use crate::model::{Feed, FeedKind, Source};
use crate::pipeline::Engine;
use crate::store::{Session, StoreError};

/// What an answer came to, before it is recorded.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::pipeline) struct Settled {
    /// Entries not seen before.
    pub(in crate::pipeline) new: usize,
    /// Entries seen before with other content.
    pub(in crate::pipeline) changed: usize,
    /// Why part or all of it could not be read.
    pub(in crate::pipeline) trouble: Option<String>,
}

/// Asks for a feed. Newsrooms and watched pages are made for people: their site's robots.txt is asked first.
pub(in crate::pipeline) async fn ask(fetcher: &Fetcher, kind: FeedKind, request: &FeedRequest) -> Outcome {
    match kind {
        FeedKind::Newsroom | FeedKind::Watch => fetcher.polled_page(request).await,
        _ => fetcher.feed(request).await,
    }
}

/// True where an answer needs nothing but to be read and written, so that many can be written together.
pub(super) fn is_plain(kind: FeedKind) -> bool {
    match kind {
        FeedKind::Rss | FeedKind::Search | FeedKind::Filing | FeedKind::Social => true,
        FeedKind::Sitemap | FeedKind::Newsroom | FeedKind::Watch => false,
    }
}

/// Takes in an answer that needs more: other requests, or what is remembered of a page. Written in a session of its own.
/// Gives the answer back where it needs nothing more.
pub(super) async fn take_in(
    engine: &Engine,
    visit: Visit<'_>,
    outcome: Outcome,
) -> Result<Result<Polled, Outcome>, StoreError> {
    match (visit.feed.kind, outcome) {
        (FeedKind::Sitemap, Outcome::Fresh(fetched)) => sitemap::fresh(engine, visit, fetched).await.map(Ok),
        (FeedKind::Sitemap, Outcome::Unchanged { http }) => sitemap::unchanged(engine, visit, http).await.map(Ok),
        (FeedKind::Newsroom | FeedKind::Watch, Outcome::Fresh(fetched)) => {
            let owner = owner(&engine.config(), visit.source, visit.feed);
            page::fresh(visit, fetched, &owner).await.map(Ok)
        }
        (_, outcome) => Ok(Err(outcome)),
    }
}

/// Whose page it is: the name of the feed's account, else of its source.
pub(in crate::pipeline) fn owner(config: &Config, source: &Source, feed: &Feed) -> String {
    let account = feed.account.as_ref().and_then(|id| config.watchlist.get(id));
    account.map_or_else(|| source.name.clone(), |account| account.name.clone())
}

impl Visit<'_> {
    /// Records what was settled in its session.
    pub(super) async fn close(self, mut session: Session, settled: Settled) -> Result<Polled, StoreError> {
        self.record(&mut session).await?;
        session.commit().await?;
        let Settled { new, changed, trouble } = settled;
        let fresh = usize::from(trouble.is_none());
        let failed = trouble.map(|why| (self.feed.id.clone(), why)).into_iter().collect();
        info!(feed.id = %self.feed.id, new, changed, "feed settled");
        Ok(Polled { feeds: 1, fresh, new_entries: new, changed_entries: changed, failed, ..Polled::default() })
    }
}
