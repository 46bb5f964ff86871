//! The index loop: follow the sequence of article changes into the search index; build it anew, beside the one that is
//! searched, when it is lost or somebody asks.

pub mod request;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use chrono::TimeDelta;
use tracing::{info, warn};

use self::request::{Progress, Request};
use super::Engine;
use crate::config::Config;
use crate::model::{AccountId, AccountKind, Article, ArticleId, Time};
use crate::search::{Anew, Document, Index, SearchError, Standing};
use crate::store::articles::StoredArticle;
use crate::store::{Session, Store, StoreError, articles, signals};

/// Changes looked at in one reading of the database.
const BATCH: i64 = 500;

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
    /// The one that is searched.
    standing: Option<Followed>,
    /// The one that is built beside it.
    building: Option<Building>,
}

/// The index that is searched, and how far it is.
struct Followed {
    index: Index,
    seq: i64,
    /// Since when something waits for its commit.
    since: Option<Time>,
}

/// An index that is built beside.
struct Building {
    anew: Anew,
    seq: i64,
    why: String,
    /// Who asked for it, and waits.
    request: Option<Request>,
}

impl Follower {
    /// Brings the index up to the database and commits, whatever the cadence. An error closes it, so that the next round
    /// opens it afresh.
    ///
    /// # Errors
    /// Where the index or the database refuses.
    pub async fn catch_up(&mut self, engine: &Engine) -> Result<Indexed, IndexError> {
        let result = match self.follow(engine).await {
            Ok(indexed) => self.standing.as_mut().map_or(Ok(()), Followed::commit).map(|()| indexed),
            Err(error) => Err(error),
        };
        self.closed_by_error(engine, result)
    }

    /// Brings the index up to the database and commits what is due: so many articles, or so much time. What waits longer
    /// is due at [`Self::due`].
    ///
    /// # Errors
    /// Where the index or the database refuses; as in [`Self::catch_up`].
    pub async fn keep_up(&mut self, engine: &Engine) -> Result<Indexed, IndexError> {
        let result = match self.follow(engine).await {
            Ok(indexed) => match self.standing.as_mut().filter(|followed| followed.is_due(engine)) {
                Some(followed) => followed.commit().map(|()| indexed),
                None => Ok(indexed),
            },
            Err(error) => Err(error),
        };
        self.closed_by_error(engine, result)
    }

    /// When [`Self::keep_up`] has to commit; nothing where nothing waits.
    #[must_use]
    pub fn due(&self, engine: &Engine) -> Option<Time> {
        self.standing.as_ref()?.since.map(|since| since + patience(engine))
    }

    /// Commits what waits, before the loop ends.
    ///
    /// # Errors
    /// Where the index refuses; the next start reads again what was not committed.
    pub fn finish(mut self) -> Result<(), IndexError> {
        self.standing.as_mut().map_or(Ok(()), Followed::commit)
    }

    fn closed_by_error(&mut self, engine: &Engine, result: Result<Indexed, IndexError>) -> Result<Indexed, IndexError> {
        if let Err(error) = &result {
            warn!(%error, "index closed; it is opened afresh in the next round");
            if let Some(request) = self.building.take().and_then(|building| building.request) {
                request.tell(&engine.articles, Progress::Failed { why: error.to_string() });
            }
            self.standing = None;
        }
        result
    }

    async fn follow(&mut self, engine: &Engine) -> Result<Indexed, IndexError> {
        let mut indexed = Indexed::default();
        if self.standing.is_none() && self.building.is_none() {
            self.open(engine).await?;
        }
        if self.building.is_none()
            && let Some(request) = Request::waiting(&engine.articles)
        {
            let begun = Building::begin(engine, "somebody asked for it".to_owned(), Some(request.clone()));
            if let Err(error) = &begun {
                request.tell(&engine.articles, Progress::Failed { why: error.to_string() });
            }
            self.building = Some(begun?);
        }
        loop {
            let mut busy = false;
            if let Some(followed) = self.standing.as_mut() {
                let count = followed.step(engine).await?;
                indexed.articles += count.unwrap_or(0);
                busy |= count.is_some();
            }
            if let Some(building) = self.building.as_mut() {
                let count = building.step(engine).await?;
                indexed.articles += count.unwrap_or(0);
                busy |= count.is_some();
            }
            if engine.stopping() {
                return Ok(indexed);
            }
            if !busy {
                break;
            }
        }
        if let Some(building) = self.building.take() {
            let (why, request) = (building.why.clone(), building.request.clone());
            let old = self.standing.take().map(|followed| followed.index);
            let followed = building.take_place(old)?;
            info!(articles = followed.index.len(), "the new search index stands");
            if let Some(request) = request {
                request.tell(&engine.articles, Progress::Done { articles: followed.index.len() });
            }
            self.standing = Some(followed);
            indexed.rebuilt = Some(why);
        }
        Ok(indexed)
    }

    /// Opens the index. One that cannot be gone on with, or has seen more changes than the database made, goes on
    /// answering while a new one is built beside it.
    async fn open(&mut self, engine: &Engine) -> Result<(), IndexError> {
        let settings = &engine.settings().search;
        let why = match Index::look(&engine.articles, settings)? {
            Standing::Ready { index, last_seq } if last_seq <= last_change(&engine.store).await? => {
                self.standing = Some(Followed { index: *index, seq: last_seq, since: None });
                return Ok(());
            }
            Standing::Missing => {
                let index = Index::create(&engine.articles, settings)?;
                self.standing = Some(Followed { index, seq: 0, since: None });
                return Ok(());
            }
            Standing::Ready { .. } => "it was ahead of the database".to_owned(),
            Standing::Unfit(why) => why,
        };
        self.building = Some(Building::begin(engine, why, None)?);
        Ok(())
    }
}

impl Followed {
    /// Takes in some changes; nothing where there are none. Commits where enough have come.
    async fn step(&mut self, engine: &Engine) -> Result<Option<usize>, IndexError> {
        let Some((seq, count)) = take_some(engine, &mut self.index, self.seq).await? else { return Ok(None) };
        self.seq = seq;
        self.since.get_or_insert_with(|| engine.now());
        if self.index.waiting() >= engine.settings().search.commit_articles.max(1) as usize {
            self.commit()?;
        }
        Ok(Some(count))
    }

    fn is_due(&self, engine: &Engine) -> bool {
        // Also where the clock was set back.
        self.since.is_some_and(|since| (engine.now() - since).abs() >= patience(engine))
    }

    fn commit(&mut self) -> Result<(), IndexError> {
        if self.since.take().is_some() {
            self.index.commit(self.seq)?;
        }
        Ok(())
    }
}

impl Building {
    fn begin(engine: &Engine, why: String, request: Option<Request>) -> Result<Self, IndexError> {
        info!(%why, "search index is built anew from the database");
        let anew = Anew::begin(&engine.articles, &engine.settings().search)?;
        Ok(Self { anew, seq: 0, why, request })
    }

    async fn step(&mut self, engine: &Engine) -> Result<Option<usize>, IndexError> {
        let Some((seq, count)) = take_some(engine, self.anew.index(), self.seq).await? else { return Ok(None) };
        self.seq = seq;
        if self.anew.index().waiting() >= engine.settings().search.commit_articles.max(1) as usize {
            self.anew.index().commit(seq)?;
        }
        if let Some(request) = &self.request {
            let of = last_change(&engine.store).await?;
            request.tell(&engine.articles, Progress::Building { done: seq, of });
        }
        Ok(Some(count))
    }

    fn take_place(mut self, old: Option<Index>) -> Result<Followed, IndexError> {
        self.anew.index().commit(self.seq)?;
        let index = self.anew.take_place(old)?;
        Ok(Followed { index, seq: self.seq, since: None })
    }
}

/// How long a change may wait for its commit once it was seen: half of the time within which it can be found. The other
/// half is for seeing it.
fn patience(engine: &Engine) -> TimeDelta {
    TimeDelta::milliseconds(i64::from(engine.settings().search.commit_seconds) * 500)
}

/// How often a process has to look for changes that others make.
#[must_use]
pub fn look_every(engine: &Engine) -> TimeDelta {
    patience(engine).max(TimeDelta::seconds(1))
}

/// Puts and removes the articles of the next changes after `seq`: the last number among them, and articles put.
async fn take_some(engine: &Engine, index: &mut Index, seq: i64) -> Result<Option<(i64, usize)>, IndexError> {
    let mut session = engine.store.read().await?;
    let changes = articles::changed_after(&mut session, seq, BATCH).await?;
    let Some((last, _)) = changes.last().cloned() else { return Ok(None) };
    let mut ids: Vec<ArticleId> = changes.into_iter().map(|(_, id)| id).collect();
    ids.sort();
    ids.dedup();
    let (mut documents, mut gone) = (Vec::with_capacity(ids.len()), Vec::new());
    for id in ids {
        match articles::get(&mut session, &id).await? {
            Some(stored) => documents.push(document(&mut session, &engine.config(), stored).await?),
            None => gone.push(id),
        }
    }
    drop(session);
    index.put(&documents)?;
    for id in &gone {
        index.remove(id.as_str())?;
    }
    Ok(Some((last, documents.len())))
}

/// Builds the index anew from the database, beside the standing one; gives the articles in it.
///
/// # Errors
/// Where the index or the database refuses. What stood there stands then as it did.
pub async fn rebuild(engine: &Engine) -> Result<u64, IndexError> {
    let building = Building::begin(engine, "somebody asked for it".to_owned(), None)?;
    let mut follower = Follower { standing: None, building: Some(building) };
    follower.catch_up(engine).await?;
    Ok(follower.standing.map_or(0, |followed| followed.index.len()))
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
