//! The reading side: works beside a writer in this or another process and sees its commits by itself.

use std::collections::HashMap;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use serde::Serialize;
use tantivy::collector::{Collector, DocSetCollector};
use tantivy::query::Query as EngineQuery;
use tantivy::{DocAddress, IndexReader, ReloadPolicy, Searcher, TantivyError};

use super::analysis::Stemming;
use super::compile::{compile, of_stories};
use super::cursor::{Cursor, number_of_question};
use super::excerpt::{Excerpt, Marker};
use super::layout::{BORN, Layout};
use super::names::Names;
use super::order::{Order, Page, Publishers, Ranked, Wanted, score};
use super::query::{Query, Sort};
use super::stamp::Stamp;
use super::stems::Stems;
use super::{Document, SearchError, Settings};
use crate::model::{AccountId, AccountKind, Time};

/// The most results of one request, skipped ones included. Cursors reach beyond.
pub const MOST: usize = 10_000;

/// Days in which an article loses half of its worth where age is to count and no setting says how much.
const USUAL_HALF_LIFE_DAYS: f64 = 30.0;

/// The index, open for reading.
pub struct Reader {
    pub(super) layout: Layout,
    pub(super) settings: Settings,
    pub(super) engine: IndexReader,
    pub(super) names: Names,
    /// It was built with these very settings.
    own: bool,
    /// What the index of a generation is called, as it was last looked up.
    called: Mutex<Option<(u64, u64)>>,
    /// Stems of words in texts that were shown.
    stems: Mutex<Stems>,
}

/// How a query is to be answered.
#[derive(Clone, Debug)]
pub struct SearchRequest {
    /// Results wanted.
    pub limit: usize,
    /// Results to skip before the first.
    pub offset: usize,
    /// Where an earlier page of the same query ended ([`Found::next`]): what follows is neither shown twice nor missed,
    /// though articles came in between. Skipping counts from there.
    pub cursor: Option<String>,
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
        Self { limit: 10, offset: 0, cursor: None, any: false, collapse: true, sort: None, fragments: 1, now }
    }
}

/// What was found.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Found {
    /// Articles that answer the query, joined and skipped ones included.
    pub total: usize,
    /// The wanted ones, in order.
    pub results: Vec<Match>,
    /// Where to go on, where there is more.
    pub next: Option<String>,
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
    /// Where there is none, or one of a make that cannot be read here, or it cannot be read. One that was built with
    /// other weights can: it answers until the new one stands.
    pub fn open(folder: &Path, settings: &Settings) -> Result<Self, SearchError> {
        if !folder.join("meta.json").is_file() {
            return Err(SearchError::Missing { folder: folder.to_owned() });
        }
        let engine = tantivy::Index::open_in_dir(folder)?;
        let layout = Layout::new();
        let stamp = Stamp::of(&engine)?.filter(|stamp| stamp.is_readable(&engine, &layout, settings));
        let Some(stamp) = stamp else { return Err(SearchError::OtherMake { folder: folder.to_owned() }) };
        let own = stamp.is_own(&engine, &layout, settings);
        let engine = engine.reader_builder().reload_policy(ReloadPolicy::OnCommitWithDelay).try_into()?;
        Ok(Self {
            layout,
            settings: settings.clone(),
            engine,
            names: Names::default(),
            own,
            called: Mutex::default(),
            stems: Mutex::default(),
        })
    }

    /// True where the index was built with the settings it was opened with, when it was opened.
    #[must_use]
    pub fn is_own(&self) -> bool {
        self.own
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
    /// Where the index cannot be read, or the cursor is not of this query and index.
    pub fn search(&self, query: &Query, request: &SearchRequest) -> Result<Found, SearchError> {
        let searcher = self.engine.searcher();
        let Ranking { total, page, next } = self.rank(&searcher, query, request)?;
        let marker = Marker::of(&query.clause, request.any);
        Ok(Found {
            total,
            results: self.shown(&searcher, &page, &marker, request.fragments)?,
            next: next.map(|cursor| cursor.written()).transpose()?,
        })
    }

    /// How many articles answer, and those wanted, in order.
    pub(super) fn rank(
        &self,
        searcher: &Searcher,
        query: &Query,
        request: &SearchRequest,
    ) -> Result<Ranking, SearchError> {
        let asked_sort = query.sort.or(request.sort).map_or("", Sort::as_str);
        let asked = number_of_question(&query.to_string(), request.any, request.collapse, asked_sort);
        let index = self.name(searcher)?;
        let cursor = request.cursor.as_deref().map(|written| Cursor::read(written, index, asked)).transpose()?;
        let now = cursor.as_ref().and_then(|cursor| Time::from_timestamp_millis(cursor.now)).unwrap_or(request.now);

        let compiled = compile(query, request.any, now, searcher, &self.layout, &self.settings)?;
        let statistics = compiled.statistics(searcher, cursor.as_ref().map(|cursor| &cursor.counts));
        let ceiling = cursor.as_ref().map_or_else(|| newest(searcher), |cursor| Ok(cursor.ceiling))?;
        let shown = request.offset.saturating_add(request.limit).min(MOST);
        let wanted = Wanted {
            order: self.order(query.sort.or(request.sort), compiled.scored, now),
            ceiling,
            after: cursor.as_ref().map(|cursor| cursor.after),
            collapse: request.collapse,
            count: shown + 1,
        };
        let Page { total, mut ranked } =
            searcher.search_with_statistics_provider(&*compiled.query, &wanted, &statistics)?;
        let more = ranked.len() > shown;
        ranked.truncate(shown);
        if !wanted.requires_scoring() {
            score(searcher, &*compiled.query, &statistics, &mut ranked)?;
        }
        let next = ranked.last().filter(|_| more).map(|last| Cursor {
            index,
            asked,
            ceiling,
            now: now.timestamp_millis(),
            after: last.rank,
            counts: statistics.frozen(),
        });
        let page = ranked.get(request.offset..).unwrap_or_default();
        let reports = |stories: &[u64]| of_stories(&*compiled.query, stories, &self.layout);
        Ok(Ranking { total, page: joined(searcher, page, reports, ceiling)?, next })
    }

    /// The results of a page.
    pub(super) fn shown(
        &self,
        searcher: &Searcher,
        page: &[Joined],
        marker: &Marker,
        fragments: usize,
    ) -> Result<Vec<Match>, SearchError> {
        // Who comes while another page is made finds its stems anew.
        let mut shared = self.stems.try_lock().ok();
        let mut own = Stems::default();
        let known = shared.as_deref_mut().unwrap_or(&mut own);
        let results = page.iter().map(|found| {
            let document = self.layout.read(searcher, found.address)?;
            Ok(self.show(document, found, marker, fragments, known))
        });
        results.collect()
    }

    /// What tells the index that `searcher` sees from one that was built anew. Read once for each generation: it stands in a
    /// file, and most queries come within one.
    fn name(&self, searcher: &Searcher) -> Result<u64, SearchError> {
        let generation = searcher.generation().generation_id();
        let mut called = self.called.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, name)) = called.filter(|(known, _)| *known == generation) {
            return Ok(name);
        }
        let name = Stamp::of(searcher.index())?.map_or(0, |stamp| stamp.name);
        *called = Some((generation, name));
        Ok(name)
    }

    /// The order asked for, else the natural one: best first where words are asked for, newest first where only filters.
    fn order(&self, asked: Option<Sort>, scored: bool, now: Time) -> Order {
        let days = f64::from(self.settings.recency_half_life_days.min(3_650));
        let best = if days > 0.0 { Sort::Recent } else { Sort::Relevance };
        let sort = match asked.unwrap_or(best) {
            Sort::Recent if !scored => Sort::Date,
            Sort::Relevance if !scored && asked.is_none() => Sort::Date,
            sort => sort,
        };
        let days = if days > 0.0 { days } else { USUAL_HALF_LIFE_DAYS };
        Order { sort, now: now.timestamp(), half_life: days * 86_400.0 }
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
        Ok(Stamp::of(self.engine.searcher().index())?.map_or(0, |stamp| stamp.seq))
    }

    /// What was published before is not in the index, so that it keeps within its disk budget.
    ///
    /// # Errors
    /// Where the index cannot be read.
    pub fn horizon(&self) -> Result<Option<Time>, SearchError> {
        Ok(Stamp::of(self.engine.searcher().index())?.and_then(|stamp| stamp.horizon()))
    }

    /// Bytes that the index takes on the disk.
    ///
    /// # Errors
    /// Where the index cannot be read.
    pub fn bytes(&self) -> Result<u64, SearchError> {
        Ok(self.engine.searcher().space_usage().map_err(TantivyError::from)?.total().get_bytes())
    }

    /// The result of a document that was found.
    fn show(&self, document: Document, found: &Joined, marker: &Marker, fragments: usize, known: &mut Stems) -> Match {
        let language = document.language.as_deref().unwrap_or(&self.settings.default_language);
        let stemming = Stemming::of(language);
        let accounts = document.accounts.into_iter().map(|(kind, id, name)| MatchAccount { kind, id, name });
        let letters = self.settings.excerpt_letters as usize;
        let mut excerpts = marker.excerpts(&document.text, letters, stemming, fragments, known).into_iter();
        let excerpt = excerpts.next().unwrap_or_default();
        Match {
            id: document.id,
            score: found.score,
            title_marks: marker.title(&document.title, stemming, known).marks,
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
            more_sources: found.others,
        }
    }
}

/// What answers a query.
pub(super) struct Ranking {
    /// Articles that answer, those of other pages included.
    pub(super) total: usize,
    /// Those wanted, in order.
    pub(super) page: Vec<Joined>,
    /// Where the next page begins, where there is more.
    pub(super) next: Option<Cursor>,
}

/// An article with its score and how many more publishers report the same.
pub(super) struct Joined {
    pub(super) score: f32,
    pub(super) address: DocAddress,
    pub(super) others: usize,
}

/// The articles of a page with the other publishers of their stories; `of_stories` gives the query for all reports of some
/// stories that answer too.
pub(super) fn joined(
    searcher: &Searcher,
    page: &[Ranked],
    of_stories: impl Fn(&[u64]) -> Box<dyn EngineQuery>,
    ceiling: u64,
) -> Result<Vec<Joined>, SearchError> {
    let stories: Vec<u64> = page.iter().filter_map(|found| found.story).collect();
    let publishers = if stories.is_empty() {
        HashMap::new()
    } else {
        searcher.search(&*of_stories(&stories), &Publishers { ceiling })?
    };
    let others = |story| publishers.get(&story).map_or(0, |names| names.len().saturating_sub(1));
    let joined = page.iter().map(|found| Joined {
        score: found.score,
        address: found.address,
        others: found.story.map_or(0, others),
    });
    Ok(joined.collect())
}

/// The number of the last article that came into the index.
pub(super) fn newest(searcher: &Searcher) -> Result<u64, SearchError> {
    let mut newest = 0;
    for segment in searcher.segment_readers() {
        newest = newest.max(segment.fast_fields().column_opt::<u64>(BORN)?.map_or(0, |column| column.max_value()));
    }
    Ok(newest)
}
