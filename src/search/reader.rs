//! The reading side: works beside a writer in this or another process and sees its commits by itself.

use std::collections::{HashMap, HashSet};
use std::path::Path;

use serde::Serialize;
use tantivy::collector::sort_key::{SortBySimilarityScore, SortByStaticFastValue};
use tantivy::collector::{Count, DocSetCollector, TopDocs};
use tantivy::{DateTime, DocAddress, IndexReader, Order, ReloadPolicy, Searcher, TantivyError};

use super::analysis::Stemming;
use super::compile::compile;
use super::excerpt::{Excerpt, Marker};
use super::index::{is_own_make, last_seq};
use super::layout::Layout;
use super::names::Names;
use super::query::{Query, Sort};
use super::{Document, SearchError, Settings};
use crate::model::{AccountId, AccountKind, Time};
use crate::text::fold::fold;

/// Articles looked through for the best of each story; what lies beyond is not joined.
pub(super) const WINDOW: usize = 1_000;

/// The most results of one request, skipped ones included.
pub const MOST: usize = 10_000;

/// The index, open for reading.
pub struct Reader {
    pub(super) layout: Layout,
    pub(super) settings: Settings,
    pub(super) engine: IndexReader,
    pub(super) names: Names,
}

/// How a query is to be answered.
#[derive(Clone, Copy, Debug)]
pub struct SearchRequest {
    /// Results wanted.
    pub limit: usize,
    /// Results to skip before the first.
    pub offset: usize,
    /// One of the words is enough.
    pub any: bool,
    /// One result for a story, its best; else one for each article.
    pub collapse: bool,
    /// The order where the query itself asks for none; unset: best first where there are words, newest first where
    /// there are only filters.
    pub sort: Option<Sort>,
    /// Parts of the text to show of each article, at most.
    pub fragments: usize,
    /// What `last:` counts from.
    pub now: Time,
}

impl SearchRequest {
    /// The first ten, one for a story.
    #[must_use]
    pub fn at(now: Time) -> Self {
        Self { limit: 10, offset: 0, any: false, collapse: true, sort: None, fragments: 1, now }
    }
}

/// What was found.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Found {
    /// Articles that answer the query, joined and skipped ones included.
    pub total: usize,
    /// The wanted ones, in order.
    pub results: Vec<Match>,
}

/// An article that answers a query.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Match {
    /// The article.
    pub id: String,
    /// How well it answers: comparable within one answer only; 0 where only filters were asked for.
    pub score: f32,
    /// Headline.
    pub title: String,
    /// The sought words in the headline: first byte and one past the last.
    pub title_marks: Vec<[usize; 2]>,
    /// The part of the text that shows why it was found.
    pub excerpt: Excerpt,
    /// Further parts of the text with sought words, where more than one was asked for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub more_excerpts: Vec<Excerpt>,
    /// Where a person reads it.
    pub url: Option<String>,
    /// The publisher's name as shown.
    pub publisher: Option<String>,
    /// The publisher as configured.
    pub source: Option<String>,
    /// ISO 639-1, as told or as the text looks.
    pub language: Option<String>,
    /// When it was published.
    pub published: Option<Time>,
    /// The accounts it names.
    pub accounts: Vec<MatchAccount>,
    /// Kinds of event it reports.
    pub signals: Vec<String>,
    /// The happening it reports.
    pub story: Option<String>,
    /// Other publishers whose reports of the same story answer the query too; 0 where stories are not joined.
    pub more_sources: usize,
}

/// An account that an article names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct MatchAccount {
    /// What it is to us.
    pub kind: AccountKind,
    /// Its id.
    pub id: AccountId,
    /// Its name.
    pub name: String,
}

impl Reader {
    /// Opens the index in `folder` for reading.
    ///
    /// # Errors
    /// Where there is none, or one of another make, or it cannot be read.
    pub fn open(folder: &Path, settings: &Settings) -> Result<Self, SearchError> {
        if !folder.join("meta.json").is_file() {
            return Err(SearchError::Missing { folder: folder.to_owned() });
        }
        let engine = tantivy::Index::open_in_dir(folder)?;
        let layout = Layout::new();
        if !is_own_make(&engine, &layout, settings)? {
            return Err(SearchError::OtherMake { folder: folder.to_owned() });
        }
        let engine = engine.reader_builder().reload_policy(ReloadPolicy::OnCommitWithDelay).try_into()?;
        Ok(Self { layout, settings: settings.clone(), engine, names: Names::default() })
    }

    /// Sees what was committed until now. It happens by itself within about a second of a commit.
    ///
    /// # Errors
    /// Where the index cannot be read.
    pub fn reload(&self) -> Result<(), SearchError> {
        Ok(self.engine.reload()?)
    }

    /// Number of articles in the index.
    #[must_use]
    pub fn len(&self) -> u64 {
        self.engine.searcher().num_docs()
    }

    /// True where the index holds no article.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Answers `query`.
    ///
    /// # Errors
    /// Where the index cannot be read.
    pub fn search(&self, query: &Query, request: &SearchRequest) -> Result<Found, SearchError> {
        let searcher = self.engine.searcher();
        let (total, ranked) = self.rank(&searcher, query, request)?;
        let marker = Marker::of(&query.clause, request.any);
        let results = ranked.into_iter().map(|(score, address, more)| {
            let document = self.layout.read(&searcher, address)?;
            Ok(self.show(document, score, more, &marker, request.fragments))
        });
        Ok(Found { total, results: results.collect::<Result<_, SearchError>>()? })
    }

    /// How many articles answer, and those wanted, in order.
    pub(super) fn rank(
        &self,
        searcher: &Searcher,
        query: &Query,
        request: &SearchRequest,
    ) -> Result<(usize, Vec<Joined>), SearchError> {
        let compiled = compile(query, request.any, request.now, searcher, &self.layout, &self.settings)?;
        let statistics = compiled.statistics(searcher);
        let natural = if compiled.scored { Sort::Relevance } else { Sort::Date };
        let sort = query.sort.or(request.sort).unwrap_or(natural);

        let wanted = request.offset.saturating_add(request.limit).clamp(1, MOST);
        let top = TopDocs::with_limit(if request.collapse { wanted.max(WINDOW) } else { wanted });
        let (total, ranked) = match sort {
            Sort::Relevance => {
                let collector = (Count, top.order_by_score());
                searcher.search_with_statistics_provider(&*compiled.query, &collector, &statistics)?
            }
            Sort::Date => {
                let newest = (SortByStaticFastValue::<DateTime>::for_field("published"), Order::Desc);
                let collector = (Count, top.order_by((newest, SortBySimilarityScore)));
                let (total, ranked) =
                    searcher.search_with_statistics_provider(&*compiled.query, &collector, &statistics)?;
                (total, ranked.into_iter().map(|((_, score), address)| (score, address)).collect())
            }
        };
        let ranked = if request.collapse {
            join_stories(searcher, ranked)?
        } else {
            ranked.into_iter().map(|(score, address)| (score, address, 0)).collect()
        };
        Ok((total, ranked.into_iter().skip(request.offset).take(request.limit).collect()))
    }

    /// Ids of all articles that answer `query`, oldest first; without a limit, for exports.
    ///
    /// # Errors
    /// Where the index cannot be read.
    pub fn matching(&self, query: &Query, now: Time) -> Result<Vec<String>, SearchError> {
        let searcher = self.engine.searcher();
        let compiled = compile(query, false, now, &searcher, &self.layout, &self.settings)?;
        let addresses = searcher.search(&*compiled.query, &DocSetCollector)?;
        let mut found = Vec::with_capacity(addresses.len());
        for address in addresses {
            let document = self.layout.read(&searcher, address)?;
            found.push((document.published, document.id));
        }
        found.sort_unstable();
        Ok(found.into_iter().map(|(_, id)| id).collect())
    }

    /// The number of the sequence of changes up to which the index is, as of its last commit.
    ///
    /// # Errors
    /// Where the index cannot be read.
    pub fn last_seq(&self) -> Result<i64, SearchError> {
        Ok(last_seq(self.engine.searcher().index())?)
    }

    /// The result of a document that was found.
    pub(super) fn show(
        &self,
        document: Document,
        score: f32,
        more_sources: usize,
        marker: &Marker,
        fragments: usize,
    ) -> Match {
        let language = document.language.as_deref().unwrap_or(&self.settings.default_language);
        let stemming = Stemming::of(language);
        let accounts = document.accounts.into_iter().map(|(kind, id, name)| MatchAccount { kind, id, name });
        let letters = self.settings.excerpt_letters as usize;
        let mut excerpts = marker.excerpts(&document.text, letters, stemming, fragments).into_iter();
        let excerpt = excerpts.next().unwrap_or_default();
        Match {
            id: document.id,
            score,
            title_marks: marker.title(&document.title, stemming).marks,
            excerpt,
            more_excerpts: excerpts.collect(),
            title: document.title,
            url: document.url,
            publisher: document.publisher,
            source: document.source,
            language: document.language,
            published: document.published,
            accounts: accounts.collect(),
            signals: document.signals,
            story: document.story,
            more_sources,
        }
    }
}

/// An article with its score and how many more publishers report the same.
pub(super) type Joined = (f32, DocAddress, usize);

/// Keeps the first article of each story and counts the other publishers of it. An article without a story stands alone.
pub(super) fn join_stories(searcher: &Searcher, ranked: Vec<(f32, DocAddress)>) -> Result<Vec<Joined>, TantivyError> {
    let names = |field| {
        let columns = searcher.segment_readers().iter().map(|segment| segment.fast_fields().str(field));
        columns.collect::<Result<Vec<_>, _>>()
    };
    let (stories, publishers) = (names("story")?, names("publisher")?);
    let mut first: HashMap<String, usize> = HashMap::new();
    let mut joined: Vec<(f32, DocAddress, HashSet<String>)> = Vec::new();
    for (score, address) in ranked {
        let read = |columns: &[Option<tantivy::columnar::StrColumn>]| {
            let column = columns.get(address.segment_ord as usize)?.as_ref()?;
            let term = column.term_ords(address.doc_id).next()?;
            let mut name = String::new();
            column.ord_to_str(term, &mut name).ok()?.then_some(name)
        };
        let publisher = || read(&publishers).map_or_else(|| format!("{address:?}"), |name| fold(&name));
        let Some(story) = read(&stories) else {
            joined.push((score, address, HashSet::new()));
            continue;
        };
        if let Some(place) = first.get(&story) {
            joined[*place].2.insert(publisher());
        } else {
            first.insert(story, joined.len());
            joined.push((score, address, HashSet::from([publisher()])));
        }
    }
    Ok(joined.into_iter().map(|(score, address, names)| (score, address, names.len().saturating_sub(1))).collect())
}
