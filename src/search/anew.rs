//! An index that is built beside the one that is searched, and then takes its place at one stroke.
//!
//! It grows in a folder within that of the standing index. To take its place its files (whose names are unique) are moved
//! beside the standing ones, and `meta.json`, which names the files that count, is replaced by renaming. So at every
//! instant one of the two is whole; readers of this and other processes go on and turn to the new one by themselves; the
//! files that no longer count go with the next commit.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use tantivy::TantivyError;
use tantivy::directory::{Directory, INDEX_WRITER_LOCK, META_LOCK, MmapDirectory};

use super::error::of_writer;
use super::{Index, SearchError, Settings, Standing};

const BESIDE: &str = "anew";
const META: &str = "meta.json";
const MANAGED: &str = ".managed.json";

/// An index that is being built beside the standing one.
pub struct Anew {
    standing: PathBuf,
    settings: Settings,
    index: Index,
}

impl Anew {
    /// Begins with an empty one beside the index in `folder`, whether there is one or not.
    ///
    /// # Errors
    /// Where another process builds it, or the folder cannot be used.
    pub fn begin(folder: &Path, settings: &Settings) -> Result<Self, SearchError> {
        let index = Index::create(&folder.join(BESIDE), settings)?;
        Ok(Self { standing: folder.to_owned(), settings: settings.clone(), index })
    }

    /// The new index, to put articles into and commit.
    pub fn index(&mut self) -> &mut Index {
        &mut self.index
    }

    /// Puts it in the place of the standing index and gives it, ready to write. `old` is the standing one where this
    /// process writes it. What was not committed is lost.
    ///
    /// # Errors
    /// Where the folder cannot be used. The standing index is whole then, or the new one already in its place.
    pub fn take_place(self, old: Option<Index>) -> Result<Index, SearchError> {
        let Self { standing, settings, index } = self;
        // Both let go of their locks, after the merges that are under way.
        drop(old);
        drop(index);
        swap(&standing).map_err(|error| match error {
            Stopped::Io(why) => SearchError::Folder { folder: standing.clone(), why },
            Stopped::Locked(error) => of_writer(error, &standing),
        })?;
        match Index::look(&standing, &settings)? {
            Standing::Ready { mut index, last_seq } => {
                index.commit(last_seq)?;
                Ok(*index)
            }
            // Somebody else did something to it.
            Standing::Missing | Standing::Unfit(_) => Err(SearchError::Missing { folder: standing }),
        }
    }
}

/// Takes away what a build that was broken off left behind, unless somebody builds there just now.
pub(super) fn clear_leftovers(folder: &Path) {
    let beside = folder.join(BESIDE);
    if !beside.is_dir() {
        return;
    }
    let free =
        MmapDirectory::open(&beside).ok().is_some_and(|directory| directory.acquire_lock(&INDEX_WRITER_LOCK).is_ok());
    if free && let Err(why) = fs::remove_dir_all(&beside) {
        tracing::warn!(folder = %beside.display(), %why, "cannot take away what a broken build of the search index left");
    }
}

/// True where an index is being built beside the one in `folder`, or such a build was broken off.
#[must_use]
pub fn is_being_built(folder: &Path) -> bool {
    folder.join(BESIDE).join(META).is_file()
}

enum Stopped {
    Io(io::Error),
    Locked(TantivyError),
}

impl From<io::Error> for Stopped {
    fn from(why: io::Error) -> Self {
        Self::Io(why)
    }
}

fn swap(standing: &Path) -> Result<(), Stopped> {
    let beside = standing.join(BESIDE);
    let locked = |error| Stopped::Locked(TantivyError::LockFailure(error, None));
    let directory = MmapDirectory::open(standing).map_err(|error| Stopped::Locked(error.into()))?;
    let _writing = directory.acquire_lock(&INDEX_WRITER_LOCK).map_err(locked)?;
    let _reading = directory.acquire_lock(&META_LOCK).map_err(locked)?;
    let new = files(&beside)?;
    // All that lies there is known first, so that whatever a power cut leaves is taken away by the next commit.
    let mut known = files(standing)?;
    known.extend(new.iter().cloned());
    known.push(META.to_owned());
    known.sort();
    known.dedup();
    directory.atomic_write(Path::new(MANAGED), serde_json::to_string(&known).map_err(io::Error::from)?.as_bytes())?;
    for name in &new {
        fs::rename(beside.join(name), standing.join(name))?;
    }
    directory.sync_directory()?;
    directory.atomic_write(Path::new(META), &fs::read(beside.join(META))?)?;
    directory.sync_directory()?;
    fs::remove_dir_all(&beside)?;
    Ok(())
}

/// Names of the files of the engine, without `meta.json`, locks and lists.
fn files(folder: &Path) -> io::Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if let Some(name) = entry.file_name().to_str().filter(|name| !name.starts_with('.') && *name != META)
            && entry.file_type()?.is_file()
        {
            names.push(name.to_owned());
        }
    }
    Ok(names)
}
