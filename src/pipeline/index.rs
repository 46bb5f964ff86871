//! The index loop: follow the sequence of article changes into the search index; rebuild it when it is lost.

use std::collections::BTreeSet;

use tracing::{info, warn};

use super::Engine;
use crate::config::Config;
use crate::model::{AccountId, AccountKind, Article, ArticleId};
use crate::search::{Document, Index, Opened, SearchError, State};
use crate::store::articles::StoredArticle;
use crate::store::{Session, Store, StoreError, articles, signals};

/// Articles put into the index between two commits.
const BATCH: i64 = 2_000;

/// Why the index could not follow.
#[derive(Debug, thiserror::Error)]
pub enum IndexError {
    /// The index refused.
    #[error(transparent)]
    Search(#[from] SearchError),
    /// The database refused.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What indexing came to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Indexed {
    /// Articles put into the index.
    pub articles: usize,
    /// Why it was built anew, where it was.
    pub rebuilt: Option<String>,
}

/// The index as the loop holds it: the one writer of the folder.
#[derive(Default)]
pub struct Follower {
    index: Option<Index>,
    seq: i64,
}

impl Follower {
    /// Brings the index up to the database. A write error closes it, so that the next round opens it afresh.
    ///
    /// # Errors
    /// Where the index or the database refuses.
    pub async fn catch_up(&mut self, engine: &Engine) -> Result<Indexed, IndexError> {
        let mut indexed = Indexed::default();
        if self.index.is_none() {
            indexed.rebuilt = self.open(engine).await?;
        }
        match self.follow(engine).await {
            Ok(count) => {
                indexed.articles += count;
                Ok(indexed)
            }
            Err(error) => {
                warn!(%error, "index closed; it is opened afresh in the next round");
                self.index = None;
                Err(error)
            }
        }
    }

    /// Opens the index; where it is missing, damaged, of another make, or ahead of the database, it starts from nothing.
    async fn open(&mut self, engine: &Engine) -> Result<Option<String>, IndexError> {
        let Opened { index, state } = Index::open(&engine.articles, &engine.settings().search)?;
        let mut session = engine.store.read().await?;
        let last = articles::last_change(&mut session).await?;
        let (index, seq, why) = match state {
            State::Ready { last_seq } if last_seq <= last => (index, last_seq, None),
            State::Ready { .. } => {
                drop(index);
                let index = Index::create(&engine.articles, &engine.settings().search)?;
                (index, 0, Some("it was ahead of the database".to_owned()))
            }
            State::Rebuild(why) => (index, 0, Some(why)),
        };
        if let Some(why) = &why {
            info!(why = %why, "search index is built anew from the database");
        }
        (self.index, self.seq) = (Some(index), seq);
        Ok(why)
    }

    async fn follow(&mut self, engine: &Engine) -> Result<usize, IndexError> {
        let mut count = 0;
        while let Some(index) = self.index.as_mut().filter(|_| !engine.stopping()) {
            let mut session = engine.store.read().await?;
            let changes = articles::changed_after(&mut session, self.seq, BATCH).await?;
            let Some((last, _)) = changes.last().cloned() else { break };
            let mut ids: Vec<ArticleId> = changes.into_iter().map(|(_, id)| id).collect();
            ids.sort();
            ids.dedup();
            let mut documents = Vec::with_capacity(ids.len());
            for id in &ids {
                if let Some(stored) = articles::get(&mut session, id).await? {
                    documents.push(document(&mut session, &engine.config(), stored).await?);
                }
            }
            drop(session);
            count += documents.len();
            index.put(&documents)?;
            index.commit(last)?;
            self.seq = last;
        }
        Ok(count)
    }
}

/// Throws the index away and builds it anew from the database.
///
/// # Errors
/// Where the index or the database refuses.
pub async fn rebuild(engine: &Engine) -> Result<usize, IndexError> {
    let index = Index::create(&engine.articles, &engine.settings().search)?;
    let mut follower = Follower { index: Some(index), seq: 0 };
    follower.follow(engine).await
}

/// How far the index is behind the database: changes not yet followed.
///
/// # Errors
/// Where the database refuses.
pub async fn last_change(store: &Store) -> Result<i64, StoreError> {
    articles::last_change(&mut store.read().await?).await
}

/// An article with all that it is found by.
pub(super) async fn document(
    session: &mut Session,
    config: &Config,
    stored: StoredArticle,
) -> Result<Document, StoreError> {
    let article = stored.article;
    let accounts = articles::accounts(session, &article.id).await?;
    let countries = countries(config, accounts.iter().map(|(account, _)| account));
    let accounts = accounts.into_iter().map(|(account, _)| named(config, account)).collect();
    let claims = signals::claims(session, &article.id).await?;
    let mut kinds: Vec<String> = claims.iter().map(|claim| claim.kind.as_str().to_owned()).collect();
    kinds.sort_unstable();
    kinds.dedup();
    Ok(Document {
        publisher_country: source_country(config, &article),
        countries,
        id: article.id.0,
        story: Some(stored.story.0),
        title: article.title,
        text: article.text,
        url: article.url,
        publisher: article.publisher,
        publisher_domain: article.publisher_domain,
        source: article.source.map(|source| source.0),
        language: article.language,
        published: Some(article.published),
        accounts,
        signals: kinds,
    })
}

/// The countries of these accounts, each once.
pub(super) fn countries<'a>(config: &Config, accounts: impl Iterator<Item = &'a AccountId>) -> Vec<String> {
    let known = accounts.filter_map(|account| config.watchlist.get(account));
    let countries: BTreeSet<String> = known.filter_map(|account| account.country.clone()).collect();
    countries.into_iter().collect()
}

/// The country of an article's source, as configured.
pub(super) fn source_country(config: &Config, article: &Article) -> Option<String> {
    let id = article.source.as_ref()?;
    config.sources.iter().find(|source| source.id == *id)?.country.clone()
}

/// An account as an article is found by it: what it is to us, and its name.
pub(super) fn named(config: &Config, account: AccountId) -> (AccountKind, AccountId, String) {
    let known = config.watchlist.get(&account);
    let kind = known.map_or(AccountKind::Client, |account| account.kind);
    let name = known.map_or_else(|| account.0.clone(), |account| account.name.clone());
    (kind, account, name)
}
