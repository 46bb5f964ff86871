//! A request to build the index anew, left in the data folder for the process that works there.
//!
//! The one who asks writes a file; the index loop takes it up and writes into it how far it is. The file is replaced by
//! renaming, so that nobody reads half of it.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use tracing::warn;

/// A request and how far it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Request {
    /// Tells it from others.
    pub id: String,
    /// How far it is.
    pub progress: Progress,
}

/// How far a request is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum Progress {
    /// Nobody has taken it up yet.
    Asked,
    /// The new index grows.
    Building {
        /// Changes followed.
        done: i64,
        /// Changes there are.
        of: i64,
    },
    /// The new index stands.
    Done {
        /// Articles in it.
        articles: u64,
    },
    /// It came to nothing; the old index stands.
    Failed {
        /// Why.
        why: String,
    },
}

impl Request {
    /// Leaves a request beside the index in `articles`, or joins the one that waits there.
    ///
    /// # Errors
    /// Where the folder cannot be written to.
    pub fn leave(articles: &Path, id: String) -> io::Result<Self> {
        if let Some(waiting) = Self::waiting(articles) {
            return Ok(waiting);
        }
        let request = Self { id, progress: Progress::Asked };
        request.write(articles)?;
        Ok(request)
    }

    /// The request that nobody has finished. One that a process was at when it was killed is begun again.
    #[must_use]
    pub fn waiting(articles: &Path) -> Option<Self> {
        let request = Self::read(articles)?;
        matches!(request.progress, Progress::Asked | Progress::Building { .. }).then_some(request)
    }

    /// The last request, however far it is. What cannot be read is none.
    #[must_use]
    pub fn read(articles: &Path) -> Option<Self> {
        serde_json::from_slice(&fs::read(file(articles)).ok()?).ok()
    }

    /// Writes down how far it is. That nobody can read it does not stop the work.
    pub(super) fn tell(&self, articles: &Path, progress: Progress) {
        let told = Self { id: self.id.clone(), progress };
        if let Err(why) = told.write(articles) {
            warn!(%why, "cannot write down how far the new search index is");
        }
    }

    /// Takes the request back: whoever asked does it now.
    pub fn take_back(articles: &Path) {
        let _ = fs::remove_file(file(articles));
    }

    fn write(&self, articles: &Path) -> io::Result<()> {
        let file = file(articles);
        let mut fresh = tempfile::NamedTempFile::new_in(file.parent().unwrap_or(Path::new(".")))?;
        fresh.write_all(&serde_json::to_vec(self)?)?;
        fresh.persist(file)?;
        Ok(())
    }
}

fn file(articles: &Path) -> PathBuf {
    articles.with_file_name("reindex.json")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_waits_until_it_is_done_and_a_second_one_joins_it() {
        let folder = tempfile::tempdir().unwrap();
        let articles = folder.path().join("articles");
        assert_eq!(Request::waiting(&articles), None);
        let first = Request::leave(&articles, "1".to_owned()).unwrap();
        assert_eq!(Request::leave(&articles, "2".to_owned()).unwrap(), first);
        first.tell(&articles, Progress::Building { done: 1, of: 9 });
        assert_eq!(Request::waiting(&articles).unwrap().progress, Progress::Building { done: 1, of: 9 });
        first.tell(&articles, Progress::Done { articles: 3 });
        assert_eq!(Request::waiting(&articles), None);
        assert_eq!(Request::read(&articles).unwrap().progress, Progress::Done { articles: 3 });
        assert_eq!(Request::leave(&articles, "3".to_owned()).unwrap().id, "3");
        fs::write(file(&articles), "{").unwrap();
        assert_eq!(Request::waiting(&articles), None);
    }
}
