//! The writing side: one writer a folder.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};

use tantivy::collector::Count;
use tantivy::directory::{Directory, INDEX_WRITER_LOCK, META_LOCK, MmapDirectory};
use tantivy::indexer::LogMergePolicy;
use tantivy::query::TermQuery;
use tantivy::schema::IndexRecordOption;
use tantivy::{DocAddress, DocSet, IndexReader, IndexWriter, ReloadPolicy, TERMINATED, TantivyError, Term};

use super::error::{is_damage, of_writer};
use super::layout::{BORN, Layout, as_given, digest};
use super::stamp::Stamp;
use super::stems::Stems;
use super::{Document, SearchError, Settings, anew, budget};
use crate::model::Time;

/// The part of a segment that may be made of replaced and removed articles before it is written anew.
const MOST_REPLACED: f32 = 0.3;

/// The index, open for writing.
///
/// The lock on the folder is the operating system's (flock, by the engine): the file of a killed process blocks nobody.
/// After an error drop it and open it afresh. Dropping waits for merges under way, so that short-lived processes do not
/// leave ever more small segments behind.
pub struct Index {
    layout: Layout,
    settings: Settings,
    reader: IndexReader,
    writer: Option<IndexWriter>,
    /// Put since the last commit, each with its number; none for those that were removed.
    waiting: HashMap<String, Option<u64>>,
    /// Tells this index from one that was built anew.
    name: u64,
    /// The number of the next new article.
    next: u64,
    /// What was published before is not taken in.
    horizon: Option<Time>,
    stems: Stems,
}

/// An opened index and how far it is.
pub struct Opened {
    /// Ready to write.
    pub index: Index,
    /// Whether it kept what was in it.
    pub state: State,
}

/// How far an opened index is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// Whole, and up to this number of the sequence of changes; 0 where nothing was committed yet.
    Ready {
        /// The number given with the last commit.
        last_seq: i64,
    },
    /// It was missing, damaged or of another make, for this reason; a fresh, empty one was made.
    Rebuild(String),
}

/// What lies in a folder.
pub enum Standing {
    /// A whole index of this make.
    Ready {
        /// Ready to write.
        index: Box<Index>,
        /// The number given with the last commit.
        last_seq: i64,
    },
    /// Nothing.
    Missing,
    /// An index that cannot be gone on with, for this reason. It may still be able to answer.
    Unfit(String),
}

/// Why what lies in a folder cannot be gone on with.
enum Unfit {
    Missing,
    Rebuild(String),
    Refused(SearchError),
}

impl Index {
    /// Opens the index in `folder`; one that is missing, damaged or of another make is replaced by an empty one.
    ///
    /// # Errors
    /// Where another process writes it, or the folder cannot be used.
    pub fn open(folder: &Path, settings: &Settings) -> Result<Opened, SearchError> {
        let why = match Self::look(folder, settings)? {
            Standing::Ready { index, last_seq } => {
                return Ok(Opened { index: *index, state: State::Ready { last_seq } });
            }
            Standing::Missing => "there was none".to_owned(),
            Standing::Unfit(why) => why,
        };
        Ok(Opened { index: Self::create(folder, settings)?, state: State::Rebuild(why) })
    }

    /// Opens the index in `folder` and changes nothing where that cannot be: what stands there goes on answering.
    ///
    /// # Errors
    /// Where another process writes it, or the folder cannot be used.
    pub fn look(folder: &Path, settings: &Settings) -> Result<Standing, SearchError> {
        anew::clear_leftovers(folder);
        match Self::existing(folder, settings) {
            Ok((index, last_seq)) => Ok(Standing::Ready { index: Box::new(index), last_seq }),
            Err(Unfit::Missing) => Ok(Standing::Missing),
            Err(Unfit::Rebuild(why)) => Ok(Standing::Unfit(why)),
            Err(Unfit::Refused(error)) => Err(error),
        }
    }

    /// Throws away what is in `folder` and makes an empty index there.
    ///
    /// # Errors
    /// Where another process writes it, or the folder cannot be used.
    pub fn create(folder: &Path, settings: &Settings) -> Result<Self, SearchError> {
        clear(folder)?;
        let layout = Layout::new();
        let engine = tantivy::Index::create_in_dir(folder, layout.schema.clone())?;
        let mut index = Self::start(&engine, layout, folder, settings, None)?;
        index.name = fastrand::u64(..);
        index.commit(0)?;
        Ok(index)
    }

    /// Puts these articles; one with an id that is there already replaces it, one that is wholly the same is skipped.
    /// One that is older than the disk budget reaches is not taken in. Nothing is found before [`Self::commit`].
    ///
    /// # Errors
    /// Where the index cannot be written; it must then be opened afresh.
    pub fn put(&mut self, documents: &[Document]) -> Result<(), SearchError> {
        for document in documents {
            if self.horizon.is_some_and(|horizon| document.published.is_some_and(|at| at < horizon)) {
                self.remove(&document.id)?;
                continue;
            }
            let given = as_given(document)?;
            let waiting = self.waiting.get(&document.id).copied();
            let known = match waiting {
                Some(born) => born,
                None => match self.committed(&document.id)? {
                    Some(_) if self.holds(&given)? => continue,
                    Some(address) => self.born(address)?.or(Some(self.next)),
                    None => None,
                },
            };
            let born = known.unwrap_or(self.next);
            self.next = self.next.max(born.saturating_add(1));
            let fields = self.layout.write(document, given, born, &self.settings, &mut self.stems)?;
            let id = Term::from_field_text(self.layout.id, &document.id);
            let writer = self.writer()?;
            // Most are new, and there is nothing to look for and take away.
            if known.is_some() {
                writer.delete_term(id);
            }
            writer.add_document(fields)?;
            self.waiting.insert(document.id.clone(), Some(born));
        }
        Ok(())
    }

    /// Takes out the article of this id, if it is there. It is found until [`Self::commit`].
    ///
    /// # Errors
    /// Where the index cannot be written; it must then be opened afresh.
    pub fn remove(&mut self, id: &str) -> Result<(), SearchError> {
        let term = Term::from_field_text(self.layout.id, id);
        self.writer()?.delete_term(term);
        self.waiting.insert(id.to_owned(), None);
        Ok(())
    }

    /// Makes durable and visible what was put and removed, and with it that the index is up to `last_seq`. Where it has
    /// outgrown its disk budget, its oldest articles leave it.
    ///
    /// # Errors
    /// Where the index cannot be written; it must then be opened afresh.
    pub fn commit(&mut self, last_seq: i64) -> Result<(), SearchError> {
        self.seal(last_seq)?;
        if self.settings.disk_mb == 0 {
            return Ok(());
        }
        let Some(horizon) = budget::horizon(&self.reader.searcher(), self.settings.disk_mb)? else { return Ok(()) };
        tracing::warn!(%horizon, "the search index has reached search.disk_mb: what is older leaves it");
        let older = budget::older_than(horizon, &self.layout);
        self.horizon = Some(horizon);
        self.writer()?.delete_query(Box::new(older))?;
        self.seal(last_seq)?;
        self.give_back(last_seq)
    }

    /// Articles put or removed since the last commit.
    #[must_use]
    pub fn waiting(&self) -> usize {
        self.waiting.len()
    }

    /// What was published before is not in it.
    #[must_use]
    pub fn horizon(&self) -> Option<Time> {
        self.horizon
    }

    /// Number of articles in it, as of the last commit.
    #[must_use]
    pub fn len(&self) -> u64 {
        self.reader.searcher().num_docs()
    }

    /// True where it holds no article.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn existing(folder: &Path, settings: &Settings) -> Result<(Self, i64), Unfit> {
        if !folder.join("meta.json").is_file() {
            return Err(Unfit::Missing);
        }
        let damaged = |error: TantivyError| {
            if is_damage(&error) {
                Unfit::Rebuild(format!("it was damaged: {error}"))
            } else {
                Unfit::Refused(of_writer(error, folder))
            }
        };
        let engine = tantivy::Index::open_in_dir(folder).map_err(damaged)?;
        let layout = Layout::new();
        let stamp = Stamp::of(&engine).map_err(damaged)?;
        let Some(stamp) = stamp.filter(|stamp| stamp.is_own(&engine, &layout, settings)) else {
            return Err(Unfit::Rebuild("it was of another make".to_owned()));
        };
        if size_mb(folder) <= u64::from(settings.verify_mb) {
            let bad = engine.validate_checksum().map_err(damaged)?;
            if let Some(file) = bad.iter().next() {
                return Err(Unfit::Rebuild(format!("it was damaged: {} does not match its checksum", file.display())));
            }
        }
        let mut index =
            Self::start(&engine, layout, folder, settings, stamp.horizon()).map_err(|error| match error {
                SearchError::Engine(error) => damaged(error),
                other => Unfit::Refused(other),
            })?;
        (index.name, index.next) = (stamp.name, stamp.next);
        Ok((index, stamp.seq))
    }

    fn start(
        engine: &tantivy::Index,
        layout: Layout,
        folder: &Path,
        settings: &Settings,
        horizon: Option<Time>,
    ) -> Result<Self, SearchError> {
        let memory = settings.writer_memory_mb.clamp(16, 2048) as usize * 1_000_000;
        let writer = engine.writer_with_num_threads(1, memory).map_err(|error| of_writer(error, folder))?;
        writer.set_merge_policy(Box::new(merging(settings)));
        Layout::prepare(engine);
        let reader = engine.reader_builder().reload_policy(ReloadPolicy::Manual).try_into()?;
        let (settings, stems) = (settings.clone(), Stems::default());
        let waiting = HashMap::new();
        Ok(Self { layout, settings, reader, writer: Some(writer), waiting, name: 0, next: 0, horizon, stems })
    }

    /// Commits.
    fn seal(&mut self, last_seq: i64) -> Result<(), SearchError> {
        let horizon = self.horizon.map(|at| at.timestamp_millis());
        let make = Layout::make(&self.settings);
        let stamp = Stamp { make, seq: last_seq, name: self.name, next: self.next, horizon };
        let stamp = serde_json::to_string(&stamp)?;
        let writer = self.writer()?;
        let mut commit = writer.prepare_commit()?;
        commit.set_payload(&stamp);
        commit.commit()?;
        self.waiting.clear();
        self.reader.reload()?;
        Ok(())
    }

    /// Writes anew the segments of which much has left, so that its room is free on the disk.
    fn give_back(&mut self, last_seq: i64) -> Result<(), SearchError> {
        let searcher = self.reader.searcher();
        let holed: Vec<_> = searcher
            .segment_readers()
            .iter()
            .filter(|segment| segment.num_deleted_docs() * 20 > segment.max_doc())
            .map(tantivy::SegmentReader::segment_id)
            .collect();
        drop(searcher);
        for segment in holed {
            // One that is just being merged gives its room back by that.
            if let Err(error) = self.writer()?.merge(&[segment]).wait() {
                tracing::debug!(%error, "a segment of the search index was not written anew");
            }
        }
        self.seal(last_seq)
    }

    fn writer(&mut self) -> Result<&mut IndexWriter, SearchError> {
        self.writer.as_mut().ok_or_else(|| TantivyError::Poisoned.into())
    }

    /// True where this very document, as given, was committed and not replaced since.
    fn holds(&self, given: &str) -> Result<bool, SearchError> {
        let same = Term::from_field_text(self.layout.digest, &digest(given));
        Ok(self.reader.searcher().search(&TermQuery::new(same, IndexRecordOption::Basic), &Count)? > 0)
    }
}

impl Index {
    /// Where the article of this id lies, as of the last commit.
    fn committed(&self, id: &str) -> Result<Option<DocAddress>, SearchError> {
        let term = Term::from_field_text(self.layout.id, id);
        for (number, segment) in (0..).zip(self.reader.searcher().segment_readers()) {
            let index = segment.inverted_index(self.layout.id)?;
            let Some(mut found) = index.read_postings(&term, IndexRecordOption::Basic).map_err(TantivyError::from)?
            else {
                continue;
            };
            while found.doc() != TERMINATED {
                if segment.alive_bitset().is_none_or(|alive| alive.is_alive(found.doc())) {
                    return Ok(Some(DocAddress::new(number, found.doc())));
                }
                found.advance();
            }
        }
        Ok(None)
    }

    /// The number that an article came into the index with.
    fn born(&self, address: DocAddress) -> Result<Option<u64>, SearchError> {
        let searcher = self.reader.searcher();
        let Some(segment) = searcher.segment_readers().get(address.segment_ord as usize) else { return Ok(None) };
        Ok(segment.fast_fields().u64(BORN)?.first(address.doc_id))
    }
}

impl Drop for Index {
    fn drop(&mut self) {
        if let Some(Err(error)) = self.writer.take().map(IndexWriter::wait_merging_threads) {
            tracing::warn!(%error, "merging of the search index was broken off");
        }
    }
}

/// Small segments are merged as soon as there are so many of about one size; so their number grows with the logarithm of
/// the number of articles only. Large ones are written anew where much of them has been replaced.
fn merging(settings: &Settings) -> LogMergePolicy {
    let mut policy = LogMergePolicy::default();
    policy.set_min_num_segments(usize::from(settings.merge_segments.clamp(2, 64)));
    policy.set_del_docs_ratio_before_merge(MOST_REPLACED);
    policy
}

/// Empties the folder under the engine's own locks, so that no other writer loses its files and no reader opens half.
fn clear(folder: &Path) -> Result<(), SearchError> {
    let unusable = |why| SearchError::Folder { folder: folder.to_owned(), why };
    fs::create_dir_all(folder).map_err(unusable)?;
    let directory = MmapDirectory::open(folder).map_err(TantivyError::from)?;
    let busy = |error| of_writer(TantivyError::LockFailure(error, None), folder);
    let _writing = directory.acquire_lock(&INDEX_WRITER_LOCK).map_err(busy)?;
    let _reading = directory.acquire_lock(&META_LOCK).map_err(busy)?;
    // First what names the others: a folder without it holds no index, rather than half of one.
    if let Err(why) = fs::remove_file(folder.join("meta.json"))
        && why.kind() != std::io::ErrorKind::NotFound
    {
        return Err(unusable(why));
    }
    let locks: [&PathBuf; 2] = [&INDEX_WRITER_LOCK.filepath, &META_LOCK.filepath];
    for entry in fs::read_dir(folder).map_err(unusable)? {
        let entry = entry.map_err(unusable)?;
        let is_lock = locks.iter().any(|lock| lock.as_os_str() == entry.file_name());
        if !is_lock && entry.file_type().map_err(unusable)?.is_file() {
            fs::remove_file(entry.path()).map_err(unusable)?;
        }
    }
    Ok(())
}

fn size_mb(folder: &Path) -> u64 {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries.filter_map(|entry| entry.metadata().ok()).map(|file| file.len()).sum::<u64>() / 1_000_000
}
