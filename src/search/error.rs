//! Why the index refused.

use std::io;
use std::path::PathBuf;

use tantivy::TantivyError;
use tantivy::directory::error::{LockError, OpenDirectoryError, OpenReadError};

/// Why the index refused. Queries have an error of their own, [`super::QueryError`].
#[derive(Debug, thiserror::Error)]
pub enum SearchError {
    /// Another process writes it. Worth a retry.
    #[error("the search index in {folder} is being written by another process")]
    Busy {
        /// Its folder.
        folder: PathBuf,
    },
    /// There is none. A retry does not help.
    #[error("there is no search index in {folder}")]
    Missing {
        /// Its folder.
        folder: PathBuf,
    },
    /// It was built by another version or with other settings; it must be built anew.
    #[error("the search index in {folder} is of another make and must be built anew")]
    OtherMake {
        /// Its folder.
        folder: PathBuf,
    },
    /// Its folder cannot be used.
    #[error("cannot use the folder {folder} of the search index: {why}")]
    Folder {
        /// Which folder.
        folder: PathBuf,
        /// What the system said.
        why: io::Error,
    },
    /// The place where a page ended cannot be gone on from.
    #[error("the cursor {why}; ask again without it")]
    Cursor {
        /// What is wrong with it.
        why: &'static str,
    },
    /// The index cannot be read or written. Open it afresh; damage is then found and repaired.
    #[error("the search index failed: {0}")]
    Engine(#[from] TantivyError),
    /// A record in the index cannot be read.
    #[error("a record of the search index cannot be read: {0}")]
    Record(#[from] serde_json::Error),
}

/// True where the error tells of lost or damaged files, false where the system refused (rights, open files, space):
/// building anew would not help then.
pub(super) fn is_damage(error: &TantivyError) -> bool {
    let of_content = |why: &io::Error| {
        matches!(why.kind(), io::ErrorKind::UnexpectedEof | io::ErrorKind::InvalidData | io::ErrorKind::NotFound)
    };
    match error {
        TantivyError::IoError(why) => of_content(why),
        TantivyError::OpenReadError(OpenReadError::IoError { io_error, .. }) => of_content(io_error),
        TantivyError::OpenDirectoryError(why) => matches!(why, OpenDirectoryError::DoesNotExist(_)),
        TantivyError::LockFailure(..) | TantivyError::SystemError(_) => false,
        _ => true,
    }
}

/// The same error, with a held lock told apart.
pub(super) fn of_writer(error: TantivyError, folder: &std::path::Path) -> SearchError {
    match error {
        TantivyError::LockFailure(LockError::LockBusy, _) => SearchError::Busy { folder: folder.to_owned() },
        other => other.into(),
    }
}
